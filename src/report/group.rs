//! Repositories added up and compared, with what is not known kept in sight.

use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use super::figures::{Daily, Metric, Total};
use super::points::Step;
use super::view::recent;
use crate::domain::Date;
use crate::domain::calendar::{Month, Week};
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
    /// Days of its repositories that are known, and those that are not or are still rising.
    known: u32,
    open: u32,
}

/// One unknown day in this many leaves a sum near enough to be drawn, marked as a lower bound.
const FEW: u32 = 10;

impl Sum {
    /// The count and the uniques if they are worth drawing.
    pub(super) fn drawn(&self) -> Option<(u64, u64)> {
        self.exact().or(self.near.then_some((self.count, self.uniques)))
    }

    /// How much of its repositories' days is known, of a hundred: never all of them if one is not.
    pub(super) fn coverage(&self) -> u64 {
        match self.known + self.open {
            0 => 0,
            all => u64::from(self.known) * 100 / u64::from(all),
        }
    }

    /// The count if it is not a lower bound.
    pub(super) fn exact(&self) -> Option<(u64, u64)> {
        matches!(self.state, State::Whole | State::SoFar).then_some((self.count, self.uniques))
    }
}

/// Takes a figure of a total.
pub(super) type Pick = fn(&Total) -> u64;

/// Like-for-like: only repositories that are wholly known in both periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

    /// One repository in two periods.
    pub(super) fn one(now: Option<Total>, before: Option<Total>, pick: Pick) -> Compared {
        let whole = |total: Option<Total>| total.filter(Total::whole).map(|total| pick(&total));
        let (was, is) = (whole(before), whole(now));
        Compared {
            change: Change::between(was, is),
            before: was.unwrap_or(0),
            now: is.unwrap_or(0),
            repositories: usize::from(was.is_some() && is.is_some()),
            of: 1,
        }
    }
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Than {
    /// The period just before it.
    Before,
    /// The same days, week or month a year before.
    YearBefore,
}

/// The periods that a group compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The four weeks to the newest settled day.
    Recent,
    /// An ISO week.
    Week(Week),
    /// A month.
    Month(Month),
}

impl Frame {
    /// The days of the period and of the one it is compared with.
    pub(super) fn spans(self, settled: Date, than: Than) -> (Span, Span) {
        match (self, than) {
            (Frame::Recent, Than::Before) => (recent(settled), recent(settled).before()),
            // 52 weeks: as many Mondays on either side.
            (Frame::Recent, Than::YearBefore) => (recent(settled), recent(settled - Days::new(364))),
            (Frame::Week(week), Than::Before) => (week.span(), week.span().before()),
            (Frame::Week(week), Than::YearBefore) => (week.span(), week.year_before().span()),
            (Frame::Month(month), Than::Before) => (month.span(), Month::of(month.span().first - Days::new(1)).span()),
            (Frame::Month(month), Than::YearBefore) => (month.span(), month.year_before().span()),
        }
    }
}

/// One day of all repositories, views first, then clones.
#[derive(Clone, Copy, Debug, Default)]
struct DaySum {
    figures: [Figures; 2],
    /// Repositories whose history begins, and ends, on this day.
    begin: u32,
    end: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    count: u64,
    uniques: u64,
    known: u32,
    missing: u32,
    pending: u32,
}

/// What two periods have in those repositories that are whole in both.
#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    before: Both,
    now: Both,
    repositories: u32,
    of: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Both {
    count: u64,
    uniques: u64,
}

impl Both {
    fn add(&mut self, total: &Total) {
        self.count += total.count;
        self.uniques += total.uniques;
    }
}

/// Pairs of one period: views and clones, against the period before and the year before.
type Pairs = [[Pair; 2]; 2];

/// Repositories added up one by one, none of them kept. A repository counts from the first day that is known of it to
/// the newest.
#[derive(Clone, Debug)]
pub(super) struct Group {
    extent: Option<Span>,
    settled: Option<Date>,
    repositories: usize,
    days: Vec<DaySum>,
    recent: Pairs,
    /// By first day.
    weeks: BTreeMap<Date, Pairs>,
    months: BTreeMap<Date, Pairs>,
}

impl Group {
    /// Of nothing yet; `extent` and `settled` are those of all that will be added.
    pub(super) fn new(extent: Option<Span>, settled: Option<Date>) -> Group {
        let days = vec![DaySum::default(); extent.map_or(0, |extent| extent.len())];
        let of = |step: Step| {
            let spans = extent.map_or_else(Vec::new, |extent| step.periods(extent));
            spans.into_iter().map(|span| (span.first, Pairs::default())).collect()
        };
        let (weeks, months) = (of(Step::Week), of(Step::Month));
        Group { extent, settled, repositories: 0, days, recent: Pairs::default(), weeks, months }
    }

    /// Of these.
    pub(super) fn of<'a>(members: impl IntoIterator<Item = &'a Daily> + Clone) -> Group {
        let (extent, settled) = reach(members.clone().into_iter().map(|daily| (daily.extent(), daily.settled())));
        let mut group = Group::new(extent, settled);
        members.into_iter().for_each(|daily| group.add(daily));
        group
    }

    /// Adds a repository.
    pub(super) fn add(&mut self, daily: &Daily) {
        self.repositories += 1;
        let (Some(extent), Some(own)) = (self.extent, daily.extent()) else { return };
        let at = |date: Date| usize::try_from((date - extent.first).num_days()).unwrap_or(0);
        self.days[at(own.first)].begin += 1;
        self.days[at(own.last)].end += 1;
        for (sum, (_, known)) in self.days[at(own.first)..].iter_mut().zip(daily.iter()) {
            for (figures, metric) in sum.figures.iter_mut().zip(Metric::ALL) {
                let total = Total::of(known, metric);
                figures.count += total.count;
                figures.uniques += total.uniques;
                figures.known += total.known;
                figures.missing += total.missing;
                figures.pending += total.pending;
            }
        }
        if let Some(settled) = self.settled {
            pair(&mut self.recent, daily, Frame::Recent, settled);
            for (first, pairs) in self.weeks.range_mut(Week::of(own.first).span().first..=own.last) {
                pair(pairs, daily, Frame::Week(Week::of(*first)), settled);
            }
            for (first, pairs) in self.months.range_mut(Month::of(own.first).span().first..=own.last) {
                pair(pairs, daily, Frame::Month(Month::of(*first)), settled);
            }
        }
    }

    /// From the first day known of any to the newest of any.
    pub(super) fn extent(&self) -> Option<Span> {
        self.extent
    }

    /// The newest day that has come to rest in any.
    pub(super) fn settled(&self) -> Option<Date> {
        self.settled
    }

    /// What all have in `span`, and how far that may be trusted.
    pub(super) fn sum(&self, span: Span, metric: Metric) -> Sum {
        let mut sum =
            Sum { count: 0, uniques: 0, repositories: 0, state: State::Unknown, near: false, known: 0, open: 0 };
        let Some(extent) = self.extent else { return sum };
        let (mut known, mut missing, mut pending) = (0, 0, 0);
        if let Some(both) = Span::new(span.first.max(extent.first), span.last.min(extent.last)) {
            let from = usize::try_from((both.first - extent.first).num_days()).unwrap_or(0);
            sum.repositories = self.present(from, from + both.len());
            for (at, day) in self.days[from..from + both.len()].iter().enumerate() {
                let figures = &day.figures[metric as usize];
                sum.count += figures.count;
                sum.uniques += figures.uniques;
                known += figures.known;
                missing += figures.missing;
                // Days that a repository lags behind within the span are still to come.
                let behind = (span.last - both.first).num_days() as u32 - at as u32;
                pending += figures.pending + day.end * behind;
            }
        }
        let early = span.first < extent.first;
        let open = self.settled.is_none_or(|settled| span.last > settled);
        sum.state = match (known, missing > 0 || early, open, pending > 0) {
            (0, ..) => State::Unknown,
            (_, true, ..) => State::Partial,
            (_, _, true, _) => State::SoFar,
            // A repository that fell behind the others: its last days are not coming by themselves.
            (_, _, false, true) => State::Partial,
            _ => State::Whole,
        };
        (sum.known, sum.open) = (known, missing + pending);
        sum.near = known > 0 && !early && missing * FEW <= known + missing;
        sum
    }

    /// How many have a history in the days `from..to`.
    fn present(&self, from: usize, to: usize) -> usize {
        let begun: u32 = self.days[..to].iter().map(|day| day.begin).sum();
        let ended: u32 = self.days[..from].iter().map(|day| day.end).sum();
        (begun - ended) as usize
    }

    /// Compares a period like for like. If fewer than half can be compared, the rest would speak for all: then the
    /// change is unknown.
    pub(super) fn compare(&self, frame: Frame, than: Than, metric: Metric, uniques: bool) -> Compared {
        let pairs = match frame {
            Frame::Recent => Some(&self.recent),
            Frame::Week(week) => self.weeks.get(&week.span().first),
            Frame::Month(month) => self.months.get(&month.span().first),
        };
        let Some(pair) = pairs.map(|pairs| pairs[than as usize][metric as usize]) else { return Compared::NOTHING };
        let figure = |both: Both| if uniques { both.uniques } else { both.count };
        let (before, now) = (figure(pair.before), figure(pair.now));
        let enough = pair.repositories > 0 && pair.repositories * 2 >= pair.of;
        Compared {
            change: Change::between(enough.then_some(before), enough.then_some(now)),
            before,
            now,
            repositories: pair.repositories as usize,
            of: pair.of as usize,
        }
    }
}

/// The days that several reach together, and the newest of them that has come to rest.
pub(super) fn reach(members: impl Iterator<Item = (Option<Span>, Option<Date>)>) -> (Option<Span>, Option<Date>) {
    members.fold((None, None), |(extent, settled), (own, own_settled): (Option<Span>, Option<Date>)| {
        let union = |a: Span, b: Span| Span { first: a.first.min(b.first), last: a.last.max(b.last) };
        let extent = extent.zip(own).map(|(a, b)| union(a, b)).or(extent).or(own);
        (extent, settled.max(own_settled))
    })
}

fn pair(pairs: &mut Pairs, daily: &Daily, frame: Frame, settled: Date) {
    for than in [Than::Before, Than::YearBefore] {
        let (now, before) = frame.spans(settled, than);
        for metric in Metric::ALL {
            let pair = &mut pairs[than as usize][metric as usize];
            let Some(is) = daily.total(now, metric) else { continue };
            pair.of += 1;
            let Some(was) = daily.total(before, metric).filter(|was| is.whole() && was.whole()) else { continue };
            pair.repositories += 1;
            pair.before.add(&was);
            pair.now.add(&is);
        }
    }
}

#[cfg(test)]
mod tests {
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
}
