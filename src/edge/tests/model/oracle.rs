//! What must come out of a request, worked out from the tables alone.

use std::collections::BTreeSet;

use http::header;

use super::super::site::body;
use super::held::{Held, Passed, What};
use super::people::{self, Opener, PEOPLE, sees};
use super::{ABSOLUTE, CLAIMS, GRACE, IDLE, Model, PAGES, ROLES};
use crate::edge::reply::Reply;

/// What must come out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Method,
    NotFound,
    JsonNotFound,
    Forbidden,
    InvalidToken,
    Unauthorized,
    SignIn,
    Renew,
    Changing,
    Refused,
    Me,
    Chooser,
    To(String),
    Page(&'static str, &'static str),
}

impl Model {
    pub(super) fn expected(
        &self,
        method: &str,
        path: &str,
        page: bool,
        session: Option<&Held>,
        guest: Option<&Held>,
        bearer: Option<&Held>,
    ) -> Expected {
        let me = path == "/-/me";
        let allowed = ["GET", "HEAD"].contains(&method) || me && method == "POST";
        if !allowed {
            return Expected::Method;
        }
        let named = |path: &str| {
            let (role, rest) = path.strip_prefix('/')?.split_once('/').unwrap_or((&path[1..], ""));
            let role = ROLES.into_iter().find(|name| *name == role)?;
            let file = PAGES.into_iter().find(|name| *name == rest);
            Some((role, rest.to_owned(), file))
        };
        let named = named(path);
        if let Some(bearer) = bearer {
            let What::Token(passed) = &bearer.what else { return Expected::InvalidToken };
            if !self.good(passed) {
                return Expected::InvalidToken;
            }
            return match named {
                Some((role, _, Some(file))) if role == passed.role && under(passed.prefix, file) => {
                    if file.ends_with(".csv") { Expected::Page(role, file) } else { Expected::Forbidden }
                }
                _ => Expected::JsonNotFound,
            };
        }
        let visitor = session.and_then(|held| self.visitor(&held.what));
        let own: BTreeSet<&str> = visitor.as_ref().map(|visitor| visitor.opens.clone()).unwrap_or_default();
        if let Some(reply) = self.as_guest(path, guest, visitor.as_ref(), &own, &named) {
            return reply;
        }
        let Some(visitor) = visitor else { return if page { Expected::SignIn } else { Expected::Unauthorized } };
        let age = self.now - visitor.claimed;
        let asked_anew = visitor.claimed > visitor.signed_in && age < 10;
        if visitor.outdated && asked_anew && method != "POST" {
            return Expected::Changing;
        }
        if method == "POST" {
            // Nothing in these requests says that a page of the site sent them.
            return Expected::Forbidden;
        }
        if visitor.outdated || age >= CLAIMS {
            if page && method != "HEAD" {
                return Expected::Renew;
            }
            if visitor.outdated || age >= CLAIMS + GRACE {
                return Expected::Unauthorized;
            }
        }
        if me {
            return Expected::Me;
        }
        if own.is_empty() {
            return Expected::Refused;
        }
        match (path, named) {
            ("/", _) if own.len() == 1 => Expected::To(format!("/{}/index.html", own.first().unwrap())),
            ("/", _) => Expected::Chooser,
            (_, Some((role, _, _))) if !own.contains(role) => Expected::NotFound,
            (_, Some((role, rest, _))) if rest.is_empty() => Expected::To(format!("/{role}/index.html")),
            (_, Some((role, _, Some(file)))) => Expected::Page(role, file),
            _ => Expected::NotFound,
        }
    }

    pub(super) fn as_guest(
        &self,
        path: &str,
        guest: Option<&Held>,
        visitor: Option<&Visit>,
        own: &BTreeSet<&str>,
        named: &Option<(&'static str, String, Option<&'static str>)>,
    ) -> Option<Expected> {
        let What::Guest(passed, email, opened) = &guest?.what else { return None };
        let mine = email.is_none_or(|email| {
            visitor
                .filter(|visitor| self.now - visitor.claimed < CLAIMS)
                .is_some_and(|visitor| Opener::Email(email.to_lowercase().leak()).opens(&PEOPLE[visitor.person]))
        });
        if !mine || !self.good(passed) || self.now >= opened + ABSOLUTE {
            return None;
        }
        let start = || match passed.prefix {
            None => Expected::To(format!("/{}/index.html", passed.role)),
            Some("acme") => Expected::To(format!("/{}/acme/anvil.html", passed.role)),
            // No page for people lies below it.
            Some(_) => Expected::NotFound,
        };
        match named {
            Some((role, _, Some(file)))
                if *role == passed.role && under(passed.prefix, file) && !own.contains(role) =>
            {
                Some(Expected::Page(role, file))
            }
            Some((role, rest, None)) if *role == passed.role && !own.contains(role) => {
                // Whatever lies below what was passed on, there is nothing of that name.
                let within = passed.prefix.is_none_or(|prefix| rest.starts_with(&format!("{prefix}/")));
                if rest.is_empty() {
                    Some(start())
                } else {
                    (within && !rest.contains("//") && !rest.starts_with('/') && !rest.contains(".."))
                        .then_some(Expected::NotFound)
                }
            }
            None if path == "/" && own.is_empty() => Some(start()),
            _ => None,
        }
    }

    pub(super) fn good(&self, passed: &Passed) -> bool {
        let Some(door) = self.doors.get(passed.role) else { return false };
        let maker = passed.by.map(|person| &PEOPLE[person]);
        let still = maker.is_none_or(|maker| door.share && door.openers.iter().any(|opener| opener.opens(maker)));
        let revoked = maker
            .and_then(|maker| self.endings.emails.get(&maker.email.to_lowercase()).filter(|_| !maker.email.is_empty()));
        self.now < passed.until
            && !self.endings.grants.contains(&passed.id)
            && revoked.is_none_or(|before| passed.made > *before)
            && still
    }

    pub(super) fn visitor(&self, what: &What) -> Option<Visit> {
        let What::Session { person, sid, signed_in, seen, claimed, roots, at_provider } = what else { return None };
        let somebody = &PEOPLE[*person];
        let alive = self.now < seen + IDLE && self.now < signed_in + ABSOLUTE;
        let before = [
            self.endings.people.get(somebody.sub),
            self.endings.unnamed.get(somebody.sub).filter(|_| at_provider.is_none()),
            self.endings.emails.get(&somebody.email.to_lowercase()).filter(|_| !somebody.email.is_empty()),
            self.endings.everybody.as_ref(),
        ];
        let over = before.into_iter().flatten().any(|before| signed_in <= before)
            || self.endings.sids.contains(sid)
            || at_provider.as_ref().is_some_and(|at| self.endings.at_provider.contains(at));
        let outdated = !people::roots(&self.doors).is_subset(roots);
        let opens = sees(&self.doors, somebody).collect();
        (alive && !over).then_some(Visit { person: *person, signed_in: *signed_in, claimed: *claimed, outdated, opens })
    }

    /// What a reply is, in the words of the model.
    pub(super) fn outcome(&self, reply: &Reply, expected: &Expected) -> Expected {
        let text = String::from_utf8_lossy(reply.body());
        let location = reply.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let json = reply.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json");
        match (reply.status().as_u16(), location) {
            (303, Some(to)) if to.starts_with("/-/login") => Expected::SignIn,
            (303, Some(to)) if to.starts_with(&self.site.issuer) && to.contains("prompt=none") => Expected::Renew,
            (303, Some(to)) => Expected::To(to),
            (405, _) => Expected::Method,
            (503, _) if text.contains("have just changed") => Expected::Changing,
            (404, _) if json => Expected::JsonNotFound,
            (404, _) => Expected::NotFound,
            (401, _) if text.contains("invalid_token") => Expected::InvalidToken,
            (401, _) => Expected::Unauthorized,
            (403, _) if text.contains("no role is open to you") => Expected::Refused,
            (403, _) => Expected::Forbidden,
            (200, _) if text.contains("Where you are signed in") => Expected::Me,
            (200, _) if text.contains("Your reports") => Expected::Chooser,
            (200, _) => match expected {
                Expected::Page(role, file) if *reply.body() == body(role, file, "model") => Expected::Page(role, file),
                _ => panic!("an unexpected page: {text}"),
            },
            (status, _) => panic!("an unexpected {status}: {text}"),
        }
    }
}

#[derive(Debug)]
pub(super) struct Visit {
    pub(super) person: usize,
    pub(super) signed_in: i64,
    pub(super) claimed: i64,
    pub(super) outdated: bool,
    pub(super) opens: BTreeSet<&'static str>,
}

pub(super) fn under(prefix: Option<&str>, file: &str) -> bool {
    prefix.is_none_or(|prefix| file == prefix || file.starts_with(&format!("{prefix}/")))
}

pub(super) fn name(expected: &Expected) -> &'static str {
    match expected {
        Expected::Method => "method",
        Expected::NotFound | Expected::JsonNotFound => "not found",
        Expected::Forbidden => "forbidden",
        Expected::InvalidToken => "invalid token",
        Expected::Unauthorized => "unauthorized",
        Expected::SignIn => "sign in",
        Expected::Renew => "renew",
        Expected::Changing => "changing",
        Expected::Refused => "refused",
        Expected::Me => "me",
        Expected::Chooser => "chooser",
        Expected::To(_) => "front",
        Expected::Page(..) => "page",
    }
}
