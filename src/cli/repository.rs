//! `tollgate repository`: which repositories are collected, what is known of them, and what an operator says of them.

mod correct;
mod forget;
pub(super) mod known;
mod select;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::{End, Unusable};
use crate::config::Config;
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
        let named = all.into_iter().map(|history| history.repository);
        let mut found: Vec<Known> = named.filter(|known| known.name.same_as(&self.name) && here(known)).collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok((history, only)),
            (Some(_), false) => bail!(Unusable(format!(
                "there is a `{}` on more than one host\n\nhint: say which with `--host`",
                self.name
            ))),
            (None, _) => bail!(unknown()),
        }
    }
}
