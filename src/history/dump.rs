//! The history as plain tables, row by row.

use std::cell::RefCell;
use std::collections::HashMap;

use super::error::Fault;
use super::moved::Moved;
use super::operator;
use super::record::Top;
use super::sql::{Row, Session, values};
use super::tables::{self, REPOSITORY, RUN};
use crate::domain::repo::RepoName;
use crate::domain::table::{Kind, Table, Value};

const LISTED: &str = include_str!("queries/dump_listed.sql");
const NAMES: &str = include_str!("queries/all_names.sql");
const TEXTS: &str = include_str!("queries/dump_texts.sql");
const ONE: &str = include_str!("queries/dump_repository.sql");

/// What rows are handed to.
type Each<'e> = &'e mut dyn FnMut(&[Value]) -> Result<(), String>;

/// One repository, or all of them.
type Only<'o> = Option<(&'o str, &'o RepoName)>;

/// Hands every row of the table to `each`.
pub(super) fn dump(
    session: Session<'_>,
    moved: &RefCell<Moved>,
    table: &'static Table,
    only: Only<'_>,
    each: Each<'_>,
) -> Result<(), Fault> {
    let mut values = Vec::with_capacity(table.columns.len());
    if table.name == RUN.name {
        // Runs belong to sources, and tell of many repositories at once.
        return if only.is_some() { Ok(()) } else { rows(session, table, None, &mut values, each) };
    }
    let repositories = chosen(session, moved, table, only)?;
    let texts = if table.name == "snapshot" { texts(session)? } else { HashMap::new() };
    let mut names = if table.name == REPOSITORY.name { names(session)? } else { HashMap::new() };
    for (n, repository) in (1..).zip(repositories) {
        match table.name {
            "repository" => {
                let name = names.remove(&repository).unwrap_or_default();
                one(session, n, repository, name, &mut values, each)?;
            }
            "snapshot" => snapshots(session, table, (n, repository), &texts, each)?,
            _ => rows(session, table, Some((n, repository)), &mut values, each)?,
        }
    }
    Ok(())
}

/// The repositories to be dumped, by their keys in the store.
fn chosen(session: Session<'_>, moved: &RefCell<Moved>, table: &Table, only: Only<'_>) -> Result<Vec<i64>, Fault> {
    if let Some((host, name)) = only {
        return Ok(operator::find(session, host, name)?.into_iter().collect());
    }
    let known = moved.borrow().listed.clone().filter(|_| table.name != REPOSITORY.name);
    if let Some(known) = known {
        return Ok(known);
    }
    let listed = listed(session)?;
    moved.borrow_mut().listed = Some(listed.clone());
    Ok(listed)
}

/// Every repository, in an order that follows from what they are.
fn listed(session: Session<'_>) -> Result<Vec<i64>, Fault> {
    let mut names = names(session)?;
    let mut listed = Vec::new();
    session.scan(LISTED, &[], |row| {
        let (key, id) = (row.integer(0)?, row.maybe(2)?);
        let name = names.remove(&key).unwrap_or_default().to_ascii_lowercase();
        listed.push((row.text(1)?.to_owned(), id.is_none(), id, name, key));
        Ok(())
    })?;
    listed.sort();
    Ok(listed.into_iter().map(|(.., key)| key).collect())
}

/// What each goes by.
fn names(session: Session<'_>) -> Result<HashMap<i64, String>, Fault> {
    let mut names = HashMap::new();
    session.scan(NAMES, &[], |row| {
        names.insert(row.integer(0)?, row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(names)
}

fn texts(session: Session<'_>) -> Result<HashMap<i64, String>, Fault> {
    let mut texts = HashMap::new();
    session.scan(TEXTS, &[], |row| {
        texts.insert(row.integer(0)?, row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(texts)
}

/// A repository itself.
fn one(
    session: Session<'_>,
    n: i64,
    key: i64,
    name: String,
    values: &mut Vec<Value>,
    each: Each<'_>,
) -> Result<(), Fault> {
    session.scan(ONE, &values![key], |row| {
        values.clear();
        values.extend([Value::Integer(n), value(row, 0, Kind::Text)?, value(row, 1, Kind::Integer)?]);
        values.push(Value::Text(name.clone()));
        for (at, column) in REPOSITORY.columns.iter().enumerate().skip(4) {
            values.push(value(row, at - 2, column.kind)?);
        }
        each(values).map_err(Fault::Stopped)
    })
}

/// The rows of a repository, `n` being its key in the dump; or those of a table that belongs to none.
fn rows(
    session: Session<'_>,
    table: &Table,
    of: Option<(i64, i64)>,
    values: &mut Vec<Value>,
    each: Each<'_>,
) -> Result<(), Fault> {
    let columns = table.columns.iter().skip(usize::from(of.is_some()));
    let key: Vec<_> = of.iter().map(|(_, key)| (*key).into()).collect();
    session.scan(&query(table, of.is_some()), &key, |row| {
        values.clear();
        values.extend(of.map(|(n, _)| Value::Integer(n)));
        for (at, column) in columns.clone().enumerate() {
            values.push(value(row, at, column.kind)?);
        }
        each(values).map_err(Fault::Stopped)
    })
}

fn query(table: &Table, of_a_repository: bool) -> String {
    let columns = table.columns.iter().skip(usize::from(of_a_repository));
    let columns: Vec<String> = columns.map(|column| format!("\"{}\"", column.name)).collect();
    let which = if of_a_repository { "WHERE repository = ?1 " } else { "" };
    format!("SELECT {} FROM {} {which}ORDER BY {}", columns.join(", "), table.name, tables::order(table.name))
}

fn value(row: &Row<'_>, column: usize, kind: Kind) -> Result<Value, Fault> {
    Ok(match kind {
        Kind::Text => row.maybe_text(column)?.map_or(Value::Null, |text| Value::Text(text.to_owned())),
        _ => row.maybe(column)?.map_or(Value::Null, Value::Integer),
    })
}

/// Top tens, each with its texts instead of their keys.
fn snapshots(
    session: Session<'_>,
    table: &Table,
    of: (i64, i64),
    texts: &HashMap<i64, String>,
    each: Each<'_>,
) -> Result<(), Fault> {
    let mut told = |row: &[Value]| {
        let mut row = row.to_vec();
        if let Some(Value::Text(top)) = row.last_mut() {
            *top = spelled_out(top, texts)?;
        }
        each(&row)
    };
    rows(session, table, Some(of), &mut Vec::new(), &mut told)
}

fn spelled_out(top: &str, texts: &HashMap<i64, String>) -> Result<String, String> {
    let top: Vec<Top> = serde_json::from_str(top).map_err(|error| format!("a top ten is damaged: {error}"))?;
    let text = |key| texts.get(&key).ok_or_else(|| format!("a top ten is damaged: text {key} does not exist"));
    let spelled = top
        .into_iter()
        .map(|(name, title, count, uniques)| Ok((text(name)?, title.map(text).transpose()?, count, uniques)));
    let spelled = spelled.collect::<Result<Vec<_>, String>>()?;
    serde_json::to_string(&spelled).map_err(|error| error.to_string())
}
