//! The SQLite file of ghstats (the program by vladkens).
//!
//! ```text
//! repos               id, name, …                     GitHub's own id; the name it had last
//! repo_stats          repo_id, date, stars, forks, watchers, issues, prs, clones_…, views_…
//! repo_referrers      repo_id, date, referrer, count, uniques, …_delta
//! repo_popular_paths  repo_id, date, path, title, count, uniques, …_delta
//! ```
//! It asks every hour and keeps the largest of each figure of a day. What that means here:
//!
//! - Every column of `repo_stats` defaults to 0, so a zero is not GitHub's: a day without views that has clones looks
//!   like a day with zero views. A zero cell is taken as absent, and the windows alone say whether somebody looked.
//! - A row whose `watchers`, `forks`, `issues` or `prs` are above zero was written by a sync on its own date, right
//!   after views and clones were answered, and so were lists of that date. Those days prove the windows. Rows that
//!   the history of stars filled in have none of these and prove nothing.
//! - `watchers` is GitHub's `watchers_count`: the stars under an old name. So it goes before `stars`, which may have been
//!   worked out from the stargazers still there, and how many people watch is not known.
//! - `issues` has the open pull requests in it until the schema got `prs`, and not after; `issues + prs` is GitHub's
//!   own counter in both. It can be off by what was opened and closed on the very day.
//! - `count` and `uniques` of a list are GitHub's rolling figures; a day's list is all that were in the top ten on that
//!   day. While there are at most ten rows it is a top ten of that day. With more, two answers are mixed, and it is left
//!   out. The newest date is left out too: it may not be over. The deltas add up to nothing that GitHub ever said.

mod file;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveTime;

use self::file::{Database, List, Stats};
use super::asked::Crowd;
use super::error::{Error, Fault};
use super::{Found, met, start};
use crate::domain::collection::Observation;
use crate::domain::ranking::{Ranked, Snapshot, TOP};
use crate::domain::repo::{Counters, RepoId, RepoName};
use crate::domain::traffic::{Cell, Day};
use crate::domain::{Date, Timestamp};

/// Reads the whole file, or names everything that is broken. No date may lie after `latest`.
pub(super) fn read(file: &Path, host: &str, latest: Date) -> Result<Found, Error> {
    let database = Database::open(file)?;
    let contents = database.read(latest)?;
    let mut reader = Reader { file, faults: Vec::new(), mixed: 0, newest: contents.newest() };
    let (mut found, mut asked) = (Found::default(), Vec::new());
    let orphans = contents.orphans();
    for (id, name) in &contents.repositories {
        let name = name.parse::<RepoName>().map_err(|fault| reader.faults.push(Fault::whole(file, fault.to_string())));
        let Ok(name) = name else { continue };
        let stats = contents.stats.get(id).map_or(&[][..], Vec::as_slice);
        let referrers = contents.referrers.get(id);
        let paths = contents.paths.get(id);
        if let Some((fetches, observation)) = reader.repository(host, RepoId(*id), &name, (stats, referrers, paths)) {
            asked.push(fetches);
            found.observations.push(observation);
        }
    }
    if !reader.faults.is_empty() {
        return Err(Error::Broken(reader.faults));
    }
    let repositories = found.observations.iter().map(std::slice::from_ref);
    let crowd = Crowd::of(asked.iter().map(Vec::as_slice).zip(repositories));
    for (fetches, observation) in asked.iter().zip(&mut found.observations) {
        observation.windows = crowd.windows(fetches, observation.days.last().map(|day| day.date));
    }
    found.observations.sort_by(|a, b| a.sighting.name.cmp(&b.sighting.name));
    found.left_out = reader.left_out(orphans);
    Ok(found)
}

type Lists = BTreeMap<Date, List>;

struct Reader<'a> {
    file: &'a Path,
    faults: Vec<Fault>,
    /// Lists with more rows than GitHub gives.
    mixed: usize,
    /// The last day that ghstats wrote anything of.
    newest: Option<Date>,
}

impl Reader<'_> {
    /// When GitHub was asked, and what it said.
    fn repository(
        &mut self,
        host: &str,
        id: RepoId,
        name: &RepoName,
        (stats, referrers, paths): (&[Stats], Option<&Lists>, Option<&Lists>),
    ) -> Option<(Vec<Timestamp>, Observation)> {
        let days: Vec<Day> = stats.iter().filter_map(|row| self.day(name, row)).collect();
        let lists = [referrers, paths].into_iter().flatten().flat_map(Lists::keys).copied();
        let mut asked: Vec<Date> = stats.iter().filter(|row| row.by_sync()).map(|row| row.date).chain(lists).collect();
        asked.sort();
        asked.dedup();
        let newest = stats.iter().map(|row| row.date).chain(asked.last().copied()).max()?;
        let fetches: Vec<Timestamp> = asked.iter().map(|date| start(*date)).collect();
        let mut observation = met(host, Some(id), name, start(asked.last().copied().unwrap_or(newest)));
        observation.days = days;
        observation.counters = stats.iter().filter_map(counters).collect();
        observation.referrers = self.snapshots(referrers);
        observation.paths = self.snapshots(paths);
        Some((fetches, observation))
    }

    fn day(&mut self, name: &RepoName, row: &Stats) -> Option<Day> {
        let mut cell = |(count, uniques): (u64, u64), what: &str| {
            if uniques > count {
                let what = format!("{name} on {}: {uniques} unique {what} of {count} in all cannot be", row.date);
                self.faults.push(Fault::whole(self.file, what));
            }
            (count > 0).then_some(Cell { count, uniques })
        };
        let (views, clones) = (cell(row.views, "views"), cell(row.clones, "clones"));
        (views.is_some() || clones.is_some()).then_some(Day { date: row.date, views, clones })
    }

    fn snapshots(&mut self, lists: Option<&Lists>) -> Vec<Snapshot> {
        let over = |date: &Date| self.newest.is_some_and(|newest| *date < newest);
        let (top, mixed): (Vec<_>, Vec<_>) =
            lists.into_iter().flatten().filter(|(date, _)| over(date)).partition(|(_, list)| list.len() <= TOP);
        self.mixed += mixed.len();
        top.into_iter().map(|(date, list)| Snapshot { taken: end(*date), rows: ranked(list) }).collect()
    }

    fn left_out(&self, orphans: usize) -> Vec<String> {
        let mut told = Vec::new();
        if self.mixed > 0 {
            told.push(format!("{} lists of referrers and paths have more than {TOP} rows, so several answers of GitHub are mixed in them; they are left out", self.mixed));
        }
        if let Some(newest) = self.newest {
            told.push(format!(
                "lists of referrers and paths of {newest} are left out: that day may not have been over"
            ));
        }
        if orphans > 0 {
            told.push(format!("{orphans} rows belong to no repository of the file; they are left out"));
        }
        told
    }
}

/// The counters of a day. Those that a sync had not asked for say nothing.
fn counters(row: &Stats) -> Option<(Date, Counters)> {
    let above = |value: u64| Some(value).filter(|value| *value > 0);
    let synced = row.by_sync();
    let issues = row.issues.filter(|_| synced);
    let counters = Counters {
        stars: above(row.watchers).or(above(row.stars)),
        forks: Some(row.forks).filter(|_| synced),
        watchers: None,
        open_issues_and_pulls: issues.map(|issues| issues + row.pulls.unwrap_or_default()),
        // Zero before the schema had a column for them.
        open_pulls: row.pulls.filter(|pulls| synced && *pulls > 0),
    };
    (counters != Counters::default()).then_some((row.date, counters))
}

fn ranked(list: &List) -> Vec<Ranked> {
    let mut rows = list.clone();
    // As GitHub has it: the largest first.
    rows.sort_by(|a, b| (b.count, b.uniques, &a.name).cmp(&(a.count, a.uniques, &b.name)));
    rows
}

/// The largest figures of a day are as of its end.
fn end(date: Date) -> Timestamp {
    let last = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
    date.and_time(last).and_utc()
}

#[cfg(test)]
mod tests;
