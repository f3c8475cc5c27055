//! Claims and texts of the provider that are not what they seem.

use serde_json::json;

use crate::domain::policy::{ClaimPath, Test};
use crate::edge::tests::provider::{ADMIN, Hostile, begin};
use crate::edge::tests::site::{Browser, POLL, role};

fn claim(path: &str) -> ClaimPath {
    ClaimPath::dotted(path).unwrap()
}

#[tokio::test]
async fn claim_confusion_opens_no_role() {
    let hostile = Hostile::start().await;
    let roles = vec![
        role("admin", Test::Contains(claim("groups"), "admin".into())),
        role("domain", Test::EmailDomain("acme.example".into())),
        role("boss", Test::Email("boss@acme.example".into())),
        role("level", Test::Equals(claim("level"), 7.into())),
        role("nested", Test::Contains(claim("realm.roles"), "admin".into())),
    ];
    hostile.site.publish_as("second", roles).await;
    tokio::time::sleep(POLL * 6).await;
    let nothing: [&str; 0] = [];
    let all = ["admin", "domain", "boss", "level", "nested"];
    let right = json!({"groups": ["admin"], "email": "boss@acme.example", "email_verified": true, "level": 7, "realm": {"roles": ["admin"]}});
    for (row, claims, open) in [
        ("as they should be", right, all.as_slice()),
        ("two @", json!({"email": "boss@evil.example@acme.example"}), &nothing),
        ("two @, the other way", json!({"email": "boss@acme.example@evil.example"}), &nothing),
        ("a quoted @", json!({"email": "\"boss@acme.example\"@evil.example"}), &nothing),
        ("a name before the address", json!({"email": "x <boss@acme.example>"}), &nothing),
        ("a list of addresses", json!({"email": ["boss@acme.example"]}), &nothing),
        ("a subdomain", json!({"email": "boss@evil.acme.example"}), &nothing),
        ("a longer domain", json!({"email": "boss@acme.example.evil"}), &nothing),
        ("a space", json!({"email": " boss@acme.example"}), &nothing),
        ("a line end", json!({"email": "boss@acme.example\n"}), &nothing),
        ("a look-alike", json!({"email": "boss@\u{430}cme.example"}), &nothing),
        ("not verified", json!({"email": "boss@acme.example", "email_verified": false}), &nothing),
        ("verified as a text", json!({"email": "boss@acme.example", "email_verified": "true"}), &nothing),
        ("verified as a number", json!({"email": "boss@acme.example", "email_verified": 1}), &nothing),
        ("not said to be verified", json!({"email": "boss@acme.example", "email_verified": null}), &nothing),
        ("a text for a list", json!({"groups": "administrators"}), &nothing),
        ("a list in a text", json!({"groups": "[\"admin\"]"}), &nothing),
        ("texts with commas", json!({"groups": "viewer,admin"}), &nothing),
        ("a list in a list", json!({"groups": [["admin"]]}), &nothing),
        ("an object for a list", json!({"groups": {"admin": true}}), &nothing),
        ("another case", json!({"groups": ["Admin", "ADMIN", "admin ", "admin\u{0}"]}), &nothing),
        ("a number as a text", json!({"level": "7"}), &nothing),
        ("a number in a text", json!({"level": "7.0"}), &nothing),
        ("true for a number", json!({"level": true}), &nothing),
        ("a path as a name", json!({"realm.roles": ["admin"]}), &nothing),
        ("a text on the way", json!({"realm": "roles"}), &nothing),
        ("a list on the way", json!({"realm": [{"roles": ["admin"]}]}), &nothing),
    ] {
        let mut said = json!({"groups": [], "email": "x@evil.example", "level": 0});
        said.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let ada = hostile.signed_in(&said).await;
        for role in all {
            let expected = if open.contains(&role) { 200 } else { 403 };
            let page = ada.clone().fetch(&format!("/{role}/index.html")).await;
            assert_eq!(page.status, expected, "{row}: {role}");
        }
    }
}

#[tokio::test]
async fn markup_in_what_the_provider_says_of_somebody_is_shown_as_text() {
    let hostile = Hostile::start().await;
    let script = "<script>alert(1)</script>";
    let quote = "\"'><img src=x onerror=alert(1)>";
    let claims = json!({
        "name": script, "email": format!("{quote}@acme.example"), "groups": ["admin", script, quote],
    });
    let mut ada = Browser::new(&hostile.site);
    let (state, nonce) = begin(&mut ada).await;
    hostile.plan(|plan| plan.id_token = hostile.but(&nonce, &claims));
    let agent = [("user-agent", "<b onload=alert(1)>\"'&amp;"), ("accept", "text/html")];
    let back = ada.send("GET", &format!("/-/callback?code=c&state={state}"), &agent, "").await;
    assert_eq!(back.location(), ADMIN);
    for address in ["/-/me", "/", "/nobody/index.html", "/-/signed-out"] {
        let page = ada.visit(address).await;
        tame(&page.body, address);
    }
    let me = ada.visit("/-/me").await.body;
    assert!(me.contains("&lt;script&gt;alert(1)") && me.contains("&lt;b onload=alert(1)&gt;"), "{me}");
}

fn tame(body: &str, row: &str) {
    for wild in ["<script>alert", "<img src=x", "<b onload", "onerror=alert(1)>"] {
        assert!(!body.contains(wild), "{row}: {wild} in {body}");
    }
}

#[tokio::test]
async fn markup_in_what_an_address_says_is_shown_as_text() {
    let hostile = Hostile::start().await;
    let wild = "%22%27%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    let mut nobody = Browser::new(&hostile.site);
    for address in [
        format!("/-/login?email={wild}"),
        format!("/-/login?return=/{wild}"),
        format!("/-/login?provider={wild}"),
        format!("/-/login?iss={wild}"),
        format!("/-/callback?state={wild}&error={wild}"),
        format!("/-/share?x={wild}"),
        format!("/-/signed-out?state={wild}"),
        format!("/{wild}"),
    ] {
        let page = nobody.visit(&address).await;
        assert!(page.status < 500, "{address}: {page:?}");
        tame(&page.body, &address);
    }
    for said in [
        format!("error={wild}"),
        format!("error=access_denied&error_description={wild}"),
        format!("error={wild}%0d%0a&error_uri={wild}"),
    ] {
        let (state, _) = begin(&mut nobody).await;
        let page = nobody.visit(&format!("/-/callback?state={state}&{said}")).await;
        assert_eq!(page.status, 400, "{said}");
        tame(&page.body, &said);
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    }
}
