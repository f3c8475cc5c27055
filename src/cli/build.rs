//! `tollgate build`: the history into a signed release.

use std::sync::Arc;

use anyhow::{Context, Result};
use tracing::info;

use super::{End, collect, count, lock, print_json};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::repo::RepositoryHistory;
use crate::keys::Keyring;
use crate::releases::{BundleDraft, Draft, Published, Releases};
use crate::report::Site;

/// How many runs the collection log shows.
pub(super) const RUNS: usize = 60;

/// Builds and prints what came of it.
pub(super) async fn run(config: &Config, now: Timestamp, json: bool) -> Result<End> {
    let _lock = lock::take(config, "build")?;
    let published = build(config, now).await?;
    if json {
        print_json(&published)?;
    } else {
        println!("{}", sentence(&published));
    }
    Ok(End::Done)
}

/// What people read when a release is out.
pub(super) fn sentence(published: &Published) -> String {
    let Published { number, rendered, reused, bytes } = published;
    let pages = count(rendered + reused, "page", "pages");
    format!("release {number}: {pages}, {rendered} rendered and {reused} taken over, {:.1} MB", *bytes as f64 / 1e6)
}

/// Renders and publishes everything as of `now`.
pub(super) async fn build(config: &Config, now: Timestamp) -> Result<Published> {
    let keys = Keyring::load(&config.keys)?;
    let releases = Releases::open(&config.output)?;
    let history = collect::open(config).await?;
    let (settings, policy) = (config.report.clone(), config.policy.clone());
    let today = now.date_naive();
    let make =
        move || -> Result<Site> { Ok(Site::new(&settings, &policy, history.load()?, history.runs(RUNS)?, today)?) };
    let site = Arc::new(tokio::task::spawn_blocking(make).await.context("rendering stopped")??);
    let draft = draft(config, now, &site);
    info!("{} for {}", count(pages(&draft), "page", "pages"), count(draft.bundles.len(), "role", "roles"));
    let render = {
        let site = site.clone();
        move |role: &_, page: &_| site.render(role, page).map_err(|fault| fault.to_string())
    };
    Ok(releases.publish(&keys, draft, render).await?)
}

fn pages(draft: &Draft) -> usize {
    draft.bundles.iter().map(|bundle| bundle.pages.len()).sum()
}

fn draft(config: &Config, created: Timestamp, site: &Site) -> Draft {
    let bundle = |bundle: &crate::report::Bundle| BundleDraft {
        role: bundle.role.clone(),
        repositories: bundle.repositories.clone(),
        pages: bundle.pages.clone(),
    };
    Draft {
        created,
        through: site.through(),
        generator: concat!("tollgate ", env!("CARGO_PKG_VERSION")).to_owned(),
        policy: config.policy.clone(),
        bundles: site.bundles().iter().map(bundle).collect(),
        public: site.public_badges(),
    }
}

/// Every repository in the history.
pub(super) async fn repositories(config: &Config) -> Result<Vec<RepositoryHistory>> {
    let history = collect::open(config).await?;
    Ok(tokio::task::spawn_blocking(move || history.load()).await??)
}
