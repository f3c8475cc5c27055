//! `[history]`: a file, or a database whose address is read when it is needed.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use url::Url;

use super::reader::{At, Table};
use super::values::secret;
use super::{Secret, SecretFault};
use crate::history;

/// Where the history is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// In an SQLite file.
    File(PathBuf),
    /// In a PostgreSQL database, whose address is kept as a secret.
    Secret(Secret),
    /// In a PostgreSQL database, whose address holds no password.
    Open(String),
}

impl History {
    /// What the history is opened with, its address read.
    ///
    /// # Errors
    /// The address cannot be read.
    pub fn settings(&self) -> Result<history::Settings, SecretFault> {
        Ok(match self {
            History::File(path) => history::Settings::Sqlite { path: path.clone() },
            History::Secret(secret) => history::Settings::Postgres { url: secret.read()? },
            History::Open(url) => history::Settings::of(url),
        })
    }

    /// Whether there is something to read: a file that is there, or a database that can be asked.
    ///
    /// # Errors
    /// The address cannot be read: what the history is cannot be told, which is not that there is none.
    pub fn is_there(&self) -> Result<bool, SecretFault> {
        Ok(match self {
            History::File(path) => path.exists(),
            History::Secret(secret) => secret.read().map(|_| true)?,
            History::Open(_) => true,
        })
    }

    /// Where its address is kept, if that is a secret.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            History::Secret(secret) => Some(secret),
            History::File(_) | History::Open(_) => None,
        }
    }

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            History::File(path) => Some(path),
            History::Secret(_) | History::Open(_) => None,
        }
    }
}

/// The history that a command names: the address of a database, `env:NAME` or `file:PATH` where one is kept, or the path
/// of an SQLite file.
///
/// # Errors
/// The address cannot be read.
pub fn history_of(text: &str) -> Result<history::Settings, SecretFault> {
    let secret = match text.split_once(':') {
        Some(("env", name)) => Secret::Env(name.to_owned()),
        Some(("file", path)) => Secret::File(path.into()),
        _ => return Ok(history::Settings::of(text)),
    };
    Ok(history::Settings::of(secret.read()?.expose_secret()))
}

/// The file that is the history where nothing is said.
const FILE: &str = "tollgate.sqlite";

const ONE: &str = "keep one of `path`, `url`, `url_env` and `url_file`";

pub(super) fn history(root: &Table<'_, '_>, folder: &Path) -> History {
    let default = || History::File(folder.join(FILE));
    let Some(section) = root.table("history") else { return default() };
    let secret = secret(&section, "url_env", "url_file", folder).map(History::Secret);
    let url = section.text("url").and_then(|url| open(&section, url));
    let path = section.text("path").map(|path| History::File(folder.join(path.value)));
    let given = ["path", "url", "url_env", "url_file"].iter().filter(|key| section.has(key)).count();
    if given > 1 && (secret.is_some() || url.is_some() || path.is_some()) {
        section.fault(section.at(), format!("{} says more than once where the history is", section.name()), ONE);
    }
    secret.or(url).or(path).unwrap_or_else(default)
}

/// An address that anybody who reads the configuration may know.
fn open(section: &Table<'_, '_>, url: At<String>) -> Option<History> {
    let parsed = Url::parse(&url.value).ok().filter(|parsed| ["postgres", "postgresql"].contains(&parsed.scheme()));
    let Some(parsed) = parsed else {
        let hint = "write `postgres://USER@HOST/DATABASE`, or `path` with the name of an SQLite file";
        section.fault(url.at, "`url` is no address of a PostgreSQL database", hint);
        return None;
    };
    if parsed.password().is_some() || parsed.query_pairs().any(|(key, _)| key == "password") {
        let hint = "keep the whole address in a variable and name that with `url_env`, or in a file with `url_file`; \
                    the password has been in this file, so change it";
        section.fault(url.at, "`url` holds a password", hint);
        return None;
    }
    Some(History::Open(url.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_read_is_told_and_only_a_file_that_is_absent_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("none");
        assert!(!History::File(absent.clone()).is_there().unwrap());
        assert!(History::File(dir.path().to_owned()).is_there().unwrap());
        assert!(History::Secret(Secret::File(absent)).is_there().is_err());
        assert!(History::Open("postgres://localhost/traffic".into()).is_there().unwrap());
    }
}
