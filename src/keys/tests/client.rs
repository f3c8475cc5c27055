//! The key that shows a provider who we are.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    RsaKeyPair, UnparsedPublicKey,
};
use base64::engine::general_purpose::STANDARD;

use super::*;

const NOW: i64 = 1_800_000_000;

/// RSA of 1024 bits.
const WEAK: &str = "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMba3+sf+319zqcaPUlAoefETD4jg11TMvlX3afN0UCj2elO/Ea9yweXGOIZ8e\
    1YUVecwFIgiMY551EAjK1oKQJW2f2FzS6IF9uRkaeOyBNu5LIaj7og7AcDSGS6mYyeV2Cl2oyRVgSz2nn0yz6lZJlgzCZZdpffTouGEnh3lxmV\
    AgMBAAECgYAGf9TdvHfdzCTa9VKXeFNSXeoYBdUfUb7Sw3ptJ571O+W9aGV6cm2WW+vmR+7OURqngGoQxRtzTyUuUpRGfqcIa78EuIvvxMQ1+z\
    jZqJ1888ZR9t2rw5iw3QRimYyScWBqbK1GJYBjhvrF6AC2WQaGMF8ZCXfrplCdjtYTa6Oy6QJBAPP8nri2yML1NdtG60LIdckQWVr/NSuBmTe7\
    uP8X+T2alW9CE3o/SCgr/WIGcLjNP2uQ1fcD0BMJhQXafoZQXrcCQQDQpWG4sQL3kqmatEf0I0hnDURKAYE4xHzjis3r45QZ4d33Sfkd9OkUm/\
    m7VGs8j8veIZHPkfWp0Vm/mudVDn4TAkAcXGcOzaB0mRBTluDN+INIhe/9FeFWV1A6HEYa0OyV7pwkPKgK88Qtdz+S33DG6oTOuh1FA1pyfA7M\
    aWN/tWPtAkEAhFcyKbTVPfVf8MnDDf7HMN5AX3Se40P2N1nWjXXXfac/ZFgeVDsBEFpyx7ifIFXRKP8//loFaYZpl9gIPXIo0wJBAIIfs5tTV3\
    79gNxgDAA2fY7y7PDLT6RrgKyPrX8zlpyHdC24XFPukjtzPzJT2zB4qSz8fQAeZKZ5LsS2RbAKTgw=";

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// A file that its owner alone may read.
fn kept(dir: &Path, text: &str) -> PathBuf {
    let path = dir.join("key.pem");
    fs::write(&path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

/// Header and claims, the signature checked by somebody else's reading of it.
fn checked(assertion: &str, key: UnparsedPublicKey<Vec<u8>>) -> (Value, Value) {
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    (part(header), part(claims))
}

#[test]
fn a_new_key_signs_what_its_registration_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("client.pem");
    let registration = ClientKey::create(&path).unwrap();
    let registered = &registration.keys["keys"][0];
    let key = ClientKey::load(&path, Some(registration.kid.clone())).unwrap();
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(registered[name].as_str().unwrap()).unwrap();
    let public = [vec![4], coordinate("x"), coordinate("y")].concat();
    let assertion = key.assertion("tollgate", "https://id.example/token", NOW).unwrap();
    let (header, claims) = checked(&assertion, UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public));
    assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256", "kid": registration.kid }));
    let jti = claims["jti"].as_str().unwrap();
    let expected = json!({
        "iss": "tollgate", "sub": "tollgate", "aud": "https://id.example/token", "jti": jti, "iat": NOW, "exp": NOW + 60,
    });
    assert_eq!((claims.clone(), jti.len()), (expected, 22));
    let again = key.assertion("tollgate", "https://id.example/token", NOW).unwrap();
    assert_ne!(part(again.split('.').nth(1).unwrap())["jti"], jti, "no two assertions are the same");
    for private in ["d", "k", "p", "q"] {
        assert!(registered.get(private).is_none());
    }
    assert_eq!(
        (&registered["kid"], &registered["alg"], &registered["use"]),
        (&json!(registration.kid), &json!("ES256"), &json!("sig"))
    );
}

#[test]
fn the_id_of_a_new_key_is_its_thumbprint() {
    let dir = tempfile::tempdir().unwrap();
    let Registration { kid, keys } = ClientKey::create(&dir.path().join("client.pem")).unwrap();
    // Required members in lexicographic order, written by somebody else (RFC 7638, 3.2).
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(keys["keys"][0].clone()).unwrap();
    assert_eq!(jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), kid);
}

#[test]
fn an_rsa_key_signs_rs256() {
    let dir = tempfile::tempdir().unwrap();
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let key = ClientKey::load(&kept(dir.path(), &pem("PRIVATE KEY", der.as_ref())), None).unwrap();
    let assertion = key.assertion("tollgate", "https://id.example", NOW).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let (header, claims) = checked(&assertion, UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public));
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256" }));
    assert_eq!(claims["aud"], "https://id.example");
}

#[test]
fn what_is_no_strong_private_key_is_refused_and_told_why() {
    let dir = tempfile::tempdir().unwrap();
    ClientKey::create(&dir.path().join("good.pem")).unwrap();
    let good = fs::read_to_string(dir.path().join("good.pem")).unwrap();
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap().to_pkcs8v1().unwrap();
    let ed25519 = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let weak = STANDARD.decode(WEAK).unwrap();
    let (none, strength) = ("holds no single private key", "neither P-256 nor RSA of 2048");
    let cases = [
        (String::new(), none),
        ("a secret".to_owned(), none),
        ("\u{0}\u{1}".to_owned(), none),
        (format!("{good}{good}"), none),
        (good[..good.len() - 10].to_owned(), none),
        (good.replacen("\nM", "\n*", 1), none),
        (pem("PRIVATE KEY", b""), strength),
        (pem("PRIVATE KEY", b"no key at all"), strength),
        (pem("PRIVATE KEY", p384.as_ref()), strength),
        (pem("PRIVATE KEY", ed25519.as_ref()), strength),
        (pem("PRIVATE KEY", &weak), strength),
        (pem("EC PRIVATE KEY", b"x"), "older form than PKCS#8\n\nhint: convert it with `openssl pkcs8 -topk8 -nocrypt"),
        (pem("RSA PRIVATE KEY", b"x"), "older form than PKCS#8"),
        (pem("ENCRYPTED PRIVATE KEY", b"x"), "under a password"),
        (pem("PUBLIC KEY", b"x"), "holds a public key"),
        (pem("CERTIFICATE", b"x"), "holds a public key"),
    ];
    for (text, told) in cases {
        let refusal = ClientKey::load(&kept(dir.path(), &text), None).unwrap_err().to_string();
        assert!(refusal.contains(told) && refusal.contains("\n\nhint: "), "{text}: {refusal}");
    }
    assert!(ClientKey::load(&dir.path().join("none.pem"), None).unwrap_err().to_string().contains("cannot be read"));
    // The same key with other line ends, and with words before it as `openssl` writes them.
    for fine in [good.replace('\n', "\r\n"), format!("Bag Attributes: none\n{good}")] {
        assert!(ClientKey::load(&kept(dir.path(), &fine), None).is_ok());
    }
}

#[cfg(unix)]
#[test]
fn a_client_key_is_its_owners_alone_and_never_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("client.pem");
    ClientKey::create(&path).unwrap();
    let (text, mode) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().permissions().mode() & 0o777);
    assert_eq!(mode, 0o600);
    let refusal = ClientKey::create(&path).unwrap_err().to_string();
    assert!(refusal.contains("exists already") && fs::read(&path).unwrap() == text, "{refusal}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
    let refusal = ClientKey::load(&path, None).unwrap_err().to_string();
    assert!(refusal.contains("may be read by others (mode 0604)"), "{refusal}");
}

#[test]
fn a_client_key_shows_nothing_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    ClientKey::create(&dir.path().join("client.pem")).unwrap();
    let shown = format!("{:?}", ClientKey::load(&dir.path().join("client.pem"), Some("k1".into())).unwrap());
    assert_eq!(shown, "ClientKey { kid: Some(\"k1\"), algorithm: ES256, .. }");
}
