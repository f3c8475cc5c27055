//! Small histories for the tests of this module.

use chrono::Days;

use super::locale::{Language, Words};
use crate::domain::Date;
use crate::domain::policy::{PageKind, Policy, Role};
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::{About, Counters, RepoId, Repository, RepositoryHistory, Selection, Traits};
use crate::domain::traffic::{Cell, Day, Series, Span, Traffic};

pub(super) const TODAY: &str = "2026-11-24";

pub(super) fn english() -> Words {
    Words::load(Language::En, None).unwrap()
}

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn span(first: &str, last: &str) -> Span {
    Span { first: date(first), last: date(last) }
}

pub(super) fn cell(count: u64, uniques: u64) -> Option<Cell> {
    Some(Cell { count, uniques })
}

/// Days with ten views and no window.
pub(super) fn traffic(days: &[&str]) -> Traffic {
    let day = |text: &&str| Day { date: date(text), views: cell(10, 4), clones: cell(2, 1) };
    Traffic::new(days.iter().map(day).collect::<Series>(), [])
}

/// A hundred days to the day before yesterday, all looked at, `base` views rising by one a day.
pub(super) fn lively(base: u64) -> Traffic {
    let last = date(TODAY) - Days::new(1);
    let first = last - Days::new(99);
    let span = Span { first, last };
    let day = |(at, date): (usize, Date)| Day {
        date,
        views: cell(base + at as u64, base / 2),
        clones: cell(base / 4, base / 8),
    };
    Traffic::new(span.days().enumerate().map(day).collect::<Series>(), [span])
}

pub(super) fn history(id: u64, name: &str, collected: &str) -> RepositoryHistory {
    let snapshot = |names: &[&str]| Snapshot {
        taken: collected.parse().unwrap(),
        rows: names.iter().map(|name| Ranked { name: (*name).into(), title: None, count: 9, uniques: 3 }).collect(),
    };
    RepositoryHistory {
        repository: Repository {
            host: "github.com".to_owned(),
            id: Some(RepoId(id)),
            name: name.parse().unwrap(),
            aliases: Vec::new(),
            sources: ["main".parse().unwrap()].into(),
            traits: Traits::default(),
            description: Some(format!("about {name}")),
            about: About::default(),
        },
        traffic: lively(40 + id),
        counters: vec![(date("2026-11-22"), Counters { stars: Some(7 * id), ..Counters::default() })],
        referrers: vec![snapshot(&["Google"])],
        paths: vec![snapshot(&[&format!("/{name}")])],
        weeks: Vec::new(),
        fortnights: Vec::new(),
        stars_gained: Vec::new(),
        releases: Vec::new(),
        collected: Some(collected.parse().unwrap()),
        revisions: Vec::new(),
        renamed: Vec::new(),
    }
}

pub(super) fn role(name: &str, selectors: &[&str], pages: &[PageKind]) -> Role {
    let texts: Vec<String> = selectors.iter().map(|text| (*text).to_owned()).collect();
    Role {
        name: name.parse().unwrap(),
        title: format!("The {name}s"),
        repositories: Selection::try_from(texts).unwrap(),
        pages: pages.iter().copied().collect(),
        open_to: Vec::new(),
        share: false,
    }
}

/// `admin` sees all of everything, `viewer` one repository without CSV and log.
pub(super) fn policy() -> Policy {
    use PageKind::{Monthly, Overview, Repository, Weekly};
    Policy::new(vec![
        role("admin", &["*/*"], &PageKind::ALL),
        role("auditor", &["acme/*"], &PageKind::ALL),
        role("viewer", &["acme/open"], &[Overview, Repository, Weekly, Monthly]),
    ])
}
