//! The real data of three repositories over four years, as github-repo-stats collected it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tollgate::domain::Date;
use tollgate::domain::collection::Observation;
use tollgate::domain::repo::RepositoryHistory;
use tollgate::domain::traffic::{Cell, Coverage, Span};
use tollgate::history::{History, Recorded};
use tollgate::import::github_repo_stats;

use super::open;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/github-repo-stats.tar.gz");

/// The unpacked data, or `None` where it is missing.
pub(crate) fn data() -> Option<TempDir> {
    if !Path::new(ARCHIVE).exists() {
        eprintln!("LEFT OUT, with all that it would test: {ARCHIVE} is missing");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("tar").args(["-xzf", ARCHIVE, "-C"]).arg(folder.path()).status().unwrap();
    assert!(status.success());
    Some(folder)
}

pub(super) fn import(dir: &Path, history: &mut History) -> Recorded {
    let observations: Vec<Observation> =
        github_repo_stats(dir, "github.com").unwrap().collect::<Result<_, _>>().unwrap();
    history.record(&observations).unwrap()
}

#[test]
fn real_data_is_imported_whole_and_twice_gives_the_same() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(&folder.path().join("history.db"));
    let first = import(data.path(), &mut history);
    assert_eq!(first, Recorded { repositories: 3, new_days: 2748, changed_days: 0, snapshots: 7442 });
    let (loaded, rows) = (history.load().unwrap(), row_counts(folder.path()));
    assert_eq!(import(data.path(), &mut history), Recorded::default());
    assert_eq!(history.load().unwrap(), loaded);
    assert_eq!(row_counts(folder.path()), rows);
    assert_eq!(rows["snapshot"], 7442);
    assert_eq!(rows["day"], 2748);
}

#[test]
fn every_day_of_the_real_data_is_as_in_its_files_and_no_zero_is_made_up() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(&folder.path().join("history.db"));
    import(data.path(), &mut history);
    let mut absent = 0;
    for one in history.load_every_list().unwrap() {
        let place = data.path().join(one.repository.name.to_string()).join("ghrs-data");
        absent += compare(&one, &aggregate(&place.join("views_clones_aggregate.csv")));
        compare_snapshots(&one, &place.join("snapshots"));
    }
    assert_eq!(absent, 105, "days that GitHub left out while it was asked");
}

/// Compares each day, and gives how many days between first and last the file does not have.
fn compare(one: &RepositoryHistory, expected: &BTreeMap<Date, [Option<Cell>; 2]>) -> usize {
    let traffic = &one.traffic;
    let days: BTreeMap<Date, [Option<Cell>; 2]> =
        traffic.series().days().iter().map(|day| (day.date, [day.views, day.clones])).collect();
    assert_eq!(&days, expected, "{}", one.repository.name);
    let (first, last) = (*days.keys().next().unwrap(), *days.keys().last().unwrap());
    assert_eq!(traffic.through(), Some(last));
    let extent = Span { first, last };
    for date in extent.days() {
        let settled = if days.contains_key(&date) { Coverage::Measured } else { Coverage::AssumedZero };
        let newest = (last - date).num_days() < 2;
        assert_eq!(traffic.coverage(date), if newest { Coverage::Provisional } else { settled }, "{date}");
    }
    extent.len() - days.len()
}

/// Reads an aggregate without the code under test; a zero was never GitHub's.
fn aggregate(file: &Path) -> BTreeMap<Date, [Option<Cell>; 2]> {
    let cell = |count: &str, uniques: &str| {
        let cell = Cell { count: count.parse().unwrap(), uniques: uniques.parse().unwrap() };
        Some(cell).filter(|cell| cell.count > 0)
    };
    let text = fs::read_to_string(file).unwrap();
    let day = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0][..10].parse().unwrap(), [cell(cells[3], cells[4]), cell(cells[1], cells[2])])
    };
    text.lines().skip(1).map(day).collect()
}

fn compare_snapshots(one: &RepositoryHistory, dir: &Path) {
    for (kind, snapshots) in [("referrers", &one.referrers), ("paths", &one.paths)] {
        let suffix = format!("_top_{kind}_snapshot.csv");
        let of_kind = |path: &PathBuf| path.to_str().unwrap().ends_with(&suffix);
        let files: Vec<PathBuf> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(of_kind).collect();
        assert_eq!(files.len(), snapshots.len());
        for snapshot in snapshots {
            let file = dir.join(format!("{}{suffix}", snapshot.taken.format("%Y-%m-%d_%H%M%S")));
            let text = fs::read_to_string(file).unwrap();
            let rows = snapshot.rows.iter().map(|row| format!("{},{},{}", row.name, row.count, row.uniques));
            assert_eq!(rows.collect::<Vec<_>>(), text.lines().skip(1).collect::<Vec<_>>());
        }
    }
}

#[test]
fn real_stars_and_forks_are_imported() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(&folder.path().join("history.db"));
    import(&data.path().join("jgehrcke"), &mut history);
    let newest = |one: &RepositoryHistory| {
        let newest = |pick: fn(&tollgate::domain::repo::Counters) -> Option<u64>| {
            one.counters.iter().rev().find_map(|(_, counters)| pick(counters))
        };
        (newest(|counters| counters.stars), newest(|counters| counters.forks))
    };
    let newest: Vec<_> = history.load().unwrap().iter().map(newest).collect();
    assert_eq!(newest, [(Some(145), Some(49)), (Some(1), Some(1)), (Some(307), Some(41))]);
}

fn row_counts(folder: &Path) -> BTreeMap<String, i64> {
    let database = rusqlite::Connection::open(folder.join("history.db")).unwrap();
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let count = |table: String| {
        let rows = database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        (table, rows)
    };
    tables.into_iter().map(count).collect()
}
