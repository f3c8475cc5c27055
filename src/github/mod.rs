//! GitHub over octocrab, as observations.
//!
//! `list` finds the repositories that a source's selectors mean, `visit` reads the traffic of one, `wire` decides what
//! of an answer can be believed, `client` asks, `pace` and `gate` decide when. Nothing here deletes or lowers anything:
//! a 404 or a 403 is an outcome, never a figure.

mod account;
mod budget;
mod client;
mod credential;
mod examine;
mod fault;
mod gate;
mod list;
mod pace;
mod transport;
mod visit;
mod wire;

#[cfg(test)]
mod tests;

use std::time::Instant;

use futures::StreamExt;
use tokio::sync::mpsc::Sender;

pub use self::credential::{App, Credential, Signer};
pub use self::examine::examine;
pub use self::pace::Pace;

use self::client::Client;
use self::fault::Fault;
use self::gate::Shut;
use self::list::Listing;
use self::visit::{Visit, leave, visit};
use crate::domain::Timestamp;
use crate::domain::collection::{Collected, Memory, Observation, Outcome, Run, SourceFault};
use crate::domain::plan::Estimate;
use crate::domain::repo::{Selection, Selector, SourceName};
use crate::domain::signal;

/// One GitHub with the credential for it and what to collect there.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the source.
    pub source: SourceName,
    /// The API's address, such as `https://api.github.com`.
    pub api: String,
    /// The host that repositories are recorded under, such as `github.com`.
    pub host: String,
    /// Shown to the API's own origin only.
    pub credential: Credential,
    /// Which repositories. Each positive name selector must name its owner.
    pub select: Selection,
    /// How many requests are under way at once to begin with; it adapts to what GitHub bears.
    pub concurrency: usize,
    /// How fast, and how patiently.
    pub pace: Pace,
}

/// Why a whole source failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot work.
    #[error("source `{source_name}`: {fault}\n\nhint: {hint}")]
    Settings {
        /// Which source.
        source_name: SourceName,
        /// What is wrong.
        fault: String,
        /// How to mend it.
        hint: String,
    },
    /// GitHub does not accept the token.
    #[error(
        "source `{source_name}`: {api} refused the token: {says}\n\nhint: set a token that is valid and not expired"
    )]
    Token {
        /// Which source.
        source_name: SourceName,
        /// Where it was sent.
        api: String,
        /// GitHub's message.
        says: String,
    },
    /// No request at all was answered.
    #[error(
        "source `{source_name}`: {api} does not answer: {why}\n\nhint: check the address and the network; nothing is lost if a collection succeeds within 13 days"
    )]
    Unreachable {
        /// Which source.
        source_name: SourceName,
        /// Who should have answered.
        api: String,
        /// What broke.
        why: String,
    },
    /// The receiver of the observations is gone.
    #[error("source `{source_name}`: collecting stopped because nobody records the observations any more")]
    Unwanted {
        /// Which source.
        source_name: SourceName,
    },
}

/// What a collection tells while it goes on.
#[derive(Clone, Debug)]
pub enum Event {
    /// What it is going to take.
    Estimate(Estimate),
    /// Something to be recorded. There may be several of one repository.
    Observation(Box<Observation>),
    /// So many of its steps are done.
    Step {
        /// Done by now.
        done: usize,
        /// All there are, as far as is known by now.
        total: usize,
    },
}

/// Collects everything the selectors of one source mean and sends what is learned as soon as it is known.
///
/// First it sends what repositories are like that were listed too and are not picked, for the history's sake.
///
/// `memory` is what the history knows already, so that nothing is asked in vain.
/// `now` is the moment of the collection: observations carry it, and its date is "today". One failing repository never
/// fails the others. An error means that the source as a whole failed; whatever was sent before it is true and can be
/// recorded. Where only some owners cannot be listed, the others are collected and the run says which.
pub async fn collect(settings: &Settings, memory: &Memory, now: Timestamp, out: Sender<Event>) -> Result<Run, Error> {
    let _ = memory;
    let began = Instant::now();
    let account::Account { client, .. } = account::open(settings).await?.swap_remove(0);
    let mut listing = list::list(&client, settings).await?;
    hopeless(settings, &listing)?;
    let picked = std::mem::take(&mut listing.picked);
    tracing::info!(source = %settings.source, repositories = picked.len(), "listed");
    for listed in listing.left.values() {
        if out.send(Event::Observation(Box::new(leave(settings, listed, now)))).await.is_err() {
            client.gate().shut(Shut::Unwanted);
        }
    }
    let visits: Vec<Visit> = futures::stream::iter(picked.into_values())
        .map(|listed| visit(&client, settings, listed, now, &out))
        .buffer_unordered(settings.concurrency.max(1))
        .collect()
        .await;
    stopped(settings, &client)?;
    let finished = now + chrono::TimeDelta::from_std(began.elapsed()).unwrap_or_default();
    let unlisted = listing.unlisted.iter().map(|(owner, fault)| unlisted(owner, fault));
    let faults = unlisted.chain(listing.idle.iter().map(idle)).collect();
    Ok(run(settings, (now, finished), client.requests(), visits, (listing.outcomes, faults)))
}

/// Adds the visits up.
fn run(
    settings: &Settings,
    (started, finished): (Timestamp, Timestamp),
    requests: u64,
    visits: Vec<Visit>,
    (unvisited, faults): (Vec<Outcome>, Vec<SourceFault>),
) -> Run {
    // A collection may run past midnight. How far GitHub had come is told by the day it began, and which days the last
    // answers still held by the day it ended.
    let reach = signal::reach(visits.iter().map(|visit| visit.busy.as_slice()), started.date_naive());
    let window = signal::window(reach.through, finished.date_naive());
    let collected = visits.iter().any(|visit| matches!(visit.outcome.result, Collected::Done { .. }));
    let mut outcomes: Vec<Outcome> = visits.into_iter().map(|visit| visit.outcome).chain(unvisited).collect();
    outcomes.sort_by(|a, b| a.repository.cmp(&b.repository));
    Run {
        source: settings.source.clone(),
        started,
        finished,
        window: window.filter(|_| collected),
        frozen: collected && reach.frozen,
        doubtful: Vec::new(),
        requests,
        unchanged: 0,
        outcomes,
        faults,
    }
}

/// Whether the listing already shows that nothing can be collected.
fn hopeless(settings: &Settings, listing: &Listing) -> Result<(), Error> {
    let refused = listing.faults.iter().find_map(|fault| match fault {
        Fault::Token(says) => Some(says),
        _ => None,
    });
    match (refused, listing.faults.first()) {
        (Some(says), _) => Err(Error::token(settings, says)),
        (None, Some(fault)) if !listing.heard => Err(settings.unreachable(fault)),
        _ => Ok(()),
    }
}

/// Whether something stopped the collection half way that concerns the whole source.
fn stopped(settings: &Settings, client: &Client) -> Result<(), Error> {
    match client.gate().why_shut() {
        Some(Shut::Token) => Err(Error::token(settings, "it was accepted at first and is not any more")),
        Some(Shut::Unwanted) => Err(Error::Unwanted { source_name: settings.source.clone() }),
        // Those that were not reached have failed one by one; the others are good.
        Some(Shut::Patience) | None => Ok(()),
    }
}

impl Settings {
    fn fault(&self, fault: &str, hint: &str) -> Error {
        Error::Settings { source_name: self.source.clone(), fault: fault.into(), hint: hint.into() }
    }

    fn unreachable(&self, fault: &Fault) -> Error {
        Error::Unreachable { source_name: self.source.clone(), api: self.api.clone(), why: fault.cause() }
    }
}

fn unlisted(owner: &str, fault: &Fault) -> SourceFault {
    let mending = match fault {
        Fault::Hidden => format!("check how `{owner}` is spelled, and that the token may see it"),
        _ => fault.mending(&format!("{owner}/*")),
    };
    SourceFault { cause: format!("the repositories of `{owner}` cannot be listed: {}", fault.cause()), mending }
}

fn idle(selector: &Selector) -> SourceFault {
    SourceFault {
        cause: format!("selector `{selector}` means no repository that GitHub lists"),
        mending: "check how it is spelled and that the token may see the repositories, or remove it".into(),
    }
}

impl Error {
    fn token(settings: &Settings, says: &str) -> Error {
        Error::Token { source_name: settings.source.clone(), api: settings.api.clone(), says: says.into() }
    }
}
