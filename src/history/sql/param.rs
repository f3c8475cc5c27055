//! Values that go into a query.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::history) enum Param<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
}

/// An array of [`Param`]s from anything that becomes one.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::history::sql::Param::from($value)),*] };
}

pub(in crate::history) use values;

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Param::Integer(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Integer(value.into())
    }
}

impl<'a> From<&'a str> for Param<'a> {
    /// PostgreSQL holds every character but NUL, and strangers write what is stored here.
    fn from(value: &'a str) -> Self {
        Param::Text(if value.contains('\0') { value.replace('\0', "\u{fffd}").into() } else { value.into() })
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        value.as_str().into()
    }
}

impl From<String> for Param<'_> {
    fn from(value: String) -> Self {
        Param::Text(if value.contains('\0') { value.replace('\0', "\u{fffd}").into() } else { value.into() })
    }
}

impl<'a, T> From<Option<T>> for Param<'a>
where
    Param<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Param::from)
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Integer(value) => ValueRef::Integer(*value),
            Param::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Param::Null => Ok(IsNull::Yes),
            Param::Integer(value) => value.to_sql_checked(kind, out),
            Param::Text(value) => value.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// All values of one column.
#[derive(Debug)]
pub(super) enum Column<'a> {
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
}

/// Rows as columns, of the types that the statement takes.
pub(super) fn columns<'a, const N: usize>(rows: &'a [[Param<'_>; N]], kinds: &[Type]) -> Vec<Column<'a>> {
    let integer = |value: &Param<'_>| match value {
        Param::Integer(value) => Some(*value),
        _ => None,
    };
    let text = |value: &'a Param<'_>| match value {
        Param::Text(value) => Some(value.as_ref()),
        _ => None,
    };
    let column = |(n, kind): (usize, &Type)| match *kind {
        Type::TEXT_ARRAY => Column::Texts(rows.iter().map(|row| text(&row[n])).collect()),
        _ => Column::Integers(rows.iter().map(|row| integer(&row[n])).collect()),
    };
    kinds.iter().take(N).enumerate().map(column).collect()
}

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Column::Integers(values) => values.to_sql_checked(kind, out),
            Column::Texts(values) => values.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// As the PostgreSQL client takes them.
pub(super) fn references<T: ToSql + Sync>(values: &[T]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
