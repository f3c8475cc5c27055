//! How soon something will be lost.

use serde::Serialize;

use crate::domain::Timestamp;

/// The longest interval between collections, in days, that surely loses nothing: GitHub gives fourteen days, and where they end
/// drifts.
pub const SAFE: i64 = 13;

/// As many days without success are worth a word.
const WARN: i64 = 3;

/// As few days left are worth a loud one.
const URGENT: i64 = 4;

/// How close a repository, or a source, is to losing days for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// Days until the oldest day that was not collected is gone, 0 when today is the last chance; negative once days
    /// are gone, as many as there may be.
    pub days_left: i64,
    /// How loudly to say it.
    pub level: Level,
}

/// How urgent it is to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Collected lately.
    Fine,
    /// Three days or more without success.
    Warn,
    /// Four days left at the most.
    Urgent,
    /// Every day that passes loses one.
    Losing,
}

/// From when it was last `collected` without a fault. What was never collected loses a day every day.
pub fn risk(collected: Option<Timestamp>, now: Timestamp) -> Risk {
    let Some(collected) = collected else { return Risk { days_left: 0, level: Level::Losing } };
    let since = (now.date_naive() - collected.date_naive()).num_days().max(0);
    let days_left = SAFE - since;
    let level = match days_left {
        ..0 => Level::Losing,
        0..=URGENT => Level::Urgent,
        _ if since >= WARN => Level::Warn,
        _ => Level::Fine,
    };
    Risk { days_left, level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_ago_the_louder() {
        let now: Timestamp = "2026-11-30T00:30:00Z".parse().unwrap();
        for (collected, days_left, level) in [
            ("2026-11-30T00:30:00Z", 13, Level::Fine),
            ("2026-12-02T00:00:00Z", 13, Level::Fine),
            ("2026-11-29T23:59:59Z", 12, Level::Fine),
            ("2026-11-28T02:00:00Z", 11, Level::Fine),
            ("2026-11-27T02:00:00Z", 10, Level::Warn),
            ("2026-11-22T02:00:00Z", 5, Level::Warn),
            ("2026-11-21T02:00:00Z", 4, Level::Urgent),
            ("2026-11-17T02:00:00Z", 0, Level::Urgent),
            ("2026-11-16T23:59:59Z", -1, Level::Losing),
            ("2026-10-31T02:00:00Z", -17, Level::Losing),
        ] {
            assert_eq!(risk(Some(collected.parse().unwrap()), now), Risk { days_left, level }, "{collected}");
        }
        assert_eq!(risk(None, now), Risk { days_left: 0, level: Level::Losing });
    }
}
