//! A history as tables, from one store into the other.

use proptest::prelude::*;

use super::beyond::rich;
use super::merge::seen_once;
use super::*;
use crate::domain::collection::{Collected, Metric};
use crate::domain::table::Row;

type Dump = Vec<(&'static Table, Vec<Row>)>;

fn rows_of(history: &History, table: &'static Table, only: Option<(&str, &RepoName)>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut each = |row: &[Value]| {
        rows.push(row.to_vec());
        Ok(())
    };
    history.dump(table, only, &mut each).unwrap();
    rows
}

fn dump(history: &History) -> Dump {
    History::tables().iter().map(|table| (table, rows_of(history, table, None))).collect()
}

/// How many rows changed something.
fn restore(history: &mut History, dump: &Dump, few: usize) -> u64 {
    let batches = dump.iter().flat_map(|(table, rows)| rows.chunks(few).map(move |rows| (table, rows)));
    batches.map(|(table, rows)| history.restore(table, rows).unwrap()).sum()
}

fn other(store: Store) -> Store {
    if store == Store::Sqlite { Store::Postgres } else { Store::Sqlite }
}

/// Something of everything there is.
fn filled(fresh: &mut Fresh, observations: &[Observation]) {
    fresh.record(observations);
    fresh.record(&[rich(5, 6), rich(6, 2)]);
    let outcome =
        Outcome { repository: "acme/anvil".parse().unwrap(), id: Some(RepoId(1)), result: Collected::Done { days: 2 } };
    let run = Run {
        source: "main".parse().unwrap(),
        started: night(13),
        finished: night(13),
        window: Some(Span::window(date(13))),
        frozen: false,
        doubtful: vec![date(3)],
        requests: 2,
        unchanged: 1,
        outcomes: vec![outcome],
        faults: vec![],
    };
    fresh.history.finish(&run).unwrap();
    let cell = Some(Cell { count: 1, uniques: 1 });
    let correction = Correction { date: date(3), metric: Metric::Views, cell, note: "robots".into(), made: night(3) };
    assert!(fresh.history.correct("github.com", &"acme/anvil".parse().unwrap(), &correction).unwrap());
}

fn what_is_dumped_and_restored_elsewhere_is_the_same_history(store: Store) {
    proptest!(store.cases(24), |(observations in prop::collection::vec(seen_once(), 1..10), few in 1..9usize)| {
        let mut one = Fresh::new(store);
        filled(&mut one, &observations);
        let dumped = dump(&one.history);
        let empty: Vec<&str> = dumped.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table.name).collect();
        prop_assert!(empty.iter().all(|name| *name == "snapshot"), "nothing of {:?}", empty);
        let mut two = Fresh::new(other(store));
        let changed = restore(&mut two.history, &dumped, few);
        prop_assert!(changed as usize >= dumped.iter().map(|(_, rows)| rows.len()).sum::<usize>() - dumped[1].1.len());
        prop_assert_eq!(dump(&two.history), dumped.clone());
        prop_assert_eq!(two.load(), one.load());
        prop_assert_eq!(two.history.runs(9).unwrap(), one.history.runs(9).unwrap());
        let memory = |fresh: &Fresh| fresh.history.memory("github.com", night(9)).unwrap();
        prop_assert_eq!(memory(&two), memory(&one));
        prop_assert_eq!(restore(&mut two.history, &dumped, 100), 0, "all of it is known");
        prop_assert_eq!(restore(&mut one.history, &dumped, 100), 0);
        prop_assert_eq!(two.record(&observations), Recorded::default());
    });
}

fn one_repository_can_be_dumped_alone(store: Store) {
    let mut fresh = Fresh::new(store);
    filled(&mut fresh, &[observation("acme/other", Some(2), 1, &[views(0, 1, 1)])]);
    let name: RepoName = "ACME/Other".parse().unwrap();
    let told: Vec<(&str, usize)> = History::tables()
        .iter()
        .map(|table| (table.name, rows_of(&fresh.history, table, Some(("GitHub.com", &name))).len()))
        .filter(|(_, rows)| *rows > 0)
        .collect();
    assert_eq!(told, [("repository", 1), ("name", 1), ("source", 1), ("observation", 1), ("day", 1)]);
    let nobody: RepoName = "acme/nobody".parse().unwrap();
    assert!(History::tables().iter().all(|t| rows_of(&fresh.history, t, Some(("github.com", &nobody))).is_empty()));
}

fn repositories_meet_by_id_and_else_by_name(store: Store) {
    let there = |observations: &[Observation]| {
        let mut fresh = Fresh::new(Store::Sqlite);
        fresh.record(observations);
        dump(&fresh.history)
    };
    for (case, dumped, here, expected) in [
        ("by id", there(&[observation("a/old", Some(1), 1, &[])]), observation("a/new", Some(1), 2, &[]), 1),
        ("by name", there(&[observation("a/a", None, 1, &[])]), observation("A/a", Some(1), 2, &[]), 1),
        ("an id is learned", there(&[observation("a/a", Some(1), 1, &[])]), observation("a/a", None, 2, &[]), 1),
        ("another id", there(&[observation("a/a", Some(1), 1, &[])]), observation("a/a", Some(2), 2, &[]), 2),
        (
            "two of one name are two",
            there(&[
                observation("a/a", None, 1, &[]),
                observation("a/b", Some(5), 2, &[]),
                observation("a/a", Some(5), 3, &[]),
            ]),
            observation("a/z", Some(9), 1, &[]),
            3,
        ),
    ] {
        let mut fresh = Fresh::new(store);
        fresh.record(&[here]);
        restore(&mut fresh.history, &dumped, 2);
        assert_eq!(fresh.load().len(), expected, "{case}: {:?}", fresh.load());
        assert_eq!(restore(&mut fresh.history, &dumped, 9), 0, "{case}");
    }
}

fn rows_that_cannot_be_are_refused_and_nothing_of_them_is_kept(store: Store) {
    let mut fresh = Fresh::new(store);
    let table = |name: &str| History::tables().iter().find(|table| table.name == name).unwrap();
    let repository = [1.into(), "h".into(), Value::Null, "a/a".into(), 0.into()];
    let repository: Row = repository.into_iter().chain(vec![Value::Null; 6]).collect();
    fresh.history.restore(table("repository"), std::slice::from_ref(&repository)).unwrap();
    let asset = vec![1.into(), 2.into(), 9.into(), "a.zip".into(), 1.into(), Value::Null, 4.into()];
    assert_eq!(fresh.history.restore(table("asset"), &[asset]).unwrap(), 1, "its release was lost, which harms nobody");
    let before = fresh.load();
    assert_eq!(before.len(), 1, "a repository has a name from the start");
    let bad_name: Row =
        repository.iter().cloned().map(|value| if value == "a/a".into() { "../a".into() } else { value }).collect();
    let good: Row = vec![1.into(), 20_005.into(), 1.into(), 1.into(), Value::Null, Value::Null];
    for (name, row, why) in [
        ("day", vec![1.into()], "of the row (1), it has 1 values instead of 6"),
        (
            "day",
            vec![7.into(), 20_005.into(), 1.into(), 1.into(), Value::Null, Value::Null],
            "there is no repository 7 in this dump",
        ),
        (
            "day",
            vec![1.into(), 20_005.into(), 1.into(), Value::Null, Value::Null, Value::Null],
            "a count and its uniques are known together",
        ),
        (
            "day",
            vec![1.into(), i64::MAX.into(), 1.into(), 1.into(), Value::Null, Value::Null],
            "its `date` cannot be 9223372036854775807",
        ),
        (
            "day",
            vec![1.into(), 20_005.into(), (-1).into(), 1.into(), Value::Null, Value::Null],
            "its `views_count` is below zero",
        ),
        ("day", vec![1.into(), "x".into(), 1.into(), 1.into(), Value::Null, Value::Null], "its `date` cannot be `x`"),
        ("star", vec![1.into(), 20_005.into(), Value::Null], "it has no `gained`"),
        ("looked", vec![1.into(), 20_005.into(), 20_004.into()], "it ends before it begins"),
        ("snapshot", vec![1.into(), 2.into(), 4.into(), "[]".into()], "there is no such kind of top ten"),
        ("snapshot", vec![1.into(), 1.into(), 4.into(), "{}".into()], "its `top` cannot be read: "),
        ("about", vec![1.into(), "topics".into(), "[".into(), 4.into()], "its `value` cannot be read: "),
        ("about", vec![1.into(), "topics".into(), "7".into(), 4.into()], "its `value` cannot be read: "),
        ("doubt", vec![1.into(), 5.into()], "its `date` cannot be 5"),
        ("doubt", vec![1.into(), 2_932_533.into()], "its `date` cannot be 2932533"),
        (
            "correction",
            vec![1.into(), 20_005.into(), 2.into(), 4.into(), 1.into(), 1.into(), "x".into()],
            "there is no such figure of a day",
        ),
        ("repository", bad_name, "`../a` is not a repository name"),
    ] {
        let rows: &[Row] = if name == "day" { &[good.clone(), row] } else { &[row] };
        let error = fresh.history.restore(table(name), rows).unwrap_err().to_string();
        assert!(error.starts_with(&format!("the table `{name}` cannot be restored: of the row (")), "{error}");
        assert!(error.contains(why), "{error}");
        assert!(error.ends_with("\n\nhint: restore the tables of one dump, whole and in their order"), "{error}");
        assert_eq!(fresh.load(), before, "{why}");
    }
}

fn a_repository_met_while_a_dump_is_made_is_not_in_it(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/b", Some(2), 1, &[views(0, 1, 1)])]);
    let [repositories, ..] = History::tables() else { panic!() };
    assert_eq!(rows_of(&fresh.history, repositories, None).len(), 1);
    fresh.record(&[observation("a/a", Some(1), 1, &[views(0, 5, 5)])]);
    let days = History::tables().iter().find(|table| table.name == "day").unwrap();
    let expected: Row = vec![1.into(), units::day_number(date(0)).into(), 1.into(), 1.into(), Value::Null, Value::Null];
    assert_eq!(rows_of(&fresh.history, days, None), [expected]);
    assert_eq!(rows_of(&fresh.history, repositories, None).len(), 2);
}

fn whoever_takes_the_rows_may_stop_it(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/b", Some(2), 1, &[])]);
    let error = fresh.history.dump(&History::tables()[0], None, &mut |_| Err("the disk is full".into())).unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with("was not read to its end: the disk is full\n\nhint: mend that, and begin again"), "{text}");
    assert_eq!(fresh.load().len(), 1);
}

fn what_no_text_may_hold_is_replaced_as_it_comes(store: Store) {
    let mut fresh = Fresh::new(store);
    let mut seen = observation("a/a", Some(1), 1, &[]);
    seen.sighting.description = Some("a\0b".into());
    let place = crate::domain::ranking::Ranked { name: "/\0".into(), title: Some("\0".into()), count: 1, uniques: 1 };
    seen.paths = vec![crate::domain::ranking::Snapshot { taken: night(1), rows: vec![place] }];
    fresh.record(&[seen]);
    let known = fresh.only();
    assert_eq!(known.repository.description.as_deref(), Some("a\u{fffd}b"));
    assert_eq!(&*known.paths[0].rows[0].name, "/\u{fffd}");
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

both!(
    what_is_dumped_and_restored_elsewhere_is_the_same_history,
    one_repository_can_be_dumped_alone,
    repositories_meet_by_id_and_else_by_name,
    rows_that_cannot_be_are_refused_and_nothing_of_them_is_kept,
    a_repository_met_while_a_dump_is_made_is_not_in_it,
    whoever_takes_the_rows_may_stop_it,
    what_no_text_may_hold_is_replaced_as_it_comes,
);
