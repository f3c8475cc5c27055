//! How fast GitHub is asked, and when it is asked again: decided here, waited for in `gate.rs`.
//!
//! GitHub's rules: <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api> and
//! <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::domain::Timestamp;

/// The limits a collection keeps to. The default suits github.com.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// To open a connection.
    pub connect: Duration,
    /// From a request to the last byte of its answer. GitHub itself gives up after ten seconds.
    pub answer: Duration,
    /// How often one thing is asked before it counts as failed.
    pub attempts: u32,
    /// The wait after the first failure of a server or a connection; it doubles from there.
    pub backoff: Duration,
    /// The wait after the first rate limit that does not say how long; it doubles from there.
    pub limited: Duration,
    /// How long all rate limits of one collection together may hold it up.
    pub patience: Duration,
    /// Requests that may go out at once after a rest.
    pub burst: u32,
    /// The least time between two requests when the burst is used up.
    pub interval: Duration,
}

impl Default for Pace {
    /// A minute never sees more than the 900 requests that GitHub's secondary limit allows: 300 at once and ten a
    /// second. An hour's primary limit can be sat out once.
    fn default() -> Pace {
        Pace {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            attempts: 4,
            backoff: Duration::from_secs(1),
            limited: Duration::from_secs(60),
            patience: Duration::from_secs(70 * 60),
            burst: 300,
            interval: Duration::from_millis(100),
        }
    }
}

/// What a request takes of GitHub's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// Of the secondary limit.
    pub(super) points: u32,
    /// Whether it counts against the primary limit of the REST API.
    pub(super) primary: bool,
}

impl Cost {
    /// An ordinary GET.
    pub(super) const READ: Cost = Cost { points: 1, primary: true };
    /// A read that has a limit of its own, or none: GraphQL, `/rate_limit`, what an App asks in its own name.
    pub(super) const APART: Cost = Cost { points: 1, primary: false };
    /// A POST to the REST API, in the name of an App.
    pub(super) const WRITE: Cost = Cost { points: 5, primary: false };
}

/// What came back, as far as it bears on asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing, or less than a whole answer.
    Broken,
    /// The server failed: 5xx.
    Troubled,
    /// 202: the figures are being computed and may be there in a moment.
    Computing,
    /// Too many requests; with the wait it asks for, where it says so.
    Limited(Option<Duration>),
    /// Anything else. Asking again would bring the same.
    Final,
}

/// What to do about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask again after this time.
    Wait(Duration),
    /// Asking again is not worth it.
    GiveUp,
}

impl Answer {
    /// Reads a whole answer that arrived at `now`.
    ///
    /// A 403 is a rate limit only if its headers or its text say so; otherwise a permission is missing.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Answer {
        let exhausted = number(headers, "x-ratelimit-remaining") == Some(0);
        let limited = match status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::FORBIDDEN => exhausted || headers.contains_key("retry-after") || speaks_of_limits(body),
            // GraphQL tells of its limit in an answer like any other.
            StatusCode::OK => exhausted && is_graphql(headers) && speaks_of_limits(body),
            _ => false,
        };
        match limited {
            true => Answer::Limited(asked_wait(headers, exhausted, now)),
            false if status.is_server_error() => Answer::Troubled,
            false if status == StatusCode::ACCEPTED => Answer::Computing,
            false => Answer::Final,
        }
    }
}

/// What to do after the answer to the `attempt`th try, counted from 1. `jitter` in 0..1 keeps workers from marching in step.
pub(super) fn next(pace: &Pace, attempt: u32, answer: &Answer, jitter: f64) -> Step {
    if attempt >= pace.attempts {
        return Step::GiveUp;
    }
    let doubled = |base: Duration| base.saturating_mul(1 << (attempt - 1).min(16));
    match answer {
        Answer::Final => Step::GiveUp,
        Answer::Broken | Answer::Troubled | Answer::Computing => {
            Step::Wait(doubled(pace.backoff).mul_f64(0.5 + jitter / 2.0))
        }
        // Never earlier than asked, and a little later than everybody else who was told the same.
        Answer::Limited(Some(asked)) => Step::Wait(asked.saturating_add(pace.backoff.mul_f64(jitter))),
        Answer::Limited(None) => Step::Wait(doubled(pace.limited).mul_f64(1.0 + jitter / 10.0)),
    }
}

/// A number in 0..1 that nobody can foresee; good enough to spread requests.
pub(super) fn jitter() -> f64 {
    // The standard library seeds every hasher at random; that spares a crate.
    (RandomState::new().build_hasher().finish() >> 11) as f64 / (1_u64 << 53) as f64
}

/// `retry-after`, else the time until `x-ratelimit-reset` where nothing remains.
fn asked_wait(headers: &HeaderMap, exhausted: bool, now: Timestamp) -> Option<Duration> {
    if let Some(seconds) = number(headers, "retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    let reset = number(headers, "x-ratelimit-reset").filter(|_| exhausted)?;
    // GitHub's own clock where it shows it: ours may be wrong by minutes.
    let now = date(headers).unwrap_or(now).timestamp();
    let left = i64::try_from(reset).ok()?.saturating_sub(now);
    Some(Duration::from_secs(u64::try_from(left).unwrap_or(0).saturating_add(1)))
}

fn is_graphql(headers: &HeaderMap) -> bool {
    headers.get("x-ratelimit-resource").is_some_and(|resource| resource == "graphql")
}

/// GitHub's clock when it answered.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get("date")?.to_str().ok()?;
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}

/// A header that is a whole number.
pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The texts GitHub sends: "API rate limit exceeded …", "You have exceeded a secondary rate limit …" and the
/// older "You have triggered an abuse detection mechanism …".
fn speaks_of_limits(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    text.contains("rate limit") || text.contains("abuse detection")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: &str = r#"{"message":"Must have push access to repository"}"#;
    const SECONDARY: &str = r#"{"message":"You have exceeded a secondary rate limit."}"#;

    const LIMITED: &str = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}"#;

    fn now() -> Timestamp {
        "2026-11-24T02:00:00Z".parse().unwrap()
    }

    fn answer(status: u16, headers: &[(&'static str, String)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer::of(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes(), now())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_403_is_a_rate_limit_only_if_it_says_so() {
        let reset = (now().timestamp() + 90).to_string();
        let remaining = |left: &str| ("x-ratelimit-remaining", left.to_string());
        let after = ("retry-after", "7".to_string());
        let graphql = ("x-ratelimit-resource", "graphql".to_string());
        for (status, headers, body, expected) in [
            (200, vec![], "[]", Answer::Final),
            (404, vec![], "{}", Answer::Final),
            (403, vec![], DENIED, Answer::Final),
            (403, vec![remaining("4999")], DENIED, Answer::Final),
            (403, vec![after.clone()], DENIED, Answer::Limited(Some(seconds(7)))),
            (403, vec![], SECONDARY, Answer::Limited(None)),
            (429, vec![], "", Answer::Limited(None)),
            (429, vec![after], "", Answer::Limited(Some(seconds(7)))),
            (403, vec![remaining("0"), ("x-ratelimit-reset", reset.clone())], "", Answer::Limited(Some(seconds(91)))),
            (429, vec![remaining("12"), ("x-ratelimit-reset", reset)], "", Answer::Limited(None)),
            (403, vec![remaining("0"), ("x-ratelimit-reset", "soon".into())], "", Answer::Limited(None)),
            (200, vec![remaining("0")], "API rate limit exceeded", Answer::Final),
            (200, vec![remaining("0"), graphql.clone()], LIMITED, Answer::Limited(None)),
            (200, vec![remaining("0"), graphql], "{}", Answer::Final),
            (500, vec![], "", Answer::Troubled),
            (502, vec![], "<html>", Answer::Troubled),
            (202, vec![], "{}", Answer::Computing),
        ] {
            assert_eq!(answer(status, &headers, body), expected, "{status} {headers:?} {body}");
        }
    }

    #[test]
    fn the_wait_for_a_reset_goes_by_githubs_clock() {
        let reset = now().timestamp() + 600;
        let headers = [
            ("x-ratelimit-remaining", "0".to_string()),
            ("x-ratelimit-reset", reset.to_string()),
            ("date", "Tue, 24 Nov 2026 02:09:00 GMT".to_string()),
        ];
        assert_eq!(answer(403, &headers, ""), Answer::Limited(Some(seconds(61))));
        let past = [("x-ratelimit-remaining", "0".to_string()), ("x-ratelimit-reset", "1".to_string())];
        assert_eq!(answer(403, &past, ""), Answer::Limited(Some(seconds(1))), "a reset in the past is due now");
    }

    #[test]
    fn absurd_waits_are_read_as_very_long_ones() {
        let pace = Pace::default();
        for header in ["18446744073709551615", "9999999999999999999"] {
            let asked = seconds(header.parse().unwrap());
            let limited = answer(429, &[("retry-after", header.to_string())], "");
            assert_eq!(limited, Answer::Limited(Some(asked)));
            let Step::Wait(wait) = next(&pace, 1, &limited, 0.9) else { panic!("{limited:?} is worth a wait") };
            assert!(wait >= asked);
        }
        let exhausted = ("x-ratelimit-remaining", "0".to_string());
        let reset = ("x-ratelimit-reset", i64::MAX.to_string());
        let before = ("date", "Thu, 01 Jan 1970 00:00:00 GMT".to_string());
        let long = seconds(i64::MAX as u64 + 1);
        assert_eq!(answer(403, &[exhausted.clone(), reset, before], ""), Answer::Limited(Some(long)));
        let more = ("x-ratelimit-reset", u64::MAX.to_string());
        assert_eq!(answer(403, &[exhausted, more], ""), Answer::Limited(None), "a moment that is none says nothing");
        assert_eq!(answer(429, &[("retry-after", "99999999999999999999999".into())], ""), Answer::Limited(None));
    }

    #[test]
    fn waits_grow_and_end() {
        let pace = Pace::default();
        let limited = Answer::Limited(None);
        for (attempt, answer, jitter, expected) in [
            (1, Answer::Final, 0.0, Step::GiveUp),
            (1, Answer::Broken, 0.0, Step::Wait(Duration::from_millis(500))),
            (1, Answer::Troubled, 1.0, Step::Wait(seconds(1))),
            (2, Answer::Troubled, 1.0, Step::Wait(seconds(2))),
            (3, Answer::Broken, 1.0, Step::Wait(seconds(4))),
            (4, Answer::Broken, 1.0, Step::GiveUp),
            (2, Answer::Computing, 1.0, Step::Wait(seconds(2))),
            (4, Answer::Computing, 1.0, Step::GiveUp),
            (1, limited, 0.0, Step::Wait(seconds(60))),
            (2, limited, 0.0, Step::Wait(seconds(120))),
            (3, limited, 1.0, Step::Wait(seconds(264))),
            (4, limited, 0.0, Step::GiveUp),
            (1, Answer::Limited(Some(seconds(7))), 0.0, Step::Wait(seconds(7))),
            (2, Answer::Limited(Some(seconds(7))), 1.0, Step::Wait(seconds(8))),
            (4, Answer::Limited(Some(seconds(7))), 0.0, Step::GiveUp),
        ] {
            assert_eq!(next(&pace, attempt, &answer, jitter), expected, "attempt {attempt} after {answer:?}");
        }
    }

    #[test]
    fn jitter_stays_within_its_bounds_and_varies() {
        let drawn: Vec<f64> = (0..100).map(|_| jitter()).collect();
        assert!(drawn.iter().all(|n| (0.0..1.0).contains(n)));
        assert!(drawn.iter().any(|n| *n < 0.5) && drawn.iter().any(|n| *n > 0.5));
    }

    #[test]
    fn the_default_keeps_below_githubs_secondary_limit() {
        let pace = Pace::default();
        let in_a_minute = pace.burst + u32::try_from(60_000 / pace.interval.as_millis()).unwrap();
        assert!(in_a_minute <= 900, "{in_a_minute}");
        assert!(pace.limited >= seconds(60));
    }
}
