//! Views and clones of one repository by day, which are lost if nobody reads them in time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::client::Client;
use super::fault::Fault;
use super::gate::Shut;
use super::tonight::{Subject, Tonight};
use super::wire::{self, Fortnight, Listed};
use crate::domain::collection::{Asked, Collected, Outcome, Question};
use crate::domain::plan::{self, Met};
use crate::domain::traffic::Day;
use crate::domain::{Date, uniques};

/// How one repository went.
pub(super) struct Visit {
    pub(super) listed: Listed,
    pub(super) views: Option<Fortnight>,
    pub(super) clones: Option<Fortnight>,
    /// What went wrong first with its days, and with what.
    pub(super) fault: Option<(&'static str, Fault)>,
    /// What else is missing, and why. Its days are whole nevertheless.
    pub(super) missed: Vec<(&'static str, Fault)>,
}

/// An answer to views or clones.
struct Answer {
    fortnight: Fortnight,
    asked: Asked,
}

/// Reads views and clones and sends what was learned at once, even if one of them failed: fourteen days from now it could
/// not be read again.
///
/// `held` is how long limits had held the client up when the repository was listed: after more of it the name may have
/// changed hands, and an answer does not say whose it is.
pub(super) async fn visit(tonight: &Tonight<'_>, client: &Client, listed: Listed, held: Duration) -> Visit {
    let mut fault = None;
    let subject = Subject { client, listed: &listed };
    let mut views = read(tonight, subject, Question::Views, &mut fault).await;
    let mut clones = read(tonight, subject, Question::Clones, &mut fault).await;
    let waited = client.gate().held().saturating_sub(held) >= tonight.settings.pace.limited;
    if waited
        && (views.is_some() || clones.is_some())
        && let Err(why) = subject.confirm().await
    {
        (views, clones, fault) = (None, None, Some(("its id", why)));
    }
    let mut observation = tonight.met(&listed);
    observation.asked = [&views, &clones].into_iter().flatten().map(|answer| answer.asked.clone()).collect();
    if fault.as_ref().is_some_and(|(_, fault)| is_refusal(fault)) && views.is_none() {
        let mark = Some(plan::REFUSED.to_owned());
        observation.asked.push(Asked { what: Question::Views, at: tonight.now, mark });
    }
    let (views, clones) = (views.map(|answer| answer.fortnight), clones.map(|answer| answer.fortnight));
    observation.days = days(views.as_ref(), clones.as_ref());
    let total = |fortnight: &Option<Fortnight>| fortnight.as_ref().map(|fortnight| fortnight.total);
    if views.is_some() || clones.is_some() {
        let (views, clones) = (total(&views), total(&clones));
        observation.fortnights = vec![uniques::Fortnight { taken: tonight.now, views, clones }];
    }
    tonight.observe(client, observation).await;
    tonight.step(client).await;
    Visit { listed, views, clones, fault, missed: Vec::new() }
}

/// Whether traffic is not for this credential, while whoever may read the repository is told all the rest.
fn is_refusal(fault: &Fault) -> bool {
    matches!(fault, Fault::Forbidden { .. } | Fault::Hidden)
}

async fn read(
    tonight: &Tonight<'_>,
    subject: Subject<'_>,
    what: Question,
    fault: &mut Option<(&'static str, Fault)>,
) -> Option<Answer> {
    // Where nobody is answered it would only take time.
    let vain = |fault: &Fault| fault.is_final() || (fault.is_silence() && subject.client.gate().is_silent());
    if fault.as_ref().is_some_and(|(_, fault)| vain(fault)) {
        return None;
    }
    let word = if what == Question::Views { "views" } else { "clones" };
    match answer(tonight, subject, what, word).await {
        Ok(answer) => Some(answer),
        Err(why) => {
            fault.get_or_insert((word, why));
            None
        }
    }
}

/// Only the tag of an empty answer is of use: one with figures changes every night.
async fn answer(tonight: &Tonight<'_>, subject: Subject<'_>, what: Question, word: &str) -> Result<Answer, Fault> {
    let empty = plan::empty_tag(tonight.known(subject.listed.id), what).map(str::to_owned);
    let reply = subject.ask(&format!("/traffic/{word}?per=day"), empty.as_deref()).await?;
    let (fortnight, tag) = match reply {
        None => (Fortnight::default(), empty),
        Some(reply) => (wire::fortnight(&reply.body, word, tonight.now)?, reply.etag),
    };
    let mark = tag.filter(|_| fortnight.is_empty());
    Ok(Answer { fortnight, asked: Asked { what, at: tonight.now, mark } })
}

impl Visit {
    /// Whether more questions would fail just the same.
    pub(super) fn is_over(&self) -> bool {
        self.fault.iter().chain(&self.missed).any(|(_, fault)| fault.is_final())
    }

    /// Whether its traffic is refused to this credential.
    pub(super) fn is_refused(&self) -> bool {
        self.fault.as_ref().is_some_and(|(_, fault)| is_refusal(fault))
    }

    pub(super) fn met(&self) -> Met {
        // A zero that is said, or a day with a figure that the sum does not have, is no reason to leave anything out.
        let any = |fortnight: &Option<Fortnight>| fortnight.as_ref().map(Fortnight::is_busy);
        Met { views: any(&self.views), clones: any(&self.clones) }
    }

    /// The days with a count above zero.
    pub(super) fn busy(&self) -> BTreeSet<Date> {
        self.fortnights().flat_map(Fortnight::busy).collect()
    }

    pub(super) fn outcome(self) -> Outcome {
        let result = match &self.fault {
            Some((_, fault @ Fault::Shut(Shut::Patience | Shut::Outage))) => {
                Collected::Postponed { why: format!("{}; it comes first the next time", fault.cause()) }
            }
            Some((what, fault)) => Collected::Failed {
                cause: format!("{what}: {}", fault.cause()),
                mending: fault.mending(&self.listed.name.to_string()),
            },
            None => {
                let dates: BTreeSet<&Date> = self.fortnights().flat_map(|fortnight| fortnight.days.keys()).collect();
                Collected::Done { days: dates.len() as u64 }
            }
        };
        self.listed.outcome(result)
    }

    fn fortnights(&self) -> impl Iterator<Item = &Fortnight> {
        self.views.iter().chain(&self.clones)
    }
}

impl Listed {
    pub(super) fn outcome(self, result: Collected) -> Outcome {
        let repository = &self.name;
        match &result {
            Collected::Done { days } => tracing::debug!(%repository, days, "collected"),
            Collected::Skipped { why } => tracing::debug!(%repository, why, "skipped"),
            Collected::Postponed { why } => tracing::info!(%repository, why, "left for the next time"),
            Collected::Failed { cause, mending } => tracing::warn!(%repository, cause, mending, "failed"),
        }
        Outcome { repository: self.name, id: Some(self.id), result }
    }
}

fn days(views: Option<&Fortnight>, clones: Option<&Fortnight>) -> Vec<Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let blank = |date| Day { date, views: None, clones: None };
    for (date, cell) in views.into_iter().flat_map(|views| &views.days) {
        days.entry(*date).or_insert_with(|| blank(*date)).views = Some(*cell);
    }
    for (date, cell) in clones.into_iter().flat_map(|clones| &clones.days) {
        days.entry(*date).or_insert_with(|| blank(*date)).clones = Some(*cell);
    }
    days.into_values().collect()
}
