//! Signing in and out at the certified provider, and what a running edge takes up without a restart.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::world::people;
use crate::support::{Client, Provider, SOON, World, bundle, eventually, free_port, within};

#[test]
fn a_person_comes_back_to_the_page_they_asked_for_and_sign_out_ends_it_everywhere() {
    let world = World::published();
    let (mut provider, _edge) = world.serve();
    let page = format!("{}/viewer/repositories/globex/lantern.html", world.base);
    let mut client = Client::new();
    let asked = client.get(&page);
    assert_eq!(
        (asked.status, asked.header("location")),
        (303, Some("/-/login?return=/viewer/repositories/globex/lantern.html"))
    );
    let arrived = client.sign_in(&page, "vic");
    assert_eq!((arrived.status, arrived.url.path()), (200, "/viewer/repositories/globex/lantern.html"));
    assert!(arrived.text().contains("globex/lantern"));

    let me = client.get(&format!("{}/-/me", world.base)).text();
    for told in ["VIC@acme.example", "Two repositories", "Release"] {
        assert!(me.contains(told), "the profile does not tell {told:?}:\n{me}");
    }
    let old = client.clone();
    let ours: Vec<&String> = client.cookies.keys().filter(|name| name.starts_with("tollgate")).collect();
    assert_eq!(ours, ["tollgate", "tollgate-hint"], "the cookies of the sign-in are gone");
    assert_eq!(provider.sessions_of("vic"), 1);

    let asked = client.sign_out(&world.base);
    let hint = asked.query_pairs().find(|(name, _)| name == "id_token_hint");
    assert!(hint.is_some_and(|(_, token)| token.split('.').count() == 3), "{asked}");
    assert!(!client.cookies.keys().any(|name| name.starts_with("tollgate")), "{:?}", client.cookies.keys());
    assert_eq!(provider.sessions_of("vic"), 0, "the provider still knows the session");
    let refused = old.clone().get(&page);
    assert_eq!((refused.status, refused.body.len()), (303, 0), "the old cookie still opens the page");
    assert_eq!(client.follow(&page).url.path().split('/').nth(1), Some("interaction"), "the provider must ask again");
}

#[test]
fn a_stranger_cannot_sign_anybody_out() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    client.sign_in(&format!("{}/", world.base), "vic");
    let logout = format!("{}/-/logout", world.base);
    for headers in [vec![], vec![("origin", "https://evil.example")], vec![("sec-fetch-site", "cross-site")]] {
        assert_eq!(client.post(&logout, "", &headers).status, 403, "{headers:?}");
    }
    assert_eq!(client.get(&logout).status, 405);
    assert_eq!(client.follow(&format!("{}/", world.base)).url.path(), "/viewer/index.html");
}

#[test]
fn a_callback_counts_once_and_only_for_the_browser_that_began() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    let callback = client.up_to_callback(&format!("{}/", world.base), "ada");
    let callback = callback.as_str();
    let with_other_state = callback.replace("state=", "state=x");
    for (who, mut browser, address) in [
        ("another browser", Client::new(), callback),
        ("another state", client.clone(), &with_other_state),
        ("two states", client.clone(), &format!("{callback}&state=x")),
        ("no code", client.clone(), callback.split("code=").next().unwrap()),
    ] {
        let answer = browser.get(address);
        assert!(answer.status >= 400 && !browser.cookies.contains_key("tollgate"), "{who}: {}", answer.status);
    }
    let mut again = client.clone();
    assert_eq!(client.get(callback).status, 303);
    assert!(client.cookies.contains_key("tollgate"));
    assert!(again.get(callback).status >= 400 && !again.cookies.contains_key("tollgate"), "the callback counts twice");
}

#[test]
fn the_provider_may_be_down_at_first_and_change_its_keys_later() {
    let world = World::published();
    let port = free_port();
    world.configure(&format!("http://127.0.0.1:{port}"));
    let secret = Provider::SECRET;
    let _edge = world.serve_with_secret(secret);
    let front = format!("{}/", world.base);
    let mut client = Client::new();
    let down = client.follow(&front);
    assert_eq!((down.status, down.header("retry-after").is_some()), (503, true), "{}", down.text());

    let mut provider = Provider::start_on(port, &world.base, &people());
    eventually("sign-in works once the provider is there", || {
        Client::new().follow(&front).url.path().starts_with("/interaction/").then_some(())
    });
    assert_eq!(Client::new().sign_in(&front, "ada").url.path(), "/administrator/index.html");
    provider.rotate_keys();
    assert_eq!(Client::new().sign_in(&front, "max").url.path(), "/maintainer/index.html", "new keys are fetched");
}

#[test]
fn the_provider_decides_at_each_sign_in_and_the_policy_at_each_request() {
    let world = World::published();
    let (mut provider, mut edge) = world.serve();
    let front = format!("{}/", world.base);
    let mut vic = Client::new();
    assert_eq!(vic.sign_in(&front, "vic").url.path(), "/viewer/index.html");
    provider.set_people(&json!({ "vic": { "email": "vic@acme.example", "email_verified": false } }));
    let refused = Client::new().sign_in(&front, "vic");
    assert_eq!(refused.status, 403, "an address that is no longer verified opens nothing");

    let policy = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &policy.replace("VIC", "vic").replace("vic@acme.example", "val@acme.example"));
    world.run(&["build"]).succeeds();
    let built = Instant::now();
    assert_eq!(bundle::current(&world.output()), 2);
    eventually("the new policy binds the old session", || (vic.clone().get(&front).status == 403).then_some(()));
    assert!(built.elapsed() < Duration::from_secs(6), "it took {:?}", built.elapsed());
    let told = world.run(&["audit", "--event", "policy"]).succeeds().stdout;
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(!edge.has_ended());
    edge.stop().succeeds();
}

#[test]
fn a_rollback_takes_back_pages_and_policy_alike() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let front = format!("{}/", world.base);
    let mut vic = Client::new();
    vic.sign_in(&front, "vic");
    let policy = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &policy.replace("vic@acme.example", "val@acme.example"));
    world.run(&["build"]).succeeds();
    eventually("the second release is served", || (vic.clone().get(&front).status == 403).then_some(()));
    world.run(&["releases", "rollback", "1"]).succeeds();
    assert_eq!(bundle::current(&world.output()), 3);
    eventually("the first release is served again", || (vic.clone().get(&front).status == 303).then_some(()));
    world.run(&["releases", "verify"]).succeeds();
}

#[test]
fn one_edge_ends_a_session_for_all() {
    let world = World::published();
    let (provider, _edge) = world.serve();
    let mut client = Client::new();
    client.sign_in(&format!("{}/", world.base), "vic");
    let old = client.clone();
    let (second, _other) = world.serve_beside(&provider.client_secret);
    assert_eq!(old.clone().get(&format!("{second}/viewer/index.html")).status, 200);
    client.sign_out(&world.base);
    within(SOON, "the other edge knows", || {
        (old.clone().get(&format!("{second}/viewer/index.html")).status == 303).then_some(())
    });
}
