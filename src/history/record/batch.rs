//! Rows on their way into their tables: many at once, since a database across a network takes its time for each statement.

use std::collections::HashSet;

use crate::history::error::Fault;
use crate::history::sql::{Param, Session};

/// Rows that are sent at once at the most.
const ROWS: usize = 4_000;

/// What tells one row of a table from another, as far as it takes; the rest is 0.
pub(super) type Key = [i64; 5];

/// Rows of one table.
pub(super) struct Batch<'o, const N: usize> {
    /// All of them are executed for every row, one statement after the other.
    statements: &'static [&'static str],
    rows: Vec<[Param<'o>; N]>,
    keys: HashSet<Key>,
    /// How many rows each statement changed.
    changed: [u64; 2],
}

impl<'o, const N: usize> Batch<'o, N> {
    pub(super) fn new(statements: &'static [&'static str]) -> Batch<'o, N> {
        Batch { statements, rows: Vec::new(), keys: HashSet::new(), changed: [0; 2] }
    }

    pub(super) fn push(&mut self, session: Session<'_>, key: Key, row: [Param<'o>; N]) -> Result<(), Fault> {
        // A statement changes a row once, so a second word on the same one waits for the first to be said.
        if self.rows.len() >= ROWS || self.keys.contains(&key) {
            self.send(session)?;
        }
        self.keys.insert(key);
        self.rows.push(row);
        Ok(())
    }

    /// Sends what is left; how many rows each statement changed in all.
    pub(super) fn send(&mut self, session: Session<'_>) -> Result<[u64; 2], Fault> {
        for (statement, changed) in self.statements.iter().zip(&mut self.changed) {
            *changed += session.each(statement, &self.rows)?;
        }
        self.rows.clear();
        self.keys.clear();
        Ok(self.changed)
    }
}
