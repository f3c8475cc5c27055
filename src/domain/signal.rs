//! What the figures say beyond themselves: how far they reach, whether GitHub stands still, how they changed.

use chrono::Days;
use serde::Serialize;

use super::Date;
use super::traffic::Span;

/// Fewer lively repositories than these cannot tell a freeze from a few quiet days.
const QUORUM: usize = 3;

/// Fewer busy days than these say nothing of how often a repository is visited.
const LIVELY: usize = 3;

/// How far GitHub's traffic pipeline had come when many repositories were asked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The newest day that it had surely counted.
    pub through: Date,
    /// Whether it stood still: that day lags more than the two days it usually drifts.
    pub frozen: bool,
}

/// From the `busy` days of each repository that was asked on `today`: those with a count above zero, ascending.
///
/// Only what was counted says that GitHub counts: it answers explicit zeros to this day for idle repositories while it
/// leaves out days of others that were busy. Nor does the newest day of just any repository say much, because most have
/// quiet days. So the lively ones decide, those that are busy on at least half of the days up to their newest: that
/// holds through a freeze of many days. `through` is the newest day that more than half of them reached.
///
/// Where fewer than three are lively nothing is called a freeze. The pipeline is then taken to end two days before
/// `today`, as early as it was ever seen to end, or even earlier where none of these few got that far.
pub fn reach<'a>(busy: impl IntoIterator<Item = &'a [Date]>, today: Date) -> Reach {
    let mut newest: Vec<Date> = busy.into_iter().filter_map(|days| lively(days, today)).collect();
    newest.sort_by(|a, b| b.cmp(a));
    let usual = today - Days::new(2);
    if newest.len() < QUORUM {
        let through = newest.first().map_or(usual, |newest| usual.min(*newest));
        return Reach { through, frozen: false };
    }
    let through = newest[newest.len() / 2];
    Reach { through, frozen: through < usual }
}

/// The newest busy day of a repository whose quiet days are the exception.
fn lively(busy: &[Date], today: Date) -> Option<Date> {
    let from = busy.partition_point(|date| *date < today - Days::new(13));
    let to = busy.partition_point(|date| *date <= today);
    let busy = busy.get(from..to)?;
    let (first, last) = (busy.first()?, busy.last()?);
    let days = (*last - *first).num_days() as usize + 1;
    (busy.len() >= LIVELY && busy.len() * 2 >= days).then_some(*last)
}

/// The days that a collection of `today` surely asked for.
///
/// Fourteen days are answered, and whether they end today or up to two days earlier does not show: a day counts only
/// if it is among them either way.
pub fn window(through: Date, today: Date) -> Option<Span> {
    Span::new(today - Days::new(13), through)
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

    /// Busy on every `step`th day up to `newest`, from the tenth on.
    fn busy(newest: u32, step: usize) -> Vec<Date> {
        let mut days: Vec<Date> = (10..=newest).rev().step_by(step).map(date).collect();
        days.reverse();
        days
    }

    #[test]
    fn a_majority_of_the_lively_repositories_tells_how_far_github_was() {
        let (none, today) = (Vec::new(), date(23));
        for (case, repositories, through, frozen) in [
            ("nothing at all", vec![], 21, false),
            ("only idle ones, whatever zeros they answer", vec![none.clone(); 5], 21, false),
            ("all of them reach today", vec![busy(23, 1); 3], 23, false),
            ("a few lag", vec![busy(23, 1), busy(23, 2), busy(15, 1)], 23, false),
            ("idle ones have no say", [vec![busy(22, 1); 3], vec![none; 90]].concat(), 22, false),
            ("quiet ones neither", [vec![busy(22, 1); 3], vec![busy(16, 6); 90]].concat(), 22, false),
            ("the usual drift is no freeze", vec![busy(21, 1); 3], 21, false),
            ("most stand still, one does not", vec![busy(19, 1), busy(19, 2), busy(23, 1)], 19, true),
            ("half of them is no majority", [vec![busy(23, 1); 2], vec![busy(18, 1); 2]].concat(), 18, true),
            ("a freeze of many days", vec![busy(13, 1); 4], 13, true),
            ("two are too few to call it one, but claim no more", vec![busy(18, 1), busy(17, 1)], 18, false),
            ("one that is up to date claims nothing that may yet come", vec![busy(23, 1)], 21, false),
            ("days in the future say nothing", vec![vec![date(26), date(27), date(28)]; 4], 21, false),
            ("nor do those before the window", vec![vec![date(6), date(7), date(8)]; 4], 21, false),
        ] {
            let expected = Reach { through: date(through), frozen };
            assert_eq!(reach(repositories.iter().map(Vec::as_slice), today), expected, "{case}");
        }
    }

    #[test]
    fn only_days_that_were_surely_asked_for_are_in_the_window() {
        assert_eq!(window(date(23), date(23)), Some(Span { first: date(10), last: date(23) }));
        assert_eq!(window(date(21), date(23)), Some(Span { first: date(10), last: date(21) }));
        assert_eq!(window(date(9), date(23)), None);
    }

    #[test]
    fn changes_are_never_infinite() {
        assert_eq!(Change::between(Some(0), Some(7)), Change::New);
        assert_eq!(Change::between(Some(0), Some(0)), Change::Percent(0));
        assert_eq!(Change::between(Some(200), Some(150)), Change::Percent(-25));
        assert_eq!(Change::between(None, Some(1)), Change::Unknown);
    }
}
