//! `tollgate repository`: which repositories are collected, what is known of them, and what an operator says of them.

mod correct;
mod forget;
pub(super) mod known;
mod select;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::{End, Unusable};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::repo::{RepoName, Repository as Known, SourceName};
use crate::history::History;

/// Show repositories, choose which are collected, and correct or delete what is known of one.
#[derive(Debug, Subcommand)]
pub(super) enum Repository {
    /// Show what is known of each: names, sources, last collection, days known, days until some are lost
    List {
        /// Only those of this source
        #[arg(long, value_name = "NAME")]
        source: Option<SourceName>,
    },
    /// Collect a repository from now on: adds its selector to a source in the configuration file
    Add(Which),
    /// Collect a repository no more; its history is kept
    Remove(Which),
    /// Delete the history of a repository for good, after writing it to a file
    Forget(forget::Forget),
    /// Say what counts in place of what GitHub said of a day; what it said stays beside it
    Correct(correct::Correct),
}

/// A repository, and the source that is meant.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The repository, such as acme/anvil
    name: RepoName,
    /// The source that is meant, where there are several
    #[arg(long, value_name = "NAME")]
    source: Option<SourceName>,
}

/// A repository in the history.
#[derive(Debug, Args)]
struct Named {
    /// The repository, such as acme/anvil
    name: RepoName,
    /// The host it is on, where the history has one of that name on several
    #[arg(long)]
    host: Option<String>,
}

impl Repository {
    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        match self {
            Repository::List { source } => known::list(config, source.as_ref(), json).await,
            Repository::Add(which) => select::add(config, &which, json).await,
            Repository::Remove(which) => select::remove(config, &which, json).await,
            Repository::Forget(forget) => forget.run(config, json).await,
            Repository::Correct(correct) => correct.run(config, json).await,
        }
    }
}

impl Named {
    /// The repository of that name, and the history that knows it.
    async fn found(&self, config: &Config) -> Result<(History, Known)> {
        let unknown = || {
            let name = &self.name;
            let hint = "`tollgate repository list` shows every one; earlier names do not count here";
            Unusable(format!("the history knows no repository `{name}`\n\nhint: {hint}"))
        };
        let Some((history, all)) = known::all(config).await? else { bail!(unknown()) };
        let here = |known: &Known| self.host.as_ref().is_none_or(|host| *host == known.host);
        let named = all.into_iter().map(|history| (history.repository, history.collected));
        let found = named.filter(|(known, _)| known.name.same_as(&self.name) && here(known)).collect();
        let Some((meant, note)) = meant(found)? else { bail!(unknown()) };
        note.iter().for_each(|note| eprintln!("note: {note}"));
        Ok((history, meant))
    }
}

/// The one that is meant of those that bear a name, and what to say of the others. Once a name is given away on GitHub,
/// two may bear it on one host; the history then takes the one met last.
fn meant(mut found: Vec<(Known, Option<Timestamp>)>) -> Result<Option<(Known, Option<String>)>> {
    found.sort_by_key(|(_, collected)| *collected);
    let all: Vec<String> =
        found.iter().rev().map(|(known, _)| known.id.map_or("none".to_owned(), |id| id.0.to_string())).collect();
    let Some((last, _)) = found.pop() else { return Ok(None) };
    if found.iter().any(|(other, _)| other.host != last.host) {
        let name = &last.name;
        bail!(Unusable(format!("there is a `{name}` on more than one host\n\nhint: say which with `--host`")));
    }
    let note = || {
        format!("`{}` is the name of several, with the ids {}; the one met last is meant", last.name, all.join(", "))
    };
    let note = (!found.is_empty()).then(note);
    Ok(Some((last, note)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::repo::{About, RepoId, Traits};

    fn one(host: &str, id: u64, collected: &str) -> (Known, Option<Timestamp>) {
        let known = Known {
            host: host.into(),
            id: Some(RepoId(id)),
            name: "acme/anvil".parse().unwrap(),
            aliases: Vec::new(),
            sources: Default::default(),
            traits: Traits::default(),
            description: None,
            about: About::default(),
        };
        (known, collected.parse().ok())
    }

    #[test]
    fn of_several_with_one_name_the_one_met_last_is_meant_and_the_others_are_told() {
        let (old, new) = (one("github.com", 1, "2026-01-02T00:00:00Z"), one("github.com", 2, "2026-11-02T00:00:00Z"));
        for found in [vec![old.clone(), new.clone()], vec![new.clone(), old.clone()]] {
            let (known, note) = meant(found).unwrap().unwrap();
            assert_eq!(known.id, Some(RepoId(2)));
            let told = "`acme/anvil` is the name of several, with the ids 2, 1; the one met last is meant";
            assert_eq!(note.as_deref(), Some(told));
        }
        assert_eq!(meant(vec![old.clone()]).unwrap().unwrap().1, None);
        assert!(meant(Vec::new()).unwrap().is_none());
        let elsewhere = meant(vec![old, one("ghe.example", 3, "")]).unwrap_err();
        assert!(elsewhere.is::<Unusable>() && elsewhere.to_string().ends_with("hint: say which with `--host`"));
    }
}
