//! The tables of github-repo-stats.

use std::path::Path;

use crate::domain::Date;
use crate::domain::ranking::{Ranked, TOP};
use crate::domain::traffic::{Cell, Day};
use crate::import::error::Fault;
use crate::import::table::{Row, Table};

/// Every broken line of a table, or all that was read from it.
type Read<T> = Result<Vec<T>, Vec<Fault>>;

/// Views and clones by day; a cell of zero is absent.
pub(super) fn days(file: &Path, latest: Date) -> Read<Day> {
    let mut table = Table::read(file)?;
    let date = table.column(&["time_iso8601"])?;
    let views = (table.column(&["views_total"])?, table.column(&["views_unique"])?);
    let clones = (table.column(&["clones_total"])?, table.column(&["clones_unique"])?);
    let day = |row: Row<'_>| {
        let date = row.date(date, latest)?;
        Ok(Day { date, views: filled(row, views)?, clones: filled(row, clones)? })
    };
    let mut days = table.each(day)?;
    days.retain(|day| day.views.is_some() || day.clones.is_some());
    Ok(days)
}

fn filled(row: Row<'_>, columns: (usize, usize)) -> Result<Option<Cell>, Fault> {
    let cell = row.cell(columns)?;
    Ok(Some(cell).filter(|cell| cell.count > 0))
}

/// A counter on each day that has one.
pub(super) fn counters(file: &Path, column: &str, latest: Date) -> Read<(Date, u64)> {
    let mut table = Table::read(file)?;
    let (date, value) = (table.column(&["time_iso8601"])?, table.column(&[column])?);
    table.each(|row| Ok((row.date(date, latest)?, row.figure(value)?)))
}

/// A top ten; its first column goes by `name`. The oldest files called the figures `count_…`.
pub(super) fn top(file: &Path, name: &str) -> Read<Ranked> {
    let mut table = Table::read(file)?;
    let name = table.column(&[name])?;
    let views = (table.column(&["views_total", "count_total"])?, table.column(&["views_unique", "count_unique"])?);
    let ranked = |row: Row<'_>| {
        let Cell { count, uniques } = row.cell(views)?;
        Ok(Ranked { name: row.text(name).into(), title: None, count, uniques })
    };
    let mut rows = table.each(ranked)?;
    if rows.len() > TOP {
        let what = format!("has {} rows, but GitHub gives the top ten only", rows.len());
        return Err(vec![Fault::whole(file, what)]);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    Ok(rows)
}
