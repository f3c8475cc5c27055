//! A GitHub App as the credential of a source.

use std::sync::{Mutex, OnceLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::stub::{Stub, reply};
use super::*;
use crate::demo::github::{Fault as SampleFault, SampleApp, SampleInstallation};
use crate::github::account::{Account, open};
use crate::github::credential::{App, Signer};
use crate::github::fault::Fault;
use crate::github::gate::Shut;

const APP: u64 = 12_345;

fn key() -> &'static KeyPair {
    static KEY: OnceLock<KeyPair> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

/// Signs as the program's own keys do; tests of those are with them.
fn sign(iss: &str, now: Timestamp) -> String {
    let encode = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let head = encode(serde_json::json!({ "typ": "JWT", "alg": "RS256" }));
    let now = now.timestamp();
    let claims = encode(serde_json::json!({ "iss": iss, "iat": now - 60, "exp": now + 540 }));
    let signed = format!("{head}.{claims}");
    let mut signature = vec![0; key().public_modulus_len()];
    key().sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn signer() -> Signer {
    Arc::new(|now| Ok(sign(&APP.to_string(), now).into()))
}

/// Settings with an App for a credential.
pub(super) fn app(api: &str, selectors: &[&str]) -> Settings {
    let app = App { id: APP.to_string(), installation: None, sign: signer() };
    Settings { credential: Credential::App(app), ..settings(api, selectors) }
}

fn named(settings: &mut Settings, installation: &str) {
    let Credential::App(app) = &mut settings.credential else { panic!("no App") };
    app.installation = Some(installation.into());
}

fn installed(id: u64, login: &str) -> SampleInstallation {
    SampleInstallation { id, login: login.into(), suspended: false, administration: true }
}

/// A sample with the App on these accounts.
pub(super) async fn stage(installations: &[SampleInstallation]) -> Stage {
    let stage = Stage::new().await;
    stage.sample.set_app(known(3_600, installations));
    stage
}

fn known(life: i64, installations: &[SampleInstallation]) -> SampleApp {
    let public_key = key().public_key().as_ref().to_vec();
    SampleApp { id: APP, public_key, life, installations: installations.to_vec() }
}

async fn refused(settings: &Settings) -> String {
    open(settings).await.map(|_| ()).unwrap_err().to_string()
}

async fn views(account: &Account, name: &str) -> Result<(), Fault> {
    let url = account.client.url(&format!("/repos/{name}/traffic/views")).unwrap();
    account.client.get(url).await.map(|_| ())
}

#[tokio::test]
async fn an_app_asks_for_each_account_with_a_token_of_its_own() {
    let stage = stage(&[installed(1, "Acme"), installed(2, "globex"), installed(3, "ada-lovelace")]).await;
    let accounts = open(&app(&stage.api, &["acme/*", "globex/lantern", "!acme/docs"])).await.unwrap();
    let owners: Vec<&str> = accounts.iter().filter_map(|account| account.owner.as_deref()).collect();
    assert_eq!(owners, ["Acme", "globex"], "nobody asks for what no selector names");
    assert!(accounts.iter().all(|account| account.installation && account.faults.is_empty()));
    assert!(accounts[0].serves("acme") && !accounts[0].serves("globex"));
    assert_eq!(stage.sample.granted(), 2);
    assert_eq!(views(&accounts[0], "acme/anvil").await, Ok(()));
    assert_eq!(views(&accounts[1], "globex/lantern").await, Ok(()));
    let fault = views(&accounts[1], "acme/anvil").await.unwrap_err();
    assert_eq!(fault.cause(), "GitHub refused (403): Resource not accessible by integration");
    assert_eq!(stage.sample.granted(), 2, "a token is good for more than one request");
    let asked: Vec<u64> = accounts.iter().map(|account| account.client.requests()).collect();
    assert_eq!(asked, [1 + 2, 3], "the listing of the installations, each token, and what was asked with it");
    assert_eq!(asked.iter().sum::<u64>(), stage.sample.served());
}

#[tokio::test]
async fn a_night_of_an_app_goes_like_any_other() {
    let stage = stage(&[installed(1, "acme"), installed(2, "globex")]).await;
    let (run, observations) = stage.collect_with(&app(&stage.api, &["acme/*"])).await;
    let run = run.unwrap();
    assert_eq!((run.outcomes.len(), run.failures(), run.faults.len()), (26, 0, 0), "{run:?}");
    assert!(observations.iter().any(|seen| seen.sighting.traits.is_some_and(|traits| traits.private)));
    assert_eq!((run.requests, stage.sample.granted()), (stage.sample.served(), 1));
    let shown = |asked: &crate::demo::github::Request| asked.headers["authorization"].to_str().unwrap().to_owned();
    let apart = stage.sample.requests().iter().filter(|asked| !shown(asked).starts_with("Bearer ghs_")).count();
    assert_eq!(apart, 2, "the App itself lists its installations and asks for a token");
}

#[tokio::test]
async fn a_token_of_a_person_is_one_account_that_is_not_asked_about() {
    let stage = Stage::new().await;
    let accounts = open(&stage.settings(&["acme/*", "globex/*"])).await.unwrap();
    assert!(accounts.len() == 1 && accounts[0].owner.is_none() && !accounts[0].installation);
    assert!(accounts[0].serves("acme") && accounts[0].serves("globex") && stage.sample.served() == 0);
}

#[tokio::test]
async fn installations_are_listed_to_the_last_page() {
    let mut many: Vec<SampleInstallation> = (1..=250).map(|id| installed(id, &format!("other-{id}"))).collect();
    many.push(installed(999, "acme"));
    let stage = stage(&many).await;
    let accounts = open(&app(&stage.api, &["acme/*"])).await.unwrap();
    assert_eq!((accounts.len(), stage.sample.granted()), (1, 1));
    let listed = stage.sample.requests().iter().filter(|asked| asked.path.contains("installations?")).count();
    assert_eq!(listed, 3);
}

#[tokio::test]
async fn a_suspended_installation_is_told_and_the_others_go_on() {
    let asleep = SampleInstallation { suspended: true, ..installed(1, "acme") };
    let stage = stage(&[asleep, installed(2, "globex")]).await;
    let accounts = open(&app(&stage.api, &["acme/*", "globex/*", "nowhere/*"])).await.unwrap();
    assert_eq!(accounts.len(), 1);
    let told: Vec<(&str, &str)> =
        accounts[0].faults.iter().map(|fault| (fault.cause.as_str(), fault.mending.as_str())).collect();
    let expected = [
        (
            "the App's installation on `acme` is suspended",
            "unsuspend it in the settings of `acme` under \"GitHub Apps\", or leave `acme` out",
        ),
        (
            "the App is not installed on `nowhere`",
            "it is installed on `acme`, `globex`; install it there too, or name one of these",
        ),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        refused(&app(&stage.api, &["acme/*"])).await,
        "source `main`: the App's installation on `acme` is suspended\n\nhint: unsuspend it in the settings of `acme` \
         under \"GitHub Apps\", or leave `acme` out"
    );
}

#[tokio::test]
async fn an_installation_is_named_by_account_or_number_and_must_exist() {
    let stage = stage(&[installed(41, "acme"), installed(42, "globex")]).await;
    let mut settings = app(&stage.api, &["acme/*", "globex/*"]);
    for name in ["ACME", "41"] {
        named(&mut settings, name);
        let accounts = open(&settings).await.unwrap();
        assert_eq!(accounts[0].owner.as_deref(), Some("acme"));
        let faults: Vec<&str> = accounts[0].faults.iter().map(|fault| fault.cause.as_str()).collect();
        assert_eq!(faults, [format!("the App's installation `{name}` does not open `globex`")]);
    }
    named(&mut settings, "initech");
    assert_eq!(
        refused(&settings).await,
        "source `main`: the App has no installation `initech`\n\nhint: it is installed on `acme`, `globex`; install it \
         there too, or name one of these"
    );
    stage.sample.set_app(known(3_600, &[]));
    assert_eq!(
        refused(&settings).await,
        "source `main`: the App has no installation `initech`\n\nhint: it is installed nowhere: install it from its \
         settings page under \"Install App\""
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let stage = stage(&[installed(1, "acme")]).await;
    stage.sample.set_app(known(2, &[installed(1, "acme")]));
    let accounts = open(&app(&stage.api, &["acme/*"])).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    stage.sample.set_app(known(3_600, &[installed(1, "acme")]));
    for _ in 0..3 {
        assert_eq!(views(&accounts[0], "acme/anvil").await, Ok(()));
    }
    assert_eq!(stage.sample.granted(), 2);
    let asked: Vec<String> = stage.sample.requests().iter().map(|asked| asked.path.clone()).collect();
    let views = asked.iter().filter(|path| path.contains("views")).count();
    assert_eq!(views, 3, "none was refused with the old one: {asked:?}");
}

#[tokio::test]
async fn a_token_refused_before_its_time_is_renewed_once_for_all_who_use_it() {
    let stage = stage(&[installed(1, "acme")]).await;
    let accounts = open(&app(&stage.api, &["acme/*"])).await.unwrap();
    assert_eq!(views(&accounts[0], "acme/anvil").await, Ok(()));
    stage.sample.revoke();
    let all = futures::future::join_all((0..8).map(|_| views(&accounts[0], "acme/anvil"))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(stage.sample.granted(), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_when_new_ends_the_asking() {
    let stage = stage(&[installed(1, "acme")]).await;
    stage.sample.set_app(known(-10, &[installed(1, "acme")]));
    let accounts = open(&app(&stage.api, &["acme/*"])).await.unwrap();
    let fault = views(&accounts[0], "acme/anvil").await.unwrap_err();
    assert_eq!(fault.cause(), "GitHub refused the token (401): Bad credentials");
    let served = stage.sample.served();
    assert_eq!(views(&accounts[0], "acme/anvil").await, Err(Fault::Shut(Shut::Token)));
    assert_eq!(stage.sample.served(), served, "and nothing more is asked");
}

#[tokio::test]
async fn an_app_that_is_stopped_half_way_ends_the_asking_for_that_account_only() {
    let both = [installed(1, "acme"), installed(2, "globex")];
    let stage = stage(&both).await;
    let accounts = open(&app(&stage.api, &["acme/*", "globex/*"])).await.unwrap();
    let asleep = SampleInstallation { suspended: true, ..installed(1, "acme") };
    stage.sample.set_app(known(3_600, &[asleep, installed(2, "globex")]));
    stage.sample.revoke();
    let fault = views(&accounts[0], "acme/anvil").await.unwrap_err();
    assert_eq!(fault.cause(), "GitHub refused (403): This installation has been suspended");
    assert_eq!(views(&accounts[0], "acme/docs").await, Err(Fault::Shut(Shut::Token)));
    assert_eq!(views(&accounts[1], "globex/lantern").await, Ok(()));
}

#[tokio::test]
async fn an_installation_that_is_stopped_half_way_takes_nothing_from_the_others() {
    let both = [installed(1, "acme"), installed(2, "globex")];
    for stopped in ["before", "amid"] {
        let stage = stage(&both).await;
        let settings = Settings { concurrency: 1, ..app(&stage.api, &["acme/*", "globex/*"]) };
        let bad = SampleFault::Status(http::StatusCode::UNAUTHORIZED, Vec::new(), "{}".into());
        // A new token is refused just as the first one was.
        let path = if stopped == "before" { "/repos/acme/" } else { "/repos/acme/docs/traffic/clones" };
        stage.sample.break_path(path, bad, usize::MAX);
        let (run, observations) = stage.collect_with(&settings).await;
        let run = run.unwrap();
        let done = |owner: &str| {
            let of = run.outcomes.iter().filter(|outcome| outcome.repository.owner() == owner);
            let done = of.clone().filter(|outcome| matches!(outcome.result, Collected::Done { .. })).count();
            (of.count(), done)
        };
        assert_eq!(done("globex"), (22, 22), "{stopped}");
        assert_eq!(done("acme").0, 26, "{stopped}");
        assert_eq!(done("acme").1 > 0, stopped == "amid");
        let read = observations.iter().filter(|seen| !seen.fortnights.is_empty()).count();
        assert!(read >= 22 && run.window.is_some());
        let [fault] = &run.faults[..] else { panic!("{:?}", run.faults) };
        assert_eq!(
            fault.cause,
            "GitHub refused the token for `acme` half way: it was accepted at first and is not any more"
        );
        assert_eq!(
            fault.mending,
            "look in the settings of `acme` under \"GitHub Apps\" whether it is suspended or removed"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_not_to_be_had_is_not_asked_for_once_by_each_who_waits() {
    let stub = Stub::new(|before, asked| match asked.uri().path() {
        "/app/installations" => reply(200, &[], r#"[{"id":7,"account":{"login":"acme"},"suspended_at":null}]"#),
        // The first one is over at once.
        _ if before == 1 => reply(201, &[], r#"{"token":"ghs_7","expires_at":"2020-01-01T00:00:00Z"}"#),
        _ => reply(503, &[], ""),
    })
    .await;
    let accounts = open(&app(&stub.api, &["acme/*"])).await.unwrap();
    let all = futures::future::join_all((0..20).map(|_| views(&accounts[0], "acme/anvil"))).await;
    assert_eq!(all.iter().filter(|found| **found == Err(Fault::Shut(Shut::Outage))).count(), 19, "{all:?}");
    assert_eq!(stub.paths().len(), 2 + 4, "{:?}", stub.paths());
}

#[tokio::test]
async fn an_account_that_gives_no_token_is_told_and_the_others_go_on() {
    // The sample knows no such owner, so it is as if the App had been removed since it was listed.
    let stage = stage(&[installed(1, "acme"), installed(2, "initech")]).await;
    let accounts = open(&app(&stage.api, &["acme/*", "initech/*"])).await.unwrap();
    assert_eq!((accounts.len(), accounts[0].faults.len()), (1, 1));
    let fault = &accounts[0].faults[0];
    assert_eq!(
        fault.cause,
        "the App gets no token for `initech`: GitHub hides it or it is gone (404); its history is kept"
    );
    assert_eq!(
        fault.mending,
        "look in the settings of `initech` under \"GitHub Apps\" whether it is suspended or removed"
    );
}

#[tokio::test]
async fn a_key_of_another_app_is_told_with_what_github_says() {
    let stage = stage(&[installed(1, "acme")]).await;
    let hint =
        "hint: check that `app_id` and the private key belong to the same App, and that this machine's clock is right";
    for (sign, told) in [
        (
            Arc::new(|now| Ok(sign("99", now).into())) as Signer,
            "GitHub refused what the App signed (401): Integration not found",
        ),
        (
            Arc::new(|_| Ok("a.b.c".to_owned().into())),
            "GitHub refused what the App signed (401): A JSON web token could not be decoded",
        ),
        (Arc::new(|_| Err("no randomness".into())), "the App's key cannot sign: no randomness"),
        (Arc::new(|_| Ok("two\nlines".to_owned().into())), "the App's key signs something that is no token"),
    ] {
        let mut settings = app(&stage.api, &["acme/*"]);
        settings.credential = Credential::App(App { id: "99".into(), installation: None, sign });
        let expected = format!("source `main`: the App's installations cannot be listed: {told}\n\n{hint}");
        assert_eq!(refused(&settings).await, expected);
    }
    assert_eq!(stage.sample.granted(), 0);
}

#[tokio::test]
async fn an_app_whose_clock_is_wrong_signs_again_by_githubs() {
    let ahead = chrono::TimeDelta::hours(2);
    let stub = Stub::new(move |before, _| {
        let date = (chrono::Utc::now() + ahead).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        match before {
            0 => reply(401, &[("date", &date)], r#"{"message":"'Expiration time' claim ('exp') must be …"}"#),
            1 => reply(200, &[("date", &date)], r#"[{"id":7,"account":{"login":"acme"},"suspended_at":null}]"#),
            _ => reply(201, &[("date", &date)], r#"{"token":"ghs_7","expires_at":"2999-01-01T00:00:00Z"}"#),
        }
    })
    .await;
    let moments = Arc::new(Mutex::new(Vec::new()));
    let told = moments.clone();
    let sign: Signer = Arc::new(move |now| {
        told.lock().unwrap().push(now);
        Ok(sign("12345", now).into())
    });
    let mut settings = app(&stub.api, &["acme/*"]);
    settings.credential = Credential::App(App { id: "12345".into(), installation: None, sign });
    assert_eq!(open(&settings).await.map(|accounts| accounts.len()).unwrap(), 1);
    let moments = moments.lock().unwrap();
    let later: Vec<bool> =
        moments.iter().map(|moment| *moment - moments[0] > chrono::TimeDelta::minutes(110)).collect();
    assert_eq!(later, [false, true, true]);
}

#[tokio::test]
async fn a_github_that_does_not_answer_an_app_is_unreachable() {
    let stub = Stub::new(|_, _| reply(503, &[], "")).await;
    let error = open(&app(&stub.api, &["acme/*"])).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}
