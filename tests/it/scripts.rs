//! What scripts add to reports in Chromium, from a disk and through the edge.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Days, Utc};
use serde_json::json;

use crate::support::{Project, World, bundle, script};

/// A history of more than a year, in a language that writes 1.232 for 1,232.
const GERMAN: &str = r#"
[site]
title = "Zugriffe"
base_url = "http://127.0.0.1:9"
language = "de"

[[source]]
name = "main"
token_env = "NOBODY_ASKS"
repositories = ["acme/*"]

[[role]]
name = "all"
title = "Alles"
repositories = ["*/*"]
pages = ["overview", "repository"]
open_to = [{ email = "a@b.example" }]
"#;

#[test]
fn charts_tables_explore_and_search_work_from_a_disk_and_through_the_edge() {
    let world = World::new();
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &text.replace("\"monthly\", \"csv\"", "\"monthly\", \"explore\", \"csv\""));
    world.run(&["nightly"]).succeeds();
    let entries = bundle::bundle(&world.output(), bundle::current(&world.output()), "administrator");
    assert!(entries.contains_key("explore.html"), "{:?}", entries.keys());
    let unpacked = unpack(&entries);
    let mut scenario = json!({ "repository": "acme/anvil", "other": "acme/rocket-skates" });
    scenario["base"] = json!(format!("file://{}", unpacked.path().display()));
    script("browser-reports.mjs", &scenario).end().succeeds();
    let (_provider, edge) = world.serve();
    scenario["base"] = json!(world.base);
    scenario["path"] = json!("/administrator");
    scenario["person"] = json!("ada");
    // Without scripts nobody can choose a person at this provider as the script does; from a disk that was looked at.
    scenario["only"] = json!(["crosshair", "tables", "explores", "searches"]);
    let ran = script("browser-reports.mjs", &scenario).end();
    assert_eq!(ran.code, Some(0), "{}\n--- the edge\n{}", ran.all(), edge.told());
}

#[test]
fn ranges_touch_and_sorting_in_german_work_from_a_disk() {
    let project = Project::empty();
    project.write("tollgate.toml", GERMAN);
    let mut days = String::from("repository,date,views,unique_views,clones,unique_clones,stars\n");
    // In 28 days 1.232, 252, 1.008 and 11.200.
    for (name, views) in [("amboss", 44), ("bohrer", 9), ("oese", 36), ("zange", 400)] {
        for ago in 1..=420 {
            let date = Utc::now().date_naive() - Days::new(ago);
            writeln!(days, "acme/{name},{date},{views},{},1,1,", views / 2).unwrap();
        }
    }
    project.write("past.csv", &days);
    project.run(&["keys", "init"]).succeeds();
    project.run(&["import", "csv", "past.csv"]).succeeds();
    project.run(&["build"]).succeeds();
    let unpacked = unpack(&bundle::bundle(&project.file("output"), 1, "all"));
    let base = format!("file://{}", unpacked.path().display());
    let only = ["ranges", "touches", "sortsInGerman"];
    let ran = script("browser-reports.mjs", &json!({ "base": base, "repository": "acme/amboss", "only": only })).end();
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap(), json!({ "done": only }));
}

/// As a folder that a browser can open.
fn unpack(entries: &BTreeMap<String, Vec<u8>>) -> Project {
    let unpacked = Project::empty();
    for (name, bytes) in entries {
        let path = unpacked.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    unpacked
}
