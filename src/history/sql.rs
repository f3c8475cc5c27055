//! One dialect over two stores: what both SQLite and PostgreSQL understand, and the little in which they differ.
//!
//! Queries are written once, as SQLite takes them, with three additions in braces:
//!
//! | written | SQLite | PostgreSQL |
//! |---|---|---|
//! | `?3` | `?3` | `$3`, or the third column of what is given |
//! | `FROM {given bigint, text}` | left out, and the statement repeated for each row | `FROM unnest($1::bigint[], $2::text[])`: all rows at once |
//! | `CROSS JOIN {given …}` | likewise | likewise |
//! | `{folded}(name)` | `(name)`: the column ignores ASCII case by itself | `lower(name)`: its collation lowers ASCII only |
//!
//! Every number, date, moment and flag is a `bigint`, every text is compared byte by byte.

mod dialect;
mod param;

use std::cell::RefCell;

use postgres::fallible_iterator::FallibleIterator;

pub(super) use self::param::{Param, values};

use super::error::Fault;
use super::postgresql::Wire;

/// An open transaction of either store.
#[derive(Clone, Copy)]
pub(super) enum Session<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a RefCell<Wire>),
}

/// One row of an answer.
pub(super) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Session<'_> {
    /// How many rows the statement changed.
    pub(super) fn execute(&self, query: &str, values: &[Param<'_>]) -> Result<u64, Fault> {
        match self {
            Session::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&dialect::sqlite(query))?;
                Ok(statement.execute(rusqlite::params_from_iter(values))? as u64)
            }
            Session::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                let statement = wire.statement(query)?;
                Ok(wire.client()?.execute(&statement, &param::references(values))?)
            }
        }
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        query: &str,
        values: &[Param<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self {
            Session::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&dialect::sqlite(query))?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
            }
            Session::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                let statement = wire.statement(query)?;
                let rows = wire.client()?.query(&statement, &param::references(values))?;
                rows.first().map(|row| read(&Row::Postgres(row))).transpose()
            }
        }
    }

    /// Hands every row to `each`, which asks nothing of the session meanwhile. Rows are not held: there may be millions.
    pub(super) fn scan(
        &self,
        query: &str,
        values: &[Param<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match self {
            Session::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&dialect::sqlite(query))?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Sqlite(row))?;
                }
            }
            Session::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                let statement = wire.statement(query)?;
                let mut rows = wire.client()?.query_raw(&statement, values)?;
                while let Some(row) = rows.next()? {
                    each(&Row::Postgres(&row))?;
                }
            }
        }
        Ok(())
    }

    /// Executes a statement with `{given …}` for each row; how many rows that changed. No two rows may change the same one.
    pub(super) fn each<const N: usize>(&self, query: &str, rows: &[[Param<'_>; N]]) -> Result<u64, Fault> {
        if rows.is_empty() {
            return Ok(0);
        }
        match self {
            Session::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&dialect::sqlite(query))?;
                let mut changed = 0;
                for values in rows {
                    changed += statement.execute(rusqlite::params_from_iter(values))? as u64;
                }
                Ok(changed)
            }
            Session::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                let statement = wire.statement(query)?;
                let columns = param::columns(rows, statement.params());
                Ok(wire.client()?.execute(&statement, &param::references(&columns))?)
            }
        }
    }

    /// As [`Session::scan`], of a query with `{given …}`.
    pub(super) fn scan_each<const N: usize>(
        &self,
        query: &str,
        rows: &[[Param<'_>; N]],
        mut each: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match self {
            Session::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&dialect::sqlite(query))?;
                for values in rows {
                    let mut found = statement.query(rusqlite::params_from_iter(values))?;
                    while let Some(row) = found.next()? {
                        each(&Row::Sqlite(row))?;
                    }
                }
                Ok(())
            }
            Session::Postgres(_) if rows.is_empty() => Ok(()),
            Session::Postgres(wire) => {
                let wire = &mut *wire.borrow_mut();
                let statement = wire.statement(query)?;
                let columns = param::columns(rows, statement.params());
                let found = wire.client()?.query(&statement, &param::references(&columns))?;
                found.iter().try_for_each(|row| each(&Row::Postgres(row)))
            }
        }
    }
}

/// A query as PostgreSQL takes it.
pub(super) fn postgresql(query: &str) -> String {
    dialect::postgresql(query)
}

impl Row<'_> {
    pub(super) fn integer(&self, column: usize) -> Result<i64, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A number that may be unknown.
    pub(super) fn maybe(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get(column)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(super) fn text(&self, column: usize) -> Result<&str, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A text that may be unknown.
    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<&str>, Fault> {
        match self {
            Row::Sqlite(row) => Ok(row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(super) fn flag(&self, column: usize) -> Result<bool, Fault> {
        Ok(self.maybe_flag(column)?.unwrap_or_default())
    }

    /// A stored flag, which is a number, or the answer to a comparison, which PostgreSQL has a type of its own for.
    pub(super) fn maybe_flag(&self, column: usize) -> Result<Option<bool>, Fault> {
        match self {
            Row::Postgres(row) if *row.columns()[column].type_() == postgres::types::Type::BOOL => {
                Ok(row.try_get(column)?)
            }
            _ => Ok(self.maybe(column)?.map(|number| number != 0)),
        }
    }
}
