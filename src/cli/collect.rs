//! `tollgate collect`: every source into the history.

use anyhow::{Context, Result};
use chrono::Utc;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::{End, count, lock, print_json};
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::collection::{Collected, Observation, Run};
use crate::github;
use crate::history::History;

/// Observations recorded in one transaction at the most; what was recorded is safe whatever comes.
const BATCH: usize = 32;

/// What a collection of all sources did.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Summary {
    /// A run for each source that could be asked.
    pub(super) runs: Vec<Run>,
    /// The sources that could not be asked at all, with the reason.
    pub(super) failed_sources: Vec<String>,
}

impl Summary {
    fn number(&self, of: impl Fn(&Collected) -> bool) -> usize {
        self.runs.iter().flat_map(|run| &run.outcomes).filter(|outcome| of(&outcome.result)).count()
    }

    fn collected(&self) -> usize {
        self.number(|result| matches!(result, Collected::Done { .. }))
    }

    /// 1 when nothing was collected though there was something to collect, 3 when some of it was not.
    pub(super) fn end(&self) -> End {
        let failures: usize = self.runs.iter().map(Run::failures).sum();
        match (self.failed_sources.len() + failures, self.collected()) {
            (0, _) => End::Done,
            (_, 0) => End::Failed,
            _ => End::Partial,
        }
    }
}

/// Collects and prints what came of it.
pub(super) async fn run(config: &Config, json: bool) -> Result<End> {
    let _lock = lock::take(config, "collect")?;
    let summary = collect(config, &config.github()?, Utc::now()).await?;
    if json {
        print_json(&summary)?;
    } else {
        print(&summary);
    }
    Ok(summary.end())
}

/// Collects every source in turn. One that cannot be asked does not keep the others from being asked.
pub(super) async fn collect(config: &Config, sources: &[github::Settings], now: Timestamp) -> Result<Summary> {
    let mut history = open(config).await?;
    let mut summary = Summary::default();
    for source in sources {
        let (sender, receiver) = mpsc::channel(BATCH);
        let recording = tokio::task::spawn_blocking(move || record(history, receiver));
        let collected = github::collect(source, now, sender).await;
        history = recording.await.context("recording stopped")??;
        match collected {
            Ok(run) => {
                tell(&run);
                history = finish(history, run.clone()).await?;
                summary.runs.push(run);
            }
            Err(fault) => {
                warn!("source `{}`: {fault}", source.source);
                summary.failed_sources.push(format!("{}: {fault}", source.source));
            }
        }
    }
    Ok(summary)
}

/// Opens the history off the asynchronous threads.
pub(super) async fn open(config: &Config) -> Result<History> {
    let settings = config.history.clone();
    Ok(tokio::task::spawn_blocking(move || History::open(&settings)).await??)
}

/// Records what arrives, as much at a time as has arrived.
fn record(mut history: History, mut observations: mpsc::Receiver<Observation>) -> Result<History> {
    let mut batch = Vec::with_capacity(BATCH);
    while observations.blocking_recv_many(&mut batch, BATCH) > 0 {
        history.record(&batch)?;
        batch.clear();
    }
    Ok(history)
}

async fn finish(mut history: History, run: Run) -> Result<History> {
    let finish = move || history.finish(&run).map(|()| history);
    Ok(tokio::task::spawn_blocking(finish).await??)
}

fn tell(run: &Run) {
    let total = run.outcomes.len();
    let failed = run.failures();
    info!("source `{}`: {}, {} requests", run.source, count(total, "repository", "repositories"), run.requests);
    if failed > 0 {
        warn!("source `{}`: {failed} of {} failed", run.source, count(total, "repository", "repositories"));
    }
    if run.frozen {
        warn!("source `{}`: GitHub's own figures stand still; the days that are missing will be asked for again", run.source);
    }
}

/// What people read when it is over: a line for each source, then what was skipped or failed and why.
pub(super) fn print(summary: &Summary) {
    for run in &summary.runs {
        let of = |wanted: fn(&Collected) -> bool| run.outcomes.iter().filter(|o| wanted(&o.result)).count();
        let (done, skipped) = (of(|r| matches!(r, Collected::Done { .. })), of(|r| matches!(r, Collected::Skipped { .. })));
        let seconds = (run.finished - run.started).num_milliseconds() as f64 / 1_000.0;
        println!(
            "{}: {done} collected, {skipped} skipped, {} failed, {} requests in {seconds:.1} s",
            run.source,
            run.failures(),
            run.requests
        );
        for outcome in &run.outcomes {
            match &outcome.result {
                Collected::Done { .. } => {}
                Collected::Skipped { why } => println!("  skipped {}: {why}", outcome.repository),
                Collected::Failed { cause, mending } => {
                    println!("  failed {}: {cause}\n    hint: {mending}", outcome.repository);
                }
            }
        }
    }
    for source in &summary.failed_sources {
        println!("failed source {source}");
    }
}
