//! Who is asking, and what the current release's policy opens to them.

use std::sync::Arc;

use http::HeaderMap;
use quick_cache::sync::Cache;

use super::cookies::Jar;
use super::session::Session;
use super::{Edge, moment};
use crate::domain::policy::{Claims, Refusal, Viewer};
use crate::domain::release::{Digest, Release};

/// How many sessions are remembered with their roles. Further ones are checked anew, which takes some microseconds.
const REMEMBERED: usize = 10_000;

/// A session that counts, and what it opens in one release.
#[derive(Debug)]
pub(super) struct Visitor {
    /// As the cookie holds it.
    pub(super) session: Session,
    /// What the policy says to its claims.
    pub(super) admitted: Result<Viewer, Refusal>,
    /// Whether the policy looks for something that was not kept: only a new sign-in tells what it opens.
    pub(super) outdated: bool,
    release: u64,
}

/// Sessions seen lately, by the digest of their cookie.
pub(super) struct Visitors(Cache<Digest, Arc<Visitor>>);

impl Default for Visitors {
    fn default() -> Visitors {
        Visitors(Cache::new(REMEMBERED))
    }
}

impl Edge {
    /// The visitor whose session cookie came with a request; `None` for anything that does not count.
    ///
    /// Times and revocation are looked at every time, the signature and the roles once for each cookie and release:
    /// a new release's policy binds with the next request.
    pub(super) fn visitor(&self, headers: &HeaderMap, release: &Release, now: i64) -> Option<Arc<Visitor>> {
        let cookie = Jar::of(headers).get(self.cookies.session())?;
        let digest = Digest::of(cookie.as_bytes());
        let known = self.visitors.0.get(&digest).filter(|visitor| visitor.release == release.number);
        let visitor = match known {
            Some(visitor) => visitor,
            None => {
                let visitor = Arc::new(self.read(cookie, release, now)?);
                self.visitors.0.insert(digest, visitor.clone());
                visitor
            }
        };
        self.counts(&visitor.session, now).then_some(visitor)
    }

    /// The session of a cookie that counts, whatever release is served.
    pub(super) fn session(&self, headers: &HeaderMap, now: i64) -> Option<Session> {
        let session = self.verify(Jar::of(headers).get(self.cookies.session())?)?;
        self.counts(&session, now).then_some(session)
    }

    fn read(&self, cookie: &str, release: &Release, now: i64) -> Option<Visitor> {
        let session = self.verify(cookie)?;
        let claims = Claims::new(session.claims.clone(), moment(session.ends(self.limits)));
        let admitted = release.policy.admit(&claims, moment(now));
        let outdated = !session.kept.suffices(&release.policy);
        Some(Visitor { session, admitted, outdated, release: release.number })
    }

    fn verify(&self, cookie: &str) -> Option<Session> {
        match self.keys.verify::<Session>(cookie) {
            Ok(session) => Some(session),
            Err(error) => {
                tracing::debug!(%error, "a session cookie was refused");
                None
            }
        }
    }

    fn counts(&self, session: &Session, now: i64) -> bool {
        session.check(self.limits, now).is_ok() && !self.revoked.contains(&session.sid)
    }
}
