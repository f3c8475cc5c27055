//! Which stored repository a sighting belongs to.

use rusqlite::{OptionalExtension, Transaction, params};

use super::error::Fault;
use super::units::stored;
use crate::domain::collection::Sighting;
use crate::domain::repo::RepoId;

const BY_ID: &str = include_str!("queries/repository_by_id.sql");
const BY_NAME: &str = include_str!("queries/repository_by_name.sql");
const TO_ADOPT: &str = include_str!("queries/repository_to_adopt.sql");
const ADOPT: &str = include_str!("queries/repository_adopt.sql");
const INSERT: &str = include_str!("queries/repository_insert.sql");
const SEEN: &str = include_str!("queries/repository_seen.sql");
const DESCRIBE: &str = include_str!("queries/repository_describe.sql");
const NAME: &str = include_str!("queries/name_upsert.sql");
const SOURCE: &str = include_str!("queries/source_upsert.sql");

/// A stored repository.
pub(super) struct Met {
    pub(super) key: i64,
    /// Whether this sighting is the first of it.
    pub(super) new: bool,
}

/// Finds or makes the repository of a sighting at `seen`, and keeps what the sighting says of it.
///
/// `None` where nothing is known of it and nothing shall be: its source does not pick it.
pub(super) fn meet(transaction: &Transaction<'_>, sighting: &Sighting, seen: i64) -> Result<Option<Met>, Fault> {
    let id = sighting.id.map(|id| repo_id(id, sighting)).transpose()?;
    let known = match id {
        Some(id) => by_id(transaction, sighting, id)?,
        None => by_name(transaction, BY_NAME, sighting)?,
    };
    let met = match known {
        Some(key) => Met { key, new: false },
        None if sighting.left.is_some() => return Ok(None),
        None => {
            let key = transaction.prepare_cached(INSERT)?.query_row(params![sighting.host, id, seen], |row| row.get(0));
            Met { key: key?, new: true }
        }
    };
    name(transaction, sighting, &met, seen)?;
    describe(transaction, sighting, met.key, seen)?;
    Ok(Some(met))
}

fn repo_id(id: RepoId, sighting: &Sighting) -> Result<i64, Fault> {
    stored(id.0, || format!("as the id of {}", sighting.name))
}

/// The repository of that id; else one imported under that name before GitHub was asked, which now gets the id.
fn by_id(transaction: &Transaction<'_>, sighting: &Sighting, id: i64) -> Result<Option<i64>, Fault> {
    let mut query = transaction.prepare_cached(BY_ID)?;
    let found = query.query_row(params![sighting.host, id], |row| row.get(0)).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    let adopted = by_name(transaction, TO_ADOPT, sighting)?;
    if let Some(key) = adopted {
        transaction.prepare_cached(ADOPT)?.execute(params![key, id])?;
    }
    Ok(adopted)
}

fn by_name(transaction: &Transaction<'_>, query: &str, sighting: &Sighting) -> Result<Option<i64>, Fault> {
    let mut query = transaction.prepare_cached(query)?;
    let found = query.query_row(params![sighting.host, sighting.name.to_string()], |row| row.get(0));
    Ok(found.optional()?)
}

/// Files may go on under an old name for years, so only a sighting with an id can tell a new one.
fn name(transaction: &Transaction<'_>, sighting: &Sighting, met: &Met, seen: i64) -> Result<(), Fault> {
    let told = match sighting.id {
        Some(_) => seen.max(1),
        None => 0,
    };
    if sighting.id.is_some() || met.new {
        transaction.prepare_cached(NAME)?.execute(params![met.key, sighting.name.to_string(), told])?;
    }
    Ok(())
}

fn describe(transaction: &Transaction<'_>, sighting: &Sighting, key: i64, seen: i64) -> Result<(), Fault> {
    transaction.prepare_cached(SEEN)?.execute(params![key, seen])?;
    let mut source = transaction.prepare_cached(SOURCE)?;
    for (name, picked, left) in [(&sighting.source, seen, 0), (&sighting.left, 0, seen)] {
        if let Some(name) = name {
            source.execute(params![key, name.as_str(), picked, left])?;
        }
    }
    if let Some(traits) = sighting.traits {
        let values = params![key, seen, traits.private, traits.fork, traits.archived, sighting.description];
        transaction.prepare_cached(DESCRIBE)?.execute(values)?;
    }
    Ok(())
}
