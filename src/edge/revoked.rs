//! Sessions that were ended before their time. Kept beside the releases, so that every edge knows, also after a restart.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

/// The kind of the small objects beside the releases.
pub(super) const KIND: &str = "revoked";

/// What is written for an ended session.
#[derive(Serialize, Deserialize)]
pub(super) struct Mark {
    /// When the session would have ended by itself, in seconds since 1970: nothing needs to be known from then on.
    pub(super) until: i64,
}

/// What reading a mark came to; `None` if it is gone.
pub(super) type Found<E> = Result<Option<Vec<u8>>, E>;

/// How long a session counts as ended whose mark cannot be read; longer where sessions last longer.
const DAY: i64 = 86_400;

/// Ended sessions.
#[derive(Default)]
pub(super) struct Revoked {
    /// By id, each with the moment its mark may be forgotten.
    ended: RwLock<HashMap<String, i64>>,
    /// Whether the marks were ever listed. Before that nobody can tell a session that was ended from one that counts.
    listed: AtomicBool,
}

impl Revoked {
    /// Whether a session was ended.
    pub(super) fn contains(&self, sid: &str) -> bool {
        self.ended.read().unwrap_or_else(PoisonError::into_inner).contains_key(sid)
    }

    /// Ends a session, from this moment on in this process.
    pub(super) fn insert(&self, sid: String, until: i64) {
        self.ended.write().unwrap_or_else(PoisonError::into_inner).insert(sid, until);
    }

    /// Whether the marks are known, as of some moment since the start.
    pub(super) fn known(&self) -> bool {
        self.listed.load(Ordering::Acquire)
    }

    /// Adds all that was found beside the releases, forgets what is over, and says which marks those were. `longest`
    /// is how long a session can last. A mark that cannot be read, or makes no sense, ends its session all the same:
    /// somebody meant to end it, and its name says which.
    pub(super) fn learn<E>(&self, marks: Vec<(String, Found<E>)>, now: i64, longest: i64) -> Vec<String> {
        let unread = now.saturating_add(longest.max(DAY));
        let until = |body: Vec<u8>| serde_json::from_slice(&body).map_or(unread, |mark: Mark| mark.until);
        let until = |found: Found<E>| found.map_or(Some(unread), |body| body.map(until));
        let mut held = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        held.extend(marks.into_iter().filter_map(|(sid, found)| Some((sid, until(found)?))));
        self.listed.store(true, Ordering::Release);
        held.extract_if(|_, until| *until <= now).map(|(sid, _)| sid).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_session_stays_ended_until_it_would_have_ended_by_itself() {
        let revoked = Revoked::default();
        revoked.insert("here".into(), 100);
        let mark = |until| Ok(serde_json::to_vec(&Mark { until }).ok());
        let (garbled, unread) = (Ok(Some(b"{".into())), Err("torn"));
        let marks = [("garbled", garbled), ("unread", unread), ("gone", Ok(None))];
        let marks = [("elsewhere", mark(150)), ("over", mark(50))].into_iter().chain(marks);
        let marks = marks.map(|(sid, found)| (sid.to_owned(), found)).collect();
        assert!(!revoked.known());
        assert_eq!(revoked.learn(marks, 60, 100), ["over"]);
        assert!(revoked.known());
        let ended = |sid| revoked.contains(sid);
        assert!(ended("here") && ended("elsewhere") && ended("garbled") && ended("unread"));
        assert!(!ended("over") && !ended("gone") && !ended("other"));
        assert_eq!(revoked.learn::<&str>(vec![], 100, 100), ["here"]);
        assert!(!ended("here") && ended("elsewhere"));
        revoked.learn::<&str>(vec![], 60 + DAY - 1, 100);
        assert!(ended("garbled") && ended("unread"));
        revoked.learn(vec![("unread".into(), Err("torn"))], 60 + DAY, 2 * DAY);
        assert!(!ended("garbled") && ended("unread"));
        revoked.learn::<&str>(vec![], 60 + 3 * DAY - 1, 2 * DAY);
        assert!(ended("unread"), "no session outlives its mark");
    }
}
