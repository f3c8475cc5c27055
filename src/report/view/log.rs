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
    /// Requests a repository; empty where none was asked for.
    each: String,
    /// Those that found nothing changed and cost nothing of the limit; empty where there are none.
    unchanged: String,
}

/// Repositories that met the same.
#[derive(Debug, PartialEq, Serialize)]
struct FaultView {
    cause: String,
    mending: String,
    names: Vec<String>,
    more: usize,
    /// In how many collections in a row it was the same, this one and older ones.
    times: usize,
}

pub(in crate::report) fn log(scope: &Scope<'_>, page: Chrome, runs: &[Seen<'_>]) -> LogView {
    let mut runs: Vec<RunView> = runs.iter().map(|seen| view(scope.words, seen)).collect();
    let says = runs.first().map_or_else(
        || "No collection has been recorded for these repositories.".to_owned(),
        |run| says(scope.words, run),
    );
    fold(&mut runs);
    LogView { page, role: scope.role.title.clone(), says, runs }
}

fn says(words: &Words, newest: &RunView) -> String {
    let RunView { started, source, failed, postponed, .. } = newest;
    let repositories = |n: u64| words.say("count-repositories", &[("n", (n).into())]);
    match (*failed, *postponed) {
        _ if !newest.refusals.is_empty() => {
            format!("In the newest collection, {started}, something was wrong with the source `{source}` itself.")
        }
        (0, 0) => format!("The newest collection, {started}, had no fault."),
        (0, left) => {
            format!("The newest collection, {started}, had no fault and left {} for the next time.", repositories(left))
        }
        (failed, 0) => format!("In the newest collection, {started}, {} failed.", repositories(failed)),
        (failed, left) => {
            let were = if left == 1 { "was" } else { "were" };
            let failed = repositories(failed);
            format!("In the newest collection, {started}, {failed} failed and {left} {were} left for the next time.")
        }
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
    RunView {
        started: words.moment(run.started),
        source: run.source.to_string(),
        took: took((run.finished - run.started).num_seconds()),
        window: run.window.map_or_else(|| "nothing".to_owned(), |value| words.span(value)),
        frozen: run.frozen,
        doubtful: run.doubtful.iter().map(|date| words.day(*date)).collect::<Vec<_>>().join(", "),
        done: words.number(done),
        days: words.number(days),
        skipped: number(&skips),
        postponed: number(&waits),
        failed: number(&faults),
        effort: whole.then(|| effort(words, run)),
        refusals,
        faults: groups(faults),
        waits: groups(waits),
        skips: groups(skips),
        notes,
    }
}

fn effort(words: &Words, run: &Run) -> Effort {
    Effort {
        requests: words.number(run.requests),
        each: run.requests_each().map(|each| format!("{each:.1}")).unwrap_or_default(),
        unchanged: if run.unchanged > 0 { words.number(run.unchanged) } else { String::new() },
    }
}

fn refusal(fault: &SourceFault) -> FaultView {
    FaultView { cause: fault.cause.clone(), mending: fault.mending.clone(), names: Vec::new(), more: 0, times: 1 }
}

/// The faults of most repositories first.
fn groups(met: Groups<'_>) -> Vec<FaultView> {
    let mut views: Vec<FaultView> = Vec::new();
    let mut sorted: Vec<_> = met.into_iter().collect();
    sorted.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    for ((cause, mending), mut names) in sorted {
        let more = names.len().saturating_sub(NAMES);
        names.truncate(NAMES);
        views.push(FaultView { cause: cause.to_owned(), mending: mending.to_owned(), names, more, times: 1 });
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
        let what = |fault: &FaultView| (fault.cause.clone(), fault.mending.clone(), fault.names.clone(), fault.more);
        what(self) == what(other)
    }
}

fn took(seconds: i64) -> String {
    match seconds {
        ..1 => "under 1 s".to_owned(),
        1..120 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests;
