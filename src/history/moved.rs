//! Keys on their way from one history to another.

use std::collections::{HashMap, HashSet};

/// What an open history remembers from one table of a dump to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    /// The repositories that are dumped, in the order of their keys in the dump.
    pub(super) listed: Option<Vec<i64>>,
    /// The keys that repositories of the dump being restored have here.
    keys: HashMap<i64, i64>,
    /// Those, to tell which ones are spoken for.
    here: HashSet<i64>,
    /// Whether the table of repositories is over.
    past: bool,
}

impl Moved {
    /// Another table begins or goes on; a table of repositories after another one is that of another dump.
    pub(super) fn table(&mut self, repositories: bool) {
        if repositories && self.past {
            *self = Moved { listed: self.listed.take(), ..Moved::default() };
        }
        self.past = !repositories;
    }

    pub(super) fn key(&self, there: i64) -> Option<i64> {
        self.keys.get(&there).copied()
    }

    pub(super) fn is_taken(&self, here: i64) -> bool {
        self.here.contains(&here)
    }

    pub(super) fn note(&mut self, there: i64, here: i64) {
        self.keys.insert(there, here);
        self.here.insert(here);
    }
}
