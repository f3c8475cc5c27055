//! What is sent to a provider with something secret in it: the code for its tokens, an access token for userinfo.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Request, header};
use openidconnect::url::form_urlencoded;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::metadata::Known;
use super::{Fault, refused};
use crate::edge::Credential;
use crate::edge::session::Attempt;
use crate::edge::token::unique;
use crate::edge::wire::{Wire, code_of};
use crate::keys::{self, ClientKey};

/// This site as a provider knows it.
pub(super) struct Client {
    pub(super) id: String,
    proof: Proof,
}

/// How it proves that (OpenID Connect Core 1.0, 9).
enum Proof {
    Public,
    Secret(SecretString),
    Key(ClientKey),
}

/// A token answer: what is needed of it.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    access_token: Option<String>,
    token_type: Option<String>,
}

impl Tokens {
    /// The access token, if it is one that whoever holds it may use: no other kind is understood (RFC 6750).
    pub(super) fn access(&self) -> Option<&str> {
        let bearer = self.token_type.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case("Bearer"));
        self.access_token.as_deref().filter(|_| bearer)
    }
}

impl Client {
    /// Reads the private key, if there is one.
    ///
    /// # Errors
    /// When that cannot be used.
    pub(super) fn new(id: String, credential: Credential) -> Result<Client, keys::Error> {
        let proof = match credential {
            Credential::Public => Proof::Public,
            Credential::Secret(secret) => Proof::Secret(secret),
            Credential::Key { file, kid } => Proof::Key(ClientKey::load(&file, kid)?),
        };
        Ok(Client { id, proof })
    }

    /// Trades a code for tokens.
    ///
    /// # Errors
    /// [`Fault::Refused`] when the provider does not take the code or this site.
    pub(super) async fn exchange(
        &self,
        wire: &Wire,
        known: &Known,
        attempt: &Attempt,
        callback: &str,
        code: &str,
        now: i64,
    ) -> Result<Tokens, Fault> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", callback),
            ("code_verifier", &attempt.verifier),
        ];
        let request = self.request(known.token_endpoint(), known.basic(), &form, now).map_err(Fault::Down)?;
        let answer = wire.fetch(request).await.map_err(|error| Fault::Down(error.to_string()))?;
        match (answer.status().as_u16(), serde_json::from_slice(answer.body())) {
            (200, Ok(tokens)) => Ok(tokens),
            (200, Err(_)) => Err(refused("the provider's token answer holds no ID token")),
            (408 | 429 | 500.., _) => Err(Fault::Down(format!("the provider answered {}", answer.status()))),
            _ => {
                let code = code_of(answer.body());
                let what = if code == "invalid_client" { "this site's own credential" } else { "the code" };
                Err(Fault::Refused(format!("the provider did not accept {what}: {code}")))
            }
        }
    }

    /// A request to the token endpoint with what proves who sends it.
    fn request(
        &self,
        endpoint: &str,
        basic: bool,
        form: &[(&str, &str)],
        now: i64,
    ) -> Result<Request<Vec<u8>>, String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let mut request = Request::post(endpoint).header(header::ACCEPT, "application/json");
        match &self.proof {
            Proof::Secret(secret) if basic => {
                request = request.header(header::AUTHORIZATION, self.basic(secret)?);
            }
            Proof::Secret(secret) => {
                body.append_pair("client_id", &self.id).append_pair("client_secret", secret.expose_secret());
            }
            Proof::Public => _ = body.append_pair("client_id", &self.id),
            Proof::Key(key) => {
                // RFC 7523, 2.2. `client_id` is not needed; some providers miss it all the same.
                const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                let assertion = key.assertion(&self.id, endpoint, now).map_err(|error| error.to_string())?;
                body.append_pair("client_id", &self.id).append_pair("client_assertion_type", KIND);
                body.append_pair("client_assertion", &assertion);
            }
        }
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body.finish().into_bytes()).map_err(|error| error.to_string())
    }

    /// Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
    fn basic(&self, secret: &SecretString) -> Result<HeaderValue, String> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let both = STANDARD.encode(format!("{}:{}", encoded(&self.id), encoded(secret.expose_secret())));
        confidential(&format!("Basic {both}"))
    }
}

/// Asks what the provider says of the person beyond the ID token.
///
/// # Errors
/// [`Fault::Refused`] for an answer that is signed or encrypted: one in clear JSON is what is asked for, and what a
/// provider sends unless this site is registered for something else (OpenID Connect Core 1.0, 5.3.2).
pub(super) async fn userinfo(wire: &Wire, endpoint: &str, access: &str) -> Result<Map<String, Value>, Fault> {
    let bearer = confidential(&format!("Bearer {access}")).map_err(Fault::Down)?;
    let request = Request::get(endpoint).header(header::AUTHORIZATION, bearer);
    let request = request.header(header::ACCEPT, "application/json").body(Vec::new());
    let request = request.map_err(|error| Fault::Down(error.to_string()))?;
    let answer = wire.fetch(request).await.map_err(|error| Fault::Down(error.to_string()))?;
    if answer.status().is_client_error() {
        return Err(Fault::Refused(format!("userinfo was answered with {}", answer.status())));
    }
    if answer.status() != 200 {
        return Err(Fault::Down(format!("userinfo was answered with {}", answer.status())));
    }
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/jwt") {
        return Err(refused(
            "userinfo was answered with a signed token, which is not supported: register this site for plain JSON",
        ));
    }
    unique(answer.body()).map_err(|_| refused("the userinfo answer is no JSON object, or says one thing twice"))
}

/// A header value that is never shown. Who made it up wrong is not told what it was.
fn confidential(text: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(text).map_err(|_| "a credential holds bytes that no header may")?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

    use super::*;
    use crate::edge::token::{Kind, Token};

    const ENDPOINT: &str = "https://id.example/token";

    fn sent(credential: Credential, basic: bool) -> (Option<String>, Vec<(String, String)>) {
        let client = Client::new("toll gate:ä".into(), credential).unwrap();
        let request = client.request(ENDPOINT, basic, &[("code", "a+b&c")], 5).unwrap();
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("POST", ENDPOINT));
        let authorization = request.headers().get("authorization");
        assert!(authorization.is_none_or(HeaderValue::is_sensitive));
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        (authorization, form_urlencoded::parse(request.body()).into_owned().collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_client_proves_itself_in_the_way_that_the_provider_takes() {
        let secret = || Credential::Secret("p:a s%".into());
        // Each half by itself as a form has it: `toll+gate%3A%C3%A4` and `p%3Aa+s%25`.
        let both = STANDARD.encode("toll+gate%3A%C3%A4:p%3Aa+s%25");
        assert_eq!(sent(secret(), true), (Some(format!("Basic {both}")), pairs(&[("code", "a+b&c")])));
        let post = [("code", "a+b&c"), ("client_id", "toll gate:ä"), ("client_secret", "p:a s%")];
        assert_eq!(sent(secret(), false), (None, pairs(&post)));
        for basic in [true, false] {
            assert_eq!(sent(Credential::Public, basic), (None, pairs(&post[..2])));
        }
    }

    #[test]
    fn a_client_with_a_key_signs_who_it_is_for_this_token_endpoint() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("client.pem");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let text = STANDARD.encode(key.to_pkcs8v1().unwrap().as_ref());
        let lines: String = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect();
        std::fs::write(&file, format!("-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----\n")).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        for basic in [true, false] {
            let (authorization, mut form) = sent(Credential::Key { file: file.clone(), kid: Some("k".into()) }, basic);
            let (name, assertion) = form.pop().unwrap();
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            let rest = [("code", "a+b&c"), ("client_id", "toll gate:ä"), ("client_assertion_type", kind)];
            assert_eq!((authorization, name.as_str(), form), (None, "client_assertion", pairs(&rest)));
            let token = Token::parse(&assertion, Kind::Id).unwrap();
            assert_eq!((token.header.alg.as_str(), token.header.kid.as_deref()), ("ES256", Some("k")));
            for (claim, value) in [("iss", "toll gate:ä"), ("sub", "toll gate:ä"), ("aud", ENDPOINT)] {
                assert_eq!(token.claims[claim], value, "{claim}");
            }
            assert!(token.claims["exp"].as_i64() > Some(5) && token.claims.contains_key("jti"));
        }
        let missing = Credential::Key { file: dir.path().join("other.pem"), kid: None };
        assert!(Client::new("tollgate".into(), missing).is_err());
    }

    #[test]
    fn an_access_token_of_another_kind_is_not_used() {
        let access = |kind: &str| {
            let text = format!(r#"{{"id_token": "i", "access_token": "a"{kind}}}"#);
            serde_json::from_str::<Tokens>(&text).unwrap().access().map(str::to_owned)
        };
        for kind in ["", r#", "token_type": "Bearer""#, r#", "token_type": "bearer""#] {
            assert_eq!(access(kind).as_deref(), Some("a"), "{kind}");
        }
        for kind in [r#", "token_type": "DPoP""#, r#", "token_type": """#] {
            assert_eq!(access(kind), None, "{kind}");
        }
        assert!(serde_json::from_str::<Tokens>(r#"{"access_token": "a"}"#).is_err());
    }
}
