//! The nights of a running edge: at their times, and when somebody asks for one. Never two at once.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::Utc;
use croner::Cron;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tracing::{error, info, warn};

use super::progress::Talk;
use super::{End, lock, nightly};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::edge::trigger::{Answer, Ask, Night, Nightly, Nights};

/// When an edge runs nights.
#[derive(Clone, Debug)]
pub(super) enum When {
    /// At these times in UTC, and when asked.
    At(Box<Cron>),
    /// When asked.
    OnRequest,
}

/// The word that stands in the place of times.
const ON_REQUEST: &str = "on-request";

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<When, String> {
        if text == ON_REQUEST {
            return Ok(When::OnRequest);
        }
        let times = Cron::from_str(text).map(|times| When::At(Box::new(times)));
        times.map_err(|fault| format!("{fault}; or write `{ON_REQUEST}`"))
    }
}

/// Runs nights from now on, for ever: one that fails is told, and the next one is tried.
pub(super) fn run(config: Arc<Config>, when: When) -> Nightly {
    let (asks, asked) = mpsc::channel(1);
    let (told, nights) = watch::channel(Nights::default());
    let times = match when {
        When::At(times) => Some(*times),
        When::OnRequest => None,
    };
    tokio::spawn(Runner { config, times, told, running: JoinSet::new() }.run(asked));
    Nightly { asks, nights }
}

struct Runner {
    config: Arc<Config>,
    times: Option<Cron>,
    told: watch::Sender<Nights>,
    /// The night that is under way. A task of its own: whatever happens to one night, the next one comes.
    running: JoinSet<(Timestamp, Result<nightly::Night>)>,
}

impl Runner {
    async fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
        let mut next = self.next();
        loop {
            tokio::select! {
                Some(ended) = self.running.join_next() => self.ended(ended),
                Some(ask) = asked.recv() => {
                    // Whoever asked may have gone; the night goes on.
                    let _ = ask.send(self.begin().await);
                }
                () = until(next) => {
                    self.begin().await;
                    next = self.next();
                }
            }
        }
    }

    /// The next time that nights run by themselves.
    fn next(&self) -> Option<Timestamp> {
        let next = self.times.as_ref()?.find_next_occurrence(&Utc::now(), false);
        match &next {
            Ok(next) => info!("the next nightly is at {}", next.format("%F %T UTC")),
            Err(_) => error!("the times of `--nightly` never come again"),
        }
        next.ok()
    }

    /// Begins a night, if nothing that writes is at work: here, or by the lock in another process.
    async fn begin(&mut self) -> Answer {
        if !self.running.is_empty() {
            warn!("a nightly is still under way, so no other one begins");
            return Answer::UnderWay;
        }
        let config = self.config.clone();
        // A database may be slow to answer, which no thread that serves people may wait for.
        let taken = tokio::task::spawn_blocking(move || lock::take(&config, "nightly")).await;
        let lock = match taken.map_err(anyhow::Error::from).and_then(|taken| taken) {
            Ok(lock) => lock,
            Err(fault) if fault.is::<lock::Busy>() => {
                warn!("no nightly begins: {fault:#}");
                return Answer::UnderWay;
            }
            Err(fault) => {
                error!("the nightly failed: {fault:#}");
                return Answer::Impossible;
            }
        };
        let (config, now) = (self.config.clone(), Utc::now());
        self.running.spawn(async move { (now, nightly::locked(&config, now, lock, Talk::Lines).await) });
        self.told.send_modify(|nights| nights.under_way = Some(now));
        Answer::Started
    }

    fn ended(&self, ended: Result<(Timestamp, Result<nightly::Night>), JoinError>) {
        let under_way = self.told.borrow().under_way;
        let (began, outcome) = match ended {
            Ok((began, Ok(night))) => {
                info!("the nightly ended: {:?}", night.end());
                (began, if night.end() == End::Done { "done" } else { "partial" })
            }
            Ok((began, Err(fault))) => {
                error!("the nightly failed: {fault:#}");
                (began, "failed")
            }
            Err(fault) => {
                error!("the nightly broke off: {fault}");
                (under_way.unwrap_or_else(Utc::now), "failed")
            }
        };
        let last = Night { began, ended: Utc::now().max(began), outcome };
        self.told.send_replace(Nights { under_way: None, last: Some(last) });
    }
}

/// Waits until then; for ever, if there is no such time.
async fn until(next: Option<Timestamp>) {
    match next {
        // In steps, so that a machine that slept or whose clock was set comes to it all the same.
        Some(next) => {
            while let Ok(rest) = (next - Utc::now()).to_std() {
                tokio::time::sleep(rest.min(Duration::from_secs(60))).await;
            }
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_are_at_times_or_on_request_and_what_is_neither_is_told() {
        assert!(matches!(When::from_str("0 2 * * *"), Ok(When::At(_))));
        assert!(matches!(When::from_str("on-request"), Ok(When::OnRequest)));
        let told = When::from_str("tonight").unwrap_err();
        assert!(told.ends_with("; or write `on-request`"), "{told}");
    }
}
