//! The one door all requests of a credential go through: it spaces them, keeps count of what GitHub still allows, lets
//! so many at once as GitHub bears, and shuts for all of them when GitHub says stop.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::budget::Budget;
use super::pace::{Cost, Pace};

/// Requests in flight at the most, however well it goes: GitHub's secondary limit is a hundred at once, and whoever else
/// uses the credential needs some of them.
pub(super) const MOST_AT_ONCE: usize = 80;

/// So many things asked in a row without an answer, each as often as is worth it, are no chance.
const MOST_UNANSWERED: u32 = 8;

/// Why nothing more is asked in this collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shut {
    /// The token is not accepted.
    Token,
    /// Rate limits asked for more time than the collection has.
    Patience,
    /// Nobody takes the observations any more.
    Unwanted,
    /// So many questions in a row got no answer that asking on would only take time.
    Outage,
}

/// How a request went, as far as it bears on how many may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    /// Well, and soon.
    Quick,
    /// Well, but not soon: no more at once than now.
    Slow,
    /// Refused for a limit, failed or lost: fewer at once.
    Struck,
}

/// Shared by all workers of one credential.
pub(super) struct Gate {
    pace: Pace,
    state: Mutex<State>,
    seats: Semaphore,
}

/// Held while a request is under way.
pub(super) struct Permit<'a> {
    gate: &'a Gate,
    seat: Option<SemaphorePermit<'a>>,
    round: u64,
}

struct State {
    /// When a rate limit lets requests through again.
    open: Instant,
    /// When the next request would be due if all had kept the interval.
    due: Instant,
    /// What is left of the patience.
    patience: Duration,
    shut: Option<Shut>,
    /// Things asked since the last answer.
    unanswered: u32,
    /// What is left of the primary limit, and when it is whole again; `None` until GitHub says.
    budget: Option<(Budget, Instant)>,
    crowd: Crowd,
}

/// How many may be under way: a little more with each round that goes well, half with one that does not.
struct Crowd {
    size: usize,
    /// Seats to be taken away as soon as they are free.
    owed: usize,
    /// Quick landings since it last changed.
    wins: usize,
    /// Counts the times it was halved: requests that were sent before have nothing to say about the size since.
    round: u64,
}

impl Gate {
    /// Lets `at_once` requests be under way to begin with.
    pub(super) fn new(pace: Pace, at_once: usize) -> Gate {
        let (now, size) = (Instant::now(), at_once.clamp(1, MOST_AT_ONCE));
        let crowd = Crowd { size, owed: 0, wins: 0, round: 0 };
        let state =
            State { open: now, due: now, patience: pace.patience, shut: None, unanswered: 0, budget: None, crowd };
        Gate { pace, state: Mutex::new(state), seats: Semaphore::new(size) }
    }

    /// Returns when a request may go out. What it costs is paid.
    pub(super) async fn pass(&self, cost: Cost) -> Result<Permit<'_>, Shut> {
        let seat = self.seats.acquire().await;
        let (turn, round) = {
            let mut state = self.state();
            // Nobody waits for a turn that will not come.
            if let Some(why) = state.shut {
                return Err(why);
            }
            (state.turn(&self.pace, cost.points, Instant::now()), state.crowd.round)
        };
        // The semaphore is never closed.
        let permit = Permit { gate: self, seat: seat.ok(), round };
        if turn > Instant::now() {
            tokio::time::sleep_until(turn).await;
        }
        // The gate may have closed while this request waited for its turn.
        loop {
            let open = match self.state().admit(cost, Instant::now())? {
                None => return Ok(permit),
                Some(open) => open,
            };
            tokio::time::sleep_until(open).await;
        }
    }

    /// Holds all workers up for `wait`, or shuts for good when that takes more than what is left of the patience.
    pub(super) fn hold(&self, wait: Duration) -> Result<(), Shut> {
        self.state().hold(wait, Instant::now())
    }

    /// Keeps what an answer said of the primary limit; `resets` is how long it takes until that is whole again.
    pub(super) fn learn(&self, said: Budget, resets: Duration) {
        self.state().learn(said, resets, Instant::now());
    }

    /// Gives back what a request has cost that GitHub does not count.
    pub(super) fn refund(&self) {
        if let Some((budget, _)) = &mut self.state().budget {
            budget.remaining = budget.limit.min(budget.remaining + 1);
        }
    }

    /// What is left of the primary limit, requests under way taken off; `None` until GitHub says, and once what it said
    /// is over.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.state().budget.filter(|(_, until)| *until > Instant::now()).map(|(budget, _)| budget)
    }

    /// How long rate limits have held everything up so far.
    pub(super) fn held(&self) -> Duration {
        self.pace.patience.saturating_sub(self.state().patience)
    }

    /// GitHub answers, whatever it is.
    pub(super) fn answered(&self) {
        self.state().unanswered = 0;
    }

    /// Something got no answer, however often it was asked. Too many of them in a row shut the gate.
    pub(super) fn unanswered(&self) {
        let mut state = self.state();
        state.unanswered += 1;
        if state.unanswered >= MOST_UNANSWERED {
            state.shut.get_or_insert(Shut::Outage);
        }
    }

    /// Whether it looks as if GitHub answered nobody.
    pub(super) fn is_silent(&self) -> bool {
        self.state().unanswered > 1
    }

    /// Lets nothing through any more.
    pub(super) fn shut(&self, why: Shut) {
        self.state().shut.get_or_insert(why);
    }

    /// Why it was shut, if it was.
    pub(super) fn why_shut(&self) -> Option<Shut> {
        self.state().shut
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is a plain assignment: a panic elsewhere cannot leave it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Tells how the request went, and frees the seat.
    pub(super) fn land(self, how: Landing) {
        // While a seat is free, more of them would be good for nothing.
        let full = self.gate.seats.available_permits() == 0;
        let mut state = self.gate.state();
        if state.crowd.land(how, self.round, full) {
            self.gate.seats.add_permits(1);
        }
        // Seats that are free go at once, those that are taken when they are left.
        state.crowd.owed -= self.gate.seats.forget_permits(state.crowd.owed);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if let Some(left) = state.crowd.owed.checked_sub(1) {
            state.crowd.owed = left;
            self.seat.take().into_iter().for_each(SemaphorePermit::forget);
        }
    }
}

impl Crowd {
    /// Whether there is one seat more now.
    fn land(&mut self, how: Landing, round: u64, full: bool) -> bool {
        match how {
            Landing::Struck if round == self.round => {
                let half = (self.size / 2).max(1);
                self.owed += self.size - half;
                (self.size, self.wins, self.round) = (half, 0, self.round + 1);
                false
            }
            Landing::Quick if full && self.size < MOST_AT_ONCE => {
                self.wins += 1;
                self.wins >= self.size && self.grow()
            }
            _ => false,
        }
    }

    fn grow(&mut self) -> bool {
        (self.size, self.wins) = (self.size + 1, 0);
        let paid = self.owed > 0;
        self.owed -= usize::from(paid);
        !paid
    }
}

impl State {
    /// The generic cell rate algorithm: as many as the burst at once, then one each interval.
    fn turn(&mut self, pace: &Pace, points: u32, now: Instant) -> Instant {
        let due = self.due.max(now);
        self.due = due + pace.interval.saturating_mul(points);
        due.checked_sub(pace.interval.saturating_mul(pace.burst.saturating_sub(1))).map_or(now, |turn| turn.max(now))
    }

    /// `None` lets a request through, a moment is when to come back.
    fn admit(&mut self, cost: Cost, now: Instant) -> Result<Option<Instant>, Shut> {
        if let Some(why) = self.shut {
            return Err(why);
        }
        if self.open > now {
            return Ok(Some(self.open));
        }
        self.budget = self.budget.filter(|(_, until)| *until > now);
        match &mut self.budget {
            Some((budget, _)) if cost.primary && budget.remaining > 0 => budget.remaining -= 1,
            // GitHub would refuse it, and asking on while limited can get an integration banned.
            Some((_, until)) if cost.primary => {
                let wait = until.saturating_duration_since(now);
                self.hold(wait, now)?;
                return Ok(Some(self.open));
            }
            _ => {}
        }
        Ok(None)
    }

    /// Answers overtake each other: within one hour the lowest figure is the newest one.
    fn learn(&mut self, said: Budget, resets: Duration, now: Instant) {
        let Some(until) = now.checked_add(resets) else { return };
        let known = self.budget.filter(|(known, until)| *until > now && said.is_as_new_as(known));
        let remaining = known.map_or(said.remaining, |(known, _)| known.remaining.min(said.remaining));
        let older = self.budget.is_some_and(|(known, until)| until > now && known.is_newer_than(&said));
        if !older {
            self.budget = Some((Budget { remaining, ..said }, until));
        }
    }

    fn hold(&mut self, wait: Duration, now: Instant) -> Result<(), Shut> {
        // A moment further away than the clock can tell is past any patience.
        let Some(open) = now.checked_add(wait) else { return Err(*self.shut.get_or_insert(Shut::Patience)) };
        // Several workers meet the same limit at once: only what exceeds the hold already agreed on costs patience.
        let cost = open.saturating_duration_since(self.open.max(now));
        match self.patience.checked_sub(cost) {
            Some(left) => {
                self.patience = left;
                self.open = self.open.max(open);
                Ok(())
            }
            None => Err(*self.shut.get_or_insert(Shut::Patience)),
        }
    }
}

#[cfg(test)]
mod tests;
