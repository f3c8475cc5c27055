//! CSV: `\N` is what is not known, as PostgreSQL writes it; a text that begins with a backslash gets one more.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::{Error, text};
use crate::domain::table::{Kind, Row, Table, Value};

const NULL: &str = r"\N";

/// A file in the making.
pub(super) struct Writer {
    path: PathBuf,
    kinds: Vec<Kind>,
    csv: csv::Writer<File>,
}

impl Writer {
    pub(super) fn create(path: &Path, table: &Table) -> Result<Writer, Error> {
        let file = File::create(path).map_err(|error| Error::unwritten(path, error))?;
        let mut csv = WriterBuilder::new().from_writer(file);
        csv.write_record(table.columns.iter().map(|column| column.name))
            .map_err(|error| Error::unwritten(path, error))?;
        Ok(Writer { path: path.to_owned(), kinds: table.columns.iter().map(|column| column.kind).collect(), csv })
    }

    pub(super) fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        let values = self.kinds.iter().zip(row).map(|(kind, value)| written(*kind, value));
        self.csv.write_record(values).map_err(|error| Error::unwritten(&self.path, error))
    }

    pub(super) fn close(self) -> Result<(), Error> {
        let Writer { path, csv, .. } = self;
        let file = csv.into_inner().map_err(|error| Error::unwritten(&path, error.error()))?;
        file.sync_all().map_err(|error| Error::unwritten(&path, error))
    }
}

fn written(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => NULL.to_owned(),
        (_, Value::Text(text)) if text.starts_with('\\') => format!(r"\{text}"),
        (_, Value::Text(text)) => text.clone(),
        (Kind::Flag, Value::Integer(flag)) => (*flag == 1).to_string(),
        (Kind::Date, Value::Integer(number)) => text::date(*number).unwrap_or_else(|| number.to_string()),
        (Kind::Moment, Value::Integer(micros)) => text::moment(*micros).unwrap_or_else(|| micros.to_string()),
        (_, Value::Integer(number)) => number.to_string(),
    }
}

/// Reads a file row by row; its first line must name the columns.
pub(super) fn read<E: From<Error>>(
    path: &Path,
    columns: &[(String, Kind)],
    mut each: impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let torn = |error: csv::Error| Error::torn(path, error.to_string());
    let mut csv = ReaderBuilder::new().from_path(path).map_err(torn)?;
    let header = csv.headers().map_err(torn)?;
    if !header.iter().eq(columns.iter().map(|(name, _)| name)) {
        return Err(Error::torn(path, "its first line names other columns").into());
    }
    let mut record = StringRecord::new();
    while csv.read_record(&mut record).map_err(torn)? {
        let value = |((name, kind), text): (&(String, Kind), &str)| {
            let line = record.position().map_or(0, csv::Position::line);
            read_value(*kind, text).ok_or_else(|| Error::torn(path, format!("line {line}, `{text}` as `{name}`")))
        };
        each(columns.iter().zip(&record).map(value).collect::<Result<Row, Error>>()?)?;
    }
    Ok(())
}

fn read_value(kind: Kind, text: &str) -> Option<Value> {
    if text == NULL {
        return Some(Value::Null);
    }
    match kind {
        Kind::Text => Some(Value::Text(text.strip_prefix('\\').unwrap_or(text).to_owned())),
        Kind::Flag => text.parse::<bool>().ok().map(|flag| Value::Integer(flag.into())),
        Kind::Integer => text.parse().ok().map(Value::Integer),
        Kind::Date => text::read_date(text).map(Value::Integer),
        Kind::Moment => text::read_moment(text).map(Value::Integer),
    }
}
