//! A sample GitHub on loopback: real HTTP, the documented shapes, invented repositories.
//!
//! Sixty repositories of three owners, or as many as one likes, with traffic that follows from a seed and a date alone,
//! so whoever knows both knows every true figure: the demonstration fills its past from here, and tests compare with it.
//! What is shown of the truth is the matter of [`Weather`], what becomes of repositories is planned by date, and at the
//! wire it can be told to misbehave the way GitHub and the networks before it do.

mod answers;
mod apps;
mod catalog;
mod etag;
mod faults;
mod figures;
mod graphql;
mod life;
mod limits;
mod past;
mod popular;
mod releases;
mod repository;
mod routes;
mod server;
mod stars;
mod unreliable;
mod weather;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::Days;

pub use self::apps::{SampleApp, SampleInstallation};
pub use self::faults::Fault;
pub use self::life::Unplanned;
pub use self::limits::Throttle;
pub use self::past::Unwritten;
pub use self::repository::SampleRepository;
pub use self::server::serve;
pub use self::weather::{Drift, Revision, Shown, Weather, Zeros};

use self::faults::Planned;
use self::figures::Figures;
use self::limits::Limits;
use self::unreliable::Unreliable;
use crate::domain::Date;
use crate::domain::repo::{Counters, RepoId, RepoName};
use crate::domain::traffic::{Cell, Day, Span};
use crate::domain::uniques::WeekTotal;

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The sample: what is true, what is shown of it, and what goes wrong.
pub struct Sample {
    figures: Figures,
    repositories: Vec<SampleRepository>,
    state: Mutex<State>,
    apps: apps::Apps,
}

struct State {
    today: Date,
    weather: Weather,
    faults: Vec<Planned>,
    unreliable: Option<Unreliable>,
    delay: Duration,
    log: VecDeque<Request>,
    served: u64,
    limits: Limits,
}

/// A request that the sample answered, or was told not to.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, unless somebody asks for more than reading.
    pub method: http::Method,
    /// The path with its query.
    pub path: String,
    /// All headers, the token among them.
    pub headers: http::HeaderMap,
    /// What was sent along.
    pub body: bytes::Bytes,
}

impl Sample {
    /// The token that may do everything. It opens nothing but samples.
    pub const TOKEN: &str = "sample-token";
    /// A token that sees what is public and may push nowhere, so that it is refused all traffic.
    pub const READER: &str = "sample-reader";
    /// Requests an hour and token, as for a personal token at GitHub.
    pub const LIMIT: u64 = 5_000;

    /// Sixty repositories of a catalogue, with two years of traffic to `today` and as many days after it as one likes.
    pub fn new(today: Date) -> Sample {
        Sample::of(catalog::repositories(today), 0x70_6c_6c_67, today)
    }

    /// So many invented repositories, from popular to hardly ever looked at, with the traffic that follows from `seed`.
    ///
    /// They are there by `today`, which moves with [`Sample::set_today`]; no figure depends on where it has moved to.
    pub fn with(count: usize, seed: u64, today: Date) -> Sample {
        Sample::of(catalog::invented(count, seed, today), seed, today)
    }

    fn of(repositories: Vec<SampleRepository>, seed: u64, today: Date) -> Sample {
        let state = State {
            today,
            weather: Weather::default(),
            faults: Vec::new(),
            unreliable: None,
            delay: Duration::ZERO,
            log: VecDeque::new(),
            served: 0,
            limits: Limits::new(),
        };
        let apps = apps::Apps::default();
        Sample { figures: Figures { today, seed }, repositories, state: Mutex::new(state), apps }
    }

    /// From the first day with traffic to the newest.
    pub fn extent(&self) -> Span {
        Span { first: self.figures.today - Days::new(figures::TWO_YEARS), last: self.figures.today }
    }

    /// All of them, whether they exist by now or not; those of the catalogue by owner.
    pub fn repositories(&self) -> &[SampleRepository] {
        &self.repositories
    }

    /// The repository that has this name today, GitHub's rules of case included.
    pub fn repository(&self, name: &RepoName) -> Option<&SampleRepository> {
        let today = self.today();
        self.repositories.iter().find(|repository| repository.exists_on(today) && repository.is_called(name, today))
    }

    /// The repository with this id, whether it exists by now or not.
    pub fn by_id(&self, id: RepoId) -> Option<&SampleRepository> {
        self.repositories.iter().find(|repository| repository.id == id)
    }

    /// The figures of a day as they are once it is over.
    pub fn truth(&self, repository: &SampleRepository, date: Date) -> Day {
        self.figures.day(repository, date)
    }

    /// The figures of the week from `monday` as they are once it is over: its uniques are people of the whole week.
    pub fn week(&self, repository: &SampleRepository, monday: Date) -> WeekTotal {
        let days: Vec<Day> = (0..7).map(|n| self.truth(repository, monday + Days::new(n))).collect();
        let together = |pick: fn(&Day) -> Option<Cell>| {
            Some(self.figures.together(days.iter().filter_map(pick).collect::<Vec<_>>().iter()))
        };
        WeekTotal { monday, views: together(|day| day.views), clones: together(|day| day.clones) }
    }

    /// The counters in the evening of a day.
    pub fn counters(&self, repository: &SampleRepository, date: Date) -> Counters {
        self.figures.counters(repository, date)
    }

    /// The day that the sample takes for today.
    pub fn today(&self) -> Date {
        self.state().today
    }

    /// Moves "today", so that a collection can be made as of an earlier day.
    pub fn set_today(&self, today: Date) {
        self.state().today = today;
    }

    /// Lets every answer take this much longer, as the way to GitHub does.
    pub fn delay(&self, each: Duration) {
        self.state().delay = each;
    }

    fn latency(&self) -> Duration {
        self.state().delay
    }

    /// Answers requests whose path contains `part` with a fault, `times` times.
    pub fn break_path(&self, part: &str, fault: Fault, times: usize) {
        self.state().faults.push(Planned::new(part, fault, times));
    }

    /// Lets so many of a thousand requests fail in a way that passes: 5xx, a connection that is lost, half a body, an
    /// answer that comes late, a limit that asks for a second at most. Which ones follows from `seed`, the path and how
    /// often it was asked for, not from what else goes on. 0 makes it reliable again.
    pub fn unreliable(&self, seed: u64, per_mille: u64) {
        self.state().unreliable = (per_mille > 0).then(|| Unreliable::new(seed, per_mille));
    }

    /// Forgets all faults that were planned, and makes it reliable.
    pub fn mend(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.unreliable = None;
    }

    /// How many requests arrived.
    pub fn served(&self) -> u64 {
        self.state().served
    }

    /// The newest requests, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.state().log.iter().cloned().collect()
    }

    /// Remembers a request; the fault planned for it, if any.
    fn receive(&self, request: Request) -> Option<Fault> {
        let mut state = self.state();
        let planned = state.faults.iter_mut().find_map(|planned| planned.strike(&request.path));
        let fault = planned.or_else(|| state.unreliable.as_mut()?.strike(&request.path));
        state.served += 1;
        state.log.push_back(request);
        if state.log.len() > REMEMBERED {
            state.log.pop_front();
        }
        fault
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
