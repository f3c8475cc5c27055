//! Referrers and paths: dated snapshots of GitHub's rolling fourteen-day top ten.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Days;
use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::traffic::Span;

/// How many rows GitHub gives at the most.
pub const TOP: usize = 10;

/// One row of a top ten.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ranked {
    /// The referrer, or the path on GitHub. Written by strangers.
    pub name: Arc<str>,
    /// A path's page title.
    pub title: Option<Arc<str>>,
    /// Views in the fourteen days before.
    pub count: u64,
    /// Different visitors in those fourteen days.
    pub uniques: u64,
}

/// A top ten as GitHub answered it at one moment, largest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was asked.
    pub taken: Timestamp,
    /// At most ten rows.
    pub rows: Vec<Ranked>,
}

impl Snapshot {
    /// The days it speaks of: fourteen, the last one the day it was taken.
    pub fn window(&self) -> Span {
        Span::window(self.taken.date_naive())
    }

    /// The most views that a name missing from it can have had: none if the list was not full.
    pub fn below_tenth_place(&self) -> u64 {
        if self.rows.len() < TOP { 0 } else { self.rows.last().map_or(0, |row| row.count) }
    }
}

/// A name's views over several windows that do not overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The referrer or path.
    pub name: Arc<str>,
    /// The newest page title, for a path.
    pub title: Option<Arc<str>>,
    /// Views in the windows where it was among the ten.
    pub count: u64,
    /// Fourteen-day uniques added up: an upper bound of the different visitors, to be labelled as a sum.
    pub uniques_summed: u64,
    /// The most views it can have had besides, below tenth place.
    pub hidden: u64,
}

/// Totals over a longer time, with the windows they were made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Largest first.
    pub rows: Vec<Total>,
    /// The windows added up, newest first; between them nobody knows.
    pub windows: Vec<Span>,
}

/// Adds up snapshots whose windows do not overlap, walking back from the newest one taken within `span`.
///
/// Summing nightly snapshots would count every view about fourteen times.
pub fn totals(snapshots: &[Snapshot], span: Span) -> Totals {
    let chosen = disjoint(snapshots, span);
    let mut sums: BTreeMap<&str, Total> = BTreeMap::new();
    for row in chosen.iter().flat_map(|snapshot| &snapshot.rows) {
        let total = sums.entry(&row.name).or_insert_with(|| Total {
            name: row.name.clone(),
            title: row.title.clone(),
            count: 0,
            uniques_summed: 0,
            hidden: 0,
        });
        total.count += row.count;
        total.uniques_summed += row.uniques;
    }
    for snapshot in &chosen {
        let bound = snapshot.below_tenth_place();
        for (name, total) in &mut sums {
            let listed = snapshot.rows.iter().any(|row| &*row.name == *name);
            total.hidden += if listed { 0 } else { bound };
        }
    }
    let mut rows: Vec<Total> = sums.into_values().collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Totals { rows, windows: chosen.iter().map(|snapshot| snapshot.window()).collect() }
}

/// The snapshots taken within `span` whose windows do not overlap, newest first, walking back from the newest.
pub fn disjoint(snapshots: &[Snapshot], span: Span) -> Vec<&Snapshot> {
    let mut chosen: Vec<&Snapshot> = Vec::new();
    for snapshot in snapshots.iter().rev() {
        let window = snapshot.window();
        let overlaps = chosen.last().is_some_and(|newer| window.last >= newer.window().first);
        // A window may begin a day or two before the span: GitHub's own end drifts as much.
        if span.contains(window.last) && window.first + Days::new(2) >= span.first && !overlaps {
            chosen.push(snapshot);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(day: u32, rows: &[(&str, u64)]) -> Snapshot {
        let rows =
            rows.iter().map(|(name, count)| Ranked { name: (*name).into(), title: None, count: *count, uniques: 1 });
        let taken = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(u64::from(day));
        Snapshot { taken: taken.and_hms_opt(2, 0, 0).unwrap().and_utc(), rows: rows.collect() }
    }

    fn january_and_february() -> Span {
        Span { first: "2026-01-01".parse().unwrap(), last: "2026-02-28".parse().unwrap() }
    }

    #[test]
    fn nightly_snapshots_are_not_added_up() {
        let nights: Vec<Snapshot> = (13..=41).map(|day| snapshot(day, &[("Google", 10)])).collect();
        let totals = totals(&nights, january_and_february());
        assert_eq!(totals.windows.len(), 3, "42 days hold three windows of fourteen");
        assert_eq!(totals.rows[0].count, 30);
        assert!(totals.windows.windows(2).all(|pair| pair[1].last < pair[0].first));
    }

    #[test]
    fn what_dropped_out_is_bounded_not_zero() {
        let full: Vec<(String, u64)> = (0..10).map(|n| (format!("site-{n}"), 20 - n)).collect();
        let full: Vec<(&str, u64)> = full.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        let totals = totals(&[snapshot(20, &[("rare", 3)]), snapshot(40, &full)], january_and_february());
        let rare = totals.rows.iter().find(|row| &*row.name == "rare").unwrap();
        assert_eq!((rare.count, rare.hidden), (3, 11));
        let site = totals.rows.iter().find(|row| &*row.name == "site-0").unwrap();
        assert_eq!((site.count, site.hidden), (20, 0), "a list with room left hides nothing");
    }
}
