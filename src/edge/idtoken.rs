//! What an ID token must say before it is believed (OpenID Connect Core 1.0, 3.1.3.7).

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::session::{ATTEMPT, SKEW};
use super::token::{Token, short_text};

/// What the token must fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    /// The provider, to the last character.
    pub(super) issuer: &'a str,
    /// This site, as the provider knows it.
    pub(super) client_id: &'a str,
    /// What the sign-in sent along.
    pub(super) nonce: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// Checks every claim that says whether a token is meant for this sign-in.
///
/// # Errors
/// What is wrong.
pub(super) fn check(claims: &Map<String, Value>, expected: Expected<'_>) -> Result<(), &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err("the ID token is from another issuer");
    }
    if !audience_is(claims.get("aud"), expected.client_id) {
        return Err("the ID token is meant for another client, or for others too");
    }
    if claims.contains_key("azp") && text("azp") != Some(expected.client_id) {
        return Err("the ID token was issued to another client");
    }
    if short_text(claims, "sub").is_none() {
        return Err("the ID token does not say whom it is about");
    }
    if text("nonce") != Some(expected.nonce) {
        return Err("the ID token belongs to another sign-in");
    }
    times(claims, expected.now)
}

/// One audience, ours. A token that others accept too could have been passed on by one of them.
fn audience_is(audience: Option<&Value>, client_id: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(|one| one.as_str() == Some(client_id)),
        _ => false,
    }
}

fn times(claims: &Map<String, Value>, now: i64) -> Result<(), &'static str> {
    let (now, skew) = (now as f64, SKEW as f64);
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    if !number("exp").is_some_and(|exp| now < exp + skew) {
        return Err("the ID token has expired");
    }
    let fresh = |iat: f64| iat <= now + skew && iat > now - ATTEMPT as f64 - skew;
    if !number("iat").is_some_and(fresh) {
        return Err("the ID token was not issued just now");
    }
    if claims.contains_key("nbf") && !number("nbf").is_some_and(|nbf| nbf <= now + skew) {
        return Err("the ID token is not valid yet");
    }
    Ok(())
}

/// Whether the access token is the one that came with the ID token, where that says so (OpenID Connect Core 1.0,
/// 3.1.3.8). `at_hash` is optional in the code flow; one that is there and wrong is refused. With EdDSA it is passed
/// over: the standard names no hash for it, and providers use several.
///
/// # Errors
/// When another access token was meant.
pub(super) fn belongs(token: &Token<'_>, access: &str) -> Result<(), &'static str> {
    let Some(said) = token.claims.get("at_hash").filter(|_| token.header.alg.ends_with("256")) else {
        return Ok(());
    };
    let whole = digest::digest(&digest::SHA256, access.as_bytes());
    let half = URL_SAFE_NO_PAD.encode(&whole.as_ref()[..16]);
    if said.as_str() == Some(&half) { Ok(()) } else { Err("the access token is not the one the ID token came with") }
}

/// Adds what a userinfo answer knows and the ID token does not.
///
/// The address and whether it is verified are taken from one of the two together: an address from one place must
/// not be vouched for by the other.
///
/// # Errors
/// When the answer is about somebody else.
pub(super) fn merge(
    mut claims: Map<String, Value>,
    mut userinfo: Map<String, Value>,
) -> Result<Map<String, Value>, &'static str> {
    if userinfo.get("sub") != claims.get("sub") {
        return Err("the userinfo answer is about somebody else");
    }
    let whole = claims.contains_key("email") && claims.contains_key("email_verified");
    let doubtful = if whole || !userinfo.contains_key("email") { &mut userinfo } else { &mut claims };
    for name in ["email", "email_verified"] {
        doubtful.remove(name);
    }
    userinfo.into_iter().for_each(|(name, value)| _ = claims.entry(name).or_insert(value));
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::edge::token::Kind;

    const NOW: i64 = 1_800_000_000;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("claims are an object") };
        map
    }

    fn good() -> Map<String, Value> {
        object(
            json!({"iss": "https://id.example", "aud": "tollgate", "sub": "7", "nonce": "n", "exp": NOW + 300, "iat": NOW}),
        )
    }

    fn verdict(claims: &Map<String, Value>) -> Result<(), &'static str> {
        check(claims, Expected { issuer: "https://id.example", client_id: "tollgate", nonce: "n", now: NOW })
    }

    #[test]
    fn a_token_passes_only_if_every_claim_fits() {
        assert_eq!(verdict(&good()), Ok(()));
        for (name, fits) in [
            ("aud", json!(["tollgate"])),
            ("azp", json!("tollgate")),
            ("exp", json!(NOW - 59)),
            ("exp", json!(NOW as f64 + 0.5)),
            ("iat", json!(NOW + 60)),
            ("iat", json!(NOW - 659)),
            ("nbf", json!(NOW + 60)),
            ("auth_time", json!(0.5)),
            ("groups", json!("one")),
        ] {
            let mut claims = good();
            claims.insert(name.into(), fits.clone());
            assert_eq!(verdict(&claims), Ok(()), "{name} = {fits}");
        }
        for (name, wrong) in [
            ("iss", json!("https://id.example/")),
            ("iss", json!("https://evil.example")),
            ("iss", json!(["https://id.example"])),
            ("aud", json!("other")),
            ("aud", json!([])),
            ("aud", json!(["other"])),
            ("aud", json!(["tollgate", "other"])),
            ("aud", json!(["tollgate", 7])),
            ("aud", json!({"tollgate": true})),
            ("azp", json!("other")),
            ("azp", json!(null)),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("sub", json!("x".repeat(256))),
            ("nonce", json!("m")),
            ("nonce", json!(null)),
            ("exp", json!(NOW - 60)),
            ("exp", json!((NOW + 300).to_string())),
            ("iat", json!(NOW + 61)),
            ("iat", json!(NOW - 660)),
            ("iat", json!("now")),
            ("nbf", json!(NOW + 61)),
            ("nbf", json!("later")),
        ] {
            let mut claims = good();
            claims.insert(name.into(), wrong.clone());
            assert!(verdict(&claims).is_err(), "{name} = {wrong}");
        }
        for name in ["iss", "aud", "sub", "nonce", "exp", "iat"] {
            let mut claims = good();
            claims.remove(name);
            assert!(verdict(&claims).is_err(), "without {name}");
        }
    }

    #[test]
    fn an_access_token_goes_with_the_id_token_that_names_its_hash() {
        // The example of OpenID Connect Core 1.0, A.3.
        let (access, hash) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
        let verdict = |algorithm: &str, claims: Value| {
            let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let text = format!("{}.{}.c2ln", part(json!({ "alg": algorithm })), part(claims));
            belongs(&Token::parse(&text, Kind::Id).unwrap(), access).is_ok()
        };
        for algorithm in ["RS256", "PS256", "ES256"] {
            assert!(verdict(algorithm, json!({"at_hash": hash})) && verdict(algorithm, json!({})), "{algorithm}");
            for wrong in [json!("AAAAAAAAAAAAAAAAAAAAAA"), json!(""), json!(null), json!([hash])] {
                assert!(!verdict(algorithm, json!({"at_hash": wrong})), "{algorithm} {wrong}");
            }
        }
        assert!(verdict("EdDSA", json!({"at_hash": "of another kind"})));
    }

    #[test]
    fn userinfo_adds_what_is_missing_and_never_vouches_for_an_address_from_elsewhere() {
        let merged = |claims: Value, userinfo: Value| {
            let result = merge(object(claims), object(userinfo));
            result.map(Value::Object)
        };
        for (claims, userinfo, expected) in [
            (json!({"sub": "7"}), json!({"sub": "7", "groups": ["a"]}), json!({"sub": "7", "groups": ["a"]})),
            (
                json!({"sub": "7", "groups": "a"}),
                json!({"sub": "7", "groups": "b"}),
                json!({"sub": "7", "groups": "a"}),
            ),
            (
                json!({"sub": "7", "email": "a@x"}),
                json!({"sub": "7", "email_verified": true}),
                json!({"sub": "7", "email": "a@x"}),
            ),
            (
                json!({"sub": "7", "email": "a@x"}),
                json!({"sub": "7", "email": "b@x", "email_verified": true}),
                json!({"sub": "7", "email": "b@x", "email_verified": true}),
            ),
            (
                json!({"sub": "7", "email_verified": true}),
                json!({"sub": "7", "email": "b@x"}),
                json!({"sub": "7", "email": "b@x"}),
            ),
            (
                json!({"sub": "7", "email": "a@x", "email_verified": false}),
                json!({"sub": "7", "email": "b@x", "email_verified": true}),
                json!({"sub": "7", "email": "a@x", "email_verified": false}),
            ),
        ] {
            assert_eq!(merged(claims.clone(), userinfo.clone()), Ok(expected), "{claims} + {userinfo}");
        }
        for other in [json!({"sub": "8"}), json!({}), json!({"sub": 7})] {
            assert!(merged(json!({"sub": "7"}), other.clone()).is_err(), "{other}");
        }
    }
}
