//! `/-/nightly`: who starts a night, who does not, and what either is told.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::{HeaderMap, Method, header};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::site::{Browser, Site};
use crate::edge::audit::Kind;
use crate::edge::grants::{self, State, Wanted};
use crate::edge::reply::Reply;
use crate::edge::routes::{Asked, Form};
use crate::edge::trigger::{self, Answer, Night, Nightly, Nights};
use crate::edge::{Edge, current, now};
use crate::keys::Keyring;

/// An edge whose nights are run by whoever answers each wish with what `answer` says.
async fn edge(site: &Site, answer: Option<Answer>) -> (Arc<Edge>, watch::Sender<Nights>) {
    let (asks, mut asked) = mpsc::channel::<trigger::Ask>(1);
    let (told, nights) = watch::channel(Nights::default());
    if let Some(answer) = answer {
        tokio::spawn(async move {
            while let Some(ask) = asked.recv().await {
                ask.send(answer).unwrap();
            }
        });
    }
    let nightly = answer.map(|_| Nightly { asks, nights });
    let made = Edge::new(site.settings(&site.base, 600, 3600), site.keys(), site.releases.clone()).unwrap();
    let edge = Arc::new(Edge { nightly, ..made });
    current::refresh(&edge).await;
    (edge, told)
}

fn asked(method: Method, authorization: &[&str], from: u8) -> Asked {
    let mut headers = HeaderMap::new();
    for value in authorization {
        headers.append(header::AUTHORIZATION, value.parse().unwrap());
    }
    let from = IpAddr::V4(Ipv4Addr::new(192, 0, 2, from));
    let (path, query, form, id) = ("/-/nightly".into(), String::new(), Form::Unread, "r".into());
    Asked { method, path, query, headers, form, from, id }
}

async fn post(edge: &Arc<Edge>, secret: &str) -> Reply {
    edge.nightly(&asked(Method::POST, &[&format!("Bearer {secret}")], 7), now()).await
}

async fn make(site: &Site) -> (String, String) {
    let (record, secret) = trigger::make(&site.keys(), &site.releases, now() + 600, "", now()).await.unwrap();
    (record.id, secret)
}

/// The secret of a share link or an access token.
async fn passed(site: &Site, kind: grants::Kind) -> String {
    let (role, until, note) = ("admin".parse().unwrap(), now() + 600, String::new());
    let wanted = Wanted { kind, role, prefix: None, until, email: None, once: false, note };
    grants::make(&site.keys(), &site.releases, wanted, None, now()).await.unwrap().1
}

fn body(reply: &Reply) -> Value {
    serde_json::from_slice(reply.body()).unwrap()
}

fn challenge(reply: &Reply) -> &str {
    reply.headers()[header::WWW_AUTHENTICATE].to_str().unwrap()
}

#[tokio::test]
async fn a_token_starts_a_night_or_is_told_why_none_begins() {
    let site = Site::start(600, 3600).await;
    let (id, secret) = make(&site).await;
    for (answer, status, said) in [
        (Some(Answer::Started), 202, json!({ "run": "started" })),
        (Some(Answer::UnderWay), 409, json!("under_way")),
        (Some(Answer::Impossible), 503, json!("failed")),
        (None, 503, json!("no_nights_here")),
    ] {
        let (edge, _told) = edge(&site, answer).await;
        let reply = post(&edge, &secret).await;
        let told = body(&reply);
        assert_eq!((reply.status().as_u16(), told.get("error").unwrap_or(&told)), (status, &said), "{answer:?}");
    }
    let log = std::fs::read_to_string(site.dir.path().join("audit.jsonl")).unwrap();
    let ours = log.lines().filter_map(|line| crate::edge::audit::Event::parse(line.as_bytes()));
    let outcomes: Vec<String> =
        ours.filter(|event| event.event == Kind::Nightly).map(|event| event.outcome.to_string()).collect();
    assert_eq!(outcomes, ["started", "under-way", "failed"]);
    assert!(log.contains(&id) && !log.contains(secret.rsplit('.').next().unwrap()), "{log}");
}

#[tokio::test]
async fn a_token_that_began_a_night_waits_a_minute_and_one_that_asks_on_fills_no_log() {
    let site = Site::start(600, 3600).await;
    let (_, secret) = make(&site).await;
    let (started, _told) = edge(&site, Some(Answer::Started)).await;
    assert_eq!(post(&started, &secret).await.status().as_u16(), 202);
    let again = post(&started, &secret).await;
    assert_eq!(
        (again.status().as_u16(), again.headers()[header::CONTENT_TYPE].as_bytes()),
        (429, &b"application/json"[..])
    );
    let wait: u64 = again.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let (busy, _told) = edge(&site, Some(Answer::UnderWay)).await;
    for status in [[409; 10].as_slice(), &[429]].concat() {
        assert_eq!(post(&busy, &secret).await.status().as_u16(), status);
    }
    let log = std::fs::read_to_string(site.dir.path().join("audit.jsonl")).unwrap();
    assert_eq!(log.matches("\"under-way\"").count(), 1, "{log}");
}

#[tokio::test]
async fn a_token_tells_how_the_last_night_ended() {
    let site = Site::start(600, 3600).await;
    let (_, secret) = make(&site).await;
    let (edge, told) = edge(&site, Some(Answer::Started)).await;
    let bearer = format!("Bearer {secret}");
    let get = || async { body(&edge.nightly(&asked(Method::GET, &[&bearer], 7), now()).await) };
    assert_eq!(get().await, json!({ "under_way": null, "last": null }));
    let at = |text: &str| text.parse().unwrap();
    let last = Night { began: at("2026-11-24T02:00:00Z"), ended: at("2026-11-24T02:04:00Z"), outcome: "partial" };
    told.send_replace(Nights { under_way: Some(at("2026-11-25T02:00:00Z")), last: Some(last) });
    let last = json!({ "began": "2026-11-24T02:00:00Z", "ended": "2026-11-24T02:04:00Z", "outcome": "partial" });
    assert_eq!(get().await, json!({ "under_way": "2026-11-25T02:00:00Z", "last": last }));
    let put = edge.nightly(&asked(Method::PUT, &[&bearer], 7), now()).await;
    assert_eq!((put.status().as_u16(), &put.headers()[header::ALLOW]), (405, &"GET, POST".parse().unwrap()));
}

#[tokio::test]
async fn no_other_credential_starts_a_night_and_a_token_for_nights_opens_nothing() {
    let site = Site::start(600, 3600).await;
    let (share, token) = (passed(&site, grants::Kind::Share).await, passed(&site, grants::Kind::Token).await);
    let mut ada = Browser::new(&site);
    ada.sign_in("/admin/index.html", "ada").await;
    let session = ada.jar["tollgate"].clone();
    let mut guest = Browser::new(&site);
    let form = [("origin", site.base.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    guest.send("POST", "/-/share", &form, &format!("token={share}")).await;
    let visit = guest.jar["tollgate-guest"].clone();
    let (_, secret) = make(&site).await;

    let (edge, _told) = edge(&site, Some(Answer::Started)).await;
    for foreign in [&share, &token, &session, &visit, "", "x", &secret[..secret.len() - 2]] {
        let reply = post(&edge, foreign).await;
        assert_eq!((reply.status().as_u16(), challenge(&reply).starts_with("Bearer ")), (401, true), "{foreign}");
    }
    let mut with_cookie = asked(Method::POST, &[], 7);
    with_cookie.headers.insert(header::COOKIE, format!("tollgate={session}").parse().unwrap());
    let reply = edge.nightly(&with_cookie, now()).await;
    assert_eq!((reply.status().as_u16(), challenge(&reply)), (401, "Bearer realm=\"tollgate\""));
    let good = format!("Bearer {secret}");
    for twice in [vec![good.as_str(), good.as_str()], vec!["Basic YTpi", good.as_str()], vec!["Bearer"]] {
        let reply = edge.nightly(&asked(Method::POST, &twice, 7), now()).await;
        assert_eq!(reply.status().as_u16(), 401, "{twice:?}");
    }
    assert_eq!(post(&edge, &secret).await.status().as_u16(), 202);

    let mut nobody = Browser::new(&site);
    for path in ["/admin/index.html", "/admin/acme/anvil.html", "/", "/-/me", "/-/nightly"] {
        assert_eq!(nobody.send("GET", path, &[("authorization", &good)], "").await.status, 401, "{path}");
        for name in ["tollgate", "tollgate-guest"] {
            let cookie = format!("{name}={secret}");
            assert_eq!(nobody.send("GET", path, &[("cookie", &cookie)], "").await.status, 401, "{path}");
        }
    }
    assert_eq!(nobody.send("POST", "/-/share", &form, &format!("token={secret}")).await.status, 403);
    assert_eq!(nobody.send("POST", "/-/nightly", &[("authorization", &good)], "").await.status, 405, "not for people");
}

#[tokio::test]
async fn a_token_for_nights_ends_when_its_time_is_over_or_somebody_revokes_it() {
    let site = Site::start(600, 3600).await;
    let (edge, _told) = edge(&site, Some(Answer::Started)).await;
    let (id, secret) = make(&site).await;
    let bearer = format!("Bearer {secret}");
    let at = |moment: i64| {
        let (edge, asked) = (edge.clone(), asked(Method::POST, &[&bearer], 7));
        async move { edge.nightly(&asked, moment).await.status().as_u16() }
    };
    let began = now();
    assert_eq!((at(began).await, at(began + 500).await, at(began + 601).await), (202, 202, 401));
    assert_eq!(at(began - 3_600).await, 401, "it was made in the future");
    let far = trigger::make(&site.keys(), &site.releases, i64::MAX, "", began).await.unwrap().0;
    assert_eq!(far.until, began + grants::LONGEST);

    assert!(trigger::revoke(&site.releases, "no-such", began).await.unwrap().is_none());
    assert_eq!(trigger::revoke(&site.releases, &id, began).await.unwrap().unwrap().revoked, Some(began));
    current::refresh(&edge).await;
    assert_eq!(at(now()).await, 401);
    let listed = trigger::list(&site.releases, now()).await.unwrap();
    let state = |id: &str| listed.iter().find(|(record, _)| record.id == id).unwrap().1;
    assert_eq!((state(&id), state(&far.id)), (State::Revoked, State::Open));
    assert!(grants::list(&site.releases, now()).await.unwrap().is_empty(), "it is no grant");

    let theirs = tempfile::tempdir().unwrap();
    Keyring::init(theirs.path()).unwrap();
    let keys = Keyring::load(theirs.path()).unwrap();
    let (_, foreign) = trigger::make(&keys, &site.releases, now() + 600, "", now()).await.unwrap();
    assert_eq!(post(&edge, &foreign).await.status().as_u16(), 401);
}

#[tokio::test]
async fn who_guesses_is_held_back_and_who_has_a_token_is_not() {
    let site = Site::start(600, 3600).await;
    let (edge, _told) = edge(&site, Some(Answer::Started)).await;
    let (_, secret) = make(&site).await;
    let mut last = 401;
    for _ in 0..32 {
        let reply = post(&edge, "guess").await;
        last = reply.status().as_u16();
        assert_eq!(reply.headers()[header::CONTENT_TYPE], "application/json");
    }
    assert_eq!(last, 429);
    assert_eq!(post(&edge, &secret).await.status().as_u16(), 202);
    let elsewhere = edge.nightly(&asked(Method::POST, &["Bearer guess"], 8), now()).await;
    assert_eq!(elsewhere.status().as_u16(), 401);
}
