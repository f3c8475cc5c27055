//! How many requests a week takes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;

use super::*;
use crate::demo::github::Request;
use crate::domain::traffic::{Day, Span};

const NIGHTS: u64 = 8;

/// What the history would know after a night.
fn fold(memory: &mut Memory, run: &Run, observations: &[Observation]) {
    for seen in observations.iter().filter(|seen| seen.sighting.source.is_some()) {
        let known = memory.entry(seen.sighting.id.unwrap()).or_default();
        let busy =
            seen.days.iter().filter(|day| [day.views, day.clones].into_iter().flatten().any(|cell| cell.count > 0));
        let busy: BTreeSet<Date> = known.busy.iter().copied().chain(busy.map(|day| day.date)).collect();
        known.busy = busy.into_iter().collect();
        if let Some(views) = seen.fortnights.last().and_then(|fortnight| fortnight.views) {
            known.viewed = views.count > 0;
        }
        known.week = known.week.max(seen.weeks.iter().map(|week| week.monday).max());
        known.asked.extend(seen.asked.iter().map(|asked| (asked.what, asked.clone())));
    }
    for outcome in run.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Done { .. })) {
        memory.entry(outcome.id.unwrap()).or_default().collected = Some(run.started);
    }
}

/// The requests of one night for each of some repositories, with an even share of those that are for all.
fn each(tonight: &[Request], names: &[String], run: &Run) -> f64 {
    let prefixes: Vec<String> = names.iter().map(|name| format!("/repos/{name}/")).collect();
    let own = tonight.iter().filter(|request| prefixes.iter().any(|prefix| request.path.starts_with(prefix.as_str())));
    let of_one =
        |request: &&Request| ["/traffic/", "/releases", "/stargazers/"].iter().any(|part| request.path.contains(part));
    let shared = tonight.len() - tonight.iter().filter(of_one).count();
    own.count() as f64 / names.len() as f64 + shared as f64 / run.outcomes.len() as f64
}

/// Those with views, and those without anything, on each of the fourteen days of all nights.
fn kinds(stage: &Stage) -> (Vec<String>, Vec<String>) {
    let days = Span { first: today() - Days::new(13), last: today() + Days::new(NIGHTS) };
    let named = |wanted: fn(Day) -> bool| {
        let all = stage.sample.repositories().iter();
        let wanted = all.filter(|repository| days.days().all(|date| wanted(stage.sample.truth(repository, date))));
        wanted.map(|repository| repository.name_on(today()).to_string()).collect::<Vec<String>>()
    };
    let kinds = (named(|day| day.views.is_some()), named(|day| day.views.is_none() && day.clones.is_none()));
    assert!(kinds.0.len() > 20 && !kinds.1.is_empty(), "{kinds:?}");
    kinds
}

/// Over the seven nights after the first, and over a week with the first.
fn averages(spent: &[f64]) -> (f64, f64) {
    let mean = |nights: &[f64]| nights.iter().sum::<f64>() / nights.len() as f64;
    (mean(&spent[1..]), mean(&spent[..7]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_takes_fewer_than_five_requests_of_a_lively_repository_and_two_of_an_idle_one() {
    let stage = Stage::new().await;
    let (settings, mut memory) = (stage.settings(&["acme/*", "globex/*", "ada-lovelace/*"]), Memory::new());
    let ((lively, idle), mut spent) = (kinds(&stage), (Vec::new(), Vec::new()));
    for n in 0..NIGHTS {
        stage.sample.set_today(today() + Days::new(n));
        stage.sample.allow(5_000);
        let (run, observations, _) = stage.collect_knowing(&settings, &memory).await;
        let run = run.unwrap();
        assert_eq!((run.failures(), run.faults.len()), (0, 0), "{run:?}");
        fold(&mut memory, &run, &observations);
        let requests = stage.sample.requests();
        let tonight = &requests[requests.len() - run.requests as usize..];
        spent.0.push(each(tonight, &lively, &run));
        spent.1.push(each(tonight, &idle, &run));
    }
    for (kind, spent, target) in [("lively", spent.0, 4.7), ("idle", spent.1, 2.2)] {
        let (after, with) = averages(&spent);
        println!("{kind}: {spent:.2?}; {after:.2} a night, {with:.2} with the first night spread over its week");
        assert!(after <= target, "{kind}: {after}");
    }
    let known = memory.values().filter(|known| known.week >= Some(today() - Days::new(8)));
    assert_eq!(known.count(), memory.len(), "and every repository has its week");
}

#[tokio::test]
async fn a_night_that_is_run_again_at_once_asks_only_for_what_moves() {
    let stage = Stage::new().await;
    let settings = stage.settings(&["acme/*"]);
    let (run, observations, _) = stage.collect_knowing(&settings, &Memory::new()).await;
    let mut memory = Memory::new();
    fold(&mut memory, &run.unwrap(), &observations);
    let asked = BTreeMap::from(["per=week", "/releases", "/stargazers/"].map(|part| (part, stage.asked(part))));
    stage.collect_knowing(&settings, &memory).await.0.unwrap();
    for (part, before) in asked {
        assert_eq!(stage.asked(part), before, "{part}");
    }
}
