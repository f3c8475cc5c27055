//! Recording observations within one transaction.

mod beyond;

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Params, Transaction, params};

pub(super) use self::beyond::question;

use super::Recorded;
use super::error::Fault;
use super::identity;
use super::units::{date, day_number, micros, stored};
use crate::domain::Date;
use crate::domain::collection::{self, Correction, Observation};
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::Counters;
use crate::domain::traffic::{Cell, Day, Series, Span, Traffic};

const OBSERVATION: &str = include_str!("queries/observation_upsert.sql");
const DAY_INSERT: &str = include_str!("queries/day_insert.sql");
const DAY_RAISE: &str = include_str!("queries/day_raise.sql");
const LOOKED_OF: &str = include_str!("queries/looked_of.sql");
const LOOKED_CLEAR: &str = include_str!("queries/looked_clear.sql");
const LOOKED_INSERT: &str = include_str!("queries/looked_insert.sql");
const COUNTERS_AGAIN: &str = include_str!("queries/counters_again.sql");
const COUNTERS_INSERT: &str = include_str!("queries/counters_insert.sql");
const TEXT_INSERT: &str = include_str!("queries/text_insert.sql");
const TEXT_KEY: &str = include_str!("queries/text_key.sql");
const SNAPSHOT_EXISTS: &str = include_str!("queries/snapshot_exists.sql");
const SNAPSHOT_INSERT: &str = include_str!("queries/snapshot_insert.sql");

/// Records all observations, in their order.
pub(super) fn record(transaction: &Transaction<'_>, observations: &[Observation]) -> Result<Recorded, Fault> {
    let mut writer = Writer { transaction, texts: HashMap::new(), recorded: Recorded::default() };
    observations.iter().try_for_each(|observation| writer.observation(observation))?;
    Ok(writer.recorded)
}

/// Keeps what an operator says of a repository.
pub(super) fn correct(transaction: &Transaction<'_>, repository: i64, correction: &Correction) -> Result<(), Fault> {
    let writer = Writer { transaction, texts: HashMap::new(), recorded: Recorded::default() };
    writer.correction(repository, correction)
}

/// Counts `windows` as looked at, besides those known. They are kept joined, so years of nights stay one row.
pub(super) fn look(transaction: &Transaction<'_>, repository: i64, windows: &[Span]) -> Result<(), Fault> {
    if windows.is_empty() {
        return Ok(());
    }
    let known = looked(transaction, repository)?;
    let both = Traffic::new(Series::default(), known.iter().chain(windows).copied());
    if both.windows() == known {
        return Ok(());
    }
    transaction.prepare_cached(LOOKED_CLEAR)?.execute([repository])?;
    let mut insert = transaction.prepare_cached(LOOKED_INSERT)?;
    for span in both.windows() {
        insert.execute(params![repository, day_number(span.first), day_number(span.last)])?;
    }
    Ok(())
}

fn looked(transaction: &Transaction<'_>, repository: i64) -> Result<Vec<Span>, Fault> {
    let mut query = transaction.prepare_cached(LOOKED_OF)?;
    let mut rows = query.query([repository])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        spans.push(Span { first: date(row.get(0)?)?, last: date(row.get(1)?)? });
    }
    Ok(spans)
}

/// What kind of top ten a snapshot is, as stored.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Referrers = 0,
    Paths = 1,
}

/// One row of a top ten, as stored: the keys of name and title, count and uniques.
pub(super) type Top = (i64, Option<i64>, i64, i64);

/// Which figure of a day an observation is of, as stored.
#[derive(Clone, Copy)]
enum Metric {
    Views = 0,
    Clones = 1,
}

impl From<collection::Metric> for Metric {
    fn from(metric: collection::Metric) -> Metric {
        match metric {
            collection::Metric::Views => Metric::Views,
            collection::Metric::Clones => Metric::Clones,
        }
    }
}

/// The figure that was stored under this number.
pub(super) fn metric(stored: i64) -> Result<collection::Metric, Fault> {
    let known = [collection::Metric::Views, collection::Metric::Clones].into_iter();
    let found = known.into_iter().find(|one| Metric::from(*one) as i64 == stored);
    found.ok_or_else(|| Fault::Damaged(format!("{stored} is no figure of a day")))
}

/// A day's cell as stored.
type Pair = Option<(i64, i64)>;

struct Writer<'t> {
    transaction: &'t Transaction<'t>,
    /// Keys of names and titles met in this transaction.
    texts: HashMap<String, i64>,
    recorded: Recorded,
}

impl Writer<'_> {
    fn observation(&mut self, observation: &Observation) -> Result<(), Fault> {
        let seen = micros(observation.seen);
        let Some(met) = identity::meet(self.transaction, &observation.sighting, seen)? else { return Ok(()) };
        self.recorded.repositories += u64::from(met.new);
        let named = |fault| name_repository(fault, observation);
        observation.days.iter().try_for_each(|day| self.day(met.key, day, seen)).map_err(named)?;
        look(self.transaction, met.key, &observation.windows)?;
        let mut counters = observation.counters.iter();
        counters.try_for_each(|(date, counters)| self.counters(met.key, *date, counters, seen)).map_err(named)?;
        let referrers = observation.referrers.iter().map(|snapshot| (Kind::Referrers, snapshot));
        let mut snapshots = referrers.chain(observation.paths.iter().map(|snapshot| (Kind::Paths, snapshot)));
        snapshots.try_for_each(|(kind, snapshot)| self.snapshot(met.key, kind, snapshot)).map_err(named)?;
        self.beyond(met.key, observation, seen).map_err(named)
    }

    fn day(&mut self, repository: i64, day: &Day, seen: i64) -> Result<(), Fault> {
        let (views, clones) = (pair(day.views, "views", day.date)?, pair(day.clones, "clones", day.date)?);
        self.raw(repository, day.date, Metric::Views, views, seen)?;
        self.raw(repository, day.date, Metric::Clones, clones, seen)?;
        if views.is_none() && clones.is_none() {
            return Ok(());
        }
        let (views, clones) = (views.unzip(), clones.unzip());
        let values = params![repository, day_number(day.date), views.0, views.1, clones.0, clones.1];
        if self.execute(DAY_INSERT, values)? == 1 {
            self.recorded.new_days += 1;
        } else {
            self.recorded.changed_days += self.execute(DAY_RAISE, values)? as u64;
        }
        Ok(())
    }

    fn raw(&self, repository: i64, date: Date, metric: Metric, cell: Pair, seen: i64) -> Result<(), Fault> {
        if let Some((count, uniques)) = cell {
            let values = params![repository, day_number(date), metric as i64, count, uniques, seen];
            self.execute(OBSERVATION, values)?;
        }
        Ok(())
    }

    fn counters(&self, repository: i64, date: Date, counters: &Counters, seen: i64) -> Result<(), Fault> {
        if *counters == Counters::default() {
            return Ok(());
        }
        let kept =
            |value: Option<u64>, what: &str| value.map(|v| stored(v, || format!("{what} on {date}"))).transpose();
        let stars = kept(counters.stars, "stars")?;
        let forks = kept(counters.forks, "forks")?;
        let watchers = kept(counters.watchers, "watchers")?;
        let open = kept(counters.open_issues_and_pulls, "open issues and pull requests")?;
        let pulls = kept(counters.open_pulls, "open pull requests")?;
        let values = params![repository, day_number(date), stars, forks, watchers, open, pulls, seen];
        if self.execute(COUNTERS_AGAIN, values)? == 0 {
            self.execute(COUNTERS_INSERT, values)?;
        }
        Ok(())
    }

    /// A moment has one answer: a list of that kind and moment that is there already stays.
    fn snapshot(&mut self, repository: i64, kind: Kind, snapshot: &Snapshot) -> Result<(), Fault> {
        let (kind, taken) = (kind as i64, micros(snapshot.taken));
        let mut known = self.transaction.prepare_cached(SNAPSHOT_EXISTS)?;
        if known.query_row(params![repository, kind, taken], |row| row.get(0))? {
            return Ok(());
        }
        let what = |ranked: &Ranked| format!("for `{}` in the top ten of {}", ranked.name, snapshot.taken.date_naive());
        let top = snapshot.rows.iter().map(|ranked| self.ranked(ranked, || what(ranked)));
        let top = top.collect::<Result<Vec<Top>, Fault>>()?;
        let top = serde_json::to_string(&top).map_err(|error| Fault::Damaged(error.to_string()))?;
        self.execute(SNAPSHOT_INSERT, params![repository, kind, taken, top])?;
        self.recorded.snapshots += 1;
        Ok(())
    }

    fn ranked(&mut self, ranked: &Ranked, what: impl Fn() -> String) -> Result<Top, Fault> {
        let name = self.text(&ranked.name)?;
        let title = ranked.title.as_deref().map(|title| self.text(title)).transpose()?;
        Ok((name, title, stored(ranked.count, &what)?, stored(ranked.uniques, &what)?))
    }

    fn text(&mut self, value: &str) -> Result<i64, Fault> {
        if let Some(key) = self.texts.get(value) {
            return Ok(*key);
        }
        let find = |row: &rusqlite::Row<'_>| row.get(0);
        let known = self.transaction.prepare_cached(TEXT_KEY)?.query_row([value], find).optional()?;
        let key = match known {
            Some(key) => key,
            None => {
                self.execute(TEXT_INSERT, [value])?;
                self.transaction.last_insert_rowid()
            }
        };
        self.texts.insert(value.to_owned(), key);
        Ok(key)
    }

    fn execute(&self, query: &str, values: impl Params) -> Result<usize, Fault> {
        Ok(self.transaction.prepare_cached(query)?.execute(values)?)
    }
}

fn pair(cell: Option<Cell>, what: &str, date: Date) -> Result<Pair, Fault> {
    let Some(cell) = cell else { return Ok(None) };
    let count = stored(cell.count, || format!("{what} on {date}"))?;
    let uniques = stored(cell.uniques, || format!("unique {what} on {date}"))?;
    Ok(Some((count, uniques)))
}

fn name_repository(fault: Fault, observation: &Observation) -> Fault {
    match fault {
        Fault::TooLarge { what, value } => {
            Fault::TooLarge { what: format!("{what} of {}", observation.sighting.name), value }
        }
        other => other,
    }
}
