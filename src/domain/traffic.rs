//! Days of traffic: how observations merge, and how well a day is known.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Date;

/// One figure of one day: how many, and from how many different people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Traffic {
    series: Series,
    /// Ascending. Two of them may touch, or have one day in common: see [`join`].
    windows: Vec<Span>,
    /// Days of which GitHub showed hardly anything of anybody.
    doubtful: BTreeSet<Date>,
}

impl Traffic {
    /// From everything observed and every window looked at, in any order.
    pub fn new(series: Series, windows: impl IntoIterator<Item = Span>) -> Traffic {
        Traffic { series, windows: join(windows.into_iter().collect()), doubtful: BTreeSet::new() }
    }

    /// With the days on which GitHub left out what was there: where no figure but zero is known of them, nothing is.
    pub fn doubting(self, doubtful: BTreeSet<Date>) -> Traffic {
        Traffic { doubtful, ..self }
    }

    /// The days on which GitHub left out what was there, ascending.
    pub fn doubtful(&self) -> &BTreeSet<Date> {
        &self.doubtful
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

    /// The newest day whose figures have come to rest, of a history of that extent whose newest window is that one: the
    /// last two days of a window are provisional, and so is whatever is newer.
    pub fn at_rest(extent: Span, newest: Option<Span>) -> Option<Date> {
        let Some(newest) = newest else { return Some(extent.last) };
        let rising = newest.first.max(newest.last - chrono::Days::new(SETTLING - 1));
        (rising > extent.first).then(|| rising - chrono::Days::new(1))
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
            return match measured {
                _ if self.doubtful.contains(&date) && self.is_empty(date) => Coverage::Unknown,
                true => Coverage::Measured,
                false => Coverage::AssumedZero,
            };
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

    /// Whether nothing is known of `date` but zeros.
    fn is_empty(&self, date: Date) -> bool {
        let day = self.series.get(date);
        day.is_none_or(|day| [day.views, day.clones].into_iter().flatten().all(|cell| cell.count == 0))
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
mod tests;
