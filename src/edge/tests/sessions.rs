//! Sessions: seen by their owner, ended by them, by an operator, by keys that go; and what is written down of it all.

use serde_json::Value;

use super::site::{Browser, POLL, Page, Site};
use crate::edge::ended::{self, Subject};
use crate::edge::{now, people};
use crate::keys::{Keyring, Purpose, Which};

const ADMIN: &str = "/admin/index.html";
const VIEWER: &str = "/viewer/index.html";

async fn press(browser: &mut Browser, form: &str) -> Page {
    let origin = browser.public();
    let headers = [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    browser.send("POST", "/-/me", &headers, form).await
}

async fn signed_in(site: &Site, who: &str) -> Browser {
    let mut browser = Browser::new(site);
    browser.sign_in("/-/me", who).await;
    assert_eq!(browser.visit("/-/me").await.status, 200);
    browser
}

async fn sid_of(site: &Site, browser: &Browser) -> String {
    let all = people::all(&site.releases, now()).await.unwrap();
    all.into_iter().find(|(signed, _)| signed.from == browser.from).unwrap().0.sid
}

/// Lines of the audit log.
fn told(site: &Site) -> Vec<Value> {
    let text = std::fs::read_to_string(site.dir.path().join("audit.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_end_what_they_do_not_know() {
    let site = Site::start(600, 3600).await;
    let (mut here, mut there, mut vic) =
        (signed_in(&site, "ada").await, signed_in(&site, "ada").await, signed_in(&site, "vic").await);
    let me = here.visit("/-/me").await.body;
    assert_eq!((me.matches("name=\"sid\"").count(), me.matches("this browser").count()), (1, 1), "{me}");
    assert!(me.contains(&here.from) && me.contains(&there.from) && !me.contains(&vic.from), "{me}");
    let (theirs, others) = (sid_of(&site, &there).await, sid_of(&site, &vic).await);
    assert_eq!(press(&mut here, &format!("action=end&sid={others}")).await.status, 400, "somebody else's");
    assert_eq!(press(&mut here, "action=end&sid=no-such").await.status, 400);
    assert_eq!(press(&mut here, &format!("action=end&sid={theirs}")).await.location(), "/-/me#sessions");
    assert_eq!((here.fetch(ADMIN).await.status, there.fetch(ADMIN).await.status), (200, 401));
    assert_eq!(vic.fetch(VIEWER).await.status, 200);
    assert!(!here.visit("/-/me").await.body.contains(&there.from), "it is over");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_a_person_on_every_edge() {
    let mut site = Site::start(600, 3600).await;
    let (other, _) = site.edge(600, 3600).await;
    let (mut here, mut there, mut vic) =
        (signed_in(&site, "ada").await, signed_in(&site, "ada").await, signed_in(&site, "vic").await);
    let cookie = format!("tollgate={}", there.jar["tollgate"]);
    let out = here.sign_out_with("everywhere=1").await;
    assert!(out.location().starts_with(&format!("{}/end-session?", site.issuer)) && here.jar.is_empty(), "{out:?}");
    assert_eq!((there.fetch(ADMIN).await.status, vic.fetch(VIEWER).await.status), (401, 200));
    tokio::time::sleep(POLL * 6).await;
    let page = Browser::new(&site).send("GET", &format!("{other}{ADMIN}"), &[("cookie", &cookie)], "").await;
    assert_eq!(page.status, 401, "the other edge knows");
    assert_eq!(
        signed_in(&site, "ada").await.fetch(ADMIN).await.status,
        200,
        "a new sign-in counts, in that second too"
    );
}

#[tokio::test]
async fn an_operator_ends_one_session_a_person_or_everybody() {
    let site = Site::start(600, 3600).await;
    let (mut ada, mut twin, mut vic) =
        (signed_in(&site, "ada").await, signed_in(&site, "ada").await, signed_in(&site, "vic").await);
    let sid = sid_of(&site, &twin).await;
    let steps: [(Subject<'_>, [u16; 3]); 4] = [
        (Subject::Session(&sid), [200, 401, 200]),
        (Subject::Email("nobody@acme.example"), [200, 401, 200]),
        (Subject::Email("VIC@acme.example"), [200, 401, 401]),
        (Subject::Everybody, [401, 401, 401]),
    ];
    for (subject, expected) in steps {
        ended::end(&site.releases, subject, now(), 3_600).await.unwrap();
        tokio::time::sleep(POLL * 6).await;
        let got = [ada.fetch(ADMIN).await.status, twin.fetch(ADMIN).await.status, vic.fetch(VIEWER).await.status];
        assert_eq!(got, expected, "{subject:?}");
    }
    let all = people::all(&site.releases, now()).await.unwrap();
    assert!(all.len() == 3 && all.iter().all(|(_, ended)| *ended), "{all:?}");
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(signed_in(&site, "vic").await.fetch(VIEWER).await.status, 200);
}

#[tokio::test]
async fn keys_change_under_a_running_edge_and_one_that_is_retired_ends_what_it_signed() {
    let site = Site::start(600, 3600).await;
    let mut before = signed_in(&site, "ada").await;
    let folder = site.dir.path().join("keys");
    let reload = || {
        site.reloads[0].try_send(()).unwrap();
        tokio::time::sleep(POLL * 4)
    };
    let old = Keyring::rotate(&folder, Which::Purpose(Purpose::Session), false, now()).unwrap().before;
    reload().await;
    let mut after = signed_in(&site, "vic").await;
    assert_eq!((before.fetch(ADMIN).await.status, after.fetch(VIEWER).await.status), (200, 200), "the keys overlap");
    let good = std::fs::read(folder.join("session.json")).unwrap();
    std::fs::write(folder.join("session.json"), "no keys at all").unwrap();
    reload().await;
    assert_eq!(
        (before.fetch(ADMIN).await.status, after.fetch(VIEWER).await.status),
        (200, 200),
        "the ones before go on"
    );
    std::fs::write(folder.join("session.json"), good).unwrap();
    Keyring::retire(&folder, &old).unwrap();
    reload().await;
    assert_eq!((before.fetch(ADMIN).await.status, after.fetch(VIEWER).await.status), (401, 200));
}

#[tokio::test]
async fn whoever_comes_back_by_the_back_button_meets_no_error_and_no_second_sign_in() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    let callback = ada.callback(ADMIN, "ada").await;
    assert_eq!(ada.visit(&callback).await.location(), ADMIN);
    assert_eq!(ada.visit(&callback).await.location(), "/", "the callback again");
    assert_eq!(ada.visit("/-/login?return=/admin/index.html").await.location(), ADMIN, "the sign-in page again");
    assert_eq!(ada.visit("/-/login?return=//evil.example").await.location(), "/");
    assert_eq!(ada.visit(ADMIN).await.status, 200);
}

#[tokio::test]
async fn all_that_decides_who_sees_what_is_written_down() {
    let site = Site::start(600, 3600).await;
    let mut vic = signed_in(&site, "vic").await;
    assert_eq!(vic.visit(ADMIN).await.status, 404);
    vic.visit("/-/callback?state=x&code=y").await;
    Browser::new(&site).visit("/-/callback?state=%0a%7B%22event%22:%22sign-in%22%7D&code=y").await;
    Browser::new(&site).send("GET", ADMIN, &[("authorization", "Bearer eyJh.eyJi.c")], "").await;
    site.publish("second", &["viewer"]).await;
    tokio::time::sleep(POLL * 6).await;
    let cookie = vic.jar["tollgate"].clone();
    vic.sign_out().await;
    let lines = told(&site);
    let events: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["event"].as_str().unwrap(), line["outcome"].as_str().unwrap())).collect();
    assert_eq!(
        events,
        [
            ("sign-in", "ok"),
            ("refusal", "not-your-role"),
            ("sign-in", "stale"),
            ("token", "refused"),
            ("policy", "ok"),
            ("sign-out", "ok"),
        ]
    );
    let first = &lines[0];
    let sub = first["who"]["sub"].as_str().or(first["sub"].as_str());
    assert_eq!(sub, Some("vic"), "{first}");
    assert_eq!(first["from"].as_str(), Some(vic.from.as_str()), "{first}");
    assert!(lines.iter().filter(|line| line["event"] != "policy").all(|line| line["request"].is_string()), "{lines:?}");
    let text = std::fs::read_to_string(site.dir.path().join("audit.jsonl")).unwrap();
    let signature = cookie.rsplit('.').next().unwrap();
    assert!(!text.contains(signature) && !text.contains("eyJ"), "no credential is ever written down: {text}");
}
