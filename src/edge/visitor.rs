//! Who is asking, and what the current release's policy opens to them.

use std::sync::Arc;

use http::HeaderMap;
use quick_cache::sync::Cache;

use super::cookies::Jar;
use super::session::Session;
use super::{Edge, moment};
use crate::domain::policy::{Claims, Refusal, Viewer};
use crate::domain::release::{Digest, Release};
use crate::keys::Keyring;

/// How many sessions are remembered with their roles. Further ones are checked anew, which takes some microseconds.
const REMEMBERED: usize = 10_000;

/// A session that counts, and what it opens in one release.
#[derive(Debug)]
pub(super) struct Visitor {
    /// As the cookie holds it.
    pub(super) session: Session,
    /// What the policy says to its claims.
    pub(super) admitted: Result<Viewer, Refusal>,
    /// Whether the policy looks for something that was not kept: only the provider can tell what it opens.
    pub(super) outdated: bool,
    /// The endings that end it.
    subjects: Vec<Digest>,
    release: u64,
    /// The keys that its cookie was checked with.
    keys: Arc<Keyring>,
}

impl Visitor {
    /// The endings that end it.
    pub(super) fn subjects(&self) -> &[Digest] {
        &self.subjects
    }

    /// The claims, as the policy judges them.
    pub(super) fn claims(session: &Session, ends: i64) -> Claims {
        Claims::new(session.claims.clone(), moment(ends))
    }
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
    /// Times and endings are looked at every time, the signature and the roles once for each cookie, release and set of
    /// keys: a new release's policy binds with the next request, and so does a key that was retired.
    pub(super) fn visitor(&self, headers: &HeaderMap, release: &Release, now: i64) -> Option<Arc<Visitor>> {
        let cookie = Jar::of(headers).get(self.cookies.session())?;
        let digest = Digest::of(cookie.as_bytes());
        let keys = self.keys();
        let same = |known: &Arc<Visitor>| known.release == release.number && Arc::ptr_eq(&known.keys, &keys);
        let visitor = match self.visitors.0.get(&digest).filter(same) {
            Some(visitor) => visitor,
            None => {
                let visitor = Arc::new(self.read(cookie, release, keys, now)?);
                self.visitors.0.insert(digest, visitor.clone());
                visitor
            }
        };
        self.counts(&visitor.session, &visitor.subjects, now).then_some(visitor)
    }

    /// The session of a cookie that counts, whatever release is served.
    pub(super) fn session(&self, headers: &HeaderMap, now: i64) -> Option<Session> {
        let session = self.verify(&self.keys(), Jar::of(headers).get(self.cookies.session())?)?;
        self.counts(&session, &session.subjects(), now).then_some(session)
    }

    fn read(&self, cookie: &str, release: &Release, keys: Arc<Keyring>, now: i64) -> Option<Visitor> {
        let session = self.verify(&keys, cookie)?;
        let admitted = release.policy.admit(&Visitor::claims(&session, session.ends(self.limits)), moment(now));
        let outdated = !session.kept.suffices(&release.policy);
        Some(Visitor { subjects: session.subjects(), session, admitted, outdated, release: release.number, keys })
    }

    fn verify(&self, keys: &Keyring, cookie: &str) -> Option<Session> {
        match keys.verify::<Session>(cookie) {
            Ok(session) => Some(session),
            Err(error) => {
                tracing::debug!(%error, "a session cookie was refused");
                None
            }
        }
    }

    /// Whether a session counts: its times are right, nobody ended it, and its provider is still one of this site's.
    fn counts(&self, session: &Session, subjects: &[Digest], now: i64) -> bool {
        session.check(self.limits, now).is_ok()
            && !self.ended.over(subjects, session.signed_in)
            && session.text("iss").is_some_and(|issuer| self.providers.issued_by(issuer).is_some())
    }
}
