//! The table of repositories, in part on the overview and whole on a page of its own.

use serde::Serialize;

use super::top::Top;
use super::{ChangeView, Chrome, Link, Scope, amount_of, change, recent, share, sort_of};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::report::figures::Metric;
use crate::report::group::{Compared, Frame, Group, Than};
use crate::report::spark::{self, Spark};
use crate::report::stock::Repo;

/// How many repositories the list names. A row takes some forty bytes when it is compressed, and nobody reads further:
/// the others are found by searching, on their owners' pages and in the files.
const MOST: usize = 500;

/// `repositories.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ListView {
    page: Chrome,
    role: String,
    says: String,
    days: String,
    rows: Vec<RepositoryRow>,
    /// How many are left out, in words; empty if none.
    rest: String,
    /// Where those are, of the pages that the role has.
    elsewhere: Vec<Link>,
}

/// One repository with its four weeks.
#[derive(Debug, Serialize)]
pub(in crate::report) struct RepositoryRow {
    owner: String,
    name: String,
    href: Option<String>,
    owner_href: Option<String>,
    badge: String,
    views: String,
    views_sort: u64,
    bar: u64,
    change: ChangeView,
    change_sort: String,
    year: ChangeView,
    year_sort: String,
    visitors: String,
    visitors_sort: u64,
    clones: String,
    clones_sort: u64,
    clones_change: ChangeView,
    clones_change_sort: String,
    stars: String,
    stars_sort: u64,
    spark: Option<Spark>,
}

/// Whether the views are known, and how many.
type Rank = (bool, u64);

/// Collects the rows of a table of repositories: most views first, those without known views last.
pub(in crate::report) struct Rows {
    top: Top<Rank, RepositoryRow>,
}

impl Rows {
    pub(in crate::report) fn new(most: usize) -> Rows {
        Rows { top: Top::new(most) }
    }

    /// Adds a repository, with its last half year if the table shows it.
    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo, sparks: bool) {
        let views = scope.settled.and_then(|settled| repo.daily.total(recent(settled), Metric::Views));
        let rank = views.map_or((false, 0), |total| (total.known > 0, total.count));
        self.top.offer(rank, || row(scope, repo, sparks));
    }

    /// How many repositories have no row.
    pub(in crate::report) fn left_out(&self) -> usize {
        self.top.left_out()
    }

    pub(in crate::report) fn finish(self) -> Vec<RepositoryRow> {
        let rows = self.top.into_rows();
        let most = rows.first().map_or(0, |((_, views), _)| *views);
        rows.into_iter().map(|((_, views), row)| RepositoryRow { bar: share(views, most), ..row }).collect()
    }
}

/// Collects the page of all repositories.
pub(in crate::report) struct List {
    rows: Rows,
}

impl List {
    pub(in crate::report) fn new() -> List {
        List { rows: Rows::new(MOST) }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.rows.add(scope, repo, false);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> ListView {
        let words = scope.words;
        let rest = self.rows.left_out();
        let holding = ["search.html", "organisations.html", "explore.html", "data.html"];
        let elsewhere = page.nav.iter().filter(|link| holding.contains(&link.href.as_str())).cloned().collect();
        ListView {
            page,
            role: scope.role.title.clone(),
            says: match scope.settled {
                Some(_) => words.say("overview-list-says", &[("repositories", (&scope.extent_in_words()).into())]),
                None => words.text("overview-nothing"),
            },
            days: scope.settled.map_or_else(String::new, |settled| words.span(recent(settled))),
            rows: self.rows.finish(),
            rest: if rest == 0 { String::new() } else { words.say("overview-rest", &[("n", rest.into())]) },
            elsewhere,
        }
    }
}

fn row(scope: &Scope<'_>, repo: &Repo, sparks: bool) -> RepositoryRow {
    let (words, row) = (scope.words, unknown(scope, repo));
    let Some(settled) = scope.settled else { return row };
    let total = |span, metric| repo.daily.total(span, metric);
    let against = |than, metric| {
        let (now, before) = Frame::Recent.spans(settled, than);
        Compared::one(total(now, metric), total(before, metric), |total| total.count)
    };
    let (views, clones) = (total(recent(settled), Metric::Views), total(recent(settled), Metric::Clones));
    let (before, year) = (against(Than::Before, Metric::Views), against(Than::YearBefore, Metric::Views));
    let clones_before = against(Than::Before, Metric::Clones);
    RepositoryRow {
        views: amount_of(words, views.as_ref(), |total| total.count),
        views_sort: views.map_or(0, |total| total.count),
        change: change(words, &before),
        change_sort: sort_of(before.change),
        year: change(words, &year),
        year_sort: sort_of(year.change),
        visitors: amount_of(words, views.as_ref(), |total| total.uniques),
        visitors_sort: views.map_or(0, |total| total.uniques),
        clones: amount_of(words, clones.as_ref(), |total| total.count),
        clones_sort: clones.map_or(0, |total| total.count),
        clones_change: change(words, &clones_before),
        clones_change_sort: sort_of(clones_before.change),
        spark: if sparks {
            super::weekly(&Group::of([&repo.daily]), settled, Metric::Views, |sum| sum.0)
        } else {
            None
        },
        ..row
    }
}

fn unknown(scope: &Scope<'_>, repo: &Repo) -> RepositoryRow {
    let words = scope.words;
    let repository = &repo.history.repository;
    let none = || "–".to_owned();
    let no_change = || change(words, &Compared::NOTHING);
    let stars = latest(repo, |counters| counters.stars);
    RepositoryRow {
        owner: repo.name().owner().to_owned(),
        name: repo.name().name().to_owned(),
        href: scope.href(repo),
        owner_href: scope.owner_href(repo),
        badge: if repository.traits.archived {
            words.text("overview-archived")
        } else if repository.private() == Some(true) {
            words.text("overview-private")
        } else {
            String::new()
        },
        views: none(),
        views_sort: 0,
        bar: 0,
        change: no_change(),
        change_sort: String::new(),
        year: no_change(),
        year_sort: String::new(),
        visitors: none(),
        visitors_sort: 0,
        clones: none(),
        clones_sort: 0,
        clones_change: no_change(),
        clones_change_sort: String::new(),
        stars: stars.map_or_else(none, |value| words.number(value)),
        stars_sort: stars.unwrap_or(0),
        spark: None,
    }
}

/// The newest known value of a counter.
pub(in crate::report) fn latest(repo: &Repo, pick: fn(&Counters) -> Option<u64>) -> Option<u64> {
    repo.history.counters.iter().rev().find_map(|(_, counters)| pick(counters))
}

/// A counter as it stood on `date`: read that day or at most two weeks before, or the same before and after.
pub(in crate::report) fn counter_on(repo: &Repo, date: Date, pick: fn(&Counters) -> Option<u64>) -> Option<u64> {
    let counters = &repo.history.counters;
    let split = counters.partition_point(|(day, _)| *day <= date);
    let (day, value) = counters[..split].iter().rev().find_map(|(day, counters)| Some((*day, pick(counters)?)))?;
    let after = counters[split..].iter().find_map(|(_, counters)| pick(counters));
    ((date - day).num_days() <= 14 || after == Some(value)).then_some(value)
}

/// The last 26 weeks of a counter, added up over repositories; a week in which any is unknown is left out.
pub(in crate::report) struct CounterWeeks {
    until: Date,
    weeks: Vec<Option<u64>>,
}

impl CounterWeeks {
    pub(in crate::report) fn new(until: Date) -> CounterWeeks {
        CounterWeeks { until, weeks: vec![Some(0); super::SPARK_WEEKS as usize] }
    }

    pub(in crate::report) fn add(&mut self, repo: &Repo, pick: fn(&Counters) -> Option<u64>) {
        for (back, sum) in self.weeks.iter_mut().rev().enumerate() {
            let date = self.until - chrono::Days::new(7 * back as u64);
            *sum = sum.zip(counter_on(repo, date, pick)).map(|(sum, value)| sum + value);
        }
    }

    pub(in crate::report) fn finish(self) -> Option<Spark> {
        spark::spark_from_lowest(&self.weeks)
    }
}
