use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::*;

fn refusal(path: &Path) -> String {
    History::open(&Settings::Sqlite { path: path.to_owned() }).unwrap_err().to_string()
}

#[test]
fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let text = "date,views\n".repeat(100);
    fs::write(&path, &text).unwrap();
    let message = refusal(&path);
    assert!(message.ends_with("history.db` is not an SQLite database\n\nhint: correct the path of the history, or move that file out of the way"), "{message}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_database_of_another_program_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmark (url TEXT)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(refusal(&path).contains("history.db` belongs to another program\n\nhint: "));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_place_where_no_file_can_be_is_named_with_its_mending() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for (place, expected) in [
        ("missing/history.db", "cannot be created"),
        ("file/history.db", "cannot be created"),
        ("", "cannot be created"),
    ] {
        let path = folder.path().join(place);
        let message = refusal(&path);
        assert!(message.starts_with(&format!("the history `{}` {expected} (", path.display())), "{message}");
        assert!(message.contains("\n\nhint: create its folder, "), "{message}");
    }
}

#[test]
fn a_full_disk_is_said_and_harms_nothing() {
    let mut fresh = Fresh::new(Store::Sqlite);
    let kept = observation("a/kept", Some(1), 1, &[views(0, 5, 2)]);
    fresh.record(std::slice::from_ref(&kept));
    let before = fresh.load();
    let pages: i64 = fresh.sqlite().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    fresh.sqlite().pragma_update(None, "max_page_count", pages + 1).unwrap();
    let many: Vec<Day> = (0..5000).map(|n| views(n, 1, 1)).collect();
    let error = fresh.history.record(&[observation("a/new", Some(2), 2, &many)]).unwrap_err().to_string();
    assert!(error.contains("history.db` cannot be written: the disk is full"), "{error}");
    assert!(
        error.contains("\n\nhint: free some space on its disk and run again; what was recorded before is unharmed"),
        "{error}"
    );
    assert_eq!(fresh.load(), before);
    assert_eq!(fresh.again().load().unwrap(), before);
    assert_eq!(fresh.again().record(&[observation("a/new", Some(2), 2, &many)]).unwrap().new_days, 5000);
}

#[test]
fn a_read_only_history_is_said() {
    let mut fresh = Fresh::new(Store::Sqlite);
    fresh.sqlite().pragma_update(None, "query_only", true).unwrap();
    let error = fresh.history.record(&[observation("a/a", Some(1), 1, &[])]).unwrap_err().to_string();
    assert!(error.contains("history.db` cannot be written: it is read-only"), "{error}");
    assert!(error.contains("\n\nhint: let the user who runs Tollgate write to the file and to its folder"), "{error}");
}

#[test]
fn a_history_in_use_is_said_and_can_still_be_read() {
    let mut fresh = Fresh::new(Store::Sqlite);
    let other = fresh.again();
    let History::Sqlite(busy) = &other else { panic!() };
    busy.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    fresh.sqlite().busy_timeout(Duration::from_millis(1)).unwrap();
    let error = fresh.history.record(&[observation("a/a", Some(1), 1, &[])]).unwrap_err().to_string();
    assert!(error.contains("history.db` is in use by another process"), "{error}");
    assert_eq!(fresh.load(), []);
}

#[test]
fn a_damaged_file_is_said() {
    let mut fresh = Fresh::new(Store::Sqlite);
    let days: Vec<Day> = (0..2000).map(|n| views(n, 1, 1)).collect();
    fresh.record(&[observation("a/a", Some(1), 1, &days)]);
    let Fresh { history, folder, .. } = fresh;
    drop(history);
    let folder = folder.unwrap();
    let path = folder.path().join("history.db");
    let mut bytes = fs::read(&path).unwrap();
    // The schema is on the first pages; everything behind them becomes rubbish.
    bytes[32 * 4096..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let message = open(&folder).load().unwrap_err().to_string();
    assert!(
        message.contains("history.db` is damaged") && message.contains("hint: restore it from a backup"),
        "{message}"
    );
}

#[test]
fn what_tollgate_never_stores_is_said_to_be_damage() {
    let mut fresh = Fresh::new(Store::Sqlite);
    fresh.record(&[observation("a/a", Some(1), 1, &[])]);
    fresh.sqlite().execute_batch("UPDATE name SET name = '../etc'").unwrap();
    let message = fresh.history.load().unwrap_err().to_string();
    assert!(message.contains("is damaged: `../etc` is not a repository name"), "{message}");
}
