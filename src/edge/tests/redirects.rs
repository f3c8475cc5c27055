//! Open redirects: thousands of hostile addresses to return to, raw and encoded. No reply may lead out of the site.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use reqwest::Url;

use super::site::{Browser, Site};
use crate::edge::routes::{Asked, Form, encoded};
use crate::edge::session::Attempt;
use crate::edge::{Edge, now};

/// How addresses of somebody else begin, in the ways that fool one reader or another.
const STARTS: &[&str] = &[
    "",
    "/",
    "//",
    "///",
    "/\\",
    "\\",
    "\\\\",
    "/\t/",
    "/\n/",
    "/\r\n",
    "\t//",
    " //",
    "/ /",
    "/%09/",
    "/%0d%0a/",
    "/%2f",
    "/%2F%2F",
    "/%5c",
    "/%5C/",
    "/.//",
    "/..//",
    "/./\\",
    "/%2e/",
    "/%2e%2e//",
    "/x/..//",
    "/;//",
    "/?//",
    "/#//",
    "/\u{2215}",
    "/\u{ff0f}",
    "/\u{ff0f}\u{ff0f}",
    "/\u{3002}",
    "/\u{200b}/",
    "/\u{0}/",
    "/\u{7f}/",
    "/\u{1}",
    "/\u{a0}/",
    "http:",
    "http:/",
    "http://",
    "https://",
    "https:///",
    "https:\\\\",
    "hTTps://",
    "//https:",
    "/https://",
    "javascript:",
    "java\tscript:",
    "data:text/html,",
    "vbscript:",
    "file:///",
    "ftp://",
    "//@",
    "/@",
    "//user@",
    "https://tollgate.example@",
    "https://tollgate.example.",
    "//tollgate.example:80@",
    "https://127.0.0.1@",
    "/-/login?return=//",
    "/-/logout/..//",
    "/-/callback?x=",
    "/%252f%252f",
    "/%255c",
    "/\\/\\/",
    "/.\\/",
    "\u{feff}//",
    "/\u{feff}/",
];

/// How they go on.
const ENDS: &[&str] = &[
    "evil.example",
    "evil.example/",
    "evil.example/admin/index.html",
    "evil.example:443",
    "evil.example%00",
    "evil.example%0d%0aset-cookie:x=y",
    "evil.example#@tollgate.example",
    "evil.example?tollgate.example",
    "evil.example\\@tollgate.example",
    "user:pass@evil.example",
    "[::1]",
    "127.1",
    "2130706433",
    "0x7f.1",
    "xn--evl-2oa.example",
    "ev\u{0456}l.example",
    "evil\u{3002}example",
    "alert(1)",
    "%65vil.example",
    "evil.example\t",
    "evil.example\u{0}",
    "/evil.example",
    "\\evil.example",
    "//evil.example",
    ".evil.example",
    "-.evil.example",
    "evil.example;a=b",
    "evil.example&return=/",
    "evil.example\"><script>",
    "evil.example'",
    "",
    ".",
    "..",
    "/..",
    "%2e%2e/%2e%2e",
];

fn hostile() -> BTreeSet<String> {
    STARTS.iter().flat_map(|start| ENDS.iter().map(move |end| format!("{start}{end}"))).collect()
}

fn asked(path: &str, query: String, cookie: &str) -> Asked {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, "text/html".parse().unwrap());
    if !cookie.is_empty() {
        headers.insert(header::COOKIE, cookie.parse().unwrap());
    }
    // From ever other places, so that no budget is spent.
    let from = Ipv4Addr::from(rand()).into();
    Asked {
        method: Method::GET,
        path: path.into(),
        query,
        headers,
        form: Form::Read(Bytes::new()),
        from,
        id: String::new(),
    }
}

fn rand() -> u32 {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).wrapping_mul(2_654_435_761)
}

/// Fails unless a browser on the site that is sent there stays on the site.
fn stays(base: &Url, location: &str, what: &str) {
    let there = base.join(location).unwrap_or_else(|error| panic!("{what}: {location:?} is no address: {error}"));
    assert_eq!(there.origin(), base.origin(), "{what} leads to {location:?}");
    let plain = location.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    assert!(plain && location.starts_with('/') && !location.starts_with("//"), "{what} leads to {location:?}");
}

#[tokio::test]
async fn no_address_to_return_to_leads_out_of_the_site() {
    let site = Site::start(600, 3600).await;
    let edge = site.core("https://tollgate.example").await;
    let mut ada = Browser::new(&site);
    ada.sign_in("/", "ada").await;
    // The cookie of a site under https has another name.
    let session = format!("__Host-tollgate={}", ada.jar["tollgate"]);
    let base = Url::parse("https://tollgate.example/admin/index.html").unwrap();
    let all = hostile();
    assert!(all.len() >= 2_000, "only {}", all.len());
    for address in &all {
        for query in [
            address.clone(),
            encoded(address),
            encoded(&encoded(address)),
            address.replace('/', "%2f").replace('\\', "%5C"),
        ] {
            for name in ["return", "target_link_uri"] {
                let issuer = if name == "return" { String::new() } else { format!("&iss={}", encoded(&site.issuer)) };
                check(&edge, &base, &session, format!("{name}={query}{issuer}")).await;
            }
        }
        // And as the address that somebody without a session asks for.
        if address.starts_with('/') && !address.contains('#') {
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            let reply = edge.answer(&asked(path, query.to_owned(), ""), now()).await;
            if let Some(location) = reply.headers().get(header::LOCATION) {
                stays(&base, location.to_str().unwrap(), &format!("{address:?}"));
            }
        }
    }
}

/// With a session the sign-in page leads back at once; without one the way back is in the page, and in the cookie that
/// goes to the provider and returns.
async fn check(edge: &std::sync::Arc<Edge>, base: &Url, session: &str, query: String) {
    let what = format!("{query:?}");
    let third_party = query.contains("&iss=");
    let known = edge.answer(&asked("/-/login", query.clone(), session), now()).await;
    let location = known.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
    if !third_party {
        stays(base, &location.unwrap_or_else(|| panic!("{what}: {known:?}")), &what);
        let page = edge.answer(&asked("/-/login", query.clone(), ""), now()).await;
        let page = String::from_utf8(page.body().to_vec()).unwrap();
        for href in page.split("href=\"").skip(1).chain(page.split("; url=").skip(1)) {
            let href = href.split('"').next().unwrap().replace("&amp;", "&");
            // The link past the navigation stays on the page.
            if href == "#main" {
                continue;
            }
            stays(base, &href, &what);
            let way = base.join(&href).unwrap();
            for (_, back) in way.query_pairs().filter(|(name, _)| name == "return") {
                stays(base, &back, &what);
            }
        }
    }
    let query = if third_party { query } else { format!("{query}&provider=main") };
    let begun = edge.answer(&asked("/-/login", query, ""), now()).await;
    let Some(cookie) = begun.headers().get(header::SET_COOKIE) else { return };
    let token = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap().1;
    let attempt = edge.keys().verify::<Attempt>(token).unwrap();
    stays(base, &attempt.back, &what);
}
