//! Search within a bundle: a page, and one file that a script of ours looks through in the browser.
//!
//! The file holds nothing that the role's pages do not say. It is bounded: the names that are seen most, and no more of
//! them than people would look for.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

use super::explore::{begin, end, quote};
use super::{Chrome, Link, Scope};
use crate::domain::policy::PageKind;
use crate::domain::ranking::Snapshot;
use crate::report::stock::Repo;

/// How many referrers, and how many paths, are found at the most.
const MOST: usize = 4_000;
/// How many paths of one repository.
const MOST_EACH: usize = 20;
/// How many windows of fourteen days are looked through, the newest first: about half a year.
const WINDOWS: usize = 13;
/// How much of a description or title.
const LONGEST: usize = 90;

/// `search.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct SearchView {
    page: Chrome,
    role: String,
    says: String,
    script: String,
}

pub(in crate::report) fn search(scope: &Scope<'_>, page: Chrome, script: &str) -> SearchView {
    let (role, says) = (scope.role.title.clone(), scope.extent_in_words());
    SearchView { page, role, says, script: script.to_owned() }
}

/// `search/index.js` in the making.
pub(in crate::report) struct Index {
    /// Repositories by owner, as they are written.
    text: String,
    owner: Option<String>,
    /// Addresses of the owners' pages, in the order of the owners; empty where they have none.
    owners: Vec<String>,
    /// How many repositories were told of.
    told: u32,
    referrers: HashMap<Arc<str>, Referrer>,
    paths: Vec<PathEntry>,
}

/// Whom a referrer sent people to.
#[derive(Clone, Copy, Default)]
struct Referrer {
    views: u64,
    repositories: u32,
    /// The repository that it sent most to, with how many.
    most: (u64, u32),
}

struct PathEntry {
    views: u64,
    repository: u32,
    /// Below the repository's own address on GitHub.
    path: String,
    title: Option<String>,
}

impl Index {
    pub(in crate::report) fn new() -> Index {
        let text = "tollgate({\"owners\":[".to_owned();
        Index { text, owner: None, owners: Vec::new(), told: 0, referrers: HashMap::new(), paths: Vec::new() }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let another = self.owner.as_deref() != Some(repo.name().owner());
        self.owners.extend(scope.owner_href(repo).filter(|_| another));
        begin(&mut self.text, &mut self.owner, repo);
        self.text.push(',');
        let described = repo.history.repository.description.as_deref().filter(|_| scope.linked);
        quote(&mut self.text, &cut(described.unwrap_or_default()));
        end(&mut self.text, repo);
        let pages = &scope.role.pages;
        if scope.linked || pages.contains(&PageKind::Referrers) {
            self.add_referrers(repo);
        }
        if scope.linked || pages.contains(&PageKind::Paths) {
            self.add_paths(repo);
        }
        self.told += 1;
    }

    fn add_referrers(&mut self, repo: &Repo) {
        for (name, (views, _)) in totals(&repo.history.referrers) {
            let entry = self.referrers.entry(name).or_default();
            entry.views += views;
            entry.repositories += 1;
            if views > entry.most.0 {
                entry.most = (views, self.told);
            }
        }
        if self.referrers.len() > 4 * MOST {
            let mut views: Vec<u64> = self.referrers.values().map(|entry| entry.views).collect();
            let (_, least, _) = views.select_nth_unstable_by(2 * MOST, |a, b| b.cmp(a));
            let least = *least;
            self.referrers.retain(|_, entry| entry.views > least);
        }
    }

    fn add_paths(&mut self, repo: &Repo) {
        let own = format!("/{}", repo.name());
        let mut found: Vec<_> = totals(&repo.history.paths).into_iter().collect();
        found.sort_by(|(a, (most, _)), (b, (other, _))| (other, a).cmp(&(most, b)));
        found.truncate(MOST_EACH);
        for (name, (views, title)) in found {
            // What every path of a repository begins with is not written again. An earlier name of it is no such thing.
            let below = name.strip_prefix(&own).filter(|rest| rest.starts_with('/'));
            // The front page of a repository is found by its name.
            if *name == *own {
                continue;
            }
            let path = below.map_or_else(|| format!(" {name}"), str::to_owned);
            self.paths.push(PathEntry { views, repository: self.told, path, title: title.map(|text| cut(&text)) });
        }
        if self.paths.len() > 2 * MOST {
            self.keep_most_viewed();
        }
    }

    fn keep_most_viewed(&mut self) {
        let order = |entry: &PathEntry| (std::cmp::Reverse(entry.views), entry.repository, entry.path.clone());
        self.paths.sort_by_cached_key(order);
        self.paths.truncate(MOST);
    }

    pub(in crate::report) fn finish(mut self, scope: &Scope<'_>, page: &Chrome, articles: &[Link]) -> Vec<u8> {
        self.keep_most_viewed();
        let mut text = std::mem::take(&mut self.text);
        text.push_str(if self.owner.is_some() { "]]]" } else { "]" });
        let pages = &scope.role.pages;
        let has = |kind| pages.contains(&kind);
        let (explore, referrers, paths) = (has(PageKind::Explore), has(PageKind::Referrers), has(PageKind::Paths));
        let _ = write!(text, ",\"linked\":{},\"explore\":{explore}", scope.linked);
        let _ = write!(text, ",\"listed\":{{\"referrers\":{referrers},\"paths\":{paths}}},\"organisations\":[");
        for (at, path) in self.owners.iter().enumerate() {
            text.push_str(if at > 0 { "," } else { "" });
            quote(&mut text, path);
        }
        text.push_str("],\"referrers\":[");
        let mut referrers: Vec<(Arc<str>, Referrer)> = self.referrers.into_iter().collect();
        referrers.sort_by(|(a, one), (b, other)| (other.views, a).cmp(&(one.views, b)));
        for (at, (name, entry)) in referrers.iter().take(MOST).enumerate() {
            text.push_str(if at > 0 { ",[" } else { "[" });
            quote(&mut text, name);
            let _ = write!(text, ",{},{},{}]", entry.views, entry.repositories, entry.most.1);
        }
        text.push_str("],\"paths\":[");
        for (at, entry) in self.paths.iter().enumerate() {
            text.push_str(if at > 0 { ",[" } else { "[" });
            let _ = write!(text, "{},", entry.repository);
            quote(&mut text, &entry.path);
            if let Some(title) = &entry.title {
                text.push(',');
                quote(&mut text, title);
            }
            text.push(']');
        }
        text.push_str("],\"pages\":[");
        for (at, link) in page.nav.iter().chain(articles).enumerate() {
            text.push_str(if at > 0 { ",[" } else { "[" });
            quote(&mut text, &link.label);
            text.push(',');
            quote(&mut text, &link.href);
            text.push(']');
        }
        text.push_str("]})\n");
        text.into_bytes()
    }
}

/// Views of each name over the newest windows, with its newest title.
fn totals(snapshots: &[Snapshot]) -> HashMap<Arc<str>, (u64, Option<Arc<str>>)> {
    let mut totals: HashMap<Arc<str>, (u64, Option<Arc<str>>)> = HashMap::new();
    for ranked in snapshots.iter().rev().take(WINDOWS).flat_map(|snapshot| &snapshot.rows) {
        let (views, title) = totals.entry(ranked.name.clone()).or_default();
        *views += ranked.count;
        if title.is_none() {
            title.clone_from(&ranked.title);
        }
    }
    totals
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("kurz"), "kurz");
        let long = "ü".repeat(LONGEST + 1);
        assert_eq!(cut(&long), format!("{}…", "ü".repeat(LONGEST)));
    }
}
