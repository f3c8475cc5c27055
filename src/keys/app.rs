//! The key by which a GitHub App shows GitHub who it is.

use std::fs;
use std::path::Path;

use aws_lc_rs::signature::RsaKeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::set::{closed_to_others, file};
use super::{Error, signing};

/// Seconds that a token is made out to be older than it is, so that a clock ahead of GitHub's does no harm.
const BACK: i64 = 60;
/// Seconds from now that it is good for. GitHub takes no more than ten minutes, by its own clock.
const LIFE: i64 = 9 * 60;

const MAKE: &str = "make a private key on the App's settings page and put the file that GitHub sends here as it is";

/// The private key of a GitHub App.
///
/// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>
pub struct AppKey(EncodingKey);

impl std::fmt::Debug for AppKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppKey").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
}

impl AppKey {
    /// Reads the key from a file, which nobody else may read.
    ///
    /// # Errors
    /// [`Error::File`] when the file is unreadable or open to others, [`Error::Key`] when it holds no such key.
    pub fn load(path: &Path) -> Result<AppKey, Error> {
        let unreadable = |e| file(path, &format!("cannot be read: {e}"), "let the user of this program read it");
        let bytes = fs::read(path).map_err(unreadable)?;
        closed_to_others(path)?;
        AppKey::parse(&String::from_utf8_lossy(&bytes), &format!("key file `{}`", path.display()))
    }

    /// Reads the key from PEM: RSA of 2048 to 8192 bits in PKCS#1, as GitHub gives it out, or in PKCS#8. `whence` is what
    /// messages call the text.
    ///
    /// # Errors
    /// [`Error::Key`] when it is something else.
    pub fn parse(text: &str, whence: &str) -> Result<AppKey, Error> {
        let fault = |why: &str, hint: &str| Error::Key { what: whence.to_owned(), why: why.into(), hint: hint.into() };
        if let Some((why, hint)) = other(text) {
            return Err(fault(why, hint));
        }
        let none = || fault("holds no single RSA private key as PEM", MAKE);
        let (label, der) = block(text).ok_or_else(none)?;
        let pair = match label {
            Label::Pkcs1 => RsaKeyPair::from_der(&der),
            Label::Pkcs8 => RsaKeyPair::from_pkcs8(&der),
        };
        pair.map_err(|_| fault("holds a key that is not RSA of 2048 to 8192 bits", MAKE))?;
        EncodingKey::from_rsa_pem(text.trim().as_bytes()).map(AppKey).map_err(|_| none())
    }

    /// A signed statement that we are the App with this id, RS256. `now` is Unix time in seconds.
    ///
    /// # Errors
    /// [`Error::Signing`] when the library fails.
    pub fn token(&self, id: &str, now: i64) -> Result<String, Error> {
        let claims = Claims { iss: id, iat: now - BACK, exp: now + LIFE };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.0).map_err(signing)
    }
}

/// How a private key is written.
#[derive(Clone, Copy)]
enum Label {
    Pkcs1,
    Pkcs8,
}

impl Label {
    const ALL: [(Label, &'static str); 2] = [(Label::Pkcs1, "RSA PRIVATE KEY"), (Label::Pkcs8, "PRIVATE KEY")];
}

/// The one private key of a PEM text (RFC 7468); `None` if there is none, or more than one.
fn block(text: &str) -> Option<(Label, Vec<u8>)> {
    if text.matches("-----BEGIN ").count() != 1 {
        return None;
    }
    Label::ALL.iter().find_map(|(label, name)| {
        let (_, rest) = text.split_once(&format!("-----BEGIN {name}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {name}-----"))?;
        let packed: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        Some((*label, STANDARD.decode(packed).ok()?))
    })
}

/// What people put there instead.
fn other(text: &str) -> Option<(&'static str, &'static str)> {
    let has = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
    let old_password = text.contains("Proc-Type: 4,ENCRYPTED");
    match () {
        () if has("ENCRYPTED PRIVATE KEY") || old_password => {
            Some(("holds a private key under a password", "write it without, as GitHub sent it"))
        }
        () if has("PUBLIC KEY") || has("RSA PUBLIC KEY") || has("CERTIFICATE") => {
            Some(("holds a public key where the private one is needed", MAKE))
        }
        () if has("EC PRIVATE KEY") || has("OPENSSH PRIVATE KEY") => {
            Some(("holds a private key that is none of a GitHub App's, which are RSA", MAKE))
        }
        () if text.trim_start().starts_with("gh") || text.trim_start().starts_with("SHA256:") => {
            Some(("holds a token, a client secret or a fingerprint where a private key is needed", MAKE))
        }
        () => None,
    }
}
