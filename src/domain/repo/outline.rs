//! A repository without its history.

use super::{About, Repository, RepositoryHistory};
use crate::domain::ranking::Snapshot;
use crate::domain::traffic::{Span, Traffic};
use crate::domain::{Date, Timestamp};

/// What is known of a repository without reading its history: enough to tell who sees it and whether it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What its history can be asked for by.
    pub key: i64,
    /// Equal only if nothing was recorded of it in between; 0 tells nothing.
    pub stamp: i64,
    /// Which repository, without its description and what else GitHub says of it.
    pub repository: Repository,
    /// When its traffic was last collected without a fault.
    pub collected: Option<Timestamp>,
    /// From the first day anything is known of to the newest.
    pub extent: Option<Span>,
    /// The newest day whose figures have come to rest.
    pub settled: Option<Date>,
    /// The day of the newest list of referrers, and of paths.
    pub listed: [Option<Date>; 2],
}

impl Outline {
    /// Of a history that is at hand.
    pub fn of(key: i64, stamp: i64, history: &RepositoryHistory) -> Outline {
        let repository = Repository { description: None, about: About::default(), ..history.repository.clone() };
        let (extent, newest) = (history.traffic.extent(), history.traffic.windows().last().copied());
        let settled = extent.and_then(|extent| Traffic::at_rest(extent, newest));
        let newest = |lists: &[Snapshot]| lists.last().map(|list| list.taken.date_naive());
        let listed = [newest(&history.referrers), newest(&history.paths)];
        Outline { key, stamp, repository, collected: history.collected, extent, settled, listed }
    }
}
