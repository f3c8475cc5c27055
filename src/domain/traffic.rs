//! Days of traffic: how observations merge, and how well a day is known.

use serde::{Deserialize, Serialize};

use super::Date;

/// One figure of one day: how many, and from how many different people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Views or clones.
    pub count: u64,
    /// Different visitors or cloners on that day. Uniques of several days do not add up to uniques.
    pub uniques: u64,
}

impl Cell {
    /// The larger of each figure on its own.
    ///
    /// GitHub's oldest row is truncated and days are revised downwards on incident dates, so the largest
    /// value ever shown is the nearest to the truth.
    pub fn merge(self, other: Cell) -> Cell {
        Cell { count: self.count.max(other.count), uniques: self.uniques.max(other.uniques) }
    }
}

/// A UTC date with what was observed of it. An absent figure is not a zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Which day.
    pub date: Date,
    /// Page views.
    pub views: Option<Cell>,
    /// Git clones.
    pub clones: Option<Cell>,
}

impl Day {
    /// Merges two observations of the same day, figure by figure.
    fn merge(self, other: Day) -> Day {
        Day {
            date: self.date,
            views: merge_cells(self.views, other.views),
            clones: merge_cells(self.clones, other.clones),
        }
    }
}

fn merge_cells(a: Option<Cell>, b: Option<Cell>) -> Option<Cell> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.merge(b)),
        (a, b) => a.or(b),
    }
}

/// Days in ascending order, each date once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    days: Vec<Day>,
}

impl Series {
    /// The days, ascending.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// What was observed of `date`.
    pub fn get(&self, date: Date) -> Option<&Day> {
        self.days.binary_search_by_key(&date, |day| day.date).ok().map(|at| &self.days[at])
    }

    /// The days from `first` to `last`, both included.
    pub fn range(&self, first: Date, last: Date) -> &[Day] {
        let from = self.days.partition_point(|day| day.date < first);
        let to = self.days.partition_point(|day| day.date <= last);
        &self.days[from..to.max(from)]
    }

    /// Everything observed in either series. Commutative, associative and idempotent, so collections may
    /// overlap, repeat, stop half way or arrive late.
    pub fn merge(&self, other: &Series) -> Series {
        self.days.iter().chain(&other.days).copied().collect()
    }
}

impl FromIterator<Day> for Series {
    /// Sorts the days and merges those of one date.
    fn from_iter<I: IntoIterator<Item = Day>>(days: I) -> Series {
        let mut sorted: Vec<Day> = days.into_iter().collect();
        // Stable, and a single pass over what is nearly always in order already.
        sorted.sort_by_key(|day| day.date);
        sorted.dedup_by(|later, kept| {
            let same = later.date == kept.date;
            if same {
                *kept = kept.merge(*later);
            }
            same
        });
        Series { days: sorted }
    }
}

/// A run of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Span {
    /// From `first` to `last`; `None` if that is no day at all.
    pub fn new(first: Date, last: Date) -> Option<Span> {
        (first <= last).then_some(Span { first, last })
    }

    /// The days GitHub answered for when its newest day was `through`: fourteen, that one included.
    pub fn window(through: Date) -> Span {
        Span { first: through - chrono::Days::new(13), last: through }
    }

    /// Whether `date` is one of its days.
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// How many days it has, at least one.
    pub fn len(&self) -> usize {
        usize::try_from((self.last - self.first).num_days()).unwrap_or(0) + 1
    }

    /// Never: a span has at least one day.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Its days, ascending.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Date> + use<> {
        let first = self.first;
        (0..self.len() as u64).map(move |n| first + chrono::Days::new(n))
    }

    /// As many days, just before this span.
    pub fn before(&self) -> Span {
        let last = self.first - chrono::Days::new(1);
        Span { first: last - chrono::Days::new(self.len() as u64 - 1), last }
    }
}

/// How many days of a window's end are still rising when it is fetched.
const SETTLING: u64 = 2;

/// How well one day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// GitHub gave a figure that is settled.
    Measured,
    /// GitHub was asked about the day while its figures were settled and left it out: nothing happened, as far as it says.
    AssumedZero,
    /// One of the last two days of the newest window, or newer: still rising, kept out of trends.
    Provisional,
    /// Nobody looked in time. A figure there may be nevertheless, from a last look before a gap while the day was still
    /// rising: it was at least that.
    Unknown,
}

/// Views and clones of one repository with the windows in which somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    series: Series,
    /// Ascending. Two of them may touch, or have one day in common: see [`join`].
    windows: Vec<Span>,
}

impl Traffic {
    /// From everything observed and every window looked at, in any order.
    pub fn new(series: Series, windows: impl IntoIterator<Item = Span>) -> Traffic {
        Traffic { series, windows: join(windows.into_iter().collect()) }
    }

    /// The observed days.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// The windows looked at, ascending. Where one goes on after another without a gap, but the last days of that other
    /// were not looked at again, they stay two.
    pub fn windows(&self) -> &[Span] {
        &self.windows
    }

    /// The newest day anything is known of.
    pub fn through(&self) -> Option<Date> {
        let looked = self.windows.last().map(|span| span.last);
        looked.max(self.series.days().last().map(|day| day.date))
    }

    /// From the first day anything is known of to the newest.
    pub fn extent(&self) -> Option<Span> {
        let observed = self.series.days().first().map(|day| day.date);
        let looked = self.windows.first().map(|span| span.first);
        let first = match (observed, looked) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b)?,
        };
        Span::new(first, self.through()?)
    }

    /// How well `date` is known.
    ///
    /// The days at the end of a window were looked at while they rose, and so were figures of up to two days after it,
    /// because a window claims only what is sure. As long as that window is the newest they are provisional. Once
    /// there is a later one that did not look at them again they stay unknown for ever, and their figures lower bounds.
    /// A figure further away from any window, such as those of files that do not tell when somebody looked, is taken as
    /// it is.
    pub fn coverage(&self, date: Date) -> Coverage {
        let measured = self.series.get(date).is_some_and(|day| day.views.is_some() || day.clones.is_some());
        if self.settled(date) {
            return if measured { Coverage::Measured } else { Coverage::AssumedZero };
        }
        let after = self.windows.partition_point(|span| span.first <= date);
        let newest = after == self.windows.len();
        match self.windows[..after].last() {
            Some(span) if newest && (span.contains(date) || measured) => Coverage::Provisional,
            Some(span) if date <= span.last + chrono::Days::new(SETTLING) => Coverage::Unknown,
            _ if measured => Coverage::Measured,
            _ => Coverage::Unknown,
        }
    }

    /// Whether somebody looked at `date` when its figures had come to rest: what GitHub left out then did not happen, as
    /// far as it says.
    pub fn settled(&self, date: Date) -> bool {
        let after = self.windows.partition_point(|span| span.first <= date);
        self.windows[..after].last().is_some_and(|span| date + chrono::Days::new(SETTLING) <= span.last)
    }
}

/// Sorts spans and joins those of which the later one looked at the last two days of the earlier one again.
///
/// Spans that merely touch or share one day stay apart: their union would hide that nobody saw the seam settled.
fn join(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    spans.dedup_by(|next, kept| {
        let within = next.last <= kept.last || next.first == kept.first;
        let again = next.first + chrono::Days::new(SETTLING) <= kept.last + chrono::Days::new(1);
        if within || again {
            kept.last = kept.last.max(next.last);
        }
        within || again
    });
    spans
}

#[cfg(test)]
mod tests {
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
}
