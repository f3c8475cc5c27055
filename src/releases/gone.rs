//! What a bundle held and holds no longer: pages that may lead there are not taken over unseen.

use std::collections::HashSet;

use crate::domain::release::{Index, PagePath};

/// What a bundle of the release before held.
#[derive(Debug)]
pub(super) struct Held {
    repositories: Vec<String>,
    paths: Vec<PagePath>,
}

impl Held {
    pub(super) fn of(index: &Index) -> Held {
        Held { repositories: index.repositories.clone(), paths: index.entries.keys().cloned().collect() }
    }
}

/// Whether something is gone that a page of the same key may lead to.
///
/// What belonged to a repository that left the bundle is not meant: only pages that list the bundle's repositories led
/// there, and they have another key now.
pub(super) fn any<'a>(before: &Held, repositories: &[String], paths: impl Iterator<Item = &'a PagePath>) -> bool {
    let paths: HashSet<&str> = paths.map(PagePath::as_str).collect();
    let mut gone = before.paths.iter().map(|path| path.as_str()).filter(|path| !paths.contains(path)).peekable();
    if gone.peek().is_none() {
        return false;
    }
    let stay: HashSet<&str> = repositories.iter().map(String::as_str).collect();
    let left: HashSet<&str> =
        before.repositories.iter().map(String::as_str).filter(|name| !stay.contains(name)).collect();
    gone.any(|path| !names(path).any(|name| left.contains(name)))
}

/// Whether a page of this type refers to others.
pub(super) fn has_links(media_type: &str) -> bool {
    media_type.starts_with("text/html")
}

/// Every `owner/name` that a path may speak of: two steps of it, the last one without what follows a dot or a tilde.
fn names(path: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.flat_map(move |start| {
        let rest = &path[start..];
        let slash = rest.find('/').unwrap_or(rest.len());
        let ends = rest.char_indices().filter(move |(at, c)| *at > slash && matches!(c, '/' | '.' | '~'));
        ends.map(move |(end, _)| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::release::{Digest, Entry, Extent};

    const ALL: [&str; 4] =
        ["index.html", "pages/a.html", "repositories/acme/anvil.js.html", "data/acme/anvil.js/daily.csv"];

    fn is_gone(repositories: &[&str], pages: &[&str]) -> bool {
        let digest = Digest::of(b"");
        let extent = Extent { offset: 0, packed: 0, length: 0, crc32: 0, sha256: digest, stored: None };
        let entry = Entry { media_type: "text/html".to_owned(), key: digest, extent };
        let entries: BTreeMap<_, _> = ALL.iter().map(|path| (path.parse().unwrap(), entry.clone())).collect();
        let role: crate::domain::policy::RoleName = "acme".parse().unwrap();
        let before = Index { role, repositories: vec!["acme/anvil.js".to_owned()], entries, made_of: None };
        let repositories: Vec<String> = repositories.iter().map(|name| (*name).to_owned()).collect();
        let pages: Vec<PagePath> = pages.iter().map(|path| path.parse().unwrap()).collect();
        any(&Held::of(&before), &repositories, pages.iter())
    }

    #[test]
    fn a_page_that_is_no_longer_there_is_gone() {
        assert!(!is_gone(&["acme/anvil.js"], &ALL));
        assert!(!is_gone(&["acme/anvil.js"], &[&ALL[..], &["pages/b.html"]].concat()));
        assert!(is_gone(&["acme/anvil.js"], &[ALL[0], ALL[2], ALL[3]]));
        assert!(is_gone(&["acme/anvil.js"], &ALL[..3]), "what it had while the repository stays");
    }

    #[test]
    fn what_left_with_its_repository_is_not_missed() {
        assert!(!is_gone(&[], &ALL[..2]));
        assert!(is_gone(&[], &ALL[..1]), "and a page that is none of the repository's");
    }
}
