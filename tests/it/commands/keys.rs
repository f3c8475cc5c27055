//! `tollgate keys` beside a running edge.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::{fetch, json, outcomes, status, text};
use crate::support::{Client, Provider, Wire, World, bundle, eventually};

#[test]
fn keys_turn_over_under_way_without_a_request_that_fails() {
    let world = World::published();
    let (_provider, edge) = world.serve();
    let front = format!("{}/", world.base);
    let mut vic = Client::new();
    assert_eq!(vic.sign_in(&front, "vic").status, 200);
    let mut gil = Client::new();
    gil.sign_in(&front, "gil");
    let token = world.run(&["token", "create", "viewer"]).succeeds().stdout.trim().to_owned();
    let csv = bundle::bundle(&world.output(), 1, "viewer").into_keys().find(|name| name.ends_with(".csv")).unwrap();
    let csv = format!("/viewer/{csv}");
    let old = signing(&world);
    let mut reloads = 0;
    let mut reload = || {
        reloads += 1;
        edge.signal("-HUP");
        eventually("the keys are read", || {
            (edge.told().matches("the keys were read anew").count() == reloads).then_some(())
        });
    };

    let served = with_a_reader(&world, &vic.cookies["tollgate"], &token, &csv, |served| {
        // With notice: every edge knows the key before it signs.
        world.run(&["keys", "rotate", "release", "--announce"]).succeeds();
        reload();
        world.run(&["keys", "rotate", "release"]).succeeds();
        world.run(&["build"]).succeeds();
        for which in ["session", "attempt", "share", "token", "trigger", "mail", "hint"] {
            world.run(&["keys", "rotate", which]).succeeds();
        }
        reload();
        assert_eq!(Client::new().sign_in(&front, "ada").url.path(), "/administrator/index.html");
        eventually("the release of the new key is served", || {
            edge.told().contains("serving a new release release=2").then_some(())
        });
        let before = served.load(Ordering::Relaxed);
        eventually("reading goes on", || (served.load(Ordering::Relaxed) > before + 20).then_some(()));
    });
    assert!(served > 40, "only {served} requests");
    let new = signing(&world);
    assert!(old.iter().all(|(which, kid)| new[which] != *kid), "{new:?}");
    assert_eq!(status(&vic, &world, "/viewer/index.html"), 200, "the session of the old key goes on");
    assert!(gil.sign_out(&world.base).as_str().contains("id_token_hint="), "what an old key sealed is opened");
    let mut max = Client::new();
    max.sign_in(&front, "max");

    world.run(&["keys", "retire", &new["session"]]).ends_with(2).says("cannot be retired");
    for which in ["session", "token", "release"] {
        world.run(&["keys", "retire", &old[which]]).succeeds();
    }
    reload();
    assert_eq!(status(&vic, &world, "/viewer/index.html"), 303, "a key that is retired opens nothing");
    assert_eq!(fetch(&world, &csv, &token).status, 401);
    assert_eq!(status(&max, &world, "/maintainer/index.html"), 200);
    let told = json(&world, &["audit", "--event", "keys"]);
    let ends = |end: &str| told.iter().filter(|event| text(event, "what").ends_with(end)).count();
    assert_eq!((ends(" announced"), ends(" rotated"), ends(" retired")), (1, 8, 3), "{told:?}");
    // The same signal has the audit log opened anew, as logrotate(8) needs it.
    let log = |name: &str| world.project.file(name);
    std::fs::rename(log("audit.jsonl"), log("audit.jsonl.1")).unwrap();
    reload();
    assert_eq!(gil.sign_in(&front, "gil").status, 200);
    let signed_in = |file: &str| std::fs::read_to_string(log(file)).unwrap().matches("\"sign-in\"").count();
    assert_eq!((signed_in("audit.jsonl.1"), signed_in("audit.jsonl")), (4, 1));
    assert_eq!(outcomes(&world, &["--event", "sign-in", "--outcome", "ok"]).len(), 5, "both are shown");
    // Keys that cannot be read change nothing.
    world.project.write("keys/session.json", "{}");
    edge.signal("-HUP");
    eventually("it says so", || {
        edge.told().contains("the keys cannot be read anew; the ones before go on").then_some(())
    });
    assert_eq!(status(&max, &world, "/maintainer/index.html"), 200);
    edge.stop().succeeds();
}

/// The ids of the keys that sign, by purpose.
fn signing(world: &World) -> BTreeMap<String, String> {
    let keys = json(world, &["keys", "list"]);
    let signing = keys.iter().filter(|key| key["does"] == "signs");
    signing.map(|key| (text(key, "purpose").to_owned(), text(key, "kid").to_owned())).collect()
}

/// Does something while somebody reads all the time, by a session and by a token; how often they were served. They must
/// be, each time.
fn with_a_reader(world: &World, session: &str, token: &str, csv: &str, act: impl FnOnce(&AtomicUsize)) -> usize {
    let (served, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut wire = Wire::to(&world.base);
    let read = || {
        let (cookie, bearer) = (format!("cookie: tollgate={session}"), format!("authorization: Bearer {token}"));
        while !over.load(Ordering::Relaxed) {
            let page = wire.get("/viewer/index.html", &["accept: text/html", &cookie]);
            let file = wire.get(csv, &[&bearer]);
            assert_eq!((page.status, file.status), (200, 200), "after {served:?}: {}", file.text());
            served.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(read);
        // The reader ends whatever happens here, else a failure would wait for it for ever.
        let acted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(&served)));
        over.store(true, Ordering::Relaxed);
        reader.join().unwrap();
        acted.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    served.into_inner()
}

#[test]
fn a_folder_of_keys_from_before_is_completed_and_what_is_there_stays() {
    let world = World::new();
    let read = |name: &str| std::fs::read(world.project.file("keys").join(name));
    for name in ["share.json", "token.json", "hint.json"] {
        std::fs::remove_file(world.project.file("keys").join(name)).unwrap();
    }
    let session = read("session.json").unwrap();
    let ran = world.project.run_with(&[("CLIENT_SECRET", Provider::SECRET)], &["serve"]).ends_with(2);
    let told = "share.json` is missing\n\nhint: run `tollgate keys init`, which adds what is missing";
    assert!(ran.stderr.contains(told), "{}", ran.all());
    world.run(&["keys", "list"]).succeeds();
    world.run(&["nightly"]).succeeds();
    let ran = world.run(&["keys", "init"]).succeeds();
    assert_eq!(ran.stdout.lines().count(), 3, "{}", ran.all());
    assert!(["share.json", "token.json", "hint.json"].iter().all(|name| ran.stdout.contains(name)), "{}", ran.all());
    assert_eq!(read("session.json").unwrap(), session);
    world.serve_with_secret(Provider::SECRET).stop().succeeds();
}
