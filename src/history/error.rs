//! What can go wrong with the history, in words that say how to mend it.

mod postgresql;

use std::path::Path;

use rusqlite::ErrorCode;

/// Why the history could not be used. Each message names the file or the database, and the mending.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or the database does not do what is asked of it. What was recorded before is unharmed.
    #[error("the history `{place}` {fault}\n\nhint: {mending}")]
    Storage {
        /// The history's file, or its database without user and password.
        place: String,
        /// What it does not do.
        fault: String,
        /// What to do about it.
        mending: String,
    },
    /// A newer Tollgate wrote it.
    #[error(
        "the history `{place}` has schema {found}, but this version of Tollgate knows schemas up to {known}\n\n\
         hint: run the newer version that wrote it, or restore the copy made before the upgrade"
    )]
    Newer {
        /// As above.
        place: String,
        /// The schema it has.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// A figure is larger than can be kept. Nothing of that call was recorded.
    #[error(
        "{value} {what} is more than the history `{place}` can hold\n\n\
         hint: GitHub never has such a figure; look at what was collected or imported"
    )]
    TooLarge {
        /// As above.
        place: String,
        /// What was counted, and where.
        what: String,
        /// The figure.
        value: u64,
    },
    /// The address of a database cannot be used. It may hold a password, so it is not told.
    #[error(
        "the address of the history {0}\n\n\
         hint: write `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, every `%`, `/`, `@`, `:` and `?` of the password as `%25`, `%2F`, `%40`, `%3A` and `%3F`"
    )]
    Address(String),
    /// Rows to be restored do not fit.
    #[error(
        "the table `{table}` cannot be restored: {why}\n\nhint: restore the tables of one dump, whole and in their order"
    )]
    Rows {
        /// Which table.
        table: String,
        /// Why.
        why: String,
    },
    /// What a dump was handed to could not take it.
    #[error("the history `{place}` was not read to its end: {why}\n\nhint: mend that, and begin again")]
    Stopped {
        /// As above.
        place: String,
        /// Why.
        why: String,
    },
}

impl Error {
    pub(super) fn address(what: &str) -> Error {
        Error::Address(what.to_owned())
    }
}

/// A fault before it is known of which history.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Server(postgres::Error),
    /// The connection cannot be protected.
    Unprotected(String),
    /// Somebody else's fault in the middle of a dump.
    Stopped(String),
    /// Rows that cannot be restored: of which table, and why.
    Rows(&'static str, String),
    TooLarge {
        what: String,
        value: u64,
    },
    /// Something stored that Tollgate never stores.
    Damaged(String),
    Newer {
        found: i64,
        known: i64,
    },
    Foreign,
    /// A schema that is to be brought up to date, where nothing may be changed.
    Older,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sql(error)
    }
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Fault {
        Fault::Server(error)
    }
}

impl Fault {
    pub(super) fn of(self, place: &str) -> Error {
        let server = place.starts_with("postgres://");
        let place = place.to_owned();
        let storage = |(fault, mending): (String, &str)| Error::Storage {
            place: place.clone(),
            fault,
            mending: mending.to_owned(),
        };
        match self {
            Fault::Sql(error) => storage(explain(&error)),
            Fault::Server(error) => storage(postgresql::explain(&error)),
            Fault::Unprotected(why) => storage(postgresql::unprotected(&why)),
            Fault::Damaged(what) if server => storage((format!("is damaged: {what}"), postgresql::RESTORE)),
            Fault::Damaged(what) => storage((format!("is damaged: {what}"), RESTORE)),
            Fault::Foreign if server => storage(("belongs to another program".into(), postgresql::WRONG_SCHEMA)),
            Fault::Foreign => storage(("belongs to another program".into(), WRONG_FILE)),
            Fault::Older => storage(("has a schema that is to be brought up to date first".into(), UPGRADE)),
            Fault::Stopped(why) => Error::Stopped { place, why },
            Fault::Rows(table, why) => Error::Rows { table: table.to_owned(), why },
            Fault::TooLarge { what, value } => Error::TooLarge { place, what, value },
            Fault::Newer { found, known } => Error::Newer { place, found, known },
        }
    }
}

const RESTORE: &str = "restore it from a backup, or save what can be read with `sqlite3 FILE .recover`";
const WRONG_FILE: &str = "correct the path of the history, or move that file out of the way";
const FREE_SPACE: &str = "free some space on its disk and run again; what was recorded before is unharmed";
const GRANT: &str = "let the user who runs Tollgate write to the file and to its folder, where SQLite keeps a `-wal` and a `-shm` file beside it";
const FOLDER: &str = "create its folder, let the user who runs Tollgate write there, or correct the path of the history to that of a file";
const UPGRADE: &str =
    "run `tollgate collect`, or this without `--dry-run`: both bring it up to date, which a dry run does not";
const WAIT: &str = "wait until the other process is done, then run again";
const DISK: &str = "check that the disk is not full, then the disk itself and its file system (a network share is not safe for SQLite), and run again";
const REPORT: &str = "run again; if it stays, please report it with this text";

fn explain(error: &rusqlite::Error) -> (String, &'static str) {
    let (what, mending) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ("cannot be written: the disk is full", FREE_SPACE),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => ("cannot be written: it is read-only", GRANT),
        Some(ErrorCode::CannotOpen) => ("cannot be opened", FOLDER),
        Some(ErrorCode::NotADatabase) => return ("is not an SQLite database".into(), WRONG_FILE),
        Some(ErrorCode::DatabaseCorrupt) => ("is damaged", RESTORE),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ("is in use by another process", WAIT),
        Some(ErrorCode::SystemIoFailure) => ("cannot be read or written: its disk failed or is full", DISK),
        _ => ("cannot be used", REPORT),
    };
    (format!("{what} ({error})"), mending)
}

/// For a file that cannot even be created.
pub(super) fn not_created(path: &Path, error: &std::io::Error) -> Error {
    let (what, mending) = match error.kind() {
        std::io::ErrorKind::StorageFull => ("cannot be created: the disk is full", FREE_SPACE),
        std::io::ErrorKind::ReadOnlyFilesystem => ("cannot be created: its file system is read-only", GRANT),
        _ => ("cannot be created", FOLDER),
    };
    Error::Storage {
        place: path.display().to_string(),
        fault: format!("{what} ({error})"),
        mending: mending.to_owned(),
    }
}
