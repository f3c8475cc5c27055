//! What one account does tonight: its plan, and both passes over its repositories.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;

use super::account::Account;
use super::client::Client;
use super::fault::Fault;
use super::tonight::Tonight;
use super::visit::{Visit, visit};
use super::wire::Listed;
use super::{errands, graphql};
use crate::domain::collection::{Collected, Outcome, SourceFault};
use crate::domain::plan::{self, Budget, Candidate, Errand, Estimate, Means, Met, Whole};

/// The limits of an hour start anew after this.
const HOUR: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// One account with its repositories.
pub(super) struct Share<'a> {
    pub(super) account: &'a Account,
    /// To be collected, in this order.
    order: Vec<Listed>,
    /// Left for the next time, with why.
    postponed: Vec<(Listed, String)>,
    pub(super) estimate: Estimate,
    means: Means,
    /// How long limits had held it up when it was listed.
    held: Duration,
    /// Why there is no traffic to be had of any of them.
    pub(super) barren: Option<SourceFault>,
}

impl<'a> Share<'a> {
    /// Decides who is collected tonight.
    pub(super) async fn plan(tonight: &Tonight<'_>, account: &'a Account, mut listed: Vec<Listed>) -> Share<'a> {
        let client = &account.client;
        let held = client.gate().held();
        graphql::enrich(client, &mut listed).await;
        let pace = tonight.settings.pace;
        let (burst, interval) = (u64::from(pace.burst), pace.interval);
        let means = Means { budget: budget(account), patience: pace.patience, burst, interval };
        let candidates: Vec<Candidate> = listed.iter().map(candidate).collect();
        let night = plan::night(&candidates, tonight.memory(), &means, client.requests(), tonight.moment());
        let mut by_id: BTreeMap<_, _> = listed.into_iter().map(|listed| (listed.id, listed)).collect();
        let order = night.order.iter().filter_map(|id| by_id.remove(id)).collect();
        let left = night.postponed.into_iter().filter_map(|left| Some((by_id.remove(&left.id)?, left.why)));
        let postponed = left.collect();
        Share { account, order, postponed, estimate: night.estimate, means, held, barren: client.lacks_traffic() }
    }

    /// Two for each repository.
    pub(super) fn steps(&self) -> usize {
        2 * self.order.len()
    }

    /// Views and clones of all. Of those that are left for the next time what the listing told is recorded nevertheless.
    pub(super) async fn first(&mut self, tonight: &Tonight<'_>) -> Vec<Visit> {
        let client = &self.account.client;
        for (listed, _) in &self.postponed {
            tonight.observe(client, tonight.met(listed)).await;
        }
        let (barren, held) = (self.barren.is_some(), self.held);
        let visited = futures::stream::iter(std::mem::take(&mut self.order).into_iter().enumerate())
            .map(|(at, listed)| async move { (at, self::first(tonight, client, listed, (barren, held)).await) })
            .buffer_unordered(at_once(tonight));
        let mut visits: Vec<(usize, Visit)> = visited.collect().await;
        // Who waited longest is still the first.
        visits.sort_by_key(|(at, _)| *at);
        visits.into_iter().map(|(_, visit)| visit).collect()
    }

    /// Whatever else is worth asking, as far as the limit still goes.
    pub(super) async fn second(&self, tonight: &Tonight<'_>, visits: Vec<Visit>, week: Option<Whole>) -> Vec<Visit> {
        let client = &self.account.client;
        let wanted = visits.iter().map(|visit| self.wanted(tonight, visit, week)).collect();
        let chosen = plan::choose(wanted, self.rest(tonight).capacity(tonight.moment()));
        futures::stream::iter(visits.into_iter().zip(chosen))
            .map(|(mut visit, errands)| async move {
                errands::run(tonight, client, &mut visit, errands).await;
                visit
            })
            .buffer_unordered(at_once(tonight))
            .collect()
            .await
    }

    /// How all of them went.
    pub(super) fn outcomes(self, visits: Vec<Visit>) -> Vec<Outcome> {
        // No fault, or every night of such a source would end as a failure; what is the same of all is told once.
        let why = |fault: SourceFault| format!("{}; {}", fault.cause, fault.mending);
        let skipped = self.barren.map(|fault| Collected::Skipped { why: why(fault) });
        let visited = visits.into_iter().map(|visit| match &skipped {
            Some(skipped) => visit.listed.outcome(skipped.clone()),
            None => visit.outcome(),
        });
        let left = self.postponed.into_iter().map(|(listed, why)| listed.outcome(Collected::Postponed { why }));
        visited.chain(left).collect()
    }

    fn wanted(&self, tonight: &Tonight<'_>, visit: &Visit, week: Option<Whole>) -> Vec<Errand> {
        let (candidate, known) = (candidate(&visit.listed), tonight.known(visit.listed.id));
        let today = tonight.date();
        // Whoever may read a repository may read its releases and stars.
        if self.barren.is_none() && !visit.is_refused() {
            return if visit.is_over() {
                Vec::new()
            } else {
                plan::errands(&candidate, known, visit.met(), week, today)
            };
        }
        let mut wanted = plan::errands(&candidate, known, Met::default(), None, today);
        wanted.retain(|errand| matches!(errand, Errand::Releases { .. } | Errand::Stars { .. }));
        wanted
    }

    /// What is left of the means by now.
    fn rest(&self, tonight: &Tonight<'_>) -> Means {
        // An hour that is over says nothing of the one that has begun.
        let anew = |old: Budget| Budget { remaining: old.limit, reset: tonight.moment() + HOUR, ..old };
        let budget = budget(self.account).or(self.means.budget.map(anew));
        // Some of the time was spent on waiting, perhaps.
        let spent = (tonight.moment() - tonight.now).to_std().unwrap_or_default();
        Means { budget, patience: self.means.patience.saturating_sub(spent), ..self.means }
    }
}

/// What is missing beside days, each kind once. What the gate let nobody ask is told elsewhere.
pub(super) fn missed<'a>(visits: impl Iterator<Item = &'a Visit>) -> Vec<SourceFault> {
    let mut kinds: BTreeMap<&str, (usize, &Visit, &Fault)> = BTreeMap::new();
    for visit in visits {
        for (what, fault) in visit.missed.iter().filter(|(_, fault)| !matches!(fault, Fault::Shut(_))) {
            kinds.entry(what).or_insert((0, visit, fault)).0 += 1;
        }
    }
    let told = |(what, (count, visit, fault)): (&str, (usize, &Visit, &Fault))| {
        let name = &visit.listed.name;
        let of = match count {
            1 => format!("`{name}`"),
            _ => format!("{count} repositories, such as `{name}`,"),
        };
        let cause = format!("{what} of {of} cannot be read: {}", fault.cause());
        SourceFault { cause, mending: fault.mending(&name.to_string()) }
    };
    kinds.into_iter().map(told).collect()
}

/// How many repositories are begun at once: the gate decides how many of their requests are under way, and grows.
fn at_once(tonight: &Tonight<'_>) -> usize {
    tonight.settings.concurrency.max(1) * 4
}

async fn first(tonight: &Tonight<'_>, client: &Client, listed: Listed, (barren, held): (bool, Duration)) -> Visit {
    if !barren {
        return visit(tonight, client, listed, held).await;
    }
    tonight.observe(client, tonight.met(&listed)).await;
    tonight.step(client).await;
    Visit { listed, views: None, clones: None, fault: None, missed: Vec::new() }
}

fn budget(account: &Account) -> Option<Budget> {
    let told = account.client.budget()?;
    Some(Budget { limit: told.limit, remaining: told.remaining, reset: told.reset })
}

fn candidate(listed: &Listed) -> Candidate {
    Candidate { id: listed.id, stars: listed.counters.stars, created: listed.about.created }
}
