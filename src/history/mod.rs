//! Everything ever observed, raw and merged.
//!
//! A collection or an import hands over [`Observation`]s; [`History::load`] gives back what they amount to. The
//! result does not depend on their order, on how they were grouped into calls, or on how often one was repeated:
//! figures are kept at their maximum, every value ever seen stays beside it, and windows only grow.
//!
//! ```text
//! let mut history = History::open(&Settings::Sqlite { path })?;
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
//! # Where
//! In one SQLite file, or in a schema of a PostgreSQL database where several collectors work at once. Both hold the same
//! tables and answer the same queries; a [`History::dump`] of one, restored in the other, is the same history.
//!
//! # Which repository
//! GitHub's numeric id decides, within its host. What files tell by name alone goes to the repository of that
//! name, else to the one that once had it, else to a new one without an id, which the first sighting on GitHub
//! under that name adopts. A name that is used again belongs to a new repository and brings no history along.

mod dump;
mod error;
mod identity;
mod load;
mod memory;
mod migrate;
mod missing;
mod moved;
mod operator;
mod postgresql;
mod record;
mod rehearsal;
mod restore;
mod runs;
mod settings;
mod sql;
mod sqlite;
mod stamp;
mod tables;
mod units;

use std::cell::RefCell;
use std::ops::AddAssign;

use crate::domain::Timestamp;
use crate::domain::collection::{Correction, Memory, Observation, Outcome, Run, Seen};
use crate::domain::repo::{Outline, RepoId, RepoName, RepositoryHistory, SourceName};
use crate::domain::table::{self, Table, Value};

use self::error::Fault;
use self::moved::Moved;
use self::sql::Session;

pub use error::Error;
pub use postgresql::Postgres;
pub use postgresql::lock::{Lock, Purpose};
pub use postgresql::queue::Queue;
pub use settings::Settings;
pub use sqlite::Sqlite;

/// An open history. Its calls block: asynchronous callers move it to a thread of their own.
#[derive(Debug)]
pub enum History {
    /// One SQLite file.
    Sqlite(Box<Sqlite>),
    /// A schema of a PostgreSQL database.
    Postgres(Box<Postgres>),
}

impl History {
    /// Opens the history and brings its schema up to date.
    ///
    /// Fails, naming place and mending, on a schema of a newer Tollgate, on a file or a schema that is not ours, and
    /// where it cannot be read and written.
    pub fn open(settings: &Settings) -> Result<History, Error> {
        match settings {
            Settings::Sqlite { path } => Ok(History::Sqlite(Box::new(Sqlite::open(path)?))),
            Settings::Postgres { url } => Ok(History::Postgres(Box::new(Postgres::open(url)?))),
        }
    }

    /// Opens the history to rehearse something on it, and changes nothing: where it is not there an empty one, and where
    /// its schema is to be brought up to date a copy, in a folder that goes away with the second value.
    ///
    /// # Errors
    /// As [`History::open`]; and a schema of a database that is to be brought up to date, of which there is no copy.
    pub fn open_to_rehearse(settings: &Settings) -> Result<(History, Option<tempfile::TempDir>), Error> {
        rehearsal::open(settings)
    }

    /// How messages call it: the path of its file, or the address of its database without user and password.
    pub fn place(&self) -> &str {
        match self {
            History::Sqlite(sqlite) => &sqlite.place,
            History::Postgres(postgres) => postgres.place(),
        }
    }

    /// Records the observations: after a crash or an error either all of them are there or none.
    pub fn record(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        let work = |session: Session<'_>| record::record(session, observations);
        match self {
            History::Sqlite(sqlite) => sqlite.write(work),
            History::Postgres(postgres) => postgres.write_again(work),
        }
    }

    /// What recording the observations would add. Nothing is recorded.
    pub fn rehearse(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        let work = |session: Session<'_>| record::record(session, observations);
        match self {
            History::Sqlite(sqlite) => sqlite.rehearse(work),
            History::Postgres(postgres) => postgres.rehearse(work),
        }
    }

    /// Keeps the run, and counts its window as looked at for every repository that it read.
    ///
    /// While GitHub's pipeline stands still it leaves out days that were busy, so a frozen run claims no window.
    pub fn finish(&mut self, run: &Run) -> Result<(), Error> {
        self.write(|session| runs::finish(session, run))
    }

    /// The repositories that `source` picked when it last listed their owner, and that are not among `outcomes` now.
    ///
    /// To be asked before the run is finished. Only owners of whom `outcomes` tell something are looked at: one that
    /// cannot be listed tonight, or is not asked for any more, has lost nothing. One that the source leaves out, or that
    /// another source has met since, is not missing. Each is told once, by the first run without it.
    pub fn missing(&self, source: &SourceName, outcomes: &[Outcome]) -> Result<Vec<(RepoName, Option<RepoId>)>, Error> {
        self.read(|session| missing::missing(session, source, outcomes))
    }

    /// Everything known of every repository, sorted by name.
    ///
    /// Of the top tens, which come every night and overlap, it gives all of the last five weeks and before that those that
    /// can be added up; of the fortnights, those of the last thirteen months.
    pub fn load(&self) -> Result<Vec<RepositoryHistory>, Error> {
        self.read(|session| load::load(session, load::Lists::Apart))
    }

    /// As [`History::load`], with the top tens of every night: for a look back at single days.
    pub fn load_every_list(&self) -> Result<Vec<RepositoryHistory>, Error> {
        self.read(|session| load::load(session, load::Lists::Every))
    }

    /// Lets `work` read as much as it likes, in as many pieces as it likes, all of it as of one moment.
    ///
    /// # Errors
    /// Those of `work`, and where the history cannot be used.
    pub fn at_one_moment<T, E: From<Error>>(&self, work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>) -> Result<T, E> {
        let place = self.place();
        self.read(|session| Ok(work(&mut Reader { session, texts: load::Texts::default(), place })))?
    }

    /// What the next collection of `host` needs to know of its repositories, `now` being when it begins.
    pub fn memory(&self, host: &str, now: Timestamp) -> Result<Memory, Error> {
        self.read(|session| memory::memory(session, host, now))
    }

    /// Every value of a repository's days that was ever seen, by day; nothing for one that is not known.
    pub fn seen(&self, host: &str, name: &RepoName) -> Result<Vec<Seen>, Error> {
        self.read(|session| operator::seen(session, host, name))
    }

    /// Lets an operator's word count against GitHub's; what GitHub said stays beside it. Whether there is such a repository.
    pub fn correct(&mut self, host: &str, name: &RepoName, correction: &Correction) -> Result<bool, Error> {
        self.write(|session| operator::correct(session, host, name, correction))
    }

    /// Deletes a repository with all that is known of it, for good. Whether there was such a one.
    pub fn forget(&mut self, host: &str, name: &RepoName) -> Result<bool, Error> {
        if let History::Sqlite(sqlite) = self {
            sqlite.wipe()?;
        }
        let forgotten = self.write(|session| operator::forget(session, host, name))?;
        if let History::Sqlite(sqlite) = self {
            sqlite.settle();
        }
        Ok(forgotten)
    }

    /// The runs that ended last, newest first, at most `newest` of them.
    pub fn runs(&self, newest: usize) -> Result<Vec<Run>, Error> {
        self.read(|session| runs::newest(session, newest))
    }

    /// The history as plain tables, in the order in which they are restored.
    pub fn tables() -> &'static [Table] {
        tables::ALL
    }

    /// Hands every row of a table to `each`, of one repository only where that is asked for, which ends it with a fault.
    ///
    /// The rows of two histories that hold the same are the same, and in the same order: repositories by host, id and
    /// name, what is known of each by its dates and moments. Keys are counted from 1 in that order. A repository that is
    /// met after the table `repository` was dumped is in none of the tables dumped after it.
    pub fn dump(
        &self,
        table: &'static Table,
        only: Option<(&str, &RepoName)>,
        each: &mut dyn FnMut(&[Value]) -> Result<(), String>,
    ) -> Result<(), Error> {
        self.read(|session| dump::dump(session, self.moved(), table, only, each))
    }

    /// Adds rows of a table of a dump to what is known, by the rules of [`History::record`]; how many of them changed
    /// something. The tables of a dump are restored in the order of [`History::tables`], each in as many calls as one
    /// likes, in the same open history: their keys are those of the dump.
    pub fn restore(&mut self, table: &Table, rows: &[table::Row]) -> Result<u64, Error> {
        let mut moved = self.moved().borrow().clone();
        let restored = self.write(|session| restore::restore(session, &mut moved, table, rows))?;
        self.moved().replace(moved);
        Ok(restored)
    }

    /// What restoring would change: lets `work` restore a whole dump, and takes all of it back.
    ///
    /// # Errors
    /// Those of `work`, and where the history cannot be used.
    pub fn rehearse_restore<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Rehearsal<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let place = self.place().to_owned();
        let rehearsed =
            |session: Session<'_>| Ok(work(&mut Rehearsal { session, moved: Moved::default(), place: &place }));
        match self {
            History::Sqlite(sqlite) => sqlite.rehearse(rehearsed)?,
            History::Postgres(postgres) => postgres.rehearse(rehearsed)?,
        }
    }

    fn moved(&self) -> &RefCell<Moved> {
        match self {
            History::Sqlite(sqlite) => &sqlite.moved,
            History::Postgres(postgres) => &postgres.moved,
        }
    }

    fn write<T>(&mut self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.write(work),
            History::Postgres(postgres) => postgres.write(work),
        }
    }

    fn read<T>(&self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        match self {
            History::Sqlite(sqlite) => sqlite.read(work),
            History::Postgres(postgres) => postgres.read(work),
        }
    }
}

/// A history as of one moment.
pub struct Reader<'h> {
    session: Session<'h>,
    texts: load::Texts,
    place: &'h str,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// Every repository, sorted by name, without its history.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn outline(&mut self) -> Result<Vec<Outline>, Error> {
        load::outline(self.session).map_err(|fault| fault.of(self.place))
    }

    /// As [`History::load`], of the repositories with these keys.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn load(&mut self, keys: &[i64]) -> Result<Vec<RepositoryHistory>, Error> {
        load::some(self.session, &mut self.texts, keys, load::Lists::Apart).map_err(|fault| fault.of(self.place))
    }

    /// As [`History::runs`].
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn runs(&mut self, newest: usize) -> Result<Vec<Run>, Error> {
        runs::newest(self.session, newest).map_err(|fault| fault.of(self.place))
    }
}

/// A restore that will be taken back.
pub struct Rehearsal<'h> {
    session: Session<'h>,
    moved: Moved,
    place: &'h str,
}

impl std::fmt::Debug for Rehearsal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rehearsal").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Rehearsal<'_> {
    /// As [`History::restore`].
    ///
    /// # Errors
    /// As there.
    pub fn restore(&mut self, table: &Table, rows: &[table::Row]) -> Result<u64, Error> {
        restore::restore(self.session, &mut self.moved, table, rows).map_err(|fault| fault.of(self.place))
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
