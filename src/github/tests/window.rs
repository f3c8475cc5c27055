//! Which days a run claims to have asked for.

use chrono::Days;

use super::*;
use crate::demo::github::Fault;
use crate::domain::signal;
use crate::domain::traffic::Span;

#[tokio::test]
async fn a_frozen_pipeline_is_told_and_the_window_ends_where_it_stopped() {
    let stage = Stage::new().await;
    let newest = today() - Days::new(4);
    stage.sample.freeze(Some(newest));
    let (run, _) = stage.collect(&["acme/*"]).await;
    assert_eq!((run.window, run.frozen), (signal::window(newest, today()).and_then(signal::claimed), true));
}

#[tokio::test]
async fn explicit_zeros_of_an_idle_repository_hide_no_freeze() {
    let stage = Stage::new().await;
    let newest = today() - Days::new(5);
    stage.sample.freeze(Some(newest));
    for what in ["views", "clones"] {
        let zero = |date: Date| format!(r#"{{"timestamp":"{date}T00:00:00Z","count":0,"uniques":0}}"#);
        let zeros: Vec<String> = Span::window(today()).days().map(zero).collect();
        let body = format!(r#"{{"count":0,"uniques":0,"{what}":[{}]}}"#, zeros.join(","));
        stage.sample.break_path(&format!("/repos/acme/payroll/traffic/{what}"), Fault::Body(body), 1);
    }
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!(of(&observations, "acme/payroll").days.len(), 14, "zeros that are given are kept");
    assert_eq!((run.window, run.frozen), (signal::window(newest, today()).and_then(signal::claimed), true));
}

#[tokio::test]
async fn few_repositories_claim_nothing_that_may_yet_come() {
    let stage = Stage::new().await;
    let (run, _) = stage.collect(&["acme/anvil"]).await;
    assert_eq!(
        (run.window, run.frozen),
        (signal::window(today() - Days::new(2), today()).and_then(signal::claimed), false)
    );
}

#[test]
fn a_run_past_midnight_claims_only_days_that_its_last_answers_held() {
    let busy = vec![(Span::window(today()).days().collect(), [].as_slice(), true); 3];
    for (until, first) in [(today(), today() - Days::new(13)), (today() + Days::new(1), today() - Days::new(12))] {
        let extent = crate::github::Extent::of(&busy, today(), until);
        assert_eq!(extent.window, Span::new(first, today()), "{until}");
        assert!(!extent.reach.frozen);
    }
}
