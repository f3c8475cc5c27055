//! One lock over everything that writes: two nightlies never work at once.
//!
//! With SQLite it is a file beside the history. With a database it is a lock on the server, and collectors share it: they
//! share the sources as well, and each makes its release in its turn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::Utc;

use crate::config::Config;
use crate::history::{self, Purpose, Settings};

/// Held as long as it lives; the system lets go of it however the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _held: Held,
}

#[derive(Debug)]
enum Held {
    File {
        _file: File,
    },
    Database {
        _lock: history::Lock,
    },
    /// Whoever holds the lock of an SQLite history holds it for releases too.
    Already,
}

/// Something that writes is at work.
#[derive(Debug, thiserror::Error)]
#[error("the {place} is held by {holder}\n\nhint: wait until it is done; nothing was changed")]
pub(super) struct Busy {
    place: String,
    holder: String,
}

/// Takes the lock for `command`, or says who holds it.
pub(super) fn take(config: &Config, command: &str) -> Result<Lock> {
    let purpose = match command {
        "collect" | "nightly" => Purpose::Collect,
        "build" => Purpose::Publish,
        _ => Purpose::Alone,
    };
    take_for(&config.history.settings()?, purpose, command)
}

/// For a command that collects and is about to make a release: waits until no other does.
pub(super) async fn publish(config: &Config, command: &'static str) -> Result<Lock> {
    match config.history.settings()? {
        Settings::Sqlite { .. } => Ok(Lock { _held: Held::Already }),
        // Its turn may come after an hour, and an edge goes on serving meanwhile.
        database => {
            let wait = move || take_for(&database, Purpose::PublishInTurn, command);
            tokio::task::spawn_blocking(wait).await.context("waiting for the lock stopped")?
        }
    }
}

/// The lock on any history.
pub(super) fn take_for(settings: &Settings, purpose: Purpose, command: &str) -> Result<Lock> {
    match settings {
        Settings::Sqlite { path } => take_at(&beside(path), command),
        Settings::Postgres { url } => {
            let holder = format!("tollgate {command}");
            // The connection blocks, which a thread of the asynchronous ones must not.
            let take = || history::Lock::take(url, purpose, &holder);
            let taken = std::thread::scope(|scope| scope.spawn(take).join());
            match taken.unwrap_or_else(|panic| std::panic::resume_unwind(panic))? {
                Ok(lock) => Ok(Lock { _held: Held::Database { _lock: lock } }),
                Err(holder) => bail!(Busy { place: format!("history `{}`", settings.place()), holder }),
            }
        }
    }
}

/// The lock lies beside the history: who shares one shares the other.
fn beside(path: &Path) -> PathBuf {
    let mut path = path.to_owned().into_os_string();
    path.push(".lock");
    path.into()
}

fn take_at(path: &Path, command: &str) -> Result<Lock> {
    let open =
        || format!("cannot open the lock `{}`; let the user of this program write beside the history", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(open)?;
    }
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).with_context(open)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is told as well as may be; that somebody does is certain.
            let _ = file.read_to_string(&mut holder);
            let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
            bail!(Busy { place: format!("lock `{}`", path.display()), holder: holder.to_owned() });
        }
        Err(TryLockError::Error(cause)) => return Err(cause).with_context(open),
    }
    let holder =
        format!("`tollgate {command}`, process {}, since {}", std::process::id(), Utc::now().format("%F %T UTC"));
    // The lock is held whether its holder can be written down or not.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes()));
    Ok(Lock { _held: Held::File { _file: file } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it_and_the_third_gets_it_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/history.lock");
        let first = take_at(&path, "nightly").unwrap();
        let told = take_at(&path, "build").unwrap_err().to_string();
        assert!(told.contains("is held by `tollgate nightly`, process ") && told.contains("\n\nhint: "), "{told}");
        drop(first);
        assert!(take_at(&path, "build").is_ok());
    }
}
