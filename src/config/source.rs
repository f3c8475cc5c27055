//! `[[source]]`: one GitHub, with what it is asked and what is collected there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use url::Url;

use super::reader::{At, Table};
use super::values::{address, secret, selection};
use super::{Secret, SecretFault};
use crate::domain::repo::{Selection, Selector, SourceName};
use crate::github;

const GITHUB_API: &str = "https://api.github.com";

/// Requests under way at once to begin with: far below GitHub's limit of a hundred, and enough to hide its latency.
const CONCURRENCY: usize = 8;

/// One source, its credential not read yet: a machine that only serves has none.
#[derive(Debug)]
pub struct Source {
    /// Its name.
    pub name: SourceName,
    /// The API's base address.
    pub api: String,
    /// The host its repositories live on.
    pub host: String,
    /// With what GitHub is asked.
    pub grant: Grant,
    /// What it collects.
    pub select: Selection,
}

/// Where that is with which a source proves itself to GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A token.
    Token(Secret),
    /// A GitHub App.
    App(App),
}

/// A GitHub App, its key not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its number or client id.
    pub id: String,
    /// Where its private key is.
    pub key: Secret,
    /// The login of an account, or the number of an installation; `None` for every account that the selectors name.
    pub installation: Option<String>,
}

impl Source {
    /// What its collection is started with, its credential read. `signer` reads the key of an App.
    ///
    /// # Errors
    /// A sentence that says what cannot be read, and what to do.
    pub fn settings(
        &self,
        signer: impl FnOnce(&App) -> Result<github::Signer, String>,
    ) -> Result<github::Settings, String> {
        let credential = match &self.grant {
            Grant::Token(token) => {
                github::Credential::Token(token.read().map_err(|fault: SecretFault| fault.to_string())?)
            }
            Grant::App(app) => {
                let (id, installation) = (app.id.clone(), app.installation.clone());
                github::Credential::App(github::App { id, installation, sign: signer(app)? })
            }
        };
        Ok(github::Settings {
            source: self.name.clone(),
            api: self.api.clone(),
            host: self.host.clone(),
            credential,
            select: self.select.clone(),
            concurrency: CONCURRENCY,
            pace: self.pace(),
        })
    }

    /// GitHub's own pace. What is asked in clear text is on this machine, a sample that takes as many requests as come.
    fn pace(&self) -> github::Pace {
        let pace = github::Pace::default();
        if self.api.starts_with("http:") { github::Pace { burst: 10_000, ..pace } } else { pace }
    }

    /// Where its secret is kept, whatever kind it is.
    pub fn secret(&self) -> &Secret {
        match &self.grant {
            Grant::Token(token) => token,
            Grant::App(app) => &app.key,
        }
    }
}

/// Every `[[source]]`. Those with faults are left out, their faults noted.
pub(super) fn sources(root: &Table<'_, '_>, folder: &Path) -> Vec<Source> {
    let mut names = BTreeSet::new();
    let read: Vec<Option<Source>> = root
        .tables("source")
        .iter()
        .map(|table| {
            let source = source(table, folder)?;
            let fresh = names.insert(source.name.clone());
            if !fresh {
                table.fault(table.at(), format!("two sources are called `{}`", source.name), "rename one of them");
            }
            fresh.then_some(source)
        })
        .collect();
    read.into_iter().flatten().collect()
}

fn source(table: &Table<'_, '_>, folder: &Path) -> Option<Source> {
    let name = table.required("name", "give each source a short name, such as \"acme\"").and_then(|text| {
        let parsed = text.value.parse();
        parsed.map_err(|e| table.fault(text.at, format!("{e}"), "such as \"acme\"")).ok()
    });
    let api = match table.text("api") {
        Some(text) => api(table, &text),
        None => Some(Url::parse(GITHUB_API).ok()?),
    };
    let grant = grant(table, folder);
    let select = selection(table, "repositories");
    listable(table, &select);
    let api = api?;
    let host = web_host(api.host_str()?, api.port());
    let api = api.as_str().trim_end_matches('/').to_owned();
    Some(Source { name: name?, api, host, grant: grant?, select })
}

/// A token or an App; each wrong combination is a fault of its own.
fn grant(table: &Table<'_, '_>, folder: &Path) -> Option<Grant> {
    let token = secret(table, "token_env", "token_file", folder);
    let key = secret(table, "private_key_env", "private_key_file", folder);
    let id = id(table);
    let installation = installation(table);
    let given = |keys: [&'static str; 2]| keys.iter().filter(|key| table.has(key)).count() > 0;
    let (tokens, keys) = (given(["token_env", "token_file"]), given(["private_key_env", "private_key_file"]));
    let (what, hint) = match (tokens, table.has("app_id"), keys, table.has("installation")) {
        (true, false, false, false) => return token.map(Grant::Token),
        (false, true, true, _) => return Some(Grant::App(App { id: id?, key: key?, installation: installation? })),
        (true, ..) => ("a source has both a token and an App", "keep the token, or `app_id` with its private key"),
        (false, true, false, _) => (
            "a source has `app_id` and no private key",
            "add `private_key_file = \"app.pem\"` or `private_key_env = \"NAME_OF_A_VARIABLE\"`; the App's settings page makes keys",
        ),
        (false, false, true, _) => {
            ("a source has a private key and no `app_id`", "add `app_id = 12345` from the App's settings page")
        }
        (false, false, false, true) => {
            ("a source has `installation` and no App", "add `app_id` and its private key, or remove the line")
        }
        (false, false, false, false) => (
            "a source has no token",
            "add `token_env = \"NAME_OF_A_VARIABLE\"` or `token_file = \"PATH\"`, or `app_id` and `private_key_file` of a GitHub App; the secret itself never stands here",
        ),
    };
    table.fault(table.at(), what, hint);
    None
}

/// `app_id`: a number, or the client id in quotes.
fn id(table: &Table<'_, '_>) -> Option<String> {
    let given = plain(table, "app_id")?;
    let fine = given.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') && !given.value.is_empty();
    if !fine {
        let hint = "write the App ID or the Client ID from the App's settings page, such as 12345";
        table.fault(given.at, format!("`app_id` is `{}`, which is no id of an App", given.value), hint);
    }
    fine.then_some(given.value)
}

/// `installation`, if it is there; the outer `None` is a fault.
fn installation(table: &Table<'_, '_>) -> Option<Option<String>> {
    if !table.has("installation") {
        return Some(None);
    }
    let given = plain(table, "installation")?;
    let fine =
        given.value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) && !given.value.is_empty();
    if !fine {
        let hint = "write the account that the App is installed on, such as \"acme\", or the installation's number";
        table.fault(given.at, format!("`installation` is `{}`, which is no account", given.value), hint);
    }
    fine.then_some(Some(given.value))
}

/// A text or a whole number, as text.
fn plain(table: &Table<'_, '_>, key: &'static str) -> Option<At<String>> {
    let At { at, value } = table.scalar(key)?;
    match value {
        Value::String(text) => Some(At { at, value: text }),
        Value::Number(number) => Some(At { at, value: number.to_string() }),
        _ => {
            table.fault(at, format!("`{key}` is of type boolean"), "write a number, or a text in quotes");
            None
        }
    }
}

/// The address of an API, and not that of the pages people look at.
fn api(table: &Table<'_, '_>, text: &At<String>) -> Option<Url> {
    let url = address(table, "api", text)?;
    let host = url.host_str()?;
    let pages = host == "github.com" || (host.ends_with(".ghe.com") && !host.starts_with("api."));
    if pages {
        let hint = format!("write `https://api.{host}`");
        table.fault(text.at, format!("`api` is `{}`, where people look and no API answers", text.value), hint);
    }
    (!pages).then_some(url)
}

/// The host people see: `api.github.com` serves `github.com` and `api.SUB.ghe.com` serves `SUB.ghe.com`, others serve
/// themselves.
fn web_host(api: &str, port: Option<u16>) -> String {
    let hosted = |host: &&str| *host == "github.com" || host.ends_with(".ghe.com");
    let host = api.strip_prefix("api.").filter(hosted).unwrap_or(api);
    port.map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

/// A source asks GitHub for what an owner has, so the owner must be spelled out.
fn listable(table: &Table<'_, '_>, select: &Selection) {
    for selector in select.positive() {
        let hint = "name the owner, such as `acme/*`; use `!` selectors to leave out";
        match selector {
            Selector::Name { owner, .. } if !owner.contains('*') => {}
            other => table.fault(table.at(), format!("a source cannot list `{other}`"), hint),
        }
    }
}
