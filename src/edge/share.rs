//! Opening what was passed on: share links for people, access tokens for scripts.

use std::sync::Arc;

use http::{Method, StatusCode, header};

use super::Edge;
use super::address::Place;
use super::audit::Kind;
use super::budget::Budget;
use super::cookies::{Jar, LONGEST};
use super::event;
use super::grants::{self, Guest, Pass, Share, Token};
use super::pages::Stopped;
use super::reply::{self, Reply};
use super::routes::{Asked, front_page, stored_page};
use super::session::{SKEW, Stale};
use super::signin::Params;
use super::visitor::Visitor;
use crate::domain::policy::Viewer;
use crate::domain::release::PagePath;
use crate::releases::Opened;

/// Why a link opens nothing. Whoever has it is told no more than [`Refused::text`].
enum Refused {
    Forged,
    Ended,
    NotOpen,
    Used,
    SignIn,
}

impl Refused {
    fn code(&self) -> &'static str {
        match self {
            Refused::Forged => "forged",
            Refused::Ended => "revoked",
            Refused::NotOpen => "not-open",
            Refused::Used => "used",
            Refused::SignIn => "not-the-addressee",
        }
    }

    fn text(&self) -> &'static str {
        match self {
            Refused::Used => "This link could be opened once, and was.",
            Refused::SignIn => "It opens once, to one person only. Sign in as whoever it is for, then open it again.",
            _ => "It has expired, was revoked, or was not copied whole. Ask whoever gave it to you for another.",
        }
    }
}

impl Edge {
    /// `/-/share`: the page that hands in the fragment of a link, and what it is handed to.
    pub(super) async fn share(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        let Some(opened) = self.current.get() else { return self.pages.no_release() };
        if asked.method == Method::GET {
            return self.pages.share(&self.providers);
        }
        if !self.ended.known() {
            return self.pages.not_ready();
        }
        if !reply::from_own_page(&asked.headers, &self.origin()) {
            return self.not_from_here("A share link is opened by its own page.");
        }
        if let Some(reply) = self.draw(Budget::Share, asked) {
            return reply;
        }
        let params = Params::of_form(&asked.form);
        let visitor = self.visitor(&asked.headers, opened.release(), now);
        match self.redeem(secret_in(&params), visitor.as_deref(), &opened, now).await {
            Ok(guest) => self.welcome(asked, guest, &opened, now).await,
            Err(Ok(refused)) => {
                let held_back = self.tell_failure(asked, event(Kind::Share, now).outcome(refused.code()));
                let again = matches!(refused, Refused::SignIn);
                let stopped = Stopped::plain("This link does not open anything", refused.text());
                let stopped = Stopped { again, ..stopped };
                held_back.unwrap_or_else(|| self.pages.stopped(StatusCode::FORBIDDEN, &stopped))
            }
            Err(Err(error)) => self.broken(&error),
        }
    }

    /// What a link's secret opens; the inner fault is one of our own.
    async fn redeem(
        &self,
        token: &str,
        visitor: Option<&Visitor>,
        opened: &Opened,
        now: i64,
    ) -> Result<Guest, Result<Refused, crate::releases::Error>> {
        let share = self.keys().verify::<Share>(token).map_err(|_| Ok(Refused::Forged))?;
        self.admit(&share.pass, opened, now).map_err(Ok)?;
        let guest = Guest { pass: share.pass, email: share.email, opened: now };
        if !share.once {
            return Ok(guest);
        }
        // Nobody uses up what is for somebody else, and nothing is used up that leads nowhere.
        if !self.is_for(&guest, visitor, now) {
            return Err(Ok(Refused::SignIn));
        }
        if self.start(&guest.pass, opened).status() != StatusCode::SEE_OTHER {
            return Err(Ok(Refused::NotOpen));
        }
        let unused = grants::use_up(&self.releases, &guest.pass).await.map_err(Err)?;
        if unused { Ok(guest) } else { Err(Ok(Refused::Used)) }
    }

    /// What a pass opens in the release being served.
    fn admit(&self, pass: &Pass, opened: &Opened, now: i64) -> Result<Viewer, Refused> {
        if pass.made > now.saturating_add(SKEW) || self.ended.over(&pass.subjects(), pass.made) {
            return Err(Refused::Ended);
        }
        opened.release().policy.admit_grant(&pass.grant(), super::moment(now)).map_err(|_| Refused::NotOpen)
    }

    async fn welcome(&self, asked: &Asked, guest: Guest, opened: &Opened, now: i64) -> Reply {
        let cookie = match self.keys().sign(&guest) {
            Ok(cookie) => self.cookies.set(self.cookies.guest(), &cookie, None),
            Err(error) => return self.broken(&error),
        };
        if cookie.len() > LONGEST {
            return self.broken(&"a share link is longer than a cookie");
        }
        let event = event(Kind::Share, now).grant(&guest.pass.id).role(guest.pass.role.as_str());
        self.tell(asked, event.outcome("opened"));
        let mut reply = self.start(&guest.pass, opened);
        reply::cookie(&mut reply, &cookie);
        reply
    }

    /// The page that a pass begins with: the one it names, or the first below what it names.
    fn start(&self, pass: &Pass, opened: &Opened) -> Reply {
        let Some(prefix) = &pass.prefix else { return front_page(&pass.role) };
        let entries = opened.index(&pass.role).map(|index| &index.entries);
        let mut below = entries.into_iter().flatten().filter(|(path, _)| prefix.covers(path));
        match below.find(|(_, entry)| entry.media_type.starts_with("text/html")) {
            Some((path, _)) => reply::see_other(&format!("/{}/{path}", pass.role)),
            None => self.pages.not_found(),
        }
    }

    /// The reply to somebody who opened a share link and asks for what it opens, unless their own session opens that
    /// too; `None` where the link has nothing to say.
    pub(super) async fn guest(
        &self,
        asked: &Asked,
        place: &Place,
        visitor: Option<&Visitor>,
        opened: &Arc<Opened>,
        now: i64,
    ) -> Option<Reply> {
        let guest = self.keys().verify::<Guest>(Jar::of(&asked.headers).get(self.cookies.guest())?).ok()?;
        let began = guest.opened <= now.saturating_add(SKEW);
        if !began || now >= guest.opened.saturating_add(self.limits.absolute) {
            return None;
        }
        let viewer = self.admit(&guest.pass, opened, now).ok()?;
        if !self.is_for(&guest, visitor, now) {
            if let (Some(visitor), Place::Page(role, path)) = (visitor, place)
                && viewer.may_open(role, path)
            {
                let told = event(Kind::Share, now).who(&visitor.session.claims).grant(&guest.pass.id);
                self.tell_refusal(asked, told.role(role.as_str()).path(path.as_str()).outcome("not-the-addressee"));
            }
            return None;
        }
        let own = visitor.and_then(|visitor| visitor.admitted.as_ref().ok());
        match place {
            Place::Page(role, path)
                if viewer.may_open(role, path) && !own.is_some_and(|own| own.may_open(role, path)) =>
            {
                Some(self.page(asked, &viewer, opened, role, path).await)
            }
            Place::Bundle(role) if viewer.may_see(role) && !own.is_some_and(|own| own.may_see(role)) => {
                Some(self.start(&guest.pass, opened))
            }
            Place::Front if own.is_none() => Some(self.start(&guest.pass, opened)),
            _ => None,
        }
    }

    /// Whether a link is for whoever is signed in, if it asks for somebody: a provider has verified that address lately,
    /// and where one is the right one for its domain, that one.
    fn is_for(&self, guest: &Guest, visitor: Option<&Visitor>, now: i64) -> bool {
        let Some(wanted) = &guest.email else { return true };
        let Some(Visitor { session, .. }) = visitor else { return false };
        let believed = self.providers.for_email(wanted).is_none_or(|one| session.text("iss") == Some(one.issuer()));
        let claims = Visitor::claims(session, session.ends(self.limits));
        let same = claims.verified_email().is_some_and(|email| email.to_string().eq_ignore_ascii_case(wanted));
        believed && same && session.stale(self.limits, now) == Stale::No
    }

    /// The reply to a script that sends an access token. Whatever is wrong with it, nothing else is looked at.
    pub(super) async fn bearer(&self, asked: &Asked, place: &Place, opened: &Opened, now: i64) -> Reply {
        let token = bearer_of(asked).and_then(|token| self.keys().verify::<Token>(token).ok());
        let admitted = token.as_ref().map(|token| self.admit(&token.pass, opened, now));
        let (Some(token), Some(Ok(viewer))) = (&token, admitted) else {
            let event = event(Kind::Token, now).outcome("refused");
            let event =
                token.iter().fold(event, |event, token| event.grant(&token.pass.id).role(token.pass.role.as_str()));
            return self.tell_failure(asked, event).unwrap_or_else(reply::invalid_token);
        };
        if self.seen.first(&token.pass.id) {
            let event = event(Kind::Token, now).grant(&token.pass.id).role(token.pass.role.as_str());
            self.tell(asked, event.outcome("used"));
        }
        match place {
            Place::Page(role, path) => self.file(asked, &viewer, opened, role, path).await,
            _ => reply::json(StatusCode::NOT_FOUND, "not_found", "an access token opens files of its role's bundle"),
        }
    }

    async fn file(
        &self,
        asked: &Asked,
        viewer: &Viewer,
        opened: &Opened,
        role: &crate::domain::policy::RoleName,
        path: &PagePath,
    ) -> Reply {
        match opened.entry(viewer, role, path.as_str()).await {
            Ok(Some(stored)) if for_scripts(&stored.media_type) => {
                stored_page(&asked.headers, &stored).unwrap_or_else(|error| self.broken(&error))
            }
            Ok(Some(_)) => {
                let message = "an access token opens CSV, JSON, XLSX and feeds, and no pages for people";
                let mut reply = reply::json(StatusCode::FORBIDDEN, "insufficient_scope", message);
                let challenge = "Bearer realm=\"tollgate\", error=\"insufficient_scope\"";
                reply::put(&mut reply, header::WWW_AUTHENTICATE, challenge);
                reply
            }
            Ok(None) => reply::json(StatusCode::NOT_FOUND, "not_found", "there is no such file, or it is not yours"),
            Err(error) => self.broken(&error),
        }
    }
}

/// The secret that a form hands in. Without scripts people paste the whole link.
pub(super) fn secret_in(params: &Params) -> &str {
    let token = params.text("token").trim();
    token.rsplit_once('#').map_or(token, |(_, token)| token)
}

/// The token of the only `Authorization` header, if its scheme is `Bearer` (RFC 6750, 2.1).
pub(super) fn bearer_of(asked: &Asked) -> Option<&str> {
    let mut headers = asked.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (headers.next(), headers.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// XLSX.
const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn for_scripts(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    matches!(name, "text/csv" | "application/json" | "application/atom+xml" | SHEETS)
}

/// Tokens that were used since the start, so that the log tells of each once.
pub(super) struct SeenTokens(quick_cache::sync::Cache<String, ()>);

impl Default for SeenTokens {
    fn default() -> SeenTokens {
        SeenTokens(quick_cache::sync::Cache::new(10_000))
    }
}

impl SeenTokens {
    fn first(&self, id: &str) -> bool {
        let first = self.0.get(id).is_none();
        if first {
            self.0.insert(id.to_owned(), ());
        }
        first
    }
}
