//! The history as files of our own, and back: CSV, JSON lines, Parquet.
//!
//! ```text
//! csv       a folder: one `TABLE.csv` each, and `tollgate.json`
//! parquet   a folder: one `TABLE.parquet` each, and `tollgate.json`
//! jsonl     one file: a line for each row, and the same statement as its last line
//! ```
//! Nothing is lost on the way: whatever rows are written, the same rows are read. Each form shows values as it shows
//! them best, dates as dates and flags as flags, and has a way to tell a text that is empty from one that is not known.
//!
//! `tollgate.json` is the *statement*: which tables there are, their columns, how many rows, and a digest of them. The
//! digest is of the rows and not of the bytes, so it is the same in all three forms: two histories with equal digests
//! are equal. Files have a digest of their bytes besides. What is torn or was altered is refused before anything of it
//! is used.
//!
//! An export has another name until it is whole; there is never half of one.

mod archive;
mod csv;
mod error;
mod jsonl;
mod parquet;
mod place;
mod statement;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::table::{Table, Value};

pub use archive::Archive;
pub use error::Error;
pub use statement::{Contents, Statement};

use place::Place;
use statement::Digest;

/// The name of the statement in a folder.
const STATEMENT: &str = "tollgate.json";

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Comma separated, UTF-8, with a header; `\N` is what is not known.
    Csv,
    /// One JSON object for each row, its table first.
    Jsonl,
    /// Columns, compressed, as databases and notebooks read them.
    Parquet,
}

impl Format {
    fn file(self, table: &str) -> String {
        match self {
            Format::Csv => format!("{table}.csv"),
            Format::Jsonl => format!("{table}.jsonl"),
            Format::Parquet => format!("{table}.parquet"),
        }
    }
}

/// An export in the making: tables in turn, each with its rows. Given up, it leaves nothing behind.
pub struct Export {
    format: Format,
    place: Place,
    writer: Writer,
    digest: Option<(&'static Table, Digest)>,
    done: Vec<Contents>,
}

/// Where rows go to.
enum Writer {
    /// Between two tables.
    None,
    Csv(csv::Writer),
    Jsonl(jsonl::Writer),
    Parquet(parquet::Writer),
}

impl Export {
    /// Begins an export to `path`: a file for [`Format::Jsonl`], which `None` sends to standard output, else a folder.
    ///
    /// Refuses whatever holds something already.
    pub fn create(format: Format, path: Option<&Path>) -> Result<Export, Error> {
        let (place, writer) = match (format, path) {
            (Format::Jsonl, None) => (Place::Stream, Writer::Jsonl(jsonl::Writer::stream())),
            (Format::Jsonl, Some(path)) => {
                let (place, file) = Place::file(path)?;
                (place, Writer::Jsonl(jsonl::Writer::file(path, file)))
            }
            (_, Some(path)) => (Place::folder(path)?, Writer::None),
            (_, None) => return Err(Error::NoStream),
        };
        Ok(Export { format, place, writer, digest: None, done: Vec::new() })
    }

    /// Begins a table; the one before is complete.
    pub fn table(&mut self, table: &'static Table) -> Result<(), Error> {
        self.close()?;
        let file = self.place.inside(&self.format.file(table.name));
        match (&mut self.writer, self.format) {
            (Writer::Jsonl(writer), _) => writer.table(table),
            (writer, Format::Parquet) => *writer = Writer::Parquet(parquet::Writer::create(&file, table)?),
            (writer, _) => *writer = Writer::Csv(csv::Writer::create(&file, table)?),
        }
        self.digest = Some((table, Digest::new()));
        Ok(())
    }

    /// Adds a row of the table that was begun: a value for each column, of its kind.
    pub fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        let Some((table, digest)) = &mut self.digest else { return Ok(()) };
        text::check(table, row)?;
        digest.row(row);
        match &mut self.writer {
            Writer::None => Ok(()),
            Writer::Csv(writer) => writer.row(row),
            Writer::Jsonl(writer) => writer.row(row),
            Writer::Parquet(writer) => writer.row(row),
        }
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some((table, digest)) = self.digest.take() else { return Ok(()) };
        self.done.push(digest.of(table));
        match std::mem::replace(&mut self.writer, Writer::None) {
            Writer::None => Ok(()),
            Writer::Csv(writer) => writer.close(),
            Writer::Parquet(writer) => writer.close(),
            // All tables share the file.
            Writer::Jsonl(writer) => {
                self.writer = Writer::Jsonl(writer);
                Ok(())
            }
        }
    }

    /// Writes the statement and gives the export its name.
    pub fn finish(mut self) -> Result<Statement, Error> {
        self.close()?;
        let mut files = BTreeMap::new();
        if !matches!(self.writer, Writer::Jsonl(_)) {
            for table in &self.done {
                let name = self.format.file(&table.name);
                let file = self.place.inside(&name);
                let digest = statement::of_file(&file).map_err(|error| Error::unwritten(&file, error))?;
                files.insert(name, digest);
            }
        }
        let statement = Statement::new(self.format, self.done, files);
        match self.writer {
            Writer::Jsonl(writer) => writer.close(&statement)?,
            _ => statement.write(&self.place.inside(STATEMENT))?,
        }
        self.place.publish()?;
        Ok(statement)
    }
}

#[cfg(test)]
mod tests;
