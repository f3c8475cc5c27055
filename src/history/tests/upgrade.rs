use std::fs;
use std::thread;

use rusqlite::Connection;

use super::*;
use crate::history::error::Fault;
use crate::history::migrate::STEPS;
use crate::history::sqlite::connect;

const LATER: &str = "ALTER TABLE repository ADD COLUMN stars_goal INTEGER; UPDATE repository SET stars_goal = 7;";

fn version(connection: &Connection) -> i64 {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// A file as the first version left it.
fn filled(path: &std::path::Path) -> Connection {
    let connection = connect_new(path, &STEPS[..1]);
    let rows = "INSERT INTO repository (host, github_id, seen) VALUES ('github.com', 1, 1);
                INSERT INTO name VALUES (1, 'a/a', 1); INSERT INTO day VALUES (1, 20454, 5, 2, NULL, NULL);
                INSERT INTO observation VALUES (1, 20454, 0, 5, 2, 1, 1);";
    connection.execute_batch(rows).unwrap();
    connection
}

#[test]
fn a_filled_file_of_the_first_schema_takes_the_missing_steps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    drop(filled(&path));
    let steps: Vec<&str> = STEPS.iter().copied().chain([LATER]).collect();
    let connection = connect(&path, &steps).unwrap();
    assert_eq!(version(&connection), steps.len() as i64);
    let kept: i64 = connection
        .query_row("SELECT count * stars_goal FROM observation JOIN repository ON key = repository", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(kept, 35);
}

#[test]
fn a_rehearsal_on_a_file_of_the_first_schema_works_on_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let first = filled(&path);
    let settings = Settings::Sqlite { path: path.clone() };
    let (history, copy) = History::open_to_rehearse(&settings).unwrap();
    assert_eq!(history.load().unwrap().len(), 1);
    assert!(copy.is_some());
    assert_eq!(version(&first), 1);
    drop(History::open(&settings).unwrap());
    assert!(History::open_to_rehearse(&settings).unwrap().1.is_none(), "one that is up to date is worked on itself");
}

#[test]
fn a_step_that_fails_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    drop(connect_new(&path, STEPS));
    let steps: Vec<&str> = STEPS.iter().copied().chain([LATER, "SELECT no_such_thing"]).collect();
    assert!(matches!(connect(&path, &steps), Err(Fault::Sql(_))));
    let connection = connect(&path, STEPS).unwrap();
    assert_eq!(version(&connection), STEPS.len() as i64);
    assert!(connection.prepare("SELECT stars_goal FROM repository").is_err());
}

#[test]
fn a_newer_schema_is_refused_and_not_touched() {
    let fresh = Fresh::new(Store::Sqlite);
    let sqlite = fresh.sqlite();
    sqlite.pragma_update(None, "user_version", 99).unwrap();
    let error = History::open(&fresh.settings).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, .. }));
    let text = error.to_string();
    assert!(text.contains("history.db` has schema 99, but this version of Tollgate knows schemas up to 3\n\nhint: run the newer version"), "{text}");
    assert_eq!(version(sqlite), 99);
}

#[test]
fn an_empty_file_is_a_new_history() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("history.db"), "").unwrap();
    assert_eq!(open(&folder).load().unwrap(), []);
}

#[test]
fn many_may_open_a_new_history_at_once() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for n in 0..8 {
            let folder = &folder;
            scope.spawn(move || open(folder).record(&[observation("a/a", Some(n), n, &[])]).unwrap());
        }
    });
    assert_eq!(open(&folder).load().unwrap().len(), 8);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_a_new_history() {
    use std::os::unix::fs::PermissionsExt;
    let mut fresh = Fresh::new(Store::Sqlite);
    fresh.record(&[observation("a/a", Some(1), 1, &[])]);
    for entry in fs::read_dir(fresh.folder.as_ref().unwrap().path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
}

fn connect_new(path: &std::path::Path, steps: &[&str]) -> Connection {
    fs::write(path, "").unwrap();
    connect(path, steps).unwrap()
}
