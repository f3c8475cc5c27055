//! What can go wrong with an export, on the way out or back in.

use std::path::{Path, PathBuf};

/// Why nothing was exported, or nothing of an export was used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is there already.
    #[error("`{}` holds something already\n\nhint: name a place that does not exist yet, or empty it", path.display())]
    Occupied {
        /// The place.
        path: PathBuf,
    },
    /// A form of several files cannot go to standard output.
    #[error(
        "only JSON lines can be written to standard output\n\nhint: name a folder, or use `tollgate export jsonl -`"
    )]
    NoStream,
    /// The disk does not do what is asked of it.
    #[error("cannot write `{}`: {cause}\n\nhint: free some space, or let the user who runs Tollgate write there", path.display())]
    Unwritten {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The history gave a value that its own table does not allow.
    #[error(
        "table `{table}`, column `{column}` holds {what}\n\nhint: this is a fault of Tollgate; please report it with this text"
    )]
    Value {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value, and why it is wrong.
        what: String,
    },
    /// There is no export there.
    #[error("`{}` is no export of Tollgate: {what}\n\nhint: give the folder, or the file of JSON lines, that `tollgate export` wrote", path.display())]
    Foreign {
        /// The place.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// A newer Tollgate wrote it.
    #[error("the export `{}` {what}, which this version of Tollgate does not know\n\nhint: import it with the version that wrote it, or a newer one", path.display())]
    Newer {
        /// The place.
        path: PathBuf,
        /// What is new in it.
        what: String,
    },
    /// It is not as it was written.
    #[error("the export `{}` was torn or altered: {what}\n\nhint: copy it again from where it was made, or export anew; nothing was imported", path.display())]
    Torn {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
}

impl Error {
    pub(super) fn unwritten(path: &Path, cause: impl ToString) -> Error {
        Error::Unwritten { path: path.to_owned(), cause: cause.to_string() }
    }

    pub(super) fn torn(path: &Path, what: impl Into<String>) -> Error {
        Error::Torn { path: path.to_owned(), what: what.into() }
    }
}
