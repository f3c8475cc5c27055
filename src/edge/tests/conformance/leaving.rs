//! Signing out that begins here (OpenID Connect RP-Initiated Logout 1.0).

use serde_json::json;

use crate::edge::tests::provider::{ADMIN, FORM, Hostile, parameter};
use crate::edge::tests::site::Browser;

#[tokio::test]
async fn signing_out_tells_the_provider_who_is_meant_and_where_to_come_back_to() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let mut id_token = String::new();
    hostile
        .sign_in(&mut ada, |nonce| {
            id_token = hostile.good(nonce);
            id_token.clone()
        })
        .await;
    let mut states = vec![];
    for again in [false, true] {
        if again {
            ada = hostile.signed_in(&json!({})).await;
        }
        let out = ada.sign_out().await;
        let to = out.location();
        assert!(to.starts_with(&format!("{}/end-session?", hostile.site.issuer)), "{to}");
        if !again {
            assert_eq!(parameter(to, "id_token_hint").as_deref(), Some(id_token.as_str()));
        }
        assert_eq!(parameter(to, "client_id").as_deref(), Some("tollgate"));
        let back = format!("{}/-/signed-out", hostile.site.public);
        assert_eq!(parameter(to, "post_logout_redirect_uri"), Some(back));
        assert_eq!(parameter(to, "logout_hint"), None, "the token says it better");
        states.push(parameter(to, "state").unwrap());
        assert!(ada.jar.is_empty(), "nothing is left in the browser");
    }
    assert!(states[0].len() >= 20 && states[0] != states[1], "{states:?}");
}

#[tokio::test]
async fn an_id_token_that_fits_no_cookie_is_not_needed_for_signing_out() {
    let hostile = Hostile::start().await;
    let mut ada = hostile.signed_in(&json!({"padding": "x".repeat(6_000)})).await;
    assert!(!ada.jar.keys().any(|name| name.contains("hint")), "{:?}", ada.jar.keys());
    let mut old = ada.clone();
    let out = ada.sign_out().await;
    let get = |name: &str| parameter(out.location(), name);
    assert_eq!((get("id_token_hint"), get("logout_hint").as_deref()), (None, Some("ada")));
    assert_eq!(get("client_id").as_deref(), Some("tollgate"));
    assert_eq!(old.fetch(ADMIN).await.status, 401);
}

#[tokio::test]
async fn a_hint_cookie_that_is_not_of_this_session_is_not_sent_to_the_provider() {
    let hostile = Hostile::start().await;
    let (mut ada, eve) = (hostile.signed_in(&json!({})).await, hostile.signed_in(&json!({"sub": "eve"})).await);
    ada.jar.insert("tollgate-hint".into(), eve.jar["tollgate-hint"].clone());
    let out = ada.sign_out().await;
    let get = |name: &str| parameter(out.location(), name);
    assert_eq!((get("id_token_hint"), get("logout_hint").as_deref()), (None, Some("ada")));
}

#[tokio::test]
async fn coming_back_from_signing_out_works_with_an_absent_a_wrong_and_an_odd_state() {
    let hostile = Hostile::start().await;
    let mut nobody = Browser::new(&hostile.site);
    let plain = nobody.visit("/-/signed-out").await;
    assert!(plain.status == 200 && plain.body.contains("signed out"), "{plain:?}");
    let long = "x".repeat(4_000);
    for state in ["wrong", "", "%00%ff", "a&state=b", "<script>alert(1)</script>", "%0d%0aset-cookie:x=y", &long] {
        let page = nobody.visit(&format!("/-/signed-out?state={state}")).await;
        assert_eq!((page.status, &page.body), (200, &plain.body), "{state}");
        assert!(nobody.jar.is_empty(), "{state}");
    }
    let mut ada = hostile.signed_in(&json!({})).await;
    assert_eq!(ada.visit("/-/signed-out?state=wrong").await.status, 200);
    assert_eq!(ada.fetch(ADMIN).await.status, 200, "the page by itself signs nobody out");
}

#[tokio::test]
async fn signing_out_works_while_the_provider_is_down_or_knows_no_signing_out() {
    for down in [true, false] {
        let mut hostile = Hostile::start().await;
        let mut ada = hostile.signed_in(&json!({})).await;
        let cookie = format!("tollgate={}", ada.jar["tollgate"]);
        // An edge that has not asked the provider yet.
        hostile.plan(|plan| _ = plan.description.as_object_mut().unwrap().remove("end_session_endpoint"));
        if down {
            hostile.server.abort();
        }
        let (fresh, _) = hostile.site.edge(600, 3600).await;
        let headers = [("cookie", cookie.as_str()), ("origin", fresh.as_str()), FORM];
        let out = ada.send("POST", &format!("{fresh}/-/logout"), &headers, "").await;
        assert_eq!(out.location(), "/-/signed-out", "down: {down}");
        let there = format!("{fresh}{ADMIN}");
        assert_eq!(ada.send("GET", &there, &headers[..1], "").await.status, 401, "down: {down}");
    }
}
