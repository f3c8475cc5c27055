//! What a logout token must say before it is believed (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6).
//!
//! Anybody can post one, so everything that needs no key is checked first: what is not meant for this site never
//! leads to a request to the provider.

use serde_json::{Map, Value};

use super::session::SKEW;
use super::token::{Kind, Token, short_text};

/// The longest logout token that is read, in bytes. Real ones have a few hundred.
pub(super) const LONGEST: usize = 16 * 1024;
/// How old a logout token may be, in seconds, beside the clock skew. Who keeps the ids of those that were used, so
/// that none counts twice, keeps each for this long and twice the skew.
pub(super) const FRESH: i64 = 600;

/// The member of `events` that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Who was signed out at the provider: one session of theirs, or a person everywhere. At least one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoggedOut {
    /// The person, as the provider calls them.
    pub(super) sub: Option<String>,
    /// The provider's own name for the session.
    pub(super) sid: Option<String>,
    /// Names the token, so that it counts once.
    pub(super) jti: String,
    /// When it was issued, in seconds since 1970: a session that began afterwards is not meant.
    pub(super) iat: i64,
}

/// The issuer that a token names, read before anything of it is checked: good only to choose whose keys to check it
/// with.
pub(super) fn claimed_issuer(token: &str) -> Option<String> {
    let token = parse(token).ok()?;
    token.claims.get("iss")?.as_str().map(str::to_owned)
}

/// Takes a logout token apart.
///
/// # Errors
/// What makes it unreadable.
pub(super) fn parse(text: &str) -> Result<Token<'_>, &'static str> {
    if text.len() > LONGEST {
        return Err("the logout token is too long");
    }
    Token::parse(text, Kind::Logout)
}

/// Checks every claim of a logout token.
///
/// # Errors
/// What is wrong.
pub(super) fn check(
    claims: &Map<String, Value>,
    issuer: &str,
    client_id: &str,
    now: i64,
) -> Result<LoggedOut, &'static str> {
    if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err("the logout token is from another issuer");
    }
    if !names(claims.get("aud"), client_id) {
        return Err("the logout token is meant for another client");
    }
    // An ID token has a nonce, a logout token must not: so neither passes for the other.
    if claims.contains_key("nonce") {
        return Err("the logout token has a nonce, which only ID tokens have");
    }
    if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
        return Err("the token is not about signing out");
    }
    let iat = issued(claims, now)?;
    let jti = short_text(claims, "jti").ok_or("the logout token has no usable `jti`")?.to_owned();
    let whom = |name| match (claims.contains_key(name), short_text(claims, name)) {
        (true, None) => Err("the logout token's `sub` or `sid` is no text that could be one"),
        (_, text) => Ok(text.map(str::to_owned)),
    };
    let (sub, sid) = (whom("sub")?, whom("sid")?);
    if sub.is_none() && sid.is_none() {
        return Err("the logout token does not say who or what is signed out");
    }
    Ok(LoggedOut { sub, sid, jti, iat })
}

/// Several audiences are in order here, unlike in an ID token: who passes the token on only signs the person out.
fn names(audience: Option<&Value>, client_id: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(client_id)),
        _ => false,
    }
}

/// The moment of issue, if all times are right. `exp` is not in every provider's; where it is, it counts.
fn issued(claims: &Map<String, Value>, now: i64) -> Result<i64, &'static str> {
    let (now, skew) = (now as f64, SKEW as f64);
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    let fresh = |iat: &f64| *iat <= now + skew && *iat > now - FRESH as f64 - skew;
    let iat = number("iat").filter(fresh).ok_or("the logout token was not issued just now")?;
    if claims.contains_key("exp") && !number("exp").is_some_and(|exp| now < exp + skew) {
        return Err("the logout token has expired");
    }
    if claims.contains_key("nbf") && !number("nbf").is_some_and(|nbf| nbf <= now + skew) {
        return Err("the logout token is not valid yet");
    }
    // Up, not down: whoever signed in within the same second did so before.
    Ok(iat.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const ISSUER: &str = "https://id.example";

    fn good() -> Value {
        json!({"iss": ISSUER, "aud": "tollgate", "sub": "7", "sid": "s", "iat": NOW, "jti": "j", "events": {EVENT: {}}})
    }

    fn verdict(claims: &Value) -> Result<LoggedOut, &'static str> {
        check(claims.as_object().unwrap(), ISSUER, "tollgate", NOW)
    }

    #[test]
    fn a_good_token_says_who_is_signed_out() {
        let text = |text: &str| Some(text.to_owned());
        let expected = |sub, sid| Ok(LoggedOut { sub, sid, jti: "j".into(), iat: NOW });
        assert_eq!(verdict(&good()), expected(text("7"), text("s")));
        let mut one = good();
        one.as_object_mut().unwrap().remove("sid");
        assert_eq!(verdict(&one), expected(text("7"), None));
        let mut one = good();
        one.as_object_mut().unwrap().remove("sub");
        assert_eq!(verdict(&one), expected(None, text("s")));
        one.as_object_mut().unwrap().remove("sid");
        assert!(verdict(&one).is_err(), "nobody is named");
    }

    #[test]
    fn a_token_passes_only_if_every_claim_fits() {
        for (name, fits) in [
            ("aud", json!(["tollgate"])),
            ("aud", json!(["other", "tollgate"])),
            ("iat", json!(NOW + 60)),
            ("iat", json!(NOW - 659)),
            ("exp", json!(NOW - 59)),
            ("nbf", json!(NOW + 60)),
            ("events", json!({EVENT: {"x": 1}, "https://example.com/other": {}})),
            ("jti", json!("x".repeat(255))),
            ("extra", json!(["anything"])),
        ] {
            let mut claims = good();
            claims[name] = fits.clone();
            assert!(verdict(&claims).is_ok(), "{name} = {fits}");
        }
        for (name, wrong) in [
            ("iss", json!("https://id.example/")),
            ("iss", json!("https://evil.example")),
            ("iss", json!([ISSUER])),
            ("aud", json!("other")),
            ("aud", json!([])),
            ("aud", json!(["other", ["tollgate"]])),
            ("aud", json!({"tollgate": true})),
            ("nonce", json!("n")),
            ("nonce", json!(null)),
            ("iat", json!(NOW + 61)),
            ("iat", json!(NOW - 660)),
            ("iat", json!(NOW.to_string())),
            ("exp", json!(NOW - 60)),
            ("exp", json!("later")),
            ("exp", json!(null)),
            ("nbf", json!(NOW + 61)),
            ("jti", json!("")),
            ("jti", json!(7)),
            ("jti", json!("x".repeat(256))),
            ("events", json!({})),
            ("events", json!({EVENT: null})),
            ("events", json!({EVENT: []})),
            ("events", json!({EVENT: "{}"})),
            ("events", json!([EVENT])),
            ("events", json!(EVENT)),
            ("events", json!({"http://schemas.openid.net/event/backchannel-logout/": {}})),
            ("sub", json!(7)),
            ("sub", json!("")),
            ("sid", json!(null)),
            ("sid", json!("x".repeat(256))),
        ] {
            let mut claims = good();
            claims[name] = wrong.clone();
            assert!(verdict(&claims).is_err(), "{name} = {wrong}");
        }
        for name in ["iss", "aud", "iat", "jti", "events"] {
            let mut claims = good();
            claims.as_object_mut().unwrap().remove(name);
            assert!(verdict(&claims).is_err(), "without {name}");
        }
    }

    #[test]
    fn the_issuer_is_read_from_what_looks_like_a_token_and_from_nothing_else() {
        let token = |claims: &str, signature: &str| {
            format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode("{\"alg\":\"ES256\"}"), URL_SAFE_NO_PAD.encode(claims))
        };
        assert_eq!(claimed_issuer(&token("{\"iss\":\"a\"}", "c2ln")).as_deref(), Some("a"));
        for text in [
            token("{\"iss\":7}", "c2ln"),
            token("{\"iss\":\"a\",\"iss\":\"b\"}", "c2ln"),
            token("{}", "c2ln"),
            token("{\"iss\":\"a\"}", &"A".repeat(LONGEST)),
            "a".into(),
            String::new(),
        ] {
            assert_eq!(claimed_issuer(&text), None, "{}", &text[..text.len().min(80)]);
        }
    }
}
