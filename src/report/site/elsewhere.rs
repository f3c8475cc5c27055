//! What of a site is shown elsewhere than in its bundles: badges that anybody may see, and what mails are made of.

use std::collections::BTreeMap;

use super::Site;
use crate::domain::policy::RoleName;
use crate::domain::release::PagePath;
use crate::report::badge;
use crate::report::engine::Engine;
use crate::report::group::Group;
use crate::report::page::Page;
use crate::report::stock::Repo;
use crate::report::view::Scope;

impl Site {
    /// The badges that anybody may see, each with a role in whose bundle it lies. A repository that is private, or of which
    /// nobody knows whether it is, is among them only if the configuration names it in full.
    pub fn public_badges(&self) -> BTreeMap<PagePath, RoleName> {
        let mut public = BTreeMap::new();
        for folder in self.folders.values() {
            for (path, page) in &folder.pages {
                let Page::Badge(at) = page else { continue };
                if badge::is_public(&self.public_badges, &self.repos[*at]) {
                    public.entry(path.clone()).or_insert_with(|| folder.role.name.clone());
                }
            }
        }
        public
    }

    /// The role's scope, its repositories in order of name, and what all of them have together.
    pub(in crate::report) fn whole(&self, role: &RoleName) -> Option<(Scope<'_>, Vec<&Repo>, Group)> {
        let folder = self.folders.get(role)?;
        let scope = self.scope(folder, None);
        let repos: Vec<&Repo> = folder.members.iter().map(|at| &self.repos[*at]).collect();
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
