//! Signing in and out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::HeaderName;
use http::{HeaderMap, StatusCode};
use reqwest::Url;

use super::address::may_return_to;
use super::cookies::{Jar, LONGEST};
use super::login::Fault;
use super::ops::count;
use super::pages::Stopped;
use super::reply::{self, Reply};
use super::session::{ATTEMPT, Attempt, Session};
use super::{Edge, revoked};
use crate::keys;

/// Sign-ins under way in one browser at most; the oldest gives way.
const ATTEMPTS: usize = 5;

/// The parameters of a query, decoded once.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads what stands behind the question mark.
    pub(super) fn of(query: &str) -> Params {
        let url = Url::parse(&format!("query:?{query}"));
        Params(url.map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default())
    }

    /// The value of a parameter that came once or not at all.
    ///
    /// # Errors
    /// When it came twice: two readers could believe different ones.
    fn once(&self, name: &str) -> Result<Option<&str>, ()> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(()) } else { Ok(first) }
    }
}

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
struct Answer<'a> {
    state: &'a str,
    code: Option<&'a str>,
    iss: Option<&'a str>,
    error: Option<&'a str>,
    description: Option<&'a str>,
}

impl<'a> Answer<'a> {
    fn of(params: &'a Params) -> Result<Answer<'a>, ()> {
        Ok(Answer {
            state: params.once("state")?.ok_or(())?,
            code: params.once("code")?,
            iss: params.once("iss")?,
            error: params.once("error")?,
            description: params.once("error_description")?,
        })
    }
}

impl Edge {
    /// `/-/login`: off to the provider.
    pub(super) async fn login(&self, headers: &HeaderMap, params: &Params) -> Reply {
        if self.current.get().is_none() {
            return self.pages.no_release();
        }
        let back = params.once("return").ok().flatten().filter(|back| may_return_to(back, &self.base));
        let another = params.once("another") == Ok(Some("1"));
        let begun = match self.login.begin(another, back.unwrap_or("/").to_owned()).await {
            Ok(begun) => begun,
            Err(fault) => return self.fault(fault),
        };
        let cookie = match self.keys.sign(&begun.attempt) {
            Ok(cookie) => cookie,
            Err(error) => return self.broken(&error),
        };
        let mut reply = reply::see_other(&begun.url);
        for name in self.crowded_out(headers) {
            reply::cookie(&mut reply, &self.cookies.clear(&name));
        }
        let name = format!("{}{}", self.cookies.attempt(), begun.attempt.state);
        reply::cookie(&mut reply, &self.cookies.set(&name, &cookie, Some(ATTEMPT)));
        reply
    }

    /// `/-/callback`: back from the provider.
    pub(super) async fn callback(self: &Arc<Edge>, headers: &HeaderMap, params: &Params, now: i64) -> Reply {
        let Ok(answer) = Answer::of(params) else { return self.stale() };
        let name = format!("{}{}", self.cookies.attempt(), answer.state);
        let Some(cookie) = Jar::of(headers).get(&name) else { return self.stale() };
        let attempt = self.keys.verify::<Attempt>(cookie).ok();
        let attempt = attempt.filter(|attempt| attempt.state == answer.state && attempt.current(now));
        let mut reply = match attempt {
            Some(attempt) if self.spent.take(&attempt.state, now) => {
                self.returned(headers, &attempt, &answer, now).await
            }
            _ => self.stale(),
        };
        // Whatever came of it, this sign-in is over.
        reply::cookie(&mut reply, &self.cookies.clear(&name));
        reply
    }

    async fn returned(
        self: &Arc<Edge>,
        headers: &HeaderMap,
        attempt: &Attempt,
        answer: &Answer<'_>,
        now: i64,
    ) -> Reply {
        if let Err(fault) = self.login.answered(answer.iss).await {
            return self.fault(fault);
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code,
            (_, error) => return self.declined(error.unwrap_or("no code"), answer.description),
        };
        let Some(opened) = self.current.get() else { return self.pages.no_release() };
        let policy = &opened.release().policy;
        let claims = match self.login.finish(attempt, code, &policy.claim_roots(), now).await {
            Ok(claims) => claims,
            Err(fault) => return self.fault(fault),
        };
        let sid = match keys::random_id() {
            Ok(sid) => sid,
            Err(error) => return self.broken(&error),
        };
        let session = Session::new(sid, now, claims, policy);
        let cookie = self.session_cookie(&session).or_else(|| self.session_cookie(&session.shortened(policy)));
        let Some(cookie) = cookie else { return self.too_much() };
        // One browser, one session: what the cookie held before must not live on beside it.
        if let Some(before) = self.session(headers, now) {
            self.end(&before).await;
        }
        count(&self.metrics.sign_ins);
        tracing::info!(sub = session.text("sub"), "signed in");
        let mut reply = reply::see_other(&attempt.back);
        reply::cookie(&mut reply, &cookie);
        reply
    }

    /// `/-/logout`: ends the session here, then at the provider.
    pub(super) async fn logout(self: &Arc<Edge>, headers: &HeaderMap, now: i64) -> Reply {
        if !reply::from_own_page(headers, &self.base.origin().ascii_serialization()) {
            let text = "Signing out works only from a page of this site. You are still signed in.";
            let stopped = Stopped { title: "Not signed out", text, detail: None, again: false };
            return self.pages.stopped(StatusCode::FORBIDDEN, &stopped);
        }
        let session = self.session(headers, now);
        let mut target = None;
        if let Some(session) = &session {
            self.end(session).await;
            target = self.login.end_session(session.text("sub")).await;
            count(&self.metrics.sign_outs);
            tracing::info!(sub = session.text("sub"), "signed out");
        }
        let mut reply = reply::see_other(target.as_deref().unwrap_or("/-/signed-out"));
        reply::cookie(&mut reply, &self.cookies.clear(self.cookies.session()));
        for (name, _) in Jar::of(headers).starting(self.cookies.attempt()).filter(|(name, _)| plain(name)) {
            reply::cookie(&mut reply, &self.cookies.clear(name));
        }
        // Not "cookies": that clears those of the whole registrable domain, the provider's among them.
        reply::put(&mut reply, HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
        reply
    }

    /// A `Set-Cookie` for a session; `None` if a browser would not keep it.
    pub(super) fn session_cookie(&self, session: &Session) -> Option<String> {
        let token = self.keys.sign(session).inspect_err(|error| tracing::error!(%error, "a session cannot be signed"));
        let cookie = self.cookies.set(self.cookies.session(), &token.ok()?, None);
        (cookie.len() <= LONGEST).then_some(cookie)
    }

    /// Ends a session: here at once, elsewhere with the next look at what is beside the releases.
    async fn end(self: &Arc<Edge>, session: &Session) {
        let until = session.ends(self.limits);
        self.revoked.insert(session.sid.clone(), until);
        let (edge, sid) = (self.clone(), session.sid.clone());
        let body = serde_json::to_vec(&revoked::Mark { until }).unwrap_or_default();
        // On a task of its own: a browser that does not wait for the answer has signed out all the same.
        let written = tokio::spawn(async move { edge.releases.put_mark(revoked::KIND, &sid, body).await });
        let failure = match written.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(failure, "an ended session is known to this process only: it could not be written down");
    }

    /// The names of the cookies that must go so that one more sign-in keeps to the limit; unreadable ones go first.
    fn crowded_out(&self, headers: &HeaderMap) -> Vec<String> {
        let jar = Jar::of(headers);
        let under_way = jar.starting(self.cookies.attempt()).filter(|(name, _)| plain(name));
        let started = |cookie| self.keys.verify::<Attempt>(cookie).map_or(i64::MIN, |attempt| attempt.started);
        let mut names: Vec<_> = under_way.map(|(name, cookie)| (started(cookie), name.to_owned())).collect();
        names.sort();
        let surplus = (names.len() + 1).saturating_sub(ATTEMPTS);
        names.into_iter().take(surplus).map(|(_, name)| name).collect()
    }

    fn fault(&self, fault: Fault) -> Reply {
        count(&self.metrics.failed);
        match fault {
            Fault::Down(why) => {
                tracing::warn!(why, "a sign-in failed: the provider cannot be used");
                self.pages.provider_down()
            }
            Fault::Refused(why) => {
                tracing::warn!(why, "a sign-in was refused");
                let text = "What the sign-in provider sent could not be trusted. If this happens again, tell whoever \
                            looks after this site: the log says why.";
                self.failed("Sign-in failed", text, None)
            }
        }
    }

    /// The provider, or the person at the provider, said no.
    fn declined(&self, error: &str, description: Option<&str>) -> Reply {
        count(&self.metrics.failed);
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
        let code = short(error);
        tracing::info!(code, "a sign-in was declined by the provider");
        let detail = description.map_or_else(|| code.clone(), |text| format!("{code}: {}", short(text)));
        self.failed("Sign-in was not completed", "The sign-in provider answered:", Some(detail))
    }

    fn stale(&self) -> Reply {
        let text = "This sign-in was completed already, took longer than ten minutes, or began in another browser.";
        self.failed("This sign-in is over", text, None)
    }

    fn too_much(&self) -> Reply {
        count(&self.metrics.failed);
        tracing::warn!("a sign-in was refused: what the policy reads of the claims does not fit into a cookie");
        let text = "The provider says more about you than fits into a session: too many groups, probably. Ask whoever \
                    looks after this site to have the provider send fewer.";
        self.failed("Too many claims", text, None)
    }

    fn failed(&self, title: &str, text: &str, detail: Option<String>) -> Reply {
        self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped { title, text, detail, again: true })
    }

    /// Something of our own does not work.
    pub(super) fn broken(&self, error: &dyn std::fmt::Display) -> Reply {
        tracing::error!(%error, "a request failed");
        let text = "Something is wrong with this site. Whoever looks after it finds the reason in the log.";
        let stopped = Stopped { title: "This page cannot be shown", text, detail: None, again: false };
        self.pages.stopped(StatusCode::INTERNAL_SERVER_ERROR, &stopped)
    }
}

/// Whether a cookie's name may be sent back to have it removed.
fn plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_comes_twice_is_no_parameter() {
        let params = Params::of("a=1&b=%2Fx%3Fy%3D%2520&c=1&c=1&d=+&e");
        assert_eq!(params.once("a"), Ok(Some("1")));
        assert_eq!(params.once("b"), Ok(Some("/x?y=%20")));
        assert_eq!(params.once("c"), Err(()));
        assert_eq!(params.once("d"), Ok(Some(" ")));
        assert_eq!(params.once("e"), Ok(Some("")));
        assert_eq!(params.once("f"), Ok(None));
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
