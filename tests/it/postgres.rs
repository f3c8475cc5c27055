//! The program with its history in a database: nights, copies, and collectors that share the sources.

#[path = "../../src/history/tests/server.rs"]
mod server;

use std::collections::BTreeSet;

use serde_json::Value;
use tollgate::demo::github::Fault;
use tollgate::history::{History, Settings};

use crate::support::figures::{figures, never_less};
use crate::support::{Ran, Running, World};

/// The variable that holds the address of the history.
const HISTORY: &str = "TOLLGATE_HISTORY";

/// A world whose history is in a schema of its own.
struct Shared {
    world: World,
    address: String,
}

impl Shared {
    fn new() -> Shared {
        let world = World::new();
        world.amend(&format!("[history]\nurl_env = \"{HISTORY}\"\n"));
        // What the queue says must be there before several look into it.
        let address = server::server().schema();
        History::open(&Settings::of(&address)).unwrap();
        Shared { world, address }
    }

    fn start(&self, arguments: &[&str]) -> Running {
        self.world.github.allow(1_000_000);
        let [token] = self.world.token();
        self.world.project.start_with(&[token, (HISTORY, &self.address)], arguments)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).end()
    }

    /// Copies the history to where tests look for one.
    fn copied(&self) {
        drop(std::fs::remove_file(self.world.history()));
        self.run(&["history", "copy", &format!("env:{HISTORY}"), "tollgate.sqlite"]).succeeds();
    }
}

/// The sources that a collection tells of.
fn sources(ran: &Ran) -> Vec<String> {
    let told: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.all()));
    let runs = told["runs"].as_array().unwrap();
    runs.iter().map(|run| run["source"].as_str().unwrap().to_owned()).collect()
}

/// What was kept of yesterday is what GitHub shows of it, of everything that every source has.
fn is_true(shared: &Shared) {
    shared.copied();
    let (known, github) = (open(&shared.world, "tollgate.sqlite").load().unwrap(), &shared.world.github);
    let owners: BTreeSet<&str> = known.iter().map(|one| one.repository.name.owner()).collect();
    assert_eq!(owners.into_iter().collect::<Vec<_>>(), ["acme", "ada-lovelace", "globex"]);
    let yesterday = github.today() - chrono::Days::new(1);
    let mut busy = 0;
    for one in &known {
        let sample = github.repositories().iter().find(|sample| Some(sample.id) == one.repository.id).unwrap();
        let views = one.traffic.series().get(yesterday).and_then(|day| day.views);
        let shown = github.shown(sample, yesterday, github.today()).views;
        assert_eq!(views.unwrap_or_default(), shown.unwrap_or_default(), "{}", one.repository.name);
        busy += usize::from(views.is_some());
    }
    assert!(busy > 3, "only {busy} had views");
}

#[test]
fn nights_and_copies_there_and_back_keep_the_same_history() {
    let shared = Shared::new();
    shared.run(&["nightly"]).succeeds();
    is_true(&shared);
    let before = figures(&shared.world);
    shared.world.github.set_today(shared.world.github.today() + chrono::Days::new(1));
    shared.run(&["nightly"]).succeeds();
    let from = format!("env:{HISTORY}");
    let refused = shared.run(&["history", "copy", &from, "tollgate.sqlite"]).ends_with(1);
    assert!(refused.stderr.contains("hint: copy into an empty history; to bring two together, "), "{}", refused.all());
    shared.copied();
    never_less(&before, &shared.world, "after another night");

    let back = server::server().schema();
    let tables = |ran: Ran| -> Value {
        let told: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(!told.to_string().contains("tollgate@"), "{told}");
        told["tables"].clone()
    };
    let there = tables(shared.run(&["history", "copy", "tollgate.sqlite", &back, "--json"]).succeeds());
    let again = tables(shared.run(&["history", "copy", &back, "again.sqlite", "--json"]).succeeds());
    assert_eq!(there, again);
    assert!(there.as_array().unwrap().iter().all(|table| table[0] == table[1]), "{there}");
    for of in ["repository", "observation", "day", "run"] {
        let told = there.as_array().unwrap().iter().map(|table| &table[0]).find(|told| told["table"] == of).unwrap();
        assert!(told["rows"].as_u64() > Some(1), "{told}");
    }
    let once_more = shared.run(&["history", "copy", &from, "again.sqlite"]).succeeds();
    assert!(once_more.stdout.ends_with("again.sqlite` hold the same\n"), "{}", once_more.all());
    shared.run(&["check"]).succeeds().says("acme/anvil");
}

#[test]
fn a_copy_that_was_interrupted_goes_on() {
    let world = World::published();
    let (source, partly) = (open(&world, "tollgate.sqlite"), "partly.sqlite");
    let mut target = open(&world, partly);
    for table in &History::tables()[..6] {
        let mut rows = Vec::new();
        let mut each = |row: &[tollgate::domain::table::Value]| {
            rows.push(row.to_vec());
            Ok(())
        };
        source.dump(table, None, &mut each).unwrap();
        target.restore(table, &rows[..rows.len().div_ceil(2)]).unwrap();
        if table.name == "repository" {
            target.restore(table, &rows).unwrap();
        }
    }
    drop((source, target));
    world.run(&["history", "copy", "tollgate.sqlite", partly]).succeeds().says("hold the same");
    world.run(&["history", "copy", "nowhere.sqlite", partly]).ends_with(1).says("there is no history `nowhere.sqlite`");
    world.run(&["history", "copy", partly, partly]).ends_with(2).says("would be copied into itself");
    world
        .run(&["history", "copy", "env:NOWHERE", partly])
        .ends_with(2)
        .says("environment variable `NOWHERE` is not set");
}

fn open(world: &World, file: &str) -> History {
    History::open(&Settings::Sqlite { path: world.project.file(file) }).unwrap()
}

#[test]
fn two_collectors_at_once_share_the_sources() {
    let shared = Shared::new();
    let mut first = shared.start(&["collect", "--json"]);
    first.until(|| (shared.world.github.served() > 0).then_some(()), "it asks nothing");
    first.signal("-STOP");
    shared
        .run(&["history", "copy", &format!("env:{HISTORY}"), "other.sqlite"])
        .ends_with(1)
        .says("` is held by `tollgate collect` from this machine, since 20");
    let mut second = shared.start(&["collect", "--json"]);
    second.line(|line| line.contains("source `").then_some(()));
    first.signal("-CONT");
    let (first, second) = (sources(&first.end().succeeds()), sources(&second.end().succeeds()));
    assert!(!first.is_empty() && !second.is_empty(), "{first:?} {second:?}");
    let mut all = [first, second].concat();
    all.sort();
    assert_eq!(all, ["acme", "ada", "globex"]);
    is_true(&shared);
}

#[test]
fn a_collector_that_is_killed_loses_nothing_and_another_takes_its_source_over() {
    let shared = Shared::new();
    // Its first request for views is never answered, so it is at the first source until it ends.
    shared.world.github.break_path("/repos/acme/anvil/traffic/views", Fault::Hang, 1);
    let mut first = shared.start(&["nightly", "--json"]);
    let asked =
        || shared.world.github.requests().iter().any(|request| request.path.contains("/acme/anvil/traffic/views"));
    first.until(|| asked().then_some(()), "it does not come to the repository");
    let mut second = shared.start(&["collect", "--json"]);
    second.line(|line| line.contains("source `globex`").then_some(()));
    assert!(!second.has_ended(), "it waits for the source that the other is at");
    first.kill();
    let ran = second.end().succeeds();
    assert_eq!(sources(&ran), ["ada", "globex", "acme"]);
    is_true(&shared);
    shared.run(&["nightly"]).succeeds();
}
