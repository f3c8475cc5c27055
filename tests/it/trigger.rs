//! Nights that somebody outside asks for.

use reqwest::Method;
use serde_json::Value;

use crate::support::world::SECRET;
use crate::support::{Client, Provider, Reply, Running, SOON, World, bundle, eventually, free_port, within};

/// A world whose edge has an operations listener, and its address.
fn world() -> (World, String) {
    let world = World::new();
    let address = format!("127.0.0.1:{}", free_port());
    world.amend(&format!("operations = \"{address}\"\n"));
    (world, format!("http://{address}/-/nightly"))
}

fn serve(world: &World, arguments: &[&str]) -> Running {
    world.github.allow(1_000_000);
    let [token] = world.token();
    world.project.start_with(&[token, (SECRET, Provider::SECRET)], &[&["serve"], arguments].concat())
}

fn ask(method: Method, address: &str, token: &str) -> Reply {
    Client::new().send(method, address, &[("authorization", &format!("Bearer {token}"))], "")
}

fn state(address: &str, token: &str) -> Value {
    serde_json::from_str(&ask(Method::GET, address, token).text()).unwrap()
}

#[test]
fn a_scheduler_elsewhere_starts_a_night_with_a_token_of_its_own() {
    let (world, address) = world();
    let edge = serve(&world, &["--nightly", "on-request"]);
    eventually("it listens", || edge.told().contains("serving http").then_some(()));
    let ran = world.run(&["token", "trigger", "--note", "from the event bus"]).succeeds().says(" starts nights until ");
    let token = ran.stdout.trim().to_owned();

    // Whoever writes in another process holds the lock: one night at a time, whoever began it.
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(world.project.file("tollgate.sqlite.lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    assert_eq!(ask(Method::POST, &address, &token).status, 409);
    lock.unlock().unwrap();

    let started = ask(Method::POST, &address, &token);
    assert_eq!((started.status, started.text().as_str()), (202, "{\"run\":\"started\"}\n"));
    let last =
        eventually("the night ends", || Some(state(&address, &token)["last"].clone()).filter(|last| !last.is_null()));
    assert_eq!(last["outcome"], "done", "{}", edge.told());
    assert_eq!(bundle::current(&world.output()), 1);
    eventually("it is served", || edge.told().contains("serving a new release").then_some(()));
    for path in ["/", "/-/me", "/administrator/index.html"] {
        assert_eq!(ask(Method::GET, &format!("{}{path}", world.base), &token).status, 401, "{path}");
    }

    let listed = world.run(&["token", "list", "--json"]).succeeds().stdout;
    let listed: Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!((&listed["kind"], &listed["state"]), (&"trigger".into(), &"open".into()), "{listed}");
    let id = listed["id"].as_str().unwrap();
    let line = format!("{id}  open      starts nights  until ");
    let ran = world.run(&["token", "list"]).succeeds();
    assert!(ran.stdout.starts_with(&line) && ran.stdout.ends_with("  from the event bus\n"), "{}", ran.all());
    let revoked = world.run(&["token", "revoke", id, "--json"]).succeeds().stdout;
    let revoked: Value = serde_json::from_str(revoked.trim()).unwrap();
    assert_eq!(revoked, serde_json::json!({ "id": id, "revoked": true, "known": true }));
    // Looking starts nothing, so that it can be done again and again.
    within(SOON, "it is refused", || (ask(Method::GET, &address, &token).status == 401).then_some(()));
    assert_eq!(ask(Method::POST, &address, &token).status, 401);
    let told = world.run(&["audit", "--event", "nightly", "--who", id, "--json"]).succeeds().stdout;
    let outcomes: Vec<String> = told
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(outcomes, ["made", "under-way", "started", "revoked", "refused", "refused"]);
    let log = std::fs::read_to_string(world.project.file("audit.jsonl")).unwrap();
    let signature = token.rsplit('.').next().unwrap();
    assert!(!log.contains(signature) && !edge.stop().succeeds().all().contains(signature));
}

#[test]
fn an_edge_that_runs_no_nights_says_so_to_who_may_know_and_on_request_needs_a_way_to_ask() {
    let (world, address) = world();
    let edge = serve(&world, &[]);
    eventually("it listens", || edge.told().contains("serving http").then_some(()));
    let token = world.run(&["token", "trigger"]).succeeds().stdout.trim().to_owned();
    let refused = ask(Method::POST, &address, &token);
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("tollgate serve --nightly on-request"), "{}", refused.text());
    assert_eq!(Client::new().send(Method::POST, &address, &[], "").status, 401);
    edge.stop().succeeds();

    std::fs::remove_file(world.project.file("keys/trigger.json")).unwrap();
    let ran = serve(&world, &["--nightly", "on-request"]).end().ends_with(2);
    assert!(ran.stderr.contains("trigger.json` is missing\n\nhint: run `tollgate keys init`"), "{}", ran.all());
    serve(&world, &[]).until(
        || std::net::TcpStream::connect(world.base.trim_start_matches("http://")).ok(),
        "an edge without nights needs no key for them",
    );
    let without = World::new();
    let ran = serve(&without, &["--nightly", "on-request"]).end().ends_with(2);
    assert!(ran.stderr.contains("there is no operations listener, so nobody could ask for a nightly"), "{}", ran.all());
}
