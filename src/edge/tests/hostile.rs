//! Sign-ins that go wrong at the provider, and callbacks that nobody asked for.

use serde_json::{Value, json};

use super::provider::{ADMIN, Hostile, begin, encode, jwk, made, symmetric};
use super::site::{Browser, POLL, Site};
use crate::keys::ProviderKey;

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
    let began = std::time::Instant::now();
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.status, 503);
    hostile.plan(|plan| plan.keys = json!({ "keys": [next.jwk()] }));
    hostile.plan(|plan| plan.asked.clear());
    let again = hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await;
    // On a machine so busy that two seconds are over by now, they may be asked for again.
    if began.elapsed() < std::time::Duration::from_secs(2) {
        assert_eq!(again.status, 503, "not at once");
        assert!(!hostile.asked().iter().any(|path| path == "/keys"));
    }
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(hostile.sign_in(&mut ada, |nonce| sign(&next, nonce)).await.location(), ADMIN);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_tried_with_every_key() {
    let hostile = Hostile::start().await;
    let (other, nameless) = (ProviderKey::generate().unwrap().jwk(), jwk("ES256"));
    hostile.plan(|plan| plan.keys = json!({ "keys": [other, {"kty": "strange"}, nameless] }));
    let sign = |header: Value, nonce: &str| made(&header, &hostile.claims(nonce));
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
