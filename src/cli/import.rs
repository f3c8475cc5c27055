//! `tollgate import`: other tools' files into the history, and our own export back into it.

mod history;
mod preview;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use tracing::info;

use self::preview::Preview;
use super::{End, collect, count, lock, print_json};
use crate::config::Config;
use crate::domain::collection::{Observation, Sighting};
use crate::history::{History, Recorded};
use crate::import::{self, Found};

/// Days recorded in one transaction at the least, if there are more: what was recorded is safe whatever comes.
const BATCH: usize = 20_000;

/// Read another tool's files into the history.
///
/// Every file is read and checked before anything is recorded. What is known already is not recorded again, so an
/// import may be repeated, and one that was interrupted is completed by running it again.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// The data branch of the Action github-repo-stats: days, stars, forks, referrers and paths
    GithubRepoStats {
        /// The branch's folder, an owner's folder in it, or a repository's
        dir: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// The SQLite file of ghstats: days, stars, forks, issues, pull requests, referrers and paths
    ///
    /// The file is only read; ghstats may go on running. Its zeros are not taken for figures, and lists of referrers or
    /// paths that it mixed from several answers of GitHub are left out.
    Ghstats {
        /// The file, `data/ghstats.db` where ghstats was not told otherwise
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// The tables of github-traffic-stats, the app of 2018 that kept its figures in Db2
    ///
    /// Export the tables `repos`, `repotraffic` and `ghorgusers` as CSV, with a line that names the columns or without,
    /// into one folder as `repos.csv`, `repotraffic.csv` and `ghorgusers.csv`; of several GitHub servers also
    /// `ghservers` as `ghservers.csv`, which then says the hosts.
    #[command(visible_alias = "original")]
    GithubTrafficStats {
        /// The folder with the files
        dir: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Plain CSV, a line for each repository and day
    ///
    /// The first line names the columns, in any order: repository, date, views, unique_views, clones, unique_clones,
    /// stars, forks, watchers. The names that other tools give them are understood too. What is empty is not known; a
    /// zero is taken for a zero.
    Csv {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// What `tollgate export` wrote: a folder of CSV or Parquet, or a file of JSON lines
    ///
    /// It is read whole and held against its statement first: one that was torn or altered is refused. What is known
    /// already stays, by the same rules as everything that is recorded.
    History(history::Import),
}

/// What all imports can be told.
#[derive(Clone, Debug, Args)]
pub(super) struct How {
    /// The GitHub host the repositories live on
    #[arg(long, default_value = "github.com")]
    host: String,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    fn is_dry(&self) -> bool {
        match self {
            Import::GithubRepoStats { how, .. }
            | Import::Ghstats { how, .. }
            | Import::GithubTrafficStats { how, .. }
            | Import::Csv { how, .. } => how.dry_run,
            Import::History(import) => import.dry_run,
        }
    }

    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        let _lock = lock::take(config, "import")?;
        // The folder of a history that is not there to stay.
        let (history, _folder) = if self.is_dry() {
            let settings = config.history.settings()?;
            tokio::task::spawn_blocking(move || History::open_to_rehearse(&settings)).await??
        } else {
            (collect::open(config).await?, None)
        };
        let work = move || match self {
            Import::GithubRepoStats { dir, how } => how.bring(history, |host| branch(&dir, host)),
            Import::Ghstats { file, how } => how.bring(history, |host| import::ghstats(&file, host)),
            Import::GithubTrafficStats { dir, how } => {
                how.bring(history, |host| import::github_traffic_stats(&dir, host))
            }
            Import::Csv { files, how } => how.bring(history, |host| import::plain(&files, host)),
            Import::History(import) => import.bring(history),
        };
        tokio::task::spawn_blocking(work).await.context("importing stopped")??.print(json)?;
        Ok(End::Done)
    }
}

impl How {
    /// Reads every file before anything is recorded, so that a broken one leaves the history as it was.
    fn bring(&self, history: History, read: impl FnOnce(&str) -> Result<Found, import::Error>) -> Result<Outcome> {
        let Found { observations, left_out } = read(&self.host)?;
        left_out.iter().for_each(|what| info!("{what}"));
        if self.dry_run { rehearse(history, &observations) } else { record(history, &observations).map(Outcome::Done) }
    }
}

fn branch(dir: &Path, host: &str) -> Result<Found, import::Error> {
    let observations = import::github_repo_stats(dir, host)?.collect::<Result<Vec<_>, _>>()?;
    Ok(Found { observations, left_out: Vec::new() })
}

/// The data branch of github-repo-stats into the history.
pub(super) fn github_repo_stats(history: History, dir: &Path, host: &str) -> Result<Recorded> {
    record(history, &branch(dir, host)?.observations)
}

/// What came of an import.
enum Outcome {
    Done(Recorded),
    Planned(Recorded, Preview),
    /// Rows that changed something, of each table.
    Restored(Vec<(&'static str, u64)>),
}

impl Outcome {
    fn print(&self, json: bool) -> Result<()> {
        match (self, json) {
            (Outcome::Done(recorded), true) => print_json(recorded)?,
            (Outcome::Done(recorded), false) => {
                let Recorded { repositories, new_days, changed_days, snapshots } = recorded;
                println!(
                    "new: {repositories} repositories, {new_days} days, {snapshots} snapshots; changed: {changed_days} days"
                );
            }
            (Outcome::Restored(tables), json) => history::print(tables, json)?,
            (Outcome::Planned(recorded, preview), true) => print_json(&preview.as_json(recorded)?)?,
            (Outcome::Planned(recorded, preview), false) => print!("{}", preview.as_text(recorded)),
        }
        Ok(())
    }
}

/// Records repository by repository: whatever comes, those that were recorded are whole.
fn record(mut history: History, observations: &[Observation]) -> Result<Recorded> {
    let (mut recorded, mut done) = (Recorded::default(), 0);
    let total = repositories(observations).count();
    info!("{} to record", count(total, "repository", "repositories"));
    for batch in batches(observations) {
        recorded += history.record(batch)?;
        done += repositories(batch).count();
        if done < total {
            info!("{done} of {} so far", count(total, "repository", "repositories"));
        }
    }
    Ok(recorded)
}

/// Does everything, tells of it, and takes it back.
fn rehearse(mut history: History, observations: &[Observation]) -> Result<Outcome> {
    let preview = Preview::of_observations(&history.load()?, observations);
    Ok(Outcome::Planned(history.rehearse(observations)?, preview))
}

/// Observations that follow each other, by repository.
fn repositories(observations: &[Observation]) -> impl Iterator<Item = &[Observation]> {
    let of = |sighting: &Sighting| (sighting.host.clone(), sighting.id, sighting.name.clone());
    observations.chunk_by(move |a, b| of(&a.sighting) == of(&b.sighting))
}

/// Whole repositories, some thousand days at a time.
fn batches(observations: &[Observation]) -> Vec<&[Observation]> {
    let (mut batches, mut begin, mut end, mut days) = (Vec::new(), 0, 0, 0);
    for repository in repositories(observations) {
        end += repository.len();
        days += repository.iter().map(|observation| observation.days.len()).sum::<usize>();
        if days >= BATCH {
            batches.push(&observations[begin..end]);
            (begin, days) = (end, 0);
        }
    }
    if begin < end {
        batches.push(&observations[begin..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::repo::About;
    use crate::domain::traffic::{Cell, Day};

    fn observation(name: &str, days: u64) -> Observation {
        let sighting = Sighting {
            host: "github.com".into(),
            id: None,
            name: name.parse().unwrap(),
            source: None,
            left: None,
            traits: None,
            description: None,
            about: About::default(),
        };
        let first: crate::domain::Date = "2010-01-01".parse().unwrap();
        let day =
            |n| Day { date: first + chrono::Days::new(n), views: Some(Cell { count: 1, uniques: 1 }), clones: None };
        Observation { days: (0..days).map(day).collect(), ..Observation::new(sighting, Default::default()) }
    }

    #[test]
    fn a_batch_ends_with_a_repository_and_nothing_is_left_behind() {
        let all = [
            observation("acme/a", 1),
            observation("acme/a", 20_000),
            observation("acme/a", 1),
            observation("acme/b", 19_999),
            observation("acme/c", 1),
            observation("acme/d", 1),
        ];
        let sizes: Vec<usize> = batches(&all).iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [3, 2, 1]);
        assert_eq!(batches(&[]).len(), 0);
    }

    /// What was recorded before a kill is found again and not counted twice.
    #[test]
    fn an_import_that_stopped_half_way_is_completed_by_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let open =
            |name: &str| History::open(&crate::history::Settings::Sqlite { path: folder.path().join(name) }).unwrap();
        let all = [observation("acme/a", 20_000), observation("acme/b", 3)];
        let mut stopped = open("stopped.db");
        stopped.record(batches(&all)[0]).unwrap();
        let rest = record(stopped, &all).unwrap();
        assert_eq!(rest, Recorded { repositories: 1, new_days: 3, changed_days: 0, snapshots: 0 });
        record(open("whole.db"), &all).unwrap();
        assert_eq!(open("stopped.db").load().unwrap(), open("whole.db").load().unwrap());
    }
}
