//! The history as one SQLite file.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::{Error, Fault, not_created};
use super::migrate::{self, STEPS};
use super::{Recorded, load, memory, missing, operator, record, runs};
use crate::domain::Timestamp;
use crate::domain::collection::{Correction, Memory, Observation, Outcome, Run, Seen};
use crate::domain::repo::{RepoId, RepoName, RepositoryHistory, SourceName};

/// One open SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Sqlite, Error> {
        create(path).map_err(|error| not_created(path, &error))?;
        let connection = connect(path, STEPS).map_err(|fault| fault.of(path))?;
        Ok(Sqlite { path: path.to_owned(), connection })
    }

    pub(super) fn record(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        self.write(|transaction| record::record(transaction, observations))
    }

    /// Records, and takes all of it back: the transaction ends without a commit.
    pub(super) fn rehearse(&mut self, observations: &[Observation]) -> Result<Recorded, Error> {
        let path = &self.path;
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let rehearsed = begun.map_err(Fault::from).and_then(|transaction| record::record(&transaction, observations));
        rehearsed.map_err(|fault| fault.of(path))
    }

    pub(super) fn finish(&mut self, run: &Run) -> Result<(), Error> {
        self.write(|transaction| runs::finish(transaction, run))
    }

    pub(super) fn missing(
        &self,
        source: &SourceName,
        outcomes: &[Outcome],
    ) -> Result<Vec<(RepoName, Option<RepoId>)>, Error> {
        missing::missing(&self.connection, source, outcomes).map_err(|fault| fault.of(&self.path))
    }

    pub(super) fn load(&self) -> Result<Vec<RepositoryHistory>, Error> {
        // One transaction, so that every table is read as of the same moment.
        let read = || load::load(&*self.connection.unchecked_transaction()?);
        read().map_err(|fault: Fault| fault.of(&self.path))
    }

    pub(super) fn runs(&self, newest: usize) -> Result<Vec<Run>, Error> {
        runs::newest(&self.connection, newest).map_err(|fault| fault.of(&self.path))
    }

    pub(super) fn memory(&self, host: &str, now: Timestamp) -> Result<Memory, Error> {
        let read = || memory::memory(&*self.connection.unchecked_transaction()?, host, now);
        read().map_err(|fault: Fault| fault.of(&self.path))
    }

    pub(super) fn seen(&self, host: &str, name: &RepoName) -> Result<Vec<Seen>, Error> {
        operator::seen(&self.connection, host, name).map_err(|fault| fault.of(&self.path))
    }

    pub(super) fn correct(&mut self, host: &str, name: &RepoName, correction: &Correction) -> Result<bool, Error> {
        self.write(|transaction| operator::correct(transaction, host, name, correction))
    }

    pub(super) fn forget(&mut self, host: &str, name: &RepoName) -> Result<bool, Error> {
        self.write(|transaction| operator::forget(transaction, host, name))
    }

    /// Does all of `work` or nothing of it.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let path = &self.path;
        // Immediate: a transaction that reads first and writes later cannot wait for another writer.
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        begun
            .map_err(Fault::from)
            .and_then(|transaction| {
                let done = work(&transaction)?;
                transaction.commit()?;
                Ok(done)
            })
            .map_err(|fault| fault.of(path))
    }
}

/// Creates an empty file that only its owner may read, if there is none: it will name private repositories.
/// SQLite gives its companion files the same mode.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        opened => opened.map(drop),
    }
}

pub(super) fn connect(path: &Path, steps: &[&str]) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    migrate::inspect(&connection, steps)?;
    // FULL: a commit that was reported is on the disk, even if the power fails the next moment.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    migrate::migrate(&mut connection, steps)?;
    Ok(connection)
}
