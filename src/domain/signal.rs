//! What the figures say beyond themselves: how far they reach, whether GitHub stands still or left days out, how they
//! changed, what stands out and why, which referrers are made up, and how soon something will be lost.

mod anomaly;
mod doubt;
mod reach;
mod revision;
mod risk;
mod spam;

use serde::Serialize;

pub use anomaly::{Anomaly, Direction, Reason, anomalies};
pub use doubt::doubtful;
pub use reach::{Reach, claimed, reach, window};
pub use revision::{Revised, Revision, revisions};
pub use risk::{Level, Risk, SAFE, risk};
pub use spam::{SpamReason, SpamReferrer, Tally, list_version, listed, spam, spam_of};

/// Fewer lively repositories than these cannot tell GitHub's silence from a few quiet days.
const QUORUM: usize = 3;

/// A figure beside the one it is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "percent")]
pub enum Change {
    /// Nothing to compare with: something was unknown then or now.
    #[default]
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

    #[test]
    fn changes_are_never_infinite() {
        assert_eq!(Change::between(Some(0), Some(7)), Change::New);
        assert_eq!(Change::between(Some(0), Some(0)), Change::Percent(0));
        assert_eq!(Change::between(Some(200), Some(150)), Change::Percent(-25));
        assert_eq!(Change::between(None, Some(1)), Change::Unknown);
    }
}
