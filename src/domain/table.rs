//! The history as plain tables: what is exported, imported again and copied from one store to another.

use serde::{Deserialize, Serialize};

/// One table: what its rows hold, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, `[a-z_]+`.
    pub name: &'static str,
    /// What each of its columns holds.
    pub columns: &'static [Column],
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, `[a-z_]+`.
    pub name: &'static str,
    /// How its values are to be read.
    pub kind: Kind,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// 0 or 1.
    Flag,
    /// Days since 1 January 1970.
    Date,
    /// Microseconds since 1970, UTC.
    Moment,
    /// Anything written.
    Text,
}

/// One value. Dates, moments and flags are integers, as [`Kind`] says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Not known.
    Null,
    /// A number, date, moment or flag.
    Integer(i64),
    /// A text.
    Text(String),
}

/// A row: one value for each column.
pub type Row = Vec<Value>;
