//! What one night knows of the nights before.

use std::collections::BTreeMap;

use chrono::{Days, TimeDelta};
use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::domain::collection::{Asked, Known, Question};
use crate::domain::plan::Estimate;
use crate::domain::traffic::{Cell, Span};

fn at(days_ago: u64) -> Timestamp {
    today().and_hms_opt(2, 0, 0).unwrap().and_utc() - Days::new(days_ago)
}

fn collected(days_ago: u64) -> Known {
    Known { collected: Some(at(days_ago)), viewed: true, ..Known::default() }
}

#[tokio::test]
async fn an_estimate_comes_before_the_first_question_about_traffic_and_steps_go_on_to_the_end() {
    let stage = Stage::new().await;
    let (run, _, events) = stage.collect_knowing(&stage.settings(&["acme/*"]), &Memory::new()).await;
    let Some(Event::Estimate(Estimate { repositories, postponed, requests, left, .. })) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!((*repositories, *postponed), (26, 0));
    let sent = run.unwrap().requests;
    assert!(sent <= *requests, "{sent} of {requests}");
    assert_eq!(left.unwrap() / 1_000, 4, "{left:?}");
    let steps: Vec<(usize, usize)> = events[1..]
        .iter()
        .map(|event| match event {
            Event::Step { done, total } => (*done, *total),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(steps.len(), 52, "two for each repository");
    assert!(steps.iter().all(|(_, total)| *total == 52) && steps.iter().any(|(done, _)| *done == 52));
}

#[tokio::test]
async fn those_who_waited_longest_are_collected_first() {
    let stage = Stage::new().await;
    let (_, all) = stage.collect(&["acme/*"]).await;
    let mut ids: Vec<RepoId> = all.iter().filter_map(|seen| seen.sighting.id).collect();
    ids.sort();
    // The last ones of the listing have waited longest, but for one that was never collected.
    let mut memory: Memory = (1..).zip(&ids).map(|(days, id)| (*id, collected(days))).collect();
    memory.remove(&ids[3]);
    stage.sample.allow(8);
    let (run, _, _) = stage.collect_knowing(&stage.settings(&["acme/*"]), &memory).await;
    let run = run.unwrap();
    let done: Vec<RepoId> = run
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.result {
            Collected::Done { .. } => outcome.id,
            Collected::Postponed { .. } => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [ids[3], ids[25], ids[24]];
    assert!(done.len() >= 2 && done.iter().all(|id| expected.contains(id)) && done.contains(&ids[3]), "{done:?}");
}

#[tokio::test]
async fn an_emptiness_is_told_by_its_tag_and_costs_nothing_the_next_time() {
    let stage = Stage::new().await;
    let empty = |what: &str, tag: &str| {
        let body = format!(r#"{{"count":0,"uniques":0,"{what}":[]}}"#);
        Fault::Status(StatusCode::OK, vec![("etag", tag.to_owned())], body)
    };
    for what in ["views", "clones"] {
        stage.sample.break_path(&format!("/payroll/traffic/{what}?per=day"), empty(what, &format!("W/\"{what}\"")), 1);
    }
    let (_, observations) = stage.collect(&["acme/payroll", "acme/anvil"]).await;
    let marks = |name: &str| {
        let asked = of(&observations, name).asked.iter();
        asked
            .filter(|a| matches!(a.what, Question::Views | Question::Clones))
            .map(|a| a.mark.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(marks("acme/payroll"), [Some("W/\"views\"".into()), Some("W/\"clones\"".into())]);
    assert_eq!(marks("acme/anvil"), [None, None], "one with figures changes every night");

    let asked: BTreeMap<Question, Asked> =
        of(&observations, "acme/payroll").asked.iter().map(|asked| (asked.what, asked.clone())).collect();
    let memory = Memory::from([(stage.id("acme/payroll"), Known { asked, ..Known::default() })]);
    for what in ["views", "clones"] {
        let same = Fault::Status(StatusCode::NOT_MODIFIED, Vec::new(), String::new());
        stage.sample.break_path(&format!("/payroll/traffic/{what}?per=day"), same, 1);
    }
    let (run, observations, _) = stage.collect_knowing(&stage.settings(&["acme/payroll"]), &memory).await;
    let run = run.unwrap();
    let tags: Vec<_> = stage
        .sample
        .requests()
        .iter()
        .rev()
        .filter(|r| r.path.contains("/payroll/traffic/"))
        .take(2)
        .map(|r| r.headers["if-none-match"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(tags, ["W/\"clones\"", "W/\"views\""]);
    assert_eq!((run.unchanged, result(&run, "acme/payroll")), (2, &Collected::Done { days: 0 }));
    let seen = of(&observations, "acme/payroll");
    let [fortnight] = seen.fortnights[..] else { panic!() };
    assert_eq!((fortnight.views, fortnight.clones), (Some(Cell::default()), Some(Cell::default())));
    assert!(seen.days.is_empty() && seen.asked.iter().take(2).all(|asked| asked.mark.is_some()), "{:?}", seen.asked);
}

#[tokio::test]
async fn zeros_that_are_said_are_kept_and_are_no_emptiness() {
    let stage = Stage::new().await;
    let row = |date: Date| format!(r#"{{"timestamp":"{date}T00:00:00Z","count":0,"uniques":0}}"#);
    let rows: Vec<String> = Span::window(today()).days().map(row).collect();
    let body = format!(r#"{{"count":0,"uniques":0,"views":[{}]}}"#, rows.join(","));
    let fault = Fault::Status(StatusCode::OK, vec![("etag", "W/\"zeros\"".into())], body);
    stage.sample.break_path("/payroll/traffic/views?per=day", fault, 1);
    let (_, observations) = stage.collect(&["acme/payroll"]).await;
    let seen = of(&observations, "acme/payroll");
    assert_eq!(seen.days.iter().filter(|day| day.views == Some(Cell::default())).count(), 14);
    assert_eq!(seen.asked[0].mark, None);
    assert_eq!(stage.asked("/payroll/traffic/popular"), 0, "zeros have no referrers");
}

#[tokio::test]
async fn a_host_without_traffic_is_told_once_and_all_else_is_kept() {
    let stage = Stage::new().await;
    let listing = r#"[{"id":7,"node_id":"R_7","full_name":"acme/anvil","private":false,"fork":false,"stargazers_count":3},
        {"id":8,"full_name":"acme/docs","private":true,"fork":false,"stargazers_count":0}]"#;
    let ok = |body: &str| Fault::Status(StatusCode::OK, Vec::new(), body.to_owned());
    stage.sample.break_path("/api/v3/orgs/acme/repos", ok(listing), usize::MAX);
    let release =
        r#"[{"id":1,"tag_name":"v1","name":null,"draft":false,"prerelease":false,"published_at":null,"assets":[]}]"#;
    stage.sample.break_path("/api/v3/repos/acme/anvil/releases", ok(release), usize::MAX);
    let settings =
        Settings { api: format!("{}/api/v3", stage.api), host: "ghe.example".into(), ..stage.settings(&["acme/*"]) };
    let (run, observations, _) = stage.collect_knowing(&settings, &Memory::new()).await;
    let run = run.unwrap();
    assert!(run.faults.is_empty(), "{:?}", run.faults);
    let why = "`127.0.0.1` has no traffic figures; neither GitHub Enterprise Server nor a host of data residency counts \
               traffic; what else it says of the repositories is kept";
    assert_eq!((stage.asked("/traffic/"), run.window, run.failures()), (0, None, 0));
    assert_eq!(stage.asked("/api/graphql"), 1);
    for name in ["acme/anvil", "acme/docs"] {
        assert_eq!(*result(&run, name), Collected::Skipped { why: why.into() });
        let seen = of(&observations, name);
        assert!(seen.counters[0].1.stars.is_some() && seen.days.is_empty() && seen.fortnights.is_empty());
        assert!(seen.windows.is_empty() && seen.weeks.is_empty());
    }
    assert_eq!(of(&observations, "acme/anvil").releases.len(), 1);
}

#[tokio::test]
async fn a_freeze_is_seen_when_nothing_is_left_in_the_window() {
    let stage = Stage::new().await;
    let settings = stage.settings(&["acme/*"]);
    let (_, before) = stage.collect(&["acme/*"]).await;
    let busy = |seen: &Observation| seen.days.iter().filter(|day| day.views.is_some()).map(|day| day.date).collect();
    let memory: Memory =
        before.iter().map(|seen| (seen.sighting.id.unwrap(), Known { busy: busy(seen), ..collected(20) })).collect();
    stage.sample.freeze(Some(today()));
    stage.sample.set_today(today() + Days::new(20));
    let (run, observations, _) = stage.collect_knowing(&settings, &memory).await;
    let run = run.unwrap();
    assert!(observations.iter().all(|seen| seen.days.is_empty()), "GitHub shows nothing at all");
    assert_eq!((run.frozen, run.window), (true, None), "no zero is claimed");
    assert!(observations.iter().all(|seen| seen.weeks.is_empty()));
    assert_eq!(run.started + TimeDelta::zero(), stage.now());
}
