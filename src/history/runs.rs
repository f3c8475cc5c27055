//! Runs: what each collection did, and the windows it looked at.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::error::Fault;
use super::record::look;
use super::units::{date, day_number, figure, micros, moment, stored};
use crate::domain::collection::{Collected, Outcome, Run};
use crate::domain::traffic::Span;

const RUN: &str = include_str!("queries/run_upsert.sql");
const NEWEST: &str = include_str!("queries/runs_newest.sql");
const OF_SOURCE: &str = include_str!("queries/repository_of_source.sql");
const DOUBT: &str = include_str!("queries/doubt_insert.sql");
const COLLECTED: &str = include_str!("queries/repository_collected.sql");

/// Keeps the run, and its window for every repository that it read.
pub(super) fn finish(transaction: &Transaction<'_>, run: &Run) -> Result<(), Fault> {
    keep(transaction, run)?;
    let window = run.window.filter(|_| !run.frozen);
    for outcome in run.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Done { .. })) {
        if let Some(repository) = find(transaction, run, outcome)? {
            look(transaction, repository, window.as_slice())?;
            for date in &run.doubtful {
                transaction.prepare_cached(DOUBT)?.execute(params![repository, day_number(*date)])?;
            }
            transaction.prepare_cached(COLLECTED)?.execute(params![repository, micros(run.finished)])?;
        }
    }
    Ok(())
}

/// The newest runs first.
pub(super) fn newest(connection: &Connection, newest: usize) -> Result<Vec<Run>, Fault> {
    let mut query = connection.prepare_cached(NEWEST)?;
    let mut rows = query.query([i64::try_from(newest).unwrap_or(i64::MAX)])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        runs.push(read(row)?);
    }
    Ok(runs)
}

fn keep(transaction: &Transaction<'_>, run: &Run) -> Result<(), Fault> {
    let requests = stored(run.requests, || format!("requests of source {}", run.source))?;
    let unchanged = stored(run.unchanged, || format!("unchanged answers of source {}", run.source))?;
    let doubtful: Vec<i64> = run.doubtful.iter().copied().map(day_number).collect();
    let (outcomes, faults, doubtful) = (json(&run.outcomes)?, json(&run.faults)?, json(&doubtful)?);
    let (first, last) = run.window.map(|span| (day_number(span.first), day_number(span.last))).unzip();
    let (started, finished) = (micros(run.started), micros(run.finished));
    let source = run.source.as_str();
    let values =
        params![source, started, finished, first, last, run.frozen, requests, outcomes, faults, doubtful, unchanged];
    transaction.prepare_cached(RUN)?.execute(values)?;
    Ok(())
}

/// A repository of which nothing was recorded is not known; then there is nothing whose days could be absent.
fn find(transaction: &Transaction<'_>, run: &Run, outcome: &Outcome) -> Result<Option<i64>, Fault> {
    let id = outcome.id.map(|id| stored(id.0, || format!("as the id of {}", outcome.repository))).transpose()?;
    let values = params![run.source.as_str(), id, outcome.repository.to_string()];
    Ok(transaction.prepare_cached(OF_SOURCE)?.query_row(values, |row| row.get(0)).optional()?)
}

fn json(values: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(values).map_err(|error| Fault::Damaged(error.to_string()))
}

fn read(row: &Row<'_>) -> Result<Run, Fault> {
    let source: String = row.get(0)?;
    let (outcomes, faults): (String, String) = (row.get(7)?, row.get(8)?);
    let damaged = |what: String| Fault::Damaged(format!("a run of source `{source}`: {what}"));
    let doubtful: Vec<i64> =
        serde_json::from_str(&row.get::<_, String>(9)?).map_err(|error| damaged(error.to_string()))?;
    let window = match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<i64>>(4)?) {
        (Some(first), Some(last)) => Span::new(date(first)?, date(last)?),
        _ => None,
    };
    Ok(Run {
        source: source.parse().map_err(|fault| damaged(format!("{fault}")))?,
        started: moment(row.get(1)?)?,
        finished: moment(row.get(2)?)?,
        window,
        frozen: row.get(5)?,
        doubtful: doubtful.into_iter().map(date).collect::<Result<_, _>>()?,
        unchanged: figure(row.get(10)?)?,
        requests: figure(row.get(6)?)?,
        outcomes: serde_json::from_str(&outcomes).map_err(|error| damaged(error.to_string()))?,
        faults: serde_json::from_str(&faults).map_err(|error| damaged(error.to_string()))?,
    })
}
