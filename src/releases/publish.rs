//! Writing a release: pages made in parallel, gathered into bundles, signed, and pointed at last.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::before::Before;
use super::shelf::Shelf;
use super::write::Job;
use super::{Error, Releases, folder, statement};
use crate::domain::policy::{Policy, RoleName};
use crate::domain::release::{Bundle, FORMAT, Index, MadeOf, PagePath, Planned, Release};
use crate::domain::{Date, Timestamp};
use crate::keys::Keyring;

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
    /// What all of its pages are made of besides the history.
    pub made_of: Option<MadeOf>,
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

/// What is known of a release before its pages are made.
#[derive(Clone, Debug)]
pub struct Head {
    /// When it is built.
    pub created: Timestamp,
    /// Name and version of the program.
    pub generator: String,
    /// Who may see what.
    pub policy: Policy,
    /// Whether to say of every page why it was made or taken over.
    pub explain: bool,
}

/// What is known once all pages are on the shelf.
pub struct Made {
    /// The newest day in it.
    pub through: Option<Date>,
    /// The badges that anybody may see, each with a role in whose bundle it lies.
    pub public: BTreeMap<PagePath, RoleName>,
    /// One bundle for each role of the policy, laid out one after the other so that they need not be held together.
    pub bundles: Box<dyn Iterator<Item = Result<BundleDraft, String>> + Send>,
}

/// Why a page is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The release before had no such page.
    New,
    /// What it shows changed.
    Data,
    /// The program, a template, an asset or the configuration changed.
    Template,
    /// What the role is called, which repositories it sees, or which kinds of pages it has changed.
    Role,
    /// The release before had it, but not as it was written.
    Damaged,
    /// Nothing that it depends on changed.
    TakenOver,
}

/// Why one page is as it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Explained {
    /// Whose bundle it is in.
    pub role: RoleName,
    /// Which page.
    pub path: PagePath,
    /// Why.
    pub why: Reason,
}

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
        let Draft { created, through, generator, policy, bundles, public } = draft;
        let head = Head { created, generator, policy, explain: false };
        let make = move |shelf: &Shelf| {
            for BundleDraft { role, repositories, pages, .. } in &bundles {
                shelf.expect(role, repositories, pages.iter().map(|page| &page.path));
            }
            let mut asked = HashSet::new();
            let pages = bundles.iter().flat_map(|bundle| bundle.pages.iter().map(|page| (&bundle.role, page)));
            let wanted = pages.filter(|(_, page)| !shelf.holds(&page.key) && asked.insert(page.key));
            wanted.collect::<Vec<_>>().into_par_iter().try_for_each(|(role, page)| {
                shelf.put(page.key, &render(role, page)?).map_err(|fault| fault.to_string())
            })?;
            Ok(Made { through, public, bundles: Box::new(bundles.into_iter().map(Ok)) })
        };
        Ok(self.publish_made(keys, head, make).await?.0)
    }

    /// As [`Releases::publish`], of pages that `make` puts on a shelf in any order it likes: all those that the shelf
    /// does not hold yet. The second value is empty unless explanations were asked for.
    ///
    /// # Errors
    /// As there; [`Error::Page`] with what `make` says, and when a page of a bundle was not made.
    pub async fn publish_made<M>(
        &self,
        keys: &Keyring,
        head: Head,
        make: M,
    ) -> Result<(Published, Vec<Explained>), Error>
    where
        M: FnOnce(&Shelf) -> Result<Made, String> + Send + 'static,
    {
        keys.ready_to_build()?;
        let created = head.created;
        let mut shelf = Shelf::new(self.store.folder())?;
        let before = self.before(keys, &mut shelf, head.explain).await;
        tracing::debug!("{} pages are held already", shelf.len());
        let number = self.claim().await?;
        let making = tokio::task::spawn_blocking(move || make(&shelf).map(|made| (shelf, made)));
        let written = match making.await {
            Ok(Ok((shelf, made))) => self.write(keys, number, head, shelf, &before, made).await,
            Ok(Err(fault)) => Err(Error::Page(fault)),
            Err(fault) => Err(Error::Page(format!("a page could not be rendered: {fault}"))),
        };
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

    async fn write(
        &self,
        keys: &Keyring,
        number: u64,
        head: Head,
        shelf: Shelf,
        before: &Before,
        made: Made,
    ) -> Result<(Published, Vec<Explained>), Error> {
        let Head { created, generator, policy, explain } = head;
        let Made { through, public, bundles: mut drafts } = made;
        let shelf = Arc::new(shelf);
        let mut published = Published { number, ..Published::default() };
        let (mut bundles, mut explained) = (BTreeMap::new(), Vec::new());
        loop {
            // Laying out a bundle is work.
            let next = tokio::task::spawn_blocking(move || (drafts.next(), drafts)).await;
            let (next, rest) = next.map_err(|fault| Error::Page(format!("a bundle has no layout: {fault}")))?;
            drafts = rest;
            let Some(draft) = next else { break };
            let draft = draft.map_err(Error::Page)?;
            let role = draft.role.clone();
            let known = before.get(&role);
            let bundle = match known.filter(|known| known.is(&draft)) {
                Some(same) => {
                    published.reused += draft.pages.len();
                    let taken = draft.pages.iter().filter(|_| explain).map(|page| (page, Reason::TakenOver));
                    explained.extend(taken.map(|(page, why)| explanation(&role, page, why)));
                    self.take_over(shelf.number, number, &role).await?;
                    same.bundle.clone()
                }
                None => {
                    let repositories = draft.repositories.len() as u64;
                    let job = Job { store: self.store.clone(), number, draft, shelf: shelf.clone() };
                    let built = job.run().await?;
                    published.rendered += built.made.iter().filter(|made| **made).count();
                    published.reused += built.made.iter().filter(|made| !**made).count();
                    let pages = built.draft.pages.iter().zip(&built.made).filter(|_| explain);
                    explained.extend(pages.map(|(page, made)| {
                        let anew = || known.map_or(Reason::New, |known| known.why(&built.draft.made_of, page));
                        explanation(&role, page, if *made { anew() } else { Reason::TakenOver })
                    }));
                    Bundle { index: built.index, repositories }
                }
            };
            published.bytes += bundle.index.offset + bundle.index.packed;
            bundles.insert(role, bundle);
        }
        let release =
            Release { format: FORMAT, number, created, through, generator, rollback_to: None, policy, bundles, public };
        let signed = keys.sign_release(&release)?;
        self.store.put(&statement(number), signed.into_bytes()).await?;
        Ok((published, explained))
    }

    /// Takes a whole bundle over: where objects are files, under another name for the same bytes.
    async fn take_over(&self, from: u64, to: u64, role: &RoleName) -> Result<(), Error> {
        let name = Index::bundle_name(role);
        self.store.copy(&format!("{}/{name}", folder(from)), &format!("{}/{name}", folder(to))).await
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
}

fn explanation(role: &RoleName, page: &Planned, why: Reason) -> Explained {
    Explained { role: role.clone(), path: page.path.clone(), why }
}
