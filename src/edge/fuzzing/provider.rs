//! What a provider signs: ID tokens and logout tokens.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::Script;
use super::grounds::{CLIENT, ISSUER, NOW, object};
use crate::edge::idtoken::{self, Expected};
use crate::edge::login::signed_by;
use crate::edge::logouttoken::{self, LoggedOut};
use crate::edge::token::{Kind, Token};
use crate::keys::ProviderKey;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const NONCE: &str = "a-nonce";
/// An access token and what an ID token says of it (OpenID Connect Core 1.0, A.3).
const ACCESS: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
const AT_HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";

static PROVIDER: LazyLock<Provider> = LazyLock::new(Provider::new);

struct Provider {
    /// Its key set, as it publishes it.
    keys: Vec<u8>,
    id_token: String,
    logout_token: String,
}

impl Provider {
    fn new() -> Provider {
        let key = ProviderKey::generate().unwrap();
        Provider {
            keys: json!({ "keys": [key.jwk()] }).to_string().into_bytes(),
            id_token: key.sign(&id_claims()).unwrap(),
            logout_token: key.sign(&logout_claims()).unwrap(),
        }
    }
}

fn id_claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "7", "nonce": NONCE, "exp": NOW + 300, "iat": NOW, "at_hash": AT_HASH,
        "email": "ada@acme.example", "email_verified": true,
    })
}

fn logout_claims() -> Value {
    json!({"iss": ISSUER, "aud": CLIENT, "sub": "7", "sid": "s", "iat": NOW, "jti": "j", "events": {EVENT: {}}})
}

/// See [`logout_token`](super::logout_token).
pub(super) fn logout_token(mut script: Script<'_>) {
    let text = token(&mut script, &PROVIDER.logout_token, logout_claims());
    let named = logouttoken::claimed_issuer(&text);
    let Ok(token) = logouttoken::parse(&text) else { return assert_eq!(named, None) };
    assert_eq!(named.as_deref(), text_of(&token.claims, "iss"));
    signature(&token);
    repeated(&text, Kind::Logout, &token.claims);
    let checked = logouttoken::check(&token.claims, ISSUER, CLIENT, NOW);
    if text == PROVIDER.logout_token {
        assert!(checked.is_ok() && signed_by(&PROVIDER.keys, &token));
    }
    assert!(text != PROVIDER.id_token || checked.is_err());
    if let Ok(read) = checked {
        logged_out(&token.claims, &read);
    }
}

/// See [`id_token`](super::id_token).
pub(super) fn id_token(mut script: Script<'_>) {
    let text = token(&mut script, &PROVIDER.id_token, id_claims());
    let Ok(token) = Token::parse(&text, Kind::Id) else { return };
    signature(&token);
    repeated(&text, Kind::Id, &token.claims);
    let checked = idtoken::check(&token.claims, Expected { issuer: ISSUER, client_id: CLIENT, nonce: NONCE, now: NOW });
    if checked.is_ok() {
        signed_in(&token.claims);
    }
    assert!(text != PROVIDER.logout_token || checked.is_err());
    if text == PROVIDER.id_token {
        assert!(checked.is_ok() && signed_by(&PROVIDER.keys, &token) && idtoken::belongs(&token, ACCESS).is_ok());
    }
    let mut access = ACCESS.as_bytes().to_vec();
    script.change(&mut access);
    let access = String::from_utf8_lossy(&access);
    let bound = token.header.alg == "ES256" && text_of(&token.claims, "at_hash") == Some(AT_HASH);
    assert!(!bound || idtoken::belongs(&token, &access).is_ok() == (access == ACCESS), "{access:?}");
    userinfo(&mut script, &token.claims);
}

/// A token: a good one forged, or one whose claims are someone's invention and unsigned.
fn token(script: &mut Script<'_>, good: &str, mut claims: Value) -> String {
    if script.byte().is_multiple_of(2) {
        let text = script.forged(&[good, &PROVIDER.id_token, &PROVIDER.logout_token]);
        return String::from_utf8_lossy(&text).into_owned();
    }
    for _ in 0..=script.below(4) {
        let names =
            ["iss", "aud", "sub", "sid", "nonce", "exp", "iat", "nbf", "azp", "jti", "events", "at_hash", "email"];
        let (name, value) = (script.one(&names), value(script, 0));
        claims[name] = value;
    }
    if script.byte().is_multiple_of(4) {
        claims
            .as_object_mut()
            .unwrap()
            .shift_remove(script.one(&["iss", "nonce", "sub", "iat", "aud", "jti", "events"]));
    }
    let alg = script.one(&["ES256", "RS256", "none", "HS256", "es256", "EdDSA"]);
    let typ = script.one(&["JWT", "logout+jwt", "application/LOGOUT+JWT", "at+jwt"]);
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(json!({"alg": alg, "typ": typ})), part(claims))
}

/// Any JSON, with a liking for what a claim may be.
fn value(script: &mut Script<'_>, depth: usize) -> Value {
    let texts = [ISSUER, CLIENT, NONCE, "7", EVENT, "", "https://evil.example", "true", "ada@acme.example"];
    match script.below(if depth < 2 { 9 } else { 7 }) {
        0 | 1 => script.one(&texts).into(),
        2 => script.moment(NOW).into(),
        3 => (script.moment(NOW) as f64 + 0.5).into(),
        4 => Value::Null,
        5 => true.into(),
        6 => "x".repeat(script.below(300)).into(),
        7 => (0..script.below(4)).map(|_| value(script, depth + 1)).collect(),
        _ => json!({ script.one(&texts): value(script, depth + 1) }),
    }
}

/// A signature holds for what was signed and for nothing else. That it has a second form is in the nature of ECDSA:
/// nothing here is known by its signature.
fn signature(token: &Token<'_>) {
    let good = [&PROVIDER.id_token, &PROVIDER.logout_token];
    let signed = |good: &&String| good.rsplit_once('.').is_some_and(|(signed, _)| signed.as_bytes() == token.signed);
    assert!(!signed_by(&PROVIDER.keys, token) || good.iter().any(signed), "{:?}", token.header);
}

/// What is read once says nothing twice: with any of its claims a second time it cannot be read.
fn repeated(text: &str, kind: Kind, claims: &Map<String, Value>) {
    let mut parts = text.split('.');
    let (Some(header), Some(body), Some(name)) = (parts.next(), parts.next(), claims.keys().next_back()) else {
        return;
    };
    let body = String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    let (_, members) = body.split_once('{').unwrap();
    let twice = format!("{{{}:0,{members}", Value::from(name.as_str()));
    assert!(Token::parse(&format!("{header}.{}.", URL_SAFE_NO_PAD.encode(&twice)), kind).is_err(), "{twice}");
}

/// Read another way than the edge does.
fn logged_out(claims: &Map<String, Value>, read: &LoggedOut) {
    let text = |name: &str| text_of(claims, name);
    let aud = claims["aud"] == CLIENT || claims["aud"].as_array().is_some_and(|all| all.contains(&CLIENT.into()));
    assert!(text("iss") == Some(ISSUER) && aud && !claims.contains_key("nonce"), "{claims:?}");
    assert!(claims["events"][EVENT].is_object(), "{claims:?}");
    assert_eq!((read.sub.as_deref(), read.sid.as_deref()), (text("sub"), text("sid")), "{claims:?}");
    assert!(read.sub.is_some() || read.sid.is_some(), "{claims:?}");
    assert!(text("jti") == Some(&read.jti) && (1..=255).contains(&read.jti.len()), "{claims:?}");
    assert!((NOW - 660..=NOW + 60).contains(&read.iat), "{claims:?}");
    in_time(claims);
}

fn signed_in(claims: &Map<String, Value>) {
    let text = |name: &str| text_of(claims, name);
    let one = Value::from(CLIENT);
    let aud = claims["aud"] == one || claims["aud"].as_array().is_some_and(|all| all.iter().all(|aud| *aud == one));
    assert!(aud && claims["aud"] != json!([]) && claims.get("azp").is_none_or(|azp| *azp == one), "{claims:?}");
    assert!(text("iss") == Some(ISSUER) && text("nonce") == Some(NONCE), "{claims:?}");
    assert!(text("sub").is_some_and(|sub| (1..=255).contains(&sub.len())), "{claims:?}");
    assert!(claims.contains_key("exp"), "{claims:?}");
    in_time(claims);
}

/// Times are numbers, and now is among them, give or take a minute.
fn in_time(claims: &Map<String, Value>) {
    let number = |name: &str| claims.get(name).map(|value| value.as_f64().unwrap() - NOW as f64);
    assert!(number("iat").is_some_and(|iat| (-660.0..=60.0).contains(&iat)), "{claims:?}");
    assert!(number("exp").is_none_or(|exp| exp > -60.0), "{claims:?}");
    assert!(number("nbf").is_none_or(|nbf| nbf <= 60.0), "{claims:?}");
}

/// What userinfo adds is about the same person, changes nothing, and vouches for its own address only.
fn userinfo(script: &mut Script<'_>, claims: &Map<String, Value>) {
    let mut userinfo = object(json!({}));
    for name in ["sub", "email", "email_verified", "groups"] {
        if script.byte().is_multiple_of(2) {
            let value = if script.byte().is_multiple_of(2) { claims.get(name).cloned() } else { None };
            let value = value.unwrap_or_else(|| self::value(script, 1));
            userinfo.insert(name.into(), value);
        }
    }
    let Ok(merged) = idtoken::merge(claims.clone(), userinfo.clone()) else {
        return assert_ne!(claims.get("sub"), userinfo.get("sub"));
    };
    let address = |of: &Map<String, Value>| ["email", "email_verified"].map(|name| of.get(name).cloned());
    assert_eq!(claims.get("sub"), userinfo.get("sub"));
    assert!([address(claims), address(&userinfo)].contains(&address(&merged)), "{merged:?}");
    let kept = |(name, value): (&String, &Value)| name.starts_with("email") || merged.get(name) == Some(value);
    assert!(claims.iter().all(kept), "{merged:?}");
}

fn text_of<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}
