//! Requests to one GitHub: octocrab over a transport that follows nothing and repeats nothing by itself.
//!
//! octocrab's own stack follows redirects to any host, answers a 5xx four times within milliseconds and sends a second
//! `User-Agent` and an older API version beside ours; so the transport, the headers, the pace and every step to
//! another address are decided here.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Limited};
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use secrecy::ExposeSecret;

use super::fault::Fault;
use super::gate::{Gate, Shut};
use super::pace::{self, Answer, Pace, Step};
use super::{Error, Settings};
use crate::domain::repo::RepoId;

/// The newest version of the API whose answers are known here.
const API_VERSION: &str = "2026-03-10";
/// A hundred repositories with everything GitHub says of them are about one megabyte.
const LARGEST_BODY: usize = 16 << 20;
/// A renamed repository takes one; more than a few lead in a circle.
const MOST_REDIRECTS: usize = 4;

/// One GitHub with its token.
pub(super) struct Client {
    crab: Octocrab,
    base: Uri,
    token: HeaderValue,
    pace: Pace,
    gate: Gate,
    requests: AtomicU64,
}

/// An answer with status 200.
#[derive(Debug)]
pub(super) struct Reply {
    /// Where it came from, after any redirect.
    pub(super) url: Uri,
    /// The page after this one, on the same origin.
    pub(super) next: Option<Uri>,
    /// The whole body.
    pub(super) body: Bytes,
}

/// A whole answer of any kind.
struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Client {
    /// Nothing is sent yet.
    pub(super) fn new(settings: &Settings) -> Result<Client, Error> {
        let base = base(settings)?;
        let mut token = HeaderValue::from_str(&format!("Bearer {}", settings.token.expose_secret()))
            .map_err(|_| Error::token(settings, "it holds characters that no token has"))?;
        token.set_sensitive(true);
        let crab = crab(settings, &base)?;
        let (pace, gate) = (settings.pace, Gate::new(settings.pace));
        Ok(Client { crab, base, token, pace, gate, requests: AtomicU64::new(0) })
    }

    /// Requests sent so far, retries included.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Shared by everything that is asked through this client.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The address of a path with its query, such as `/orgs/acme/repos?per_page=100`.
    pub(super) fn url(&self, path: &str) -> Result<Uri, Fault> {
        let prefix = self.base.path().trim_end_matches('/');
        self.at(&format!("{prefix}{path}"))
    }

    /// Asks until there is an answer or no hope, following redirects within the origin.
    pub(super) async fn get(&self, url: Uri) -> Result<Reply, Fault> {
        let mut url = url;
        for _ in 0..=MOST_REDIRECTS {
            let raw = self.ask(&url).await?;
            if !raw.status.is_redirection() {
                return self.judge(url, raw);
            }
            let location = raw.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
            url = self.own(location.unwrap_or_default())?;
        }
        Err(Fault::Unreadable("its redirects lead in a circle".into()))
    }

    /// Whether the answer speaks of the repository with this id: after a rename GitHub redirects to its number.
    pub(super) fn speaks_of(&self, reply: &Reply, asked: &Uri, id: RepoId) -> bool {
        let numbered = format!("{}/repositories/{id}/", self.base.path().trim_end_matches('/'));
        reply.url == *asked || reply.url.path().starts_with(&numbered)
    }

    async fn ask(&self, url: &Uri) -> Result<Raw, Fault> {
        let mut attempt = 1;
        loop {
            self.gate.pass().await.map_err(Fault::Shut)?;
            let tried = self.send(url).await;
            let answer = tried.as_ref().map_or(Answer::Broken, |raw| raw.answer());
            match (pace::next(&self.pace, attempt, &answer, pace::jitter()), answer) {
                (Step::Wait(wait), Answer::Limited(_)) => {
                    tracing::warn!(seconds = wait.as_secs(), "GitHub's rate limit: everything waits");
                    self.gate.hold(wait).map_err(Fault::Shut)?;
                }
                (Step::Wait(wait), _) => {
                    tracing::debug!(%url, attempt, ?answer, ?wait, "asking again");
                    tokio::time::sleep(wait).await;
                }
                // Going on while limited can get an integration banned.
                (Step::GiveUp, Answer::Limited(_)) => {
                    self.gate.shut(Shut::Patience);
                    return Err(Fault::Shut(Shut::Patience));
                }
                (Step::GiveUp, _) => return tried.map_err(Fault::Broken),
            }
            attempt += 1;
        }
    }

    /// One request and its whole answer; the error says what broke.
    async fn send(&self, url: &Uri) -> Result<Raw, String> {
        let request = self.request(url).map_err(|error| error.to_string())?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let exchange = async {
            let response = self.crab.execute(request).await.map_err(|error| root(&error))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|error| root(&*error))?;
            Ok(Raw { status: head.status, headers: head.headers, body: body.to_bytes() })
        };
        let late = || format!("no whole answer within {:?}", self.pace.answer);
        tokio::time::timeout(self.pace.answer, exchange).await.map_err(|_| late())?
    }

    fn request(&self, url: &Uri) -> Result<Request<String>, http::Error> {
        Request::get(url)
            .header(header::USER_AGENT, concat!("tollgate/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION)
            .header(header::AUTHORIZATION, self.token.clone())
            .body(String::new())
    }

    fn judge(&self, url: Uri, raw: Raw) -> Result<Reply, Fault> {
        if raw.status != StatusCode::OK {
            let fault = Fault::of(raw.status, &raw.headers, &raw.body);
            if matches!(fault, Fault::Token(_)) {
                self.gate.shut(Shut::Token);
            }
            return Err(fault);
        }
        let links = raw.headers.get_all(header::LINK).iter().filter_map(|link| link.to_str().ok());
        let next = links.flat_map(next_page).next().map(|link| self.own(link)).transpose()?;
        Ok(Reply { url, next, body: raw.body })
    }

    /// An address that GitHub named, if it lies on the configured origin. The token goes nowhere else.
    fn own(&self, named: &str) -> Result<Uri, Fault> {
        let uri: Uri = named.parse().map_err(|_| Fault::Unreadable(format!("`{named}` is no address")))?;
        if uri.authority().is_none() && named.starts_with('/') {
            return self.at(named);
        }
        if origin(&uri).is_some() && origin(&uri) == origin(&self.base) {
            return Ok(uri);
        }
        Err(Fault::Foreign(uri.authority().map_or(named, |authority| authority.as_str()).to_owned()))
    }

    /// A path with its query on the configured origin.
    fn at(&self, path: &str) -> Result<Uri, Fault> {
        let mut parts = self.base.clone().into_parts();
        let unreadable = |_| Fault::Unreadable(format!("`{path}` is no path"));
        parts.path_and_query = Some(path.parse().map_err(unreadable)?);
        Uri::from_parts(parts).map_err(|_| Fault::Unreadable(format!("`{path}` is no path")))
    }
}

impl Raw {
    fn answer(&self) -> Answer {
        Answer::of(self.status, &self.headers, &self.body, chrono::Utc::now())
    }
}

fn base(settings: &Settings) -> Result<Uri, Error> {
    let fault = || Error::Settings {
        source_name: settings.source.clone(),
        fault: format!("`{}` is no API address", settings.api),
        hint: "write it like `https://api.github.com`, without a query or a password".into(),
    };
    let base: Uri = settings.api.parse().map_err(|_| fault())?;
    match origin(&base) {
        Some(_) if base.query().is_none() => Ok(base),
        _ => Err(fault()),
    }
}

/// Scheme, host and port; `None` for anything but plain http and https without a user name in it.
fn origin(uri: &Uri) -> Option<(&str, String, u16)> {
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let plain = !authority.as_str().contains('@') && !authority.host().is_empty();
    plain.then(|| (scheme, authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(usual)))
}

/// The address in a `Link` header whose relation is `next`.
fn next_page(link: &str) -> Option<&str> {
    let entry = link.split(',').find(|entry| {
        let mut parameters = entry.split(';').skip(1).map(str::trim);
        parameters.any(|parameter| matches!(parameter, "rel=\"next\"" | "rel=next"))
    })?;
    let (_, rest) = entry.split_once('<')?;
    rest.split_once('>').map(|(address, _)| address)
}

/// octocrab with this transport. Certificates are read only for https: a machine may have none.
fn crab(settings: &Settings, base: &Uri) -> Result<Octocrab, Error> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(settings.pace.connect));
    if base.scheme_str() != Some("https") {
        return Ok(over(tcp));
    }
    tcp.enforce_http(false);
    let roots = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots().map_err(|error| Error::Settings {
        source_name: settings.source.clone(),
        fault: format!("no certificate authority is trusted on this machine: {error}"),
        hint: "install the package `ca-certificates`".into(),
    })?;
    Ok(over(roots.https_only().enable_http1().wrap_connector(tcp)))
}

fn over<C: Connect + Clone + Send + Sync + 'static>(connector: C) -> Octocrab {
    let transport = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build::<_, OctoBody>(connector);
    match OctocrabBuilder::new_empty().with_service(transport).with_auth(AuthState::None).build() {
        Ok(crab) => crab,
        Err(never) => match never {},
    }
}

/// The innermost cause: the outer ones only say that a request failed.
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(api: &str) -> Client {
        Client::new(&super::super::tests::settings(api, &["acme/*"])).unwrap()
    }

    #[tokio::test]
    async fn only_the_configured_origin_is_ours() {
        let client = client("https://ghe.example/api/v3/");
        for (named, expected) in [
            ("https://ghe.example/api/v3/x?page=2", true),
            ("https://GHE.example:443/x", true),
            ("/repositories/7/traffic/views", true),
            ("http://ghe.example/x", false),
            ("https://ghe.example:8443/x", false),
            ("https://ghe.example.evil.example/x", false),
            ("https://ghe.example@evil.example/x", false),
            ("https://user@ghe.example/x", false),
            ("ftp://ghe.example/x", false),
            ("evil.example", false),
            ("", false),
        ] {
            assert_eq!(client.own(named).is_ok(), expected, "{named}");
        }
        // Without a scheme this is a path, whatever it looks like.
        assert_eq!(
            client.own("//evil.example/x").map(|uri| uri.host().map(str::to_owned)),
            Ok(Some("ghe.example".into()))
        );
        assert_eq!(client.url("/user").unwrap(), "https://ghe.example/api/v3/user");
    }

    #[test]
    fn the_next_page_is_read_from_the_link_header() {
        let links = "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?page=3>; rel=\"next\"";
        assert_eq!(next_page(links), Some("https://a.example/x?page=3"));
        assert_eq!(next_page("<https://a.example/x?page=1>; rel=\"last\""), None);
    }

    #[tokio::test]
    async fn odd_addresses_and_tokens_are_refused_before_anything_is_sent() {
        for api in ["api.github.com", "ftp://a.example", "https://user:pw@a.example", "https://a.example?x=1", ""] {
            let refused = Client::new(&super::super::tests::settings(api, &["acme/*"]));
            assert!(matches!(refused.map(|_| ()), Err(Error::Settings { .. })), "{api}");
        }
        let mut settings = super::super::tests::settings("http://127.0.0.1:1", &["acme/*"]);
        settings.token = "two\nlines".to_owned().into();
        let Err(error) = Client::new(&settings).map(|_| ()) else { panic!("a token of two lines passed") };
        assert!(matches!(error, Error::Token { .. }) && !error.to_string().contains("two"), "{error}");
    }
}
