//! What an edge takes for a release: the newest that was signed, whole, and nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tollgate::domain::release::Release;
use tollgate::keys::Keyring;

use crate::support::{Client, Project, World, bundle};

#[test]
fn an_edge_takes_no_older_foreign_or_unfinished_release() {
    let world = World::published();
    world.run(&["build"]).succeeds();
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    client.sign_in(&format!("{}/", world.base), "ada");
    assert_eq!(served(&mut client, &world), 2);

    point(&world, 1);
    a_look();
    assert_eq!(served(&mut client, &world), 2, "an older release is taken, though it was signed once");

    let second = std::fs::read_to_string(folder(&world, 2).join("statement")).unwrap();
    for (what, statement) in [
        ("a release signed by somebody else", Some(signed_by_another(&world, &second))),
        ("the statement of another release", Some(second.clone())),
        ("a release without a statement", None),
    ] {
        copy(&folder(&world, 2), &folder(&world, 3));
        let path = folder(&world, 3).join("statement");
        match statement {
            Some(text) => std::fs::write(path, text).unwrap(),
            None => std::fs::remove_file(path).unwrap(),
        }
        point(&world, 3);
        a_look();
        assert_eq!(served(&mut client, &world), 2, "{what} is taken");
        let verified = world.run(&["releases", "verify"]).ends_with(1);
        assert!(verified.stderr.contains("error: release 3 "), "{what}: {}", verified.all());
    }

    // The next night makes it good.
    world.run(&["nightly"]).succeeds();
    a_look();
    assert_eq!(served(&mut client, &world), bundle::current(&world.output()));
}

#[test]
fn no_altered_byte_is_ever_served() {
    let world = World::published();
    let zip = folder(&world, 1).join("administrator.zip");
    let mut bytes = std::fs::read(&zip).unwrap();
    // Pages, and not the index at the end: the release as such is still believed.
    let pages = bytes.len() * 3 / 4;
    bytes[..pages].iter_mut().step_by(100).for_each(|byte| *byte ^= 1);
    std::fs::write(&zip, bytes).unwrap();
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    let page = client.sign_in(&format!("{}/administrator/index.html", world.base), "ada");
    assert_eq!(page.status, 500);
    assert!(!page.text().contains("anvil"), "{}", page.text());
    let other = Client::new().sign_in(&format!("{}/tenant/index.html", world.base), "gil");
    assert_eq!(other.status, 200, "other bundles are whole");
    let verified = world.run(&["releases", "verify"]).ends_with(1);
    assert!(verified.stderr.contains("error: release 1 is damaged at `administrator/"), "{}", verified.all());
}

/// The number of the release that is served, as the profile page tells it.
fn served(client: &mut Client, world: &World) -> u64 {
    let me = client.get(&format!("{}/-/me", world.base)).text();
    (1..=9).find(|number| me.contains(&format!("<dd>{number}, built"))).unwrap_or_else(|| panic!("{me}"))
}

/// Longer than an edge waits between two looks, so that what it has not taken by then it never takes.
fn a_look() {
    std::thread::sleep(Duration::from_millis(3_500));
}

fn signed_by_another(world: &World, statement: &str) -> String {
    let release = Keyring::load(&world.project.file("keys")).unwrap().verify_release(statement).unwrap();
    let project = Project::empty();
    Keyring::init(&project.file("keys")).unwrap();
    let keys = Keyring::load(&project.file("keys")).unwrap();
    keys.sign_release(&Release { number: 3, ..release }).unwrap()
}

fn folder(world: &World, number: u64) -> PathBuf {
    world.output().join(format!("releases/{number:08}"))
}

fn point(world: &World, number: u64) {
    std::fs::write(world.output().join("current"), format!("{number}\n")).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
