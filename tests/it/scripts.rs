//! What scripts add to reports in Chromium, from a disk and through the edge.

use serde_json::json;

use crate::support::{Project, World, bundle, script};

#[test]
fn charts_tables_explore_and_search_work_from_a_disk_and_through_the_edge() {
    let world = World::new();
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &text.replace("\"monthly\", \"csv\"", "\"monthly\", \"explore\", \"csv\""));
    world.run(&["nightly"]).succeeds();
    let entries = bundle::bundle(&world.output(), bundle::current(&world.output()), "administrator");
    assert!(entries.contains_key("explore.html"), "{:?}", entries.keys());
    let unpacked = Project::empty();
    for (name, bytes) in &entries {
        let path = unpacked.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
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
