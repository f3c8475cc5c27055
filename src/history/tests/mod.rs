//! The history against real stores: what is true of one is true of the other.

mod beyond;
mod changes;
mod crash;
mod dump;
mod faults;
mod identity;
mod merge;
mod outline;
mod postgresql;
mod runs;
pub(crate) mod server;
mod sources;
mod upgrade;

use proptest::test_runner::Config;
use tempfile::TempDir;

use super::*;
use crate::domain::collection::Sighting;
use crate::domain::repo::{About, Counters, Traits};
use crate::domain::traffic::{Cell, Day, Span};
use crate::domain::{Date, Timestamp};

/// Which store a test is run against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    Sqlite,
    Postgres,
}

impl Store {
    /// Every case of a server takes two new schemas, so there are fewer of them.
    fn cases(self, cases: u32) -> Config {
        let cases = if self == Store::Sqlite { cases } else { cases / 6 };
        Config { cases, failure_persistence: None, ..Config::default() }
    }
}

/// Each of the functions is a test of both stores.
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $name() {
                super::$name(super::Store::Sqlite);
            })*
        }
        mod on_postgresql {
            $(#[test]
            fn $name() {
                super::$name(super::Store::Postgres);
            })*
        }
    };
}

use both;

/// A history that goes with the test.
struct Fresh {
    history: History,
    settings: Settings,
    folder: Option<TempDir>,
}

impl Fresh {
    fn new(store: Store) -> Fresh {
        let folder = (store == Store::Sqlite).then(|| tempfile::tempdir().unwrap());
        let settings = match &folder {
            Some(folder) => Settings::Sqlite { path: folder.path().join("history.db") },
            None => Settings::of(&server::server().schema()),
        };
        Fresh { history: History::open(&settings).unwrap(), settings, folder }
    }

    /// A second connection to the same history.
    fn again(&self) -> History {
        History::open(&self.settings).unwrap()
    }

    fn sqlite(&self) -> &rusqlite::Connection {
        let History::Sqlite(sqlite) = &self.history else { panic!("no SQLite") };
        &sqlite.connection
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
        self.history.read(|session| Ok(rows(session, query))).unwrap()
    }
}

fn rows(session: Session<'_>, query: &str) -> Vec<String> {
    match session {
        Session::Sqlite(connection) => {
            let mut query = connection.prepare(query).unwrap();
            let columns = query.column_count();
            let text = |row: &rusqlite::Row<'_>| {
                let cells = (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n));
                Ok(cells.map(|cell| cell.map(|cell| format!("{cell:?}"))).collect::<Result<Vec<_>, _>>()?.join(" "))
            };
            query.query_map([], text).unwrap().collect::<Result<_, _>>().unwrap()
        }
        Session::Postgres(wire) => {
            let found = wire.borrow_mut().client().unwrap().query(query, &[]).unwrap();
            let text = |row: &::postgres::Row| {
                let cells = (0..row.len()).map(|n| cell(row, n));
                cells.collect::<Vec<_>>().join(" ")
            };
            found.iter().map(text).collect()
        }
    }
}

/// As SQLite would show it.
fn cell(row: &::postgres::Row, n: usize) -> String {
    let number: Option<i64> = match row.columns()[n].type_().name() {
        "int8" => row.get(n),
        "int4" => row.get::<_, Option<i32>>(n).map(i64::from),
        "bool" => row.get::<_, Option<bool>>(n).map(i64::from),
        _ => return row.get::<_, Option<String>>(n).map_or("Null".into(), |text| format!("Text({text:?})")),
    };
    number.map_or("Null".into(), |number| format!("Integer({number})"))
}

fn open(folder: &TempDir) -> History {
    History::open(&Settings::Sqlite { path: folder.path().join("history.db") }).unwrap()
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
