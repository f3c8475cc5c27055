//! `tollgate who`: what a person may see, and why, rule by rule.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{End, Unusable, build, check, count, print_json};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::policy::{Claims, Email, Explained, RuleExplained, TestExplained};
use crate::domain::repo::RepositoryHistory;
use crate::keys::Keyring;
use crate::releases::Releases;

/// Show which roles are open to a person and why, and which repositories that opens
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 some role is open, 1 none is, 2 usage or configuration.")]
pub(super) struct Who {
    /// The person's e-mail address, taken as verified; other claims are not known then
    #[arg(required_unless_present = "claims", conflicts_with = "claims")]
    email: Option<String>,
    /// The person's claims instead: a file with one JSON object, as the provider gives it; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// The provider they sign in with, where several are configured
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

impl Who {
    pub(super) async fn run(&self, config: &Config, as_json: bool) -> Result<End> {
        let claims = Claims::new(self.claims(config)?, Timestamp::MAX_UTC);
        // Where people sign in, its address need not be known.
        let known = config.history.is_there().unwrap_or(false);
        let repositories = if known { build::repositories(config).await? } else { Vec::new() };
        let explained = config.policy.explain(&claims);
        for role in &explained {
            if as_json {
                print_json(&object(role, &repositories))?;
            } else {
                print(role, &repositories);
            }
        }
        if let Some(number) = other_policy(config).await {
            eprintln!(
                "note: release {number}, which is served now, has another policy; a build puts this one in force"
            );
        }
        let open = explained.iter().any(|role| role.opened_by.is_some());
        Ok(if open { End::Done } else { End::Failed })
    }

    /// Asks about somebody of whom the e-mail address alone is known.
    pub(super) fn of(email: &str) -> Who {
        Who { email: Some(email.to_owned()), claims: None, provider: None }
    }

    /// The claims to look at, with the issuer that they are of. What is not known of them is noted.
    pub(super) fn claims(&self, config: &Config) -> Result<Map<String, Value>> {
        let mut claims = match (&self.email, &self.claims) {
            (Some(email), _) => of_email(email, config)?,
            (None, Some(file)) => read(file)?,
            (None, None) => Map::new(),
        };
        let issuer = self.issuer(config)?;
        match (claims.get("iss"), issuer) {
            (Some(given), Some(named)) if self.provider.is_some() && *given != named => {
                let hint = "leave out `--provider`, or take `iss` out of the claims";
                bail!(Unusable(format!("the claims are of {given}, and `--provider` is {named}\n\nhint: {hint}")));
            }
            (None, Some(issuer)) => {
                claims.insert("iss".to_owned(), issuer.into());
            }
            (None, None) if !config.providers().is_empty() => eprintln!(
                "note: no provider is named, so rules for one provider cannot pass; add `--provider NAME` with one of {}",
                providers(config)
            ),
            _ => {}
        }
        Ok(claims)
    }

    /// The issuer of the provider that is named, or of the only one.
    fn issuer<'c>(&self, config: &'c Config) -> Result<Option<&'c str>> {
        let found = match (&self.provider, config.providers()) {
            (Some(name), all) => all.iter().find(|provider| provider.name.as_str() == name),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        match (found, &self.provider) {
            (None, Some(name)) => {
                let hint = match providers(config).as_str() {
                    "" => "none is configured; add `[oidc]`".to_owned(),
                    known => format!("known providers are {known}"),
                };
                bail!(Unusable(format!("there is no provider `{name}`\n\nhint: {hint}")))
            }
            (found, _) => Ok(found.map(|provider| provider.issuer.as_str())),
        }
    }
}

fn providers(config: &Config) -> String {
    let names: Vec<String> = config.providers().iter().map(|provider| format!("`{}`", provider.name)).collect();
    names.join(", ")
}

fn of_email(email: &str, config: &Config) -> Result<Map<String, Value>> {
    if Email::parse(email).is_none() {
        let hint = "write one plain address, such as `ada@acme.example`, or give the claims with `--claims FILE`";
        bail!(Unusable(format!("`{email}` is no e-mail address\n\nhint: {hint}")));
    }
    if config.policy.claim_roots().iter().any(|root| !["email", "email_verified", "iss"].contains(root)) {
        eprintln!("note: only the e-mail address is known, so rules on other claims, such as groups, cannot pass");
    }
    Ok(Map::from_iter([("email".to_owned(), email.into()), ("email_verified".to_owned(), true.into())]))
}

fn read(file: &Path) -> Result<Map<String, Value>> {
    let from_stdin = file == Path::new("-");
    let (name, text) = if from_stdin {
        let mut text = String::new();
        ("standard input".to_owned(), std::io::stdin().read_to_string(&mut text).map(|_| text))
    } else {
        (format!("`{}`", file.display()), std::fs::read_to_string(file))
    };
    let text = text.map_err(|e| {
        Unusable(format!("{name} cannot be read: {e}\n\nhint: name a file with claims, or `-` for standard input"))
    })?;
    let claims = serde_json::from_str(&text).map_err(|e| {
        let hint = "write one object, such as `{ \"email\": \"ada@acme.example\", \"email_verified\": true }`";
        Unusable(format!("{name} holds no JSON object of claims: {e}\n\nhint: {hint}"))
    })?;
    Ok(claims)
}

fn print(explained: &Explained<'_>, repositories: &[RepositoryHistory]) {
    let role = explained.role;
    match explained.opened_by {
        Some(at) => println!("{} ({}): open, by rule {}", role.title, role.name, at + 1),
        None => println!("{} ({}): closed", role.title, role.name),
    }
    if explained.rules.is_empty() {
        println!("  open to nobody");
    }
    explained.rules.iter().zip(1..).for_each(|(rule, number)| print_rule(rule, number));
    if explained.opened_by.is_none() {
        return;
    }
    if repositories.is_empty() {
        println!("  opens repositories that are not known before the first collection");
    } else {
        let seen = check::seen(role, repositories);
        println!("  opens {}", count(seen.len(), "repository", "repositories"));
        seen.iter().for_each(|name| println!("    {name}"));
    }
}

/// Each test with what was found, the findings below one another.
fn print_rule(rule: &RuleExplained<'_>, number: usize) {
    println!("  rule {number} {}", if rule.passes { "passes" } else { "fails" });
    let tests: Vec<String> = rule.tests.iter().map(|test| test.test.to_string()).collect();
    let width = tests.iter().map(|test| test.chars().count()).max().unwrap_or(0);
    for (text, test) in tests.iter().zip(&rule.tests) {
        println!("    {}  {text:width$}  {}", if test.passes { "yes" } else { "no " }, test.found);
    }
}

fn object(explained: &Explained<'_>, repositories: &[RepositoryHistory]) -> Value {
    let Explained { role, opened_by, rules } = explained;
    let rule = |rule: &RuleExplained<'_>| {
        let test = |test: &TestExplained<'_>| json!({ "test": test.test.to_string(), "passes": test.passes, "found": test.found });
        json!({ "passes": rule.passes, "tests": rule.tests.iter().map(test).collect::<Vec<_>>() })
    };
    json!({
        "role": role.name,
        "title": role.title,
        "open": opened_by.is_some(),
        // Counted from 1, as people count the rules in the file.
        "rule": opened_by.map(|at| at + 1),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
        "repositories": opened_by.map(|_| check::seen(role, repositories)).unwrap_or_default(),
    })
}

/// The release that is served, if it can be read and does not have the policy of the configuration.
async fn other_policy(config: &Config) -> Option<u64> {
    // To look must leave nothing behind, not even a folder.
    if !config.output.location.exists() {
        return None;
    }
    let keys = Keyring::load(&config.keys).ok()?;
    let releases = Releases::open(&config.output).ok()?;
    let number = releases.current().await.ok()??;
    let opened = releases.open_release(&keys, number).await.ok()?;
    (opened.release().policy != config.policy).then_some(number)
}
