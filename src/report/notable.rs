//! What only all snapshots of a repository tell, found before they are thinned.

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::RepositoryHistory;
use crate::domain::signal::{self, Anomaly};
use crate::domain::traffic::Span;

/// Older days that stood out are history.
const WEEKS: u64 = 13;

/// A repository that never had so many of anything in a day has no day far from the usual.
const LEAST: u64 = 50;

/// What stood out of late, and since when the names of the newest lists have been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Notable {
    /// Of the last thirteen weeks.
    pub(super) stood_out: Vec<Anomaly>,
    pub(super) referrers: Seen,
    pub(super) paths: Seen,
}

/// When the names of a newest list were first seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Seen {
    /// The day of the oldest list; before it nobody knows.
    pub(super) since: Option<Date>,
    /// For each row of the newest list the day of the first list it was in.
    pub(super) first: Vec<Date>,
}

impl Notable {
    /// Of a history with all its snapshots.
    pub(super) fn of(history: &RepositoryHistory) -> Notable {
        Notable {
            stood_out: stood_out(history),
            referrers: Seen::of(&history.referrers),
            paths: Seen::of(&history.paths),
        }
    }
}

fn stood_out(history: &RepositoryHistory) -> Vec<Anomaly> {
    let Some(extent) = history.traffic.extent() else { return Vec::new() };
    let first = extent.last - Days::new(WEEKS * 7 - 1);
    // Eight weeks more are what the first days are judged by.
    let judged = history.traffic.series().range(first - Days::new(56), extent.last);
    let busy = judged.iter().flat_map(|day| [day.views, day.clones]).flatten().any(|cell| cell.count >= LEAST);
    if !busy {
        return Vec::new();
    }
    signal::anomalies(&history.traffic, &history.referrers, Span { first, last: extent.last })
}

impl Seen {
    fn of(snapshots: &[Snapshot]) -> Seen {
        let Some(newest) = snapshots.last() else { return Seen::default() };
        let names = |row: &Ranked, other: &Ranked| row.name == other.name;
        let first = |row: &Ranked| {
            let found = snapshots.iter().find(|snapshot| snapshot.rows.iter().any(|other| names(row, other)));
            found.unwrap_or(newest).taken.date_naive()
        };
        Seen {
            since: snapshots.first().map(|oldest| oldest.taken.date_naive()),
            first: newest.rows.iter().map(first).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, date};

    #[test]
    fn a_name_is_seen_since_the_first_list_it_was_in() {
        let mut history = fixture::history(1, "acme/open", "2026-11-24T02:00:00Z");
        let mut older = history.referrers[0].clone();
        older.taken = "2026-11-02T02:00:00Z".parse().unwrap();
        history.referrers[0].rows.push(Ranked { name: "new.example".into(), ..older.rows[0].clone() });
        history.referrers.insert(0, older);
        let seen = Notable::of(&history).referrers;
        assert_eq!(seen.since, Some(date("2026-11-02")));
        assert_eq!(seen.first, [date("2026-11-02"), date("2026-11-24")]);
    }
}
