//! What goes out besides pages: whole bundles, badges that anybody may see, the end of mails.

use std::collections::BTreeMap;

use super::site::{Browser, POLL, Site, body, role};
use crate::domain::policy::{ClaimPath, Role, RoleName, Test};
use crate::domain::release::PagePath;
use crate::edge::grants::{self, Kind, Wanted};
use crate::edge::{now, unsubscribe};

/// The badges below `badges/open/` are public, and lie in the first role's bundle.
pub(super) fn public(roles: &[Role], pages: &[&str]) -> BTreeMap<PagePath, RoleName> {
    let open = pages.iter().filter(|page| page.starts_with("badges/open/"));
    open.map(|page| (page.parse().unwrap(), roles[0].name.clone())).collect()
}

/// What a page of that name is.
pub(super) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "csv")) => "text/csv; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        Some((_, "xml")) => "application/atom+xml; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}

const PAGES: [&str; 6] = [
    "index.html",
    "acme/anvil.html",
    "badges/open/anvil.svg",
    "badges/closed/vault.svg",
    "badges/open/page.html",
    "feeds/events.xml",
];

async fn site() -> Site {
    let site = Site::start(600, 3600).await;
    let group = |name: &str| Test::Contains(ClaimPath::dotted("groups").unwrap(), name.into());
    let roles = vec![Role { share: true, ..role("admin", group("admin")) }, role("viewer", group("viewer"))];
    site.publish_pages("second", roles, &PAGES).await;
    tokio::time::sleep(POLL * 6).await;
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_is_anybodys_only_if_the_release_says_so() {
    let site = site().await;
    let mut nobody = Browser::new(&site);
    let badge = nobody.visit("/-/badge/open/anvil.svg").await;
    assert_eq!(badge.status, 200);
    assert_eq!(badge.body, String::from_utf8(body("admin", "badges/open/anvil.svg", "second")).unwrap());
    assert_eq!(badge.headers["cache-control"], "public, max-age=3600");
    assert_eq!(badge.headers["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(badge.headers["cross-origin-resource-policy"], "cross-origin");
    let missing = nobody.visit("/-/badge/open/nothing.svg").await;
    assert_eq!(missing.status, 404);
    for path in ["closed/vault.svg", "open/page.html", "acme/anvil.html", "open/anvil.svgx", "index.html"] {
        let reply = nobody.visit(&format!("/-/badge/{path}")).await;
        assert_eq!((reply.status, &reply.body), (404, &missing.body), "{path}");
    }
    assert_eq!(nobody.visit("/admin/badges/open/anvil.svg").await.status, 303, "in a bundle it is like every page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_bundle_goes_to_who_may_see_all_of_it_and_to_nobody_else() {
    let site = site().await;
    let mut ada = Browser::new(&site);
    ada.sign_in("/admin/index.html", "ada").await;
    let zip = ada.visit("/admin/bundle.zip").await;
    assert_eq!(zip.status, 200);
    let today = chrono::Utc::now().date_naive();
    assert_eq!(zip.headers["content-disposition"], format!("attachment; filename=\"admin-{today}.zip\""));
    assert_eq!(zip.headers["cache-control"], "no-store");
    assert!(zip.body.starts_with("PK") && zip.body.contains("feeds/events.xml") && zip.body.contains("index.json"));

    let mut nobody = Browser::new(&site);
    assert_eq!(nobody.visit("/admin/bundle.zip").await.status, 303);
    for (prefix, status) in [(Some("acme"), 303), (Some("bundle.zip"), 404), (None, 200)] {
        let wanted = Wanted {
            kind: Kind::Share,
            role: "admin".parse().unwrap(),
            prefix: prefix.map(|prefix| prefix.parse().unwrap()),
            until: now() + 600,
            email: None,
            once: false,
            note: String::new(),
        };
        let (_, secret) = grants::make(&site.keys(), &site.releases, wanted, None, now()).await.unwrap();
        let mut guest = Browser::new(&site);
        let origin = guest.public();
        let form = ("content-type", "application/x-www-form-urlencoded");
        let headers = [("origin", origin.as_str()), form, ("accept", "text/html")];
        guest.send("POST", "/-/share", &headers, &format!("token={secret}")).await;
        assert_eq!(guest.visit("/admin/bundle.zip").await.status, status, "{prefix:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_post_with_a_signed_link_ends_mails_and_it_needs_no_sign_in() {
    let site = site().await;
    let admin: RoleName = "admin".parse().unwrap();
    let link = unsubscribe::link(&site.keys(), "", &admin, "Mia@acme.example").unwrap();
    let ended = || async { unsubscribe::has_ended(&site.releases, &admin, "mia@ACME.example").await.unwrap() };
    let mut nobody = Browser::new(&site);
    assert_eq!(nobody.visit(&link).await.status, 200);
    assert!(!ended().await, "mail programs look at links");
    let forged = format!("{}x", link);
    let one_click = |link: String| {
        let mut browser = nobody.clone();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        async move { browser.send("POST", &link, &form, "List-Unsubscribe=One-Click").await.status }
    };
    assert_eq!(one_click(forged).await, 403);
    assert!(!ended().await);
    assert_eq!(one_click(link).await, 200);
    assert!(ended().await);
    assert!(!unsubscribe::has_ended(&site.releases, &admin, "max@acme.example").await.unwrap());
    let other: RoleName = "viewer".parse().unwrap();
    assert!(!unsubscribe::has_ended(&site.releases, &other, "mia@acme.example").await.unwrap());
    unsubscribe::resume(&site.releases, &admin, "mia@acme.example").await.unwrap();
    assert!(!ended().await);
}
