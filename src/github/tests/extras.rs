//! Releases and the history of stars.

use std::collections::BTreeMap;

use chrono::Days;
use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::domain::collection::{Asked, Known, Question};

const RELEASES: &str = "/repos/acme/anvil/releases";
const STARS: &str = "/repos/acme/anvil/stargazers/history";

fn ok(body: &str) -> Fault {
    Fault::Status(StatusCode::OK, vec![("etag", "W/\"7\"".into())], body.to_owned())
}

fn linked(body: &str, to: String) -> Fault {
    Fault::Status(StatusCode::OK, vec![("link", format!("<{to}>; rel=\"next\""))], body.to_owned())
}

fn refusal(status: StatusCode) -> Fault {
    Fault::Status(status, Vec::new(), r#"{"message":"no"}"#.into())
}

/// What is remembered of a question.
fn answer(observations: &[Observation], what: Question) -> Option<&Asked> {
    of(observations, "acme/anvil").asked.iter().find(|asked| asked.what == what)
}

fn release(id: u64, draft: bool, assets: &str) -> String {
    format!(
        r#"{{"id":{id},"tag_name":"v{id}","name":"","draft":{draft},"prerelease":true,"published_at":
        "2026-05-04T10:00:00Z","tarball_url":"https://x/tarball","assets":[{assets}]}}"#
    )
}

fn asset(id: u64, downloads: i64) -> String {
    format!(
        r#"{{"id":{id},"name":"anvil.tar.gz","size":512,"created_at":"2026-05-04T10:00:00Z","download_count":{downloads}}}"#
    )
}

fn known(what: Question, days_ago: u64, mark: Option<&str>) -> Known {
    let at = today().and_hms_opt(2, 0, 0).unwrap().and_utc() - Days::new(days_ago);
    let asked = Asked { what, at, mark: mark.map(str::to_owned) };
    Known { collected: Some(at), viewed: true, asked: BTreeMap::from([(what, asked)]), ..Known::default() }
}

impl Stage {
    async fn knowing(&self, known: Known) -> (Run, Vec<Observation>) {
        let memory = Memory::from([(self.id("acme/anvil"), known)]);
        let (run, observations, _) = self.collect_knowing(&self.settings(&["acme/anvil"]), &memory).await;
        (run.unwrap(), observations)
    }
}

#[tokio::test]
async fn downloads_are_read_by_asset_over_all_pages_and_drafts_are_left_out() {
    let stage = Stage::new().await;
    let id = stage.id("acme/anvil");
    let second = format!("{}/repositories/{id}/releases?per_page=100&page=2", stage.api);
    let page = format!("[{},{}]", release(3, true, &asset(30, 1)), release(2, false, &asset(20, 900)));
    stage.sample.break_path(&format!("{RELEASES}?"), linked(&page, second), usize::MAX);
    let page = format!("[{}]", release(1, false, &[asset(10, 7), asset(11, 0)].join(",")));
    stage.sample.break_path(&format!("/repositories/{id}/releases?"), ok(&page), usize::MAX);
    let (run, observations) = stage.collect(&["acme/anvil"]).await;
    assert_eq!(run.failures(), 0);
    let releases = &of(&observations, "acme/anvil").releases;
    let told: Vec<_> =
        releases.iter().map(|release| (release.id, release.tag.as_str(), release.assets.len())).collect();
    assert_eq!(told, [(2, "v2", 1), (1, "v1", 2)]);
    assert!(releases[0].prerelease && releases[0].name.is_none() && releases[0].published.is_some());
    let first = &releases[1].assets[0];
    assert_eq!((first.id, first.size, &first.downloads[..]), (10, 512, &[(today(), 7)][..]));
    assert_eq!(answer(&observations, Question::Releases).unwrap().mark, None, "the tag changes with every download");
}

#[tokio::test]
async fn no_releases_are_known_by_their_tag() {
    let stage = Stage::new().await;
    stage.sample.break_path(RELEASES, ok("[]"), 1);
    let (_, observations) = stage.collect(&["acme/anvil"]).await;
    assert_eq!(answer(&observations, Question::Releases).unwrap().mark.as_deref(), Some("W/\"7\""));
    stage.sample.break_path(RELEASES, refusal(StatusCode::NOT_MODIFIED), 1);
    let (run, observations) = stage.knowing(known(Question::Releases, 7, Some("W/\"7\""))).await;
    let asked = stage.sample.requests().into_iter().rfind(|request| request.path.contains(RELEASES)).unwrap();
    assert_eq!(asked.headers["if-none-match"], "W/\"7\"");
    assert_eq!((run.failures(), run.unchanged), (0, 1));
    assert_eq!(answer(&observations, Question::Releases).unwrap().mark.as_deref(), Some("W/\"7\""));
    assert!(of(&observations, "acme/anvil").releases.is_empty());
}

#[tokio::test]
async fn releases_that_cannot_be_read_fail_nothing() {
    let odd = format!("[{}]", release(1, false, &asset(10, -7)));
    for (fault, remembered) in [
        (refusal(StatusCode::NOT_FOUND), true),
        (refusal(StatusCode::FORBIDDEN), true),
        (ok(&odd), true),
        (ok("{}"), true),
        (refusal(StatusCode::BAD_GATEWAY), false),
    ] {
        let stage = Stage::new().await;
        stage.sample.break_path(RELEASES, fault.clone(), usize::MAX);
        let (run, observations) = stage.collect(&["acme/anvil"]).await;
        assert_eq!((run.failures(), run.faults.len()), (0, 0), "{fault:?}");
        assert!(of(&observations, "acme/anvil").releases.is_empty());
        assert_eq!(answer(&observations, Question::Releases).is_some(), remembered, "{fault:?}");
    }
}

/// A page of the history: so many weeks back from the one that begins `newest` days ago, each with a star on its Monday.
fn page(newest: u64, weeks: u64) -> String {
    let week = |n: u64| {
        let first = today() - Days::new(newest + 7 * n);
        let seconds = first.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp();
        format!(r#"{{"week":{seconds},"total":1,"days":[0,1,0,0,0,0,0]}}"#)
    };
    format!("[{}]", (0..weeks).map(week).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn the_first_history_of_stars_is_read_to_its_end_and_a_later_one_a_page_deep() {
    let stage = Stage::new().await;
    let pages = |n: u64| format!("{}/repositories/{}/stargazers/history?page={n}", stage.api, stage.id("acme/anvil"));
    let (second, third) = (pages(2), pages(3));
    // The newest week began two days ago, on a Sunday, and has not ended.
    stage.sample.break_path(&format!("{STARS}?per_page=30"), linked(&page(2, 30), second), usize::MAX);
    stage.sample.break_path("history?page=2", linked(&page(212, 30), third), usize::MAX);
    stage.sample.break_path("history?page=3", ok("[]"), usize::MAX);
    let (run, observations) = stage.collect(&["acme/anvil"]).await;
    let gained = &of(&observations, "acme/anvil").stars_gained;
    assert_eq!((run.failures(), gained.len(), stage.asked("stargazers/history")), (0, 60, 3));
    assert!(gained.iter().all(|(_, stars)| *stars == 1) && gained.is_sorted());
    assert_eq!(gained[59].0, today() - Days::new(1), "the second day of its week");
    let stars = stage.sample.counters(stage.sample.repository(&"acme/anvil".parse().unwrap()).unwrap(), today()).stars;
    let stars = stars.unwrap().to_string();
    assert_eq!(answer(&observations, Question::Stars).unwrap().mark.as_deref(), Some(stars.as_str()));

    let (_, observations) = stage.knowing(known(Question::Stars, 7, Some("5"))).await;
    assert_eq!(stage.asked("stargazers/history"), 4, "the first page goes back far enough");
    let gained = &of(&observations, "acme/anvil").stars_gained;
    assert_eq!(gained.iter().filter(|(_, stars)| *stars == 1).count(), 30);
    let zeros: Vec<Date> = gained.iter().filter(|(_, stars)| *stars == 0).map(|(date, _)| *date).collect();
    assert!(zeros.iter().all(|date| *date >= today() - Days::new(7 + 35) && *date <= today()), "{zeros:?}");
    assert_eq!(zeros.len(), 43 - 6, "a star that was taken back is told where it may have been");

    stage.knowing(known(Question::Stars, 7, Some(&stars))).await;
    assert_eq!(stage.asked("stargazers/history"), 4, "no star came or went");
}

#[tokio::test]
async fn a_history_of_stars_that_is_not_to_be_had_is_no_failure_and_not_asked_for_every_night() {
    let week =
        |seconds: i64, total: i64, days: &str| format!(r#"[{{"week":{seconds},"total":{total},"days":{days}}}]"#);
    let good = today().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp();
    for fault in [
        refusal(StatusCode::NOT_FOUND),
        refusal(StatusCode::FORBIDDEN),
        refusal(StatusCode::GONE),
        refusal(StatusCode::UNPROCESSABLE_ENTITY),
        ok(r#"[{"starred_at":"2026-05-04T10:00:00Z"}]"#),
        ok(&week(good, 2, "[0,1,0,0,0,0,0]")),
        ok(&week(good, 1, "[0,1]")),
        ok(&week(good, 0, "[0,1,-1,0,0,0,0]")),
        ok(&week(-9_000_000_000, 1, "[0,1,0,0,0,0,0]")),
        ok(&week(good + 86_400, 1, "[0,1,0,0,0,0,0]")),
        ok(&week(i64::MAX, 1, "[0,1,0,0,0,0,0]")),
    ] {
        let stage = Stage::new().await;
        stage.sample.break_path(STARS, fault.clone(), usize::MAX);
        let (run, observations) = stage.collect(&["acme/anvil"]).await;
        assert_eq!((run.failures(), run.faults.len()), (0, 0), "{fault:?}");
        assert!(of(&observations, "acme/anvil").stars_gained.is_empty(), "{fault:?}");
        let asked = answer(&observations, Question::Stars).unwrap_or_else(|| panic!("{fault:?} is forgotten"));
        assert_eq!(asked.mark, None);
        let before = stage.asked(STARS);
        for (days, again) in [(27, 0), (28, 1)] {
            stage.knowing(known(Question::Stars, days, None)).await;
            assert_eq!(stage.asked(STARS) - before, again, "after {days} days");
        }
    }
}

#[tokio::test]
async fn nothing_of_another_repository_is_taken_for_its_releases_or_stars() {
    let stage = Stage::new().await;
    let other = stage.id("acme/docs");
    for (path, rest) in [(RELEASES, "releases"), (STARS, "stargazers/history")] {
        stage.sample.break_path(path, Fault::Redirect(format!("/repositories/{other}/{rest}")), usize::MAX);
        stage.sample.break_path(&format!("/repositories/{other}/{rest}"), ok("[]"), usize::MAX);
    }
    let (run, observations) = stage.collect(&["acme/anvil"]).await;
    assert_eq!(run.failures(), 0);
    let anvil = of(&observations, "acme/anvil");
    assert!(anvil.asked.iter().all(|asked| !matches!(asked.what, Question::Releases | Question::Stars)));
}
