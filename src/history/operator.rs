//! What an operator does by hand: look at what was seen, correct a figure, forget a repository.

use super::error::Fault;
use super::identity;
use super::record::{correct as keep, metric};
use super::sql::{Session, values};
use super::units::{date, figure, moment};
use crate::domain::collection::{Correction, Seen};
use crate::domain::repo::RepoName;
use crate::domain::traffic::Cell;

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
pub(super) fn seen(session: Session<'_>, host: &str, name: &RepoName) -> Result<Vec<Seen>, Fault> {
    let Some(repository) = find(session, host, name)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    session.scan(SEEN, &values![repository], |row| {
        all.push(Seen {
            date: date(row.integer(0)?)?,
            metric: metric(row.integer(1)?)?,
            cell: Cell { count: figure(row.integer(2)?)?, uniques: figure(row.integer(3)?)? },
            first: moment(row.integer(4)?)?,
            last: moment(row.integer(5)?)?,
        });
        Ok(())
    })?;
    Ok(all)
}

/// Whether there is such a repository; then the correction is kept.
pub(super) fn correct(
    session: Session<'_>,
    host: &str,
    name: &RepoName,
    correction: &Correction,
) -> Result<bool, Fault> {
    let Some(repository) = find(session, host, name)? else { return Ok(false) };
    keep(session, repository, correction)?;
    Ok(true)
}

/// Whether there was such a repository; then nothing is known of it any more, except that runs tell of it.
pub(super) fn forget(session: Session<'_>, host: &str, name: &RepoName) -> Result<bool, Fault> {
    let Some(repository) = find(session, host, name)? else { return Ok(false) };
    for table in TABLES {
        session.execute(&format!("DELETE FROM {table} WHERE repository = ?1"), &values![repository])?;
    }
    session.execute("DELETE FROM repository WHERE key = ?1", &values![repository])?;
    Ok(true)
}

/// The repository that goes by that name, else the one that did last.
pub(super) fn find(session: Session<'_>, host: &str, name: &RepoName) -> Result<Option<i64>, Fault> {
    identity::by_name(session, &identity::host(host), &name.to_string())
}
