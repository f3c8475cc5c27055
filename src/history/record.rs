//! Recording observations within one transaction.

mod batch;
mod beyond;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) use self::beyond::question;
pub(super) use self::rows::{Place, Rows};

use super::Recorded;
use super::error::Fault;
use super::identity;
use super::sql::{Param, Session, values};
use super::stamp::stamp;
use super::units::{date, day_number, micros, stored};
use crate::domain::collection::{self, Correction, Observation};
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::Counters;
use crate::domain::traffic::{Cell, Day, Series, Span, Traffic};
use crate::domain::{Date, Timestamp};

const LOOKED_OF: &str = include_str!("queries/looked_of.sql");
const LOOKED_CLEAR: &str = include_str!("queries/looked_clear.sql");
const LOOKED_INSERT: &str = include_str!("queries/looked_insert.sql");

/// Records all observations, in their order.
pub(super) fn record(session: Session<'_>, observations: &[Observation]) -> Result<Recorded, Fault> {
    let mut writer = Writer { session, rows: Rows::new(session), repositories: 0, met: BTreeSet::new() };
    observations.iter().try_for_each(|observation| writer.observation(observation))?;
    let sent = writer.rows.send()?;
    stamp(session, &writer.met)?;
    Ok(Recorded {
        repositories: writer.repositories,
        new_days: sent.new_days,
        changed_days: sent.changed_days,
        snapshots: sent.snapshots,
    })
}

/// Keeps what an operator says of a repository.
pub(super) fn correct(session: Session<'_>, repository: i64, correction: &Correction) -> Result<(), Fault> {
    let Correction { date, metric, cell, note, made } = correction;
    let (count, uniques) = pair(*cell, "corrected", *date)?.unzip();
    let mut rows = Rows::new(session);
    let key = [repository, day_number(*date), Metric::from(*metric) as i64, micros(*made)];
    rows.correction(key, [count, uniques], note)?;
    rows.send()?;
    stamp(session, &[repository].into())
}

/// Counts `windows` as looked at, besides those known; whether that is new. They are kept joined, so years of nights stay
/// one row.
pub(super) fn look(session: Session<'_>, repository: i64, windows: &[Span]) -> Result<bool, Fault> {
    if windows.is_empty() {
        return Ok(false);
    }
    let known = looked(session, repository)?;
    let both = Traffic::new(Series::default(), known.iter().chain(windows).copied());
    if both.windows() == known {
        return Ok(false);
    }
    session.execute(LOOKED_CLEAR, &values![repository])?;
    let row = |span: &Span| values![repository, day_number(span.first), day_number(span.last)];
    let rows: Vec<[Param<'_>; 3]> = both.windows().iter().map(row).collect();
    session.each(LOOKED_INSERT, &rows)?;
    Ok(true)
}

fn looked(session: Session<'_>, repository: i64) -> Result<Vec<Span>, Fault> {
    let mut spans = Vec::new();
    session.scan(LOOKED_OF, &values![repository], |row| {
        spans.push(Span { first: date(row.integer(0)?)?, last: date(row.integer(1)?)? });
        Ok(())
    })?;
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

struct Writer<'s, 'o> {
    session: Session<'s>,
    rows: Rows<'s, 'o>,
    repositories: u64,
    met: BTreeSet<i64>,
}

impl<'o> Writer<'_, 'o> {
    fn observation(&mut self, observation: &'o Observation) -> Result<(), Fault> {
        let seen = micros(observation.seen);
        let Some(met) = identity::meet(self.session, &observation.sighting, seen)? else { return Ok(()) };
        self.repositories += u64::from(met.new);
        self.met.insert(met.key);
        let named = |fault| name_repository(fault, observation);
        observation.days.iter().try_for_each(|day| self.day(met.key, day, seen)).map_err(named)?;
        look(self.session, met.key, &observation.windows)?;
        for (date, counters) in &observation.counters {
            let seen = if of_files(observation) { micros(start(*date)) } else { seen };
            self.counters(met.key, *date, counters, seen).map_err(named)?;
        }
        let referrers = observation.referrers.iter().map(|snapshot| (Kind::Referrers, snapshot));
        let mut snapshots = referrers.chain(observation.paths.iter().map(|snapshot| (Kind::Paths, snapshot)));
        snapshots.try_for_each(|(kind, snapshot)| self.snapshot(met.key, kind, snapshot)).map_err(named)?;
        self.beyond(met.key, observation, seen).map_err(named)
    }

    fn day(&mut self, repository: i64, day: &Day, seen: i64) -> Result<(), Fault> {
        let (views, clones) = (pair(day.views, "views", day.date)?, pair(day.clones, "clones", day.date)?);
        let date = day_number(day.date);
        for (metric, cell) in [(Metric::Views, views), (Metric::Clones, clones)] {
            if let Some((count, uniques)) = cell {
                self.rows.observation([repository, date, metric as i64, count, uniques], [seen, seen])?;
            }
        }
        match four(views, clones) {
            Some(four) => self.rows.day(repository, date, four),
            None => Ok(()),
        }
    }

    fn counters(&mut self, repository: i64, date: Date, counters: &Counters, seen: i64) -> Result<(), Fault> {
        if *counters == Counters::default() {
            return Ok(());
        }
        let kept =
            |value: Option<u64>, what: &str| value.map(|v| stored(v, || format!("{what} on {date}"))).transpose();
        let five = [
            kept(counters.stars, "stars")?,
            kept(counters.forks, "forks")?,
            kept(counters.watchers, "watchers")?,
            kept(counters.open_issues_and_pulls, "open issues and pull requests")?,
            kept(counters.open_pulls, "open pull requests")?,
        ];
        self.rows.counters([repository, day_number(date)], five, seen)
    }

    fn snapshot(&mut self, repository: i64, kind: Kind, snapshot: &'o Snapshot) -> Result<(), Fault> {
        let what = |ranked: &Ranked| format!("for `{}` in the top ten of {}", ranked.name, snapshot.taken.date_naive());
        let places = snapshot.rows.iter().map(|ranked| place(ranked, || what(ranked)));
        let places = places.collect::<Result<Vec<_>, Fault>>()?;
        self.rows.snapshot([repository, kind as i64, micros(snapshot.taken)], places)
    }
}

/// Files know the counters of a day by hearsay, and when they were written says nothing of it: so they count as of the
/// day's beginning, and whatever GitHub was read to say on it goes before them.
fn of_files(observation: &Observation) -> bool {
    observation.sighting.source.is_none()
}

fn start(date: Date) -> Timestamp {
    date.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn place(ranked: &Ranked, what: impl Fn() -> String) -> Result<Place<'_>, Fault> {
    Ok(Place {
        name: text(&ranked.name),
        title: ranked.title.as_deref().map(text),
        count: stored(ranked.count, &what)?,
        uniques: stored(ranked.uniques, &what)?,
    })
}

/// A text as it will be stored.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    match Param::from(text) {
        Param::Text(text) => text,
        Param::Null | Param::Integer(_) => Cow::Borrowed(text),
    }
}

/// The figures of both as stored, unless there are none.
fn four(views: Pair, clones: Pair) -> Option<[Option<i64>; 4]> {
    let (views, clones) = (views.unzip(), clones.unzip());
    let four = [views.0, views.1, clones.0, clones.1];
    four.iter().any(Option::is_some).then_some(four)
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
