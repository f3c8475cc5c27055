//! The release being served, and its successor.
//!
//! An edge keeps nothing of its own, so after a start it cannot remember what it served before. Instead it starts with
//! the newest release that has a statement signed by one of our keys, whatever `current` says: going back publishes
//! an old release under a new number, so a `current` below the newest statement is either about to be moved by a
//! builder, which has then finished that release, or not to be obeyed. Who can write beside the releases can thus not
//! put an older policy in force than that of the newest signed release to be seen.
//!
//! If the bundles of that release are damaged, the newest one that is whole *and has the same policy* stands in: an
//! older policy may open what was closed since. From then on `current` is followed upwards only, and whatever is wrong
//! with it, the last good release stays.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::audit::Kind;
use super::event;
use super::{Edge, now, people};
use crate::releases::{Error, Opened};

/// The last good release. Requests under way keep the one they began with.
#[derive(Default)]
pub(super) struct Current {
    opened: ArcSwapOption<Opened>,
    /// What was last complained of, so that the log says it once and not every two seconds.
    complaint: Mutex<Option<String>>,
}

impl Current {
    /// The release to serve; `None` before the first good one.
    pub(super) fn get(&self) -> Option<Arc<Opened>> {
        self.opened.load_full()
    }

    /// The number of the release being served.
    pub(super) fn number(&self) -> Option<u64> {
        self.opened.load().as_ref().map(|opened| opened.release().number)
    }

    fn serve(&self, edge: &Edge, opened: Opened) {
        let release = opened.release();
        tracing::info!(release = release.number, "serving a new release");
        if self.get().is_some_and(|before| before.release().policy != release.policy) {
            let what = format!("release {} has another policy than the one before", release.number);
            edge.audit.record(event(Kind::Policy, now()).what(&what).outcome("ok"));
        }
        self.opened.store(Some(Arc::new(opened)));
    }

    fn complain(&self, complaint: Option<String>) {
        let mut held = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(complaint) = complaint.as_ref().filter(|complaint| held.as_ref() != Some(*complaint)) {
            tracing::error!(serving = self.number(), "{complaint}");
        }
        *held = complaint;
    }
}

/// How often what means nothing any longer is taken away.
const SWEEP: Duration = Duration::from_secs(3_600);

/// Looks for a new release and for ended sessions, again and again.
pub(super) async fn watch(edge: Arc<Edge>, poll: Duration) {
    let mut ticks = tokio::time::interval(poll.max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        refresh(&edge).await;
    }
}

/// Takes away what means nothing any longer, again and again.
pub(super) async fn sweep(edge: Arc<Edge>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        if let Err(error) = people::sweep(&edge.releases, now()).await {
            tracing::error!(%error, "what is over cannot be taken away beside the releases");
        }
    }
}

/// Looks once. Whatever is wrong is logged, and the last good release stays.
pub(super) async fn refresh(edge: &Edge) {
    let endings = edge.ended.refresh(&edge.releases, now(), edge.limits.absolute);
    // Side by side: a release that takes long to open must not keep what was ended waiting.
    let (release, endings) = tokio::join!(release(edge), endings);
    let faults = [release.err(), endings.err()];
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    edge.current.complain((!faults.is_empty()).then(|| faults.join("; and ")));
}

async fn release(edge: &Edge) -> Result<(), String> {
    if edge.current.get().is_none()
        && let Some(opened) = newest(edge).await?
    {
        edge.current.serve(edge, opened);
    }
    let number = edge.releases.current().await.map_err(|e| format!("the current release cannot be told: {e}"))?;
    let (Some(number), served) = (number, edge.current.number()) else { return Ok(()) };
    if served == Some(number) {
        return Ok(());
    }
    if let Some(newer) = served.filter(|served| *served > number) {
        return Err(format!(
            "release {number} is refused: it is older than release {newer}, which is signed and whole"
        ));
    }
    let opened = edge.releases.open_release(&edge.keys(), number).await;
    let opened = opened.map_err(|error| format!("release {number} is refused: {error}"))?;
    fits(edge, &opened)?;
    edge.current.serve(edge, opened);
    Ok(())
}

/// Refuses a policy that was made for one provider where there are several: what the others vouch for would open it.
fn fits(edge: &Edge, opened: &Opened) -> Result<(), String> {
    let release = opened.release();
    if edge.providers.only().is_some() || release.policy.tells_providers_apart() {
        return Ok(());
    }
    let number = release.number;
    Err(format!(
        "release {number} is refused: its rules do not tell the providers apart; build anew with all of them configured"
    ))
}

/// The release to start with; `None` where no statement is to be believed.
async fn newest(edge: &Edge) -> Result<Option<Opened>, String> {
    let listed = edge.releases.list(&edge.keys()).await.map_err(|e| format!("the releases cannot be listed: {e}"))?;
    let (mut policy, mut fault) = (None, None);
    for (number, statement) in listed.into_iter().rev().map(|listed| (listed.number, listed.statement)) {
        let release = match statement {
            Some(Ok(release)) => release,
            // It may be signed, and this program cannot tell or is too old for it: what it closes is not known.
            Some(Err(error @ Error::Keys(_))) => return Err(format!("release {number} cannot be judged: {error}")),
            Some(Err(_)) | None => continue,
        };
        if *policy.get_or_insert_with(|| release.policy.clone()) != release.policy {
            continue;
        }
        match edge.releases.open_release(&edge.keys(), number).await {
            Ok(opened) => {
                fits(edge, &opened)?;
                return Ok(Some(opened));
            }
            Err(error) => _ = fault.get_or_insert(error),
        }
    }
    match fault {
        Some(error) => Err(format!("no release with the policy of the newest one is whole: {error}")),
        None => Ok(None),
    }
}
