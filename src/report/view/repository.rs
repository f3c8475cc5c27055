//! The page of one repository. It says nothing of any role, so it is the same in every bundle.

mod counters;
mod coverage;
mod downloads;
mod figures;
mod outstanding;
mod traffic;

use std::collections::BTreeSet;

use serde::Serialize;

use self::counters::Counted;
use self::coverage::CoverageView;
use self::downloads::Downloads;
use self::figures::Figure;
use self::outstanding::Outstanding;
use super::rankings::{self, Ranking};
use super::{Chrome, Link, recent};
use crate::domain::signal;
use crate::report::Note;
use crate::report::chart::{Chart, Mark, Sort};
use crate::report::figures::Metric;
use crate::report::group::Group;
use crate::report::heat::{self, Heat};
use crate::report::locale::Words;
use crate::report::stock::Repo;

const RANKS: usize = 10;
const LANGUAGES: usize = 6;

/// What a repository's page shows besides the repository.
#[derive(Clone, Debug, Default, Serialize)]
pub(in crate::report) struct Beside<'a> {
    /// Notes that concern it.
    pub(in crate::report) notes: Vec<&'a Note>,
    /// Domains that are spam besides the built-in list.
    pub(in crate::report) spam: &'a [String],
    /// The page's figures as files, as far as its readers have them.
    pub(in crate::report) files: Vec<Link>,
}

/// `repository.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct RepositoryView {
    page: Chrome,
    owner: String,
    name: String,
    /// The repository on its GitHub host.
    address: String,
    on_host: String,
    description: Option<String>,
    badges: Vec<String>,
    formerly: String,
    /// The days the figures speak of, and those they are compared with.
    days: String,
    compared: String,
    figures: Vec<Figure>,
    /// GitHub's own uniques of weeks and fortnights.
    people: Vec<Figure>,
    views: Pair,
    clones: Pair,
    stood_out: Vec<Outstanding>,
    heat: Option<Heat>,
    referrers: Lists,
    paths: Lists,
    counted: Counted,
    downloads: Option<Downloads>,
    coverage: Option<CoverageView>,
    about: Vec<Fact>,
    files: Vec<Link>,
}

/// One figure by day and over everything.
#[derive(Debug, Default, Serialize)]
struct Pair {
    recent: Option<Chart>,
    whole: Option<Chart>,
}

#[derive(Debug, Serialize)]
struct Lists {
    newest: Option<Ranking>,
    longer: Option<Ranking>,
}

#[derive(Debug, Serialize)]
struct Fact {
    label: String,
    text: String,
}

pub(in crate::report) fn repository(words: &Words, repo: &Repo, page: Chrome, beside: Beside<'_>) -> RepositoryView {
    let repository = &repo.history.repository;
    let group = Group::alone(&repo.daily);
    let settled = group.settled();
    let marks = marks(words, repo, &beside.notes);
    let pair =
        |metric| settled.map(|settled| traffic::charts(words, repo, settled, metric, &marks)).unwrap_or_default();
    let named = [
        (repository.private() == Some(true), "repository-private"),
        (repository.traits.fork, "repository-fork"),
        (repository.traits.archived, "repository-archived"),
    ];
    let formerly: Vec<String> = repo.aliases.iter().map(ToString::to_string).collect();
    let formerly = formerly.join(", ");
    let said = |key, name, text: &String| words.say(key, &[(name, text.into())]);
    let full = repository.name.to_string();
    let before = settled.map(|settled| words.span(recent(settled).before()));
    RepositoryView {
        page,
        owner: repository.name.owner().to_owned(),
        name: repository.name.name().to_owned(),
        address: format!("https://{}/{}", repository.host, repository.name),
        on_host: words.say("repository-on-host", &[("name", (&full).into()), ("host", (&repository.host).into())]),
        description: repository.description.clone().filter(|text| !text.is_empty()),
        badges: named.into_iter().filter(|(is, _)| *is).map(|(_, key)| words.text(key)).collect(),
        formerly: if formerly.is_empty() { formerly } else { said("repository-formerly", "names", &formerly) },
        days: settled.map_or_else(String::new, |settled| words.span(recent(settled))),
        compared: before.map_or_else(String::new, |before| said("repository-compared-with", "before", &before)),
        figures: settled.map_or_else(Vec::new, |settled| figures::traffic(words, &group, settled)),
        people: figures::people(words, &repo.history),
        views: pair(Metric::Views),
        clones: pair(Metric::Clones),
        stood_out: outstanding::all(words, repo),
        heat: heat::year(words, &repo.daily),
        referrers: referrers(words, repo, beside.spam),
        paths: paths(words, repo),
        counted: counters::counted(words, repo, &marks),
        downloads: downloads::downloads(words, &repo.history.releases, &marks),
        coverage: coverage::coverage(words, &repo.daily),
        about: about(words, repo),
        files: beside.files,
    }
}

/// Releases and notes, as the charts mark them.
fn marks(words: &Words, repo: &Repo, notes: &[&Note]) -> Vec<Mark> {
    let releases = repo.history.releases.iter().filter_map(|release| {
        let text = match release.prerelease {
            true => words.say("charts-pre-release", &[("tag", (&release.tag).into())]),
            false => release.tag.clone(),
        };
        Some(Mark { date: release.published?.date_naive(), text, sort: Sort::Release })
    });
    let notes = notes.iter().map(|note| Mark { date: note.date, text: note.text.clone(), sort: Sort::Note });
    releases.chain(notes).collect()
}

/// Without what is spam by the list: whether it is everywhere else too is not for this page to say.
fn referrers(words: &Words, repo: &Repo, extra: &[String]) -> Lists {
    let snapshots = &repo.history.referrers;
    let names: BTreeSet<&str> = snapshots.iter().flat_map(|top| &top.rows).map(|row| &*row.name).collect();
    let spam = names.into_iter().filter(|name| signal::listed(name, extra)).map(str::to_owned);
    let spam: Vec<String> = spam.collect();
    Lists {
        newest: rankings::newest(words, snapshots, &repo.notable.referrers, &spam),
        longer: rankings::longer(words, snapshots, RANKS, &spam),
    }
}

/// The repository's own paths, without its name before each.
fn paths(words: &Words, repo: &Repo) -> Lists {
    let mut lists = Lists {
        newest: rankings::newest(words, &repo.history.paths, &repo.notable.paths, &[]),
        longer: rankings::longer(words, &repo.history.paths, RANKS, &[]),
    };
    let prefix = format!("/{}", repo.name());
    for ranking in [&mut lists.newest, &mut lists.longer].into_iter().flatten() {
        ranking.below(words, &prefix);
    }
    lists
}

/// What GitHub says of it. A field nobody learned is left out.
fn about(words: &Words, repo: &Repo) -> Vec<Fact> {
    let about = &repo.history.repository.about;
    let languages = about.languages.as_ref().map(|languages| {
        let all: u64 = languages.values().sum::<u64>().max(1);
        let mut sorted: Vec<(&String, &u64)> = languages.iter().collect();
        sorted.sort_by_key(|(name, bytes)| (std::cmp::Reverse(**bytes), *name));
        let share = |(name, bytes): &(&String, &u64)| format!("{name} {}", words.percent(**bytes * 100 / all));
        sorted.iter().take(LANGUAGES).map(share).collect::<Vec<_>>().join(", ")
    });
    let visibility = about.visibility.as_deref().map(|visibility| match visibility {
        "public" => words.text("repository-public"),
        "private" => words.text("repository-private"),
        "internal" => words.text("repository-internal"),
        other => other.to_owned(),
    });
    let facts = [
        ("repository-topics", about.topics.as_ref().map(|topics| topics.join(", "))),
        ("repository-languages", languages),
        ("repository-visibility", visibility),
        ("repository-branch", about.default_branch.clone()),
        ("repository-created", about.created.map(|created| words.day(created.date_naive()))),
    ];
    let fact = |(key, text): (&str, Option<String>)| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(Fact { label: words.text(key), text })
    };
    facts.into_iter().filter_map(fact).collect()
}
