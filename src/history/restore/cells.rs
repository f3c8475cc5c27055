//! One row of a dump, whose values may be anything that somebody wrote into a file.

use std::str::FromStr;

use serde::de::DeserializeOwned;

use crate::domain::Date;
use crate::domain::table::{Kind, Row, Table, Value};
use crate::history::error::Fault;
use crate::history::sql::Param;
use crate::history::units;

/// Days may be counted from there and back without end: 1 January 2000 to 1 January 9999, as stored.
const FIRST: i64 = 10_957;
const LAST: i64 = 2_932_532;
/// Of a day.
const MICROS: i64 = 86_400_000_000;

/// A row whose values are of the kinds that its table has.
pub(super) struct Cells<'o> {
    table: &'static Table,
    row: &'o Row,
}

impl<'o> Cells<'o> {
    pub(super) fn new(table: &'static Table, row: &'o Row) -> Result<Cells<'o>, Fault> {
        let cells = Cells { table, row };
        if row.len() != table.columns.len() {
            return Err(cells.fault(&format!("it has {} values instead of {}", row.len(), table.columns.len())));
        }
        for (column, value) in table.columns.iter().zip(row) {
            let fits = match (column.kind, value) {
                (_, Value::Null) | (Kind::Integer, Value::Integer(_)) | (Kind::Text, Value::Text(_)) => true,
                (Kind::Flag, Value::Integer(flag)) => [0, 1].contains(flag),
                (Kind::Date, Value::Integer(date)) => (FIRST..=LAST).contains(date),
                (Kind::Moment, Value::Integer(moment)) => (0..=LAST * MICROS).contains(moment),
                _ => false,
            };
            if !fits {
                return Err(cells.fault(&format!("its `{}` cannot be {}", column.name, shown(value))));
            }
            // Ids and figures are counted from zero; so no reader has to wonder.
            if matches!((column.kind, value), (Kind::Integer, Value::Integer(..0))) {
                return Err(cells.fault(&format!("its `{}` is below zero", column.name)));
            }
        }
        Ok(cells)
    }

    pub(super) fn table(&self) -> &'static str {
        self.table.name
    }

    pub(super) fn fault(&self, why: &str) -> Fault {
        let row: Vec<String> = self.row.iter().map(shown).collect();
        Fault::Rows(self.table.name, format!("of the row ({}), {why}", row.join(", ")))
    }

    pub(super) fn maybe(&self, column: usize) -> Result<Option<i64>, Fault> {
        match &self.row[column] {
            Value::Integer(value) => Ok(Some(*value)),
            Value::Null => Ok(None),
            Value::Text(_) => Err(self.lacks(column)),
        }
    }

    pub(super) fn integer(&self, column: usize) -> Result<i64, Fault> {
        self.maybe(column)?.ok_or_else(|| self.lacks(column))
    }

    pub(super) fn date(&self, column: usize) -> Result<Date, Fault> {
        units::date(self.integer(column)?)
    }

    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<&'o str>, Fault> {
        match &self.row[column] {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            Value::Integer(_) => Err(self.lacks(column)),
        }
    }

    pub(super) fn text(&self, column: usize) -> Result<&'o str, Fault> {
        self.maybe_text(column)?.ok_or_else(|| self.lacks(column))
    }

    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, column: usize) -> Result<T, Fault> {
        self.text(column)?.parse().map_err(|fault: T::Err| self.fault(&fault.to_string()))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, Fault> {
        let what = |error| self.fault(&format!("its `{}` cannot be read: {error}", self.table.columns[column].name));
        serde_json::from_str(self.text(column)?).map_err(what)
    }

    /// Views, their uniques, clones and theirs, from a column on. Of each two, both are known or none is.
    pub(super) fn four(&self, from: usize) -> Result<[Option<i64>; 4], Fault> {
        let four = [self.maybe(from)?, self.maybe(from + 1)?, self.maybe(from + 2)?, self.maybe(from + 3)?];
        let whole = four.chunks(2).all(|both| both[0].is_some() == both[1].is_some());
        if whole { Ok(four) } else { Err(self.fault("a count and its uniques are known together")) }
    }

    pub(super) fn all(&self) -> Vec<Param<'o>> {
        let value = |value: &'o Value| match value {
            Value::Null => Param::Null,
            Value::Integer(value) => Param::from(*value),
            Value::Text(text) => Param::from(text),
        };
        self.row.iter().map(value).collect()
    }

    fn lacks(&self, column: usize) -> Fault {
        self.fault(&format!("it has no `{}`", self.table.columns[column].name))
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Text(text) => format!("`{}`", text.chars().take(60).collect::<String>()),
    }
}
