//! The owners of a role's repositories: each has a page of its own.

use std::collections::BTreeMap;

use super::group;
use super::stock::{Dates, Stock};
use crate::domain::Date;
use crate::domain::collection::Run;
use crate::domain::traffic::Span;

/// One owner within one role.
pub(super) struct Owner {
    /// As its first repository by name spells it.
    pub(super) name: String,
    /// The address of its page.
    pub(super) path: String,
    /// Its repositories that the role sees, as places among all, ascending.
    pub(super) members: Vec<u32>,
    pub(super) extent: Option<Span>,
    pub(super) settled: Option<Date>,
    pub(super) dates: Dates,
}

/// The owners of `members`, in order of their pages' addresses.
pub(super) fn owners(stock: &Stock, members: &[u32], runs: &[Run]) -> Vec<Owner> {
    let fact = |at: &u32| &stock.facts[*at as usize];
    let mut by_path: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for at in members {
        by_path.entry(&fact(at).organisation).or_default().push(*at);
    }
    let owner = |(path, members): (&str, Vec<u32>)| {
        let name = members.first().map_or_else(String::new, |at| fact(at).name.owner().to_owned());
        let (extent, settled) = group::reach(members.iter().map(|at| (fact(at).extent, fact(at).settled)));
        let dates = stock.dates_of(&members, runs);
        Owner { name, path: path.to_owned(), members, extent, settled, dates }
    };
    by_path.into_iter().map(owner).collect()
}
