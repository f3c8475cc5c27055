//! The data branch of the Action github-repo-stats.
//!
//! ```text
//! OWNER/REPOSITORY/ghrs-data/
//!   views_clones_aggregate.csv       days; the maximum of everything it saw
//!   stargazers.csv, forks.csv        how many there were, on the days when that changed
//!   stargazer-snapshots.csv          how many GitHub said there were at a moment
//!   snapshots/TIME_top_referrers_snapshot.csv, TIME_top_paths_snapshot.csv
//!   snapshots/TIME_views_clones_series_fragment.csv      days as answered at TIME, until they are merged
//! ```
//! What four years of three repositories show (2,748 days, 7,442 snapshots):
//!
//! - A zero is not GitHub's. The tool joins views and clones by day and fills the side that GitHub left out; no
//!   row has zeros on both sides, and days left out on both are not there. So a zero cell is taken as absent, and
//!   the windows alone say whether somebody looked.
//! - All 105 absent days and all 959 zero cells lie in the windows of [`Crowd::windows`], in spite of their caution.
//! - Uniques never exceed their count, and top tens have at most ten rows, largest first. What breaks this has its
//!   columns mixed up and is refused.

mod files;
mod folder;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveTime;

use self::files::top;
use self::folder::{Folder, Stamped};
use super::asked::Crowd;
use super::error::{Error, Fault};
use super::met;
use crate::domain::collection::Observation;
use crate::domain::ranking::Snapshot;
use crate::domain::repo::Counters;
use crate::domain::traffic::Day;
use crate::domain::{Date, Timestamp};

/// Reads everything below `dir`, or names every file that is broken. No date may lie after `latest`.
pub(super) fn read(dir: &Path, host: &str, latest: Date) -> Result<Vec<Observation>, Error> {
    let mut reader = Reader { host, latest, faults: Vec::new() };
    let mut repositories = Vec::new();
    for place in folder::places(dir)? {
        if let Some(folder) = reader.keep(Folder::list(&place)) {
            repositories.push((folder.fetches(), reader.repository(&folder)));
        }
    }
    if reader.faults.is_empty() { Ok(claimed(repositories)) } else { Err(Error::Broken(reader.faults)) }
}

/// The observations of all repositories, given with the moments of asking, which together tell what was answered.
fn claimed(repositories: Vec<(Vec<Timestamp>, Vec<Observation>)>) -> Vec<Observation> {
    let crowd = Crowd::of(repositories.iter().map(|(fetches, all)| (fetches.as_slice(), all.as_slice())));
    let claim = |(fetches, mut all): (Vec<Timestamp>, Vec<Observation>)| {
        let reached = all.iter().flat_map(|one| &one.days).map(|day| day.date).max();
        if let Some(last) = all.last_mut() {
            last.windows = crowd.windows(&fetches, reached);
        }
        all
    };
    repositories.into_iter().flat_map(claim).collect()
}

struct Reader<'a> {
    host: &'a str,
    latest: Date,
    /// Every broken place met so far: reading goes on, so that all are named at once.
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn keep<T>(&mut self, read: Result<T, Vec<Fault>>) -> Option<T> {
        read.map_err(|faults| self.faults.extend(faults)).ok()
    }

    /// The days that fragments hold, oldest first, then all the rest as of the newest fetch.
    fn repository(&mut self, folder: &Folder) -> Vec<Observation> {
        let mut all = Vec::new();
        for Stamped { taken, file } in &folder.fragments {
            let days = self.days(Some(file));
            all.push(Observation { days, ..self.nothing(folder, *taken) });
        }
        let mut last = self.nothing(folder, Timestamp::UNIX_EPOCH);
        last.days = self.days(folder.days.as_ref());
        last.counters = self.counters(folder);
        last.referrers = self.snapshots(&folder.referrers, "referrer");
        last.paths = self.snapshots(&folder.paths, "url_path");
        last.seen = folder.fetches().last().copied().unwrap_or_else(|| newest(&last));
        all.push(last);
        all
    }

    fn days(&mut self, file: Option<&PathBuf>) -> Vec<Day> {
        let read = file.map(|file| files::days(file, self.latest));
        read.and_then(|read| self.keep(read)).unwrap_or_default()
    }

    /// Where GitHub's own number of a day is known it is taken, else the one that was worked out from the
    /// stargazers still there.
    fn counters(&mut self, folder: &Folder) -> Vec<(Date, Counters)> {
        let mut by_day = BTreeMap::<Date, Counters>::new();
        for (date, stars) in self.counter(folder.stars.as_ref(), "stars_cumulative") {
            by_day.entry(date).or_default().stars = Some(stars);
        }
        for (date, stars) in self.counter(folder.star_snapshots.as_ref(), "stargazers_cumulative_snapshot") {
            by_day.entry(date).or_default().stars = Some(stars);
        }
        for (date, forks) in self.counter(folder.forks.as_ref(), "forks_cumulative") {
            by_day.entry(date).or_default().forks = Some(forks);
        }
        by_day.into_iter().collect()
    }

    fn counter(&mut self, file: Option<&PathBuf>, column: &str) -> Vec<(Date, u64)> {
        let read = file.map(|file| files::counters(file, column, self.latest));
        read.and_then(|read| self.keep(read)).unwrap_or_default()
    }

    fn snapshots(&mut self, files: &[Stamped], name: &str) -> Vec<Snapshot> {
        let read =
            |Stamped { taken, file }: &Stamped| Some(Snapshot { taken: *taken, rows: self.keep(top(file, name))? });
        files.iter().filter_map(read).collect()
    }

    fn nothing(&self, folder: &Folder, seen: Timestamp) -> Observation {
        met(self.host, None, &folder.name, seen)
    }
}

/// When the files were written, where no fetch tells it: not before the newest day they hold.
fn newest(observation: &Observation) -> Timestamp {
    let day = |day: &Day| day.date;
    let days = observation.days.iter().map(day);
    let dates = days.chain(observation.counters.iter().map(|(date, _)| *date));
    dates.max().map_or(Timestamp::UNIX_EPOCH, |date| date.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests;
