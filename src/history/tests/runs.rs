use super::*;
use crate::domain::collection::{Collected, Outcome};
use crate::domain::traffic::Coverage;

fn outcome(name: &str, id: Option<u64>, result: Collected) -> Outcome {
    Outcome { repository: name.parse().unwrap(), id: id.map(RepoId), result }
}

fn done(name: &str, id: Option<u64>) -> Outcome {
    outcome(name, id, Collected::Done { days: 1 })
}

fn run(n: u64, outcomes: Vec<Outcome>) -> Run {
    Run {
        source: "main".parse().unwrap(),
        started: night(n),
        finished: night(n) + chrono::TimeDelta::minutes(5),
        window: Some(Span::window(date(n))),
        frozen: false,
        doubtful: Vec::new(),
        unchanged: 0,
        requests: 4,
        outcomes,
        faults: Vec::new(),
    }
}

fn a_window_counts_only_for_what_was_read(store: Store) {
    let mut fresh = Fresh::new(store);
    let names = ["a/done", "a/failed", "a/skipped"];
    let seen: Vec<Observation> = names.iter().zip(1..).map(|(name, id)| observation(name, Some(id), 20, &[])).collect();
    fresh.record(&seen);
    let failed = Collected::Failed { cause: "403".into(), mending: "grant it".into() };
    let skipped = Collected::Skipped { why: "archived".into() };
    let run = run(
        20,
        vec![done("a/done", Some(1)), outcome("a/failed", Some(2), failed), outcome("a/skipped", Some(3), skipped)],
    );
    fresh.history.finish(&run).unwrap();
    fresh.history.finish(&run).unwrap();
    let windows: Vec<usize> = fresh.load().iter().map(|history| history.traffic.windows().len()).collect();
    assert_eq!(windows, [1, 0, 0]);
    assert_eq!(fresh.load()[0].collected, Some(night(20)));
    assert_eq!(fresh.load()[1].collected, None);
    assert_eq!(fresh.history.runs(5).unwrap(), [run]);
}

fn nights_become_one_span_and_a_long_pause_a_gap(store: Store) {
    let mut fresh = Fresh::new(store);
    for n in [20, 21, 22, 34, 60, 36] {
        fresh.record(&[observation("a/a", Some(1), n, &[])]);
        fresh.history.finish(&run(n, vec![done("a/a", Some(1))])).unwrap();
    }
    let expected = [Span { first: date(7), last: date(36) }, Span { first: date(47), last: date(60) }];
    assert_eq!(fresh.only().traffic.windows(), expected);
    assert_eq!(fresh.rows("SELECT count(*) FROM looked"), ["Integer(2)"]);
    assert_eq!(fresh.only().traffic.coverage(date(40)), Coverage::Unknown);
    assert_eq!(fresh.only().collected, Some(night(60)));
}

fn a_frozen_run_claims_no_window(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/a", Some(1), 20, &[])]);
    fresh.history.finish(&Run { frozen: true, ..run(20, vec![done("a/a", Some(1))]) }).unwrap();
    assert_eq!(fresh.only().traffic.windows(), []);
    assert_eq!(fresh.only().collected, Some(night(20)));
}

fn an_outcome_finds_its_repository_within_its_source(store: Store) {
    let mut fresh = Fresh::new(store);
    let mut elsewhere = observation("a/a", Some(1), 20, &[]);
    elsewhere.sighting.host = "github.example".into();
    elsewhere.sighting.source = Some("other".parse().unwrap());
    fresh.record(&[elsewhere, observation("a/b", Some(2), 20, &[])]);
    fresh.history.finish(&run(20, vec![done("a/a", Some(1)), done("A/B", None), done("a/never", Some(9))])).unwrap();
    let looked: Vec<usize> = fresh.load().iter().map(|history| history.traffic.windows().len()).collect();
    assert_eq!(looked, [0, 1]);
}

fn runs_come_back_newest_first(store: Store) {
    let mut fresh = Fresh::new(store);
    let nothing = Run { window: None, source: "other".parse().unwrap(), ..run(3, vec![]) };
    for run in [&run(2, vec![done("a/a", Some(1))]), &nothing, &run(1, vec![])] {
        fresh.history.finish(run).unwrap();
    }
    let runs = fresh.history.runs(2).unwrap();
    assert_eq!(runs, [nothing, run(2, vec![done("a/a", Some(1))])]);
}

both!(
    a_window_counts_only_for_what_was_read,
    nights_become_one_span_and_a_long_pause_a_gap,
    a_frozen_run_claims_no_window,
    an_outcome_finds_its_repository_within_its_source,
    runs_come_back_newest_first,
);
