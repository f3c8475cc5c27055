//! What nightly lists tell of the last weeks: later only lists a fortnight apart are kept.

use std::sync::Arc;

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::ranking::Snapshot;
use crate::domain::repo::RepositoryHistory;
use crate::domain::signal::{self, Anomaly};
use crate::domain::traffic::{Span, Traffic};

/// Of so many days the history keeps every list.
const NIGHTLY: u64 = 35;

/// What is usual on a day is taken from so many days before it.
const USUAL: u64 = 56;

/// A day that stands out is that many views or clones away from what is usual.
const LOUD: u64 = 50;

/// What is new of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Lately {
    /// The days that stand out, with where they came from.
    pub(super) anomalies: Vec<Anomaly>,
    /// From when on days are judged here; earlier ones are judged by who needs them.
    pub(super) since: Option<Date>,
    /// The names of the newest list, each with the day of the first list that has it.
    pub(super) referrers: Vec<(Arc<str>, Date)>,
    /// The same of paths.
    pub(super) paths: Vec<(Arc<str>, Date)>,
}

impl Lately {
    /// From a history whose lists have not been thinned out yet.
    pub(super) fn of(history: &RepositoryHistory) -> Lately {
        let span = history
            .traffic
            .extent()
            .map(|extent| Span { first: extent.first.max(extent.last - Days::new(NIGHTLY - 1)), last: extent.last });
        Lately {
            anomalies: span.map_or_else(Vec::new, |span| far(&history.traffic, &history.referrers, span)),
            since: span.map(|span| span.first),
            referrers: first_listed(&history.referrers),
            paths: first_listed(&history.paths),
        }
    }
}

/// The days of `span` that stand out.
pub(super) fn far(traffic: &Traffic, referrers: &[Snapshot], span: Span) -> Vec<Anomaly> {
    let days = traffic.series().range(span.first - Days::new(USUAL), span.last);
    let counts = days.iter().flat_map(|day| [day.views, day.clones]).flatten();
    // Most repositories are too quiet for any of their days to stand out.
    match counts.into_iter().any(|cell| cell.count >= LOUD) {
        true => signal::anomalies(traffic, referrers, span),
        false => Vec::new(),
    }
}

fn first_listed(snapshots: &[Snapshot]) -> Vec<(Arc<str>, Date)> {
    let Some(newest) = snapshots.last() else { return Vec::new() };
    let first = |name: &Arc<str>| {
        let has = |list: &&Snapshot| list.rows.iter().any(|row| Arc::ptr_eq(&row.name, name) || row.name == *name);
        snapshots.iter().find(has).unwrap_or(newest).taken.date_naive()
    };
    newest.rows.iter().map(|row| (row.name.clone(), first(&row.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ranking::Ranked;
    use crate::domain::traffic::{Day, Series};
    use crate::report::fixture::{self, cell, date};

    fn list(day: &str, names: &[&str]) -> Snapshot {
        let row = |name: &&str| Ranked { name: (*name).into(), title: None, count: 9, uniques: 3 };
        let taken = format!("{day}T02:00:00Z").parse().unwrap();
        Snapshot { taken, rows: names.iter().map(row).collect() }
    }

    #[test]
    fn a_name_is_as_old_as_the_first_list_that_has_it() {
        let lists = [list("2026-11-01", &["a"]), list("2026-11-20", &["b"]), list("2026-11-24", &["a", "b", "c"])];
        let listed = first_listed(&lists).into_iter().map(|(name, day)| (name.to_string(), day)).collect::<Vec<_>>();
        let expected = [("a", "2026-11-01"), ("b", "2026-11-20"), ("c", "2026-11-24")];
        assert_eq!(listed, expected.map(|(name, day)| (name.to_owned(), date(day))));
    }

    #[test]
    fn nightly_lists_explain_a_day_that_stands_out() {
        let mut history = fixture::history(1, "acme/open", "2026-11-24T02:00:00Z");
        let peak = date("2026-11-12");
        let days = history.traffic.series().days().iter().map(|day| match day.date == peak {
            true => Day { views: cell(5_000, 900), ..*day },
            false => *day,
        });
        let windows = history.traffic.windows().to_vec();
        history.traffic = Traffic::new(days.collect::<Series>(), windows);
        let mut after = list("2026-11-14", &["news.example"]);
        after.rows[0].count = 4_000;
        history.referrers = vec![list("2026-11-11", &[]), after];
        let found = Lately::of(&history).anomalies;
        assert_eq!(found.len(), 1, "{found:?}");
        let reason = signal::Reason::Referrer { name: "news.example".into(), views: 4_000 };
        assert_eq!((found[0].peak, found[0].reason.clone()), (peak, Some(reason)));
    }
}
