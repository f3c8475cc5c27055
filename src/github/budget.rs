//! What GitHub says of its hourly limit with every answer.

use std::time::Duration;

use http::HeaderMap;

use super::pace::{date, number};
use crate::domain::Timestamp;

/// Two answers about one hour may name resets that differ by this much, in seconds.
const JITTER: i64 = 60;
/// A reset further away than this is no hour's, and not believed.
const LONGEST: Duration = Duration::from_secs(2 * 3_600);

/// The primary limit of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Requests an hour.
    pub(super) limit: u64,
    /// What is left of them.
    pub(super) remaining: u64,
    /// When they are whole again, by GitHub's clock.
    pub(super) reset: Timestamp,
}

impl Budget {
    /// From the headers of an answer that arrived at `now`, with how long it takes to the reset. `None` where they speak
    /// of another limit than that of the REST API, or of none.
    pub(super) fn of(headers: &HeaderMap, now: Timestamp) -> Option<(Budget, Duration)> {
        let resource = headers.get("x-ratelimit-resource");
        if resource.is_some_and(|resource| resource != "core") {
            return None;
        }
        let (limit, remaining) = (number(headers, "x-ratelimit-limit")?, number(headers, "x-ratelimit-remaining")?);
        let reset = i64::try_from(number(headers, "x-ratelimit-reset")?).ok()?;
        let reset = chrono::DateTime::from_timestamp(reset, 0)?;
        // GitHub's own clock where it shows it: ours may be wrong by minutes. It shows whole seconds.
        let left = reset.signed_duration_since(date(headers).unwrap_or(now)).to_std().ok()?;
        let left = left.saturating_add(Duration::from_secs(1));
        (left <= LONGEST).then_some((Budget { limit, remaining: remaining.min(limit), reset }, left))
    }

    /// Whether both speak of the same hour.
    pub(super) fn is_as_new_as(&self, other: &Budget) -> bool {
        (self.reset - other.reset).num_seconds().abs() <= JITTER
    }

    /// Whether this speaks of a later hour.
    pub(super) fn is_newer_than(&self, other: &Budget) -> bool {
        (self.reset - other.reset).num_seconds() > JITTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_left_is_read_from_the_headers_by_githubs_clock() {
        let now = at("2026-11-24T02:00:00Z");
        let reset = at("2026-11-24T02:30:00Z").timestamp().to_string();
        let told = [("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4987"), ("x-ratelimit-reset", &reset)];
        let expected = Budget { limit: 5_000, remaining: 4_987, reset: at("2026-11-24T02:30:00Z") };
        assert_eq!(Budget::of(&headers(&told), now), Some((expected, Duration::from_secs(1_801))));
        let mut dated = headers(&told);
        dated.insert("date", "Tue, 24 Nov 2026 02:20:00 GMT".parse().unwrap());
        assert_eq!(Budget::of(&dated, now), Some((expected, Duration::from_secs(601))));
        for (name, value) in [("x-ratelimit-resource", "graphql"), ("x-ratelimit-reset", "soon")] {
            let mut other = headers(&told);
            other.insert(name, value.parse().unwrap());
            assert_eq!(Budget::of(&other, now), None, "{name}: {value}");
        }
    }

    #[test]
    fn a_reset_that_is_no_hours_is_not_believed() {
        let now = at("2026-11-24T02:00:00Z");
        for reset in ["0", "1", "99999999999", "18446744073709551615", "-5"] {
            let told = [("x-ratelimit-limit", "10"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            assert_eq!(Budget::of(&headers(&told), now), None, "{reset}");
        }
    }
}
