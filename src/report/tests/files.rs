//! Files, feeds and badges of whole bundles.

use super::*;
use crate::domain::downloads::Release;
use crate::domain::repo::Selection;
use crate::report::Note;

/// Whether every element is closed in order, and nothing stands where no XML may have it.
fn well_formed(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((tag, behind)) = after.split_once('>') else { return false };
        let bare = |text: &str| text.contains('>') || text.replace("&amp;", "").contains("& ");
        if bare(before) || tag.contains('<') || tag.chars().any(|c| c < ' ') {
            return false;
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        match tag {
            _ if tag.starts_with('?') || tag.ends_with('/') => {}
            _ if tag.starts_with('/') => {
                if open.pop() != Some(name) {
                    return false;
                }
            }
            _ => open.push(name),
        }
        rest = behind;
    }
    open.is_empty() && rest.trim().is_empty()
}

fn hostile() -> Vec<RepositoryHistory> {
    let mut histories = histories();
    let name = Some("<b>\u{1b}]0;x & \"1.0\"".to_owned());
    let published = "2026-11-20T10:00:00Z".parse().ok();
    let release = Release { id: 5, tag: "v1".to_owned(), name, published, prerelease: false, assets: Vec::new() };
    histories[0].releases = vec![release];
    histories
}

#[test]
fn every_feed_badge_and_sheet_is_well_formed_whatever_strangers_write() {
    let mut seen = 0;
    for (path, text) in pages(&site_of(hostile(), &fixture::policy()), "admin") {
        if path.ends_with(".xml") || path.ends_with(".svg") {
            assert!(well_formed(&text), "{path}: {text}");
            seen += 1;
        } else if path.ends_with(".xlsx") {
            text.split('\u{c}').for_each(|part| assert!(well_formed(part), "{path}: {part}"));
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
    assert!(!well_formed("<a><b></a></b>") && !well_formed("<a>") && well_formed("<a><b c=\"d\"/></a>"));
}

#[test]
fn a_feed_tells_releases_and_notes_with_ids_that_last() {
    let note = |text: &str, of: &str| Note {
        date: fixture::date("2026-11-19"),
        text: text.to_owned(),
        repositories: Selection::try_from(vec![of.to_owned()]).unwrap(),
    };
    let settings = Settings { notes: vec![note("a talk", "acme/open"), note("a secret", "acme/*")], ..settings() };
    let make = |policy: &Policy| {
        let today = fixture::date(fixture::TODAY);
        pages(&Site::new(&settings, policy, hostile(), runs(), today).unwrap(), "watcher")
    };
    let policy = |of: &str| Policy::new(vec![fixture::role("watcher", &[of], &crate::domain::policy::PageKind::ALL)]);
    let feed = make(&policy("acme/open"))["feeds/events.xml"].clone();
    assert!(feed.contains("<title>acme/open published &lt;b&gt; ]0;x &amp; &quot;1.0&quot;</title>"), "{feed}");
    assert!(feed.contains("<id>tag:traffic.acme.example,2026:watcher/release/github.com/1/5</id>"), "{feed}");
    assert!(feed.contains("<updated>2026-11-20T00:00:00Z</updated>"), "{feed}");
    let page = "https://traffic.acme.example/watcher/repositories/acme/open.html";
    assert!(feed.contains(&format!("href=\"{page}\"")), "{feed}");
    assert!(feed.contains("a talk") && !feed.contains("a secret"), "a note on all of acme is for who sees all of it");
    assert!(make(&policy("acme/*"))["feeds/events.xml"].contains("a secret"));
    let months = &make(&policy("acme/open"))["feeds/months.xml"];
    assert!(months.contains("<title>October 2026</title>") && !months.contains("November 2026"), "{months}");
}

#[test]
fn tables_agree_in_every_format() {
    let pages = pages(&site(), "admin");
    for name in ["daily", "weekly", "monthly", "repositories", "referrers", "paths", "stars", "releases"] {
        let rows: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(&pages[&format!("data/{name}.json")]).unwrap();
        let csv = &pages[&format!("data/{name}.csv")];
        assert_eq!(csv.lines().count(), rows.len() + 1, "{name}");
        if let Some(row) = rows.first() {
            let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
            assert_eq!(row.keys().collect::<Vec<_>>(), head, "{name}");
        }
        let sheet = format!("<sheet name=\"{name}\"");
        assert!(pages["data/tollgate.xlsx"].contains(&sheet), "{name}");
    }
    let own: Vec<serde_json::Value> = serde_json::from_str(&pages["repositories/acme/open.json"]).unwrap();
    assert_eq!(own.len(), 100);
    assert_eq!(pages["repositories/acme/open.csv"].lines().count(), 101);
    assert!(pages["repositories/acme/open.html"].contains("href=\"../../repositories/acme/open.xlsx\""));
}

#[test]
fn only_what_is_public_and_chosen_or_named_in_full_has_a_public_badge() {
    let public = |texts: &[&str], private: bool| {
        let mut histories = histories();
        histories[1].repository.traits.private = private;
        histories[2].repository.id = None;
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let public_badges = Selection::try_from(texts).unwrap();
        let settings = Settings { public_badges, ..settings() };
        let site = Site::new(&settings, &fixture::policy(), histories, runs(), fixture::date(fixture::TODAY)).unwrap();
        site.public_badges().into_keys().map(|path| path.to_string()).collect::<Vec<_>>()
    };
    assert!(site().public_badges().is_empty(), "nobody's by default");
    assert_eq!(public(&["*/*"], true), ["badges/acme/open.svg"], "neither what is private nor what nobody knows");
    assert_eq!(public(&["*/*"], false), ["badges/acme/open.svg", "badges/acme/secret.svg"]);
    assert_eq!(public(&["acme/*", "acme/secret"], true), ["badges/acme/open.svg", "badges/acme/secret.svg"]);
    assert_eq!(public(&["acme/*", "!acme/open"], true), [] as [&str; 0]);
}

#[test]
fn a_badge_says_what_it_shows_to_those_who_do_not_see_it() {
    let badge = &pages(&site(), "viewer")["badges/acme/open.svg"];
    let sum: u64 = (70..98).map(|day| 41 + day).sum();
    let title = format!("acme/open: {},{} views, 25 Oct – 21 Nov 2026", sum / 1000, sum % 1000);
    assert!(badge.contains(&format!("<title>{title}</title>")), "{badge}");
    assert!(badge.contains("3.4k / 28 days") && badge.contains("role=\"img\""), "{badge}");
    let unknown = &pages(&site_of(vec![untouched()], &fixture::policy()), "viewer")["badges/acme/open.svg"];
    assert!(unknown.contains("not known") && !unknown.contains(">0"), "{unknown}");
}

fn untouched() -> RepositoryHistory {
    let traffic = fixture::traffic(&["2026-11-01", "2026-11-20"]);
    RepositoryHistory { traffic, ..history(1, "acme/open", COLLECTED) }
}
