use proptest::prelude::*;

use super::*;
use crate::domain::ranking::Ranked;
use crate::domain::traffic::{Day, Series};

/// Day `n` of a time that begins on a Thursday.
fn day(n: u64) -> Date {
    Date::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

fn span() -> Span {
    Span { first: day(0), last: day(119) }
}

/// 120 days looked at, with as many views as `views` says; none at all where it says nothing.
fn traffic(views: impl Fn(u64) -> Option<u64>) -> Traffic {
    let cell = |count: u64| Cell { count, uniques: count / 2 };
    let days = (0..120).filter_map(|n| views(n).map(|count| (n, cell(count))));
    let days = days.map(|(n, cell)| Day { date: day(n), views: Some(cell), clones: None });
    Traffic::new(days.collect(), [span()])
}

/// About 40 on working days and 8 on weekends, never twice the same.
fn usual(n: u64) -> u64 {
    let rest = matches!(n % 7, 2 | 3);
    (if rest { 8 } else { 40 }) + n * 7 % 5
}

fn found(traffic: &Traffic, referrers: &[Snapshot]) -> Vec<(Direction, u64, u64, Option<Reason>)> {
    let found = anomalies(traffic, referrers, span());
    let at = |date: Date| (date - day(0)).num_days() as u64;
    found.iter().map(|one| (one.direction, at(one.days.first), at(one.days.last), one.reason.clone())).collect()
}

#[test]
fn what_is_usual_on_its_weekday_is_no_anomaly() {
    assert_eq!(found(&traffic(|n| Some(usual(n))), &[]), []);
    assert_eq!(found(&traffic(|n| Some(n * 2)), &[]), [], "growth is none either");
    assert_eq!(found(&traffic(|n| Some(if n % 9 == 0 { 5 } else { 0 })), &[]), [], "nor is from 0 to 5");
    let once = |at: u64| found(&traffic(|n| Some(if n == at { 900 } else { 4 })), &[]).len();
    assert_eq!([once(34), once(35)], [0, 1], "of a first month nobody knows what is usual");
}

#[test]
fn days_far_away_are_found_once_each_and_do_not_hide_the_next() {
    let peaks = |n: u64| match n {
        80 | 81 | 83 => Some(900),
        90 => Some(700),
        107 => Some(2),
        _ => Some(usual(n) + 60),
    };
    let told = found(&traffic(peaks), &[]);
    let expected =
        [(Direction::Above, 80, 83, None), (Direction::Above, 90, 90, None), (Direction::Below, 107, 107, None)];
    assert_eq!(told, expected);
    let weeks = |n: u64| Some(if n % 7 == 3 && n > 70 { 900 } else { usual(n) });
    assert_eq!(found(&traffic(weeks), &[]).len(), 4, "until it is the usual");
}

#[test]
fn days_that_are_not_known_for_good_are_neither_judged_nor_judged_by() {
    let newest = |n: u64| Some(if n >= 118 { 900 } else { usual(n) });
    assert_eq!(found(&traffic(newest), &[]), [], "provisional");
    let left_out = |n: u64| (n != 100).then(|| usual(n) + 60);
    assert_eq!(found(&traffic(left_out), &[]), [], "a known zero is no figure");
    let series: Series = traffic(|n| Some(if n == 100 { 900 } else { usual(n) })).series().clone();
    let unknown = Traffic::new(series.clone(), [Span { first: day(93), last: day(119) }]);
    let known = Traffic::new(series, [span()]);
    assert_eq!((found(&known, &[]).len(), found(&unknown, &[]).len()), (1, 1), "figures of files count as they are");
    let gap = Traffic::new(
        traffic(|n| (n > 90).then(|| if n == 100 { 900 } else { usual(n) })).series().clone(),
        [Span { first: day(91), last: day(119) }],
    );
    assert_eq!(found(&gap, &[]), [], "nothing is known of the weeks before");
}

/// A snapshot in the morning of day `n`.
fn snapshot(n: u64, rows: &[(&str, u64)]) -> Snapshot {
    let row =
        |(name, count): &(&str, u64)| Ranked { name: (*name).into(), title: None, count: *count, uniques: *count };
    let taken = day(n).and_hms_opt(2, 0, 0).unwrap().and_utc();
    Snapshot { taken, rows: rows.iter().map(row).collect() }
}

#[test]
fn the_referrer_that_rose_most_around_the_day_is_told_with_no_more_than_the_day_had() {
    let peak = traffic(|n| Some(if n == 100 { 500 } else { usual(n) }));
    let ten: Vec<(String, u64)> = (0..10).map(|n| (format!("site-{n}"), 30 + n)).rev().collect();
    let ten: Vec<(&str, u64)> = ten.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    let before = snapshot(99, &[("Google", 300), ("news.example", 10)]);
    let referrer = |views| Some(Reason::Referrer { name: "news.example".into(), views });
    let after = |n, news| snapshot(n, &[("Google", 330), ("news.example", news)]);
    for (case, referrers, reason) in [
        ("no snapshot", vec![], None),
        ("none before", vec![after(101, 400)], None),
        ("the next morning", vec![before.clone(), after(101, 400)], referrer(390)),
        ("two mornings later", vec![before.clone(), after(101, 50), after(102, 400)], referrer(390)),
        ("more than the day had", vec![before.clone(), after(101, 9_000)], referrer(500)),
        ("too late to tell", vec![before.clone(), after(105, 400)], None),
        ("the day itself is not over", vec![before.clone(), after(100, 400)], None),
        ("too long before", vec![snapshot(90, &[]), after(101, 400)], None),
        ("explains too little", vec![before, after(101, 60)], None),
        ("may have been just below the ten", vec![snapshot(99, &ten), after(101, 400)], referrer(370)),
    ] {
        assert_eq!(found(&peak, &referrers), [(Direction::Above, 100, 100, reason)], "{case}");
    }
}

#[test]
fn what_hardly_anybody_made_was_made_by_machines() {
    let clones = |n: u64| Cell { count: if n == 100 { 100_000 } else { 30 }, uniques: if n == 100 { 12 } else { 9 } };
    let days = (0..120).map(|n| Day { date: day(n), views: None, clones: Some(clones(n)) });
    let traffic = Traffic::new(days.collect(), [span()]);
    let told = anomalies(&traffic, &[snapshot(99, &[]), snapshot(101, &[("news.example", 99_000)])], span());
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].metric, told[0].cell.count, told[0].usual), (Metric::Clones, 100_000, 30));
    assert_eq!(told[0].reason, Some(Reason::Machines), "a referrer has nothing to do with clones");
}

proptest! {
    #[test]
    fn a_constant_figure_has_no_anomaly(count in 0u64..1_000_000, hole in 0u64..120) {
        prop_assert_eq!(found(&traffic(|n| (n != hole).then_some(count)), &[]), []);
    }

    #[test]
    fn every_anomaly_lies_in_the_span_and_is_as_large_as_it_says(
        views in proptest::collection::vec(0u64..400, 120),
        first in 0u64..120,
        more in 0u64..120,
    ) {
        let asked = Span { first: day(first), last: day(first + more) };
        for one in anomalies(&traffic(|n| Some(views[n as usize] * 5)), &[], asked) {
            prop_assert!(asked.contains(one.days.first) && asked.contains(one.days.last) && one.days.contains(one.peak));
            prop_assert!(one.cell.count.abs_diff(one.usual) >= 50);
        }
    }
}
