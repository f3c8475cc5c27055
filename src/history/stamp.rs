//! The stamp of a repository: whatever changes what is known of it changes that too.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::error::Fault;
use super::sql::{Param, Session, values};

const STAMP: &str = include_str!("queries/repository_stamp.sql");

/// Gives the repositories a stamp that none had before.
pub(super) fn stamp(session: Session<'_>, repositories: &BTreeSet<i64>) -> Result<(), Fault> {
    let drawn = drawn();
    let rows: Vec<[Param<'_>; 2]> = repositories.iter().map(|key| values![*key, drawn]).collect();
    session.each(STAMP, &rows).map(drop)
}

/// At random, never 0. The standard library draws the keys of its hash tables from the system.
fn drawn() -> i64 {
    let drawn = RandomState::new().build_hasher().finish();
    (drawn >> 1) as i64 | 1
}
