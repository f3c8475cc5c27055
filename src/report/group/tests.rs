//! Sums and comparisons that know what they do not know.

use super::*;
use crate::report::figures::tests::daily;
use crate::report::fixture::span;

const VIEWS: Metric = Metric::Views;

/// Of January and February: the four weeks to 26 February beside the four before.
fn recent_views(group: &Group) -> Compared {
    group.compare(Frame::Recent, Than::Before, VIEWS, false)
}

#[test]
fn an_unknown_day_makes_a_sum_a_lower_bound_that_is_not_compared() {
    let gap = daily(span("2026-01-01", "2026-02-28"), Some(span("2026-01-20", "2026-01-20")));
    let group = Group::of([&gap]);
    assert_eq!(group.sum(span("2026-01-06", "2026-01-31"), VIEWS).state, State::Partial);
    assert_eq!(group.sum(span("2026-01-06", "2026-01-31"), VIEWS).exact(), None);
    assert_eq!(group.sum(span("2026-02-01", "2026-02-26"), VIEWS).exact(), Some((260, 104)));
    assert_eq!(recent_views(&group).change, Change::Unknown);
}

#[test]
fn one_unknown_among_many_leaves_a_lower_bound_that_is_near() {
    let day = span("2026-01-20", "2026-01-20");
    let (gap, whole) =
        (daily(span("2026-01-01", "2026-02-28"), Some(day)), daily(span("2026-01-01", "2026-02-28"), None));
    let drawn = |wholes: usize| {
        let group = Group::of(std::iter::repeat_n(&whole, wholes).chain([&gap]));
        let sum = group.sum(day, VIEWS);
        assert_eq!((sum.state, sum.exact()), (State::Partial, None));
        sum.drawn().map(|(count, _)| count)
    };
    assert_eq!(drawn(9), Some(90));
    assert_eq!(drawn(8), None, "more than a tenth is unknown");
}

#[test]
fn only_repositories_known_in_both_periods_are_compared() {
    let old = daily(span("2026-01-01", "2026-02-28"), None);
    let new = daily(span("2026-02-01", "2026-02-28"), None);
    let compared = recent_views(&Group::of([&old, &new, &old]));
    assert_eq!((compared.change, compared.repositories, compared.of), (Change::Percent(0), 2, 3));
    assert_eq!((compared.before, compared.now), (560, 560));
}

#[test]
fn one_alone_is_summed_and_compared_as_in_a_group() {
    let daily = daily(span("2025-01-01", "2026-02-28"), Some(span("2026-01-20", "2026-01-20")));
    let (alone, group) = (Group::alone(&daily), Group::of([&daily]));
    for than in [Than::Before, Than::YearBefore] {
        let of = |group: &Group| group.compare(Frame::Recent, than, VIEWS, false);
        assert_eq!(of(&alone), of(&group));
    }
    let january = span("2026-01-01", "2026-01-31");
    assert_eq!(alone.sum(january, VIEWS).count, group.sum(january, VIEWS).count);
}

#[test]
fn a_minority_does_not_speak_for_all() {
    let old = daily(span("2026-01-01", "2026-02-28"), None);
    let new = daily(span("2026-02-01", "2026-02-28"), None);
    assert_eq!(recent_views(&Group::of([&old, &new, &new])).change, Change::Unknown);
}

#[test]
fn provisional_days_keep_a_period_out_of_comparisons() {
    let group = Group::of([&daily(span("2026-01-01", "2026-02-28"), None)]);
    assert_eq!(group.sum(span("2026-02-15", "2026-02-28"), VIEWS).state, State::SoFar);
    let february = Frame::Month(Month::of(group.settled().unwrap()));
    assert_eq!(group.compare(february, Than::Before, VIEWS, false).change, Change::Unknown);
}

#[test]
fn whoever_fell_behind_leaves_the_newest_days_a_lower_bound_and_whoever_ended_does_not() {
    let whole = daily(span("2026-01-01", "2026-02-28"), None);
    let behind = daily(span("2026-01-01", "2026-02-20"), None);
    let group = Group::of([&whole, &behind]);
    assert_eq!(group.sum(span("2026-02-10", "2026-02-24"), VIEWS).state, State::Partial);
    let after = group.sum(span("2026-02-22", "2026-02-26"), VIEWS);
    assert_eq!((after.state, after.repositories, after.count), (State::Whole, 1, 50));
}

#[test]
fn weeks_and_months_are_compared_with_those_before_and_a_year_before() {
    let group = Group::of([&daily(span("2024-12-30", "2026-02-28"), None)]);
    let week = Frame::Week(Week::of("2026-01-07".parse().unwrap()));
    let compared = group.compare(week, Than::YearBefore, VIEWS, false);
    assert_eq!((compared.change, compared.before, compared.now), (Change::Percent(0), 70, 70));
    let january = Frame::Month(Month::of("2026-01-07".parse().unwrap()));
    assert_eq!(group.compare(january, Than::Before, VIEWS, true).now, 124);
    let first = Frame::Month(Month::of("2025-01-07".parse().unwrap()));
    assert_eq!(group.compare(first, Than::Before, VIEWS, false).change, Change::Unknown);
}
