//! GitHub's official description of its API: the sample keeps to it, and the collector gets along with a server that
//! knows nothing else.

use http::StatusCode;
use serde_json::{Value, json};
use tollgate::demo::github::{Fault, Sample};
use tollgate::history::{History, Settings};

use crate::support::{Github, Project, Ran, Running, script, wait};

/// Public, private, archived, forked, of a user, idle, without releases and with many.
const REPOSITORIES: [&str; 7] = [
    "acme/anvil",
    "acme/payroll",
    "acme/bat-man-outfit",
    "acme/tokio",
    "ada-lovelace/analytical-engine",
    "globex/nap-room",
    "globex/lantern",
];
/// What is asked about a repository.
const QUESTIONS: [&str; 14] = [
    "",
    "/traffic/views",
    "/traffic/views?per=day",
    "/traffic/views?per=week",
    "/traffic/clones?per=day",
    "/traffic/clones?per=week",
    "/traffic/popular/referrers",
    "/traffic/popular/paths",
    "/languages",
    "/releases",
    "/releases?per_page=100",
    "/releases?per_page=3&page=2",
    "/stargazers/count",
    "/releases?page=99",
];
/// What is asked besides.
const LISTINGS: [&str; 9] = [
    "/user",
    "/rate_limit",
    "/orgs/acme/repos?per_page=100",
    "/orgs/globex/repos?per_page=5&page=3",
    "/orgs/acme/repos?page=99",
    "/users/ada-lovelace/repos",
    "/user/repos?affiliation=owner&per_page=100",
    "/user/repos?per_page=4&page=2",
    "/orgs/acme/repos?sort=full_name&direction=asc",
];

/// The description, in front of a server or as one.
struct Description {
    node: Running,
    address: String,
    elsewhere: String,
}

impl Description {
    fn start(settings: &Value) -> Description {
        let mut node = script("official.mjs", settings);
        let told: Value = node.line(|line| serde_json::from_str(line).ok());
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        Description { address: text("address"), elsewhere: text("elsewhere"), node }
    }

    fn proxy(github: &Github) -> Description {
        Description::start(&json!({ "upstream": github.api }))
    }

    fn requests(&mut self) -> Value {
        serde_json::from_str(&self.node.ask("requests")).unwrap()
    }

    /// The status, and what differs from the description.
    fn ask(&self, path: &str, token: &str) -> (StatusCode, Option<String>) {
        let request = reqwest::Client::new()
            .get(format!("{}{path}", self.address))
            .bearer_auth(token)
            .header("accept", "application/vnd.github+json")
            .header("user-agent", "tollgate")
            .header("x-github-api-version", "2026-03-10");
        let response = wait(request.send()).unwrap();
        let differs =
            response.headers().get("sl-violations").map(|told| String::from_utf8_lossy(told.as_bytes()).into());
        (response.status(), differs)
    }
}

fn every_path() -> Vec<String> {
    let about = REPOSITORIES.iter().flat_map(|name| QUESTIONS.map(|rest| format!("/repos/{name}{rest}")));
    about.chain(LISTINGS.map(str::to_owned)).collect()
}

#[test]
fn no_answer_of_the_sample_differs_from_the_official_description() {
    let github = Github::start();
    let description = Description::proxy(&github);
    for path in every_path() {
        assert_eq!(description.ask(&path, Sample::TOKEN), (StatusCode::OK, None), "{path}");
    }
    // Half a window, rows of zeros, nothing at all, and an idle one.
    github.freeze(Some(github.today() - chrono::Days::new(6)));
    let mut weather = github.weather();
    weather.zeros = tollgate::demo::github::Zeros::Everybody;
    for frozen in [Some(github.today() - chrono::Days::new(6)), Some(github.today() - chrono::Days::new(40)), None] {
        weather.frozen = frozen;
        github.set_weather(weather.clone());
        for path in QUESTIONS.map(|rest| format!("/repos/globex/nap-room{rest}")) {
            assert_eq!(description.ask(&path, Sample::TOKEN), (StatusCode::OK, None), "{path} {frozen:?}");
        }
    }
}

#[test]
fn no_refusal_of_the_sample_differs_from_the_official_description() {
    let github = Github::start();
    let description = Description::proxy(&github);
    for (path, token, status) in [
        ("/repos/acme/anvil/traffic/views", Sample::READER, StatusCode::FORBIDDEN),
        ("/repos/acme/anvil/traffic/popular/paths", Sample::READER, StatusCode::FORBIDDEN),
        ("/repos/acme/nothing", Sample::TOKEN, StatusCode::NOT_FOUND),
        ("/repos/acme/payroll/releases", Sample::READER, StatusCode::NOT_FOUND),
        ("/repos/acme/nothing/stargazers/count", Sample::TOKEN, StatusCode::NOT_FOUND),
        ("/user", "wrong", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(description.ask(path, token), (status, None), "{path}");
    }
}

#[test]
fn an_answer_that_differs_is_found() {
    let github = Github::start();
    let description = Description::proxy(&github);
    let views = "/repos/acme/anvil/traffic/views";
    let row = |count: Value| json!({ "timestamp": "2026-11-24T00:00:00Z", "count": count, "uniques": 1 });
    for (body, told) in [
        (json!({ "count": 1, "views": [] }), "must have required property 'uniques'"),
        (json!({ "count": 1, "uniques": 1, "views": [row(json!("1"))] }), "must be integer"),
        (json!({ "count": 1, "uniques": 1, "views": [row(json!(1))], "visitors": 1 }), "visitors"),
    ] {
        github.break_path(views, Fault::Body(body.to_string()), 1);
        let (status, differs) = description.ask(views, Sample::TOKEN);
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(differs.as_ref().is_some_and(|differs| differs.contains(told)), "{told}: {differs:?}");
    }
    github.break_path("/releases", Fault::Status(StatusCode::IM_A_TEAPOT, vec![], "[]".into()), 1);
    assert!(description.ask("/repos/acme/anvil/releases", Sample::TOKEN).1.is_some());
}

#[test]
fn the_collector_gets_along_with_a_server_made_of_the_official_description() {
    let mut description = Description::start(&json!({}));
    let project = Project::empty();
    // An owner cannot be listed, because the next page lies on another host; a repository on its own can be read.
    let ran = collect(&project, &description, "octocat/*");
    let foreign = description.elsewhere.trim_start_matches("http://");
    assert!(told(&ran).contains(&format!("leads to {foreign}, and the token must not go there")), "{}", ran.all());
    let ran = collect(&project, &description, "octocat/Hello-World");
    // What it prints depends on what the server makes up; what it kept does not.
    let history = History::open(&Settings::Sqlite { path: project.file("tollgate.sqlite") }).unwrap();
    let known = history.load().unwrap();
    let hello = known.iter().find(|one| one.repository.name.to_string() == "octocat/Hello-World").unwrap();
    let newest = chrono::Utc::now().date_naive() - chrono::Days::new(1);
    let day = hello.traffic.series().days().iter().rev().find(|day| day.date == newest);
    assert!(day.is_some_and(|day| day.views.is_some() && day.clones.is_some()), "{:?}\n{}", hello.traffic, ran.all());
    let requests = description.requests();
    assert_eq!(requests["elsewhere"], json!([]), "something was sent to another host");
    let here = requests["here"].as_array().unwrap();
    assert!(here.len() >= 6 && here.iter().all(|request| request["authorization"] == "Bearer a-token-of-the-tests"));
}

/// A collection of a source with one selector, to its end.
fn collect(project: &Project, description: &Description, selector: &str) -> Ran {
    let source = format!(
        "[site]\ntitle = \"Traffic\"\nbase_url = \"http://127.0.0.1:9\"\n\n\
         [[source]]\nname = \"official\"\napi = \"{}\"\ntoken_env = \"TOKEN\"\nrepositories = [\"{selector}\"]\n",
        description.address
    );
    project.write("tollgate.toml", &source);
    let ran = project.run_with(&[("TOKEN", "a-token-of-the-tests")], &["collect"]);
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{}", ran.all());
    assert!(!ran.all().contains("panicked"), "{}", ran.all());
    ran
}

fn told(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}
