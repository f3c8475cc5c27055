//! Which answer a request gets, by GitHub's rules.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::answers::{Asked, problem};
use super::catalog::{ADA, OWNERS, Owner, SampleRepository};
use super::{Request, Sample, hour};

/// Versions of the API that GitHub still answers.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

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
}

/// The true answer to a request.
pub(super) fn answer(sample: &Sample, method: &Method, request: &Request) -> Answer {
    if let Some(refusal) = refuse(method, &request.headers) {
        return refusal;
    }
    let Some(token) = token(&request.headers) else {
        return refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
    };
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    // Asking for the limits costs nothing.
    if path == "/rate_limit" {
        return limited(sample.remaining(), Answer::ok(limits(sample.remaining())));
    }
    let Some(remaining) = sample.spend() else {
        let text = "API rate limit exceeded for user ID 1815121. If you reach out to GitHub Support for help, \
                    please include the request ID.";
        return limited(0, refusal(StatusCode::FORBIDDEN, text));
    };
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = format!("http://{host}");
    let asked = Asked { sample, base: &base, date: sample.today(), push: token == Token::Owner };
    limited(remaining, route(&asked, token, path, query))
}

/// What GitHub refuses before it looks at anything else.
fn refuse(method: &Method, headers: &HeaderMap) -> Option<Answer> {
    if !headers.contains_key(header::USER_AGENT) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Some(refusal(StatusCode::FORBIDDEN, text));
    }
    let version = headers.get("x-github-api-version").and_then(|version| version.to_str().ok());
    if version.is_some_and(|version| !VERSIONS.contains(&version)) {
        return Some(refusal(StatusCode::BAD_REQUEST, "Unsupported API version"));
    }
    (method != Method::GET).then(|| refusal(StatusCode::NOT_FOUND, "Not Found"))
}

fn token(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    match token {
        Sample::TOKEN if known => Some(Token::Owner),
        Sample::READER if known => Some(Token::Reader),
        _ => None,
    }
}

fn route(asked: &Asked<'_>, token: Token, path: &str, query: &str) -> Answer {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments[..] {
        ["user"] if token == Token::Owner => Answer::ok(asked.user(ADA)),
        ["user"] => Answer::ok(asked.user(Owner { login: "charles-babbage", id: 1_791_226, organization: false })),
        ["user", "repos"] if token == Token::Owner => list(asked, token, Some(ADA), path, query),
        ["user", "repos"] => Answer::ok(json!([])),
        ["orgs", login, "repos"] => list(asked, token, account(login, true), path, query),
        ["organizations", id, "repos"] => list(asked, token, numbered(id), path, query),
        // What a user keeps private is not even shown to that user here.
        ["users", login, "repos"] => list(asked, Token::Reader, account(login, false), path, query),
        ["user", id, "repos"] => list(asked, Token::Reader, numbered(id), path, query),
        ["repos", owner, name, ref rest @ ..] => by_name(asked, token, (owner, name), rest, query),
        ["repositories", id, ref rest @ ..] => {
            let found = asked.sample.repositories().iter().find(|repository| repository.id.0.to_string() == id);
            about(asked, token, found, rest, query)
        }
        _ => not_found(),
    }
}

impl Token {
    fn sees(self, repository: &SampleRepository) -> bool {
        self == Token::Owner || !repository.traits.private
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
    let mut all: Vec<&SampleRepository> =
        asked.sample.repositories().iter().filter(|r| r.owner == owner && token.sees(r)).collect();
    all.sort_by_key(|repository| repository.name_on(asked.date));
    let size = number(query, "per_page").unwrap_or(30).clamp(1, 100);
    let page = number(query, "page").unwrap_or(1).max(1);
    let shown = all.iter().skip((page - 1).saturating_mul(size)).take(size);
    let mut answer = Answer::ok(shown.map(|repository| asked.listed(repository)).collect());
    let links = links(asked.base, &stable(owner, path), size, page, all.len().div_ceil(size).max(1));
    if !links.is_empty() {
        answer.put(header::LINK, &links);
    }
    answer
}

/// The address that GitHub itself uses for further pages: by number.
fn stable(owner: Owner, path: &str) -> String {
    match (path, owner.organization) {
        ("/user/repos", _) => path.to_owned(),
        (_, true) => format!("/organizations/{}/repos", owner.id),
        (_, false) => format!("/user/{}/repos", owner.id),
    }
}

fn links(base: &str, path: &str, size: usize, page: usize, last: usize) -> String {
    let link = |to: usize, rel: &str| format!("<{base}{path}?per_page={size}&page={to}>; rel=\"{rel}\"");
    let back = (page > 1).then(|| [link(page - 1, "prev"), link(1, "first")]);
    let forth = (page < last).then(|| [link(page + 1, "next"), link(last, "last")]);
    back.into_iter().chain(forth).flatten().collect::<Vec<_>>().join(", ")
}

fn by_name(asked: &Asked<'_>, token: Token, (owner, name): (&str, &str), rest: &[&str], query: &str) -> Answer {
    let Ok(wanted) = format!("{owner}/{name}").parse() else { return not_found() };
    let repositories = asked.sample.repositories();
    let found = repositories.iter().find(|repository| repository.name_on(asked.date).same_as(&wanted));
    let former = |r: &&SampleRepository| r.former_names(asked.date).iter().any(|former| former.same_as(&wanted));
    match (found, repositories.iter().find(former)) {
        (None, Some(renamed)) if token.sees(renamed) => moved(asked.base, renamed, rest, query),
        _ => about(asked, token, found, rest, query),
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

fn about(asked: &Asked<'_>, token: Token, found: Option<&SampleRepository>, rest: &[&str], query: &str) -> Answer {
    let Some(repository) = found.filter(|repository| token.sees(repository)) else { return not_found() };
    if rest.first() == Some(&"traffic") && token == Token::Reader {
        let mut answer = refusal(StatusCode::FORBIDDEN, "Must have push access to repository");
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
        _ => not_found(),
    }
}

fn number(query: &str, key: &str) -> Option<usize> {
    query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
}

fn limits(remaining: u64) -> Value {
    let core = json!({ "limit": Sample::LIMIT, "used": Sample::LIMIT - remaining.min(Sample::LIMIT),
        "remaining": remaining, "reset": reset() });
    json!({ "resources": { "core": core, "search": { "limit": 30, "used": 0, "remaining": 30, "reset": reset() } },
        "rate": core })
}

fn limited(remaining: u64, mut answer: Answer) -> Answer {
    let used = Sample::LIMIT - remaining.min(Sample::LIMIT);
    for (name, value) in [
        ("x-ratelimit-limit", Sample::LIMIT.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-used", used.to_string()),
        ("x-ratelimit-reset", reset().to_string()),
        ("x-ratelimit-resource", "core".to_owned()),
        ("x-github-media-type", "github.v3; format=json".to_owned()),
    ] {
        answer.put(HeaderName::from_static(name), &value);
    }
    answer
}

fn reset() -> i64 {
    (hour() + 1) * 3_600
}

fn not_found() -> Answer {
    refusal(StatusCode::NOT_FOUND, "Not Found")
}

fn refusal(status: StatusCode, message: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: problem(status.as_u16(), message).to_string() }
}

impl Answer {
    fn ok(body: Value) -> Answer {
        Answer { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string() }
    }

    /// Sets a header; every value here is plain ASCII.
    pub(super) fn put(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }
}
