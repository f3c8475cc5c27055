//! What holds for whole bundles: nothing leaks, equal keys mean equal bytes, a change is noticed.

mod browsers;
mod files;
mod prose;
mod shown;
mod size;
mod sums;

use std::collections::BTreeMap;

use super::fixture::{self, history};
use super::{Bundle, Settings, Site};
use crate::domain::collection::{Collected, Outcome, Run, SourceFault};
use crate::domain::policy::{Policy, RoleName};
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::release::Planned;
use crate::domain::repo::{RepoId, RepositoryHistory};
use crate::domain::traffic::Span;

const COLLECTED: &str = "2026-11-24T02:00:00Z";

fn settings() -> Settings {
    Settings {
        title: "Traffic <of> Acme".to_owned(),
        templates: None,
        content: None,
        language: super::Language::En,
        base_url: "https://traffic.acme.example".to_owned(),
        notes: Vec::new(),
        theme: super::Theme::default(),
        spam: Vec::new(),
        public_badges: crate::domain::repo::Selection::default(),
    }
}

fn histories() -> Vec<RepositoryHistory> {
    vec![
        history(1, "acme/open", COLLECTED),
        history(2, "acme/secret", COLLECTED),
        history(3, "other/veiled", COLLECTED),
    ]
}

fn run(outcomes: &[(&str, Option<u64>, Collected)]) -> Run {
    let outcome = |(name, id, result): &(&str, Option<u64>, Collected)| Outcome {
        repository: name.parse().unwrap(),
        id: id.map(RepoId),
        result: result.clone(),
    };
    Run {
        source: "main".parse().unwrap(),
        started: "2026-11-24T02:00:00Z".parse().unwrap(),
        finished: "2026-11-24T02:00:09Z".parse().unwrap(),
        window: Some(Span::window(fixture::date("2026-11-23"))),
        frozen: false,
        doubtful: Vec::new(),
        unchanged: 0,
        requests: 4242,
        faults: vec![SourceFault {
            cause: "owner `veiled-owner` cannot be listed".to_owned(),
            mending: "check it".to_owned(),
        }],
        outcomes: outcomes.iter().map(outcome).collect(),
    }
}

fn runs() -> Vec<Run> {
    let failed = |cause: &str| Collected::Failed { cause: cause.to_owned(), mending: "mend it".to_owned() };
    vec![run(&[
        ("acme/open", Some(1), Collected::Done { days: 14 }),
        ("acme/secret", Some(2), failed("secret fault")),
        ("other/veiled", None, failed("veiled fault")),
    ])]
}

fn site_of(histories: Vec<RepositoryHistory>, policy: &Policy) -> Site {
    Site::new(&settings(), policy, histories, runs(), fixture::date(fixture::TODAY)).unwrap()
}

fn site() -> Site {
    site_of(histories(), &fixture::policy())
}

fn bundle<'a>(site: &'a Site, role: &str) -> &'a Bundle {
    site.bundles().iter().find(|bundle| bundle.role.as_str() == role).unwrap()
}

fn pages(site: &Site, role: &str) -> BTreeMap<String, String> {
    let bundle = bundle(site, role);
    let page = |page: &Planned| {
        let bytes = site.render(&bundle.role, page).unwrap();
        let path = page.path.to_string();
        // A workbook as the texts of its parts.
        let parts = || super::xlsx::tests::parts(&bytes).into_values().collect::<Vec<_>>().join("\u{c}");
        let text = if path.ends_with(".xlsx") { parts() } else { String::from_utf8(bytes).unwrap() };
        (path, text)
    };
    bundle.pages.iter().map(page).collect()
}

fn keys(site: &Site, role: &str) -> BTreeMap<String, String> {
    bundle(site, role).pages.iter().map(|page| (page.path.to_string(), page.key.to_string())).collect()
}

#[test]
fn every_kind_of_page_is_there_for_a_role_that_has_all() {
    let site = site();
    let paths: Vec<String> = keys(&site, "admin").into_keys().filter(|path| !path.starts_with("assets/")).collect();
    assert_eq!(
        paths,
        [
            "404.html",
            "account.html",
            "badges/acme/open.svg",
            "badges/acme/secret.svg",
            "badges/other/veiled.svg",
            "data.html",
            "data/daily.csv",
            "data/daily.json",
            "data/monthly.csv",
            "data/monthly.json",
            "data/paths.csv",
            "data/paths.json",
            "data/referrers.csv",
            "data/referrers.json",
            "data/releases.csv",
            "data/releases.json",
            "data/repositories.csv",
            "data/repositories.json",
            "data/stars.csv",
            "data/stars.json",
            "data/tollgate.xlsx",
            "data/weekly.csv",
            "data/weekly.json",
            "events.html",
            "explore.html",
            "explore/acme/open.js",
            "explore/acme/secret.js",
            "explore/index.js",
            "explore/other/veiled.js",
            "feeds/events.xml",
            "feeds/months.xml",
            "glossary.html",
            "index.html",
            "log.html",
            "monthly.html",
            "organisations.html",
            "organisations/acme.html",
            "organisations/other.html",
            "paths.html",
            "print.html",
            "quality.html",
            "referrers.html",
            "releases.html",
            "repositories.html",
            "repositories/acme/open.csv",
            "repositories/acme/open.html",
            "repositories/acme/open.json",
            "repositories/acme/open.xlsx",
            "repositories/acme/secret.csv",
            "repositories/acme/secret.html",
            "repositories/acme/secret.json",
            "repositories/acme/secret.xlsx",
            "repositories/other/veiled.csv",
            "repositories/other/veiled.html",
            "repositories/other/veiled.json",
            "repositories/other/veiled.xlsx",
            "search.html",
            "search/index.js",
            "stars.html",
            "weekly.html",
        ]
    );
}

#[test]
fn no_page_speaks_of_a_repository_outside_the_role() {
    let site = site();
    for (role, forbidden) in
        [("auditor", vec!["veiled", "4242", "4,242"]), ("viewer", vec!["veiled", "secret", "4242"])]
    {
        for (path, text) in pages(&site, role) {
            for word in &forbidden {
                assert!(!text.contains(word), "{role}: {path} says {word}");
            }
        }
    }
}

#[test]
fn whoever_sees_the_whole_source_sees_all_its_faults_and_nobody_else() {
    let site = site();
    let log = &pages(&site, "admin")["log.html"];
    for said in ["veiled-owner", "veiled fault", "secret fault", "4,242"] {
        assert!(log.contains(said), "{said}");
    }
    let log = &pages(&site, "auditor")["log.html"];
    assert!(log.contains("secret fault") && !log.contains("veiled") && !log.contains("4,242"));
}

#[test]
fn sums_are_of_the_roles_repositories_alone() {
    let own = site_of(vec![history(1, "acme/open", COLLECTED)], &fixture::policy());
    let all = site();
    let differing: Vec<String> = pages(&own, "viewer")
        .into_iter()
        .filter(|(path, text)| pages(&all, "viewer").get(path) != Some(text))
        .map(|(path, _)| path)
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn an_earlier_name_that_somebody_else_has_now_is_not_told() {
    let mut histories = histories();
    histories[0].repository.aliases = vec!["other/veiled".parse().unwrap(), "acme/before".parse().unwrap()];
    let page = &pages(&site_of(histories, &fixture::policy()), "viewer")["repositories/acme/open.html"];
    assert!(page.contains("formerly acme/before") && !page.contains("veiled"));
}

#[test]
fn an_outcome_without_an_id_is_only_about_the_repository_that_has_the_name_now() {
    let mut histories = vec![history(1, "acme/open", "2026-01-01T02:00:00Z"), history(9, "acme/open", COLLECTED)];
    // The newer repository of that name is picked by another source, so the failure may be anybody's.
    histories[1].repository.sources = ["elsewhere".parse().unwrap()].into();
    let site = Site::new(
        &settings(),
        &Policy::new(vec![fixture::role("old", &["source:main", "!private"], &crate::domain::policy::PageKind::ALL)]),
        histories,
        vec![run(&[("acme/open", None, Collected::Skipped { why: "a stranger's reason".to_owned() })])],
        fixture::date(fixture::TODAY),
    )
    .unwrap();
    assert!(pages(&site, "old")["log.html"].contains("No collection has been recorded"));
}

#[test]
fn a_repository_page_is_the_same_in_every_bundle_of_the_same_kinds() {
    let site = site();
    let path = "repositories/acme/open.html";
    assert_eq!(keys(&site, "admin")[path], keys(&site, "auditor")[path]);
    assert_eq!(pages(&site, "admin")[path], pages(&site, "auditor")[path]);
    // Another navigation is another page.
    assert_ne!(keys(&site, "admin")[path], keys(&site, "viewer")[path]);
}

#[test]
fn equal_keys_are_equal_bytes_over_all_roles() {
    let site = site();
    let mut seen: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for bundle in site.bundles() {
        for page in &bundle.pages {
            let bytes = site.render(&bundle.role, page).unwrap();
            let first = seen.entry(page.key.to_string()).or_insert_with(|| bytes.clone());
            assert_eq!(*first, bytes, "{} of {}", page.path, bundle.role);
        }
    }
}

#[test]
fn the_same_input_plans_and_renders_the_same() {
    let (one, two) = (site(), site());
    assert_eq!(one.bundles(), two.bundles());
    assert_eq!(pages(&one, "admin"), pages(&two, "admin"));
}

#[test]
fn a_day_more_changes_the_pages_that_show_it_and_no_other() {
    let mut later = histories();
    later[1].counters.push((fixture::date("2026-11-23"), Default::default()));
    let (before, after) = (keys(&site(), "admin"), keys(&site_of(later, &fixture::policy()), "admin"));
    assert_eq!(before["repositories/acme/open.html"], after["repositories/acme/open.html"]);
    assert_ne!(before["repositories/acme/secret.html"], after["repositories/acme/secret.html"]);
    assert_ne!(before["index.html"], after["index.html"]);
}

#[test]
fn names_written_by_strangers_are_escaped_everywhere() {
    let hostile = "<script>alert(1)</script>\"'&";
    let mut histories = histories();
    histories[0].repository.description = Some(hostile.to_owned());
    let rows = vec![Ranked { name: hostile.into(), title: Some(hostile.into()), count: 9, uniques: 3 }];
    let snapshot = Snapshot { taken: COLLECTED.parse().unwrap(), rows };
    histories[0].referrers = vec![snapshot.clone()];
    histories[0].paths = vec![snapshot];
    let html = pages(&site_of(histories, &fixture::policy()), "admin");
    for (path, text) in html.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!text.contains("<script>") && !text.contains("<of>"), "{path}");
    }
    assert!(html["repositories/acme/open.html"].contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_frozen_github_is_said_on_the_pages_it_concerns() {
    let mut frozen = run(&[("acme/open", Some(1), Collected::Done { days: 3 })]);
    frozen.frozen = true;
    let site =
        Site::new(&settings(), &fixture::policy(), histories(), vec![frozen], fixture::date(fixture::TODAY)).unwrap();
    assert!(pages(&site, "viewer")["weekly.html"].contains("counting stands still"));
    assert!(!pages(&self::site(), "viewer")["weekly.html"].contains("counting stands still"));
}

#[test]
fn an_empty_role_has_pages_that_say_so() {
    let site = site_of(Vec::new(), &fixture::policy());
    let pages = pages(&site, "admin");
    assert!(pages["index.html"].contains("Nothing has been collected yet."));
    assert_eq!(pages["data/daily.csv"], "repository,repository_id,date,views,visitors,clones,cloners,coverage\r\n");
    assert!(bundle(&site, "admin").repositories.is_empty());
}

#[test]
fn a_page_that_was_not_planned_is_refused() {
    let site = site();
    let admin = bundle(&site, "admin").pages.iter().find(|page| page.path.as_str() == "log.html").unwrap();
    let viewer: RoleName = "viewer".parse().unwrap();
    let said = site.render(&viewer, admin).unwrap_err().to_string();
    assert_eq!(said, "the bundle of role `viewer` holds no page `log.html`");
}

#[test]
fn daily_csv_leaves_unknown_figures_empty_and_writes_zeros_that_are_known() {
    let mut one = history(1, "acme/open", COLLECTED);
    let days = fixture::traffic(&["2026-11-01", "2026-11-04"]);
    let window = fixture::span("2026-11-04", "2026-11-08");
    one.traffic = crate::domain::traffic::Traffic::new(days.series().clone(), [window]);
    let policy = Policy::new(vec![fixture::role("admin", &["*/*"], &crate::domain::policy::PageKind::ALL)]);
    let text = &pages(&site_of(vec![one], &policy), "admin")["data/daily.csv"];
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "acme/open,1,2026-11-01,10,4,2,1,measured",
            "acme/open,1,2026-11-02,,,,,unknown",
            "acme/open,1,2026-11-03,,,,,unknown",
            "acme/open,1,2026-11-04,10,4,2,1,measured",
            "acme/open,1,2026-11-05,0,0,0,0,assumed-zero",
            "acme/open,1,2026-11-06,0,0,0,0,assumed-zero",
            "acme/open,1,2026-11-07,,,,,provisional",
            "acme/open,1,2026-11-08,,,,,provisional",
        ]
    );
}
