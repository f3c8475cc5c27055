//! A signed token taken apart (RFC 7515, RFC 7519), nothing of it believed yet, and JSON that says nothing twice.
//!
//! Claims stay JSON as the provider sent it: one that is a text at one provider and a list at another must not make
//! the whole token unreadable. Whether a signature is right is for whoever holds the provider's keys.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// What a token is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// OpenID Connect Core 1.0, 2.
    Id,
    /// OpenID Connect Back-Channel Logout 1.0, 2.4: by a `typ` of its own, or by that of any token.
    Logout,
}

impl Kind {
    /// A `typ` is a media type, written in any case and usually without `application/` (RFC 7515, 4.1.9).
    fn admits(self, typ: &str) -> bool {
        let typ = typ.to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ);
        typ == "jwt" || (self == Kind::Logout && typ == "logout+jwt")
    }
}

/// The header of a token: all of it that is ever read. Keys that a token brings along (`jku`, `jwk`, `x5c`) are not.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Header {
    /// How it is signed.
    pub(super) alg: String,
    /// Which key signed it.
    pub(super) kid: Option<String>,
    typ: Option<String>,
    cty: Option<Value>,
    crit: Option<Value>,
}

/// A token taken apart, nothing of it checked yet.
#[derive(Debug)]
pub(super) struct Token<'a> {
    /// Its header.
    pub(super) header: Header,
    /// Its claims.
    pub(super) claims: Map<String, Value>,
    /// The bytes that were signed.
    pub(super) signed: &'a [u8],
    /// The signature.
    pub(super) signature: Vec<u8>,
}

impl Token<'_> {
    /// Takes a compact JWS apart.
    ///
    /// # Errors
    /// What makes it unreadable, or is in its header and must not be.
    pub(super) fn parse(text: &str, kind: Kind) -> Result<Token<'_>, &'static str> {
        const FORM: &str = "the token is no signed JSON Web Token";
        let (signed, signature) = text.rsplit_once('.').ok_or(FORM)?;
        let (header, claims) = signed.split_once('.').ok_or(FORM)?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| FORM);
        let header: Header = serde_json::from_value(unique(&bytes(header)?)?.into()).map_err(|_| FORM)?;
        let claims = unique(&bytes(claims)?)?;
        if header.crit.is_some() || header.cty.is_some() || !header.typ.as_ref().is_none_or(|typ| kind.admits(typ)) {
            return Err("the token's header asks for something that is not supported");
        }
        Ok(Token { header, claims, signed: signed.as_bytes(), signature: bytes(signature)? })
    }
}

/// A claim that is a text, neither empty nor longer than what a subject may be (OpenID Connect Core 1.0, 2).
pub(super) fn short_text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty() && text.len() <= 255)
}

/// A JSON object in which nothing comes twice: two readers could believe different ones. RFC 7519, 4, lets a reader
/// refuse that or take the last; a provider that is well never sends it.
///
/// # Errors
/// When it is none.
pub(super) fn unique(bytes: &[u8]) -> Result<Map<String, Value>, &'static str> {
    const FORM: &str = "what should be a JSON object is none, or says one thing twice";
    serde_json::from_slice::<Once>(bytes).map_err(|_| FORM)?;
    serde_json::from_slice(bytes).map_err(|_| FORM)
}

/// Any JSON, read only to see that no member of any object comes twice.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Once, D::Error> {
        from.deserialize_any(Once)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repetitions")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Once, A::Error> {
        while items.next_element::<Once>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Once, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Once)) = members.next_entry::<String, Once>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn part(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn parse(header: &Value, kind: Kind) -> Result<(), &'static str> {
        Token::parse(&format!("{}.{}.c2ln", part(&header.to_string()), part("{}")), kind).map(drop)
    }

    #[test]
    fn a_header_may_say_how_and_by_whom_it_is_signed_and_no_more() {
        for (header, id, logout) in [
            (json!({"alg": "ES256"}), true, true),
            (json!({"alg": "ES256", "kid": "k", "typ": "JWT"}), true, true),
            (json!({"alg": "ES256", "typ": "application/jwt"}), true, true),
            (json!({"alg": "ES256", "typ": "jwt", "jku": "https://evil.example", "jwk": {}}), true, true),
            (json!({"alg": "ES256", "typ": "logout+jwt"}), false, true),
            (json!({"alg": "ES256", "typ": "Application/Logout+JWT"}), false, true),
            (json!({"alg": "ES256", "typ": "at+jwt"}), false, false),
            (json!({"alg": "ES256", "typ": "text/jwt"}), false, false),
            (json!({"alg": "ES256", "typ": "tollgate-session+jwt"}), false, false),
            (json!({"alg": "ES256", "typ": ""}), false, false),
            (json!({"alg": "ES256", "typ": ["JWT"]}), false, false),
            (json!({"alg": "ES256", "kid": 7}), false, false),
            (json!({"alg": "ES256", "crit": ["exp"]}), false, false),
            (json!({"alg": "ES256", "crit": [], "b64": false}), false, false),
            (json!({"alg": "ES256", "cty": "JWT"}), false, false),
            (json!({"alg": ["ES256"]}), false, false),
            (json!({"kid": "k"}), false, false),
            (json!([]), false, false),
        ] {
            assert_eq!(parse(&header, Kind::Id).is_ok(), id, "{header} as an ID token");
            assert_eq!(parse(&header, Kind::Logout).is_ok(), logout, "{header} as a logout token");
        }
    }

    #[test]
    fn what_is_no_token_is_not_read_as_one() {
        for text in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.!", "e30", "e30.e30.e30.e30.e30"] {
            assert!(Token::parse(text, Kind::Id).is_err(), "{text}");
        }
        let header = part("{\"alg\":\"ES256\"}");
        assert!(Token::parse(&format!("{header}.{}.c2ln", part("{}")), Kind::Id).is_ok());
        for (claims, signature) in [("e30=", "c2ln"), ("e31", "c2ln"), ("e30", "c2ln="), ("e30", "c2lo "), ("W10", "")]
        {
            assert!(Token::parse(&format!("{header}.{claims}.{signature}"), Kind::Id).is_err(), "{claims} {signature}");
        }
    }

    #[test]
    fn a_token_that_says_one_thing_twice_is_refused() {
        for (text, good) in [
            (r#"{"sub":"a","x":{"sub":"b"},"y":[{"sub":"c"},{"sub":"d"}],"n":[1,-1,0.5,null,true]}"#, true),
            (r#"{"sub":"a","sub":"a"}"#, false),
            (r#"{"sub":"a","s\u0075b":"b"}"#, false),
            (r#"{"x":{"y":1,"y":2}}"#, false),
            (r#"{"x":[0,[{"y":1,"y":2}]]}"#, false),
            (r#"{"x":1} {"x":1}"#, false),
            ("[]", false),
            ("\"sub\"", false),
            ("", false),
        ] {
            assert_eq!(unique(text.as_bytes()).is_ok(), good, "{text}");
        }
        assert!(unique("{\"x\":".repeat(10_000).as_bytes()).is_err(), "depth has an end");
        let header = r#"{"alg":"none","alg":"ES256"}"#;
        assert!(Token::parse(&format!("{}.e30.c2ln", part(header)), Kind::Id).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_or_refused(text in ".{0,200}", header in ".{0,80}", claims in ".{0,80}") {
            _ = Token::parse(&text, Kind::Id);
            _ = Token::parse(&format!("{}.{}.", part(&header), part(&claims)), Kind::Logout);
        }
    }
}
