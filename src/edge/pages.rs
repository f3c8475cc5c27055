//! The edge's own pages and what they look like. Everything is inside the program and read once, at the start.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use tera::{Context, Tera};

use super::Error;
use super::reply::{self, Reply};
use crate::domain::Timestamp;
use crate::domain::policy::{Claims, Policy, Role, Rule, Test, Viewer};
use crate::domain::release::{Digest, Release};
use crate::edge::session::{Limits, Session};

/// The templates of these pages, and what of style only they need.
#[derive(RustEmbed)]
#[folder = "templates/edge/"]
struct Files;

/// The style of everything.
#[derive(RustEmbed)]
#[folder = "templates/assets/"]
struct Shared;

/// The pages, ready to be filled.
pub(super) struct Pages {
    tera: Tera,
    assets: BTreeMap<String, (&'static str, Bytes)>,
    style: String,
    icon: String,
}

/// A role somebody may choose.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    href: String,
    title: String,
    repositories: u64,
    /// Why it is open, in the words of the rule that opened it.
    because: String,
}

/// What the chooser and `/-/me` say of the release.
#[derive(Debug, Serialize)]
struct Standing {
    number: u64,
    through: Option<String>,
    created: String,
}

/// `chooser.html`
#[derive(Debug, Serialize)]
struct Chooser {
    who: String,
    choices: Vec<Choice>,
    release: Standing,
}

/// `me.html`
#[derive(Debug, Serialize)]
struct Me {
    who: String,
    name: Option<String>,
    email: Option<String>,
    verified: bool,
    sub: String,
    claims: Vec<(String, String)>,
    choices: Vec<Choice>,
    signed_in: String,
    seen: String,
    idle: String,
    ends: String,
    release: Standing,
}

/// `refused.html`
#[derive(Debug, Serialize)]
struct Refused {
    who: String,
}

/// `stopped.html`: something went no further, and why.
#[derive(Debug, Serialize)]
pub(super) struct Stopped<'a> {
    /// In a few words.
    pub(super) title: &'a str,
    /// What happened and what to do about it.
    pub(super) text: &'a str,
    /// What the other side said, if it said something.
    pub(super) detail: Option<String>,
    /// Whether signing in anew may help.
    pub(super) again: bool,
}

impl Pages {
    /// Reads templates and style.
    ///
    /// # Errors
    /// [`Error::Pages`] when a template is wrong, which the tests rule out.
    pub(super) fn load() -> Result<Pages, Error> {
        let text = |file: Option<EmbeddedFile>, name: &str| {
            let file = file.ok_or_else(|| Error::Pages(format!("{name} is missing")))?;
            Ok::<_, Error>(String::from_utf8_lossy(&file.data).into_owned())
        };
        let mut templates = Vec::new();
        for name in Files::iter().filter(|name| name.ends_with(".html")) {
            templates.push((format!("edge/{name}"), text(Files::get(&name), &name)?));
        }
        let mut tera = Tera::default();
        tera.add_raw_templates(templates).map_err(|error| Error::Pages(error.to_string()))?;
        let shared = |name| text(Shared::get(name), name);
        let style = format!("{}\n{}", shared("tollgate.css")?, text(Files::get("edge.css"), "edge.css")?);
        let icon = shared("tollgate.svg")?;
        let (style_name, icon_name) = (named("edge", &style, "css"), named("icon", &icon, "svg"));
        let assets = BTreeMap::from([
            (style_name.clone(), ("text/css; charset=utf-8", Bytes::from(style))),
            (icon_name.clone(), ("image/svg+xml", Bytes::from(icon))),
        ]);
        let address = |name: String| format!("/-/assets/{name}");
        Ok(Pages { tera, assets, style: address(style_name), icon: address(icon_name) })
    }

    /// Style or icon, by the name that its content gives it: it never changes and may be kept for good.
    pub(super) fn asset(&self, name: &str) -> Option<Reply> {
        let (media_type, bytes) = self.assets.get(name)?;
        let mut reply = reply::body(StatusCode::OK, media_type, bytes.clone());
        reply::put(&mut reply, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
        Some(reply)
    }

    /// The bundles to choose from.
    pub(super) fn chooser(&self, session: &Session, viewer: &Viewer, release: &Release) -> Reply {
        let choices = choices(session, viewer, release);
        self.page(StatusCode::OK, "chooser", &Chooser { who: who(session), choices, release: standing(release) })
    }

    /// Who somebody is here, what that opens and why, and how long it lasts.
    pub(super) fn me(&self, session: &Session, viewer: Option<&Viewer>, release: &Release, limits: Limits) -> Reply {
        let text = |claim: &str| session.text(claim).map(str::to_owned);
        let time = |seconds| moment(super::moment(seconds));
        let read = release.policy.claim_roots();
        let read = session.claims.iter().filter(|(name, _)| read.contains(name.as_str()));
        let me = Me {
            who: who(session),
            name: text("name"),
            email: text("email"),
            verified: session.claims.get("email_verified") == Some(&true.into()),
            sub: text("sub").unwrap_or_default(),
            claims: read.map(|(name, value)| (name.clone(), value.to_string())).collect(),
            choices: viewer.map(|viewer| choices(session, viewer, release)).unwrap_or_default(),
            signed_in: time(session.signed_in),
            seen: time(session.seen),
            idle: time(session.seen.saturating_add(limits.idle).min(session.ends(limits))),
            ends: time(session.ends(limits)),
            release: standing(release),
        };
        self.page(StatusCode::OK, "me", &me)
    }

    /// Signed in, and nothing to see.
    pub(super) fn refused(&self, session: &Session) -> Reply {
        self.page(StatusCode::FORBIDDEN, "refused", &Refused { who: who(session) })
    }

    /// The one answer to every address that names nothing for whoever asks.
    pub(super) fn not_found(&self) -> Reply {
        self.page(StatusCode::NOT_FOUND, "not-found", &())
    }

    /// After signing out.
    pub(super) fn signed_out(&self) -> Reply {
        self.page(StatusCode::OK, "signed-out", &())
    }

    /// The provider cannot be reached.
    pub(super) fn provider_down(&self) -> Reply {
        self.later("provider-down")
    }

    /// Nothing was published yet, or nothing that can be believed.
    pub(super) fn no_release(&self) -> Reply {
        self.later("no-release")
    }

    /// The edge does not know yet which sessions were ended.
    pub(super) fn not_ready(&self) -> Reply {
        self.later("not-ready")
    }

    /// Something went no further.
    pub(super) fn stopped(&self, status: StatusCode, stopped: &Stopped<'_>) -> Reply {
        self.page(status, "stopped", stopped)
    }

    fn later(&self, name: &str) -> Reply {
        let mut reply = self.page(StatusCode::SERVICE_UNAVAILABLE, name, &());
        reply::put(&mut reply, header::RETRY_AFTER, "10");
        reply
    }

    fn page(&self, status: StatusCode, name: &str, view: &impl Serialize) -> Reply {
        match self.render(name, view) {
            Ok(page) => reply::html(status, page),
            Err(error) => {
                tracing::error!(name, error, "a page of the edge cannot be made");
                let text = Bytes::from_static(b"this page cannot be shown\n");
                reply::body(StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", text)
            }
        }
    }

    fn render(&self, name: &str, view: &impl Serialize) -> Result<String, String> {
        let mut context = Context::new();
        context.insert("style", &self.style);
        context.insert("icon", &self.icon);
        context.insert("view", view);
        self.tera.render(&format!("edge/{name}.html"), &context).map_err(|error| error.to_string())
    }
}

fn named(stem: &str, content: &str, extension: &str) -> String {
    format!("{stem}-{}.{extension}", &Digest::of(content.as_bytes()).to_string()[..16])
}

fn who(session: &Session) -> String {
    let known = ["name", "email", "sub"].iter().find_map(|claim| session.text(claim).filter(|text| !text.is_empty()));
    known.unwrap_or("somebody").to_owned()
}

fn standing(release: &Release) -> Standing {
    let through = release.through.map(|day| day.format("%-d %B %Y").to_string());
    Standing { number: release.number, through, created: moment(release.created) }
}

fn moment(time: Timestamp) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The roles of a viewer in the order of the policy.
fn choices(session: &Session, viewer: &Viewer, release: &Release) -> Vec<Choice> {
    let open: BTreeMap<_, _> = viewer.roles().collect();
    let roles = release.policy.roles().iter().filter_map(|role| Some((role, *open.get(&role.name)?)));
    let choice = |(role, rule): (&Role, usize)| Choice {
        href: format!("/{}/index.html", role.name),
        title: role.title.clone(),
        repositories: release.bundles.get(&role.name).map_or(0, |bundle| bundle.repositories),
        because: role.open_to.get(rule).map(|rule| because(rule, session)).unwrap_or_default(),
    };
    roles.map(choice).collect()
}

/// A rule in words, without what it says of others: of several accepted values only the person's own.
fn because(rule: &Rule, session: &Session) -> String {
    let claims = Claims::new(session.claims.clone(), Timestamp::MAX_UTC);
    let own = |test: &Test| match test {
        Test::OneOf(path, values) => {
            let each = values.iter().map(|value| Test::Contains(path.clone(), value.clone()));
            each.filter(|test| test.passes(&claims)).map(|test| test.to_string()).next().unwrap_or_default()
        }
        test => test.to_string(),
    };
    rule.0.iter().map(own).collect::<Vec<_>>().join(" and ")
}

/// The roles of a policy that a viewer may see, in order.
pub(super) fn open_roles<'a>(policy: &'a Policy, viewer: &'a Viewer) -> impl Iterator<Item = &'a Role> {
    policy.roles().iter().filter(|role| viewer.may_see(&role.name))
}
