//! Moving in from other tools, and the history out of one place and into another.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use tollgate::domain::traffic::Span;

use crate::support::{Project, Ran, World};

const DAYS: &str = "repository,date,views,unique_views,clones,unique_clones,stars\n\
                    acme/anvil,2026-01-01,3,2,,,10\n\
                    acme/anvil,2026-01-02,5,5,1,1,\n\
                    acme/tongs,2026-01-02,0,0,0,0,\n";

fn project() -> Project {
    let project = Project::empty();
    project.run(&["init"]).succeeds();
    project
}

/// How many SQLite files there are in a folder and those in it.
fn databases(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: std::path::PathBuf| match path.is_dir() {
        true => databases(&path),
        false => usize::from(path.extension().is_some_and(|extension| extension == "db" || extension == "sqlite")),
    };
    entries.map(of).sum()
}

fn import(project: &Project, arguments: &[&str]) -> Ran {
    project.run(&[&["import"], arguments].concat())
}

#[test]
fn plain_csv_is_shown_first_then_imported_and_imported_again_for_nothing() {
    let project = project();
    project.write("past.csv", DAYS);
    let dry = import(&project, &["csv", "past.csv", "--dry-run"]).succeeds();
    assert_eq!(
        dry.stdout,
        "would be new: 2 repositories, 3 days, 0 snapshots; would change: 0 days\n  \
         new repository acme/anvil\n  new repository acme/tongs\n  \
         acme/anvil 2026-01-01 views 3 (new)\n  acme/anvil 2026-01-02 views 5, clones 1 (new)\n  \
         acme/tongs 2026-01-02 views 0, clones 0 (new)\nnothing was changed\n"
    );
    assert_eq!(databases(&project.file(".")), 0, "not even an empty history was made");
    let done = "new: 2 repositories, 3 days, 0 snapshots; changed: 0 days\n";
    assert_eq!(import(&project, &["csv", "past.csv"]).succeeds().stdout, done, "the dry run recorded nothing");
    assert_eq!(databases(&project.file(".")), 1);
    let again = "new: 0 repositories, 0 days, 0 snapshots; changed: 0 days\n";
    assert_eq!(import(&project, &["csv", "past.csv"]).succeeds().stdout, again);
    project.write("more.csv", &DAYS.replace("01-01,3,2", "01-01,7,2"));
    let dry = import(&project, &["csv", "more.csv", "--dry-run", "--json"]).succeeds();
    let told: serde_json::Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!(told["examples"], serde_json::json!(["acme/anvil 2026-01-01 views 3 → 7"]));
    assert_eq!(told["recorded"]["changed_days"], 1);
}

#[test]
fn a_broken_line_keeps_everything_out() {
    let project = project();
    project.write("past.csv", &DAYS.replace("2026-01-02,0", "2026-01-32,0"));
    import(&project, &["csv", "past.csv"]).ends_with(1).says("`past.csv` line 4: `2026-01-32` in column `date`");
    project.write("past.csv", DAYS);
    import(&project, &["csv", "past.csv"]).succeeds().says("new: 2 repositories, 3 days");
}

#[test]
fn the_tables_of_the_app_of_2018_are_imported_under_both_names() {
    let project = project();
    project.write("old/repos.csv", "1000,\"anvil\",1,1000,0\n");
    project.write("old/ghorgusers.csv", "1000,\"acme\",\"O\",,\n");
    project.write("old/repotraffic.csv", "1000,20180407,12,3,0,0\n1000,20180408,0,0,2,1\n");
    import(&project, &["github-traffic-stats", "old"]).succeeds().says("new: 1 repositories, 2 days");
    import(&project, &["original", "old", "--dry-run"]).succeeds().says("would be new: 0 repositories, 0 days");
    import(&project, &["original", "."]).ends_with(1).says("holds none of `repos.csv`");
}

fn ghstats(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let tables = "PRAGMA journal_mode = WAL;
        CREATE TABLE repos (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hidden BOOLEAN DEFAULT FALSE);
        CREATE TABLE repo_stats (repo_id INTEGER NOT NULL, date TEXT NOT NULL, stars INTEGER NOT NULL DEFAULT 0,
            forks INTEGER NOT NULL DEFAULT 0, watchers INTEGER NOT NULL DEFAULT 0, issues INTEGER NOT NULL DEFAULT 0,
            clones_count INTEGER NOT NULL DEFAULT 0, clones_uniques INTEGER NOT NULL DEFAULT 0,
            views_count INTEGER NOT NULL DEFAULT 0, views_uniques INTEGER NOT NULL DEFAULT 0,
            prs INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (repo_id, date));
        CREATE TABLE repo_referrers (repo_id INTEGER NOT NULL, date TEXT NOT NULL, referrer TEXT NOT NULL,
            count INTEGER NOT NULL DEFAULT 0, uniques INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (repo_id, date, referrer));
        INSERT INTO repos (id, name) VALUES (7, 'acme/anvil');
        INSERT INTO repo_stats (repo_id, date, stars, watchers, forks, views_count, views_uniques) VALUES
            (7, '2026-01-01T00:00:00Z', 3, 3, 1, 5, 2), (7, '2026-01-02T00:00:00Z', 3, 3, 1, 0, 0);
        INSERT INTO repo_referrers VALUES (7, '2026-01-01T00:00:00Z', 'google.com', 5, 2),
            (7, '2026-01-02T00:00:00Z', 'google.com', 5, 2);";
    connection.execute_batch(tables).unwrap();
    connection
}

#[test]
fn ghstats_is_imported_while_it_runs_and_what_is_left_out_is_said() {
    let project = project();
    let running = ghstats(&project.file("ghstats.db"));
    let first = import(&project, &["ghstats", "ghstats.db"]).succeeds();
    assert_eq!(first.stdout, "new: 1 repositories, 1 days, 1 snapshots; changed: 0 days\n");
    assert!(first.stderr.contains("lists of referrers and paths of 2026-01-02 are left out"), "{}", first.stderr);
    running.execute_batch("UPDATE repo_stats SET views_count = 6 WHERE views_count = 5").unwrap();
    let dry = import(&project, &["ghstats", "ghstats.db", "--dry-run"]).succeeds();
    dry.says("would change: 1 days").says("acme/anvil 2026-01-01 views 5 → 6");
    import(&project, &["ghstats", "ghstats.db"]).succeeds().says("changed: 1 days");
    import(&project, &["ghstats", "tollgate.toml"]).ends_with(1).says("`tollgate.toml` is not an SQLite database");
}

const FORMATS: [&str; 3] = ["csv", "jsonl", "parquet"];

/// Some months of a sample GitHub from another tool, and a night of our own.
fn lived_in() -> World {
    let world = World::new();
    let today = world.github.today();
    let past = Span { first: today - chrono::Days::new(120), last: today - chrono::Days::new(16) };
    world.github.write_github_repo_stats(&world.project.file("past"), past).unwrap();
    let host = world.github.api.trim_start_matches("http://");
    world.run(&["import", "github-repo-stats", "past", "--host", host, "--dry-run"]).succeeds().says("would be new: ");
    world.run(&["import", "github-repo-stats", "past", "--host", host]).succeeds().says("new: ");
    world.run(&["collect"]).succeeds();
    world
}

/// What an export says of its tables: rows, columns, digests.
fn tables(export: &Path) -> Vec<Value> {
    let statement = if export.is_dir() {
        let text = std::fs::read_to_string(export.join("tollgate.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    } else {
        let text = std::fs::read_to_string(export).unwrap();
        serde_json::from_str::<Value>(text.lines().last().unwrap()).unwrap()["statement"].take()
    };
    statement["tables"].as_array().unwrap().clone()
}

fn rows(tables: &[Value], name: &str) -> u64 {
    tables.iter().find(|table| table["name"] == name).unwrap()["rows"].as_u64().unwrap()
}

#[test]
fn a_history_that_went_through_any_format_is_the_same() {
    let world = lived_in();
    let mut digests = Vec::new();
    for format in FORMATS {
        let (place, fresh) = (world.project.file(format), project());
        world.run(&["export", format, format]).succeeds().says("exported ");
        let place = place.to_str().unwrap();
        let dry = import(&fresh, &["history", place, "--dry-run"]).succeeds();
        assert!(!dry.stdout.contains("would be new: 0 repositories, 0 days"), "{}", dry.stdout);
        // However it is interrupted, the next one completes it.
        for wait in [0, 40, 120] {
            let begun = fresh.start(&["import", "history", place]);
            std::thread::sleep(std::time::Duration::from_millis(wait));
            begun.kill();
        }
        import(&fresh, &["history", place]).succeeds();
        import(&fresh, &["history", place]).succeeds().says("everything was known already");
        let dry = import(&fresh, &["history", place, "--dry-run"]).succeeds();
        assert!(dry.stdout.starts_with("would be new: 0 repositories, 0 days, 0 snapshots; would change: 0 days\n"));
        fresh.run(&["export", format, "again"]).succeeds();
        digests.push((tables(Path::new(place)), tables(&fresh.file("again"))));
    }
    for (before, after) in &digests {
        assert_eq!(before, after);
        assert_eq!(*before, digests[0].0, "the digests do not depend on the format");
    }
    for table in ["repository", "name", "observation", "day", "looked", "counters", "snapshot", "run"] {
        assert!(rows(&digests[0].0, table) > 0, "`{table}` is empty, and so not tested");
    }
}

#[test]
fn an_export_goes_to_standard_output_too_and_nothing_is_written_over() {
    let project = project();
    project.write("past.csv", DAYS);
    import(&project, &["csv", "past.csv"]).succeeds();
    project.run(&["export", "jsonl", "history.jsonl"]).succeeds();
    let stream = project.run(&["export", "jsonl", "-"]).succeeds().stdout;
    assert_eq!(stream, std::fs::read_to_string(project.file("history.jsonl")).unwrap());
    project.run(&["export", "csv", "-"]).ends_with(2).says("only JSON lines can be written to standard output");
    let told = "holds something already\n\nhint: name a place that does not exist yet, or empty it";
    project.run(&["export", "jsonl", "history.jsonl"]).ends_with(2).says(told);
    project.run(&["export", "csv", "."]).ends_with(2).says(told);
}

#[test]
fn one_repository_is_exported_alone_and_an_unknown_one_not_at_all() {
    let project = project();
    project.write("past.csv", DAYS);
    import(&project, &["csv", "past.csv"]).succeeds();
    project.run(&["export", "csv", "one", "--repository", "acme/anvil"]).succeeds();
    let tables = tables(&project.file("one"));
    assert_eq!((rows(&tables, "repository"), rows(&tables, "day")), (1, 2));
    let unknown = project.run(&["export", "csv", "two", "--repository", "acme/nothing"]).ends_with(2);
    unknown.says("the history knows no repository `acme/nothing` on github.com");
    assert!(!project.file("two").exists(), "there is never half an export");
}

#[test]
fn a_dry_run_tells_of_what_is_no_day_too() {
    let (one, two) = (project(), project());
    for project in [&one, &two] {
        project.write("past.csv", DAYS);
        import(project, &["csv", "past.csv"]).succeeds();
    }
    let correction = ["repository", "correct", "acme/anvil", "2026-01-02", "--views", "1", "--unique-views", "1"];
    one.run(&[&correction[..], &["--note", "robots"]].concat()).succeeds();
    one.run(&["export", "jsonl", "history.jsonl"]).succeeds();
    let place = one.file("history.jsonl");
    let dry = || import(&two, &["history", place.to_str().unwrap(), "--dry-run"]).succeeds().stdout;
    let told = "\nrows that would be new or change something: 1 of correction\nnothing was changed\n";
    assert!(dry().ends_with(told), "{}", dry());
    assert!(dry().ends_with(told), "the first one changed nothing");
    import(&two, &["history", place.to_str().unwrap()]).succeeds().says("something: 1 of correction");
    assert!(dry().ends_with("everything is known already\nnothing was changed\n"), "{}", dry());
}

#[test]
fn a_torn_export_changes_nothing() {
    let project = project();
    project.write("past.csv", DAYS);
    import(&project, &["csv", "past.csv"]).succeeds();
    project.run(&["export", "parquet", "whole"]).succeeds();
    project.run(&["export", "jsonl", "whole.jsonl"]).succeeds();
    let day = project.file("whole/day.parquet");
    let bytes = std::fs::read(&day).unwrap();
    std::fs::write(&day, &bytes[..bytes.len() / 2]).unwrap();
    let text = std::fs::read_to_string(project.file("whole.jsonl")).unwrap();
    project.write("whole.jsonl", &text.replacen("acme/tongs", "acme/thongs", 1));
    let fresh = self::project();
    for place in ["whole", "whole.jsonl"] {
        import(&fresh, &["history", project.file(place).to_str().unwrap()]).ends_with(1).says("was torn or altered: ");
    }
    fresh.run(&["export", "jsonl", "history.jsonl"]).succeeds();
    assert!(tables(&fresh.file("history.jsonl")).iter().all(|table| table["rows"] == 0));
}
