//! Attacks by way of a provider: mix-up, confused algorithms, requests to where nobody should look.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use aws_lc_rs::signature::KeyPair;

use crate::domain::policy::{ClaimPath, Role, Rule, Test};
use crate::edge::Provider;
use crate::edge::tests::provider::{ADMIN, Hostile, Shared, but, by_hand, jwk, made, pairs, parameter, provider};
use crate::edge::tests::site::{Browser, POLL, listener, role};
use crate::keys::ProviderKey;

/// A site with the provider `main`, and `other`, which is the attacker's.
async fn two() -> (Hostile, String, Shared, ProviderKey) {
    let key = ProviderKey::generate().unwrap();
    let (issuer, plan, _) = provider(&key).await;
    let named = issuer.clone();
    let hostile = Hostile::with(|settings| {
        let other = Provider { name: "other".into(), issuer: named, ..settings.providers[0].clone() };
        settings.providers.push(other);
    })
    .await;
    // The rules say whose word counts; else such a site serves nothing.
    let issuers = vec![hostile.site.issuer.clone().into(), issuer.clone().into()];
    let group = Test::Contains(ClaimPath::dotted("groups").unwrap(), "admin".into());
    let any = Rule(vec![Test::OneOf(ClaimPath::issuer(), issuers), group.clone()]);
    hostile.site.publish_as("apart", vec![Role { open_to: vec![any], ..role("admin", group) }]).await;
    tokio::time::sleep(POLL * 6).await;
    (hostile, issuer, plan, key)
}

/// State and nonce of a sign-in with one of two providers.
async fn begin_at(browser: &mut Browser, name: &str) -> (String, String) {
    let sent = browser.visit(&format!("/-/login?provider={name}&return={ADMIN}")).await;
    let get = |name: &str| parameter(sent.location(), name).unwrap();
    (get("state"), get("nonce"))
}

#[tokio::test]
async fn mix_up_between_two_providers_takes_no_code_to_the_wrong_one() {
    let (hostile, other, plan, key) = two().await;
    let mut ada = Browser::new(&hostile.site);
    let (state, nonce) = begin_at(&mut ada, "main").await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    // A code that was asked for at one address arrives at another's (RFC 9700, 4.4.2).
    let elsewhere = ada.clone().visit(&format!("/-/callback/other?code=c&state={state}")).await;
    assert_eq!(elsewhere.status, 400, "{elsewhere:?}");
    let (state, nonce) = begin_at(&mut ada, "main").await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    // The other provider sends the browser on with a code of its own, or of the first one, and says who it is.
    let page = ada.visit(&format!("/-/callback/main?code=c&state={state}&iss={other}")).await;
    assert_eq!((page.status, ada.jar.contains_key("tollgate")), (400, false));
    let tokens = |asked: Vec<String>| asked.iter().filter(|path| *path == "/token").count();
    assert_eq!((tokens(hostile.asked()), tokens(plan.lock().unwrap().asked.clone())), (0, 0), "no code was sent");

    // One attempt's answer goes to the provider of that attempt, whatever another attempt is for.
    let (at_main, _) = begin_at(&mut ada, "main").await;
    let (_, at_other) = begin_at(&mut ada, "other").await;
    let claims = but(hostile.claims(&at_other), &json!({ "iss": other }));
    plan.lock().unwrap().id_token = key.sign(&claims).unwrap();
    hostile.plan(|plan| plan.id_token = key.sign(&claims).unwrap());
    let page = ada.visit(&format!("/-/callback/main?code=c&state={at_main}")).await;
    assert_eq!((page.status, ada.jar.contains_key("tollgate")), (400, false));
    assert_eq!((tokens(hostile.asked()), tokens(plan.lock().unwrap().asked.clone())), (1, 0));
}

#[tokio::test]
async fn mix_up_what_one_provider_signs_is_nothing_at_an_attempt_with_the_other() {
    let (hostile, other, plan, key) = two().await;
    for (row, issuer, by_other) in [
        ("the other's token, whole", other.clone(), true),
        ("the other's signature under this issuer", hostile.site.issuer.clone(), true),
        ("this signature under the other's issuer", other.clone(), false),
    ] {
        let mut ada = Browser::new(&hostile.site);
        let (state, nonce) = begin_at(&mut ada, "main").await;
        let claims = but(hostile.claims(&nonce), &json!({ "iss": issuer }));
        let token = if by_other { key.sign(&claims) } else { hostile.key.sign(&claims) };
        hostile.plan(|plan| plan.id_token = token.unwrap());
        let page = ada.visit(&format!("/-/callback/main?code=c&state={state}")).await;
        assert_eq!((page.status, ada.jar.contains_key("tollgate")), (400, false), "{row}: {page:?}");
    }
    // The attacker's provider says it has the same person, with the same name of its own session.
    let mut ada = hostile_ada(&hostile).await;
    let mut eve = Browser::new(&hostile.site);
    let (state, nonce) = begin_at(&mut eve, "other").await;
    let claims = but(hostile.claims(&nonce), &json!({"iss": other, "name": "not her", "sid": "s"}));
    plan.lock().unwrap().id_token = key.sign(&claims).unwrap();
    assert_eq!(eve.visit(&format!("/-/callback/other?code=c&state={state}")).await.location(), ADMIN);
    let me = eve.visit("/-/me").await.body;
    assert!(!me.contains(&ada.from), "another provider's `ada` is somebody else: {me}");
    let origin = eve.public();
    let form = [("origin", origin.as_str()), crate::edge::tests::provider::FORM];
    eve.send("POST", "/-/logout", &form, "everywhere=1").await;
    let now = crate::edge::now();
    for (sub, sid) in [(json!("ada"), json!(null)), (json!(null), json!("s")), (json!("ada"), json!("s"))] {
        let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        let logout =
            json!({"iss": other, "aud": "tollgate", "iat": now, "jti": format!("{sub}{sid}"), "events": event});
        let token = key.sign(&but(logout, &json!({"sub": sub, "sid": sid}))).unwrap();
        let sent = eve.send("POST", "/-/backchannel-logout", &form, &format!("logout_token={token}")).await;
        assert_eq!(sent.status, 200, "{sent:?}");
    }
    assert_eq!((ada.fetch(ADMIN).await.status, eve.fetch(ADMIN).await.status), (200, 401));
}

async fn hostile_ada(hostile: &Hostile) -> Browser {
    let mut ada = Browser::new(&hostile.site);
    let (state, nonce) = begin_at(&mut ada, "main").await;
    hostile.plan(|plan| plan.id_token = hostile.but(&nonce, &json!({"sid": "s"})));
    assert_eq!(ada.visit(&format!("/-/callback/main?code=c&state={state}")).await.location(), ADMIN);
    ada
}

#[tokio::test]
async fn algorithm_confusion_a_public_key_is_no_secret_and_a_token_brings_no_key() {
    let hostile = Hostile::start().await;
    let named = |algorithm: &str| but(jwk(algorithm), &json!({ "kid": algorithm }));
    let keys =
        json!([named("RS256"), named("ES256"), {"kty": "oct", "kid": "oct", "k": "YSBzZWNyZXQ", "alg": "HS256"}]);
    hostile.plan(|plan| plan.keys = json!({ "keys": keys }));
    let der = pairs().rsa.public_key().as_ref().to_vec();
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(&der));
    let secrets: [(&str, Vec<u8>); 5] = [
        ("DER", der),
        ("PEM", pem.into_bytes()),
        ("a JSON Web Key", named("RS256").to_string().into_bytes()),
        ("a symmetric key among the provider's", b"a secret".to_vec()),
        ("nothing", vec![]),
    ];
    for (row, secret) in &secrets {
        for kid in ["RS256", "oct", ""] {
            let header = json!({"alg": "HS256", "kid": kid, "typ": "JWT"});
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
            let sign = |text: &[u8]| aws_lc_rs::hmac::sign(&key, text).as_ref().to_vec();
            hostile.refuses(&format!("{row}, {kid}"), |nonce| by_hand(&header, &hostile.claims(nonce), sign)).await;
        }
    }
    let own = ProviderKey::generate().unwrap();
    let (listener, elsewhere) = listener().await;
    for (row, more) in [
        ("jwk", json!({"jwk": own.jwk()})),
        ("jku", json!({"jku": format!("{elsewhere}/keys")})),
        ("x5u", json!({"x5u": format!("{elsewhere}/keys"), "kid": null})),
        ("x5c", json!({"x5c": ["MIIB"], "kid": "own"})),
        ("a path as a kid", json!({"kid": "../../../../dev/null"})),
    ] {
        let header = but(json!({"alg": "ES256", "kid": "own", "typ": "JWT"}), &more);
        let token = |nonce: &str| {
            let signed = own.sign(&hostile.claims(nonce)).unwrap();
            by_hand(&header, &hostile.claims(nonce), |_| signed.into_bytes())
        };
        hostile.refuses(row, token).await;
    }
    let none = tokio::time::timeout(std::time::Duration::from_millis(100), listener.accept()).await;
    assert!(none.is_err(), "an address in a token was asked");
    let mut ada = Browser::new(&hostile.site);
    let good = json!({"alg": "RS256", "kid": "RS256"});
    assert_eq!(hostile.sign_in(&mut ada, |nonce| made(&good, &hostile.claims(nonce))).await.location(), ADMIN);
}

#[tokio::test]
async fn ssrf_through_the_providers_description_makes_no_request() {
    let fields = ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"];
    for evil in [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://[fd00:ec2::254]/latest/",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
        "http://192.0.2.1/",
        "http://intranet.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:password@id.example/",
    ] {
        let hostile = Hostile::start().await;
        let field = fields[evil.len() % fields.len()];
        for field in [field, "token_endpoint"] {
            hostile.plan(|plan| plan.description[field] = json!(evil));
        }
        let page = Browser::new(&hostile.site).depart("/-/login?provider=main").await;
        assert_eq!(page.status, 503, "{field} = {evil}: {page:?}");
        assert_eq!(hostile.asked(), ["/.well-known/openid-configuration"], "{field} = {evil}");
    }
}

#[tokio::test]
async fn ssrf_through_a_redirect_is_not_followed() {
    let (elsewhere, address) = listener().await;
    for (path, status) in [
        ("/.well-known/openid-configuration", 302),
        ("/keys", 301),
        ("/token", 307),
        ("/token", 308),
        ("/token", 303),
        ("/userinfo", 307),
    ] {
        let hostile = Hostile::start().await;
        hostile.plan(|plan| _ = plan.instead.insert(path, (status, format!("{address}/secrets"))));
        let mut ada = Browser::new(&hostile.site);
        let login = ada.visit("/-/login?provider=main").await;
        if login.status == 303 {
            let (state, nonce) = ["state", "nonce"].map(|name| parameter(login.location(), name).unwrap()).into();
            hostile.plan(|plan| plan.id_token = hostile.but(&nonce, &json!({"groups": null})));
            let page = ada.visit(&format!("/-/callback/main?code=c&state={state}")).await;
            assert!(page.status == 400 || page.status == 503, "{path} {status}: {page:?}");
        }
        assert!(!ada.jar.contains_key("tollgate"), "{path} {status}");
    }
    let none = tokio::time::timeout(std::time::Duration::from_millis(100), elsewhere.accept()).await;
    assert!(none.is_err(), "a redirect was followed");
}
