//! What an operator does by hand: look at what was seen, correct a figure, forget a repository.

use std::collections::HashSet;

use super::error::Fault;
use super::identity;
use super::record::{Top, correct as keep, metric};
use super::sql::{Param, Session, values};
use super::units::{date, figure, moment};
use crate::domain::collection::{Correction, Outcome, Seen};
use crate::domain::repo::{RepoId, RepoName};
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

/// Whether there was such a repository; then nothing is known of it any more.
pub(super) fn forget(session: Session<'_>, host: &str, name: &RepoName) -> Result<bool, Fault> {
    let Some(repository) = find(session, host, name)? else { return Ok(false) };
    forget_outcomes(session, repository)?;
    for table in TABLES {
        session.execute(&format!("DELETE FROM {table} WHERE repository = ?1"), &values![repository])?;
    }
    session.execute("DELETE FROM repository WHERE key = ?1", &values![repository])?;
    forget_texts(session)?;
    Ok(true)
}

/// Runs tell of it no more: it goes by its id and its names there, since they know no host.
fn forget_outcomes(session: Session<'_>, repository: i64) -> Result<(), Fault> {
    let (mut id, mut names, mut runs) = (None, Vec::new(), Vec::new());
    session.scan("SELECT github_id FROM repository WHERE key = ?1", &values![repository], |row| {
        id = row.maybe(0)?.map(figure).transpose()?.map(RepoId);
        Ok(())
    })?;
    session.scan("SELECT name FROM name WHERE repository = ?1", &values![repository], |row| {
        names.push(row.text(0)?.to_ascii_lowercase());
        Ok(())
    })?;
    let is_it = |outcome: &Outcome| {
        let named = || names.contains(&outcome.repository.to_string().to_ascii_lowercase());
        (outcome.id.is_none() || outcome.id == id) && named()
    };
    session.scan("SELECT source, started, outcomes FROM run", &[], |row| {
        let mut outcomes: Vec<Outcome> = serde_json::from_str(row.text(2)?).map_err(damaged)?;
        let before = outcomes.len();
        outcomes.retain(|outcome| !is_it(outcome));
        if outcomes.len() < before {
            let left = serde_json::to_string(&outcomes).map_err(damaged)?;
            runs.push((row.text(0)?.to_owned(), row.integer(1)?, left));
        }
        Ok(())
    })?;
    for (source, started, left) in runs {
        let row = values![source, started, left];
        session.execute("UPDATE run SET outcomes = ?3 WHERE source = ?1 AND started = ?2", &row)?;
    }
    Ok(())
}

/// Names and titles of top tens that are in none any more.
fn forget_texts(session: Session<'_>) -> Result<(), Fault> {
    let (mut used, mut unused) = (HashSet::new(), Vec::new());
    session.scan("SELECT top FROM snapshot", &[], |row| {
        let top: Vec<Top> = serde_json::from_str(row.text(0)?).map_err(damaged)?;
        used.extend(top.into_iter().flat_map(|(name, title, ..)| [Some(name), title]).flatten());
        Ok(())
    })?;
    session.scan("SELECT key FROM text", &[], |row| {
        unused.extend(Some(row.integer(0)?).filter(|key| !used.contains(key)));
        Ok(())
    })?;
    let unused: Vec<[Param<'_>; 1]> = unused.into_iter().map(|key| values![key]).collect();
    session.each("DELETE FROM text WHERE key IN (SELECT ?1 FROM {given bigint})", &unused).map(drop)
}

fn damaged(error: serde_json::Error) -> Fault {
    Fault::Damaged(format!("what is stored as JSON: {error}"))
}

/// The repository that goes by that name, else the one that did last.
pub(super) fn find(session: Session<'_>, host: &str, name: &RepoName) -> Result<Option<i64>, Fault> {
    identity::by_name(session, &identity::host(host), &name.to_string())
}
