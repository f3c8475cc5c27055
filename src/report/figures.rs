//! Days laid out for adding up, and sums that know what they do not know.

use chrono::Days;

use crate::domain::Date;
use crate::domain::traffic::{Cell, Coverage, Span, Traffic};

/// Which of the two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    /// Page views and their visitors.
    Views,
    /// Git clones and their cloners.
    Clones,
}

impl Metric {
    pub(super) const ALL: [Metric; 2] = [Metric::Views, Metric::Clones];
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
        // What a fetched window leaves out is a zero, but not of a day that was still rising.
        let silent = traffic.settled(date).then(Cell::default);
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
    /// Of each metric what the days before each one have together, and at last what all have.
    sums: [Vec<Total>; 2],
}

impl Daily {
    pub(super) fn of(traffic: &Traffic) -> Daily {
        let Some(extent) = traffic.extent() else { return Daily::default() };
        let mut days: Vec<Known> = extent.days().map(|date| Known::of(traffic, date)).collect();
        // The newest window's last days are provisional; a day seen after them has come to rest no more than they.
        let settled = days.iter().position(|day| day.coverage == Coverage::Provisional).unwrap_or(days.len());
        days[settled..].iter_mut().for_each(|day| day.coverage = Coverage::Provisional);
        let newest = settled.checked_sub(1).map(|at| extent.first + Days::new(at as u64));
        let sums = Metric::ALL.map(|metric| {
            let mut sum = Total::default();
            let after = |day| {
                sum.add(day, metric);
                sum
            };
            std::iter::once(Total::default()).chain(days.iter().map(after)).collect()
        });
        Daily { first: extent.first, days, settled: newest, sums }
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

    /// Its days, ascending and without a gap.
    pub(super) fn days(&self) -> &[Known] {
        &self.days
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
        let sums = &self.sums[metric as usize];
        let (before, after) = (&sums[from], &sums[from + both.len()]);
        Some(Total {
            count: after.count - before.count,
            uniques: after.uniques - before.uniques,
            known: after.known - before.known,
            missing: after.missing - before.missing,
            early: (both.first - span.first).num_days() as u32,
            pending: after.pending - before.pending + (span.last - both.last).num_days() as u32,
        })
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
    /// Days within the repository's history that nobody knows, or of which only the least is known.
    pub(super) missing: u32,
    /// Days before its history begins.
    pub(super) early: u32,
    /// Days that are provisional or still to come.
    pub(super) pending: u32,
}

impl Total {
    /// Of one day.
    pub(super) fn of(day: &Known, metric: Metric) -> Total {
        let mut total = Total::default();
        total.add(day, metric);
        total
    }

    fn add(&mut self, day: &Known, metric: Metric) {
        let cell = day.cell(metric);
        if let Some(cell) = cell {
            self.count += cell.count;
            self.uniques += cell.uniques;
            self.known += 1;
        }
        match (day.coverage, cell) {
            (Coverage::Provisional, _) => self.pending += 1,
            // A figure of a day that nobody saw at rest adds to the sum, and leaves it a lower bound.
            (Coverage::Unknown, _) | (_, None) => self.missing += 1,
            (_, Some(_)) => {}
        }
    }

    /// Whether every day is known and has come to rest: the only totals that may be compared.
    pub(super) fn whole(&self) -> bool {
        self.missing + self.early + self.pending == 0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::traffic::{Day, Series};
    use crate::report::fixture::{cell, date, span, traffic};

    /// Ten views on every day of `days` but those of `without`, all looked at unless `without`.
    pub(in crate::report) fn daily(days: Span, without: Option<Span>) -> Daily {
        let there = |date: &Date| without.is_none_or(|gap| !gap.contains(*date));
        let day = |date| Day { date, views: cell(10, 4), clones: None };
        let series: Series = days.days().filter(there).map(day).collect();
        let windows = match without {
            None => vec![days],
            Some(gap) => vec![
                Span { first: days.first, last: gap.first - Days::new(1) },
                Span { first: gap.last + Days::new(1), last: days.last },
            ],
        };
        Daily::of(&Traffic::new(series, windows))
    }

    #[test]
    fn the_newest_two_days_and_whatever_is_newer_have_not_come_to_rest() {
        let days = span("2026-01-01", "2026-01-10");
        assert_eq!(daily(days, None).settled(), Some(date("2026-01-08")));
        let later = Day { date: date("2026-01-11"), views: cell(1, 1), clones: None };
        let series: Series = days.days().map(|date| Day { date, ..later }).chain([later]).collect();
        let beyond = Daily::of(&Traffic::new(series, [days]));
        assert_eq!(beyond.settled(), Some(date("2026-01-08")));
        assert_eq!(beyond.coverage(), [8, 0, 3, 0]);
    }

    #[test]
    fn a_figure_missing_from_a_measured_day_is_zero_only_if_somebody_looked() {
        let one = Day { date: date("2026-01-01"), views: cell(10, 4), clones: None };
        let unseen = Daily::of(&Traffic::new([one].into_iter().collect(), []));
        assert_eq!(unseen.get(one.date).unwrap().clones, None);
        let seen = Daily::of(&Traffic::new([one].into_iter().collect(), [span("2026-01-01", "2026-01-09")]));
        assert_eq!(seen.get(one.date).unwrap().clones, cell(0, 0));
    }

    #[test]
    fn a_figure_that_was_still_rising_before_a_gap_leaves_the_sum_a_lower_bound() {
        let looked = [span("2026-01-01", "2026-01-09"), span("2026-02-01", "2026-02-09")];
        let days = ["2026-01-06", "2026-01-08"].map(|day| Day { date: date(day), views: cell(10, 4), clones: None });
        let daily = Daily::of(&Traffic::new(days.into_iter().collect(), looked));
        let before = daily.total(span("2026-01-03", "2026-01-09"), Metric::Views).unwrap();
        assert_eq!((before.count, before.known, before.missing, before.whole()), (20, 6, 2, false));
        assert_eq!(daily.get(date("2026-01-08")).unwrap().clones, None, "what was left out while it rose is no zero");
        assert_eq!(daily.settled(), Some(date("2026-02-07")));
    }

    #[test]
    fn a_total_is_what_its_days_are_one_by_one() {
        let gap = span("2026-01-12", "2026-01-15");
        let daily = daily(span("2026-01-01", "2026-01-31"), Some(gap));
        let all = daily.extent().unwrap();
        for first in all.days() {
            for last in all.days().filter(|last| *last >= first) {
                let mut one_by_one = Total::default();
                let days = Span { first, last }.days();
                days.for_each(|date| one_by_one.add(daily.get(date).unwrap(), Metric::Views));
                assert_eq!(daily.total(Span { first, last }, Metric::Views), Some(one_by_one), "{first} to {last}");
            }
        }
        let wider = daily.total(span("2025-12-30", "2026-02-03"), Metric::Views).unwrap();
        // Unknown are the four days, and the two before them that were still rising when they were last seen.
        assert_eq!((wider.count, wider.early, wider.missing, wider.pending), (270, 2, 6, 5));
    }

    #[test]
    fn gaps_are_runs_of_days() {
        let gaps = Daily::of(&traffic(&["2026-01-01", "2026-01-04", "2026-01-06"])).gaps();
        assert_eq!(gaps, [span("2026-01-02", "2026-01-03"), span("2026-01-05", "2026-01-05")]);
    }
}
