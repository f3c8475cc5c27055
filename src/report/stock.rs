//! Histories made ready: what all roles share, computed once.

use std::collections::{BTreeSet, HashMap};

use chrono::Days;
use rayon::prelude::*;
use serde::Serialize;

use super::figures::Daily;
use super::group;
use super::lately::Lately;
use super::locale::Words;
use super::notable::Notable;
use super::{Error, names};
use crate::domain::Date;
use crate::domain::collection::{Outcome, Run};
use crate::domain::ranking::{self, Snapshot};
use crate::domain::release::{Digest, PagePath};
use crate::domain::repo::{RepoName, RepositoryHistory};
use crate::domain::traffic::Span;

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
    /// Whether its name means this repository today, and not a later one.
    pub(super) holds_name: bool,
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

/// For every outcome of every run the place of the repository that it is about, if it is one of these.
pub(super) fn subjects(runs: &[Run], repos: &[Repo]) -> Vec<Vec<Option<usize>>> {
    let mut by_id: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, repo) in repos.iter().enumerate() {
        if let Some(id) = repo.history.repository.id {
            by_id.entry(id.0).or_default().push(at);
        }
        // Without an id only the name tells, and it tells only of the repository that has it now.
        if repo.holds_name {
            by_name.entry(lower(repo.name())).or_default().push(at);
        }
    }
    let subject = |run: &Run, outcome: &Outcome| {
        let found = match outcome.id {
            Some(id) => by_id.get(&id.0),
            None => by_name.get(&lower(&outcome.repository)),
        };
        // Ids and names are unique within a host; a source has one host.
        found?.iter().copied().find(|at| repos[*at].history.repository.sources.contains(&run.source))
    };
    runs.iter().map(|run| run.outcomes.iter().map(|outcome| subject(run, outcome)).collect()).collect()
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

impl Fresh {
    pub(super) fn of<'a>(
        words: &Words,
        repos: impl IntoIterator<Item = &'a Repo> + Clone,
        frozen: bool,
        today: Date,
    ) -> Fresh {
        let (extent, settled) =
            group::reach(repos.clone().into_iter().map(|repo| (repo.daily.extent(), repo.daily.settled())));
        let newest = extent.map(|extent| extent.last);
        let collected = repos.into_iter().filter_map(|repo| repo.history.collected).max();
        let lag = settled.map_or(0, |settled| (today - settled).num_days());
        Fresh {
            through: settled.map(|date| words.day(date)),
            rising: newest.filter(|newest| settled.is_none_or(|settled| *newest > settled)).map(|date| words.day(date)),
            collected: collected.map(|time| words.moment(time)),
            frozen,
            late: u64::try_from(lag).ok().filter(|_| lag > USUAL_LAG),
        }
    }
}

/// Makes every history ready, in parallel.
pub(super) fn prepare(
    words: &Words,
    histories: Vec<RepositoryHistory>,
    runs: &[Run],
    today: Date,
) -> Result<Vec<Repo>, Error> {
    let paths = names::addresses(&histories).map_err(|fault| Error::Address(fault.to_string()))?;
    let holders = names::holders(&histories);
    let held: BTreeSet<String> = histories.iter().map(|history| lower(&history.repository.name)).collect();
    let inputs: Vec<_> = histories.into_iter().zip(paths).zip(holders).collect();
    let ready = inputs.into_par_iter().map(|((history, path), holds_name)| ready(history, path, holds_name, &held));
    let mut repos: Vec<Repo> = ready.collect::<Result<_, Error>>()?;
    for repo in &mut repos {
        let frozen = frozen(runs, std::slice::from_ref(&&*repo));
        repo.fresh = Fresh::of(words, [&*repo], frozen, today);
    }
    Ok(repos)
}

fn lower(name: &RepoName) -> String {
    name.to_string().to_ascii_lowercase()
}

fn ready(
    mut history: RepositoryHistory,
    path: PagePath,
    holds_name: bool,
    held: &BTreeSet<String>,
) -> Result<Repo, Error> {
    let (notable, lately) = (Notable::of(&history), Lately::of(&history));
    history.referrers = thin(&history.referrers);
    history.paths = thin(&history.paths);
    let bytes =
        serde_json::to_vec(&(&history, &notable, &lately)).map_err(|fault| Error::Address(fault.to_string()))?;
    // A name that somebody else has today would put a stranger's name on this page.
    let mut aliases = history.repository.aliases.clone();
    aliases.retain(|alias| !held.contains(&lower(alias)));
    let daily = Daily::of(&history.traffic);
    Ok(Repo {
        daily,
        notable,
        lately,
        path,
        aliases,
        holds_name,
        digest: Digest::of(&bytes),
        fresh: Fresh::default(),
        history,
    })
}

/// Ascending by time. Nightly lists overlap by thirteen days; only disjoint ones can be added up.
fn thin(snapshots: &[Snapshot]) -> Vec<Snapshot> {
    let (Some(oldest), Some(newest)) = (snapshots.first(), snapshots.last()) else { return Vec::new() };
    let all = Span { first: oldest.taken.date_naive() - Days::new(14), last: newest.taken.date_naive() };
    ranking::disjoint(snapshots, all).into_iter().rev().cloned().collect()
}

/// Whether the newest run of any source of these repositories met a GitHub that stood still.
pub(super) fn frozen(runs: &[Run], repos: &[&Repo]) -> bool {
    let mut seen = BTreeSet::new();
    let ours = |run: &&Run| repos.iter().any(|repo| repo.history.repository.sources.contains(&run.source));
    let newest = runs.iter().filter(|run| run.window.is_some() || run.frozen).filter(ours);
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
