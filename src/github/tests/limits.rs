use std::time::Instant;

use http::StatusCode;

use super::*;
use crate::demo::github::Fault;

const SECONDARY: &str = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#;

fn limit(status: StatusCode, headers: &[(&'static str, &str)]) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, value.to_string())).collect();
    Fault::Status(status, headers, SECONDARY.to_owned())
}

#[tokio::test]
async fn retry_after_is_obeyed_by_every_worker() {
    for status in [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS] {
        let stage = Stage::new().await;
        stage.sample.break_path("/traffic/", limit(status, &[("retry-after", "1")]), 1);
        let began = Instant::now();
        let (run, _) = stage.collect(&["acme/*"]).await;
        assert_eq!(run.failures(), 0);
        assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
        // One listing, four for each of 26 repositories, two at the most less for an idle one, and the one repeated.
        assert!(run.requests <= 1 + 4 * 26 + 1, "{} requests: nobody knocks while the gate is closed", run.requests);
    }
}

#[tokio::test]
async fn a_limit_that_says_nothing_is_waited_for_and_asked_again() {
    let stage = Stage::new().await;
    stage.sample.break_path("/repos/acme/anvil/traffic", limit(StatusCode::FORBIDDEN, &[]), 2);
    let (run, _) = stage.collect(&["acme/anvil"]).await;
    assert_eq!((run.failures(), run.requests), (0, 1 + 4 + 2));
}

#[tokio::test]
async fn a_limit_longer_than_the_patience_ends_the_asking_but_keeps_what_was_read() {
    let stage = Stage::new().await;
    stage.sample.allow(30);
    let began = Instant::now();
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert!(began.elapsed() < Duration::from_secs(5), "nobody sits out an hour in a test");
    let done = run.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Done { .. })).count();
    assert!(done > 0 && run.failures() == 26 - done, "{done} done");
    let failed = run.outcomes.iter().find_map(|outcome| match &outcome.result {
        Collected::Failed { cause, .. } => Some(cause.as_str()),
        _ => None,
    });
    assert!(failed.unwrap().ends_with("GitHub's rate limit lasts longer than this collection may wait"), "{failed:?}");
    assert_eq!(observations.len(), 26);
    // At most one refusal for each worker that was on its way.
    assert!(run.requests <= 30 + 8, "{}", run.requests);
}

#[tokio::test]
async fn a_limit_that_never_ends_is_given_up_for_all() {
    let stage = Stage::new().await;
    stage.sample.break_path("/traffic/", limit(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", "0")]), usize::MAX);
    let (run, _) = stage.collect(&["acme/*"]).await;
    assert_eq!(run.failures(), 26);
    assert!(run.requests <= 1 + 8 * 4, "{} requests", run.requests);
}

#[tokio::test]
async fn an_absurd_wait_ends_the_asking_like_any_other_that_is_too_long() {
    for header in ["9999999999999999999", "18446744073709551615"] {
        let stage = Stage::new().await;
        stage.sample.break_path("/traffic/", limit(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", header)]), 1);
        let (run, _) = stage.collect(&["acme/anvil"]).await;
        let (cause, _) = failure(&run, "acme/anvil");
        assert_eq!(cause, "views: GitHub's rate limit lasts longer than this collection may wait");
    }
}
