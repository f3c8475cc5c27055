//! `tollgate collect`: every source into the history.

use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::Utc;
use secrecy::ExposeSecret;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::progress::{Progress, Talk};
use super::{End, count, lock, print_json, summary};
use crate::config::{App, Config, Secret, Source};
use crate::domain::Timestamp;
use crate::domain::collection::{Collected, Memory, Observation, Outcome, Run, SourceFault};
use crate::github::{self, Event, Signer};
use crate::history::{History, Queue};
use crate::keys::AppKey;

/// Observations recorded in one transaction at the most; what was recorded is safe whatever comes.
const BATCH: usize = 32;

/// What a collection of all sources did.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Summary {
    /// A run for each source, also for one that could not be asked.
    pub(super) runs: Vec<Run>,
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
        let failures: usize = self.runs.iter().map(|run| run.failures() + run.faults.len()).sum();
        match (failures, self.collected()) {
            (0, _) => End::Done,
            (_, 0) => End::Failed,
            _ => End::Partial,
        }
    }
}

/// Collects and prints what came of it.
pub(super) async fn run(config: &Config, now: Timestamp, json: bool, talk: Talk) -> Result<End> {
    let _lock = lock::take(config, "collect")?;
    let summary = collect(config, now, talk).await?;
    if json {
        print_json(&summary)?;
    } else {
        print!("{}", summary::text(&summary.runs));
    }
    Ok(summary.end())
}

/// Collects every source in turn. One that cannot be asked does not keep the others from being asked, and one that
/// another collector is at is left to it.
pub(super) async fn collect(config: &Config, now: Timestamp, talk: Talk) -> Result<Summary> {
    let began = std::time::Instant::now();
    let mut history = open(config).await?;
    let mut summary = Summary::default();
    let (settings, names) = (config.history.settings()?, config.sources.iter().map(|source| source.name.clone()));
    let names: Vec<_> = names.collect();
    let mut queue = tokio::task::spawn_blocking(move || Queue::open(&settings, &names)).await??;
    let mut collected = false;
    loop {
        let taken = tokio::task::spawn_blocking(move || queue.take(collected).map(|name| (queue, name))).await??;
        queue = taken.0;
        let Some(source) = taken.1.and_then(|name| config.sources.iter().find(|one| one.name == name)) else { break };
        // Another source may have waited for hours: what is today, and what the limit has left, is asked anew for each.
        let now = now + chrono::TimeDelta::from_std(began.elapsed()).unwrap_or_default();
        let host = source.host.clone();
        let remembering = tokio::task::spawn_blocking(move || (history.memory(&host, now), history));
        let (memory, kept) = remembering.await.context("reading the history stopped")?;
        history = kept;
        let memory = memory?;
        let (sender, receiver) = mpsc::channel(BATCH);
        let progress = Progress::of(&source.name, talk);
        let recording = tokio::task::spawn_blocking(move || record(history, receiver, progress));
        let asked = ask(source, &memory, now, sender).await;
        history = recording.await.context("recording stopped")??;
        let run = asked.unwrap_or_else(|told| failed(source, now, &told));
        let (kept, run) = finish(history, run).await?;
        history = kept;
        tell(&run);
        let done = |outcome: &Outcome| matches!(outcome.result, Collected::Done { .. });
        collected = run.outcomes.iter().any(done) || run.failures() + run.faults.len() == 0;
        summary.runs.push(run);
    }
    Ok(summary)
}

/// Collects one source; whatever keeps it from being asked at all is told as people read it.
async fn ask(source: &Source, memory: &Memory, now: Timestamp, out: mpsc::Sender<Event>) -> Result<Run, String> {
    let settings = source.settings(signer)?;
    let collected = github::collect(&settings, memory, now, out).await;
    // Everything told of a run names its source already.
    let named = format!("source `{}`: ", source.name);
    collected.map_err(|fault| fault.to_string().trim_start_matches(&named).to_owned())
}

/// Reads the key of a GitHub App: the program's keys sign, and GitHub's adapter knows nothing of them.
pub(super) fn signer(app: &App) -> Result<Signer, String> {
    let read = match &app.key {
        Secret::File(path) => AppKey::load(path),
        secret @ Secret::Env(_) => {
            let text = secret.read_lines().map_err(|fault| fault.to_string())?;
            AppKey::parse(text.expose_secret(), &secret.to_string())
        }
    };
    let (key, id) = (read.map_err(|fault| fault.to_string())?, app.id.clone());
    Ok(Arc::new(move |now: Timestamp| {
        key.token(&id, now.timestamp()).map(Into::into).map_err(|fault| fault.to_string())
    }))
}

/// The run of a source that failed as a whole: the collection log tells of it like of any other.
fn failed(source: &Source, now: Timestamp, told: &str) -> Run {
    let (cause, mending) = told.split_once("\n\nhint: ").unwrap_or((told, "run the command again"));
    let fault = SourceFault { cause: cause.to_owned(), mending: mending.to_owned() };
    let (source, finished) = (source.name.clone(), Utc::now().max(now));
    Run {
        source,
        started: now,
        finished,
        window: None,
        frozen: false,
        doubtful: Vec::new(),
        unchanged: 0,
        requests: 0,
        outcomes: vec![],
        faults: vec![fault],
    }
}

/// Opens the history off the asynchronous threads.
pub(super) async fn open(config: &Config) -> Result<History> {
    let settings = config.history.settings()?;
    Ok(tokio::task::spawn_blocking(move || History::open(&settings)).await??)
}

/// Records what arrives, as much at a time as has arrived, and tells how far it is.
fn record(mut history: History, mut events: mpsc::Receiver<Event>, mut progress: Progress) -> Result<History> {
    let mut heard = Vec::with_capacity(BATCH);
    while events.blocking_recv_many(&mut heard, BATCH) > 0 {
        heard.iter().for_each(|event| progress.hear(event));
        let observed = heard.drain(..).filter_map(|event| match event {
            Event::Observation(observation) => Some(*observation),
            Event::Estimate(_) | Event::Step { .. } => None,
        });
        let batch: Vec<Observation> = observed.collect();
        if !batch.is_empty() {
            history.record(&batch)?;
        }
    }
    Ok(history)
}

/// Keeps the run, with the repositories that this source had the last time and GitHub lists no more.
async fn finish(mut history: History, mut run: Run) -> Result<(History, Run)> {
    let finish = move || -> Result<(History, Run)> {
        let missing = history.missing(&run.source, &run.outcomes)?;
        run.outcomes.extend(missing.into_iter().map(|(repository, id)| Outcome { repository, id, result: gone() }));
        run.outcomes.sort_by(|a, b| a.repository.cmp(&b.repository));
        history.finish(&run)?;
        Ok((history, run))
    };
    tokio::task::spawn_blocking(finish).await?
}

/// A repository that is not listed was deleted, moved away, or is hidden from the token: nobody can tell from here.
fn gone() -> Collected {
    Collected::Failed {
        cause: "GitHub lists it no longer".to_owned(),
        mending:
            "if it was not deleted or moved on purpose, check that the token may still see it; its history is kept"
                .to_owned(),
    }
}

fn tell(run: &Run) {
    let total = run.outcomes.len();
    run.faults.iter().for_each(|fault| warn!("source `{}`: {}", run.source, fault.cause));
    let failed = run.failures();
    info!("source `{}`: {}, {} requests", run.source, count(total, "repository", "repositories"), run.requests);
    if failed > 0 {
        warn!("source `{}`: {failed} of {} failed", run.source, count(total, "repository", "repositories"));
    }
    if run.frozen {
        warn!(
            "source `{}`: GitHub's own figures stand still; the days that are missing will be asked for again",
            run.source
        );
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_key_of_an_app_signs_in_its_name_at_the_moment_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.pem");
        let der = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&der).unwrap();
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
        std::fs::write(&path, pem).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let app = App { id: "12345".into(), key: Secret::File(path.clone()), installation: None };
        let token = signer(&app).unwrap()("2026-11-24T02:00:00Z".parse().unwrap()).unwrap();
        let claims = token.expose_secret().split('.').nth(1).unwrap();
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
        assert_eq!(String::from_utf8(claims).unwrap(), r#"{"iss":"12345","iat":1795485540,"exp":1795486140}"#);
        std::fs::write(&path, "ghp_wrong").unwrap();
        let told = signer(&app).map(|_| ()).unwrap_err();
        assert!(told.contains("app.pem` holds a token") && !told.contains("ghp_"), "{told}");
        let unset = App { key: Secret::Env("TOLLGATE_TEST_IS_NEVER_SET".into()), ..app };
        let told = signer(&unset).map(|_| ()).unwrap_err();
        assert!(told.starts_with("environment variable `TOLLGATE_TEST_IS_NEVER_SET` is not set\n\nhint: "), "{told}");
    }
}
