//! A sample GitHub on loopback: real HTTP, the documented shapes, invented repositories.
//!
//! Sixty repositories of three owners with two years of traffic that follow from a seed and a date alone, so whoever
//! knows both knows every true figure: the demonstration fills its past from here, and tests compare with it.
//! It can be told to misbehave at the wire, the way GitHub and the networks before it do.

mod answers;
mod catalog;
mod faults;
mod figures;
mod past;
mod popular;
mod routes;
mod server;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Days;

pub use self::catalog::SampleRepository;
pub use self::faults::Fault;
pub use self::past::Unwritten;
pub use self::server::serve;

use self::faults::Planned;
use self::figures::Figures;
use crate::domain::Date;
use crate::domain::repo::{Counters, RepoName};
use crate::domain::traffic::{Day, Span};

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The sample: what is true, what is shown of it, and what goes wrong.
pub struct Sample {
    figures: Figures,
    repositories: Vec<SampleRepository>,
    state: Mutex<State>,
}

struct State {
    today: Date,
    frozen: Option<Date>,
    faults: Vec<Planned>,
    log: VecDeque<Request>,
    served: u64,
    remaining: u64,
    /// The hour that `remaining` is for, since 1970.
    hour: i64,
}

/// A request that the sample answered, or was told not to.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path with its query.
    pub path: String,
    /// All headers, the token among them.
    pub headers: http::HeaderMap,
}

impl Sample {
    /// The token that may do everything. It opens nothing but samples.
    pub const TOKEN: &str = "sample-token";
    /// A token that sees what is public and may push nowhere, so that it is refused all traffic.
    pub const READER: &str = "sample-reader";
    /// Requests an hour and token, as for a personal token at GitHub.
    pub const LIMIT: u64 = 5_000;

    /// Two years of traffic to `today`.
    pub fn new(today: Date) -> Sample {
        let state = State {
            today,
            frozen: None,
            faults: Vec::new(),
            log: VecDeque::new(),
            served: 0,
            remaining: Sample::LIMIT,
            hour: hour(),
        };
        Sample {
            figures: Figures { today, seed: 0x70_6c_6c_67 },
            repositories: catalog::repositories(today),
            state: Mutex::new(state),
        }
    }

    /// From the first day with traffic to the newest.
    pub fn extent(&self) -> Span {
        Span { first: self.figures.today - Days::new(figures::TWO_YEARS), last: self.figures.today }
    }

    /// All of them, by owner.
    pub fn repositories(&self) -> &[SampleRepository] {
        &self.repositories
    }

    /// The repository that has this name today, GitHub's rules of case included.
    pub fn repository(&self, name: &RepoName) -> Option<&SampleRepository> {
        let today = self.today();
        self.repositories.iter().find(|repository| repository.name_on(today).same_as(name))
    }

    /// The figures of a day as they are once it is over.
    pub fn truth(&self, repository: &SampleRepository, date: Date) -> Day {
        self.figures.day(repository, date)
    }

    /// The figures of a day as GitHub shows them on the day `today`: none of later days and part of today's.
    pub fn shown(&self, repository: &SampleRepository, date: Date, today: Date) -> Day {
        let truth = self.truth(repository, date);
        let frozen = self.state().frozen.is_some_and(|newest| date > newest);
        if date > today || frozen {
            return Day { date, views: None, clones: None };
        }
        if date < today {
            return truth;
        }
        Day { date, views: truth.views.and_then(figures::so_far), clones: truth.clones.and_then(figures::so_far) }
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

    /// Stops the traffic pipeline at `newest`, as it happened to GitHub in September 2026; `None` lets it go on.
    pub fn freeze(&self, newest: Option<Date>) {
        self.state().frozen = newest;
    }

    /// Lets this hour's limit have this much left.
    pub fn allow(&self, remaining: u64) {
        let mut state = self.state();
        (state.remaining, state.hour) = (remaining, hour());
    }

    /// Answers requests whose path contains `part` with a fault, `times` times.
    pub fn break_path(&self, part: &str, fault: Fault, times: usize) {
        self.state().faults.push(Planned::new(part, fault, times));
    }

    /// Forgets all faults that were planned.
    pub fn mend(&self) {
        self.state().faults.clear();
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
        let fault = state.faults.iter_mut().find_map(|planned| planned.strike(&request.path));
        state.served += 1;
        state.log.push_back(request);
        if state.log.len() > REMEMBERED {
            state.log.pop_front();
        }
        fault
    }

    /// Takes one request from the hourly limit: what is left, or `None` where nothing was.
    fn spend(&self) -> Option<u64> {
        let mut state = self.state();
        if state.hour != hour() {
            (state.remaining, state.hour) = (Sample::LIMIT, hour());
        }
        state.remaining = state.remaining.checked_sub(1)?;
        Some(state.remaining)
    }

    /// What is left of this hour's limit, without touching it.
    fn remaining(&self) -> u64 {
        self.state().remaining
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Limits start anew with each full hour.
fn hour() -> i64 {
    chrono::Utc::now().timestamp() / 3_600
}
