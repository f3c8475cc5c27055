//! What the pages on stars, releases, data quality and events say of histories whose figures were added up by hand.

use super::*;
use crate::domain::collection::Metric;
use crate::domain::downloads::{Asset, Release};
use crate::domain::policy::PageKind;
use crate::domain::repo::Counters;
use crate::domain::signal::{Revised, Revision};
use crate::domain::traffic::{Cell, Day, Series, Traffic};
use crate::report::fixture::{cell, date, span};

/// A page as it is read aloud: without markup, with one space between words.
fn said(page: &str, histories: Vec<RepositoryHistory>) -> String {
    let policy = Policy::new(vec![fixture::role("admin", &["*/*"], &PageKind::ALL)]);
    let html = pages(&site_of(histories, &policy), "admin").remove(page).unwrap();
    let text: String =
        html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| format!("{text} ")).collect();
    let text = text.replace("&#x27;", "'").replace("&nbsp;", " ").replace('\u{a0}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not said in {text}");
    }
}

fn stars(day: &str, stars: u64, more: Counters) -> (crate::domain::Date, Counters) {
    (date(day), Counters { stars: Some(stars), ..more })
}

#[test]
fn stars_are_compared_where_both_ends_are_known_and_a_sum_with_unknown_ones_is_a_lower_bound() {
    let mut one = history(1, "acme/one", COLLECTED);
    let forks = |forks| Counters { forks: Some(forks), ..Counters::default() };
    let now = Counters { open_issues_and_pulls: Some(7), open_pulls: Some(2), ..forks(9) };
    one.counters = vec![stars("2026-10-25", 100, forks(10)), stars("2026-11-22", 130, now)];
    one.stars_gained = vec![(date("2026-11-01"), 2), (date("2026-11-20"), 3)];
    let mut two = history(2, "acme/two", COLLECTED);
    two.counters = vec![stars("2026-11-22", 50, Counters::default())];
    let text = said("stars.html", vec![one, two]);
    says(
        &text,
        &[
            "30 stars more than 28 days before, in 1 of 2 repositories.",
            "Stars 180 ▲ up 30 in 28 days, in 1 of 2 repositories",
            "Forks known of 1 of 2 repositories ≥ 9 ▼ down 1 in 28 days, in 1 of 2 repositories",
            "Open issues known of 1 of 2 repositories ≥ 5",
            "Open pull requests known of 1 of 2 repositories ≥ 2",
            "5 stars were given in these days, of those not taken back.",
            "acme/ one 130 ▲ up 30 9 ▼ down 1 – 5 2",
            "acme/ two 50 – – – –",
        ],
    );
    // Nobody read how many watch: there is no figure, not a zero.
    assert!(!text.contains("Watchers known") && !text.contains("Watchers 0"), "{text}");
}

fn asset(id: u64, name: &str, size: u64, downloads: &[(&str, u64)]) -> Asset {
    let downloads = downloads.iter().map(|(day, count)| (date(day), *count)).collect();
    Asset { id, name: name.to_owned(), size, created: None, downloads }
}

fn release(id: u64, tag: &str, published: &str, assets: Vec<Asset>) -> Release {
    let published = published.parse().ok();
    Release { id, tag: tag.to_owned(), name: None, published, prerelease: id == 2, assets }
}

#[test]
fn a_release_is_judged_by_whole_fortnights_and_its_files_by_two_readings() {
    let mut one = history(1, "acme/one", COLLECTED);
    one.releases = vec![
        release(
            1,
            "v1",
            "2026-11-08T12:00:00Z",
            vec![
                asset(1, "tool.zip", 1_500_000, &[("2026-10-25", 100), ("2026-11-22", 160)]),
                asset(2, "late.zip", 900, &[("2026-11-22", 40)]),
            ],
        ),
        release(2, "v2-rc", "2026-11-15T12:00:00Z", Vec::new()),
        release(3, "v0", "2026-10-24T12:00:00Z", Vec::new()),
    ];
    // 41 views on 16 August, one more each day: 111 to 124 in the fortnight before 8 November, 125 to 138 in that after.
    assert_eq!(one.traffic.series().days()[0].date, date("2026-08-16"));
    let text = said("releases.html", vec![one, history(2, "acme/none", COLLECTED)]);
    says(
        &text,
        &[
            "3 releases in 1 repository.",
            "Downloads in 28 days to the newest reading ≥ 60",
            "Downloads in all since each file was uploaded 200",
            "Releases in 28 days published 2",
            "v1 acme/ one 8 Nov 2026 200 1,645 1,841 ▲ up 12%",
            // Of its second fortnight nine days are known, and the last two of them still rise.
            "v2-rc pre-release acme/ one 15 Nov 2026 – 1,743 ≥ 1,224 – not known",
            "tool.zip v1 acme/ one 60 160 1.5 MB",
            "late.zip v1 acme/ one – 40 900 B",
            "acme/ one ≥ 60 200 3 v2-rc, 15 Nov 2026",
        ],
    );
}

/// Three figures, two windows with five days between that nobody looked at when they had come to rest.
fn gapped(id: u64, name: &str) -> RepositoryHistory {
    let day = |day: &str| Day { date: date(day), views: cell(10, 4), clones: None };
    let days: Series = ["2026-11-01", "2026-11-05", "2026-11-15"].map(day).into_iter().collect();
    let windows = [span("2026-11-01", "2026-11-08"), span("2026-11-12", "2026-11-22")];
    RepositoryHistory { traffic: Traffic::new(days, windows), ..history(id, name, "2026-11-15T02:00:00Z") }
}

#[test]
fn days_are_counted_by_how_well_they_are_known() {
    let mut one = gapped(1, "acme/gapped");
    let at = |count| Cell { count, uniques: 3 };
    let (from, to, seen) = (at(10), at(7), "2026-11-23T02:00:00Z".parse().unwrap());
    let kind = Revised::Drop { restored: false };
    one.revisions = vec![Revision { date: date("2026-11-15"), metric: Metric::Views, kind, from, to, seen }];
    let text = said("quality.html", vec![one, history(2, "acme/whole", COLLECTED)]);
    says(
        &text,
        &[
            // 3 + 98 measured, 4 + 8 assumed, 5 unknown, and the last two of each history.
            "Measured GitHub gave a figure 101 82% of all days",
            "Assumed zero asked in time, left out by GitHub 12 9% of all days",
            "Provisional still rising 4 3% of all days",
            "Unknown nobody asked in time, or GitHub left them out 5 4% of all days",
            // 113 of 118.
            "95% of the settled days are known; 122 days in all. 1 repository loses days, or will within four days.",
            "acme/ gapped days left: 4",
            "acme/ gapped 5 75% 22 days",
            "acme/ whole 0 100% 100 days",
            "acme/ gapped 7–11 Nov 2026 5 days",
            "acme/ gapped 15 Nov 2026 Views 10 7 dropped; the higher one still counts 23 Nov 2026",
        ],
    );
}

#[test]
fn events_tell_what_stands_out_among_days_at_rest_and_what_is_missing() {
    let mut one = history(1, "acme/one", COLLECTED);
    let last = date("2026-11-23");
    let days = span("2026-08-01", "2026-11-23");
    let day = |date: crate::domain::Date| {
        let (views, clones) = match (last - date).num_days() {
            13 => (1_000, 20),
            12 => (100, 900),
            // It still rises: nobody knows yet.
            1 => (5_000, 20),
            _ => (100, 20),
        };
        Day { date, views: cell(views, 50), clones: cell(clones, 2) }
    };
    one.traffic = Traffic::new(days.days().map(day).collect::<Series>(), [days]);
    one.releases = vec![
        release(1, "v1", "2026-11-08T12:00:00Z", Vec::new()),
        release(2, "v2-rc", "2026-11-15T12:00:00Z", Vec::new()),
        release(3, "v0", "2025-10-01T12:00:00Z", Vec::new()),
    ];
    one.repository.aliases = vec!["acme/before".parse().unwrap()];
    one.renamed = vec![("acme/before".parse().unwrap(), date("2026-09-30"))];
    let text = said("events.html", vec![one, gapped(2, "acme/gapped")]);
    says(
        &text,
        &[
            // Two days, two releases, a name, a gap, a history that begins.
            "7 events of the last 13 months, newest first.",
            "10 Nov stands out acme/one : 1,000 views, where about 100 are usual",
            "11 Nov stands out acme/one : 900 clones, where about 20 are usual; by only 2 different ones: likely machines",
            "8 Nov release acme/one : v1 was published",
            "15 Nov release acme/one : v2-rc was published as a pre-release",
            "30 Sep renamed acme/one : last met under its former name acme/before",
            "missing acme/gapped : Nobody asked in time for 7–11 Nov 2026 (5 days) of 1 repository",
            "1 Nov new acme/gapped : The history of 1 repository begins on 1 Nov 2026",
        ],
    );
    assert!(!text.contains("5,000") && !text.contains("v0"), "{text}");
}
