//! `tollgate releases`: list, verify, take back.

use anyhow::{Result, anyhow};
use chrono::Utc;
use clap::Subcommand;
use serde_json::json;

use super::{End, count, lock, print_json};
use crate::config::Config;
use crate::keys::Keyring;
use crate::releases::{Listed, Releases};

/// List, verify and take back releases.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every release that is there, oldest first
    List,
    /// Read a release whole and check every byte against what was signed
    Verify {
        /// Which release; the current one if left out
        number: Option<u64>,
    },
    /// Publish an earlier release again, bundles and policy, under a new number
    Rollback {
        /// Which release to go back to
        number: u64,
    },
}

impl Command {
    pub(super) async fn run(&self, config: &Config, as_json: bool) -> Result<End> {
        let keys = Keyring::load(&config.keys)?;
        let releases = Releases::open(&config.output)?;
        match self {
            Command::List => list(&releases.list(&keys).await?, as_json),
            Command::Verify { number } => {
                let number = match number {
                    Some(number) => *number,
                    None => releases
                        .current()
                        .await?
                        .ok_or_else(|| anyhow!("there is no release yet\n\nhint: run `tollgate nightly`"))?,
                };
                let verified = releases.verify(&keys, number).await?;
                if as_json {
                    print_json(&json!({ "number": number, "verified": verified }))?;
                } else {
                    let bundles = count(verified.bundles, "bundle", "bundles");
                    println!(
                        "release {number} is whole: {bundles}, {} entries, {} bytes",
                        verified.entries, verified.bytes
                    );
                }
                Ok(End::Done)
            }
            Command::Rollback { number } => {
                let _lock = lock::take(config, "releases rollback")?;
                let new = releases.rollback(&keys, *number, Utc::now()).await?;
                if as_json {
                    print_json(&json!({ "number": new, "rollback_to": number }))?;
                } else {
                    println!("release {new} has the bundles and the policy of release {number}");
                }
                Ok(End::Done)
            }
        }
    }
}

fn list(listed: &[Listed], as_json: bool) -> Result<End> {
    for release in listed {
        let Listed { number, current, statement } = release;
        if as_json {
            print_json(&match statement {
                None => json!({ "number": number, "current": current, "unfinished": true }),
                Some(Ok(s)) => {
                    json!({ "number": number, "current": current, "created": s.created, "through": s.through, "bundles": s.bundles.len(), "rollback_to": s.rollback_to })
                }
                Some(Err(fault)) => json!({ "number": number, "current": current, "fault": fault.to_string() }),
            })?;
            continue;
        }
        let mark = if *current { "*" } else { " " };
        match statement {
            None => println!("{mark} {number:>6}  unfinished: being written, or its builder died"),
            Some(Ok(s)) => {
                let through = s.through.map_or("no data".to_owned(), |day| format!("data through {day}"));
                let back = s.rollback_to.map_or(String::new(), |to| format!(", same as {to}"));
                let bundles = count(s.bundles.len(), "bundle", "bundles");
                println!("{mark} {number:>6}  {}  {bundles}, {through}{back}", s.created.format("%F %T UTC"));
            }
            Some(Err(fault)) => println!("{mark} {number:>6}  not to be believed: {}", first_line(&fault.to_string())),
        }
    }
    Ok(if listed.iter().all(|release| !matches!(release.statement, Some(Err(_)))) { End::Done } else { End::Failed })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
