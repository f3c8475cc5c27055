//! What the pages of sums promise: they add up, every sum of uniques says so, and no list grows without end.

use std::collections::BTreeMap;

use chrono::Days;
use proptest::prelude::*;

use crate::domain::policy::{PageKind, Policy};
use crate::domain::repo::RepositoryHistory;
use crate::domain::traffic::{Cell, Day, Series, Span, Traffic};
use crate::report::fixture::{self, date, history};
use crate::report::locale::{Language, Words};
use crate::report::{Settings, Site};

const COLLECTED: &str = "2026-11-24T02:00:00Z";
/// Pages with columns of several days.
const SUMS: [&str; 7] = [
    "index.html",
    "organisations.html",
    "organisations/acme.html",
    "repositories.html",
    "weekly.html",
    "monthly.html",
    "print.html",
];

fn pages(language: Language, histories: Vec<RepositoryHistory>) -> BTreeMap<String, String> {
    let settings = Settings {
        title: "Traffic".to_owned(),
        templates: None,
        content: None,
        language,
        base_url: "https://traffic.acme.example".to_owned(),
        notes: Vec::new(),
        spam: Vec::new(),
        theme: crate::report::Theme::default(),
        public_badges: crate::domain::repo::Selection::default(),
    };
    let policy = Policy::new(vec![fixture::role("all", &["*/*"], &PageKind::ALL)]);
    let site = Site::new(&settings, &policy, histories, Vec::new(), date(fixture::TODAY)).unwrap();
    let bundle = &site.bundles()[0];
    let wanted = bundle.pages.iter().filter(|page| SUMS.contains(&page.path.as_str()));
    let text = |page| String::from_utf8(site.render(&bundle.role, page).unwrap()).unwrap();
    wanted.map(|page| (page.path.to_string(), text(page))).collect()
}

/// What lies between `start` and `end`, each time.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

fn digits(text: &str) -> u64 {
    text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

/// The numbers that the rows of a page's first kind of table are sorted by, one column added up.
fn column(page: &str, table: &str, at: usize) -> u64 {
    let tables = between(page, table, "</table>");
    let rows = tables.iter().flat_map(|table| between(table, "<tr", "</tr>")).filter(|row| row.contains("data-sort"));
    rows.map(|row| between(row, "<td", "</td>")[at]).map(|cell| digits(between(cell, "data-sort=\"", "\"")[0])).sum()
}

/// `days` to yesterday without one day of them, with counts that differ from day to day.
fn traffic(days: u64, base: u64, without: u64) -> Traffic {
    let last = date(fixture::TODAY) - Days::new(1);
    let span = Span { first: last - Days::new(days), last };
    let gap = last - Days::new(without);
    let day = |(at, date): (usize, crate::domain::Date)| {
        let count = base * (1 + at as u64 % 7);
        let cell = |count| Some(Cell { count, uniques: count / 2 });
        Day { date, views: cell(count), clones: cell(count / 3) }
    };
    let known = span.days().enumerate().filter(|(_, date)| *date != gap);
    Traffic::new(known.map(day).collect::<Series>(), [])
}

fn repositories() -> impl Strategy<Value = Vec<RepositoryHistory>> {
    let one = (1_u64..150, 0_u64..2_000, 0_u64..200, prop::sample::select(vec!["acme", "Other", "third"]));
    prop::collection::vec(one, 1..7).prop_map(|all| {
        let mut histories = vec![history(1, "acme/first", COLLECTED)];
        for (at, (days, base, without, owner)) in all.into_iter().enumerate() {
            let mut history = history(at as u64 + 2, &format!("{owner}/r{at}"), COLLECTED);
            history.traffic = traffic(days, base, without);
            histories.push(history);
        }
        histories
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_totals_of_a_bundle_are_the_sums_of_its_rows(histories in repositories()) {
        let views = |history: &RepositoryHistory| -> u64 {
            history.traffic.series().days().iter().filter_map(|day| day.views).map(|cell| cell.count).sum()
        };
        let ever: u64 = histories.iter().map(views).sum();
        let pages = pages(Language::En, histories);
        let cards: Vec<u64> =
            between(&pages["index.html"], "class=\"value\">", "<").into_iter().map(digits).collect();
        // Columns of the list: views, change, year, visitors, clones; the owners' begin with how many repositories.
        let (list, owners) = (&pages["repositories.html"], &pages["organisations.html"]);
        let sortable = "<table class=\"sortable\"";
        for (card, at) in [(0, 0), (1, 3), (2, 4)] {
            prop_assert_eq!(cards[card], column(list, sortable, at));
            prop_assert_eq!(cards[card], column(owners, sortable, at + 1));
        }
        for page in ["weekly.html", "monthly.html"] {
            prop_assert_eq!(ever, column(&pages[page], "<table class=\"sortable periods\"", 0));
        }
    }
}

#[test]
fn no_uniques_of_several_days_are_shown_without_saying_that_they_are_added_up() {
    for language in Language::ALL {
        let words = Words::load(language, None).unwrap();
        let (label, people) = (words.text("sum-of-daily-uniques"), ["visitors", "cloners"].map(|key| words.text(key)));
        let mut columns = 0;
        let mut cards = 0;
        for (path, text) in pages(language, vec![history(1, "acme/a", COLLECTED), history(2, "b/b", COLLECTED)]) {
            // A chart by day has people of one day; by week and month it is looked at below.
            let without_charts: String = text
                .split("<figure")
                .enumerate()
                .map(|(at, part)| match at {
                    0 => part,
                    _ => part.split_once("</figure>").map_or("", |(_, rest)| rest),
                })
                .collect();
            for head in between(&without_charts, "<th scope=\"col\"", "</th>") {
                if people.iter().any(|people| head.contains(people.as_str())) {
                    assert!(head.contains("Σ") && head.contains(&label), "{language}: {path}: {head}");
                    columns += 1;
                }
            }
            for card in between(&text, "class=\"label\">", "</div>") {
                if people.iter().any(|people| card.starts_with(people.as_str())) {
                    assert!(card.contains(&label), "{language}: {path}: {card}");
                    cards += 1;
                }
            }
            if path == "weekly.html" || path == "monthly.html" {
                assert!(between(&text, "class=\"legend\">", "</ul>").iter().all(|legend| legend.contains(&label)));
            }
        }
        assert!(columns >= 12 && cards == 6, "{language}: {columns} columns and {cards} cards were looked at");
    }
}

#[test]
fn a_long_list_ends_and_says_how_many_are_left_out() {
    let many = (1..=520).map(|id| history(id, &format!("acme/r{id}"), COLLECTED)).collect();
    let pages = pages(Language::En, many);
    let list = &pages["repositories.html"];
    assert_eq!(between(list, "<th scope=\"row\"", "</th>").len(), 500);
    assert!(list.contains("20 repositories with fewer views are not listed here."));
    assert!(list.contains("<a href=\"organisations.html\">Organisations</a>"), "it says where to find them");
    assert!(pages["organisations/acme.html"].contains("320 repositories with fewer views"));
}

#[test]
fn a_repository_that_began_within_the_days_is_told_apart_and_not_compared() {
    let mut young = history(2, "acme/young", COLLECTED);
    let window = Span::window(date(fixture::TODAY) - Days::new(1));
    young.traffic = Traffic::new(traffic(10, 1_000_000, 200).series().clone(), [window]);
    let pages = pages(Language::En, vec![history(1, "acme/old", COLLECTED), young]);
    let page = &pages["organisations/acme.html"];
    let section = between(page, "<h2>New repositories</h2>", "</section>")[0];
    assert!(section.contains("young") && !section.contains("old"), "{section}");
    assert!(section.contains("1 repository is new"));
    // A million a day would be thousands of per cent.
    assert!(page.contains("in the 1 of 2 repositories known in both"), "the change leaves it out");
}

#[test]
fn every_page_names_its_language() {
    for language in Language::ALL {
        for (path, text) in pages(language, vec![history(1, "acme/a", COLLECTED)]) {
            assert!(text.contains(&format!("<html lang=\"{language}\">")), "{path}");
        }
    }
}
