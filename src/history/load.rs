//! Reading back what is known of repositories: some at a time, so that nobody need hold all of them.

mod beyond;
mod changes;
mod outline;
mod tops;

pub(super) use self::beyond::learn;
pub(super) use self::outline::outline;

use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::sync::Arc;

use self::tops::Tops;
use super::error::Fault;
use super::record::{Kind, Top};
use super::sql::{Param, Row, Session, values};
use super::units::{date, figure, figures, moment};
use crate::domain::collection::{Metric, Seen};
use crate::domain::downloads::Release;
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::{About, Counters, RepoId, RepoName, Repository, RepositoryHistory, Traits};
use crate::domain::signal;
use crate::domain::traffic::{Cell, Day, Span, Traffic};
use crate::domain::uniques::{Fortnight, WeekTotal};
use crate::domain::{Date, Timestamp};

const REPOSITORIES: &str = include_str!("queries/load_repositories.sql");
const KEYS: &str = include_str!("queries/outline_keys.sql");
const NAMES: &str = include_str!("queries/load_names.sql");
const SOURCES: &str = include_str!("queries/load_sources.sql");
const DAYS: &str = include_str!("queries/load_days.sql");
const LOOKED: &str = include_str!("queries/load_looked.sql");
const COUNTERS: &str = include_str!("queries/load_counters.sql");
const TEXTS: &str = include_str!("queries/load_texts.sql");
const SNAPSHOTS: &str = include_str!("queries/load_snapshots.sql");

/// Which top tens to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The newest, and of the older ones those that can be added up.
    Apart,
    /// All.
    Every,
}

/// Repositories read at a time.
const CHUNK: usize = 500;
/// Texts remembered from one call to the next.
const REMEMBERED: usize = 20_000;

/// Names and titles of top tens by key, of which many come again with the next repository.
pub(super) type Texts = HashMap<i64, Arc<str>>;

/// Everything known of every repository, sorted by name.
pub(super) fn load(session: Session<'_>, lists: Lists) -> Result<Vec<RepositoryHistory>, Fault> {
    let (mut keys, mut texts, mut all) = (Vec::new(), Texts::new(), Vec::new());
    session.scan(KEYS, &[], |row| {
        keys.push(row.integer(0)?);
        Ok(())
    })?;
    for chunk in keys.chunks(CHUNK) {
        all.extend(some(session, &mut texts, chunk, lists)?);
    }
    all.sort_by(|a, b| sort_key(&a.repository).cmp(&sort_key(&b.repository)));
    Ok(all)
}

/// Everything known of some repositories, sorted by name. A key that no repository has is passed over.
pub(super) fn some(
    session: Session<'_>,
    texts: &mut Texts,
    keys: &[i64],
    lists: Lists,
) -> Result<Vec<RepositoryHistory>, Fault> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    let of: Vec<[Param<'_>; 1]> = sorted.iter().map(|key| values![*key]).collect();
    let mut parts = Parts { every_list: lists == Lists::Every, ..Parts::default() };
    session.scan_each(REPOSITORIES, &of, |row| parts.repository(row))?;
    session.scan_each(NAMES, &of, |row| parts.name(row))?;
    session.scan_each(SOURCES, &of, |row| parts.source(row))?;
    session.scan_each(DAYS, &of, |row| parts.day(row))?;
    session.scan_each(LOOKED, &of, |row| parts.looked(row))?;
    session.scan_each(COUNTERS, &of, |row| parts.counters(row))?;
    session.scan_each(SNAPSHOTS, &of, |row| parts.snapshot(row))?;
    beyond::load(session, &of, &mut parts)?;
    changes::load(session, &of, &mut parts)?;
    if texts.len() > REMEMBERED {
        texts.clear();
    }
    parts.learn(session, texts)?;
    parts.whole()
}

/// What has been read so far. Every scan is ordered by repository, so `at` moves forward only.
#[derive(Default)]
struct Parts {
    keys: Vec<i64>,
    parts: Vec<Part>,
    at: usize,
    /// Top tens whose texts are not known yet, newest first of each kind of each repository.
    tops: Vec<(usize, i64, Timestamp, Vec<Top>)>,
    every_list: bool,
}

/// One repository in the making.
struct Part {
    host: String,
    id: Option<RepoId>,
    traits: Traits,
    description: Option<String>,
    collected: Option<i64>,
    names: Vec<RepoName>,
    /// When each of the names was last met.
    met: Vec<i64>,
    /// Values of days of which several were seen.
    seen: Vec<Seen>,
    sources: BTreeSet<crate::domain::repo::SourceName>,
    days: Vec<Day>,
    looked: Vec<Span>,
    counters: Vec<(Date, Counters)>,
    referrers: Tops,
    paths: Tops,
    about: About,
    weeks: Vec<WeekTotal>,
    fortnights: Vec<Fortnight>,
    stars_gained: Vec<(Date, u64)>,
    releases: Vec<Release>,
    doubtful: BTreeSet<Date>,
    corrections: Vec<Corrected>,
}

/// What an operator said of a figure of a day; nothing where it was taken back.
type Corrected = (Date, Metric, Option<Cell>);

impl Parts {
    fn repository(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        self.keys.push(row.integer(0)?);
        let id = row.maybe(2)?;
        // Whether it is private is unknown until GitHub was asked: until then it is treated as if it were,
        // so that a role without private repositories does not show it by mistake.
        let private = row.maybe_flag(3)?.unwrap_or(true);
        self.parts.push(Part {
            host: row.text(1)?.to_owned(),
            id: figures(id)?.map(RepoId),
            traits: Traits { private, fork: row.flag(4)?, archived: row.flag(5)? },
            description: row.maybe_text(6)?.map(str::to_owned),
            collected: row.maybe(7)?,
            names: Vec::new(),
            met: Vec::new(),
            seen: Vec::new(),
            sources: BTreeSet::new(),
            days: Vec::new(),
            looked: Vec::new(),
            counters: Vec::new(),
            referrers: Tops::default(),
            paths: Tops::default(),
            about: About::default(),
            weeks: Vec::new(),
            fortnights: Vec::new(),
            stars_gained: Vec::new(),
            releases: Vec::new(),
            doubtful: BTreeSet::new(),
            corrections: Vec::new(),
        });
        Ok(())
    }

    /// The repository that a row's first column names.
    fn part(&mut self, row: &Row<'_>) -> Result<&mut Part, Fault> {
        let key = row.integer(0)?;
        if self.keys.get(self.at) != Some(&key) {
            let missing = |_| Fault::Damaged(format!("there are rows of repository {key}, which does not exist"));
            self.at = self.keys.binary_search(&key).map_err(missing)?;
        }
        Ok(&mut self.parts[self.at])
    }

    fn name(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let name = row.text(1)?;
        let name = name.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
        let met = row.integer(2)?;
        let part = self.part(row)?;
        part.names.push(name);
        part.met.push(met);
        Ok(())
    }

    fn source(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let source = row.text(1)?;
        let source = source.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
        self.part(row)?.sources.insert(source);
        Ok(())
    }

    fn day(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let day = Day { date: date(row.integer(1)?)?, views: cell(row, 2)?, clones: cell(row, 4)? };
        self.part(row)?.days.push(day);
        Ok(())
    }

    fn looked(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let span = Span { first: date(row.integer(1)?)?, last: date(row.integer(2)?)? };
        self.part(row)?.looked.push(span);
        Ok(())
    }

    fn counters(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let date = date(row.integer(1)?)?;
        let later = Counters {
            stars: figures(row.maybe(2)?)?,
            forks: figures(row.maybe(3)?)?,
            watchers: figures(row.maybe(4)?)?,
            open_issues_and_pulls: figures(row.maybe(5)?)?,
            open_pulls: figures(row.maybe(6)?)?,
        };
        let counters = &mut self.part(row)?.counters;
        match counters.last_mut() {
            Some((same, known)) if *same == date => *known = known.overlay(later),
            _ => counters.push((date, later)),
        }
        Ok(())
    }

    fn snapshot(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let (kind, taken) = (row.integer(1)?, moment(row.integer(2)?)?);
        let every = self.every_list;
        if !self.part(row)?.tops(kind).wants(taken) && !every {
            return Ok(());
        }
        let top = row.text(3)?;
        let damaged = |error| Fault::Damaged(format!("a top ten: {error}"));
        self.tops.push((self.at, kind, taken, serde_json::from_str(top).map_err(damaged)?));
        Ok(())
    }

    /// Gives the top tens their texts.
    fn learn(&mut self, session: Session<'_>, texts: &mut Texts) -> Result<(), Fault> {
        let keys = self.tops.iter().flat_map(|(.., top)| top).flat_map(|(name, title, ..)| [Some(*name), *title]);
        let unknown: BTreeSet<i64> = keys.flatten().filter(|key| !texts.contains_key(key)).collect();
        let unknown: Vec<[Param<'_>; 1]> = unknown.into_iter().map(|key| values![key]).collect();
        session.scan_each(TEXTS, &unknown, |row| {
            texts.insert(row.integer(0)?, row.text(1)?.into());
            Ok(())
        })?;
        for (at, kind, taken, top) in mem::take(&mut self.tops) {
            let rows = top.into_iter().map(|top| ranked(texts, top)).collect::<Result<_, _>>()?;
            self.parts[at].tops(kind).keep(Snapshot { taken, rows });
        }
        Ok(())
    }

    fn whole(&mut self) -> Result<Vec<RepositoryHistory>, Fault> {
        let parts = mem::take(&mut self.parts).into_iter();
        let mut all = parts.map(Part::whole).collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| sort_key(&a.repository).cmp(&sort_key(&b.repository)));
        Ok(all)
    }
}

fn ranked(texts: &Texts, (name, title, count, uniques): Top) -> Result<Ranked, Fault> {
    let text = |key: i64| {
        let missing = || Fault::Damaged(format!("text {key} does not exist"));
        texts.get(&key).cloned().ok_or_else(missing)
    };
    let title = title.map(text).transpose()?;
    Ok(Ranked { name: text(name)?, title, count: figure(count)?, uniques: figure(uniques)? })
}

fn sort_key(repository: &Repository) -> (&RepoName, &str, Option<RepoId>) {
    (&repository.name, &repository.host, repository.id)
}

impl Part {
    fn tops(&mut self, kind: i64) -> &mut Tops {
        if kind == Kind::Paths as i64 { &mut self.paths } else { &mut self.referrers }
    }

    fn whole(mut self) -> Result<RepositoryHistory, Fault> {
        let name = self.names.pop().ok_or_else(|| Fault::Damaged("a repository has no name".into()))?;
        let series = self.series();
        let renamed = changes::renamed(&self.names, &self.met)?;
        let repository = Repository {
            host: self.host,
            id: self.id,
            name,
            aliases: self.names,
            sources: self.sources,
            traits: self.traits,
            description: self.description,
            about: mem::take(&mut self.about),
        };
        Ok(RepositoryHistory {
            repository,
            traffic: Traffic::new(series, self.looked).doubting(self.doubtful),
            counters: self.counters,
            referrers: self.referrers.whole(),
            paths: self.paths.whole(),
            weeks: self.weeks,
            fortnights: self.fortnights,
            stars_gained: self.stars_gained,
            releases: self.releases,
            collected: self.collected.map(moment).transpose()?,
            revisions: signal::revisions(&self.seen),
            renamed,
        })
    }
}

fn cell(row: &Row<'_>, column: usize) -> Result<Option<Cell>, Fault> {
    match (row.maybe(column)?, row.maybe(column + 1)?) {
        (Some(count), Some(uniques)) => Ok(Some(Cell { count: figure(count)?, uniques: figure(uniques)? })),
        _ => Ok(None),
    }
}
