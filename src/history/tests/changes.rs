//! Figures that changed after they had come to rest, and names of before.

use super::*;
use crate::domain::collection::Metric;
use crate::domain::signal::Revised;

/// What was said of the `n`th day in each of these nights, with windows that end where the night begins.
fn told(n: u64, said: &[(u64, u64)]) -> Vec<Observation> {
    let night = |(night, count): &(u64, u64)| Observation {
        windows: vec![Span::window(date(*night))],
        ..observation("a/one", Some(1), *night, &[views(n, *count, 1)])
    };
    said.iter().map(night).collect()
}

/// Of each revision: the day, how it changed, from what to what, and the night in which that was seen.
fn revisions(fresh: &Fresh) -> Vec<(u64, Revised, u64, u64, u64)> {
    let since = |day: Date| (day - date(0)).num_days() as u64;
    let all = fresh.only().revisions;
    assert!(all.iter().all(|one| one.metric == Metric::Views), "{all:?}");
    let told = |one: &crate::domain::signal::Revision| {
        (since(one.date), one.kind, one.from.count, one.to.count, since(one.seen.date_naive()))
    };
    all.iter().map(told).collect()
}

fn a_figure_that_changed_after_it_came_to_rest_is_a_revision(store: Store) {
    let mut fresh = Fresh::new(store);
    let clones = |n: u64, count| Day { date: date(n), views: None, clones: Some(Cell { count, uniques: 1 }) };
    fresh.record(&[
        // The same figures of clones, in an order that leaves nothing to tell.
        observation("a/one", Some(1), 11, &[clones(10, 9)]),
        observation("a/one", Some(1), 13, &[clones(10, 12)]),
    ]);
    fresh.record(&told(10, &[(13, 9), (14, 12), (15, 12)]));
    fresh.record(&told(11, &[(14, 9), (15, 4), (16, 9)]));
    // One that never came to rest before it fell: the larger one was seen while it was young.
    fresh.record(&told(12, &[(14, 9), (16, 4)]));
    let (stayed, restored) = (Revised::Drop { restored: false }, Revised::Drop { restored: true });
    let expected = [(10, Revised::Rise, 9, 12, 14), (11, restored, 9, 4, 15), (12, stayed, 9, 4, 16)];
    assert_eq!(revisions(&fresh), expected);
}

fn a_figure_that_only_rose_while_it_was_provisional_is_no_revision(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&told(10, &[(10, 3), (11, 7), (12, 9), (13, 9), (20, 9)]));
    fresh.record(&told(11, &[(12, 3), (13, 7), (14, 9), (20, 9)]));
    // Nobody looked while it came to rest.
    fresh.record(&told(12, &[(13, 3), (19, 9)]));
    // As the oldest row of a window, cut short.
    fresh.record(&told(13, &[(20, 9), (26, 2)]));
    assert_eq!(revisions(&fresh), []);
}

fn revisions_are_of_the_thirteen_months_before_the_newest_window(store: Store) {
    let mut fresh = Fresh::new(store);
    let late = Observation { windows: vec![Span::window(date(900))], ..observation("a/two", Some(2), 900, &[]) };
    fresh.record(&told(10, &[(13, 9), (14, 12)]));
    fresh.record(&told(12, &[(15, 9), (16, 12)]));
    let mut days = |through: u64| -> Vec<u64> {
        let window = vec![Span::window(date(through))];
        fresh.record(&[Observation { windows: window, ..observation("a/one", Some(1), through, &[]) }]);
        revisions(&fresh).iter().map(|one| one.0).collect()
    };
    assert_eq!(days(10 + 396), [10, 12]);
    assert_eq!(days(11 + 396), [12]);
    assert_eq!(days(12 + 396), [12]);
    assert_eq!(days(13 + 396), [0; 0]);
    // The windows of another repository are none of its own.
    let mut fresh = Fresh::new(store);
    fresh.record(&told(10, &[(13, 9), (14, 12)]));
    fresh.record(&[late]);
    assert_eq!(fresh.load().iter().map(|one| one.revisions.len()).collect::<Vec<_>>(), [1, 0]);
}

fn earlier_names_come_with_the_last_day_each_was_met(store: Store) {
    let mut fresh = Fresh::new(store);
    let renamed = |fresh: &Fresh| -> Vec<String> {
        let said = |(name, day): &(RepoName, Date)| format!("{name} {}", (*day - date(0)).num_days());
        fresh.only().renamed.iter().map(said).collect()
    };
    // What files tell of a name is no day on which it was met.
    fresh.record(&[observation("a/one", None, 1, &[])]);
    assert_eq!(renamed(&fresh), [""; 0]);
    for (name, n) in [("a/one", 5), ("a/one", 7), ("a/two", 9), ("a/two", 12), ("a/three", 14)] {
        fresh.record(&[observation(name, Some(1), n, &[])]);
    }
    assert_eq!(renamed(&fresh), ["a/one 7", "a/two 12"]);
    // Files go on under an old name for years.
    fresh.record(&[observation("a/one", None, 20, &[views(3, 1, 1)])]);
    assert_eq!(renamed(&fresh), ["a/one 7", "a/two 12"]);
    only_told(&mut fresh, "a/zero");
    let repository = fresh.only().repository;
    assert_eq!(repository.aliases.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a/zero", "a/one", "a/two"]);
    assert_eq!(renamed(&fresh), ["a/one 7", "a/two 12"]);
}

/// Restores a name of the only repository under which nobody has met it.
fn only_told(fresh: &mut Fresh, name: &str) {
    for table in &History::tables()[..2] {
        let mut rows: Vec<table::Row> = Vec::new();
        let mut keep = |row: &[Value]| {
            rows.push(row.to_vec());
            Ok(())
        };
        fresh.history.dump(table, None, &mut keep).unwrap();
        if table.name == "name" {
            rows.truncate(1);
            (rows[0][1], rows[0][2]) = (Value::Text(name.into()), Value::Integer(0));
        }
        fresh.history.restore(table, &rows).unwrap();
    }
}

both! {
    a_figure_that_changed_after_it_came_to_rest_is_a_revision,
    a_figure_that_only_rose_while_it_was_provisional_is_no_revision,
    revisions_are_of_the_thirteen_months_before_the_newest_window,
    earlier_names_come_with_the_last_day_each_was_met,
}
