//! A sample whose day moves on: names, owners, releases, stars.

use super::*;

fn later(days: u64) -> Date {
    today() + Days::new(days)
}

async fn staged(sample: Sample) -> (Arc<Sample>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let sample = Arc::new(sample);
    tokio::spawn(serve(listener, sample.clone(), std::future::pending()));
    (sample, base)
}

#[test]
fn no_figure_depends_on_where_today_has_moved_to() {
    let sample = Sample::with(200, 7, today());
    let all = |sample: &Sample| -> Vec<(Day, Counters, WeekTotal)> {
        let of = |r: &SampleRepository| {
            [later(0), later(40), later(365)].map(|d| (sample.truth(r, d), sample.counters(r, d), sample.week(r, d)))
        };
        sample.repositories().iter().flat_map(of).collect()
    };
    let before = all(&sample);
    sample.set_today(later(365));
    assert_eq!(before, all(&sample));
    assert_eq!(before, all(&Sample::with(200, 7, today())));
    assert_ne!(before, all(&Sample::with(200, 8, today())));
    let busy = before.iter().filter(|(day, ..)| day.views.is_some()).count();
    assert!(busy > 300 && busy < before.len() - 30, "{busy} of {}", before.len());
}

#[tokio::test]
async fn a_name_leads_on_until_somebody_else_takes_it() {
    let mut sample = Sample::new(today());
    let anvil = repository(&sample, "acme/anvil").id;
    sample.rename(anvil, "forge", later(1)).unwrap();
    sample.transfer(anvil, "globex", later(3)).unwrap();
    let newcomer = sample.create(&"acme/anvil".parse().unwrap(), later(5)).unwrap();
    sample.make_private(anvil, later(7)).unwrap();
    sample.delete(newcomer, later(9)).unwrap();
    let (sample, base) = staged(sample).await;
    let ask = async |path: &str, token: &str| get(&base, path, Some(token)).await;
    let numbered = format!("/repositories/{anvil}");
    for (day, name, old, id) in [
        (0, "acme/anvil", 200, Some(anvil)),
        (1, "acme/forge", 301, None),
        (3, "globex/forge", 301, None),
        (5, "globex/forge", 200, Some(newcomer)),
        (9, "globex/forge", 301, None),
    ] {
        sample.set_today(later(day));
        let (status, headers, body) = ask("/repos/acme/anvil", Sample::TOKEN).await;
        assert_eq!((status.as_u16(), body["id"].as_u64()), (old, id.map(|id| id.0)), "on day {day}");
        assert!(old != 301 || headers["location"].to_str().unwrap().ends_with(&numbered));
        assert_eq!(ask(&numbered, Sample::TOKEN).await.2["full_name"], name);
        let owner = name.split('/').next().unwrap();
        let listed = ask(&format!("/orgs/{owner}/repos?per_page=100"), Sample::TOKEN).await.2;
        let entry = listed.as_array().unwrap().iter().find(|entry| entry["id"] == anvil.0).unwrap();
        assert_eq!((&entry["full_name"], &entry["owner"]["login"]), (&name.into(), &owner.into()));
        let count = ask("/orgs/acme/repos?per_page=100", Sample::TOKEN).await.2;
        let here = count.as_array().unwrap().iter().filter(|entry| entry["id"] == newcomer.0).count();
        assert_eq!(here, usize::from((5..9).contains(&day)));
    }
    assert_eq!(ask(&format!("/repositories/{newcomer}"), Sample::TOKEN).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&numbered, Sample::READER).await.0, StatusCode::NOT_FOUND, "private by now");
    assert_eq!(ask("/repos/acme/anvil", Sample::READER).await.0, StatusCode::NOT_FOUND, "no hint of a private one");
    sample.set_today(later(6));
    assert_eq!(ask(&numbered, Sample::READER).await.2["visibility"], "public");
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let mut sample = Sample::new(today());
    let anvil = repository(&sample, "acme/anvil").id;
    assert_eq!(sample.rename(RepoId(1), "x", later(1)), Err(Unplanned::Repository(RepoId(1))));
    assert_eq!(sample.rename(anvil, "../x", later(1)), Err(Unplanned::Name("../x".into())));
    assert_eq!(sample.transfer(anvil, "hooli", later(1)), Err(Unplanned::Account("hooli".into())));
    assert!(matches!(sample.create(&"hooli/x".parse().unwrap(), later(1)), Err(Unplanned::Account(_))));
}

#[test]
fn downloads_only_grow_and_an_asset_that_is_uploaded_again_is_another_one_from_zero() {
    let sample = Sample::new(today());
    let mut again = 0;
    for repository in sample.repositories() {
        let (early, late) = (sample.releases(repository, today()), sample.releases(repository, later(30)));
        assert!(early.len() <= late.len());
        for asset in early.iter().flat_map(|release| &release.assets) {
            let after = late.iter().flat_map(|release| &release.assets).find(|other| other.id == asset.id);
            match after {
                Some(after) => assert!(after.downloads[0].1 >= asset.downloads[0].1, "{asset:?} {after:?}"),
                None => assert!(sample.uploads_again(repository)),
            }
        }
        again += usize::from(sample.uploads_again(repository));
    }
    assert_eq!(again, 1);
    let anvil = repository(&sample, "acme/anvil");
    assert!(sample.uploads_again(anvil));
    let newest = |date| sample.releases(anvil, date).pop().unwrap();
    let out = (0..).map(later).find(|date| newest(*date).published.unwrap().date_naive() == *date).unwrap();
    let (before, after) = (newest(out + Days::new(8)), newest(out + Days::new(9)));
    assert_eq!((&before.assets[1].name, &before.tag), (&after.assets[1].name, &after.tag));
    assert_ne!(before.assets[1].id, after.assets[1].id);
    assert!(before.assets[1].downloads[0].1 > 0 && after.assets[1].downloads[0].1 == 0);
    assert_eq!(before.assets[0].id, after.assets[0].id);
    let releases = sample.releases(anvil, today());
    assert!(releases.iter().any(|release| release.prerelease) && releases.iter().any(|release| !release.prerelease));
}

#[tokio::test]
async fn releases_come_in_pages_and_drafts_are_for_those_who_may_push() {
    let (sample, base) = staged(Sample::new(today())).await;
    let anvil = repository(&sample, "acme/anvil");
    let (mut drafts, mut pages) = (0, 0);
    for day in (0..40).step_by(4) {
        sample.set_today(later(day));
        let path = "/repos/acme/anvil/releases?per_page=100";
        let (_, _, ours) = get(&base, path, Some(Sample::TOKEN)).await;
        let (_, _, theirs) = get(&base, path, Some(Sample::READER)).await;
        let published = |body: &serde_json::Value| -> Vec<u64> {
            let all = body.as_array().unwrap().iter().filter(|release| release["draft"] == false);
            all.map(|release| release["id"].as_u64().unwrap()).collect()
        };
        let truth: Vec<u64> = sample.releases(anvil, later(day)).iter().rev().map(|release| release.id).collect();
        assert_eq!((published(&ours), theirs.as_array().unwrap().len()), (truth.clone(), truth.len()));
        drafts += ours.as_array().unwrap().len() - truth.len();
        let (_, headers, _) = get(&base, "/repos/acme/anvil/releases?per_page=10", Some(Sample::TOKEN)).await;
        pages += usize::from(headers["link"].to_str().unwrap().contains("rel=\"next\""));
    }
    assert!((1..10).contains(&drafts), "{drafts}");
    assert_eq!(pages, 10);
}

#[tokio::test]
async fn the_history_of_stars_adds_up_to_the_count() {
    let (sample, base) = staged(Sample::new(today())).await;
    let anvil = repository(&sample, "acme/anvil");
    let mut path = "/repos/acme/anvil/stargazers/history".to_owned();
    let (mut weeks, mut pages) = (Vec::new(), 0);
    loop {
        let (_, headers, body) =
            get(&base, &format!("{path}{}per_page=100", if pages == 0 { "?" } else { "&" }), Some(Sample::TOKEN)).await;
        weeks.extend(body.as_array().unwrap().clone());
        pages += 1;
        let next = headers["link"]
            .to_str()
            .unwrap()
            .split(", ")
            .find(|part| part.ends_with("rel=\"next\""))
            .map(str::to_owned);
        let Some(next) = next else { break };
        path = next.trim_start_matches('<').split('>').next().unwrap().replace(&base, "");
        assert!(path.contains("per_page=30"), "{path}");
    }
    assert_eq!(pages, weeks.len().div_ceil(30));
    let at = |week: &serde_json::Value| week["week"].as_i64().unwrap();
    assert!(weeks.windows(2).all(|pair| at(&pair[0]) == at(&pair[1]) + 7 * 86_400), "newest first, each of them");
    let (_, _, count) = get(&base, "/repos/acme/anvil/stargazers/count", Some(Sample::TOKEN)).await;
    let total: u64 = weeks.iter().map(|week| week["total"].as_u64().unwrap()).sum();
    assert_eq!(Some(total), count["count"].as_u64());
    for week in &weeks {
        let first = chrono::DateTime::from_timestamp(at(week), 0).unwrap().date_naive();
        for (n, stars) in (0..).zip(week["days"].as_array().unwrap()) {
            let date = first + Days::new(n);
            let truth = if date > today() { 0 } else { sample.stars_gained(anvil, date) };
            assert_eq!(stars.as_u64(), Some(truth), "{date}");
        }
    }
    let (status, ..) = get(&base, "/repos/acme/anvil/stargazers/history?page=101", Some(Sample::TOKEN)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn listings_tell_topics_and_branches_that_differ() {
    let (sample, base) = staged(Sample::new(today())).await;
    let (_, _, listed) = get(&base, "/orgs/acme/repos?per_page=100", Some(Sample::TOKEN)).await;
    let listed = listed.as_array().unwrap();
    for entry in listed {
        let about = sample.about(repository(&sample, entry["full_name"].as_str().unwrap()), today());
        assert_eq!(entry["topics"], serde_json::json!(about.topics));
        assert_eq!(entry["default_branch"], serde_json::json!(about.default_branch));
        assert_eq!(entry["visibility"] == "private", entry["private"] == true);
    }
    let count = |with: fn(&serde_json::Value) -> bool| listed.iter().filter(|entry| with(entry)).count();
    assert!((1..26).contains(&count(|entry| entry["topics"] == serde_json::json!([]))));
    assert!((1..26).contains(&count(|entry| entry["default_branch"] == "master")));
}
