use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::collection::{Collected, Metric};
use crate::domain::repo::Outline;

fn outline(history: &History) -> Vec<Outline> {
    history.at_one_moment(|reader| reader.outline()).unwrap()
}

fn stamps(history: &History) -> BTreeMap<String, i64> {
    outline(history).into_iter().map(|one| (one.repository.name.to_string(), one.stamp)).collect()
}

fn run(n: u64, outcomes: &[(&str, u64)]) -> Run {
    let done = |(name, id): &(&str, u64)| Outcome {
        repository: name.parse().unwrap(),
        id: Some(RepoId(*id)),
        result: Collected::Done { days: 1 },
    };
    Run {
        source: "main".parse().unwrap(),
        started: night(n),
        finished: night(n) + chrono::TimeDelta::minutes(5),
        window: Some(Span::window(date(n))),
        frozen: false,
        doubtful: vec![date(n)],
        unchanged: 0,
        requests: 4,
        outcomes: outcomes.iter().map(done).collect(),
        faults: Vec::new(),
    }
}

fn corrected(n: u64, made: u64, cell: Option<Cell>) -> Correction {
    Correction { date: date(n), metric: Metric::Views, cell, note: "counted again".into(), made: night(made) }
}

fn whatever_is_told_of_a_repository_changes_its_stamp_and_no_other(store: Store) {
    let mut fresh = Fresh::new(store);
    let name: RepoName = "a/one".parse().unwrap();
    fresh.record(&[observation("a/one", Some(1), 20, &[]), observation("a/two", Some(2), 20, &[views(20, 1, 1)])]);
    let mut known = stamps(&fresh.history);
    assert!(known.values().all(|stamp| *stamp != 0), "{known:?}");
    let mut changed = |fresh: &Fresh, what: &str| {
        let now = stamps(&fresh.history);
        assert!(now["a/one"] != known["a/one"] && now["a/two"] == known["a/two"], "{what}: {known:?} to {now:?}");
        known = now;
    };
    fresh.record(&[observation("a/one", Some(1), 21, &[views(21, 3, 1)])]);
    changed(&fresh, "an observation");
    fresh.history.finish(&run(22, &[("a/one", 1)])).unwrap();
    changed(&fresh, "a run");
    fresh.history.correct("github.com", &name, &corrected(3, 30, None)).unwrap();
    changed(&fresh, "a correction");
    let mut dump: Vec<(&Table, Vec<table::Row>)> = Vec::new();
    for table in [&History::tables()[0], &History::tables()[5]] {
        let mut rows = Vec::new();
        let keep = &mut |row: &[Value]| {
            rows.push(row.to_vec());
            Ok(())
        };
        fresh.history.dump(table, Some(("github.com", &name)), keep).unwrap();
        dump.push((table, rows));
    }
    for (table, rows) in &dump {
        fresh.history.restore(table, rows).unwrap();
        changed(&fresh, "a restored table");
    }
    fresh.history.forget("github.com", &name).unwrap();
    assert_eq!(stamps(&fresh.history).into_keys().collect::<Vec<_>>(), ["a/two"]);
}

fn two_histories_that_hold_the_same_have_different_stamps(store: Store) {
    let [one, two] = [(), ()].map(|()| {
        let mut fresh = Fresh::new(store);
        fresh.record(&[observation("a/one", Some(1), 20, &[])]);
        stamps(&fresh.history)["a/one"]
    });
    assert_ne!(one, two, "a history that was set back and went another way must not look like the first");
}

fn an_outline_is_what_the_whole_history_says(store: Store) {
    let days = prop::collection::vec((0..40u64, 0..3u64), 0..6);
    let runs = prop::collection::vec(20..60u64, 0..4);
    let corrections = prop::collection::vec((0..90u64, 0..5u64, any::<bool>()), 0..4);
    let told = (days, runs, corrections);
    proptest!(store.cases(60), |(ones in prop::collection::vec(told, 1..4))| {
        let mut fresh = Fresh::new(store);
        let names: Vec<String> = (0..ones.len()).map(|n| format!("a/r{}", ones.len() - n)).collect();
        for ((name, id), (days, runs, corrections)) in names.iter().zip(1..).zip(&ones) {
            let days: Vec<Day> = days.iter().map(|(n, count)| views(*n, *count, *count)).collect();
            fresh.record(&[observation(name, Some(id), 20, &days), observation("a/was", Some(id), 2 + id, &[])]);
            for n in runs {
                fresh.history.finish(&run(*n, &[(name, id)])).unwrap();
            }
            for (n, made, taken_back) in corrections {
                let cell = (!taken_back).then_some(Cell { count: 1, uniques: 1 });
                fresh.history.correct("github.com", &name.parse().unwrap(), &corrected(*n, *made, cell)).unwrap();
            }
        }
        let whole = fresh.load();
        let outline = outline(&fresh.history);
        let expected: Vec<Outline> =
            outline.iter().zip(&whole).map(|(one, history)| Outline::of(one.key, one.stamp, history)).collect();
        prop_assert_eq!(&outline, &expected);
        for part in outline.iter().zip(&whole).collect::<Vec<_>>().chunks(2) {
            let keys: Vec<i64> = part.iter().rev().map(|(one, _)| one.key).collect();
            let read = fresh.history.at_one_moment(|reader| reader.load(&keys)).unwrap();
            let expected: Vec<RepositoryHistory> = part.iter().map(|(_, history)| (*history).clone()).collect();
            prop_assert_eq!(read, expected);
        }
    });
}

fn what_is_read_at_one_moment_does_not_change_meanwhile(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/one", Some(1), 20, &[])]);
    let mut writer = fresh.again();
    let read = fresh.history.at_one_moment(|reader| {
        let before = reader.outline()?;
        writer.record(&[observation("a/one", Some(1), 21, &[views(21, 3, 1)])])?;
        Ok::<_, Error>((before == reader.outline()?, reader.load(&[before[0].key])?))
    });
    let (same, histories) = read.unwrap();
    assert!(same && histories[0].traffic.series().days().is_empty());
}

both! {
    whatever_is_told_of_a_repository_changes_its_stamp_and_no_other,
    two_histories_that_hold_the_same_have_different_stamps,
    an_outline_is_what_the_whole_history_says,
    what_is_read_at_one_moment_does_not_change_meanwhile,
}
