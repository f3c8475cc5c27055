//! Releases that come, go wrong, and take roles away.

use std::time::Duration;

use super::site::{Browser, POLL, Site, body};

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
