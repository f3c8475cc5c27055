//! The edge's own pages and what they look like. Everything is inside the program and read once, at the start.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use tera::{Context, Tera};

use super::Error;
use super::login::{Login, Providers};
use super::reply::{self, Reply};
use super::routes::encoded;
use crate::domain::Timestamp;
use crate::domain::policy::{Claims, Policy, Role, Rule, Test, Viewer};
use crate::domain::release::{Digest, Release};
use crate::edge::session::Session;
use crate::releases::Opened;

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
    script: String,
}

/// A role somebody may choose.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    href: String,
    title: String,
    repositories: u64,
    /// Their names, where the bundle says them.
    names: Vec<String>,
    /// Why it is open, in the words of each rule that opens it.
    because: Vec<String>,
}

/// What the chooser and `/-/me` say of the release.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
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

/// `refused.html`
#[derive(Debug, Serialize)]
struct Refused {
    who: String,
}

/// `login.html`
#[derive(Debug, Serialize)]
struct SignIn<'a> {
    /// Whether there is nothing to choose.
    only: bool,
    ways: Vec<Way>,
    back: &'a str,
    /// Whether an e-mail address can tell the right one.
    by_email: bool,
    /// Whether for another account than the one the provider knows.
    another: bool,
    /// The address that no provider is right for.
    unknown: Option<&'a str>,
}

/// A provider to sign in with.
#[derive(Debug, Serialize)]
struct Way {
    href: String,
    title: String,
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

impl<'a> Stopped<'a> {
    /// Signing in anew does not help.
    pub(super) fn plain(title: &'a str, text: &'a str) -> Stopped<'a> {
        Stopped { title, text, detail: None, again: false }
    }

    /// Signing in anew may help.
    pub(super) fn again(title: &'a str, text: &'a str) -> Stopped<'a> {
        Stopped { again: true, ..Stopped::plain(title, text) }
    }
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
        let script = text(Files::get("edge.js"), "edge.js")?;
        let (style_name, icon_name) = (named("edge", &style, "css"), named("icon", &icon, "svg"));
        let script_name = named("edge", &script, "js");
        let assets = BTreeMap::from([
            (script_name.clone(), ("text/javascript; charset=utf-8", Bytes::from(script))),
            (style_name.clone(), ("text/css; charset=utf-8", Bytes::from(style))),
            (icon_name.clone(), ("image/svg+xml", Bytes::from(icon))),
        ]);
        let address = |name: String| format!("/-/assets/{name}");
        let [style, icon, script] = [style_name, icon_name, script_name].map(address);
        Ok(Pages { tera, assets, style, icon, script })
    }

    /// Style, icon or script, by the name that its content gives it: it never changes and may be kept for good.
    pub(super) fn asset(&self, name: &str) -> Option<Reply> {
        let (media_type, bytes) = self.assets.get(name)?;
        let mut reply = reply::body(StatusCode::OK, media_type, bytes.clone());
        reply::put(&mut reply, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
        Some(reply)
    }

    /// The bundles to choose from.
    pub(super) fn chooser(&self, session: &Session, viewer: &Viewer, opened: &Opened) -> Reply {
        let (choices, release) = (choices(session, viewer, opened), standing(opened.release()));
        self.page(StatusCode::OK, "chooser", &Chooser { who: who(session), choices, release })
    }

    /// Where somebody chooses whom to sign in with; with one provider it leads on by itself.
    pub(super) fn login(&self, providers: &Providers, back: &str, another: bool, unknown: Option<&str>) -> Reply {
        let more = if another { "&another=1" } else { "" };
        let way = |provider: &Login| Way {
            href: format!("/-/login?provider={}&return={}{more}", provider.name(), encoded(back)),
            title: provider.title().to_owned(),
        };
        let ways: Vec<Way> = providers.all().map(way).collect();
        let by_email = providers.all().any(Login::has_domains);
        let login = SignIn { only: ways.len() == 1 && unknown.is_none(), ways, back, by_email, another, unknown };
        self.scripted(providers, "login", &login)
    }

    /// Where the fragment of a share link is handed in.
    pub(super) fn share(&self, providers: &Providers) -> Reply {
        self.scripted(providers, "share", &())
    }

    /// Somebody asks too often.
    pub(super) fn too_often(&self, seconds: u64) -> Reply {
        let text = "Too many attempts came from your network in a short time. Wait a moment, then try again.";
        let mut reply = self.stopped(StatusCode::TOO_MANY_REQUESTS, &Stopped::plain("Too many attempts", text));
        reply::put(&mut reply, header::RETRY_AFTER, &seconds.to_string());
        reply
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

    /// Not every edge serves the same release at this moment.
    pub(super) fn changing(&self) -> Reply {
        let text =
            "The reports have just changed, and not every part of this site has them yet. Try again in a moment.";
        let mut reply = self.stopped(StatusCode::SERVICE_UNAVAILABLE, &Stopped::plain("One moment", text));
        reply::put(&mut reply, header::RETRY_AFTER, "10");
        reply
    }

    /// Leads on to another site by itself.
    pub(super) fn onward(&self, address: &str) -> Reply {
        self.page(StatusCode::OK, "onward", &address)
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

    /// A page with the script that passes a fragment on and copies, and the policy that lets it run.
    pub(super) fn scripted(&self, providers: &Providers, name: &str, view: &impl Serialize) -> Reply {
        let mut reply = self.page(StatusCode::OK, name, view);
        reply.headers_mut().insert(header::CONTENT_SECURITY_POLICY, providers.policy(true));
        reply
    }

    /// A page of the edge's own, from the template of that name.
    pub(super) fn page(&self, status: StatusCode, name: &str, view: &impl Serialize) -> Reply {
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
        context.insert("script", &self.script);
        context.insert("view", view);
        self.tera.render(&format!("edge/{name}.html"), &context).map_err(|error| error.to_string())
    }
}

fn named(stem: &str, content: &str, extension: &str) -> String {
    format!("{stem}-{}.{extension}", &Digest::of(content.as_bytes()).to_string()[..16])
}

/// What somebody is called.
pub(super) fn who(session: &Session) -> String {
    let known = ["name", "email", "sub"].iter().find_map(|claim| session.text(claim).filter(|text| !text.is_empty()));
    known.unwrap_or("somebody").to_owned()
}

/// What a page says of the release.
pub(super) fn standing(release: &Release) -> Standing {
    let through = release.through.map(|day| day.format("%-d %B %Y").to_string());
    Standing { number: release.number, through, created: moment(release.created.timestamp()) }
}

/// A moment in seconds since 1970, as people read it.
pub(super) fn moment(seconds: i64) -> String {
    super::moment(seconds).format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The roles of a viewer in the order of the policy.
pub(super) fn choices(session: &Session, viewer: &Viewer, opened: &Opened) -> Vec<Choice> {
    let release = opened.release();
    let claims = Claims::new(session.claims.clone(), Timestamp::MAX_UTC);
    let choice = |role: &Role| Choice {
        href: format!("/{}/index.html", role.name),
        title: role.title.clone(),
        repositories: release.bundles.get(&role.name).map_or(0, |bundle| bundle.repositories),
        names: opened.index(&role.name).map(|index| index.repositories.clone()).unwrap_or_default(),
        because: role.open_to.iter().filter(|rule| rule.passes(&claims)).map(|rule| because(rule, &claims)).collect(),
    };
    open_roles(&release.policy, viewer).map(choice).collect()
}

/// A rule in words, without what it says of others: of several accepted values only the person's own.
fn because(rule: &Rule, claims: &Claims) -> String {
    let own = |test: &Test| match test {
        Test::OneOf(path, values) => {
            let one = if path.is_issuer() { Test::Equals } else { Test::Contains };
            let each = values.iter().map(|value| one(path.clone(), value.clone()));
            each.filter(|test| test.passes(claims)).map(|test| test.to_string()).next().unwrap_or_default()
        }
        test => test.to_string(),
    };
    rule.0.iter().map(own).collect::<Vec<_>>().join(" and ")
}

/// The roles of a policy that a viewer may see, in order.
pub(super) fn open_roles<'a>(policy: &'a Policy, viewer: &'a Viewer) -> impl Iterator<Item = &'a Role> {
    policy.roles().iter().filter(|role| viewer.may_see(&role.name))
}
