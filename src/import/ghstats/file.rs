//! The file itself: opened for reading only, whichever version of ghstats wrote it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use crate::domain::Date;
use crate::domain::ranking::Ranked;
use crate::import::error::{Error, Fault};
use crate::import::table::{LIMIT, possible};

const COPY: &str = "stop ghstats, copy the file together with its `-wal` file, and import the copy";
const WRONG: &str = "give the file that ghstats keeps, `data/ghstats.db` unless it was told otherwise";

/// A row of `repo_stats`.
pub(super) struct Stats {
    pub(super) date: Date,
    pub(super) views: (u64, u64),
    pub(super) clones: (u64, u64),
    pub(super) stars: u64,
    pub(super) forks: u64,
    pub(super) watchers: u64,
    /// `None` where it was below zero: the two numbers it was worked out from were of different moments.
    pub(super) issues: Option<u64>,
    /// `None` in files from before there was such a column.
    pub(super) pulls: Option<u64>,
}

impl Stats {
    /// Whether a sync wrote it on its own date: only that sets these.
    pub(super) fn by_sync(&self) -> bool {
        self.watchers > 0 || self.forks > 0 || self.issues != Some(0) || self.pulls.is_some_and(|pulls| pulls > 0)
    }
}

/// All names in the top ten of a day.
pub(super) type List = Vec<Ranked>;

/// Everything in the file that is of use, by GitHub's id.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) repositories: BTreeMap<u64, String>,
    pub(super) stats: BTreeMap<u64, Vec<Stats>>,
    pub(super) referrers: BTreeMap<u64, BTreeMap<Date, List>>,
    pub(super) paths: BTreeMap<u64, BTreeMap<Date, List>>,
}

impl Contents {
    /// The last day that anything was written of.
    pub(super) fn newest(&self) -> Option<Date> {
        let lists = self.referrers.values().chain(self.paths.values()).flat_map(BTreeMap::keys).copied();
        self.stats.values().flatten().map(|row| row.date).chain(lists).max()
    }

    /// How many rows belong to no repository.
    pub(super) fn orphans(&self) -> usize {
        let lone = |id: &u64| !self.repositories.contains_key(id);
        let stats = self.stats.iter().filter(|(id, _)| lone(id)).map(|(_, rows)| rows.len());
        let lists = self.referrers.iter().chain(&self.paths).filter(|(id, _)| lone(id));
        stats.chain(lists.map(|(_, lists)| lists.values().map(List::len).sum())).sum()
    }
}

/// The open file.
pub(super) struct Database<'a> {
    file: &'a Path,
    connection: Connection,
}

impl Database<'_> {
    pub(super) fn open(file: &Path) -> Result<Database<'_>, Error> {
        let connection = connect(file).map_err(|error| explain(file, &error))?;
        Ok(Database { file, connection })
    }

    pub(super) fn read(&self, latest: Date) -> Result<Contents, Error> {
        // One transaction: ghstats may be writing.
        let transaction = self.connection.unchecked_transaction().map_err(|error| explain(self.file, &error))?;
        let mut scan = Scan { file: self.file, connection: &transaction, latest, faults: Vec::new() };
        let contents = scan.contents()?;
        if scan.faults.is_empty() { Ok(contents) } else { Err(Error::Broken(scan.faults)) }
    }
}

/// Opens the file so that it stays as it is. Where its folder may not be written to, SQLite cannot share it with a
/// writer; then it is read as it lies, unless changes wait beside it.
fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let shared = Connection::open_with_flags(file, flags).and_then(probe);
    let waiting = |suffix: &str| {
        let mut beside = file.as_os_str().to_owned();
        beside.push(suffix);
        std::fs::metadata(beside).is_ok_and(|beside| beside.len() > 0)
    };
    let unshared = |error: &rusqlite::Error| {
        matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
    };
    match shared {
        Err(error) if unshared(&error) && file.exists() && !waiting("-wal") && !waiting("-journal") => {
            let Ok(mut address) = url::Url::from_file_path(std::path::absolute(file).unwrap_or_default()) else {
                return Err(error);
            };
            address.set_query(Some("immutable=1"));
            Connection::open_with_flags(address.as_str(), flags | OpenFlags::SQLITE_OPEN_URI).and_then(probe)
        }
        opened => opened,
    }
}

/// SQLite opens anything; only reading tells.
fn probe(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

struct Scan<'a> {
    file: &'a Path,
    connection: &'a Connection,
    latest: Date,
    faults: Vec<Fault>,
}

impl Scan<'_> {
    fn contents(&mut self) -> Result<Contents, Error> {
        let mut contents = Contents::default();
        let stats = self.columns("repo_stats")?;
        if stats.is_empty() || self.columns("repos")?.is_empty() {
            let what = "is not the history of ghstats: it has no tables `repos` and `repo_stats`".to_owned();
            return Err(Error::Database { file: self.file.to_owned(), what, mending: WRONG });
        }
        self.each("SELECT id, name FROM repos ORDER BY id", |_, row| {
            contents.repositories.insert(key(row)?, row.get(1)?);
            Ok(())
        })?;
        let (id, pulls) = (or(&stats, "repo_id", "id"), or(&stats, "prs", "NULL"));
        let query = format!(
            "SELECT {id}, date, views_count, views_uniques, clones_count, clones_uniques, stars, forks, watchers, \
             issues, {pulls} FROM repo_stats ORDER BY {id}, date"
        );
        self.each(&query, |scan, row| {
            if let Some(stats) = scan.stats(row)? {
                contents.stats.entry(key(row)?).or_default().push(stats);
            }
            Ok(())
        })?;
        contents.referrers = self.lists("repo_referrers", "referrer")?;
        contents.paths = self.lists("repo_popular_paths", "path")?;
        Ok(contents)
    }

    fn stats(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<Stats>> {
        let Some(date) = self.date(row)? else { return Ok(None) };
        let signed: i64 = row.get(9)?;
        Ok(Some(Stats {
            date,
            views: (self.figure(row, 2)?, self.figure(row, 3)?),
            clones: (self.figure(row, 4)?, self.figure(row, 5)?),
            stars: self.figure(row, 6)?,
            forks: self.figure(row, 7)?,
            watchers: self.figure(row, 8)?,
            issues: u64::try_from(signed).ok().filter(|issues| *issues <= LIMIT),
            pulls: match row.get::<_, Option<i64>>(10)? {
                Some(_) => Some(self.figure(row, 10)?),
                None => None,
            },
        }))
    }

    /// The lists of each repository; files from before ghstats asked for them have none.
    fn lists(&mut self, table: &str, name: &str) -> Result<BTreeMap<u64, BTreeMap<Date, List>>, Error> {
        let mut lists = BTreeMap::<u64, BTreeMap<Date, List>>::new();
        let columns = self.columns(table)?;
        if columns.is_empty() {
            return Ok(lists);
        }
        let title = or(&columns, "title", "NULL");
        let query =
            format!("SELECT repo_id, date, {name}, {title}, count, uniques FROM {table} ORDER BY repo_id, date");
        self.each(&query, |scan, row| {
            let Some(date) = scan.date(row)? else { return Ok(()) };
            let (name, title): (String, Option<String>) = (row.get(2)?, row.get(3)?);
            let (count, uniques) = (scan.figure(row, 4)?, scan.figure(row, 5)?);
            let ranked = Ranked { name: name.into(), title: title.map(Into::into), count, uniques };
            lists.entry(key(row)?).or_default().entry(date).or_default().push(ranked);
            Ok(())
        })?;
        Ok(lists)
    }

    fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        let read = || {
            let mut query = self.connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
            query.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
        };
        read().map_err(|error| explain(self.file, &error))
    }

    fn each(
        &mut self,
        query: &str,
        mut each: impl FnMut(&mut Self, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Error> {
        let (file, connection) = (self.file, self.connection);
        let mut run = || {
            let mut query = connection.prepare(query)?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                each(self, row)?;
            }
            Ok(())
        };
        run().map_err(|error| explain(file, &error))
    }

    /// The second column; `2024-07-01T00:00:00Z`.
    fn date(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<Date>> {
        let text: String = row.get(1)?;
        let parsed = text.get(..10).and_then(|date| date.parse::<Date>().ok()).ok_or("is not a date");
        match parsed.and_then(|date| possible(date, self.latest)) {
            Ok(date) => Ok(Some(date)),
            Err(rule) => {
                self.broken(row, format!("the date `{text}` {rule}"))?;
                Ok(None)
            }
        }
    }

    fn figure(&mut self, row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
        let value: i64 = row.get(column)?;
        let figure = u64::try_from(value).ok().filter(|figure| *figure <= LIMIT);
        if figure.is_none() {
            let title = row.as_ref().column_name(column)?.to_owned();
            let date: String = row.get(1)?;
            self.broken(row, format!("`{title}` on {date} is {value}, which cannot be"))?;
        }
        Ok(figure.unwrap_or_default())
    }

    fn broken(&mut self, row: &Row<'_>, what: String) -> rusqlite::Result<()> {
        let id: i64 = row.get(0)?;
        self.faults.push(Fault::whole(self.file, format!("repository {id}: {what}")));
        Ok(())
    }
}

/// GitHub's id of the repository, the first column.
fn key(row: &Row<'_>) -> rusqlite::Result<u64> {
    let id: i64 = row.get(0)?;
    u64::try_from(id).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, id))
}

/// The column where there is one, else what stands for it.
fn or<'t>(columns: &[String], column: &'t str, other: &'t str) -> &'t str {
    if columns.iter().any(|name| name == column) { column } else { other }
}

fn explain(file: &Path, error: &rusqlite::Error) -> Error {
    let (what, mending) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ("is not an SQLite database".to_owned(), WRONG),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ("is being written to".to_owned(), COPY),
        Some(ErrorCode::DatabaseCorrupt) => {
            ("is damaged".to_owned(), "save what can be read with `sqlite3 FILE .recover`, and import that")
        }
        Some(ErrorCode::CannotOpen) if !file.exists() => ("does not exist".to_owned(), WRONG),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            ("cannot be opened for reading".to_owned(), COPY)
        }
        _ => (format!("cannot be read as the history of ghstats: {error}"), WRONG),
    };
    Error::Database { file: file.to_owned(), what, mending }
}
