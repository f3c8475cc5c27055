//! The history as one SQLite file.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::{Error, Fault, not_created};
use super::migrate::{self, STEPS};
use super::moved::Moved;
use super::sql::Session;

/// One open SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    pub(super) place: String,
    pub(super) connection: Connection,
    pub(super) moved: RefCell<Moved>,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Sqlite, Error> {
        create(path).map_err(|error| not_created(path, &error))?;
        let place = path.display().to_string();
        let connection = connect(path, STEPS).map_err(|fault| fault.of(&place))?;
        Ok(Sqlite { place, connection, moved: RefCell::default() })
    }

    /// Does all of `work` or nothing of it.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let written = self.begin().and_then(|transaction| {
            let done = work(Session::Sqlite(&transaction))?;
            transaction.commit()?;
            Ok(done)
        });
        written.map_err(|fault| fault.of(&self.place))
    }

    /// All that `work` reads is as of one moment.
    pub(super) fn read<T>(&self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let read = || work(Session::Sqlite(&*self.connection.unchecked_transaction()?));
        read().map_err(|fault| fault.of(&self.place))
    }

    /// Does `work` and takes it back.
    pub(super) fn rehearse<T>(&mut self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let rehearsed = self.begin().and_then(|transaction| work(Session::Sqlite(&transaction)));
        rehearsed.map_err(|fault| fault.of(&self.place))
    }

    /// What is deleted from here on is overwritten, not only given free.
    pub(super) fn wipe(&self) -> Result<(), Error> {
        let wiping = self.connection.execute_batch("PRAGMA secure_delete = ON");
        wiping.map_err(|error| Fault::from(error).of(&self.place))
    }

    /// Brings what was written into the file itself, so that the log beside it holds nothing of before. Somebody who reads
    /// at the time keeps it from that; then it happens as the log is used again.
    pub(super) fn settle(&self) {
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF");
    }

    /// Immediate: a transaction that reads first and writes later cannot wait for another writer.
    fn begin(&mut self) -> Result<Transaction<'_>, Fault> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
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
    connection.set_prepared_statement_cache_capacity(128);
    migrate::migrate(&mut connection, steps)?;
    Ok(connection)
}
