//! The writing of one bundle: compressed pages on the shelf into a zip file, none of them inflated.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::bundle::{BundleWriter, Packed};
use super::shelf::{Place, Shelf};
use super::store::Store;
use super::{BundleDraft, Error, folder, gone};
use crate::domain::policy::RoleName;
use crate::domain::release::{Digest, Extent, Index, Planned};

/// Pages read at a time: enough for few requests, few enough to bound memory.
const CHUNK: usize = 256;

/// Compressed bytes that no page should exceed.
const HEAVY: usize = 60_000;

pub(super) struct Job {
    pub(super) store: Store,
    pub(super) number: u64,
    pub(super) draft: BundleDraft,
    pub(super) shelf: Arc<Shelf>,
}

pub(super) struct Built {
    pub(super) index: Extent,
    pub(super) draft: BundleDraft,
    /// Of each page whether it was made for this bundle.
    pub(super) made: Vec<bool>,
}

impl Job {
    /// Gathers pages on a blocking thread while what is there streams into the store.
    pub(super) async fn run(self) -> Result<Built, Error> {
        let (store, name) =
            (self.store.clone(), format!("{}/{}", folder(self.number), Index::bundle_name(&self.draft.role)));
        let (sender, receiver) = mpsc::channel(4);
        let handle = Handle::current();
        let building = tokio::task::spawn_blocking(move || self.build(&handle, sender));
        let streamed = store.stream(&name, receiver).await;
        let built = building.await.map_err(|e| Error::Page(format!("a bundle could not be written: {e}")));
        // A store that failed is the cause of what the builder says of its broken pipe.
        let unfinished = streamed?;
        match built.and_then(|built| built) {
            Ok(built) => unfinished.finish().await.map(|()| built),
            Err(fault) => {
                unfinished.abort().await;
                Err(fault)
            }
        }
    }

    fn build(mut self, handle: &Handle, sender: mpsc::Sender<Bytes>) -> Result<Built, Error> {
        let role = self.draft.role.clone();
        self.draft.repositories.sort();
        let mut writer = BundleWriter::new(Chunks { sender, buffer: Vec::new() });
        let mut extents = Vec::with_capacity(self.draft.pages.len());
        let mut made = Vec::with_capacity(self.draft.pages.len());
        for chunk in self.draft.pages.chunks(CHUNK) {
            for (page, (packed, anew)) in chunk.iter().zip(self.gather(handle, chunk)?) {
                extents.push(writer.add(page.path.as_str(), &packed).map_err(|e| zip_fault(&role, e))?);
                if anew {
                    weigh(&role, page, &packed);
                }
                made.push(anew);
            }
        }
        let listing = Listing { draft: &self.draft, extents: &extents };
        let packed = serde_json::to_vec(&listing).map_err(std::io::Error::from).and_then(|text| Packed::fast(&text));
        let packed = packed.map_err(|e| Error::Page(format!("the index of `{role}` cannot be written: {e}")))?;
        let index = writer.add(Index::NAME, &packed).map_err(|e| zip_fault(&role, e))?;
        let mut chunks = writer.finish().map_err(|e| zip_fault(&role, e))?;
        chunks.flush().map_err(|e| zip_fault(&role, e.into()))?;
        Ok(Built { index, draft: self.draft, made })
    }

    /// The compressed pages, each with whether it was made for this bundle.
    fn gather(&self, handle: &Handle, pages: &[Planned]) -> Result<Vec<(Packed, bool)>, Error> {
        let places = pages.iter().map(|page| self.shelf.place(&page.key).ok_or_else(|| self.missing(page)));
        let places: Vec<(Place, bool)> = places.collect::<Result<_, Error>>()?;
        let mut from: BTreeMap<Option<u32>, Vec<(usize, &Extent)>> = BTreeMap::new();
        for (at, (place, _)) in places.iter().enumerate() {
            let (bundle, extent) = match place {
                Place::Before(bundle, extent) => (Some(*bundle), extent),
                Place::Spool(extent) => (None, extent),
            };
            from.entry(bundle).or_default().push((at, extent));
        }
        let mut read = vec![Bytes::new(); pages.len()];
        for (bundle, extents) in from {
            let found = match bundle {
                None => self.shelf.read(&extents.iter().map(|(_, extent)| *extent).collect::<Vec<_>>())?,
                Some(bundle) => {
                    let name = Index::bundle_name(&self.shelf.roles[bundle as usize]);
                    let range = |(_, extent): &(usize, &Extent)| extent.offset..extent.offset + extent.packed;
                    let ranges: Vec<_> = extents.iter().map(range).collect();
                    handle.block_on(self.store.ranges(&format!("{}/{name}", folder(self.shelf.number)), &ranges))?
                }
            };
            extents.iter().zip(found).for_each(|((at, _), bytes)| read[*at] = bytes);
        }
        let packed = places.iter().zip(read).map(|((place, anew), bytes)| match place {
            Place::Before(_, extent) | Place::Spool(extent) => (Packed::stored(bytes, extent), *anew),
        });
        Ok(packed.collect())
    }

    fn missing(&self, page: &Planned) -> Error {
        Error::Page(format!("`{}` of role `{}` was planned, and nobody made it", page.path, self.draft.role))
    }
}

/// Tells of a page that takes long to arrive.
fn weigh(role: &RoleName, page: &Planned, packed: &Packed) {
    let bytes = packed.deflate.len();
    if gone::has_links(&page.media_type) && bytes > HEAVY {
        tracing::warn!("`{}` of role `{role}` has {} KB compressed, more than a page should", page.path, bytes / 1000);
    }
}

/// An [`Index`] that is written without being put together first.
struct Listing<'a> {
    draft: &'a BundleDraft,
    /// In the order of its pages.
    extents: &'a [Extent],
}

impl Serialize for Listing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut index = serializer.serialize_struct("Index", 4)?;
        index.serialize_field("role", &self.draft.role)?;
        index.serialize_field("repositories", &self.draft.repositories)?;
        if let Some(made_of) = &self.draft.made_of {
            index.serialize_field("made_of", made_of)?;
        }
        index.serialize_field("entries", &Entries(self))?;
        index.end()
    }
}

struct Entries<'a>(&'a Listing<'a>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Listing { draft, extents } = self.0;
        let mut order: Vec<usize> = (0..extents.len()).collect();
        order.sort_by_key(|at| &draft.pages[*at].path);
        let mut entries = serializer.serialize_map(Some(extents.len()))?;
        for at in order {
            let page = &draft.pages[at];
            let entry = EntryText { media_type: &page.media_type, key: page.key, extent: &extents[at] };
            entries.serialize_entry(&page.path, &entry)?;
        }
        entries.end()
    }
}

/// [`crate::domain::release::Entry`] as it is written.
#[derive(Serialize)]
struct EntryText<'a> {
    media_type: &'a str,
    key: Digest,
    #[serde(flatten)]
    extent: &'a Extent,
}

fn zip_fault(role: &RoleName, cause: rawzip::Error) -> Error {
    Error::Page(format!("the bundle of `{role}` cannot be written: {cause}"))
}

/// Hands what is written to the uploader in chunks of a megabyte.
struct Chunks {
    sender: mpsc::Sender<Bytes>,
    buffer: Vec<u8>,
}

const CHUNK_BYTES: usize = 1 << 20;

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        self.sender.blocking_send(chunk).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}
