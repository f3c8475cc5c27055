//! A history to try things on, where the one that is meant must not even be made or brought up to date.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::error::{Error, Fault, not_created};
use super::migrate::{self, STEPS};
use super::settings::Settings;
use super::{History, Postgres};

/// The history itself where it is there and up to date, else an empty one or a copy in a folder that goes away.
pub(super) fn open(settings: &Settings) -> Result<(History, Option<TempDir>), Error> {
    match settings {
        Settings::Sqlite { path } if std::fs::metadata(path).map_or(true, |there| there.len() == 0) => temporary(None),
        Settings::Sqlite { path } => {
            let place = path.display().to_string();
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let looked = || {
                let connection = Connection::open_with_flags(path, flags)?;
                migrate::inspect(&connection, STEPS)?;
                Ok((migrate::is_due(&connection, STEPS)?, connection))
            };
            match looked().map_err(|fault: Fault| fault.of(&place))? {
                (false, _) => Ok((History::open(settings)?, None)),
                (true, connection) => temporary(Some(&connection)),
            }
        }
        Settings::Postgres { url } => match Postgres::is_there(url)? {
            true => Ok((History::open(settings)?, None)),
            false => temporary(None),
        },
    }
}

/// An empty history, or a copy of one.
fn temporary(of: Option<&Connection>) -> Result<(History, Option<TempDir>), Error> {
    let folder =
        tempfile::tempdir().map_err(|error| not_created(Path::new("a folder that goes away again"), &error))?;
    let path = folder.path().join("history.db");
    if let Some(connection) = of {
        let place = path.display().to_string();
        let copied = connection.execute("VACUUM INTO ?1", [&place]);
        copied.map_err(|error| Fault::from(error).of(&place))?;
    }
    Ok((History::open(&Settings::Sqlite { path })?, Some(folder)))
}
