//! The table of repositories, in part on the overview and whole on a page of its own.

use serde::Serialize;

use super::{ChangeView, Chrome, Scope, amount_of, change, recent, share};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::report::figures::Metric;
use crate::report::group::{Compared, Group};
use crate::report::spark::{self, Spark};
use crate::report::stock::Repo;
use crate::report::words;

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
    #[serde(skip)]
    repo: usize,
}

pub(in crate::report) fn list(scope: &Scope<'_>, page: Chrome) -> ListView {
    let says = scope.group.settled().map_or_else(
        || "Nothing has been collected yet.".to_owned(),
        |settled| {
            format!("Figures are of the 28 days {}, changes against the 28 days before.", words::span(recent(settled)))
        },
    );
    ListView {
        page,
        role: scope.role.title.clone(),
        says: format!("{}. {says}", scope.extent_in_words()),
        rows: rows(scope),
    }
}

/// Every repository, most views first, those without known views last.
pub(in crate::report) fn rows(scope: &Scope<'_>) -> Vec<RepositoryRow> {
    let Some(settled) = scope.group.settled() else {
        return scope.repos.iter().map(|repo| unknown(scope, repo)).collect();
    };
    let span = recent(settled);
    let period = |span, metric| scope.group.period(span, metric);
    let (views, views_before) = (period(span, Metric::Views), period(span.before(), Metric::Views));
    let (clones, clones_before) = (period(span, Metric::Clones), period(span.before(), Metric::Clones));
    let row = |(at, repo): (usize, &&Repo)| {
        let total = views.of(at);
        let compared = views.compare_one(&views_before, at, |total| total.count);
        RepositoryRow {
            views: amount_of(total, |total| total.count),
            change: change(&compared),
            visitors: amount_of(total, |total| total.uniques),
            clones: amount_of(clones.of(at), |total| total.count),
            clones_change: change(&clones.compare_one(&clones_before, at, |total| total.count)),
            compared,
            rank: total.map_or((false, 0), |total| (total.known > 0, total.count)),
            repo: at,
            ..unknown(scope, repo)
        }
    };
    let mut rows: Vec<RepositoryRow> = scope.repos.iter().enumerate().map(row).collect();
    rows.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| (&a.owner, &a.name).cmp(&(&b.owner, &b.name))));
    let most = rows.first().map_or(0, |row| row.rank.1);
    rows.iter_mut().for_each(|row| row.bar = share(row.rank.1, most));
    rows
}

/// Adds the last half year to rows that are few enough to show it.
pub(in crate::report) fn with_sparks(scope: &Scope<'_>, rows: &mut [RepositoryRow], settled: Date) {
    for row in rows {
        let group = Group::new([&scope.repos[row.repo].daily]);
        row.spark = super::weekly(&group, settled, Metric::Views, |sum| sum.0);
    }
}

fn unknown(scope: &Scope<'_>, repo: &Repo) -> RepositoryRow {
    let compared = Compared::NOTHING;
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
        change: change(&compared),
        visitors: "–".to_owned(),
        clones: "–".to_owned(),
        clones_change: change(&compared),
        stars: latest(repo, |counters| counters.stars).map_or_else(|| "–".to_owned(), words::number),
        spark: None,
        compared,
        rank: (false, 0),
        repo: 0,
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

/// The last 26 weeks of a counter added up over repositories; a week in which any is unknown is left out.
pub(in crate::report) fn counter_spark(
    repos: &[&Repo],
    until: Date,
    pick: fn(&Counters) -> Option<u64>,
) -> Option<Spark> {
    let week = |back: u64| {
        let date = until - chrono::Days::new(7 * back);
        repos.iter().map(|repo| counter_on(repo, date, pick)).sum::<Option<u64>>()
    };
    spark::spark_from_lowest(&(0..super::SPARK_WEEKS).rev().map(week).collect::<Vec<_>>())
}
