mod life;
mod weather;
mod wire;

use std::sync::Arc;

use chrono::{Datelike, Days};
use http::StatusCode;
use tokio::net::TcpListener;

use super::*;
use crate::domain::traffic::Cell;

fn today() -> Date {
    "2026-11-24".parse().unwrap()
}

fn repository<'a>(sample: &'a Sample, name: &str) -> &'a SampleRepository {
    sample.repository(&name.parse().unwrap()).unwrap()
}

/// Views of a span added up.
fn views(sample: &Sample, name: &str, span: Span) -> u64 {
    let repository = repository(sample, name);
    span.days().filter_map(|date| sample.truth(repository, date).views).map(|cell| cell.count).sum()
}

fn weeks_from_end(sample: &Sample, first: u64, last: u64) -> Span {
    let end = sample.extent().last;
    Span { first: end - Days::new(first * 7), last: end - Days::new(last * 7) }
}

async fn get(base: &str, path: &str, token: Option<&str>) -> (StatusCode, http::HeaderMap, serde_json::Value) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.get(format!("{base}{path}")).header("user-agent", "test");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

async fn stage() -> (Arc<Sample>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let sample = Arc::new(Sample::new(today()));
    tokio::spawn(serve(listener, sample.clone(), std::future::pending()));
    (sample, base)
}

#[test]
fn two_samples_of_one_day_are_the_same() {
    let (one, other) = (Sample::new(today()), Sample::new(today()));
    for (a, b) in one.repositories().iter().zip(other.repositories()) {
        assert!(one.extent().days().all(|date| one.truth(a, date) == other.truth(b, date)));
    }
}

#[test]
fn figures_are_possible_everywhere() {
    let sample = Sample::new(today());
    for repository in sample.repositories() {
        let mut before = Counters::default();
        for date in sample.extent().days() {
            let day = sample.truth(repository, date);
            for cell in day.views.into_iter().chain(day.clones) {
                assert!(cell.count > 0 && cell.uniques > 0 && cell.uniques <= cell.count, "{date} {cell:?}");
            }
            let now = sample.counters(repository, date);
            assert!(now.stars >= before.stars && now.forks >= before.forks, "stars only grow here");
            before = now;
        }
    }
}

#[test]
fn the_story_is_in_the_figures() {
    let sample = Sample::new(today());
    let (early, late) = (weeks_from_end(&sample, 100, 90), weeks_from_end(&sample, 11, 1));
    assert!(views(&sample, "acme/anvil", late) > views(&sample, "acme/anvil", early), "lively ones grow");
    assert!(views(&sample, "acme/bat-man-outfit", late) < views(&sample, "acme/bat-man-outfit", early));
    let (weekend, workdays): (Vec<Date>, Vec<Date>) =
        sample.extent().days().partition(|date| date.weekday().num_days_from_monday() >= 5);
    let mean = |dates: &[Date]| {
        let of = |date: &Date| sample.truth(repository(&sample, "acme/anvil"), *date).views.unwrap().count;
        dates.iter().map(of).sum::<u64>() / dates.len() as u64
    };
    assert!(mean(&weekend) * 3 < mean(&workdays) * 2, "{} {}", mean(&weekend), mean(&workdays));
    let lantern = repository(&sample, "globex/lantern");
    let peak = sample.extent().days().max_by_key(|date| sample.truth(lantern, *date).views.map(|cell| cell.count));
    let others = sample.truth(lantern, peak.unwrap() - Days::new(30)).views.unwrap().count;
    assert!(sample.truth(lantern, peak.unwrap()).views.unwrap().count > 20 * others, "one day is viral");
    assert!(sample.referrers(lantern, peak.unwrap() + Days::new(2))[0].name.as_ref() == "news.ycombinator.com");
    let idle = repository(&sample, "globex/nap-room");
    let busy = sample.extent().days().filter(|date| sample.truth(idle, *date).views.is_some()).count();
    assert!((1..100).contains(&busy), "an idle one has days without a figure, and some with: {busy}");
}

#[test]
fn top_tens_keep_within_the_views_of_their_fortnight() {
    let sample = Sample::new(today());
    for repository in sample.repositories() {
        for date in [today(), today() - Days::new(200), today() - Days::new(500)] {
            let fortnight = Span { first: date - Days::new(13), last: date };
            let total: u64 =
                fortnight.days().filter_map(|day| sample.truth(repository, day).views).map(|c| c.count).sum();
            for rows in [sample.referrers(repository, date), sample.paths(repository, date)] {
                assert!(rows.len() <= 10 && rows.iter().map(|row| row.count).sum::<u64>() <= total);
                assert!(rows.iter().all(|row| row.uniques > 0 && row.uniques <= row.count));
                assert!(rows.windows(2).all(|pair| pair[0].count >= pair[1].count));
            }
        }
    }
}

#[test]
fn several_days_have_fewer_people_than_their_days_added_up() {
    let sample = Sample::new(today());
    let cells = [Cell { count: 10, uniques: 8 }, Cell { count: 2, uniques: 1 }, Cell { count: 9, uniques: 6 }];
    assert_eq!(sample.figures.together(&cells), Cell { count: 21, uniques: 10 });
    assert_eq!(sample.figures.together(&cells[..1]), cells[0]);
}

#[tokio::test]
async fn octocrab_reads_every_answer_into_its_own_models() {
    use octocrab::models::repos::{Clones, PathTraffic, ReferrerTraffic, Views};
    fn read<T: serde::de::DeserializeOwned>(body: serde_json::Value) -> T {
        serde_json::from_value(body).unwrap()
    }
    let (sample, base) = stage().await;
    let ask = async |path: &str| get(&base, path, Some(Sample::TOKEN)).await.2;
    for path in ["/orgs/acme/repos?per_page=100", "/users/ada-lovelace/repos", "/user/repos?affiliation=owner"] {
        let listed: Vec<octocrab::models::Repository> = read(ask(path).await);
        assert!(listed.len() > 10 && listed.iter().all(|r| r.full_name.is_some() && r.owner.is_some()), "{path}");
    }
    let anvil: octocrab::models::Repository = read(ask("/repos/acme/anvil").await);
    let truth = sample.counters(repository(&sample, "acme/anvil"), today());
    assert_eq!(anvil.stargazers_count.map(u64::from), truth.stars);
    assert_eq!(anvil.watchers_count, anvil.stargazers_count, "GitHub's watchers are the stars");
    assert_eq!(anvil.subscribers_count.map(|count| count as u64), truth.watchers);
    let user: octocrab::models::UserProfile = read(ask("/user").await);
    assert_eq!(user.login, "ada-lovelace");
    let limit: octocrab::models::RateLimit = read(ask("/rate_limit").await);
    assert_eq!(limit.rate.limit as u64, Sample::LIMIT);
    let views: Views = read(ask("/repos/acme/anvil/traffic/views?per=day").await);
    assert_eq!((views.views.len(), views.count), (14, views.views.iter().map(|row| row.count).sum()));
    assert!(views.uniques < views.views.iter().map(|row| row.uniques).sum());
    let weeks: Views = read(ask("/repos/acme/anvil/traffic/views?per=week").await);
    assert!(weeks.views.iter().all(|week| week.timestamp.weekday() == chrono::Weekday::Mon));
    assert_eq!(weeks.count, weeks.views.iter().map(|row| row.count).sum::<u64>());
    let clones: Clones = read(ask("/repos/acme/anvil/traffic/clones").await);
    assert_eq!(clones.clones.len(), 14);
    let referrers: Vec<ReferrerTraffic> = read(ask("/repos/acme/anvil/traffic/popular/referrers").await);
    let paths: Vec<PathTraffic> = read(ask("/repos/acme/anvil/traffic/popular/paths").await);
    assert_eq!((referrers.len(), paths.len()), (10, 10));
    assert!(paths.iter().any(|path| path.path == "/acme/anvil" && path.title.starts_with("GitHub - acme/anvil: ")));
}

#[tokio::test]
async fn refusals_are_githubs() {
    let (sample, base) = stage().await;
    let message = |body: &serde_json::Value| body["message"].as_str().unwrap().to_owned();
    for token in [None, Some("wrong")] {
        let (status, _, body) = get(&base, "/repos/acme/anvil", token).await;
        assert_eq!((status, message(&body)), (StatusCode::UNAUTHORIZED, "Bad credentials".into()));
    }
    for path in ["/repos/acme/nothing", "/repos/acme/payroll", "/orgs/ada-lovelace/repos", "/nowhere", "/repos/acme"] {
        let (status, _, body) = get(&base, path, Some(Sample::READER)).await;
        assert_eq!((status, message(&body)), (StatusCode::NOT_FOUND, "Not Found".into()), "{path}");
    }
    let (status, headers, _) = get(&base, "/repos/acme/anvil/traffic/views", Some(Sample::READER)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers["x-accepted-github-permissions"], "administration=read");
    sample.allow(1);
    let (status, headers, _) = get(&base, "/user", Some(Sample::TOKEN)).await;
    assert_eq!((status, headers["x-ratelimit-remaining"].to_str().unwrap()), (StatusCode::OK, "0"));
    let (status, headers, body) = get(&base, "/user", Some(Sample::TOKEN)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(message(&body).starts_with("API rate limit exceeded") && headers.contains_key("x-ratelimit-reset"));
}

#[tokio::test]
async fn a_renamed_repository_answers_301_to_its_number() {
    let (sample, base) = stage().await;
    let id = repository(&sample, "acme/rocket-skates").id;
    let (status, headers, body) =
        get(&base, "/repos/acme/roller-skates/traffic/views?per=day", Some(Sample::TOKEN)).await;
    let expected = format!("{base}/repositories/{id}/traffic/views?per=day");
    assert_eq!((status, headers["location"].to_str().unwrap()), (StatusCode::MOVED_PERMANENTLY, expected.as_str()));
    assert_eq!(body["url"], expected);
    let (status, _, body) = get(&base, &format!("/repositories/{id}"), Some(Sample::TOKEN)).await;
    assert_eq!((status, body["full_name"].as_str()), (StatusCode::OK, Some("acme/rocket-skates")));
}

#[tokio::test]
async fn listings_come_in_pages_with_links() {
    let (_, base) = stage().await;
    let mut path = "/orgs/acme/repos?per_page=7".to_owned();
    let mut names = Vec::new();
    loop {
        let (_, headers, body) = get(&base, &path, Some(Sample::TOKEN)).await;
        names.extend(body.as_array().unwrap().iter().map(|entry| entry["full_name"].as_str().unwrap().to_owned()));
        let link = headers["link"].to_str().unwrap();
        let Some(next) = link.split(", ").find(|part| part.ends_with("rel=\"next\"")) else { break };
        path = next.trim_start_matches('<').split('>').next().unwrap().replace(&base, "");
        assert!(path.starts_with("/organizations/4210007/repos?"), "{path}");
    }
    assert_eq!(names.len(), 26);
    assert!(names.is_sorted());
}

#[test]
fn two_years_are_written_as_the_action_writes_them() {
    let sample = Sample::new(today());
    let dir = tempfile::tempdir().unwrap();
    let span = Span { first: sample.extent().first, last: today() - Days::new(40) };
    sample.write_github_repo_stats(dir.path(), span).unwrap();
    let data = dir.path().join("acme/roller-skates/ghrs-data");
    let csv = std::fs::read_to_string(data.join("views_clones_aggregate.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("time_iso8601,clones_total,clones_unique,views_total,views_unique"));
    let skates = repository(&sample, "acme/rocket-skates");
    let Day { views: Some(views), clones: Some(clones), .. } = sample.truth(skates, span.first) else { panic!() };
    let expected =
        format!("{} 00:00:00+00:00,{},{},{},{}", span.first, clones.count, clones.uniques, views.count, views.uniques);
    assert_eq!(lines.next(), Some(expected.as_str()));
    assert_eq!(lines.count(), span.len() - 1);
    let stars = std::fs::read_to_string(data.join("stargazers.csv")).unwrap();
    let newest = sample.counters(skates, span.last).stars.unwrap();
    assert!(stars.starts_with("time_iso8601,stars_cumulative\n") && stars.trim_end().ends_with(&format!(",{newest}")));
    let mut snapshots: Vec<String> = std::fs::read_dir(data.join("snapshots"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    snapshots.sort();
    assert_eq!(snapshots.len(), 2 * 28, "twenty-eight weeks, referrers and paths");
    assert!(snapshots.last().unwrap().starts_with(&format!("{}_23", span.last)), "{snapshots:?}");
    assert!(snapshots.last().unwrap().ends_with("08_top_referrers_snapshot.csv"));
    let paths = std::fs::read_to_string(data.join("snapshots").join(&snapshots[snapshots.len() - 2])).unwrap();
    assert!(paths.starts_with("url_path,views_total,views_unique\n/acme/roller-skates,"), "{paths}");
    let clock = repository(&sample, "globex/doomsday-clock");
    let gap = sample.gap(clock).unwrap();
    let csv =
        std::fs::read_to_string(dir.path().join("globex/doomsday-clock/ghrs-data/views_clones_aggregate.csv")).unwrap();
    assert!(gap.days().all(|date| !csv.contains(&date.to_string())) && csv.contains(&span.last.to_string()));
}
