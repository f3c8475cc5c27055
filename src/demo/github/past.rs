//! The sample's past as files of the Action github-repo-stats, so that the demonstration fills it through the real import.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use chrono::Days;
use rayon::prelude::*;

use super::{Sample, SampleRepository};
use crate::domain::Date;
use crate::domain::ranking::Ranked;
use crate::domain::traffic::{Cell, Span};

/// Days between two snapshots: every second one is a window further, and no day goes by without being asked for.
const WEEK: usize = 7;
/// Days before the newest one in which snapshots were kept. They are two small files each, and files are what takes time.
const SNAPSHOTS: u64 = 190;
/// The repository whose collection stood still for some weeks, as happens to everybody's once.
const GAP_IN: &str = "globex/doomsday-clock";
/// The gap, in days before the newest day.
const GAP: (u64, u64) = (330, 290);

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be written: {cause}", path.display())]
pub struct Unwritten {
    /// Which file or folder.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub cause: io::Error,
}

impl Sample {
    /// Writes the days of `span` below `dir`, one folder `owner/name/ghrs-data` for each repository, under the name
    /// that it had at the end of `span`.
    pub fn write_github_repo_stats(&self, dir: &Path, span: Span) -> Result<(), Unwritten> {
        self.repositories().par_iter().try_for_each(|repository| self.write_one(repository, dir, span))
    }

    /// The days of which nobody knows: the collection stood still.
    pub fn gap(&self, repository: &SampleRepository) -> Option<Span> {
        let today = self.extent().last;
        let gap = Span { first: today - Days::new(GAP.0), last: today - Days::new(GAP.1) };
        (repository.name_on(today).to_string() == GAP_IN).then_some(gap)
    }

    fn write_one(&self, repository: &SampleRepository, dir: &Path, span: Span) -> Result<(), Unwritten> {
        let name = repository.name_on(span.last);
        let data = dir.join(name.owner()).join(name.name()).join("ghrs-data");
        let snapshots = data.join("snapshots");
        std::fs::create_dir_all(&snapshots).map_err(|cause| Unwritten { path: snapshots.clone(), cause })?;
        write(data.join("views_clones_aggregate.csv"), &self.aggregate(repository, span))?;
        let stars = |date| self.counters(repository, date).stars;
        let forks = |date| self.counters(repository, date).forks;
        write(data.join("stargazers.csv"), &cumulative("stars_cumulative", repository, span, stars))?;
        write(data.join("forks.csv"), &cumulative("forks_cumulative", repository, span, forks))?;
        self.write_snapshots(repository, &snapshots, span)
    }

    fn aggregate(&self, repository: &SampleRepository, span: Span) -> String {
        let gap = self.gap(repository);
        let mut csv = String::from("time_iso8601,clones_total,clones_unique,views_total,views_unique\n");
        for date in span.days().filter(|date| !gap.is_some_and(|gap| gap.contains(*date))) {
            let day = self.truth(repository, date);
            if day.views.is_none() && day.clones.is_none() {
                continue;
            }
            // The Action fills the other half of a row with zeros.
            let Cell { count: clones, uniques: cloners } = day.clones.unwrap_or_default();
            let Cell { count: views, uniques: viewers } = day.views.unwrap_or_default();
            let _ = writeln!(csv, "{date} 00:00:00+00:00,{clones},{cloners},{views},{viewers}");
        }
        csv
    }

    fn write_snapshots(&self, repository: &SampleRepository, dir: &Path, span: Span) -> Result<(), Unwritten> {
        let gap = self.gap(repository);
        let kept =
            |date: &Date| *date + Days::new(SNAPSHOTS) > span.last && !gap.is_some_and(|gap| gap.contains(*date));
        // Backwards from the end, so that the newest one is as fresh as the days.
        for date in span.days().rev().step_by(WEEK).filter(kept) {
            let file = |kind: &str| dir.join(format!("{date}_23{:02}08_top_{kind}_snapshot.csv", repository.id.0 % 60));
            let (referrers, paths) = (self.referrers(repository, date), self.paths(repository, date));
            write(file("referrers"), &snapshot("referrer", &referrers))?;
            write(file("paths"), &snapshot("url_path", &paths))?;
        }
        Ok(())
    }
}

/// A row for each day on which the counter changed.
fn cumulative(
    column: &str,
    repository: &SampleRepository,
    span: Span,
    counter: impl Fn(Date) -> Option<u64>,
) -> String {
    let mut csv = format!("time_iso8601,{column}\n");
    let mut before = None;
    for date in span.days().filter(|date| *date >= repository.created) {
        let now = counter(date);
        if let Some(count) = now.filter(|_| now != before) {
            let _ = writeln!(csv, "{date} 00:00:00+00:00,{count}");
        }
        before = now;
    }
    csv
}

fn snapshot(column: &str, rows: &[Ranked]) -> String {
    let mut csv = format!("{column},views_total,views_unique\n");
    for row in rows {
        let _ = writeln!(csv, "{},{},{}", row.name, row.count, row.uniques);
    }
    csv
}

fn write(path: PathBuf, text: &str) -> Result<(), Unwritten> {
    std::fs::write(&path, text).map_err(|cause| Unwritten { path, cause })
}
