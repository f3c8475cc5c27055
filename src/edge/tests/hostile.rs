//! A provider that says whatever the test wants, and callbacks that nobody asked for.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use serde_json::{Value, json};

use super::site::{Browser, POLL, Page, Site, listener};
use crate::keys::ProviderKey;

const ADMIN: &str = "/admin/index.html";

/// What the provider says, and what it was asked.
struct Plan {
    description: Value,
    keys: Value,
    id_token: String,
    userinfo: Value,
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Plan>>;

struct Hostile {
    site: Site,
    plan: Shared,
    key: ProviderKey,
}

fn answer(plan: &Shared, path: &str) -> Value {
    let mut plan = plan.lock().unwrap();
    plan.asked.push(path.to_owned());
    match path {
        "/.well-known/openid-configuration" => plan.description.clone(),
        "/keys" => plan.keys.clone(),
        "/token" => json!({"id_token": plan.id_token, "access_token": "t", "token_type": "Bearer"}),
        _ => plan.userinfo.clone(),
    }
}

impl Hostile {
    async fn start() -> Hostile {
        let (listener, issuer) = listener().await;
        let key = ProviderKey::generate().unwrap();
        let at = |path: &str| format!("{issuer}{path}");
        let plan = Arc::new(Mutex::new(Plan {
            description: json!({
                "issuer": issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
                "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/keys"), "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            }),
            keys: json!({ "keys": [key.jwk()] }),
            id_token: String::new(),
            userinfo: json!({"sub": "ada"}),
            asked: vec![],
        }));
        let shared = plan.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let plan = shared.clone();
                let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                    let body = answer(&plan, request.uri().path()).to_string();
                    let response = Response::builder().header("content-type", "application/json");
                    std::future::ready(Ok::<_, Infallible>(response.body(Full::new(Bytes::from(body))).unwrap()))
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { connection.await.unwrap_or_default() });
            }
        });
        Hostile { site: Site::on(&issuer, 600, 3600).await, plan, key }
    }

    fn plan(&self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan.lock().unwrap());
    }

    fn claims(&self, nonce: &str) -> Value {
        let now = chrono::Utc::now().timestamp();
        json!({
            "iss": self.site.issuer, "aud": "tollgate", "sub": "ada", "nonce": nonce, "iat": now, "exp": now + 300,
            "groups": ["admin"], "name": "Ada", "email": "ada@acme.example", "email_verified": true,
        })
    }

    /// Starts a sign-in, has the provider answer with what `token` makes of the nonce, and comes back.
    async fn sign_in(&self, browser: &mut Browser, token: impl FnOnce(&str) -> String) -> Page {
        let (state, nonce) = begin(browser).await;
        self.plan(|plan| plan.id_token = token(&nonce));
        browser.visit(&format!("/-/callback?code=c&state={state}")).await
    }

    async fn refuses(&self, what: &str, token: impl FnOnce(&str) -> String) {
        let mut browser = Browser::new(&self.site);
        self.plan(|plan| plan.asked.clear());
        let page = self.sign_in(&mut browser, token).await;
        assert_eq!(page.status, 400, "{what}: {page:?}");
        assert!(!browser.jar.contains_key("tollgate"), "{what}: a session was made");
        let asked = self.plan.lock().unwrap().asked.clone();
        assert!(!asked.iter().any(|path| path == "/userinfo"), "{what}: userinfo was asked");
        assert_eq!(browser.fetch(ADMIN).await.status, 401, "{what}");
    }
}

/// State and nonce of a sign-in that was just started.
async fn begin(browser: &mut Browser) -> (String, String) {
    let login = browser.depart("/-/login?another=1&return=/admin/index.html").await;
    let url = Url::parse(login.location()).unwrap();
    let get = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!((get("response_type").as_str(), get("code_challenge_method").as_str()), ("code", "S256"));
    (get("state"), get("nonce"))
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn only_a_token_that_is_right_in_everything_makes_a_session() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let good = |nonce: &str| hostile.key.sign(&hostile.claims(nonce)).unwrap();
    assert_eq!(hostile.sign_in(&mut ada, good).await.location(), ADMIN);
    assert_eq!(ada.fetch(ADMIN).await.status, 200);

    let other = ProviderKey::generate().unwrap();
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("other")),
        ("aud", json!(["tollgate", "other"])),
        ("azp", json!("other")),
        ("nonce", json!("another")),
        ("exp", json!(1_000)),
        ("iat", json!(1_000)),
    ] {
        let wrong = |nonce: &str| {
            let mut claims = hostile.claims(nonce);
            claims[name] = value.clone();
            hostile.key.sign(&claims).unwrap()
        };
        hostile.refuses(&format!("{name} = {value}"), wrong).await;
    }
    for name in ["iss", "aud", "sub", "nonce", "exp", "iat"] {
        let without = |nonce: &str| {
            let mut claims = hostile.claims(nonce);
            claims.as_object_mut().unwrap().remove(name);
            hostile.key.sign(&claims).unwrap()
        };
        hostile.refuses(&format!("no {name}"), without).await;
    }
    hostile.refuses("another's key", |nonce| other.sign(&hostile.claims(nonce)).unwrap()).await;
    hostile
        .refuses("no signature", |nonce| {
            format!("{}.{}.", encode(&json!({"alg": "none"})), encode(&hostile.claims(nonce)))
        })
        .await;
    hostile.refuses("the secret as a key", |nonce| symmetric(b"a secret", &hostile.claims(nonce))).await;
    let public = hostile.key.jwk().to_string();
    hostile.refuses("the public key as a secret", |nonce| symmetric(public.as_bytes(), &hostile.claims(nonce))).await;
    hostile
        .refuses("changed afterwards", |nonce| {
            let token = good(nonce);
            let parts: Vec<&str> = token.split('.').collect();
            let mut claims = hostile.claims(nonce);
            claims["groups"] = json!(["admin", "viewer"]);
            format!("{}.{}.{}", parts[0], encode(&claims), parts[2])
        })
        .await;
    hostile.refuses("no token at all", |_| "no token".into()).await;
}

fn symmetric(key: &[u8], claims: &Value) -> String {
    let signed = format!("{}.{}", encode(&json!({"alg": "HS256", "typ": "JWT"})), encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[tokio::test]
async fn a_key_changed_just_before_signing_works_and_is_asked_for_once_a_minute() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let sign = |key: &ProviderKey, nonce: &str| key.sign(&hostile.claims(nonce)).unwrap();
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&hostile.key, nonce)).await.location(), ADMIN);
    let next = ProviderKey::generate().unwrap();
    hostile.plan(|plan| plan.keys = json!({ "keys": [next.jwk()] }));
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.location(), ADMIN);
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.location(), ADMIN);
    hostile.plan(|plan| plan.asked.clear());
    for _ in 0..3 {
        let unknown = ProviderKey::generate().unwrap();
        hostile.refuses("a key nobody knows", |nonce| sign(&unknown, nonce)).await;
    }
    assert!(!hostile.plan.lock().unwrap().asked.iter().any(|path| path == "/keys"));
}

#[tokio::test]
async fn keys_that_could_not_be_fetched_are_fetched_again_soon() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let sign = |key: &ProviderKey, nonce: &str| key.sign(&hostile.claims(nonce)).unwrap();
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&hostile.key, nonce)).await.location(), ADMIN);
    let next = ProviderKey::generate().unwrap();
    hostile.plan(|plan| plan.keys = json!("no keys"));
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.status, 503);
    hostile.plan(|plan| plan.keys = json!({ "keys": [next.jwk()] }));
    hostile.plan(|plan| plan.asked.clear());
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.status, 503, "not at once");
    assert!(!hostile.plan.lock().unwrap().asked.iter().any(|path| path == "/keys"));
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.location(), ADMIN);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_tried_with_every_key() {
    let hostile = Hostile::start().await;
    let rng = SystemRandom::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(half));
    let nameless = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
    let other = ProviderKey::generate().unwrap().jwk();
    hostile.plan(|plan| plan.keys = json!({ "keys": [other, {"kty": "strange"}, nameless] }));
    let sign = |header: Value, nonce: &str| {
        let signed = format!("{}.{}", encode(&header), encode(&hostile.claims(nonce)));
        let signature = pair.sign(&rng, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let mut ada = Browser::new(&hostile.site);
    let page = hostile.sign_in(&mut ada, |nonce| sign(json!({"alg": "ES256"}), nonce)).await;
    assert_eq!(page.location(), ADMIN);
    hostile.refuses("a key by a wrong name", |nonce| sign(json!({"alg": "ES256", "kid": "x"}), nonce)).await;
    hostile.refuses("an unknown extension", |nonce| sign(json!({"alg": "ES256", "crit": ["exp"]}), nonce)).await;
    hostile.refuses("another kind of token", |nonce| sign(json!({"alg": "ES256", "typ": "at+jwt"}), nonce)).await;
    let brought = json!({"alg": "ES256", "kid": "x", "jwk": nameless, "jku": hostile.site.issuer});
    hostile.refuses("a key of its own", |nonce| sign(brought, nonce)).await;
}

#[tokio::test]
async fn claims_that_are_missing_come_from_userinfo_if_it_is_about_the_same_person() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let bare = |nonce: &str| {
        let mut claims = hostile.claims(nonce);
        claims.as_object_mut().unwrap().remove("groups");
        hostile.key.sign(&claims).unwrap()
    };
    hostile.plan(|plan| plan.userinfo = json!({"sub": "eve", "groups": "admin"}));
    assert_eq!(hostile.sign_in(&mut ada, bare).await.status, 400);
    hostile.plan(|plan| plan.userinfo = json!({"sub": "ada", "groups": "admin"}));
    assert_eq!(hostile.sign_in(&mut ada, bare).await.location(), ADMIN);
    assert_eq!(ada.fetch(ADMIN).await.status, 200);
}

#[tokio::test]
async fn a_description_of_somebody_else_is_not_used() {
    let hostile = Hostile::start().await;
    hostile.plan(|plan| plan.description["issuer"] = json!("https://evil.example"));
    let page = Browser::new(&hostile.site).depart("/-/login").await;
    assert_eq!(page.status, 503, "{page:?}");
    let other = Hostile::start().await;
    other.plan(|plan| plan.description["token_endpoint"] = json!("http://192.0.2.1/token"));
    assert_eq!(Browser::new(&other.site).depart("/-/login").await.status, 503, "not to be asked in clear text");
}

#[tokio::test]
async fn a_callback_that_nobody_asked_for_makes_no_session() {
    let hostile = Hostile::start().await;
    let mut victim = Browser::new(&hostile.site);
    let mut attacker = Browser::new(&hostile.site);
    let (state, nonce) = begin(&mut attacker).await;
    hostile.plan(|plan| plan.id_token = hostile.key.sign(&hostile.claims(&nonce)).unwrap());
    let callback = format!("/-/callback?code=c&state={state}");
    for address in [
        callback.as_str(),
        "/-/callback",
        "/-/callback?code=c",
        "/-/callback?code=c&state=",
        "/-/callback?code=c&state=%0d%0aset-cookie:x=y",
    ] {
        let page = victim.visit(address).await;
        assert!(page.status == 400 && victim.jar.is_empty(), "{address}: {page:?}");
    }
    for spoilt in [format!("{callback}&state={state}"), format!("{callback}&code=d")] {
        assert_eq!(attacker.clone().visit(&spoilt).await.status, 400, "{spoilt}");
    }
    assert_eq!(attacker.send("HEAD", &callback, &[], "").await.status, 405, "a link checker uses nothing up");
    let mut replay = attacker.clone();
    assert_eq!(attacker.visit(&callback).await.location(), ADMIN);
    assert_eq!(replay.visit(&callback).await.status, 400, "a callback works once");
    assert!(!replay.jar.contains_key("tollgate"));
}

#[tokio::test]
async fn the_answer_must_be_from_the_provider_that_was_asked() {
    let hostile = Hostile::start().await;
    hostile.plan(|plan| plan.description["authorization_response_iss_parameter_supported"] = json!(true));
    let mut ada = Browser::new(&hostile.site);
    for (iss, status) in
        [("", 400), ("&iss=https://evil.example", 400), (&*format!("&iss={}", hostile.site.issuer), 303)]
    {
        let (state, nonce) = begin(&mut ada).await;
        hostile.plan(|plan| plan.id_token = hostile.key.sign(&hostile.claims(&nonce)).unwrap());
        let page = ada.visit(&format!("/-/callback?code=c&state={state}{iss}")).await;
        assert_eq!(page.status, status, "{iss}");
    }
}

#[tokio::test]
async fn what_the_provider_says_in_an_error_is_shown_as_text() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let (state, _) = begin(&mut ada).await;
    let said = "error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E%0d%0a";
    let page = ada.visit(&format!("/-/callback?state={state}&{said}")).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("&lt;script&gt;") && !page.body.contains("<script"), "{}", page.body);
    assert!(ada.jar.is_empty(), "the sign-in is over");
}

#[tokio::test]
async fn several_sign_ins_at_once_do_not_disturb_each_other_and_five_are_kept() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let mut begun = Vec::new();
    for _ in 0..8 {
        begun.push(begin(&mut ada).await);
        assert!(ada.jar.len() <= 5, "{:?}", ada.jar.keys());
    }
    for (state, nonce) in begun.split_off(5).into_iter().rev() {
        hostile.plan(|plan| plan.id_token = hostile.key.sign(&hostile.claims(&nonce)).unwrap());
        assert_eq!(ada.visit(&format!("/-/callback?code=c&state={state}")).await.location(), ADMIN);
    }
    let (state, _) = begun.remove(0);
    let mut other = ada.clone();
    other.jar.remove("tollgate");
    let callback = format!("/-/callback?code=c&state={state}");
    assert_eq!(other.visit(&callback).await.status, 400, "crowded out");
    assert_eq!(ada.visit(&callback).await.location(), "/", "whoever is signed in came by the back button");
}

#[tokio::test]
async fn claims_that_do_not_fit_into_a_cookie_are_refused_clearly() {
    let site = Site::start(600, 3600).await;
    let mut eve = Browser::new(&site);
    let callback = eve.callback(ADMIN, "eve").await;
    let page = eve.visit(&callback).await;
    assert!(page.status == 400 && page.body.contains("Too many claims"), "{page:?}");
    assert!(eve.jar.is_empty());
}

#[tokio::test]
async fn a_person_in_hundreds_of_groups_signs_in_with_those_that_the_policy_names() {
    let site = Site::start(600, 3600).await;
    let mut max = Browser::new(&site);
    assert_eq!(max.sign_in("/viewer/index.html", "max").await, "/viewer/index.html");
    assert_eq!((max.visit("/viewer/index.html").await.status, max.visit(ADMIN).await.status), (200, 404));
    site.publish("second", &["viewer", "a-group-with-a-rather-long-name-7"]).await;
    tokio::time::sleep(POLL * 6).await;
    let front = "/a-group-with-a-rather-long-name-7/index.html";
    assert_eq!(max.fetch(front).await.status, 401, "what was kept does not say whether it is open");
    assert_eq!(max.sign_in(front, "max").await, front);
    assert_eq!(max.visit(front).await.status, 200);
}
