//! Addresses of repository pages, the same in every bundle.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::domain::release::{PagePath, PathFault};
use crate::domain::repo::{Outline, Repository};

/// One address for each outline, in their order.
///
/// Two repositories may share a name: an old one and the one that took its name. The one collected last keeps the
/// plain address. Addresses differ by more than case, since some file systems keep only one of two that do not.
pub(super) fn addresses(outlines: &[Outline]) -> Result<Vec<PagePath>, PathFault> {
    let mut order: Vec<usize> = (0..outlines.len()).collect();
    order.sort_by_cached_key(|at| precedence(&outlines[*at]));
    let mut taken = BTreeSet::new();
    let mut chosen: Vec<(usize, String)> = Vec::with_capacity(order.len());
    for at in order {
        let candidates = candidates(&outlines[at].repository);
        let free = candidates.into_iter().find(|stem| taken.insert(stem.to_ascii_lowercase()));
        // Only two outlines of one host and one id get here, which the history never gives.
        let stem = free.unwrap_or_else(|| format!("{}~n{at}", outlines[at].repository.name));
        chosen.push((at, stem));
    }
    chosen.sort();
    chosen.into_iter().map(|(_, stem)| format!("repositories/{stem}.html").parse()).collect()
}

/// The address of an owner's page, of the owner alone: every bundle has the same, whatever else is in it.
///
/// In lower case, since hosts take names for one that differ only in it. An owner of that name on another host is
/// somebody else.
pub(super) fn organisation(repository: &Repository) -> String {
    let owner = repository.name.owner().to_ascii_lowercase();
    match repository.host.as_str() {
        "github.com" => format!("organisations/{owner}.html"),
        _ => format!("organisations/{owner}~{}.html", safe(&repository.host).to_ascii_lowercase()),
    }
}

/// Whether the repository is the one that a name means today: nobody who was collected later has it.
pub(super) fn holders(outlines: &[Outline]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..outlines.len()).collect();
    order.sort_by_cached_key(|at| precedence(&outlines[*at]));
    let mut taken = BTreeSet::new();
    let mut holds = vec![false; outlines.len()];
    for at in order {
        let repository = &outlines[at].repository;
        holds[at] = taken.insert((&repository.host, repository.name.to_string().to_ascii_lowercase()));
    }
    holds
}

fn precedence(outline: &Outline) -> (Reverse<Option<i64>>, bool, &str, Option<u64>, String) {
    let repository = &outline.repository;
    let collected = outline.collected.map(|time| time.timestamp());
    (
        Reverse(collected),
        repository.id.is_none(),
        &repository.host,
        repository.id.map(|id| id.0),
        repository.name.to_string(),
    )
}

fn candidates(repository: &Repository) -> Vec<String> {
    let name = &repository.name;
    let id = repository.id.map_or_else(|| "imported".to_owned(), |id| id.to_string());
    let host = safe(&repository.host);
    vec![name.to_string(), format!("{name}~{id}"), format!("{name}~{id}~{host}")]
}

/// A host as a part of an address: a port's colon is none.
fn safe(host: &str) -> String {
    host.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn outline(id: u64, name: &str, collected: &str) -> Outline {
        Outline::of(0, 0, &fixture::history(id, name, collected))
    }

    #[test]
    fn the_repository_collected_last_keeps_the_plain_address() {
        let old = outline(1, "acme/tool", "2026-01-01T02:00:00Z");
        let new = outline(2, "Acme/Tool", "2026-11-24T02:00:00Z");
        let paths = addresses(&[old.clone(), new.clone()]).unwrap();
        assert_eq!(paths[1].as_str(), "repositories/Acme/Tool.html");
        assert_eq!(paths[0].as_str(), "repositories/acme/tool~1.html");
        assert_eq!(holders(&[old, new]), [false, true]);
    }

    #[test]
    fn one_id_on_two_hosts_is_two_repositories() {
        let one = outline(7, "acme/tool", "2026-11-24T02:00:00Z");
        let mut two = one.clone();
        two.repository.host = "github.example.com".to_owned();
        let mut three = two.clone();
        three.repository.host = "ghe.example.com".to_owned();
        let paths = addresses(&[one, two, three]).unwrap();
        let distinct: BTreeSet<String> = paths.iter().map(|path| path.as_str().to_ascii_lowercase()).collect();
        assert_eq!(distinct.len(), 3, "{paths:?}");
    }

    #[test]
    fn an_owner_has_one_address_however_it_is_spelt_and_another_on_another_host() {
        let one = fixture::history(1, "Acme/tool", "2026-11-24T02:00:00Z").repository;
        let mut two = fixture::history(2, "acme/open", "2026-11-24T02:00:00Z").repository;
        assert_eq!([organisation(&one), organisation(&two)], ["organisations/acme.html", "organisations/acme.html"]);
        two.host = "GHE.example.com:8443".to_owned();
        assert_eq!(organisation(&two), "organisations/acme~ghe.example.com-8443.html");
        let path: PagePath = organisation(&two).parse().unwrap();
        assert!(!path.is_asset());
    }

    #[test]
    fn addresses_do_not_depend_on_the_order_of_outlines() {
        let a = outline(1, "acme/tool", "2026-11-24T02:00:00Z");
        let b = outline(2, "ACME/tool", "2026-11-24T02:00:00Z");
        let forward = addresses(&[a.clone(), b.clone()]).unwrap();
        let backward = addresses(&[b, a]).unwrap();
        assert_eq!((&forward[0], &forward[1]), (&backward[1], &backward[0]));
    }
}
