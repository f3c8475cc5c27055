//! `tollgate import history`: an export of ours, back into a history.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use tracing::info;

use super::{Outcome, Preview};
use crate::cli::print_json;
use crate::domain::table::{Row, Table};
use crate::export::Archive;
use crate::history::{History, Settings};

/// An export, and what to do with it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The folder, or the file of JSON lines
    path: PathBuf,
    /// Show what repositories, days and lists would be new or change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Import {
    pub(in crate::cli::import) fn bring(&self, mut history: History) -> Result<Outcome> {
        let archive = Archive::open(&self.path, History::tables())?;
        if self.dry_run { plan(&mut history, &archive) } else { restore(&mut history, &archive).map(Outcome::Restored) }
    }
}

/// Table by table, some thousand rows at a time. What was restored is safe whatever comes, and finds itself again.
fn restore(history: &mut History, archive: &Archive) -> Result<Vec<(&'static str, u64)>> {
    each(archive, |table, rows| Ok(history.restore(table, rows)?))
}

/// How many rows of each table `restore` says that they change something.
fn each(
    archive: &Archive,
    mut restore: impl FnMut(&'static Table, &[Row]) -> Result<u64>,
) -> Result<Vec<(&'static str, u64)>> {
    let mut changed = Vec::new();
    for table in History::tables() {
        let (mut rows, mut done) = (0, 0);
        archive.read(table, |batch| -> Result<()> {
            rows += restore(table, batch)?;
            done += batch.len();
            if done % LOUD == 0 {
                info!("{done} rows of `{}` so far", table.name);
            }
            Ok(())
        })?;
        changed.push((table.name, rows));
    }
    Ok(changed)
}

/// After how many rows of a table the log hears of it.
const LOUD: usize = 100_000;

/// The export becomes a history of its own, which is held against the one that is there: that shows days as people want to
/// see them. What would change in all is what does change before it is taken back.
fn plan(history: &mut History, archive: &Archive) -> Result<Outcome> {
    let folder = tempfile::tempdir().context("a folder for a history that goes away again cannot be made")?;
    let mut told = History::open(&Settings::Sqlite { path: folder.path().join("told.db") })?;
    restore(&mut told, archive)?;
    let (preview, recorded) = Preview::of_histories(&history.load()?, &told.load()?);
    let changed =
        history.rehearse_restore(|rehearsal| each(archive, |table, rows| Ok(rehearsal.restore(table, rows)?)))?;
    let preview = preview.of_tables(changed);
    Ok(Outcome::Planned(recorded, preview))
}

pub(super) fn print(tables: &[(&'static str, u64)], json: bool) -> Result<()> {
    if json {
        return print_json(&json!({ "restored": as_json(tables) }));
    }
    match as_text(tables) {
        None => println!("everything was known already"),
        Some(new) => println!("rows that were new or changed something: {new}"),
    }
    Ok(())
}

pub(super) fn as_json(tables: &[(&'static str, u64)]) -> Value {
    tables.iter().map(|(name, rows)| ((*name).to_owned(), Value::from(*rows))).collect()
}

/// Those with rows that change something, if there are any.
pub(super) fn as_text(tables: &[(&'static str, u64)]) -> Option<String> {
    let new = tables.iter().filter(|(_, rows)| *rows > 0).map(|(name, rows)| format!("{rows} of {name}"));
    let new: Vec<String> = new.collect();
    (!new.is_empty()).then(|| new.join(", "))
}
