//! Sessions that the provider ends (OpenID Connect Back-Channel Logout 1.0).

use serde_json::{Value, json};

use crate::edge::now;
use crate::edge::tests::provider::{ADMIN, FORM, Hostile, but, by_hand, encode, jwk, made, symmetric};
use crate::edge::tests::site::{Browser, POLL, Page};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A provider that signs logout tokens with the shared pairs, beside a key of its own.
async fn start() -> Hostile {
    let hostile = Hostile::start().await;
    let named = |algorithm: &str| but(jwk(algorithm), &json!({ "kid": algorithm }));
    let keys = json!([hostile.key.jwk(), named("ES256"), named("RS256"), named("EdDSA")]);
    hostile.plan(|plan| plan.keys = json!({ "keys": keys }));
    hostile
}

fn header(algorithm: &str) -> Value {
    let kid = if algorithm == "PS256" { "RS256" } else { algorithm };
    json!({"alg": algorithm, "kid": kid, "typ": "logout+jwt"})
}

/// A right logout token's claims: of both the person and the session.
fn claims(hostile: &Hostile) -> Value {
    let id = crate::keys::random_id().unwrap();
    json!({
        "iss": hostile.site.issuer, "aud": "tollgate", "sub": "ada", "sid": "at-provider", "iat": now(),
        "exp": now() + 120, "jti": id, "events": {EVENT: {}},
    })
}

/// As the provider sends it: without cookies or an origin, from an address of its own.
async fn post(hostile: &Hostile, form: &str) -> Page {
    Browser::new(&hostile.site).send("POST", "/-/backchannel-logout", &[FORM], form).await
}

async fn tell(hostile: &Hostile, token: &str) -> Page {
    post(hostile, &format!("logout_token={token}")).await
}

#[tokio::test]
async fn a_correct_logout_token_is_answered_with_200_and_the_session_is_gone_everywhere() {
    let mut hostile = start().await;
    let (other, _) = hostile.site.edge(600, 3600).await;
    let there = format!("{other}{ADMIN}");
    for (row, algorithm, typ, meant) in [
        ("by sid", "ES256", json!("logout+jwt"), json!({"sub": null})),
        ("by sub", "RS256", json!("logout+jwt"), json!({"sid": null})),
        ("by both", "PS256", json!("logout+jwt"), json!({})),
        ("by both, EdDSA", "EdDSA", json!("logout+jwt"), json!({})),
        ("typ JWT", "ES256", json!("JWT"), json!({})),
        ("typ absent", "ES256", json!(null), json!({})),
        ("typ in full", "ES256", json!("application/logout+jwt"), json!({})),
        ("without exp", "ES256", json!("logout+jwt"), json!({"exp": null})),
        ("several audiences", "ES256", json!("logout+jwt"), json!({"aud": ["other", "tollgate"]})),
    ] {
        // Each row has a session at the provider of its own: one that is ended stays so.
        let sid = json!({"sid": row});
        let mut ada = hostile.signed_in(&sid).await;
        let mut stranger = hostile.signed_in(&json!({"sub": "bob", "sid": "of bob"})).await;
        let cookie = format!("tollgate={}", ada.jar["tollgate"]);
        let elsewhere = [("cookie", cookie.as_str())];
        assert_eq!(Browser::new(&hostile.site).send("GET", &there, &elsewhere, "").await.status, 200, "{row}");
        let token = made(&but(header(algorithm), &json!({ "typ": typ })), &but(but(claims(&hostile), &sid), &meant));
        let reply = tell(&hostile, &token).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{row}: {reply:?}");
        assert_eq!(reply.headers["cache-control"], "no-store", "{row}");
        assert_eq!(ada.fetch(ADMIN).await.status, 401, "{row}");
        assert_eq!(stranger.fetch(ADMIN).await.status, 200, "{row}: nobody else's");
        tokio::time::sleep(POLL * 6).await;
        assert_eq!(Browser::new(&hostile.site).send("GET", &there, &elsewhere, "").await.status, 401, "{row}");
        // Whoever signs in within the second in which all of theirs was ended begins a second later.
        tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    }
}

#[tokio::test]
async fn a_logout_token_of_one_session_leaves_the_others_of_that_person() {
    let hostile = start().await;
    let mut first = hostile.signed_in(&json!({"sid": "first"})).await;
    let mut second = hostile.signed_in(&json!({"sid": "second"})).await;
    let token = made(&header("ES256"), &but(claims(&hostile), &json!({"sid": "first"})));
    assert_eq!(tell(&hostile, &token).await.status, 200);
    assert_eq!((first.fetch(ADMIN).await.status, second.fetch(ADMIN).await.status), (401, 200));
    let unknown = made(&header("ES256"), &but(claims(&hostile), &json!({"sid": "never seen", "sub": null})));
    assert_eq!(tell(&hostile, &unknown).await.status, 200, "a session that is over already is no error");
    assert_eq!(second.fetch(ADMIN).await.status, 200);
}

/// Fails unless the reply is a refusal that says so and ends nothing.
async fn refused(row: &str, reply: &Page, ada: &mut Browser) {
    assert_eq!(reply.status, 400, "{row}: {reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store", "{row}");
    assert!(!reply.headers.contains_key("set-cookie"), "{row}");
    assert_eq!(ada.fetch(ADMIN).await.status, 200, "{row}: the session was ended");
}

#[tokio::test]
async fn a_logout_token_that_is_wrong_in_one_claim_is_refused_and_ends_nothing() {
    let hostile = start().await;
    let mut ada = hostile.signed_in(&json!({"sid": "at-provider"})).await;
    for (row, other) in [
        ("wrong issuer", json!({"iss": "https://evil.example"})),
        ("no issuer", json!({"iss": null})),
        ("wrong audience", json!({"aud": "other"})),
        ("no audience", json!({"aud": null})),
        ("no events", json!({"events": null})),
        ("wrong event", json!({"events": {"http://schemas.openid.net/event/other": {}}})),
        ("no event among them", json!({"events": {}})),
        ("array events", json!({"events": [EVENT]})),
        ("string events", json!({"events": EVENT})),
        ("event of another kind", json!({"events": {EVENT: "{}"}})),
        ("a nonce", json!({"nonce": "n"})),
        ("an empty nonce", json!({"nonce": ""})),
        ("no jti", json!({"jti": null})),
        ("a number as jti", json!({"jti": 7})),
        ("no iat", json!({"iat": null})),
        ("old iat", json!({"iat": now() - 3_600})),
        ("future iat", json!({"iat": now() + 3_600})),
        ("text as iat", json!({"iat": now().to_string()})),
        ("expired", json!({"exp": now() - 120})),
        ("neither sub nor sid", json!({"sub": null, "sid": null})),
        ("a number as sub", json!({"sub": 7})),
        ("a list as sid", json!({"sid": ["at-provider"]})),
    ] {
        for algorithm in ["ES256", "RS256"] {
            let token = made(&header(algorithm), &but(claims(&hostile), &other));
            refused(&format!("{row}, {algorithm}"), &tell(&hostile, &token).await, &mut ada).await;
        }
    }
    let token = made(&header("ES256"), &claims(&hostile));
    assert_eq!(tell(&hostile, &token).await.status, 200, "the right one is still obeyed");
    assert_eq!(ada.fetch(ADMIN).await.status, 401);
}

#[tokio::test]
async fn a_logout_token_that_is_signed_wrongly_is_refused_and_ends_nothing() {
    let hostile = start().await;
    let mut ada = hostile.signed_in(&json!({"sid": "at-provider"})).await;
    let used = hostile.plan.lock().unwrap().id_token.clone();
    let claims = || claims(&hostile);
    let typed = |algorithm: &str, typ: &str| made(&but(header(algorithm), &json!({ "typ": typ })), &claims());
    let good = made(&header("ES256"), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let public = jwk("RS256");
    let confused = json!({"alg": "HS256", "kid": "RS256"});
    let hmac = |key: &[u8]| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
        by_hand(&confused, &claims(), |text| aws_lc_rs::hmac::sign(&key, text).as_ref().to_vec())
    };
    for (row, token) in [
        ("alg none", made(&json!({"alg": "none", "typ": "logout+jwt"}), &claims())),
        ("alg none with a kid", made(&json!({"alg": "none", "kid": "ES256"}), &claims())),
        ("HS256 with the client's secret", symmetric(b"a secret", &claims())),
        ("HS256 with a public key", hmac(public.to_string().as_bytes())),
        ("HS256 with a public modulus", hmac(public["n"].as_str().unwrap().as_bytes())),
        ("wrong algorithm", format!("{}.{}.{}", encode(&header("RS256")), parts[1], parts[2])),
        ("an algorithm that is not accepted", typed("RS512", "JWT")),
        ("a key by a name it does not have", made(&json!({"alg": "ES256", "kid": "other"}), &claims())),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("other claims", format!("{}.{}.{}", parts[0], encode(&claims()), parts[2])),
        ("another kind of token", typed("ES256", "at+jwt")),
        ("a critical extension", made(&json!({"alg": "ES256", "kid": "ES256", "crit": ["x"], "x": 1}), &claims())),
        ("an ID token", hostile.good("n")),
        ("an ID token without a nonce", hostile.but("n", &json!({"nonce": null, "jti": "j"}))),
        ("an ID token that was used", used),
        ("a session", ada.jar["tollgate"].clone()),
        ("nothing", String::new()),
        ("no token", "no-token".into()),
        ("a long one", "x".repeat(20_000)),
    ] {
        refused(row, &tell(&hostile, &token).await, &mut ada).await;
    }
    assert_eq!(tell(&hostile, &good).await.status, 200, "the right one is still obeyed");
}

#[tokio::test]
async fn a_logout_token_that_is_sent_wrongly_or_again_is_refused_and_ends_nothing() {
    let hostile = start().await;
    let replayed = made(&header("ES256"), &but(claims(&hostile), &json!({"sid": "before"})));
    assert_eq!(tell(&hostile, &replayed).await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    let mut ada = hostile.signed_in(&json!({"sid": "at-provider"})).await;
    refused("replayed", &tell(&hostile, &replayed).await, &mut ada).await;
    let jti = claims(&hostile)["jti"].clone();
    let (first, second) = (json!({"jti": jti, "sid": "before"}), json!({ "jti": jti }));
    assert_eq!(tell(&hostile, &made(&header("ES256"), &but(claims(&hostile), &first))).await.status, 200);
    let again = made(&header("RS256"), &but(claims(&hostile), &second));
    refused("replayed jti in another token", &tell(&hostile, &again).await, &mut ada).await;

    let good = made(&header("ES256"), &claims(&hostile));
    let form = format!("logout_token={good}");
    refused("two parameters", &post(&hostile, &format!("{form}&{form}")).await, &mut ada).await;
    refused("two parameters, one escaped", &post(&hostile, &format!("{form}&logout%5Ftoken={good}")).await, &mut ada)
        .await;
    refused("no parameter", &post(&hostile, "token=x").await, &mut ada).await;
    refused("an empty form", &post(&hostile, "").await, &mut ada).await;
    let address = format!("/-/backchannel-logout?{form}");
    let mut sender = Browser::new(&hostile.site);
    refused("in the query", &sender.send("POST", &address, &[FORM], "").await, &mut ada).await;
    refused("no form", &sender.send("POST", &address, &[], "").await, &mut ada).await;
    let json = [("content-type", "application/json")];
    let body = json!({ "logout_token": good }).to_string();
    refused("JSON", &sender.send("POST", "/-/backchannel-logout", &json, &body).await, &mut ada).await;
    let text = [("content-type", "text/plain")];
    refused("text", &sender.send("POST", "/-/backchannel-logout", &text, &form).await, &mut ada).await;
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
        let reply = sender.send(method, &address, &[FORM], "").await;
        assert_eq!((reply.status, &reply.headers["allow"]), (405, &"POST".parse().unwrap()), "{method}");
        assert_eq!(reply.headers["cache-control"], "no-store", "{method}");
    }
    let large = post(&hostile, &format!("{form}&x={}", "x".repeat(40_000))).await;
    assert_eq!((large.status, large.headers["cache-control"].to_str().unwrap()), (413, "no-store"));
    assert_eq!(ada.fetch(ADMIN).await.status, 200);
    assert_eq!(post(&hostile, &form).await.status, 200, "the right one is still obeyed");
    assert_eq!(ada.fetch(ADMIN).await.status, 401);
}

#[tokio::test]
async fn a_logout_token_that_cannot_be_checked_now_is_to_be_sent_again() {
    let hostile = start().await;
    let mut ada = hostile.signed_in(&json!({"sid": "at-provider"})).await;
    let next = crate::keys::ProviderKey::generate().unwrap();
    let token = next.sign(&claims(&hostile)).unwrap();
    hostile.plan(|plan| _ = plan.instead.insert("/keys", (503, "{}".into())));
    let reply = tell(&hostile, &token).await;
    assert_eq!((reply.status, &reply.headers["cache-control"]), (503, &"no-store".parse().unwrap()));
    assert!(reply.headers.contains_key("retry-after"));
    assert_eq!(ada.fetch(ADMIN).await.status, 200);
}
