//! Looking after releases: list, verify, take back, prune.

use super::opened::{read_extent, wrong};
use super::{Error, Releases, folder, statement};
use crate::domain::Timestamp;
use crate::domain::release::{Index, Release};
use crate::keys::Keyring;

/// One release as the list shows it.
#[derive(Debug)]
pub struct Listed {
    /// Its number.
    pub number: u64,
    /// Whether it is the one that is served.
    pub current: bool,
    /// Its statement, or why it is not to be believed; `None` while it is being written, and for ever if its builder died.
    pub statement: Option<Result<Release, Error>>,
}

/// What a full check read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Bundles whose index is what was signed.
    pub bundles: usize,
    /// Entries whose bytes are what was signed.
    pub entries: usize,
    /// Inflated bytes of all entries.
    pub bytes: u64,
}

impl Releases {
    /// Every release that is there, oldest first, with its verified statement.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be listed.
    pub async fn list(&self, keys: &Keyring) -> Result<Vec<Listed>, Error> {
        // Whatever is wrong with the pointer, the releases can be told.
        let current = self.current().await.ok().flatten();
        let mut listed = Vec::new();
        for number in self.numbers().await? {
            let finished = self.store.get(&statement(number)).await?.is_some();
            let statement = if finished { Some(self.statement(keys, number).await) } else { None };
            listed.push(Listed { number, current: current == Some(number), statement });
        }
        Ok(listed)
    }

    /// Reads a whole release and checks every byte of it against what was signed.
    ///
    /// # Errors
    /// [`Error::Release`] naming the first thing that differs.
    pub async fn verify(&self, keys: &Keyring, number: u64) -> Result<Verified, Error> {
        let opened = self.open_release(keys, number).await?;
        let mut verified = Verified::default();
        for role in opened.release().bundles.keys() {
            let Some(index) = opened.index(role) else { continue };
            verified.bundles += 1;
            for (path, entry) in &index.entries {
                let read = read_extent(&self.store, number, role, &entry.extent).await;
                let (_, bytes) = read.map_err(|e| wrong(number, &format!("is damaged at `{role}/{path}`: {e}")))?;
                verified.entries += 1;
                verified.bytes += bytes.len() as u64;
            }
        }
        Ok(verified)
    }

    /// Publishes the bundles and the policy of an earlier release again, under a new number: an edge that refuses
    /// older releases takes it, and going back is never mistaken for an attack.
    ///
    /// # Errors
    /// [`Error::Release`] when the earlier release is not whole, else as when publishing.
    pub async fn rollback(&self, keys: &Keyring, to: u64, now: Timestamp) -> Result<u64, Error> {
        keys.ready_to_build()?;
        self.verify(keys, to).await?;
        let earlier = self.statement(keys, to).await?;
        let number = self.claim().await?;
        let written = self.copy(keys, Release { number, created: now, rollback_to: Some(to), ..earlier }, to).await;
        self.conclude(number, now, written).await.map(|()| number)
    }

    async fn copy(&self, keys: &Keyring, release: Release, to: u64) -> Result<(), Error> {
        let number = release.number;
        for role in release.bundles.keys() {
            let name = Index::bundle_name(role);
            self.store.copy(&format!("{}/{name}", folder(to)), &format!("{}/{name}", folder(number))).await?;
        }
        self.store.put(&statement(number), keys.sign_release(&release)?.into_bytes()).await
    }

    /// Deletes all but the newest releases, `current` always kept, and what builders that died left behind.
    pub(super) async fn prune(&self, current: u64, now: Timestamp) -> Result<(), Error> {
        let mut kept = 0;
        // A higher number may be another builder's, still at work.
        for number in self.numbers().await?.into_iter().rev().skip_while(|number| *number > current) {
            let finished = number == current || self.store.get(&statement(number)).await?.is_some();
            if finished && kept < self.keep {
                kept += 1;
            } else if finished || self.abandoned(number, now).await? {
                self.remove(number).await?;
            }
        }
        Ok(())
    }

    /// Whether whoever claimed the number has died: no build takes a day.
    async fn abandoned(&self, number: u64, now: Timestamp) -> Result<bool, Error> {
        let claimed = self.store.written(&format!("{}/claim", folder(number))).await?;
        Ok(claimed.is_none_or(|at| now - at > chrono::Duration::days(1)))
    }

    /// The statement goes first: what is left of a removal that was cut short is no release.
    pub(super) async fn remove(&self, number: u64) -> Result<(), Error> {
        self.store.delete(&statement(number)).await?;
        self.store.remove(&folder(number)).await
    }

    /// The numbers of all release folders, ascending.
    pub(super) async fn numbers(&self) -> Result<Vec<u64>, Error> {
        let mut numbers: Vec<u64> =
            self.store.folders("releases").await?.iter().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }
}
