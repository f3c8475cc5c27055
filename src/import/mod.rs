//! Other tools' files, as observations.
//!
//! One file per format; what they share is the reading of tables. An import is checked whole before anything of
//! it is handed on: either every file can be read, or all that cannot are named at once and nothing is recorded.
//!
//! What another tool wrote down is taken for what it is. A zero that the tool may have made up is not known; a top ten
//! that it mixed from several answers is left out. [`Found::left_out`] says what was not taken, and why.

mod asked;
mod error;
mod ghstats;
mod github_repo_stats;
mod github_traffic_stats;
mod plain;
mod table;

use std::path::{Path, PathBuf};

use crate::domain::collection::{Observation, Sighting};
use crate::domain::repo::{About, RepoId, RepoName};
use crate::domain::{Date, Timestamp};

pub use error::{Error, Fault};

/// What was read of another tool's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In order of repository; those of one follow each other.
    pub observations: Vec<Observation>,
    /// What is there and was not taken, a sentence each.
    pub left_out: Vec<String>,
}

/// What the Action github-repo-stats has collected, from its data branch.
///
/// `dir` is the branch's root (`OWNER/REPOSITORY/ghrs-data/`), a folder of one owner, of one repository, or a
/// `ghrs-data` folder itself. `host` is where the repositories live, such as `github.com`.
///
/// Gives a few observations per repository, in order of name. All files have been read and checked by then;
/// the iterator yields `Result`s so that formats too large to be held may stop half way.
pub fn github_repo_stats(
    dir: &Path,
    host: &str,
) -> Result<impl Iterator<Item = Result<Observation, Error>> + use<>, Error> {
    Ok(github_repo_stats::read(dir, host, latest())?.into_iter().map(Ok))
}

/// What ghstats has collected, from its SQLite file, which is opened for reading only.
pub fn ghstats(file: &Path, host: &str) -> Result<Found, Error> {
    ghstats::read(file, host, latest())
}

/// What github-traffic-stats, the app of 2018 that kept its figures in Db2, has collected: its tables as CSV files.
pub fn github_traffic_stats(dir: &Path, host: &str) -> Result<Found, Error> {
    github_traffic_stats::read(dir, host, latest())
}

/// CSV files with the columns repository, date and figures.
pub fn plain(files: &[PathBuf], host: &str) -> Result<Found, Error> {
    plain::read(files, host, latest())
}

/// A clock a day ahead of ours is no mistake in the files.
fn latest() -> Date {
    chrono::Utc::now().date_naive() + chrono::Days::new(1)
}

/// That a repository was met in another tool's files. What it is like, they do not tell as GitHub does.
fn met(host: &str, id: Option<RepoId>, name: &RepoName, seen: Timestamp) -> Observation {
    let sighting = Sighting {
        host: host.to_owned(),
        id,
        name: name.clone(),
        source: None,
        left: None,
        traits: None,
        description: None,
        about: About::default(),
    };
    Observation::new(sighting, seen)
}

/// The beginning of a day: when a tool had seen what it says of it, at the earliest.
fn start(date: Date) -> Timestamp {
    date.and_time(chrono::NaiveTime::MIN).and_utc()
}
