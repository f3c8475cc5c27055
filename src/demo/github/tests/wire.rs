//! What a collector meets at the wire: conditional requests, limits, faults, GraphQL.

use std::time::Duration;

use super::*;
use serde_json::{Value, json};

/// One request with any headers; the client follows nothing.
async fn request(base: &str, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.get(format!("{base}{path}")).header("user-agent", "test").bearer_auth(Sample::TOKEN);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn ask(base: &str, query: &str, ids: &[&str], token: &str) -> Value {
    let body = json!({ "query": query, "variables": { "ids": ids } }).to_string();
    let request =
        reqwest::Client::new().post(format!("{base}/graphql")).header("user-agent", "test").bearer_auth(token);
    let response = request.body(body).send().await.unwrap();
    assert_eq!(response.headers()["x-ratelimit-resource"], "graphql");
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

const COUNTERS: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { databaseId watchers { totalCount } \
    pullRequests(states: OPEN) { totalCount } languages(first: 20) { edges { size node { name } } } } } }";

#[tokio::test]
async fn an_answer_that_is_known_costs_nothing_and_has_no_body() {
    let (sample, base) = stage().await;
    let path = "/repos/acme/anvil/traffic/views";
    let first = request(&base, path, &[]).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let left = sample.left();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let again = request(&base, path, &[("if-none-match", &known)]).await;
        assert_eq!(
            (again.status(), again.headers()["etag"].to_str().unwrap()),
            (StatusCode::NOT_MODIFIED, tag.as_str())
        );
        assert_eq!(again.headers()["x-ratelimit-remaining"].to_str().unwrap(), left.to_string());
        assert_eq!(again.bytes().await.unwrap().len(), 0);
    }
    assert_eq!(sample.left(), left);
    let weak = request(&base, path, &[("if-none-match", &tag), ("accept-encoding", "gzip")]).await;
    assert_eq!(weak.headers()["etag"].to_str().unwrap(), format!("W/{tag}"));
    sample.set_today(today() + Days::new(1));
    let changed = request(&base, path, &[("if-none-match", &tag)]).await;
    assert_eq!((changed.status(), sample.left()), (StatusCode::OK, left - 1));
    let (status, headers, _) = get(&base, "/repos/acme/anvil", Some(Sample::READER)).await;
    let ours = request(&base, "/repos/acme/anvil", &[("if-none-match", headers["etag"].to_str().unwrap())]).await;
    assert_eq!((status, ours.status()), (StatusCode::OK, StatusCode::OK), "a tag belongs to its token");
}

#[tokio::test]
async fn the_tag_of_releases_changes_with_every_download() {
    let (sample, base) = stage().await;
    let path = "/repos/acme/anvil/releases";
    let tag = request(&base, path, &[]).await.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(request(&base, path, &[("if-none-match", &tag)]).await.status(), StatusCode::NOT_MODIFIED);
    sample.set_today(today() + Days::new(1));
    assert_eq!(request(&base, path, &[("if-none-match", &tag)]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn those_who_ask_too_fast_are_stopped_and_may_go_on_in_the_next_period() {
    let (sample, base) = stage().await;
    let period = Duration::from_secs(3_600);
    sample.throttle(Some(Throttle { requests: 2, period, status: StatusCode::TOO_MANY_REQUESTS, ..Throttle::GITHUB }));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(request(&base, "/user", &[]).await);
    }
    let last = statuses.pop().unwrap();
    assert!(statuses.iter().all(|response| response.status() == StatusCode::OK));
    assert_eq!((last.status(), last.headers()["retry-after"].to_str().unwrap()), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(last.text().await.unwrap().contains("secondary rate limit"));
    assert_eq!((sample.stopped(), sample.left()), (1, Sample::LIMIT - 2), "it costs nothing of the hourly limit");
    sample.throttle(Some(Throttle { requests: 1, period: Duration::ZERO, ..Throttle::GITHUB }));
    for _ in 0..3 {
        assert_eq!(request(&base, "/user", &[]).await.status(), StatusCode::OK, "each in a period of its own");
    }
}

#[tokio::test]
async fn too_many_at_once_are_stopped() {
    let (sample, base) = stage().await;
    sample.throttle(Some(Throttle { at_once: 3, retry_after: None, ..Throttle::GITHUB }));
    sample.delay(Duration::from_secs(1));
    let client = reqwest::Client::new();
    let ask = || client.get(format!("{base}/user")).header("user-agent", "test").bearer_auth(Sample::TOKEN).send();
    let all = futures::future::try_join_all((0..6).map(|_| ask())).await.unwrap();
    let stopped: Vec<_> = all.iter().filter(|response| response.status() == StatusCode::FORBIDDEN).collect();
    assert!(!stopped.is_empty() && stopped.len() < 6, "{}", stopped.len());
    assert!(stopped.iter().all(|response| !response.headers().contains_key("retry-after")));
    assert!(sample.most_at_once() > 3);
}

#[tokio::test]
async fn every_documented_refusal_comes_with_its_number_and_github_headers() {
    let (sample, base) = stage().await;
    for (name, fault) in Fault::documented() {
        sample.break_path("/user", fault, 1);
        let answer = request(&base, "/user", &[]).await;
        assert_eq!(answer.status().as_str(), &name[..3], "{name}");
        let has = |header: &str| answer.headers().contains_key(header);
        assert!(!name.contains("single sign-on") || has("x-github-sso"), "{name}");
        assert!(!name.contains("secondary") || has("retry-after"), "{name}");
        assert!(!name.contains("primary") || has("x-ratelimit-reset"), "{name}");
        let html = ["502", "504"].contains(&&name[..3]);
        let body = answer.bytes().await.unwrap();
        match &name[..3] {
            "304" => assert!(body.is_empty()),
            "202" => assert_eq!(&body[..], b"{}"),
            _ if html => assert!(body.starts_with(b"<html>")),
            _ => assert!(serde_json::from_slice::<Value>(&body).unwrap()["message"].is_string(), "{name}"),
        }
    }
    let numbers: std::collections::BTreeSet<_> = Fault::documented().iter().map(|(name, _)| &name[..3]).collect();
    assert_eq!(numbers.len(), 15);
}

#[tokio::test]
async fn an_unreliable_one_fails_the_same_way_each_time_whatever_else_is_asked() {
    let run = |seed: u64, others: bool| async move {
        let (sample, base) = stage().await;
        sample.unreliable(seed, 300);
        let client = reqwest::Client::new();
        let mut fates = Vec::new();
        for _ in 0..40 {
            if others {
                drop(client.get(format!("{base}/elsewhere")).send().await);
            }
            let sent = client.get(format!("{base}/user")).header("user-agent", "test");
            let fate = match sent.bearer_auth(Sample::TOKEN).send().await {
                Ok(response) => (response.status().as_u16(), response.bytes().await.ok().map(|body| body.len())),
                Err(_) => (0, None),
            };
            fates.push(fate);
        }
        fates
    };
    let fates = run(7, false).await;
    assert_eq!(fates, run(7, true).await);
    assert_ne!(fates, run(8, false).await);
    let good =
        fates.iter().filter(|fate| **fate == fates.iter().copied().max_by_key(|fate| (fate.0 == 200, fate.1)).unwrap());
    assert!((20..36).contains(&good.count()), "{fates:?}");
}

#[tokio::test]
async fn repositories_are_answered_by_node_id_and_unknown_ones_are_told() {
    let (sample, base) = stage().await;
    let (_, _, listed) = get(&base, "/orgs/acme/repos?per_page=100", Some(Sample::TOKEN)).await;
    let id = |name: &str| {
        let entry = listed.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
        entry["node_id"].as_str().unwrap().to_owned()
    };
    let (anvil, payroll) = (id("anvil"), id("payroll"));
    let answer = ask(&base, COUNTERS, &[&anvil, &payroll], Sample::TOKEN).await;
    let truth = sample.counters(repository(&sample, "acme/anvil"), today());
    let first = &answer["data"]["nodes"][0];
    assert_eq!(first["databaseId"], repository(&sample, "acme/anvil").id.0);
    assert_eq!(first["watchers"]["totalCount"].as_u64(), truth.watchers);
    assert_eq!(first["pullRequests"], json!({ "totalCount": truth.open_pulls }));
    let (_, _, languages) = get(&base, "/repos/acme/anvil/languages", Some(Sample::TOKEN)).await;
    let edges = first["languages"]["edges"].as_array().unwrap();
    assert!(
        !edges.is_empty() && edges.iter().all(|edge| languages[edge["node"]["name"].as_str().unwrap()] == edge["size"])
    );
    assert!(answer.get("errors").is_none());
    let answer = ask(&base, COUNTERS, &["R_kgDO00000001", &payroll, &anvil], Sample::READER).await;
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    assert!(nodes[0].is_null() && nodes[1].is_null() && nodes[2].is_object());
    assert_eq!(
        (answer["errors"][0]["type"].as_str(), answer["errors"].as_array().unwrap().len()),
        (Some("NOT_FOUND"), 2)
    );
    assert_eq!(answer["errors"][1]["path"], json!(["nodes", 1]));
}

#[tokio::test]
async fn a_question_that_github_would_refuse_is_refused() {
    let (_, base) = stage().await;
    for (query, told) in [
        ("{ nodes(ids: $ids) { ... on Repository { watcherCount } } }", "Field 'watcherCount' doesn't exist"),
        ("{ repositories { id } }", "Field 'repositories' doesn't exist"),
        ("{ nodes(ids: $ids) {", "Parse error"),
    ] {
        let answer = ask(&base, query, &["R_kgDO127a3980"], Sample::TOKEN).await;
        assert!(answer["errors"][0]["message"].as_str().unwrap().starts_with(told), "{answer}");
        assert!(answer.get("data").is_none());
    }
    let many = vec!["R_kgDO00000001"; 101];
    assert!(ask(&base, COUNTERS, &many, Sample::TOKEN).await["errors"][0]["message"].as_str().unwrap().contains("100"));
    let (status, ..) = get(&base, "/graphql", Some(Sample::TOKEN)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is asked with a body only");
}
