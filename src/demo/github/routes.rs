//! Which answer a request gets, by GitHub's rules.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::answers::{Asked, problem};
use super::faults::SECONDARY;
use super::limits::{Resource, Throttle, reset};
use super::repository::{ADA, OWNERS, Owner, SampleRepository};
use super::{Request, Sample, apps, etag, graphql};
use crate::domain::Date;
use crate::domain::repo::RepoId;

/// Versions of the API that GitHub still answers.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

/// The one address that is asked with a body.
const GRAPHQL: &str = "/graphql";

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// Who asks, as far as GitHub cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Owner,
    Reader,
    /// An App on one account; with the permission for traffic or without.
    Installation(Owner, bool),
}

/// The true answer to a request.
pub(super) fn answer(sample: &Sample, request: &Request) -> Answer {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    if let Some(throttle) = sample.hurry() {
        return stopped(throttle);
    }
    if let Some(answer) = apps::answer(sample, &request.method, request) {
        return answer;
    }
    if let Some(refusal) = refuse(&request.method, path, &request.headers) {
        return refusal;
    }
    let Some(token) = token(sample, &request.headers) else {
        return refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
    };
    // Asking for the limits costs nothing.
    if path == "/rate_limit" {
        let left = sample.remaining(Resource::Core);
        return limited(Resource::Core, left, Answer::ok(limits(sample)));
    }
    let resource = if path == GRAPHQL { Resource::Graphql } else { Resource::Core };
    let Some(mut remaining) = sample.spend(resource) else {
        let text = "API rate limit exceeded for user ID 1815121. If you reach out to GitHub Support for help, \
                    please include the request ID.";
        return limited(resource, 0, refusal(StatusCode::FORBIDDEN, text));
    };
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = format!("http://{host}");
    let asked = Asked { sample, base: &base, date: sample.today(), push: token.pushes() };
    if path == GRAPHQL {
        let sees = |repository: &SampleRepository| token.sees(repository, asked.date);
        return limited(resource, remaining, Answer::ok(graphql::answer(&asked, sees, &request.body)));
    }
    let answer = etag::tag(route(&asked, token, path, query), &request.headers);
    if answer.status == StatusCode::NOT_MODIFIED {
        remaining = sample.refund(resource);
    }
    limited(resource, remaining, answer)
}

/// What those get who ask too fast.
fn stopped(throttle: Throttle) -> Answer {
    let mut answer = refusal(throttle.status, SECONDARY);
    if let Some(seconds) = throttle.retry_after {
        answer.put(header::RETRY_AFTER, &seconds.to_string());
    }
    answer
}

/// What GitHub refuses before it looks at anything else.
pub(super) fn refuse(method: &Method, path: &str, headers: &HeaderMap) -> Option<Answer> {
    if !headers.contains_key(header::USER_AGENT) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Some(refusal(StatusCode::FORBIDDEN, text));
    }
    let version = headers.get("x-github-api-version").and_then(|version| version.to_str().ok());
    if version.is_some_and(|version| !VERSIONS.contains(&version)) {
        return Some(refusal(StatusCode::BAD_REQUEST, "Unsupported API version"));
    }
    let known = if path == GRAPHQL { Method::POST } else { Method::GET };
    (method != known).then(|| refusal(StatusCode::NOT_FOUND, "Not Found"))
}

fn token(sample: &Sample, headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    match token {
        Sample::TOKEN if known => Some(Token::Owner),
        Sample::READER if known => Some(Token::Reader),
        other => sample.apps.opens(other).map(|(owner, traffic)| Token::Installation(owner, traffic)),
    }
}

fn route(asked: &Asked<'_>, token: Token, path: &str, query: &str) -> Answer {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments[..] {
        ["user", ..] if token.is_app() => refusal(StatusCode::FORBIDDEN, "Resource not accessible by integration"),
        ["installation", "repositories"] => installed(asked, token, path, query),
        ["user"] if token == Token::Owner => Answer::ok(asked.user(ADA)),
        ["user"] => Answer::ok(asked.user(Owner { login: "charles-babbage", id: 1_791_226, organization: false })),
        ["user", "repos"] if token == Token::Owner => list(asked, token, Some(ADA), path, query),
        ["user", "repos"] => Answer::ok(json!([])),
        ["orgs", login, "repos"] => list(asked, token, account(login, true), path, query),
        ["organizations", id, "repos"] => list(asked, token, numbered(id), path, query),
        // What a user keeps private is not even shown to that user here.
        ["users", login, "repos"] => list(asked, Token::Reader, account(login, false), path, query),
        ["user", id, "repos"] => list(asked, Token::Reader, numbered(id), path, query),
        ["repos", owner, name, ref rest @ ..] => by_name(asked, token, (owner, name), (rest, query, path)),
        ["repositories", id, ref rest @ ..] => {
            let found = id.parse().ok().and_then(|id| asked.sample.by_id(RepoId(id)));
            about(asked, token, found, (rest, query, path))
        }
        _ => not_found(),
    }
}

impl Token {
    fn sees(self, repository: &SampleRepository, date: Date) -> bool {
        let inside = self == Token::Owner || self.is_of(repository.owner_on(date));
        repository.exists_on(date) && (inside || !repository.traits_on(date).private)
    }

    fn is_of(self, owner: Owner) -> bool {
        matches!(self, Token::Installation(of, _) if of == owner)
    }

    fn is_app(self) -> bool {
        matches!(self, Token::Installation(..))
    }

    fn pushes(self) -> bool {
        self == Token::Owner || self.is_app()
    }

    fn reads_traffic(self, repository: &SampleRepository, date: Date) -> bool {
        let on = repository.owner_on(date);
        self == Token::Owner || matches!(self, Token::Installation(of, true) if of == on)
    }
}

fn account(login: &str, organization: bool) -> Option<Owner> {
    let known = |owner: &Owner| owner.login.eq_ignore_ascii_case(login) && (owner.organization || !organization);
    OWNERS.into_iter().find(known)
}

fn numbered(id: &str) -> Option<Owner> {
    OWNERS.into_iter().find(|owner| owner.id.to_string() == id)
}

/// One page of an owner's repositories in order of name.
fn list(asked: &Asked<'_>, token: Token, owner: Option<Owner>, path: &str, query: &str) -> Answer {
    let Some(owner) = owner else { return not_found() };
    let ours = |r: &&SampleRepository| token.sees(r, asked.date) && r.owner_on(asked.date) == owner;
    let mut all: Vec<&SampleRepository> = asked.sample.repositories().iter().filter(ours).collect();
    all.sort_by_cached_key(|repository| repository.name_on(asked.date));
    paged(asked, &all, (&stable(owner, path), query), 100, |repository| asked.listed(repository))
}

/// One page of anything, with links to the others.
fn paged<T>(
    asked: &Asked<'_>,
    all: &[T],
    (path, query): (&str, &str),
    most: usize,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let size = number(query, "per_page").unwrap_or(30).clamp(1, most);
    let page = number(query, "page").unwrap_or(1).max(1);
    let shown = all.iter().skip((page - 1).saturating_mul(size)).take(size);
    let mut answer = Answer::ok(shown.map(show).collect());
    let links = links(asked.base, path, size, page, all.len().div_ceil(size).max(1));
    if !links.is_empty() {
        answer.put(header::LINK, &links);
    }
    answer
}

/// What an installation opens, in an envelope of its own.
fn installed(asked: &Asked<'_>, token: Token, path: &str, query: &str) -> Answer {
    let Token::Installation(owner, _) = token else {
        return refusal(StatusCode::FORBIDDEN, "You must authenticate with an installation access token");
    };
    let mut answer = list(asked, token, Some(owner), path, query);
    let ours = |one: &&SampleRepository| one.exists_on(asked.date) && one.owner_on(asked.date) == owner;
    let all = asked.sample.repositories().iter().filter(ours).count();
    let page: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    answer.body = json!({ "total_count": all, "repository_selection": "all", "repositories": page }).to_string();
    answer
}

/// The address that GitHub itself uses for further pages: by number.
fn stable(owner: Owner, path: &str) -> String {
    match (path, owner.organization) {
        ("/user/repos" | "/installation/repositories", _) => path.to_owned(),
        (_, true) => format!("/organizations/{}/repos", owner.id),
        (_, false) => format!("/user/{}/repos", owner.id),
    }
}

pub(super) fn links(base: &str, path: &str, size: usize, page: usize, last: usize) -> String {
    let link = |to: usize, rel: &str| format!("<{base}{path}?per_page={size}&page={to}>; rel=\"{rel}\"");
    let back = (page > 1).then(|| [link(page - 1, "prev"), link(1, "first")]);
    let forth = (page < last).then(|| [link(page + 1, "next"), link(last, "last")]);
    back.into_iter().chain(forth).flatten().collect::<Vec<_>>().join(", ")
}

/// What follows a repository's address, its query, and the whole path.
type Rest<'a> = (&'a [&'a str], &'a str, &'a str);

fn by_name(asked: &Asked<'_>, token: Token, (owner, name): (&str, &str), rest: Rest<'_>) -> Answer {
    let Ok(wanted) = format!("{owner}/{name}").parse() else { return not_found() };
    let former = |r: &&SampleRepository| r.exists_on(asked.date) && r.was_called(&wanted, asked.date);
    // A name that was taken again leads to whoever has it now.
    match asked.sample.repository(&wanted) {
        Some(found) => about(asked, token, Some(found), rest),
        None => match asked.sample.repositories().iter().find(former) {
            Some(renamed) if token.sees(renamed, asked.date) => moved(asked.base, renamed, rest.0, rest.1),
            _ => not_found(),
        },
    }
}

fn moved(base: &str, repository: &SampleRepository, rest: &[&str], query: &str) -> Answer {
    let rest: String = rest.iter().map(|segment| format!("/{segment}")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let to = format!("{base}/repositories/{}{rest}{query}", repository.id);
    let mut answer = refusal(StatusCode::MOVED_PERMANENTLY, "Moved Permanently");
    answer.body = json!({ "message": "Moved Permanently", "url": to, "documentation_url":
        "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects" })
    .to_string();
    answer.put(header::LOCATION, &to);
    answer
}

fn about(asked: &Asked<'_>, token: Token, found: Option<&SampleRepository>, rest: Rest<'_>) -> Answer {
    let Some(repository) = found.filter(|repository| token.sees(repository, asked.date)) else { return not_found() };
    let (rest, query, path) = rest;
    if rest.first() == Some(&"traffic") && !token.reads_traffic(repository, asked.date) {
        let says = if token.is_app() {
            "Resource not accessible by integration"
        } else {
            "Must have push access to repository"
        };
        let mut answer = refusal(StatusCode::FORBIDDEN, says);
        answer.put(HeaderName::from_static("x-accepted-github-permissions"), "administration=read");
        return answer;
    }
    let weekly = query.split('&').any(|pair| pair == "per=week");
    match rest {
        [] => Answer::ok(asked.single(repository)),
        ["traffic", "views"] => Answer::ok(asked.traffic(repository, true, weekly)),
        ["traffic", "clones"] => Answer::ok(asked.traffic(repository, false, weekly)),
        ["traffic", "popular", "referrers"] => Answer::ok(asked.referrers(repository)),
        ["traffic", "popular", "paths"] => Answer::ok(asked.paths(repository)),
        ["languages"] => Answer::ok(asked.languages(repository)),
        ["releases"] => {
            let numbered = format!("/repositories/{}/releases", repository.id);
            paged(asked, &asked.released(repository), (&numbered, query), 100, |release| release.clone())
        }
        ["stargazers", "count"] => Answer::ok(asked.star_count(repository)),
        ["stargazers", "history"] if number(query, "page").is_some_and(|page| page > 100) => {
            refusal(StatusCode::UNPROCESSABLE_ENTITY, "Only the first 100 pages of this resource are available.")
        }
        ["stargazers", "history"] => {
            paged(asked, &asked.star_weeks(repository), (path, query), 30, |week| week.clone())
        }
        _ => not_found(),
    }
}

pub(super) fn number(query: &str, key: &str) -> Option<usize> {
    query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
}

fn limits(sample: &Sample) -> Value {
    let of = |limit: u64, remaining: u64| {
        json!({ "limit": limit, "used": limit - remaining.min(limit),
        "remaining": remaining, "reset": reset() })
    };
    let core = of(Sample::LIMIT, sample.remaining(Resource::Core));
    let graphql = of(Sample::LIMIT, sample.remaining(Resource::Graphql));
    json!({ "resources": { "core": core, "search": of(30, 30), "graphql": graphql }, "rate": core })
}

fn limited(resource: Resource, remaining: u64, mut answer: Answer) -> Answer {
    let used = Sample::LIMIT - remaining.min(Sample::LIMIT);
    for (name, value) in [
        ("x-ratelimit-limit", Sample::LIMIT.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-used", used.to_string()),
        ("x-ratelimit-reset", reset().to_string()),
        ("x-ratelimit-resource", resource.name().to_owned()),
        ("x-github-media-type", "github.v3; format=json".to_owned()),
    ] {
        answer.put(HeaderName::from_static(name), &value);
    }
    answer
}

pub(super) fn not_found() -> Answer {
    refusal(StatusCode::NOT_FOUND, "Not Found")
}

pub(super) fn refusal(status: StatusCode, message: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: problem(status.as_u16(), message).to_string() }
}

impl Answer {
    pub(super) fn ok(body: Value) -> Answer {
        Answer { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string() }
    }

    /// Sets a header; every value here is plain ASCII.
    pub(super) fn put(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }
}
