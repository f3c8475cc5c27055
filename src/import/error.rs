//! What can be wrong with other tools' files.

use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder has none of the files that the format consists of.
    #[error("`{}` holds {missing}\n\nhint: {mending}", dir.display())]
    Nothing {
        /// The folder.
        dir: PathBuf,
        /// What was looked for.
        missing: &'static str,
        /// Where to point instead.
        mending: &'static str,
    },
    /// A folder cannot be read.
    #[error("cannot read the folder `{}`: {cause}\n\nhint: correct the path, or let the user who runs Tollgate read it", dir.display())]
    Unreadable {
        /// The folder.
        dir: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Another tool's database cannot be read.
    #[error("`{}` {what}\n\nhint: {mending}", file.display())]
    Database {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
        /// What to do about it.
        mending: &'static str,
    },
    /// Some files are broken; nothing was imported, not even from the others.
    #[error("{}\n\nhint: correct these places or move the files away, then import again; nothing was imported", list(.0))]
    Broken(Vec<Fault>),
}

/// One broken place in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1; `None` where the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong there, with the value, and what would be right.
    pub what: String,
}

impl Fault {
    pub(super) fn whole(file: &Path, what: impl Into<String>) -> Fault {
        Fault { file: file.to_owned(), line: None, what: what.into() }
    }

    pub(super) fn at(file: &Path, line: u64, what: impl Into<String>) -> Fault {
        Fault { file: file.to_owned(), line: Some(line), what: what.into() }
    }
}

impl From<Fault> for Vec<Fault> {
    fn from(fault: Fault) -> Vec<Fault> {
        vec![fault]
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// More than these help nobody at once.
const SHOWN: usize = 20;

fn list(faults: &[Fault]) -> String {
    let mut text = match faults {
        [only] => return only.to_string(),
        _ => format!("{} places are broken:", faults.len()),
    };
    for fault in faults.iter().take(SHOWN) {
        let _ = write!(text, "\n  {fault}");
    }
    if faults.len() > SHOWN {
        let _ = write!(text, "\n  and {} more", faults.len() - SHOWN);
    }
    text
}
