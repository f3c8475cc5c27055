//! Days laid out for adding up, and sums that know what they do not know.

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::signal::Change;
use crate::domain::traffic::{Cell, Coverage, Span, Traffic};

/// Which of the two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    /// Page views and their visitors.
    Views,
    /// Git clones and their cloners.
    Clones,
}

/// One day of one repository. A figure is `None` where nobody knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) views: Option<Cell>,
    pub(super) clones: Option<Cell>,
    pub(super) coverage: Coverage,
}

impl Known {
    fn of(traffic: &Traffic, date: Date) -> Known {
        let coverage = traffic.coverage(date);
        let observed = traffic.series().get(date);
        // What a fetched window leaves out is a zero, but not while the day is still rising.
        let silent = (coverage != Coverage::Provisional && traffic.looked_at(date)).then(Cell::default);
        Known {
            views: observed.and_then(|day| day.views).or(silent),
            clones: observed.and_then(|day| day.clones).or(silent),
            coverage,
        }
    }

    pub(super) fn cell(&self, metric: Metric) -> Option<Cell> {
        match metric {
            Metric::Views => self.views,
            Metric::Clones => self.clones,
        }
    }
}

/// Every day of one repository from the first that is known to the newest.
#[derive(Clone, Debug, Default)]
pub(super) struct Daily {
    first: Date,
    days: Vec<Known>,
    settled: Option<Date>,
}

impl Daily {
    pub(super) fn of(traffic: &Traffic) -> Daily {
        let Some(extent) = traffic.extent() else { return Daily::default() };
        let days: Vec<Known> = extent.days().map(|date| Known::of(traffic, date)).collect();
        let rising = days.iter().rev().take_while(|day| day.coverage == Coverage::Provisional).count();
        let settled = Span::new(extent.first, extent.last - Days::new(rising as u64));
        Daily { first: extent.first, days, settled: settled.map(|span| span.last) }
    }

    /// From the first known day to the newest.
    pub(super) fn extent(&self) -> Option<Span> {
        let last = self.days.len().checked_sub(1)?;
        Some(Span { first: self.first, last: self.first + Days::new(last as u64) })
    }

    /// The newest day whose figures have come to rest.
    pub(super) fn settled(&self) -> Option<Date> {
        self.settled
    }

    pub(super) fn get(&self, date: Date) -> Option<&Known> {
        let at = usize::try_from((date - self.first).num_days()).ok()?;
        self.days.get(at)
    }

    /// Each day with its date, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Date, &Known)> {
        self.days.iter().enumerate().map(|(at, day)| (self.first + Days::new(at as u64), day))
    }

    /// What is known of `span`; `None` if the repository's history does not touch it.
    pub(super) fn total(&self, span: Span, metric: Metric) -> Option<Total> {
        let extent = self.extent()?;
        let both = Span::new(span.first.max(extent.first), span.last.min(extent.last))?;
        let from = usize::try_from((both.first - self.first).num_days()).ok()?;
        let mut total = Total { early: (both.first - span.first).num_days() as u32, ..Total::default() };
        for day in &self.days[from..from + both.len()] {
            total.add(day, metric);
        }
        total.pending += (span.last - both.last).num_days() as u32;
        Some(total)
    }

    /// How many days have each coverage: measured, assumed zero, provisional, unknown.
    pub(super) fn coverage(&self) -> [u64; 4] {
        let count = |wanted| self.days.iter().filter(|day| day.coverage == wanted).count() as u64;
        [Coverage::Measured, Coverage::AssumedZero, Coverage::Provisional, Coverage::Unknown].map(count)
    }

    /// The runs of days that nobody looked at in time, oldest first.
    pub(super) fn gaps(&self) -> Vec<Span> {
        let mut gaps: Vec<Span> = Vec::new();
        for (date, _) in self.iter().filter(|(_, day)| day.coverage == Coverage::Unknown) {
            match gaps.last_mut() {
                Some(gap) if gap.last + Days::new(1) == date => gap.last = date,
                _ => gaps.push(Span { first: date, last: date }),
            }
        }
        gaps
    }
}

/// What is known of one repository over some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total {
    /// The sum of the known days.
    pub(super) count: u64,
    /// Daily uniques added up: more than the different people.
    pub(super) uniques: u64,
    /// Days with a figure, provisional ones included.
    pub(super) known: u32,
    /// Days within the repository's history that nobody knows.
    pub(super) missing: u32,
    /// Days before its history begins.
    pub(super) early: u32,
    /// Days that are provisional or still to come.
    pub(super) pending: u32,
}

impl Total {
    fn add(&mut self, day: &Known, metric: Metric) {
        let cell = day.cell(metric);
        if let Some(cell) = cell {
            self.count += cell.count;
            self.uniques += cell.uniques;
            self.known += 1;
        }
        match (day.coverage, cell) {
            (Coverage::Provisional, _) => self.pending += 1,
            (_, None) => self.missing += 1,
            (_, Some(_)) => {}
        }
    }

    /// Whether every day is known and has come to rest: the only totals that may be compared.
    pub(super) fn whole(&self) -> bool {
        self.missing + self.early + self.pending == 0
    }
}

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
}

impl Sum {
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
    pub(super) const NOTHING: Compared = Compared { change: Change::Unknown, before: 0, now: 0, repositories: 0, of: 1 };
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
        Compared { change: Change::between(was, is), before: was.unwrap_or(0), now: is.unwrap_or(0), repositories, of: 1 }
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
        let mut sum = Sum { count: 0, uniques: 0, repositories: 0, state: State::Unknown };
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
        sum
    }
}
