//! One pass over all histories: every repository's own files are made while it is at hand, and every page that speaks of
//! several is told of it. No history is kept.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::Error;
use super::group::Group;
use super::keys::{Keys, Members, OwnKeys, organisation};
use super::page::{Making, Own, Page, Shared};
use super::site::{Folder, Site};
use super::stock::Repo;
use crate::domain::policy::{PageKind, Role};
use crate::domain::release::{Digest, PagePath};
use crate::domain::repo::RepositoryHistory;

/// Histories at hand at a time; those that come next are read meanwhile.
const CHUNK: usize = 96;
/// Roles whose pages are in the making at a time. Each page keeps little, but there may be thousands of roles.
const ROLES: usize = 256;

/// Where pages go, and which need not be made.
pub struct Sink<'a, E> {
    /// Whether the page of a key is there already.
    pub holds: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Takes a page.
    pub put: &'a Put<'a, E>,
}

/// Takes a page, told by its key.
pub type Put<'a, E> = dyn Fn(Digest, &[u8]) -> Result<(), E> + Sync + 'a;

impl<E> std::fmt::Debug for Sink<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}

/// Roles with the same kinds of pages, whose repositories have the same files.
struct Variant {
    role: Role,
    own: Vec<Own>,
    keys: OwnKeys,
    /// Of each repository, whether one of the roles sees it.
    sees: Vec<bool>,
}

/// Some repositories by their places, with their histories.
type Chunk<'c> = (&'c [usize], Vec<RepositoryHistory>);

/// What one pass makes of the repositories it reads.
struct Made {
    /// By the places of the roles.
    shaped: Vec<Shaping>,
    learned: Vec<(usize, Digest)>,
}

/// Gives the histories of these keys, in their order.
type Load<'l, E> = dyn FnMut(&[i64]) -> Result<Vec<RepositoryHistory>, E> + 'l;

impl Site {
    /// Tells what is remembered of repositories: by key and stamp the digest of the history, as
    /// [`Site::digests`] gave it to an equal version of this program.
    pub fn remember(&mut self, known: impl Fn(i64, i64) -> Option<Digest>) {
        for fact in self.stock.facts.iter_mut().filter(|fact| fact.stamp != 0) {
            fact.digest = known(fact.key, fact.stamp);
        }
    }

    /// Key, stamp and digest of every repository whose digest is known and can be remembered.
    pub fn digests(&self) -> impl Iterator<Item = (i64, i64, Digest)> {
        let known = self.stock.facts.iter().filter(|fact| fact.stamp != 0);
        known.filter_map(|fact| Some((fact.key, fact.stamp, fact.digest?)))
    }

    /// Makes every page that is not there yet, and learns what is needed for [`Site::bundle`]. `load` gives the histories
    /// of some keys in order of name; it is asked for each of them once, and for none of whom nothing has to be made.
    ///
    /// # Errors
    /// When a page has a fault that only rendering shows, and those of `load` and `sink`.
    pub fn make<E: From<Error> + Send>(&mut self, load: &mut Load<'_, E>, sink: &Sink<'_, E>) -> Result<(), E> {
        let variants = self.variants()?;
        let mut wanted = self.wanted(&variants, sink)?;
        let told: Vec<usize> = (0..self.folders.len()).filter(|role| self.is_told(*role, sink)).collect();
        // All that has to be made of single repositories is made with the first roles.
        let batches = told.chunks(ROLES).chain(told.is_empty().then_some(&[][..]));
        for roles in batches {
            for role in roles {
                self.folders[*role].members.iter().for_each(|at| wanted[*at as usize] = true);
            }
            let shaped = self.pass(roles, &wanted, &variants, load, sink)?;
            for (role, shaping) in roles.iter().zip(shaped) {
                self.shape(*role, shaping, sink)?;
            }
            wanted.fill(false);
        }
        (0..self.folders.len()).try_for_each(|role| self.alone(role, sink))
    }

    fn variants(&self) -> Result<Vec<Variant>, Error> {
        let mut variants: Vec<Variant> = Vec::new();
        for folder in &self.folders {
            let own = Own::of(|kind: PageKind| folder.role.pages.contains(&kind));
            if own.is_empty() {
                continue;
            }
            let known = variants.iter().position(|variant| variant.role.pages == folder.role.pages);
            let at = known.unwrap_or(variants.len());
            if known.is_none() {
                let (role, keys) = (folder.role.clone(), OwnKeys::of(self, &folder.role)?);
                variants.push(Variant { role, own, keys, sees: vec![false; self.stock.facts.len()] });
            }
            folder.members.iter().for_each(|member| variants[at].sees[*member as usize] = true);
        }
        Ok(variants)
    }

    /// Of each repository whether it has to be read for its own sake.
    fn wanted<E: From<Error>>(&self, variants: &[Variant], sink: &Sink<'_, E>) -> Result<Vec<bool>, E> {
        let mut wanted = vec![false; self.stock.facts.len()];
        let seen: HashSet<u32> = self.folders.iter().flat_map(|folder| folder.members.iter().copied()).collect();
        for (at, fact) in self.stock.facts.iter().enumerate().filter(|(at, _)| seen.contains(&(*at as u32))) {
            let Some(digest) = fact.digest else {
                wanted[at] = true;
                continue;
            };
            for variant in variants.iter().filter(|variant| variant.sees[at]) {
                for own in &variant.own {
                    wanted[at] |= !(sink.holds)(&variant.keys.key(self, at, digest, *own)?);
                }
            }
        }
        Ok(wanted)
    }

    /// Whether pages of a role that speak of several repositories have to be made, as far as can be told.
    fn is_told<E>(&self, role: usize, sink: &Sink<'_, E>) -> bool {
        let folder = &self.folders[role];
        let Ok(keys) = Keys::of(self, folder) else { return true };
        let missing = |(path, page): (&PagePath, &Page)| {
            let key = keys.key(self, path, page).ok();
            self.tells(page) && key.is_none_or(|key| !(sink.holds)(&key))
        };
        folder.general.iter().any(missing)
    }

    /// Whether a page is told of repositories.
    fn tells(&self, page: &Page) -> bool {
        match page {
            Page::Shared(_) => true,
            Page::Article(at) => self.articles[*at].is_live(),
            _ => false,
        }
    }

    /// Reads what is wanted, chunk by chunk, while the chunk before is worked on.
    fn pass<E: From<Error> + Send>(
        &mut self,
        roles: &[usize],
        wanted: &[bool],
        variants: &[Variant],
        load: &mut Load<'_, E>,
        sink: &Sink<'_, E>,
    ) -> Result<Vec<Shaping>, E> {
        let places: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at]).collect();
        let site = &*self;
        let shaped = roles.iter().map(|role| Shaping::new(site, *role)).collect::<Result<_, Error>>()?;
        let mut made = Made { shaped, learned: Vec::new() };
        let mut before: Option<Chunk<'_>> = None;
        for chunk in places.chunks(CHUNK).map(Some).chain([None]) {
            let ready = before.take();
            let made = &mut made;
            before = std::thread::scope(|scope| {
                let working = scope.spawn(move || match ready {
                    Some(chunk) => site.work(chunk, made, variants, sink),
                    None => Ok(()),
                });
                let keys = chunk.map(|chunk| chunk.iter().map(|at| site.stock.facts[*at].key).collect::<Vec<_>>());
                let loaded = keys.map(|keys| load(&keys)).transpose();
                let worked = working.join();
                worked.unwrap_or_else(|_| Err(Error::Address("rendering stopped".to_owned()).into()))?;
                Ok::<_, E>(chunk.zip(loaded?))
            })?;
        }
        for (at, digest) in made.learned {
            self.stock.facts[at].digest = Some(digest);
        }
        Ok(made.shaped)
    }

    fn work<E: From<Error> + Send>(
        &self,
        (chunk, histories): Chunk<'_>,
        made: &mut Made,
        variants: &[Variant],
        sink: &Sink<'_, E>,
    ) -> Result<(), E> {
        if histories.len() != chunk.len() {
            return Err(Error::Address("a repository went away while it was read".to_owned()).into());
        }
        let both: Vec<(usize, RepositoryHistory)> = chunk.iter().copied().zip(histories).collect();
        let ready = both.into_par_iter().map(|(at, history)| {
            let repo = self.stock.ready(at, history, &self.words)?;
            self.own_files(at, &repo, variants, sink)?;
            Ok((at, repo))
        });
        let repos: Vec<(usize, Repo)> = ready.collect::<Result<_, E>>()?;
        made.learned.extend(repos.iter().map(|(at, repo)| (*at, repo.digest)));
        made.shaped.par_iter_mut().try_for_each(|shaping| {
            let folder = &self.folders[shaping.role];
            let ours = repos.iter().filter(|(at, _)| folder.has(*at));
            shaping.tell(self, &ours.map(|(at, repo)| (*at, repo)).collect::<Vec<_>>(), sink)
        })
    }

    fn own_files<E: From<Error>>(
        &self,
        at: usize,
        repo: &Repo,
        variants: &[Variant],
        sink: &Sink<'_, E>,
    ) -> Result<(), E> {
        for variant in variants.iter().filter(|variant| variant.sees[at]) {
            for own in &variant.own {
                let key = variant.keys.key(self, at, repo.digest, *own)?;
                if !(sink.holds)(&key) {
                    (sink.put)(key, &self.own(&variant.role, *own, at, repo)?)?;
                }
            }
        }
        Ok(())
    }

    /// Finishes the pages of a role that were told of all its repositories.
    fn shape<E: From<Error>>(&self, role: usize, shaping: Shaping, sink: &Sink<'_, E>) -> Result<(), E> {
        let folder = &self.folders[role];
        let keys = Keys::of(self, folder)?;
        for (path, page, making) in shaping.pages {
            let key = keys.key(self, &path, &page)?;
            if !(sink.holds)(&key) {
                (sink.put)(key, &self.finish(folder, &path, &page, making, &shaping.group)?)?;
            }
        }
        Ok(())
    }

    /// Makes the pages of a role that need no history.
    fn alone<E: From<Error>>(&self, role: usize, sink: &Sink<'_, E>) -> Result<(), E> {
        let folder = &self.folders[role];
        let keys = Keys::of(self, folder)?;
        for (path, page) in folder.general.iter().filter(|(_, page)| !self.tells(page)) {
            let key = keys.key(self, path, page)?;
            if !(sink.holds)(&key) {
                (sink.put)(key, &self.lone(folder, path, page)?)?;
            }
        }
        Ok(())
    }
}

/// The pages of a role that speak of several repositories, in the making.
struct Shaping {
    /// The role's place in the policy.
    role: usize,
    /// Those that are told of all of its repositories.
    pages: Vec<(PagePath, Page, Making)>,
    group: Group,
    /// Pages of owners that were told of some of their repositories, by the owner's place. Owners come one after the
    /// other, so that few are in the making at a time.
    owners: BTreeMap<usize, OfOwner>,
    keys: OwnKeys,
}

/// The page of an owner, in the making.
struct OfOwner {
    making: Making,
    group: Group,
    members: Members,
}

impl Shaping {
    fn new(site: &Site, role: usize) -> Result<Shaping, Error> {
        let folder = &site.folders[role];
        let scope = site.scope(folder, None);
        let whole = folder.general.iter().filter(|(_, page)| folder.owner(page).is_none());
        let pages = whole.filter_map(|(path, page)| Some((path.clone(), page.clone(), site.making(page, &scope)?)));
        let (pages, keys) = (pages.collect(), OwnKeys::of(site, &folder.role)?);
        Ok(Shaping { role, pages, group: Group::new(scope.extent, scope.settled), owners: BTreeMap::new(), keys })
    }

    /// Tells the pages of some of the role's repositories, which are told of in order of name.
    fn tell<E: From<Error> + Send>(
        &mut self,
        site: &Site,
        repos: &[(usize, &Repo)],
        sink: &Sink<'_, E>,
    ) -> Result<(), E> {
        let folder = &site.folders[self.role];
        let scope = site.scope(folder, None);
        repos.iter().for_each(|(_, repo)| self.group.add(&repo.daily));
        let pages = &mut self.pages;
        let tell = || {
            pages.par_iter_mut().for_each(|(.., making)| repos.iter().for_each(|(_, repo)| making.add(&scope, repo)));
        };
        let (owners, keys) = (&mut self.owners, &self.keys);
        let tell_owners = || match folder.role.pages.contains(&PageKind::Organisation) {
            true => repos.iter().try_for_each(|(at, repo)| tell_owner(site, folder, owners, keys, (*at, repo), sink)),
            false => Ok(()),
        };
        rayon::join(tell, tell_owners).1
    }
}

/// Tells the page of its owner of a repository, and finishes the page after the last.
fn tell_owner<E: From<Error>>(
    site: &Site,
    folder: &Folder,
    owners: &mut BTreeMap<usize, OfOwner>,
    keys: &OwnKeys,
    (at, repo): (usize, &Repo),
    sink: &Sink<'_, E>,
) -> Result<(), E> {
    let Ok(member) = folder.members.binary_search(&(at as u32)) else { return Ok(()) };
    let place = folder.owned_by[member] as usize;
    let (owner, shared) = (&folder.owners[place], Shared::Organisation(place));
    let scope = site.scope(folder, Some(owner));
    let page = owners.entry(place).or_insert_with(|| OfOwner {
        making: Making::new(shared, &scope),
        group: Group::new(scope.extent, scope.settled),
        members: Members::default(),
    });
    page.making.add(&scope, repo);
    page.group.add(&repo.daily);
    page.members.add(&site.stock.facts[at], repo.digest);
    if owner.members.last() != Some(&(at as u32)) {
        return Ok(());
    }
    let Some(OfOwner { making, group, members }) = owners.remove(&place) else { return Ok(()) };
    let path: PagePath = owner.path.parse().map_err(|_| Error::Address(owner.path.clone()))?;
    let key = organisation(keys, folder, place, &path, &members)?;
    if !(sink.holds)(&key) {
        (sink.put)(key, &site.finish(folder, &path, &Page::Shared(shared), making, &group)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
