//! Requests to one GitHub with one credential.
//!
//! octocrab's own stack follows redirects to any host, answers a 5xx four times within milliseconds and sends a second
//! `User-Agent` and an older API version beside ours; so the transport, the headers, the pace and every step to
//! another address are decided here.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;

use super::budget::Budget;
use super::credential::{Bearer, Credential};
use super::fault::Fault;
use super::gate::{Gate, Landing, Shut};
use super::pace::{self, Answer, Cost, Pace, Step};
use super::transport::{self, origin};
use super::{Error, Settings};
use crate::domain::Timestamp;
use crate::domain::collection::SourceFault;
use crate::domain::repo::RepoId;

/// The newest version of the API whose answers are known here.
pub(super) const API_VERSION: &str = "2026-03-10";
/// A hundred repositories with everything GitHub says of them are about one megabyte.
const LARGEST_BODY: usize = 16 << 20;
/// A renamed repository takes one; more than a few lead in a circle.
const MOST_REDIRECTS: usize = 4;
/// A whole answer within this time is a sign that GitHub bears more at once; most take a tenth of it.
const QUICK: Duration = Duration::from_secs(1);

/// One GitHub with one credential.
pub(super) struct Client {
    crab: Octocrab,
    base: Uri,
    bearer: Bearer,
    pace: Pace,
    gate: Gate,
    requests: AtomicU64,
    unchanged: AtomicU64,
    /// How far GitHub's clock is ahead of ours, in seconds.
    skew: AtomicI64,
}

/// An answer with status 200.
#[derive(Debug)]
pub(super) struct Reply {
    /// Where it came from, after any redirect.
    pub(super) url: Uri,
    /// The page after this one, as it was named.
    next: Option<String>,
    /// The whole body.
    pub(super) body: Bytes,
    /// To ask later whether it still holds, to the last character: weak ones too.
    pub(super) etag: Option<String>,
}

/// A whole answer of any kind.
pub(super) struct Raw {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Something to be asked.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Uri,
    pub(super) etag: Option<&'a str>,
    pub(super) body: String,
    pub(super) cost: Cost,
}

impl Client {
    /// The client of a token. Nothing is sent yet.
    pub(super) fn new(settings: &Settings) -> Result<Client, Error> {
        let base = transport::base(settings)?;
        let bearer = match &settings.credential {
            Credential::Token(token) => Bearer::token(settings, token)?,
            Credential::App(app) => Bearer::App(app.clone()),
        };
        Ok(Client::over(transport::crab(settings, &base)?, base, bearer, settings))
    }

    /// Another client of the same GitHub, with connections of its own in the same pool.
    pub(super) fn with(&self, bearer: Bearer, settings: &Settings) -> Client {
        let client = Client::over(self.crab.clone(), self.base.clone(), bearer, settings);
        client.skew.store(self.skew(), Ordering::Relaxed);
        client
    }

    fn over(crab: Octocrab, base: Uri, bearer: Bearer, settings: &Settings) -> Client {
        let gate = Gate::new(settings.pace, settings.concurrency);
        let (requests, unchanged, skew) = (AtomicU64::new(0), AtomicU64::new(0), AtomicI64::new(0));
        Client { crab, base, bearer, pace: settings.pace, gate, requests, unchanged, skew }
    }

    /// Requests sent so far, retries included.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Counts what was asked elsewhere for the sake of this account.
    pub(super) fn count(&self, requests: u64) {
        self.requests.fetch_add(requests, Ordering::Relaxed);
    }

    /// Answers so far that said that nothing has changed; they do not count against the primary limit.
    pub(super) fn unchanged(&self) -> u64 {
        self.unchanged.load(Ordering::Relaxed)
    }

    /// What is left of the primary limit; `None` until GitHub says.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.gate.budget()
    }

    /// Shared by everything that is asked through this client.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What to say, once for the whole source, where this GitHub has no traffic figures; asking for them is in vain.
    pub(super) fn lacks_traffic(&self) -> Option<SourceFault> {
        transport::lacks_traffic(&self.base).then(|| SourceFault {
            cause: format!("`{}` has no traffic figures", self.base.host().unwrap_or_default()),
            mending: "neither GitHub Enterprise Server nor a host of data residency counts traffic; what else it says \
                      of the repositories is kept"
                .into(),
        })
    }

    /// The address of a path with its query, such as `/orgs/acme/repos?per_page=100`.
    pub(super) fn url(&self, path: &str) -> Result<Uri, Fault> {
        let prefix = self.base.path().trim_end_matches('/');
        self.at(&format!("{prefix}{path}"))
    }

    /// Where GraphQL is asked.
    pub(super) fn graphql_url(&self) -> Result<Uri, Fault> {
        self.at(&transport::graphql_path(&self.base))
    }

    /// Asks until there is an answer or no hope, following redirects within the origin.
    pub(super) async fn get(&self, url: Uri) -> Result<Reply, Fault> {
        let unasked = || Fault::Unexpected(StatusCode::NOT_MODIFIED, "nobody asked whether it was".into());
        self.get_if(url, None).await?.ok_or_else(unasked)
    }

    /// As [`Client::get`], of something that does not count against the limit of what is collected.
    pub(super) async fn get_apart(&self, url: Uri) -> Result<Reply, Fault> {
        let raw = self.ask(&Ask::read(&url, Cost::APART)).await?;
        self.judge(url, raw)
    }

    /// Gets the token to ask with, if it is one to be got.
    pub(super) async fn authorize(&self) -> Result<(), Fault> {
        self.bearer.header(self).await.map(|_| ())
    }

    /// As [`Client::get`]; `None` where the answer that had this tag still holds.
    pub(super) async fn get_if(&self, url: Uri, etag: Option<&str>) -> Result<Option<Reply>, Fault> {
        let mut url = url;
        for _ in 0..=MOST_REDIRECTS {
            let ask = Ask { etag, ..Ask::read(&url, Cost::READ) };
            let raw = self.ask(&ask).await?;
            if raw.status == StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            if !raw.status.is_redirection() {
                return self.judge(url, raw).map(Some);
            }
            let location = raw.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
            url = self.own(location.unwrap_or_default())?;
        }
        Err(Fault::Unreadable("its redirects lead in a circle".into()))
    }

    /// Asks GraphQL, which is a read though it is a POST. A redirect is followed nowhere.
    pub(super) async fn post(&self, url: Uri, body: serde_json::Value) -> Result<Reply, Fault> {
        let ask = Ask { method: Method::POST, body: body.to_string(), ..Ask::read(&url, Cost::APART) };
        let raw = self.ask(&ask).await?;
        self.judge(url, raw)
    }

    /// Whether the answer speaks of the repository with this id: after a rename GitHub redirects to its number.
    pub(super) fn speaks_of(&self, reply: &Reply, asked: &Uri, id: RepoId) -> bool {
        let numbered = format!("{}/repositories/{id}/", self.base.path().trim_end_matches('/'));
        reply.url == *asked || reply.url.path().starts_with(&numbered)
    }

    /// The whole answer, whatever it is. A token that can be renewed and is refused is renewed once.
    pub(super) async fn ask(&self, ask: &Ask<'_>) -> Result<Raw, Fault> {
        let shown = self.bearer.header(self).await?;
        let raw = self.insist(ask, &shown).await?;
        if raw.status != StatusCode::UNAUTHORIZED || !self.bearer.discard(self, &shown).await {
            return Ok(raw);
        }
        tracing::info!(source = %self.base, "the token was refused before its time; it is renewed");
        let renewed = self.bearer.header(self).await?;
        self.insist(ask, &renewed).await
    }

    /// Asks with this authorization until there is an answer or no hope.
    pub(super) async fn insist(&self, ask: &Ask<'_>, shown: &HeaderValue) -> Result<Raw, Fault> {
        // Whatever led here: neither a token nor what proves an App is shown to anyone else.
        if origin(ask.url) != origin(&self.base) {
            return Err(Fault::Foreign(ask.url.authority().map_or_else(String::new, ToString::to_string)));
        }
        let mut attempt = 1;
        loop {
            let (tried, answer) = self.try_once(ask, shown).await?;
            match (pace::next(&self.pace, attempt, &answer, pace::jitter()), answer) {
                // A limit of its own: the REST API goes on without.
                (_, Answer::Limited(_)) if tried.as_ref().is_ok_and(|raw| raw.status == StatusCode::OK) => {
                    return Err(Fault::Unexpected(StatusCode::OK, "its GraphQL limit is used up".into()));
                }
                (Step::Wait(wait), Answer::Limited(_)) => {
                    tracing::warn!(seconds = wait.as_secs(), "GitHub's rate limit: everything waits");
                    self.gate.hold(wait).map_err(Fault::Shut)?;
                }
                (Step::Wait(wait), _) => {
                    tracing::debug!(url = %ask.url, attempt, ?answer, ?wait, "asking again");
                    tokio::time::sleep(wait).await;
                }
                // Going on while limited can get an integration banned.
                (Step::GiveUp, Answer::Limited(_)) => {
                    self.gate.shut(Shut::Patience);
                    return Err(Fault::Shut(Shut::Patience));
                }
                (Step::GiveUp, answer) => {
                    // What has a limit of its own may be out of order on its own.
                    match answer {
                        Answer::Broken | Answer::Troubled if ask.cost.primary => self.gate.unanswered(),
                        Answer::Final | Answer::Computing if ask.cost.primary => self.gate.answered(),
                        _ => {}
                    }
                    return tried.map_err(Fault::Broken);
                }
            }
            attempt += 1;
        }
    }

    /// One request, and what is learned from its answer.
    async fn try_once(&self, ask: &Ask<'_>, shown: &HeaderValue) -> Result<(Result<Raw, String>, Answer), Fault> {
        let permit = self.gate.pass(ask.cost).await.map_err(Fault::Shut)?;
        let began = Instant::now();
        let tried = self.send(ask, shown).await;
        let answer = tried.as_ref().map_or(Answer::Broken, Raw::answer);
        // Before the next one is let through: nothing is asked with a dead token.
        if tried.as_ref().is_ok_and(|raw| raw.status == StatusCode::UNAUTHORIZED)
            && matches!(self.bearer, Bearer::Token(..))
        {
            self.gate.shut(Shut::Token);
        }
        permit.land(match answer {
            Answer::Final if began.elapsed() <= QUICK => Landing::Quick,
            Answer::Final | Answer::Computing => Landing::Slow,
            Answer::Broken | Answer::Troubled | Answer::Limited(_) => Landing::Struck,
        });
        if let Ok(raw) = &tried {
            self.learn(ask, raw);
        }
        Ok((tried, answer))
    }

    fn learn(&self, ask: &Ask<'_>, raw: &Raw) {
        let now = chrono::Utc::now();
        if let Some(date) = pace::date(&raw.headers) {
            self.skew.store((date - now).num_seconds(), Ordering::Relaxed);
        }
        if raw.status == StatusCode::NOT_MODIFIED {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            self.gate.refund();
        }
        // What an App asks in its own name has another limit.
        let said = if ask.cost.primary { Budget::of(&raw.headers, now) } else { None };
        if let Some((budget, resets)) = said {
            self.gate.learn(budget, resets);
        }
    }

    /// The time by GitHub's clock, as far as that is known.
    pub(super) fn now(&self) -> Timestamp {
        chrono::Utc::now() + chrono::TimeDelta::seconds(self.skew())
    }

    /// How far GitHub's clock is ahead of ours, in seconds; 0 until it has answered.
    pub(super) fn skew(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// One request and its whole answer; the error says what broke.
    async fn send(&self, ask: &Ask<'_>, shown: &HeaderValue) -> Result<Raw, String> {
        let request = ask.request(shown).map_err(|error| error.to_string())?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let exchange = async {
            let response = self.crab.execute(request).await.map_err(|error| transport::root(&error))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|error| transport::root(&*error))?;
            Ok(Raw { status: head.status, headers: head.headers, body: body.to_bytes() })
        };
        let late = || format!("no whole answer within {:?}", self.pace.answer);
        tokio::time::timeout(self.pace.answer, exchange).await.map_err(|_| late())?
    }

    /// The page after a reply. One on another host is a fault only for whoever wants to follow there.
    pub(super) fn next(&self, reply: &Reply) -> Result<Option<Uri>, Fault> {
        reply.next.as_deref().map(|link| self.own(link)).transpose()
    }

    fn judge(&self, url: Uri, raw: Raw) -> Result<Reply, Fault> {
        if raw.status != StatusCode::OK {
            let fault = self.bearer.tell(Fault::of(raw.status, &raw.headers, &raw.body));
            if matches!(fault, Fault::Token(_)) {
                self.gate.shut(Shut::Token);
            }
            return Err(fault);
        }
        let links = raw.headers.get_all(header::LINK).iter().filter_map(|link| link.to_str().ok());
        let next = links.flat_map(next_page).next().map(str::to_owned);
        let etag = raw.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        Ok(Reply { url, next, body: raw.body, etag })
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

impl Ask<'_> {
    /// A GET.
    pub(super) fn read(url: &Uri, cost: Cost) -> Ask<'_> {
        Ask { method: Method::GET, url, etag: None, body: String::new(), cost }
    }

    fn request(&self, shown: &HeaderValue) -> Result<Request<String>, http::Error> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(self.url)
            .header(header::USER_AGENT, concat!("tollgate/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", API_VERSION)
            .header(header::AUTHORIZATION, shown);
        if !self.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        // A tag that no header can hold was never GitHub's.
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        request.body(self.body.clone())
    }
}

impl Raw {
    fn answer(&self) -> Answer {
        Answer::of(self.status, &self.headers, &self.body, chrono::Utc::now())
    }
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

#[cfg(test)]
mod tests;
