use super::*;
use proptest::prelude::*;

fn date(n: u64) -> Date {
    Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)
}

fn cell() -> impl Strategy<Value = Option<Cell>> {
    proptest::option::of((0..50u64, 0..50u64).prop_map(|(count, uniques)| Cell { count, uniques }))
}

fn series() -> impl Strategy<Value = Series> {
    let day = (0..20u64, cell(), cell()).prop_map(|(n, views, clones)| Day { date: date(n), views, clones });
    proptest::collection::vec(day, 0..30).prop_map(|days| days.into_iter().collect())
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = (0..40u64, 0..14u64).prop_map(|(from, len)| Span { first: date(from), last: date(from + len) });
    proptest::collection::vec(span, 0..8)
}

proptest! {
    #[test]
    fn merging_does_not_depend_on_order_grouping_or_repetition(a in series(), b in series(), c in series()) {
        prop_assert_eq!(a.merge(&b), b.merge(&a));
        prop_assert_eq!(a.merge(&b).merge(&c), a.merge(&b.merge(&c)));
        prop_assert_eq!(a.merge(&a), a.clone());
    }

    #[test]
    fn merging_lowers_and_loses_nothing(a in series(), b in series()) {
        let merged = a.merge(&b);
        for day in a.days().iter().chain(b.days()) {
            let kept = merged.get(day.date).unwrap();
            for (was, is) in [(day.views, kept.views), (day.clones, kept.clones)] {
                if let Some(was) = was {
                    let is = is.unwrap();
                    prop_assert!(is.count >= was.count && is.uniques >= was.uniques);
                }
            }
        }
        prop_assert!(merged.days().windows(2).all(|pair| pair[0].date < pair[1].date));
    }

    #[test]
    fn a_day_is_taken_for_a_zero_only_if_somebody_looked_when_it_was_settled(spans in spans(), n in 0..60u64) {
        let coverage = Traffic::new(Series::default(), spans.clone()).coverage(date(n));
        let settled = spans.iter().any(|span| span.first <= date(n) && date(n + 2) <= span.last);
        let newest = spans.iter().map(|span| span.last).max();
        let rising = spans.iter().any(|span| span.contains(date(n)) && Some(span.last) == newest);
        let expected = if settled { Coverage::AssumedZero } else if rising { Coverage::Provisional } else { Coverage::Unknown };
        prop_assert_eq!(coverage, expected);
    }

    #[test]
    fn a_figure_is_final_only_where_no_look_at_rising_days_explains_it(spans in spans(), n in 0..60u64) {
        let day = Day { date: date(n), views: Some(Cell { count: 1, uniques: 1 }), clones: None };
        let coverage = Traffic::new([day].into_iter().collect(), spans.clone()).coverage(date(n));
        let settled = spans.iter().any(|span| span.first <= date(n) && date(n + 2) <= span.last);
        let before = spans.iter().filter(|span| span.first <= date(n)).map(|span| span.last).max();
        let expected = match before {
            _ if settled => Coverage::Measured,
            Some(last) if spans.iter().all(|span| span.last <= last) => Coverage::Provisional,
            Some(last) if date(n) <= last + chrono::Days::new(2) => Coverage::Unknown,
            _ => Coverage::Measured,
        };
        prop_assert_eq!(coverage, expected);
    }

    #[test]
    fn joined_windows_hold_the_same_days_in_whatever_order_they_came(spans in spans(), at in 0..8usize) {
        let joined = join(spans.clone());
        for n in 0..60 {
            let day = date(n);
            prop_assert_eq!(joined.iter().any(|s| s.contains(day)), spans.iter().any(|s| s.contains(day)));
        }
        prop_assert!(joined.windows(2).all(|pair| pair[0].last <= pair[1].first && pair[0].last < pair[1].last));
        let (some, others) = spans.split_at(at.min(spans.len()));
        let later = [join(some.to_vec()), others.to_vec()].concat();
        prop_assert_eq!(join(later), joined, "what is known may be joined first");
    }
}

#[test]
fn the_last_days_before_a_gap_are_no_zeros_and_their_figures_lower_bounds() {
    let cell = Some(Cell { count: 3, uniques: 1 });
    let seen = [3, 12, 15, 17, 40, 50, 60].map(|n| Day { date: date(n), views: cell, clones: None });
    let traffic = Traffic::new(seen.into_iter().collect(), [Span::window(date(13)), Span::window(date(59))]);
    for (n, expected) in [
        (3, Coverage::Measured),
        (11, Coverage::AssumedZero),
        (12, Coverage::Unknown),
        (13, Coverage::Unknown),
        (15, Coverage::Unknown),
        (17, Coverage::Measured),
        (18, Coverage::Unknown),
        (40, Coverage::Measured),
        (50, Coverage::Measured),
        (51, Coverage::AssumedZero),
        (58, Coverage::Provisional),
        (60, Coverage::Provisional),
        (61, Coverage::Unknown),
    ] {
        assert_eq!(traffic.coverage(date(n)), expected, "day {n}");
    }
}

#[test]
fn windows_that_only_touch_leave_the_seam_unknown() {
    let touching = [Span::window(date(13)), Span::window(date(27))];
    let traffic = Traffic::new(Series::default(), touching);
    assert_eq!(traffic.windows(), touching);
    let coverages = [11, 12, 13, 14].map(|n| traffic.coverage(date(n)));
    assert_eq!(coverages, [Coverage::AssumedZero, Coverage::Unknown, Coverage::Unknown, Coverage::AssumedZero]);
    let again = Traffic::new(Series::default(), [Span::window(date(13)), Span::window(date(25))]);
    assert_eq!(again.windows(), [Span { first: date(0), last: date(25) }]);
}

#[test]
fn the_last_two_days_of_the_newest_window_are_provisional() {
    let full = Some(Cell { count: 3, uniques: 1 });
    let days = (0..14).filter(|n| *n != 5).map(|n| Day { date: date(n), views: full, clones: None });
    let traffic = Traffic::new(days.collect(), [Span::window(date(13))]);
    let expected = |n| match n {
        5 => Coverage::AssumedZero,
        12 | 13 => Coverage::Provisional,
        14.. => Coverage::Unknown,
        _ => Coverage::Measured,
    };
    for n in 0..20 {
        assert_eq!(traffic.coverage(date(n)), expected(n), "day {n}");
    }
}

#[test]
fn a_span_and_the_one_before_it_touch_and_are_as_long() {
    let span = Span::window(date(27));
    assert_eq!((span.len(), span.before().len()), (14, 14));
    assert_eq!(span.before().last, date(13));
    assert_eq!(span.days().count(), 14);
}

#[test]
fn zeros_of_a_doubtful_day_are_unknown_whether_github_said_them_or_left_them_out() {
    let said = |n, count| Day { date: date(n), views: Some(Cell { count, uniques: 0 }), clones: None };
    let traffic = Traffic::new([said(3, 0), said(4, 7), said(6, 0)].into_iter().collect(), [Span::window(date(13))]);
    let traffic = traffic.doubting([3, 4, 5].map(date).into());
    let expected = [Coverage::Unknown, Coverage::Measured, Coverage::Unknown, Coverage::Measured];
    assert_eq!([3, 4, 5, 6].map(|n| traffic.coverage(date(n))), expected);
}
