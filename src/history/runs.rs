//! Runs: what each collection did, and the windows it looked at.

use std::collections::BTreeSet;

use super::error::Fault;
use super::record::look;
use super::sql::{Param, Row, Session, values};
use super::stamp::stamp;
use super::units::{date, day_number, figure, micros, moment, stored};
use crate::domain::collection::{Collected, Outcome, Run};
use crate::domain::traffic::Span;

const RUN: &str = include_str!("queries/run_upsert.sql");
const NEWEST: &str = include_str!("queries/runs_newest.sql");
const OF_SOURCE: &str = include_str!("queries/repository_of_source.sql");
const DOUBT: &str = include_str!("queries/doubt_insert.sql");
const COLLECTED: &str = include_str!("queries/repository_collected.sql");

/// Keeps the run, and its window for every repository that it read.
pub(super) fn finish(session: Session<'_>, run: &Run) -> Result<(), Fault> {
    keep(session, run)?;
    let window = run.window.filter(|_| !run.frozen);
    let mut read = BTreeSet::new();
    for outcome in run.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Done { .. })) {
        if let Some(repository) = find(session, run, outcome)? {
            look(session, repository, window.as_slice())?;
            let doubts = run.doubtful.iter().map(|date| values![repository, day_number(*date)]);
            session.each(DOUBT, &doubts.collect::<Vec<[Param<'_>; 2]>>())?;
            session.execute(COLLECTED, &values![repository, micros(run.finished)])?;
            read.insert(repository);
        }
    }
    stamp(session, &read)
}

/// The newest runs first.
pub(super) fn newest(session: Session<'_>, newest: usize) -> Result<Vec<Run>, Fault> {
    let mut runs = Vec::new();
    session.scan(NEWEST, &values![i64::try_from(newest).unwrap_or(i64::MAX)], |row| {
        runs.push(read(row)?);
        Ok(())
    })?;
    Ok(runs)
}

fn keep(session: Session<'_>, run: &Run) -> Result<(), Fault> {
    let requests = stored(run.requests, || format!("requests of source {}", run.source))?;
    let unchanged = stored(run.unchanged, || format!("unchanged answers of source {}", run.source))?;
    let doubtful: Vec<i64> = run.doubtful.iter().copied().map(day_number).collect();
    let (outcomes, faults, doubtful) = (json(&run.outcomes)?, json(&run.faults)?, json(&doubtful)?);
    let (first, last) = run.window.map(|span| (day_number(span.first), day_number(span.last))).unzip();
    let (started, finished) = (micros(run.started), micros(run.finished));
    let source = run.source.as_str();
    let row =
        values![source, started, finished, first, last, run.frozen, requests, outcomes, faults, doubtful, unchanged];
    session.execute(RUN, &row)?;
    Ok(())
}

/// A repository of which nothing was recorded is not known; then there is nothing whose days could be absent.
fn find(session: Session<'_>, run: &Run, outcome: &Outcome) -> Result<Option<i64>, Fault> {
    let id = outcome.id.map(|id| stored(id.0, || format!("as the id of {}", outcome.repository))).transpose()?;
    session.first(OF_SOURCE, &values![run.source.as_str(), id, outcome.repository.to_string()], |row| row.integer(0))
}

fn json(values: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(values).map_err(|error| Fault::Damaged(error.to_string()))
}

fn read(row: &Row<'_>) -> Result<Run, Fault> {
    let (source, outcomes, faults) = (row.text(0)?, row.text(7)?, row.text(8)?);
    let damaged = |what: String| Fault::Damaged(format!("a run of source `{source}`: {what}"));
    let doubtful: Vec<i64> = serde_json::from_str(row.text(9)?).map_err(|error| damaged(error.to_string()))?;
    let window = match (row.maybe(3)?, row.maybe(4)?) {
        (Some(first), Some(last)) => Span::new(date(first)?, date(last)?),
        _ => None,
    };
    Ok(Run {
        source: source.parse().map_err(|fault| damaged(format!("{fault}")))?,
        started: moment(row.integer(1)?)?,
        finished: moment(row.integer(2)?)?,
        window,
        frozen: row.flag(5)?,
        doubtful: doubtful.into_iter().map(date).collect::<Result<_, _>>()?,
        unchanged: figure(row.integer(10)?)?,
        requests: figure(row.integer(6)?)?,
        outcomes: serde_json::from_str(outcomes).map_err(|error| damaged(error.to_string()))?,
        faults: serde_json::from_str(faults).map_err(|error| damaged(error.to_string()))?,
    })
}
