//! The history under `kill -9`, and the import of real data into it.

pub(crate) mod import;
mod signals;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tollgate::domain::Date;
use tollgate::domain::collection::{Observation, Sighting};
use tollgate::domain::repo::{About, RepoId, Traits};
use tollgate::domain::traffic::{Cell, Day};
use tollgate::history::{History, Settings};

/// The child works in the folder it is started in, and only where this file tells it to.
const MARK: &str = "records-until-killed";

#[test]
fn what_was_recorded_survives_kills_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MARK), "").unwrap();
    let mut known = 0;
    for round in 0..20u64 {
        let acknowledged = record_until_killed(folder.path(), Duration::from_micros(round * 7919 % 40_000));
        let path = folder.path().join("history.db");
        let kept = calls(&open(&path));
        // One more than reported is possible: killed between the commit and its report.
        assert!(
            kept == acknowledged || kept == acknowledged + 1,
            "{kept} kept, {acknowledged} reported, {known} before"
        );
        let database = rusqlite::Connection::open(&path).unwrap();
        let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        assert!(kept >= known + 2, "the child did record: {known}, then {kept}");
        known = kept;
    }
}

/// Starts this test binary as a child that records, and kills it `after` its second report. Gives its last report.
fn record_until_killed(folder: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "history::child", "--ignored", "--nocapture"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut reports = lines.filter_map(|line| line.strip_prefix("recorded ")?.parse().ok());
    let second = reports.by_ref().nth(1).expect("the child records");
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reports.last().unwrap_or(second)
}

#[test]
#[ignore = "is started, and killed, by the test above"]
fn child() {
    if !Path::new(MARK).exists() {
        return;
    }
    let mut history = open(Path::new("history.db"));
    let mut out = std::io::stdout();
    for n in calls(&history).. {
        history.record(&call(n)).unwrap();
        writeln!(out, "\nrecorded {}", n + 1).unwrap();
    }
}

fn open(path: &Path) -> History {
    History::open(&Settings::Sqlite { path: path.to_owned() }).unwrap()
}

/// The call number `n`: three repositories, fourteen days each, one of them new.
fn call(n: u64) -> Vec<Observation> {
    let day = |n| Date::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n);
    let views = |n| Day { date: day(n), views: Some(Cell { count: 3, uniques: 1 }), clones: None };
    let sighting = |id: u64| Sighting {
        host: "github.com".into(),
        id: Some(RepoId(id)),
        name: format!("acme/tool-{id}").parse().unwrap(),
        source: None,
        left: None,
        traits: Some(Traits::default()),
        description: None,
        about: About::default(),
    };
    let seen = day(n + 14).and_hms_opt(2, 0, 0).unwrap().and_utc();
    let observation =
        |id: u64| Observation { days: (n..n + 14).map(views).collect(), ..Observation::new(sighting(id), seen) };
    (1..=3).map(observation).collect()
}

/// How many calls a history holds, after checking that it holds each of them whole.
fn calls(history: &History) -> u64 {
    let days: Vec<usize> = history.load().unwrap().iter().map(|one| one.traffic.series().days().len()).collect();
    assert!(days.is_empty() || (days.len() == 3 && days[0] == days[1] && days[1] == days[2]), "{days:?}");
    days.first().map_or(0, |days| *days as u64 - 13)
}
