//! GitHub releases and how often their files were fetched.
//!
//! The counter belongs to the asset: one that is uploaded again is another asset and starts at zero. The archives of the
//! source that GitHub makes by itself are not counted.

use serde::{Deserialize, Serialize};

use super::{Date, Timestamp};

/// A release on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Release {
    /// GitHub's number for it.
    pub id: u64,
    /// The tag it was made from.
    pub tag: String,
    /// Its title. Written by strangers.
    pub name: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Whether it is said to be unfinished.
    pub prerelease: bool,
    /// Its files, by id.
    pub assets: Vec<Asset>,
}

/// One file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asset {
    /// GitHub's number for it; a file that is uploaded again gets another one.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// When it was uploaded.
    pub created: Option<Timestamp>,
    /// Fetched since it was uploaded, as of each day somebody looked, ascending.
    pub downloads: Vec<(Date, u64)>,
}

impl Asset {
    /// How often it was fetched after `from` until `to`; `None` where nobody looked at both ends. Never negative.
    pub fn between(&self, from: Date, to: Date) -> Option<u64> {
        let at = |date: Date| self.downloads.iter().rev().find(|(day, _)| *day <= date).map(|(_, count)| *count);
        // Before it was there, nobody fetched it.
        let before = match self.created {
            Some(created) if created.date_naive() > from => Some(0),
            _ => at(from),
        };
        Some(at(to)?.saturating_sub(before?))
    }
}
