//! Plain CSV: a line for each repository and day.
//!
//! ```text
//! repository,date,views,unique_views,clones,unique_clones,stars,forks,watchers
//! acme/anvil,2026-01-02,120,31,4,2,,,
//! ```
//! The names of the columns are those above or what other tools call them; their order is free, and what is not known
//! may be missing. An empty value is not known, and a zero is a zero: whoever writes such a file says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{Error, Fault};
use super::table::{Row, Table};
use super::{Found, met, start};
use crate::domain::Date;
use crate::domain::collection::Observation;
use crate::domain::repo::{Counters, RepoName};
use crate::domain::traffic::{Cell, Day, Series};

const REPOSITORY: &[&str] = &["repository", "repo", "full_name", "repository_name", "name"];
const DATE: &[&str] = &["date", "day", "timestamp", "time", "time_iso8601", "tdate"];
const VIEWS: &[&str] = &["views", "views_total", "views_count", "view_count", "viewcount", "total_views"];
const UNIQUE_VIEWS: &[&str] =
    &["unique_views", "views_unique", "views_uniques", "vuniques", "unique_viewers", "unique_visitors", "visitors"];
const CLONES: &[&str] = &["clones", "clones_total", "clones_count", "clone_count", "clonecount", "total_clones"];
const UNIQUE_CLONES: &[&str] =
    &["unique_clones", "clones_unique", "clones_uniques", "cuniques", "unique_cloners", "cloners"];
const STARS: &[&str] = &["stars", "stargazers", "stargazers_count"];
const FORKS: &[&str] = &["forks", "forks_count"];
const WATCHERS: &[&str] = &["watchers", "subscribers", "subscribers_count"];

/// Reads every file, or names every line that is broken. No date may lie after `latest`.
pub(super) fn read(files: &[PathBuf], host: &str, latest: Date) -> Result<Found, Error> {
    let mut known = BTreeMap::new();
    let (mut faults, mut found) = (Vec::new(), Found::default());
    for file in files {
        match lines(file, latest) {
            Ok((lines, ignored)) => {
                lines.into_iter().for_each(|line| keep(&mut known, line));
                found.left_out.extend(ignored.map(|columns| format!("`{}`: {columns}", file.display())));
            }
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Broken(faults));
    }
    found.observations = known.into_values().filter_map(|repository| repository.observation(host)).collect();
    Ok(found)
}

/// What is known of one repository.
struct Repository {
    name: RepoName,
    days: Vec<Day>,
    counters: BTreeMap<Date, Counters>,
}

impl Repository {
    /// `None` where every value was empty.
    fn observation(self, host: &str) -> Option<Observation> {
        let days: Series = self.days.into_iter().collect();
        let newest = days.days().iter().map(|day| day.date).chain(self.counters.keys().copied()).max()?;
        let mut observation = met(host, None, &self.name, start(newest));
        observation.days = days.days().to_vec();
        observation.counters = self.counters.into_iter().collect();
        Some(observation)
    }
}

/// Files may spell a name differently; GitHub takes all spellings for one.
fn keep(known: &mut BTreeMap<String, Repository>, line: Line) {
    let key = line.name.to_string().to_ascii_lowercase();
    let fresh = || Repository { name: line.name, days: Vec::new(), counters: BTreeMap::new() };
    let repository = known.entry(key).or_insert_with(fresh);
    let Day { date, views, clones } = line.day;
    if views.is_some() || clones.is_some() {
        repository.days.push(line.day);
    }
    if line.counters != Counters::default() {
        let counters = repository.counters.entry(date).or_default();
        *counters = counters.overlay(line.counters);
    }
}

/// One line of a file.
struct Line {
    name: RepoName,
    day: Day,
    counters: Counters,
}

/// Where the figures stand.
struct Columns {
    repository: usize,
    date: usize,
    views: Option<(usize, usize)>,
    clones: Option<(usize, usize)>,
    stars: Option<usize>,
    forks: Option<usize>,
    watchers: Option<usize>,
}

/// The lines of a file, and which of its columns say nothing here.
fn lines(file: &Path, latest: Date) -> Result<(Vec<Line>, Option<String>), Vec<Fault>> {
    let mut table = Table::read(file)?;
    let columns = Columns::find(&table, file)?;
    let ignored = ignored(&table);
    Ok((table.each(|row| columns.line(row, latest))?, ignored))
}

fn ignored(table: &Table) -> Option<String> {
    let known = [REPOSITORY, DATE, VIEWS, UNIQUE_VIEWS, CLONES, UNIQUE_CLONES, STARS, FORKS, WATCHERS];
    // By position: a second column of one meaning is not read either.
    let read: Vec<usize> = known.iter().filter_map(|names| table.find(names)).collect();
    let titles = table.titles().enumerate().filter(|(at, _)| !read.contains(at)).map(|(_, title)| format!("`{title}`"));
    let titles: Vec<String> = titles.collect();
    (!titles.is_empty()).then(|| format!("the columns {} say nothing that is kept", titles.join(", ")))
}

impl Columns {
    fn find(table: &Table, file: &Path) -> Result<Columns, Fault> {
        let columns = Columns {
            repository: table.column(REPOSITORY)?,
            date: table.column(DATE)?,
            views: both(table, file, VIEWS, UNIQUE_VIEWS)?,
            clones: both(table, file, CLONES, UNIQUE_CLONES)?,
            stars: table.find(STARS),
            forks: table.find(FORKS),
            watchers: table.find(WATCHERS),
        };
        let counters = [columns.stars, columns.forks, columns.watchers];
        if columns.views.is_none() && columns.clones.is_none() && counters.iter().all(Option::is_none) {
            let what = "has no column with figures, such as `views` and `unique_views`, `clones` and `unique_clones`, `stars`, `forks` or `watchers`";
            return Err(Fault::at(file, 1, what));
        }
        Ok(columns)
    }

    fn line(&self, row: Row<'_>, latest: Date) -> Result<Line, Fault> {
        let name = row.text(self.repository).trim().parse();
        let name = name.map_err(|_| row.wrong(self.repository, "is not a repository such as `acme/anvil`"))?;
        let date = row.day(self.date, latest)?;
        let day = Day { date, views: cell(row, self.views)?, clones: cell(row, self.clones)? };
        let counter = |column: Option<usize>| {
            column.filter(|column| !row.is_blank(*column)).map(|column| row.figure(column)).transpose()
        };
        let (stars, forks, watchers) = (counter(self.stars)?, counter(self.forks)?, counter(self.watchers)?);
        Ok(Line { name, day, counters: Counters { stars, forks, watchers, ..Counters::default() } })
    }
}

/// Both columns of a figure, or neither: one alone cannot be kept, and the other shall not be made up.
fn both(table: &Table, file: &Path, count: &[&str], uniques: &[&str]) -> Result<Option<(usize, usize)>, Fault> {
    let lonely = |there: &str, missing: &str| {
        let what = format!("has a column `{there}` but no `{missing}`; a day is kept with both");
        Err(Fault::at(file, 1, what))
    };
    match (table.find(count), table.find(uniques)) {
        (Some(count), Some(uniques)) => Ok(Some((count, uniques))),
        (None, None) => Ok(None),
        (Some(_), None) => lonely(count[0], uniques[0]),
        (None, Some(_)) => lonely(uniques[0], count[0]),
    }
}

fn cell(row: Row<'_>, columns: Option<(usize, usize)>) -> Result<Option<Cell>, Fault> {
    let Some((count, uniques)) = columns else { return Ok(None) };
    match (row.is_blank(count), row.is_blank(uniques)) {
        (true, true) => Ok(None),
        (false, false) => row.cell((count, uniques)).map(Some),
        (true, false) => Err(row.wrong(count, "must not be empty where the uniques of it are known")),
        (false, true) => Err(row.wrong(uniques, "must not be empty where the number in all is known")),
    }
}

#[cfg(test)]
mod tests;
