//! How well each day of a history is known, as one thin strip.

use std::fmt::Write as _;

use serde::Serialize;

use super::figures::Daily;
use super::locale::Words;
use crate::domain::traffic::Coverage;

/// The strip: a unit of width for each day, one path for each kind of coverage. Unknown days are what no path covers,
/// so the strip's ground is hatched.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Ribbon {
    days: usize,
    /// Days that are known at all.
    measured: String,
    /// Drawn over them.
    assumed: String,
    provisional: String,
    from: String,
    to: String,
}

/// `None` if nothing is known.
pub(super) fn draw(words: &Words, daily: &Daily) -> Option<Ribbon> {
    let extent = daily.extent()?;
    let all: Vec<Coverage> = daily.iter().map(|(_, day)| day.coverage).collect();
    Some(Ribbon {
        days: all.len(),
        measured: strip(&all, |coverage| matches!(coverage, Coverage::Measured | Coverage::AssumedZero)),
        assumed: strip(&all, |coverage| coverage == Coverage::AssumedZero),
        provisional: strip(&all, |coverage| coverage == Coverage::Provisional),
        from: words.day(extent.first),
        to: words.day(extent.last),
    })
}

/// A level line over each run of days of a kind.
fn strip(all: &[Coverage], of: impl Fn(Coverage) -> bool) -> String {
    let mut path = String::new();
    let mut at = 0;
    for run in all.chunk_by(|a, b| of(*a) == of(*b)) {
        if of(run[0]) {
            let _ = write!(path, "M{at} 1h{}", run.len());
        }
        at += run.len();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{english, traffic};

    #[test]
    fn unknown_days_are_what_no_path_of_the_strip_covers() {
        let ribbon = draw(&english(), &Daily::of(&traffic(&["2026-01-01", "2026-01-02", "2026-01-05"]))).unwrap();
        assert_eq!((ribbon.days, ribbon.measured.as_str()), (5, "M0 1h2M4 1h1"));
        assert_eq!((ribbon.assumed.as_str(), ribbon.to.as_str()), ("", "5 Jan 2026"));
        assert!(draw(&english(), &Daily::default()).is_none());
    }
}
