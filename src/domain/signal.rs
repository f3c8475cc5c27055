//! What the figures say beyond themselves: how far they reach, whether GitHub stands still, how they changed.

use chrono::Days;
use serde::Serialize;

use super::Date;
use super::traffic::Span;

/// The newest day that GitHub's traffic pipeline had reached when many repositories were asked at once.
///
/// GitHub leaves idle days out, so one repository says little; the newest day of any of them says how far the
/// pipeline was. With no day at all nothing speaks for a freeze, and the window is taken to end two days before
/// `today`, as early as it was ever seen to end.
pub fn data_through(newest: impl IntoIterator<Item = Option<Date>>, today: Date) -> Date {
    let reached = newest.into_iter().flatten().filter(|date| *date <= today).max();
    reached.unwrap_or(today - Days::new(2))
}

/// The days that a collection of `today` surely asked for.
///
/// Fourteen days are answered, and whether they end today or up to two days earlier does not show: a day counts only
/// if it is among them either way.
pub fn window(through: Date, today: Date) -> Option<Span> {
    Span::new(today - Days::new(13), through)
}

/// Whether GitHub's pipeline stood still: the newest day of all lags more than the two days it usually drifts.
pub fn frozen(through: Date, today: Date) -> bool {
    through + Days::new(2) < today
}

/// A figure beside the one it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "percent")]
pub enum Change {
    /// Nothing to compare with: something was unknown then or now.
    Unknown,
    /// Nothing before, something now. An infinite per cent helps nobody.
    New,
    /// Rounded per cent; 0 is "unchanged".
    Percent(i64),
}

impl Change {
    /// From `before` to `now`, either `None` where it is not known.
    pub fn between(before: Option<u64>, now: Option<u64>) -> Change {
        match (before, now) {
            (Some(0), Some(0)) => Change::Percent(0),
            (Some(0), Some(_)) => Change::New,
            (Some(before), Some(now)) => Change::Percent(percent(before, now)),
            _ => Change::Unknown,
        }
    }
}

fn percent(before: u64, now: u64) -> i64 {
    let ratio = (now as f64 - before as f64) / before as f64;
    (ratio * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(day: u32) -> Date {
        Date::from_ymd_opt(2026, 9, day).unwrap()
    }

    #[test]
    fn the_liveliest_repository_tells_how_far_github_was() {
        let today = date(23);
        assert_eq!(data_through([None, Some(date(3)), Some(date(22))], today), date(22));
        assert_eq!(data_through([Some(date(29))], today), date(21), "a day in the future says nothing");
        assert_eq!(data_through([None, None], today), date(21));
    }

    #[test]
    fn only_days_that_were_surely_asked_for_are_in_the_window() {
        assert_eq!(window(date(23), date(23)), Some(Span { first: date(10), last: date(23) }));
        assert_eq!(window(date(21), date(23)), Some(Span { first: date(10), last: date(21) }));
        assert_eq!(window(date(9), date(23)), None);
    }

    #[test]
    fn a_lag_of_more_than_two_days_is_a_freeze() {
        assert!(!frozen(date(21), date(23)));
        assert!(frozen(date(20), date(23)));
    }

    #[test]
    fn changes_are_never_infinite() {
        assert_eq!(Change::between(Some(0), Some(7)), Change::New);
        assert_eq!(Change::between(Some(0), Some(0)), Change::Percent(0));
        assert_eq!(Change::between(Some(200), Some(150)), Change::Percent(-25));
        assert_eq!(Change::between(None, Some(1)), Change::Unknown);
    }
}
