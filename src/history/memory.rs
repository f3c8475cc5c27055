//! What the next collection needs to know of each repository.

use std::collections::BTreeMap;

use chrono::Days;
use rusqlite::{Connection, params};

use super::error::Fault;
use super::record::question;
use super::units::{date, day_number, figure, moment};
use crate::domain::Timestamp;
use crate::domain::collection::{Asked, Known, Memory};
use crate::domain::repo::RepoId;

const REPOSITORIES: &str = include_str!("queries/memory_repositories.sql");
const BUSY: &str = include_str!("queries/memory_busy.sql");
const WEEKS: &str = include_str!("queries/memory_weeks.sql");
const ASKED: &str = include_str!("queries/memory_asked.sql");

/// How far back the busy days go.
const MONTHS: u64 = 60;

/// Every repository of that host whose id is known.
pub(super) fn memory(connection: &Connection, host: &str, now: Timestamp) -> Result<Memory, Fault> {
    let mut known = repositories(connection, host)?;
    busy(connection, host, now, &mut known)?;
    let mut query = connection.prepare_cached(WEEKS)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if let Some((_, one)) = known.get_mut(&row.get(0)?) {
            one.week = Some(date(row.get(1)?)?);
        }
    }
    asked(connection, &mut known)?;
    Ok(known.into_values().collect())
}

/// By their key in the history.
type ByKey = BTreeMap<i64, (RepoId, Known)>;

fn repositories(connection: &Connection, host: &str) -> Result<ByKey, Fault> {
    let mut query = connection.prepare_cached(REPOSITORIES)?;
    let mut rows = query.query([host])?;
    let mut known = ByKey::new();
    while let Some(row) = rows.next()? {
        let collected = row.get::<_, Option<i64>>(2)?.map(moment).transpose()?;
        known.insert(row.get(0)?, (RepoId(figure(row.get(1)?)?), Known { collected, ..Known::default() }));
    }
    Ok(known)
}

fn busy(connection: &Connection, host: &str, now: Timestamp, known: &mut ByKey) -> Result<(), Fault> {
    let today = now.date_naive();
    let mut query = connection.prepare_cached(BUSY)?;
    let mut rows = query.query(params![host, day_number(today - Days::new(MONTHS))])?;
    while let Some(row) = rows.next()? {
        if let Some((_, one)) = known.get_mut(&row.get(0)?) {
            let (busy, viewed): (_, bool) = (date(row.get(1)?)?, row.get(2)?);
            one.busy.push(busy);
            one.viewed |= viewed && busy + Days::new(14) >= today;
        }
    }
    Ok(())
}

fn asked(connection: &Connection, known: &mut ByKey) -> Result<(), Fault> {
    let mut query = connection.prepare_cached(ASKED)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        // A question of a later version is none of ours.
        let (Some((_, one)), Some(what)) = (known.get_mut(&row.get(0)?), question(row.get(1)?)) else { continue };
        one.asked.insert(what, Asked { what, at: moment(row.get(2)?)?, mark: row.get(3)? });
    }
    Ok(())
}
