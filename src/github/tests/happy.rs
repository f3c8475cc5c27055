use std::collections::BTreeSet;
use std::time::Instant;

use chrono::Days;

use super::*;
use crate::demo::github::SampleRepository;
use crate::domain::signal;
use crate::domain::traffic::{Cell, Day, Span};

const EVERYTHING: [&str; 3] = ["acme/*", "globex/*", "ada-lovelace/*"];

/// What GitHub shows of a repository, straight from the sample.
fn shown(sample: &Sample, repository: &SampleRepository) -> Vec<Day> {
    let today = sample.today();
    let days = Span::window(today).days().map(|date| sample.shown(repository, date, today));
    days.filter(|day| day.views.is_some() || day.clones.is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_sixty_repositories_arrives_as_it_is() {
    let stage = Stage::new().await;
    let began = Instant::now();
    let (run, observations) = stage.collect(&EVERYTHING).await;
    let took = began.elapsed();
    assert_eq!((run.outcomes.len(), run.failures(), observations.len()), (60, 0, 60));
    for repository in stage.sample.repositories() {
        let name = repository.name_on(today());
        let seen = of(&observations, &name.to_string());
        assert_eq!(seen.sighting.id, Some(repository.id));
        assert_eq!(seen.sighting.traits, Some(repository.traits));
        assert_eq!(seen.days, shown(&stage.sample, repository), "{name}");
        for day in seen.days.iter().filter(|day| day.date < today()) {
            assert_eq!(*day, stage.sample.truth(repository, day.date), "{name}");
        }
        assert_eq!(*result(&run, &name.to_string()), Collected::Done { days: seen.days.len() as u64 });
        let rows = |snapshots: &[crate::domain::ranking::Snapshot]| {
            snapshots.first().map(|s| s.rows.clone()).unwrap_or_default()
        };
        assert_eq!(rows(&seen.referrers), stage.sample.referrers(repository, today()), "{name}");
        assert_eq!(rows(&seen.paths), stage.sample.paths(repository, today()), "{name}");
        let (date, counters) = seen.counters[0];
        let truth = stage.sample.counters(repository, today());
        assert_eq!((date, counters.stars, counters.forks), (today(), truth.stars, truth.forks));
        assert_eq!(counters.open_issues_and_pulls, truth.open_issues_and_pulls);
        let about = &seen.sighting.about;
        let visibility = if repository.traits.private { "private" } else { "public" };
        assert_eq!(about.visibility.as_deref(), Some(visibility));
        assert!(about.topics.is_some() && about.created.is_some() && about.default_branch.is_some(), "{name}");
    }
    assert_eq!((run.window, run.frozen), (signal::claimed(Span::window(today())), false));
    assert_eq!(run.requests, stage.sample.served());
    let names: Vec<_> = run.outcomes.iter().map(|outcome| outcome.repository.clone()).collect();
    assert!(names.is_sorted());
    println!("60 repositories, {} requests in {took:?}", run.requests);
}

#[tokio::test]
async fn fourteen_days_are_kept_with_githubs_own_sums() {
    let stage = Stage::new().await;
    let (_, observations) = stage.collect(&["acme/*"]).await;
    for seen in &observations {
        let [fortnight] = seen.fortnights[..] else { panic!("{:?}", seen.fortnights) };
        let days = |pick: fn(&Day) -> Option<Cell>| seen.days.iter().filter_map(pick).collect::<Vec<Cell>>();
        assert_eq!(fortnight.taken, stage.now());
        for (total, days) in [(fortnight.views, days(|day| day.views)), (fortnight.clones, days(|day| day.clones))] {
            let (total, sum) = (total.unwrap(), days.iter().map(|cell| cell.uniques).sum::<u64>());
            assert_eq!(total.count, days.iter().map(|cell| cell.count).sum::<u64>());
            assert!(total.uniques <= sum && (days.len() < 5 || sum < 20 || total.uniques < sum), "not a sum of days");
        }
    }
}

#[tokio::test]
async fn no_request_is_spent_in_vain() {
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&EVERYTHING).await;
    let idle = observations.iter().filter(|seen| seen.days.iter().all(|day| day.views.is_none())).count();
    assert!(idle > 0, "the sample has an idle repository");
    // Two organisations; a user, who is no organisation, is the token's own.
    assert_eq!((stage.asked("/repos?"), stage.asked("/user") - stage.asked("/user/repos")), (2 + 1 + 1, 1));
    assert_eq!(stage.asked("/graphql"), 1);
    assert_eq!((stage.asked("/views?per=day"), stage.asked("/clones?per=day")), (60, 60));
    assert_eq!((stage.asked("/popular/referrers"), stage.asked("/popular/paths")), (60 - idle, 60 - idle));
    let rest = stage.asked("per=week") + stage.asked("/releases") + stage.asked("/stargazers/");
    assert_eq!(run.requests, (5 + 1 + 120 + 2 * (60 - idle) + rest) as u64, "{:?}", stage.sample.requests());
}

#[tokio::test]
async fn every_request_says_who_asks_and_in_which_version() {
    let stage = Stage::new().await;
    stage.collect(&["acme/anvil"]).await;
    let requests = stage.sample.requests();
    assert!(requests.len() >= 8);
    for request in requests {
        let all = |name: &str| request.headers.get_all(name).iter().map(|v| v.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(all("user-agent"), [concat!("tollgate/", env!("CARGO_PKG_VERSION"))]);
        assert_eq!(all("x-github-api-version"), ["2026-03-10"]);
        assert_eq!(all("accept"), ["application/vnd.github+json"]);
        assert_eq!(all("authorization"), ["Bearer sample-token"]);
    }
}

#[tokio::test]
async fn selectors_decide_what_is_read_and_what_is_only_named() {
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&["acme/*-*", "globex/hyper", "!private", "!archived", "!fork"]).await;
    let skipped = |name: &str| matches!(result(&run, name), Collected::Skipped { .. });
    assert!(skipped("acme/trap-blueprints") && skipped("acme/bat-man-outfit") && skipped("globex/hyper"));
    assert!(matches!(result(&run, "acme/rocket-skates"), Collected::Done { .. }));
    let named: BTreeSet<String> = run.outcomes.iter().map(|outcome| outcome.repository.to_string()).collect();
    assert!(!named.contains("acme/anvil") && !named.contains("acme/payroll"), "not meant at all: {named:?}");
    let read = observations.iter().filter(|seen| seen.sighting.source.is_some());
    assert!(read.clone().count() > 0 && read.clone().all(|seen| seen.sighting.traits == Some(Default::default())));
    assert!(stage.sample.requests().iter().all(|request| !request.path.contains("trap-blueprints")));
}

#[tokio::test]
async fn a_listing_of_many_pages_is_followed_by_its_links() {
    let stage = Stage::new().await;
    let again = format!("{}/organizations/4210007/repos?per_page=10&page=1", stage.api);
    stage.sample.break_path("/orgs/acme/repos", crate::demo::github::Fault::NextPage(again), 1);
    let (_, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!(observations.len(), 26, "each repository once, though it was listed twice");
    let pages = stage.sample.requests().iter().filter(|request| request.path.contains("/organizations/")).count();
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn a_single_repository_brings_its_watchers_and_is_read_once_beside_its_owner() {
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&["acme/anvil", "acme/*"]).await;
    assert_eq!((run.outcomes.len(), observations.len()), (26, 26));
    let anvil = stage.sample.repository(&"acme/anvil".parse().unwrap()).unwrap();
    let (_, counters) = of(&observations, "acme/anvil").counters[0];
    let truth = stage.sample.counters(anvil, today());
    assert!(counters.watchers.is_some() && counters.watchers == truth.watchers);
}

#[tokio::test]
async fn a_renamed_repository_is_found_under_its_old_name_and_keeps_its_id() {
    let stage = Stage::new().await;
    stage.sample.set_today(today() - Days::new(40));
    let (_, before) = stage.collect(&["acme/roller-skates"]).await;
    stage.sample.set_today(today());
    let (run, after) = stage.collect(&["acme/roller-skates"]).await;
    assert_eq!(before[0].sighting.id, after[0].sighting.id);
    assert_eq!(before[0].sighting.name.to_string(), "acme/roller-skates");
    assert_eq!(after[0].sighting.name.to_string(), "acme/rocket-skates");
    assert!(matches!(result(&run, "acme/rocket-skates"), Collected::Done { days: 14 }));
}

#[tokio::test]
async fn a_rename_between_listing_and_reading_is_followed_only_to_the_same_repository() {
    let stage = Stage::new().await;
    let id = stage.id("acme/anvil");
    let other = stage.id("acme/docs");
    for (target, well) in [(id, true), (other, false)] {
        let to = format!("/repositories/{target}/traffic/views");
        stage.sample.break_path("/repos/acme/anvil/traffic/views", crate::demo::github::Fault::Redirect(to), 1);
        let (run, observations) = stage.collect(&["acme/anvil"]).await;
        assert_eq!(run.failures() == 0, well);
        assert_eq!(observations[0].days.is_empty(), !well, "nothing of another repository is recorded");
        if !well {
            let (cause, _) = failure(&run, "acme/anvil");
            assert_eq!(cause, "views: its name now leads to another repository");
        }
    }
}

#[tokio::test]
async fn another_users_public_repositories_are_listed_without_the_private_ones() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["ada-lovelace/*"]);
    settings.credential = Credential::Token(Sample::READER.to_owned().into());
    let (run, _) = stage.collect_with(&settings).await;
    let run = run.unwrap();
    assert_eq!(run.outcomes.len(), 11, "all but the private one");
    assert_eq!(run.failures(), 11);
    assert_eq!(run.window, None, "nothing was collected");
}

#[tokio::test]
async fn collecting_stops_when_nobody_records_any_more() {
    let stage = Stage::new().await;
    let (out, observations) = tokio::sync::mpsc::channel(1);
    drop(observations);
    let mut settings = stage.settings(&["acme/*"]);
    settings.concurrency = 1;
    let error = collect(&settings, &Memory::new(), stage.now(), out).await.unwrap_err();
    assert!(matches!(error, Error::Unwanted { .. }), "{error}");
    assert!(stage.sample.served() < 10, "{} requests", stage.sample.served());
}
