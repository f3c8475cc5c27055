//! The way back from the provider: what a sign-in comes to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::StatusCode;
use http::header::USER_AGENT;

use super::Edge;
use super::audit::Kind;
use super::cookies::{Jar, LONGEST};
use super::ended::Mark;
use super::event;
use super::login::{Fault, Login, Signed, needs_interaction};
use super::ops::count;
use super::pages::Stopped;
use super::people;
use super::reply::{self, Reply};
use super::routes::{Asked, login_address};
use super::session::{ATTEMPT, Attempt, SKEW, Session};
use super::signin::Params;
use super::visitor::Visitor;
use crate::domain::policy::Policy;
use crate::keys;

/// For how long a session goes on with the claims it has when the provider answers that it cannot be asked now, in
/// seconds.
const RESPITE: i64 = 300;

/// States of sign-ins that came back, each with the moment from which its cookie is no longer good anyway.
#[derive(Default)]
pub(super) struct Spent(Mutex<HashMap<String, i64>>);

impl Spent {
    /// Takes a state; `false` if it was taken before. The provider's codes work once too, so what is forgotten
    /// here under a flood, or by a restart, is still not to be had twice.
    fn take(&self, state: &str, now: i64) -> bool {
        const MOST: usize = 50_000;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.retain(|_, until| *until > now);
        }
        if held.len() >= MOST {
            held.clear();
        }
        held.insert(state.to_owned(), now.saturating_add(ATTEMPT)).is_none()
    }
}

/// What a callback brings.
pub(super) struct Answer<'a> {
    pub(super) state: &'a str,
    pub(super) code: Option<&'a str>,
    pub(super) iss: Option<&'a str>,
    pub(super) error: Option<&'a str>,
    pub(super) description: Option<&'a str>,
}

impl<'a> Answer<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// When there is no state, or anything came twice.
    pub(super) fn of(params: &'a Params) -> Result<Answer<'a>, ()> {
        Ok(Answer {
            state: params.once("state")?.ok_or(())?,
            code: params.once("code")?,
            iss: params.once("iss")?,
            error: params.once("error")?,
            description: params.once("error_description")?,
        })
    }
}

/// A sign-in that came back and counts.
struct Returned<'a> {
    asked: &'a Asked,
    provider: &'a Login,
    attempt: &'a Attempt,
    now: i64,
}

impl Edge {
    /// `/-/callback`: back from the provider.
    pub(super) async fn callback(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        let params = Params::of(&asked.query);
        let Ok(answer) = Answer::of(&params) else { return self.stale(asked, now) };
        let name = format!("{}{}", self.cookies.attempt(), answer.state);
        let Some(cookie) = Jar::of(&asked.headers).get(&name) else { return self.stale(asked, now) };
        let attempt = self.keys().verify::<Attempt>(cookie).ok();
        let attempt = attempt.filter(|attempt| attempt.state == answer.state && attempt.current(now));
        let mut reply = match attempt {
            Some(attempt) if self.spent.take(&attempt.state, now) => {
                let provider = self.providers.named(&attempt.provider);
                match provider.filter(|provider| provider.returns_to(&asked.path)) {
                    Some(provider) => {
                        let returned = Returned { asked, provider, attempt: &attempt, now };
                        self.returned(&returned, &answer).await
                    }
                    None => self.stale(asked, now),
                }
            }
            _ => self.stale(asked, now),
        };
        // Whatever came of it, this sign-in is over.
        reply::cookie(&mut reply, &self.cookies.clear(&name));
        reply
    }

    async fn returned(self: &Arc<Edge>, returned: &Returned<'_>, answer: &Answer<'_>) -> Reply {
        let Returned { provider, attempt, now, .. } = *returned;
        if let Err(fault) = provider.answered(answer.iss).await {
            return self.failed(returned, fault).await;
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code,
            (_, error) => return self.declined(returned, error.unwrap_or("no code"), answer.description).await,
        };
        let Some(opened) = self.current.get().filter(|_| self.ended.known()) else { return self.pages.not_ready() };
        let policy = &opened.release().policy;
        match provider.finish(attempt, code, &policy.claim_roots(), now).await {
            Ok(signed) => self.signed(returned, signed, policy).await,
            Err(Fault::Down(why)) if attempt.renews.is_some() => self.respite(returned, policy, &why),
            Err(fault) => self.failed(returned, fault).await,
        }
    }

    /// The provider has said who it is.
    async fn signed(self: &Arc<Edge>, returned: &Returned<'_>, signed: Signed, policy: &Policy) -> Reply {
        let Returned { asked, attempt, now, .. } = *returned;
        let id_token = signed.id_token.clone();
        let sid = match keys::random_id() {
            Ok(sid) => sid,
            Err(error) => return self.broken(&error),
        };
        let session = Session::new(sid, now, signed, policy);
        let before = self.session(&asked.headers, now);
        let renewal = attempt.renews.is_some();
        let session = match (&attempt.renews, &before) {
            (None, _) => session,
            (Some(sid), Some(before)) if before.sid == *sid => {
                if before.text("sub") != session.text("sub") {
                    return self.somebody_else(returned, before, &session).await;
                }
                before.clone().renewed(session)
            }
            // It was ended, or gave way to another, while the provider was asked: it must not come to life again.
            (Some(_), _) => return reply::see_other(&attempt.back),
        };
        let fitting = match self.session_cookie(&session) {
            Some(_) => session,
            None => session.shortened(policy),
        };
        if self.session_cookie(&fitting).is_none() {
            return self.too_much(returned, &fitting);
        }
        let session = if renewal {
            fitting
        } else {
            // One browser, one session: what the cookie held before must not live on beside it.
            if let Some(before) = &before {
                self.end(before, now).await;
            }
            match self.begun(returned, fitting).await {
                Ok(session) => session,
                Err(reply) => return reply,
            }
        };
        let Some(cookie) = self.session_cookie(&session) else { return self.too_much(returned, &session) };
        let kind = if renewal { Kind::Renewal } else { Kind::SignIn };
        self.tell(asked, event(kind, now).who(&session.claims).sid(&session.sid).outcome("ok"));
        if !renewal {
            count(&self.metrics.sign_ins);
            if policy.admit(&Visitor::claims(&session, i64::MAX), super::moment(now)).is_err() {
                self.tell(asked, event(Kind::Refusal, now).who(&session.claims).sid(&session.sid).outcome("no-role"));
            }
        }
        let mut reply = reply::see_other(&attempt.back);
        reply::cookie(&mut reply, &cookie);
        let sealed = self.keys().seal(id_token.as_bytes(), &session.sid).ok();
        reply::cookie(&mut reply, &self.cookies.set_hint(sealed.as_deref()));
        reply
    }

    /// Writes a new session down, so that it can be listed. It begins no earlier than an ending of the same second.
    async fn begun(self: &Arc<Edge>, returned: &Returned<'_>, session: Session) -> Result<Session, Reply> {
        let Returned { asked, attempt, now, .. } = *returned;
        let subjects = session.subjects();
        if self.ended.after(&subjects, attempt.began()) {
            self.tell(asked, event(Kind::SignIn, now).who(&session.claims).outcome("ended-meanwhile"));
            let text = "Your sessions were ended while you were signing in.";
            return Err(self.pages.stopped(StatusCode::FORBIDDEN, &Stopped::again("You were signed out", text)));
        }
        let at = self.ended.free(&subjects, now);
        if at > now + SKEW {
            self.tell(asked, event(Kind::SignIn, now).who(&session.claims).outcome("ended"));
            let text = "This session at the sign-in provider was ended before. Sign out there, then sign in anew.";
            return Err(self.pages.stopped(StatusCode::FORBIDDEN, &Stopped::again("You were signed out", text)));
        }
        let session = Session { signed_in: at, seen: at, ..session };
        let text = |claim: &str| session.text(claim).map(str::to_owned);
        let agent = asked.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let signed = people::Signed {
            sid: session.sid.clone(),
            iss: text("iss").unwrap_or_default(),
            sub: text("sub").unwrap_or_default(),
            provider_sid: session.provider_sid.clone(),
            email: text("email"),
            at,
            until: session.ends(self.limits),
            from: asked.from.to_string(),
            agent: agent.chars().take(300).collect(),
        };
        if let Err(error) = people::note(&self.releases, &signed).await {
            tracing::error!(%error, "a sign-in could not be written down: it counts, and no list shows it");
        }
        Ok(session)
    }

    /// The provider has another person signed in than the session is of: the session ends.
    async fn somebody_else(self: &Arc<Edge>, returned: &Returned<'_>, before: &Session, now_in: &Session) -> Reply {
        let Returned { asked, now, .. } = *returned;
        self.end(before, now).await;
        let event = event(Kind::Renewal, now).who(&before.claims).sid(&before.sid).outcome("somebody-else");
        self.tell(asked, event.what(now_in.text("sub").unwrap_or_default()));
        let text = "The sign-in provider has somebody else signed in now. This session has ended.";
        let mut reply = self.pages.stopped(StatusCode::FORBIDDEN, &Stopped::again("You were signed out", text));
        self.forget_session(&mut reply);
        reply
    }

    /// The provider, or the person at the provider, said no.
    async fn declined(&self, returned: &Returned<'_>, error: &str, description: Option<&str>) -> Reply {
        let Returned { asked, provider, attempt, now } = *returned;
        if attempt.renews.is_some() && needs_interaction(error) {
            // The provider does not know the person any longer: it must ask them, and they come back all the same.
            return reply::see_other(&login_address(&attempt.back));
        }
        // Anybody can write these words into an address: the session goes on only if the provider cannot be asked.
        let away = ["temporarily_unavailable", "server_error"].contains(&error);
        if attempt.renews.is_some() && away && !provider.reachable().await {
            return match self.current.get() {
                Some(opened) => self.respite(returned, &opened.release().policy, error),
                None => self.pages.no_release(),
            };
        }
        count(&self.metrics.failed);
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
        let code = short(error);
        if let Some(reply) = self.tell_failure(asked, event(Kind::SignIn, now).outcome("declined").what(&code)) {
            return reply;
        }
        let detail = description.map_or_else(|| code.clone(), |text| format!("{code}: {}", short(text)));
        let stopped = Stopped::again("Sign-in was not completed", "The sign-in provider answered:");
        self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped { detail: Some(detail), ..stopped })
    }

    /// A renewal came to nothing because the provider cannot answer: the session goes on for a while as it is.
    fn respite(&self, returned: &Returned<'_>, policy: &Policy, why: &str) -> Reply {
        let Returned { asked, attempt, now, .. } = *returned;
        tracing::warn!(why, "claims could not be renewed: the provider cannot be used");
        let session = self.session(&asked.headers, now);
        let Some(session) = session.filter(|session| Some(&session.sid) == attempt.renews.as_ref()) else {
            return reply::see_other(&attempt.back);
        };
        // What the policy looks for is not known of this person: coming back would only lead here again.
        if !session.kept.suffices(policy) {
            return self.pages.provider_down();
        }
        let mut reply = reply::see_other(&attempt.back);
        let claimed = now.saturating_sub(self.limits.claims).saturating_add(RESPITE);
        let cookie = self.session_cookie(&Session { claimed: session.claimed.max(claimed), ..session });
        cookie.iter().for_each(|cookie| reply::cookie(&mut reply, cookie));
        reply
    }

    async fn failed(self: &Arc<Edge>, returned: &Returned<'_>, fault: Fault) -> Reply {
        let Returned { asked, attempt, now, .. } = *returned;
        let session = self.session(&asked.headers, now);
        // Another tab has signed in meanwhile, and the provider gave up this sign-in for that one.
        if attempt.renews.is_none() && session.as_ref().is_some_and(|one| one.signed_in > attempt.began()) {
            return reply::see_other(&attempt.back);
        }
        let down = matches!(fault, Fault::Down(_));
        let (Fault::Down(why) | Fault::Refused(why)) = &fault;
        let told = event(Kind::SignIn, now).outcome(if down { "provider-down" } else { "not-believed" }).what(why);
        let held_back = self.tell_failure(asked, told);
        let mut reply = held_back.unwrap_or_else(|| self.fault(fault));
        // What answers for the person now is not what the session came from: it does not go on.
        let before = session.filter(|before| attempt.renews.as_ref() == Some(&before.sid));
        if let Some(before) = before.filter(|_| !down) {
            self.end(&before, now).await;
            self.forget_session(&mut reply);
        }
        reply
    }

    /// A callback that nothing waits for. Whoever is signed in came by the back button and is let in.
    fn stale(&self, asked: &Asked, now: i64) -> Reply {
        if self.session(&asked.headers, now).is_some() {
            return reply::see_other("/");
        }
        if let Some(reply) = self.tell_failure(asked, event(Kind::SignIn, now).outcome("stale")) {
            return reply;
        }
        let text = "This sign-in was completed already, took longer than ten minutes, or began in another browser.";
        self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped::again("This sign-in is over", text))
    }

    fn too_much(&self, returned: &Returned<'_>, session: &Session) -> Reply {
        count(&self.metrics.failed);
        let event = event(Kind::SignIn, returned.now).who(&session.claims).outcome("too-many-claims");
        self.tell(returned.asked, event);
        tracing::warn!("a sign-in was refused: what the policy reads of the claims does not fit into a cookie");
        let text = "The provider says more about you than fits into a session: too many groups, probably. Ask whoever \
                    looks after this site to have the provider send fewer.";
        self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped::again("Too many claims", text))
    }

    fn forget_session(&self, reply: &mut Reply) {
        reply::cookie(reply, &self.cookies.clear(self.cookies.session()));
        reply::cookie(reply, &self.cookies.set_hint(None));
    }

    /// A `Set-Cookie` for a session; `None` if a browser would not keep it.
    pub(super) fn session_cookie(&self, session: &Session) -> Option<String> {
        let token =
            self.keys().sign(session).inspect_err(|error| tracing::error!(%error, "a session cannot be signed"));
        let cookie = self.cookies.set(self.cookies.session(), &token.ok()?, None);
        (cookie.len() <= LONGEST).then_some(cookie)
    }

    /// Ends a session: here at once, elsewhere with the next look at what is beside the releases.
    /// Whether it could be written down for them.
    pub(super) async fn end(self: &Arc<Edge>, session: &Session, now: i64) -> bool {
        let until = session.ends(self.limits).max(now).saturating_add(SKEW);
        self.end_as(super::ended::Subject::Session(&session.sid).key(), Mark::of(until)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_a_parameter_twice_is_no_answer() {
        assert!(Answer::of(&Params::of("code=a&state=s")).is_ok());
        assert!(Answer::of(&Params::of("code=a&code=b&state=s")).is_err());
        assert!(Answer::of(&Params::of("code=a&state=s&st%61te=s")).is_err());
        assert!(Answer::of(&Params::of("code=a")).is_err());
    }

    #[test]
    fn a_sign_in_can_be_completed_once() {
        let spent = Spent::default();
        assert!(spent.take("a", 0) && spent.take("b", 0));
        assert!(!spent.take("a", 599));
    }
}
