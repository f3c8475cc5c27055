//! Classes of attack, each test named as the attack. Those that are proved beside what they attack are not repeated:
//! open redirects after signing in (`redirects`), path confusion and one credential used as another (`flow`,
//! `sharing`), replayed callbacks (`hostile`), guessing at links (`sharing`), older releases (`release`).

mod claims;
mod logs;
mod provider;
mod request;

use serde_json::json;

use super::provider::{ADMIN, FORM, Hostile, VIEWER, begin};
use super::site::{Browser, Site};

#[tokio::test]
async fn session_fixation_a_cookie_planted_before_the_sign_in_does_not_survive_it() {
    let site = Site::start(600, 3600).await;
    let mut attacker = Browser::new(&site);
    attacker.sign_in(VIEWER, "vic").await;
    let mut victim = Browser::new(&site);
    victim.jar = attacker.jar.clone();
    victim.sign_in("/-/login?another=1&return=/-/me", "ada").await;
    assert_ne!(victim.jar["tollgate"], attacker.jar["tollgate"]);
    assert_eq!((victim.fetch(ADMIN).await.status, attacker.fetch(ADMIN).await.status), (200, 401));
    assert_eq!(attacker.fetch(VIEWER).await.status, 401, "the planted session is over");
    let me = victim.visit("/-/me").await.body;
    assert!(me.contains("ada@acme.example") && !me.contains("vic@acme.example"), "{me}");
}

#[tokio::test]
async fn session_fixation_under_https_no_cookie_counts_that_another_host_could_have_planted() {
    let site = Site::secure().await;
    let mut ada = Browser::new(&site);
    let callback = ada.callback(ADMIN, "ada").await;
    let (name, attempt) = ada.jar.iter().next().unwrap();
    assert!(name.starts_with("__Host-tollgate-signin-"), "{name}");
    let mut planted = Browser::new(&site);
    planted.jar.insert(name.trim_start_matches("__Host-").into(), attempt.clone());
    assert_eq!(planted.visit(&callback).await.status, 400);
    ada.visit(&callback).await;
    for name in ["tollgate", "__host-tollgate", "__Secure-tollgate", "__Host-tollgate-guest"] {
        let mut planted = Browser::new(&site);
        planted.jar.insert(name.into(), ada.jar["__Host-tollgate"].clone());
        assert_eq!(planted.fetch(ADMIN).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn login_csrf_a_callback_counts_only_with_the_cookie_of_the_very_attempt() {
    let hostile = Hostile::start().await;
    let (mut attacker, mut victim) = (Browser::new(&hostile.site), Browser::new(&hostile.site));
    let (theirs, nonce) = begin(&mut attacker).await;
    let (own, _) = begin(&mut victim).await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    // The attacker's answer under the victim's state: the nonce is of another sign-in.
    let mut under_own = victim.clone();
    assert_eq!(under_own.visit(&format!("/-/callback?code=c&state={own}")).await.status, 400);
    // The victim's cookie under the attacker's name for it: it does not hold that state.
    let cookie = victim.jar[&format!("tollgate-signin-{own}")].clone();
    victim.jar.insert(format!("tollgate-signin-{theirs}"), cookie);
    assert_eq!(victim.visit(&format!("/-/callback?code=c&state={theirs}")).await.status, 400);
    for browser in [&under_own, &victim] {
        assert!(!browser.jar.contains_key("tollgate"), "{:?}", browser.jar.keys());
    }
}

#[tokio::test]
async fn duplicated_parameters_are_refused_and_use_nothing_up() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let (state, nonce) = begin(&mut ada).await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    let issuer = hostile.site.issuer.clone();
    hostile.asked();
    for twice in [
        format!("code=c&code=d&state={state}"),
        format!("code=c&state={state}&state=x"),
        format!("code=c&st%61te={state}&state={state}"),
        format!("code=c&state={state}&iss={issuer}&iss=https://evil.example"),
        format!("state={state}&error=a&error=b"),
        format!("code=c&state={state}&error_description=a&error_description=b"),
    ] {
        let page = ada.clone().visit(&format!("/-/callback?{twice}")).await;
        assert_eq!(page.status, 400, "{twice}");
    }
    assert_eq!(hostile.asked(), Vec::<String>::new(), "no code went to the provider");
    assert_eq!(ada.visit(&format!("/-/callback?code=c&state={state}")).await.location(), ADMIN);
}

#[tokio::test]
async fn forced_sign_out_by_a_stranger() {
    let hostile = Hostile::start().await;
    let mut ada = hostile.signed_in(&json!({})).await;
    let sid = crate::edge::people::all(&hostile.site.releases, crate::edge::now()).await.unwrap().remove(0).0.sid;
    let evil = "https://evil.example";
    let own = ada.public();
    let senders: [Vec<(&str, &str)>; 5] = [
        vec![("origin", evil), ("sec-fetch-site", "cross-site")],
        vec![("origin", &own), ("sec-fetch-site", "cross-site")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "same-site")],
        vec![("referer", &own)],
    ];
    for sender in senders {
        let headers = [sender.as_slice(), &[FORM]].concat();
        for (address, form) in [
            ("/-/logout", ""),
            ("/-/me", "action=end-all"),
            ("/-/me", &format!("action=end&sid={sid}")),
            ("/-/login", "provider=main"),
        ] {
            let reply = ada.send("POST", address, &headers, form).await;
            assert_eq!(reply.status, 403, "{address} {form} {headers:?}");
            assert!(!reply.headers.contains_key("clear-site-data") && !reply.headers.contains_key("set-cookie"));
        }
    }
    for garbage in ["", "x", "a.b.c", "e30.e30.", &"A".repeat(9_000)] {
        let mut stranger = Browser::new(&hostile.site);
        let form = format!("logout_token={garbage}");
        assert_eq!(stranger.send("POST", "/-/backchannel-logout", &[FORM], &form).await.status, 400, "{garbage}");
    }
    for address in [
        "/-/logout",
        "/-/signed-out",
        "/-/signed-out?state=x",
        "/-/callback?error=login_required&state=x",
        "/-/callback?code=c&state=x",
        "/-/me?action=end-all",
        "/-/backchannel-logout?logout_token=x",
    ] {
        ada.visit(address).await;
        ada.send("HEAD", address, &[], "").await;
    }
    assert_eq!(ada.fetch(ADMIN).await.status, 200, "still signed in");
}

#[tokio::test]
async fn state_cookie_flood_planted_cookies_give_way_to_a_real_sign_in() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    for n in 0..300 {
        ada.jar.insert(format!("tollgate-signin-planted{n}"), "x".repeat(20));
    }
    let (state, nonce) = begin(&mut ada).await;
    hostile.plan(|plan| plan.id_token = hostile.good(&nonce));
    assert_eq!(ada.visit(&format!("/-/callback?code=c&state={state}")).await.location(), ADMIN);
    for _ in 0..25 {
        let login = ada.depart("/-/login?another=1").await;
        let bytes: usize = login.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        assert!(login.status == 303 && bytes < 8 * 1024, "{bytes} bytes of headers");
    }
    let left = |ada: &Browser| ada.jar.keys().filter(|name| name.starts_with("tollgate-signin-")).count();
    for _ in 0..20 {
        assert!(left(&ada) <= 5, "{} are left", left(&ada));
        begin(&mut ada).await;
        let cookies: usize = ada.jar.iter().map(|(name, value)| name.len() + value.len() + 3).sum();
        assert!(cookies < 16 * 1024, "{cookies} bytes of cookies");
    }
    assert_eq!(ada.fetch(ADMIN).await.status, 200);
}

#[tokio::test]
async fn open_redirect_after_sign_out() {
    let hostile = Hostile::start().await;
    let hostile_addresses = ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"];
    for evil in hostile_addresses {
        for name in ["return", "post_logout_redirect_uri", "rd", "redirect", "next", "target_link_uri"] {
            let mut ada = hostile.signed_in(&json!({})).await;
            let origin = ada.public();
            let headers = [("origin", origin.as_str()), FORM];
            let address = format!("/-/logout?{name}={evil}");
            let out = ada.send("POST", &address, &headers, &format!("{name}={evil}")).await;
            let to = out.location();
            assert!(to.starts_with(&format!("{}/end-session?", hostile.site.issuer)), "{name}: {to}");
            assert!(!to.contains("evil") && !to.contains("alert"), "{name}: {to}");
            let again = ada.send("POST", &address, &headers, "").await;
            assert_eq!(again.location(), "/-/signed-out", "{name}: without a session");
            let end = ada.visit(&format!("/-/signed-out?{name}={evil}")).await;
            assert!(end.status == 200 && !end.body.contains("evil") && !end.body.contains("alert("), "{end:?}");
        }
    }
}
