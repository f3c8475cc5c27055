//! Everything ever observed, raw and merged.
//!
//! A collection or an import hands over [`Observation`]s; [`History::load`] gives back what they amount to. The
//! result does not depend on their order, on how they were grouped into calls, or on how often one was repeated:
//! figures are kept at their maximum, every value ever seen stays beside it, and windows only grow.
//!
//! ```text
//! let mut history = History::open(&Settings { path })?;
//! history.record(&observations)?;   // all of them or, after a crash, none
//! history.finish(&run)?;            // only now do absent days count as looked at
//! let everything = history.load()?;
//! ```
//!
//! # Whose repository
//! A repository belongs to the source that picked it last, and to those that did so within a day of that: two that
//! collect it both every night share it. One that lists it and leaves it out has it no more, nor has one from whose
//! listing it went to another's.
//!
//! # Which repository
//! GitHub's numeric id decides, within its host. What files tell by name alone goes to the repository of that
//! name, else to the one that once had it, else to a new one without an id, which the first sighting on GitHub
//! under that name adopts. A name that is used again belongs to a new repository and brings no history along.

mod error;
mod identity;
mod load;
mod memory;
mod migrate;
mod missing;
mod operator;
mod record;
mod runs;
mod sqlite;
mod units;

use std::ops::AddAssign;
use std::path::PathBuf;

use crate::domain::Timestamp;
use crate::domain::collection::{Correction, Memory, Observation, Outcome, Run, Seen};
use crate::domain::repo::{RepoId, RepoName, RepositoryHistory, SourceName};

pub use error::Error;
pub use sqlite::Sqlite;

/// Where the history is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The SQLite file. It is created, readable by its owner only, if it does not exist; its folder must exist.
    pub path: PathBuf,
}

/// An open history. Its calls block: asynchronous callers move it to a thread of their own.
#[derive(Debug)]
pub enum History {
    /// One SQLite file.
    Sqlite(Sqlite),
}

impl History {
    /// Opens the history and brings its schema up to date.
    ///
    /// Fails, naming path and mending, on a schema of a newer Tollgate, on a file that is not ours, and where the
    /// file cannot be read and written.
    pub fn open(settings: &Settings) -> Result<History, Error> {
        Sqlite::open(&settings.path).map(History::Sqlite)
    }

    /// Records the observations: after a crash or an error either all of them are there or none.
    pub fn record(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.record(observations),
        }
    }

    /// What recording the observations would add. Nothing is recorded.
    pub fn rehearse(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.rehearse(observations),
        }
    }

    /// Keeps the run, and counts its window as looked at for every repository that it read.
    ///
    /// While GitHub's pipeline stands still it leaves out days that were busy, so a frozen run claims no window.
    pub fn finish(&mut self, run: &Run) -> Result<(), Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.finish(run),
        }
    }

    /// The repositories that `source` picked when it last listed their owner, and that are not among `outcomes` now.
    ///
    /// To be asked before the run is finished. Only owners of whom `outcomes` tell something are looked at: one that
    /// cannot be listed tonight, or is not asked for any more, has lost nothing. One that the source leaves out, or that
    /// another source has met since, is not missing. Each is told once, by the first run without it.
    pub fn missing(&self, source: &SourceName, outcomes: &[Outcome]) -> Result<Vec<(RepoName, Option<RepoId>)>, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.missing(source, outcomes),
        }
    }

    /// Everything known of every repository, sorted by name.
    ///
    /// Of the top tens, which come every night and overlap, it gives all of the last five weeks and before that those that
    /// can be added up; of the fortnights, those of the last thirteen months.
    pub fn load(&self) -> Result<Vec<RepositoryHistory>, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.load(),
        }
    }

    /// What the next collection of `host` needs to know of its repositories, `now` being when it begins.
    pub fn memory(&self, host: &str, now: Timestamp) -> Result<Memory, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.memory(host, now),
        }
    }

    /// Every value of a repository's days that was ever seen, by day; nothing for one that is not known.
    pub fn seen(&self, host: &str, name: &RepoName) -> Result<Vec<Seen>, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.seen(host, name),
        }
    }

    /// Lets an operator's word count against GitHub's; what GitHub said stays beside it. Whether there is such a repository.
    pub fn correct(&mut self, host: &str, name: &RepoName, correction: &Correction) -> Result<bool, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.correct(host, name, correction),
        }
    }

    /// Deletes a repository with all that is known of it, for good. Whether there was such a one.
    pub fn forget(&mut self, host: &str, name: &RepoName) -> Result<bool, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.forget(host, name),
        }
    }

    /// The runs that ended last, newest first, at most `newest` of them.
    pub fn runs(&self, newest: usize) -> Result<Vec<Run>, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.runs(newest),
        }
    }
}

/// What a call to [`History::record`] added. All are zero when everything was known before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Recorded {
    /// Repositories never met before.
    pub repositories: u64,
    /// Days of a repository of which nothing was known.
    pub new_days: u64,
    /// Days of which a figure rose or became known.
    pub changed_days: u64,
    /// Top-ten lists.
    pub snapshots: u64,
}

impl AddAssign for Recorded {
    fn add_assign(&mut self, other: Recorded) {
        self.repositories += other.repositories;
        self.new_days += other.new_days;
        self.changed_days += other.changed_days;
        self.snapshots += other.snapshots;
    }
}

#[cfg(test)]
mod tests;
