//! Writing a release: pages rendered in parallel, streamed into bundles, signed, and pointed at last.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::bundle::{BundleWriter, Packed};
use super::store::Store;
use super::{Error, Releases, folder, gone, statement};
use crate::domain::policy::{Policy, RoleName};
use crate::domain::release::{Bundle, Digest, Entry, Extent, FORMAT, Index, PagePath, Planned, Release};
use crate::domain::{Date, Timestamp};
use crate::keys::Keyring;

/// Pages rendered at a time: enough to keep every core busy, few enough to bound memory.
const CHUNK: usize = 128;

/// Compressed bytes that no page should exceed.
const HEAVY: usize = 60_000;

/// A release that is not written yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When it is built.
    pub created: Timestamp,
    /// The newest day in it.
    pub through: Option<Date>,
    /// Name and version of the program.
    pub generator: String,
    /// Who may see what.
    pub policy: Policy,
    /// One bundle for each role of the policy.
    pub bundles: Vec<BundleDraft>,
    /// The badges that anybody may see, each with a role in whose bundle it lies.
    pub public: BTreeMap<PagePath, RoleName>,
}

/// A bundle that is not written yet.
#[derive(Clone, Debug)]
pub struct BundleDraft {
    /// Whose it is.
    pub role: RoleName,
    /// The repositories it speaks of, `owner/name`.
    pub repositories: Vec<String>,
    /// What it will hold, no path twice.
    pub pages: Vec<Planned>,
}

/// What publishing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Published {
    /// The number of the new release.
    pub number: u64,
    /// Pages made anew.
    pub rendered: usize,
    /// Pages taken over as they were stored.
    pub reused: usize,
    /// Bytes of all bundles.
    pub bytes: u64,
}

/// Where a page with some key is stored already.
#[derive(Clone)]
struct Source {
    number: u64,
    role: RoleName,
    extent: Extent,
}

type Known = HashMap<Digest, Source>;

impl Releases {
    /// Writes a release and makes it the current one. Readers see the release before it until all of it is there.
    ///
    /// Pages whose key the current release holds, or that another bundle of this one has already, are copied
    /// compressed; all others come from `render`, which is called from many threads.
    ///
    /// # Errors
    /// [`Error::Page`] when a page cannot be rendered, [`Error::Store`] when something cannot be written,
    /// [`Error::Keys`] when there is no private release key. The current release is unharmed by each.
    pub async fn publish<R>(&self, keys: &Keyring, draft: Draft, render: R) -> Result<Published, Error>
    where
        R: Fn(&RoleName, &Planned) -> Result<Vec<u8>, String> + Send + Sync + 'static,
    {
        keys.ready_to_build()?;
        let created = draft.created;
        let known = self.known(keys, &draft.bundles).await;
        let number = self.claim().await?;
        let written = self.write(keys, number, draft, known, Arc::new(render)).await;
        self.conclude(number, created, written).await
    }

    /// Makes a written release the current one and prunes; clears away one that could not be written.
    pub(super) async fn conclude<T>(&self, number: u64, now: Timestamp, written: Result<T, Error>) -> Result<T, Error> {
        let done = match written {
            Ok(done) => self.point_to(number).await.map(|()| done),
            Err(fault) => Err(fault),
        };
        match done {
            Ok(done) => {
                // The release is out: whatever keeps an old one from going away must not look like a failure of this one.
                if let Err(fault) = self.prune(number, now).await {
                    tracing::warn!("release {number} is out, but older ones could not be cleared away: {fault}");
                }
                Ok(done)
            }
            Err(fault) => {
                // Nobody is pointed to it; removing it saves room and keeps it from ever being mistaken for the newest.
                let _ = self.remove(number).await;
                Err(fault)
            }
        }
    }

    /// Moves the pointer forward, never back: a builder that was overtaken gives way.
    async fn point_to(&self, number: u64) -> Result<(), Error> {
        match self.current().await {
            Ok(Some(newer)) if newer > number => {
                let why = format!("was overtaken by release {newer}, which another builder published meanwhile");
                Err(Error::Release { number, why })
            }
            _ => self.store.put("current", format!("{number}\n").into_bytes()).await,
        }
    }

    async fn write<R>(
        &self,
        keys: &Keyring,
        number: u64,
        draft: Draft,
        mut known: Known,
        render: Arc<R>,
    ) -> Result<Published, Error>
    where
        R: Fn(&RoleName, &Planned) -> Result<Vec<u8>, String> + Send + Sync + 'static,
    {
        let Draft { created, through, generator, policy, bundles: drafts, public } = draft;
        let mut published = Published { number, ..Published::default() };
        let mut bundles = BTreeMap::new();
        for draft in drafts {
            let (role, repositories) = (draft.role.clone(), draft.repositories.len() as u64);
            let job = Job { store: self.store.clone(), number, draft, known, render: render.clone() };
            let built = job.run().await?;
            published.rendered += built.rendered;
            published.reused += built.reused;
            published.bytes += built.index.offset + built.index.packed;
            bundles.insert(role, Bundle { index: built.index, repositories });
            known = built.known;
        }
        let release =
            Release { format: FORMAT, number, created, through, generator, rollback_to: None, policy, bundles, public };
        let signed = keys.sign_release(&release)?;
        self.store.put(&statement(number), signed.into_bytes()).await?;
        Ok(published)
    }

    /// Takes the next free number, so that two builders never write into one release.
    pub(super) async fn claim(&self) -> Result<u64, Error> {
        let numbers = self.numbers().await?;
        let mut number = numbers.last().copied().unwrap_or(0).max(self.current().await.ok().flatten().unwrap_or(0)) + 1;
        while !self.store.create(&format!("{}/claim", folder(number)), Vec::new()).await? {
            number += 1;
        }
        Ok(number)
    }

    /// The pages of the current release by key. None of them when it is unreadable: then all are rendered. So are those
    /// with links when something is gone that they may lead to.
    async fn known(&self, keys: &Keyring, drafts: &[BundleDraft]) -> Known {
        let Ok(Some(number)) = self.current().await else { return Known::new() };
        let opened = match self.open_release(keys, number).await {
            Ok(opened) => opened,
            Err(fault) => {
                tracing::warn!("nothing is taken over from the release before: {fault}");
                return Known::new();
            }
        };
        let roles = opened.release().bundles.keys();
        let entries = roles.filter_map(|role| Some((role, opened.index(role)?)));
        let gone = drafts.iter().any(|draft| opened.index(&draft.role).is_some_and(|before| gone::any(before, draft)));
        let sources = entries.flat_map(|(role, index)| {
            index
                .entries
                .values()
                .filter(move |entry| !(gone && gone::has_links(&entry.media_type)))
                .map(|entry| (entry.key, Source { number, role: role.clone(), extent: entry.extent.clone() }))
        });
        sources.collect()
    }
}

/// The writing of one bundle.
struct Job<R> {
    store: Store,
    number: u64,
    draft: BundleDraft,
    known: Known,
    render: Arc<R>,
}

struct Built {
    index: Extent,
    rendered: usize,
    reused: usize,
    known: Known,
}

impl<R> Job<R>
where
    R: Fn(&RoleName, &Planned) -> Result<Vec<u8>, String> + Send + Sync + 'static,
{
    /// Renders on blocking threads while what is done streams into the store.
    async fn run(self) -> Result<Built, Error> {
        let (store, name) =
            (self.store.clone(), format!("{}/{}", folder(self.number), Index::bundle_name(&self.draft.role)));
        let (sender, receiver) = mpsc::channel(4);
        let handle = Handle::current();
        let building = tokio::task::spawn_blocking(move || self.build(&handle, sender));
        let streamed = store.stream(&name, receiver).await;
        let built = building.await.map_err(|e| Error::Page(format!("a page could not be rendered: {e}")));
        // A store that failed is the cause of what the renderer says of its broken pipe.
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
        let pages = std::mem::take(&mut self.draft.pages);
        let mut repositories = std::mem::take(&mut self.draft.repositories);
        repositories.sort();
        let mut writer = BundleWriter::new(Chunks { sender, buffer: Vec::new() });
        let mut entries = BTreeMap::new();
        let mut reused = 0;
        for chunk in pages.chunks(CHUNK) {
            for (page, (packed, was_stored)) in chunk.iter().zip(self.pack(handle, chunk)?) {
                let extent = writer.add(page.path.as_str(), &packed).map_err(|e| zip_fault(&role, e))?;
                reused += usize::from(was_stored);
                self.known.insert(page.key, Source { number: self.number, role: role.clone(), extent: extent.clone() });
                let entry = Entry { media_type: page.media_type.clone(), key: page.key, extent };
                entries.insert(page.path.clone(), entry);
            }
        }
        let rendered = pages.len() - reused;
        let text = serde_json::to_vec(&Index { role: role.clone(), repositories, entries });
        let packed = text.map_err(std::io::Error::from).and_then(|text| Packed::new(&text));
        let packed = packed.map_err(|e| Error::Page(format!("the index of `{role}` cannot be written: {e}")))?;
        let index = writer.add(Index::NAME, &packed).map_err(|e| zip_fault(&role, e))?;
        let mut chunks = writer.finish().map_err(|e| zip_fault(&role, e))?;
        chunks.flush().map_err(|e| zip_fault(&role, e.into()))?;
        Ok(Built { index, rendered, reused, known: self.known })
    }

    /// Compresses some pages, each with whether it was stored already.
    fn pack(&self, handle: &Handle, pages: &[Planned]) -> Result<Vec<(Packed, bool)>, Error> {
        let stored = self.fetch(handle, pages);
        let pack = |(page, stored): (&Planned, Option<Packed>)| match stored {
            Some(packed) => Ok((packed, true)),
            None => {
                let bytes = (self.render)(&self.draft.role, page).map_err(Error::Page)?;
                let packed = Packed::new(&bytes).inspect(|packed| weigh(&self.draft.role, page, packed));
                packed.map(|packed| (packed, false)).map_err(|e| Error::Page(format!("`{}`: {e}", page.path)))
            }
        };
        pages.par_iter().zip(stored).map(pack).collect()
    }

    /// Reads what is stored under the pages' keys, one request a bundle. What cannot be read, or is not what was
    /// signed, is rendered anew.
    fn fetch(&self, handle: &Handle, pages: &[Planned]) -> Vec<Option<Packed>> {
        let mut wanted: BTreeMap<(u64, &RoleName), Vec<(usize, &Extent)>> = BTreeMap::new();
        for (at, page) in pages.iter().enumerate() {
            if let Some(source) = self.known.get(&page.key).filter(|source| self.is_finished(source)) {
                wanted.entry((source.number, &source.role)).or_default().push((at, &source.extent));
            }
        }
        let mut stored = vec![None; pages.len()];
        for ((number, role), extents) in wanted {
            let name = format!("{}/{}", folder(number), Index::bundle_name(role));
            let ranges: Vec<_> =
                extents.iter().map(|(_, extent)| extent.offset..extent.offset + extent.packed).collect();
            let read = handle.block_on(self.store.ranges(&name, &ranges)).unwrap_or_default();
            let packed: Vec<_> = extents
                .par_iter()
                .zip(read)
                .map(|((at, extent), deflate)| (*at, Packed::stored(deflate, extent)))
                .collect();
            packed.into_iter().for_each(|(at, packed)| stored[at] = packed);
        }
        stored
    }

    /// A bundle that is still being written cannot be read from.
    fn is_finished(&self, source: &Source) -> bool {
        source.number != self.number || source.role != self.draft.role
    }
}

/// Tells of a page that takes long to arrive.
fn weigh(role: &RoleName, page: &Planned, packed: &Packed) {
    let bytes = packed.deflate.len();
    if gone::has_links(&page.media_type) && bytes > HEAVY {
        tracing::warn!("`{}` of role `{role}` has {} KB compressed, more than a page should", page.path, bytes / 1000);
    }
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
