//! Signing, verifying and sealing: the only module that names `jsonwebtoken`.
//!
//! A key folder holds JSON Web Key Sets (RFC 7517), one file a purpose. The first key of a set signs, all of them
//! verify. Nothing signed for one purpose passes for another: each has a key, a `typ` and an audience of its own.
//! Times are not looked at here: who verifies a credential knows the clock and the limits.

use std::path::{Path, PathBuf};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod app;
mod client;
mod folder;
mod init;
mod provider;
mod rotate;
mod seal;
mod set;

use seal::SealKey;
use set::{Jwk, missing, usable_set};

pub use app::AppKey;
pub use client::{ClientKey, Registration};
pub use provider::ProviderKey;
pub use rotate::{Change, Duty, KeyInfo, Rotated, Which};

use crate::domain::release::{FORMAT, Release};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sessions of signed-in people.
    Session,
    /// Sign-ins that are under way.
    Attempt,
    /// Links that show part of a bundle.
    Share,
    /// Bearer tokens of scripts.
    Token,
    /// Tokens that start a night.
    Trigger,
    /// Links in mails by which somebody gets no more of them.
    Mail,
    /// The ID token kept for signing out. This key encrypts and never signs.
    Hint,
}

impl Purpose {
    const ALL: [Purpose; 7] = [
        Purpose::Session,
        Purpose::Attempt,
        Purpose::Share,
        Purpose::Token,
        Purpose::Trigger,
        Purpose::Mail,
        Purpose::Hint,
    ];

    fn file(self) -> &'static str {
        match self {
            Purpose::Session => "session.json",
            Purpose::Attempt => "attempt.json",
            Purpose::Share => "share.json",
            Purpose::Token => "token.json",
            Purpose::Trigger => "trigger.json",
            Purpose::Mail => "mail.json",
            Purpose::Hint => HINT,
        }
    }
}

/// Something the edge signs for itself. Every field is required when it comes back.
pub trait Credential: Serialize + DeserializeOwned {
    /// The `typ` of the header, such as `session+jwt`.
    const TYP: &'static str;
    /// The `aud` of the payload.
    const AUDIENCE: &'static str;
    /// Which key signs it; [`Purpose::Hint`] does not compile, as that key never signs.
    const PURPOSE: Purpose;
}

const RELEASE_PRIVATE: &str = "release-private.json";
const RELEASE_PUBLIC: &str = "release-public.json";
const HINT: &str = "hint.json";
const RELEASE_TYP: &str = "tollgate-release+jwt";
const RELEASE_AUDIENCE: &str = "tollgate:release";

/// Why a key folder or something signed is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key file is missing, unreadable, open to others or no key set.
    #[error("key file `{}` {why}\n\nhint: {hint}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is the matter with it.
        why: String,
        /// How to mend it.
        hint: String,
    },
    /// Something else than a file should hold a key and does not.
    #[error("{what} {why}\n\nhint: {hint}")]
    Key {
        /// What it is called, such as "environment variable `APP_KEY`".
        what: String,
        /// What is the matter with it.
        why: String,
        /// How to mend it.
        hint: String,
    },
    /// A signed text is not what it should be. Says why, for the log; never shown to whoever sent it.
    #[error("{0}")]
    Refused(&'static str),
    /// The operating system or the cryptographic library failed.
    #[error("signing failed: {0}")]
    Signing(String),
    /// A statement written by a newer program.
    #[error(
        "the release has format {0} and this program reads {FORMAT}\n\nhint: upgrade this program before the one that builds"
    )]
    NewerFormat(u32),
}

struct Key {
    kid: String,
    algorithm: Algorithm,
    sign: Option<EncodingKey>,
    verify: DecodingKey,
}

/// The keys of one machine: a builder has the private release key, an edge the public one and those of its credentials.
pub struct Keyring {
    dir: PathBuf,
    release: Vec<Key>,
    /// By [`Purpose`], the hint's left out.
    credentials: [Vec<Key>; 6],
    hint: Vec<SealKey>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// The header of everything signed here. Anything else in a header is refused, so no `crit`, `jku` or `jwk` is ever read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: Algorithm,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    aud: String,
    #[serde(flatten)]
    body: T,
}

impl Keyring {
    /// Reads the keys that `dir` holds. What is missing is missed only when it is needed.
    ///
    /// # Errors
    /// [`Error::File`] when a file is unreadable, malformed, too weak, or a private one is open to others.
    pub fn load(dir: &Path) -> Result<Keyring, Error> {
        let private = usable_set(dir, RELEASE_PRIVATE, Jwk::release_private)?;
        let public = usable_set(dir, RELEASE_PUBLIC, Jwk::release_public)?;
        let signing =
            [Purpose::Session, Purpose::Attempt, Purpose::Share, Purpose::Token, Purpose::Trigger, Purpose::Mail];
        let [session, attempt, share, token, trigger, mail] =
            signing.map(|purpose| usable_set(dir, purpose.file(), Jwk::credential_key));
        Ok(Keyring {
            dir: dir.to_owned(),
            release: private.into_iter().chain(public).collect(),
            credentials: [session?, attempt?, share?, token?, trigger?, mail?],
            hint: usable_set(dir, HINT, Jwk::seal_key)?,
        })
    }

    /// The statement of a release as a compact JWS, signed with Ed25519.
    ///
    /// # Errors
    /// [`Error::File`] when this machine has no private release key.
    pub fn sign_release(&self, release: &Release) -> Result<String, Error> {
        encode(self.signer(&self.release, RELEASE_PRIVATE)?, RELEASE_TYP, RELEASE_AUDIENCE, release)
    }

    /// Reads a statement, if one of the release keys signed it.
    ///
    /// # Errors
    /// [`Error::Refused`] when none did, [`Error::NewerFormat`] when a newer program wrote it.
    pub fn verify_release(&self, statement: &str) -> Result<Release, Error> {
        if self.release.is_empty() {
            return Err(missing(&self.dir.join(RELEASE_PUBLIC)));
        }
        /// Read before the rest, which a newer format may have changed.
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = decode(&self.release, RELEASE_TYP, RELEASE_AUDIENCE, statement)?;
        if format != FORMAT {
            return Err(Error::NewerFormat(format));
        }
        decode(&self.release, RELEASE_TYP, RELEASE_AUDIENCE, statement)
    }

    /// Signs a credential of the edge.
    ///
    /// # Errors
    /// [`Error::File`] when the key of its purpose is missing.
    pub fn sign<T: Credential>(&self, credential: &T) -> Result<String, Error> {
        encode(self.signer(self.credential_keys::<T>(), T::PURPOSE.file())?, T::TYP, T::AUDIENCE, credential)
    }

    /// Reads a credential back, if one of the keys of its purpose signed it as what it claims to be.
    ///
    /// # Errors
    /// [`Error::Refused`] for anything else.
    pub fn verify<T: Credential>(&self, token: &str) -> Result<T, Error> {
        decode(self.credential_keys::<T>(), T::TYP, T::AUDIENCE, token)
    }

    /// The same folder, read anew: it may have been changed since.
    ///
    /// # Errors
    /// As [`Keyring::load`].
    pub fn reload(&self) -> Result<Keyring, Error> {
        Keyring::load(&self.dir)
    }

    /// Whether this machine can sign releases.
    ///
    /// # Errors
    /// [`Error::File`] naming the private release key if it is missing.
    pub fn ready_to_build(&self) -> Result<(), Error> {
        self.signer(&self.release, RELEASE_PRIVATE).map(|_| ())
    }

    /// Whether this machine can tell a token that starts a night from any other text.
    ///
    /// # Errors
    /// [`Error::File`] naming the key if it is missing.
    pub fn ready_to_trigger(&self) -> Result<(), Error> {
        self.signer(&self.credentials[Purpose::Trigger as usize], Purpose::Trigger.file()).map(|_| ())
    }

    /// Whether this machine can sign what mails carry.
    ///
    /// # Errors
    /// [`Error::File`] naming the key if it is missing.
    pub fn ready_to_mail(&self) -> Result<(), Error> {
        self.signer(&self.credentials[Purpose::Mail as usize], Purpose::Mail.file()).map(|_| ())
    }

    /// Whether this machine has every key that an edge needs: those of all purposes and the public release key. The key
    /// of [`Purpose::Trigger`] is for those edges alone that run nights, and that of [`Purpose::Mail`] for sites that
    /// send mails.
    ///
    /// # Errors
    /// [`Error::File`] naming the first key that is missing.
    pub fn ready_for_edge(&self) -> Result<(), Error> {
        let needed = |purpose: &Purpose| !matches!(purpose, Purpose::Trigger | Purpose::Mail);
        for purpose in Purpose::ALL.into_iter().filter(needed) {
            match self.credentials.get(purpose as usize) {
                Some(keys) => self.signer(keys, purpose.file()).map(|_| ())?,
                None => self.sealer().map(|_| ())?,
            }
        }
        if self.release.is_empty() { Err(missing(&self.dir.join(RELEASE_PUBLIC))) } else { Ok(()) }
    }

    fn credential_keys<T: Credential>(&self) -> &[Key] {
        const { assert!(!matches!(T::PURPOSE, Purpose::Hint), "the key of the hint encrypts and never signs") };
        &self.credentials[T::PURPOSE as usize]
    }

    fn signer<'a>(&self, keys: &'a [Key], name: &str) -> Result<&'a Key, Error> {
        let first = keys.first().filter(|key| key.sign.is_some());
        first.ok_or_else(|| missing(&self.dir.join(name)))
    }
}

/// 128 random bits as 22 characters of base64url: for ids, states and nonces. It never begins with `-`, so that it can
/// be typed as an argument.
///
/// # Errors
/// [`Error::Signing`] when the system gives no randomness.
pub fn random_id() -> Result<String, Error> {
    loop {
        let id = URL_SAFE_NO_PAD.encode(random::<16>()?);
        if !id.starts_with('-') {
            return Ok(id);
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(signing)?;
    Ok(bytes)
}

fn encode<T: Serialize>(key: &Key, typ: &str, audience: &str, body: &T) -> Result<String, Error> {
    let header = Header { typ: Some(typ.to_owned()), kid: Some(key.kid.clone()), ..Header::new(key.algorithm) };
    let signer = key.sign.as_ref().ok_or(Error::Refused("the key only verifies"))?;
    jsonwebtoken::encode(&header, &Envelope { aud: audience.to_owned(), body }, signer).map_err(signing)
}

fn decode<T: DeserializeOwned>(keys: &[Key], typ: &str, audience: &str, token: &str) -> Result<T, Error> {
    let header = strict_header(token).ok_or(Error::Refused("the header is not one of ours"))?;
    if header.typ != typ {
        return Err(Error::Refused("it was signed to be something else"));
    }
    let key = keys.iter().find(|key| key.kid == header.kid && key.algorithm == header.alg);
    let key = key.ok_or(Error::Refused("it was signed with a key that is not in the keyring"))?;
    let mut validation = Validation::new(key.algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    // The library lets a missing audience pass; the envelope does not.
    validation.validate_aud = false;
    let token = jsonwebtoken::decode::<Envelope<T>>(token, &key.verify, &validation);
    let claims = token.map_err(|_| Error::Refused("the signature or the content is wrong"))?.claims;
    if claims.aud == audience { Ok(claims.body) } else { Err(Error::Refused("it is meant for another audience")) }
}

fn strict_header(token: &str) -> Option<StrictHeader> {
    let encoded = token.split('.').next()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

fn signing(fault: impl std::fmt::Display) -> Error {
    Error::Signing(fault.to_string())
}

#[cfg(test)]
mod tests;
