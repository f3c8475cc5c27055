//! Secrets where they must not be: in logs, addresses and pages.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::edge::tests::provider::{ADMIN, FORM, Hostile, begin};
use crate::edge::tests::site::Browser;

/// All that was logged on this thread, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The code, the state and all cookies of somebody who signed in, and of one whose sign-in was refused.
async fn everything_happens(hostile: &Hostile) -> Vec<String> {
    let mut ada = Browser::new(&hostile.site);
    let mut secrets = vec![];
    for good in [false, true] {
        let (state, nonce) = begin(&mut ada).await;
        let id_token = hostile.but(&nonce, &if good { json!({}) } else { json!({"aud": "other"}) });
        hostile.plan(|plan| plan.id_token = id_token.clone());
        secrets.extend(ada.jar.values().cloned());
        let code = format!("the-code-{good}");
        ada.visit(&format!("/-/callback?code={code}&state={state}")).await;
        secrets.extend([state, nonce, id_token, code]);
    }
    secrets.extend(ada.jar.values().cloned());
    assert_eq!(ada.visit(ADMIN).await.status, 200);
    ada.visit("/-/me").await;
    let cookie = ada.jar["tollgate"].clone();
    let headers = [("authorization", format!("Bearer {cookie}"))];
    Browser::new(&hostile.site).send("GET", ADMIN, &[(headers[0].0, &headers[0].1)], "").await;
    let mut thief = Browser::new(&hostile.site);
    thief.jar.insert("tollgate".into(), format!("{cookie}x"));
    thief.visit(ADMIN).await;
    let own = thief.public();
    thief.send("POST", "/-/share", &[FORM, ("origin", &own)], &format!("token={cookie}")).await;
    thief.send("POST", "/-/backchannel-logout", &[FORM], &format!("logout_token={}", secrets[3])).await;
    hostile.plan(|plan| _ = plan.instead.insert("/token", (400, "{\"error\":\"invalid_grant\"}".into())));
    let (state, _) = begin(&mut thief).await;
    thief.visit(&format!("/-/callback?code=the-code-refused&state={state}")).await;
    let out = ada.sign_out().await;
    assert!(out.location().contains("id_token_hint"), "{out:?}");
    let sent = hostile.plan.lock().unwrap().sent.clone();
    secrets.extend(sent.iter().map(|sent| sent.form["code_verifier"].clone()));
    secrets.extend(sent.iter().map(|sent| sent.authorization.clone().unwrap()));
    secrets.extend(["a secret", "a+secret", "access-to-userinfo", "the-code-refused"].map(str::to_owned));
    secrets
}

#[tokio::test]
async fn tokens_codes_cookies_and_secrets_are_in_no_log() {
    let log = Log::default();
    // This program's own words at every level, other crates' down to what anybody would turn on.
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone());
    let subscriber = subscriber.with_env_filter("debug,tollgate=trace").finish();
    // With one subscriber alone, what another test's thread says first counts as wanted by nobody.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let hostile = Hostile::start().await;
    let secrets = everything_happens(&hostile).await;
    drop(guard);
    assert!(log.text().contains("answered request="), "not all was captured:\n{}", log.text());
    let audit = std::fs::read_to_string(hostile.site.dir.path().join("audit.jsonl")).unwrap();
    for (name, text) in [("log", log.text()), ("audit log", audit)] {
        assert!(text.len() > 500, "hardly anything was written: {text}");
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "the {name} has `{secret}`:\n{text}");
            // A token is as good without its header.
            let tail = secret.rsplit('.').next().unwrap();
            assert!(tail.len() < 20 || !text.contains(tail), "the {name} has `{tail}`:\n{text}");
        }
        assert!(!text.contains("eyJ"), "the {name} has a token:\n{text}");
    }
}

#[tokio::test]
async fn tokens_are_in_no_page_and_in_no_address_but_the_providers_own() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let (state, nonce) = begin(&mut ada).await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    let back = ada.visit(&format!("/-/callback?code=the-code&state={state}")).await;
    let mut replies = vec![back];
    for address in ["/", ADMIN, "/-/me", "/-/login", "/-/login?another=1", "/-/share", "/nobody/x.html"] {
        replies.push(ada.visit(address).await);
        replies.push(ada.fetch(address).await);
    }
    let id_token = hostile.plan.lock().unwrap().id_token.clone();
    let secrets =
        [&ada.jar["tollgate"], &ada.jar["tollgate-hint"], &id_token, &nonce, "the-code", "access-to-userinfo"];
    for reply in replies {
        let location = reply.headers.get("location").map(|value| value.to_str().unwrap()).unwrap_or_default();
        // The way to the provider has a nonce and a state of its own; those that were used are in nothing.
        for secret in secrets {
            assert!(!reply.body.contains(secret) && !location.contains(secret), "{secret} in {reply:?}");
        }
    }
}
