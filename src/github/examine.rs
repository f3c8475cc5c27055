//! A look at one source without collecting anything: is the credential good, for how long, and for which repositories?

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::account::{self, Account, owners};
use super::client::{API_VERSION, Ask, Client, Raw, Reply};
use super::credential::{Credential, Kind};
use super::fault::Fault;
use super::pace::{self, Cost, Pace};
use super::{Error, Settings};
use crate::domain::Timestamp;
use crate::domain::collection::SourceFault;
use crate::domain::finding::{Examination, Finding};
use crate::domain::repo::{About, RepoName, Repository, Selector, Traits};

/// Owners of whose repositories one is tried.
const TRIED: usize = 3;
/// Pages of a hundred repositories that are gone through for one that is meant.
const PAGES: usize = 5;
/// Whoever asks for an examination waits for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Seconds that clocks may differ by: an App's signature is good for a minute before it is made.
const CLOCKS: [i64; 2] = [60, 600];
/// Days before a token expires that are time enough to make a new one.
const RENEW: i64 = 14;

/// The part of `GET /rate_limit` that a collection goes by.
#[derive(Deserialize)]
struct Limits {
    resources: Resources,
}

#[derive(Deserialize)]
struct Resources {
    core: Core,
}

#[derive(Deserialize)]
struct Core {
    limit: u64,
    remaining: u64,
    reset: i64,
}

/// A repository of a listing.
#[derive(Deserialize)]
struct Named {
    full_name: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    fork: bool,
    #[serde(default)]
    archived: bool,
}

/// What an installation opens.
#[derive(Deserialize)]
struct Opened {
    repositories: Vec<Named>,
}

/// Looks at everything of a source that a collection needs, with few requests and short waits. It reads only, and what
/// fails is found, not returned. `now` is the moment of the call.
pub async fn examine(settings: &Settings, now: Timestamp) -> Examination {
    let pace = Pace {
        patience: settings.pace.patience.min(PATIENCE),
        attempts: settings.pace.attempts.min(2),
        ..settings.pace
    };
    let settings = Settings { pace, ..settings.clone() };
    let mut seen = Examination::default();
    let findings = &mut seen.findings;
    findings.push(credential(&settings.credential));
    let began = Instant::now();
    let client = match Client::new(&settings) {
        Ok(client) => client,
        Err(error) => {
            findings.push(failed(&settings, "API", &error));
            return seen;
        }
    };
    let answered = first(&client, &settings).await;
    let moment = now + chrono::TimeDelta::from_std(began.elapsed()).unwrap_or_default();
    let Some(raw) = api(&settings, answered, findings) else { return seen };
    findings.extend(pace::date(&raw.headers).map(|theirs| clock(theirs - moment)));
    findings.extend(lifetime(&raw.headers, moment));
    findings.extend(scopes(&raw.headers, &settings.credential));
    let accounts = accounts(&settings, client, findings).await;
    for account in &accounts {
        findings.extend(limit(account).await);
    }
    if let Some(SourceFault { cause, mending }) = accounts.first().and_then(|first| first.client.lacks_traffic()) {
        findings.push(Finding::doubtful("traffic", cause, mending));
    }
    for owner in owners(&settings).iter().take(TRIED) {
        if let Some(account) = accounts.iter().find(|account| account.serves(owner)) {
            findings.push(traffic(account, &settings, owner).await);
        }
    }
    seen
}

fn credential(credential: &Credential) -> Finding {
    let kind = match credential {
        Credential::Token(token) => Kind::of(token.expose_secret()),
        Credential::App(app) => return Finding::good("credential", format!("the GitHub App `{}`", app.id)),
    };
    match kind {
        Kind::Classic => Finding::good("credential", "a classic personal token"),
        Kind::FineGrained => {
            Finding::good("credential", "a fine-grained personal token, which opens repositories of one owner")
        }
        Kind::OAuth => Finding::doubtful(
            "credential",
            "a token of an OAuth app, such as `gh auth token` prints",
            "make a personal token for collecting: this one ends when its user signs out",
        ),
        Kind::Installation => Finding::bad(
            "credential",
            "a token that ends within an hour; the automatic token of an Actions run never works for traffic",
            "use a personal token, or the App itself with `app_id` and its private key",
        ),
        Kind::App | Kind::Unknown => Finding::good("credential", "a token whose form tells nothing of it"),
    }
}

/// The first question: one that costs nothing, and that an App may ask in its own name.
async fn first(client: &Client, settings: &Settings) -> Result<Raw, Fault> {
    let path = match &settings.credential {
        Credential::Token(_) => "/rate_limit",
        Credential::App(_) => "/app",
    };
    let url = client.url(path)?;
    client.ask(&Ask::read(&url, Cost::APART)).await
}

/// Whether GitHub answers us; the answer, if it is worth going on.
fn api(settings: &Settings, answered: Result<Raw, Fault>, findings: &mut Vec<Finding>) -> Option<Raw> {
    let found = match answered.map_err(|fault| (fault.cause(), fault.mending("the repositories"))) {
        Ok(raw) if is_api(&raw) => {
            findings.push(version(&settings.api, &raw.headers));
            return Some(raw);
        }
        Ok(raw) if matches!(raw.status, StatusCode::OK | StatusCode::NOT_FOUND) => (
            format!("what answers at `{}` is not GitHub's API", settings.api),
            "check the address: `https://api.github.com`, or `https://HOST/api/v3` of a server of your own".to_owned(),
        ),
        Ok(raw) => {
            let app = matches!(settings.credential, Credential::App(_));
            match Fault::of(raw.status, &raw.headers, &raw.body) {
                Fault::Unexpected(StatusCode::BAD_REQUEST, says) => (
                    format!("`{}` does not take requests of version {API_VERSION}: {says}", settings.api),
                    "check the address; if it is right, use a newer release of this program".to_owned(),
                ),
                Fault::Token(says) if app => {
                    let fault = Fault::Key(format!("GitHub refused what the App signed (401): {says}"));
                    (fault.cause(), fault.mending("the App"))
                }
                fault => (fault.cause(), fault.mending("the repositories")),
            }
        }
        Err(found) => found,
    };
    findings.push(Finding::bad("API", found.0, found.1));
    None
}

/// Where rate limits are switched off, as a server of one's own may have them, GitHub says so.
fn is_api(raw: &Raw) -> bool {
    let Ok(body) = serde_json::from_slice::<serde_json::Map<_, _>>(&raw.body) else { return false };
    let off = |message: &serde_json::Value| message.as_str().is_some_and(|says| says.contains("not enabled"));
    raw.status == StatusCode::OK || (raw.status == StatusCode::NOT_FOUND && body.get("message").is_some_and(off))
}

fn version(api: &str, headers: &HeaderMap) -> Finding {
    let selected = headers.get("x-github-api-version-selected").and_then(|version| version.to_str().ok());
    match selected.filter(|version| *version != API_VERSION) {
        Some(other) => Finding::doubtful(
            "API",
            format!("`{api}` answers in version {other}, not in {API_VERSION}"),
            "look for a newer release of this program",
        ),
        None => Finding::good("API", format!("`{api}` answers in version {API_VERSION}")),
    }
}

/// `ahead` is how far GitHub's clock is ahead of ours.
fn clock(ahead: chrono::TimeDelta) -> Finding {
    let seconds = ahead.num_seconds();
    let told = match seconds {
        0 => "as GitHub's".to_owned(),
        1.. => format!("{seconds} s behind GitHub's"),
        _ => format!("{} s ahead of GitHub's", -seconds),
    };
    let mending = "let this machine set its clock by the network (NTP)";
    match seconds.abs() {
        off if off <= CLOCKS[0] => Finding::good("clock", told),
        off if off <= CLOCKS[1] => Finding::doubtful("clock", told, mending),
        _ => Finding::bad("clock", told, mending),
    }
}

/// How long the token is good for, where GitHub says: `2026-12-24 10:00:00 UTC` or with an offset.
fn lifetime(headers: &HeaderMap, now: Timestamp) -> Option<Finding> {
    let text = headers.get("github-authentication-token-expiration")?.to_str().ok()?;
    let offset = text.replace(" UTC", " +0000");
    let ends = chrono::DateTime::parse_from_str(&offset, "%Y-%m-%d %H:%M:%S %z").ok()?.to_utc();
    let days = (ends - now).num_days();
    let told = format!("the token expires on {}, in {days} days", ends.date_naive());
    let mending = "make a new token before, and put it where this one is";
    Some(match days {
        ..1 => Finding::bad("expiry", told, "make a new token, and put it where this one is"),
        1..=RENEW => Finding::doubtful("expiry", told, mending),
        _ => Finding::good("expiry", told),
    })
}

/// The scopes of a classic token; other tokens have none, and GitHub sends none for them.
fn scopes(headers: &HeaderMap, credential: &Credential) -> Option<Finding> {
    let Credential::Token(token) = credential else { return None };
    let text = headers.get("x-oauth-scopes")?.to_str().ok()?;
    if text.trim().is_empty() && Kind::of(token.expose_secret()) != Kind::Classic {
        return None;
    }
    let scopes: Vec<&str> = text.split(',').map(str::trim).filter(|scope| !scope.is_empty()).collect();
    let mending = "give the token the scope `repo`";
    Some(match () {
        () if scopes.contains(&"repo") => Finding::good("scopes", format!("`{}`", scopes.join("`, `"))),
        () if scopes.contains(&"public_repo") => {
            Finding::doubtful("scopes", "`public_repo`, which opens public repositories only", mending)
        }
        () if scopes.is_empty() => Finding::bad("scopes", "none, so that traffic is refused", mending),
        () => Finding::bad("scopes", format!("`{}`, without `repo`", scopes.join("`, `")), mending),
    })
}

/// What the credential opens: each account with what is known of its permission beforehand.
async fn accounts(settings: &Settings, client: Client, findings: &mut Vec<Finding>) -> Vec<Account> {
    if matches!(settings.credential, Credential::Token(_)) {
        return vec![Account { client, owner: None, installation: false, faults: Vec::new() }];
    }
    let listed = account::installations(&client).await.unwrap_or_default();
    let accounts = match account::open(settings).await {
        Ok(accounts) => accounts,
        Err(error) => {
            findings.push(failed(settings, "App", &error));
            return Vec::new();
        }
    };
    let faults = accounts.iter().flat_map(|account| &account.faults);
    findings.extend(faults.map(|fault| Finding::bad("App", &fault.cause, &fault.mending)));
    for owner in accounts.iter().filter_map(|account| account.owner.as_deref()) {
        let installation = listed.iter().find(|installation| installation.login() == owner);
        let granted = installation.and_then(|installation| installation.permissions.get("administration"));
        findings.push(match granted {
            Some(level) => {
                Finding::good(format!("App on `{owner}`"), format!("has the permission \"Administration: {level}\""))
            }
            None => Finding::bad(
                format!("App on `{owner}`"),
                "lacks the permission \"Administration: read\"",
                format!("give it on the App's settings page, and let the owner of `{owner}` accept it"),
            ),
        });
    }
    accounts
}

/// What is left of the hourly limit. Asking costs nothing.
async fn limit(account: &Account) -> Option<Finding> {
    let url = account.client.url("/rate_limit").ok()?;
    let raw = account.client.ask(&Ask::read(&url, Cost::APART)).await.ok()?;
    let limits: Limits = serde_json::from_slice(&raw.body).ok().filter(|_| raw.status == StatusCode::OK)?;
    let Core { limit, remaining, reset } = limits.resources.core;
    let whole = chrono::DateTime::from_timestamp(reset, 0)?.format("%H:%M UTC");
    let of = account.owner.as_ref().map_or("rate limit".to_owned(), |owner| format!("rate limit on `{owner}`"));
    let told = format!("{remaining} of {limit} requests an hour left, whole again at {whole}");
    Some(match remaining.saturating_mul(10) >= limit {
        true => Finding::good(of, told),
        false => Finding::doubtful(of, told, "give this source a credential of its own, or collect at another hour"),
    })
}

/// Whether the traffic of one repository of an owner can be read.
async fn traffic(account: &Account, settings: &Settings, owner: &str) -> Finding {
    let name = match sample(account, settings, owner).await {
        Ok(Some(name)) => name,
        Ok(None) => {
            let mending = format!("check the selectors of `{owner}`, and that the credential may see its repositories");
            return Finding::doubtful(format!("repositories of `{owner}`"), "no selected repository found", mending);
        }
        Err(fault) => {
            let mending = match &fault {
                Fault::Hidden => format!("check how `{owner}` is spelled, and that the token may see it"),
                fault => fault.mending(&format!("{owner}/*")),
            };
            return Finding::bad(format!("repositories of `{owner}`"), fault.cause(), mending);
        }
    };
    if account.client.lacks_traffic().is_some() {
        return Finding::good(format!("repositories of `{owner}`"), format!("listed, `{name}` among them"));
    }
    match read(&account.client, &format!("/repos/{name}/traffic/views")).await {
        Ok(_) => Finding::good(format!("traffic of `{name}`"), "can be read"),
        Err(fault) => Finding::bad(format!("traffic of `{name}`"), fault.cause(), fault.mending(&name.to_string())),
    }
}

/// A repository of the owner: one that is named, else the first that is listed and meant.
async fn sample(account: &Account, settings: &Settings, owner: &str) -> Result<Option<RepoName>, Fault> {
    let ours =
        |selector: &&Selector| matches!(selector, Selector::Name { owner: of, .. } if of.eq_ignore_ascii_case(owner));
    let mut named = settings.select.positive().iter().filter(ours);
    if let Some(name) = named.find_map(|selector| selector.to_string().parse::<RepoName>().ok()) {
        let found: Named = parsed(&read(&account.client, &format!("/repos/{name}")).await?)?;
        return Ok(found.full_name.parse().ok());
    }
    let meant = |one: &Repository| settings.select.adds(one) && !settings.select.leaves_out(one);
    let mut page = Some(first_page(account, owner).await?);
    for further in 1..=PAGES {
        let Some(reply) = page.take() else { break };
        let listed: Vec<Named> = match account.installation {
            true => parsed::<Opened>(&reply.body)?.repositories,
            false => parsed(&reply.body)?,
        };
        if let Some(found) = listed.iter().filter_map(|named| named.repository(settings)).find(meant) {
            return Ok(Some(found.name));
        }
        if let Some(next) = account.client.next(&reply)?.filter(|_| further < PAGES) {
            page = Some(account.client.get(next).await?);
        }
    }
    Ok(None)
}

async fn first_page(account: &Account, owner: &str) -> Result<Reply, Fault> {
    let client = &account.client;
    let page = async |path: &str| client.get(client.url(&format!("{path}?per_page=100"))?).await;
    if account.installation {
        return page("/installation/repositories").await;
    }
    match page(&format!("/orgs/{owner}/repos")).await {
        Err(Fault::Hidden) => page(&format!("/users/{owner}/repos")).await,
        reply => reply,
    }
}

impl Named {
    fn repository(&self, settings: &Settings) -> Option<Repository> {
        Some(Repository {
            host: settings.host.clone(),
            id: None,
            name: self.full_name.parse().ok()?,
            aliases: Vec::new(),
            sources: BTreeSet::from([settings.source.clone()]),
            traits: Traits { private: self.private, fork: self.fork, archived: self.archived },
            description: None,
            about: About::default(),
        })
    }
}

fn parsed<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::Unreadable(error.to_string()))
}

async fn read(client: &Client, path: &str) -> Result<bytes::Bytes, Fault> {
    Ok(client.get(client.url(path)?).await?.body)
}

/// A fault of the whole source, told as a finding.
fn failed(settings: &Settings, what: &str, error: &Error) -> Finding {
    let text = error.to_string();
    let told = text.trim_start_matches(&format!("source `{}`: ", settings.source));
    let (cause, mending) = told.split_once("\n\nhint: ").unwrap_or((told, "run the command again"));
    Finding::bad(what, cause, mending)
}
