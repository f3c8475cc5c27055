//! GitHub's limits: so many requests an hour, so many a minute, so many at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;

use super::Sample;

/// What stops those who ask too fast ("secondary rate limit").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Requests answered in each period; at GitHub 900.
    pub requests: u64,
    /// How long a period is; at GitHub a minute.
    pub period: Duration,
    /// Requests answered at the same time; at GitHub 100.
    pub at_once: usize,
    /// 403 or 429: GitHub uses both.
    pub status: StatusCode,
    /// What `retry-after` says, in seconds; `None` where GitHub leaves it out.
    pub retry_after: Option<u64>,
}

impl Throttle {
    /// GitHub's own figures.
    pub const GITHUB: Throttle = Throttle {
        requests: 900,
        period: Duration::from_secs(60),
        at_once: 100,
        status: StatusCode::FORBIDDEN,
        retry_after: Some(60),
    };
}

/// One of the hourly limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Core,
    Graphql,
}

impl Resource {
    pub(super) fn name(self) -> &'static str {
        match self {
            Resource::Core => "core",
            Resource::Graphql => "graphql",
        }
    }
}

/// What is left of everything that is limited.
pub(super) struct Limits {
    core: u64,
    graphql: u64,
    /// The hour that both are for, since 1970.
    hour: i64,
    throttle: Option<Throttle>,
    period: Option<(Instant, u64)>,
    busy: usize,
    most: usize,
    stopped: u64,
}

impl Limits {
    pub(super) fn new() -> Limits {
        Limits {
            core: Sample::LIMIT,
            graphql: Sample::LIMIT,
            hour: hour(),
            throttle: None,
            period: None,
            busy: 0,
            most: 0,
            stopped: 0,
        }
    }

    fn left(&mut self, resource: Resource) -> &mut u64 {
        if self.hour != hour() {
            (self.core, self.graphql, self.hour) = (Sample::LIMIT, Sample::LIMIT, hour());
        }
        match resource {
            Resource::Core => &mut self.core,
            Resource::Graphql => &mut self.graphql,
        }
    }
}

/// A request that is being answered.
pub(super) struct Turn(Arc<Sample>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().limits.busy -= 1;
    }
}

impl Sample {
    /// Lets this hour's limit have this much left.
    pub fn allow(&self, remaining: u64) {
        *self.state().limits.left(Resource::Core) = remaining;
    }

    /// What is left of this hour's limit.
    pub fn left(&self) -> u64 {
        self.remaining(Resource::Core)
    }

    /// Stops those who ask too fast, from now on; `None` stops nobody.
    pub fn throttle(&self, throttle: Option<Throttle>) {
        let mut state = self.state();
        (state.limits.throttle, state.limits.period) = (throttle, None);
    }

    /// How many requests were stopped because they came too fast.
    pub fn stopped(&self) -> u64 {
        self.state().limits.stopped
    }

    /// The most requests that were ever answered at the same time.
    pub fn most_at_once(&self) -> usize {
        self.state().limits.most
    }

    pub(super) fn enter(self: &Arc<Sample>) -> Turn {
        let mut state = self.state();
        state.limits.busy += 1;
        state.limits.most = state.limits.most.max(state.limits.busy);
        drop(state);
        Turn(Arc::clone(self))
    }

    /// Counts one request against the limit by the minute; what stops it, if anything does.
    pub(super) fn hurry(&self) -> Option<Throttle> {
        let mut state = self.state();
        let throttle = state.limits.throttle?;
        let now = Instant::now();
        let running = state.limits.period.filter(|(began, _)| now.duration_since(*began) < throttle.period);
        let (began, asked) = running.unwrap_or((now, 0));
        state.limits.period = Some((began, asked + 1));
        let stops = asked >= throttle.requests || state.limits.busy > throttle.at_once;
        state.limits.stopped += u64::from(stops);
        stops.then_some(throttle)
    }

    /// Takes one request from an hourly limit: what is left, or `None` where nothing was.
    pub(super) fn spend(&self, resource: Resource) -> Option<u64> {
        let mut state = self.state();
        let left = state.limits.left(resource);
        *left = left.checked_sub(1)?;
        Some(*left)
    }

    /// Gives one request back.
    pub(super) fn refund(&self, resource: Resource) -> u64 {
        let mut state = self.state();
        let left = state.limits.left(resource);
        *left += 1;
        *left
    }

    /// What is left of an hourly limit, without touching it.
    pub(super) fn remaining(&self, resource: Resource) -> u64 {
        *self.state().limits.left(resource)
    }
}

/// When the hourly limits start anew, in seconds since 1970: with each full hour.
pub(super) fn reset() -> i64 {
    (hour() + 1) * 3_600
}

fn hour() -> i64 {
    chrono::Utc::now().timestamp() / 3_600
}
