//! The keys of pages: equal only if the bytes are.

use serde::Serialize;

use super::Error;
use super::page::{Own, Page, Shared};
use super::site::{Folder, Site};
use super::stock::Fact;
use super::view::log::Seen;
use crate::domain::policy::{PageKind, Role};
use crate::domain::release::{Digest, MadeOf, PagePath};

/// What the keys of repositories' own files are made of besides the repositories. It is the same for all roles with the
/// same kinds of pages.
#[derive(Clone)]
pub(super) struct OwnKeys {
    /// Of everything all pages depend on.
    base: Vec<u8>,
    /// Of the page kinds, which make the navigation.
    kinds: Vec<u8>,
}

impl OwnKeys {
    pub(super) fn of(site: &Site, role: &Role) -> Result<OwnKeys, Error> {
        Ok(OwnKeys { base: site.base()?, kinds: json(&role.pages)? })
    }

    /// The key of a file of a repository, by its place among all, whose history has that digest.
    pub(super) fn key(&self, site: &Site, at: usize, digest: Digest, own: Own) -> Result<Digest, Error> {
        let fact = &site.stock.facts[at];
        let data = match own {
            Own::Page => {
                let shown = (digest, &fact.aliases, site.stock.dates(fact));
                [self.kinds.clone(), json(&(shown, site.beside(at)))?].concat()
            }
            Own::File(_) | Own::Badge | Own::Data => json(&digest)?,
        };
        let path = own.path(&fact.path);
        Ok(Digest::of_parts([&self.base, own.tag().as_bytes(), path.as_bytes(), &data]))
    }
}

/// Of everything that pages show of some repositories, told one after the other in order of name.
#[derive(Default)]
pub(super) struct Members(Vec<u8>);

impl Members {
    pub(super) fn add(&mut self, fact: &Fact, digest: Digest) {
        self.0.extend_from_slice(digest.as_bytes());
        self.0.extend_from_slice(fact.path.as_str().as_bytes());
        fact.aliases.iter().for_each(|alias| self.0.extend_from_slice(format!("\n{alias}").as_bytes()));
        self.0.push(b'\n');
    }

    fn of(site: &Site, members: &[u32]) -> Result<Members, Error> {
        let mut all = Members::default();
        for at in members {
            let fact = &site.stock.facts[*at as usize];
            all.add(fact, known(fact)?);
        }
        Ok(all)
    }

    fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

fn known(fact: &Fact) -> Result<Digest, Error> {
    fact.digest.ok_or_else(|| Error::Address(format!("`{}` was not read", fact.name)))
}

/// What the keys of one role's pages are made of.
pub(super) struct Keys<'a> {
    folder: &'a Folder,
    own: OwnKeys,
    /// Of the role's repositories.
    members: Digest,
    /// Of those and of everything said about the role.
    whole: Digest,
    log: Vec<u8>,
    notes: Vec<u8>,
    articles: Vec<u8>,
    made_of: MadeOf,
}

impl<'a> Keys<'a> {
    /// Of a role of whose repositories all digests are known.
    pub(super) fn of(site: &Site, folder: &'a Folder) -> Result<Keys<'a>, Error> {
        let own = OwnKeys::of(site, &folder.role)?;
        let members = Members::of(site, &folder.members)?.digest();
        let mut names = Vec::new();
        for at in &folder.members {
            names.extend_from_slice(site.stock.facts[*at as usize].path.as_str().as_bytes());
            names.push(b'\n');
        }
        let role = Digest::of(&json(&(&folder.role.name, &folder.role.title, &folder.role.pages))?);
        let whole = Digest::of(&json(&(members, role, &folder.dates, &folder.known, &site.spam))?);
        let log = site.seen(folder).into_iter().map(|Seen { run, outcomes, whole }| {
            let whole = whole.then_some((run.requests, run.unchanged, &run.faults));
            let github = (run.window, run.frozen, &run.doubtful);
            (&run.source, run.started, run.finished, github, whole, outcomes)
        });
        let has_log = folder.role.pages.contains(&PageKind::Log);
        let log = if has_log { json(&log.collect::<Vec<_>>())? } else { Vec::new() };
        let articles: Vec<(String, String)> =
            site.links(folder).into_iter().map(|link| (link.label, link.href)).collect();
        let made_of = MadeOf {
            base: Digest::of(&own.base),
            kinds: Digest::of(&own.kinds),
            role: Digest::of_parts([role.as_bytes().as_slice(), &names]),
        };
        let (notes, articles) = (json(&folder.known.notes)?, json(&articles)?);
        Ok(Keys { folder, own, members, whole, log, notes, articles, made_of })
    }

    pub(super) fn made_of(&self) -> MadeOf {
        self.made_of
    }

    pub(super) fn key(&self, site: &Site, path: &PagePath, page: &Page) -> Result<Digest, Error> {
        let (tag, data) = match page {
            Page::Repository(at, own) => {
                return self.own.key(site, *at, known(&site.stock.facts[*at])?, *own);
            }
            Page::Shared(Shared::Organisation(at)) => {
                let members = Members::of(site, &self.folder.owners[*at].members)?;
                return organisation(&self.own, self.folder, *at, path, &members);
            }
            Page::Shared(Shared::Sheet(..) | Shared::Workbook) => ("sheet", json(&self.members)?),
            Page::Shared(Shared::Feed(_)) => ("feed", json(&(self.whole, &site.base_url, &self.notes))?),
            // How long a history is still safe depends on the day it is looked at.
            Page::Shared(Shared::Quality) => ("quality", json(&(self.whole, &self.articles, site.today))?),
            Page::Shared(_) => ("shared", json(&(self.whole, &self.articles))?),
            Page::Log => ("log", json(&(self.whole, &self.log))?),
            Page::Article(at) => {
                let article = &site.articles[*at];
                let shown = format!("{:?} {:?}", article.date, article.pieces);
                ("article", json(&(self.whole, &article.title, shown))?)
            }
            Page::Lost => ("lost", json(&site.base_url)?),
            // An asset's address has the digest of its bytes in it.
            Page::Asset(_) => ("asset", Vec::new()),
        };
        Ok(Digest::of_parts([&self.own.base, tag.as_bytes(), path.as_str().as_bytes(), &data].map(<[u8]>::as_ref)))
    }
}

/// The key of an owner's page. It depends on the owner's repositories, and on no other of the role's.
pub(super) fn organisation(
    own: &OwnKeys,
    folder: &Folder,
    at: usize,
    path: &PagePath,
    members: &Members,
) -> Result<Digest, Error> {
    let (role, owner) = (&folder.role, &folder.owners[at]);
    let data = json(&(members.digest(), &role.title, &role.pages, &owner.dates))?;
    Ok(Digest::of_parts([&own.base, "organisation".as_bytes(), path.as_str().as_bytes(), &data]))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|fault| Error::Address(fault.to_string()))
}
