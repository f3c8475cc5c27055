//! A release opened for reading: verified once, looked up from then on.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::store::Store;
use super::{Error, Releases, bundle, folder, statement};
use crate::domain::policy::{RoleName, Viewer};
use crate::domain::release::{Bundle, Digest, Extent, Index, PagePath, Release};
use crate::keys::Keyring;

/// How many bytes of verified entries an edge keeps in memory.
const CACHED_BYTES: u64 = 24 << 20;

/// A verified release with the index of each bundle. Entries are fetched and verified when first asked for.
#[derive(Debug)]
pub struct Opened {
    store: Store,
    release: Release,
    indexes: BTreeMap<RoleName, Index>,
    cache: Cache<(RoleName, PagePath), Arc<Stored>, ByLength>,
}

/// An entry as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Such as `text/html; charset=utf-8`.
    pub media_type: String,
    /// The bytes as one gzip member, exactly as stored.
    pub gzip: Bytes,
    /// How many bytes the entry has when inflated.
    pub length: u64,
    /// SHA-256 of the inflated bytes.
    pub sha256: Digest,
}

impl Stored {
    /// The bytes for a client that takes no gzip.
    ///
    /// # Errors
    /// When the bytes are no gzip member, which verification rules out.
    pub fn identity(&self) -> std::io::Result<Bytes> {
        use std::io::Read;
        let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        flate2::bufread::GzDecoder::new(&self.gzip[..]).read_to_end(&mut bytes)?;
        Ok(Bytes::from(bytes))
    }
}

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<(RoleName, PagePath), Arc<Stored>> for ByLength {
    fn weight(&self, _: &(RoleName, PagePath), stored: &Arc<Stored>) -> u64 {
        stored.gzip.len() as u64 + 256
    }
}

impl Releases {
    /// Opens a release: its signature, number and every index are verified before it is returned.
    ///
    /// # Errors
    /// [`Error::Release`] when something is missing or not what was signed, [`Error::Keys`] when the signature is
    /// not ours, [`Error::Store`] when the store cannot be read.
    pub async fn open_release(&self, keys: &Keyring, number: u64) -> Result<Opened, Error> {
        let release = self.statement(keys, number).await?;
        let mut indexes = BTreeMap::new();
        for (role, bundle) in &release.bundles {
            indexes.insert(role.clone(), read_index(&self.store, number, role, bundle).await?);
        }
        let cache = Cache::with_weighter(4_096, CACHED_BYTES, ByLength);
        Ok(Opened { store: self.store.clone(), release, indexes, cache })
    }

    /// The verified statement of a release.
    pub(super) async fn statement(&self, keys: &Keyring, number: u64) -> Result<Release, Error> {
        let text = self.store.get(&statement(number)).await?;
        let text = text.ok_or_else(|| wrong(number, "has no statement: it was never finished, or was pruned"))?;
        let text = std::str::from_utf8(&text).map_err(|_| wrong(number, "has a statement that is no text"))?;
        let release = keys.verify_release(text).map_err(|cause| match cause {
            keys_error @ (crate::keys::Error::File { .. } | crate::keys::Error::NewerFormat(_)) => keys_error.into(),
            refusal => wrong(number, &format!("is not signed by one of our keys ({refusal})")),
        })?;
        if release.number == number {
            Ok(release)
        } else {
            Err(wrong(number, "carries the statement of another release"))
        }
    }
}

impl Opened {
    /// What was signed.
    pub fn release(&self) -> &Release {
        &self.release
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The index of a role's bundle.
    pub fn index(&self, role: &RoleName) -> Option<&Index> {
        self.indexes.get(role)
    }

    /// An entry of a bundle, for a viewer to whom that address is open.
    ///
    /// `None` when there is no such role, when that address of it is not the viewer's, and when it has no such entry: nobody can
    /// tell these apart.
    ///
    /// # Errors
    /// [`Error::Release`] when the stored bytes are not what was signed, [`Error::Store`] when they cannot be read.
    pub async fn entry(&self, viewer: &Viewer, role: &RoleName, path: &str) -> Result<Option<Arc<Stored>>, Error> {
        let Ok(path) = path.parse::<PagePath>() else { return Ok(None) };
        let index = self.indexes.get(role).filter(|_| viewer.may_open(role, &path));
        let Some(entry) = index.and_then(|index| index.entries.get(&path)) else { return Ok(None) };
        let fetch = async {
            let deflate = read_extent(&self.store, self.release.number, role, &entry.extent).await?;
            let gzip = bundle::gzip(&deflate.0, &entry.extent);
            let Extent { length, sha256, .. } = entry.extent;
            Ok(Arc::new(Stored { media_type: entry.media_type.clone(), gzip, length, sha256 }))
        };
        self.cache.get_or_insert_async(&(role.clone(), path), fetch).await.map(Some)
    }
}

pub(super) async fn read_index(store: &Store, number: u64, role: &RoleName, bundle: &Bundle) -> Result<Index, Error> {
    let (_, bytes) = read_extent(store, number, role, &bundle.index).await?;
    let index: Index = serde_json::from_slice(&bytes)
        .map_err(|e| wrong(number, &format!("has an index of `{role}` that cannot be read: {e}")))?;
    if index.role == *role {
        Ok(index)
    } else {
        Err(wrong(number, &format!("has another bundle in place of `{role}`")))
    }
}

/// Reads and verifies one extent: the stored stream and what it inflates to.
pub(super) async fn read_extent(
    store: &Store,
    number: u64,
    role: &RoleName,
    extent: &Extent,
) -> Result<(Bytes, Vec<u8>), Error> {
    let name = format!("{}/{}", folder(number), Index::bundle_name(role));
    let range = extent.offset..extent.offset.saturating_add(extent.packed);
    let deflate = store.ranges(&name, &[range]).await?.into_iter().next().unwrap_or_default();
    let bytes = bundle::inflate(&deflate, extent);
    let bytes =
        bytes.ok_or_else(|| wrong(number, &format!("has bytes in `{role}.zip` that are not what was signed")))?;
    Ok((deflate, bytes))
}

/// A fault of a release.
pub(super) fn wrong(number: u64, why: &str) -> Error {
    Error::Release { number, why: why.to_owned() }
}
