//! Rows of a dump into the history.

mod cells;

use std::collections::BTreeSet;

use self::cells::Cells;
use super::error::Fault;
use super::identity;
use super::load::learn;
use super::moved::Moved;
use super::record::{Place, Rows, look, metric, text};
use super::sql::{Param, Session, values};
use super::stamp::stamp;
use super::tables;
use super::units::{date, stored};
use crate::domain::collection::{Outcome, SourceFault};
use crate::domain::repo::{About, RepoName, SourceName};
use crate::domain::table::{self, Table};
use crate::domain::traffic::Span;

const BY_ID: &str = include_str!("queries/repository_by_id.sql");
const TO_ADOPT: &str = include_str!("queries/repository_to_adopt.sql");
const ADOPT: &str = include_str!("queries/repository_adopt.sql");
const RESTORE: &str = include_str!("queries/repository_restore.sql");
const DESCRIBE: &str = include_str!("queries/repository_describe.sql");
const NAME: &str = include_str!("queries/name_upsert.sql");
const SOURCE: &str = include_str!("queries/source_upsert.sql");
const RUN: &str = include_str!("queries/run_insert.sql");

/// Adds the rows to what is known; how many of them changed something.
pub(super) fn restore(
    session: Session<'_>,
    moved: &mut Moved,
    table: &Table,
    given: &[table::Row],
) -> Result<u64, Fault> {
    let Some(known) = tables::ALL.iter().find(|known| *known == table) else {
        return Err(Fault::Rows("any", format!("there is no table `{}` with these columns", table.name)));
    };
    moved.table(known.name == tables::REPOSITORY.name);
    let mut changed = 0;
    let mut rows = Rows::new(session);
    let mut told = BTreeSet::new();
    for row in given {
        let cells = Cells::new(known, row)?;
        changed += match known.name {
            "repository" => {
                let changed = u64::from(repository(session, moved, &cells)?);
                told.extend(moved.key(cells.integer(0)?));
                changed
            }
            "run" => run(session, &cells)?,
            _ => {
                let there = cells.integer(0)?;
                let missing = || cells.fault(&format!("there is no repository {there} in this dump"));
                let key = moved.key(there).ok_or_else(missing)?;
                told.insert(key);
                of_a_repository(session, &mut rows, key, &cells)?
            }
        };
    }
    let changed = changed + rows.send()?.rows;
    stamp(session, &told)?;
    Ok(changed)
}

/// Whether anything of the repository is new.
fn repository(session: Session<'_>, moved: &mut Moved, cells: &Cells<'_>) -> Result<bool, Fault> {
    let there = cells.integer(0)?;
    let (host, id, seen) = (identity::host(cells.text(1)?), cells.maybe(2)?, cells.integer(4)?);
    let name: RepoName = cells.parsed(3)?;
    let name = name.to_string();
    let (key, mut changed) = match (moved.key(there), found(session, moved, &host, id, &name)?) {
        // The same row again.
        (Some(key), _) => (key, false),
        (None, Some(key)) => (key, adopt(session, key, id)?),
        (None, None) => {
            let key = identity::insert(session, &host, id, seen)?;
            // A repository has a name at any moment; when it was called so is told by the next table.
            session.execute(NAME, &values![key, name, 0])?;
            (key, true)
        }
    };
    moved.note(there, key);
    changed |= session.execute(RESTORE, &values![key, seen, cells.maybe(10)?])? > 0;
    if let Some(described) = cells.maybe(5)? {
        let traits = [cells.integer(6)?, cells.integer(7)?, cells.integer(8)?];
        let row = values![key, described, traits[0], traits[1], traits[2], cells.maybe_text(9)?];
        changed |= session.execute(DESCRIBE, &row)? > 0;
    }
    Ok(changed)
}

/// Gives the repository the id that the dump knows; whether it had none.
fn adopt(session: Session<'_>, key: i64, id: Option<i64>) -> Result<bool, Fault> {
    let Some(id) = id else { return Ok(false) };
    Ok(session.execute(ADOPT, &values![key, id])? > 0)
}

/// The repository of that id; else one of that name whose id is not known; else, where the dump knows no id, whoever goes
/// by the name. One that another row of the dump has become already is somebody else.
fn found(session: Session<'_>, moved: &Moved, host: &str, id: Option<i64>, name: &str) -> Result<Option<i64>, Fault> {
    if let Some(id) = id {
        let found = session.first(BY_ID, &values![host, id], |row| row.integer(0))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let free = |key: &i64| !moved.is_taken(*key);
    let unnumbered = session.first(TO_ADOPT, &values![host, name], |row| row.integer(0))?.filter(free);
    if unnumbered.is_some() || id.is_some() {
        return Ok(unnumbered);
    }
    Ok(identity::by_name(session, host, name)?.filter(free))
}

fn run(session: Session<'_>, cells: &Cells<'_>) -> Result<u64, Fault> {
    cells.parsed::<SourceName>(0)?;
    cells.json::<Vec<Outcome>>(7)?;
    cells.json::<Vec<SourceFault>>(8)?;
    cells.json::<Vec<i64>>(9)?.into_iter().try_for_each(|day| date(day).map(drop))?;
    session.execute(RUN, &cells.all())
}

/// Rows that are sent with others count when they are sent.
fn of_a_repository<'o>(
    session: Session<'_>,
    rows: &mut Rows<'_, 'o>,
    key: i64,
    cells: &Cells<'o>,
) -> Result<u64, Fault> {
    match cells.table() {
        "name" => {
            let name: RepoName = cells.parsed(1)?;
            return session.execute(NAME, &values![key, name.to_string(), cells.integer(2)?]);
        }
        "source" => {
            let source: SourceName = cells.parsed(1)?;
            let row = values![key, source.as_str(), cells.integer(2)?, cells.integer(3)?];
            return session.execute(SOURCE, &row);
        }
        "looked" => {
            let span =
                Span::new(cells.date(1)?, cells.date(2)?).ok_or_else(|| cells.fault("it ends before it begins"))?;
            return Ok(look(session, key, &[span])?.into());
        }
        "about" => {
            cells.json::<serde_json::Value>(2)?;
            let wrong = |error| cells.fault(&format!("its `value` cannot be read: {error}"));
            learn(&mut About::default(), cells.text(1)?, cells.text(2)?).map_err(wrong)?;
            rows.about(key, cells.text(1)?, cells.text(2)?, cells.integer(3)?)?;
        }
        "observation" => {
            metric(cells.integer(2)?).map_err(|_| cells.fault("there is no such figure of a day"))?;
            let value = [key, cells.integer(1)?, cells.integer(2)?, cells.integer(3)?, cells.integer(4)?];
            rows.observation(value, [cells.integer(5)?, cells.integer(6)?])?;
        }
        "day" => rows.day(key, cells.integer(1)?, cells.four(2)?)?,
        "week" => rows.week(key, cells.integer(1)?, cells.four(2)?)?,
        "fortnight" => rows.fortnight(key, cells.integer(1)?, cells.four(2)?)?,
        "doubt" => rows.doubt(key, cells.integer(1)?)?,
        "star" => rows.star(key, cells.integer(1)?, cells.integer(2)?)?,
        "download" => rows.download([key, cells.integer(1)?, cells.integer(2)?], cells.integer(3)?)?,
        "asked" => rows.asked([key, cells.integer(1)?], cells.integer(2)?, cells.maybe_text(3)?)?,
        "snapshot" => rows.snapshot([key, cells.integer(1)?, cells.integer(2)?], top(cells)?)?,
        _ => longer(rows, key, cells)?,
    }
    Ok(0)
}

fn longer<'o>(rows: &mut Rows<'_, 'o>, key: i64, cells: &Cells<'o>) -> Result<(), Fault> {
    match cells.table() {
        "counters" => {
            let five = [cells.maybe(2)?, cells.maybe(3)?, cells.maybe(4)?, cells.maybe(5)?, cells.maybe(6)?];
            rows.counters([key, cells.integer(1)?], five, cells.integer(7)?)
        }
        "release" => {
            let rest =
                values![cells.text(2)?, cells.maybe_text(3)?, cells.maybe(4)?, cells.integer(5)?, cells.integer(6)?];
            rows.release([key, cells.integer(1)?], rest)
        }
        "asset" => {
            let rest =
                values![cells.integer(2)?, cells.text(3)?, cells.integer(4)?, cells.maybe(5)?, cells.integer(6)?];
            rows.asset([key, cells.integer(1)?], rest)
        }
        _ => {
            metric(cells.integer(2)?).map_err(|_| cells.fault("there is no such figure of a day"))?;
            let of = [key, cells.integer(1)?, cells.integer(2)?, cells.integer(3)?];
            rows.correction(of, [cells.maybe(4)?, cells.maybe(5)?], Param::from(cells.text(6)?))
        }
    }
}

/// A top ten as dumped: name, title, count and uniques of each place.
fn top<'o>(cells: &Cells<'_>) -> Result<Vec<Place<'o>>, Fault> {
    if ![0, 1].contains(&cells.integer(1)?) {
        return Err(cells.fault("there is no such kind of top ten"));
    }
    let top: Vec<(String, Option<String>, u64, u64)> = cells.json(3)?;
    let named = |value: String| text(&value).into_owned().into();
    let figure = |value| stored(value, || "in a top ten".to_owned());
    let place = |(name, title, count, uniques): (String, Option<String>, u64, u64)| {
        Ok(Place { name: named(name), title: title.map(named), count: figure(count)?, uniques: figure(uniques)? })
    };
    top.into_iter().map(place).collect()
}
