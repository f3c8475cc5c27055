//! The edge: signs people in and serves the bundles that their roles open.
//!
//! | file | holds |
//! |---|---|
//! | `address` | what a path names; where a sign-in may return to |
//! | `cookies`, `session` | cookies as text; what they hold and how long that counts |
//! | `login`, `idtoken`, `wire` | the provider: its description, its tokens, requests to it |
//! | `signin` | the sign-in and sign-out pages |
//! | `visitor`, `revoked` | who is asking; which sessions were ended |
//! | `current` | the release being served, and its successor |
//! | `routes`, `reply`, `pages` | from a request to a reply |
//! | `ops`, `listen` | the operations listener; connections |
//!
//! A request becomes a [`visitor`](self), then a `Viewer` by way of the current release's policy, and only with that
//! can bundle bytes be had. Handlers return replies and never a warp rejection, so no refusal can fall through to
//! another route.

mod address;
mod cookies;
mod current;
mod idtoken;
mod listen;
mod login;
mod ops;
mod pages;
mod reply;
mod revoked;
mod routes;
mod session;
mod signin;
mod visitor;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::keys::Keyring;
use crate::releases::Releases;

/// How an edge is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin people see, such as `https://traffic.acme.example`, without a path.
    pub base_url: String,
    /// Who signs people in.
    pub provider: Provider,
    /// How long a session lasts without a request.
    pub idle: Duration,
    /// How long a session lasts at most.
    pub absolute: Duration,
    /// How often to look for a new release.
    pub poll: Duration,
}

/// An OpenID Connect provider and this site's registration with it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The issuer, to the last character as its own description has it.
    pub issuer: String,
    /// The client identifier registered there.
    pub client_id: String,
    /// The client secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// What to ask for beside `openid`, such as `profile`, `email`, `groups`.
    pub scopes: Vec<String>,
}

/// Why an edge cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The site's own address is unusable.
    #[error("base URL `{url}` {why}\n\nhint: write the origin people see, such as `https://traffic.acme.example`")]
    BaseUrl {
        /// As configured.
        url: String,
        /// What is the matter with it.
        why: &'static str,
    },
    /// The provider's address is unusable.
    #[error(
        "sign-in provider `{issuer}` {why}\n\nhint: copy the issuer from the provider's settings, to the last character"
    )]
    Provider {
        /// As configured.
        issuer: String,
        /// What is the matter with it.
        why: String,
    },
    /// A key is missing.
    #[error(transparent)]
    Keys(#[from] crate::keys::Error),
    /// The edge's own pages cannot be read.
    #[error("the edge's own pages cannot be read: {0}")]
    Pages(String),
}

/// Everything that requests share.
struct Edge {
    base: Url,
    cookies: cookies::Style,
    limits: session::Limits,
    keys: Keyring,
    releases: Releases,
    current: current::Current,
    revoked: revoked::Revoked,
    visitors: visitor::Visitors,
    login: login::Login,
    spent: signin::Spent,
    pages: pages::Pages,
    metrics: ops::Metrics,
}

/// Serves until `shutdown` is done, then lets requests under way finish, for ten seconds at most.
///
/// Starts while the provider is down and while there is no release yet; both are said on the pages meanwhile.
///
/// # Errors
/// When the settings cannot work: see [`Error`]. Nothing that happens later ends the edge.
pub async fn serve(
    listener: TcpListener,
    operations: Option<TcpListener>,
    settings: Settings,
    keys: Keyring,
    releases: Releases,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let poll = settings.poll;
    let edge = Arc::new(Edge::new(settings, keys, releases)?);
    current::refresh(&edge).await;
    let watcher = tokio::spawn(current::watch(edge.clone(), poll));
    let (stop, stopped) = tokio::sync::watch::channel(());
    let operations = operations.map(|listener| {
        let service = ops::service(edge.clone());
        tokio::spawn(listen::run(listener, service, stopped.clone()))
    });
    let pages = tokio::spawn(listen::run(listener, routes::service(edge.clone()), stopped));
    shutdown.await;
    tracing::info!("stopping");
    drop(stop);
    for task in [Some(pages), operations].into_iter().flatten() {
        if let Err(error) = task.await {
            tracing::error!(%error, "a listener ended badly");
        }
    }
    watcher.abort();
    Ok(())
}

impl Edge {
    fn new(settings: Settings, keys: Keyring, releases: Releases) -> Result<Edge, Error> {
        keys.ready_for_edge()?;
        let base = origin(&settings.base_url)?;
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let limits = session::Limits { idle: seconds(settings.idle), absolute: seconds(settings.absolute) };
        Ok(Edge {
            login: login::Login::new(settings.provider, &base)?,
            cookies: cookies::Style::new(base.scheme() == "https"),
            pages: pages::Pages::load()?,
            current: current::Current::default(),
            revoked: revoked::Revoked::default(),
            visitors: visitor::Visitors::default(),
            spent: signin::Spent::default(),
            metrics: ops::Metrics::default(),
            limits,
            base,
            keys,
            releases,
        })
    }
}

fn origin(text: &str) -> Result<Url, Error> {
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

/// Seconds since 1970.
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A moment given in seconds since 1970.
fn moment(seconds: i64) -> crate::domain::Timestamp {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
