//! A simulated year: GitHub does all it was ever seen doing, the collector is killed at random, and the history is held
//! against the truth.
//!
//! What is promised: nothing that GitHub showed on a night that ended well is lost, nothing is claimed that never was, a
//! day that nobody could look at is unknown, and no zero is claimed of a day on which something happened.
//!
//! The ordinary run is a season of a few repositories. `tests/run --slow` sets `TOLLGATE_YEAR=1`: 200 repositories, 365
//! nights. `TOLLGATE_SEED` repeats a run.

mod chance;
mod climate;
mod oracle;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::Days;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tollgate::demo::github::{Sample, serve};
use tollgate::domain::collection::Run;
use tollgate::domain::repo::{RepoName, Selection};
use tollgate::domain::{Date, Timestamp};
use tollgate::github::{self, Credential, Event, Pace};
use tollgate::history::{History, Settings};

use chance::Chance;
use climate::Climate;
use oracle::Oracle;

const SEASON: Length = Length { repositories: 24, nights: 75 };
const YEAR: Length = Length { repositories: 200, nights: 365 };

#[derive(Clone, Copy)]
struct Length {
    repositories: usize,
    nights: u64,
}

#[test]
fn whatever_github_does_the_history_says_what_it_showed_and_no_more() {
    let length = if std::env::var_os("TOLLGATE_YEAR").is_some() { YEAR } else { SEASON };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(live(length, Chance::new()));
}

async fn live(length: Length, mut chance: Chance) {
    println!("{}", chance.seed());
    let first: Date = "2025-01-06".parse().unwrap();
    let mut sample = Sample::with(length.repositories, chance.number(1_000_000), first);
    plan(&mut sample, first, length, &mut chance);
    let sample = Arc::new(sample);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, sample.clone(), std::future::pending()));

    let folder = tempfile::tempdir().unwrap();
    let mut place = Place {
        settings: settings(&api),
        history: History::open(&Settings::Sqlite { path: folder.path().join("history.sqlite") }).unwrap(),
    };
    let (mut climate, mut oracle) = (Climate::new(), Oracle::new(first));
    let (mut requests, mut nights) = (0, 0);
    for night in 0..length.nights {
        let today = first + Days::new(night);
        sample.set_today(today);
        sample.set_weather(climate.night(today, &mut chance));
        sample.unreliable(chance.number(u64::MAX), chance.number(12));
        sample.allow(if chance.of(0.06) { chance.number(4 * length.repositories as u64) } else { Sample::LIMIT });
        oracle.dawn(today, &climate);
        if climate.away() {
            continue;
        }
        let kill = chance.of(0.1).then(|| chance.number(2 * length.repositories as u64) as usize);
        match place.night(today, kill).await {
            Some(run) => {
                requests += run.requests;
                nights += run.outcomes.len() as u64;
                oracle.promised(&sample, &run);
            }
            None => oracle.broke_off(),
        }
        if night % 50 == 49 {
            oracle.nothing_was_lowered(place.history.load().unwrap());
        }
    }
    let per_night = requests as f64 / nights as f64;
    println!("{} requests, {per_night:.2} for each of {nights} repository-nights", requests);
    oracle.judge(&sample, &place.history.load().unwrap(), first + Days::new(length.nights - 1));
    assert!(per_night < 6.0, "{per_night:.2} requests a repository-night");
}

/// Some are renamed, handed over, made and ended, and somebody takes an old name.
fn plan(sample: &mut Sample, first: Date, length: Length, chance: &mut Chance) {
    let all: Vec<_> = sample.repositories().iter().map(|one| (one.id, one.name_on(first))).collect();
    for (at, (id, name)) in all.iter().enumerate() {
        let on = first + Days::new(5 + chance.number(length.nights - 20));
        match at % 12 {
            0 => sample.rename(*id, &format!("{}-two", name.name()), on).unwrap(),
            1 => {
                sample.rename(*id, &format!("was-{}", name.name()), on).unwrap();
                sample.create(name, on + Days::new(chance.number(9))).unwrap();
            }
            2 => sample.transfer(*id, if name.owner() == "acme" { "globex" } else { "acme" }, on).unwrap(),
            3 => sample.delete(*id, on).unwrap(),
            4 => sample.make_private(*id, on).unwrap(),
            5 => drop(sample.create(&new_name(name, at), on).unwrap()),
            _ => {}
        }
    }
}

fn new_name(beside: &RepoName, at: usize) -> RepoName {
    format!("{}/new-{at}", beside.owner()).parse().unwrap()
}

/// Everything that outlives a night.
struct Place {
    settings: github::Settings,
    history: History,
}

impl Place {
    /// One night; killed after so many events, or ended.
    async fn night(&mut self, today: Date, kill: Option<usize>) -> Option<Run> {
        let now = two_in_the_morning(today);
        let memory = self.history.memory(&self.settings.host, now).unwrap();
        let (out, mut events) = mpsc::channel(32);
        let settings = self.settings.clone();
        let collecting = tokio::spawn(async move { github::collect(&settings, &memory, now, out).await });
        let mut told = 0;
        while let Some(event) = events.recv().await {
            told += 1;
            if kill.is_some_and(|after| told > after) {
                collecting.abort();
                return None;
            }
            if let ControlFlow::Continue(observation) = observed(event) {
                self.history.record(&[observation]).unwrap();
            }
        }
        // A night in which GitHub could not be reached at all is a night on which nobody looked.
        let run = collecting.await.unwrap().ok()?;
        self.history.finish(&run).unwrap();
        Some(run)
    }
}

fn observed(event: Event) -> ControlFlow<(), tollgate::domain::collection::Observation> {
    match event {
        Event::Observation(observation) => ControlFlow::Continue(*observation),
        Event::Estimate(_) | Event::Step { .. } => ControlFlow::Break(()),
    }
}

fn two_in_the_morning(date: Date) -> Timestamp {
    date.and_hms_opt(2, 0, 0).unwrap().and_utc()
}

fn settings(api: &str) -> github::Settings {
    let select = ["acme/*", "globex/*", "ada-lovelace/*"].map(str::to_owned).to_vec();
    github::Settings {
        source: "main".parse().unwrap(),
        api: api.to_owned(),
        host: "github.com".to_owned(),
        credential: Credential::Token(Sample::TOKEN.to_owned().into()),
        select: Selection::try_from(select).unwrap(),
        concurrency: 8,
        pace: Pace {
            answer: Duration::from_millis(150),
            attempts: 3,
            backoff: Duration::from_millis(1),
            limited: Duration::from_millis(5),
            patience: Duration::from_millis(40),
            burst: 1_000_000,
            ..Pace::default()
        },
    }
}
