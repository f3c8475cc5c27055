use std::time::Instant;

use http::StatusCode;

use super::*;
use crate::demo::github::Fault;

const SECONDARY: &str = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#;
const PATIENCE: &str = "GitHub's rate limit lasts longer than this collection may wait; it comes first the next time";

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
        // Six for each of 26 repositories at the most, and the one repeated.
        let asked = stage.asked("/traffic/");
        assert!(asked <= 6 * 26 + 1, "{asked} requests: nobody knocks while the gate is closed");
    }
}

#[tokio::test]
async fn a_limit_that_says_nothing_is_waited_for_and_asked_again() {
    let stage = Stage::new().await;
    stage.sample.break_path("/repos/acme/anvil/traffic", limit(StatusCode::FORBIDDEN, &[]), 2);
    let (run, _) = stage.collect(&["acme/anvil"]).await;
    let weekly = stage.asked("per=week");
    assert_eq!((run.failures(), stage.asked("/traffic/") - weekly), (0, 4 + 2));
}

#[tokio::test]
async fn what_the_limit_does_not_suffice_for_is_left_for_the_next_time() {
    let stage = Stage::new().await;
    stage.sample.allow(30);
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!((run.failures(), run.outcomes.len(), observations.len()), (0, 26, 26));
    let postponed: Vec<&str> = run
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.result {
            Collected::Postponed { why } => Some(why.as_str()),
            _ => None,
        })
        .collect();
    let told = "GitHub's limit of 5,000 requests an hour does not suffice tonight; it was never collected, so its \
                oldest day is lost; it comes first the next time";
    assert!((12..=13).contains(&postponed.len()) && postponed.iter().all(|why| *why == told), "{postponed:?}");
    assert!(run.requests <= 31, "GitHub need not refuse anything: {}", run.requests);
    let whole = observations.iter().filter(|seen| !seen.fortnights.is_empty());
    assert_eq!(whole.count(), 26 - postponed.len());
    let counted = |seen: &Observation| seen.counters[0].1.stars.is_some() && seen.sighting.traits.is_some();
    assert!(observations.iter().all(counted), "what the listing told is kept of all");
}

#[tokio::test]
async fn a_limit_that_others_use_up_ends_the_asking_but_keeps_what_was_read() {
    let stage = Stage::new().await;
    let refused = limit(StatusCode::FORBIDDEN, &[("retry-after", "3600")]);
    stage.sample.break_path("/repos/acme/docs/traffic", refused, usize::MAX);
    let began = Instant::now();
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert!(began.elapsed() < Duration::from_secs(5), "nobody sits out an hour in a test");
    assert_eq!((run.failures(), observations.len()), (0, 26));
    assert_eq!(postponement(&run, "acme/docs"), PATIENCE);
    let read = observations.iter().filter(|seen| !seen.fortnights.is_empty()).count();
    assert!(read > 0 && read < 26, "{read}");
}

#[tokio::test]
async fn a_limit_that_never_ends_is_given_up_for_all() {
    let stage = Stage::new().await;
    stage.sample.break_path("/traffic/", limit(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", "0")]), usize::MAX);
    let (run, _) = stage.collect_with(&Settings { concurrency: 2, ..stage.settings(&["acme/*"]) }).await;
    let run = run.unwrap();
    let left = |outcome: &&crate::domain::collection::Outcome| matches!(outcome.result, Collected::Postponed { .. });
    assert_eq!(run.outcomes.iter().filter(left).count(), 26);
    assert!(run.requests <= 2 + 8 * 4, "{} requests", run.requests);
}

#[tokio::test]
async fn an_absurd_wait_ends_the_asking_like_any_other_that_is_too_long() {
    for header in ["9999999999999999999", "18446744073709551615"] {
        let stage = Stage::new().await;
        stage.sample.break_path("/traffic/", limit(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", header)]), 1);
        let (run, _) = stage.collect(&["acme/anvil"]).await;
        assert_eq!(postponement(&run, "acme/anvil"), PATIENCE);
    }
}
