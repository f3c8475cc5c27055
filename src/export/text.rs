//! Values as people read them.
//!
//! Dates are `2026-01-02`, moments `2026-01-02T03:04:05.000006Z`. A number that is no date of the years 0000 to 9999
//! stays a number, so that nothing is lost and every text of four digits and a dash is a date.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

use super::Error;
use crate::domain::Date;
use crate::domain::table::{Column, Kind, Table, Value};

/// Refuses a row that is not one of `table`.
pub(super) fn check(table: &Table, row: &[Value]) -> Result<(), Error> {
    let wrong = |column: &Column, what: String| Error::Value { table: table.name, column: column.name, what };
    if row.len() != table.columns.len() {
        let (last, n) = (table.columns.last(), table.columns.len());
        let what = format!("a row of {} values where there are {n} columns", row.len());
        return Err(Error::Value { table: table.name, column: last.map_or("", |column| column.name), what });
    }
    for (column, value) in table.columns.iter().zip(row) {
        match (column.kind, value) {
            (_, Value::Null) | (Kind::Text, Value::Text(_)) => {}
            (Kind::Flag, Value::Integer(number)) if !matches!(number, 0 | 1) => {
                return Err(wrong(column, format!("{number}, which is neither 0 nor 1")));
            }
            (Kind::Integer | Kind::Flag | Kind::Date | Kind::Moment, Value::Integer(_)) => {}
            (_, other) => return Err(wrong(column, format!("{other:?}, which is of another kind"))),
        }
    }
    Ok(())
}

/// How a number is written, if not as a number.
pub(super) fn date(number: i64) -> Option<String> {
    let date = i32::try_from(number).ok().and_then(Date::from_epoch_days)?;
    plain(date.year()).then(|| date.to_string())
}

pub(super) fn moment(micros: i64) -> Option<String> {
    let moment = DateTime::<Utc>::from_timestamp_micros(micros)?;
    plain(moment.year()).then(|| moment.to_rfc3339_opts(SecondsFormat::Micros, true))
}

fn plain(year: i32) -> bool {
    (0..=9999).contains(&year)
}

/// The number of a written date.
pub(super) fn read_date(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().or_else(|| text.parse::<Date>().ok().map(|date| date.to_epoch_days().into()))
}

pub(super) fn read_moment(text: &str) -> Option<i64> {
    let moment = || DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.timestamp_micros());
    text.parse::<i64>().ok().or_else(moment)
}
