//! A provider's keys: which of them count, and whether one of them made a signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Alg};
use serde_json::Value;

use crate::edge::token::Token;

/// The most keys that are tried on one token. Only a token that names none, at a provider with very many, needs as
/// many; anybody can post a logout token, and each try takes time.
const TRIES: usize = 16;

/// The keys of a provider that may verify.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<CoreJsonWebKey>);

/// The ways of signing that are accepted, whatever the provider offers and the token says of itself. All are made
/// with a private key: `none` and the `HS` family, for which our secret would do, are not among them.
fn accepted(name: &str) -> Option<Alg> {
    match name {
        "RS256" => Some(Alg::RsaSsaPkcs1V15Sha256),
        "PS256" => Some(Alg::RsaSsaPssSha256),
        "ES256" => Some(Alg::EcdsaP256Sha256),
        "EdDSA" => Some(Alg::EdDsa),
        _ => None,
    }
}

impl Keys {
    /// Reads a JSON Web Key Set (RFC 7517). A key of another kind, for another use, too weak or malformed is passed
    /// over: providers keep many together.
    ///
    /// # Errors
    /// When it is no set at all.
    pub(super) fn read(body: &[u8]) -> Result<Keys, String> {
        let mut set: Value = serde_json::from_slice(body).map_err(|_| "its keys are no JSON")?;
        let Some(Value::Array(keys)) = set.get_mut("keys").map(Value::take) else {
            return Err("its keys are no JSON Web Key Set".into());
        };
        let keys = keys.into_iter().filter(verifies);
        Ok(Keys(keys.filter_map(|key| serde_json::from_value(key).ok()).collect()))
    }

    /// Whether one of the keys made the token's signature: the one that it names, or any if it names none.
    ///
    /// # Errors
    /// When the token is signed in a way that is not accepted, whoever did it.
    pub(super) fn signed(&self, token: &Token<'_>) -> Result<bool, &'static str> {
        let algorithm = accepted(&token.header.alg).ok_or("the token is signed in a way that is not accepted")?;
        let kid = token.header.kid.as_deref();
        let named = |key: &&CoreJsonWebKey| kid.is_none() || key.key_id().map(|id| id.as_str()) == kid;
        let mut candidates = self.0.iter().filter(named).filter(|key| of_kind(key, &algorithm)).take(TRIES);
        Ok(candidates.any(|key| key.verify_signature(&algorithm, token.signed, &token.signature).is_ok()))
    }
}

/// Whether a key is of the kind that an algorithm needs. Whether it is meant for that very algorithm is looked at
/// when it verifies.
fn of_kind(key: &CoreJsonWebKey, algorithm: &Alg) -> bool {
    use openidconnect::core::CoreJsonWebKeyType as Type;
    let needed = match algorithm {
        Alg::EcdsaP256Sha256 => Type::EllipticCurve,
        Alg::EdDsa => Type::OctetKeyPair,
        _ => Type::RSA,
    };
    *key.key_type() == needed
}

/// Whether a key may verify signatures at all: by its use (RFC 7517, 4.2 and 4.3) and by its kind and strength. RSA
/// keys have 2,048 bits at least (RFC 7518, 3.3); with more than 4,096 none verifies.
fn verifies(key: &Value) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let for_use = key.get("use").is_none_or(|usage| usage == "sig");
    let operations = key.get("key_ops").and_then(Value::as_array);
    let for_operation = operations.is_none_or(|operations| operations.iter().any(|one| one == "verify"));
    let strong = match text("kty") {
        Some("RSA") => text("n").is_some_and(|modulus| bits(modulus) >= 2_048),
        Some("EC") => text("crv") == Some("P-256"),
        Some("OKP") => text("crv") == Some("Ed25519"),
        _ => false,
    };
    for_use && for_operation && strong
}

/// The length of a number in base64url, leading zeros aside.
fn bits(number: &str) -> usize {
    let bytes = URL_SAFE_NO_PAD.decode(number).unwrap_or_default();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes.get(first).map_or(0, |byte| (bytes.len() - first) * 8 - byte.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding,
    };
    use serde_json::json;

    use super::*;
    use crate::edge::token::Kind;
    use crate::keys::ProviderKey;

    fn keys(keys: &[&Value]) -> Keys {
        Keys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn signed(keys: &Keys, token: &str) -> Result<bool, &'static str> {
        keys.signed(&Token::parse(token, Kind::Id).unwrap())
    }

    fn with(key: &Value, name: &str, value: Value) -> Value {
        let mut key = key.clone();
        key[name] = value;
        key
    }

    #[test]
    fn a_key_that_is_not_for_verifying_never_verifies() {
        let key = ProviderKey::generate().unwrap();
        let (jwk, token) = (key.jwk(), key.sign(&json!({"sub": "7"})).unwrap());
        for (name, value, expected) in [
            ("kid", jwk["kid"].clone(), true),
            ("key_ops", json!(["verify"]), true),
            ("key_ops", json!(["sign", "verify"]), true),
            ("unknown", json!({"a": 1}), true),
            ("use", json!("enc"), false),
            ("use", json!(null), false),
            ("key_ops", json!(["encrypt"]), false),
            ("kid", json!("other"), false),
            ("kid", json!(null), false),
            ("alg", json!("ES384"), false),
            ("alg", json!("RS256"), false),
            ("alg", json!("ECDH-ES"), false),
            ("crv", json!("P-384"), false),
            ("kty", json!("oct"), false),
            ("kty", json!("OKP"), false),
            ("x", jwk["y"].clone(), false),
            ("x", json!(7), false),
        ] {
            let found = signed(&keys(&[&with(&jwk, name, value.clone())]), &token);
            assert_eq!(found, Ok(expected), "{name} = {value}");
        }
        assert_eq!(signed(&keys(&[]), &token), Ok(false));
        let strange = json!({"kty": "strange"});
        assert_eq!(signed(&keys(&[&strange, &json!(7), &with(&jwk, "kid", json!("x")), &jwk]), &token), Ok(true));
    }

    #[test]
    fn a_token_that_names_no_key_is_tried_with_those_that_fit_and_not_with_thousands() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(half));
        let right = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let text = format!("{}.e30", URL_SAFE_NO_PAD.encode("{\"alg\":\"ES256\"}"));
        let signature = pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
        let other = ProviderKey::generate().unwrap().jwk();
        for (before, found) in [(0, true), (TRIES - 1, true), (TRIES, false), (2_000, false)] {
            let all: Vec<&Value> = std::iter::repeat_n(&other, before).chain([&right]).collect();
            assert_eq!(signed(&keys(&all), &token), Ok(found), "{before} others first");
        }
    }

    #[test]
    fn only_algorithms_with_a_private_key_are_accepted() {
        let key = ProviderKey::generate().unwrap();
        let keys = keys(&[&key.jwk(), &json!({"kty": "oct", "k": "c2VjcmV0", "kid": "s"})]);
        for algorithm in ["none", "None", "", "HS256", "RS1", "RS512", "ES384", "es256", "ECDH-ES", "EdDSA ", "dir"] {
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": algorithm }).to_string());
            assert!(signed(&keys, &format!("{header}.e30.c2ln")).is_err(), "{algorithm}");
        }
        for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": algorithm }).to_string());
            assert_eq!(signed(&keys, &format!("{header}.e30.")), Ok(false), "{algorithm} with an empty signature");
        }
    }

    /// A signed token, made by hand: `sign` fills in the signature.
    fn token(header: Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let text = format!("{}.e30", URL_SAFE_NO_PAD.encode(header.to_string()));
        let signature = sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn an_rsa_signature_is_right_only_in_the_way_the_token_says_and_the_key_allows() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // RSAPublicKey in DER: two headers and a sign byte, 256 bytes of modulus, then the exponent 65537.
        let n = URL_SAFE_NO_PAD.encode(&pair.public_key().as_ref()[9..265]);
        let jwk = json!({"kty": "RSA", "n": n, "e": "AQAB"});
        let made = |algorithm: &str, padding: &'static dyn RsaEncoding| {
            token(json!({ "alg": algorithm }), |text| {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &SystemRandom::new(), text, &mut signature).unwrap();
                signature
            })
        };
        for (algorithm, padding, of_key, expected) in [
            ("RS256", &RSA_PKCS1_SHA256, None, true),
            ("PS256", &RSA_PSS_SHA256, None, true),
            ("RS256", &RSA_PKCS1_SHA256, Some("RS256"), true),
            ("PS256", &RSA_PSS_SHA256, Some("RS256"), false),
            ("RS256", &RSA_PKCS1_SHA256, Some("RSA-OAEP"), false),
            ("RS256", &RSA_PSS_SHA256, None, false),
            ("PS256", &RSA_PKCS1_SHA256, None, false),
            ("ES256", &RSA_PKCS1_SHA256, None, false),
        ] {
            let jwk = of_key.map_or(jwk.clone(), |name| with(&jwk, "alg", json!(name)));
            let found = signed(&keys(&[&jwk]), &made(algorithm, padding));
            assert_eq!(found, Ok(expected), "{algorithm} with a key for {of_key:?}");
        }
    }

    #[test]
    fn an_ed25519_signature_is_right_with_its_key_only() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let jwk = |pair: &Ed25519KeyPair| json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())});
        let made = token(json!({"alg": "EdDSA"}), |text| pair.sign(text).as_ref().to_vec());
        let other = jwk(&Ed25519KeyPair::generate().unwrap());
        assert_eq!(signed(&keys(&[&other, &jwk(&pair)]), &made), Ok(true), "a token without a name is tried with all");
        assert_eq!(signed(&keys(&[&other]), &made), Ok(false));
        assert_eq!(signed(&keys(&[&with(&jwk(&pair), "crv", json!("X25519"))]), &made), Ok(false));
    }

    #[test]
    fn a_short_rsa_key_does_not_count() {
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        for (bytes, expected) in [
            (vec![], 0),
            (vec![0, 0], 0),
            (vec![1], 1),
            (vec![0, 0x80, 0], 16),
            ([vec![0x80], vec![0; 255]].concat(), 2_048),
            ([vec![0; 300], vec![0xff; 128]].concat(), 1_024),
        ] {
            assert_eq!(bits(&number(&bytes)), expected);
            let key = json!({"kty": "RSA", "n": number(&bytes), "e": "AQAB"});
            assert_eq!(verifies(&key), expected >= 2_048);
        }
        assert_eq!(bits("no number"), 0);
    }

    #[test]
    fn what_is_no_key_set_is_told() {
        for text in ["", "[]", "{}", "\"no keys\"", "{\"keys\":{}}", "<html>"] {
            assert!(Keys::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Keys::read(b"{\"keys\":[]}").is_ok());
    }
}
