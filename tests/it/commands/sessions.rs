//! `tollgate sessions` and `tollgate who` beside a running edge.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{json, lines, outcomes, status, text};
use crate::support::world::{ALL_ROLES, MAY_SEE, people};
use crate::support::{Client, SOON, Session, World, within};

#[test]
fn sessions_end_at_a_word_and_everybody_sees_what_they_were_told_they_would() {
    let world = World::published();
    let (_provider, edge) = world.serve();
    let front = format!("{}/", world.base);
    let mut clients = BTreeMap::new();
    for (person, roles) in MAY_SEE {
        let mut client = Client::new();
        client.sign_in(&front, person);
        world.project.write("claims.json", &people()[*person].to_string());
        let told = world.run(&["who", "--claims", "claims.json", "--json"]).ends_with(i32::from(roles.is_empty()));
        let told: Vec<(String, bool)> =
            lines(&told).iter().map(|role| (text(role, "role").to_owned(), role["open"] == true)).collect();
        let opens = |role: &str| status(&client, &world, &format!("/{role}/index.html")) == 200;
        assert_eq!(told, ALL_ROLES.map(|role| (role.to_owned(), opens(role))), "{person}");
        clients.insert(*person, client);
    }
    let mut second = Client::new();
    second.sign_in(&front, "pat");
    let sid = |client: &Client| Session::of(&client.cookies["tollgate"]).sid().to_owned();
    let goes_on = |client: &Client| status(client, &world, "/-/me") == 200;

    let listed = json(&world, &["sessions", "list"]);
    assert_eq!(listed.len(), MAY_SEE.len() + 1);
    let pats = json(&world, &["sessions", "list", "--email", "PAT@globex.example"]);
    let sids: Vec<&str> = pats.iter().map(|session| text(session, "sid")).collect();
    assert_eq!(sids.len(), 2);
    assert!(sids.contains(&sid(&second).as_str()) && sids.contains(&sid(&clients["pat"]).as_str()));
    assert!(pats.iter().all(|session| session["ended"] == false && session["from"] == "127.0.0.1"), "{pats:?}");
    world.run(&["sessions", "revoke"]).ends_with(2);
    world.run(&["sessions", "revoke", "--all", "--sid", "x"]).ends_with(2);
    world.run(&["sessions", "revoke", "--sid", "-x"]).succeeds().says("ended session -x, on every edge within seconds");
    assert_eq!(json(&world, &["audit", "--who", "-x"]).len(), 1);
    world.run(&["sessions", "revoke", "--email", "pat"]).says("`pat` is no e-mail address");

    let first = sid(&second);
    world.run(&["sessions", "revoke", "--sid", &first]).succeeds().says("1 session of those on record ended");
    within(SOON, "one session ends", || (!goes_on(&second)).then_some(()));
    assert!(clients.values().all(goes_on), "and no other");
    world
        .run(&["sessions", "revoke", "--email", "Pat@Globex.example"])
        .succeeds()
        .says("1 session of those on record ended");
    within(SOON, "a person is out", || (!goes_on(&clients["pat"])).then_some(()));
    assert!(clients.iter().all(|(person, client)| *person == "pat" || goes_on(client)), "and nobody else");
    let ran = world.run(&["sessions", "list"]).succeeds();
    assert_eq!(ran.stdout.lines().filter(|line| line.ends_with("  ended")).count(), 2, "{}", ran.all());
    // What begins within the second of an ending ends with it.
    std::thread::sleep(Duration::from_millis(1_100));
    // The provider still knows them, so nobody is asked.
    assert_eq!(second.follow(&front).status, 200, "they may come back");

    world.run(&["sessions", "revoke", "--all"]).succeeds().says("8 sessions of those on record ended");
    within(SOON, "all are out", || (!clients.values().chain([&second]).any(goes_on)).then_some(()));
    let told = json(&world, &["audit", "--event", "revocation"]);
    let told: Vec<&str> = told.iter().map(|event| text(event, "what")).collect();
    assert_eq!(told, ["session -x", &format!("session {first}"), "sessions of Pat@Globex.example", "all sessions"]);
    assert_eq!(outcomes(&world, &["--event", "sign-in", "--who", "pat@globex.example"]), ["ok", "ok", "ok"]);
    assert_eq!(outcomes(&world, &["--event", "sign-in"]).len(), MAY_SEE.len() + 2);
    let refused = ["--event", "refusal", "--who", "vic@acme.example", "--role", "administrator"];
    assert_eq!(outcomes(&world, &refused), ["not-your-role"]);
    edge.stop().succeeds();
}
