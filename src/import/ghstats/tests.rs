use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::domain::traffic::{Coverage, Span, Traffic};

/// The tables as ghstats makes them, after all its migrations.
const SCHEMA: &str = "
    CREATE TABLE repos (id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT DEFAULT NULL,
        archived BOOLEAN DEFAULT FALSE, stars_synced BOOLEAN DEFAULT FALSE, fork BOOLEAN DEFAULT FALSE,
        hidden BOOLEAN DEFAULT FALSE);
    CREATE TABLE repo_stats (repo_id INTEGER NOT NULL, date TEXT NOT NULL, stars INTEGER NOT NULL DEFAULT 0,
        forks INTEGER NOT NULL DEFAULT 0, watchers INTEGER NOT NULL DEFAULT 0, issues INTEGER NOT NULL DEFAULT 0,
        clones_count INTEGER NOT NULL DEFAULT 0, clones_uniques INTEGER NOT NULL DEFAULT 0,
        views_count INTEGER NOT NULL DEFAULT 0, views_uniques INTEGER NOT NULL DEFAULT 0,
        prs INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (repo_id, date));
    CREATE TABLE repo_referrers (repo_id INTEGER NOT NULL, date TEXT NOT NULL, referrer TEXT NOT NULL,
        count INTEGER NOT NULL DEFAULT 0, uniques INTEGER NOT NULL DEFAULT 0,
        count_delta INTEGER NOT NULL DEFAULT 0, uniques_delta INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (repo_id, date, referrer));
    CREATE TABLE repo_popular_paths (repo_id INTEGER NOT NULL, date TEXT NOT NULL, path TEXT NOT NULL,
        title TEXT NOT NULL, count INTEGER NOT NULL DEFAULT 0, uniques INTEGER NOT NULL DEFAULT 0,
        count_delta INTEGER NOT NULL DEFAULT 0, uniques_delta INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (repo_id, date, path));
    PRAGMA user_version = 3;
    INSERT INTO repos (id, name) VALUES (7, 'acme/anvil');";

/// A file with these rows; dates without their time, which is always midnight.
fn database(rows: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ghstats.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection.execute_batch(rows).unwrap();
    (folder, path)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn read_at(path: &Path) -> Result<Found, Error> {
    read(path, "github.com", date("2025-12-31"))
}

fn found(rows: &str) -> Found {
    read_at(&database(rows).1).unwrap()
}

fn told(path: &Path) -> String {
    read_at(path).unwrap_err().to_string().replace(path.to_str().unwrap(), "FILE")
}

const SYNCED: &str = "
    INSERT INTO repo_stats (repo_id, date, views_count, views_uniques, clones_count, clones_uniques) VALUES
        (7, '2025-05-01T00:00:00Z', 5, 2, 0, 0), (7, '2025-05-02T00:00:00Z', 0, 0, 4, 1);
    INSERT INTO repo_stats (repo_id, date, stars, forks, watchers, issues, prs, views_count, views_uniques) VALUES
        (7, '2025-05-10T00:00:00Z', 21, 0, 20, 3, 2, 1, 1);
    INSERT INTO repo_stats (repo_id, date, stars) VALUES (7, '2024-01-01T00:00:00Z', 4);";

#[test]
fn a_zero_is_not_githubs_and_days_of_a_sync_prove_the_windows() {
    let mut all = found(SYNCED).observations;
    assert_eq!(all.len(), 1);
    let one = all.remove(0);
    assert_eq!((one.sighting.id, one.sighting.name.to_string()), (Some(RepoId(7)), "acme/anvil".to_owned()));
    assert_eq!(one.sighting.traits, None, "whether it is private, ghstats does not know");
    let cell = |count, uniques| Some(Cell { count, uniques });
    assert_eq!(one.days[0], Day { date: date("2025-05-01"), views: cell(5, 2), clones: None });
    assert_eq!(one.days[1], Day { date: date("2025-05-02"), views: None, clones: cell(4, 1) });
    assert_eq!(one.windows, [Span { first: date("2025-04-28"), last: date("2025-05-10") }]);
    assert_eq!(one.seen, start(date("2025-05-10")));
    let traffic = Traffic::new(one.days.into_iter().collect(), one.windows);
    for (day, expected) in [
        ("2024-01-01", Coverage::Unknown),
        ("2025-04-27", Coverage::Unknown),
        ("2025-04-28", Coverage::AssumedZero),
        ("2025-05-05", Coverage::AssumedZero),
        ("2025-05-11", Coverage::Unknown),
    ] {
        assert_eq!(traffic.coverage(date(day)), expected, "{day}");
    }
}

#[test]
fn counters_are_taken_where_somebody_looked() {
    let counters = found(SYNCED).observations.remove(0).counters;
    let stars = Counters { stars: Some(4), ..Counters::default() };
    let synced = Counters {
        stars: Some(20),
        forks: Some(0),
        watchers: None,
        open_issues_and_pulls: Some(5),
        open_pulls: Some(2),
    };
    assert_eq!(counters, [(date("2024-01-01"), stars), (date("2025-05-10"), synced)]);
}

#[test]
fn issues_of_different_moments_say_nothing_but_that_somebody_looked() {
    let one = found("INSERT INTO repo_stats (repo_id, date, issues, prs) VALUES (7, '2025-05-10T00:00:00Z', -1, 3)");
    let counters = one.observations[0].counters[0].1;
    assert_eq!((counters.open_issues_and_pulls, counters.open_pulls), (None, Some(3)));
}

fn list(day: &str, rows: usize) -> String {
    let row = |n| {
        format!(
            "INSERT INTO repo_referrers (repo_id, date, referrer, count, uniques, count_delta) VALUES (7, '{day}T00:00:00Z', 'site{n}', {}, 1, 99);",
            n + 1
        )
    };
    (0..rows).map(row).collect()
}

#[test]
fn a_list_is_a_snapshot_where_it_can_be_one_answer() {
    let paths = "INSERT INTO repo_popular_paths (repo_id, date, path, title, count, uniques) VALUES
        (7, '2025-05-01T00:00:00Z', '/acme/anvil', 'Anvil', 9, 4);";
    let rows = [list("2025-05-01", 10), list("2025-05-02", 11), list("2025-05-03", 2), paths.to_owned()].concat();
    let found = found(&rows);
    let one = &found.observations[0];
    assert_eq!(one.referrers.len(), 1);
    assert_eq!(one.referrers[0].taken.to_string(), "2025-05-01 23:59:59 UTC");
    let first = Ranked { name: "site9".into(), title: None, count: 10, uniques: 1 };
    assert_eq!((one.referrers[0].rows.len(), &one.referrers[0].rows[0]), (10, &first), "the largest first, no deltas");
    assert_eq!(one.paths[0].rows[0].title.as_deref(), Some("Anvil"));
    assert_eq!(
        found.left_out,
        [
            "1 lists of referrers and paths have more than 10 rows, so several answers of GitHub are mixed in them; they are left out",
            "lists of referrers and paths of 2025-05-03 are left out: that day may not have been over",
        ]
    );
    assert_eq!(one.windows.first().map(|span| span.first), Some(date("2025-04-19")), "a list proves that it asked");
}

#[test]
fn files_of_the_first_versions_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let schema = "CREATE TABLE repos (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE repo_stats (id INTEGER NOT NULL, date TEXT NOT NULL, stars INTEGER NOT NULL DEFAULT 0,
            forks INTEGER NOT NULL DEFAULT 0, watchers INTEGER NOT NULL DEFAULT 0, issues INTEGER NOT NULL DEFAULT 0,
            clones_count INTEGER NOT NULL DEFAULT 0, clones_uniques INTEGER NOT NULL DEFAULT 0,
            views_count INTEGER NOT NULL DEFAULT 0, views_uniques INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id, date));
        INSERT INTO repos VALUES (7, 'acme/anvil');
        INSERT INTO repo_stats VALUES (7, '2024-07-01T00:00:00Z', 1, 2, 1, 4, 0, 0, 3, 2);";
    Connection::open(&path).unwrap().execute_batch(schema).unwrap();
    let one = read_at(&path).unwrap().observations.remove(0);
    assert_eq!(one.days.len(), 1);
    let counters = one.counters[0].1;
    assert_eq!((counters.open_issues_and_pulls, counters.open_pulls), (Some(4), None), "pull requests were counted in");
}

#[test]
fn a_renamed_repository_goes_by_its_id_and_orphans_are_told_of() {
    let rows = "INSERT INTO repos (id, name, hidden) VALUES (9, 'acme/anvil', TRUE);
        INSERT INTO repo_stats (repo_id, date, views_count, views_uniques) VALUES
            (7, '2025-05-01T00:00:00Z', 5, 2), (9, '2025-05-01T00:00:00Z', 6, 2), (8, '2025-05-01T00:00:00Z', 1, 1);";
    let found = found(rows);
    let ids: Vec<_> = found.observations.iter().map(|one| one.sighting.id.unwrap().0).collect();
    assert_eq!(ids, [7, 9]);
    assert!(found.left_out.contains(&"1 rows belong to no repository of the file; they are left out".to_owned()));
}

#[test]
fn everything_broken_is_named() {
    let rows = "INSERT INTO repos (id, name) VALUES (8, 'anvil');
        INSERT INTO repo_stats (repo_id, date, views_count, views_uniques) VALUES
            (7, '2025-05-01T00:00:00Z', -5, 0), (7, 'soon', 1, 1), (7, '2027-01-01T00:00:00Z', 1, 1);";
    let (_folder, path) = database(rows);
    assert_eq!(
        told(&path),
        "3 places are broken:\n  \
         `FILE`: repository 7: `views_count` on 2025-05-01T00:00:00Z is -5, which cannot be\n  \
         `FILE`: repository 7: the date `2027-01-01T00:00:00Z` lies in the future\n  \
         `FILE`: repository 7: the date `soon` is not a date\n\n\
         hint: correct these places or move the files away, then import again; nothing was imported"
    );
    let rows = "INSERT INTO repos (id, name) VALUES (8, 'anvil');
        INSERT INTO repo_stats (repo_id, date, views_count, views_uniques) VALUES (7, '2025-05-01T00:00:00Z', 1, 2);";
    let (_folder, path) = database(rows);
    let told = told(&path);
    assert!(told.contains("acme/anvil on 2025-05-01: 2 unique views of 1 in all cannot be"), "{told}");
    assert!(told.contains("`anvil` is not a repository name of the form `owner/name`"), "{told}");
}

#[test]
fn another_file_is_no_history_of_ghstats() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let hint = "hint: give the file that ghstats keeps, `data/ghstats.db` unless it was told otherwise";
    assert_eq!(told(&path), format!("`FILE` does not exist\n\n{hint}"));
    fs::write(&path, "name,age\n").unwrap();
    assert_eq!(told(&path), format!("`FILE` is not an SQLite database\n\n{hint}"));
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE repos (id INTEGER)").unwrap();
    let what = "is not the history of ghstats: it has no tables `repos` and `repo_stats`";
    assert_eq!(told(&path), format!("`FILE` {what}\n\n{hint}"));
    let (_folder, path) = database("");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..5000]).unwrap();
    assert_eq!(
        told(&path),
        "`FILE` is damaged\n\nhint: save what can be read with `sqlite3 FILE .recover`, and import that"
    );
}

/// What ghstats committed last may still be in the file beside it.
#[test]
fn a_file_that_is_being_written_to_is_read_with_all_that_was_committed() {
    let (folder, path) = database("PRAGMA journal_mode = WAL");
    let mut writer = Connection::open(&path).unwrap();
    writer.execute_batch(SYNCED).unwrap();
    let open = writer.transaction().unwrap();
    open.execute_batch("UPDATE repo_stats SET views_count = 500 WHERE views_count > 0").unwrap();
    assert!(folder.path().join("ghstats.db-wal").metadata().unwrap().len() > 0);
    let days = read_at(&path).unwrap().observations.remove(0).days;
    assert_eq!(days[0].views, Some(Cell { count: 5, uniques: 2 }));
    let before = fs::read(&path).unwrap();
    drop(open);
    assert_eq!(fs::read(&path).unwrap(), before, "reading changes nothing");
}

/// A folder that SQLite may not write to: what it shares with a writer lies in a file that it cannot have.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_shared_is_read_as_it_lies_unless_changes_wait_beside_it() {
    let (folder, path) = database(&format!("PRAGMA journal_mode = WAL; {SYNCED}"));
    std::os::unix::fs::symlink("/nowhere/at/all", folder.path().join("ghstats.db-shm")).unwrap();
    assert_eq!(read_at(&path).unwrap().observations[0].days.len(), 3);
    fs::write(folder.path().join("ghstats.db-wal"), "changes").unwrap();
    let hint = "hint: stop ghstats, copy the file together with its `-wal` file, and import the copy";
    assert_eq!(told(&path), format!("`FILE` cannot be opened for reading\n\n{hint}"));
}
