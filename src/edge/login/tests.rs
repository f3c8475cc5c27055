//! One provider over real sockets, asked as often and as hard as somebody may like.

mod provided;

use std::time::Instant;

use serde_json::json;

use super::*;
use crate::edge::now;
use crate::keys::ProviderKey;
use provided::{DESCRIPTION, Provided, ask};

fn query(url: &str) -> Vec<(String, String)> {
    url.parse::<Url>().unwrap().query_pairs().into_owned().collect()
}

fn why<T>(result: Result<T, Fault>) -> String {
    match result {
        Ok(_) => panic!("this should not pass"),
        Err(Fault::Down(why)) => format!("down: {why}"),
        Err(Fault::Refused(why)) => format!("refused: {why}"),
    }
}

#[tokio::test]
async fn a_sign_in_asks_for_everything_once_and_says_how_the_answer_must_come_back() {
    let provided = Provided::start().await;
    let asked = |prompt, login_hint| Ask { login_hint, ..ask(prompt) };
    for (ask, more) in [
        (asked(Prompt::None, None), vec![]),
        (asked(Prompt::Another, None), vec![("prompt", "login")]),
        (asked(Prompt::Silent, Some("ada@x")), vec![("login_hint", "ada@x"), ("prompt", "none")]),
    ] {
        let Begun { url, attempt } = provided.login().begin(ask).await.unwrap();
        let sent = query(&url);
        let get = |name: &str| {
            let mut values = sent.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            (values.next(), values.next())
        };
        for (name, value) in [
            ("tenant", "a"),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("client_id", "tollgate"),
            ("redirect_uri", "https://tollgate.example/-/callback"),
            ("scope", "openid profile"),
            ("code_challenge_method", "S256"),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
        ] {
            assert_eq!(get(name), (Some(value), None), "{name} in {url}");
        }
        let optional = ["login_hint", "prompt"];
        let found: Vec<_> = optional.iter().filter_map(|name| Some((*name, get(name).0?))).collect();
        assert_eq!(found, more, "{url}");
        assert!(!url.contains(&attempt.verifier) && attempt.state != attempt.nonce);
        assert_eq!((attempt.provider.as_str(), attempt.back.as_str()), ("main", "/x"));
    }
    assert_eq!((provided.asked(DESCRIPTION), provided.asked("/keys")), (1, 1));
}

#[tokio::test]
async fn a_right_answer_brings_claims_the_token_and_the_providers_own_session() {
    let provided = Provided::start().await;
    let signed = provided.signed_in(json!({"sid": "s", "groups": ["a"]}), json!({}), &["groups"]).await.unwrap();
    assert_eq!((signed.claims["iss"].as_str(), signed.claims["sub"].as_str()), (Some(&*provided.issuer), Some("7")));
    assert_eq!((signed.sid.as_deref(), signed.id_token.split('.').count()), (Some("s"), 3));
    assert_eq!(provided.asked("/userinfo"), 0, "nothing was missing");
    let long = provided.signed_in(json!({"sid": "x".repeat(256)}), json!({}), &[]).await.unwrap();
    assert_eq!(long.sid, None);
    let mut other = provided.login().begin(ask(Prompt::None)).await.unwrap().attempt;
    other.provider = "labs".into();
    assert!(provided.login().finish(&other, "c", &BTreeSet::new(), now()).await.is_err(), "of another provider");
}

#[tokio::test]
async fn userinfo_is_asked_with_a_right_token_only_and_believed_about_the_same_person_only() {
    let provided = Provided::start().await;
    provided.answer("/userinfo", 200, json!({"sub": "7", "groups": ["a"], "sid": "evil", "iss": "https://evil"}));
    for (change, answer) in [
        (json!({"nonce": "other"}), json!({})),
        (json!({"aud": ["tollgate", "other"]}), json!({})),
        (json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), json!({})),
        (json!({}), json!({"id_token": "e30.e30.e30"})),
    ] {
        assert!(why(provided.signed_in(change, answer, &["groups"]).await).starts_with("refused: "));
    }
    assert_eq!(provided.asked("/userinfo"), 0);
    let signed = provided.signed_in(json!({}), json!({}), &["groups"]).await.unwrap();
    assert_eq!((signed.claims["groups"].clone(), signed.sid), (json!(["a"]), None));
    assert_eq!(signed.claims["iss"], json!(provided.issuer));
    let bare = provided.signed_in(json!({}), json!({"token_type": "DPoP"}), &["groups"]).await.unwrap();
    assert!(!bare.claims.contains_key("groups"), "an access token of another kind is not used");
    for (status, answer, fault) in [
        (200, json!({"sub": "8", "groups": ["a"]}), "refused: the userinfo answer is about somebody else"),
        (200, json!({"groups": ["a"]}), "refused: the userinfo answer is about somebody else"),
        (200, json!("eyJhbGciOiJFUzI1NiJ9.e30.c2ln"), "refused: userinfo was answered with a signed token"),
        (200, json!(["a"]), "refused: the userinfo answer is no JSON object"),
        (302, json!({"sub": "7"}), "down: userinfo was answered with 302"),
    ] {
        provided.answer("/userinfo", status, answer);
        let found = why(provided.signed_in(json!({}), json!({}), &["groups"]).await);
        assert!(found.starts_with(fault), "{found}");
    }
    provided.answer("/userinfo", 500, json!({}));
    assert!(provided.signed_in(json!({"email": null}), json!({}), &["email"]).await.is_ok(), "null is an answer");
}

#[tokio::test]
async fn a_refused_code_is_told_by_its_short_name_and_never_with_what_was_sent() {
    let provided = Provided::start().await;
    let attempt = provided.login().begin(ask(Prompt::None)).await.unwrap().attempt;
    let finish = || async { why(provided.login().finish(&attempt, "c0de-1", &BTreeSet::new(), now()).await) };
    for (status, answer, expected) in [
        (400, json!({"error": "invalid_grant", "error_description": "a\nb"}), "did not accept the code: invalid_grant"),
        (401, json!({"error": "<script>\r\nx"}), "did not accept the code: scriptx"),
        (401, json!({"error": "invalid_client"}), "did not accept this site's own credential: invalid_client"),
        (302, json!({}), "did not accept the code: no reason given"),
        (200, json!({"access_token": "a"}), "holds no ID token"),
        (200, json!([]), "holds no ID token"),
        (503, json!({}), "down: the provider answered 503"),
    ] {
        provided.answer("/token", status, answer);
        let found = finish().await;
        assert!(found.contains(expected), "{found}");
        for secret in ["a secret", "YSBzZWNyZXQ", "c0de-1", attempt.verifier.as_str()] {
            assert!(!found.contains(secret), "{found}");
        }
    }
}

#[tokio::test]
async fn nothing_that_a_wrong_description_names_is_asked() {
    for more in [
        json!({"issuer": "https://evil.example"}),
        json!({"jwks_uri": "https://169.254.169.254/keys"}),
        json!({"token_endpoint": "http://192.0.2.1/token"}),
        json!({"userinfo_endpoint": "file:///etc/passwd"}),
        json!({"token_endpoint": null}),
    ] {
        let provided = Provided::start().await;
        provided.describe(more.clone());
        assert!(why(provided.login().begin(ask(Prompt::None)).await).starts_with("down: "), "{more}");
        assert_eq!((provided.asked(DESCRIPTION), provided.asked("/keys")), (1, 0), "{more}");
        assert!(provided.login().down() && !provided.login().reachable().await, "{more}");
    }
    let moved = Provided::start().await;
    moved.answer(DESCRIPTION, 302, json!({}));
    let found = why(moved.login().begin(ask(Prompt::None)).await);
    assert!(found.contains("redirects are not followed") && moved.asked("/keys") == 0, "{found}");
}

#[tokio::test]
async fn many_at_once_ask_once_and_who_hangs_up_does_not_make_the_next_one_ask_again() {
    let provided = Provided::start().await;
    provided.script.lock().unwrap().wait = Duration::from_millis(200);
    for _ in 0..5 {
        let hurried = provided.login().begin(ask(Prompt::None));
        assert!(tokio::time::timeout(Duration::from_millis(20), hurried).await.is_err());
    }
    let all = futures::future::join_all((0..50).map(|_| provided.login().begin(ask(Prompt::None)))).await;
    assert!(all.iter().all(Result::is_ok));
    assert!(provided.login().reachable().await);
    assert_eq!((provided.asked(DESCRIPTION), provided.asked("/keys")), (1, 1));
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_at_a_pace_and_keeps_nobody_waiting() {
    let provided = Provided::start().await;
    provided.answer(DESCRIPTION, 500, json!({}));
    assert!(!provided.login().reachable().await && provided.login().down());
    for _ in 0..20 {
        assert!(!provided.login().reachable().await);
        assert!(why(provided.login().begin(ask(Prompt::None)).await).contains("500"));
    }
    assert_eq!(provided.asked(DESCRIPTION), 1);
    provided.describe(json!({}));
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let began = Instant::now();
    while !provided.login().reachable().await {
        assert!(began.elapsed() < Duration::from_secs(5), "it is up again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!provided.login().down());
    assert_eq!(provided.asked(DESCRIPTION), 2);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_keeps_one_person_waiting_for_a_second() {
    let provided = Provided::start().await;
    provided.script.lock().unwrap().wait = Duration::from_secs(2);
    let began = Instant::now();
    assert!(!provided.login().reachable().await);
    assert!(began.elapsed() < Duration::from_millis(1_900), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..20 {
        assert!(!provided.login().reachable().await && provided.login().down());
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    assert!(provided.login().begin(ask(Prompt::None)).await.is_ok(), "it does answer, late");
    assert!(provided.login().reachable().await && provided.asked(DESCRIPTION) == 1);
}

#[tokio::test]
async fn a_logout_token_is_believed_from_the_provider_only_and_strangers_cannot_make_us_ask() {
    let provided = Provided::start().await;
    let good = provided.logout_token(&provided.key, json!({"sid": "s", "aud": ["other", "tollgate"]}));
    assert_eq!(claimed(&good), provided.issuer);
    let read = provided.login().logout(&good, now()).await.unwrap();
    assert_eq!((read.sub.as_deref(), read.sid.as_deref(), read.jti.as_str()), (Some("7"), Some("s"), "j"));
    let asked = provided.asked("/keys");
    for change in
        [json!({"nonce": "n"}), json!({"events": {}}), json!({"aud": "other"}), json!({"iss": "https://evil"})]
    {
        let stranger = ProviderKey::generate().unwrap();
        for key in [&provided.key, &stranger] {
            let token = provided.logout_token(key, change.clone());
            assert!(why(provided.login().logout(&token, now()).await).starts_with("refused: "), "{change}");
        }
    }
    assert_eq!(provided.asked("/keys"), asked, "what is not meant for us is refused without a question");
    for _ in 0..10 {
        let stranger = ProviderKey::generate().unwrap();
        let token = provided.logout_token(&stranger, json!({}));
        assert!(why(provided.login().logout(&token, now()).await).contains("no key of the provider"));
    }
    assert_eq!(provided.asked("/keys"), asked + 1);

    let next = ProviderKey::generate().unwrap();
    provided.answer("/keys", 200, json!({"keys": [next.jwk()]}));
    let changed = Provided { key: next, ..provided };
    assert!(changed.signed_in(json!({}), json!({}), &[]).await.is_ok(), "a stranger does not use up its turn");
    assert!(changed.login().logout(&changed.logout_token(&changed.key, json!({})), now()).await.is_ok());
    assert_eq!(changed.asked("/keys"), asked + 2);
}

fn claimed(token: &str) -> String {
    logouttoken::claimed_issuer(token).unwrap()
}

#[tokio::test]
async fn an_answer_names_the_provider_that_was_asked_if_it_names_one_or_promised_to() {
    for (promised, iss, fits) in [
        (None, None, true),
        (None, Some(""), true),
        (None, Some("/"), false),
        (Some(true), None, false),
        (Some(true), Some(""), true),
        (Some(true), Some("x"), false),
        (Some(false), None, true),
        (Some(false), Some(".evil.example"), false),
    ] {
        let provided = Provided::start().await;
        if let Some(promised) = promised {
            provided.describe(json!({"authorization_response_iss_parameter_supported": promised}));
        }
        let iss = iss.map(|end| format!("{}{end}", provided.issuer));
        let answered = provided.login().answered(iss.as_deref()).await;
        assert_eq!(answered.is_ok(), fits, "{promised:?} {iss:?}");
    }
}

#[tokio::test]
async fn what_one_provider_signed_is_nothing_to_another() {
    let (ours, other) = (Provided::start().await, Provided::start().await);
    ours.answer("/keys", 200, json!({"keys": [ours.key.jwk(), other.key.jwk()]}));
    assert!(why(ours.signed_in(json!({"iss": other.issuer}), json!({}), &[]).await).contains("another issuer"));
    let token = other.logout_token(&other.key, json!({}));
    assert!(why(ours.login().logout(&token, now()).await).contains("another issuer"), "even with a key of ours");
    let attempt = ours.login().begin(ask(Prompt::None)).await.unwrap().attempt;
    let logout = ours.logout_token(&ours.key, json!({"nonce": attempt.nonce, "exp": now() + 60}));
    ours.answer("/token", 200, json!({"id_token": logout}));
    assert!(ours.login().logout(&logout, now()).await.is_err(), "a token with a nonce signs nobody out");
    let id_token = ours.signed_in(json!({}), json!({}), &[]).await.unwrap().id_token;
    assert!(ours.login().logout(&id_token, now()).await.is_err(), "an ID token signs nobody out");
    let logout = ours.logout_token(&ours.key, json!({"exp": now() + 60}));
    assert!(why(ours.signed_in(json!({}), json!({"id_token": logout}), &[]).await).contains("another sign-in"));
}

#[tokio::test]
async fn signing_out_at_the_provider_says_who_is_meant() {
    let provided = Provided::start().await;
    let parameters = |sub: Option<&'static str>, hint: Option<&'static str>| {
        let login = provided.login();
        async move { query(&login.end_session(sub, hint, "st").await.unwrap()) }
    };
    let mut expected = vec![
        ("client_id", "tollgate"),
        ("post_logout_redirect_uri", "https://tollgate.example/-/signed-out"),
        ("state", "st"),
    ];
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    let owned = |pairs: &[(&str, &str)]| {
        sorted(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    };
    assert_eq!(sorted(parameters(None, None).await), owned(&expected));
    expected.push(("logout_hint", "7"));
    assert_eq!(sorted(parameters(Some("7"), None).await), owned(&expected));
    expected.pop();
    expected.push(("id_token_hint", "e.y.J"));
    assert_eq!(sorted(parameters(Some("7"), Some("e.y.J")).await), owned(&expected));
}

#[tokio::test]
async fn the_policy_names_the_provider_before_and_after_it_was_asked() {
    let provided = Provided::start().await;
    let policy = || provided.providers.policy(false).to_str().unwrap().to_owned();
    assert!(policy().contains(&provided.issuer), "{}", policy());
    provided.describe(json!({"end_session_endpoint": "https://end.example/x"}));
    assert!(provided.login().begin(ask(Prompt::None)).await.is_ok());
    assert!(policy().contains(&format!("{} https://end.example;", provided.issuer)), "{}", policy());
}

#[test]
fn some_errors_only_say_that_the_provider_would_have_to_ask() {
    for error in ["login_required", "interaction_required", "consent_required", "account_selection_required"] {
        assert!(needs_interaction(error), "{error}");
    }
    for error in ["access_denied", "server_error", "invalid_request", "login_required ", ""] {
        assert!(!needs_interaction(error), "{error}");
    }
}
