//! `tollgate source`: what is collected, and with which credential.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::Utc;
use clap::{Args, Subcommand};
use serde_json::json;

use super::repository::known::{self, left};
use super::{End, audit, count, print_json};
use crate::config::edit::{Edit, NewSource};
use crate::config::{self, Config, Grant};
use crate::domain::Timestamp;
use crate::domain::collection::{Collected, Run};
use crate::domain::repo::SourceName;
use crate::edge::audit::{Event, Kind};

/// Show and add sources.
#[derive(Debug, Subcommand)]
pub(super) enum Source {
    /// Show every source: where it asks, with which kind of credential, what it collects, and how that went last
    List,
    /// Add a source to the configuration file, which keeps its comments and order
    Add(Box<Add>),
}

/// What is written of a source.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Its name, such as acme
    name: SourceName,
    /// What it collects: "acme/*", acme/anvil, "!acme/secret", "!fork"
    #[arg(long, value_name = "SELECTOR", num_args = 1.., required = true)]
    repositories: Vec<String>,
    /// The API's address, such as https://ghe.acme.example/api/v3, if it is not that of github.com
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    #[command(flatten)]
    credential: Credential,
}

/// Where its credential is. The credential itself is never written down.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Credential {
    /// The environment variable that holds its token
    #[arg(long, value_name = "VARIABLE", conflicts_with_all = ["token_file", "app_id"])]
    token_env: Option<String>,
    /// The file that holds its token
    #[arg(long, value_name = "FILE", conflicts_with = "app_id")]
    token_file: Option<PathBuf>,
    /// The id of the GitHub App that reads for it
    #[arg(long, value_name = "ID", requires = "private_key")]
    app_id: Option<String>,
    /// The environment variable that holds the App's private key
    #[arg(long, value_name = "VARIABLE", requires = "app_id", group = "private_key")]
    private_key_env: Option<String>,
    /// The file of the App's private key
    #[arg(long, value_name = "FILE", requires = "app_id", group = "private_key")]
    private_key_file: Option<PathBuf>,
    /// One installation of the App, by its account; every one if left out
    #[arg(long, value_name = "LOGIN", requires = "app_id")]
    installation: Option<String>,
}

impl Source {
    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        match self {
            Source::List => list(config, json).await,
            Source::Add(add) => add.run(config, json),
        }
    }
}

async fn list(config: &Config, json: bool) -> Result<End> {
    let (runs, now) = (known::runs(config).await?, Utc::now());
    for source in &config.sources {
        let last = runs.iter().find(|run| run.source == source.name);
        let collected = runs.iter().find(|run| run.source == source.name && reached(run)).map(|run| run.finished);
        let (kind, place) = credential_of(source);
        let selects = Vec::<String>::from(source.select.clone());
        if json {
            print_json(&json!({
                "source": source.name, "api": source.api, "host": source.host,
                "credential": { "kind": kind, "place": place },
                "repositories": selects, "collected": collected, "days_left": collected.map(|at| left(at, now)),
                "failures": last.map(Run::failures), "faults": last.map(|run| &run.faults),
            }))?;
            continue;
        }
        println!("{}", source.name);
        println!("  asks        {} for repositories on {}", source.api, source.host);
        println!("  credential  {kind} in {place}");
        println!("  selects     {}", selects.join(", "));
        println!("  collected   {}", when(collected, now));
        last.iter().for_each(|run| println!("  failures    {}", failures(run)));
    }
    if config.sources.is_empty() && !json {
        eprintln!("hint: there is no source yet; `tollgate source add` writes one");
    }
    Ok(End::Done)
}

/// The kind of a source's credential, and where it is kept. Nothing is read.
fn credential_of(source: &config::Source) -> (&'static str, String) {
    let kind = match &source.grant {
        Grant::Token(_) => "token",
        Grant::App(_) => "GitHub App, key",
    };
    (kind, source.secret().to_string())
}

/// Whether a run brought anything home.
pub(super) fn reached(run: &Run) -> bool {
    run.outcomes.iter().any(|outcome| matches!(outcome.result, Collected::Done { .. }))
}

fn when(collected: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = collected else { return "never, as far as the history tells".to_owned() };
    format!("{}; {}", at.format("%F %R UTC"), known::left_in_words(left(at, now)))
}

fn failures(run: &Run) -> String {
    let (failed, all) = (run.failures(), run.outcomes.len());
    let faults: String = run.faults.iter().map(|fault| format!("; {}", fault.cause)).collect();
    match failed {
        0 if faults.is_empty() => "none".to_owned(),
        _ => format!("{failed} of {}{faults}", count(all, "repository", "repositories")),
    }
}

impl Add {
    fn run(self: Box<Self>, config: &Config, json: bool) -> Result<End> {
        let log = audit::open(config)?;
        let Add { name, repositories, api, credential } = *self;
        let new = NewSource { name, api, repositories, credential: credential.keys(&config.file)? };
        let mut edit = Edit::open(&config.file)?;
        edit.add_source(&new)?;
        edit.save()?;
        let selects = new.repositories.join(", ");
        log.record(Event::new(Kind::Configuration, Utc::now()).what(&format!("source {} added: {selects}", new.name)));
        if json {
            print_json(&json!({ "source": new.name, "repositories": new.repositories, "file": config.file }))?;
        } else {
            println!("source `{}` added to `{}`", new.name, config.file.display());
            eprintln!(
                "hint: no role shows it yet unless its selectors say so; `tollgate doctor` asks whether GitHub lets it in"
            );
        }
        Ok(End::Done)
    }
}

impl Credential {
    /// The keys of the configuration for it.
    fn keys(self, file: &Path) -> Result<Vec<(&'static str, String)>> {
        let path = |path: Option<PathBuf>| path.map(|path| beside(&path, file)).transpose();
        let keys = [
            ("token_env", self.token_env),
            ("token_file", path(self.token_file)?),
            ("app_id", self.app_id),
            ("private_key_env", self.private_key_env),
            ("private_key_file", path(self.private_key_file)?),
            ("installation", self.installation),
        ];
        Ok(keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
    }
}

/// A path as typed at a shell, as the configuration has it: there a relative one starts from the file's own folder.
fn beside(typed: &Path, file: &Path) -> Result<String> {
    let (path, file) = (std::path::absolute(typed)?, std::path::absolute(file)?);
    let near = file.parent().and_then(|folder| path.strip_prefix(folder).ok());
    Ok(near.unwrap_or(&path).display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_the_configuration_reads_it() {
        let written = |typed: &str, file: &str| beside(Path::new(typed), Path::new(file)).unwrap();
        assert_eq!(written("/run/secrets/token", "tollgate.toml"), "/run/secrets/token");
        assert_eq!(written("secrets/token", "tollgate.toml"), "secrets/token");
        assert_eq!(
            written("secrets/token", "/etc/tollgate/tollgate.toml"),
            std::path::absolute("secrets/token").unwrap().display().to_string()
        );
        assert_eq!(written("/etc/tollgate/keys/app.pem", "/etc/tollgate/tollgate.toml"), "keys/app.pem");
    }
}
