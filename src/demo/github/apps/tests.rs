//! GitHub's rules for Apps, asked over HTTP by somebody else's client.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use tokio::net::TcpListener;

use super::*;
use crate::demo::github::serve;

struct Stage {
    sample: Arc<Sample>,
    api: String,
    key: KeyPair,
}

impl Stage {
    async fn new(installations: u64) -> Stage {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let sample = Arc::new(Sample::new("2026-11-24".parse().unwrap()));
        tokio::spawn(serve(listener, sample.clone(), std::future::pending()));
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let logins =
            ["acme", "globex", "ada-lovelace"].map(str::to_owned).into_iter().chain((4..).map(|n| format!("o{n}")));
        let installations = (1..=installations).zip(logins);
        let installations = installations
            .map(|(id, login)| SampleInstallation { id, login, suspended: id == 2, administration: id == 1 })
            .collect();
        sample.set_app(SampleApp {
            id: 12,
            public_key: key.public_key().as_ref().to_vec(),
            life: 3_600,
            installations,
        });
        Stage { sample, api, key }
    }

    fn sign(&self, alg: &str, iss: &str, (iat, exp): (i64, i64)) -> String {
        let now = Utc::now().timestamp();
        let encode = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let head = encode(json!({ "alg": alg }));
        let signed = format!("{head}.{}", encode(json!({ "iss": iss, "iat": now + iat, "exp": now + exp })));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn jwt(&self) -> String {
        self.sign("RS256", "12", (-60, 540))
    }

    async fn ask(&self, method: Method, path: &str, token: &str) -> (u16, Value, HeaderMap) {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.api));
        let answer = request.header("user-agent", "test").bearer_auth(token).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(), headers)
    }

    async fn grant(&self, id: u64) -> (u16, Value) {
        let path = format!("/app/installations/{id}/access_tokens");
        let (status, body, _) = self.ask(Method::POST, &path, &self.jwt()).await;
        (status, body)
    }
}

#[tokio::test]
async fn only_what_the_apps_own_key_signed_around_now_is_accepted() {
    let stage = Stage::new(1).await;
    let (status, app, _) = stage.ask(Method::GET, "/app", &stage.jwt()).await;
    assert_eq!((status, &app["id"]), (200, &json!(12)));
    let other = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let forged = Stage { sample: stage.sample.clone(), api: stage.api.clone(), key: other }.jwt();
    for (token, says) in [
        (forged, "could not be decoded"),
        (stage.sign("none", "12", (-60, 540)), "could not be decoded"),
        (stage.sign("RS256", "13", (-60, 540)), "Integration not found"),
        (stage.sign("RS256", "12", (60, 540)), "'Issued at'"),
        (stage.sign("RS256", "12", (-900, -1)), "'Expiration time'"),
        (stage.sign("RS256", "12", (-60, 660)), "too far in the future"),
        ("a.b".to_owned(), "could not be decoded"),
        (Sample::TOKEN.to_owned(), "could not be decoded"),
    ] {
        let (status, body, _) = stage.ask(Method::GET, "/app", &token).await;
        assert_eq!(status, 401);
        assert!(body["message"].as_str().unwrap().contains(says), "{says}: {body}");
    }
}

#[tokio::test]
async fn installations_come_in_pages() {
    let stage = Stage::new(31).await;
    let (_, first, headers) = stage.ask(Method::GET, "/app/installations", &stage.jwt()).await;
    assert_eq!(first.as_array().unwrap().len(), 30);
    let next = format!("<{}/app/installations?per_page=30&page=2>; rel=\"next\"", stage.api);
    assert!(headers["link"].to_str().unwrap().contains(&next));
    let (_, second, _) = stage.ask(Method::GET, "/app/installations?page=2", &stage.jwt()).await;
    assert_eq!((&second[0]["id"], second.as_array().unwrap().len()), (&json!(31), 1));
    assert!(first[0]["suspended_at"].is_null() && first[1]["suspended_at"].is_string());
}

#[tokio::test]
async fn a_token_opens_its_accounts_repositories_until_it_expires_or_is_revoked() {
    let stage = Stage::new(3).await;
    assert_eq!((stage.grant(2).await.0, stage.grant(9).await.0), (403, 404));
    let (status, granted) = stage.grant(1).await;
    assert_eq!(status, 201);
    let token = granted["token"].as_str().unwrap();
    let (status, body, headers) = stage.ask(Method::GET, "/installation/repositories?per_page=5", token).await;
    assert_eq!((status, &body["total_count"], body["repositories"].as_array().unwrap().len()), (200, &json!(26), 5));
    assert!(headers["link"].to_str().unwrap().contains("/installation/repositories?per_page=5&page=2"));
    for (path, expected) in [
        ("/repos/acme/anvil/traffic/views", 200),
        ("/repos/globex/lantern/traffic/views", 403),
        ("/repos/globex/lantern", 200),
        ("/user", 403),
        ("/app/installations", 401),
    ] {
        assert_eq!(stage.ask(Method::GET, path, token).await.0, expected, "{path}");
    }
    let (_, weak) = stage.grant(3).await;
    let path = "/repos/ada-lovelace/analytical-engine/traffic/views";
    let (status, body, headers) = stage.ask(Method::GET, path, weak["token"].as_str().unwrap()).await;
    assert_eq!((status, &body["message"]), (403, &json!("Resource not accessible by integration")));
    assert_eq!(headers["x-accepted-github-permissions"], "administration=read");
    stage.sample.revoke();
    assert_eq!(stage.ask(Method::GET, "/repos/acme/anvil", token).await.0, 401);
    let (status, ..) = stage.ask(Method::GET, "/installation/repositories", Sample::TOKEN).await;
    assert_eq!((status, stage.sample.granted()), (403, 2));
}
