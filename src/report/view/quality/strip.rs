//! The weeks of one repository as squares: how well each is known.

use std::fmt::Write as _;

use serde::Serialize;

use crate::domain::traffic::{Coverage, Span};
use crate::report::figures::Daily;

/// One path for each level; a week is one unit wide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Strip {
    /// Every day is known, and some have a figure.
    measured: String,
    /// Every day is assumed to be zero.
    assumed: String,
    /// Some days are unknown.
    partly: String,
    /// Every day is unknown.
    pub(super) lost: String,
    /// Days are still rising, and none is unknown.
    provisional: String,
    /// How many days of all weeks are unknown.
    #[serde(skip)]
    pub(super) unknown: u64,
}

impl Strip {
    /// Of the weeks of `span`, which begins on a Monday; what is before the history is left blank.
    pub(super) fn of(daily: &Daily, span: Span) -> Strip {
        let mut strip = Strip::default();
        let days: Vec<Option<Coverage>> = span.days().map(|date| daily.get(date).map(|day| day.coverage)).collect();
        let levels: Vec<Option<Level>> = days.chunks(7).map(level).collect();
        strip.unknown = days.iter().filter(|day| **day == Some(Coverage::Unknown)).count() as u64;
        let mut at = 0;
        for run in levels.chunk_by(|a, b| a == b) {
            if let Some(path) = run[0].map(|level| strip.path(level)) {
                let _ = write!(path, "M{at} 0h{}v1h-{}z", run.len(), run.len());
            }
            at += run.len();
        }
        strip
    }

    fn path(&mut self, level: Level) -> &mut String {
        match level {
            Level::Measured => &mut self.measured,
            Level::Assumed => &mut self.assumed,
            Level::Partly => &mut self.partly,
            Level::Lost => &mut self.lost,
            Level::Provisional => &mut self.provisional,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Measured,
    Assumed,
    Partly,
    Lost,
    Provisional,
}

fn level(week: &[Option<Coverage>]) -> Option<Level> {
    let there: Vec<Coverage> = week.iter().flatten().copied().collect();
    let has = |coverage| there.contains(&coverage);
    let all = |coverage| there.iter().all(|one| *one == coverage);
    match () {
        () if there.is_empty() => None,
        () if all(Coverage::Unknown) => Some(Level::Lost),
        () if has(Coverage::Unknown) => Some(Level::Partly),
        () if has(Coverage::Provisional) => Some(Level::Provisional),
        () if all(Coverage::AssumedZero) => Some(Level::Assumed),
        () => Some(Level::Measured),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::tests::daily;
    use crate::report::fixture::span;

    #[test]
    fn weeks_alike_are_one_piece_and_what_is_before_the_history_is_blank() {
        let all = span("2026-01-12", "2026-02-22");
        // The two days before the gap were still rising when somebody looked last.
        let gap = span("2026-01-30", "2026-02-08");
        let strip = Strip::of(
            &daily(span("2026-01-14", "2026-02-22"), Some(gap)),
            span("2026-01-05", all.last.to_string().as_str()),
        );
        assert_eq!(strip.measured, "M1 0h2v1h-2zM5 0h1v1h-1z");
        assert_eq!((strip.partly.as_str(), strip.lost.as_str()), ("M3 0h1v1h-1z", "M4 0h1v1h-1z"));
        assert_eq!((strip.provisional.as_str(), strip.assumed.as_str()), ("M6 0h1v1h-1z", ""));
    }
}
