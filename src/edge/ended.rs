//! What was ended before its time: sessions, all sessions of a person, share links and access tokens.
//!
//! Each ending is a small object beside the releases, so that every edge knows of it, also after a restart. Its name is
//! a digest of what was ended and two times, so a listing tells all of it, and a request costs a handful of lookups.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::session::SKEW;
use crate::domain::release::Digest;
use crate::releases::{Error, Releases};

/// The kind of the small objects beside the releases.
const KIND: &str = "ended";

/// What can be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// One session, by its id.
    Session(&'a str),
    /// All sessions of one person, as their provider names them.
    Person {
        /// The provider's issuer.
        iss: &'a str,
        /// The person's identifier there.
        sub: &'a str,
    },
    /// All sessions, share links and access tokens of whoever has an e-mail address, ASCII case aside.
    Email(&'a str),
    /// The sessions that came of one session at the provider (OpenID Connect Back-Channel Logout 1.0).
    AtProvider {
        /// The provider's issuer.
        iss: &'a str,
        /// What it calls its own session.
        sid: &'a str,
    },
    /// The sessions of one person of which the provider did not say what it calls its own.
    Unnamed {
        /// The provider's issuer.
        iss: &'a str,
        /// The person's identifier there.
        sub: &'a str,
    },
    /// A share link or an access token, by its id.
    Grant(&'a str),
    /// All sessions of everybody.
    Everybody,
}

impl Subject<'_> {
    /// What its ending is called.
    pub(super) fn key(self) -> Digest {
        let lower;
        let parts: [&str; 3] = match self {
            Subject::Session(sid) => ["session", sid, ""],
            Subject::Person { iss, sub } => ["person", iss, sub],
            Subject::Email(address) => {
                lower = address.to_ascii_lowercase();
                ["e-mail", &lower, ""]
            }
            Subject::AtProvider { iss, sid } => ["at provider", iss, sid],
            Subject::Unnamed { iss, sub } => ["unnamed", iss, sub],
            Subject::Grant(id) => ["grant", id, ""],
            Subject::Everybody => ["everybody", "", ""],
        };
        Digest::of_parts(parts.map(str::as_bytes))
    }
}

/// An ending. All of it is in the name of its object: a listing tells everything, and nothing needs to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Ends what began at this moment or earlier, in seconds since 1970.
    pub(super) before: i64,
    /// From then on nothing is left that it could end, so it need not be known any longer.
    pub(super) until: i64,
}

impl Mark {
    /// Ends whatever it names, whenever that began.
    pub(super) fn of(until: i64) -> Mark {
        Mark { before: i64::MAX, until }
    }

    fn name(self, key: Digest) -> String {
        format!("{key}.{}.{}", self.before, self.until)
    }

    /// What an object's name says. Times that make no sense end what the name names all the same: somebody meant to.
    fn parse(name: &str, unread: i64) -> Option<(Digest, Mark)> {
        let (key, times) = name.split_once('.').unwrap_or((name, ""));
        let numbers = times.split_once('.').map(|(before, until)| (before.parse().ok(), until.parse().ok()));
        let Some((Some(before), Some(until))) = numbers else { return Some((key.parse().ok()?, Mark::of(unread))) };
        Some((key.parse().ok()?, Mark { before, until }))
    }
}

/// Ends something on every edge, within the time that edges look for endings. Something that began later goes on.
///
/// `longest` is how long what is ended could last, in seconds.
///
/// # Errors
/// [`Error::Store`] when it cannot be written down.
pub async fn end(releases: &Releases, subject: Subject<'_>, now: i64, longest: i64) -> Result<(), Error> {
    let until = now.saturating_add(longest).saturating_add(SKEW);
    let mark = match subject {
        Subject::Session(_) | Subject::AtProvider { .. } | Subject::Grant(_) => Mark::of(until),
        _ => Mark { before: now, until },
    };
    write(releases, subject.key(), mark).await
}

/// Writes an ending down for the other edges.
pub(super) async fn write(releases: &Releases, key: Digest, mark: Mark) -> Result<(), Error> {
    releases.put_mark(KIND, &mark.name(key), Vec::new()).await
}

/// How long an ending counts that makes no sense; longer where sessions last longer.
const DAY: i64 = 86_400;

/// All endings that are known.
#[derive(Default)]
pub(super) struct Ended {
    marks: RwLock<HashMap<Digest, Mark>>,
    /// When they were last listed. Before the first time nobody can tell what was ended from what counts.
    listed: RwLock<Option<Instant>>,
}

impl Ended {
    /// All that is written down, for those who only look.
    pub(super) async fn read(releases: &Releases, now: i64) -> Result<Ended, Error> {
        let ended = Ended::default();
        ended.learn(releases.mark_names(KIND).await?, now, DAY);
        Ok(ended)
    }

    /// Whether something that began at `began` was ended as one of these.
    pub(super) fn over(&self, keys: &[Digest], began: i64) -> bool {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().any(|key| marks.get(key).is_some_and(|mark| began <= mark.before))
    }

    /// Whether one of these was ended later than `began`, whatever began since.
    pub(super) fn after(&self, keys: &[Digest], began: i64) -> bool {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = keys.iter().filter_map(|key| marks.get(key));
        found.any(|mark| mark.before > began && mark.before != i64::MAX)
    }

    /// The earliest moment from `now` on at which something may begin and not count as ended.
    pub(super) fn free(&self, keys: &[Digest], now: i64) -> i64 {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        let after = keys.iter().filter_map(|key| marks.get(key)).map(|mark| mark.before.saturating_add(1));
        after.fold(now, i64::max)
    }

    /// Ends something, from this moment on in this process.
    pub(super) fn insert(&self, key: Digest, mark: Mark) {
        let mut held = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let known = held.entry(key).or_insert(mark);
        *known = Mark { before: known.before.max(mark.before), until: known.until.max(mark.until) };
    }

    /// Whether the endings are known, as of some moment since the start.
    pub(super) fn known(&self) -> bool {
        self.age().is_some()
    }

    /// How long ago they were last listed.
    pub(super) fn age(&self) -> Option<Duration> {
        self.listed.read().unwrap_or_else(PoisonError::into_inner).map(|listed| listed.elapsed())
    }

    /// Learns of what other edges and the operator ended, or this process before a restart; takes away what is over.
    /// `longest` is how long a session can last, in seconds.
    pub(super) async fn refresh(&self, releases: &Releases, now: i64, longest: i64) -> Result<(), String> {
        let names = releases.mark_names(KIND).await.map_err(|error| format!("endings cannot be listed: {error}"))?;
        let mut fault = None;
        for over in self.learn(names, now, longest) {
            if let Err(error) = releases.remove_mark(KIND, &over).await {
                fault = Some(format!("an ending that is over cannot be taken away: {error}"));
            }
        }
        fault.map_or(Ok(()), Err)
    }

    /// Adds what the names say, forgets what is over, and says which of the names that are.
    fn learn(&self, names: Vec<String>, now: i64, longest: i64) -> Vec<String> {
        let unread = now.saturating_add(longest.max(DAY));
        let mut over = Vec::new();
        for name in names {
            let Some((key, mark)) = Mark::parse(&name, unread) else { continue };
            if mark.until <= now { over.push(name) } else { self.insert(key, mark) }
        }
        self.marks.write().unwrap_or_else(PoisonError::into_inner).retain(|_, mark| mark.until > now);
        *self.listed.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ended_by_the_ending_of_something_else() {
        let subjects = [
            Subject::Session("a"),
            Subject::Session("b"),
            Subject::Person { iss: "a", sub: "" },
            Subject::Person { iss: "", sub: "a" },
            Subject::Person { iss: "a", sub: "b" },
            Subject::Person { iss: "ab", sub: "" },
            Subject::Email("a"),
            Subject::AtProvider { iss: "a", sid: "b" },
            Subject::AtProvider { iss: "a", sid: "" },
            Subject::Unnamed { iss: "a", sub: "b" },
            Subject::Grant("a"),
            Subject::Everybody,
        ];
        let keys: std::collections::BTreeSet<Digest> = subjects.into_iter().map(Subject::key).collect();
        assert_eq!(keys.len(), subjects.len());
        assert_eq!(Subject::Email("Ada@Acme.example").key(), Subject::Email("ada@acme.EXAMPLE").key());
    }

    #[test]
    fn an_ending_ends_what_began_before_it_and_nothing_later() {
        let ended = Ended::default();
        let (person, session) = (Subject::Person { iss: "i", sub: "s" }.key(), Subject::Session("x").key());
        ended.insert(person, Mark { before: 100, until: 200 });
        ended.insert(session, Mark::of(200));
        assert!(ended.over(&[person], 99) && ended.over(&[person], 100) && !ended.over(&[person], 101));
        assert!(ended.over(&[session], i64::MAX) && !ended.over(&[Subject::Everybody.key()], 0));
        assert_eq!((ended.free(&[person], 50), ended.free(&[person], 150)), (101, 150));
        assert_eq!(ended.free(&[session, person], 50), i64::MAX);
        assert!(ended.after(&[person], 99) && !ended.after(&[person], 100) && !ended.after(&[session], 0));
    }

    #[test]
    fn an_ending_counts_until_nothing_is_left_to_end() {
        let ended = Ended::default();
        let key = |sid: &str| Subject::Session(sid).key();
        let name = |sid: &str, until| Mark::of(until).name(key(sid));
        ended.insert(key("here"), Mark::of(100));
        let garbled = format!("{}.x.y", key("garbled"));
        let names = vec![name("elsewhere", 150), name("over", 50), garbled, key("bare").to_string(), "x".into()];
        assert!(!ended.known());
        assert_eq!(ended.learn(names, 60, 100), [name("over", 50)]);
        assert!(ended.known());
        let over = |sid: &str| ended.over(&[key(sid)], 0);
        assert!(over("here") && over("elsewhere") && over("garbled") && over("bare"));
        assert!(!over("over") && !over("other"));
        ended.learn(vec![], 100, 100);
        assert!(!over("here") && over("elsewhere"));
        ended.learn(vec![], 60 + DAY - 1, 100);
        assert!(over("garbled") && over("bare"));
        ended.learn(vec![key("bare").to_string()], 60 + DAY, 2 * DAY);
        assert!(!over("garbled") && over("bare"));
        ended.learn(vec![], 60 + 3 * DAY - 1, 2 * DAY);
        assert!(over("bare"), "no session outlives its ending");
    }

    #[test]
    fn of_two_endings_of_one_person_the_later_one_counts() {
        let ended = Ended::default();
        let key = Subject::Email("ada@acme.example").key();
        let names = [Mark { before: 20, until: 90 }, Mark { before: 10, until: 99 }].map(|mark| mark.name(key));
        ended.learn(names.into(), 50, 10);
        assert!(ended.over(&[key], 20) && !ended.over(&[key], 21));
        ended.learn(vec![], 95, 10);
        assert!(ended.over(&[key], 20));
    }
}
