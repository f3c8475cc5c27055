//! `tollgate nightly`: collect, build and publish under one lock.

use anyhow::Result;
use tracing::warn;

use super::lock::Lock;
use super::progress::Talk;
use super::{End, build, collect, digest, lock, print_json, summary};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::releases::Published;

/// What a night did.
#[derive(Debug, serde::Serialize)]
pub(super) struct Night {
    collected: collect::Summary,
    published: Published,
    /// What became of each mail and message, in the night on which they are due.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sent: Vec<digest::Sent>,
}

/// Runs a night and prints what came of it.
pub(super) async fn run(config: &Config, now: Timestamp, json: bool, talk: Talk) -> Result<End> {
    let night = night(config, now, talk).await?;
    if json {
        print_json(&night)?;
    } else {
        print!("{}", summary::text(&night.collected.runs));
        println!("{}", build::sentence(&night.published));
        night.sent.iter().for_each(|sent| println!("{}", sent.line()));
    }
    Ok(night.end())
}

/// Runs a night under the lock.
pub(super) async fn night(config: &Config, now: Timestamp, talk: Talk) -> Result<Night> {
    locked(config, now, lock::take(config, "nightly")?, talk).await
}

/// Collects, then builds from everything known, also when some or all of the collection failed: what the history
/// holds is worth reading, and every page says how far it reaches.
pub(super) async fn locked(config: &Config, now: Timestamp, _lock: Lock, talk: Talk) -> Result<Night> {
    let collected = collect::collect(config, now, talk).await?;
    let _publishing = lock::publish(config, "nightly").await?;
    let published = build::build(config, now).await?;
    // The release is out: whatever is wrong with the mail must not look like a failure of that.
    let sent = digest::due(config, now).await.unwrap_or_else(|fault| {
        warn!("the week in short was not sent: {fault:#}");
        vec![digest::Sent::nothing()]
    });
    Ok(Night { collected, published, sent })
}

impl Night {
    /// A release is out, so a night never ends worse than "some repositories failed".
    pub(super) fn end(&self) -> End {
        match self.collected.end() {
            End::Done if self.sent.iter().all(digest::Sent::is_well) => End::Done,
            _ => End::Partial,
        }
    }
}
