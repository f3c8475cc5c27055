//! What an operator does by hand: look at what was seen, correct a figure, forget a repository.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::error::Fault;
use super::record::{correct as keep, metric};
use super::units::{date, figure, moment};
use crate::domain::collection::{Correction, Seen};
use crate::domain::repo::RepoName;
use crate::domain::traffic::Cell;

const BY_NAME: &str = include_str!("queries/repository_by_name.sql");
const SEEN: &str = include_str!("queries/seen_of.sql");

/// Every table with rows of one repository; the repository itself comes last.
const TABLES: [&str; 17] = [
    "name",
    "source",
    "observation",
    "day",
    "looked",
    "counters",
    "snapshot",
    "about",
    "week",
    "fortnight",
    "star",
    "download",
    "asset",
    "release",
    "asked",
    "doubt",
    "correction",
];

/// Every value of its days that was ever seen; nothing for a repository that is not known.
pub(super) fn seen(connection: &Connection, host: &str, name: &RepoName) -> Result<Vec<Seen>, Fault> {
    let Some(repository) = find(connection, host, name)? else { return Ok(Vec::new()) };
    let mut query = connection.prepare_cached(SEEN)?;
    let mut rows = query.query([repository])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Seen {
            date: date(row.get(0)?)?,
            metric: metric(row.get(1)?)?,
            cell: Cell { count: figure(row.get(2)?)?, uniques: figure(row.get(3)?)? },
            first: moment(row.get(4)?)?,
            last: moment(row.get(5)?)?,
        });
    }
    Ok(all)
}

/// Whether there is such a repository; then the correction is kept.
pub(super) fn correct(
    transaction: &Transaction<'_>,
    host: &str,
    name: &RepoName,
    correction: &Correction,
) -> Result<bool, Fault> {
    let Some(repository) = find(transaction, host, name)? else { return Ok(false) };
    keep(transaction, repository, correction)?;
    Ok(true)
}

/// Whether there was such a repository; then nothing is known of it any more, except that runs tell of it.
pub(super) fn forget(transaction: &Transaction<'_>, host: &str, name: &RepoName) -> Result<bool, Fault> {
    let Some(repository) = find(transaction, host, name)? else { return Ok(false) };
    for table in TABLES {
        transaction.execute(&format!("DELETE FROM {table} WHERE repository = ?1"), [repository])?;
    }
    transaction.execute("DELETE FROM repository WHERE key = ?1", [repository])?;
    Ok(true)
}

fn find(connection: &Connection, host: &str, name: &RepoName) -> Result<Option<i64>, Fault> {
    let mut query = connection.prepare_cached(BY_NAME)?;
    Ok(query.query_row(params![host, name.to_string()], |row| row.get(0)).optional()?)
}
