//! JSON lines: a row is an object, its table first; the statement is the last line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{Error, Statement, text};
use crate::domain::table::{Kind, Row, Table, Value};

/// A statement is far shorter than this.
const LONGEST_STATEMENT: u64 = 1 << 20;

/// The file in the making, or standard output.
pub(super) struct Writer {
    path: PathBuf,
    out: Out,
    table: Option<&'static Table>,
}

enum Out {
    File(BufWriter<File>),
    Stream(BufWriter<std::io::Stdout>),
}

impl Writer {
    pub(super) fn file(path: &Path, file: File) -> Writer {
        Writer { path: path.to_owned(), out: Out::File(BufWriter::new(file)), table: None }
    }

    pub(super) fn stream() -> Writer {
        Writer { path: "-".into(), out: Out::Stream(BufWriter::new(std::io::stdout())), table: None }
    }

    pub(super) fn table(&mut self, table: &'static Table) {
        self.table = Some(table);
    }

    pub(super) fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        let Some(table) = self.table else { return Ok(()) };
        let mut object = Map::new();
        object.insert("table".into(), table.name.into());
        for (column, value) in table.columns.iter().zip(row) {
            object.insert(column.name.into(), written(column.kind, value));
        }
        self.line(&Json::Object(object))
    }

    fn line(&mut self, line: &Json) -> Result<(), Error> {
        let out: &mut dyn Write = match &mut self.out {
            Out::File(file) => file,
            Out::Stream(stream) => stream,
        };
        writeln!(out, "{line}").map_err(|error| Error::unwritten(&self.path, error))
    }

    pub(super) fn close(mut self, statement: &Statement) -> Result<(), Error> {
        self.line(&json!({ "statement": statement }))?;
        let done = match self.out {
            Out::File(file) => file.into_inner().map_err(|error| error.into_error()).and_then(|file| file.sync_all()),
            Out::Stream(mut stream) => stream.flush(),
        };
        done.map_err(|error| Error::unwritten(&self.path, error))
    }
}

fn written(kind: Kind, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Null) => Json::Null,
        (_, Value::Text(text)) => text.as_str().into(),
        (Kind::Flag, Value::Integer(flag)) => (*flag == 1).into(),
        (Kind::Date, Value::Integer(number)) => text::date(*number).map_or((*number).into(), Json::from),
        (Kind::Moment, Value::Integer(micros)) => text::moment(*micros).map_or((*micros).into(), Json::from),
        (_, Value::Integer(number)) => (*number).into(),
    }
}

/// The last line, without the statement's name around it; `None` where it is no statement.
pub(super) fn statement(path: &Path) -> std::io::Result<Option<Json>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_STATEMENT)))?;
    let mut end = Vec::new();
    file.take(LONGEST_STATEMENT).read_to_end(&mut end)?;
    // A last line without its end may have been cut, even where it still reads well.
    let Some(end) = end.strip_suffix(b"\n") else { return Ok(None) };
    let last = end.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line: Option<Map<String, Json>> = serde_json::from_slice(last).ok();
    Ok(line.and_then(|mut line| line.remove("statement")))
}

/// Where the rows of each table begin.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeMap<String, u64>);

#[derive(Deserialize)]
struct Tagged {
    table: String,
}

impl Index {
    /// Looks for the beginning of each table, whose rows must follow each other.
    pub(super) fn of(path: &Path) -> Result<Index, Error> {
        let torn = |error: std::io::Error| Error::torn(path, error.to_string());
        let mut lines = BufReader::new(File::open(path).map_err(torn)?);
        let (mut index, mut at, mut line, mut current) = (Index::default(), 0, Vec::new(), None);
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line).map_err(torn)?;
            let Ok(Tagged { table }) = serde_json::from_slice(&line) else { break };
            if current.as_ref() != Some(&table) {
                if index.0.insert(table.clone(), at).is_some() {
                    return Err(Error::torn(path, format!("the rows of `{table}` do not follow each other")));
                }
                current = Some(table);
            }
            at += read as u64;
        }
        // What is no row is the statement, and the end.
        let beyond = lines.fill_buf().map_err(torn)?;
        if beyond.is_empty() { Ok(index) } else { Err(Error::torn(path, "a line between its rows cannot be read")) }
    }

    /// Reads the rows of one table.
    pub(super) fn read<E: From<Error>>(
        &self,
        path: &Path,
        table: &str,
        columns: &[(String, Kind)],
        mut each: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let torn = |error: std::io::Error| Error::torn(path, error.to_string());
        let Some(begin) = self.0.get(table) else { return Ok(()) };
        let mut file = File::open(path).map_err(torn)?;
        file.seek(SeekFrom::Start(*begin)).map_err(torn)?;
        let (mut lines, mut line) = (BufReader::new(file), Vec::new());
        loop {
            line.clear();
            lines.read_until(b'\n', &mut line).map_err(torn)?;
            let Ok(object) = serde_json::from_slice::<Map<String, Json>>(&line) else { return Ok(()) };
            if object.get("table").and_then(Json::as_str) != Some(table) {
                return Ok(());
            }
            each(row(path, table, columns, &object)?)?;
        }
    }
}

fn row(path: &Path, table: &str, columns: &[(String, Kind)], object: &Map<String, Json>) -> Result<Row, Error> {
    // One more for the table.
    if object.len() != columns.len() + 1 {
        return Err(Error::torn(path, format!("a row of `{table}` has other columns")));
    }
    let value = |(name, kind): &(String, Kind)| {
        let value = object.get(name).and_then(|value| read_value(*kind, value));
        value.ok_or_else(|| Error::torn(path, format!("a row of `{table}` has no `{name}` that can be read")))
    };
    columns.iter().map(value).collect()
}

fn read_value(kind: Kind, value: &Json) -> Option<Value> {
    match (kind, value) {
        (_, Json::Null) => Some(Value::Null),
        (Kind::Text, Json::String(text)) => Some(Value::Text(text.clone())),
        (Kind::Flag, Json::Bool(flag)) => Some(Value::Integer((*flag).into())),
        (Kind::Date, Json::String(text)) => text::read_date(text).map(Value::Integer),
        (Kind::Moment, Json::String(text)) => text::read_moment(text).map(Value::Integer),
        (Kind::Integer | Kind::Date | Kind::Moment, Json::Number(number)) => number.as_i64().map(Value::Integer),
        _ => None,
    }
}
