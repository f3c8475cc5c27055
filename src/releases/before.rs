//! What the current release holds that the next one may take over.

use std::collections::HashMap;

use rayon::prelude::*;

use super::bundle;
use super::gone::Held;
use super::opened::{read_index, wrong};
use super::shelf::Shelf;
use super::{BundleDraft, Error, Reason, Releases, folder};
use crate::domain::policy::RoleName;
use crate::domain::release::{Bundle, Digest, Entry, Index, MadeOf, PagePath, Planned, Release};
use crate::keys::Keyring;

/// Bytes that are read and looked through at once.
const SEGMENT: u64 = 8 << 20;

/// A bundle of the release before.
#[derive(Debug)]
pub(super) struct Known {
    /// Of everything its index says but where things lie.
    plan: Digest,
    pub(super) bundle: Bundle,
    /// Whether every byte of it is what was written.
    whole: bool,
    made_of: Option<MadeOf>,
    /// The key of each page, where that is to be explained.
    keys: HashMap<PagePath, Digest>,
}

/// The bundles of the release before, by role.
pub(super) type Before = HashMap<RoleName, Known>;

impl Known {
    /// Whether the bundle would be the same as this one, byte by byte.
    pub(super) fn is(&self, draft: &BundleDraft) -> bool {
        let pages = || draft.pages.iter().map(|page| (&page.path, page.media_type.as_str(), &page.key));
        self.whole && self.plan == plan(&draft.role, &draft.repositories, &draft.made_of, pages())
    }
}

impl Known {
    /// Why a page that is not held any more had to be made anew.
    pub(super) fn why(&self, made_of: &Option<MadeOf>, page: &Planned) -> Reason {
        let (Some(was), Some(is)) = (self.made_of, made_of) else { return Reason::Data };
        let of_one = ["repositories/", "badges/"].iter().any(|folder| page.path.as_str().starts_with(folder));
        match self.keys.get(&page.path) {
            None => Reason::New,
            Some(key) if *key == page.key => Reason::Damaged,
            Some(_) if was.base != is.base => Reason::Template,
            Some(_) if was.kinds != is.kinds || (was.role != is.role && !of_one) => Reason::Role,
            Some(_) => Reason::Data,
        }
    }
}

impl Releases {
    /// Puts every page of the current release on the shelf, if it is still what was written. Nothing of a release that
    /// is unreadable: then all is made anew.
    pub(super) async fn before(&self, keys: &Keyring, shelf: &mut Shelf, explain: bool) -> Before {
        let mut before = Before::new();
        let Ok(Some(number)) = self.current().await else { return before };
        let read = async {
            let release = self.statement(keys, number).await?;
            shelf.number = number;
            for (role, bundle) in &release.bundles {
                let known = self.known(&release, role, bundle, shelf, explain).await?;
                before.insert(role.clone(), known);
            }
            Ok::<(), Error>(())
        };
        if let Err(fault) = read.await {
            tracing::warn!("not everything is taken over from the release before: {fault}");
        }
        before
    }

    async fn known(
        &self,
        release: &Release,
        role: &RoleName,
        bundle: &Bundle,
        shelf: &mut Shelf,
        explain: bool,
    ) -> Result<Known, Error> {
        let index = read_index(&self.store, release.number, role, bundle).await?;
        let entries = || index.entries.iter().map(|(path, entry)| (path, entry.media_type.as_str(), &entry.key));
        let plan = plan(role, &index.repositories, &index.made_of, entries());
        let pages = index.entries.iter().filter(|_| explain);
        let keys = pages.map(|(path, entry)| (path.clone(), entry.key)).collect();
        shelf.note_bundle(role, Held::of(&index));
        let mut entries: Vec<Entry> = index.entries.into_values().collect();
        entries.sort_unstable_by_key(|entry| entry.extent.offset);
        let place = u32::try_from(shelf.roles.len()).map_err(|_| wrong(release.number, "has too many bundles"))?;
        shelf.roles.push(role.clone());
        let all = entries.len();
        let mut sound = 0;
        for segment in segments(&entries) {
            for entry in self.sound(release.number, role, segment).await? {
                sound += 1;
                shelf.note(entry.key, place, entry.extent.clone(), &entry.media_type);
            }
        }
        Ok(Known { plan, bundle: bundle.clone(), whole: sound == all, made_of: index.made_of, keys })
    }

    /// Those of some entries that lie one after the other whose bytes are what was written.
    async fn sound<'a>(&self, number: u64, role: &RoleName, segment: &'a [Entry]) -> Result<Vec<&'a Entry>, Error> {
        let (Some(first), Some(last)) = (segment.first(), segment.last()) else { return Ok(Vec::new()) };
        let start = first.extent.offset;
        let name = format!("{}/{}", folder(number), Index::bundle_name(role));
        let range = start..last.extent.offset + last.extent.packed;
        let read = self.store.ranges(&name, &[range]).await;
        let Some(bytes) = read.ok().and_then(|read| read.into_iter().next()) else { return Ok(Vec::new()) };
        let is_sound = |entry: &&Entry| {
            let from = usize::try_from(entry.extent.offset - start).ok();
            let of = |from: usize| bytes.get(from..from + usize::try_from(entry.extent.packed).ok()?);
            from.and_then(of).is_some_and(|deflate| bundle::is_sound(deflate, &entry.extent))
        };
        Ok(segment.par_iter().filter(is_sound).collect())
    }
}

/// Entries in groups that are read at once.
fn segments(entries: &[Entry]) -> Vec<&[Entry]> {
    let mut from = entries.first().map_or(0, |entry| entry.extent.offset);
    let together = |_: &Entry, next: &Entry| {
        let fits = next.extent.offset + next.extent.packed <= from + SEGMENT;
        if !fits {
            from = next.extent.offset;
        }
        fits
    };
    entries.chunk_by(together).collect()
}

/// What two bundles have in common only if they are the same.
fn plan<'a>(
    role: &RoleName,
    repositories: &[String],
    made_of: &Option<MadeOf>,
    pages: impl Iterator<Item = (&'a PagePath, &'a str, &'a Digest)>,
) -> Digest {
    let mut text = format!("{role}\n{made_of:?}\n").into_bytes();
    let mut names: Vec<&str> = repositories.iter().map(String::as_str).collect();
    names.sort_unstable();
    for name in names {
        text.extend_from_slice(name.as_bytes());
        text.push(b'\n');
    }
    let mut pages: Vec<_> = pages.collect();
    pages.sort_unstable();
    for (path, media_type, key) in pages {
        text.extend_from_slice(path.as_str().as_bytes());
        text.push(b'\n');
        text.extend_from_slice(media_type.as_bytes());
        text.extend_from_slice(key.as_bytes());
    }
    Digest::of(&text)
}
