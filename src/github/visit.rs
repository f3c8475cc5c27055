//! The traffic of one repository.

use std::collections::BTreeMap;

use tokio::sync::mpsc::Sender;

use super::client::Client;
use super::fault::Fault;
use super::gate::Shut;
use super::wire::{self, Fortnight, Listed};
use super::{Event, Settings};
use crate::domain::collection::{Collected, Observation, Outcome, Sighting};
use crate::domain::ranking::Snapshot;
use crate::domain::repo::About;
use crate::domain::traffic::Day;
use crate::domain::{Date, Timestamp};

/// How one repository went.
pub(super) struct Visit {
    pub(super) outcome: Outcome,
    /// The days with a count above zero, ascending.
    pub(super) busy: Vec<Date>,
}

/// What was learned of one repository so far, and what went wrong with the rest.
struct Reading<'a> {
    client: &'a Client,
    listed: &'a Listed,
    now: Timestamp,
    fault: Option<(&'static str, Fault)>,
}

/// Reads everything about one repository and sends what was learned, even if something else of it failed: fourteen days
/// from now it could not be read again.
pub(super) async fn visit(
    client: &Client,
    settings: &Settings,
    listed: Listed,
    now: Timestamp,
    out: &Sender<Event>,
) -> Visit {
    let mut reading = Reading { client, listed: &listed, now, fault: None };
    let views = reading.fortnight("views").await;
    let clones = reading.fortnight("clones").await;
    // Without a view there is neither a referrer nor a path: two requests less for every idle repository. Where the
    // views could not be read nothing says that it is idle.
    let viewed = views.as_ref().is_none_or(|views| views.count > 0 || !views.days.is_empty());
    let referrers = if viewed { reading.popular("popular/referrers").await } else { None };
    let paths = if viewed { reading.popular("popular/paths").await } else { None };
    let result = reading.result(views.as_ref(), clones.as_ref());
    let days = days(views, clones);
    let busy = days.iter().filter(|day| is_busy(day)).map(|day| day.date).collect();
    let picked = Sighting { source: Some(settings.source.clone()), ..sighting(settings, &listed) };
    let observation = Observation {
        days,
        counters: vec![(now.date_naive(), listed.counters)],
        referrers: referrers.into_iter().collect(),
        paths: paths.into_iter().collect(),
        ..Observation::new(picked, now)
    };
    if out.send(Event::Observation(Box::new(observation))).await.is_err() {
        client.gate().shut(Shut::Unwanted);
    }
    report(&listed, &result);
    Visit { outcome: Outcome { repository: listed.name, id: Some(listed.id), result }, busy }
}

impl Reading<'_> {
    async fn fortnight(&mut self, what: &'static str) -> Option<Fortnight> {
        let now = self.now;
        self.read(what, "?per=day", |body| wire::fortnight(body, now)).await
    }

    async fn popular(&mut self, what: &'static str) -> Option<Snapshot> {
        let now = self.now;
        self.read(what, "", |body| wire::popular(body, now)).await
    }

    async fn read<T>(
        &mut self,
        what: &'static str,
        query: &str,
        believe: impl FnOnce(&[u8]) -> Result<T, Fault>,
    ) -> Option<T> {
        if self.fault.as_ref().is_some_and(|(_, fault)| fault.is_final()) {
            return None;
        }
        let read = self.body(what, query).await.and_then(|body| believe(&body));
        match read {
            Ok(read) => Some(read),
            Err(fault) => {
                self.fault.get_or_insert((what, fault));
                None
            }
        }
    }

    async fn body(&self, what: &str, query: &str) -> Result<bytes::Bytes, Fault> {
        let url = self.client.url(&format!("/repos/{}/traffic/{what}{query}", self.listed.name))?;
        let reply = self.client.get(url.clone()).await?;
        // A name may change hands between the listing and this moment.
        if !self.client.speaks_of(&reply, &url, self.listed.id) {
            return Err(Fault::Replaced);
        }
        Ok(reply.body)
    }

    fn result(&self, views: Option<&Fortnight>, clones: Option<&Fortnight>) -> Collected {
        if let Some((what, fault)) = &self.fault {
            let mending = fault.mending(&self.listed.name.to_string());
            return Collected::Failed { cause: format!("{what}: {}", fault.cause()), mending };
        }
        let dates = views.into_iter().chain(clones).flat_map(|fortnight| fortnight.days.keys());
        let dates: std::collections::BTreeSet<&Date> = dates.collect();
        Collected::Done { days: dates.len() as u64 }
    }
}

fn days(views: Option<Fortnight>, clones: Option<Fortnight>) -> Vec<Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let blank = |date| Day { date, views: None, clones: None };
    for (date, cell) in views.into_iter().flat_map(|views| views.days) {
        days.entry(date).or_insert_with(|| blank(date)).views = Some(cell);
    }
    for (date, cell) in clones.into_iter().flat_map(|clones| clones.days) {
        days.entry(date).or_insert_with(|| blank(date)).clones = Some(cell);
    }
    days.into_values().collect()
}

/// What the listing tells of a repository that the selectors do not pick: if it became private or got another name since
/// it was collected, whoever reads the history must not go by what it was.
pub(super) fn leave(settings: &Settings, listed: &Listed, now: Timestamp) -> Observation {
    Observation::new(Sighting { left: Some(settings.source.clone()), ..sighting(settings, listed) }, now)
}

fn is_busy(day: &Day) -> bool {
    [day.views, day.clones].into_iter().flatten().any(|cell| cell.count > 0)
}

fn sighting(settings: &Settings, listed: &Listed) -> Sighting {
    Sighting {
        host: settings.host.clone(),
        id: Some(listed.id),
        name: listed.name.clone(),
        source: None,
        left: None,
        traits: Some(listed.traits),
        description: listed.description.clone(),
        about: About::default(),
    }
}

fn report(listed: &Listed, result: &Collected) {
    let repository = &listed.name;
    match result {
        Collected::Done { days } => tracing::debug!(%repository, days, "collected"),
        Collected::Skipped { why } => tracing::info!(%repository, why, "skipped"),
        Collected::Postponed { why } => tracing::info!(%repository, why, "left for the next time"),
        Collected::Failed { cause, mending } => tracing::warn!(%repository, cause, mending, "failed"),
    }
}
