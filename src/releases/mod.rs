//! Releases: written, signed, listed, opened, looked up, pruned and rolled back.
//!
//! ```text
//! current                        the number of the release that is served
//! releases/00000042/claim        taken by the builder of that number, before anything else
//! releases/00000042/<role>.zip   one bundle a role, its index.json last
//! releases/00000042/statement    the signed statement; without it there is no release
//! marks/<kind>/<name>            small objects that edges share, such as ended sessions
//! ```
//! A release is never changed once its statement is written, and `current` is moved last.

mod before;
mod bundle;
mod gone;
mod opened;
mod publish;
mod shelf;
mod store;
mod upkeep;
mod whole;
mod write;

use std::path::PathBuf;

pub use opened::{Opened, Stored};
pub use publish::{BundleDraft, Draft, Explained, Head, Made, Published, Reason};
pub use shelf::Shelf;
pub use upkeep::{Listed, Verified};
pub use whole::Whole;

use crate::keys;
use store::Store;

/// Where releases land and how many stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A folder.
    pub location: PathBuf,
    /// How many releases to keep, the current one included; at least 1.
    pub keep: usize,
}

/// Why releases cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store refused something.
    #[error("cannot {what} `{object}`: {why}\n\nhint: {hint}")]
    Store {
        /// What was tried.
        what: &'static str,
        /// On which object.
        object: String,
        /// What the system said.
        why: String,
        /// How to mend it.
        hint: &'static str,
    },
    /// A release that is not what was signed, or not there.
    #[error(
        "release {number} {why}\n\nhint: `tollgate releases list` shows which are whole; the next build makes a new one"
    )]
    Release {
        /// Which release.
        number: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A page could not be made.
    #[error("{0}")]
    Page(String),
    /// Signing or verifying failed.
    #[error(transparent)]
    Keys(#[from] keys::Error),
}

/// All releases of one location.
#[derive(Clone, Debug)]
pub struct Releases {
    store: Store,
    keep: usize,
}

impl Releases {
    /// Opens the location, making it where it is missing.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be made or opened.
    pub fn open(settings: &Settings) -> Result<Releases, Error> {
        Ok(Releases { store: Store::open(&settings.location)?, keep: settings.keep.max(1) })
    }

    /// The number of the release that is served; `None` before the first. Cheap enough to be asked every second.
    ///
    /// # Errors
    /// [`Error::Store`] when the pointer cannot be read or is no number.
    pub async fn current(&self) -> Result<Option<u64>, Error> {
        let Some(bytes) = self.store.get("current").await? else { return Ok(None) };
        let number = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok());
        number.map(Some).ok_or_else(|| Error::Store {
            what: "read",
            object: "current".into(),
            why: "it holds no release number".into(),
            hint: "run `tollgate releases rollback NUMBER` or build anew",
        })
    }

    /// Leaves a small object for every edge to see. `kind` and `name` are plain words, or several joined by `/`.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be written.
    pub async fn put_mark(&self, kind: &str, name: &str, body: Vec<u8>) -> Result<(), Error> {
        let object = format!("marks/{kind}/{name}");
        self.store.put(&object, body).await?;
        self.store.adopt(&object).await
    }

    /// Leaves a small object unless there is one of that name; `false` if there is. Of all who try, one succeeds.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be written.
    pub async fn claim_mark(&self, kind: &str, name: &str, body: Vec<u8>) -> Result<bool, Error> {
        let object = format!("marks/{kind}/{name}");
        let created = self.store.create(&object, body).await?;
        self.store.adopt(&object).await?;
        Ok(created)
    }

    /// The names of the small objects of a kind. Names alone, so that an edge reads each object once.
    ///
    /// # Errors
    /// [`Error::Store`] when they cannot be listed.
    pub async fn mark_names(&self, kind: &str) -> Result<Vec<String>, Error> {
        let folder = format!("marks/{kind}/");
        let names = self.store.objects(&folder).await?;
        Ok(names.iter().filter_map(|name| name.strip_prefix(&folder).map(str::to_owned)).collect())
    }

    /// One small object; `None` if it is gone.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be read.
    pub async fn mark(&self, kind: &str, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let body = self.store.get(&format!("marks/{kind}/{name}")).await?;
        Ok(body.map(|bytes| bytes.to_vec()))
    }

    /// Takes a small object away.
    ///
    /// # Errors
    /// [`Error::Store`] when it cannot be deleted.
    pub async fn remove_mark(&self, kind: &str, name: &str) -> Result<(), Error> {
        self.store.delete(&format!("marks/{kind}/{name}")).await
    }
}

/// The folder of a release.
fn folder(number: u64) -> String {
    format!("releases/{number:08}")
}

/// The signed statement of a release.
fn statement(number: u64) -> String {
    format!("{}/statement", folder(number))
}

#[cfg(test)]
mod tests;
