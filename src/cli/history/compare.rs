//! Whether two histories are the same, told by counts and digests.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;

use crate::domain::table::{Table, Value};
use crate::history::{Error, History};

/// A table as it is told: how many rows it has, and the SHA-256 of them in the order of a dump, each a line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    table: &'static str,
    rows: u64,
    sha256: String,
}

/// Both histories, table by table.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    from: String,
    to: String,
    tables: Vec<(Told, Told)>,
}

impl Summary {
    pub(super) fn new(from: &History, to: &History, source: Vec<Told>, target: Vec<Told>) -> Summary {
        let tables = source.into_iter().zip(target).collect();
        Summary { from: from.place().to_owned(), to: to.place().to_owned(), tables }
    }

    /// The first table that is not the same in both.
    pub(super) fn different(&self) -> Option<&'static str> {
        self.tables.iter().find(|(from, to)| from != to).map(|(from, _)| from.table)
    }
}

/// Every table of a history.
pub(super) fn told(history: &History) -> Result<Vec<Told>, Error> {
    History::tables().iter().map(|table| one(history, table)).collect()
}

fn one(history: &History, table: &'static Table) -> Result<Told, Error> {
    let (mut digest, mut rows) = (Context::new(&SHA256), 0);
    history.dump(table, None, &mut |row| {
        digest.update(&line(row)?);
        rows += 1;
        Ok(())
    })?;
    let sha256 = digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Told { table: table.name, rows, sha256 })
}

fn line(row: &[Value]) -> Result<Vec<u8>, String> {
    let mut line = serde_json::to_vec(row).map_err(|error| error.to_string())?;
    line.push(b'\n');
    Ok(line)
}

/// The table in which the target holds a row that the source does not: then it is no part of a copy that was begun.
pub(super) fn stranger(source: &History, target: &History) -> Result<Option<&'static str>, Error> {
    let (mut ours, mut theirs) = (HashMap::new(), HashMap::new());
    for table in History::tables() {
        let mut known = HashSet::new();
        each(source, table, &mut ours, &mut |row| {
            known.insert(row);
        })?;
        let mut strange = false;
        each(target, table, &mut theirs, &mut |row| strange |= !known.contains(&row))?;
        if strange {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Hands a short digest of every row to `take`: of what it says of which repository, whatever its place in the dump.
fn each(
    history: &History,
    table: &'static Table,
    names: &mut HashMap<Value, String>,
    take: &mut dyn FnMut([u8; 16]),
) -> Result<(), Error> {
    history.dump(table, None, &mut |row| {
        let mut row = row.to_vec();
        match (table.name, &row[..]) {
            ("repository", [key, host, id, name, ..]) => {
                // Which of its names is the newest is not known before all of them are.
                let name = if *id == Value::Null { name.clone() } else { Value::Null };
                names.insert(key.clone(), format!("{host:?} {id:?} {name:?}"));
                row[3] = name;
                row.remove(0);
            }
            ("run", _) => {}
            _ => {
                let name = names.get(&row[0]).cloned().unwrap_or_default();
                row[0] = Value::Text(name);
            }
        }
        // A copy that is interrupted early knows names, and not yet since when.
        if table.name == "name" {
            row.truncate(2);
        }
        let mut digest = Context::new(&SHA256);
        digest.update(&line(&row)?);
        let mut short = [0; 16];
        short.iter_mut().zip(digest.finish().as_ref()).for_each(|(to, from)| *to = *from);
        take(short);
        Ok(())
    })
}

/// What people read: that both are the same, table by table.
pub(super) fn print(summary: &Summary) {
    println!("{:<12} {:>10} {:>10}  sha256", "table", "from", "to");
    for (from, to) in &summary.tables {
        println!("{:<12} {:>10} {:>10}  {}", from.table, from.rows, to.rows, from.sha256);
    }
    println!("`{}` and `{}` hold the same", summary.from, summary.to);
}
