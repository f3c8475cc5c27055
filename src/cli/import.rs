//! `tollgate import`: other tools' files into the history.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;

use super::{End, collect, lock, print_json};
use crate::config::Config;
use crate::history::{History, Recorded};
use crate::import;

/// Read another tool's files into the history.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// The data branch of the Action github-repo-stats: days, stars, forks, referrers and paths
    GithubRepoStats {
        /// The branch's folder, an owner's folder in it, or a repository's
        dir: PathBuf,
        /// The GitHub host the repositories live on
        #[arg(long, default_value = "github.com")]
        host: String,
    },
}

impl Import {
    pub(super) async fn run(&self, config: &Config, json: bool) -> Result<End> {
        let _lock = lock::take(config, "import")?;
        let Import::GithubRepoStats { dir, host } = self;
        let history = collect::open(config).await?;
        let (dir, host) = (dir.clone(), host.clone());
        let recorded = tokio::task::spawn_blocking(move || github_repo_stats(history, &dir, &host)).await;
        let recorded = recorded.context("importing stopped")??;
        if json {
            print_json(&recorded)?;
        } else {
            let Recorded { repositories, new_days, changed_days, snapshots } = recorded;
            println!(
                "new: {repositories} repositories, {new_days} days, {snapshots} snapshots; changed: {changed_days} days"
            );
        }
        Ok(End::Done)
    }
}

/// Reads every file before anything is recorded, so that a broken one leaves the history as it was.
pub(super) fn github_repo_stats(mut history: History, dir: &std::path::Path, host: &str) -> Result<Recorded> {
    let observations = import::github_repo_stats(dir, host)?.collect::<Result<Vec<_>, _>>()?;
    Ok(history.record(&observations)?)
}
