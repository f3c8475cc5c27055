//! Sessions and sign-ins under way: what their cookies hold, and for how long they count.
//!
//! Everything here is decided from its arguments; times are seconds since 1970.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::keys::{Credential, Purpose};

/// How long a sign-in may take, in seconds.
pub(super) const ATTEMPT: i64 = 600;
/// How far the clocks of two machines may differ, in seconds.
pub(super) const SKEW: i64 = 60;

/// How long a session lasts, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Without a request.
    pub(super) idle: i64,
    /// From its sign-in on, whatever happens.
    pub(super) absolute: i64,
}

/// A signed-in person, as the session cookie holds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Session {
    /// Names the session, so that it can be ended.
    pub(super) sid: String,
    /// When the sign-in was.
    pub(super) signed_in: i64,
    /// When it was last used, to the minute.
    pub(super) seen: i64,
    /// The claims that the policy reads, and those that say who this is.
    pub(super) claims: Map<String, Value>,
}

impl Credential for Session {
    const TYP: &'static str = "tollgate-session+jwt";
    const AUDIENCE: &'static str = "tollgate:session";
    const PURPOSE: Purpose = Purpose::Session;
}

/// Why a session no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nobody used it for too long.
    Idle,
    /// The sign-in is too long ago.
    Absolute,
    /// Its times cannot be: it is from the future, or used before it began.
    Impossible,
}

impl Session {
    /// Whether the session counts at `now`.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) fn check(&self, limits: Limits, now: i64) -> Result<(), Ended> {
        let latest = now.saturating_add(SKEW);
        if self.signed_in > latest || self.seen > latest || self.seen < self.signed_in {
            Err(Ended::Impossible)
        } else if now >= self.ends(limits) {
            Err(Ended::Absolute)
        } else if now >= self.seen.saturating_add(limits.idle) {
            Err(Ended::Idle)
        } else {
            Ok(())
        }
    }

    /// Whether it is time to write down that the session is in use: once a minute, more often only where the idle
    /// limit itself is so short that a minute would let it run out.
    pub(super) fn due(&self, limits: Limits, now: i64) -> bool {
        now.saturating_sub(self.seen) >= (limits.idle / 2).clamp(1, 60)
    }

    /// The moment from which the session does not count whatever happens.
    pub(super) fn ends(&self, limits: Limits) -> i64 {
        self.signed_in.saturating_add(limits.absolute)
    }

    /// A claim that is a text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }
}

/// A sign-in under way, as its cookie holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Comes back from the provider and names the cookie.
    pub(super) state: String,
    /// Comes back in the ID token.
    pub(super) nonce: String,
    /// Proves to the provider that the code was asked for here (RFC 7636).
    pub(super) verifier: String,
    /// Where to go afterwards.
    pub(super) back: String,
    /// When it began, in milliseconds: which of several is the oldest must be clear.
    pub(super) started: i64,
}

impl Credential for Attempt {
    const TYP: &'static str = "tollgate-signin+jwt";
    const AUDIENCE: &'static str = "tollgate:signin";
    const PURPOSE: Purpose = Purpose::Attempt;
}

impl Attempt {
    /// Whether the sign-in may still be completed at `now`.
    pub(super) fn current(&self, now: i64) -> bool {
        let started = self.started.div_euclid(1_000);
        started <= now.saturating_add(SKEW) && now < started.saturating_add(ATTEMPT)
    }
}

/// The claims a session keeps: what rules read, and what tells a person who they are.
pub(super) fn kept<'a>(claims: Map<String, Value>, roots: impl IntoIterator<Item = &'a str>) -> Map<String, Value> {
    let mut names: Vec<&str> = vec!["sub", "name", "email"];
    names.extend(roots);
    claims.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LIMITS: Limits = Limits { idle: 1_800, absolute: 28_800 };

    fn session(signed_in: i64, seen: i64) -> Session {
        Session { sid: "s".into(), signed_in, seen, claims: Map::new() }
    }

    #[test]
    fn a_session_ends_at_its_limits_and_not_before() {
        for (signed_in, seen, now, expected) in [
            (0, 0, 0, Ok(())),
            (0, 0, 1_799, Ok(())),
            (0, 0, 1_800, Err(Ended::Idle)),
            (0, 1_000, 2_799, Ok(())),
            (0, 1_000, 2_800, Err(Ended::Idle)),
            (0, 28_000, 28_799, Ok(())),
            (0, 28_000, 28_800, Err(Ended::Absolute)),
            (0, 28_790, 28_800, Err(Ended::Absolute)),
            (0, 0, 99_999, Err(Ended::Absolute)),
            (160, 160, 100, Ok(())),
            (161, 161, 100, Err(Ended::Impossible)),
            (0, 161, 100, Err(Ended::Impossible)),
            (50, 49, 100, Err(Ended::Impossible)),
            (i64::MAX, i64::MAX, 100, Err(Ended::Impossible)),
            (i64::MIN, i64::MIN, 100, Err(Ended::Absolute)),
        ] {
            let result = session(signed_in, seen).check(LIMITS, now);
            assert_eq!(result, expected, "signed in {signed_in}, seen {seen}, now {now}");
        }
    }

    #[test]
    fn use_is_written_down_once_a_minute_or_within_half_a_short_idle_limit() {
        let due = |idle, age| session(0, 0).due(Limits { idle, absolute: 28_800 }, age);
        assert!(!due(1_800, 59) && due(1_800, 60));
        assert!(!due(30, 14) && due(30, 15));
        assert!(!due(1, 0) && due(1, 1));
    }

    #[test]
    fn a_sign_in_lasts_ten_minutes_and_cannot_begin_in_the_future() {
        let current = |started, now| {
            let text = String::new;
            let started = i64::saturating_mul(started, 1_000);
            Attempt { state: text(), nonce: text(), verifier: text(), back: text(), started }.current(now)
        };
        assert!(current(0, 0) && current(0, 599) && !current(0, 600));
        assert!(current(160, 100) && !current(161, 100) && !current(i64::MAX, 100) && !current(i64::MIN, 100));
    }

    #[test]
    fn a_session_keeps_what_rules_read_and_who_it_is_and_nothing_else() {
        let Value::Object(claims) = json!({
            "sub": "7", "name": "Ada", "email": "ada@acme.example", "email_verified": true, "picture": "https://x",
            "groups": "staff", "realm": {"roles": ["a"]},
        }) else {
            unreachable!()
        };
        let kept = kept(claims, ["groups", "realm"]);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["sub", "name", "email", "groups", "realm"]);
    }
}
