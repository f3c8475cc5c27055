//! Signing out: by the person, and by the provider behind their back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::StatusCode;
use http::header::HeaderName;

use super::Edge;
use super::audit::Kind;
use super::cookies::Jar;
use super::ended::{self, Mark, Subject};
use super::event;
use super::login::Fault;
use super::logouttoken::{FRESH, LoggedOut, claimed_issuer};
use super::ops::count;
use super::reply::{self, Reply};
use super::routes::Asked;
use super::session::{SKEW, Session};
use super::signin::{Params, REMOVED, plain};
use crate::domain::release::Digest;
use crate::keys;

/// Logout tokens that were obeyed, by the digest of their issuer and `jti`, each with the moment it becomes too old.
#[derive(Default)]
pub(super) struct Obeyed(Mutex<HashMap<Digest, i64>>);

impl Obeyed {
    /// Whether a token was obeyed before.
    fn contains(&self, key: &Digest) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key)
    }

    /// Remembers one for as long as it would be believed.
    fn insert(&self, key: Digest, now: i64) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, until| *until > now);
        held.insert(key, now.saturating_add(FRESH + 2 * SKEW));
    }
}

impl Edge {
    /// `/-/logout`: ends the session here, then at the provider.
    pub(super) async fn logout(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        if !reply::from_own_page(&asked.headers, &self.origin()) {
            return self.not_from_here("Signing out works only from a page of this site. You are still signed in.");
        }
        let Some(session) = self.session(&asked.headers, now) else {
            let mut reply = reply::see_other("/-/signed-out");
            self.forget(asked, &mut reply);
            return reply;
        };
        let everywhere = Params::of_form(&asked.form).text("everywhere") == "1";
        let written = match everywhere {
            true => self.end_everywhere(&session, now).await,
            false => self.end(&session, now).await,
        };
        let told = event(Kind::SignOut, now).who(&session.claims).sid(&session.sid);
        let told = if everywhere { told.what("everywhere") } else { told };
        self.tell(asked, told.outcome(if written { "ok" } else { "not-written" }));
        self.leave(asked, &session).await
    }

    /// Ends every session of a person; whether it could be written down.
    async fn end_everywhere(self: &Arc<Edge>, session: &Session, now: i64) -> bool {
        let text = |claim: &str| session.text(claim).unwrap_or_default();
        let until = now.saturating_add(self.limits.absolute).saturating_add(SKEW);
        let key = Subject::Person { iss: text("iss"), sub: text("sub") }.key();
        // One that began in this very second, after an ending of that second, ends too.
        let before = self.ended.free(&[key], now);
        self.end_as(key, Mark { before, until }).await
    }

    /// Sends somebody whose session has ended to sign out at the provider too.
    async fn leave(&self, asked: &Asked, session: &Session) -> Reply {
        count(&self.metrics.sign_outs);
        let target = self.at_provider(asked, session).await;
        // Over a page, because it began with a form; see the way to a sign-in.
        let mut reply = match target {
            Some(target) => self.pages.onward(&target),
            None => reply::see_other("/-/signed-out"),
        };
        self.forget(asked, &mut reply);
        reply
    }

    /// Where to sign out at the provider too.
    async fn at_provider(&self, asked: &Asked, session: &Session) -> Option<String> {
        let provider = self.providers.issued_by(session.text("iss")?)?;
        let sealed = self.cookies.hint_in(&Jar::of(&asked.headers));
        let id_token = sealed.and_then(|sealed| self.keys().unseal(sealed, &session.sid).ok());
        let id_token = id_token.and_then(|bytes| String::from_utf8(bytes).ok());
        // Nothing depends on the state when the browser comes back: whoever is signed out is told so.
        let state = keys::random_id().ok()?;
        provider.end_session(session.text("sub"), id_token.as_deref(), &state).await
    }

    /// Has the browser forget everything of this site.
    fn forget(&self, asked: &Asked, reply: &mut Reply) {
        for name in [self.cookies.session(), self.cookies.guest()] {
            reply::cookie(reply, &self.cookies.clear(name));
        }
        reply::cookie(reply, &self.cookies.set_hint(None));
        let jar = Jar::of(&asked.headers);
        for (name, _) in jar.starting(self.cookies.attempt()).filter(|(name, _)| plain(name)).take(REMOVED) {
            reply::cookie(reply, &self.cookies.clear(name));
        }
        // Not "cookies": that clears those of the whole registrable domain, the provider's among them.
        reply::put(reply, HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
    }

    /// `/-/backchannel-logout`: the provider ends sessions (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).
    pub(super) async fn back_channel(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        let params = Params::of_form(&asked.form);
        let Ok(Some(token)) = params.once("logout_token") else {
            return self.not_obeyed(asked, "there is no logout token, or more than one", now);
        };
        let provider = claimed_issuer(token).and_then(|issuer| self.providers.issued_by(&issuer));
        let Some(provider) = provider else {
            return self.not_obeyed(asked, "the logout token is of no provider of this site", now);
        };
        let logged_out = match provider.logout(token, now).await {
            Ok(logged_out) => logged_out,
            Err(Fault::Refused(why)) => return self.not_obeyed(asked, &why, now),
            Err(Fault::Down(why)) => {
                tracing::warn!(why, "a logout token could not be checked");
                return try_again();
            }
        };
        let iss = provider.issuer();
        let key = Digest::of_parts([iss.as_bytes(), logged_out.jti.as_bytes()]);
        if self.obeyed.contains(&key) {
            return self.not_obeyed(asked, "the logout token was sent before", now);
        }
        if !self.obey(iss, &logged_out, now).await {
            return try_again();
        }
        self.obeyed.insert(key, now);
        count(&self.metrics.sign_outs);
        let event = event(Kind::SignOut, now).outcome("by-provider");
        let event = event.person(iss, logged_out.sub.as_deref().unwrap_or_default());
        self.tell(asked, event);
        reply::body(StatusCode::OK, "text/plain; charset=utf-8", bytes::Bytes::new())
    }

    /// Ends the sessions that came of the one at the provider, where it is named, else all of the person's. A session
    /// of which the provider did not say its own name is taken for the one that is meant.
    async fn obey(self: &Arc<Edge>, iss: &str, logged_out: &LoggedOut, now: i64) -> bool {
        let until = now.saturating_add(self.limits.absolute).saturating_add(SKEW);
        // A token that comes late means no session that began after it was made, as far as two clocks can tell.
        let before = now.min(logged_out.iat.saturating_add(SKEW));
        let (sub, all) = (logged_out.sub.as_deref(), Mark { before, until });
        let endings = match &logged_out.sid {
            Some(sid) => [
                Some((Subject::AtProvider { iss, sid }, Mark::of(until))),
                sub.map(|sub| (Subject::Unnamed { iss, sub }, all)),
            ],
            None => [sub.map(|sub| (Subject::Person { iss, sub }, all)), None],
        };
        let mut written = true;
        for (subject, mark) in endings.into_iter().flatten() {
            written &= self.end_as(subject.key(), mark).await;
        }
        written
    }

    fn not_obeyed(&self, asked: &Asked, why: &str, now: i64) -> Reply {
        tracing::warn!(why, "a logout token was refused");
        let held_back = self.tell_failure(asked, event(Kind::SignOut, now).outcome("not-believed").what(why));
        held_back.unwrap_or_else(|| reply::json(StatusCode::BAD_REQUEST, "invalid_request", why))
    }

    /// Ends something: here at once, elsewhere with the next look at what is beside the releases. Whether it could be
    /// written down.
    pub(super) async fn end_as(self: &Arc<Edge>, key: Digest, mark: Mark) -> bool {
        self.ended.insert(key, mark);
        let edge = self.clone();
        // On a task of its own: a browser that does not wait for the answer has signed out all the same.
        let written = tokio::spawn(async move { ended::write(&edge.releases, key, mark).await });
        let failure = match written.await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(failure, "an ending is known to this process only: it could not be written down");
        false
    }
}

/// The answer to a provider whose logout token could not be dealt with now.
fn try_again() -> Reply {
    let mut reply = reply::json(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again");
    reply::put(&mut reply, http::header::RETRY_AFTER, "2");
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_is_obeyed_once() {
        let obeyed = Obeyed::default();
        let key = |jti: &str| Digest::of(jti.as_bytes());
        assert!(!obeyed.contains(&key("a")));
        obeyed.insert(key("a"), 0);
        obeyed.insert(key("b"), 719);
        assert!(obeyed.contains(&key("a")) && obeyed.contains(&key("b")));
        obeyed.insert(key("c"), 720);
        assert!(!obeyed.contains(&key("a")) && obeyed.contains(&key("b")));
    }
}
