//! Whether every link of a page leads somewhere.

use super::{Folder, Site};
use crate::domain::policy::Role;
use crate::domain::release::PagePath;
use crate::report::Error;
use crate::report::links::{self, Target};
use crate::report::page::{HTML, Page};

impl Site {
    /// Looks at the links of a page of a role.
    pub(super) fn follow(&self, folder: &Folder, path: &PagePath, page: &Page, bytes: &[u8]) -> Result<(), Error> {
        let is_html = match page {
            Page::Shared(shared) => shared.media_type() == HTML,
            Page::Log | Page::Article(_) | Page::Lost => true,
            Page::Repository(..) | Page::Asset(_) => false,
        };
        let Some(html) = str::from_utf8(bytes).ok().filter(|_| is_html) else { return Ok(()) };
        let leads = |target: &str, id: Option<&str>| {
            let found = target.parse().ok().and_then(|path: PagePath| self.page(folder, &path));
            match (found, id) {
                // The edge makes the whole bundle of what it holds.
                (None, _) if target == PagePath::BUNDLE => Target::There,
                (None, _) => Target::NoEntry,
                (Some(Page::Article(at)), Some(id)) if id.starts_with("c-") && !self.articles[at].has_id(id) => {
                    Target::NoId
                }
                _ => Target::There,
            }
        };
        told(&folder.role, path, links::check(path.as_str(), html, leads))
    }

    /// Looks at the links of a repository's page. It goes into every bundle of these kinds as it is: all of them must hold
    /// what it leads to.
    pub(super) fn follow_own(&self, role: &Role, at: usize, bytes: &[u8]) -> Result<(), Error> {
        let Ok(html) = str::from_utf8(bytes) else { return Ok(()) };
        let leads = |target: &str, _: Option<&str>| {
            let beside = || self.of_one(role, target).is_some_and(|(of, _)| of == at);
            if target == PagePath::BUNDLE || self.everywhere.holds(&role.pages, target) || beside() {
                Target::There
            } else {
                Target::NoEntry
            }
        };
        let path = &self.stock.facts[at].path;
        told(role, path, links::check(path.as_str(), html, leads))
    }
}

fn told(role: &Role, page: &PagePath, broken: Vec<links::Broken>) -> Result<(), Error> {
    broken.into_iter().next().map_or(Ok(()), |broken| {
        let (role, page) = (role.name.to_string(), page.to_string());
        Err(Error::DeadLink { role, page, link: broken.link, why: broken.why.to_string() })
    })
}
