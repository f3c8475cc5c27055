//! The owners of a role's repositories: each has a page of its own.

use std::collections::BTreeMap;

use super::locale::Words;
use super::names;
use super::stock::{self, Fresh, Repo};
use crate::domain::Date;
use crate::domain::collection::Run;

/// One owner within one role.
pub(super) struct Owner {
    /// As its first repository by name spells it.
    pub(super) name: String,
    /// The address of its page.
    pub(super) path: String,
    /// Its repositories that the role sees, as places among all, in order of name.
    pub(super) members: Vec<usize>,
    pub(super) fresh: Fresh,
}

/// The owners of `members`, in order of name.
pub(super) fn owners(words: &Words, repos: &[Repo], members: &[usize], runs: &[Run], today: Date) -> Vec<Owner> {
    let mut by_path: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in members {
        by_path.entry(names::organisation(&repos[*at].history.repository)).or_default().push(*at);
    }
    let owner = |(path, members): (String, Vec<usize>)| {
        let own: Vec<&Repo> = members.iter().map(|at| &repos[*at]).collect();
        let name = own.first().map_or_else(String::new, |repo| repo.name().owner().to_owned());
        let fresh = Fresh::of(words, own.iter().copied(), stock::frozen(runs, &own), today);
        Owner { name, path, members, fresh }
    };
    by_path.into_iter().map(owner).collect()
}
