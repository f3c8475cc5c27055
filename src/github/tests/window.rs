//! Which days a run claims to have asked for.

use chrono::{Days, TimeDelta};

use super::*;
use crate::demo::github::Fault;
use crate::domain::collection::Outcome;
use crate::domain::signal;
use crate::domain::traffic::Span;
use crate::github::visit::Visit;

#[tokio::test]
async fn a_frozen_pipeline_is_told_and_the_window_ends_where_it_stopped() {
    let stage = Stage::new().await;
    let newest = today() - Days::new(4);
    stage.sample.freeze(Some(newest));
    let (run, _) = stage.collect(&["acme/*"]).await;
    assert_eq!((run.window, run.frozen), (signal::window(newest, today()), true));
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
    assert_eq!((run.window, run.frozen), (signal::window(newest, today()), true));
}

#[tokio::test]
async fn few_repositories_claim_nothing_that_may_yet_come() {
    let stage = Stage::new().await;
    let (run, _) = stage.collect(&["acme/anvil"]).await;
    assert_eq!((run.window, run.frozen), (signal::window(today() - Days::new(2), today()), false));
}

#[test]
fn a_run_past_midnight_claims_only_days_that_its_last_answers_held() {
    let settings = settings("http://127.0.0.1:1", &["acme/*"]);
    let visit = |n: u64| Visit {
        outcome: Outcome {
            repository: format!("acme/tool-{n}").parse().unwrap(),
            id: Some(RepoId(n)),
            result: Collected::Done { days: 14 },
        },
        busy: Span::window(today()).days().collect(),
    };
    let started = today().and_hms_opt(23, 50, 0).unwrap().and_utc();
    for (minutes, first) in [(5, today() - Days::new(13)), (15, today() - Days::new(12))] {
        let finished = started + TimeDelta::minutes(minutes);
        let visits = (1..=3).map(visit).collect();
        let run = crate::github::run(&settings, (started, finished), 12, visits, (Vec::new(), Vec::new()));
        assert_eq!(run.window, Span::new(first, today()), "{minutes} minutes");
        assert!(!run.frozen);
    }
}
