//! A provider that answers by a script, and the site's side of a conversation with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::edge::login::{Ask, Fault, Login, Prompt, Providers, Signed};
use crate::edge::{Credential, Provider, now};
use crate::keys::ProviderKey;

/// Answers by path, and what was asked, with its body.
#[derive(Default)]
pub(super) struct Script {
    pub(super) answers: BTreeMap<String, (u16, String)>,
    pub(super) asked: Vec<String>,
    pub(super) wait: Duration,
}

pub(super) struct Provided {
    pub(super) providers: Providers,
    pub(super) script: Arc<Mutex<Script>>,
    pub(super) issuer: String,
    pub(super) key: ProviderKey,
}

impl Provided {
    pub(super) async fn start() -> Provided {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script::default()));
        tokio::spawn(serve(listener, script.clone()));
        let key = ProviderKey::generate().unwrap();
        let providers = Providers::new(vec![provider(&issuer)], &"https://tollgate.example".parse().unwrap());
        let provided = Provided { providers: providers.unwrap(), script, issuer, key };
        provided.describe(json!({}));
        provided.answer("/keys", 200, json!({"keys": [provided.key.jwk()]}));
        provided
    }

    pub(super) fn describe(&self, more: Value) {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let mut description = json!({
            "issuer": self.issuer, "authorization_endpoint": at("/authorize?tenant=a"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/keys"), "response_types_supported": ["code"],
            "end_session_endpoint": at("/end"), "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        description.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.answer(DESCRIPTION, 200, description);
    }

    pub(super) fn answer(&self, path: &str, status: u16, body: Value) {
        self.script.lock().unwrap().answers.insert(path.into(), (status, body.to_string()));
    }

    pub(super) fn asked(&self, path: &str) -> usize {
        self.script.lock().unwrap().asked.iter().filter(|line| line.starts_with(path)).count()
    }

    pub(super) fn login(&self) -> &Login {
        self.providers.only().unwrap()
    }

    /// A sign-in up to the token answer, whose ID token has these claims changed; and its end.
    pub(super) async fn signed_in(&self, change: Value, answer: Value, roots: &[&str]) -> Result<Signed, Fault> {
        let attempt = self.login().begin(ask(Prompt::None)).await.unwrap().attempt;
        let mut claims = json!({
            "iss": self.issuer, "aud": "tollgate", "sub": "7", "nonce": attempt.nonce, "iat": now(), "exp": now() + 60,
            "name": "Ada", "email": "ada@acme.example",
        });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let mut tokens = json!({
            "id_token": self.key.sign(&claims).unwrap(), "access_token": "a", "token_type": "Bearer",
        });
        tokens.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
        self.answer("/token", 200, tokens);
        self.login().finish(&attempt, "c", &roots.iter().copied().collect(), now()).await
    }

    pub(super) fn logout_token(&self, key: &ProviderKey, change: Value) -> String {
        let events = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        let mut claims =
            json!({"iss": self.issuer, "aud": "tollgate", "sub": "7", "iat": now(), "jti": "j", "events": events});
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        key.sign(&claims).unwrap()
    }
}

pub(super) const DESCRIPTION: &str = "/.well-known/openid-configuration";

fn provider(issuer: &str) -> Provider {
    Provider {
        name: "main".into(),
        title: "Acme".into(),
        domains: vec![],
        issuer: issuer.into(),
        client_id: "tollgate".into(),
        credential: Credential::Secret("a secret".into()),
        scopes: vec!["openid".into(), "profile".into()],
    }
}

pub(super) fn ask(prompt: Prompt) -> Ask<'static> {
    Ask { prompt, login_hint: None, back: "/x".into(), renews: None }
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let script = script.clone();
        tokio::spawn(async move {
            let mut request = vec![0; 64 * 1024];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or("").to_owned();
            let (wait, (status, body)) = {
                let mut script = script.lock().unwrap();
                script.asked.push(format!("{path} {text}"));
                (script.wait, script.answers.get(&path).cloned().unwrap_or((404, String::new())))
            };
            tokio::time::sleep(wait).await;
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nlocation: /keys\r\n", body.len());
            let kind = if body.starts_with("\"ey") { "application/jwt" } else { "application/json" };
            let reply = format!("{head}content-type: {kind}\r\nconnection: close\r\n\r\n{body}");
            _ = stream.write_all(reply.as_bytes()).await;
        });
    }
}
