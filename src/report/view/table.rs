//! The table of repositories, in part on the overview and whole on a page of its own.

use serde::Serialize;

use super::{ChangeView, Chrome, Scope, amount_of, change, recent, share};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::report::figures::Metric;
use crate::report::group::{Compared, Group};
use crate::report::spark::{self, Spark};
use crate::report::stock::Repo;

/// `repositories.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ListView {
    pub(in crate::report) page: Chrome,
    pub(in crate::report) role: String,
    says: String,
    rows: Vec<RepositoryRow>,
}

/// One repository with its four weeks.
#[derive(Debug, Serialize)]
pub(in crate::report) struct RepositoryRow {
    pub(in crate::report) owner: String,
    pub(in crate::report) name: String,
    pub(in crate::report) href: Option<String>,
    badge: &'static str,
    pub(in crate::report) views: String,
    bar: u64,
    pub(in crate::report) change: ChangeView,
    visitors: String,
    clones: String,
    clones_change: ChangeView,
    stars: String,
    spark: Option<Spark>,
    #[serde(skip)]
    pub(in crate::report) compared: Compared,
    #[serde(skip)]
    rank: (bool, u64),
}

/// Collects the rows of a table of repositories.
#[derive(Default)]
pub(in crate::report) struct Rows {
    rows: Vec<RepositoryRow>,
}

impl Rows {
    /// Adds a repository, with its last half year if the table shows it.
    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo, sparks: bool) {
        self.rows.push(row(scope, repo, sparks));
    }

    /// Most views first, those without known views last.
    pub(in crate::report) fn finish(mut self) -> Vec<RepositoryRow> {
        self.rows.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| (&a.owner, &a.name).cmp(&(&b.owner, &b.name))));
        let most = self.rows.first().map_or(0, |row| row.rank.1);
        self.rows.iter_mut().for_each(|row| row.bar = share(row.rank.1, most));
        self.rows
    }

    /// The page of all repositories.
    pub(in crate::report) fn list(self, scope: &Scope<'_>, page: Chrome) -> ListView {
        let says = scope.settled.map_or_else(
            || "Nothing has been collected yet.".to_owned(),
            |settled| {
                let days = scope.words.span(recent(settled));
                format!("Figures are of the 28 days {days}, changes against the 28 days before.")
            },
        );
        ListView {
            page,
            role: scope.role.title.clone(),
            says: format!("{}. {says}", scope.extent_in_words()),
            rows: self.finish(),
        }
    }
}

fn row(scope: &Scope<'_>, repo: &Repo, sparks: bool) -> RepositoryRow {
    let (words, row) = (scope.words, unknown(scope, repo));
    let Some(settled) = scope.settled else { return row };
    let (span, before) = (recent(settled), recent(settled).before());
    let total = |span, metric| repo.daily.total(span, metric);
    let (views, clones) = (total(span, Metric::Views), total(span, Metric::Clones));
    let compared = Compared::one(views, total(before, Metric::Views), |total| total.count);
    RepositoryRow {
        views: amount_of(words, views.as_ref(), |total| total.count),
        change: change(words, &compared),
        visitors: amount_of(words, views.as_ref(), |total| total.uniques),
        clones: amount_of(words, clones.as_ref(), |total| total.count),
        clones_change: change(words, &Compared::one(clones, total(before, Metric::Clones), |total| total.count)),
        compared,
        rank: views.map_or((false, 0), |total| (total.known > 0, total.count)),
        spark: if sparks {
            super::weekly(&Group::of([&repo.daily]), settled, Metric::Views, |sum| sum.0)
        } else {
            None
        },
        ..row
    }
}

fn unknown(scope: &Scope<'_>, repo: &Repo) -> RepositoryRow {
    let (words, compared) = (scope.words, Compared::NOTHING);
    let repository = &repo.history.repository;
    RepositoryRow {
        owner: repo.name().owner().to_owned(),
        name: repo.name().name().to_owned(),
        href: scope.href(repo),
        badge: if repository.traits.archived {
            "archived"
        } else if repository.private() == Some(true) {
            "private"
        } else {
            ""
        },
        views: "–".to_owned(),
        bar: 0,
        change: change(words, &compared),
        visitors: "–".to_owned(),
        clones: "–".to_owned(),
        clones_change: change(words, &compared),
        stars: latest(repo, |counters| counters.stars).map_or_else(|| "–".to_owned(), |value| words.number(value)),
        spark: None,
        compared,
        rank: (false, 0),
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
