//! The one door all workers go through: it spaces requests, and shuts for all of them when GitHub says stop.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;

/// Why nothing more is asked in this collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shut {
    /// The token is not accepted.
    Token,
    /// Rate limits asked for more time than the collection has.
    Patience,
    /// Nobody takes the observations any more.
    Unwanted,
}

/// Shared by all workers of a collection.
pub(super) struct Gate {
    pace: Pace,
    state: Mutex<State>,
}

struct State {
    /// When a rate limit lets requests through again.
    open: Instant,
    /// When the next request would be due if all had kept the interval.
    due: Instant,
    /// What is left of the patience.
    patience: Duration,
    shut: Option<Shut>,
}

impl Gate {
    pub(super) fn new(pace: Pace) -> Gate {
        let now = Instant::now();
        let state = State { open: now, due: now, patience: pace.patience, shut: None };
        Gate { pace, state: Mutex::new(state) }
    }

    /// Returns when a request may go out.
    pub(super) async fn pass(&self) -> Result<(), Shut> {
        let turn = self.state().turn(&self.pace, Instant::now());
        tokio::time::sleep_until(turn).await;
        // The gate may have closed while this request waited for its turn.
        loop {
            let open = match self.state() {
                state if state.shut.is_some() => return state.shut.map_or(Ok(()), Err),
                state => state.open,
            };
            if open <= Instant::now() {
                return Ok(());
            }
            tokio::time::sleep_until(open).await;
        }
    }

    /// Holds all workers up for `wait`, or shuts for good when that takes more than what is left of the patience.
    pub(super) fn hold(&self, wait: Duration) -> Result<(), Shut> {
        self.state().hold(wait, Instant::now())
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

impl State {
    /// The generic cell rate algorithm: as many as the burst at once, then one each interval.
    fn turn(&mut self, pace: &Pace, now: Instant) -> Instant {
        let due = self.due.max(now);
        self.due = due + pace.interval;
        due.checked_sub(pace.interval.saturating_mul(pace.burst.saturating_sub(1))).map_or(now, |turn| turn.max(now))
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
mod tests {
    use super::*;

    fn state(patience: u64, now: Instant) -> State {
        State { open: now, due: now, patience: Duration::from_secs(patience), shut: None }
    }

    #[test]
    fn after_the_burst_requests_keep_their_distance() {
        let pace = Pace { burst: 3, interval: Duration::from_secs(1), ..Pace::default() };
        let now = Instant::now();
        let mut gate = state(0, now);
        let turns: Vec<u64> = (0..6).map(|_| (gate.turn(&pace, now) - now).as_secs()).collect();
        assert_eq!(turns, [0, 0, 0, 1, 2, 3]);
        let later = now + Duration::from_secs(60);
        let turns: Vec<u64> = (0..4).map(|_| (gate.turn(&pace, later) - later).as_secs()).collect();
        assert_eq!(turns, [0, 0, 0, 1], "a rest fills the burst again, and no more than that");
    }

    #[test]
    fn one_limit_met_by_many_workers_costs_patience_once() {
        let now = Instant::now();
        let mut gate = state(100, now);
        for _ in 0..8 {
            assert_eq!(gate.hold(Duration::from_secs(60), now), Ok(()));
        }
        assert_eq!(gate.patience, Duration::from_secs(40));
        let later = now + Duration::from_secs(70);
        assert_eq!(gate.hold(Duration::from_secs(41), later), Err(Shut::Patience));
        assert_eq!(gate.shut, Some(Shut::Patience));
    }

    #[test]
    fn a_wait_beyond_all_clocks_is_past_any_patience() {
        let now = Instant::now();
        for wait in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(9_999_999_999_999_999_999)] {
            let mut gate = state(100, now);
            assert_eq!(gate.hold(wait, now), Err(Shut::Patience), "{wait:?}");
            assert_eq!(gate.patience, Duration::from_secs(100), "nothing of it was spent");
        }
    }

    #[tokio::test]
    async fn a_hold_stops_everyone_and_a_shut_gate_stays_shut() {
        let gate = Gate::new(Pace { patience: Duration::from_secs(1), ..Pace::default() });
        let began = Instant::now();
        gate.hold(Duration::from_millis(60)).unwrap();
        let (a, b) = tokio::join!(gate.pass(), gate.pass());
        assert!(a.is_ok() && b.is_ok() && began.elapsed() >= Duration::from_millis(60));
        gate.shut(Shut::Token);
        gate.shut(Shut::Patience);
        assert_eq!(gate.pass().await, Err(Shut::Token), "the first reason is the one that counts");
    }
}
