//! Releases that come, go wrong, and take roles away.

use std::time::Duration;

use super::site::{Browser, POLL, Site, body, role};
use crate::domain::policy::{ClaimPath, Test};

const ADMIN: &str = "/admin/index.html";

#[tokio::test]
async fn a_new_release_is_served_within_moments_and_no_request_fails() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let (first, second) = (body("admin", "index.html", "first"), body("admin", "index.html", "second"));
    let mut reader = ada.clone();
    let reading = tokio::spawn(async move {
        let (mut old, mut new) = (0, 0);
        while new < 50 {
            let page = reader.visit(ADMIN).await;
            assert_eq!(page.status, 200);
            match page.body.into_bytes() {
                page if page == first => {
                    assert_eq!(new, 0, "never back to the old one");
                    old += 1;
                }
                page if page == second => new += 1,
                other => panic!("a mixture: {other:?}"),
            }
        }
        (old, new)
    });
    tokio::time::sleep(POLL * 2).await;
    site.publish("second", &["admin", "viewer"]).await;
    let (old, new) = tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap().unwrap();
    assert!(old > 0 && new == 50);
}

#[tokio::test]
async fn a_role_taken_away_is_gone_with_the_next_release() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    assert_eq!(ada.visit(ADMIN).await.status, 200);
    assert_eq!(ada.visit("/").await.status, 200, "two bundles to choose from");
    site.publish("second", &["viewer"]).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(ada.visit(ADMIN).await.status, 404);
    assert_eq!(ada.visit("/").await.location(), "/viewer/index.html");
    site.publish("third", &["nobody"]).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(ada.visit("/viewer/index.html").await.status, 403);
}

#[tokio::test]
async fn a_policy_that_reads_another_claim_needs_a_new_sign_in_and_no_other_does() {
    let site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    vic.sign_in("/viewer/index.html", "vic").await;
    site.publish("second", &["other", "viewer"]).await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(vic.visit("/viewer/index.html").await.body.into_bytes(), body("viewer", "index.html", "second"));
    let test = Test::Equals(ClaimPath::dotted("sub").unwrap(), "vic".into());
    site.publish_as("third", vec![role("viewer", Test::EmailDomain("acme.example".into())), role("vic", test)]).await;
    tokio::time::sleep(POLL * 6).await;
    for path in ["/viewer/index.html", "/vic/index.html", "/", "/-/me"] {
        let sent = vic.clone().visit(path).await;
        assert!(
            sent.location().starts_with(&site.issuer) && sent.location().contains("prompt=none"),
            "{path}: {sent:?}"
        );
        assert_eq!(vic.fetch(path).await.status, 401, "{path}");
    }
    assert_eq!(vic.sign_in("/-/login?another=1&return=/vic/index.html", "vic").await, "/vic/index.html");
    assert_eq!((vic.visit("/vic/index.html").await.status, vic.visit("/viewer/index.html").await.status), (200, 200));
}

#[tokio::test]
async fn a_release_that_cannot_be_believed_changes_nothing() {
    let site = Site::start(600, 3600).await;
    site.publish("second", &["admin"]).await;
    tokio::time::sleep(POLL * 6).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let output = site.dir.path().join("output");
    let point = |text: &str| std::fs::write(output.join("current"), text).unwrap();
    let second = body("admin", "index.html", "second");
    // Older than what was served.
    point("1");
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(ada.visit(ADMIN).await.body.into_bytes(), second);
    // A statement that nobody here signed, under a number that is due.
    let statement = std::fs::read_to_string(output.join("releases/00000002/statement")).unwrap();
    let (head, signature) = statement.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    std::fs::create_dir_all(output.join("releases/00000003")).unwrap();
    for bad in [forged.as_str(), statement.as_str(), "", "not signed at all"] {
        std::fs::write(output.join("releases/00000003/statement"), bad).unwrap();
        point("3");
        tokio::time::sleep(POLL * 6).await;
        assert_eq!(ada.visit(ADMIN).await.body.into_bytes(), second, "{bad}");
    }
    point("no number");
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(ada.visit(ADMIN).await.body.into_bytes(), second);
}

#[tokio::test]
async fn before_the_first_release_the_edge_says_so() {
    let mut site = Site::start(600, 3600).await;
    let output = site.dir.path().join("output");
    std::fs::rename(&output, site.dir.path().join("away")).unwrap();
    let (base, operations) = site.edge(600, 3600).await;
    let mut nobody = Browser::new(&site);
    for path in ["/", ADMIN, "/-/login", "/-/me"] {
        let page = nobody.visit(&format!("{base}{path}")).await;
        assert!(page.status == 503 && page.body.contains("No reports yet"), "{path}: {page:?}");
    }
    assert_eq!(nobody.fetch(&format!("{operations}/readyz")).await.status, 503);
    assert_eq!(nobody.fetch(&format!("{operations}/healthz")).await.status, 200);
    std::fs::remove_dir_all(&output).unwrap();
    std::fs::rename(site.dir.path().join("away"), &output).unwrap();
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(nobody.fetch(&format!("{operations}/readyz")).await.status, 200);
}

#[tokio::test]
async fn stopping_lets_open_connections_finish() {
    let mut site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    assert_eq!(ada.visit(ADMIN).await.status, 200);
    site.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let address = site.base.trim_start_matches("http://").to_owned();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nothing new is accepted");
}

/// What an edge that starts now serves to somebody whose session was made by the first one.
async fn served_after_a_start(site: &mut Site, reader: &Browser) -> String {
    let (base, _) = site.edge(600, 3600).await;
    let cookie = format!("tollgate={}", reader.jar["tollgate"]);
    let page = Browser::new(site).send("GET", &format!("{base}/viewer/index.html"), &[("cookie", &cookie)], "").await;
    if page.status == 200 { page.body.split(' ').next_back().unwrap().into() } else { page.status.to_string() }
}

#[tokio::test]
async fn an_edge_that_starts_serves_nothing_older_than_the_newest_signed_release() {
    let mut site = Site::start(600, 3600).await;
    site.publish("second", &["viewer", "admin"]).await;
    site.publish("third", &["admin"]).await;
    let mut vic = Browser::new(&site);
    vic.sign_in("/", "vic").await;
    let output = site.dir.path().join("output");
    for current in ["1", "2"] {
        std::fs::write(output.join("current"), current).unwrap();
        assert_eq!(served_after_a_start(&mut site, &vic).await, "403", "release 3 closed it: {current}");
    }
    std::fs::remove_file(output.join("current")).unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "403", "with no pointer at all");
    std::fs::write(output.join("current"), "2").unwrap();
    std::fs::write(output.join("releases/00000003/admin.zip"), "damaged").unwrap();
    let after = served_after_a_start(&mut site, &vic).await;
    assert_eq!(after, "503", "no release with the newest policy is whole, and an older policy opens more");
    site.publish("fourth", &["viewer"]).await;
    assert_eq!(served_after_a_start(&mut site, &vic).await, "fourth</p>");
}

#[tokio::test]
async fn an_edge_that_starts_on_a_broken_release_serves_the_newest_whole_one_with_that_policy() {
    let mut site = Site::start(600, 3600).await;
    site.publish("second", &["admin", "viewer"]).await;
    let mut vic = Browser::new(&site);
    vic.sign_in("/", "vic").await;
    site.publish("third", &["admin", "viewer"]).await;
    let third = site.dir.path().join("output/releases/00000003");
    let bundle = std::fs::read(third.join("admin.zip")).unwrap();
    std::fs::write(third.join("admin.zip"), "damaged").unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "second</p>");
    std::fs::write(third.join("admin.zip"), bundle).unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "third</p>");
    std::fs::write(third.join("statement"), "nobody signed this").unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "second</p>");
    std::fs::write(site.dir.path().join("output/current"), "99").unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "second</p>", "a release that is not there");
    std::fs::write(site.dir.path().join("output/current"), "no number").unwrap();
    assert_eq!(served_after_a_start(&mut site, &vic).await, "second</p>", "a pointer to nothing");
}

#[tokio::test]
async fn nobody_is_served_before_it_is_known_which_sessions_were_ended() {
    let mut site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    vic.sign_in("/", "vic").await;
    let mut old = vic.clone();
    vic.sign_out().await;
    let marks = site.dir.path().join("output/marks");
    let aside = site.dir.path().join("aside");
    std::fs::rename(&marks, &aside).unwrap();
    // A folder that leads to itself cannot be listed, not even by root.
    std::fs::create_dir(&marks).unwrap();
    std::os::unix::fs::symlink("ended", marks.join("ended")).unwrap();
    let (base, operations) = site.edge(600, 3600).await;
    let cookie = format!("tollgate={}", old.jar["tollgate"]);
    for path in ["/viewer/index.html", "/", "/-/me"] {
        let page = old.send("GET", &format!("{base}{path}"), &[("cookie", &cookie), ("accept", "text/html")], "").await;
        assert!(page.status == 503 && page.body.contains("Not ready yet"), "{path}: {page:?}");
    }
    assert_eq!(old.fetch(&format!("{operations}/readyz")).await.status, 503);
    std::fs::remove_dir_all(&marks).unwrap();
    std::fs::rename(&aside, &marks).unwrap();
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(old.fetch(&format!("{operations}/readyz")).await.status, 200);
    let page = old.send("GET", &format!("{base}/viewer/index.html"), &[("cookie", &cookie)], "").await;
    assert_eq!(page.status, 401);
}
