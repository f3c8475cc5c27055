//! What is found without collecting.

use chrono::Utc;

use super::credential::{app, stage as app_stage};
use super::stub::{Stub, reply};
use super::*;
use crate::demo::github::SampleInstallation;
use crate::domain::finding::{Examination, Finding, Verdict};
use crate::github::examine;

async fn seen(settings: &Settings) -> Examination {
    examine(settings, Utc::now()).await
}

fn found<'a>(seen: &'a Examination, what: &str) -> &'a Finding {
    seen.findings.iter().find(|finding| finding.what == what).unwrap_or_else(|| panic!("no {what} in {seen:?}"))
}

fn whats(seen: &Examination) -> Vec<&str> {
    seen.findings.iter().map(|finding| finding.what.as_str()).collect()
}

#[tokio::test]
async fn a_source_that_is_well_is_found_well() {
    let stage = Stage::new().await;
    let settings = stage.settings(&["acme/*", "globex/lantern", "ada-lovelace/*", "!fork"]);
    let seen = seen(&settings).await;
    assert_eq!(seen.verdict(), Verdict::Good, "{seen:?}");
    let expected = ["credential", "API", "clock", "rate limit"];
    assert_eq!(whats(&seen)[..4], expected);
    assert_eq!(found(&seen, "API").told, format!("`{}` answers in version 2026-03-10", stage.api));
    assert!(found(&seen, "rate limit").told.starts_with("5000 of 5000 requests an hour left, whole again at "));
    let traffic = whats(&seen).iter().filter(|what| what.starts_with("traffic of `")).count();
    assert_eq!(traffic, 3, "one of each owner");
    assert_eq!(found(&seen, "traffic of `globex/lantern`").told, "can be read");
    assert!(stage.sample.served() <= 9, "{}", stage.sample.served());
}

#[tokio::test]
async fn a_repository_that_is_meant_is_tried_before_any_other() {
    let stage = Stage::new().await;
    let rocket = seen(&stage.settings(&["acme/rocket-*"])).await;
    assert_eq!(found(&rocket, "traffic of `acme/rocket-skates`").verdict, Verdict::Good);
    let nothing = seen(&stage.settings(&["acme/nothing-*"])).await;
    let finding = found(&nothing, "repositories of `acme`");
    assert_eq!((finding.verdict, finding.told.as_str()), (Verdict::Doubtful, "no selected repository found"));
    assert!(!whats(&nothing).iter().any(|what| what.starts_with("traffic of `")), "{nothing:?}");
}

#[tokio::test]
async fn pages_are_turned_until_one_is_meant() {
    for (on, found) in [(2, true), (5, true), (6, false)] {
        let stub = Stub::new(move |_, request| {
            let query = request.uri().query().unwrap_or_default();
            let page = query.split_once("&page=").map_or(1, |(_, page)| page.parse().unwrap());
            let next = format!("</orgs/acme/repos?per_page=100&page={}>; rel=\"next\"", page + 1);
            let name = if page == on { "wanted" } else { "other" };
            match request.uri().path() {
                "/orgs/acme/repos" => reply(200, &[("link", &next)], &format!("[{{\"full_name\":\"acme/{name}\"}}]")),
                "/rate_limit" | "/repos/acme/wanted/traffic/views" => reply(200, &[], "{}"),
                _ => reply(404, &[], "{}"),
            }
        })
        .await;
        let mut settings = settings(&stub.api, &["acme/*", "!acme/other"]);
        settings.credential = Credential::Token("ghp_x".to_owned().into());
        let seen = seen(&settings).await;
        assert_eq!(whats(&seen).contains(&"traffic of `acme/wanted`"), found, "{on}: {seen:?}");
        assert_eq!(whats(&seen).contains(&"repositories of `acme`"), !found, "{on}: {seen:?}");
        let pages =
            stub.asked.lock().unwrap().iter().filter(|request| request.uri().path() == "/orgs/acme/repos").count();
        assert_eq!(pages, on.min(5));
    }
}

#[tokio::test]
async fn a_token_without_the_right_is_found_with_what_github_accepts() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["acme/anvil", "nobody-here/*"]);
    settings.credential = Credential::Token(Sample::READER.to_owned().into());
    let seen = seen(&settings).await;
    let traffic = found(&seen, "traffic of `acme/anvil`");
    assert_eq!(traffic.verdict, Verdict::Bad);
    assert_eq!(traffic.told, "GitHub refused (403): Must have push access to repository");
    let mending = traffic.mending.as_deref().unwrap();
    assert!(mending.ends_with("GitHub accepts `administration=read`"), "{mending}");
    let owner = found(&seen, "repositories of `nobody-here`");
    assert_eq!(owner.mending.as_deref(), Some("check how `nobody-here` is spelled, and that the token may see it"));
}

#[tokio::test]
async fn a_refused_token_is_found_and_nothing_else_is_asked() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["acme/*"]);
    settings.credential = Credential::Token("ghp_wrong".to_owned().into());
    let seen = seen(&settings).await;
    assert_eq!(whats(&seen), ["credential", "API"]);
    let expected = Finding::bad(
        "API",
        "GitHub refused the token (401): Bad credentials",
        "set a token that is valid and not expired",
    );
    assert_eq!((&seen.findings[1], stage.sample.served()), (&expected, 1));
}

#[tokio::test]
async fn the_kind_of_a_token_is_told_by_how_it_begins() {
    for (token, verdict, told) in [
        ("ghp_x", Verdict::Good, "a classic personal token"),
        ("github_pat_x", Verdict::Good, "a fine-grained personal token, which opens repositories of one owner"),
        ("gho_x", Verdict::Doubtful, "a token of an OAuth app, such as `gh auth token` prints"),
        (
            "ghs_x",
            Verdict::Bad,
            "a token that ends within an hour; the automatic token of an Actions run never works for traffic",
        ),
        ("0123456789abcdef", Verdict::Good, "a token whose form tells nothing of it"),
    ] {
        let mut settings = settings("http://127.0.0.1:1", &["acme/*"]);
        settings.credential = Credential::Token(token.to_owned().into());
        let seen = seen(&settings).await;
        assert_eq!((seen.findings[0].verdict, seen.findings[0].told.as_str()), (verdict, told));
        assert_eq!(found(&seen, "API").verdict, Verdict::Bad, "nobody listens there");
        assert!(!format!("{seen:?}").contains(token));
    }
}

/// What is found where the first answer has these headers.
async fn with(headers: &[(&'static str, String)], token: &str) -> Examination {
    let headers = headers.to_vec();
    let stub = Stub::new(move |before, _| {
        let shown: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        reply(if before == 0 { 200 } else { 404 }, &shown, "{}")
    })
    .await;
    let mut settings = settings(&stub.api, &["acme/*"]);
    settings.credential = Credential::Token(token.to_owned().into());
    seen(&settings).await
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_found() {
    for (ahead, verdict, told) in [
        (0, Verdict::Good, "GitHub's"),
        (300, Verdict::Doubtful, " s behind GitHub's"),
        (-300, Verdict::Doubtful, " s ahead of GitHub's"),
        (-7_200, Verdict::Bad, " s ahead of GitHub's"),
    ] {
        let date = (Utc::now() + chrono::TimeDelta::seconds(ahead)).format("%a, %d %b %Y %H:%M:%S GMT");
        let seen = with(&[("date", date.to_string())], "x").await;
        let clock = found(&seen, "clock");
        assert!(clock.verdict == verdict && clock.told.contains(told), "{ahead}: {clock:?}");
    }
}

#[tokio::test]
async fn how_long_a_token_is_good_for_is_told_in_days() {
    let in_days = |days: i64| Utc::now() + chrono::TimeDelta::days(days) + chrono::TimeDelta::hours(1);
    for (days, form, verdict) in [
        (60, "%Y-%m-%d %H:%M:%S UTC", Verdict::Good),
        (60, "%Y-%m-%d %H:%M:%S +0000", Verdict::Good),
        (14, "%Y-%m-%d %H:%M:%S UTC", Verdict::Doubtful),
        (0, "%Y-%m-%d %H:%M:%S UTC", Verdict::Bad),
    ] {
        let ends = in_days(days);
        let header = ("github-authentication-token-expiration", ends.format(form).to_string());
        let seen = with(&[header], "github_pat_x").await;
        let told = format!("the token expires on {}, in {days} days", ends.date_naive());
        let expiry = found(&seen, "expiry");
        assert_eq!((expiry.verdict, &expiry.told), (verdict, &told));
    }
    let seen = with(&[("github-authentication-token-expiration", "never".into())], "x").await;
    assert!(!whats(&seen).contains(&"expiry"));
}

#[tokio::test]
async fn the_scopes_of_a_classic_token_are_held_against_what_traffic_needs() {
    for (scopes, verdict, told) in [
        ("read:org, repo", Verdict::Good, "`read:org`, `repo`"),
        ("public_repo", Verdict::Doubtful, "`public_repo`, which opens public repositories only"),
        ("gist, repo:status", Verdict::Bad, "`gist`, `repo:status`, without `repo`"),
        ("", Verdict::Bad, "none, so that traffic is refused"),
    ] {
        let seen = with(&[("x-oauth-scopes", scopes.into())], "ghp_x").await;
        let found = found(&seen, "scopes");
        assert_eq!((found.verdict, found.told.as_str()), (verdict, told));
    }
    let seen = with(&[("x-oauth-scopes", String::new())], "github_pat_x").await;
    assert!(!whats(&seen).contains(&"scopes"), "a fine-grained token has none");
}

#[tokio::test]
async fn a_version_that_is_not_taken_is_found() {
    let stub = Stub::new(|_, _| reply(400, &[], r#"{"message":"Unsupported API version"}"#)).await;
    let seen = seen(&settings(&stub.api, &["acme/*"])).await;
    let told = format!("`{}` does not take requests of version 2026-03-10: Unsupported API version", stub.api);
    assert_eq!(found(&seen, "API").told, told);
    let seen = with(&[("x-github-api-version-selected", "2022-11-28".into())], "x").await;
    assert_eq!(found(&seen, "API").verdict, Verdict::Doubtful);
}

#[tokio::test]
async fn an_address_where_something_else_answers_is_found() {
    for (status, body) in [(404, r#"{"message":"Not Found"}"#), (200, "<html>"), (404, "nothing here"), (200, "[]")] {
        let stub = Stub::new(move |_, _| reply(status, &[], body)).await;
        let seen = seen(&settings(&stub.api, &["acme/*"])).await;
        assert_eq!(found(&seen, "API").told, format!("what answers at `{}` is not GitHub's API", stub.api));
        assert_eq!(stub.paths(), ["GET /rate_limit"]);
    }
}

#[tokio::test]
async fn a_server_without_traffic_says_so_once_and_is_asked_for_none() {
    let stub = Stub::new(|_, asked| match asked.uri().path() {
        "/api/v3/orgs/acme/repos" => reply(200, &[], r#"[{"full_name":"acme/anvil"}]"#),
        "/api/v3/orgs/globex/repos" => reply(200, &[], "[]"),
        _ => reply(404, &[], r#"{"message":"Rate limiting is not enabled."}"#),
    })
    .await;
    let seen = seen(&settings(&format!("{}/api/v3", stub.api), &["acme/*", "globex/*"])).await;
    let traffic = found(&seen, "traffic");
    assert_eq!((traffic.verdict, traffic.told.as_str()), (Verdict::Doubtful, "`127.0.0.1` has no traffic figures"));
    assert_eq!(found(&seen, "repositories of `acme`").told, "listed, `acme/anvil` among them");
    assert_eq!(found(&seen, "repositories of `globex`").told, "no selected repository found");
    assert!(stub.paths().iter().all(|path| !path.contains("traffic")), "{:?}", stub.paths());
}

#[tokio::test]
async fn an_app_is_found_with_its_permissions_on_each_account() {
    let installation = |id, login: &str, suspended, administration| SampleInstallation {
        id,
        login: login.into(),
        suspended,
        administration,
    };
    let all = [
        installation(1, "acme", false, true),
        installation(2, "globex", false, false),
        installation(3, "ada-lovelace", true, true),
    ];
    let stage = app_stage(&all).await;
    let seen = seen(&app(&stage.api, &["acme/*", "globex/*", "ada-lovelace/*"])).await;
    assert_eq!(found(&seen, "credential").told, "the GitHub App `12345`");
    assert_eq!(found(&seen, "App").told, "the App's installation on `ada-lovelace` is suspended");
    assert_eq!(found(&seen, "App on `acme`").told, "has the permission \"Administration: read\"");
    let lacking = found(&seen, "App on `globex`");
    assert_eq!(
        (lacking.verdict, lacking.told.as_str(), lacking.mending.as_deref()),
        (
            Verdict::Bad,
            "lacks the permission \"Administration: read\"",
            Some("give it on the App's settings page, and let the owner of `globex` accept it")
        )
    );
    let traffic: Vec<Verdict> =
        seen.findings.iter().filter(|finding| finding.what.starts_with("traffic of")).map(|f| f.verdict).collect();
    assert_eq!(traffic, [Verdict::Good, Verdict::Bad]);
    assert!(whats(&seen).contains(&"rate limit on `acme`"));
}
