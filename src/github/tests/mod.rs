//! Collections from the sample GitHub, over real HTTP on loopback.

mod accounts;
mod budget;
mod credential;
mod economy;
mod enriched;
mod examine;
mod extras;
mod happy;
mod hostile;
mod left;
mod limits;
mod nights;
mod origin;
mod stub;
mod weekly;
mod window;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::{Credential, Error, Event, Pace, Settings, collect};
use crate::demo::github::{Sample, serve};
use crate::domain::collection::{Collected, Memory, Observation, Run};
use crate::domain::repo::{RepoId, Selection};
use crate::domain::{Date, Timestamp};

/// Settings with short waits and the token of the sample's owner.
pub(super) fn settings(api: &str, selectors: &[&str]) -> Settings {
    let selectors: Vec<String> = selectors.iter().map(|selector| selector.to_string()).collect();
    Settings {
        source: "main".parse().unwrap(),
        api: api.to_owned(),
        host: "github.com".to_owned(),
        credential: Credential::Token(Sample::TOKEN.to_owned().into()),
        select: Selection::try_from(selectors).unwrap(),
        concurrency: 8,
        pace: Pace {
            answer: Duration::from_millis(2_000),
            backoff: Duration::from_millis(5),
            limited: Duration::from_millis(10),
            patience: Duration::from_secs(2),
            burst: 100_000,
            ..Pace::default()
        },
    }
}

pub(super) fn today() -> Date {
    "2026-11-24".parse().unwrap()
}

/// A sample that is served until the test's runtime ends.
struct Stage {
    sample: Arc<Sample>,
    api: String,
}

impl Stage {
    async fn new() -> Stage {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let sample = Arc::new(Sample::new(today()));
        tokio::spawn(serve(listener, sample.clone(), std::future::pending()));
        Stage { sample, api }
    }

    fn settings(&self, selectors: &[&str]) -> Settings {
        settings(&self.api, selectors)
    }

    async fn collect(&self, selectors: &[&str]) -> (Run, Vec<Observation>) {
        let (run, observations) = self.collect_with(&self.settings(selectors)).await;
        (run.unwrap(), observations)
    }

    async fn fail(&self, settings: &Settings) -> (Error, Vec<Observation>) {
        let (run, observations) = self.collect_with(settings).await;
        (run.unwrap_err(), observations)
    }

    async fn collect_with(&self, settings: &Settings) -> (Result<Run, Error>, Vec<Observation>) {
        let (run, observations, _) = self.collect_knowing(settings, &Memory::new()).await;
        (run, observations)
    }

    /// What was observed of each repository, in one, and the other events in their order.
    async fn collect_knowing(
        &self,
        settings: &Settings,
        memory: &Memory,
    ) -> (Result<Run, Error>, Vec<Observation>, Vec<Event>) {
        let (out, mut events) = tokio::sync::mpsc::channel(10_000);
        let run = collect(settings, memory, self.now(), out).await;
        let mut received = Vec::new();
        events.recv_many(&mut received, 10_000).await;
        let (mut observations, mut others): (Vec<Observation>, Vec<Event>) = (Vec::new(), Vec::new());
        for event in received {
            match event {
                Event::Observation(observation) => add(&mut observations, *observation),
                other => others.push(other),
            }
        }
        (run, observations, others)
    }

    /// How many requests had this in their path.
    fn asked(&self, part: &str) -> usize {
        self.sample.requests().iter().filter(|request| request.path.contains(part)).count()
    }

    /// Two in the morning of the sample's today.
    fn now(&self) -> Timestamp {
        self.sample.today().and_hms_opt(2, 0, 0).unwrap().and_utc()
    }

    fn id(&self, name: &str) -> RepoId {
        self.sample.repository(&name.parse().unwrap()).unwrap().id
    }
}

/// As the history takes them: what is said of one repository goes together.
fn add(observations: &mut Vec<Observation>, more: Observation) {
    let Some(known) = observations.iter_mut().find(|known| known.sighting == more.sighting) else {
        return observations.push(more);
    };
    assert_eq!(known.seen, more.seen);
    known.days.extend(more.days);
    known.windows.extend(more.windows);
    known.counters.extend(more.counters);
    known.referrers.extend(more.referrers);
    known.paths.extend(more.paths);
    known.weeks.extend(more.weeks);
    known.fortnights.extend(more.fortnights);
    known.stars_gained.extend(more.stars_gained);
    known.releases.extend(more.releases);
    known.asked.extend(more.asked);
}

/// How one repository of a run went.
fn result<'a>(run: &'a Run, name: &str) -> &'a Collected {
    let outcome = run.outcomes.iter().find(|outcome| outcome.repository.to_string() == name);
    &outcome.unwrap_or_else(|| panic!("{name} is not in the run: {:?}", run.outcomes)).result
}

/// The cause and the mending of a failed repository.
fn failure<'a>(run: &'a Run, name: &str) -> (&'a str, &'a str) {
    match result(run, name) {
        Collected::Failed { cause, mending } => (cause, mending),
        other => panic!("{name} went well: {other:?}"),
    }
}

/// Why a repository is left for the next time.
fn postponement<'a>(run: &'a Run, name: &str) -> &'a str {
    match result(run, name) {
        Collected::Postponed { why } => why,
        other => panic!("{name} is not left: {other:?}"),
    }
}

fn of<'a>(observations: &'a [Observation], name: &str) -> &'a Observation {
    observations.iter().find(|seen| seen.sighting.name.to_string() == name).unwrap()
}
