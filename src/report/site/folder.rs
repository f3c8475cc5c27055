//! What one role sees and which pages it has.

use std::collections::BTreeMap;

use super::{Bundle, Site};
use crate::domain::Date;
use crate::domain::policy::{PageKind, Role, RoleName};
use crate::domain::release::{PagePath, PathFault, Planned};
use crate::domain::traffic::Span;
use crate::report::Error;
use crate::report::group;
use crate::report::keys::Keys;
use crate::report::owners::{self, Owner};
use crate::report::page::{HTML, Own, Page, Shared};
use crate::report::stock::{self, Dates};
use crate::report::view::Known;

/// What one role sees, as places in what all roles share.
pub(in crate::report) struct Folder {
    pub(in crate::report) role: Role,
    /// Ascending.
    pub(in crate::report) members: Vec<u32>,
    pub(in crate::report) owners: Vec<Owner>,
    /// Of each member the place of its owner among the owners.
    pub(in crate::report) owned_by: Vec<u32>,
    pub(in crate::report) extent: Option<Span>,
    pub(in crate::report) settled: Option<Date>,
    pub(in crate::report) dates: Dates,
    pub(in crate::report) known: Known,
    /// Every page but those of single repositories.
    pub(in crate::report) general: BTreeMap<PagePath, Page>,
}

impl Folder {
    /// Whose page it is, if it is an owner's.
    pub(in crate::report) fn owner(&self, page: &Page) -> Option<&Owner> {
        match page {
            Page::Shared(Shared::Organisation(at)) => self.owners.get(*at),
            _ => None,
        }
    }

    pub(in crate::report) fn has(&self, at: usize) -> bool {
        self.members.binary_search(&(at as u32)).is_ok()
    }
}

impl Site {
    pub(super) fn folder(&self, role: &Role, members: Vec<u32>) -> Result<Folder, Error> {
        let facts = || members.iter().map(|at| &self.stock.facts[*at as usize]);
        let articles = self.articles.iter().filter(|article| article.is_for(&role.name));
        articles.into_iter().try_for_each(|article| article.check(role, &self.stock.facts, &members))?;
        let (extent, settled) = group::reach(facts().map(|fact| (fact.extent, fact.settled)));
        let owners = owners::owners(&self.stock, &members, &self.runs);
        let mut owned_by = vec![0; members.len()];
        for (owner, at) in
            owners.iter().zip(0..).flat_map(|(owner, place)| owner.members.iter().map(move |at| (place, at)))
        {
            if let Ok(member) = members.binary_search(at) {
                owned_by[member] = owner;
            }
        }
        let dates = self.stock.dates_of(&members, &self.runs);
        let general = self.general(role, &owners)?;
        let known = Known::default();
        let role = role.clone();
        let mut folder = Folder { role, members, owners, owned_by, extent, settled, dates, known, general };
        folder.known = self.known(&folder);
        Ok(folder)
    }

    /// A note is for those who see every repository that it concerns: its text may name any of them.
    fn known(&self, folder: &Folder) -> Known {
        let all = |places: &Vec<u32>| !places.is_empty() && places.iter().all(|at| folder.has(*at as usize));
        let ours = self.notes.iter().zip(&self.concerned).filter(|(_, places)| all(places));
        let facts = || folder.members.iter().map(|at| &self.stock.facts[*at as usize]);
        let newest = |list: usize| facts().filter_map(|fact| fact.listed[list]).max();
        Known {
            notes: ours.map(|(note, _)| note.clone()).collect(),
            stood: stock::stood(self.seen(folder).iter().map(|seen| seen.run)),
            listed: [newest(0), newest(1)],
        }
    }

    /// The pages of a role but those of single repositories.
    fn general(&self, role: &Role, owners: &[Owner]) -> Result<BTreeMap<PagePath, Page>, Error> {
        let has = |kind| role.pages.contains(&kind);
        let shared = Shared::of(has, owners.len()).into_iter();
        let mut pages: Vec<(String, Page)> =
            shared.map(|page| (page.path(owners).into_owned(), Page::Shared(page))).collect();
        let mut add = |path: &str, page| pages.push((path.to_owned(), page));
        if has(PageKind::Log) {
            add("log.html", Page::Log);
        }
        for (at, article) in self.articles.iter().enumerate().filter(|(_, article)| article.is_for(&role.name)) {
            add(article.path.as_str(), Page::Article(at));
        }
        add("404.html", Page::Lost);
        for (name, asset) in self.engine.assets() {
            add(&asset.path, Page::Asset(name.clone()));
        }
        pages.into_iter().map(|(path, page)| Ok((address(&path)?, page))).collect()
    }

    /// The page of a role at an address.
    pub(super) fn page(&self, folder: &Folder, path: &PagePath) -> Option<Page> {
        folder.general.get(path).cloned().or_else(|| {
            let (at, own) = self.of_one(&folder.role, path.as_str())?;
            folder.has(at).then_some(Page::Repository(at, own))
        })
    }

    /// What an address means in bundles with these kinds of pages, if it is a file of one repository.
    pub(super) fn of_one(&self, role: &Role, path: &str) -> Option<(usize, Own)> {
        let (page, own) = Own::at(path)?;
        let at = self.stock.of_page(&page)?;
        Own::of(|kind| role.pages.contains(&kind)).contains(&own).then_some((at, own))
    }

    /// Every page of a role.
    fn pages(&self, folder: &Folder) -> Result<BTreeMap<PagePath, Page>, Error> {
        let mut pages = folder.general.clone();
        for own in Own::of(|kind| folder.role.pages.contains(&kind)) {
            for at in folder.members.iter().map(|at| *at as usize) {
                pages.insert(address(&own.path(&self.stock.facts[at].path))?, Page::Repository(at, own));
            }
        }
        Ok(pages)
    }

    /// Of each role, in the policy's order, its repositories and the addresses of its pages.
    pub fn planned(&self) -> impl Iterator<Item = (&RoleName, Vec<String>, Result<Vec<PagePath>, Error>)> {
        self.folders.iter().map(|folder| {
            let paths = self.pages(folder).map(|pages| pages.into_keys().collect());
            (&folder.role.name, self.names(folder), paths)
        })
    }

    fn names(&self, folder: &Folder) -> Vec<String> {
        folder.members.iter().map(|at| self.stock.facts[*at as usize].name.to_string()).collect()
    }

    /// The bundle of a role by its place in the policy, once what all of its pages are made of is known.
    ///
    /// # Errors
    /// When a page's address is none.
    pub fn bundle(&self, role: usize) -> Result<Bundle, Error> {
        let folder = &self.folders[role];
        let keys = Keys::of(self, folder)?;
        let plan = |(path, page): (PagePath, Page)| {
            let media_type = match &page {
                Page::Shared(shared) => shared.media_type(),
                Page::Repository(_, own) => own.media_type(),
                Page::Asset(name) => self.engine.assets().get(name).map_or(HTML, |asset| asset.media_type),
                _ => HTML,
            };
            Ok(Planned { key: keys.key(self, &path, &page)?, path, media_type: media_type.to_owned() })
        };
        let pages = self.pages(folder)?.into_iter().map(plan).collect::<Result<_, Error>>()?;
        let repositories = self.names(folder);
        Ok(Bundle { role: folder.role.name.clone(), repositories, pages, made_of: keys.made_of() })
    }
}

fn address(path: &str) -> Result<PagePath, Error> {
    path.parse().map_err(|fault: PathFault| Error::Address(fault.to_string()))
}
