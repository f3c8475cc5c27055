//! A provider that says whatever the test wants, and remembers all that it was asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use serde_json::{Value, json};

use super::site::{Browser, Page, Site, listener};
use crate::edge::Settings;
use crate::edge::routes::{Asked, Form};
use crate::keys::ProviderKey;

pub(super) const ADMIN: &str = "/admin/index.html";
pub(super) const VIEWER: &str = "/viewer/index.html";
pub(super) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What the provider says, and what it was asked.
pub(super) struct Plan {
    pub(super) description: Value,
    pub(super) keys: Value,
    pub(super) id_token: String,
    pub(super) userinfo: Value,
    /// Paths that are answered with this status instead, and this: where to go, or the body.
    pub(super) instead: BTreeMap<&'static str, (u16, String)>,
    /// Paths that were asked for.
    pub(super) asked: Vec<String>,
    /// What was sent to the token endpoint.
    pub(super) sent: Vec<Sent>,
}

/// A request to the token endpoint.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) authorization: Option<String>,
    pub(super) form: BTreeMap<String, String>,
}

pub(super) type Shared = Arc<Mutex<Plan>>;

/// A site whose only provider, or whose first one, is played by the test.
pub(super) struct Hostile {
    pub(super) site: Site,
    pub(super) plan: Shared,
    pub(super) key: ProviderKey,
    pub(super) server: tokio::task::JoinHandle<()>,
}

fn answer(plan: &Shared, path: &str, headers: &HeaderMap, body: &[u8]) -> Response<Full<Bytes>> {
    let mut plan = plan.lock().unwrap();
    plan.asked.push(path.to_owned());
    if path == "/token" {
        let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        let query = Url::parse(&format!("query:?{}", std::str::from_utf8(body).unwrap())).unwrap();
        plan.sent.push(Sent { authorization, form: query.query_pairs().into_owned().collect() });
    }
    let response = Response::builder().header("content-type", "application/json");
    if let Some((status, what)) = plan.instead.get(path).or(plan.instead.get("*")) {
        let response = if (300..400).contains(status) { response.header("location", what) } else { response };
        return response.status(*status).body(Full::new(Bytes::from(what.clone()))).unwrap();
    }
    let value = match path {
        "/.well-known/openid-configuration" => plan.description.clone(),
        "/keys" => plan.keys.clone(),
        "/token" => json!({"id_token": plan.id_token, "access_token": "access-to-userinfo", "token_type": "Bearer"}),
        _ => plan.userinfo.clone(),
    };
    response.body(Full::new(Bytes::from(value.to_string()))).unwrap()
}

/// A provider without a site: its issuer, its plan and its server. It signs with `key`.
pub(super) async fn provider(key: &ProviderKey) -> (String, Shared, tokio::task::JoinHandle<()>) {
    let (listener, issuer) = listener().await;
    let at = |path: &str| format!("{issuer}{path}");
    let plan = Arc::new(Mutex::new(Plan {
        description: json!({
            "issuer": issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/keys"), "response_types_supported": ["code"],
            "end_session_endpoint": at("/end-session"), "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256", "PS256", "EdDSA", "HS256", "none"],
        }),
        keys: json!({ "keys": [key.jwk()] }),
        id_token: String::new(),
        userinfo: json!({"sub": "ada"}),
        instead: BTreeMap::new(),
        asked: vec![],
        sent: vec![],
    }));
    let shared = plan.clone();
    let server = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let plan = shared.clone();
            let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                let plan = plan.clone();
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    Ok::<_, Infallible>(answer(&plan, parts.uri.path(), &parts.headers, &body))
                }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { connection.await.unwrap_or_default() });
        }
    });
    (issuer, plan, server)
}

impl Hostile {
    pub(super) async fn start() -> Hostile {
        let key = ProviderKey::generate().unwrap();
        let (issuer, plan, server) = provider(&key).await;
        Hostile { site: Site::on(&issuer, 600, 3600).await, plan, key, server }
    }

    /// With an edge that is set up in its own way; browsers go to that one.
    pub(super) async fn with(change: impl FnOnce(&mut Settings)) -> Hostile {
        let mut hostile = Hostile::start().await;
        let (base, _) = hostile.site.edge_with(600, 3600, change).await;
        (hostile.site.base, hostile.site.public) = (base.clone(), base);
        hostile
    }

    pub(super) fn plan(&self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan.lock().unwrap());
    }

    /// What it was asked since this was called last.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.plan.lock().unwrap().asked)
    }

    pub(super) fn claims(&self, nonce: &str) -> Value {
        let now = chrono::Utc::now().timestamp();
        json!({
            "iss": self.site.issuer, "aud": "tollgate", "sub": "ada", "nonce": nonce, "iat": now, "exp": now + 300,
            "groups": ["admin"], "name": "Ada", "email": "ada@acme.example", "email_verified": true,
        })
    }

    /// A right ID token.
    pub(super) fn good(&self, nonce: &str) -> String {
        self.key.sign(&self.claims(nonce)).unwrap()
    }

    /// A right ID token, but for these claims; those that are null are left out.
    pub(super) fn but(&self, nonce: &str, other: &Value) -> String {
        self.key.sign(&but(self.claims(nonce), other)).unwrap()
    }

    /// Starts a sign-in, has the provider answer with what `token` makes of the nonce, and comes back.
    pub(super) async fn sign_in(&self, browser: &mut Browser, token: impl FnOnce(&str) -> String) -> Page {
        let (state, nonce) = begin(browser).await;
        self.plan(|plan| plan.id_token = token(&nonce));
        browser.visit(&format!("/-/callback?code=c&state={state}")).await
    }

    /// Somebody who signed in with a right token, but for these claims.
    pub(super) async fn signed_in(&self, other: &Value) -> Browser {
        let mut browser = Browser::new(&self.site);
        let page = self.sign_in(&mut browser, |nonce| self.but(nonce, other)).await;
        assert_eq!(page.location(), ADMIN);
        browser
    }

    /// Fails unless the token makes no session, and nothing more is asked.
    pub(super) async fn refuses(&self, what: &str, token: impl FnOnce(&str) -> String) {
        let mut browser = Browser::new(&self.site);
        self.asked();
        let page = self.sign_in(&mut browser, token).await;
        assert_eq!(page.status, 400, "{what}: {page:?}");
        assert!(!browser.jar.contains_key("tollgate"), "{what}: a session was made");
        assert!(!self.asked().iter().any(|path| path == "/userinfo"), "{what}: userinfo was asked");
        assert_eq!(browser.fetch(ADMIN).await.status, 401, "{what}");
    }
}

/// Claims with others; those that are null are left out.
pub(super) fn but(mut claims: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => _ = claims.as_object_mut().unwrap().remove(name),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// State and nonce of a sign-in that was just started.
pub(super) async fn begin(browser: &mut Browser) -> (String, String) {
    let login = browser.depart("/-/login?another=1&return=/admin/index.html").await;
    let get = |name: &str| parameter(login.location(), name).unwrap();
    assert_eq!((get("response_type").as_str(), get("code_challenge_method").as_str()), ("code", "S256"));
    (get("state"), get("nonce"))
}

/// A parameter of an address.
pub(super) fn parameter(address: &str, name: &str) -> Option<String> {
    let url = Url::parse(address).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A request to be handed to an edge directly.
pub(super) fn asked(path: &str, headers: &[(&'static str, &str)]) -> Asked {
    Asked {
        method: Method::GET,
        path: path.into(),
        query: String::new(),
        headers: headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect(),
        form: Form::Unread,
        from: "192.0.2.1".parse().unwrap(),
        id: String::new(),
    }
}

pub(super) fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token made by hand, its signature with it.
pub(super) fn by_hand(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(super) fn symmetric(key: &[u8], claims: &Value) -> String {
    let tag = |text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec();
    by_hand(&json!({"alg": "HS256", "typ": "JWT"}), claims, tag)
}

/// One key of each kind for all tests: RSA keys take a moment to make.
pub(super) struct Pairs {
    pub(super) rsa: RsaKeyPair,
    pub(super) ec: EcdsaKeyPair,
    pub(super) ed: Ed25519KeyPair,
}

pub(super) fn pairs() -> &'static Pairs {
    static PAIRS: OnceLock<Pairs> = OnceLock::new();
    PAIRS.get_or_init(|| Pairs {
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        ed: Ed25519KeyPair::generate().unwrap(),
    })
}

/// The public half of the key for an algorithm, without a name.
pub(super) fn jwk(algorithm: &str) -> Value {
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let Pairs { rsa, ec, ed } = pairs();
    match algorithm {
        "ES256" => {
            let (x, y) = ec.public_key().as_ref()[1..].split_at(32);
            json!({"kty": "EC", "crv": "P-256", "x": number(x), "y": number(y)})
        }
        "EdDSA" => json!({"kty": "OKP", "crv": "Ed25519", "x": number(ed.public_key().as_ref())}),
        // RSAPublicKey in DER: two headers and a sign byte, 256 bytes of modulus, then the exponent 65537.
        _ => json!({"kty": "RSA", "n": number(&rsa.public_key().as_ref()[9..265]), "e": "AQAB"}),
    }
}

/// A token signed with the key for the algorithm that its header names; with an empty signature for others.
pub(super) fn made(header: &Value, claims: &Value) -> String {
    let Pairs { rsa, ec, ed } = pairs();
    let with_rsa = |padding: &'static dyn aws_lc_rs::signature::RsaEncoding, text: &[u8]| {
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(padding, &SystemRandom::new(), text, &mut signature).unwrap();
        signature
    };
    by_hand(header, claims, |text| match header["alg"].as_str() {
        Some("ES256") => ec.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec(),
        Some("EdDSA") => ed.sign(text).as_ref().to_vec(),
        Some("RS256") => with_rsa(&RSA_PKCS1_SHA256, text),
        Some("PS256") => with_rsa(&RSA_PSS_SHA256, text),
        _ => vec![],
    })
}
