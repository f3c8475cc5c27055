//! `tollgate export`: the history as files of one's own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use tracing::info;

use super::{End, Unusable, collect, count, lock, print_json};
use crate::config::Config;
use crate::domain::repo::RepoName;
use crate::domain::table::{Table, Value};
use crate::export::{self, Format, Statement};
use crate::history::History;

/// Standard output, where a path is asked for.
const STREAM: &str = "-";

/// Write the history to files that any tool can read.
///
/// Everything is in it: days, lists of referrers and paths, counters, every value that was ever seen, runs. A statement
/// in it (`tollgate.json`, or the last line of JSON lines) tells the rows and a digest of each table, which is the same in all
/// three formats. `tollgate import history` reads it back.
#[derive(Debug, Args)]
#[command(
    after_help = "Dates are `2026-01-02`, moments `2026-01-02T03:04:05.000006Z`. In CSV `\\N` is what is not known, and a text \
                        that begins with a backslash has one more."
)]
pub(super) struct Export {
    /// How it is written
    format: Form,
    /// A folder that does not exist or is empty; for `jsonl` a file, or `-` for standard output
    path: PathBuf,
    /// This repository alone, such as `acme/anvil`
    #[arg(long)]
    repository: Option<RepoName>,
    /// The GitHub host it lives on
    #[arg(long, default_value = "github.com", requires = "repository")]
    host: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// A folder of CSV files, one for each table
    Csv,
    /// One file of JSON lines
    Jsonl,
    /// A folder of Parquet files, one for each table
    Parquet,
}

impl From<Form> for Format {
    fn from(form: Form) -> Format {
        match form {
            Form::Csv => Format::Csv,
            Form::Jsonl => Format::Jsonl,
            Form::Parquet => Format::Parquet,
        }
    }
}

impl Export {
    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        // Tables are read one after the other: nobody may record between two of them.
        let _lock = lock::take(config, "export")?;
        let history = collect::open(config).await?;
        let stream = self.path == Path::new(STREAM);
        let place = self.path.display().to_string();
        let work = move || {
            let only = self.repository.as_ref().map(|name| (self.host.as_str(), name));
            write(&history, self.format.into(), (!stream).then_some(&self.path), only)
        };
        let statement = tokio::task::spawn_blocking(work).await.context("exporting stopped")??;
        let rows: u64 = statement.tables.iter().map(|contents| contents.rows).sum();
        let told = format!("exported {rows} rows of {}", count(statement.tables.len(), "table", "tables"));
        match (stream, json) {
            (true, _) => info!("{told}"),
            (false, true) => print_json(&statement)?,
            (false, false) => println!("{told} to `{place}`"),
        }
        Ok(End::Done)
    }
}

/// Writes the history, or one repository of it, to a place that is empty; to standard output where there is none.
pub(super) fn write(
    history: &History,
    format: Format,
    path: Option<&Path>,
    only: Option<(&str, &RepoName)>,
) -> Result<Statement> {
    let mut export = export::Export::create(format, path)?;
    for (at, table) in History::tables().iter().enumerate() {
        let rows = dump(history, &mut export, table, only)?;
        // Repositories come first.
        if let Some((host, name)) = only.filter(|_| at == 0 && rows == 0) {
            return Err(unknown(host, name).into());
        }
    }
    Ok(export.finish()?)
}

fn unknown(host: &str, name: &RepoName) -> Unusable {
    Unusable(format!(
        "the history knows no repository `{name}` on {host}\n\nhint: name it as `tollgate repository list` shows it; with `--host` if it lives elsewhere"
    ))
}

fn dump(
    history: &History,
    export: &mut export::Export,
    table: &'static Table,
    only: Option<(&str, &RepoName)>,
) -> Result<u64> {
    export.table(table)?;
    let (mut rows, mut fault) = (0, None);
    let mut each = |row: &[Value]| {
        rows += 1;
        export.row(row).map_err(|error| {
            let told = error.to_string();
            fault = Some(error);
            told
        })
    };
    let dumped = history.dump(table, only, &mut each);
    // What went wrong with the export is its own to tell.
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    dumped?;
    Ok(rows)
}
