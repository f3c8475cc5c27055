//! Sessions and sign-ins under way: what their cookies hold, and for how long they count.
//!
//! Everything here is decided from its arguments; times are seconds since 1970.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::login::Signed;
use super::people;
use crate::domain::policy::Policy;
use crate::domain::release::Digest;
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
    /// How old its claims may be.
    pub(super) claims: i64,
}

/// For how long after its claims have become too old a session still serves the parts of a page, in seconds: the page
/// itself may have been fetched in the last moment.
const GRACE: i64 = 300;

/// Whether what a session says of a person is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// It is not.
    No,
    /// The next page is the time to ask again.
    Soon,
    /// Nothing may be opened with it before the provider was asked again, unless that cannot be asked.
    Yes,
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
    /// When the provider last said what it claims.
    pub(super) claimed: i64,
    /// What the provider calls the session that it keeps itself, its `sid`, if it said so.
    pub(super) provider_sid: Option<String>,
    /// What the policy reads of the claims, and those that say who this is.
    pub(super) claims: Map<String, Value>,
    /// How much of the claims that is.
    pub(super) kept: Kept,
}

impl Credential for Session {
    const TYP: &'static str = "tollgate-session+jwt";
    const AUDIENCE: &'static str = "tollgate:session";
    const PURPOSE: Purpose = Purpose::Session;
}

/// Why a session no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
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
    pub(super) fn check(&self, limits: Limits, now: i64) -> Result<(), Over> {
        let latest = now.saturating_add(SKEW);
        if self.signed_in > latest || self.seen > latest || self.seen < self.signed_in {
            Err(Over::Impossible)
        } else if now >= self.ends(limits) {
            Err(Over::Absolute)
        } else if now >= self.seen.saturating_add(limits.idle) {
            Err(Over::Idle)
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

    /// Whether the provider must be asked again what it claims.
    pub(super) fn stale(&self, limits: Limits, now: i64) -> Stale {
        let age = now.saturating_sub(self.claimed);
        if age < limits.claims {
            Stale::No
        } else if age < limits.claims.saturating_add(GRACE) {
            Stale::Soon
        } else {
            Stale::Yes
        }
    }

    /// The same session with what the provider says now.
    pub(super) fn renewed(self, signed: Session) -> Session {
        Session { sid: self.sid, signed_in: self.signed_in, ..signed }
    }

    /// The endings that end it.
    pub(super) fn subjects(&self) -> Vec<Digest> {
        let text = |claim: &str| self.text(claim).unwrap_or_default();
        people::subjects(&self.sid, text("iss"), text("sub"), self.text("email"), self.provider_sid.as_deref())
    }

    /// A claim that is a text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }
}

/// A sign-in under way, as its cookie holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// The name of the provider that was asked: only its answer counts (RFC 9700, 4.4.2).
    pub(super) provider: String,
    /// The id of the session whose claims this asks for again; `None` for a sign-in that makes a new one.
    pub(super) renews: Option<String>,
    /// Comes back from the provider and names the cookie.
    pub(super) state: String,
    /// Comes back in the ID token.
    pub(super) nonce: String,
    /// Proves to the provider that the code was asked for here (RFC 7636).
    pub(super) verifier: String,
    /// Where to go afterwards.
    pub(super) back: String,
    /// When it began, in microseconds: which of several is the oldest must be clear.
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
        self.began() <= now.saturating_add(SKEW) && now < self.began().saturating_add(ATTEMPT)
    }

    /// When it began, in seconds since 1970.
    pub(super) fn began(&self) -> i64 {
        self.started.div_euclid(1_000_000)
    }
}

/// How much of the claims a session holds, as of its sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kept {
    /// These claims whole, so far as the provider sent them.
    Whole(BTreeSet<String>),
    /// Only what a policy that reads this could find.
    Found(Digest),
}

impl Kept {
    /// Whether the session holds all that decides for a policy. If not, the provider must be asked again: a claim
    /// that was not kept is not a claim that the person does not have.
    pub(super) fn suffices(&self, policy: &Policy) -> bool {
        match self {
            Kept::Whole(roots) => policy.claim_roots().iter().all(|root| roots.contains(*root)),
            Kept::Found(reads) => *reads == policy.reads(),
        }
    }
}

/// What tells a person who they are.
const WHO: [&str; 5] = ["iss", "sub", "name", "email", "email_verified"];

impl Session {
    /// A session of now, which keeps the claims that rules read and those that say who this is.
    pub(super) fn new(sid: String, now: i64, signed: Signed, policy: &Policy) -> Session {
        let Signed { mut claims, sid: provider_sid, .. } = signed;
        let roots: BTreeSet<String> = policy.claim_roots().into_iter().map(str::to_owned).collect();
        claims.retain(|name, _| WHO.contains(&name.as_str()) || roots.contains(name));
        let kept = Kept::Whole(roots);
        Session { sid, signed_in: now, seen: now, claimed: now, provider_sid, claims, kept }
    }

    /// For when that is too much for a cookie: of the claims that rules read, only what a rule could find. `/-/me`
    /// then has less to say to somebody who asks why a role is not open.
    pub(super) fn shortened(&self, policy: &Policy) -> Session {
        let mut claims = policy.relevant(&self.claims);
        for name in WHO {
            claims.extend(self.claims.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        Session { claims, kept: Kept::Found(policy.reads()), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::policy::{ClaimPath, Role, Rule, Test};
    use crate::domain::repo::Selection;

    const LIMITS: Limits = Limits { idle: 1_800, absolute: 28_800, claims: 3_600 };

    fn session(signed_in: i64, seen: i64) -> Session {
        let (claims, kept) = (Map::new(), Kept::Whole(BTreeSet::new()));
        Session { sid: "s".into(), signed_in, seen, claimed: signed_in, provider_sid: None, claims, kept }
    }

    #[test]
    fn a_session_ends_at_its_limits_and_not_before() {
        for (signed_in, seen, now, expected) in [
            (0, 0, 0, Ok(())),
            (0, 0, 1_799, Ok(())),
            (0, 0, 1_800, Err(Over::Idle)),
            (0, 1_000, 2_799, Ok(())),
            (0, 1_000, 2_800, Err(Over::Idle)),
            (0, 28_000, 28_799, Ok(())),
            (0, 28_000, 28_800, Err(Over::Absolute)),
            (0, 28_790, 28_800, Err(Over::Absolute)),
            (0, 0, 99_999, Err(Over::Absolute)),
            (160, 160, 100, Ok(())),
            (161, 161, 100, Err(Over::Impossible)),
            (0, 161, 100, Err(Over::Impossible)),
            (50, 49, 100, Err(Over::Impossible)),
            (i64::MAX, i64::MAX, 100, Err(Over::Impossible)),
            (i64::MIN, i64::MIN, 100, Err(Over::Absolute)),
        ] {
            let result = session(signed_in, seen).check(LIMITS, now);
            assert_eq!(result, expected, "signed in {signed_in}, seen {seen}, now {now}");
        }
    }

    #[test]
    fn use_is_written_down_once_a_minute_or_within_half_a_short_idle_limit() {
        let due = |idle, age| session(0, 0).due(Limits { idle, ..LIMITS }, age);
        assert!(!due(1_800, 59) && due(1_800, 60));
        assert!(!due(30, 14) && due(30, 15));
        assert!(!due(1, 0) && due(1, 1));
    }

    #[test]
    fn a_sign_in_lasts_ten_minutes_and_cannot_begin_in_the_future() {
        let current = |started, now| {
            let text = String::new;
            let started = i64::saturating_mul(started, 1_000_000);
            let provider = text();
            Attempt { provider, renews: None, state: text(), nonce: text(), verifier: text(), back: text(), started }
                .current(now)
        };
        assert!(current(0, 0) && current(0, 599) && !current(0, 600));
        assert!(current(160, 100) && !current(161, 100) && !current(i64::MAX, 100) && !current(i64::MIN, 100));
    }

    #[test]
    fn a_session_keeps_what_rules_read_and_who_it_is_and_nothing_else() {
        let Value::Object(claims) = json!({
            "sub": "7", "name": "Ada", "email": "ada@acme.example", "email_verified": true, "picture": "https://x",
            "groups": ["staff", "book-club"], "realm": {"roles": ["a", "b"], "since": 5},
        }) else {
            unreachable!()
        };
        let test = |path: &str, value: &str| Test::Contains(ClaimPath::dotted(path).unwrap(), value.into());
        let policy = role(vec![test("groups", "staff"), test("realm.roles", "a"), test("name", "Bob")]);
        let session = Session::new("s".into(), 5, signed(claims), &policy);
        assert_eq!(
            session.claims.keys().collect::<Vec<_>>(),
            ["sub", "name", "email", "email_verified", "groups", "realm"]
        );
        let expected = json!({
            "sub": "7", "name": "Ada", "email": "ada@acme.example", "email_verified": true, "groups": ["staff"], "realm": {"roles": ["a"]},
        });
        assert_eq!(Value::from(session.shortened(&policy).claims), expected);
    }

    #[test]
    fn a_session_suffices_for_policies_that_look_for_nothing_it_did_not_keep() {
        let policy = |tests: &[(&str, &str)]| {
            let test = |(path, value): &(&str, &str)| Test::Contains(ClaimPath::dotted(path).unwrap(), (*value).into());
            role(tests.iter().map(test).collect())
        };
        let (first, fewer) = (policy(&[("a", "x"), ("b", "x")]), policy(&[("a", "x")]));
        let (values, roots) = (policy(&[("a", "y"), ("b.c", "x")]), policy(&[("a", "x"), ("b", "x"), ("c", "x")]));
        let whole = Session::new("s".into(), 5, signed(Map::new()), &first);
        let short = whole.shortened(&first);
        for (policy, of_whole, of_short) in
            [(&first, true, true), (&fewer, true, false), (&values, true, false), (&roots, false, false)]
        {
            assert_eq!((whole.kept.suffices(policy), short.kept.suffices(policy)), (of_whole, of_short), "{policy:?}");
        }
    }

    fn signed(claims: Map<String, Value>) -> Signed {
        Signed { claims, id_token: String::new(), sid: None }
    }

    #[test]
    fn claims_are_asked_for_again_when_they_are_too_old() {
        let stale = |age| session(0, 0).stale(LIMITS, age);
        assert_eq!((stale(3_599), stale(3_600), stale(3_899)), (Stale::No, Stale::Soon, Stale::Soon));
        assert_eq!((stale(3_900), stale(i64::MAX), stale(-60)), (Stale::Yes, Stale::Yes, Stale::No));
    }

    fn role(tests: Vec<Test>) -> Policy {
        Policy::new(vec![Role {
            name: "staff".parse().unwrap(),
            title: String::new(),
            repositories: Selection::default(),
            pages: BTreeSet::new(),
            open_to: vec![Rule(tests)],
            share: false,
        }])
    }
}
