//! The release being served, and its successor.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::{Edge, now, revoked};
use crate::releases::Opened;

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

    fn complain(&self, complaint: Option<String>) {
        let mut held = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(complaint) = complaint.as_ref().filter(|complaint| held.as_ref() != Some(*complaint)) {
            tracing::error!(serving = self.number(), "{complaint}");
        }
        *held = complaint;
    }
}

/// Looks for a new release and for ended sessions, again and again.
pub(super) async fn watch(edge: Arc<Edge>, poll: Duration) {
    let mut ticks = tokio::time::interval(poll.max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        refresh(&edge).await;
    }
}

/// Looks once. Whatever is wrong is logged, and the last good release stays.
pub(super) async fn refresh(edge: &Edge) {
    let mut complaint = release(edge).await.err();
    if let Err(why) = sessions(edge).await {
        complaint = complaint.or(Some(format!("ended sessions cannot be read: {why}")));
    }
    edge.current.complain(complaint);
}

async fn release(edge: &Edge) -> Result<(), String> {
    let number = edge.releases.current().await.map_err(|e| format!("the current release cannot be told: {e}"))?;
    let (Some(number), served) = (number, edge.current.number()) else { return Ok(()) };
    if served == Some(number) {
        return Ok(());
    }
    if let Some(newer) = served.filter(|served| *served > number) {
        return Err(format!("release {number} is refused: it is older than release {newer}, which was served already"));
    }
    let opened = edge.releases.open_release(&edge.keys, number).await;
    let opened = opened.map_err(|error| format!("release {number} is refused: {error}"))?;
    if opened.release().number != number {
        return Err(format!("release {number} is refused: its statement is that of another release"));
    }
    edge.current.opened.store(Some(Arc::new(opened)));
    tracing::info!(release = number, "serving a new release");
    Ok(())
}

/// Learns of sessions that other edges ended, or this one before a restart; takes away the marks that are over.
async fn sessions(edge: &Edge) -> Result<(), crate::releases::Error> {
    let mut marks = Vec::new();
    for sid in edge.releases.mark_names(revoked::KIND).await? {
        if !edge.revoked.contains(&sid)
            && let Some(body) = edge.releases.mark(revoked::KIND, &sid).await?
        {
            marks.push((sid, body));
        }
    }
    for over in edge.revoked.learn(marks, now()) {
        edge.releases.remove_mark(revoked::KIND, &over).await?;
    }
    Ok(())
}
