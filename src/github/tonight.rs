//! What everything asked in one collection has in common.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::sync::mpsc::Sender;

use super::client::{Client, Reply};
use super::fault::Fault;
use super::gate::Shut;
use super::wire::{self, Listed};
use super::{Event, Settings};
use crate::domain::collection::{Known, Memory, Observation, Sighting};
use crate::domain::repo::RepoId;
use crate::domain::{Date, Timestamp};

/// One collection.
pub(super) struct Tonight<'a> {
    pub(super) settings: &'a Settings,
    memory: &'a Memory,
    /// When it began: observations carry it, and its date is "today".
    pub(super) now: Timestamp,
    began: Instant,
    out: Sender<Event>,
    nothing: Known,
    done: AtomicUsize,
    total: AtomicUsize,
}

/// A repository to be asked about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) client: &'a Client,
    pub(super) listed: &'a Listed,
}

impl<'a> Tonight<'a> {
    pub(super) fn new(settings: &'a Settings, memory: &'a Memory, now: Timestamp, out: Sender<Event>) -> Tonight<'a> {
        let (done, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Tonight { settings, memory, now, began: Instant::now(), out, nothing: Known::default(), done, total }
    }

    /// The time by now.
    pub(super) fn moment(&self) -> Timestamp {
        self.now + chrono::TimeDelta::from_std(self.began.elapsed()).unwrap_or_default()
    }

    /// The day by now: a collection may run past midnight.
    pub(super) fn date(&self) -> Date {
        self.moment().date_naive()
    }

    pub(super) fn memory(&self) -> &'a Memory {
        self.memory
    }

    /// What the history knows of a repository.
    pub(super) fn known(&self, id: RepoId) -> &Known {
        self.memory.get(&id).unwrap_or(&self.nothing)
    }

    /// So many steps there are.
    pub(super) fn expect(&self, steps: usize) {
        self.total.store(steps, Ordering::Relaxed);
    }

    pub(super) async fn step(&self, client: &Client) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.tell(client, Event::Step { done, total: self.total.load(Ordering::Relaxed) }).await;
    }

    pub(super) async fn observe(&self, client: &Client, observation: Observation) {
        self.tell(client, Event::Observation(Box::new(observation))).await;
    }

    /// Where nobody listens any more there is no use in asking any more.
    pub(super) async fn tell(&self, client: &Client, event: Event) {
        if self.out.send(event).await.is_err() {
            client.gate().shut(Shut::Unwanted);
        }
    }

    /// A repository that the selectors pick, with its counters.
    pub(super) fn met(&self, listed: &Listed) -> Observation {
        Observation { counters: vec![(self.now.date_naive(), listed.counters)], ..self.picked(listed) }
    }

    /// A repository that the selectors pick, with what it is like.
    pub(super) fn picked(&self, listed: &Listed) -> Observation {
        let sighting = Sighting { source: Some(self.settings.source.clone()), ..self.sighting(listed) };
        Observation::new(sighting, self.now)
    }

    /// What the listing tells of a repository that the selectors do not pick: if it became private or got another name
    /// since it was collected, whoever reads the history must not go by what it was.
    pub(super) fn left(&self, listed: &Listed) -> Observation {
        let sighting = Sighting { left: Some(self.settings.source.clone()), ..self.sighting(listed) };
        Observation::new(sighting, self.now)
    }

    fn sighting(&self, listed: &Listed) -> Sighting {
        Sighting {
            host: self.settings.host.clone(),
            id: Some(listed.id),
            name: listed.name.clone(),
            source: None,
            left: None,
            traits: Some(listed.traits),
            description: listed.description.clone(),
            about: listed.about.clone(),
        }
    }
}

impl Subject<'_> {
    /// `/repos/{owner}/{repo}` and the rest of it; `None` where the answer with this tag still holds.
    pub(super) async fn ask(&self, rest: &str, etag: Option<&str>) -> Result<Option<Reply>, Fault> {
        let url = self.client.url(&format!("/repos/{}{rest}", self.listed.name))?;
        let Some(reply) = self.client.get_if(url.clone(), etag).await? else { return Ok(None) };
        // A name may change hands between the listing and this moment.
        match self.client.speaks_of(&reply, &url, self.listed.id) {
            true => Ok(Some(reply)),
            false => Err(Fault::Replaced),
        }
    }

    /// Whether the name still leads to the repository that was listed.
    pub(super) async fn confirm(&self) -> Result<(), Fault> {
        let reply = self.client.get(self.client.url(&format!("/repos/{}", self.listed.name))?).await?;
        match wire::repository(&reply.body)?.id == self.listed.id {
            true => Ok(()),
            false => Err(Fault::Replaced),
        }
    }

    /// The page after `reply`, likewise.
    pub(super) async fn next(&self, reply: &Reply) -> Result<Option<Reply>, Fault> {
        let Some(url) = self.client.next(reply)? else { return Ok(None) };
        let next = self.client.get(url.clone()).await?;
        match self.client.speaks_of(&next, &url, self.listed.id) {
            true => Ok(Some(next)),
            false => Err(Fault::Replaced),
        }
    }
}
