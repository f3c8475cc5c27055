//! GitHub over octocrab, as observations.
//!
//! `list` finds the repositories that a source's selectors mean and `graphql` what listings do not tell of them. `share`
//! plans the night of one account: `visit` reads views and clones of every repository first, then `errands` what else is
//! worth asking. `wire` decides what of an answer can be believed, `client` asks, `pace` and `gate` decide when. Nothing
//! here deletes or lowers anything: a 404 or a 403 is an outcome, never a figure.

mod account;
mod budget;
mod client;
mod credential;
mod errands;
mod examine;
mod fault;
mod gate;
mod graphql;
mod list;
mod pace;
mod releases;
mod share;
mod stars;
mod tonight;
mod transport;
mod visit;
mod wire;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use tokio::sync::mpsc::Sender;

pub use self::credential::{App, Credential, Signer};
pub use self::examine::examine;
pub use self::pace::Pace;

use self::account::Account;
use self::fault::Fault;
use self::gate::Shut;
use self::list::Listing;
use self::share::Share;
use self::tonight::Tonight;
use self::visit::Visit;
use self::wire::Listed;
use crate::domain::collection::{Collected, Memory, Observation, Outcome, Run, SourceFault};
use crate::domain::plan::{self, Estimate};
use crate::domain::repo::{Selection, Selector, SourceName};
use crate::domain::signal::{self, Reach};
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

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
/// First it sends what it is going to take, and what repositories are like that were listed too and are not picked, for
/// the history's sake. Then views and clones of every repository, and whatever else is worth asking; so there are several
/// observations of one. Those that GitHub's limit does not suffice for come first the next time.
///
/// `memory` is what the history knows already, so that nothing is asked in vain.
/// `now` is the moment of the collection: observations carry it, and its date is "today". One failing repository never
/// fails the others. An error means that the source as a whole failed; whatever was sent before it is true and can be
/// recorded. Where only some owners cannot be listed, the others are collected and the run says which.
pub async fn collect(settings: &Settings, memory: &Memory, now: Timestamp, out: Sender<Event>) -> Result<Run, Error> {
    let mut accounts = account::open(settings).await?;
    let mut faults: Vec<SourceFault> =
        accounts.iter_mut().flat_map(|account| std::mem::take(&mut account.faults)).collect();
    let mut listing = list::list(&accounts, settings).await?;
    hopeless(settings, &listing)?;
    faults.extend(listing.unlisted.iter().map(|(owner, fault)| unlisted(owner, fault)));
    faults.extend(listing.idle.iter().map(idle));
    let tonight = Tonight::new(settings, memory, now, out);
    let mut shares = plan(&tonight, &accounts, &mut listing).await;
    let first = futures::future::join_all(shares.iter_mut().map(|share| share.first(&tonight))).await;
    let extent = Extent::of(&seen(&tonight, first.iter().flatten()), tonight.date(), tonight.date());
    let week = extent.week(tonight.date());
    let second = shares.iter().zip(first).map(|(share, visits)| share.second(&tonight, visits, week));
    let visits = futures::future::join_all(second).await;
    let collected = visits.iter().flatten().any(|visit| visit.views.is_some() || visit.clones.is_some());
    faults.extend(share::missed(visits.iter().flatten()));
    faults.extend(stopped(settings, &accounts, &listing, collected)?);
    let finished = tonight.moment();
    let extent = Extent::of(&seen(&tonight, visits.iter().flatten()), tonight.date(), finished.date_naive());
    let visited = shares.into_iter().zip(visits).flat_map(|(share, visits)| share.outcomes(visits));
    let outcomes = visited.chain(listing.outcomes).collect();
    Ok(run(settings, (now, finished), &accounts, extent, (outcomes, faults)))
}

/// Tells what the listing told of those that are not picked, and decides for each account who is collected.
async fn plan<'a>(tonight: &Tonight<'_>, accounts: &'a [Account], listing: &mut Listing) -> Vec<Share<'a>> {
    let picked = std::mem::take(&mut listing.picked);
    tracing::info!(source = %tonight.settings.source, repositories = picked.len(), "listed");
    let mut parts: Vec<Vec<Listed>> = accounts.iter().map(|_| Vec::new()).collect();
    picked.into_values().for_each(|(at, listed)| parts[at].push(listed));
    let planned = accounts.iter().zip(parts).map(|(account, part)| Share::plan(tonight, account, part));
    let shares = futures::future::join_all(planned).await;
    tonight.expect(shares.iter().map(Share::steps).sum());
    let estimate = shares.iter().map(|share| share.estimate).reduce(Estimate::beside);
    if let (Some(estimate), Some(first)) = (estimate, accounts.first()) {
        tonight.tell(&first.client, Event::Estimate(estimate)).await;
        for listed in listing.left.values() {
            tonight.observe(&first.client, tonight.left(listed)).await;
        }
    }
    shares
}

/// The busy days of a repository: those read tonight, those known before, and whether it answered tonight.
type Seen<'a> = (BTreeSet<Date>, &'a [Date], bool);

/// What was seen of every repository that was visited.
fn seen<'a>(tonight: &'a Tonight<'_>, visits: impl Iterator<Item = &'a Visit>) -> Vec<Seen<'a>> {
    let one = |visit: &'a Visit| (visit.busy(), tonight.known(visit.listed.id).busy.as_slice(), visit.views.is_some());
    visits.map(one).collect()
}

/// How far GitHub's figures go.
struct Extent {
    reach: Reach,
    window: Option<Span>,
    doubtful: Vec<Date>,
}

impl Extent {
    /// A collection may run past midnight. How far GitHub had come is told by the day it began, and which days the last
    /// answers still held by the day `until`.
    fn of(seen: &[Seen<'_>], began: Date, until: Date) -> Extent {
        // What was seen before tells of a freeze when nothing is left in the window.
        let ever = seen.iter().map(|(busy, known, _)| busy.iter().chain(*known).copied().collect::<BTreeSet<_>>());
        let ever: Vec<Vec<Date>> = ever.map(|days| days.into_iter().collect()).collect();
        let reach = signal::reach(ever.iter().map(Vec::as_slice), began);
        let window = signal::window(reach.through, until);
        let doubtful = window.map(|window| doubtful(seen, window)).unwrap_or_default();
        Extent { reach, window, doubtful }
    }

    /// The week whose own figures can be asked for.
    fn week(&self, today: Date) -> Option<plan::Whole> {
        plan::whole(self.window?, self.reach, &self.doubtful, today)
    }
}

/// What tonight's answers leave out. What was seen of those days on other nights may be part of a day that had not come
/// to rest, and would hide that nothing of it is shown any more; of the days before it tells who is lively.
fn doubtful(seen: &[Seen<'_>], window: Span) -> Vec<Date> {
    let answered = seen.iter().filter(|(_, _, answered)| *answered);
    let days = answered.map(|(busy, known, _)| {
        let before = known.iter().filter(|date| **date < window.first);
        before.chain(busy.iter().filter(|date| **date >= window.first)).copied().collect::<Vec<Date>>()
    });
    let days: Vec<Vec<Date>> = days.collect();
    signal::doubtful(days.iter().map(Vec::as_slice), window)
}

/// Adds it all up.
fn run(
    settings: &Settings,
    (started, finished): (Timestamp, Timestamp),
    accounts: &[Account],
    extent: Extent,
    (mut outcomes, faults): (Vec<Outcome>, Vec<SourceFault>),
) -> Run {
    let collected = outcomes.iter().any(|outcome| matches!(outcome.result, Collected::Done { .. }));
    outcomes.sort_by(|a, b| a.repository.cmp(&b.repository));
    Run {
        source: settings.source.clone(),
        started,
        finished,
        window: extent.window.filter(|_| collected).and_then(signal::claimed),
        frozen: collected && extent.reach.frozen,
        doubtful: if collected { extent.doubtful } else { Vec::new() },
        requests: accounts.iter().map(|account| account.client.requests()).sum(),
        unchanged: accounts.iter().map(|account| account.client.unchanged()).sum(),
        outcomes,
        faults,
    }
}

/// Whether the listing already shows that nothing can be collected.
fn hopeless(settings: &Settings, listing: &Listing) -> Result<(), Error> {
    let nothing = listing.picked.is_empty() && listing.left.is_empty();
    let refused = listing.faults.iter().find_map(|fault| match fault {
        Fault::Token(says) => Some(says),
        _ => None,
    });
    match (refused.filter(|_| nothing), listing.faults.first()) {
        (Some(says), _) => Err(Error::token(settings, says)),
        (None, Some(fault)) if !listing.heard => Err(settings.unreachable(fault)),
        _ => Ok(()),
    }
}

/// What stopped accounts half way. Their repositories that were not reached say so one by one; what was read is good, and
/// so is what the other accounts read. Where nothing was, the whole source has failed.
fn stopped(
    settings: &Settings,
    accounts: &[Account],
    listing: &Listing,
    collected: bool,
) -> Result<Vec<SourceFault>, Error> {
    let shut = |why| accounts.iter().any(|account| account.client.gate().why_shut() == Some(why));
    if shut(Shut::Unwanted) {
        return Err(Error::Unwanted { source_name: settings.source.clone() });
    }
    if shut(Shut::Token) && !collected {
        return Err(Error::token(settings, "it was accepted at first and is not any more"));
    }
    let told = |account: &&Account| listing.unlisted.iter().any(|(owner, _)| account.owner.as_ref() == Some(owner));
    Ok(accounts.iter().filter(|account| !told(account)).filter_map(Account::stopped).collect())
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
