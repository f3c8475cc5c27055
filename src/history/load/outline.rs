//! Repositories without their histories: a few rows of each.

use std::collections::{BTreeMap, BTreeSet};

use super::beyond::newest;
use super::{Corrected, cell, sort_key};
use crate::domain::Date;
use crate::domain::repo::{About, Outline, RepoId, RepoName, Repository, SourceName, Traits};
use crate::domain::traffic::{Span, Traffic};
use crate::history::error::Fault;
use crate::history::record::metric;
use crate::history::sql::{Row, Session};
use crate::history::units::{date, figures, moment};

const REPOSITORIES: &str = include_str!("../queries/outline_repositories.sql");
const NAMES: &str = include_str!("../queries/all_names.sql");
const SOURCES: &str = include_str!("../queries/outline_sources.sql");
const WINDOWS: &str = include_str!("../queries/outline_windows.sql");
const CORRECTIONS: &str = include_str!("../queries/outline_corrections.sql");

/// What is read before the repositories themselves.
#[derive(Default)]
struct Beside {
    names: BTreeMap<i64, Vec<RepoName>>,
    sources: BTreeMap<i64, BTreeSet<SourceName>>,
    /// The first day of all windows, and the newest of them.
    windows: BTreeMap<i64, (Date, Span)>,
    corrections: BTreeMap<i64, Vec<Corrected>>,
}

/// Every repository, sorted by name.
pub(in crate::history) fn outline(session: Session<'_>) -> Result<Vec<Outline>, Fault> {
    let mut beside = Beside::default();
    session.scan(NAMES, &[], |row| {
        let name = row.text(1)?.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
        beside.names.entry(row.integer(0)?).or_default().push(name);
        Ok(())
    })?;
    session.scan(SOURCES, &[], |row| {
        let source = row.text(1)?.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
        beside.sources.entry(row.integer(0)?).or_default().insert(source);
        Ok(())
    })?;
    session.scan(WINDOWS, &[], |row| {
        let span = Span { first: date(row.integer(1)?)?, last: date(row.integer(2)?)? };
        beside.windows.entry(row.integer(0)?).or_insert((span.first, span)).1 = span;
        Ok(())
    })?;
    session.scan(CORRECTIONS, &[], |row| {
        let corrected = (date(row.integer(1)?)?, metric(row.integer(2)?)?, cell(row, 3)?);
        beside.corrections.entry(row.integer(0)?).or_default().push(corrected);
        Ok(())
    })?;
    let mut all = Vec::new();
    session.scan(REPOSITORIES, &[], |row| {
        all.push(beside.repository(row)?);
        Ok(())
    })?;
    all.sort_by(|a, b| sort_key(&a.repository).cmp(&sort_key(&b.repository)));
    Ok(all)
}

impl Beside {
    fn repository(&mut self, row: &Row<'_>) -> Result<Outline, Fault> {
        let key = row.integer(0)?;
        let mut names = self.names.remove(&key).unwrap_or_default();
        let name = names.pop().ok_or_else(|| Fault::Damaged("a repository has no name".into()))?;
        let windows = self.windows.remove(&key);
        let corrections = self.corrections.remove(&key).unwrap_or_default();
        let observed = [row.maybe(8)?, row.maybe(9)?].into_iter().flatten().map(date).collect::<Result<Vec<_>, _>>()?;
        let days = observed.into_iter().chain(newest(&corrections).map(|(date, ..)| date));
        let days: Vec<Date> = days.chain(windows.into_iter().flat_map(|(first, span)| [first, span.last])).collect();
        let extent = days.iter().min().zip(days.iter().max()).map(|(first, last)| Span { first: *first, last: *last });
        let listed =
            |column| Ok::<_, Fault>(row.maybe(column)?.map(moment).transpose()?.map(|taken| taken.date_naive()));
        Ok(Outline {
            key,
            stamp: row.integer(7)?,
            repository: Repository {
                host: row.text(1)?.to_owned(),
                id: figures(row.maybe(2)?)?.map(RepoId),
                name,
                aliases: names,
                sources: self.sources.remove(&key).unwrap_or_default(),
                // As when all of it is read.
                traits: Traits {
                    private: row.maybe_flag(3)?.unwrap_or(true),
                    fork: row.flag(4)?,
                    archived: row.flag(5)?,
                },
                description: None,
                about: About::default(),
            },
            collected: row.maybe(6)?.map(moment).transpose()?,
            extent,
            settled: extent.and_then(|extent| Traffic::at_rest(extent, windows.map(|(_, newest)| newest))),
            listed: [listed(10)?, listed(11)?],
        })
    }
}
