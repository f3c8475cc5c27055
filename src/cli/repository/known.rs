//! What the history knows of repositories, as operators need it: how long ago each was collected, and how long that may
//! go on.

use anyhow::Result;
use chrono::Utc;
use serde_json::json;

use super::super::source::reached;
use super::super::{End, collect, count, print_json};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::collection::Run;
use crate::domain::repo::{RepoName, RepositoryHistory, SourceName};
use crate::domain::signal;
use crate::history::History;

/// The days until some are lost for good, if nothing is collected meanwhile; zero when that has begun.
pub(in crate::cli) fn left(collected: Timestamp, now: Timestamp) -> i64 {
    signal::risk(Some(collected), now).days_left.max(0)
}

/// The same as people read it.
pub(in crate::cli) fn left_in_words(left: i64) -> String {
    match usize::try_from(left) {
        Ok(0) | Err(_) => "days are being lost".to_owned(),
        Ok(left) => format!("{} until some are lost", count(left, "day", "days")),
    }
}

/// The history with all that it knows, if there is one: looking at it must not make one.
pub(in crate::cli) async fn all(config: &Config) -> Result<Option<(History, Vec<RepositoryHistory>)>> {
    if !config.history.is_there()? {
        return Ok(None);
    }
    let history = collect::open(config).await?;
    let load = move || -> Result<_> {
        let all = history.load()?;
        Ok(Some((history, all)))
    };
    tokio::task::spawn_blocking(load).await?
}

/// Runs that are looked through to begin with.
const RUNS: usize = 100;

/// Days that are looked back at most.
const LONGEST: i64 = 400;

/// The newest runs, newest first: as many as it takes to find for each source one that brought something home. None where
/// there is no history.
pub(in crate::cli) async fn runs(config: &Config) -> Result<Vec<Run>> {
    if !config.history.is_there()? {
        return Ok(Vec::new());
    }
    let history = collect::open(config).await?;
    let sources: Vec<SourceName> = config.sources.iter().map(|source| source.name.clone()).collect();
    let oldest = Utc::now() - chrono::TimeDelta::days(LONGEST);
    let look = move || -> Result<Vec<Run>> {
        let mut newest = RUNS;
        loop {
            let runs = history.runs(newest)?;
            let found = |source: &SourceName| runs.iter().any(|run| run.source == *source && reached(run));
            let all = runs.len() < newest || runs.last().is_none_or(|run| run.finished < oldest);
            if all || sources.iter().all(found) {
                return Ok(runs);
            }
            newest = newest.saturating_mul(4);
        }
    };
    tokio::task::spawn_blocking(look).await?
}

/// Prints every repository, or those of one source.
pub(super) async fn list(config: &Config, source: Option<&SourceName>, json: bool) -> Result<End> {
    let (all, now) = (all(config).await?.map(|(_, all)| all).unwrap_or_default(), Utc::now());
    let picked = |known: &&RepositoryHistory| source.is_none_or(|source| known.repository.sources.contains(source));
    let listed: Vec<&RepositoryHistory> = all.iter().filter(picked).collect();
    let width = listed.iter().map(|known| known.repository.name.to_string().len()).max().unwrap_or(0);
    for known in &listed {
        if json {
            print_json(&described(known, now))?;
        } else {
            println!("{}", line(known, width, now).trim_end());
        }
    }
    if !json {
        eprintln!(
            "{}; days left are those until GitHub forgets some",
            count(listed.len(), "repository", "repositories")
        );
    }
    Ok(End::Done)
}

/// How long a repository may still wait; `None` for one that nobody collects, or that never was.
fn waits(known: &RepositoryHistory, now: Timestamp) -> Option<i64> {
    known.collected.filter(|_| !known.repository.sources.is_empty()).map(|at| left(at, now))
}

fn described(known: &RepositoryHistory, now: Timestamp) -> serde_json::Value {
    let repository = &known.repository;
    json!({
        "repository": repository.name, "host": repository.host, "id": repository.id, "aliases": repository.aliases,
        "sources": repository.sources, "private": repository.private(), "collected": known.collected,
        "days": known.traffic.series().days().len(), "days_left": waits(known, now),
    })
}

fn line(known: &RepositoryHistory, width: usize, now: Timestamp) -> String {
    let repository = &known.repository;
    let sources: Vec<&str> = repository.sources.iter().map(SourceName::as_str).collect();
    let sources = if sources.is_empty() { "(no source)".to_owned() } else { sources.join(",") };
    let private = match repository.private() {
        Some(true) => "private",
        Some(false) => "public",
        None => "",
    };
    let collected = known.collected.map_or("never collected".to_owned(), |at| at.format("%F %R UTC").to_string());
    let days = count(known.traffic.series().days().len(), "day", "days");
    let waits = match waits(known, now) {
        Some(left @ 1..) => format!("{left:>2} days left"),
        Some(left) => left_in_words(left),
        None => "not collected any more".to_owned(),
    };
    let aliases: Vec<String> = repository.aliases.iter().map(RepoName::to_string).collect();
    let was = if aliases.is_empty() { String::new() } else { format!("  was {}", aliases.join(", ")) };
    let name = repository.name.to_string();
    // Only the id tells those apart that bear one name, one after the other.
    let id = repository.id.map_or_else(String::new, |id| format!("#{}", id.0));
    format!("{name:width$}  {id:<10}  {sources:<12}  {private:<7}  {collected:<20}  {days:>9}  {waits}{was}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_days_are_safe_and_what_is_lost_is_said() {
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let after = |collected: &str| left_in_words(left(collected.parse().unwrap(), now));
        for (collected, told) in [
            ("2026-11-24T01:00:00Z", "13 days until some are lost"),
            ("2026-11-23T23:59:00Z", "12 days until some are lost"),
            ("2026-11-12T00:00:00Z", "1 day until some are lost"),
            ("2026-11-11T23:00:00Z", "days are being lost"),
            ("2025-11-11T23:00:00Z", "days are being lost"),
            ("2026-11-25T00:00:00Z", "13 days until some are lost"),
        ] {
            assert_eq!(after(collected), told, "{collected}");
        }
    }
}
