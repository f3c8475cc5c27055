//! What the history holds, for holding one moment against another.

use std::collections::BTreeMap;

use tollgate::domain::Date;
use tollgate::domain::repo::RepositoryHistory;
use tollgate::domain::traffic::Cell;
use tollgate::history::{History, Settings};

use super::World;

/// Views and clones by repository id and day.
pub(crate) type Figures = BTreeMap<(String, Date), (Option<Cell>, Option<Cell>)>;

/// Every cell of the history, which must be readable.
pub(crate) fn figures(world: &World) -> Figures {
    let history = History::open(&Settings::Sqlite { path: world.history() }).unwrap();
    let cells = |known: RepositoryHistory| {
        let id = known.repository.id.unwrap().to_string();
        let days = known.traffic.series().days().to_vec();
        days.into_iter().map(move |day| ((id.clone(), day.date), (day.views, day.clones)))
    };
    history.load().unwrap().into_iter().flat_map(cells).collect()
}

/// What was known before is still known and not lowered; returns what is known now.
pub(crate) fn never_less(before: &Figures, world: &World, what: &str) -> Figures {
    let now = figures(world);
    for (key, was) in before {
        let is = now.get(key).unwrap_or_else(|| panic!("{what}: {key:?} is gone"));
        for (was, is) in [(was.0, is.0), (was.1, is.1)] {
            let kept = was.is_none_or(|was| is.is_some_and(|is| is.count >= was.count && is.uniques >= was.uniques));
            assert!(kept, "{what}: {key:?} fell from {was:?} to {is:?}");
        }
    }
    now
}
