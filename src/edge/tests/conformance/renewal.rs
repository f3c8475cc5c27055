//! Claims asked for again by `prompt=none`. No token is kept, so this is what a refresh is elsewhere.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::edge::tests::provider::{ADMIN, Hostile, VIEWER, asked, parameter};
use crate::edge::tests::site::{Browser, POLL, Page};
use crate::edge::{Edge, Settings, current, now};

/// Claims are too old at once, so that each page has the provider asked.
async fn impatient() -> Hostile {
    Hostile::with(|settings| settings.claims_max_age = Duration::ZERO).await
}

/// The state and the nonce of the renewal that a page leads to.
async fn sent_off(browser: &mut Browser, page: &str) -> (String, String) {
    let sent = browser.visit(page).await;
    let get = |name: &str| parameter(sent.location(), name).unwrap_or_else(|| panic!("no {name}: {sent:?}"));
    assert_eq!(get("prompt"), "none");
    (get("state"), get("nonce"))
}

/// What comes of a renewal that the provider answers with this token.
async fn renewed(hostile: &Hostile, browser: &mut Browser, token: impl FnOnce(&str) -> String) -> Page {
    let (state, nonce) = sent_off(browser, ADMIN).await;
    hostile.plan(|plan| plan.id_token = token(&nonce));
    browser.visit(&format!("/-/callback?code=c&state={state}")).await
}

async fn declined(browser: &mut Browser, page: &str, error: &str) -> Page {
    let (state, _) = sent_off(browser, page).await;
    browser.visit(&format!("/-/callback?state={state}&error={error}")).await
}

#[tokio::test]
async fn a_renewal_asks_nothing_and_its_claims_change_the_roles_at_once() {
    let hostile = impatient().await;
    let mut ada = hostile.signed_in(&json!({})).await;
    let before = ada.jar["tollgate"].clone();
    assert_eq!((ada.fetch(ADMIN).await.status, ada.fetch(VIEWER).await.status), (200, 404));
    let sent = ada.visit("/admin/acme/anvil.html?x=1").await;
    assert!(sent.location().starts_with(&format!("{}/authorize?", hostile.site.issuer)), "{sent:?}");
    assert_eq!(parameter(sent.location(), "login_hint").as_deref(), Some("ada@acme.example"));
    let (state, nonce) = ["state", "nonce"].map(|name| parameter(sent.location(), name).unwrap()).into();
    hostile.plan(|plan| plan.id_token = hostile.but(&nonce, &json!({"groups": ["viewer"]})));
    let page = ada.visit(&format!("/-/callback?code=c&state={state}")).await;
    assert_eq!(page.location(), "/admin/acme/anvil.html?x=1");
    assert_ne!(ada.jar["tollgate"], before);
    assert_eq!((ada.fetch(ADMIN).await.status, ada.fetch(VIEWER).await.status), (404, 200));
    let page = renewed(&hostile, &mut ada, |nonce| hostile.but(nonce, &json!({"groups": []}))).await;
    assert_eq!((page.location(), ada.fetch(VIEWER).await.status), (ADMIN, 403), "no role is left");
}

#[tokio::test]
async fn claims_of_a_second_ago_are_good_for_a_second() {
    let hostile = Hostile::with(|settings| settings.claims_max_age = Duration::from_secs(2)).await;
    let mut ada = hostile.signed_in(&json!({})).await;
    assert_eq!(ada.visit(ADMIN).await.status, 200);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(renewed(&hostile, &mut ada, |nonce| hostile.good(nonce)).await.location(), ADMIN);
    assert_eq!(ada.visit(ADMIN).await.status, 200, "renewed");
}

#[tokio::test]
async fn a_renewal_with_another_iss_or_sub_ends_the_session() {
    let hostile = impatient().await;
    for (row, other) in [
        ("another sub", json!({"sub": "eve"})),
        ("sub in other case", json!({"sub": "Ada"})),
        ("another iss", json!({"iss": "https://evil.example"})),
        ("no iss", json!({"iss": null})),
        ("no sub", json!({"sub": null})),
        ("another aud", json!({"aud": "other"})),
    ] {
        let mut ada = hostile.signed_in(&json!({})).await;
        let mut old = ada.clone();
        let page = renewed(&hostile, &mut ada, |nonce| hostile.but(nonce, &other)).await;
        assert!((400..404).contains(&page.status), "{row}: {page:?}");
        assert!(!ada.jar.contains_key("tollgate"), "{row}: {:?}", ada.jar.keys());
        assert_eq!(old.fetch(ADMIN).await.status, 401, "{row}: the session goes on");
        assert!(!page.body.contains("admin"), "{row}: {}", page.body);
    }
}

#[tokio::test]
async fn a_provider_that_would_have_to_ask_leads_to_a_sign_in_that_ends_at_the_page_asked_for() {
    let hostile = impatient().await;
    for error in ["login_required", "interaction_required", "consent_required", "account_selection_required"] {
        let mut ada = hostile.signed_in(&json!({})).await;
        let page = declined(&mut ada, "/admin/acme/anvil.html?x=1", error).await;
        assert_eq!(page.location(), "/-/login?return=/admin/acme/anvil.html%3Fx%3D1", "{error}");
        let login = ada.depart(page.location()).await;
        assert_eq!(parameter(login.location(), "prompt"), None, "{error}: the provider may ask");
        let (state, nonce) = ["state", "nonce"].map(|name| parameter(login.location(), name).unwrap()).into();
        hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
        let back = ada.visit(&format!("/-/callback?code=c&state={state}")).await;
        assert_eq!(back.location(), "/admin/acme/anvil.html?x=1", "{error}");
        assert_eq!(ada.fetch(ADMIN).await.status, 200, "{error}");
    }
    let mut ada = hostile.signed_in(&json!({})).await;
    let page = declined(&mut ada, ADMIN, "access_denied").await;
    assert_eq!(page.status, 400, "another error is told");
}

#[tokio::test]
async fn a_provider_that_cannot_answer_lets_the_session_go_on_for_a_while() {
    for row in ["token endpoint 503", "token endpoint 429", "token endpoint gone"] {
        let mut hostile = impatient().await;
        let mut ada = hostile.signed_in(&json!({})).await;
        let page = match row {
            "token endpoint 503" | "token endpoint 429" => {
                let status = row[row.len() - 3..].parse().unwrap();
                hostile.plan(|plan| _ = plan.instead.insert("/token", (status, "{}".into())));
                renewed(&hostile, &mut ada, |nonce| hostile.good(nonce)).await
            }
            _ => {
                let gone = "http://127.0.0.1:1/token";
                hostile.plan(|plan| plan.description["token_endpoint"] = json!(gone));
                // An edge that has not asked the provider yet.
                let cookies = ada.jar.clone();
                let (fresh, _) =
                    hostile.site.edge_with(600, 3600, |settings| settings.claims_max_age = Duration::ZERO).await;
                (hostile.site.base, hostile.site.public) = (fresh.clone(), fresh);
                ada = Browser::new(&hostile.site);
                ada.jar = cookies;
                renewed(&hostile, &mut ada, |nonce| hostile.good(nonce)).await
            }
        };
        assert_eq!(page.location(), ADMIN, "{row}");
        assert_eq!((ada.visit(ADMIN).await.status, ada.fetch(ADMIN).await.status), (200, 200), "{row}");
    }
}

#[tokio::test]
async fn an_address_that_says_the_provider_is_away_keeps_no_session_going() {
    for error in ["temporarily_unavailable", "server_error"] {
        let hostile = impatient().await;
        let mut ada = hostile.signed_in(&json!({})).await;
        let before = ada.jar["tollgate"].clone();
        assert_eq!(declined(&mut ada, ADMIN, error).await.status, 400, "{error}");
        assert_eq!(ada.jar["tollgate"], before, "{error}: it is as old as it was");
        assert!(ada.visit(ADMIN).await.location().contains("prompt=none"), "{error}: the provider is asked again");
    }
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_is_not_brought_back() {
    let mut hostile = impatient().await;
    let (other, _) = hostile.site.edge(600, 3600).await;
    for row in ["answered", "declined", "token endpoint down"] {
        let mut ada = hostile.signed_in(&json!({})).await;
        let mut there = ada.clone();
        let (state, nonce) = sent_off(&mut ada, ADMIN).await;
        there.sign_out().await;
        hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
        let answer = match row {
            "declined" => "error=temporarily_unavailable",
            _ => "code=c",
        };
        if row == "token endpoint down" {
            hostile.plan(|plan| _ = plan.instead.insert("/token", (503, "{}".into())));
        }
        let page = ada.visit(&format!("/-/callback?{answer}&state={state}")).await;
        let expected = if row == "declined" { 400 } else { 303 };
        assert_eq!(page.status, expected, "{row}");
        assert_eq!(ada.fetch(ADMIN).await.status, 401, "{row}");
        tokio::time::sleep(POLL * 6).await;
        let cookie = format!("tollgate={}", ada.jar["tollgate"]);
        let page =
            Browser::new(&hostile.site).send("GET", &format!("{other}{ADMIN}"), &[("cookie", &cookie)], "").await;
        assert_eq!(page.status, 401, "{row}: on another edge");
    }
    hostile.plan(|plan| plan.instead.clear());
    let mut ada = hostile.signed_in(&json!({})).await;
    let first = ada.jar["tollgate"].clone();
    let (state, nonce) = sent_off(&mut ada, ADMIN).await;
    hostile.sign_in(&mut ada, |nonce| hostile.but(nonce, &json!({"sub": "eve", "groups": ["viewer"]}))).await;
    let eve = ada.jar["tollgate"].clone();
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    assert_eq!(ada.visit(&format!("/-/callback?code=c&state={state}")).await.location(), ADMIN);
    assert!(ada.jar["tollgate"] == eve && eve != first, "somebody else signed in meanwhile: it stays theirs");
}

#[tokio::test]
async fn while_the_provider_is_not_to_be_reached_sessions_go_on_and_nobody_is_sent_there() {
    let mut hostile = impatient().await;
    let ada = hostile.signed_in(&json!({})).await;
    hostile.server.abort();
    let (fresh, _) = hostile.site.edge_with(600, 3600, |settings| settings.claims_max_age = Duration::ZERO).await;
    (hostile.site.base, hostile.site.public) = (fresh.clone(), fresh);
    let mut there = Browser::new(&hostile.site);
    there.jar = ada.jar;
    for _ in 0..3 {
        assert_eq!(there.visit(ADMIN).await.status, 200, "not even a redirect");
        assert_eq!(there.fetch(ADMIN).await.status, 200);
    }
    assert_eq!(there.visit("/viewer/index.html").await.status, 404, "no role more than before");
}

async fn core(hostile: &Hostile) -> Arc<Edge> {
    let settings = hostile.site.settings("http://127.0.0.1:1", 6_000, 36_000);
    let settings = Settings { claims_max_age: Duration::from_secs(60), ..settings };
    let edge = Arc::new(Edge::new(settings, hostile.site.keys(), hostile.site.releases.clone()).unwrap());
    current::refresh(&edge).await;
    edge
}

#[tokio::test]
async fn a_script_is_served_for_a_grace_and_then_told_to_sign_in_unless_the_provider_is_down() {
    let hostile = Hostile::start().await;
    let ada = hostile.signed_in(&json!({})).await;
    let cookie = format!("tollgate={}", ada.jar["tollgate"]);
    let script = asked(ADMIN, &[("cookie", &cookie), ("accept", "application/json")]);
    let page = asked(ADMIN, &[("cookie", &cookie), ("sec-fetch-mode", "navigate"), ("accept", "text/html")]);
    let (edge, start) = (core(&hostile).await, now());
    for (seconds, expected) in [(0, 200), (58, 200), (62, 200), (355, 200), (362, 401), (3_000, 401)] {
        assert_eq!(edge.answer(&script, start + seconds).await.status(), expected, "after {seconds} s");
    }
    assert_eq!(edge.answer(&page, start + 362).await.status(), 303, "a browser is sent to ask");
    hostile.server.abort();
    let edge = core(&hostile).await;
    assert_eq!(edge.answer(&page, start + 362).await.status(), 200);
    let statuses: Value = json!([
        edge.answer(&script, start + 362).await.status().as_u16(),
        edge.answer(&script, start + 3_000).await.status().as_u16(),
    ]);
    assert_eq!(statuses, json!([200, 200]), "the provider is known to be down");
}
