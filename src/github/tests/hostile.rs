use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::domain::collection::Question;

const VIEWS: &str = "/repos/acme/anvil/traffic/views";
const FOR_EVER: usize = usize::MAX;

fn status(status: StatusCode, body: &str) -> Fault {
    Fault::Status(status, Vec::new(), body.to_owned())
}

/// A second host that counts the connections it gets.
pub(super) async fn stranger() -> (String, Arc<std::sync::atomic::AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let met = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counter = met.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    (address, met)
}

/// Runs with one fault at the views of one repository: the others must be whole.
async fn with_views(fault: Fault, times: usize) -> (Run, Vec<Observation>) {
    let stage = Stage::new().await;
    stage.sample.break_path(VIEWS, fault, times);
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!((run.outcomes.len(), observations.len()), (26, 26));
    let others = run.outcomes.iter().filter(|outcome| outcome.repository.name() != "anvil");
    assert!(others.clone().all(|outcome| matches!(outcome.result, Collected::Done { .. })), "{:?}", run.outcomes);
    (run, observations)
}

#[tokio::test]
async fn a_wrong_token_fails_the_source_at_the_first_request() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["acme/*", "globex/lantern"]);
    settings.credential = Credential::Token("ghp_wrong".to_owned().into());
    let (error, observations) = stage.fail(&settings).await;
    let expected = format!(
        "source `main`: {} refused the token: Bad credentials\n\nhint: set a token that is valid and not expired",
        stage.api
    );
    assert_eq!(error.to_string(), expected);
    assert!(observations.is_empty() && stage.sample.served() <= 2);
    assert!(!format!("{error:?} {settings:?}").contains("ghp_wrong"), "a token is never printed");
}

#[tokio::test]
async fn a_token_that_expires_half_way_stops_everything_and_keeps_what_was_read() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["acme/*"]);
    settings.concurrency = 1;
    stage.sample.break_path("/docs/traffic/clones", status(StatusCode::UNAUTHORIZED, "{}"), FOR_EVER);
    let (run, observations) = stage.collect_with(&settings).await;
    let run = run.unwrap();
    let [fault] = &run.faults[..] else { panic!("{:?}", run.faults) };
    assert_eq!(fault.cause, "GitHub refused the token half way: it was accepted at first and is not any more");
    let done = run.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Done { .. })).count();
    assert!(run.outcomes.len() == 26 && done > 0 && run.window.is_some(), "{:?}", run.outcomes);
    let read = observations.iter().filter(|seen| seen.days.iter().any(|day| day.clones.is_some())).count();
    assert!(read > 0 && read < 26, "{read}");
    let asked_after = stage.sample.requests().iter().rev().take_while(|r| !r.path.contains("/docs/")).count();
    assert!(asked_after < 8, "only what was under way: {asked_after}");
}

#[tokio::test]
async fn missing_rights_are_named_with_their_mending_and_stars_are_still_kept() {
    let stage = Stage::new().await;
    let mut settings = stage.settings(&["acme/anvil"]);
    settings.credential = Credential::Token(Sample::READER.to_owned().into());
    let (run, observations) = stage.collect_with(&settings).await;
    let run = run.unwrap();
    let (cause, mending) = failure(&run, "acme/anvil");
    assert_eq!(cause, "views: GitHub refused (403): Must have push access to repository");
    assert!(mending.contains("\"Administration: read\"") && mending.ends_with("GitHub accepts `administration=read`"));
    assert_eq!(stage.asked("/acme/anvil/traffic/"), 1, "a refusal is not asked about twice");
    assert!(stage.asked("/acme/anvil/releases") == 1 && stage.asked("/acme/anvil/stargazers/") > 0);
    let refused = observations[0].asked.iter().find(|asked| asked.what == Question::Views).unwrap();
    assert_eq!(refused.mark.as_deref(), Some("refused"), "the next night knows");
    assert!(!observations[0].releases.is_empty(), "whoever may read may read releases");
    assert!(observations[0].days.is_empty() && observations[0].counters[0].1.stars.is_some());
}

#[tokio::test]
async fn hidden_or_gone_is_an_outcome_and_never_a_figure() {
    let (run, observations) = with_views(status(StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#), FOR_EVER).await;
    let (cause, mending) = failure(&run, "acme/anvil");
    assert_eq!(cause, "views: GitHub hides it or it is gone (404); its history is kept");
    assert!(mending.contains("!acme/anvil"), "{mending}");
    assert!(of(&observations, "acme/anvil").days.is_empty());
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&["acme/nothing-here", "acme/anvil"]).await;
    assert!(failure(&run, "acme/nothing-here").0.contains("404"));
    assert_eq!(observations.len(), 1);
}

#[tokio::test]
async fn a_server_that_recovers_is_asked_again() {
    for fault in [status(StatusCode::BAD_GATEWAY, "<html>"), Fault::Cut] {
        let (run, _) = with_views(fault, 3).await;
        assert_eq!(*result(&run, "acme/anvil"), Collected::Done { days: 14 });
    }
}

#[tokio::test]
async fn figures_that_are_being_computed_are_waited_for_and_unknown_if_they_never_come() {
    let (run, _) = with_views(status(StatusCode::ACCEPTED, "{}"), 3).await;
    assert_eq!(*result(&run, "acme/anvil"), Collected::Done { days: 14 });
    let stage = Stage::new().await;
    stage.sample.break_path(VIEWS, status(StatusCode::ACCEPTED, "{}"), FOR_EVER);
    stage.sample.break_path("/anvil/releases", status(StatusCode::ACCEPTED, "{}"), FOR_EVER);
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert!(failure(&run, "acme/anvil").0.starts_with("views: GitHub answered 202 Accepted"));
    let anvil = of(&observations, "acme/anvil");
    assert!(anvil.days.iter().all(|day| day.views.is_none() && day.clones.is_some()));
    assert!(anvil.asked.iter().all(|asked| asked.what != Question::Releases), "it may be there tomorrow");
    assert_eq!((stage.asked(VIEWS), stage.asked("/anvil/releases")), (4, 4));
}

#[tokio::test]
async fn a_server_that_does_not_recover_costs_only_its_own_figures() {
    let (run, observations) = with_views(status(StatusCode::BAD_GATEWAY, "<html>"), FOR_EVER).await;
    let (cause, mending) = failure(&run, "acme/anvil");
    assert_eq!(cause, "views: GitHub failed (502 Bad Gateway), however often it was asked");
    assert!(mending.contains("13 days"));
    let anvil = of(&observations, "acme/anvil");
    assert!(anvil.days.len() == 14 && anvil.days.iter().all(|day| day.views.is_none() && day.clones.is_some()));
    assert!(!anvil.referrers[0].rows.is_empty() && !anvil.paths[0].rows.is_empty(), "asked for all the same");
}

#[tokio::test]
async fn traffic_that_answers_nobody_is_given_up_for_all_and_left_for_the_next_time() {
    let stage = Stage::new().await;
    stage.sample.break_path("/traffic/", status(StatusCode::BAD_GATEWAY, "<html>"), FOR_EVER);
    let mut settings = stage.settings(&["acme/*"]);
    settings.concurrency = 1;
    let (run, observations) = stage.collect_with(&settings).await;
    let run = run.unwrap();
    let asked = stage.asked("/traffic/");
    // Four repositories are begun at once, so up to three more are under way by then.
    assert!((8 * 4..(8 + 4) * 4).contains(&asked), "{asked} requests");
    let why = "GitHub does not answer, so nothing more was asked; it comes first the next time";
    let left = run.outcomes.iter().filter(|o| o.result == Collected::Postponed { why: why.into() }).count();
    assert!(left >= 26 - 12 && left + run.failures() == 26, "{:?}", run.outcomes);
    assert_eq!((observations.len(), run.window), (26, None));
    assert_eq!(run.faults[0].cause, "GitHub stopped answering: the rest is left for the next time");
    assert_eq!(stage.asked("/clones"), 4, "only of the first, when the others might have been answered");
}

#[tokio::test]
async fn nonsense_is_refused_by_name_and_not_recorded() {
    let row = |date: &str, count: &str| {
        format!(r#"{{"count":1,"uniques":1,"views":[{{"timestamp":"{date}T00:00:00Z","count":{count},"uniques":1}}]}}"#)
    };
    for (fault, expected) in [
        (Fault::Truncate, "EOF while parsing"),
        (Fault::Body(row("1896-04-06", "5")), "1896-04-06 is not among the days that GitHub can know today"),
        (Fault::Body(row("2026-11-20", "-5")), "the count -5 of 2026-11-20 is negative"),
        (Fault::Body(row("2026-11-20", "\"5\"")), "invalid type: string \"5\""),
        (Fault::Body(r#"{"message":"Server Error"}"#.into()), "missing field `count`"),
        (Fault::Body("<html>maintenance</html>".into()), "expected value"),
        (status(StatusCode::ACCEPTED, "{}"), "GitHub answered 202 Accepted"),
        (status(StatusCode::NO_CONTENT, ""), "GitHub answered 204 No Content"),
    ] {
        let (run, observations) = with_views(fault.clone(), FOR_EVER).await;
        let (cause, _) = failure(&run, "acme/anvil");
        assert!(cause.starts_with("views: ") && cause.contains(expected), "{fault:?}: {cause}");
        assert!(of(&observations, "acme/anvil").days.iter().all(|day| day.views.is_none()));
    }
}

#[tokio::test]
async fn silence_ends_at_the_time_limit() {
    let stage = Stage::new().await;
    stage.sample.break_path(VIEWS, Fault::Hang, FOR_EVER);
    let mut settings = stage.settings(&["acme/anvil"]);
    settings.pace = Pace { answer: Duration::from_millis(150), attempts: 2, ..settings.pace };
    let (run, _) = stage.collect_with(&settings).await;
    let run = run.unwrap();
    let (cause, _) = failure(&run, "acme/anvil");
    assert_eq!(cause, "views: no answer, however often GitHub was asked: no whole answer within 150ms");
}

#[tokio::test]
async fn the_token_follows_neither_redirects_nor_pages_to_another_host() {
    let (host, met) = stranger().await;
    let (run, _) = with_views(Fault::Redirect(format!("http://{host}/views")), FOR_EVER).await;
    let (cause, mending) = failure(&run, "acme/anvil");
    assert_eq!(cause, format!("views: the answer leads to {host}, and the token must not go there"));
    assert!(mending.contains("API address"));

    let stage = Stage::new().await;
    stage.sample.break_path("/orgs/acme/repos", Fault::NextPage(format!("http://{host}/orgs/acme/repos?page=2")), 1);
    let (run, observations) = stage.collect(&["acme/*", "globex/*"]).await;
    assert!(run.faults[0].cause.starts_with("the repositories of `acme` cannot be listed: "), "{run:?}");
    assert!(run.faults[0].cause.contains(&host), "{run:?}");
    assert_eq!(observations.len(), 22, "the other owner is collected all the same");

    let (run, _) = with_views(Fault::NextPage(format!("http://{host}/views?page=2")), FOR_EVER).await;
    assert_eq!(*result(&run, "acme/anvil"), Collected::Done { days: 14 }, "a page that nobody follows is no fault");

    let circle = format!("{}/repos/acme/anvil", stage.api);
    stage.sample.break_path("/repos/acme/anvil", Fault::Redirect(circle), FOR_EVER);
    let (run, _) = stage.collect(&["acme/anvil"]).await;
    assert!(failure(&run, "acme/anvil").0.contains("circle"));
    assert_eq!(met.load(std::sync::atomic::Ordering::SeqCst), 0, "nothing at all was sent there");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_told_with_the_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for selectors in [&["acme/*"][..], &["acme/anvil", "acme/docs"]] {
        let (out, _observations) = tokio::sync::mpsc::channel(10);
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let error = collect(&settings(&api, selectors), &Memory::new(), now, out).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("refused") && error.to_string().contains("hint: "), "{error}");
    }
}

#[tokio::test]
async fn an_owner_that_does_not_exist_is_named() {
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&["acmee/*"]).await;
    assert!(observations.is_empty() && run.outcomes.is_empty() && run.window.is_none(), "{run:?}");
    let fault = &run.faults[0];
    assert!(fault.cause.starts_with("the repositories of `acmee` cannot be listed: "), "{fault:?}");
    assert_eq!(fault.mending, "check how `acmee` is spelled, and that the token may see it");
}
