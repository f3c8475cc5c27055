//! One table as a file: rows told once, written as CSV, JSON or XLSX.

use super::csv::Csv;
use super::json::Json;
use super::xlsx::Grid;
use crate::domain::Date;

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Json,
    Xlsx,
}

impl Format {
    pub(super) const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Xlsx];

    pub(super) fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Xlsx => "xlsx",
        }
    }

    /// How people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::Json => "JSON",
            Format::Xlsx => "XLSX",
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Json => "application/json",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// One cell. What is not known is empty or null, never 0.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// Text of ours: states and the like.
    Plain(&'a str),
    /// Text that somebody else wrote.
    Foreign(&'a str),
    Number(Option<u64>),
    Date(Option<Date>),
    Flag(Option<bool>),
}

impl From<Option<u64>> for Value<'_> {
    fn from(number: Option<u64>) -> Self {
        Value::Number(number)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Value::Number(Some(number))
    }
}

impl From<Date> for Value<'_> {
    fn from(date: Date) -> Self {
        Value::Date(Some(date))
    }
}

impl From<Option<Date>> for Value<'_> {
    fn from(date: Option<Date>) -> Self {
        Value::Date(date)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Flag(Some(flag))
    }
}

/// A table in the making.
pub(super) enum File {
    Csv(Csv),
    Json(Json),
    Grid(Box<Grid>),
}

impl File {
    /// The next cell of the row.
    pub(super) fn put<'a>(&mut self, value: impl Into<Value<'a>>) -> &mut File {
        let value = value.into();
        match self {
            File::Csv(csv) => csv.put(value),
            File::Json(json) => json.put(value),
            File::Grid(grid) => grid.put(value),
        }
        self
    }

    /// Text of ours.
    pub(super) fn plain(&mut self, text: &str) -> &mut File {
        self.put(Value::Plain(text))
    }

    /// Text that somebody else wrote.
    pub(super) fn foreign(&mut self, text: &str) -> &mut File {
        self.put(Value::Foreign(text))
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        match self {
            File::Csv(csv) => csv.end(),
            File::Json(json) => json.end(),
            File::Grid(grid) => grid.end(),
        }
    }
}
