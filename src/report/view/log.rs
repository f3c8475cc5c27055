//! The collection log, as far as it is about the role's repositories.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Chrome, Scope};
use crate::domain::collection::{Collected, Outcome, Run, SourceFault};
use crate::report::words;

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
    done: String,
    days: String,
    skipped: u64,
    failed: u64,
    /// Only for a role that sees the whole source: otherwise it would tell how many others there are.
    requests: Option<String>,
    /// What kept repositories from being met at all, under the same condition.
    refusals: Vec<SourceFault>,
    faults: Vec<FaultView>,
    skips: Vec<FaultView>,
}

/// Repositories that met the same.
#[derive(Debug, Serialize)]
struct FaultView {
    cause: String,
    mending: String,
    names: Vec<String>,
    more: usize,
}

pub(in crate::report) fn log(scope: &Scope<'_>, page: Chrome, runs: &[Seen<'_>]) -> LogView {
    let runs: Vec<RunView> = runs.iter().map(view).collect();
    let says = match runs.first() {
        None => "No collection has been recorded for these repositories.".to_owned(),
        Some(run) if !run.refusals.is_empty() => format!(
            "In the newest collection, {}, something was wrong with the source `{}` itself.",
            run.started, run.source
        ),
        Some(run) if run.failed == 0 => format!("The newest collection, {}, had no fault.", run.started),
        Some(run) => format!(
            "In the newest collection, {}, {} failed.",
            run.started,
            words::count(run.failed, "repository", "repositories")
        ),
    };
    LogView { page, role: scope.role.title.clone(), says, runs }
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

fn view(seen: &Seen<'_>) -> RunView {
    let Seen { run, outcomes, whole } = seen;
    let (mut done, mut days) = (0, 0);
    let mut faults: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    let mut skips: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for outcome in outcomes {
        let name = outcome.repository.to_string();
        match &outcome.result {
            Collected::Done { days: read } => {
                done += 1;
                days += read;
            }
            Collected::Skipped { why } | Collected::Postponed { why } => skips.entry((why, "")).or_default().push(name),
            Collected::Failed { cause, mending } => faults.entry((cause, mending)).or_default().push(name),
        }
    }
    let number = |groups: &BTreeMap<_, Vec<String>>| groups.values().map(Vec::len).sum::<usize>() as u64;
    RunView {
        started: words::moment(run.started),
        source: run.source.to_string(),
        took: took((run.finished - run.started).num_seconds()),
        window: run.window.map_or_else(|| "nothing".to_owned(), words::span),
        frozen: run.frozen,
        done: words::number(done),
        days: words::number(days),
        skipped: number(&skips),
        failed: number(&faults),
        requests: whole.then(|| words::number(run.requests)),
        refusals: if *whole { run.faults.clone() } else { Vec::new() },
        faults: groups(faults),
        skips: groups(skips),
    }
}

/// The faults of most repositories first.
fn groups(met: BTreeMap<(&str, &str), Vec<String>>) -> Vec<FaultView> {
    let mut views: Vec<FaultView> = Vec::new();
    let mut sorted: Vec<_> = met.into_iter().collect();
    sorted.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    for ((cause, mending), mut names) in sorted {
        let more = names.len().saturating_sub(NAMES);
        names.truncate(NAMES);
        views.push(FaultView { cause: cause.to_owned(), mending: mending.to_owned(), names, more });
    }
    views
}

fn took(seconds: i64) -> String {
    match seconds {
        ..1 => "under 1 s".to_owned(),
        1..120 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
