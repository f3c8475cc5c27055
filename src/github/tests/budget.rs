//! How the client keeps to GitHub's limits, and what it spares of them.

use std::sync::atomic::Ordering;
use std::time::Instant;

use futures::StreamExt;
use http::StatusCode;

use super::stub::{Stub, reply};
use super::*;
use crate::github::client::Client;
use crate::github::fault::Fault;
use crate::github::gate::{MOST_AT_ONCE, Shut};

fn client(api: &str) -> Client {
    Client::new(&settings(api, &["acme/*"])).unwrap()
}

/// The headers of the primary limit with a reset so many seconds from now.
fn limit(remaining: &str, seconds: i64) -> [(&'static str, String); 3] {
    let reset = chrono::Utc::now().timestamp() + seconds;
    [
        ("x-ratelimit-limit", "5000".to_owned()),
        ("x-ratelimit-remaining", remaining.to_owned()),
        ("x-ratelimit-reset", reset.to_string()),
    ]
}

fn limited(remaining: &str, seconds: i64) -> http::Response<String> {
    let headers = limit(remaining, seconds);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    reply(200, &headers, "{}")
}

#[tokio::test]
async fn what_is_left_is_known_from_the_first_answer_on() {
    let stage = Stage::new().await;
    let client = client(&stage.api);
    assert_eq!(client.budget(), None, "nobody has said yet");
    for asked in 1..=3 {
        client.get(client.url("/repos/acme/anvil").unwrap()).await.unwrap();
        let budget = client.budget().unwrap();
        assert_eq!((budget.limit, budget.remaining), (Sample::LIMIT, Sample::LIMIT - asked));
        assert_eq!(budget.reset.timestamp() % 3_600, 0, "the sample's hours are full ones");
    }
}

#[tokio::test]
async fn nothing_is_asked_once_the_hour_is_used_up() {
    let stage = Stage::new().await;
    stage.sample.allow(2);
    let client = client(&stage.api);
    let url = || client.url("/repos/acme/anvil").unwrap();
    assert!(client.get(url()).await.is_ok() && client.get(url()).await.is_ok());
    for _ in 0..2 {
        assert_eq!(client.get(url()).await.unwrap_err(), Fault::Shut(Shut::Patience));
    }
    assert_eq!(stage.sample.served(), 2, "no refusal had to tell");
}

#[tokio::test]
async fn a_reset_within_the_patience_is_waited_for_instead_of_asking_in_vain() {
    let stub = Stub::new(|before, _| limited(if before == 0 { "0" } else { "4999" }, 1)).await;
    let client = client(&stub.api);
    let client = &client;
    let get = || async move { client.get(client.url("/x").unwrap()).await.map(|_| ()) };
    get().await.unwrap();
    let began = Instant::now();
    let (one, other) = tokio::join!(get(), get());
    assert_eq!((one, other), (Ok(()), Ok(())), "both waits together are within two seconds");
    assert!(began.elapsed() >= Duration::from_millis(800), "{:?}", began.elapsed());
    assert_eq!(stub.paths().len(), 3);
}

#[tokio::test]
async fn an_answer_that_still_holds_costs_nothing_of_the_hour() {
    let stub = Stub::new(|_, asked| match asked.headers().get("if-none-match") {
        Some(tag) if tag == "W/\"a b\"" => {
            let headers = limit("4999", 60);
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            reply(304, &headers, "")
        }
        _ => {
            let mut fresh = limited("4999", 60);
            fresh.headers_mut().insert("etag", "W/\"a b\"".parse().unwrap());
            fresh
        }
    })
    .await;
    let client = client(&stub.api);
    let url = || client.url("/x").unwrap();
    let reply = client.get(url()).await.unwrap();
    assert_eq!(reply.etag.as_deref(), Some("W/\"a b\""), "a weak tag is kept to the last character");
    for _ in 0..3 {
        assert!(client.get_if(url(), reply.etag.as_deref()).await.unwrap().is_none());
    }
    assert_eq!((client.unchanged(), client.requests()), (3, 4));
    assert_eq!(client.budget().unwrap().remaining, 4_999);
    for other in ["\"other\"", "two\nlines"] {
        let changed = client.get_if(url(), Some(other)).await.unwrap();
        assert!(changed.is_some(), "{other}");
    }
    assert_eq!(client.unchanged(), 3);
}

#[tokio::test]
async fn nothing_new_where_nobody_asked_for_it_is_a_fault() {
    let stub = Stub::new(|_, _| reply(304, &[], "")).await;
    let client = client(&stub.api);
    let fault = client.get(client.url("/x").unwrap()).await.unwrap_err();
    assert_eq!(fault.cause(), "GitHub answered 304 Not Modified: nobody asked whether it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_is_asked_at_once_while_it_goes_well_and_never_more_than_github_bears() {
    let stub = Stub::slow(Duration::from_millis(5), |_, _| reply(200, &[], "{}")).await;
    let mut settings = settings(&stub.api, &["acme/*"]);
    settings.concurrency = 2;
    let client = Client::new(&settings).unwrap();
    let asked = futures::stream::iter(0..600)
        .map(|_| client.get(client.url("/x").unwrap()))
        .buffer_unordered(200)
        .filter(|reply| std::future::ready(reply.is_ok()))
        .count()
        .await;
    let most = stub.most.load(Ordering::SeqCst);
    assert_eq!(asked, 600);
    assert!(most > 4 && most <= MOST_AT_ONCE, "{most} at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_are_asked_at_once_after_a_blow() {
    let stub = Stub::slow(Duration::from_millis(20), |before, _| match before {
        0 => reply(502, &[], ""),
        _ => reply(200, &[], "{}"),
    })
    .await;
    let mut settings = settings(&stub.api, &["acme/*"]);
    settings.concurrency = 16;
    let client = Client::new(&settings).unwrap();
    client.get(client.url("/x").unwrap()).await.unwrap();
    let all = (0..16).map(|_| client.get(client.url("/x").unwrap()));
    assert!(futures::future::join_all(all).await.iter().all(Result::is_ok));
    let most = stub.most.load(Ordering::SeqCst);
    assert!((8..=9).contains(&most), "half of sixteen, and one more when all of those went well: {most}");
}

#[tokio::test]
async fn graphql_is_a_read_with_a_limit_of_its_own() {
    let stub = Stub::new(|before, asked| match asked.method().as_str() {
        "POST" if before == 0 => reply(200, &[("x-ratelimit-resource", "graphql")], r#"{"data":{}}"#),
        "POST" => reply(
            200,
            &[("x-ratelimit-resource", "graphql"), ("x-ratelimit-remaining", "0")],
            r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}"#,
        ),
        _ => limited("4999", 60),
    })
    .await;
    let client = client(&format!("{}/api/v3", stub.api));
    let ask = || client.post(client.graphql_url().unwrap(), serde_json::json!({ "query": "{ viewer { login } }" }));
    assert_eq!(ask().await.unwrap().body, r#"{"data":{}}"#);
    let sent = stub.asked.lock().unwrap()[0].body().clone();
    assert_eq!(sent, r#"{"query":"{ viewer { login } }"}"#);
    assert_eq!(stub.header(0, "content-type").as_deref(), Some("application/json"));
    assert_eq!(client.budget(), None, "nothing is said of the REST API");
    assert_eq!(ask().await.unwrap_err().cause(), "GitHub answered 200 OK: its GraphQL limit is used up");
    client.get(client.url("/x").unwrap()).await.unwrap();
    assert_eq!(stub.paths(), ["POST /api/graphql", "POST /api/graphql", "GET /api/v3/x"]);
}

#[tokio::test]
async fn a_refused_secondary_limit_without_a_word_waits_a_minute_by_default() {
    let pace = Pace::default();
    assert!(pace.limited >= Duration::from_secs(60) && pace.attempts > 1);
    let stub = Stub::new(|_, _| reply(StatusCode::TOO_MANY_REQUESTS.as_u16(), &[], "")).await;
    let mut settings = settings(&stub.api, &["acme/*"]);
    settings.pace = Pace { patience: Duration::from_secs(59), ..pace };
    let client = Client::new(&settings).unwrap();
    let fault = client.get(client.url("/x").unwrap()).await.unwrap_err();
    assert_eq!((fault, stub.paths().len()), (Fault::Shut(Shut::Patience), 1), "a minute is more than it may wait");
}
