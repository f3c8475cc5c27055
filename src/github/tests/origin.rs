//! Neither a token nor what proves an App is shown to anyone but the configured host, whatever that host says.

use std::sync::atomic::Ordering;

use http::{Method, StatusCode};

use super::credential::app;
use super::hostile::stranger;
use super::stub::{Stub, reply};
use super::*;
use crate::github::account::open;
use crate::github::client::Client;
use crate::github::fault::Fault;

#[tokio::test]
async fn an_address_elsewhere_is_not_asked_though_we_are_told_to() {
    let (host, met) = stranger().await;
    let stage = Stage::new().await;
    let client = Client::new(&stage.settings(&["acme/*"])).unwrap();
    let elsewhere = || format!("http://{host}/graphql").parse::<http::Uri>().unwrap();
    assert_eq!(client.get(elsewhere()).await.unwrap_err(), Fault::Foreign(host.clone()));
    assert_eq!(client.post(elsewhere(), serde_json::json!({})).await.unwrap_err(), Fault::Foreign(host.clone()));
    assert_eq!((met.load(Ordering::SeqCst), stage.sample.served()), (0, 0));
}

#[tokio::test]
async fn a_name_that_changed_hands_while_a_limit_was_waited_for_is_not_recorded() {
    for (wait, id, done) in [("1", 8, false), ("1", 7, true), ("0", 8, true)] {
        let first = std::sync::atomic::AtomicBool::new(true);
        let listed = |id: u64| format!(r#"{{"id":{id},"full_name":"acme/anvil","private":false,"fork":false}}"#);
        let stub = Stub::new(move |_, asked| match asked.uri().path() {
            "/orgs/acme/repos" => reply(200, &[], &format!("[{}]", listed(7))),
            "/repos/acme/anvil" => reply(200, &[], &listed(id)),
            "/repos/acme/anvil/traffic/views" if first.swap(false, Ordering::SeqCst) && wait != "0" => {
                reply(429, &[("retry-after", wait)], "")
            }
            path if path.ends_with("/views") || path.ends_with("/clones") => {
                let what = path.rsplit('/').next().unwrap();
                let row = r#"{"timestamp":"2026-11-20T00:00:00Z","count":4,"uniques":2}"#;
                reply(200, &[], &format!(r#"{{"count":4,"uniques":2,"{what}":[{row}]}}"#))
            }
            _ => reply(404, &[], "{}"),
        })
        .await;
        let (out, mut events) = tokio::sync::mpsc::channel(100);
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let run = collect(&settings(&stub.api, &["acme/*"]), &Memory::new(), now, out).await.unwrap();
        let mut days = 0;
        while let Some(event) = events.recv().await {
            days += if let Event::Observation(seen) = event { seen.days.len() } else { 0 };
        }
        assert_eq!(days, usize::from(done), "after {wait} s it is {id}");
        match done {
            true => assert_eq!(*result(&run, "acme/anvil"), Collected::Done { days: 1 }),
            false => assert_eq!(failure(&run, "acme/anvil").0, "its id: its name now leads to another repository"),
        }
        let confirmed = stub.paths().iter().filter(|path| *path == "GET /repos/acme/anvil").count();
        assert_eq!(confirmed, usize::from(wait != "0"));
    }
}

#[tokio::test]
async fn a_question_to_graphql_follows_no_redirect() {
    let (host, met) = stranger().await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("http://{host}/graphql");
        let stub = Stub::new(move |_, _| reply(status, &[("location", &to)], &format!(r#"{{"url":"{to}"}}"#))).await;
        let client = Client::new(&settings(&stub.api, &["acme/*"])).unwrap();
        let fault = client.post(client.graphql_url().unwrap(), serde_json::json!({})).await.unwrap_err();
        assert!(matches!(fault, Fault::Unexpected(found, _) if found.as_u16() == status), "{fault:?}");
        assert_eq!(stub.paths(), ["POST /graphql"]);
    }
    assert_eq!(met.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_an_app_signs_follows_neither_pages_nor_redirects_to_another_host() {
    let (host, met) = stranger().await;
    let link = format!("<http://{host}/app/installations?page=2>; rel=\"next\"");
    let to = format!("http://{host}/app/installations");
    let paged = Stub::new(move |_, _| reply(200, &[("link", &link)], "[]")).await;
    let moved = Stub::new(move |_, _| reply(302, &[("location", &to)], "{}")).await;
    for (stub, told) in [
        (paged, format!("the answer leads to {host}, and the token must not go there")),
        (moved, "GitHub answered 302 Found: {}".to_owned()),
    ] {
        let error = open(&app(&stub.api, &["acme/*"])).await.map(|_| ()).unwrap_err().to_string();
        let expected = format!("source `main`: the App's installations cannot be listed: {told}\n\nhint: ");
        assert!(error.starts_with(&expected), "{error}");
        assert_eq!(stub.paths(), ["GET /app/installations?per_page=100"]);
    }
    assert_eq!(met.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_token_is_asked_for_and_used_where_the_app_is_configured_whatever_its_listing_says() {
    let (host, met) = stranger().await;
    let strange = host.clone();
    let listing = format!(
        r#"[{{"id":7,"account":{{"login":"acme","url":"http://{host}/"}},"suspended_at":null,
            "access_tokens_url":"http://{host}/tokens","repositories_url":"http://{host}/repositories"}}]"#
    );
    let stub = Stub::new(move |_, asked| match (asked.method(), asked.uri().path()) {
        (&Method::GET, "/app/installations") => reply(200, &[], &listing),
        (&Method::POST, "/app/installations/7/access_tokens") => {
            reply(201, &[], r#"{"token":"ghs_7_x.y.z","expires_at":"2999-01-01T00:00:00Z"}"#)
        }
        (_, "/page") => reply(200, &[("link", &format!("<http://{strange}/page?2>; rel=\"next\""))], "[]"),
        _ => reply(301, &[("location", &format!("http://{strange}/moved"))], "{}"),
    })
    .await;
    let accounts = open(&app(&stub.api, &["acme/*"])).await.unwrap();
    let client = &accounts[0].client;
    for path in ["/page", "/repos/acme/anvil/traffic/views"] {
        let reply = client.get(client.url(path).unwrap()).await;
        let fault = reply.and_then(|reply| client.next(&reply)).unwrap_err();
        assert_eq!(fault, Fault::Foreign(host.clone()), "{path}");
    }
    assert_eq!(met.load(Ordering::SeqCst), 0, "nothing at all was sent there");
    assert_eq!(stub.header(2, "authorization").as_deref(), Some("Bearer ghs_7_x.y.z"));
    let jwts = [0, 1].map(|n| stub.header(n, "authorization").unwrap());
    assert!(jwts.iter().all(|jwt| jwt.split('.').count() == 3 && !jwt.contains("ghs_")), "{jwts:?}");
}

#[tokio::test]
async fn a_redirect_of_a_token_asked_for_is_not_followed() {
    let (host, met) = stranger().await;
    let to = format!("http://{host}/app/installations/7/access_tokens");
    let stub = Stub::new(move |_, asked| match asked.method() {
        &Method::GET => reply(200, &[], r#"[{"id":7,"account":{"login":"acme"},"suspended_at":null}]"#),
        _ => reply(StatusCode::TEMPORARY_REDIRECT.as_u16(), &[("location", &to)], "{}"),
    })
    .await;
    let error = open(&app(&stub.api, &["acme/*"])).await.map(|_| ()).unwrap_err().to_string();
    let expected = "source `main`: the App gets no token for `acme`: GitHub answered 307 Temporary Redirect: {}";
    assert!(error.starts_with(expected), "{error}");
    assert_eq!(met.load(Ordering::SeqCst), 0);
}
