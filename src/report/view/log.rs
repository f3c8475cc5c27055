//! The collection log, as far as it is about the role's repositories.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Chrome, Scope};
use crate::domain::collection::{Collected, Outcome, Run, SourceFault};
use crate::report::locale::Words;

/// How many names a fault is listed with.
const NAMES: usize = 20;

/// `log.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct LogView {
    page: Chrome,
    role: String,
    says: String,
    runs: Vec<RunView>,
}

#[derive(Debug, Serialize)]
struct RunView {
    started: String,
    source: String,
    took: String,
    window: String,
    frozen: bool,
    /// Days that GitHub left out, in words; empty where there are none.
    doubtful: String,
    done: String,
    days: String,
    skipped: u64,
    postponed: u64,
    failed: u64,
    /// The same three as its readers write them.
    shown: [String; 3],
    /// Only for a role that sees the whole source: otherwise it would tell how many others there are.
    effort: Option<Effort>,
    /// What kept repositories from being met at all, under the same condition.
    refusals: Vec<FaultView>,
    faults: Vec<FaultView>,
    waits: Vec<FaultView>,
    skips: Vec<FaultView>,
    /// Whether there is anything to tell besides the figures.
    notes: bool,
}

/// What a collection cost.
#[derive(Debug, Serialize)]
struct Effort {
    requests: String,
    /// Requests a repository, in words; empty where none was asked for.
    each: String,
    /// Those that found nothing changed and cost nothing of the limit, in words; empty where there are none.
    unchanged: String,
}

/// Repositories that met the same.
#[derive(Debug, Default, PartialEq, Serialize)]
struct FaultView {
    cause: String,
    mending: String,
    names: Vec<String>,
    /// How many more there are, in words.
    more: String,
    /// In how many collections in a row it was the same, this one and older ones.
    times: usize,
    /// The same in words; empty where it was so once.
    again: String,
}

pub(in crate::report) fn log(scope: &Scope<'_>, page: Chrome, runs: &[Seen<'_>]) -> LogView {
    let mut runs: Vec<RunView> = runs.iter().map(|seen| view(scope.words, seen)).collect();
    let says = runs.first().map_or_else(|| scope.words.text("log-none"), |run| says(scope.words, run));
    fold(&mut runs);
    for fault in runs.iter_mut().flat_map(RunView::lists).flatten().filter(|fault| fault.times > 1) {
        fault.again = scope.words.say("log-again", &[("n", fault.times.into())]);
    }
    LogView { page, role: scope.role.title.clone(), says, runs }
}

fn says(words: &Words, newest: &RunView) -> String {
    let started = ("started", (&newest.started).into());
    let (failed, left) = (("n", newest.failed.into()), ("left", newest.postponed.into()));
    match (newest.failed, newest.postponed) {
        _ if !newest.refusals.is_empty() => {
            words.say("log-source-wrong", &[started, ("source", (&newest.source).into())])
        }
        (0, 0) => words.say("log-fine", &[started]),
        (0, left) => words.say("log-left", &[started, ("n", left.into())]),
        (_, 0) => words.say("log-failed", &[started, failed]),
        _ => words.say("log-failed-and-left", &[started, failed, left]),
    }
}

/// A run as one role sees it.
pub(in crate::report) struct Seen<'a> {
    pub(in crate::report) run: &'a Run,
    /// Those about the role's repositories.
    pub(in crate::report) outcomes: Vec<&'a Outcome>,
    /// Whether the role sees the whole source. Only then may it know how much was asked for and what could not be
    /// listed: both tell of repositories.
    pub(in crate::report) whole: bool,
}

/// Names of repositories by what they met, and how to mend it.
type Groups<'a> = BTreeMap<(&'a str, &'a str), Vec<String>>;

fn view(words: &Words, seen: &Seen<'_>) -> RunView {
    let Seen { run, outcomes, whole } = seen;
    let (mut done, mut days) = (0, 0);
    let (mut faults, mut waits, mut skips) = (Groups::new(), Groups::new(), Groups::new());
    for outcome in outcomes {
        let name = outcome.repository.to_string();
        match &outcome.result {
            Collected::Done { days: read } => {
                done += 1;
                days += read;
            }
            Collected::Skipped { why } => skips.entry((why, "")).or_default().push(name),
            Collected::Postponed { why } => waits.entry((why, "")).or_default().push(name),
            Collected::Failed { cause, mending } => faults.entry((cause, mending)).or_default().push(name),
        }
    }
    let number = |groups: &Groups<'_>| groups.values().map(Vec::len).sum::<usize>() as u64;
    let refusals: Vec<FaultView> = if *whole { run.faults.iter().map(refusal).collect() } else { Vec::new() };
    let notes = !(refusals.is_empty() && faults.is_empty() && waits.is_empty() && skips.is_empty())
        || run.frozen
        || !run.doubtful.is_empty();
    let (skipped, postponed, failed) = (number(&skips), number(&waits), number(&faults));
    RunView {
        started: words.moment(run.started),
        source: run.source.to_string(),
        took: took(words, (run.finished - run.started).num_seconds()),
        window: run.window.map_or_else(|| words.text("log-answered-nothing"), |value| words.span(value)),
        frozen: run.frozen,
        doubtful: run.doubtful.iter().map(|date| words.day(*date)).collect::<Vec<_>>().join(", "),
        done: words.number(done),
        days: words.number(days),
        skipped,
        postponed,
        failed,
        shown: [skipped, postponed, failed].map(|n| words.number(n)),
        effort: whole.then(|| effort(words, run)),
        refusals,
        faults: groups(words, faults),
        waits: groups(words, waits),
        skips: groups(words, skips),
        notes,
    }
}

fn effort(words: &Words, run: &Run) -> Effort {
    let each = |each: f64| words.say("log-each", &[("n", (&words.tenths((each * 10.0).round() as u64)).into())]);
    let unchanged = || words.say("log-unchanged", &[("n", run.unchanged.into())]);
    Effort {
        requests: words.number(run.requests),
        each: run.requests_each().map(each).unwrap_or_default(),
        unchanged: if run.unchanged > 0 { unchanged() } else { String::new() },
    }
}

fn refusal(fault: &SourceFault) -> FaultView {
    FaultView { cause: fault.cause.clone(), mending: fault.mending.clone(), times: 1, ..FaultView::default() }
}

/// The faults of most repositories first.
fn groups(words: &Words, met: Groups<'_>) -> Vec<FaultView> {
    let mut views: Vec<FaultView> = Vec::new();
    let mut sorted: Vec<_> = met.into_iter().collect();
    sorted.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    for ((cause, mending), mut names) in sorted {
        let more = names.len().saturating_sub(NAMES);
        let more = if more > 0 { words.say("log-more", &[("n", more.into())]) } else { String::new() };
        names.truncate(NAMES);
        let (cause, mending) = (cause.to_owned(), mending.to_owned());
        views.push(FaultView { cause, mending, names, more, times: 1, again: String::new() });
    }
    views
}

/// Tells what stays the same night after night in the newest of those nights alone, with how many they are.
fn fold(runs: &mut [RunView]) {
    for older in (1..runs.len()).rev() {
        let (newer, rest) = runs.split_at_mut(older);
        let Some(run) = rest.first_mut() else { continue };
        let Some(newer) = newer.iter_mut().rev().find(|newer| newer.source == run.source) else { continue };
        for (lists, newer) in run.lists().into_iter().zip(newer.lists()) {
            lists.retain(|fault| match newer.iter_mut().find(|same| same.is_like(fault)) {
                Some(same) => {
                    same.times = fault.times + 1;
                    false
                }
                None => true,
            });
        }
        let told = run.lists().iter().any(|list| !list.is_empty());
        run.notes = told || run.frozen || !run.doubtful.is_empty();
    }
}

impl RunView {
    fn lists(&mut self) -> [&mut Vec<FaultView>; 4] {
        [&mut self.refusals, &mut self.faults, &mut self.waits, &mut self.skips]
    }
}

impl FaultView {
    fn is_like(&self, other: &FaultView) -> bool {
        let what =
            |fault: &FaultView| (fault.cause.clone(), fault.mending.clone(), fault.names.clone(), fault.more.clone());
        what(self) == what(other)
    }
}

fn took(words: &Words, seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    match seconds {
        0 => words.text("log-took-no-time"),
        1..120 => words.say("log-took-seconds", &[("n", seconds.into())]),
        _ => words.say("log-took-minutes", &[("minutes", (seconds / 60).into()), ("seconds", (seconds % 60).into())]),
    }
}

#[cfg(test)]
mod tests;
