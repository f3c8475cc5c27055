//! `/-/me`: who somebody is here, what that opens and why, where they are signed in, and what they passed on.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde::Serialize;

use super::Edge;
use super::agent::called;
use super::audit::Kind;
use super::budget::Budget;
use super::ended::{Mark, Subject};
use super::event;
use super::grants::{self, Maker, Record, State, Wanted};
use super::pages::{Choice, Standing, Stopped, choices, moment, standing, who};
use super::people::{self, Signed};
use super::reply::{self, Reply};
use super::routes::Asked;
use super::session::{SKEW, Session, Stale};
use super::signin::Params;
use super::visitor::Visitor;
use crate::domain::policy::{Email, RoleName, Viewer};
use crate::releases::Opened;

/// How many days a link or a token may last that a person makes; operators make longer ones.
const DAYS: std::ops::RangeInclusive<i64> = 1..=90;
/// How many sessions are shown, the newest ones.
const SHOWN: usize = 50;
/// How many links and tokens of one person may be open.
const OPEN: usize = 100;
/// How many characters a note may have.
const NOTE: usize = 200;

/// `me.html`
#[derive(Debug, Serialize)]
struct Me {
    who: String,
    name: Option<String>,
    email: Option<String>,
    verified: bool,
    sub: String,
    provider: String,
    claims: Vec<(String, String)>,
    choices: Vec<Choice>,
    signed_in: String,
    seen: String,
    idle: String,
    ends: String,
    claimed: String,
    sessions: Vec<SignedIn>,
    /// Roles of which parts may be passed on.
    shareable: Vec<(String, String)>,
    grants: Vec<Passed>,
    /// The secret of what was just made: shown this once.
    made: Option<Made>,
    release: Standing,
}

/// A session of the person's.
#[derive(Debug, Serialize)]
struct SignedIn {
    sid: String,
    at: String,
    from: String,
    agent: String,
    this: bool,
}

/// A link or a token that the person made.
#[derive(Debug, Serialize)]
struct Passed {
    id: String,
    kind: &'static str,
    role: String,
    prefix: Option<String>,
    until: String,
    email: Option<String>,
    once: bool,
    note: String,
    state: State,
}

/// What was just made.
#[derive(Debug, Serialize)]
struct Made {
    kind: &'static str,
    secret: String,
    until: String,
}

impl Edge {
    /// `/-/me`: the page, or what one of its buttons does.
    pub(super) async fn me(self: &Arc<Edge>, asked: &Asked, visitor: &Visitor, opened: &Opened, now: i64) -> Reply {
        if asked.method != Method::POST {
            return self.profile(visitor, opened, None, now).await;
        }
        if !reply::from_own_page(&asked.headers, &self.origin()) {
            return self.not_from_here("Nothing was changed.");
        }
        let params = Params::of_form(&asked.form);
        match params.text("action") {
            "end" => self.end_own(asked, &visitor.session, params.text("sid"), now).await,
            "revoke" => self.revoke_own(asked, &visitor.session, params.text("id"), now).await,
            "share" => self.pass_on(asked, visitor, opened, grants::Kind::Share, &params, now).await,
            "token" => self.pass_on(asked, visitor, opened, grants::Kind::Token, &params, now).await,
            _ => self.not_done("This page has no such button."),
        }
    }

    async fn profile(&self, visitor: &Visitor, opened: &Opened, made: Option<Made>, now: i64) -> Reply {
        let (session, release) = (&visitor.session, opened.release());
        let text = |claim: &str| session.text(claim).map(str::to_owned);
        let (iss, sub) = (text("iss").unwrap_or_default(), text("sub").unwrap_or_default());
        let listed = async {
            let sessions = people::of(&self.releases, &iss, &sub, now).await?;
            let grants = grants::of(&self.releases, &self.ended, &iss, &sub, now).await?;
            Ok::<_, grants::Error>((sessions, grants))
        };
        let (sessions, grants) = match listed.await {
            Ok(listed) => listed,
            Err(error) => return self.broken(&error),
        };
        let viewer = visitor.admitted.as_ref().ok();
        let read = release.policy.claim_roots();
        let read = session.claims.iter().filter(|(name, _)| read.contains(name.as_str()));
        let going_on = |signed: &Signed| !self.ended.over(&signed.subjects(), signed.at);
        let me = Me {
            who: who(session),
            name: text("name"),
            email: text("email"),
            verified: session.claims.get("email_verified") == Some(&true.into()),
            provider: self.providers.issued_by(&iss).map_or_else(String::new, |login| login.title().to_owned()),
            claims: read.map(|(name, value)| (name.clone(), value.to_string())).collect(),
            choices: viewer.map(|viewer| choices(session, viewer, opened)).unwrap_or_default(),
            signed_in: moment(session.signed_in),
            seen: moment(session.seen),
            idle: moment(session.seen.saturating_add(self.limits.idle).min(session.ends(self.limits))),
            ends: moment(session.ends(self.limits)),
            claimed: moment(session.claimed),
            sessions: sessions
                .into_iter()
                .filter(going_on)
                .take(SHOWN)
                .map(|signed| signed_in(signed, session))
                .collect(),
            shareable: viewer.map(|viewer| shareable(viewer, opened)).unwrap_or_default(),
            grants: grants.into_iter().map(passed).collect(),
            made,
            release: standing(release),
            sub,
        };
        // Only what was just made is worth a script: it can be copied by a button.
        match me.made {
            Some(_) => self.pages.scripted(&self.providers, "me", &me),
            None => self.pages.page(StatusCode::OK, "me", &me),
        }
    }

    /// Ends another session of the same person.
    async fn end_own(self: &Arc<Edge>, asked: &Asked, session: &Session, sid: &str, now: i64) -> Reply {
        let text = |claim: &str| session.text(claim).unwrap_or_default();
        let signed = match people::of(&self.releases, text("iss"), text("sub"), now).await {
            Ok(signed) => signed.into_iter().find(|signed| signed.sid == sid),
            Err(error) => return self.broken(&error),
        };
        let Some(signed) = signed else { return self.not_done("You have no such session: it may have ended.") };
        let until = signed.until.max(now).saturating_add(SKEW);
        if !self.end_as(Subject::Session(sid).key(), Mark::of(until)).await {
            return self.broken(&"an ended session could not be written down");
        }
        self.tell(asked, event(Kind::Revocation, now).who(&session.claims).sid(sid).outcome("ok"));
        reply::see_other("/-/me#sessions")
    }

    async fn revoke_own(self: &Arc<Edge>, asked: &Asked, session: &Session, id: &str, now: i64) -> Reply {
        let text = |claim: &str| session.text(claim).unwrap_or_default();
        let own = match grants::of(&self.releases, &self.ended, text("iss"), text("sub"), now).await {
            Ok(own) => own.into_iter().map(|(record, _)| record).find(|record| record.id == id),
            Err(error) => return self.broken(&error),
        };
        let Some(record) = own else { return self.not_done("You have made no such link or token.") };
        if let Err(error) = grants::revoke(&self.releases, &record.id, now).await {
            return self.broken(&error);
        }
        self.ended.insert(Subject::Grant(&record.id).key(), Mark::of(record.until.saturating_add(SKEW)));
        let event = event(record.kind.into(), now).who(&session.claims).grant(&record.id);
        self.tell(asked, event.role(record.role.as_str()).outcome("revoked"));
        reply::see_other("/-/me#passed-on")
    }

    /// Makes a link or a token of a part of what somebody sees.
    async fn pass_on(
        self: &Arc<Edge>,
        asked: &Asked,
        visitor: &Visitor,
        opened: &Opened,
        kind: grants::Kind,
        params: &Params,
        now: i64,
    ) -> Reply {
        if let Some(reply) = self.draw(Budget::Share, asked) {
            return reply;
        }
        if visitor.outdated || visitor.session.stale(self.limits, now) != Stale::No {
            return self.not_done(
                "What you may pass on must be looked up first. Load the profile page again, then try again.",
            );
        }
        let (wanted, by) = match wanted(visitor, opened, kind, params, now) {
            Ok(wanted) => wanted,
            Err(why) => return self.not_done(why),
        };
        match grants::of(&self.releases, &self.ended, &by.iss, &by.sub, now).await {
            Ok(own) if own.iter().filter(|(_, state)| *state == State::Open).count() >= OPEN => {
                return self.not_done("You have passed on as much as one person may. Revoke something first.");
            }
            Ok(_) => {}
            Err(error) => return self.broken(&error),
        }
        let (record, secret) = match grants::make(&self.keys(), &self.releases, wanted, Some(by), now).await {
            Ok(made) => made,
            Err(error) => return self.broken(&error),
        };
        let made = event(kind.into(), now).who(&visitor.session.claims).grant(&record.id).role(record.role.as_str());
        self.tell(asked, record.prefix.iter().fold(made, |made, prefix| made.path(prefix.as_str())).outcome("made"));
        let secret = match kind {
            grants::Kind::Share => grants::link(&self.origin(), &secret),
            grants::Kind::Token => secret,
        };
        let made = Made { kind: named(kind), secret, until: moment(record.until) };
        self.profile(visitor, opened, Some(made), now).await
    }

    fn not_done(&self, why: &str) -> Reply {
        self.pages.stopped(StatusCode::BAD_REQUEST, &Stopped::plain("Nothing was changed", why))
    }
}

/// What a form asks for, if whoever sent it may have it.
fn wanted(
    visitor: &Visitor,
    opened: &Opened,
    kind: grants::Kind,
    params: &Params,
    now: i64,
) -> Result<(Wanted, Maker), &'static str> {
    let policy = &opened.release().policy;
    let viewer = visitor.admitted.as_ref().map_err(|_| "No role is open to you.")?;
    let role: RoleName = params.text("role").parse().map_err(|_| "Choose one of your roles.")?;
    let open = policy.role(&role).filter(|role| role.share && viewer.may_see(&role.name));
    open.ok_or("You may not pass on any part of this role.")?;
    let prefix = match params.text("path").trim() {
        "" => None,
        path => Some(path.parse().map_err(|_| "The path must be a page of the role, or a folder of pages.")?),
    };
    let days = params.text("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = days.ok_or("The number of days must be from 1 to 90.")?;
    let email = match params.text("email").trim() {
        "" => None,
        email if Email::parse(email).is_some() => Some(email.to_owned()),
        _ => return Err("That is no e-mail address."),
    };
    let note: String = params.text("note").chars().filter(|c| !c.is_control()).take(NOTE).collect();
    let by = Maker::of(&visitor.session, policy, &role);
    let by = by.ok_or("What opens the role to you is too long to be passed on. Ask whoever looks after this site.")?;
    let (until, once) = (now.saturating_add(days * 86_400), params.text("once") == "1");
    let link = kind == grants::Kind::Share;
    Ok((Wanted { kind, role, prefix, until, email: email.filter(|_| link), once: once && link, note }, by))
}

fn shareable(viewer: &Viewer, opened: &Opened) -> Vec<(String, String)> {
    let roles = opened.release().policy.roles().iter().filter(|role| role.share && viewer.may_see(&role.name));
    roles.map(|role| (role.name.to_string(), role.title.clone())).collect()
}

fn signed_in(signed: Signed, session: &Session) -> SignedIn {
    let this = signed.sid == session.sid;
    let at = moment(signed.at);
    SignedIn { sid: signed.sid, at, from: signed.from, agent: called(&signed.agent), this }
}

fn passed((record, state): (Record, State)) -> Passed {
    Passed {
        kind: named(record.kind),
        role: record.role.to_string(),
        prefix: record.prefix.map(|prefix| prefix.to_string()),
        until: moment(record.until),
        email: record.email,
        once: record.once,
        note: record.note,
        id: record.id,
        state,
    }
}

fn named(kind: grants::Kind) -> &'static str {
    match kind {
        grants::Kind::Share => "link",
        grants::Kind::Token => "token",
    }
}
