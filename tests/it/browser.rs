//! Chromium as each person: exactly their bundles, nothing of the others', out at the end.

use serde_json::{Value, json};

use crate::support::world::{ALL_ROLES, MAY_SEE};
use crate::support::{Project, Ran, World, bundle, script};

/// The titles of the roles, as the configuration of the tests has them.
const TITLES: [(&str, &str); 5] = [
    ("administrator", "Everything there is"),
    ("maintainer", "Maintainers of Acme"),
    ("tenant", "Globex"),
    ("viewer", "Two repositories"),
    ("closed", "For nobody"),
];

#[test]
fn everybody_sees_exactly_their_bundles_through_the_certified_provider() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    // One of each number of roles, and nobody.
    for (person, roles) in MAY_SEE.iter().filter(|(person, _)| ["vic", "pat", "gus"].contains(person)) {
        let ran = browse(&scenario(&world.base, person, roles, &ALL_ROLES));
        assert_eq!(ran.code, Some(0), "{person}: {}", ran.all());
    }
    // The same browser does complain when something is not as it should be.
    let wrong = browse(&scenario(&world.base, "vic", &["viewer", "tenant"], &ALL_ROLES));
    assert_eq!(wrong.code, Some(1), "{}", wrong.all());
    assert!(wrong.stderr.contains("vic is offered other bundles"), "{}", wrong.all());
}

#[test]
fn everybody_of_the_demo_sees_exactly_their_bundles() {
    let project = Project::empty();
    let mut demo = project.start(&["demo", "--listen", "127.0.0.1:0"]);
    let base = demo.line(|line| Some(line.trim().strip_prefix("Open ")?.trim_end_matches('/').to_owned()));
    let titles = [
        ("administrator", "Everything"),
        ("acme", "Acme, all repositories"),
        ("acme-public", "Acme, public repositories"),
        ("partner", "Two repositories"),
    ];
    let all = titles.map(|(role, _)| role);
    for (person, roles) in [
        ("Ada Admin", &["administrator", "acme"][..]),
        ("Mia Maintainer", &["acme", "acme-public"]),
        ("Vic Viewer", &["partner"]),
        ("Noa Nobody", &[]),
    ] {
        let ran = browse(&with_titles(&base, person, roles, &all, &titles));
        assert_eq!(ran.code, Some(0), "{person}: {}\n--- the demo\n{}", ran.all(), demo.told());
        let seen: Value = serde_json::from_str(&ran.stdout).unwrap();
        let pages = seen["pages"].as_array().unwrap().len();
        assert!(pages >= roles.len() * 2, "{person} saw only {pages} pages: {seen}");
        assert_eq!(seen["refused"].as_array().unwrap().len(), all.len() - roles.len(), "{seen}");
    }
    demo.stop().succeeds();
}

#[test]
fn a_bundle_reads_the_same_from_a_folder_without_any_server() {
    let world = World::published();
    let entries = bundle::bundle(&world.output(), bundle::current(&world.output()), "maintainer");
    let unpacked = Project::empty();
    for (name, bytes) in &entries {
        let path = unpacked.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let bundles = json!([{ "role": "maintainer", "title": "Maintainers of Acme" }]);
    browse(&json!({ "folder": unpacked.path(), "bundles": bundles })).succeeds();
}

fn scenario(base: &str, person: &str, roles: &[&str], all: &[&str]) -> Value {
    with_titles(base, person, roles, all, &TITLES)
}

fn with_titles(base: &str, person: &str, roles: &[&str], all: &[&str], titles: &[(&str, &str)]) -> Value {
    let title = |role: &str| titles.iter().find(|(name, _)| *name == role).map(|(_, title)| *title);
    let bundles: Vec<Value> = roles.iter().map(|role| json!({ "role": role, "title": title(role) })).collect();
    let others: Vec<&&str> = all.iter().filter(|role| !roles.contains(role)).collect();
    json!({ "base": base, "person": person, "bundles": bundles, "others": others })
}

fn browse(scenario: &Value) -> Ran {
    script("browser.mjs", scenario).end()
}
