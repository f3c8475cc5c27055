//! Repositories added up and compared, with what is not known kept in sight.

use serde::Serialize;

use super::figures::{Daily, Metric, Total};
use crate::domain::Date;
use crate::domain::signal::Change;
use crate::domain::traffic::Span;

/// How far a sum may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// Every day is known and has come to rest.
    Whole,
    /// The period is not over, or its last days are still rising.
    SoFar,
    /// Some days are unknown: the sum is a lower bound.
    Partial,
    /// No day is known.
    Unknown,
}

/// The sum over some repositories.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum {
    pub(super) count: u64,
    /// Daily uniques of each repository added up.
    pub(super) uniques: u64,
    /// How many repositories have a history in the period.
    pub(super) repositories: usize,
    pub(super) state: State,
    /// A lower bound that is near: hardly any of the days it is made of is unknown.
    pub(super) near: bool,
}

/// One unknown day in this many leaves a sum near enough to be drawn, marked as a lower bound.
const FEW: u32 = 10;

impl Sum {
    /// The count and the uniques if they are worth drawing.
    pub(super) fn drawn(&self) -> Option<(u64, u64)> {
        self.exact().or(self.near.then_some((self.count, self.uniques)))
    }

    /// The count if it is not a lower bound.
    pub(super) fn exact(&self) -> Option<(u64, u64)> {
        matches!(self.state, State::Whole | State::SoFar).then_some((self.count, self.uniques))
    }
}

/// Like-for-like: only repositories that are wholly known in both periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) change: Change,
    pub(super) before: u64,
    pub(super) now: u64,
    /// How many repositories could be compared.
    pub(super) repositories: usize,
    /// Of how many.
    pub(super) of: usize,
}

impl Compared {
    /// Nothing on either side.
    pub(super) const NOTHING: Compared =
        Compared { change: Change::Unknown, before: 0, now: 0, repositories: 0, of: 1 };
}

/// What each repository of a group has in one period.
#[derive(Clone, Debug)]
pub(super) struct Period {
    pub(super) span: Span,
    totals: Vec<Option<Total>>,
}

impl Period {
    /// Compares what `pick` takes of each repository with an earlier period of the same group.
    ///
    /// If fewer than half can be compared, the rest would speak for all: then the change is unknown.
    pub(super) fn compare(&self, before: Option<&Period>, pick: fn(&Total) -> u64) -> Compared {
        let of = self.totals.iter().flatten().count();
        let pairs = before.into_iter().flat_map(|before| before.totals.iter().zip(&self.totals));
        let whole = pairs.filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)));
        let (mut was, mut is, mut repositories) = (0, 0, 0);
        for (a, b) in whole.filter(|(a, b)| a.whole() && b.whole()) {
            was += pick(a);
            is += pick(b);
            repositories += 1;
        }
        let enough = repositories > 0 && repositories * 2 >= of;
        let change = Change::between(enough.then_some(was), enough.then_some(is));
        Compared { change, before: was, now: is, repositories, of }
    }

    /// The same for one repository, by its place in the group.
    pub(super) fn compare_one(&self, before: &Period, member: usize, pick: fn(&Total) -> u64) -> Compared {
        let whole = |period: &Period| period.of(member).filter(|total| total.whole()).map(pick);
        let (was, is) = (whole(before), whole(self));
        let repositories = usize::from(was.is_some() && is.is_some());
        Compared {
            change: Change::between(was, is),
            before: was.unwrap_or(0),
            now: is.unwrap_or(0),
            repositories,
            of: 1,
        }
    }

    /// What one repository has, by its place in the group.
    pub(super) fn of(&self, member: usize) -> Option<&Total> {
        self.totals.get(member)?.as_ref()
    }
}

/// Repositories seen as one. A repository counts from the first day that is known of it to the newest.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    members: Vec<&'a Daily>,
    extent: Option<Span>,
    settled: Option<Date>,
}

impl<'a> Group<'a> {
    pub(super) fn new(members: impl IntoIterator<Item = &'a Daily>) -> Group<'a> {
        let members: Vec<&Daily> = members.into_iter().collect();
        let extents = || members.iter().filter_map(|daily| daily.extent());
        let ends = extents().map(|span| span.first).min().zip(extents().map(|span| span.last).max());
        let settled = members.iter().filter_map(|daily| daily.settled()).max();
        Group { extent: ends.map(|(first, last)| Span { first, last }), settled, members }
    }

    /// From the first day known of any to the newest of any.
    pub(super) fn extent(&self) -> Option<Span> {
        self.extent
    }

    /// The newest day that has come to rest in any.
    pub(super) fn settled(&self) -> Option<Date> {
        self.settled
    }

    pub(super) fn period(&self, span: Span, metric: Metric) -> Period {
        Period { span, totals: self.members.iter().map(|daily| daily.total(span, metric)).collect() }
    }

    pub(super) fn sum(&self, period: &Period) -> Sum {
        let mut sum = Sum { count: 0, uniques: 0, repositories: 0, state: State::Unknown, near: false };
        let (mut known, mut missing, mut pending) = (0, 0, 0);
        for total in period.totals.iter().flatten() {
            sum.count += total.count;
            sum.uniques += total.uniques;
            sum.repositories += 1;
            known += total.known;
            missing += total.missing;
            pending += total.pending;
        }
        let early = self.extent.is_none_or(|extent| period.span.first < extent.first);
        let open = self.settled.is_none_or(|settled| period.span.last > settled);
        sum.state = match (known, missing > 0 || early, open, pending > 0) {
            (0, ..) => State::Unknown,
            (_, true, ..) => State::Partial,
            (_, _, true, _) => State::SoFar,
            // A repository that fell behind the others: its last days are not coming by themselves.
            (_, _, false, true) => State::Partial,
            _ => State::Whole,
        };
        sum.near = known > 0 && !early && missing * FEW <= known + missing;
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::tests::daily;
    use crate::report::fixture::span;

    const VIEWS: Metric = Metric::Views;

    #[test]
    fn an_unknown_day_makes_a_sum_a_lower_bound_that_is_not_compared() {
        let gap = daily(span("2026-01-01", "2026-02-28"), Some(span("2026-01-20", "2026-01-20")));
        let group = Group::new([&gap]);
        let (january, february) = (span("2026-01-06", "2026-01-31"), span("2026-02-01", "2026-02-26"));
        let (before, now) = (group.period(january, VIEWS), group.period(february, VIEWS));
        assert_eq!(group.sum(&before).state, State::Partial);
        assert_eq!(group.sum(&before).exact(), None);
        assert_eq!(group.sum(&now).exact(), Some((260, 104)));
        assert_eq!(now.compare(Some(&before), |total| total.count).change, Change::Unknown);
    }

    #[test]
    fn one_unknown_among_many_leaves_a_lower_bound_that_is_near() {
        let day = span("2026-01-20", "2026-01-20");
        let (gap, whole) =
            (daily(span("2026-01-01", "2026-02-28"), Some(day)), daily(span("2026-01-01", "2026-02-28"), None));
        let drawn = |wholes: usize| {
            let group = Group::new(std::iter::repeat_n(&whole, wholes).chain([&gap]));
            let sum = group.sum(&group.period(day, VIEWS));
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
        let group = Group::new([&old, &new, &old]);
        let (before, now) = (span("2026-01-06", "2026-01-31"), span("2026-02-01", "2026-02-26"));
        let compared = group.period(now, VIEWS).compare(Some(&group.period(before, VIEWS)), |total| total.count);
        assert_eq!((compared.change, compared.repositories, compared.of), (Change::Percent(0), 2, 3));
        assert_eq!((compared.before, compared.now), (520, 520));
    }

    #[test]
    fn a_minority_does_not_speak_for_all() {
        let old = daily(span("2026-01-01", "2026-02-28"), None);
        let new = daily(span("2026-02-01", "2026-02-28"), None);
        let group = Group::new([&old, &new, &new]);
        let (before, now) = (span("2026-01-06", "2026-01-31"), span("2026-02-01", "2026-02-26"));
        let compared = group.period(now, VIEWS).compare(Some(&group.period(before, VIEWS)), |total| total.count);
        assert_eq!(compared.change, Change::Unknown);
    }

    #[test]
    fn provisional_days_keep_a_period_out_of_comparisons() {
        let all = daily(span("2026-01-01", "2026-02-28"), None);
        let group = Group::new([&all]);
        let now = group.period(span("2026-02-15", "2026-02-28"), VIEWS);
        assert_eq!(group.sum(&now).state, State::SoFar);
        let before = group.period(span("2026-02-01", "2026-02-14"), VIEWS);
        assert_eq!(now.compare(Some(&before), |total| total.count).change, Change::Unknown);
    }
}
