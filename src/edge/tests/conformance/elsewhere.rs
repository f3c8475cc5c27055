//! Sign-ins that the provider, or a page that links to it, begins (OpenID Connect Core 1.0, 4).

use crate::edge::routes::encoded;
use crate::edge::tests::provider::{ADMIN, FORM, Hostile, parameter};
use crate::edge::tests::site::{Browser, Page};

/// As a page of somebody else sends a browser: by a link, or by a form.
async fn sent(browser: &mut Browser, post: bool, parameters: &str) -> Page {
    let headers =
        [FORM, ("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site"), ("accept", "text/html")];
    match post {
        true => {
            let page = browser.send("POST", "/-/login", &headers, parameters).await;
            if page.status != 303 {
                return page;
            }
            // The same by a link: a stranger's form brings no cookies of this site.
            let again = page.location().to_owned();
            assert!(again.starts_with("/-/login?") && page.body.is_empty() && browser.jar.is_empty(), "{page:?}");
            browser.send("GET", &again, &headers[1..], "").await
        }
        false => browser.send("GET", &format!("/-/login?{parameters}"), &headers[1..], "").await,
    }
}

#[tokio::test]
async fn a_known_issuer_starts_a_sign_in_that_ends_where_it_may() {
    let hostile = Hostile::start().await;
    let (issuer, base) = (hostile.site.issuer.clone(), hostile.site.public.clone());
    let port = base.rsplit_once(':').unwrap().1.to_owned();
    for (target, end) in [
        (Some(format!("{base}{ADMIN}")), ADMIN),
        (Some(ADMIN.to_owned()), ADMIN),
        (Some(format!("{base}/")), "/"),
        (Some(base.clone()), "/"),
        (Some(format!("{base}.evil.example{ADMIN}")), "/"),
        (Some(format!("{base}@evil.example{ADMIN}")), "/"),
        (Some(format!("{base}//evil.example")), "/"),
        (Some(format!("{base}/\\evil.example")), "/"),
        (Some(format!("{base}/-/logout")), "/"),
        (Some(format!("{base}/-/login?iss={issuer}")), "/"),
        (Some("https://evil.example/".into()), "/"),
        (Some(format!("https://127.0.0.1:{port}{ADMIN}")), "/"),
        (Some("//evil.example/".into()), "/"),
        (Some("javascript:alert(1)".into()), "/"),
        (Some(String::new()), "/"),
        (None, "/"),
    ] {
        for post in [false, true] {
            let mut ada = Browser::new(&hostile.site);
            let more = target.iter().map(|target| format!("&target_link_uri={}", encoded(target))).collect::<String>();
            let page =
                sent(&mut ada, post, &format!("iss={}&login_hint=ada%40acme.example{more}", encoded(&issuer))).await;
            let to = page.location();
            assert!(to.starts_with(&format!("{issuer}/authorize?")), "{target:?} {post}: {to}");
            assert_eq!(parameter(to, "login_hint").as_deref(), Some("ada@acme.example"));
            let (state, nonce) = (parameter(to, "state").unwrap(), parameter(to, "nonce").unwrap());
            hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
            let back = ada.visit(&format!("/-/callback?code=c&state={state}")).await;
            assert_eq!(back.location(), end, "{target:?} {post}");
            assert_eq!(ada.fetch(ADMIN).await.status, 200);
        }
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_known_starts_nothing() {
    let hostile = Hostile::start().await;
    let issuer = hostile.site.issuer.clone();
    for wrong in ["https://evil.example", "", &format!("{issuer}/"), &issuer.to_uppercase(), &issuer[1..]] {
        for post in [false, true] {
            let mut ada = Browser::new(&hostile.site);
            let page = sent(&mut ada, post, &format!("iss={}&target_link_uri={ADMIN}", encoded(wrong))).await;
            assert_eq!((page.status, ada.jar.len()), (400, 0), "{wrong} {post}: {page:?}");
            assert!(wrong.is_empty() || !page.body.contains(wrong), "{wrong} is not repeated");
        }
    }
    let asked = hostile.asked();
    let at_the_start = ["/.well-known/openid-configuration", "/keys"];
    assert!(asked.iter().all(|path| at_the_start.contains(&path.as_str())), "nobody was asked: {asked:?}");
    // Twice, it is none; a form of somebody else's page without one starts nothing.
    for (post, status) in [(false, 200), (true, 403)] {
        let mut ada = Browser::new(&hostile.site);
        let twice = format!("iss={}&iss=https://evil.example", encoded(&issuer));
        assert_eq!((sent(&mut ada, post, &twice).await.status, ada.jar.len()), (status, 0), "{post}");
    }
}

#[tokio::test]
async fn a_sign_in_begun_elsewhere_ends_nothing_until_it_is_completed() {
    let hostile = Hostile::start().await;
    let mut ada = hostile.signed_in(&serde_json::json!({})).await;
    for _ in 0..3 {
        sent(&mut ada, false, &format!("iss={}", encoded(&hostile.site.issuer))).await;
    }
    assert_eq!(ada.fetch(ADMIN).await.status, 200);
}
