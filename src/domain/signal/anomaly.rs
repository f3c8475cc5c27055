//! Days far from what is usual, and what they likely came from.

use std::sync::Arc;

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::collection::Metric;
use crate::domain::ranking::Snapshot;
use crate::domain::traffic::{Cell, Coverage, Span, Traffic};

/// What is usual is taken from the same weekday of so many weeks before.
const WEEKS: u64 = 8;

/// Fewer known ones of them say nothing.
const KNOWN: usize = 5;

/// How many usual deviations a day must be away.
const FAR: f64 = 8.0;

/// How many times more, or less, than usual it must be.
const TIMES: f64 = 3.0;

/// How many views or clones it must be away: from 0 to 5 is nothing.
const LEAST: f64 = 50.0;

/// The standard deviation of normally spread values with a median absolute deviation of one.
const MAD: f64 = 1.4826;

/// So many views or clones by each of them are not made by people.
const MACHINE: u64 = 20;

/// A referrer that rose by less than this share of what a day had more than usual does not explain it.
const EXPLAINS: f64 = 0.2;

/// A day, or several in a row, far from what is usual.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Anomaly {
    /// Of what.
    pub metric: Metric,
    /// Above or below what is usual.
    pub direction: Direction,
    /// The days; between two of them may be one that was not as far away.
    pub days: Span,
    /// The one furthest away.
    pub peak: Date,
    /// What that day had.
    pub cell: Cell,
    /// What is usual on its weekday.
    pub usual: u64,
    /// Where it likely came from; `None` where nothing tells.
    pub reason: Option<Reason>,
}

/// On which side of the usual a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More.
    Above,
    /// Less.
    Below,
}

/// Where a day far above the usual likely came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// The referrer that rose most between the snapshots around the peak.
    Referrer {
        /// As GitHub names it. Written by strangers.
        name: Arc<str>,
        /// How many views it had more at least, and no more than the peak had.
        views: u64,
    },
    /// Hardly anybody made them: a robot, a build, or one reader who looked at everything.
    Machines,
}

/// The days of `span` whose counts are far above or below the median of the same weekday in the eight weeks before, in
/// order of metric and time.
///
/// Far is measured by the median absolute deviation of those weeks, so that a peak among them hides nothing. Only days
/// with a settled figure are judged, and only by settled ones: never provisional or unknown ones, nor what is missing
/// in a freeze. Days next to each other are one anomaly. `referrers` are snapshots, ascending by time.
pub fn anomalies(traffic: &Traffic, referrers: &[Snapshot], span: Span) -> Vec<Anomaly> {
    let of = |metric| {
        let far: Vec<Far> = span.days().filter_map(|date| judge(traffic, metric, date)).collect();
        let runs = far.chunk_by(|a, b| a.direction == b.direction && (b.date - a.date).num_days() <= 2);
        runs.filter_map(|run| tell(metric, run, referrers)).collect::<Vec<_>>()
    };
    [Metric::Views, Metric::Clones].into_iter().flat_map(of).collect()
}

/// A day that is far away.
struct Far {
    date: Date,
    direction: Direction,
    cell: Cell,
    usual: f64,
}

impl Far {
    fn distance(&self) -> f64 {
        (self.cell.count as f64 - self.usual).abs()
    }
}

fn judge(traffic: &Traffic, metric: Metric, date: Date) -> Option<Far> {
    let cell = figure(traffic, metric, date).filter(|_| traffic.coverage(date) == Coverage::Measured)?;
    let before = (1..=WEEKS).filter_map(|weeks| figure(traffic, metric, date - Days::new(7 * weeks)));
    let before: Vec<f64> = before.map(|cell| cell.count as f64).collect();
    if before.len() < KNOWN {
        return None;
    }
    let usual = median(before.clone());
    let deviation = MAD * median(before.iter().map(|count| (count - usual).abs()).collect());
    // Counts scatter by their root at least, however even the few weeks were.
    let deviation = deviation.max(usual.sqrt()).max(1.0);
    let count = cell.count as f64;
    let far = (count - usual).abs() >= LEAST.max(FAR * deviation);
    let direction = if count > usual { Direction::Above } else { Direction::Below };
    let times = match direction {
        Direction::Above => count >= TIMES * usual,
        Direction::Below => count * TIMES <= usual,
    };
    (far && times).then_some(Far { date, direction, cell, usual })
}

/// What is known for good of a day: nothing where it is not.
fn figure(traffic: &Traffic, metric: Metric, date: Date) -> Option<Cell> {
    match traffic.coverage(date) {
        Coverage::Measured => {
            let day = traffic.series().get(date)?;
            let cell = match metric {
                Metric::Views => day.views,
                Metric::Clones => day.clones,
            };
            Some(cell.unwrap_or_default())
        }
        Coverage::AssumedZero => Some(Cell::default()),
        Coverage::Provisional | Coverage::Unknown => None,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn tell(metric: Metric, run: &[Far], referrers: &[Snapshot]) -> Option<Anomaly> {
    let peak = run.iter().max_by(|a, b| a.distance().total_cmp(&b.distance()))?;
    let days = Span::new(run.first()?.date, run.last()?.date)?;
    let reason = match peak.direction {
        Direction::Above => reason(metric, peak, referrers),
        Direction::Below => None,
    };
    let usual = peak.usual.round() as u64;
    Some(Anomaly { metric, direction: peak.direction, days, peak: peak.date, cell: peak.cell, usual, reason })
}

fn reason(metric: Metric, peak: &Far, referrers: &[Snapshot]) -> Option<Reason> {
    let rose = match metric {
        Metric::Views => rose_most(referrers, peak.date),
        // A clone comes from nowhere.
        Metric::Clones => None,
    };
    let referrer = rose.filter(|(_, views)| *views as f64 >= EXPLAINS * peak.distance());
    let referrer = referrer.map(|(name, views)| Reason::Referrer { name, views: views.min(peak.cell.count) });
    let machines = peak.cell.count >= MACHINE * peak.cell.uniques;
    referrer.or_else(|| machines.then_some(Reason::Machines))
}

/// The referrer whose fourteen-day count rose most between the last snapshot before `date` and one soon after it, with
/// how much it rose at least: what was not among the ten before may have been just below them.
fn rose_most(snapshots: &[Snapshot], date: Date) -> Option<(Arc<str>, u64)> {
    let at = |snapshot: &Snapshot| snapshot.taken.date_naive();
    let before = snapshots[..snapshots.partition_point(|snapshot| at(snapshot) < date)].last()?;
    // Far apart they speak of different fortnights, and the later one has to have the day whole.
    let near = |days| date + Days::new(days);
    let after = snapshots.iter().filter(|snapshot| near(1) <= at(snapshot) && at(snapshot) <= near(4));
    let rows = after.flat_map(|snapshot| &snapshot.rows);
    let rise = |name: &str, count: u64| {
        let was = before.rows.iter().find(|row| &*row.name == name).map(|row| row.count);
        count.saturating_sub(was.unwrap_or_else(|| before.below_tenth_place()))
    };
    let rises = rows.map(|row| (row.name.clone(), rise(&row.name, row.count)));
    let most = rises.max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    most.filter(|(_, views)| *views > 0 && at(before) + Days::new(4) >= date)
}

#[cfg(test)]
mod tests;
