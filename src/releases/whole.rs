//! A whole bundle on its way out, made of its verified entries.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::Error;
use super::bundle::{BundleWriter, Packed};
use super::opened::{Opened, read_extent, wrong};
use crate::domain::policy::{RoleName, Viewer};
use crate::domain::release::{Extent, Index};

/// The bytes of a bundle, in order; they end early with the fault of an entry that is not what was signed.
pub type Whole = mpsc::Receiver<Result<Bytes, Error>>;

/// What is gathered before it goes out.
const PIECE: usize = 256 << 10;

impl Opened {
    /// The zip file of a bundle, for a viewer to whom all of it is open. `None` when there is no such role, or when it is
    /// not the viewer's. Whoever stops reading stops the work.
    ///
    /// The file is written anew from entries that are each verified: its bytes are those of the stored one, and nothing
    /// that only lies about in that one goes out.
    pub fn whole(self: &Arc<Opened>, viewer: &Viewer, role: &RoleName) -> Option<Whole> {
        let index = self.index(role).filter(|_| viewer.may_open_all(role))?;
        let mut entries: Vec<(String, Extent)> =
            index.entries.iter().map(|(path, entry)| (path.to_string(), entry.extent.clone())).collect();
        entries.push((Index::NAME.to_owned(), self.release().bundles.get(role)?.index.clone()));
        entries.sort_by_key(|(_, extent)| extent.offset);
        let (sender, receiver) = mpsc::channel(2);
        let (opened, role) = (self.clone(), role.clone());
        tokio::spawn(async move {
            if let Err(fault) = opened.write(&role, entries, &sender).await {
                // Nobody may be left to be told.
                let _ = sender.send(Err(fault)).await;
            }
        });
        Some(receiver)
    }

    async fn write(
        &self,
        role: &RoleName,
        entries: Vec<(String, Extent)>,
        sender: &mpsc::Sender<Result<Bytes, Error>>,
    ) -> Result<(), Error> {
        let fault = |cause: rawzip::Error| wrong(self.release().number, &format!("cannot be written out: {cause}"));
        let tap = Tap::default();
        let mut writer = BundleWriter::new(tap.clone());
        for (name, extent) in entries {
            let (deflate, _) = read_extent(self.store(), self.release().number, role, &extent).await?;
            let Extent { length, crc32, sha256, .. } = extent;
            writer.add(&name, &Packed { deflate, length, crc32, sha256 }).map_err(fault)?;
            if tap.len() >= PIECE && sender.send(Ok(tap.take())).await.is_err() {
                return Ok(());
            }
        }
        writer.finish().map_err(fault)?;
        let _ = sender.send(Ok(tap.take())).await;
        Ok(())
    }
}

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Tap(Arc<Mutex<Vec<u8>>>);

impl Tap {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Bytes {
        Bytes::from(std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
