//! The keyring as an operator turns it, and releases that stay readable meanwhile.

use serde_json::Value;

use crate::support::{Project, World};

fn list(world: &World) -> Vec<Value> {
    let printed = world.run(&["keys", "list", "--json"]).succeeds().stdout;
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(keys: &'a [Value], purpose: &str) -> Vec<(&'a str, &'a str)> {
    let ours = keys.iter().filter(|key| key["purpose"] == purpose);
    ours.map(|key| (key["kid"].as_str().unwrap(), key["does"].as_str().unwrap())).collect()
}

#[test]
fn release_keys_turn_over_without_a_release_that_cannot_be_read() {
    let world = World::published();
    let keys = list(&world);
    let [(old, "signs")] = of(&keys, "release")[..] else { panic!("{keys:?}") };
    world.run(&["keys", "rotate", "release", "--announce"]).succeeds().says("then run `tollgate keys rotate release`");
    let keys = list(&world);
    let [(_, "signs"), (new, "announced")] = of(&keys, "release")[..] else { panic!("{keys:?}") };
    world
        .run(&["keys", "retire", old])
        .ends_with(2)
        .says("cannot be retired\n\nhint: run `tollgate keys rotate release`");
    world.run(&["keys", "rotate", "release"]).succeeds().says(&format!("run `tollgate keys retire {old}`"));
    assert_eq!(of(&list(&world), "release"), [(new, "signs"), (old, "verifies")]);
    world.run(&["nightly"]).succeeds();
    for number in ["1", "2"] {
        world.run(&["releases", "verify", number]).succeeds();
    }
    world.run(&["keys", "retire", old]).succeeds();
    world.run(&["releases", "verify", "2"]).succeeds();
    world.run(&["releases", "verify", "1"]).ends_with(1);
}

#[test]
fn every_key_is_listed_for_people_and_for_scripts() {
    let world = World::new();
    let keys = list(&world);
    let purposes: Vec<&str> = keys.iter().map(|key| key["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["release", "session", "attempt", "share", "token", "trigger", "mail", "hint"]);
    let algorithms: Vec<&str> = keys.iter().map(|key| key["algorithm"].as_str().unwrap()).collect();
    assert_eq!(algorithms, ["EdDSA", "HS256", "HS256", "HS256", "HS256", "HS256", "HS256", "A256GCM"]);
    assert!(keys.iter().all(|key| key["made"].as_str().unwrap().starts_with("20")));
    let printed = world.run(&["keys", "list"]).succeeds().stdout;
    for (line, key) in printed.lines().zip(&keys) {
        assert!(
            line.contains(key["kid"].as_str().unwrap()) && line.contains(" signs ") && line.contains("made 20"),
            "{line}"
        );
    }
    // No secret of any file is told.
    for name in ["release-private.json", "session.json", "hint.json"] {
        let set: Value =
            serde_json::from_slice(&std::fs::read(world.project.file("keys").join(name)).unwrap()).unwrap();
        let key = &set["keys"][0];
        let secret = key["k"].as_str().or(key["d"].as_str()).unwrap();
        assert!(!printed.contains(secret) && keys.iter().all(|key| !key.to_string().contains(secret)), "{name}");
    }
    world.run(&["keys", "rotate", "everything"]).ends_with(2).says("session");
    world.run(&["keys", "init"]).ends_with(2).says("exists already");
}

#[test]
fn a_client_key_needs_no_configuration_and_is_told_how_to_be_used() {
    let project = Project::empty();
    let file = project.file("client.pem");
    let ran = project.run(&["keys", "client", file.to_str().unwrap()]).succeeds();
    let set: Value = serde_json::from_str(&ran.stdout).unwrap();
    let kid = set["keys"][0]["kid"].as_str().unwrap();
    let lines = format!("  client_key_file = \"{}\"\n  client_key_id = \"{kid}\"\n", file.display());
    assert!(ran.stderr.ends_with(&lines) && ran.stderr.contains("`[oidc]`"), "{}", ran.stderr);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    project.run(&["keys", "client", file.to_str().unwrap()]).ends_with(2).says("exists already");
}
