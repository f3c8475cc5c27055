//! An export on its way back: checked whole, then read in batches.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::statement::{self, Contents, Digest, Statement, VERSION};
use super::{Error, Format, STATEMENT, csv, jsonl, parquet};
use crate::domain::table::{Kind, Row, Table, Value};

/// Rows that are handed on at a time.
const BATCH: usize = 10_000;

/// An export that is as it was written.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    statement: Statement,
    index: jsonl::Index,
}

impl Archive {
    /// Opens the export at `path` and reads all of it once: whatever is torn, altered or of a newer version is refused.
    ///
    /// `tables` are those that the history has, in the order in which it takes them.
    pub fn open(path: &Path, tables: &[Table]) -> Result<Archive, Error> {
        let statement = read_statement(path)?;
        let folder = path.is_dir();
        if folder == (statement.format == Format::Jsonl) {
            return Err(Error::torn(path, "its statement speaks of another form"));
        }
        statement.tables.iter().try_for_each(|contents| known(path, contents, tables))?;
        let index = if folder { jsonl::Index::default() } else { jsonl::Index::of(path)? };
        let archive = Archive { path: path.to_owned(), statement, index };
        archive.statement.tables.iter().try_for_each(|contents| archive.check(contents))?;
        Ok(archive)
    }

    /// What it says of itself.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Hands on the rows of `table` in order, some thousands at a time. Columns that were not there when the export was
    /// written are not known; a table that was not there has no rows.
    pub fn read<E: From<Error>>(&self, table: &Table, mut take: impl FnMut(&[Row]) -> Result<(), E>) -> Result<(), E> {
        let Some(contents) = self.statement.tables.iter().find(|contents| contents.name == table.name) else {
            return Ok(());
        };
        let at = |name: &str| contents.columns.iter().position(|column| column.name == name);
        let places: Vec<Option<usize>> = table.columns.iter().map(|column| at(column.name)).collect();
        let mut batch = Vec::new();
        self.rows(contents, |mut row| {
            let value =
                |place: &Option<usize>| place.map_or(Value::Null, |at| std::mem::replace(&mut row[at], Value::Null));
            batch.push(places.iter().map(value).collect());
            if batch.len() == BATCH {
                take(&batch)?;
                batch.clear();
            }
            Ok::<(), E>(())
        })?;
        if batch.is_empty() { Ok(()) } else { take(&batch) }
    }

    fn check(&self, contents: &Contents) -> Result<(), Error> {
        self.check_file(&contents.name)?;
        let mut digest = Digest::new();
        self.rows(contents, |row| {
            digest.row(&row);
            Ok::<(), Error>(())
        })?;
        let (file, name) = (self.file(&contents.name), &contents.name);
        if digest.rows() != contents.rows {
            let what = format!("`{name}` has {} rows, not {}", digest.rows(), contents.rows);
            return Err(Error::torn(&file, what));
        }
        if digest.hex() != contents.sha256 {
            return Err(Error::torn(&file, format!("the rows of `{name}` are not those that were written")));
        }
        Ok(())
    }

    /// The readers of Parquet trust what they read: a broken file is not for them.
    fn check_file(&self, table: &str) -> Result<(), Error> {
        if self.statement.format == Format::Jsonl {
            return Ok(());
        }
        let file = self.file(table);
        let found = statement::of_file(&file).map_err(|error| Error::torn(&file, error.to_string()))?;
        match self.statement.files.get(&self.statement.format.file(table)) {
            Some(written) if *written == found => Ok(()),
            _ => Err(Error::torn(&file, "it is not the file that was written")),
        }
    }

    fn file(&self, table: &str) -> PathBuf {
        match self.statement.format {
            Format::Jsonl => self.path.clone(),
            format => self.path.join(format.file(table)),
        }
    }

    fn rows<E: From<Error>>(&self, contents: &Contents, each: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        let columns: Vec<(String, Kind)> =
            contents.columns.iter().filter_map(|column| Some((column.name.clone(), kind(&column.kind)?))).collect();
        let file = self.file(&contents.name);
        match self.statement.format {
            Format::Csv => csv::read(&file, &columns, each),
            Format::Jsonl => self.index.read(&file, &contents.name, &columns, each),
            Format::Parquet => parquet::read(&file, &columns, each),
        }
    }
}

fn kind(word: &str) -> Option<Kind> {
    let kinds = [Kind::Integer, Kind::Flag, Kind::Date, Kind::Moment, Kind::Text];
    kinds.into_iter().find(|kind| statement::word(*kind) == word)
}

/// Every table and column must be one that the history has, of the same kind.
fn known(path: &Path, contents: &Contents, tables: &[Table]) -> Result<(), Error> {
    let newer = |what: String| Error::Newer { path: path.to_owned(), what };
    let table = tables.iter().find(|table| table.name == contents.name);
    let table = table.ok_or_else(|| newer(format!("has a table `{}`", contents.name)))?;
    for noted in &contents.columns {
        let found = table.columns.iter().find(|column| column.name == noted.name);
        if found.is_none_or(|column| statement::word(column.kind) != noted.kind) {
            return Err(newer(format!("has in table `{}` a column `{}` ({})", table.name, noted.name, noted.kind)));
        }
    }
    Ok(())
}

/// Its version is looked at before all else: what a newer one means by the rest is not for us to say.
fn read_statement(path: &Path) -> Result<Statement, Error> {
    let foreign = |what: String| Error::Foreign { path: path.to_owned(), what };
    let found = if path.is_dir() {
        let text = fs::read(path.join(STATEMENT));
        let text = text.map_err(|error| foreign(format!("`{STATEMENT}` cannot be read: {error}")))?;
        serde_json::from_slice::<Json>(&text).ok()
    } else {
        jsonl::statement(path).map_err(|error| foreign(error.to_string()))?
    };
    let Some(found) = found else {
        return Err(Error::torn(path, "its statement, which is written last, is missing or cut"));
    };
    match found.get("version").and_then(Json::as_u64) {
        Some(version) if version > VERSION.into() => {
            Err(Error::Newer { path: path.to_owned(), what: format!("is of version {version}") })
        }
        _ => serde_json::from_value(found).map_err(|error| Error::torn(path, format!("its statement: {error}"))),
    }
}
