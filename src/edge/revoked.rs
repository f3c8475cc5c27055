//! Sessions that were ended before their time. Kept beside the releases, so that every edge knows, also after a restart.

use std::collections::HashMap;
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

/// Ended sessions by id, each with the moment its mark may be forgotten.
#[derive(Default)]
pub(super) struct Revoked(RwLock<HashMap<String, i64>>);

impl Revoked {
    /// Whether a session was ended.
    pub(super) fn contains(&self, sid: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(sid)
    }

    /// Ends a session, from this moment on in this process.
    pub(super) fn insert(&self, sid: String, until: i64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(sid, until);
    }

    /// Adds what is written beside the releases, forgets what is over, and says which marks those were. A mark that
    /// cannot be read still counts, for a day: somebody meant to end that session.
    pub(super) fn learn(&self, marks: Vec<(String, Vec<u8>)>, now: i64) -> Vec<String> {
        let until = |body: &[u8]| serde_json::from_slice(body).map_or(now + 86_400, |mark: Mark| mark.until);
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.extend(marks.into_iter().map(|(sid, body)| (sid, until(&body))));
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
        let mark = |until| serde_json::to_vec(&Mark { until }).unwrap();
        let marks = vec![("elsewhere".into(), mark(150)), ("over".into(), mark(50)), ("garbled".into(), b"{".to_vec())];
        assert_eq!(revoked.learn(marks, 60), ["over"]);
        let known = |sid| revoked.contains(sid);
        assert!(known("here") && known("elsewhere") && known("garbled") && !known("over") && !known("other"));
        assert_eq!(revoked.learn(vec![], 100), ["here"]);
        assert!(!known("here") && known("elsewhere"));
    }
}
