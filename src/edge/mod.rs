//! The edge: signs people in and serves the bundles that their roles open.
//!
//! | file | holds |
//! |---|---|
//! | `address`, `origin` | what a path names, where a sign-in may return to; where a request comes from |
//! | `cookies`, `session` | cookies as text; what they hold and how long that counts |
//! | `login`, `wire` | the providers: their descriptions and keys, requests to them |
//! | `token`, `idtoken`, `logouttoken` | what they sign: taken apart, and what it must say |
//! | `signin`, `callback`, `signout` | the way to a provider, the way back, and the way out |
//! | `visitor`, `share` | who is asking: by a session, by a share link, by an access token |
//! | `ended`, `people`, `grants` | what is beside the releases: endings, sign-ins, what was passed on |
//! | `agent` | what browsers are called |
//! | `anybody`, `unsubscribe` | public badges and whole bundles; the end of mails |
//! | `current` | the release being served, and its successor |
//! | `routes`, `reply`, `pages`, `profile` | from a request to a reply |
//! | `audit`, `budget` | what is written down of all this, and how often anybody may try |
//! | `preview` | pages on this machine, for whoever writes them |
//! | `fuzzing` | what fuzzers call; not part of the program |
//! | `ops`, `trigger`, `listen` | the operations listener; nights started there; connections |
//!
//! A request becomes a [`visitor`](self), then a `Viewer` by way of the current release's policy, and only with that
//! can bundle bytes be had. Handlers return replies and never a warp rejection, so no refusal can fall through to
//! another route.

mod address;
mod agent;
mod anybody;
pub mod audit;
mod budget;
mod callback;
mod cookies;
mod current;
pub mod ended;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod grants;
mod idtoken;
mod listen;
mod login;
mod logouttoken;
mod ops;
mod origin;
mod pages;
pub mod people;
pub mod preview;
mod profile;
mod reply;
mod requests;
mod routes;
mod session;
mod share;
mod signin;
mod signout;
mod token;
pub mod trigger;
pub mod unsubscribe;
mod visitor;
mod wire;

pub use error::Error;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use ipnet::IpNet;
use reqwest::Url;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::keys::{self, Keyring};
use crate::releases::Releases;

/// How an edge is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin people see, such as `https://traffic.acme.example`, without a path.
    pub base_url: String,
    /// Who signs people in: one or more, each with a name and an issuer of its own, in the order they are offered.
    pub providers: Vec<Provider>,
    /// How long a session lasts without a request.
    pub idle: Duration,
    /// How long a session lasts at most.
    pub absolute: Duration,
    /// How old claims may be before the provider is asked for them again.
    pub claims_max_age: Duration,
    /// How often to look for a new release.
    pub poll: Duration,
    /// Whose word on where a request came from is believed.
    pub proxies: Vec<IpNet>,
    /// The file that a line is added to for all that decides who sees what.
    pub audit: PathBuf,
}

/// An OpenID Connect provider and this site's registration with it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Names it in addresses and in rules.
    pub name: String,
    /// What people read on the button.
    pub title: String,
    /// The domains of the e-mail addresses that it is the right one for.
    pub domains: Vec<String>,
    /// The issuer, to the last character as its own description has it.
    pub issuer: String,
    /// The client identifier registered there.
    pub client_id: String,
    /// How this site proves to it that it is the client.
    pub credential: Credential,
    /// What to ask for beside `openid`, such as `profile`, `email`, `groups`.
    pub scopes: Vec<String>,
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 1.0, 9).
#[derive(Clone, Debug)]
pub enum Credential {
    /// Not at all.
    Public,
    /// `client_secret_basic` or `client_secret_post`, whichever the provider takes.
    Secret(SecretString),
    /// `private_key_jwt`: the file of a private key, as PEM.
    Key {
        /// PKCS#8, of P-256 (ES256) or RSA (RS256).
        file: PathBuf,
        /// The `kid` that the provider knows it by.
        kid: Option<String>,
    },
}

/// Looks at the provider of an issuer as an edge does before the first sign-in, for whoever keeps the site going.
pub async fn examine(issuer: &str) -> crate::domain::finding::Examination {
    login::examine(issuer).await
}

/// Everything that requests share.
struct Edge {
    base: Url,
    cookies: cookies::Style,
    limits: session::Limits,
    keys: ArcSwap<Keyring>,
    releases: Releases,
    current: current::Current,
    ended: ended::Ended,
    visitors: visitor::Visitors,
    providers: login::Providers,
    proxies: Vec<IpNet>,
    spent: callback::Spent,
    obeyed: signout::Obeyed,
    seen: share::SeenTokens,
    budgets: budget::Budgets,
    audit: audit::Audit,
    requests: requests::Requests,
    pages: pages::Pages,
    metrics: ops::Metrics,
    /// How often each token for nights was used lately.
    posts: trigger::Posts,
    /// Who runs nights, if anybody does.
    nightly: Option<trigger::Nightly>,
    /// Whether a proxy that is not configured was told of.
    warned: AtomicBool,
}

/// Where an edge listens, and whom it passes on to.
#[derive(Debug)]
pub struct Listeners {
    /// For people.
    pub people: TcpListener,
    /// For those who keep the edge running, if anywhere.
    pub operations: Option<TcpListener>,
    /// Who runs the nights that the operations listener is asked for; nobody on an edge that runs none.
    pub nightly: Option<trigger::Nightly>,
}

/// Serves until `shutdown` is done, then lets requests under way finish, for ten seconds at most.
///
/// Starts while a provider is down and while there is no release yet; both are said on the pages meanwhile. Whatever
/// comes by `reload` has the keys read anew, and the audit log opened anew; keys that cannot be read change nothing.
///
/// # Errors
/// When the settings cannot work: see [`Error`]. Nothing that happens later ends the edge.
pub async fn serve(
    listeners: Listeners,
    settings: Settings,
    keys: Keyring,
    releases: Releases,
    mut reload: mpsc::Receiver<()>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let poll = settings.poll;
    let Listeners { people, operations, nightly } = listeners;
    let edge = Arc::new(Edge { nightly, ..Edge::new(settings, keys, releases)? });
    current::refresh(&edge).await;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(current::watch(edge.clone(), poll));
    tasks.spawn(current::sweep(edge.clone()));
    let asking = edge.clone();
    // What the providers say of themselves is known before the first page is made, if they answer.
    tasks.spawn(async move { asking.providers.ask().await });
    let reloaded = edge.clone();
    tasks.spawn(async move {
        while reload.recv().await.is_some() {
            reloaded.reload();
        }
    });
    let (stop, stopped) = tokio::sync::watch::channel(());
    let operations = operations.map(|listener| {
        let service = ops::service(edge.clone());
        tokio::spawn(listen::run(listen::LIMITS, listener, service, stopped.clone()))
    });
    let pages = tokio::spawn(listen::run(listen::LIMITS, people, routes::service(edge.clone()), stopped));
    shutdown.await;
    tracing::info!("stopping");
    drop(stop);
    for task in [Some(pages), operations].into_iter().flatten() {
        if let Err(error) = task.await {
            tracing::error!(%error, "a listener ended badly");
        }
    }
    tasks.shutdown().await;
    Ok(())
}

impl Edge {
    fn new(settings: Settings, keys: Keyring, releases: Releases) -> Result<Edge, Error> {
        keys.ready_for_edge()?;
        let base = origin_of(&settings.base_url)?;
        if base.scheme() == "https" && settings.proxies.is_empty() {
            tracing::warn!(
                "everybody seems to come from the address of the proxy in front: name it in `edge.proxies`, or what one \
                 of them may try is used up by all"
            );
        }
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let limits = session::Limits {
            idle: seconds(settings.idle),
            absolute: seconds(settings.absolute),
            claims: seconds(settings.claims_max_age),
        };
        Ok(Edge {
            providers: login::Providers::new(settings.providers, &base)?,
            cookies: cookies::Style::new(base.scheme() == "https"),
            pages: pages::Pages::load()?,
            audit: audit::Audit::open(&settings.audit)?,
            proxies: settings.proxies,
            current: current::Current::default(),
            ended: ended::Ended::default(),
            visitors: visitor::Visitors::default(),
            spent: callback::Spent::default(),
            obeyed: signout::Obeyed::default(),
            seen: share::SeenTokens::default(),
            budgets: budget::Budgets::default(),
            requests: requests::Requests::new(keys::random_id()?.chars().take(8).collect()),
            metrics: ops::Metrics::default(),
            posts: trigger::Posts::default(),
            nightly: None,
            warned: AtomicBool::new(false),
            limits,
            base,
            keys: ArcSwap::from_pointee(keys),
            releases,
        })
    }

    /// The keys of this moment.
    fn keys(&self) -> Arc<Keyring> {
        self.keys.load_full()
    }

    /// The site's own origin, as browsers spell it.
    fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Reads the keys anew, and opens the audit log anew, which something may have moved away.
    fn reload(&self) {
        let keys = self.keys().reload().and_then(|keys| keys.ready_for_edge().map(|()| keys));
        match keys {
            Ok(keys) => {
                self.keys.store(Arc::new(keys));
                tracing::info!("the keys were read anew");
            }
            Err(error) => tracing::error!(%error, "the keys cannot be read anew; the ones before go on"),
        }
        self.audit.reopen();
    }

    /// Writes down what happened on a request.
    fn tell(&self, asked: &routes::Asked, event: audit::Event) {
        self.audit.record(event.from(asked.from).request(&asked.id));
    }

    /// Writes down what was refused, unless whoever asks has filled the log enough lately.
    fn tell_refusal(&self, asked: &routes::Asked, event: audit::Event) {
        match self.budgets.take(budget::Budget::Told, asked.from, Instant::now()) {
            Ok(()) => self.tell(asked, event),
            Err(_) => ops::count(&self.metrics.untold),
        }
    }

    /// Writes down what failed, and counts it against whoever asks; the answer to whoever failed too often. What
    /// succeeds is never held back: others from the same address must not be able to keep somebody out.
    fn tell_failure(&self, asked: &routes::Asked, event: audit::Event) -> Option<reply::Reply> {
        let held_back = self.draw(budget::Budget::Failure, asked);
        if held_back.is_none() {
            self.tell_refusal(asked, event);
        }
        held_back
    }

    /// Takes from a budget; the answer to whoever has spent it.
    fn draw(&self, kind: budget::Budget, asked: &routes::Asked) -> Option<reply::Reply> {
        self.budgets.take(kind, asked.from, Instant::now()).err().map(|wait| self.too_often(asked, wait))
    }

    /// Says once that a proxy seems to be in front which the configuration does not name.
    fn strange_proxy(&self, peer: IpAddr, headers: &http::HeaderMap) {
        let near = match peer.to_canonical() {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        let says = headers.contains_key("x-forwarded-for") || headers.contains_key(http::header::FORWARDED);
        let named = || self.proxies.iter().any(|proxy| proxy.contains(&peer.to_canonical()));
        if near && says && !named() && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%peer, "a proxy that `edge.proxies` does not name seems to be in front: all its visitors share one budget");
        }
    }

    fn too_often(&self, asked: &routes::Asked, wait: budget::Wait) -> reply::Reply {
        ops::count(&self.metrics.too_often);
        self.tell_refusal(asked, event(audit::Kind::Refusal, now()).path(&asked.path).outcome("too-often"));
        self.pages.too_often(wait.0)
    }
}

fn origin_of(text: &str) -> Result<Url, Error> {
    let fault = |why| Error::BaseUrl { url: text.to_owned(), why };
    let url: Url = text.parse().map_err(|_| fault("is no URL"))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(fault("must start with `https://`"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(fault("must be an origin: nothing may follow the host and port"));
    }
    if url.scheme() == "http" && !on_loopback(&url) {
        tracing::warn!(url = text, "the site is not under https: sessions can be read on the way");
    }
    Ok(url)
}

/// Whether an address is this machine's own, by name or number.
fn on_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Something for the audit log, at a moment in seconds since 1970.
fn event(kind: audit::Kind, now: i64) -> audit::Event {
    audit::Event::new(kind, moment(now))
}

/// Seconds since 1970.
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A moment given in seconds since 1970. One that no calendar has is the first or the last: what ended before all time
/// must not last for ever.
fn moment(seconds: i64) -> crate::domain::Timestamp {
    use chrono::{DateTime, Utc};
    let end = if seconds < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp(seconds, 0).unwrap_or(end)
}

#[cfg(test)]
mod tests;
