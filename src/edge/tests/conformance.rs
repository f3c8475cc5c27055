//! The OpenID Foundation's tests for a relying party: the provider plays each row, and the row's expectation is held.
//!
//! Here: ID tokens, keys, userinfo and discovery. The parts hold the rest.

mod backchannel;
mod client;
mod elsewhere;
mod leaving;
mod renewal;

use serde_json::{Value, json};

use super::provider::{ADMIN, Hostile, begin, but, encode, jwk, made, parameter, symmetric};
use super::site::Browser;
use crate::keys::ProviderKey;

const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// A provider with one key for each algorithm, named after it.
async fn with_every_key() -> Hostile {
    let hostile = Hostile::start().await;
    // RS256 and PS256 are two ways to use one key, so each is listed under both names.
    let keys = ALGORITHMS.map(|algorithm| but(jwk(algorithm), &json!({ "kid": algorithm })));
    hostile.plan(|plan| plan.keys = json!({ "keys": keys }));
    hostile
}

fn header(algorithm: &str) -> Value {
    json!({"alg": algorithm, "kid": algorithm, "typ": "JWT"})
}

#[tokio::test]
async fn the_provider_behaves_and_signs_with_each_algorithm() {
    let hostile = with_every_key().await;
    for algorithm in ALGORITHMS {
        let mut ada = Browser::new(&hostile.site);
        let page = hostile.sign_in(&mut ada, |nonce| made(&header(algorithm), &hostile.claims(nonce))).await;
        assert_eq!((page.location(), ada.fetch(ADMIN).await.status), (ADMIN, 200), "{algorithm}");
    }
}

#[tokio::test]
async fn an_id_token_that_is_wrong_in_one_claim_makes_no_session_whatever_signed_it() {
    let hostile = with_every_key().await;
    for algorithm in ALGORITHMS {
        for (row, other) in [
            ("wrong iss", json!({"iss": "https://evil.example"})),
            ("missing iss", json!({"iss": null})),
            ("missing sub", json!({"sub": null})),
            ("wrong aud", json!({"aud": "other"})),
            ("wrong aud in a list", json!({"aud": ["other"]})),
            ("missing aud", json!({"aud": null})),
            ("missing iat", json!({"iat": null})),
            ("missing exp", json!({"exp": null})),
            ("wrong nonce", json!({"nonce": "another"})),
            ("missing nonce", json!({"nonce": null})),
            ("wrong azp", json!({"aud": ["tollgate"], "azp": "other"})),
        ] {
            let token = |nonce: &str| made(&header(algorithm), &but(hostile.claims(nonce), &other));
            hostile.refuses(&format!("{row}, {algorithm}"), token).await;
        }
    }
}

/// The same token with another last byte but one of its signature.
fn spoilt(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{other}{}", &signature[1..])
}

#[tokio::test]
async fn an_id_token_with_a_bad_signature_or_none_makes_no_session() {
    let hostile = with_every_key().await;
    for algorithm in ALGORITHMS {
        let good = |nonce: &str| made(&header(algorithm), &hostile.claims(nonce));
        hostile.refuses(&format!("bad signature, {algorithm}"), |nonce| spoilt(&good(nonce))).await;
        let cut = |nonce: &str| format!("{}.", good(nonce).rsplit_once('.').unwrap().0);
        hostile.refuses(&format!("no signature, {algorithm}"), cut).await;
        let by_other = |nonce: &str| {
            let other = if algorithm == "ES256" { "RS256" } else { "ES256" };
            let token = made(&header(other), &hostile.claims(nonce));
            let (signed, signature) = token.rsplit_once('.').unwrap();
            format!("{}.{}.{signature}", encode(&header(algorithm)), signed.split_once('.').unwrap().1)
        };
        hostile.refuses(&format!("signature of another kind, {algorithm}"), by_other).await;
    }
    hostile.refuses("HS256 with the client's secret", |nonce| symmetric(b"a secret", &hostile.claims(nonce))).await;
    let bad = |nonce: &str| spoilt(&symmetric(b"a secret", &hostile.claims(nonce)));
    hostile.refuses("bad signature, HS256", bad).await;
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        for kid in [json!(null), json!("ES256")] {
            let header = but(json!({"alg": algorithm, "typ": "JWT"}), &json!({ "kid": kid }));
            let row = format!("alg {algorithm:?}, {header}");
            hostile.refuses(&row, |nonce| made(&header, &hostile.claims(nonce))).await;
        }
    }
}

#[tokio::test]
async fn a_token_without_a_kid_fits_the_one_key_or_one_of_several() {
    let hostile = Hostile::start().await;
    let others: Vec<Value> =
        (0..3).map(|_| but(ProviderKey::generate().unwrap().jwk(), &json!({"alg": null}))).collect();
    let sign = |algorithm: &str, nonce: &str| made(&json!({ "alg": algorithm }), &hostile.claims(nonce));
    for algorithm in ALGORITHMS {
        let own = jwk(algorithm);
        for (row, keys) in [
            ("no kid and one key", json!([own])),
            ("no kid and several keys, the right one last", json!([others[0], others[1], jwk("RS256"), own])),
            ("no kid and several keys, the right one first", json!([own, others[0], others[1]])),
        ] {
            // Each set of keys is met by an edge that knows none yet.
            let hostile = Hostile::start().await;
            hostile.plan(|plan| plan.keys = json!({ "keys": keys }));
            let mut ada = Browser::new(&hostile.site);
            let page = hostile.sign_in(&mut ada, |nonce| made(&json!({ "alg": algorithm }), &hostile.claims(nonce)));
            assert_eq!(page.await.location(), ADMIN, "{row}, {algorithm}");
        }
    }
    hostile.plan(|plan| plan.keys = json!({ "keys": others }));
    hostile.refuses("no kid and several keys, none right", |nonce| sign("ES256", nonce)).await;
}

#[tokio::test]
async fn a_signing_key_that_rotates_between_sign_ins_or_just_before_signing_works() {
    for (row, overlap) in [("between sign-ins", true), ("just before signing", false)] {
        let hostile = Hostile::start().await;
        let next = ProviderKey::generate().unwrap();
        let mut ada = Browser::new(&hostile.site);
        assert_eq!(hostile.sign_in(&mut ada, |nonce| hostile.good(nonce)).await.location(), ADMIN, "{row}");
        if overlap {
            // The new key is announced first, and signs from the next sign-in on.
            hostile.plan(|plan| plan.keys = json!({ "keys": [hostile.key.jwk(), next.jwk()] }));
        }
        let (state, nonce) = begin(&mut ada).await;
        if !overlap {
            hostile.plan(|plan| plan.keys = json!({ "keys": [next.jwk()] }));
        }
        hostile.plan(|plan| plan.id_token = next.sign(&hostile.claims(&nonce)).unwrap());
        let page = ada.visit(&format!("/-/callback?code=c&state={state}")).await;
        assert_eq!((page.location(), ada.fetch(ADMIN).await.status), (ADMIN, 200), "{row}");
    }
}

#[tokio::test]
async fn userinfo_about_another_sub_is_rejected() {
    let hostile = Hostile::start().await;
    let bare = json!({"groups": null});
    for (row, userinfo) in [
        ("another sub", json!({"sub": "eve", "groups": "admin"})),
        ("no sub", json!({"groups": "admin"})),
        ("sub of another kind", json!({"sub": ["ada"], "groups": "admin"})),
        ("sub in other case", json!({"sub": "ADA", "groups": "admin"})),
        ("no object", json!(["ada"])),
    ] {
        let mut ada = Browser::new(&hostile.site);
        hostile.plan(|plan| plan.userinfo = userinfo);
        let page = hostile.sign_in(&mut ada, |nonce| hostile.but(nonce, &bare)).await;
        assert_eq!((page.status, ada.jar.contains_key("tollgate")), (400, false), "{row}: {page:?}");
    }
}

#[tokio::test]
async fn a_profile_that_is_only_in_userinfo_is_asked_for_and_used() {
    let hostile = Hostile::start().await;
    let mut ada = Browser::new(&hostile.site);
    let login = ada.depart("/-/login?return=/-/me").await;
    let scope = parameter(login.location(), "scope").unwrap();
    assert_eq!(scope.split(' ').collect::<Vec<_>>(), ["openid", "profile", "email"]);
    hostile.plan(|plan| {
        plan.userinfo = json!({
            "sub": "ada", "name": "Ada Lovelace", "email": "ada@profile.example", "email_verified": true,
        });
    });
    let bare = json!({"name": null, "email": null, "email_verified": null});
    hostile.sign_in(&mut ada, |nonce| hostile.but(nonce, &bare)).await;
    let me = ada.visit("/-/me").await.body;
    assert!(me.contains("Ada Lovelace") && me.contains("ada@profile.example") && me.contains("verified"), "{me}");
    assert!(hostile.asked().iter().any(|path| path == "/userinfo"));
}

#[tokio::test]
async fn metadata_that_names_another_issuer_stops_before_authorizing() {
    for row in ["https://evil.example", "with a slash", "in other case"] {
        let hostile = Hostile::start().await;
        let other = match row {
            "with a slash" => format!("{}/", hostile.site.issuer),
            "in other case" => hostile.site.issuer.replace("http:", "HTTP:"),
            other => other.to_owned(),
        };
        hostile.plan(|plan| plan.description["issuer"] = json!(other));
        let page = Browser::new(&hostile.site).depart("/-/login?provider=main").await;
        assert_eq!(page.status, 503, "{row}: {page:?}");
        assert_eq!(hostile.asked(), ["/.well-known/openid-configuration"], "{row}: nothing that it names is asked");
    }
}
