//! Which sources a repository belongs to, and what a source has lost.

use super::*;
use crate::domain::collection::{Collected, Outcome, SourceFault};

/// Owner `a` has those below ten, owner `b` the others.
fn called(id: u64) -> String {
    format!("{}/tool-{id}", if id < 10 { "a" } else { "b" })
}

/// `source` picks the repository in the `n`th night.
fn picked(id: u64, source: &str, n: u64) -> Observation {
    let mut seen = observation(&called(id), Some(id), n, &[]);
    seen.sighting.source = Some(source.parse().unwrap());
    seen
}

/// `source` lists the repository in the `n`th night and does not pick it.
fn left(id: u64, source: &str, n: u64) -> Observation {
    let mut seen = picked(id, source, n);
    seen.sighting.left = seen.sighting.source.take();
    seen
}

fn belongs(store: Store, observations: &[Observation]) -> Vec<String> {
    let mut fresh = Fresh::new(store);
    fresh.record(observations);
    fresh.only().repository.sources.iter().map(ToString::to_string).collect()
}

fn a_repository_belongs_to_whoever_picked_it_last(store: Store) {
    let later = |seen: Observation, hours| Observation { seen: seen.seen + chrono::TimeDelta::hours(hours), ..seen };
    for (case, observations, expected) in [
        ("one source", vec![picked(1, "emea", 1), picked(1, "emea", 2)], vec!["emea"]),
        ("two in the same night", vec![picked(1, "emea", 1), picked(1, "apac", 1)], vec!["apac", "emea"]),
        ("two within a day", vec![picked(1, "emea", 1), later(picked(1, "apac", 1), 24)], vec!["apac", "emea"]),
        ("a transfer", vec![picked(1, "emea", 1), later(picked(1, "apac", 1), 25)], vec!["apac"]),
        ("a transfer told late", vec![picked(1, "apac", 9), picked(1, "emea", 1)], vec!["apac"]),
        ("there and back", vec![picked(1, "emea", 1), picked(1, "apac", 3), picked(1, "emea", 5)], vec!["emea"]),
        ("left out", vec![picked(1, "emea", 1), left(1, "emea", 2)], vec![]),
        ("left out at the same moment", vec![picked(1, "emea", 1), left(1, "emea", 1)], vec![]),
        (
            "left out and picked again",
            vec![picked(1, "emea", 1), left(1, "emea", 2), picked(1, "emea", 3)],
            vec!["emea"],
        ),
        ("left out by one of two", vec![picked(1, "emea", 2), picked(1, "apac", 2), left(1, "emea", 3)], vec!["apac"]),
        ("left out by one that never had it", vec![picked(1, "emea", 1), left(1, "apac", 9)], vec!["emea"]),
        (
            "left out by the one it went to",
            vec![picked(1, "emea", 1), picked(1, "apac", 5), left(1, "apac", 6)],
            vec![],
        ),
    ] {
        assert_eq!(belongs(store, &observations), expected, "{case}");
    }
}

fn one_that_is_left_out_is_known_as_it_is_now(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[picked(1, "emea", 1)]);
    assert!(!fresh.only().repository.traits.private);
    let mut gone = left(1, "emea", 2);
    gone.sighting.name = "a/renamed".parse().unwrap();
    gone.sighting.traits = Some(Traits { private: true, fork: false, archived: true });
    fresh.record(&[gone]);
    let repository = fresh.only().repository;
    assert!(repository.traits.private && repository.traits.archived);
    assert_eq!(repository.name.to_string(), "a/renamed");
}

fn one_that_was_never_picked_does_not_come_into_the_history_by_being_left_out(store: Store) {
    let mut fresh = Fresh::new(store);
    assert_eq!(fresh.record(&[left(1, "emea", 1)]), Recorded::default());
    assert_eq!(fresh.load(), []);
    fresh.record(&[observation("a/tool-1", None, 1, &[]), left(1, "emea", 2)]);
    assert_eq!(fresh.only().repository.id, Some(RepoId(1)), "one that was imported is known");
    assert!(!fresh.only().repository.traits.private);
}

fn outcome(name: &str, id: Option<u64>) -> Outcome {
    Outcome { repository: name.parse().unwrap(), id: id.map(RepoId), result: Collected::Done { days: 1 } }
}

fn run(n: u64, outcomes: Vec<Outcome>) -> Run {
    Run {
        source: "emea".parse().unwrap(),
        started: night(n),
        finished: night(n),
        window: None,
        frozen: false,
        doubtful: Vec::new(),
        unchanged: 0,
        requests: 1,
        outcomes,
        faults: Vec::new(),
    }
}

/// A night in which the source picks the repositories with these numbers; what it misses.
fn night_of(fresh: &mut Fresh, n: u64, ids: &[u64]) -> Vec<String> {
    fresh.record(&ids.iter().map(|id| picked(*id, "emea", n)).collect::<Vec<_>>());
    let outcomes: Vec<Outcome> = ids.iter().map(|id| outcome(&called(*id), Some(*id))).collect();
    let missing = missing(fresh, &outcomes);
    fresh.history.finish(&run(n, outcomes)).unwrap();
    missing
}

fn missing(fresh: &Fresh, outcomes: &[Outcome]) -> Vec<String> {
    let missing = fresh.history.missing(&"emea".parse().unwrap(), outcomes).unwrap();
    missing.iter().map(|(name, id)| format!("{name} {}", id.unwrap())).collect()
}

const NONE: [&str; 0] = [];

fn one_that_drops_out_of_the_listing_is_told_once(store: Store) {
    let mut fresh = Fresh::new(store);
    assert_eq!(night_of(&mut fresh, 1, &[1, 2, 3]), NONE);
    assert_eq!(night_of(&mut fresh, 2, &[3, 2, 1]), NONE);
    assert_eq!(night_of(&mut fresh, 3, &[2]), ["a/tool-1 1", "a/tool-3 3"]);
    assert_eq!(night_of(&mut fresh, 4, &[2]), NONE, "it was told");
    assert_eq!(night_of(&mut fresh, 5, &[1, 2]), NONE, "it is back");
    assert_eq!(night_of(&mut fresh, 6, &[2]), ["a/tool-1 1"]);
}

fn an_owner_that_could_not_be_listed_has_lost_nothing_until_it_is_listed_again(store: Store) {
    let mut fresh = Fresh::new(store);
    night_of(&mut fresh, 1, &[1, 2, 11, 12]);
    assert_eq!(night_of(&mut fresh, 2, &[1]), ["a/tool-2 2"], "nothing is said of the other owner");
    let fault = SourceFault { cause: "no answer".into(), mending: "wait".into() };
    fresh.history.finish(&Run { faults: vec![fault], ..run(3, vec![]) }).unwrap();
    assert_eq!(night_of(&mut fresh, 4, &[1, 11]), ["b/tool-12 12"]);
    assert_eq!(night_of(&mut fresh, 5, &[1, 11]), NONE);
}

fn being_told_as_failed_is_not_being_met(store: Store) {
    let mut fresh = Fresh::new(store);
    night_of(&mut fresh, 1, &[1, 2]);
    fresh.record(&[picked(1, "emea", 2)]);
    let met = outcome("a/tool-1", Some(1));
    assert_eq!(missing(&fresh, std::slice::from_ref(&met)), ["a/tool-2 2"]);
    let failed = Collected::Failed { cause: "no longer listed".into(), mending: "look".into() };
    let told = Outcome { result: failed, ..outcome("a/tool-2", Some(2)) };
    fresh.history.finish(&run(2, vec![met, told])).unwrap();
    assert_eq!(night_of(&mut fresh, 3, &[1]), NONE);
}

fn what_was_renamed_failed_left_or_moved_is_not_missing(store: Store) {
    let mut fresh = Fresh::new(store);
    night_of(&mut fresh, 1, &[1, 2, 3, 4, 5]);
    let mut renamed = picked(2, "emea", 2);
    renamed.sighting.name = "a/new".parse().unwrap();
    fresh.record(&[renamed, left(3, "emea", 2), picked(4, "apac", 2)]);
    // The second is configured by its old name and now hidden, so that nobody learned its id.
    let outcomes = [outcome("a/other-name", Some(1)), outcome("A/Tool-2", None)];
    assert_eq!(missing(&fresh, &outcomes), ["a/tool-5 5"]);
    let other = fresh.history.missing(&"apac".parse().unwrap(), &[]).unwrap();
    assert_eq!(other, [], "a source without a run before has lost nothing");
}

fn an_outcome_of_a_source_that_moved_to_another_host_is_of_the_new_one(store: Store) {
    for id in [Some(1), None] {
        let mut fresh = Fresh::new(store);
        let mut there = picked(1, "emea", 20);
        there.sighting.host = "github.example".into();
        // The old host's repository is still collected, by another source and a little later.
        fresh.record(&[picked(1, "emea", 10), there, picked(1, "apac", 21)]);
        let window = Span::new(date(7), date(20));
        fresh.history.finish(&Run { window, ..run(20, vec![outcome("a/tool-1", id)]) }).unwrap();
        let looked: Vec<(String, usize)> =
            fresh.load().iter().map(|one| (one.repository.host.clone(), one.traffic.windows().len())).collect();
        assert_eq!(looked, [("github.com".to_owned(), 0), ("github.example".to_owned(), 1)], "{id:?}");
    }
}

both!(
    a_repository_belongs_to_whoever_picked_it_last,
    one_that_is_left_out_is_known_as_it_is_now,
    one_that_was_never_picked_does_not_come_into_the_history_by_being_left_out,
    one_that_drops_out_of_the_listing_is_told_once,
    an_owner_that_could_not_be_listed_has_lost_nothing_until_it_is_listed_again,
    being_told_as_failed_is_not_being_met,
    what_was_renamed_failed_left_or_moved_is_not_missing,
    an_outcome_of_a_source_that_moved_to_another_host_is_of_the_new_one,
);
