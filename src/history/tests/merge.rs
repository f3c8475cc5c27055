use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::domain::ranking::{Ranked, Snapshot};

fn cell() -> impl Strategy<Value = Option<Cell>> {
    proptest::option::of((0..4u64, 0..4u64).prop_map(|(count, uniques)| Cell { count, uniques }))
}

fn day() -> impl Strategy<Value = Day> {
    (0..6u64, cell(), cell()).prop_map(|(n, views, clones)| Day { date: date(n), views, clones })
}

fn counters() -> impl Strategy<Value = (Date, Counters)> {
    let figure = || proptest::option::of(0..3u64);
    (0..3u64, figure(), figure()).prop_map(|(n, stars, forks)| {
        (date(n), Counters { stars, forks, watchers: None, open_issues_and_pulls: stars.and(forks), open_pulls: None })
    })
}

/// GitHub gives one answer at one moment, so what a snapshot holds follows from when it was taken.
fn snapshot() -> impl Strategy<Value = Snapshot> {
    (0..5u64).prop_map(|n| {
        let name = |place| Ranked {
            name: format!("site-{place}").into(),
            title: (n == 3).then(|| "t".into()),
            count: n,
            uniques: 1,
        };
        Snapshot { taken: night(n), rows: (0..n).map(name).collect() }
    })
}

prop_compose! {
    pub(super) fn seen_once()(
        id in 1..4u64,
        named in any::<bool>(),
        seen in 0..5u64,
        days in prop::collection::vec(day(), 0..5),
        windows in prop::collection::vec((0..30u64, 0..5u64), 0..3),
        counters in prop::collection::vec(counters(), 0..3),
        referrers in prop::collection::vec(snapshot(), 0..3),
        paths in prop::collection::vec(snapshot(), 0..3),
    ) -> Observation {
        let windows = windows.into_iter().map(|(n, len)| Span { first: date(n), last: date(n + len) }).collect();
        let mut seen_once = observation(&format!("acme/tool-{id}"), named.then_some(id), seen, &days);
        seen_once.counters = counters;
        Observation { windows, referrers, paths, ..seen_once }
    }
}

/// All that is stored, keys aside: they depend on the order of arrival.
fn stored(fresh: &Fresh) -> Vec<Vec<String>> {
    [
        "SELECT host, github_id, repository.seen, described, private, name.name, name.seen FROM repository JOIN name ON key = repository ORDER BY name.name",
        "SELECT name, o.date, metric, count, uniques, first_seen, last_seen FROM observation o JOIN name USING (repository) ORDER BY 1, 2, 3, 4, 5",
        "SELECT name, date, stars, forks, watchers, open_issues_and_pulls, last_seen FROM counters JOIN name USING (repository) ORDER BY 1, 2, 3, 4, 5, 6",
        "SELECT name, first, last FROM looked JOIN name USING (repository) ORDER BY 1, 2",
        "SELECT name, kind, taken, length(top) - length(replace(top, '[', '')) FROM snapshot JOIN name USING (repository) ORDER BY 1, 2, 3",
        "SELECT value FROM text ORDER BY 1",
    ]
    .map(|query| fresh.rows(query))
    .to_vec()
}

fn order_grouping_and_repetition_change_nothing(store: Store) {
    proptest!(store.cases(64), |(observations in prop::collection::vec(seen_once(), 1..12),
        order in prop::collection::vec(any::<(Index, Index)>(), 12),
        repeats in prop::collection::vec(any::<Index>(), 0..8),
        group in 1..5usize)| {
        let mut one = Fresh::new(store);
        one.record(&observations);
        let mut shuffled = observations.clone();
        shuffled.extend(repeats.iter().map(|index| index.get(&observations).clone()));
        let len = shuffled.len();
        order.iter().for_each(|(a, b)| shuffled.swap(a.index(len), b.index(len)));
        let mut other = Fresh::new(store);
        for few in shuffled.chunks(group) {
            other.record(few);
        }
        prop_assert_eq!(one.load(), other.load());
        prop_assert_eq!(stored(&one), stored(&other));
        prop_assert_eq!(other.record(&observations), Recorded::default(), "all of it is known");
        prop_assert_eq!(one.load(), other.load());
    });
}

fn nothing_is_lowered_and_every_value_is_kept(store: Store) {
    proptest!(store.cases(64), |(observations in prop::collection::vec(seen_once(), 1..12))| {
        let mut fresh = Fresh::new(store);
        let mut before: Vec<RepositoryHistory> = vec![];
        for one in &observations {
            fresh.record(std::slice::from_ref(one));
            let now = fresh.load();
            for was in &before {
                let is = now.iter().find(|is| is.repository.name == was.repository.name).unwrap();
                prop_assert_eq!(&is.traffic.series().merge(was.traffic.series()), is.traffic.series());
                prop_assert!(was.traffic.windows().iter().all(|w| w.days().all(|d| is.traffic.windows().iter().any(|x| x.contains(d)))));
                prop_assert!(was.referrers.iter().all(|s| is.referrers.contains(s)));
                prop_assert!(was.paths.iter().all(|s| is.paths.contains(s)));
            }
            before = now;
        }
        let shown = |id: &str, day: &Day, metric: i64, cell: Option<Cell>| {
            cell.map(|cell| format!("Text({id:?}) Integer({}) Integer({metric}) Integer({}) Integer({})",
                units::day_number(day.date), cell.count, cell.uniques))
        };
        let expected: BTreeSet<String> = observations.iter().flat_map(|one| {
            let id = one.sighting.name.to_string();
            one.days.iter().flat_map(move |day| [shown(&id, day, 0, day.views), shown(&id, day, 1, day.clones)])
        }).flatten().collect();
        let raw = fresh.rows("SELECT name, date, metric, count, uniques FROM observation JOIN name USING (repository)");
        prop_assert_eq!(raw.into_iter().collect::<BTreeSet<_>>(), expected);
    });
}

fn the_truncated_oldest_row_does_not_lower_a_day(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/a", Some(1), 5, &[views(4, 100, 9)])]);
    let second = fresh.record(&[observation("a/a", Some(1), 17, &[views(4, 25, 12)])]);
    assert_eq!(fresh.only().traffic.series().days(), [views(4, 100, 12)], "each figure on its own");
    assert_eq!((second.new_days, second.changed_days), (0, 1));
    let third = fresh.record(&[observation("a/a", Some(1), 18, &[views(4, 20, 1)])]);
    assert_eq!(third, Recorded::default(), "a revision downwards changes no day");
    let raw = fresh.rows("SELECT count, first_seen = last_seen FROM observation ORDER BY first_seen");
    assert_eq!(raw, ["Integer(100) Integer(1)", "Integer(25) Integer(1)", "Integer(20) Integer(1)"]);
}

fn what_is_seen_again_extends_the_time_it_was_seen(store: Store) {
    let mut fresh = Fresh::new(store);
    for n in [6, 5, 9, 7] {
        fresh.record(&[observation("a/a", Some(1), n, &[views(4, 100, 9)])]);
    }
    let expected = format!("Integer({}) Integer({})", units::micros(night(5)), units::micros(night(9)));
    assert_eq!(fresh.rows("SELECT first_seen, last_seen FROM observation"), [expected]);
}

fn an_absent_figure_is_not_a_zero(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation(
        "a/a",
        Some(1),
        5,
        &[views(4, 0, 0), Day { date: date(3), views: None, clones: None }],
    )]);
    assert_eq!(fresh.only().traffic.series().days(), [views(4, 0, 0)]);
    let clones = Day { date: date(4), views: None, clones: Some(Cell { count: 2, uniques: 1 }) };
    fresh.record(&[observation("a/a", Some(1), 5, &[clones])]);
    assert_eq!(fresh.only().traffic.series().days(), [Day { views: views(4, 0, 0).views, ..clones }]);
}

fn counters_may_fall_and_the_later_sighting_of_a_day_wins(store: Store) {
    let stars = |n: u64, stars, forks| {
        let counters = Counters { stars, forks, ..Counters::default() };
        Observation { counters: vec![(date(1), counters)], ..observation("a/a", Some(1), n, &[]) }
    };
    let mut fresh = Fresh::new(store);
    fresh.record(&[
        stars(7, Some(9), None),
        stars(3, Some(10), Some(2)),
        stars(5, None, Some(3)),
        stars(6, Some(10), None),
    ]);
    assert_eq!(fresh.only().counters, [(date(1), Counters { stars: Some(9), forks: Some(3), ..Counters::default() })]);
    assert_eq!(fresh.rows("SELECT count(*) FROM counters"), ["Integer(4)"], "every set that differs is kept");
}

fn counters_of_files_are_hearsay_and_never_go_before_a_reading(store: Store) {
    let told = |id, n, stars| {
        let counters = Counters { stars: Some(stars), ..Counters::default() };
        Observation { counters: vec![(date(1), counters)], ..observation("a/a", id, n, &[]) }
    };
    for observations in [[told(Some(1), 1, 20), told(None, 9, 15)], [told(None, 9, 15), told(Some(1), 1, 20)]] {
        let mut fresh = Fresh::new(store);
        fresh.record(&observations);
        assert_eq!(fresh.only().counters[0].1.stars, Some(20));
        assert_eq!(fresh.rows("SELECT count(*) FROM counters"), ["Integer(2)"], "what the files say is kept beside it");
    }
}

fn of_two_lists_of_one_moment_the_same_stays_in_any_order(store: Store) {
    let list = |name: &str, count| {
        let row = Ranked { name: name.into(), title: None, count, uniques: 1 };
        let snapshot = Snapshot { taken: night(3), rows: vec![row] };
        Observation { referrers: vec![snapshot], ..observation("a/a", Some(1), 3, &[]) }
    };
    let (one, two, three) = (list("a.example", 9), list("b.example", 2), list("b.example", 1));
    for order in [[&one, &two, &three], [&three, &two, &one], [&two, &three, &one]] {
        let (mut apart, mut together) = (Fresh::new(store), Fresh::new(store));
        for one in order {
            apart.record(std::slice::from_ref(one));
        }
        together.record(&order.map(Clone::clone));
        assert_eq!(apart.only().referrers, two.referrers);
        assert_eq!(together.only().referrers, two.referrers);
        assert_eq!(apart.record(&order.map(Clone::clone)).snapshots, 0);
    }
}

fn an_empty_top_ten_is_kept_as_such(store: Store) {
    let mut fresh = Fresh::new(store);
    let empty = Snapshot { taken: night(2), rows: vec![] };
    let full = Snapshot {
        taken: night(1),
        rows: vec![Ranked { name: "x, \"y\"".into(), title: Some("é".into()), count: 3, uniques: 2 }],
    };
    let mut one = observation("a/a", Some(1), 5, &[]);
    one.referrers = vec![empty.clone(), full.clone()];
    one.paths = vec![empty.clone()];
    assert_eq!(fresh.record(&[one.clone(), one]).snapshots, 3);
    let only = fresh.only();
    assert_eq!((only.referrers, only.paths), (vec![full, empty.clone()], vec![empty]));
}

fn a_figure_too_large_to_keep_is_named_and_nothing_is_recorded(store: Store) {
    let mut fresh = Fresh::new(store);
    let fine = observation("a/fine", Some(1), 5, &[views(1, 1, 1)]);
    let error = fresh.history.record(&[fine, observation("a/huge", Some(2), 5, &[views(1, u64::MAX, 1)])]).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("18446744073709551615 views on 2026-01-02 of a/huge is more than the history `"),
        "{text}"
    );
    assert_eq!(fresh.load(), []);
}

fn a_text_may_be_of_any_length_and_in_any_language(store: Store) {
    let mut fresh = Fresh::new(store);
    // Too long for what an index holds of it, and nothing that packs well.
    let long: String =
        (0..20_000u32).filter_map(|n| char::from_u32(0x4e00 + n.wrapping_mul(2_654_435_761) % 20_000)).collect();
    let row = |name: &str| Ranked { name: name.into(), title: Some(long.as_str().into()), count: 1, uniques: 1 };
    let snapshot = Snapshot { taken: night(1), rows: vec![row("Ä"), row("ä"), row(&long)] };
    let mut one = observation("a/a", Some(1), 5, &[]);
    one.paths = vec![snapshot.clone()];
    fresh.record(&[one.clone(), one]);
    assert_eq!(fresh.only().paths, [snapshot]);
    assert_eq!(fresh.rows("SELECT count(*) FROM text"), ["Integer(3)"]);
}

both!(
    a_text_may_be_of_any_length_and_in_any_language,
    the_truncated_oldest_row_does_not_lower_a_day,
    what_is_seen_again_extends_the_time_it_was_seen,
    an_absent_figure_is_not_a_zero,
    counters_may_fall_and_the_later_sighting_of_a_day_wins,
    counters_of_files_are_hearsay_and_never_go_before_a_reading,
    of_two_lists_of_one_moment_the_same_stays_in_any_order,
    an_empty_top_ten_is_kept_as_such,
    a_figure_too_large_to_keep_is_named_and_nothing_is_recorded,
    order_grouping_and_repetition_change_nothing,
    nothing_is_lowered_and_every_value_is_kept,
);
