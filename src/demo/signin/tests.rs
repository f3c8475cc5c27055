use http::Method;

use super::*;

const CALLBACK: &str = "http://127.0.0.1:1/-/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of the verifier above: the example of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn sign_in() -> SignIn {
    let person = Person {
        sub: "ada".into(),
        name: "Ada <b>".into(),
        email: "ada@acme.example".into(),
        email_verified: true,
        claims: json!({"groups": ["staff"], "sub": "somebody else"}).as_object().unwrap().clone(),
        note: "sees everything".into(),
    };
    SignIn::new(Settings {
        issuer: "http://127.0.0.1:2".into(),
        client_id: "tollgate".into(),
        client_secret: "a secret & more".into(),
        redirect_uris: vec![CALLBACK.into()],
        people: vec![person],
    })
    .unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    let mut url = Url::parse("query:").unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap().to_owned()
}

fn asking() -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", "tollgate"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

fn asked(method: Method, path: &str, query: String, body: String) -> Asked {
    Asked { method, path: path.into(), query, headers: HeaderMap::new(), body: body.into() }
}

fn code(sign_in: &SignIn) -> String {
    let reply = sign_in.answer(&asked(Method::POST, "/authorize", query(&asking()), "sub=ada".into()), 0);
    let location = Url::parse(reply.headers()["location"].to_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with(CALLBACK));
    let params = Params::of(location.query().unwrap());
    assert_eq!((params.get("state"), params.get("iss")), (Some("s"), Some("http://127.0.0.1:2")));
    params.get("code").unwrap().to_owned()
}

fn trade(sign_in: &SignIn, changes: &[(&str, &str)], code: &str, now: i64) -> Result<Value, String> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", "tollgate"),
        ("client_secret", "a secret & more"),
    ];
    for (name, value) in changes {
        form.retain(|(key, _)| key != name);
        form.push((name, value));
    }
    let reply = sign_in.answer(&asked(Method::POST, "/token", String::new(), query(&form)), now);
    let answer: Value = serde_json::from_slice(reply.body()).unwrap();
    if reply.status() == 200 { Ok(answer) } else { Err(answer["error"].as_str().unwrap().to_owned()) }
}

fn claims(answer: &Value) -> Value {
    let token = answer["id_token"].as_str().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[test]
fn a_code_becomes_an_id_token_about_who_was_chosen() {
    let sign_in = sign_in();
    let answer = trade(&sign_in, &[], &code(&sign_in), 0).unwrap();
    let claims = claims(&answer);
    assert_eq!(claims["sub"], "ada");
    assert_eq!(claims["nonce"], "n");
    assert_eq!(claims["aud"], "tollgate");
    assert_eq!(claims["groups"], json!(["staff"]));
    let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer.parse().unwrap())]);
    let userinfo = sign_in.userinfo(&headers, 0);
    let userinfo: Value = serde_json::from_slice(userinfo.body()).unwrap();
    assert_eq!(userinfo["email"], "ada@acme.example");
    assert_eq!(sign_in.userinfo(&headers, ACCESS).status(), 401);
}

#[test]
fn a_code_is_good_once_for_a_minute_and_for_who_asked() {
    let sign_in = sign_in();
    let grant = |error: &str| Err(error.to_owned());
    for (changes, now, expected) in [
        (vec![("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXx")], 0, "invalid_grant"),
        (vec![("code_verifier", "")], 0, "invalid_grant"),
        (vec![("redirect_uri", "http://127.0.0.1:1/-/callback/")], 0, "invalid_grant"),
        (vec![("code", "guessed")], 0, "invalid_grant"),
        (vec![], CODE, "invalid_grant"),
        (vec![("client_secret", "wrong")], 0, "invalid_client"),
        (vec![("client_id", "other")], 0, "invalid_client"),
        (vec![("grant_type", "password")], 0, "unsupported_grant_type"),
    ] {
        assert_eq!(trade(&sign_in, &changes, &code(&sign_in), now), grant(expected), "{changes:?} at {now}");
    }
    let code = code(&sign_in);
    assert!(trade(&sign_in, &[], &code, 0).is_ok());
    assert_eq!(trade(&sign_in, &[], &code, 0), grant("invalid_grant"));
    let spoilt = self::code(&sign_in);
    assert!(trade(&sign_in, &[("code_verifier", "wrong")], &spoilt, 0).is_err());
    assert_eq!(trade(&sign_in, &[], &spoilt, 0), grant("invalid_grant"), "a failed try uses the code up");
}

#[test]
fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let sign_in = sign_in();
    for (name, value) in [
        ("redirect_uri", "http://127.0.0.1:1/-/callback?x=1"),
        ("redirect_uri", "https://evil.example/"),
        ("client_id", "other"),
        ("code_challenge_method", "plain"),
        ("code_challenge", "short"),
        ("response_type", "token"),
        ("scope", "email"),
    ] {
        let mut pairs = asking();
        pairs.retain(|(key, _)| *key != name);
        pairs.push((name, value));
        for (method, body) in [(Method::GET, ""), (Method::POST, "sub=ada")] {
            let reply = sign_in.answer(&asked(method, "/authorize", query(&pairs), body.into()), 0);
            assert_eq!((reply.status(), reply.headers().get("location")), (StatusCode::BAD_REQUEST, None), "{name}");
        }
    }
}

#[test]
fn the_page_shows_everybody_and_escapes_what_they_are_called() {
    let sign_in = sign_in();
    let mut pairs = asking();
    pairs.push(("ui", "\"><script>alert(1)</script>"));
    let reply = sign_in.answer(&asked(Method::GET, "/authorize", query(&pairs), String::new()), 0);
    let page = std::str::from_utf8(reply.body()).unwrap();
    assert!(page.contains("Ada &lt;b&gt;") && page.contains("sees everything"), "{page}");
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
}

#[test]
fn signing_out_leads_back_only_to_a_site_that_signs_in_here() {
    let sign_in = sign_in();
    let leads = |to: &str| {
        let reply = sign_in.end_session(&Params::of(&query(&[("post_logout_redirect_uri", to), ("state", "s")])));
        reply.headers().get("location").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(leads("http://127.0.0.1:1/-/signed-out").as_deref(), Some("http://127.0.0.1:1/-/signed-out?state=s"));
    assert_eq!((leads("https://evil.example/"), leads("javascript:alert(1)")), (None, None));
}

#[tokio::test]
async fn it_serves_on_loopback_only() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let settings = sign_in().settings;
    let refused = serve(listener, settings, std::future::pending()).await;
    assert!(matches!(refused, Err(Error::NotLoopback(_))));
}

#[test]
fn the_key_set_and_the_description_fit_together() {
    let sign_in = sign_in();
    let read = |path: &str| -> Value {
        let reply = sign_in.answer(&asked(Method::GET, path, String::new(), String::new()), 0);
        serde_json::from_slice(reply.body()).unwrap()
    };
    assert_eq!(read("/.well-known/openid-configuration")["issuer"], "http://127.0.0.1:2");
    assert_eq!(read("/keys")["keys"][0]["alg"], "ES256");
}
