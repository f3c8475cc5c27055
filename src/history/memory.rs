//! What the next collection needs to know of each repository.

use std::collections::BTreeMap;

use chrono::Days;

use super::error::Fault;
use super::identity;
use super::record::question;
use super::sql::{Session, values};
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
pub(super) fn memory(session: Session<'_>, host: &str, now: Timestamp) -> Result<Memory, Fault> {
    let host = identity::host(host);
    let mut known = repositories(session, &host)?;
    busy(session, &host, now, &mut known)?;
    session.scan(WEEKS, &[], |row| {
        if let Some((_, one)) = known.get_mut(&row.integer(0)?) {
            one.week = Some(date(row.integer(1)?)?);
        }
        Ok(())
    })?;
    asked(session, &mut known)?;
    Ok(known.into_values().collect())
}

/// By their key in the history.
type ByKey = BTreeMap<i64, (RepoId, Known)>;

fn repositories(session: Session<'_>, host: &str) -> Result<ByKey, Fault> {
    let mut known = ByKey::new();
    session.scan(REPOSITORIES, &values![host], |row| {
        let collected = row.maybe(2)?.map(moment).transpose()?;
        known.insert(row.integer(0)?, (RepoId(figure(row.integer(1)?)?), Known { collected, ..Known::default() }));
        Ok(())
    })?;
    Ok(known)
}

fn busy(session: Session<'_>, host: &str, now: Timestamp, known: &mut ByKey) -> Result<(), Fault> {
    let today = now.date_naive();
    session.scan(BUSY, &values![host, day_number(today - Days::new(MONTHS))], |row| {
        if let Some((_, one)) = known.get_mut(&row.integer(0)?) {
            let (busy, viewed) = (date(row.integer(1)?)?, row.flag(2)?);
            one.busy.push(busy);
            one.viewed |= viewed && (today - busy).num_days() <= 14;
        }
        Ok(())
    })
}

fn asked(session: Session<'_>, known: &mut ByKey) -> Result<(), Fault> {
    session.scan(ASKED, &[], |row| {
        // A question of a later version is none of ours.
        if let (Some((_, one)), Some(what)) = (known.get_mut(&row.integer(0)?), question(row.integer(1)?)) {
            let mark = row.maybe_text(3)?.map(str::to_owned);
            one.asked.insert(what, Asked { what, at: moment(row.integer(2)?)?, mark });
        }
        Ok(())
    })
}
