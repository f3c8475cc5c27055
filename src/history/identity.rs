//! Which stored repository a sighting belongs to.

use super::error::Fault;
use super::sql::{Session, values};
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
pub(super) fn meet(session: Session<'_>, sighting: &Sighting, seen: i64) -> Result<Option<Met>, Fault> {
    let id = sighting.id.map(|id| repo_id(id, sighting)).transpose()?;
    let (host, name) = (host(&sighting.host), sighting.name.to_string());
    let known = match id {
        Some(id) => by_id(session, &host, &name, id)?,
        None => find(session, BY_NAME, &host, &name)?,
    };
    let met = match known {
        Some(key) => Met { key, new: false },
        None if sighting.left.is_some() => return Ok(None),
        None => Met { key: insert(session, &host, id, seen)?, new: true },
    };
    rename(session, sighting, &met, &name, seen)?;
    describe(session, sighting, met.key, seen)?;
    Ok(Some(met))
}

/// Hosts ignore the case of their letters, and are kept in lower case.
pub(super) fn host(host: &str) -> String {
    host.to_ascii_lowercase()
}

/// The repository that goes by that name, else the one that did last.
pub(super) fn by_name(session: Session<'_>, host: &str, name: &str) -> Result<Option<i64>, Fault> {
    find(session, BY_NAME, host, name)
}

/// A new repository.
pub(super) fn insert(session: Session<'_>, host: &str, id: Option<i64>, seen: i64) -> Result<i64, Fault> {
    let key = session.first(INSERT, &values![host, id, seen], |row| row.integer(0))?;
    key.ok_or_else(|| Fault::Damaged("a new repository has no key".into()))
}

fn repo_id(id: RepoId, sighting: &Sighting) -> Result<i64, Fault> {
    stored(id.0, || format!("as the id of {}", sighting.name))
}

/// The repository of that id; else one imported under that name before GitHub was asked, which now gets the id.
fn by_id(session: Session<'_>, host: &str, name: &str, id: i64) -> Result<Option<i64>, Fault> {
    let found = session.first(BY_ID, &values![host, id], |row| row.integer(0))?;
    if found.is_some() {
        return Ok(found);
    }
    let adopted = find(session, TO_ADOPT, host, name)?;
    if let Some(key) = adopted {
        session.execute(ADOPT, &values![key, id])?;
    }
    Ok(adopted)
}

fn find(session: Session<'_>, query: &str, host: &str, name: &str) -> Result<Option<i64>, Fault> {
    session.first(query, &values![host, name], |row| row.integer(0))
}

/// Files may go on under an old name for years, so only a sighting with an id can tell a new one.
fn rename(session: Session<'_>, sighting: &Sighting, met: &Met, name: &str, seen: i64) -> Result<(), Fault> {
    let told = match sighting.id {
        Some(_) => seen.max(1),
        None => 0,
    };
    if sighting.id.is_some() || met.new {
        session.execute(NAME, &values![met.key, name, told])?;
    }
    Ok(())
}

fn describe(session: Session<'_>, sighting: &Sighting, key: i64, seen: i64) -> Result<(), Fault> {
    session.execute(SEEN, &values![key, seen])?;
    for (name, picked, left) in [(&sighting.source, seen, 0), (&sighting.left, 0, seen)] {
        if let Some(name) = name {
            session.execute(SOURCE, &values![key, name.as_str(), picked, left])?;
        }
    }
    if let Some(traits) = sighting.traits {
        let description = sighting.description.as_deref();
        session.execute(DESCRIBE, &values![key, seen, traits.private, traits.fork, traits.archived, description])?;
    }
    Ok(())
}
