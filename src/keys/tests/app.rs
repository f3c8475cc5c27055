//! The key by which a GitHub App shows who it is.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000;
const WHENCE: &str = "environment variable `APP_KEY`";

fn pair() -> &'static RsaKeyPair {
    static PAIR: OnceLock<RsaKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn pkcs8() -> Vec<u8> {
    AsDer::<Pkcs8V1Der<'_>>::as_der(pair()).unwrap().as_ref().to_vec()
}

/// PKCS#8 ends in the PKCS#1 key (RFC 5208, 5).
fn pkcs1() -> Vec<u8> {
    let der = pkcs8();
    let start = (1..der.len()).find(|at| der[*at] == 0x30 && RsaKeyPair::from_der(&der[*at..]).is_ok());
    der[start.unwrap()..].to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[test]
fn both_forms_of_a_key_sign_what_github_asks_for() {
    for text in [pem("RSA PRIVATE KEY", &pkcs1()), pem("PRIVATE KEY", &pkcs8())] {
        let key = AppKey::parse(&text, WHENCE).unwrap();
        let token = key.token("Iv23liABC", NOW).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        // Held against somebody else's reading of it.
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair().public_key().as_ref());
        public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let (head, claims) = signed.split_once('.').unwrap();
        assert_eq!(part(head), json!({ "typ": "JWT", "alg": "RS256" }));
        assert_eq!(part(claims), json!({ "iss": "Iv23liABC", "iat": NOW - 60, "exp": NOW + 540 }));
    }
}

#[test]
fn other_line_ends_and_white_space_around_a_key_do_no_harm() {
    let text = pem("RSA PRIVATE KEY", &pkcs1());
    for fine in [text.replace('\n', "\r\n"), format!("\n  {text}\n\n")] {
        assert!(AppKey::parse(&fine, WHENCE).is_ok(), "{fine}");
    }
}

#[test]
fn what_is_no_key_of_an_app_is_refused_and_told_why() {
    let good = pem("RSA PRIVATE KEY", &pkcs1());
    let p256 = aws_lc_rs::signature::EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING);
    let p256 = p256.unwrap().to_pkcs8v1().unwrap();
    let (none, kind) = ("holds no single RSA private key as PEM", "holds a key that is not RSA of 2048 to 8192 bits");
    let make = "make a private key on the App's settings page and put the file that GitHub sends here as it is";
    let public = "holds a public key where the private one is needed";
    for (text, why, hint) in [
        (String::new(), none, make),
        (format!("{good}{good}"), none, make),
        (good[..good.len() - 10].to_owned(), none, make),
        (good.replacen("\nM", "\n*", 1), none, make),
        (pem("RSA PRIVATE KEY", b"no key"), kind, make),
        (pem("PRIVATE KEY", p256.as_ref()), kind, make),
        (pem("PRIVATE KEY", &pkcs1()), kind, make),
        (pem("PUBLIC KEY", b"x"), public, make),
        (pem("CERTIFICATE", b"x"), public, make),
        (pem("EC PRIVATE KEY", b"x"), "holds a private key that is none of a GitHub App's, which are RSA", make),
        (
            pem("ENCRYPTED PRIVATE KEY", b"x"),
            "holds a private key under a password",
            "write it without, as GitHub sent it",
        ),
        (
            "ghp_0123456789".to_owned(),
            "holds a token, a client secret or a fingerprint where a private key is needed",
            make,
        ),
    ] {
        let refusal = AppKey::parse(&text, WHENCE).unwrap_err().to_string();
        assert_eq!(refusal, format!("{WHENCE} {why}\n\nhint: {hint}"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn the_key_file_of_an_app_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.pem");
    let refusal = AppKey::load(&path).unwrap_err().to_string();
    assert!(refusal.contains("app.pem` cannot be read: ") && refusal.contains("\n\nhint: "), "{refusal}");
    std::fs::write(&path, pem("RSA PRIVATE KEY", &pkcs1())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refusal = AppKey::load(&path).unwrap_err().to_string();
    assert!(refusal.contains("may be read by others (mode 0644)\n\nhint: run `chmod 600 "), "{refusal}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let key = AppKey::load(&path).unwrap();
    assert_eq!(format!("{key:?}"), "AppKey { .. }");
    std::fs::write(&path, "nothing").unwrap();
    let refusal = AppKey::load(&path).unwrap_err().to_string();
    assert!(refusal.starts_with("key file `") && refusal.contains("app.pem` holds no single RSA"), "{refusal}");
}
