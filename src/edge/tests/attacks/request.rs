//! Requests that pretend: headers, cookies, paths and bodies made to fool somebody.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::edge::tests::provider::{ADMIN, Hostile, VIEWER};
use crate::edge::tests::site::{Browser, Page, Site};

/// What gateways in front of other programs add, and what those believe.
const IDENTITY: [(&str, &str); 22] = [
    ("x-forwarded-user", "ada"),
    ("x-forwarded-email", "ada@acme.example"),
    ("x-forwarded-groups", "admin"),
    ("x-forwarded-preferred-username", "ada"),
    ("x-forwarded-access-token", "t"),
    ("x-auth-request-user", "ada"),
    ("x-auth-request-email", "ada@acme.example"),
    ("x-auth-request-groups", "admin"),
    ("remote-user", "ada"),
    ("remote-groups", "admin"),
    ("x-remote-user", "ada"),
    ("x-user", "ada"),
    ("x-email", "ada@acme.example"),
    ("x-webauth-user", "ada"),
    ("x-goog-authenticated-user-email", "accounts.google.com:ada@acme.example"),
    ("x-ms-client-principal-name", "ada"),
    ("x-amzn-oidc-identity", "ada"),
    ("x-ssl-client-s-dn", "CN=ada"),
    ("cf-access-authenticated-user-email", "ada@acme.example"),
    ("tollgate", "ada"),
    ("x-tollgate-role", "admin"),
    ("x-pomerium-claim-email", "ada@acme.example"),
];

/// What makes some servers read another address or method than they were sent.
const OVERRIDES: [(&str, &str); 8] = [
    ("x-original-url", "/admin/index.html"),
    ("x-rewrite-url", "/admin/index.html"),
    ("x-forwarded-uri", "/-/signed-out"),
    ("x-forwarded-prefix", "/admin"),
    ("x-http-method-override", "GET"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=http"),
];

#[tokio::test]
async fn identity_from_a_request_header_is_nobodys() {
    let site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    vic.sign_in(VIEWER, "vic").await;
    for header in IDENTITY.into_iter().chain(OVERRIDES) {
        let mut nobody = Browser::new(&site);
        assert_eq!(nobody.send("GET", ADMIN, &[header], "").await.status, 401, "{header:?}");
        assert_eq!(nobody.send("GET", "/-/me", &[header], "").await.status, 401, "{header:?}");
        assert_eq!(vic.send("GET", ADMIN, &[header], "").await.status, 404, "{header:?}");
        assert_eq!(vic.send("GET", VIEWER, &[header], "").await.status, 200, "{header:?}");
        assert_eq!(vic.send("DELETE", VIEWER, &[header], "").await.status, 405, "{header:?}");
    }
    let all: Vec<(&str, &str)> = IDENTITY.into_iter().collect();
    assert_eq!(Browser::new(&site).send("GET", ADMIN, &all, "").await.status, 401);
}

#[tokio::test]
async fn skip_rules_by_user_agent_or_path_do_not_exist() {
    let site = Site::start(600, 3600).await;
    for agent in ["kube-probe/1.30", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "Prometheus/2", "Googlebot/2.1", ""] {
        let page = Browser::new(&site).send("GET", ADMIN, &[("user-agent", agent)], "").await;
        assert_eq!(page.status, 401, "{agent}");
    }
    for path in [
        "/robots.txt",
        "/favicon.ico",
        "/healthz",
        "/readyz",
        "/metrics",
        "/ping",
        "/oauth2/auth",
        "/.well-known/security.txt",
        "/admin/index.html?/-/signed-out",
        "/admin/index.html?x=/-/assets/",
        "/admin/index.html/-/signed-out",
        "/admin/assets/../index.html",
        "/-/assets/../../admin/index.html",
        "/-/signed-out/../../admin/index.html",
    ] {
        let reply = Browser::new(&site).raw(path).await;
        let refused = ["HTTP/1.1 401 ", "HTTP/1.1 404 "].iter().any(|start| reply.starts_with(start));
        assert!(refused && !reply.contains("first"), "{path}: {reply}");
    }
}

#[tokio::test]
async fn forwarded_headers_from_anyone_change_neither_the_log_nor_what_may_be_tried() {
    let hostile = Hostile::with(|settings| settings.proxies.clear()).await;
    let mut tried = 0;
    loop {
        // A new place each time, as somebody would claim who has only one.
        let place = format!("198.51.100.{}", tried % 250);
        let forwarded = format!("for={place}");
        let headers = [("x-forwarded-for", place.as_str()), ("forwarded", &forwarded), ("x-real-ip", &place)];
        let page = Browser::new(&hostile.site).send("GET", "/-/callback?code=c&state=x", &headers, "").await;
        if page.status == 429 {
            break;
        }
        tried += 1;
        assert!(page.status == 400 && tried < 60, "{tried}: {page:?}");
    }
    let audit = std::fs::read_to_string(hostile.site.dir.path().join("audit.jsonl")).unwrap();
    assert!(audit.contains("\"127.0.0.1\"") && !audit.contains("198.51.100"), "{audit}");
    let login = Browser::new(&hostile.site).send("GET", "/-/login?provider=main", &OVERRIDES[4..], "").await;
    let back = format!("{}/-/callback", hostile.site.public);
    let sent = crate::edge::tests::provider::parameter(login.location(), "redirect_uri");
    assert_eq!(sent, Some(back), "whatever host and scheme somebody claims");
}

async fn raw(site: &Site, request: &[u8]) -> String {
    let host = site.base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut reply = Vec::new();
    let read = stream.read_to_end(&mut reply);
    tokio::time::timeout(std::time::Duration::from_secs(5), read).await.unwrap().unwrap_or_default();
    String::from_utf8_lossy(&reply).into_owned()
}

#[tokio::test]
async fn oversized_and_malformed_cookies_are_nobodys_and_break_nothing() {
    let site = Site::start(600, 3600).await;
    let mut ada = Browser::new(&site);
    ada.sign_in(ADMIN, "ada").await;
    let good = ada.jar["tollgate"].clone();
    let long = "x".repeat(20_000);
    let many = "a=b; ".repeat(4_000);
    let names = ["tollgate", "tollgate-guest", "tollgate-hint", "tollgate-signin-x"];
    let values: [&[u8]; 16] = [
        b"",
        b"=",
        b"==",
        b".",
        b"..",
        b"...",
        b"\xff\xfe",
        b"\"",
        b"%00",
        b"\xc3\xa9",
        b"e30.e30.e30",
        b"null",
        b"{}",
        b"-1",
        b"eyJhbGciOiJub25lIn0.e30.",
        long.as_bytes(),
    ];
    for name in names {
        for value in values {
            for path in [ADMIN, "/", "/-/me", "/-/callback?code=c&state=x", "/-/login", "/-/share", "/-/signed-out"] {
                let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {name}=");
                let reply = raw(&site, &[head.as_bytes(), value, b"\r\n\r\n"].concat()).await;
                let status: u16 = reply.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0);
                let open = matches!(path, "/-/login" | "/-/share" | "/-/signed-out");
                let expected: &[u16] = if open { &[200] } else { &[400, 401, 429] };
                assert!(expected.contains(&status), "{path} {name}={value:?}: {reply}");
                assert!(!reply.contains("<p>admin"), "{path} {name}={value:?}: {reply}");
            }
        }
    }
    for cookies in [
        format!("tollgate={good}; tollgate=x"),
        format!("tollgate=x; tollgate={good}"),
        format!("Tollgate={good}"),
        format!("tollgate={good}\u{e9}"),
        format!("tollgate \t= {good}"),
        format!("tollgate=\"{good}\""),
        format!("{many}{many}"),
        "=;=;;".into(),
    ] {
        let head = format!("GET {ADMIN} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {cookies}\r\n\r\n");
        let reply = raw(&site, head.as_bytes()).await;
        assert!(["401", "400", "431"].contains(&reply.split(' ').nth(1).unwrap_or_default()), "{cookies:.60}: {reply}");
    }
    assert_eq!(ada.fetch(ADMIN).await.status, 200, "the real one still counts");
}

#[tokio::test]
async fn bytes_of_a_page_are_in_the_body_of_no_redirect_and_no_refusal() {
    let site = Site::start(600, 3600).await;
    let mut vic = Browser::new(&site);
    vic.sign_in(VIEWER, "vic").await;
    let mut noa = Browser::new(&site);
    noa.sign_in("/-/me", "noa").await;
    let mut garbage = Browser::new(&site);
    garbage.jar.insert("tollgate".into(), "e30.e30.e30".into());
    let check = |page: &Page, who: &str, path: &str| {
        assert!(page.status != 200, "{who} {path}: {page:?}");
        for secret in ["admin index.html", "admin acme", "acme/anvil", "acme/rocket", "acme/tar", "first"] {
            // The way back in a redirect is what was asked for.
            assert!(!page.body.contains(secret), "{who} {path}: {secret} in {page:?}");
        }
        assert!(page.status != 303 || page.body.is_empty(), "{who} {path}: {page:?}");
        for name in ["etag", "last-modified", "content-range", "accept-ranges"] {
            assert!(!page.headers.contains_key(name), "{who} {path}: {name}");
        }
    };
    let headers: [&[(&str, &str)]; 5] = [
        &[("accept", "text/html")],
        &[("accept", "application/json")],
        &[("accept-encoding", "gzip"), ("accept", "text/html")],
        &[("range", "bytes=0-10")],
        &[("if-none-match", "*"), ("if-modified-since", "Tue, 01 Jan 2036 00:00:00 GMT")],
    ];
    for (who, browser) in
        [("nobody", &mut Browser::new(&site)), ("vic", &mut vic), ("noa", &mut noa), ("garbage", &mut garbage)]
    {
        for path in ["/admin/index.html", "/admin/acme/anvil.html", "/admin/", "/admin/index.json", "/admin/none.html"]
        {
            for headers in headers {
                check(&browser.send("GET", path, headers, "").await, who, path);
            }
            for method in ["POST", "PUT", "OPTIONS", "PROPFIND"] {
                check(&browser.send(method, path, &[], "").await, who, path);
            }
        }
    }
}

#[tokio::test]
async fn a_planted_guest_cookie_opens_no_more_than_its_link_and_does_not_survive_signing_out() {
    use crate::domain::policy::{ClaimPath, Role, Test};
    use crate::edge::grants::{self, Kind, Wanted};
    use crate::edge::tests::site::{POLL, role};
    let hostile = Hostile::start().await;
    let group = |name: &str| Test::Contains(ClaimPath::dotted("groups").unwrap(), name.into());
    let roles = vec![role("admin", group("admin")), Role { share: true, ..role("viewer", group("viewer")) }];
    hostile.site.publish_as("second", roles).await;
    tokio::time::sleep(POLL * 6).await;
    let wanted = Wanted {
        kind: Kind::Share,
        role: "viewer".parse().unwrap(),
        prefix: None,
        until: crate::edge::now() + 600,
        email: None,
        once: false,
        note: String::new(),
    };
    let site = &hostile.site;
    let (_, secret) = grants::make(&site.keys(), &site.releases, wanted, None, crate::edge::now()).await.unwrap();
    let mut attacker = Browser::new(site);
    let origin = attacker.public();
    let headers = [("origin", origin.as_str()), crate::edge::tests::provider::FORM];
    attacker.send("POST", "/-/share", &headers, &format!("token={secret}")).await;
    let mut victim = Browser::new(site);
    victim.jar = attacker.jar.clone();
    assert_eq!((victim.fetch(VIEWER).await.status, victim.fetch(ADMIN).await.status), (200, 401));
    assert_eq!(hostile.sign_in(&mut victim, |nonce| hostile.but(nonce, &json!({}))).await.location(), ADMIN);
    assert_eq!(victim.fetch(ADMIN).await.status, 200);
    assert_eq!(attacker.fetch(ADMIN).await.status, 401, "the guest's cookie learns nothing of the sign-in");
    victim.sign_out().await;
    assert!(victim.jar.is_empty(), "{:?}", victim.jar.keys());
    assert_eq!(victim.fetch(VIEWER).await.status, 401);
}
