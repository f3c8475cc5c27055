//! The way to the provider: the sign-in page, a sign-in that is begun, one that the provider began, and claims that are
//! asked for again.

use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;

use super::address::may_return_to;
use super::audit::Kind;
use super::budget::Budget;
use super::cookies::Jar;
use super::login::{Ask, Fault, Login, Prompt};
use super::ops::count;
use super::pages::Stopped;
use super::reply::{self, Reply};
use super::routes::{Asked, Form, encoded};
use super::session::{ATTEMPT, Attempt, Session, Stale};
use super::visitor::Visitor;
use super::{Edge, event, now};

/// Sign-ins under way in one browser at most; the oldest gives way.
const ATTEMPTS: usize = 5;
/// Cookies of sign-ins that one reply removes at most. Whoever planted hundreds must not make a reply whose headers no
/// proxy passes on; the next replies remove the rest.
pub(super) const REMOVED: usize = 16;

/// The parameters of a query, decoded once.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads what stands behind the question mark.
    pub(super) fn of(query: &str) -> Params {
        let url = Url::parse(&format!("query:?{query}"));
        Params(url.map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default())
    }

    /// Of a form that came with a POST; none of a body that was not read.
    pub(super) fn of_form(form: &Form) -> Params {
        let text = match form {
            Form::Read(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            _ => "",
        };
        Params::of(text)
    }

    /// All of them as a query.
    fn query(&self) -> String {
        let each = self.0.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        each.collect::<Vec<_>>().join("&")
    }

    /// The value of a parameter that came once; empty if it did not.
    pub(super) fn text(&self, name: &str) -> &str {
        self.once(name).ok().flatten().unwrap_or_default()
    }

    /// The value of a parameter that came once or not at all.
    ///
    /// # Errors
    /// When it came twice: two readers could believe different ones.
    pub(super) fn once(&self, name: &str) -> Result<Option<&str>, ()> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(()) } else { Ok(first) }
    }
}

impl Edge {
    /// `/-/login`: the sign-in page, or off to a provider that was chosen.
    ///
    /// A browser keeps the fragment of an address to itself, so the page itself must pass it on: it adds the fragment to
    /// the way back before it leads on. Without scripts, and where there is one provider, it leads on all the same.
    pub(super) async fn login(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        let Some(opened) = self.current.get() else { return self.pages.no_release() };
        let params = match asked.method {
            Method::POST => Params::of_form(&asked.form),
            _ => Params::of(&asked.query),
        };
        if let Ok(Some(issuer)) = params.once("iss") {
            if asked.method == Method::POST {
                // Cookies of this site do not come along with a stranger's form, and those of sign-ins under way must
                // be seen: the browser comes again as by a link.
                return reply::see_other(&format!("/-/login?{}", params.query()));
            }
            return self.begun_elsewhere(asked, issuer, &params).await;
        }
        let back = params.once("return").ok().flatten().filter(|back| may_return_to(back, &self.base)).unwrap_or("/");
        let another = params.once("another") == Ok(Some("1"));
        let email = params.text("email");
        if asked.method == Method::POST && !reply::from_own_page(&asked.headers, &self.origin()) {
            return self.not_from_here("Signing in works only from a page of this site.");
        }
        let chosen = match (params.once("provider"), email) {
            (Ok(Some(name)), _) => self.providers.named(name),
            (_, "") => self.providers.only().filter(|_| another),
            (_, email) => self.providers.for_email(email),
        };
        if let Some(provider) = chosen {
            let prompt = if another { Prompt::Another } else { Prompt::None };
            let login_hint = Some(email).filter(|email| !email.is_empty());
            let ask = Ask { prompt, login_hint, back: back.to_owned(), renews: None };
            return self.begin(asked, provider, ask).await;
        }
        // Whoever comes here by the back button, or with a session from another tab, need not sign in.
        let visitor = self.visitor(&asked.headers, opened.release(), now);
        let fresh = |session: &Session| session.stale(self.limits, now) == Stale::No;
        let welcome = |visitor: &Visitor| !visitor.outdated && visitor.admitted.is_ok() && fresh(&visitor.session);
        if visitor.is_some_and(|visitor| welcome(&visitor)) && !another && email.is_empty() {
            return reply::see_other(back);
        }
        self.pages.login(&self.providers, back, another, Some(email).filter(|email| !email.is_empty()))
    }

    /// A sign-in that the provider, or a page that links to it, began (OpenID Connect Core 1.0, 4).
    async fn begun_elsewhere(self: &Arc<Edge>, asked: &Asked, issuer: &str, params: &Params) -> Reply {
        let Some(provider) = self.providers.issued_by(issuer) else {
            let text = "The address that led here names a sign-in provider that this site does not know.";
            return self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped::again("Sign-in was not started", text));
        };
        let target = params.once("target_link_uri").ok().flatten().unwrap_or("/");
        let origin = self.origin();
        let path = target.strip_prefix(&origin).filter(|path| path.starts_with('/')).unwrap_or(target);
        let back = if may_return_to(path, &self.base) { path } else { "/" };
        let login_hint = params.once("login_hint").ok().flatten().filter(|hint| hint.len() <= 512);
        let ask = Ask { prompt: Prompt::None, login_hint, back: back.to_owned(), renews: None };
        self.begin(asked, provider, ask).await
    }

    /// Asks the provider again what it claims of somebody, without asking the person anything.
    pub(super) async fn renew(self: &Arc<Edge>, asked: &Asked, session: &Session, provider: &Login) -> Reply {
        let back = Some(asked.address()).filter(|back| may_return_to(back, &self.base)).unwrap_or("/".into());
        let renews = Some(session.sid.clone());
        let login_hint = session.text("email").or(session.text("sub"));
        let ask = Ask { prompt: Prompt::Silent, login_hint, back, renews };
        self.send_off(asked, provider, ask).await
    }

    /// Off to the provider, if whoever asks has not been there too often lately.
    pub(super) async fn begin(self: &Arc<Edge>, asked: &Asked, provider: &Login, ask: Ask<'_>) -> Reply {
        match self.draw(Budget::SignIn, asked) {
            Some(reply) => reply,
            None => self.send_off(asked, provider, ask).await,
        }
    }

    async fn send_off(self: &Arc<Edge>, asked: &Asked, provider: &Login, ask: Ask<'_>) -> Reply {
        let begun = match provider.begin(ask).await {
            Ok(begun) => begun,
            Err(fault) => {
                let (Fault::Down(why) | Fault::Refused(why)) = &fault;
                self.tell_refusal(asked, event(Kind::SignIn, now()).outcome("not-begun").what(why));
                return self.fault(fault);
            }
        };
        let cookie = match self.keys().sign(&begun.attempt) {
            Ok(cookie) => cookie,
            Err(error) => return self.broken(&error),
        };
        // From a form of ours the way goes over a page: a browser that is told where forms may lead would not follow
        // the redirects of a provider that asks another.
        let mut reply = match asked.method {
            Method::POST => self.pages.onward(&begun.url),
            _ => reply::see_other(&begun.url),
        };
        for name in self.crowded_out(&asked.headers) {
            reply::cookie(&mut reply, &self.cookies.clear(&name));
        }
        let name = format!("{}{}", self.cookies.attempt(), begun.attempt.state);
        reply::cookie(&mut reply, &self.cookies.set(&name, &cookie, Some(ATTEMPT)));
        reply
    }

    /// The names of the cookies that must go so that one more sign-in keeps to the limit; unreadable ones go first.
    pub(super) fn crowded_out(&self, headers: &HeaderMap) -> Vec<String> {
        let jar = Jar::of(headers);
        let under_way = jar.starting(self.cookies.attempt()).filter(|(name, _)| plain(name));
        let keys = self.keys();
        let started = |cookie| keys.verify::<Attempt>(cookie).map_or(i64::MIN, |attempt| attempt.started);
        let mut names: Vec<_> = under_way.map(|(name, cookie)| (started(cookie), name.to_owned())).collect();
        names.sort();
        let surplus = (names.len() + 1).saturating_sub(ATTEMPTS);
        names.into_iter().take(surplus.min(REMOVED)).map(|(_, name)| name).collect()
    }

    /// A sign-in that cannot go on.
    pub(super) fn fault(&self, fault: Fault) -> Reply {
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
                self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped::again("Sign-in failed", text))
            }
        }
    }

    /// Something that only a page of this site may do was done by another.
    pub(super) fn not_from_here(&self, text: &str) -> Reply {
        self.pages.stopped(StatusCode::FORBIDDEN, &Stopped::plain("That did not come from this site", text))
    }

    /// Something of our own does not work.
    pub(super) fn broken(&self, error: &dyn std::fmt::Display) -> Reply {
        tracing::error!(%error, "a request failed");
        let text = "Something is wrong with this site. Whoever looks after it finds the reason in the log.";
        self.pages.stopped(StatusCode::INTERNAL_SERVER_ERROR, &Stopped::plain("This page cannot be shown", text))
    }
}

/// Whether a cookie's name may be sent back to have it removed.
pub(super) fn plain(name: &str) -> bool {
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
        assert_eq!((params.once("c"), params.text("c")), (Err(()), ""));
        assert_eq!(params.once("d"), Ok(Some(" ")));
        assert_eq!(params.once("e"), Ok(Some("")));
        assert_eq!(params.once("f"), Ok(None));
        assert_eq!(Params::of_form(&Form::Unread).once("a"), Ok(None));
        assert_eq!(Params::of_form(&Form::Read(b"a=1#b=2"[..].into())).once("b"), Ok(None));
    }
}
