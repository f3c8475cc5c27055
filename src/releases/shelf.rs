//! Pages by key while a release is made: those that an earlier release holds, and those that are made anew.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::Error;
use super::bundle::Packed;
use super::gone::{self, Held};
use crate::domain::policy::RoleName;
use crate::domain::release::{Digest, Extent, PagePath};

/// Where the compressed bytes of some key are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In a bundle of the release before, by its place among those.
    Before(u32, Extent),
    /// In the spool.
    Spool(Extent),
}

/// Pages by key. Whoever makes pages asks it what it holds already, and gives it the rest, in any order and from any
/// thread.
#[derive(Debug)]
pub struct Shelf {
    /// Of the release before: its number, and the roles whose bundles places are in.
    pub(super) number: u64,
    pub(super) roles: Vec<RoleName>,
    before: HashMap<Digest, Noted>,
    /// What its bundles held, until it has been told what they are to hold now.
    held: Mutex<BTreeMap<RoleName, Held>>,
    /// Whether something is gone that a page with links may lead to.
    gone: AtomicBool,
    spool: Mutex<Spool>,
}

/// Where the release before has a page: in which bundle, where in it, and whether it refers to others.
#[derive(Debug)]
struct Noted {
    bundle: u32,
    extent: Extent,
    links: bool,
}

/// Compressed pages in one temporary file, so that memory need not hold them.
#[derive(Debug)]
struct Spool {
    file: File,
    buffer: Vec<u8>,
    /// How many bytes are in the file already.
    written: u64,
    /// Pages by key, and whether a bundle has taken it.
    pages: HashMap<Digest, (Extent, bool)>,
}

const BUFFER: usize = 1 << 20;

impl Shelf {
    /// Makes its temporary file in `folder`; nothing of it stays, however the process ends.
    pub(super) fn new(folder: &Path) -> Result<Shelf, Error> {
        let file = tempfile::tempfile_in(folder).map_err(|fault| spooling(&fault))?;
        let spool = Spool { file, buffer: Vec::new(), written: 0, pages: HashMap::new() };
        Ok(Shelf {
            number: 0,
            roles: Vec::new(),
            before: HashMap::new(),
            held: Mutex::default(),
            gone: AtomicBool::new(false),
            spool: Mutex::new(spool),
        })
    }

    /// Notes where the release before has a page.
    pub(super) fn note(&mut self, key: Digest, bundle: u32, extent: Extent, media_type: &str) {
        self.before.entry(key).or_insert(Noted { bundle, extent, links: gone::has_links(media_type) });
    }

    /// Notes what a bundle of the release before held.
    pub(super) fn note_bundle(&self, role: &RoleName, held: Held) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(role.clone(), held);
    }

    /// Takes note of what a bundle is to hold, before any page is made. When something is gone that a page may lead to,
    /// pages with links are no longer held: they are made again, so that their links are looked at.
    pub fn expect<'a>(&self, role: &RoleName, repositories: &[String], paths: impl Iterator<Item = &'a PagePath>) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(role);
        if held.is_some_and(|held| gone::any(&held, repositories, paths)) {
            self.gone.store(true, Ordering::Relaxed);
        }
    }

    /// Where the release before has a page that may be taken over.
    fn taken_over(&self, key: &Digest) -> Option<&Noted> {
        self.before.get(key).filter(|noted| !(noted.links && self.gone.load(Ordering::Relaxed)))
    }

    /// How many pages the release before has.
    pub(super) fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether the page of that key need not be made.
    pub fn holds(&self, key: &Digest) -> bool {
        self.taken_over(key).is_some() || self.spool().pages.contains_key(key)
    }

    /// Takes a page that was made. One that is held already is dropped: equal keys are equal bytes.
    ///
    /// # Errors
    /// [`Error::Store`] when there is no room for it.
    pub fn put(&self, key: Digest, bytes: &[u8]) -> Result<(), Error> {
        if self.holds(&key) {
            return Ok(());
        }
        let packed = Packed::new(bytes).map_err(|fault| spooling(&fault))?;
        self.spool().add(key, &packed).map_err(|fault| spooling(&fault))
    }

    /// Where a page is, and whether it was made for this bundle and for none before.
    pub(super) fn place(&self, key: &Digest) -> Option<(Place, bool)> {
        if let Some(Noted { bundle, extent, .. }) = self.taken_over(key) {
            return Some((Place::Before(*bundle, extent.clone()), false));
        }
        let mut spool = self.spool();
        let (extent, taken) = spool.pages.get_mut(key)?;
        Some((Place::Spool(extent.clone()), !std::mem::replace(taken, true)))
    }

    /// Reads pages from the spool, in the order of `extents`.
    pub(super) fn read(&self, extents: &[&Extent]) -> Result<Vec<Bytes>, Error> {
        let mut spool = self.spool();
        extents.iter().map(|extent| spool.read(extent)).collect::<Result<_, _>>().map_err(|fault| spooling(&fault))
    }

    fn spool(&self) -> MutexGuard<'_, Spool> {
        // Whoever panicked while writing has failed the build; what is in the file stays what it is.
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spool {
    fn add(&mut self, key: Digest, packed: &Packed) -> std::io::Result<()> {
        let offset = self.written + self.buffer.len() as u64;
        self.buffer.extend_from_slice(&packed.deflate);
        self.pages.insert(key, (packed.extent(offset), false));
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if !self.buffer.is_empty() {
            self.file.seek(SeekFrom::Start(self.written))?;
            self.file.write_all(&self.buffer)?;
            self.written += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }

    fn read(&mut self, extent: &Extent) -> std::io::Result<Bytes> {
        self.flush()?;
        let mut bytes = vec![0; usize::try_from(extent.packed).unwrap_or(0)];
        self.file.seek(SeekFrom::Start(extent.offset))?;
        self.file.read_exact(&mut bytes)?;
        Ok(Bytes::from(bytes))
    }
}

fn spooling(fault: &std::io::Error) -> Error {
    Error::Store {
        what: "write",
        object: "the pages being made".into(),
        why: fault.to_string(),
        hint: "free some room where releases are kept; the last release is unharmed",
    }
}
