//! Stand-ins for what the history and the export are about to offer: one function for each call, to be replaced by it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::domain::collection::{Correction, Seen};
use crate::domain::repo::{RepoName, Repository};
use crate::history::History;

/// In place of `export::jsonl(History::tables(), …, path)` over `History::dump` of this repository alone.
pub(super) fn export(history: &History, repository: &Repository, path: &Path) -> Result<()> {
    let cannot = || format!("cannot write `{}`", path.display());
    let all = history.load()?;
    let same = |known: &&crate::domain::repo::RepositoryHistory| known.repository == *repository;
    let known = all.iter().find(same).context("the history does not know it any more")?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).with_context(cannot)?;
    writeln!(file, "{}", serde_json::to_string(known)?).and_then(|()| file.sync_all()).with_context(cannot)
}
