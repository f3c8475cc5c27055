//! Repositories as all roles share them: little of each while its history is not at hand, all of it while it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::Days;
use serde::Serialize;

use super::figures::Daily;
use super::group;
use super::lately::Lately;
use super::locale::Words;
use super::notable::Notable;
use super::{Error, badge, names};
use crate::domain::collection::{Outcome, Run};
use crate::domain::ranking::{self, Snapshot};
use crate::domain::release::{Digest, PagePath};
use crate::domain::repo::{Outline, RepoId, RepoName, RepositoryHistory, Selection, SourceName};
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

/// One repository, ready to be shown.
pub(super) struct Repo {
    /// Its snapshots are thinned to those whose windows do not overlap.
    pub(super) history: RepositoryHistory,
    pub(super) daily: Daily,
    /// What only all snapshots tell.
    pub(super) notable: Notable,
    pub(super) path: PagePath,
    /// Earlier names that nobody else has today.
    pub(super) aliases: Vec<RepoName>,
    /// Of everything its page shows but the chrome.
    pub(super) digest: Digest,
    pub(super) fresh: Fresh,
    pub(super) lately: Lately,
}

impl Repo {
    pub(super) fn name(&self) -> &RepoName {
        &self.history.repository.name
    }
}

/// What is kept of each repository while its history is not at hand: there may be a hundred thousand of them.
pub(super) struct Fact {
    pub(super) key: i64,
    pub(super) stamp: i64,
    pub(super) name: RepoName,
    id: Option<RepoId>,
    /// Its place among the sets of sources.
    sources: u32,
    pub(super) extent: Option<Span>,
    pub(super) settled: Option<Date>,
    collected: Option<Timestamp>,
    /// The day of the newest list of referrers, and of paths.
    pub(super) listed: [Option<Date>; 2],
    pub(super) path: PagePath,
    /// Earlier names that nobody else has today.
    pub(super) aliases: Box<[RepoName]>,
    /// Whether its name means this repository today, and not a later one.
    holds_name: bool,
    /// Whether anybody may see its badge.
    pub(super) public: bool,
    /// The address of its owner's page.
    pub(super) organisation: Box<str>,
    /// As in [`Repo::digest`], once it is known.
    pub(super) digest: Option<Digest>,
}

/// What has a name today and had others.
pub(super) trait Named {
    fn name(&self) -> &RepoName;
    fn aliases(&self) -> &[RepoName];
}

impl Named for Repo {
    fn name(&self) -> &RepoName {
        Repo::name(self)
    }

    fn aliases(&self) -> &[RepoName] {
        &self.aliases
    }
}

impl Named for Fact {
    fn name(&self) -> &RepoName {
        &self.name
    }

    fn aliases(&self) -> &[RepoName] {
        &self.aliases
    }
}

/// Every repository, in order of name.
pub(super) struct Stock {
    pub(super) facts: Vec<Fact>,
    /// Their places in order of the addresses of their pages.
    by_path: Vec<u32>,
    /// Sets of sources, each with whether the newest run of one of them met a GitHub that stood still.
    sources: Vec<(BTreeSet<SourceName>, bool)>,
    today: Date,
}

impl Stock {
    /// `badges` are the repositories whose badges anybody may see.
    pub(super) fn new(outlines: Vec<Outline>, runs: &[Run], badges: &Selection, today: Date) -> Result<Stock, Error> {
        let paths = names::addresses(&outlines).map_err(|fault| Error::Address(fault.to_string()))?;
        let holders = names::holders(&outlines);
        let held: HashSet<String> = outlines.iter().map(|outline| lower(&outline.repository.name)).collect();
        let mut sets: BTreeMap<BTreeSet<SourceName>, u32> = BTreeMap::new();
        let mut facts = Vec::with_capacity(outlines.len());
        for ((outline, path), holds_name) in outlines.into_iter().zip(paths).zip(holders) {
            let Outline { key, stamp, repository, collected, extent, settled, listed } = outline;
            let public = holds_name && badge::is_public(badges, &repository);
            let organisation = names::organisation(&repository).into_boxed_str();
            let next = sets.len() as u32;
            let sources = *sets.entry(repository.sources).or_insert(next);
            // A name that somebody else has today would put a stranger's name on this page.
            let mut aliases = repository.aliases;
            aliases.retain(|alias| !held.contains(&lower(alias)));
            let (name, id, aliases) = (repository.name, repository.id, aliases.into_boxed_slice());
            facts.push(Fact {
                key,
                stamp,
                name,
                id,
                sources,
                extent,
                settled,
                collected,
                listed,
                path,
                aliases,
                holds_name,
                public,
                organisation,
                digest: None,
            });
        }
        let mut sources: Vec<(BTreeSet<SourceName>, u32)> = sets.into_iter().collect();
        sources.sort_by_key(|(_, at)| *at);
        let frozen = |(set, _): (BTreeSet<SourceName>, u32)| {
            let is = frozen(runs, &|source| set.contains(source));
            (set, is)
        };
        let mut by_path: Vec<u32> = (0..facts.len() as u32).collect();
        by_path.sort_unstable_by_key(|at| facts[*at as usize].path.as_str());
        Ok(Stock { facts, by_path, sources: sources.into_iter().map(frozen).collect(), today })
    }

    /// The place of the repository whose page has this address.
    pub(super) fn of_page(&self, path: &str) -> Option<usize> {
        let found = self.by_path.binary_search_by_key(&path, |at| self.facts[*at as usize].path.as_str());
        found.ok().map(|place| self.by_path[place] as usize)
    }

    /// For every outcome of every run the place of the repository that it is about, if it is one of these.
    pub(super) fn subjects(&self, runs: &[Run]) -> Vec<Vec<Option<usize>>> {
        let (mut by_id, mut by_name) = (HashMap::<u64, Vec<usize>>::new(), HashMap::<String, Vec<usize>>::new());
        if runs.iter().any(|run| !run.outcomes.is_empty()) {
            for (at, fact) in self.facts.iter().enumerate() {
                if let Some(id) = fact.id {
                    by_id.entry(id.0).or_default().push(at);
                }
                // Without an id only the name tells, and it tells only of the repository that has it now.
                if fact.holds_name {
                    by_name.entry(lower(&fact.name)).or_default().push(at);
                }
            }
        }
        let subject = |run: &Run, outcome: &Outcome| {
            let found = match outcome.id {
                Some(id) => by_id.get(&id.0),
                None => by_name.get(&lower(&outcome.repository)),
            };
            // Ids and names are unique within a host; a source has one host.
            found?.iter().copied().find(|at| self.sources(&self.facts[*at]).contains(&run.source))
        };
        runs.iter().map(|run| run.outcomes.iter().map(|outcome| subject(run, outcome)).collect()).collect()
    }

    fn sources(&self, fact: &Fact) -> &BTreeSet<SourceName> {
        &self.sources[fact.sources as usize].0
    }

    /// How fresh one of them is.
    pub(super) fn dates(&self, fact: &Fact) -> Dates {
        Dates {
            settled: fact.settled,
            newest: fact.extent.map(|extent| extent.last),
            collected: fact.collected,
            frozen: self.sources[fact.sources as usize].1,
            late: late(fact.settled, self.today),
        }
    }

    /// How fresh several are together.
    pub(super) fn dates_of(&self, members: &[u32], runs: &[Run]) -> Dates {
        let facts = || members.iter().map(|at| &self.facts[*at as usize]);
        let (extent, settled) = group::reach(facts().map(|fact| (fact.extent, fact.settled)));
        let sets: BTreeSet<u32> = facts().map(|fact| fact.sources).collect();
        let ours = |source: &SourceName| sets.iter().any(|set| self.sources[*set as usize].0.contains(source));
        Dates {
            settled,
            newest: extent.map(|extent| extent.last),
            collected: facts().filter_map(|fact| fact.collected).max(),
            frozen: frozen(runs, &ours),
            late: late(settled, self.today),
        }
    }

    /// Makes a history ready.
    pub(super) fn ready(&self, at: usize, mut history: RepositoryHistory, words: &Words) -> Result<Repo, Error> {
        let fact = &self.facts[at];
        let (notable, lately) = (Notable::of(&history), Lately::of(&history));
        history.referrers = thin(&history.referrers);
        history.paths = thin(&history.paths);
        let digest = match fact.digest {
            Some(digest) => digest,
            None => Digest::of_value(&(&history, &notable, &lately)),
        };
        Ok(Repo {
            daily: Daily::of(&history.traffic),
            notable,
            lately,
            path: fact.path.clone(),
            aliases: fact.aliases.to_vec(),
            digest,
            fresh: Fresh::new(words, &self.dates(fact)),
            history,
        })
    }
}

/// What [`Fresh`] is written from.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Dates {
    pub(super) settled: Option<Date>,
    newest: Option<Date>,
    collected: Option<Timestamp>,
    frozen: bool,
    late: Option<u64>,
}

/// How fresh some figures are, as it is written on every page.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Fresh {
    /// The newest settled day.
    pub(super) through: Option<String>,
    /// The newest day at all, if it is later.
    pub(super) rising: Option<String>,
    /// The newest collection.
    pub(super) collected: Option<String>,
    /// GitHub's own counting stood still.
    pub(super) frozen: bool,
    /// How many days the newest settled day lags, if that is more than it should.
    pub(super) late: Option<u64>,
}

/// Two provisional days and a window that may end two days ago; one night may fail unnoticed.
const USUAL_LAG: i64 = 6;

fn late(settled: Option<Date>, today: Date) -> Option<u64> {
    let lag = settled.map_or(0, |settled| (today - settled).num_days());
    u64::try_from(lag).ok().filter(|_| lag > USUAL_LAG)
}

impl Fresh {
    pub(super) fn new(words: &Words, dates: &Dates) -> Fresh {
        let Dates { settled, newest, collected, frozen, late } = *dates;
        Fresh {
            through: settled.map(|date| words.day(date)),
            rising: newest.filter(|newest| settled.is_none_or(|settled| *newest > settled)).map(|date| words.day(date)),
            collected: collected.map(|time| words.moment(time)),
            frozen,
            late,
        }
    }
}

fn lower(name: &RepoName) -> String {
    name.to_string().to_ascii_lowercase()
}

/// Ascending by time. Nightly lists overlap by thirteen days; only disjoint ones can be added up.
fn thin(snapshots: &[Snapshot]) -> Vec<Snapshot> {
    let (Some(oldest), Some(newest)) = (snapshots.first(), snapshots.last()) else { return Vec::new() };
    let all = Span { first: oldest.taken.date_naive() - Days::new(14), last: newest.taken.date_naive() };
    ranking::disjoint(snapshots, all).into_iter().rev().cloned().collect()
}

/// Whether the newest run of any of these sources met a GitHub that stood still.
fn frozen(runs: &[Run], ours: &dyn Fn(&SourceName) -> bool) -> bool {
    let mut seen = BTreeSet::new();
    let newest = runs.iter().filter(|run| run.window.is_some() || run.frozen).filter(|run| ours(&run.source));
    newest.filter(|run| seen.insert(&run.source)).any(|run| run.frozen)
}

/// The days on which GitHub's counting stood still, as the collections of those nights tell, ascending.
pub(super) fn stood<'a>(runs: impl Iterator<Item = &'a Run>) -> Vec<Span> {
    let nights: BTreeSet<Date> = runs.filter(|run| run.frozen).map(|run| run.started.date_naive()).collect();
    let mut spans: Vec<Span> = Vec::new();
    for night in nights {
        match spans.last_mut() {
            Some(span) if span.last + Days::new(1) == night => span.last = night,
            _ => spans.push(Span { first: night, last: night }),
        }
    }
    spans
}
