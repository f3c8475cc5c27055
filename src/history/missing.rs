//! What a source had and has no more.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Fault;
use super::sql::{Session, values};
use super::units::figures;
use crate::domain::collection::Outcome;
use crate::domain::repo::{RepoId, RepoName, SourceName};

const RUNS: &str = include_str!("queries/runs_of_source.sql");
const NAMES: &str = include_str!("queries/names_of_source.sql");

/// Runs that are looked through for the last one that listed an owner.
const RUNS_BACK: i64 = 60;

/// What the source picked when it last listed an owner, and is not among `outcomes` though they are of that owner too.
pub(super) fn missing(
    session: Session<'_>,
    source: &SourceName,
    outcomes: &[Outcome],
) -> Result<Vec<(RepoName, Option<RepoId>)>, Fault> {
    let before = listed_before(session, source)?;
    let met = Met::of(outcomes);
    let lost = |one: &Picked| {
        let owner = one.names.last().map(owner).unwrap_or_default();
        let there = before.get(&owner).is_some_and(|started| one.seen >= *started);
        there && met.owners.contains(&owner) && !met.has(one)
    };
    let lost = picked(session, source)?.into_iter().filter(lost);
    let mut lost: Vec<_> = lost.filter_map(|mut one| Some((one.names.pop()?, one.id))).collect();
    lost.sort();
    Ok(lost)
}

/// A repository of the source; the name met last is the last.
struct Picked {
    id: Option<RepoId>,
    seen: i64,
    names: Vec<RepoName>,
}

fn picked(session: Session<'_>, source: &SourceName) -> Result<Vec<Picked>, Fault> {
    let mut known: BTreeMap<i64, Picked> = BTreeMap::new();
    session.scan(NAMES, &values![source.as_str()], |row| {
        let name = row.text(3)?.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
        let (id, seen) = (figures(row.maybe(1)?)?.map(RepoId), row.integer(2)?);
        known.entry(row.integer(0)?).or_insert(Picked { id, seen, names: Vec::new() }).names.push(name);
        Ok(())
    })?;
    Ok(known.into_values().collect())
}

/// When the source last listed each owner: a night in which it could not says nothing of what the owner has.
fn listed_before(session: Session<'_>, source: &SourceName) -> Result<BTreeMap<String, i64>, Fault> {
    let mut before = BTreeMap::new();
    session.scan(RUNS, &values![source.as_str(), RUNS_BACK], |row| {
        let damaged = |error| Fault::Damaged(format!("a run of source `{source}`: {error}"));
        let outcomes: Vec<Outcome> = serde_json::from_str(row.text(1)?).map_err(damaged)?;
        let started = row.integer(0)?;
        for owner in Met::of(&outcomes).owners {
            before.entry(owner).or_insert(started);
        }
        Ok(())
    })?;
    Ok(before)
}

/// What a run met, to look it up.
struct Met {
    ids: BTreeSet<RepoId>,
    /// Of those whose id was not learned; they may be former names.
    names: BTreeSet<String>,
    /// Owners of whom GitHub told something.
    owners: BTreeSet<String>,
}

impl Met {
    fn of(outcomes: &[Outcome]) -> Met {
        let (numbered, others): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.id.is_some());
        Met {
            ids: numbered.iter().filter_map(|outcome| outcome.id).collect(),
            names: others.iter().map(|outcome| lower(&outcome.repository)).collect(),
            owners: numbered.iter().map(|outcome| owner(&outcome.repository)).collect(),
        }
    }

    fn has(&self, one: &Picked) -> bool {
        one.id.is_some_and(|id| self.ids.contains(&id))
            || one.names.iter().any(|name| self.names.contains(&lower(name)))
    }
}

fn owner(name: &RepoName) -> String {
    name.owner().to_ascii_lowercase()
}

fn lower(name: &RepoName) -> String {
    name.to_string().to_ascii_lowercase()
}
