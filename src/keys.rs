//! Signing and verifying: the only file that names `jsonwebtoken`.
//!
//! A key folder holds JSON Web Key Sets (RFC 7517), one file a purpose. The first key of a set signs, all of them
//! verify. Nothing signed for one purpose passes for another: each has a key, a `typ` and an audience of its own.
//! Times are not looked at here: who verifies a credential knows the clock and the limits.

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod set;

use set::{Jwk, RESTORE, file, missing, read_set, restrict, write_set};

use crate::domain::release::{Digest, FORMAT, Release};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sessions of signed-in people.
    Session,
    /// Sign-ins that are under way.
    Attempt,
}

impl Purpose {
    const ALL: [Purpose; 2] = [Purpose::Session, Purpose::Attempt];

    fn file(self) -> &'static str {
        match self {
            Purpose::Session => "session.json",
            Purpose::Attempt => "attempt.json",
        }
    }
}

/// Something the edge signs for itself. Every field is required when it comes back.
pub trait Credential: Serialize + DeserializeOwned {
    /// The `typ` of the header, such as `session+jwt`.
    const TYP: &'static str;
    /// The `aud` of the payload.
    const AUDIENCE: &'static str;
    /// Which key signs it.
    const PURPOSE: Purpose;
}

const RELEASE_PRIVATE: &str = "release-private.json";
const RELEASE_PUBLIC: &str = "release-public.json";
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
    credentials: [Vec<Key>; 2],
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
    /// Makes a full set of new keys in `dir`, readable by its owner only. A file that exists is never replaced.
    ///
    /// # Errors
    /// [`Error::File`] when a key file exists already or cannot be written.
    pub fn init(dir: &Path) -> Result<Vec<PathBuf>, Error> {
        let names = [RELEASE_PRIVATE, RELEASE_PUBLIC].into_iter().chain(Purpose::ALL.map(Purpose::file));
        if let Some(taken) = names.map(|name| dir.join(name)).find(|path| path.exists()) {
            return Err(file(&taken, "exists already", "keys are never replaced; move the folder away to start anew"));
        }
        fs::create_dir_all(dir).map_err(|e| file(dir, &format!("cannot be made: {e}"), "make the folder writable"))?;
        restrict(dir, 0o700)?;
        let private = release_key()?;
        let public = Jwk { d: None, ..private.clone() };
        let mut written = vec![write_set(dir, RELEASE_PRIVATE, private, 0o600)?];
        written.push(write_set(dir, RELEASE_PUBLIC, public, 0o644)?);
        for purpose in Purpose::ALL {
            written.push(write_set(dir, purpose.file(), secret_key()?, 0o600)?);
        }
        Ok(written)
    }

    /// Reads the keys that `dir` holds. What is missing is missed only when it is needed.
    ///
    /// # Errors
    /// [`Error::File`] when a file is unreadable, malformed, too weak, or a private one is open to others.
    pub fn load(dir: &Path) -> Result<Keyring, Error> {
        let private = keys(dir, RELEASE_PRIVATE, true)?;
        let public = keys(dir, RELEASE_PUBLIC, false)?;
        let [session, attempt] = Purpose::ALL.map(|purpose| keys(dir, purpose.file(), true));
        let release = private.into_iter().chain(public).collect();
        Ok(Keyring { dir: dir.to_owned(), release, credentials: [session?, attempt?] })
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
        let keys = &self.credentials[T::PURPOSE as usize];
        encode(self.signer(keys, T::PURPOSE.file())?, T::TYP, T::AUDIENCE, credential)
    }

    /// Reads a credential back, if one of the keys of its purpose signed it as what it claims to be.
    ///
    /// # Errors
    /// [`Error::Refused`] for anything else.
    pub fn verify<T: Credential>(&self, token: &str) -> Result<T, Error> {
        decode(&self.credentials[T::PURPOSE as usize], T::TYP, T::AUDIENCE, token)
    }

    /// Whether this machine can sign releases.
    ///
    /// # Errors
    /// [`Error::File`] naming the private release key if it is missing.
    pub fn ready_to_build(&self) -> Result<(), Error> {
        self.signer(&self.release, RELEASE_PRIVATE).map(|_| ())
    }

    /// Whether this machine can sign the credentials of an edge.
    ///
    /// # Errors
    /// [`Error::File`] naming the first key that is missing.
    pub fn ready_for_edge(&self) -> Result<(), Error> {
        for purpose in Purpose::ALL {
            self.signer(&self.credentials[purpose as usize], purpose.file())?;
        }
        if self.release.is_empty() { Err(missing(&self.dir.join(RELEASE_PUBLIC))) } else { Ok(()) }
    }

    fn signer<'a>(&self, keys: &'a [Key], name: &str) -> Result<&'a Key, Error> {
        let first = keys.first().filter(|key| key.sign.is_some());
        first.ok_or_else(|| missing(&self.dir.join(name)))
    }
}

/// A key for the ID tokens of a provider of our own making, ES256. It lives as long as the process.
pub struct ProviderKey {
    kid: String,
    point: Vec<u8>,
    sign: EncodingKey,
}

impl ProviderKey {
    /// A new key.
    ///
    /// # Errors
    /// [`Error::Signing`] when the system gives no randomness.
    pub fn generate() -> Result<ProviderKey, Error> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(signing)?;
        let document = pair.to_pkcs8v1().map_err(signing)?;
        let sign = EncodingKey::from_ec_der(document.as_ref());
        Ok(ProviderKey { kid: random_id()?, point: pair.public_key().as_ref().to_vec(), sign })
    }

    /// The public half as a JSON Web Key.
    pub fn jwk(&self) -> serde_json::Value {
        // An uncompressed point: 0x04, then 32 bytes each of x and y (SEC 1, 2.3.3).
        let (x, y) = self.point[1..].split_at(32);
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    }

    /// A compact JWS of some claims.
    ///
    /// # Errors
    /// [`Error::Signing`] when the claims are no JSON object.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, Error> {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.sign).map_err(signing)
    }
}

/// 128 random bits as 22 characters of base64url: for ids, states and nonces.
///
/// # Errors
/// [`Error::Signing`] when the system gives no randomness.
pub fn random_id() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<16>()?))
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

fn release_key() -> Result<Jwk, Error> {
    let seed = random::<32>()?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(signing)?;
    let public = pair.public_key().as_ref();
    let kid = Digest::of(public).to_string()[..16].to_owned();
    let encoded = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
    let (x, d) = (encoded(public), encoded(&seed));
    Ok(Jwk { kty: "OKP".into(), kid, alg: "EdDSA".into(), crv: Some("Ed25519".into()), x, d, k: None })
}

fn secret_key() -> Result<Jwk, Error> {
    let k = Some(URL_SAFE_NO_PAD.encode(random::<32>()?));
    Ok(Jwk { kty: "oct".into(), kid: random_id()?, alg: "HS256".into(), crv: None, x: None, d: None, k })
}

impl Jwk {
    /// `None` when a part is missing, malformed, or a secret has fewer than 32 bytes.
    fn usable(&self) -> Option<Key> {
        let bytes = |part: &Option<String>| URL_SAFE_NO_PAD.decode(part.as_deref()?).ok();
        let (algorithm, sign, verify) = match (self.kty.as_str(), self.alg.as_str()) {
            ("oct", "HS256") => {
                let secret = bytes(&self.k).filter(|secret| secret.len() >= 32)?;
                (Algorithm::HS256, Some(EncodingKey::from_secret(&secret)), DecodingKey::from_secret(&secret))
            }
            ("OKP", "EdDSA") => {
                let verify = DecodingKey::from_ed_components(self.x.as_deref()?).ok()?;
                let sign = match &self.d {
                    Some(_) => Some(ed25519_signer(&bytes(&self.d)?, &bytes(&self.x)?)?),
                    None => None,
                };
                (Algorithm::EdDSA, sign, verify)
            }
            _ => return None,
        };
        Some(Key { kid: self.kid.clone(), algorithm, sign, verify })
    }
}

fn ed25519_signer(seed: &[u8], public: &[u8]) -> Option<EncodingKey> {
    let pair = Ed25519KeyPair::from_seed_and_public_key(seed, public).ok()?;
    Some(EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref()))
}

fn keys(dir: &Path, name: &str, secret: bool) -> Result<Vec<Key>, Error> {
    let unusable = || file(&dir.join(name), "holds a key that is malformed or too short", RESTORE);
    read_set(dir, name, secret)?.iter().map(|key| key.usable().ok_or_else(unusable)).collect()
}

fn signing(fault: impl std::fmt::Display) -> Error {
    Error::Signing(fault.to_string())
}

#[cfg(test)]
mod tests;
