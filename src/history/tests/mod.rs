//! The history against a real SQLite file.

mod beyond;
mod crash;
mod faults;
mod identity;
mod merge;
mod runs;
mod sources;
mod upgrade;

use tempfile::TempDir;

use super::*;
use crate::domain::collection::Sighting;
use crate::domain::repo::{About, Counters, Traits};
use crate::domain::traffic::{Cell, Day, Span};
use crate::domain::{Date, Timestamp};

/// A history in a folder that goes with it.
struct Fresh {
    history: History,
    folder: TempDir,
}

impl Fresh {
    fn new() -> Fresh {
        let folder = tempfile::tempdir().unwrap();
        let history = open(&folder);
        Fresh { history, folder }
    }

    /// A second connection to the same file.
    fn again(&self) -> History {
        open(&self.folder)
    }

    fn record(&mut self, observations: &[Observation]) -> Recorded {
        self.history.record(observations).unwrap()
    }

    fn load(&self) -> Vec<RepositoryHistory> {
        self.history.load().unwrap()
    }

    fn only(&self) -> RepositoryHistory {
        let mut all = self.load();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// All rows of a query, each as text.
    fn rows(&self, query: &str) -> Vec<String> {
        let History::Sqlite(sqlite) = &self.history;
        let mut query = sqlite.connection.prepare(query).unwrap();
        let columns = query.column_count();
        let text = |row: &rusqlite::Row<'_>| {
            let cells = (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n));
            Ok(cells.map(|cell| cell.map(|cell| format!("{cell:?}"))).collect::<Result<Vec<_>, _>>()?.join(" "))
        };
        query.query_map([], text).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn open(folder: &TempDir) -> History {
    History::open(&Settings { path: folder.path().join("history.db") }).unwrap()
}

fn date(n: u64) -> Date {
    Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)
}

/// Two in the morning of the `n`th day.
fn night(n: u64) -> Timestamp {
    date(n).and_hms_opt(2, 0, 0).unwrap().and_utc()
}

fn views(n: u64, count: u64, uniques: u64) -> Day {
    Day { date: date(n), views: Some(Cell { count, uniques }), clones: None }
}

fn sighting(name: &str, id: Option<u64>) -> Sighting {
    Sighting {
        host: "github.com".into(),
        id: id.map(RepoId),
        name: name.parse().unwrap(),
        source: id.map(|_| "main".parse().unwrap()),
        left: None,
        traits: id.map(|_| Traits::default()),
        description: None,
        about: About::default(),
    }
}

fn observation(name: &str, id: Option<u64>, n: u64, days: &[Day]) -> Observation {
    Observation { days: days.to_vec(), ..Observation::new(sighting(name, id), night(n)) }
}
