//! The CSV files of a bundle, and the page that explains them.

use serde::Serialize;

use super::{Chrome, Scope, recent, table};
use crate::domain::calendar;
use crate::domain::ranking::Snapshot;
use crate::domain::traffic::Coverage;
use crate::report::csv::Csv;
use crate::report::figures::Metric;
use crate::report::group::{Group, State};
use crate::report::stock::Repo;

/// `data.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct DataView {
    page: Chrome,
    role: String,
    files: Vec<FileView>,
    rows: Vec<QualityRow>,
}

#[derive(Debug, Serialize)]
struct FileView {
    href: &'static str,
    name: &'static str,
    holds: &'static str,
    columns: String,
}

#[derive(Debug, Serialize)]
struct QualityRow {
    owner: String,
    name: String,
    href: Option<String>,
    days: String,
    counts: [String; 4],
    known: u64,
    collected: String,
}

/// One CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Sheet {
    Daily,
    Weekly,
    Repositories,
    Referrers,
    Paths,
}

impl Sheet {
    pub(in crate::report) const ALL: [Sheet; 5] =
        [Sheet::Daily, Sheet::Weekly, Sheet::Repositories, Sheet::Referrers, Sheet::Paths];

    pub(in crate::report) fn path(self) -> &'static str {
        match self {
            Sheet::Daily => "data/daily.csv",
            Sheet::Weekly => "data/weekly.csv",
            Sheet::Repositories => "data/repositories.csv",
            Sheet::Referrers => "data/referrers.csv",
            Sheet::Paths => "data/paths.csv",
        }
    }

    fn holds(self) -> &'static str {
        match self {
            Sheet::Daily => "One line for each repository and UTC day, from the first known day to the newest.",
            Sheet::Weekly => "One line for each repository and ISO week. Figures are empty unless every day is known.",
            Sheet::Repositories => {
                "One line for each repository: what it is, how well it is known, its newest figures."
            }
            Sheet::Referrers => {
                "Top tens of referrers over 14 days each. The windows of a repository do not overlap, so they add up."
            }
            Sheet::Paths => "The same for the most viewed paths.",
        }
    }

    fn head(self) -> &'static [&'static str] {
        match self {
            Sheet::Daily => {
                &["repository", "repository_id", "date", "views", "visitors", "clones", "cloners", "coverage"]
            }
            Sheet::Weekly => &[
                "repository",
                "repository_id",
                "week",
                "first_day",
                "last_day",
                "views",
                "sum_of_daily_visitors",
                "views_coverage",
                "clones",
                "sum_of_daily_cloners",
                "clones_coverage",
            ],
            Sheet::Repositories => &[
                "repository",
                "repository_id",
                "host",
                "description",
                "private",
                "fork",
                "archived",
                "earlier_names",
                "first_day",
                "last_day",
                "measured_days",
                "assumed_zero_days",
                "provisional_days",
                "unknown_days",
                "figures_first_day",
                "figures_last_day",
                "views_28_days",
                "clones_28_days",
                "stars",
                "forks",
                "watchers",
                "open_issues_and_pulls",
                "collected",
            ],
            Sheet::Referrers => &[
                "repository",
                "repository_id",
                "first_day",
                "last_day",
                "rank",
                "referrer",
                "views",
                "visitors",
                "below_tenth_place",
            ],
            Sheet::Paths => &[
                "repository",
                "repository_id",
                "first_day",
                "last_day",
                "rank",
                "path",
                "title",
                "views",
                "visitors",
                "below_tenth_place",
            ],
        }
    }

    /// The file with its head and no line yet.
    pub(in crate::report) fn begin(self) -> Csv {
        Csv::new(self.head())
    }

    /// Adds what the file holds of a repository.
    pub(in crate::report) fn add(self, csv: &mut Csv, repo: &Repo) {
        match self {
            Sheet::Daily => daily(csv, repo),
            Sheet::Weekly => weekly(csv, repo),
            Sheet::Repositories => repository(csv, repo),
            Sheet::Referrers => snapshots(csv, repo, &repo.history.referrers, false),
            Sheet::Paths => snapshots(csv, repo, &repo.history.paths, true),
        }
    }
}

/// Collects the page that explains the files.
#[derive(Default)]
pub(in crate::report) struct Data {
    rows: Vec<QualityRow>,
}

impl Data {
    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.rows.push(quality(scope, repo));
    }

    pub(in crate::report) fn finish(mut self, scope: &Scope<'_>, page: Chrome) -> DataView {
        let file = |sheet: Sheet| FileView {
            href: sheet.path(),
            name: sheet.path().trim_start_matches("data/"),
            holds: sheet.holds(),
            columns: sheet.head().join(", "),
        };
        // The least known first: that is where somebody has to look.
        self.rows.sort_by_key(|row| row.known);
        DataView { page, role: scope.role.title.clone(), files: Sheet::ALL.map(file).into(), rows: self.rows }
    }
}

fn quality(scope: &Scope<'_>, repo: &Repo) -> QualityRow {
    let (words, counts) = (scope.words, repo.daily.coverage());
    let all: u64 = counts.iter().sum();
    QualityRow {
        owner: repo.name().owner().to_owned(),
        name: repo.name().name().to_owned(),
        href: scope.href(repo),
        days: repo.daily.extent().map_or_else(|| "–".to_owned(), |value| words.span(value)),
        counts: counts.map(|value| words.number(value)),
        known: ((all - counts[3]) * 100).checked_div(all).unwrap_or(0),
        collected: repo.history.collected.map_or_else(|| "never".to_owned(), |value| words.moment(value)),
    }
}

fn named<'a>(csv: &'a mut Csv, repo: &Repo) -> &'a mut Csv {
    csv.foreign(&repo.name().to_string()).number(repo.history.repository.id.map(|id| id.0))
}

fn daily(csv: &mut Csv, repo: &Repo) {
    for (date, day) in repo.daily.iter() {
        let row = named(csv, repo).show(date);
        for metric in [Metric::Views, Metric::Clones] {
            let cell = day.cell(metric);
            row.number(cell.map(|cell| cell.count)).number(cell.map(|cell| cell.uniques));
        }
        row.plain(match day.coverage {
            Coverage::Measured => "measured",
            Coverage::AssumedZero => "assumed-zero",
            Coverage::Provisional => "provisional",
            Coverage::Unknown => "unknown",
        });
        row.end();
    }
}

fn weekly(csv: &mut Csv, repo: &Repo) {
    let group = Group::of([&repo.daily]);
    let Some(extent) = group.extent() else { return };
    for week in calendar::weeks(extent) {
        let span = week.span();
        let row = named(csv, repo).show(week).show(span.first).show(span.last);
        for metric in [Metric::Views, Metric::Clones] {
            let sum = group.sum(span, metric);
            let exact = sum.exact();
            row.number(exact.map(|exact| exact.0)).number(exact.map(|exact| exact.1)).plain(match sum.state {
                State::Whole => "whole",
                State::SoFar => "so-far",
                State::Partial => "partial",
                State::Unknown => "unknown",
            });
        }
        row.end();
    }
}

fn repository(csv: &mut Csv, repo: &Repo) {
    let repository = &repo.history.repository;
    let extent = repo.daily.extent();
    let aliases: Vec<String> = repo.aliases.iter().map(ToString::to_string).collect();
    let row = named(csv, repo).foreign(&repository.host).foreign(repository.description.as_deref().unwrap_or(""));
    row.plain(&repository.private().map_or_else(String::new, |private| private.to_string()));
    row.show(repository.traits.fork).show(repository.traits.archived);
    row.foreign(&aliases.join(" "));
    for date in [extent.map(|span| span.first), extent.map(|span| span.last)] {
        row.plain(&date.map_or_else(String::new, |date| date.to_string()));
    }
    repo.daily.coverage().into_iter().for_each(|days| _ = row.number(Some(days)));
    let span = repo.daily.settled().map(recent);
    for date in [span.map(|span| span.first), span.map(|span| span.last)] {
        row.plain(&date.map_or_else(String::new, |date| date.to_string()));
    }
    for metric in [Metric::Views, Metric::Clones] {
        let total = span.and_then(|span| repo.daily.total(span, metric)).filter(|total| total.whole());
        row.number(total.map(|total| total.count));
    }
    row.number(table::latest(repo, |counters| counters.stars)).number(table::latest(repo, |counters| counters.forks));
    row.number(table::latest(repo, |counters| counters.watchers));
    row.number(table::latest(repo, |counters| counters.open_issues_and_pulls));
    row.plain(&repo.history.collected.map_or_else(String::new, |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()));
    row.end();
}

fn snapshots(csv: &mut Csv, repo: &Repo, snapshots: &[Snapshot], titled: bool) {
    for snapshot in snapshots {
        let window = snapshot.window();
        for (at, ranked) in snapshot.rows.iter().enumerate() {
            let row = named(csv, repo).show(window.first).show(window.last).show(at + 1).foreign(&ranked.name);
            if titled {
                row.foreign(ranked.title.as_deref().unwrap_or(""));
            }
            row.number(Some(ranked.count)).number(Some(ranked.uniques)).number(Some(snapshot.below_tenth_place()));
            row.end();
        }
    }
}
