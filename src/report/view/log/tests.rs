use super::*;
use crate::report::fixture::english;

fn outcome(name: &str, result: Collected) -> Outcome {
    Outcome { repository: name.parse().unwrap(), id: None, result }
}

fn failed(cause: &str) -> Collected {
    Collected::Failed { cause: cause.to_owned(), mending: "mend it".to_owned() }
}

/// A run of a night of November.
fn run(source: &str, night: u32, outcomes: Vec<Outcome>) -> Run {
    let started = format!("2026-11-{night:02}T02:00:00Z").parse().unwrap();
    Run {
        source: source.parse().unwrap(),
        started,
        finished: started + chrono::Duration::seconds(290),
        window: None,
        frozen: false,
        doubtful: Vec::new(),
        requests: 3_731,
        unchanged: 212,
        outcomes,
        faults: Vec::new(),
    }
}

fn seen(run: &Run, whole: bool) -> Seen<'_> {
    Seen { run, outcomes: run.outcomes.iter().collect(), whole }
}

#[test]
fn what_a_collection_cost_is_for_those_who_see_all_of_it() {
    let done = (0..811).map(|n| outcome(&format!("acme/r{n}"), Collected::Done { days: 14 }));
    let late = outcome("acme/late", Collected::Postponed { why: "the limit is used up".to_owned() });
    let mut run = run("acme", 24, done.chain([late]).collect());
    run.doubtful = vec!["2026-11-20".parse().unwrap()];
    let all = view(&english(), &seen(&run, true));
    let effort = all.effort.unwrap();
    assert_eq!([effort.requests, effort.each, effort.unchanged], ["3,731", "4.6 each", "212 unchanged"]);
    assert_eq!((all.done.as_str(), all.postponed, all.skipped, all.failed), ("811", 1, 0, 0));
    assert_eq!((all.took.as_str(), all.doubtful.as_str()), ("4 min 50 s", "20 Nov 2026"));
    assert_eq!((all.waits.len(), all.waits[0].names.len(), all.notes), (1, 1, true));
    assert!(view(&english(), &seen(&run, false)).effort.is_none());
}

#[test]
fn the_newest_collection_is_told_in_a_sentence() {
    let why = || Collected::Postponed { why: "no time".to_owned() };
    let said = |outcomes| says(&english(), &view(&english(), &seen(&run("acme", 24, outcomes), true)));
    let begin = "he newest collection, 24 Nov 2026, 02:00 UTC,";
    assert_eq!(said(vec![]), format!("T{begin} had no fault."));
    assert_eq!(said(vec![outcome("a/b", failed("x"))]), format!("In t{begin} 1 repository failed."));
    assert_eq!(
        said(vec![outcome("a/b", why()), outcome("a/c", why())]),
        format!("T{begin} had no fault and left 2 repositories for the next time.")
    );
    assert_eq!(
        said(vec![outcome("a/a", failed("x")), outcome("a/b", why())]),
        format!("In t{begin} 1 repository failed and 1 was left for the next time.")
    );
    let mut refused = run("acme", 24, vec![]);
    refused.faults = vec![SourceFault { cause: "no".to_owned(), mending: "mend".to_owned() }];
    assert!(
        says(&english(), &view(&english(), &seen(&refused, true)))
            .ends_with("something was wrong with the source `acme` itself.")
    );
    assert_eq!(says(&english(), &view(&english(), &seen(&refused, false))), format!("T{begin} had no fault."));
}

#[test]
fn what_is_the_same_every_night_is_told_once_with_how_often() {
    let nights = [
        run("acme", 24, vec![outcome("acme/a", failed("gone"))]),
        run("other", 24, vec![outcome("other/a", failed("gone"))]),
        run("acme", 23, vec![outcome("acme/a", failed("gone")), outcome("acme/b", failed("torn"))]),
        run("acme", 22, vec![outcome("acme/a", failed("gone"))]),
        run("acme", 21, vec![]),
        run("acme", 20, vec![outcome("acme/a", failed("gone"))]),
    ];
    let mut runs: Vec<RunView> = nights.iter().map(|run| view(&english(), &seen(run, true))).collect();
    fold(&mut runs);
    let told = |run: &RunView| {
        let faults = run.faults.iter().map(|fault| (fault.cause.clone(), fault.names.join(" "), fault.times));
        (run.failed, run.notes, faults.collect::<Vec<_>>())
    };
    let fault = |cause: &str, name: &str, times| (cause.to_owned(), name.to_owned(), times);
    let expected = [
        (1, true, vec![fault("gone", "acme/a", 3)]),
        (1, true, vec![fault("gone", "other/a", 1)]),
        (2, true, vec![fault("torn", "acme/b", 1)]),
        (1, false, vec![]),
        (0, false, vec![]),
        (1, true, vec![fault("gone", "acme/a", 1)]),
    ];
    assert_eq!(runs.iter().map(told).collect::<Vec<_>>(), expected);
}
