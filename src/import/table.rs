//! CSV files, read by column name, every value checked. A line at a time: a file may be larger than memory.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike};
use csv::{Position, Reader, ReaderBuilder, StringRecord};

use super::error::Fault;
use crate::domain::Date;
use crate::domain::traffic::Cell;

/// Beyond this, a figure is a mistake: no repository has had as many of anything in a day.
pub(super) const LIMIT: u64 = 1_000_000_000_000;

/// GitHub opened in this year; nothing was counted before.
const FIRST_YEAR: i32 = 2008;

/// A file whose first line, or whoever wrote it, names the columns.
pub(super) struct Table {
    file: PathBuf,
    header: StringRecord,
    /// The first line, where it turned out to be no header.
    first: Option<StringRecord>,
    reader: Reader<Box<dyn Read>>,
}

impl Table {
    /// Opens a file: comma separated, quoted where necessary, UTF-8 with or without a byte order mark.
    pub(super) fn read(file: &Path) -> Result<Table, Fault> {
        let opened = File::open(file).map_err(|error| Fault::whole(file, format!("cannot be read: {error}")))?;
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(Box::new(opened) as Box<dyn Read>);
        let mut header = StringRecord::new();
        reader.read_record(&mut header).map_err(|error| explain(file, &error))?;
        if header.is_empty() {
            return Err(Fault::whole(file, "is empty; its first line should name the columns"));
        }
        Ok(Table { file: file.to_owned(), header, first: None, reader })
    }

    /// Opens a file that may do without a header: its columns are `columns` then, in this order.
    pub(super) fn read_as(file: &Path, columns: &[&str]) -> Result<Table, Fault> {
        let mut table = Table::read(file)?;
        // A value may be called like a column; but every row has a number, and no header has.
        let named = table.header.iter().any(|title| columns.contains(&plain(title).as_str()));
        if named && table.header.iter().all(|title| title.trim().parse::<u64>().is_err()) {
            return Ok(table);
        }
        if table.header.len() != columns.len() {
            let what = format!(
                "has {} values, where the table has the columns `{}`; export all of them, or name those that are there in a first line",
                table.header.len(),
                columns.join("`, `")
            );
            return Err(Fault::at(file, 1, what));
        }
        table.first = Some(std::mem::replace(&mut table.header, StringRecord::from(columns)));
        Ok(table)
    }

    /// The number of the column that goes by one of `names`.
    pub(super) fn column(&self, names: &[&str]) -> Result<usize, Fault> {
        self.find(names).ok_or_else(|| {
            let titles: Vec<&str> = self.header.iter().collect();
            let what = format!("has no column `{}`, only `{}`", names.join("` or `"), titles.join("`, `"));
            Fault::at(&self.file, 1, what)
        })
    }

    /// The number of the column that goes by one of `names`, if there is one.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        self.header.iter().position(|title| names.contains(&plain(title).as_str()))
    }

    /// The names of the columns as they are written.
    pub(super) fn titles(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// Reads every line, or names every line that is broken.
    pub(super) fn each<T>(&mut self, mut read: impl FnMut(Row<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Vec<Fault>> {
        let (mut values, mut faults) = (Vec::new(), Vec::new());
        let mut record = StringRecord::new();
        loop {
            let more = match self.first.take() {
                Some(first) => {
                    record = first;
                    Ok(true)
                }
                None => self.reader.read_record(&mut record),
            };
            match more {
                Ok(false) => break,
                Ok(true) => match read(Row { file: &self.file, header: &self.header, record: &record }) {
                    Ok(value) => values.push(value),
                    Err(fault) => faults.push(fault),
                },
                Err(error) => {
                    faults.push(explain(&self.file, &error));
                    if error.is_io_error() {
                        break;
                    }
                }
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

/// A title as it is compared: people write `Unique views` and databases `UNIQUE_VIEWS`.
fn plain(title: &str) -> String {
    title.trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

/// One line of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    file: &'t Path,
    header: &'t StringRecord,
    record: &'t StringRecord,
}

impl Row<'_> {
    pub(super) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// Whether nothing is written there.
    pub(super) fn is_blank(&self, column: usize) -> bool {
        self.text(column).trim().is_empty()
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

    /// How many, and from how many different people.
    pub(super) fn cell(&self, (count, uniques): (usize, usize)) -> Result<Cell, Fault> {
        let cell = Cell { count: self.figure(count)?, uniques: self.figure(uniques)? };
        if cell.uniques > cell.count {
            let what = format!("{} unique of {} in all cannot be; are the columns mixed up?", cell.uniques, cell.count);
            return Err(self.fault(what));
        }
        Ok(cell)
    }

    /// The UTC date of a moment such as `2020-12-01 00:00:00+00:00`, not before GitHub and not after `latest`.
    pub(super) fn date(&self, column: usize, latest: Date) -> Result<Date, Fault> {
        let date = moment(self.text(column).trim());
        let date = date.ok_or_else(|| self.wrong(column, "is not a time such as `2020-12-01 00:00:00+00:00`"))?;
        self.possible(column, date, latest)
    }

    /// The date itself, `2020-12-01` or `20201201`, or a moment on it.
    pub(super) fn day(&self, column: usize, latest: Date) -> Result<Date, Fault> {
        let text = self.text(column).trim();
        let date = ["%Y-%m-%d", "%Y%m%d"].iter().find_map(|form| Date::parse_from_str(text, form).ok());
        let date = date.or_else(|| moment(text));
        let date = date.ok_or_else(|| self.wrong(column, "is not a date such as `2020-12-01`"))?;
        self.possible(column, date, latest)
    }

    fn possible(&self, column: usize, date: Date, latest: Date) -> Result<Date, Fault> {
        possible(date, latest).map_err(|rule| self.wrong(column, rule))
    }

    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::at(self.file, self.record.position().map_or(1, Position::line), what)
    }

    /// That a value breaks a rule.
    pub(super) fn wrong(&self, column: usize, rule: &str) -> Fault {
        let title = self.header.get(column).unwrap_or_default();
        self.fault(format!("`{}` in column `{title}` {rule}", self.text(column)))
    }
}

/// The UTC date of a moment.
fn moment(text: &str) -> Option<Date> {
    let parsed = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z");
    let parsed = parsed.or_else(|_| DateTime::parse_from_rfc3339(text));
    parsed.ok().map(|moment| moment.to_utc().date_naive())
}

/// The date, or why there can be no traffic of it.
pub(super) fn possible(date: Date, latest: Date) -> Result<Date, &'static str> {
    match () {
        () if date.year() < FIRST_YEAR => Err("lies before GitHub's first year, 2008"),
        () if date > latest => Err("lies in the future"),
        () => Ok(date),
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
