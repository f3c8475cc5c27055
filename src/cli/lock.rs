//! One lock over everything that writes: two nightlies never work at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::Utc;

use crate::config::Config;

/// Held as long as it lives; the system lets go of it however the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Something that writes is at work.
#[derive(Debug, thiserror::Error)]
#[error("the lock `{}` is held by {holder}\n\nhint: wait until it is done; nothing was changed", path.display())]
pub(super) struct Held {
    path: PathBuf,
    holder: String,
}

/// Takes the lock for `command`, or says who holds it.
pub(super) fn take(config: &Config, command: &str) -> Result<Lock> {
    take_at(&path(config), command)
}

/// The lock lies beside the history: who shares one shares the other.
fn path(config: &Config) -> PathBuf {
    let mut path = config.history.path.clone().into_os_string();
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
            bail!(Held { path: path.to_owned(), holder: holder.to_owned() });
        }
        Err(TryLockError::Error(cause)) => return Err(cause).with_context(open),
    }
    let holder =
        format!("`tollgate {command}`, process {}, since {}", std::process::id(), Utc::now().format("%F %T UTC"));
    // The lock is held whether its holder can be written down or not.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes()));
    Ok(Lock { _file: file })
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
