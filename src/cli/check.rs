//! `tollgate check`: everything that can be known without network, and who would see what.

use anyhow::{Result, bail};
use serde_json::json;

use super::collect::signer;
use super::{End, build, count, print_json};
use crate::config::{Config, Credential, Grant, Provider, Secret, Source};
use crate::domain::policy::{PageKind, Role, Rule};
use crate::domain::repo::{RepositoryHistory, Selection, Selector};

/// Checks and prints. Selectors are held against the history, where there is one.
pub(super) async fn run(config: &Config, json: bool) -> Result<End> {
    // The address of a database may be missing here like any other secret, which is noted below.
    let there = config.history.is_there().unwrap_or(false);
    let repositories = if there { build::repositories(config).await? } else { Vec::new() };
    if !repositories.is_empty() {
        selectors_match(config, &repositories)?;
    }
    for role in config.policy.roles() {
        let seen = seen(role, &repositories);
        if json {
            let rules: Vec<String> = role.open_to.iter().map(Rule::to_string).collect();
            let Role { name, pages, share, .. } = role;
            let told = json!({ "role": name, "pages": pages, "open_to": rules, "share": share, "repositories": seen });
            print_json(&told)?;
        } else {
            print(role, &seen, repositories.is_empty());
        }
    }
    secrets(config).iter().for_each(|note| eprintln!("note: {note}"));
    Ok(End::Done)
}

/// The names of the repositories that a role speaks of.
pub(super) fn seen(role: &Role, repositories: &[RepositoryHistory]) -> Vec<String> {
    let picked = repositories.iter().filter(|known| role.repositories.picks(&known.repository));
    picked.map(|known| known.repository.name.to_string()).collect()
}

fn print(role: &Role, seen: &[String], no_history: bool) {
    println!("{} ({})", role.title, role.name);
    let pages: Vec<&str> = role.pages.iter().map(|kind: &PageKind| kind.as_str()).collect();
    println!("  pages         {}", pages.join(", "));
    match role.open_to.as_slice() {
        [] => println!("  open to       nobody"),
        rules => rules.iter().for_each(|rule| println!("  open to       {rule}")),
    }
    if role.share {
        println!("  share         people who see it may pass parts of it on");
    }
    let selectors = Vec::<String>::from(role.repositories.clone()).join(", ");
    println!("  selects       {selectors}");
    if no_history {
        println!("  repositories  not known before the first collection");
    } else {
        println!("  repositories  {}", count(seen.len(), "repository", "repositories"));
        seen.iter().for_each(|name| println!("                {name}"));
    }
}

/// A selector that matches nothing is nearly always a slip, and one that nobody would notice otherwise.
fn selectors_match(config: &Config, repositories: &[RepositoryHistory]) -> Result<()> {
    let mut faults = Vec::new();
    for (role, line) in config.policy.roles().iter().zip(&config.role_lines) {
        for selector in role.repositories.positive() {
            if !repositories.iter().any(|known| alone(selector).picks(&known.repository)) {
                faults.push(format!(
                    "role `{}` in `{}` line {line} selects `{selector}`, which matches no repository\n\nhint: {}",
                    role.name,
                    config.file.display(),
                    known_owners(repositories)
                ));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!(Unmatched(faults.join("\n\nerror: "))) }
}

fn alone(selector: &Selector) -> Selection {
    Selection::try_from(vec![selector.to_string()]).unwrap_or_default()
}

fn known_owners(repositories: &[RepositoryHistory]) -> String {
    let owners: std::collections::BTreeSet<&str> =
        repositories.iter().map(|known| known.repository.name.owner()).collect();
    let owners: Vec<String> = owners.iter().map(|owner| format!("`{owner}`")).collect();
    format!("known owners are {}; fix the selector or remove the role", owners.join(", "))
}

/// Selectors that match nothing: a fault of the configuration.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unmatched(String);

/// Secrets that are not there. Only a note: a machine that serves has no GitHub token, one that builds no client secret.
fn secrets(config: &Config) -> Vec<String> {
    let missing = |secret: &Secret| secret.read().is_err().then(|| secret.to_string());
    let source = |source: &Source| {
        let missing = match &source.grant {
            Grant::Token(token) => missing(token),
            Grant::App(app) => signer(app).is_err().then(|| app.key.to_string()),
        };
        Some((format!("source `{}`", source.name), missing?))
    };
    let client = |provider: &Provider| {
        let missing = match &provider.credential {
            Credential::Public => None,
            Credential::Secret(secret) => missing(secret),
            // A key is more than one word; who signs with it says whether it is one.
            Credential::Key { file, .. } => {
                std::fs::File::open(file).is_err().then(|| Secret::File(file.clone()).to_string())
            }
        };
        Some((format!("sign-in with `{}`", provider.name), missing?))
    };
    let history = config.history.secret().and_then(|place| Some(("the history".to_owned(), missing(place)?)));
    let sources = config.sources.iter().filter_map(source);
    let missing = sources.chain(history).chain(config.providers().iter().filter_map(client));
    missing.map(|(of, secret)| format!("{of}: {secret} cannot be read here")).collect()
}
