//! `tollgate history`: moving a history from one store to another.

mod compare;

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use tracing::info;

use self::compare::Summary;
use super::{End, Unusable, lock, print_json};
use crate::config::history_of;
use crate::domain::table::{Row, Table};
use crate::history::{History, Purpose, Settings};

/// Rows restored in one transaction: what was restored is safe whatever comes.
const BATCH: usize = 5_000;

/// Move the history from one store to another.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Copy a history into an empty one, and compare both row by row
    ///
    /// Each is the path of an SQLite file, the address of a PostgreSQL database, or where that is kept: `env:NAME` or
    /// `file:PATH`. A copy that was interrupted goes on when it is started again. Nothing is taken from FROM.
    Copy {
        /// The history that there is
        from: String,
        /// Where it shall be
        to: String,
    },
}

impl Command {
    pub(super) async fn run(&self, json: bool) -> Result<End> {
        let Command::Copy { from, to } = self;
        let (from, to) = (history_of(from)?, history_of(to)?);
        let copied = tokio::task::spawn_blocking(move || copy(&from, &to)).await.context("copying stopped")??;
        if json {
            print_json(&copied)?
        } else {
            compare::print(&copied)
        }
        Ok(End::Done)
    }
}

fn copy(from: &Settings, to: &Settings) -> Result<Summary> {
    if from.place() == to.place() {
        let told = format!("the history `{}` would be copied into itself\n\nhint: name two histories", from.place());
        bail!(Unusable(told));
    }
    if let Settings::Sqlite { path } = from {
        is_there(path)?;
    }
    let _from = lock::take_for(from, Purpose::Alone, "history copy")?;
    let _to = lock::take_for(to, Purpose::Alone, "history copy")?;
    let (source, mut target) = (History::open(from)?, History::open(to)?);
    let wanted = compare::told(&source)?;
    let found = compare::told(&target)?;
    if found != wanted {
        if let Some(table) = compare::stranger(&source, &target)? {
            bail!(
                "the history `{}` holds rows of the table `{table}` that `{}` does not\n\n\
                 hint: copy into an empty history; to bring two together, export one and import it into the other",
                target.place(),
                source.place()
            );
        }
        for table in History::tables() {
            let rows = transfer(&source, &mut target, table)?;
            info!("{}: {rows} rows", table.name);
        }
    }
    let summary = Summary::new(&source, &target, wanted, compare::told(&target)?);
    if let Some(table) = summary.different() {
        bail!(
            "the table `{table}` differs between `{}` and `{}` after it was copied\n\n\
             hint: make sure that nobody writes to either, and start the copy again",
            source.place(),
            target.place()
        );
    }
    Ok(summary)
}

/// Opening would create it.
fn is_there(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    bail!("there is no history `{}`\n\nhint: name the file as `path` in `[history]` does", path.display())
}

/// Copies the rows of a table; how many there are.
fn transfer(source: &History, target: &mut History, table: &'static Table) -> Result<u64> {
    let (mut batch, mut rows, mut fault) = (Vec::<Row>::with_capacity(BATCH), 0, None);
    let mut put = |batch: &mut Vec<Row>| {
        let restored = target.restore(table, batch);
        rows += batch.len() as u64;
        batch.clear();
        restored.map(drop).map_err(|error| {
            let told = error.to_string();
            fault = Some(error);
            told
        })
    };
    let dumped = source.dump(table, None, &mut |row| {
        batch.push(row.to_vec());
        if batch.len() == BATCH { put(&mut batch) } else { Ok(()) }
    });
    let rest = dumped.is_ok().then(|| put(&mut batch));
    // What the target says is what went wrong; the source tells only that it was stopped.
    match (fault, dumped, rest) {
        (Some(fault), ..) => Err(fault.into()),
        (None, Err(error), _) => Err(error.into()),
        _ => Ok(rows),
    }
}
