//! `tollgate.toml`, as typed and as needed. The only place that reads the environment.

mod access;
mod digest;
pub mod edit;
mod oidc;
mod reader;
mod source;
mod store;
mod theme;
mod values;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;

pub use digest::{Digest, Smtp};
pub use reader::Fault;
pub use source::{App, Grant, Source};
pub use store::{History, history_of};

use crate::domain::policy::{Policy, ProviderName};
use crate::{edge, releases, report};
use reader::{Reader, Table};

#[cfg(test)]
mod tests;

/// The name of the configuration file.
pub const FILE: &str = "tollgate.toml";

/// How often an edge looks for a new release: well within the five seconds that people may wait for one.
const POLL: Duration = Duration::from_secs(2);

/// Everything a command needs to know, checked as far as that goes without asking anyone.
#[derive(Debug)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// Where people find the edge, such as `https://traffic.acme.example`.
    pub base_url: String,
    /// Who may see what.
    pub policy: Policy,
    /// Where each role stands in the file, by its place in the policy.
    pub role_lines: Vec<usize>,
    /// What is collected, and with which credential.
    pub sources: Vec<Source>,
    /// Where the history is.
    pub history: History,
    /// Where releases land.
    pub output: releases::Settings,
    /// How pages are made.
    pub report: report::Settings,
    /// The folder of the keys.
    pub keys: PathBuf,
    /// The file that a line is added to for all that decides who sees what.
    pub audit: PathBuf,
    /// The mail server, if there is one.
    pub smtp: Option<Smtp>,
    /// Who gets the week in short.
    pub digests: Vec<Digest>,
    /// How people sign in and are served; `None` on a machine that only builds.
    pub edge: Option<Edge>,
}

/// How the edge listens and signs people in.
#[derive(Debug)]
pub struct Edge {
    /// Where it listens for people.
    pub listen: std::net::SocketAddr,
    /// Where it listens for operations, if anywhere.
    pub operations: Option<std::net::SocketAddr>,
    /// Who signs people in, in the order they are offered; one at least.
    pub providers: Vec<Provider>,
    /// How long a session lasts without use.
    pub idle: Duration,
    /// How long a session lasts at the most.
    pub absolute: Duration,
    /// How old claims may be before the provider is asked for them again.
    pub claims_max_age: Duration,
    /// Whose word on where a request came from is believed.
    pub proxies: Vec<IpNet>,
    /// As in [`Config::audit`].
    pub audit: PathBuf,
}

/// One provider, its credential not read yet.
#[derive(Debug)]
pub struct Provider {
    /// Its name, in rules and addresses.
    pub name: ProviderName,
    /// What people read on its button.
    pub title: String,
    /// Its issuer, to the last character as it gives it.
    pub issuer: String,
    /// The domains of the e-mail addresses that it is the right one for, in lower case. No other provider has them.
    pub domains: Vec<String>,
    /// What the provider calls us.
    pub client_id: String,
    /// How we prove that we are that.
    pub credential: Credential,
    /// What to ask for.
    pub scopes: Vec<String>,
}

/// Where that is with which a client proves itself to its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Nowhere: a public client.
    Public,
    /// A secret shared with the provider.
    Secret(Secret),
    /// A private key of our own.
    Key {
        /// PEM, PKCS#8.
        file: PathBuf,
        /// The `kid` that the provider knows it by.
        kid: Option<String>,
    },
}

/// Where a secret is kept. The configuration file never holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// In a variable of the environment.
    Env(String),
    /// In a file, white space around it left out.
    File(PathBuf),
}

impl Secret {
    /// Reads it.
    ///
    /// # Errors
    /// A sentence that names the variable or file, and what to do.
    pub fn read(&self) -> Result<SecretString, SecretFault> {
        let text = self.text()?;
        let text = text.trim();
        // A control character would end up in a header, and is a sign of the wrong file.
        if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(SecretFault::new(self, "is empty, or holds more than one word"));
        }
        Ok(SecretString::from(text.to_owned()))
    }

    /// Reads one of several lines, such as a key in PEM. Where a variable cannot hold line ends, `\n` stands for them.
    ///
    /// # Errors
    /// As [`Secret::read`].
    pub fn read_lines(&self) -> Result<SecretString, SecretFault> {
        let text = self.text()?.replace("\\n", "\n");
        if text.trim().is_empty() {
            return Err(SecretFault::new(self, "is empty"));
        }
        Ok(SecretString::from(text))
    }

    fn text(&self) -> Result<String, SecretFault> {
        match self {
            Secret::Env(name) => std::env::var(name).map_err(|_| SecretFault::new(self, "is not set")),
            Secret::File(path) => {
                std::fs::read_to_string(path).map_err(|e| SecretFault::new(self, &format!("cannot be read: {e}")))
            }
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Env(name) => write!(f, "environment variable `{name}`"),
            Secret::File(path) => write!(f, "file `{}`", path.display()),
        }
    }
}

/// A secret that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{secret} {why}\n\nhint: put the secret there; it is read when it is needed and never written anywhere")]
pub struct SecretFault {
    secret: Secret,
    why: String,
}

impl SecretFault {
    fn new(secret: &Secret, why: &str) -> SecretFault {
        SecretFault { secret: secret.clone(), why: why.to_owned() }
    }
}

/// Everything wrong with a configuration, in order of lines.
#[derive(Debug, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(Fault::to_string).collect();
        f.write_str(&texts.join("\n\nerror: "))
    }
}

impl Config {
    /// Reads and checks a configuration file. Relative paths in it start from its folder.
    ///
    /// # Errors
    /// Every fault at once, each with its line and mending.
    pub fn load(file: &Path) -> Result<Config, Faults> {
        let text = std::fs::read_to_string(file).map_err(|e| {
            let hint = "run `tollgate init` to write a starter, or name the file with `--config FILE`";
            let what = format!("cannot be read: {e}");
            Faults(vec![Fault { file: file.display().to_string(), line: None, what, hint: hint.to_owned() }])
        })?;
        Config::parse(&text, file)
    }

    /// Who signs people in; nobody on a machine that only builds.
    pub fn providers(&self) -> &[Provider] {
        self.edge.as_ref().map_or(&[], |edge| &edge.providers)
    }

    /// The fault of a configuration that is right in itself and lacks what a command needs.
    pub fn lacks(&self, what: &str) -> Faults {
        let hint = "`tollgate init` writes a starter that has every section";
        let file = self.file.display().to_string();
        Faults(vec![Fault { file, line: None, what: what.to_owned(), hint: hint.to_owned() }])
    }

    /// Checks the text of a configuration file.
    ///
    /// # Errors
    /// Every fault at once, each with its line and mending.
    pub fn parse(text: &str, file: &Path) -> Result<Config, Faults> {
        let reader = Reader::new(text, &file.display().to_string());
        let parsed = reader.parse();
        // What a broken grammar leaves of the values would only give faults that are none.
        let config =
            if reader.is_clean() { read(&Table::new(&reader, parsed.get_ref(), 0, "the file"), file) } else { None };
        drop(parsed);
        let faults = reader.into_faults();
        match config {
            Some(config) if faults.is_empty() => Ok(config),
            _ => Err(Faults(faults)),
        }
    }
}

impl Edge {
    /// What the edge is started with, client secrets read.
    ///
    /// # Errors
    /// A client secret cannot be read.
    pub fn settings(&self, base_url: &str) -> Result<edge::Settings, SecretFault> {
        Ok(edge::Settings {
            base_url: base_url.to_owned(),
            providers: self.providers.iter().map(Provider::settings).collect::<Result<_, _>>()?,
            idle: self.idle,
            absolute: self.absolute,
            claims_max_age: self.claims_max_age,
            poll: POLL,
            proxies: self.proxies.clone(),
            audit: self.audit.clone(),
        })
    }
}

impl Provider {
    fn settings(&self) -> Result<edge::Provider, SecretFault> {
        Ok(edge::Provider {
            name: self.name.to_string(),
            title: self.title.clone(),
            domains: self.domains.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            credential: match &self.credential {
                Credential::Public => edge::Credential::Public,
                Credential::Secret(secret) => edge::Credential::Secret(secret.read()?),
                Credential::Key { file, kid } => edge::Credential::Key { file: file.clone(), kid: kid.clone() },
            },
            scopes: self.scopes.clone(),
        })
    }
}

/// The filter of log lines that `TOLLGATE_LOG` asks for.
pub fn log_filter() -> Option<String> {
    std::env::var("TOLLGATE_LOG").ok().filter(|text| !text.is_empty())
}

/// Where this program is, for those who start it again.
///
/// # Errors
/// The system does not say.
pub fn program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// Reads every section, so that one fault never hides another. `None` only together with faults.
fn read(root: &Table<'_, '_>, file: &Path) -> Option<Config> {
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let site = values::site(root, &folder);
    let history = store::history(root, &folder);
    let output = values::output(root, &folder);
    let keys = values::keys(root, &folder);
    let sources = source::sources(root, &folder);
    let providers = oidc::providers(root, &folder);
    let (policy, role_lines) = access::roles(root, &sources, &providers);
    let smtp = digest::smtp(root, &folder);
    let digests = digest::digests(root, &policy, root.has("smtp"), &folder);
    let audit = oidc::audit(root, &folder);
    let edge = oidc::edge(root, providers, &audit);
    let (base_url, report) = site?;
    let file = file.to_owned();
    Some(Config {
        file,
        base_url,
        policy,
        role_lines,
        sources,
        history,
        output,
        report,
        keys,
        audit,
        smtp,
        digests,
        edge: edge?,
    })
}
