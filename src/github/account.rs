//! What a credential opens: for a token one account to ask as, for an App one for each account it is installed on.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use serde::Deserialize;

use super::client::Client;
use super::credential::{App, Bearer, Credential};
use super::fault::Fault;
use super::gate::Shut;
use super::{Error, Settings};
use crate::domain::Timestamp;
use crate::domain::collection::SourceFault;
use crate::domain::repo::Selector;

/// A hundred pages hold ten thousand installations; more is a listing that never ends.
const MOST_PAGES: usize = 100;
/// Tokens asked for at once.
const AT_ONCE: usize = 4;

/// One credential in use, with limits of its own.
pub(super) struct Account {
    /// Asks with it.
    pub(super) client: Client,
    /// Whose repositories it opens, for an installation of an App; `None` for a token, which opens whatever it opens.
    pub(super) owner: Option<String>,
    /// Whether it is an installation of an App: `/installation/repositories` lists what it opens, and it is no user.
    pub(super) installation: bool,
    /// What is wrong with the source as a whole; told with the first account.
    pub(super) faults: Vec<SourceFault>,
}

/// An App on one account, as GitHub lists it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Installation {
    pub(super) id: u64,
    account: Option<Holder>,
    pub(super) suspended_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) permissions: BTreeMap<String, String>,
}

/// An enterprise has a `slug` instead, and no repositories.
#[derive(Clone, Debug, Deserialize)]
struct Holder {
    login: Option<String>,
}

/// Opens the credential of a source: a token is not asked about, an App gets a token for each installation that the
/// selectors need.
pub(super) async fn open(settings: &Settings) -> Result<Vec<Account>, Error> {
    let client = Client::new(settings)?;
    let Credential::App(app) = &settings.credential else {
        return Ok(vec![Account { client, owner: None, installation: false, faults: Vec::new() }]);
    };
    let all = installations(&client).await.map_err(|fault| unlisted(settings, &fault))?;
    let Picked { usable, mut faults } = pick(settings, app, &all)?;
    let opened: Vec<(String, Client, Option<Fault>)> = futures::stream::iter(usable)
        .map(|(login, installation)| {
            let client = client.with(Bearer::installation(app, installation.id), settings);
            async move {
                let refused = client.authorize().await.err();
                (login, client, refused)
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut accounts = Vec::new();
    for (login, client, refused) in opened {
        match refused {
            Some(fault) => faults.push(unusable(&login, &fault)),
            None => accounts.push(Account { client, owner: Some(login), installation: true, faults: Vec::new() }),
        }
    }
    match (accounts.first_mut(), faults.first()) {
        (Some(first), _) => {
            first.faults = faults;
            first.client.count(client.requests());
        }
        (None, Some(fault)) => return Err(settings.fault(&fault.cause, &fault.mending)),
        (None, None) => return Err(settings.fault("no selector names an owner", "add one, such as `acme/*`")),
    }
    Ok(accounts)
}

impl Account {
    /// Whether this is the one to ask about an owner's repositories.
    pub(super) fn serves(&self, owner: &str) -> bool {
        self.owner.as_ref().is_none_or(|login| login.eq_ignore_ascii_case(owner))
    }

    /// What stopped it half way.
    pub(super) fn stopped(&self) -> Option<SourceFault> {
        let why = self.client.gate().why_shut()?;
        let of = self.owner.as_ref().map_or_else(String::new, |owner| format!(" for `{owner}`"));
        let mending = match (why, &self.owner) {
            (Shut::Token, Some(owner)) => reinstall(owner),
            _ => Fault::Shut(why).mending(""),
        };
        let cause = match why {
            Shut::Token => {
                format!("GitHub refused the token{of} half way: it was accepted at first and is not any more")
            }
            Shut::Outage => format!("GitHub stopped answering{of}: the rest is left for the next time"),
            // What is left for the next time says why.
            Shut::Patience | Shut::Unwanted => return None,
        };
        Some(SourceFault { cause, mending })
    }
}

/// The installations to be used, by login, and what is wrong with the others.
struct Picked {
    usable: Vec<(String, Installation)>,
    faults: Vec<SourceFault>,
}

fn pick(settings: &Settings, app: &App, all: &[Installation]) -> Result<Picked, Error> {
    let named: Vec<&Installation> = match &app.installation {
        None => all.iter().collect(),
        Some(name) => all.iter().filter(|installation| installation.is_called(name)).collect(),
    };
    if let Some(name) = app.installation.as_ref().filter(|_| named.is_empty()) {
        return Err(settings.fault(&format!("the App has no installation `{name}`"), &known(all)));
    }
    let mut picked = Picked { usable: Vec::new(), faults: Vec::new() };
    for owner in owners(settings) {
        let found = named.iter().find(|installation| installation.login().eq_ignore_ascii_case(&owner));
        match found {
            Some(installation) if installation.suspended_at.is_none() => {
                picked.usable.push((installation.login().to_owned(), (*installation).clone()));
            }
            Some(_) => picked.faults.push(suspended(&owner)),
            None => picked.faults.push(absent(app, &owner, all)),
        }
    }
    Ok(picked)
}

/// The owners that the selectors add, in lower case. One with a pattern cannot be listed, and is told of elsewhere.
pub(super) fn owners(settings: &Settings) -> BTreeSet<String> {
    let named = settings.select.positive().iter().filter_map(|selector| match selector {
        Selector::Name { owner, .. } if !owner.contains('*') => Some(owner.to_ascii_lowercase()),
        _ => None,
    });
    named.collect()
}

/// Every installation of the App that `client` asks as.
pub(super) async fn installations(client: &Client) -> Result<Vec<Installation>, Fault> {
    let mut all = Vec::new();
    let mut next = Some(client.url("/app/installations?per_page=100")?);
    for _ in 0..MOST_PAGES {
        let Some(url) = next else { return Ok(all) };
        let reply = client.get_apart(url).await?;
        let page: Vec<Installation> =
            serde_json::from_slice(&reply.body).map_err(|error| Fault::Unreadable(error.to_string()))?;
        all.extend(page);
        next = client.next(&reply)?;
    }
    Err(Fault::Unreadable(format!("the App's installations have more than {MOST_PAGES} pages")))
}

impl Installation {
    /// Empty for an enterprise, whose installation opens no repositories.
    pub(super) fn login(&self) -> &str {
        self.account.as_ref().and_then(|holder| holder.login.as_deref()).unwrap_or_default()
    }

    fn is_called(&self, name: &str) -> bool {
        self.id.to_string() == name || (!name.is_empty() && self.login().eq_ignore_ascii_case(name))
    }
}

fn unlisted(settings: &Settings, fault: &Fault) -> Error {
    match fault {
        Fault::Broken(_) | Fault::Troubled(_) => settings.unreachable(fault),
        _ => settings
            .fault(&format!("the App's installations cannot be listed: {}", fault.cause()), &fault.mending("the App")),
    }
}

pub(super) fn suspended(owner: &str) -> SourceFault {
    SourceFault {
        cause: format!("the App's installation on `{owner}` is suspended"),
        mending: format!("unsuspend it in the settings of `{owner}` under \"GitHub Apps\", or leave `{owner}` out"),
    }
}

pub(super) fn absent(app: &App, owner: &str, all: &[Installation]) -> SourceFault {
    let cause = match &app.installation {
        Some(name) => format!("the App's installation `{name}` does not open `{owner}`"),
        None => format!("the App is not installed on `{owner}`"),
    };
    SourceFault { cause, mending: known(all) }
}

fn unusable(owner: &str, fault: &Fault) -> SourceFault {
    let mending = match fault {
        Fault::Forbidden { .. } | Fault::Hidden => reinstall(owner),
        fault => fault.mending(&format!("{owner}/*")),
    };
    SourceFault { cause: format!("the App gets no token for `{owner}`: {}", fault.cause()), mending }
}

fn reinstall(owner: &str) -> String {
    format!("look in the settings of `{owner}` under \"GitHub Apps\" whether it is suspended or removed")
}

fn known(all: &[Installation]) -> String {
    let logins: BTreeSet<&str> = all.iter().map(Installation::login).filter(|login| !login.is_empty()).collect();
    let logins: Vec<String> = logins.iter().map(|login| format!("`{login}`")).collect();
    match logins.is_empty() {
        true => "it is installed nowhere: install it from its settings page under \"Install App\"".into(),
        false => format!("it is installed on {}; install it there too, or name one of these", logins.join(", ")),
    }
}
