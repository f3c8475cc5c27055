//! Signing in, reading, signing out.

use super::site::{Browser, POLL, Site, body, listener};

const SESSION: &str = "tollgate";
const ADMIN: &str = "/admin/index.html";

#[tokio::test]
async fn a_person_signs_in_reads_their_bundles_and_signs_out() {
    let site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    assert_eq!(vic.sign_in("/viewer/acme/anvil.html?x=1", "vic").await, "/viewer/acme/anvil.html?x=1");
    let page = vic.visit("/viewer/acme/anvil.html?x=1").await;
    assert_eq!((page.status, page.body.as_bytes()), (200, &body("viewer", "acme/anvil.html", "first")[..]));
    assert_eq!(vic.visit("/").await.location(), "/viewer/index.html");
    assert_eq!(vic.visit("/viewer/").await.location(), "/viewer/index.html");
    assert_eq!(vic.visit(ADMIN).await.status, 404);
    assert_eq!(vic.visit("/admin/").await.status, 404);
    let me = vic.visit("/-/me").await;
    assert!(me.body.contains("vic &lt;i&gt;") && me.body.contains("open because groups contains"), "{}", me.body);

    let old = vic.clone();
    let out = vic.sign_out().await;
    assert!(out.location().starts_with(&format!("{}/end-session?", site.issuer)), "{out:?}");
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(vic.jar.is_empty());
    let back = vic.visit(out.location()).await;
    assert!(back.location().starts_with(&format!("{}/-/signed-out", site.base)));
    let signed_out = vic.visit(back.location()).await;
    assert!(signed_out.status == 200 && signed_out.body.contains("signed out"));
    let mut old = old;
    assert_eq!(old.fetch("/viewer/index.html").await.status, 401, "the old cookie is dead");
}

#[tokio::test]
async fn a_session_ended_on_one_edge_is_over_on_every_other_and_after_a_restart() {
    let mut site = Site::start(600, 3600).await;
    let (other, _) = site.edge(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let mut old = ada.clone();
    assert_eq!(old.fetch(&format!("{other}{ADMIN}")).await.status, 401, "a browser keeps cookies to their site");
    let cookie = format!("{SESSION}={}", old.jar[SESSION]);
    let mut stranger = Browser::new(&site);
    let there = format!("{other}{ADMIN}");
    assert_eq!(stranger.send("GET", &there, &[("cookie", &cookie)], "").await.status, 200);
    ada.sign_out().await;
    tokio::time::sleep(POLL * 6).await;
    assert_eq!(stranger.send("GET", &there, &[("cookie", &cookie)], "").await.status, 401);
    let (restarted, _) = site.edge(600, 3600).await;
    let there = format!("{restarted}{ADMIN}");
    assert_eq!(stranger.send("GET", &there, &[("cookie", &cookie)], "").await.status, 401);
}

#[tokio::test]
async fn an_edge_that_signed_nobody_in_signs_out_at_the_provider_too() {
    let mut site = Site::start(600, 3600).await;
    let (other, _) = site.edge(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let cookie = format!("{SESSION}={}", ada.jar[SESSION]);
    let headers = [("cookie", cookie.as_str()), ("origin", other.as_str())];
    let out = ada.send("POST", &format!("{other}/-/logout"), &headers, "").await;
    assert!(out.location().starts_with(&format!("{}/end-session?", site.issuer)), "{out:?}");
}

#[tokio::test]
async fn nobody_is_sent_to_sign_in_and_a_script_is_told() {
    let site = Site::start(600, 3600).await;
    let mut nobody = Browser::new(&site);
    assert_eq!(nobody.visit(ADMIN).await.location(), "/-/login?return=/admin/index.html");
    assert_eq!(nobody.visit("/nothing/here").await.location(), "/-/login?return=/nothing/here");
    for path in [ADMIN, "/", "/-/me", "/viewer/", "/%61dmin/index.html", "/robots.txt"] {
        let told = nobody.fetch(path).await;
        assert_eq!((told.status, told.headers["content-type"].to_str().unwrap()), (401, "application/json"), "{path}");
        assert!(told.headers.contains_key("www-authenticate") && told.headers["cache-control"] == "no-store");
    }
    assert_eq!(nobody.visit("/-/nothing").await.location(), "/-/login?return=/-/nothing");
    assert_eq!(nobody.visit("/-/signed-out").await.status, 200);
}

#[tokio::test]
async fn what_is_missing_and_what_is_not_yours_look_the_same() {
    let site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    vic.sign_in("/", "vic").await;
    let missing = vic.raw("/viewer/nothing.html").await;
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    assert!(vic.raw("/viewer/index.html").await.starts_with("HTTP/1.1 200 "));
    let long = format!("/viewer/{}", "a".repeat(3_000));
    for path in [
        ADMIN,
        "/admin/nothing.html",
        "/nobody/index.html",
        "/admin/",
        "/admin",
        "/nobody/",
        "/viewer/index.json",
        "/%76iewer/index.html",
        "//viewer/index.html",
        "/viewer//index.html",
        "/viewer%2findex.html",
        "/viewer/%2e/index.html",
        "/./viewer/index.html",
        "/viewer/./index.html",
        "/admin/../viewer/index.html",
        "/..",
        "/viewer/..",
        "/../viewer/index.html",
        "/viewer/index.html%00",
        "/viewer/%00",
        "/Viewer/index.html",
        "/VIEWER/INDEX.HTML",
        "/viewer/index.html/",
        "/viewer/index.html;x",
        "/viewer/%252e%252e/admin/index.html",
        "/viewer\\index.html",
        "/viewer/..\\index.html",
        "/-/nothing",
        "/-/assets/nothing.css",
        "/-/me/",
        "/-/%6de",
        "/-",
        "/-/",
        &long,
    ] {
        assert_eq!(vic.raw(path).await, missing, "{path}");
    }
    for unsendable in ["/viewer/\0", "viewer/index.html", "/viewer/\u{1}x"] {
        let reply = vic.raw(unsendable).await;
        assert!(reply.starts_with("HTTP/1.1 400 "), "{unsendable:?}: {reply}");
    }
}

#[tokio::test]
async fn a_cookie_counts_only_as_what_it_was_signed_for() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.depart("/-/login").await;
    let attempt = ada.jar.values().next().unwrap().clone();
    ada.sign_in(ADMIN, "ada").await;
    let session = ada.jar[SESSION].clone();
    let foreign = Site::start(600, 3600).await;
    let mut other = Browser::new(&foreign);
    other.sign_in(ADMIN, "ada").await;
    let mut flipped = session.clone().into_bytes();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let parts: Vec<&str> = session.split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoidG9sbGdhdGUtc2Vzc2lvbitqd3QifQ.{}.", parts[1]);
    let long = "a".repeat(8_000);
    for bad in [
        attempt.as_str(),
        &other.jar[SESSION],
        std::str::from_utf8(&flipped).unwrap(),
        &unsigned,
        parts[0],
        &format!("{}.{}.", parts[0], parts[1]),
        &format!("{session}x"),
        &session[..session.len() - 1],
        "",
        "..",
        &long,
    ] {
        let mut thief = Browser::new(&site);
        thief.jar.insert(SESSION.into(), bad.into());
        assert_eq!(thief.fetch(ADMIN).await.status, 401, "{bad}");
    }
    let twice = format!("{SESSION}={session}; {SESSION}={session}");
    assert_eq!(Browser::new(&site).send("GET", ADMIN, &[("cookie", &twice)], "").await.status, 401);
    assert_eq!(ada.fetch(ADMIN).await.status, 200, "the real one still counts");
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let site = Site::start(600, 2).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    assert_eq!(ada.visit(ADMIN).await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(ada.visit(ADMIN).await.location(), "/-/login?return=/admin/index.html");
}

#[tokio::test]
async fn a_session_in_use_lasts_beyond_its_idle_limit_and_one_left_alone_does_not() {
    let site = Site::start(3, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let mut left = ada.clone();
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
        assert_eq!(ada.fetch(ADMIN).await.status, 200);
    }
    assert_eq!(left.fetch(ADMIN).await.status, 401);
}

#[tokio::test]
async fn under_https_every_cookie_is_bound_to_the_host() {
    let site = Site::secure().await;
    let mut ada = Browser::new(&site);
    assert_eq!(ada.sign_in(ADMIN, "ada").await, ADMIN);
    let page = ada.visit(ADMIN).await;
    assert_eq!(
        (page.status, ada.jar.keys().map(String::as_str).collect::<Vec<_>>()),
        (200, vec!["__Host-tollgate", "__Secure-tollgate-hint"])
    );
    assert_eq!(page.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let plain = format!("tollgate={}", ada.jar["__Host-tollgate"]);
    let planted = Browser::new(&site).send("GET", ADMIN, &[("cookie", &plain)], "").await;
    assert_eq!(planted.status, 401, "a cookie without the prefix could be anybody's");
    ada.sign_out().await;
    assert!(ada.jar.is_empty());
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let mut before = ada.clone();
    assert_eq!(ada.sign_in("/-/login?another=1&return=/-/me", "ada").await, "/-/me");
    assert_eq!((before.fetch(ADMIN).await.status, ada.fetch(ADMIN).await.status), (401, 200));
}

#[tokio::test]
async fn who_has_no_role_is_told_so_and_can_leave() {
    let site = Site::start(600, 3600).await;
    let mut noa = Browser::new(&site);
    assert_eq!(noa.sign_in(ADMIN, "noa").await, ADMIN);
    for path in [ADMIN, "/", "/nothing/here"] {
        let page = noa.visit(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("/-/logout") && page.body.contains("/-/login?another=1"), "{}", page.body);
        assert!(!page.body.contains("first"), "no byte of a report");
    }
    assert_eq!(noa.visit("/-/me").await.status, 200);
    let another = noa.visit("/-/login?another=1").await;
    assert!(another.location().contains("prompt=select_account"), "{another:?}");
}

#[tokio::test]
async fn only_a_page_of_the_site_signs_anybody_out() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    for headers in
        [vec![("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")], vec![], vec![("origin", "null")]]
    {
        assert_eq!(ada.send("POST", "/-/logout", &headers, "").await.status, 403, "{headers:?}");
    }
    assert_eq!(ada.visit("/-/logout").await.headers["allow"], "POST");
    assert_eq!(ada.visit(ADMIN).await.status, 200, "still signed in");
}

#[tokio::test]
async fn stored_bytes_go_out_as_they_are_with_every_header_that_protects_them() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let gzip = ada.send("GET", ADMIN, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((gzip.status, gzip.headers["content-encoding"].to_str().unwrap()), (200, "gzip"));
    let plain = ada.send("GET", ADMIN, &[("accept-encoding", "gzip;q=0")], "").await;
    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(plain.body.as_bytes(), body("admin", "index.html", "first"));
    let head = ada.send("HEAD", ADMIN, &[("accept-encoding", "gzip")], "").await;
    assert_eq!((head.status, &head.headers["content-length"]), (200, &gzip.headers["content-length"]));
    for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy"] {
        assert!(plain.headers.contains_key(name), "{name}");
    }
    assert_eq!(plain.headers["cache-control"], "no-store");
    assert_eq!(plain.headers["vary"], "Cookie, Accept-Encoding");
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let refused = ada.send(method, ADMIN, &[], "").await;
        assert_eq!((refused.status, refused.headers["allow"].to_str().unwrap()), (405, "GET, HEAD"), "{method}");
    }
    assert_eq!(ada.fetch(&format!("/{}", "a".repeat(9_000))).await.status, 414);
}

#[tokio::test]
async fn forwarded_headers_change_nothing() {
    let site = Site::start(600, 3600).await;
    let mut nobody = Browser::new(&site);
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-user", "ada"),
        ("host", "evil.example"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-original-url", "/-/signed-out"),
        ("accept", "text/html"),
    ];
    let sent = nobody.send("GET", ADMIN, &forged, "").await;
    assert_eq!(sent.location(), "/-/login?return=/admin/index.html");
    let login = nobody.send("GET", "/-/login?provider=main", &forged, "").await;
    assert!(login.location().starts_with(&site.issuer) && !login.location().contains("evil"), "{login:?}");
}

#[tokio::test]
async fn the_edge_starts_while_the_provider_is_down() {
    let (held, issuer) = listener().await;
    let address = held.local_addr().unwrap();
    drop(held);
    let mut site = Site::on(&issuer, 600, 3600).await;
    let mut ada = Browser::new(&site);
    let down = ada.depart("/-/login").await;
    assert!(down.status == 503 && down.body.contains("does not answer"), "{down:?}");
    site.provide(tokio::net::TcpListener::bind(address).await.unwrap());
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(ada.sign_in(ADMIN, "ada").await, ADMIN);
}

#[tokio::test]
async fn operators_see_health_and_figures() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let mut operator = Browser::new(&site);
    assert_eq!(operator.fetch(&format!("{}/healthz", site.operations)).await.status, 200);
    assert_eq!(operator.fetch(&format!("{}/readyz", site.operations)).await.body, "serving release 1\n");
    let metrics = operator.fetch(&format!("{}/metrics", site.operations)).await.body;
    assert!(
        metrics.contains("tollgate_sign_ins_total 1") && metrics.contains("tollgate_release_number 1"),
        "{metrics}"
    );
}
