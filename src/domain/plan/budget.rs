//! How many requests a night can afford, and how long they take.

use std::time::Duration;

use crate::domain::Timestamp;

/// GitHub's primary limits start anew each hour.
const WINDOW: Duration = Duration::from_secs(3_600);
/// One request in this many is kept back, because some are sent twice.
const MARGIN: u64 = 50;
/// No patience lasts for more hours than these.
const MOST_WINDOWS: usize = 1_000;

/// What is left of the hourly limit of one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests an hour.
    pub limit: u64,
    /// What is left of them.
    pub remaining: u64,
    /// When there are `limit` of them again.
    pub reset: Timestamp,
}

/// What one credential has for a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// `None` where GitHub does not limit, or does not say so.
    pub budget: Option<Budget>,
    /// How long all waits for the limit together may hold the collection up.
    pub patience: Duration,
    /// Requests that may go out at once.
    pub burst: u64,
    /// The time between two requests after those.
    pub interval: Duration,
}

/// What some requests come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent {
    /// Waits for the limit included.
    pub(super) takes: Duration,
    /// What is left of the hour in which the last one is sent.
    pub(super) left: Option<u64>,
}

/// The requests of one hour of the limit.
struct Purse {
    /// Waited for it, beyond the time that the requests before it took.
    wait: Duration,
    holds: u64,
}

impl Means {
    /// How many requests can be planned for, after as many waits as the patience allows.
    pub fn capacity(&self, now: Timestamp) -> u64 {
        if self.budget.is_none() {
            return u64::MAX;
        }
        let usable = |purse: Purse| purse.holds - purse.holds.div_ceil(MARGIN);
        self.purses(now).map(usable).fold(0, u64::saturating_add)
    }

    pub(super) fn spend(&self, requests: u64, now: Timestamp) -> Spent {
        let paced = self.interval.saturating_mul(clamped(requests.saturating_sub(self.burst)));
        let (mut waits, mut due, mut left) = (Duration::ZERO, requests, None);
        for purse in self.purses(now) {
            waits += purse.wait;
            left = Some(purse.holds.saturating_sub(due));
            due = due.saturating_sub(purse.holds);
            if due == 0 {
                break;
            }
        }
        Spent { takes: paced.saturating_add(waits), left }
    }

    /// What is left of this hour, and the hours after it that the patience reaches.
    fn purses(&self, now: Timestamp) -> impl Iterator<Item = Purse> {
        let budget = self.budget;
        let mut until = budget.map_or(Duration::ZERO, |budget| (budget.reset - now).to_std().unwrap_or_default());
        let (mut patience, mut before) = (self.patience, budget.map_or(0, |budget| budget.remaining));
        let first = budget.map(|budget| Purse { wait: Duration::ZERO, holds: budget.remaining });
        let interval = self.interval;
        let further = std::iter::from_fn(move || {
            let limit = budget?.limit;
            // The requests of the hour before take their time anyhow.
            let wait = until.saturating_sub(interval.saturating_mul(clamped(before)));
            patience = patience.checked_sub(wait)?;
            (until, before) = (WINDOW, limit);
            Some(Purse { wait, holds: limit })
        });
        first.into_iter().chain(further.take(MOST_WINDOWS))
    }
}

fn clamped(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
