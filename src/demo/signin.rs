//! A development sign-in on loopback that speaks real OpenID Connect.
//!
//! It signs anybody in as any of its people, without a password: that is what it is for, and why it serves on
//! loopback only. Towards the client it is as strict as a provider must be, so that the edge is the same code here
//! as in production: exact redirect addresses, PKCE with S256, codes that work once and for a minute, client
//! authentication, ID tokens signed with ES256.

mod parts;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use reqwest::Url;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tera::{Context, Tera};
use tokio::net::TcpListener;

use crate::keys::{self, ProviderKey};
use parts::{Asked, Params, Reply, file, form, json_reply, plain, put, reply, see_other, text};

/// Somebody to sign in as.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The subject: unique, and never shown to anybody else.
    pub sub: String,
    /// As people read it.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether the address is said to be verified.
    pub email_verified: bool,
    /// Further claims, such as `groups`.
    pub claims: Map<String, Value>,
    /// A line for the page, such as what this person may see.
    pub note: String,
}

/// A provider and its one client.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer: the address of the listener as the client and the browser see it, without a final slash.
    pub issuer: String,
    /// The client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where the client may be answered, to the last character.
    pub redirect_uris: Vec<String>,
    /// Who can be chosen.
    pub people: Vec<Person>,
}

/// Why the sign-in does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener can be reached from other machines.
    #[error(
        "the development sign-in refuses to listen on {0}\n\nhint: it lets anybody in without a password; bind it to 127.0.0.1"
    )]
    NotLoopback(SocketAddr),
    /// The listener has no address.
    #[error("the development sign-in has no address: {0}")]
    Listener(#[from] std::io::Error),
    /// No key could be made.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The page cannot be read.
    #[error("the page of the development sign-in cannot be read: {0}")]
    Page(String),
}

/// How long a code may be traded, in seconds.
const CODE: i64 = 60;
/// How long an access token opens userinfo, in seconds.
const ACCESS: i64 = 300;

/// What a code or an access token stands for.
#[derive(Clone, Debug)]
struct Grant {
    sub: String,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    until: i64,
}

struct SignIn {
    settings: Settings,
    key: ProviderKey,
    tera: Tera,
    codes: Mutex<HashMap<String, Grant>>,
    tokens: Mutex<HashMap<String, Grant>>,
}

/// Serves until `shutdown` is done.
///
/// # Errors
/// [`Error::NotLoopback`] when other machines could reach it; else when it has no key or no page.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(Error::NotLoopback(address));
    }
    let sign_in = Arc::new(SignIn::new(settings)?);
    let answer = move |asked: Asked| sign_in.answer(&asked, chrono::Utc::now().timestamp());
    // Browsers keep connections open; there is nothing here worth waiting for them.
    tokio::select! {
        () = parts::accept(listener, answer) => {}
        () = shutdown => {}
    }
    Ok(())
}

/// A request to sign in that may be answered, for its client and its redirect address are known.
struct Asking {
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    state: Option<String>,
}

#[derive(Serialize)]
struct Button<'a> {
    sub: &'a str,
    name: &'a str,
    email: &'a str,
    note: &'a str,
}

impl SignIn {
    fn new(settings: Settings) -> Result<SignIn, Error> {
        let page = text("signin.html").ok_or_else(|| Error::Page("signin.html is missing".into()))?;
        let mut tera = Tera::default();
        tera.add_raw_template("signin.html", &page).map_err(|error| Error::Page(error.to_string()))?;
        let (codes, tokens) = Default::default();
        Ok(SignIn { settings, key: ProviderKey::generate()?, tera, codes, tokens })
    }

    fn answer(&self, asked: &Asked, now: i64) -> Reply {
        let query = Params::of(&asked.query);
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/.well-known/openid-configuration") => json_reply(StatusCode::OK, &self.description()),
            ("GET", "/keys") => json_reply(StatusCode::OK, &json!({ "keys": [self.key.jwk()] })),
            ("GET", "/authorize") => self.ask(&query, asked),
            ("POST", "/authorize") => self.chosen(&query, &form(asked), now),
            ("POST", "/token") => self.trade(asked, now),
            ("GET" | "POST", "/userinfo") => self.userinfo(&asked.headers, now),
            ("GET", "/end-session") => self.end_session(&query),
            ("GET", "/style.css") => file(&["tollgate.css", "signin.css"], "text/css; charset=utf-8"),
            ("GET", "/icon.svg") => file(&["tollgate.svg"], "image/svg+xml"),
            _ => plain(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    fn description(&self) -> Value {
        let issuer = &self.settings.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/keys"),
            "end_session_endpoint": format!("{issuer}/end-session"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "groups"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// The request, if it is one that may be answered at its redirect address. Anything else is answered here.
    fn asking(&self, query: &Params) -> Result<Asking, &'static str> {
        if query.get("client_id") != Some(&self.settings.client_id) {
            return Err("this client is not known");
        }
        let known = |uri: &&str| self.settings.redirect_uris.iter().any(|known| known == uri);
        let redirect_uri = query.get("redirect_uri").filter(known).ok_or("this redirect address is not registered")?;
        let method = query.get("code_challenge_method");
        let challenge = query.get("code_challenge").filter(|challenge| challenge.len() == 43 && method == Some("S256"));
        let challenge = challenge.ok_or("a proof key with the method S256 is needed")?;
        let openid = query.get("scope").is_some_and(|scope| scope.split(' ').any(|scope| scope == "openid"));
        if query.get("response_type") != Some("code") || !openid {
            return Err("only the code flow of OpenID Connect is spoken here");
        }
        let owned = |name| query.get(name).map(str::to_owned);
        Ok(Asking {
            redirect_uri: redirect_uri.to_owned(),
            challenge: challenge.to_owned(),
            nonce: owned("nonce"),
            state: owned("state"),
        })
    }

    fn ask(&self, query: &Params, asked: &Asked) -> Reply {
        let asking = match self.asking(query) {
            Ok(asking) => asking,
            Err(why) => return plain(StatusCode::BAD_REQUEST, why),
        };
        // Nobody is remembered here, so nobody can be signed in without being asked.
        if query.get("prompt") == Some("none") {
            return self.redirect(&asking, &[("error", "login_required")]);
        }
        let people: Vec<Button<'_>> = self.settings.people.iter().map(Person::button).collect();
        let mut context = Context::new();
        context.insert("people", &people);
        context.insert("action", &format!("/authorize?{}", asked.query));
        match self.tera.render("signin.html", &context) {
            Ok(page) => {
                let mut reply = reply(StatusCode::OK, "text/html; charset=utf-8", page.into());
                let origins = self.settings.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok());
                let origins: String = origins.map(|uri| format!(" {}", uri.origin().ascii_serialization())).collect();
                let policy = format!(
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{origins}; \
                     frame-ancestors 'none'; base-uri 'none'"
                );
                put(&mut reply, header::CONTENT_SECURITY_POLICY, &policy);
                reply
            }
            Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        }
    }

    fn chosen(&self, query: &Params, form: &Params, now: i64) -> Reply {
        let asking = match self.asking(query) {
            Ok(asking) => asking,
            Err(why) => return plain(StatusCode::BAD_REQUEST, why),
        };
        let Some(person) = form.get("sub").and_then(|sub| self.person(sub)) else {
            return self.redirect(&asking, &[("error", "access_denied"), ("error_description", "Nobody was chosen.")]);
        };
        let Ok(code) = keys::random_id() else { return self.redirect(&asking, &[("error", "server_error")]) };
        let grant = Grant {
            sub: person.sub.clone(),
            redirect_uri: asking.redirect_uri.clone(),
            challenge: asking.challenge.clone(),
            nonce: asking.nonce.clone(),
            until: now + CODE,
        };
        keep(&self.codes, code.clone(), grant, now);
        self.redirect(&asking, &[("code", &code)])
    }

    /// Back to the client, which is told by whom (RFC 9207).
    fn redirect(&self, asking: &Asking, parameters: &[(&str, &str)]) -> Reply {
        let Ok(mut url) = Url::parse(&asking.redirect_uri) else {
            return plain(StatusCode::BAD_REQUEST, "this redirect address is no address");
        };
        let state = asking.state.as_deref().map(|state| ("state", state));
        let all = parameters.iter().copied().chain(state).chain([("iss", self.settings.issuer.as_str())]);
        url.query_pairs_mut().extend_pairs(all);
        see_other(url.as_str())
    }

    fn trade(&self, asked: &Asked, now: i64) -> Reply {
        let form = form(asked);
        let refuse = |status, error: &str| json_reply(status, &json!({ "error": error }));
        if !self.is_client(&asked.headers, &form) {
            let mut reply = refuse(StatusCode::UNAUTHORIZED, "invalid_client");
            put(&mut reply, header::WWW_AUTHENTICATE, "Basic realm=\"sign-in\"");
            return reply;
        }
        if form.get("grant_type") != Some("authorization_code") {
            return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type");
        }
        // Taken whether or not the rest fits: a code is good for one try.
        let grant = form.get("code").and_then(|code| lock(&self.codes).remove(code)).filter(|grant| {
            let proof = form.get("code_verifier").map(challenge);
            now < grant.until
                && form.get("redirect_uri") == Some(&grant.redirect_uri)
                && proof.as_ref() == Some(&grant.challenge)
        });
        let Some(grant) = grant else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };
        match (self.id_token(&grant, now), keys::random_id()) {
            (Ok(id_token), Ok(access)) => {
                keep(&self.tokens, access.clone(), Grant { until: now + ACCESS, ..grant }, now);
                let answer = json!({
                    "id_token": id_token, "access_token": access, "token_type": "Bearer", "expires_in": ACCESS,
                });
                json_reply(StatusCode::OK, &answer)
            }
            _ => refuse(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        }
    }

    fn is_client(&self, headers: &HeaderMap, form: &Params) -> bool {
        let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        let Settings { client_id, client_secret, .. } = &self.settings;
        let Some(basic) = basic else {
            return form.get("client_id") == Some(client_id) && form.get("client_secret") == Some(client_secret);
        };
        // Both halves come form-encoded (RFC 6749, 2.3.1).
        let decoded = STANDARD.decode(basic).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (id, secret) = decoded.split_once(':').unwrap_or_default();
        let plain = |text: &str| Params::of(&format!("v={text}")).get("v").map(str::to_owned);
        plain(id).as_ref() == Some(client_id) && plain(secret).as_ref() == Some(client_secret)
    }

    fn id_token(&self, grant: &Grant, now: i64) -> Result<String, keys::Error> {
        let mut claims = self.person(&grant.sub).map(Person::says).unwrap_or_default();
        claims.insert("iss".into(), self.settings.issuer.as_str().into());
        claims.insert("aud".into(), self.settings.client_id.as_str().into());
        claims.insert("iat".into(), now.into());
        claims.insert("exp".into(), (now + ACCESS).into());
        claims.insert("auth_time".into(), now.into());
        if let Some(nonce) = &grant.nonce {
            claims.insert("nonce".into(), nonce.as_str().into());
        }
        self.key.sign(&claims)
    }

    fn userinfo(&self, headers: &HeaderMap, now: i64) -> Reply {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let grant = token.and_then(|token| lock(&self.tokens).get(token).filter(|grant| now < grant.until).cloned());
        match grant.and_then(|grant| self.person(&grant.sub)) {
            Some(person) => json_reply(StatusCode::OK, &Value::Object(person.says())),
            None => {
                let mut reply = json_reply(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
                put(&mut reply, header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
                reply
            }
        }
    }

    /// Nobody is signed in here for longer than a click, so there is nothing to end: back to where it came from,
    /// if that is on a site that signs people in here.
    fn end_session(&self, query: &Params) -> Reply {
        let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
        let known = |uri: &&str| self.settings.redirect_uris.iter().any(|known| origin(known) == origin(uri));
        match query.get("post_logout_redirect_uri").filter(known).and_then(|uri| Url::parse(uri).ok()) {
            Some(mut url) => {
                if let Some(state) = query.get("state") {
                    url.query_pairs_mut().append_pair("state", state);
                }
                see_other(url.as_str())
            }
            None => plain(StatusCode::OK, "You are signed out."),
        }
    }

    fn person(&self, sub: &str) -> Option<&Person> {
        self.settings.people.iter().find(|person| person.sub == sub)
    }
}

impl Person {
    fn button(&self) -> Button<'_> {
        Button { sub: &self.sub, name: &self.name, email: &self.email, note: &self.note }
    }

    /// Every claim about the person. Further claims cannot replace the standard ones.
    fn says(&self) -> Map<String, Value> {
        let mut claims = self.claims.clone();
        claims.insert("sub".into(), self.sub.as_str().into());
        claims.insert("name".into(), self.name.as_str().into());
        claims.insert("email".into(), self.email.as_str().into());
        claims.insert("email_verified".into(), self.email_verified.into());
        claims
    }
}

/// The S256 challenge of a verifier (RFC 7636, 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn lock(grants: &Mutex<HashMap<String, Grant>>) -> std::sync::MutexGuard<'_, HashMap<String, Grant>> {
    grants.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(grants: &Mutex<HashMap<String, Grant>>, name: String, grant: Grant, now: i64) {
    let mut grants = lock(grants);
    grants.retain(|_, grant| now < grant.until);
    grants.insert(name, grant);
}

#[cfg(test)]
mod tests;
