//! The key by which this program shows a provider that it is the client it says: `private_key_jwt`.

use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};

use super::folder::put;
use super::set::{closed_to_others, file};
use super::{Error, random_id, signing};

/// How long an assertion is good for, in seconds: long enough for clocks that differ, too short to be worth stealing.
const LIFE: i64 = 60;
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// A private key for `private_key_jwt` (OpenID Connect Core 1.0, 9; RFC 7523, 2.2): ES256 or RS256.
pub struct ClientKey {
    kid: Option<String>,
    algorithm: Algorithm,
    sign: EncodingKey,
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// What a provider is told of a new client key.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The thumbprint of the key (RFC 7638), which is its id.
    pub kid: String,
    /// The public key as a JSON Web Key Set, to be registered as the client's `jwks`.
    pub keys: Value,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl ClientKey {
    /// Reads a key from a PEM file with PKCS#8: P-256, which signs ES256, or RSA of 2048 to 8192 bits, which signs RS256.
    /// `kid` is what the provider calls the key, where it needs a name.
    ///
    /// # Errors
    /// [`Error::File`] when the file is unreadable, open to others, or holds no such key.
    pub fn load(path: &Path, kid: Option<String>) -> Result<ClientKey, Error> {
        let unreadable = |e| file(path, &format!("cannot be read: {e}"), "let the user of this program read it");
        let bytes = fs::read(path).map_err(unreadable)?;
        closed_to_others(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let der = private_key(&text).ok_or_else(|| not_pkcs8(path, &text))?;
        let (algorithm, sign) = signer(&der).ok_or_else(|| {
            let why = "holds a key that is neither P-256 nor RSA of 2048 to 8192 bits";
            file(path, why, "`tollgate keys client FILE` makes a key that every provider of ES256 takes")
        })?;
        Ok(ClientKey { kid, algorithm, sign })
    }

    /// A signed statement that we are the client, for the provider at `audience`. `now` is Unix time in seconds; the
    /// statement is good for 60 of them, and its random `jti` lets the provider refuse a second use.
    ///
    /// # Errors
    /// [`Error::Signing`] when the system gives no randomness.
    pub fn assertion(&self, client_id: &str, audience: &str, now: i64) -> Result<String, Error> {
        let header = Header { kid: self.kid.clone(), ..Header::new(self.algorithm) };
        let (iss, sub, aud) = (client_id, client_id, audience);
        let claims = Assertion { iss, sub, aud, jti: random_id()?, iat: now, exp: now + LIFE };
        jsonwebtoken::encode(&header, &claims, &self.sign).map_err(signing)
    }

    /// Makes a new P-256 key at `path`, as PEM with PKCS#8, readable by its owner only. A file that exists is never replaced.
    ///
    /// # Errors
    /// [`Error::File`] when the file exists or cannot be written.
    pub fn create(path: &Path) -> Result<Registration, Error> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(signing)?;
        let document = pair.to_pkcs8v1().map_err(signing)?;
        put(path, pem(document.as_ref()).as_bytes(), 0o600, false).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => file(path, "exists already", "keys are never replaced; name a new file"),
            _ => file(path, &format!("cannot be written: {e}"), "name a file in a folder that you may write to"),
        })?;
        let [x, y] = point(pair.public_key().as_ref());
        let kid = thumbprint(&x, &y);
        let key = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y,
        });
        Ok(Registration { kid, keys: json!({ "keys": [key] }) })
    }
}

/// The coordinates of an uncompressed P-256 point: 0x04, then 32 bytes each of x and y (SEC 1, 2.3.3).
pub(super) fn point(bytes: &[u8]) -> [String; 2] {
    let (x, y) = bytes[1..].split_at(32);
    [x, y].map(|part| URL_SAFE_NO_PAD.encode(part))
}

/// RFC 7638, 3: SHA-256 of the required members, in order of their names and without white space.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}

/// The one private key of a PEM file (RFC 7468, 10); `None` if there is none, or more than one.
fn private_key(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (body, after) = rest.split_once(END)?;
    let packed: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(packed).ok().filter(|_| !after.contains(BEGIN))
}

fn signer(der: &[u8]) -> Option<(Algorithm, EncodingKey)> {
    if EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).is_ok() {
        return Some((Algorithm::ES256, EncodingKey::from_ec_der(der)));
    }
    RsaKeyPair::from_pkcs8(der).ok()?;
    Some((Algorithm::RS256, EncodingKey::from_rsa_pem(pem(der).as_bytes()).ok()?))
}

fn not_pkcs8(path: &Path, text: &str) -> Error {
    let convert = format!("convert it with `openssl pkcs8 -topk8 -nocrypt -in {0} -out {0}.new`", path.display());
    let other = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
    let (why, hint) = if other("ENCRYPTED PRIVATE KEY") {
        ("holds a private key under a password", convert)
    } else if other("EC PRIVATE KEY") || other("RSA PRIVATE KEY") {
        ("holds a private key in an older form than PKCS#8", convert)
    } else if other("PUBLIC KEY") || other("CERTIFICATE") {
        ("holds a public key where the private one is needed", "name the file of the private key".to_owned())
    } else {
        ("holds no single private key as PEM with PKCS#8", "`tollgate keys client FILE` makes one".to_owned())
    };
    file(path, why, &hint)
}
