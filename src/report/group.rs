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

    /// Of one repository, without its weeks and months: only [`Frame::Recent`] can be compared.
    pub(super) fn alone(daily: &Daily) -> Group {
        let (extent, settled) = (daily.extent(), daily.settled());
        let days = vec![DaySum::default(); extent.map_or(0, |extent| extent.len())];
        let (weeks, months) = (BTreeMap::new(), BTreeMap::new());
        let mut group = Group { extent, settled, repositories: 0, days, recent: Pairs::default(), weeks, months };
        group.add(daily);
        group
    }

    /// Adds a repository.
    pub(super) fn add(&mut self, daily: &Daily) {
        self.repositories += 1;
        let (Some(extent), Some(own)) = (self.extent, daily.extent()) else { return };
        let at = |date: Date| usize::try_from((date - extent.first).num_days()).unwrap_or(0);
        self.days[at(own.first)].begin += 1;
        self.days[at(own.last)].end += 1;
        for (sum, known) in self.days[at(own.first)..].iter_mut().zip(daily.days()) {
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
mod tests;
