//! JSON Web Key Sets as they are stored, and what a key must be to be used.

use std::fs;
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde::{Deserialize, Serialize};

use super::seal::SealKey;
use super::{Error, Key, RELEASE_PRIVATE, RELEASE_PUBLIC, random, random_id, signing};
use crate::domain::release::Digest;

/// One key of a JSON Web Key Set, as stored. Members that are not known are ignored (RFC 7517, 4).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Jwk {
    pub(super) kty: String,
    pub(super) kid: String,
    pub(super) alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) d: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) k: Option<String>,
    /// When it was made, in seconds; older programs wrote none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) iat: Option<i64>,
    /// Made to be copied about before it signs, and has signed nothing yet. Means nothing on the first key of a set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) announced: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct JwkSet {
    pub(super) keys: Vec<Jwk>,
}

/// What mends a damaged key file.
const RESTORE: &str = "restore it from a copy, or move it away and run `tollgate keys init`";

impl Jwk {
    /// A new Ed25519 pair (RFC 8037).
    pub(super) fn new_release(now: i64) -> Result<Jwk, Error> {
        let seed = random::<32>()?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(signing)?;
        let public = pair.public_key().as_ref();
        let kid = Digest::of(public).to_string()[..16].to_owned();
        let encoded = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
        let (x, d) = (encoded(public), encoded(&seed));
        Ok(Jwk { crv: Some("Ed25519".into()), x, d, ..Jwk::bare("OKP", "EdDSA", kid, now) })
    }

    /// A new secret of 256 bits, `HS256` to sign or `A256GCM` to encrypt (RFC 7518, 6.4).
    pub(super) fn new_secret(alg: &str, now: i64) -> Result<Jwk, Error> {
        let k = Some(URL_SAFE_NO_PAD.encode(random::<32>()?));
        Ok(Jwk { k, ..Jwk::bare("oct", alg, random_id()?, now) })
    }

    fn bare(kty: &str, alg: &str, kid: String, now: i64) -> Jwk {
        let (kty, alg, iat) = (kty.to_owned(), alg.to_owned(), Some(now));
        Jwk { kty, kid, alg, crv: None, x: None, d: None, k: None, iat, announced: false }
    }

    /// The half that everyone may know.
    pub(super) fn public(&self) -> Jwk {
        Jwk { d: None, k: None, ..self.clone() }
    }

    /// A key that signs credentials; `None` when it is of another kind, malformed, or has fewer than 32 bytes.
    pub(super) fn credential_key(&self) -> Option<Key> {
        let secret = self.secret("HS256").filter(|secret| secret.len() >= 32)?;
        let (sign, verify) = (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret));
        Some(Key { kid: self.kid.clone(), algorithm: Algorithm::HS256, sign: Some(sign), verify })
    }

    /// A key that seals; `None` when it is of another kind, malformed, or has not exactly 32 bytes.
    pub(super) fn seal_key(&self) -> Option<SealKey> {
        SealKey::new(&self.kid, &self.secret("A256GCM")?)
    }

    pub(super) fn release_private(&self) -> Option<Key> {
        let (seed, public) = (bytes(&self.d)?, bytes(&self.x)?);
        let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public).ok()?;
        let sign = EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref());
        Some(Key { sign: Some(sign), ..self.release_public()? })
    }

    pub(super) fn release_public(&self) -> Option<Key> {
        let ours = (self.kty.as_str(), self.alg.as_str()) == ("OKP", "EdDSA");
        bytes(&self.x).filter(|public| ours && public.len() == 32)?;
        let verify = DecodingKey::from_ed_components(self.x.as_deref()?).ok()?;
        Some(Key { kid: self.kid.clone(), algorithm: Algorithm::EdDSA, sign: None, verify })
    }

    fn secret(&self, alg: &str) -> Option<Vec<u8>> {
        let ours = (self.kty.as_str(), self.alg.as_str()) == ("oct", alg);
        bytes(&self.k).filter(|_| ours)
    }
}

/// A random id that no command takes for an option.
fn bytes(part: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.as_deref()?).ok()
}

/// The keys of a set, if every one of them can be used as `usable` does. A file that is missing has none.
pub(super) fn usable_set<K>(dir: &Path, name: &str, usable: fn(&Jwk) -> Option<K>) -> Result<Vec<K>, Error> {
    let unusable =
        || file(&dir.join(name), "holds a key that is malformed, too short or meant for something else", RESTORE);
    read_set(dir, name)?.iter().map(|key| usable(key).ok_or_else(unusable)).collect()
}

pub(super) fn read_set(dir: &Path, name: &str) -> Result<Vec<Jwk>, Error> {
    let path = dir.join(name);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(file(&path, &format!("cannot be read: {e}"), "let the user of this program read it")),
    };
    if name != RELEASE_PUBLIC {
        closed_to_others(&path)?;
    }
    let set: JwkSet =
        serde_json::from_str(&text).map_err(|e| file(&path, &format!("is no JSON Web Key Set: {e}"), RESTORE))?;
    if name == RELEASE_PUBLIC && set.keys.iter().any(|key| *key != key.public()) {
        let hint = "copy it from the machine that builds; if others could read it, make new keys everywhere";
        return Err(file(&path, "holds a private key though everyone may read it", hint));
    }
    Ok(set.keys)
}

pub(super) fn closed_to_others(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map(|meta| meta.permissions().mode()).unwrap_or(0);
        if mode & 0o077 != 0 {
            let why = format!("may be read by others (mode {:04o})", mode & 0o7777);
            return Err(file(path, &why, &format!("run `chmod 600 {}`", path.display())));
        }
    }
    Ok(())
}

pub(super) fn file(path: &Path, why: &str, hint: &str) -> Error {
    Error::File { path: path.to_owned(), why: why.to_owned(), hint: hint.to_owned() }
}

pub(super) fn missing(path: &Path) -> Error {
    let hint = match path.file_name().and_then(|name| name.to_str()) {
        // Beside a public key no private one is ever made: the two would not match.
        Some(RELEASE_PRIVATE) if path.with_file_name(RELEASE_PUBLIC).exists() => {
            "build and change release keys on the machine that has it; an edge needs the public one only"
        }
        Some(RELEASE_PUBLIC) => "copy it from the machine that builds, or run `tollgate keys init` if this one does",
        _ => "run `tollgate keys init`, which adds what is missing, or copy it from the machine that has it",
    };
    file(path, "is missing", hint)
}
