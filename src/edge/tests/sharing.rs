//! Share links and access tokens: what they open, to whom, and until when.

use super::site::{Browser, POLL, Page, Site, body, role};
use crate::domain::policy::{ClaimPath, Role, Test};
use crate::edge::grants::{self, Kind, Wanted};
use crate::edge::{Keyring, now};

const PAGES: [&str; 4] = ["index.html", "acme/anvil.html", "acme/anvil.csv", "assets/tollgate.css"];
const ANVIL: &str = "/admin/acme/anvil.html";
const TABLE: &str = "/admin/acme/anvil.csv";

fn group(name: &str) -> Test {
    Test::Contains(ClaimPath::dotted("groups").unwrap(), name.into())
}

/// The admin's role may be passed on, the viewer's not.
fn roles() -> Vec<Role> {
    vec![Role { share: true, ..role("admin", group("admin")) }, role("viewer", group("viewer"))]
}

async fn site() -> Site {
    let site = Site::start(600, 3600).await;
    site.publish_pages("second", roles(), &PAGES).await;
    tokio::time::sleep(POLL * 6).await;
    site
}

fn link(prefix: Option<&str>) -> Wanted {
    Wanted {
        kind: Kind::Share,
        role: "admin".parse().unwrap(),
        prefix: prefix.map(|prefix| prefix.parse().unwrap()),
        until: now() + 600,
        email: None,
        once: false,
        note: "for the test".into(),
    }
}

fn token(prefix: Option<&str>) -> Wanted {
    Wanted { kind: Kind::Token, ..link(prefix) }
}

/// As an operator makes it: its id and its secret.
async fn make(site: &Site, wanted: Wanted) -> (String, String) {
    let (record, secret) = grants::make(&site.keys(), &site.releases, wanted, None, now()).await.unwrap();
    (record.id, secret)
}

/// Hands a link's secret in, as its page does.
async fn open(browser: &mut Browser, secret: &str) -> Page {
    post(browser, "/-/share", &format!("token={secret}")).await
}

async fn post(browser: &mut Browser, address: &str, form: &str) -> Page {
    let origin = browser.public();
    let headers =
        [("origin", origin.as_str()), ("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    browser.send("POST", address, &headers, form).await
}

async fn bearer(site: &Site, address: &str, token: &str) -> Page {
    Browser::new(site).send("GET", address, &[("authorization", &format!("Bearer {token}"))], "").await
}

#[tokio::test]
async fn a_link_opens_what_it_names_to_whoever_has_it_and_nothing_beside() {
    let site = site().await;
    let (_, secret) = make(&site, link(Some("acme"))).await;
    let mut guest = Browser::new(&site);
    let page = guest.visit("/-/share").await;
    assert!(page.status == 200 && page.body.contains("<form") && page.body.contains("/-/assets/edge-"), "{page:?}");
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    assert_eq!(open(&mut guest, &secret).await.location(), ANVIL);
    let read = guest.visit(ANVIL).await;
    assert_eq!((read.status, read.body.as_bytes()), (200, &body("admin", "acme/anvil.html", "second")[..]));
    assert_eq!(guest.visit("/").await.location(), ANVIL, "a guest begins where the link does");
    assert_eq!(guest.visit("/admin/").await.location(), ANVIL);
    for (address, status) in [
        (TABLE, 200),
        ("/admin/assets/tollgate.css", 200),
        ("/admin/index.html", 303),
        ("/viewer/index.html", 303),
        ("/-/me", 303),
    ] {
        assert_eq!(guest.visit(address).await.status, status, "{address}");
    }
    assert_eq!(Browser::new(&site).visit(ANVIL).await.status, 303, "nobody else comes in");
    let whole = format!("{}/-/share#{}", site.base, make(&site, link(None)).await.1);
    let mut pasted = Browser::new(&site);
    assert_eq!(open(&mut pasted, &whole.replace('#', "%23")).await.location(), "/admin/index.html");
    assert_eq!(pasted.visit("/admin/index.html").await.status, 200);
}

#[tokio::test]
async fn a_link_that_opens_once_is_used_up_on_every_edge() {
    let mut site = site().await;
    let (other, _) = site.edge(600, 3600).await;
    let (_, secret) = make(&site, Wanted { once: true, ..link(None) }).await;
    let mut first = Browser::new(&site);
    assert_eq!(open(&mut first, &secret).await.status, 303);
    assert_eq!(first.visit(ANVIL).await.status, 200);
    let mut second = Browser::new(&site);
    let refused = open(&mut second, &secret).await;
    assert!(refused.status == 403 && refused.body.contains("could be opened once"), "{refused:?}");
    let headers = [("origin", other.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let there = second.send("POST", &format!("{other}/-/share"), &headers, &format!("token={secret}")).await;
    assert_eq!((there.status, second.jar.len()), (403, 0));
    assert_eq!(first.visit(ANVIL).await.status, 200, "whoever opened it goes on");
}

#[tokio::test]
async fn a_link_for_one_person_asks_who_it_is() {
    let site = site().await;
    let (_, secret) = make(&site, Wanted { email: Some("NOA@acme.example".into()), ..link(None) }).await;
    let mut noa = Browser::new(&site);
    assert_eq!(open(&mut noa, &secret).await.location(), "/admin/index.html");
    let asked = noa.visit(ANVIL).await;
    assert_eq!(asked.location(), "/-/login?return=/admin/acme/anvil.html");
    assert_eq!(noa.sign_in(ANVIL, "noa").await, ANVIL);
    assert_eq!(noa.visit(ANVIL).await.status, 200, "no role, and the link is for her");
    let mut vic = Browser::new(&site);
    open(&mut vic, &secret).await;
    vic.sign_in(ANVIL, "vic").await;
    assert_eq!(vic.visit(ANVIL).await.status, 404, "it is for somebody else");
    assert_eq!(vic.visit("/viewer/index.html").await.status, 200);
}

#[tokio::test]
async fn what_is_revoked_is_dead_on_every_edge_in_a_moment() {
    let mut site = site().await;
    let (other, _) = site.edge(600, 3600).await;
    let ((share, secret), (id, bare)) = (make(&site, link(None)).await, make(&site, token(None)).await);
    let mut guest = Browser::new(&site);
    open(&mut guest, &secret).await;
    let cookie = format!("tollgate-guest={}", guest.jar["tollgate-guest"]);
    let there = format!("{other}{ANVIL}");
    assert_eq!((guest.visit(ANVIL).await.status, bearer(&site, TABLE, &bare).await.status), (200, 200));
    assert_eq!(Browser::new(&site).send("GET", &there, &[("cookie", &cookie)], "").await.status, 200);
    for id in [&share, &id] {
        assert!(grants::revoke(&site.releases, id, now()).await.unwrap().unwrap().revoked.is_some());
    }
    tokio::time::sleep(POLL * 6).await;
    assert_eq!((guest.visit(ANVIL).await.status, bearer(&site, TABLE, &bare).await.status), (303, 401));
    assert_eq!(Browser::new(&site).send("GET", &there, &[("cookie", &cookie)], "").await.status, 401);
    assert_eq!(open(&mut Browser::new(&site), &secret).await.status, 403);
    let states: Vec<_> =
        grants::list(&site.releases, now()).await.unwrap().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [grants::State::Revoked, grants::State::Revoked]);
    assert!(grants::revoke(&site.releases, "no-such", now()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_opens_files_for_scripts_and_no_pages() {
    let site = site().await;
    let (_, all) = make(&site, token(None)).await;
    let (_, part) = make(&site, token(Some("acme/anvil.csv"))).await;
    let table = bearer(&site, TABLE, &all).await;
    assert_eq!((table.status, table.body.as_bytes()), (200, &body("admin", "acme/anvil.csv", "second")[..]));
    for (address, secret, status) in [
        (TABLE, &part, 200),
        (ANVIL, &all, 403),
        (ANVIL, &part, 404),
        ("/viewer/acme/anvil.csv", &all, 404),
        ("/nobody/acme/anvil.csv", &all, 404),
        ("/admin/acme/none.csv", &all, 404),
        ("/", &all, 404),
        ("/-/me", &all, 404),
        ("/admin/", &all, 404),
    ] {
        let page = bearer(&site, address, secret).await;
        assert_eq!(
            (page.status, page.headers["content-type"].to_str().unwrap().contains("html")),
            (status, false),
            "{address}"
        );
    }
}

#[tokio::test]
async fn no_credential_passes_for_another() {
    let site = site().await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ANVIL, "ada").await;
    let ((_, share), (_, bare)) = (make(&site, link(None)).await, make(&site, token(None)).await);
    let mut guest = Browser::new(&site);
    open(&mut guest, &share).await;
    let (session, visit) = (ada.jar["tollgate"].clone(), guest.jar["tollgate-guest"].clone());
    for secret in [&session, &visit, &share, "", "x", &bare[..bare.len() - 2]] {
        assert_eq!(bearer(&site, TABLE, secret).await.status, 401, "{secret}");
    }
    for (name, value) in [
        ("tollgate", &bare),
        ("tollgate", &share),
        ("tollgate", &visit),
        ("tollgate-guest", &bare),
        ("tollgate-guest", &share),
        ("tollgate-guest", &session),
    ] {
        let cookie = format!("{name}={value}");
        assert_eq!(Browser::new(&site).send("GET", TABLE, &[("cookie", &cookie)], "").await.status, 401, "{cookie}");
    }
    for secret in [&session, &visit, &bare] {
        assert_eq!(open(&mut Browser::new(&site), secret).await.status, 403, "{secret}");
    }
    let good = format!("Bearer {bare}");
    for headers in [
        vec![("authorization", "Bearer")],
        vec![("authorization", "bearer x")],
        vec![("authorization", good.as_str()), ("authorization", good.as_str())],
        vec![("authorization", "Basic YTpi"), ("authorization", good.as_str())],
        vec![("authorization", "Bearer  x")],
    ] {
        let page = ada.send("GET", TABLE, &headers, "").await;
        assert_eq!(page.status, 401, "the session that comes along is not looked at: {headers:?}");
        assert!(page.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
    }
    let other = ada.send("GET", TABLE, &[("authorization", "Basic YTpi")], "").await;
    assert_eq!(other.status, 200, "another scheme is for whoever stands in front");
    let nobody = Browser::new(&site).send("GET", TABLE, &[("authorization", &good[7..])], "").await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn people_pass_on_parts_of_their_roles_as_long_as_the_policy_lets_them() {
    let site = site().await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ANVIL, "ada").await;
    let me = ada.visit("/-/me").await;
    assert!(me.body.contains("value=\"admin\"") && !me.body.contains("value=\"viewer\""), "{}", me.body);
    let form = "action=share&role=admin&path=acme&days=7&note=for+%3Cb%3Ebob";
    let made = post(&mut ada, "/-/me", form).await;
    let secret = made.body.split("/-/share#").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(made.body.contains("for &lt;b&gt;bob"), "{}", made.body);
    let made = post(&mut ada, "/-/me", "action=token&role=admin&days=90").await;
    let bare = made.body.split(" spellcheck=\"false\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let mut guest = Browser::new(&site);
    assert_eq!(open(&mut guest, &secret).await.location(), ANVIL);
    assert_eq!((guest.visit(ANVIL).await.status, bearer(&site, TABLE, &bare).await.status), (200, 200));

    for wrong in [
        "action=share&role=viewer&days=7",
        "action=share&role=nobody&days=7",
        "action=share&role=admin&days=0",
        "action=share&role=admin&days=91",
        "action=share&role=admin",
        "action=share&role=admin&days=7&path=../x",
        "action=share&role=admin&days=7&email=no-address",
        "action=nothing",
        "",
    ] {
        let refused = post(&mut ada, "/-/me", wrong).await;
        assert!(refused.status == 400 && refused.body.contains("Nothing was changed"), "{wrong}: {refused:?}");
    }
    let headers = [("origin", "https://evil.example"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(ada.send("POST", "/-/me", &headers, form).await.status, 403, "another site's page");

    let closed = vec![role("admin", group("admin")), role("viewer", group("viewer"))];
    site.publish_pages("third", closed, &PAGES).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(bearer(&site, TABLE, &bare).await.status, 401, "the role is no longer to be passed on");
    let narrow = vec![Role { share: true, ..role("admin", group("somebody-else")) }];
    site.publish_pages("fourth", narrow, &PAGES).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!((guest.visit(ANVIL).await.status, bearer(&site, TABLE, &bare).await.status), (303, 401), "she lost it");
    site.publish_pages("fifth", roles(), &PAGES).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!((guest.visit(ANVIL).await.status, bearer(&site, TABLE, &bare).await.status), (200, 200));

    let id = grants::list(&site.releases, now())
        .await
        .unwrap()
        .into_iter()
        .find(|(r, _)| r.kind == Kind::Token)
        .unwrap()
        .0
        .id;
    let mut vic = Browser::new(&site);
    vic.sign_in("/viewer/index.html", "vic").await;
    assert_eq!(post(&mut vic, "/-/me", &format!("action=revoke&id={id}")).await.status, 400, "not hers to revoke");
    assert_eq!(bearer(&site, TABLE, &bare).await.status, 200);
    assert_eq!(post(&mut ada, "/-/me", &format!("action=revoke&id={id}")).await.location(), "/-/me#passed-on");
    assert_eq!(bearer(&site, TABLE, &bare).await.status, 401);
}

#[tokio::test]
async fn guessing_at_links_and_tokens_comes_to_an_end() {
    let site = site().await;
    let (_, secret) = make(&site, link(None)).await;
    let mut thief = Browser::new(&site);
    let mut tried = 0;
    while open(&mut thief, &format!("{secret}{tried}")).await.status == 403 {
        tried += 1;
        assert!(tried < 50, "nobody stops it");
    }
    let late = open(&mut thief, &secret).await;
    assert!(late.status == 429 && late.headers.contains_key("retry-after"), "{late:?}");
    assert_eq!(open(&mut Browser::new(&site), &secret).await.status, 303, "others go on");
    let mut tried = 0;
    loop {
        let page = thief.send("GET", TABLE, &[("authorization", "Bearer x")], "").await;
        if page.status == 429 {
            break;
        }
        tried += 1;
        assert!(page.status == 401 && tried < 60, "{page:?}");
    }
}

#[tokio::test]
async fn a_link_signed_with_other_keys_or_for_too_long_ago_opens_nothing() {
    let site = site().await;
    let foreign = tempfile::tempdir().unwrap();
    Keyring::init(foreign.path()).unwrap();
    let foreign = Keyring::load(foreign.path()).unwrap();
    let (_, forged) = grants::make(&foreign, &site.releases, link(None), None, now()).await.unwrap();
    let (_, over) = make(&site, Wanted { until: now(), ..link(None) }).await;
    let (_, ahead) =
        grants::make(&site.keys(), &site.releases, Wanted { until: now() + 9_000, ..link(None) }, None, now() + 600)
            .await
            .unwrap();
    for secret in [&forged, &over, &ahead] {
        assert_eq!(open(&mut Browser::new(&site), secret).await.status, 403);
    }
    let (_, gone) = make(&site, Wanted { role: "nobody".parse().unwrap(), ..link(None) }).await;
    assert_eq!(open(&mut Browser::new(&site), &gone).await.status, 403, "there is no such role");
    let too_long = "x".repeat(40_000);
    assert_eq!(open(&mut Browser::new(&site), &too_long).await.status, 413);
    let json = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
    assert_eq!(Browser::new(&site).send("POST", "/-/share", &json, "{}").await.status, 400);
}
