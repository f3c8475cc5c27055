//! `tollgate build`: the history into a signed release.

mod remember;

use std::path::Path;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracing::info;

use super::as_of::AsOf;
use super::{End, collect, count, lock, print_json};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::policy::Policy;
use crate::domain::repo::RepositoryHistory;
use crate::history::Reader;
use crate::keys::Keyring;
use crate::releases::{BundleDraft, Explained, Head, Made, Published, Reason, Releases, Shelf};
use crate::report::{Bundle, Settings, Sink, Site};

/// How many runs the collection log shows.
pub(super) const RUNS: usize = 60;

/// What a build can be asked for.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) as_of: AsOf,
    /// Say of every page why it was rendered: it is new, its data, the program, a template, the configuration or the role
    /// changed; or that it was taken over
    #[arg(long)]
    pub(super) explain: bool,
}

/// Builds and prints what came of it, and with `explain` why each page is as it is.
pub(super) async fn run(config: &Config, now: Timestamp, explain: bool, json: bool) -> Result<End> {
    let _lock = lock::take(config, "build")?;
    let (published, pages) = build_explained(config, now, explain).await?;
    if json {
        let pages = explain.then_some(pages);
        print_json(&Report { published, pages })?;
        return Ok(End::Done);
    }
    for Explained { role, path, why } in &pages {
        println!("{role}/{path}: {}", reason(*why));
    }
    println!("{}", sentence(&published));
    Ok(End::Done)
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    published: Published,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<Vec<Explained>>,
}

fn reason(why: Reason) -> &'static str {
    match why {
        Reason::New => "rendered, it is new",
        Reason::Data => "rendered, its data changed",
        Reason::Template => "rendered, the program, a template or the configuration changed",
        Reason::Role => "rendered, the role changed",
        Reason::Damaged => "rendered, it was damaged in the release before",
        Reason::TakenOver => "taken over",
    }
}

/// What people read when a release is out.
pub(super) fn sentence(published: &Published) -> String {
    let Published { number, rendered, reused, bytes } = published;
    let pages = count(rendered + reused, "page", "pages");
    format!("release {number}: {pages}, {rendered} rendered and {reused} taken over, {:.1} MB", *bytes as f64 / 1e6)
}

/// Renders and publishes everything as of `now`.
pub(super) async fn build(config: &Config, now: Timestamp) -> Result<Published> {
    Ok(build_explained(config, now, false).await?.0)
}

async fn build_explained(config: &Config, now: Timestamp, explain: bool) -> Result<(Published, Vec<Explained>)> {
    let keys = Keyring::load(&config.keys)?;
    let releases = Releases::open(&config.output)?;
    let history = collect::open(config).await?;
    let (settings, policy) = (config.report.clone(), config.policy.clone());
    let remembered = remember::place(&config.output.location);
    let make = move |shelf: &Shelf| {
        let made = history.at_one_moment(|reader| make(&settings, &policy, now, reader, &remembered, shelf));
        made.map_err(|fault| format!("{fault:#}"))
    };
    let head = Head {
        created: now,
        generator: concat!("tollgate ", env!("CARGO_PKG_VERSION")).to_owned(),
        policy: config.policy.clone(),
        explain,
    };
    Ok(releases.publish_made(&keys, head, make).await?)
}

/// Puts every page on the shelf that is not there yet.
fn make(
    settings: &Settings,
    policy: &Policy,
    now: Timestamp,
    reader: &mut Reader<'_>,
    remembered: &Path,
    shelf: &Shelf,
) -> Result<Made> {
    let (outline, runs) = (reader.outline()?, reader.runs(RUNS)?);
    info!(
        "{} for {}",
        count(outline.len(), "repository", "repositories"),
        count(policy.roles().len(), "role", "roles")
    );
    let mut site = Site::outlined(settings, policy, outline, runs, now.date_naive())?;
    let known = remember::read(remembered);
    site.remember(|key, stamp| known.get(&key).filter(|(of, _)| *of == stamp).map(|(_, digest)| *digest));
    let sink: Sink<'_, anyhow::Error> =
        Sink { holds: &|key| shelf.holds(key), put: &|key, bytes| Ok(shelf.put(key, bytes)?) };
    for (role, repositories, paths) in site.planned() {
        shelf.expect(role, &repositories, paths?.iter());
    }
    site.make(&mut |keys| Ok(reader.load(keys)?), &sink)?;
    // A build that learned nothing writes nothing.
    let now: Vec<_> = site.digests().collect();
    let learned = now.iter().any(|(key, stamp, _)| known.get(key).is_none_or(|(of, _)| of != stamp));
    if (learned || now.len() != known.len())
        && let Err(fault) = remember::write(remembered, now.into_iter())
    {
        tracing::warn!("the next build will read the whole history again: {fault:#}");
    }
    let (through, public) = (site.through(), site.public_badges());
    let bundles = (0..site.roles()).map(move |role| Ok(draft(site.bundle(role).map_err(|fault| fault.to_string())?)));
    Ok(Made { through, public, bundles: Box::new(bundles) })
}

fn draft(bundle: Bundle) -> BundleDraft {
    let Bundle { role, repositories, pages, made_of } = bundle;
    BundleDraft { role, repositories, pages, made_of: Some(made_of) }
}

/// Every repository in the history.
pub(super) async fn repositories(config: &Config) -> Result<Vec<RepositoryHistory>> {
    let history = collect::open(config).await?;
    Ok(tokio::task::spawn_blocking(move || history.load()).await??)
}
