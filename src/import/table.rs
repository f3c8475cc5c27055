//! CSV files with a header, read by column name, every value checked.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike};
use csv::{Position, ReaderBuilder, StringRecord};

use super::error::Fault;
use crate::domain::Date;

/// Beyond this, a figure is a mistake: no repository has had as many of anything in a day.
const LIMIT: u64 = 1_000_000_000_000;

/// GitHub opened in this year; nothing was counted before.
const FIRST_YEAR: i32 = 2008;

/// A whole table in memory.
pub(super) struct Table {
    file: PathBuf,
    header: StringRecord,
    rows: Vec<StringRecord>,
}

impl Table {
    /// Reads a file: comma separated, quoted where necessary, UTF-8 with or without a byte order mark.
    pub(super) fn read(file: &Path) -> Result<Table, Fault> {
        let text = std::fs::read(file).map_err(|error| Fault::whole(file, format!("cannot be read: {error}")))?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let mut reader = ReaderBuilder::new().from_reader(text);
        let header = reader.headers().map_err(|error| explain(file, &error))?.clone();
        if header.is_empty() {
            return Err(Fault::whole(file, "is empty; its first line should name the columns"));
        }
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>().map_err(|error| explain(file, &error))?;
        Ok(Table { file: file.to_owned(), header, rows })
    }

    /// The number of the column that goes by one of `names`.
    pub(super) fn column(&self, names: &[&str]) -> Result<usize, Fault> {
        let found = self.header.iter().position(|title| names.contains(&title.trim()));
        found.ok_or_else(|| {
            let titles: Vec<&str> = self.header.iter().collect();
            let what = format!("has no column `{}`, only `{}`", names.join("` or `"), titles.join("`, `"));
            Fault::at(&self.file, 1, what)
        })
    }

    /// Reads every line, or names every line that is broken.
    pub(super) fn each<T>(&self, mut read: impl FnMut(Row<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Vec<Fault>> {
        let (mut values, mut faults) = (Vec::new(), Vec::new());
        for record in &self.rows {
            match read(Row { table: self, record }) {
                Ok(value) => values.push(value),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

/// One line of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    record: &'t StringRecord,
}

impl Row<'_> {
    pub(super) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// A whole number, not negative.
    pub(super) fn figure(&self, column: usize) -> Result<u64, Fault> {
        let value =
            self.text(column).trim().parse().map_err(|_| self.wrong(column, "is not a whole number from 0 up"))?;
        if value > LIMIT {
            Err(self.wrong(column, "is more than anything on GitHub was ever counted"))
        } else {
            Ok(value)
        }
    }

    /// The UTC date of a moment such as `2020-12-01 00:00:00+00:00`, not before GitHub and not after `latest`.
    pub(super) fn date(&self, column: usize, latest: Date) -> Result<Date, Fault> {
        let parsed = DateTime::parse_from_str(self.text(column).trim(), "%Y-%m-%d %H:%M:%S%.f%:z");
        let parsed = parsed.or_else(|_| DateTime::parse_from_rfc3339(self.text(column).trim()));
        let moment = parsed.map_err(|_| self.wrong(column, "is not a time such as `2020-12-01 00:00:00+00:00`"))?;
        let date = moment.to_utc().date_naive();
        if date.year() < FIRST_YEAR {
            return Err(self.wrong(column, "lies before GitHub's first year, 2008"));
        }
        if date > latest {
            return Err(self.wrong(column, "lies in the future"));
        }
        Ok(date)
    }

    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::at(&self.table.file, self.record.position().map_or(1, Position::line), what)
    }

    fn wrong(&self, column: usize, rule: &str) -> Fault {
        let title = self.table.header.get(column).unwrap_or_default();
        self.fault(format!("`{}` in column `{title}` {rule}", self.text(column)))
    }
}

fn explain(file: &Path, error: &csv::Error) -> Fault {
    let what = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} values where the first line names {expected_len} columns")
        }
        _ => format!("cannot be read as CSV: {error}"),
    };
    Fault { file: file.to_owned(), line: error.position().map(Position::line), what }
}
