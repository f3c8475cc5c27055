//! What of a site is shown elsewhere than in its bundles: badges that anybody may see, and what mails are made of.

use std::collections::BTreeMap;

use super::Site;
use crate::domain::policy::{PageKind, RoleName};
use crate::domain::release::PagePath;
use crate::report::badge;
use crate::report::engine::Engine;
use crate::report::group::Group;
use crate::report::stock::Repo;
use crate::report::view::Scope;

impl Site {
    /// The badges that anybody may see, each with a role in whose bundle it lies. A repository that is private, or of which
    /// nobody knows whether it is, is among them only if the configuration names it in full.
    pub fn public_badges(&self) -> BTreeMap<PagePath, RoleName> {
        let mut public = BTreeMap::new();
        for folder in self.folders.iter().filter(|folder| folder.role.pages.contains(&PageKind::Repository)) {
            let facts = folder.members.iter().map(|at| &self.stock.facts[*at as usize]);
            for path in facts.filter(|fact| fact.public).filter_map(|fact| badge::path(&fact.path).parse().ok()) {
                public.entry(path).or_insert_with(|| folder.role.name.clone());
            }
        }
        public
    }

    /// Of a site whose histories are at hand: the role's scope, its repositories in order of name, and what all of them have together.
    pub(in crate::report) fn whole(&self, role: &RoleName) -> Option<(Scope<'_>, Vec<&Repo>, Group)> {
        let folder = self.folders.iter().find(|folder| folder.role.name == *role)?;
        let scope = self.scope(folder, None);
        let repos: Vec<&Repo> = folder.members.iter().map(|at| &self.repos[*at as usize]).collect();
        let mut group = Group::new(scope.extent, scope.settled);
        repos.iter().for_each(|repo| group.add(&repo.daily));
        Some((scope, repos, group))
    }

    pub(in crate::report) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the site is called.
    pub(in crate::report) fn title(&self) -> &str {
        &self.title
    }
}
