//! What stood out in the last four weeks: days far from the usual, and what they likely came from.

use serde::Serialize;

use super::Scope;
use super::recent;
use super::top::Top;
use crate::domain::collection::Metric;
use crate::domain::signal::{Anomaly, Direction, Reason, anomalies};
use crate::report::locale::Words;
use crate::report::stock::Repo;

/// One repository on one day.
#[derive(Debug, Serialize)]
pub(super) struct StoodOut {
    owner: String,
    name: String,
    href: Option<String>,
    owner_href: Option<String>,
    when: String,
    class: &'static str,
    mark: &'static str,
    what: String,
    why: String,
}

/// Collects the days that were furthest from the usual.
pub(super) struct Stood {
    top: Top<u64, StoodOut>,
}

impl Stood {
    pub(super) fn new(most: usize) -> Stood {
        Stood { top: Top::new(most) }
    }

    /// Judges the last four weeks of a repository and gives what its views likely rose from.
    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) -> String {
        let Some(settled) = scope.settled else { return String::new() };
        let found = anomalies(&repo.history.traffic, &repo.history.referrers, recent(settled));
        for anomaly in &found {
            self.top.offer(anomaly.cell.count.abs_diff(anomaly.usual), || stood_out(scope, repo, anomaly));
        }
        let views = found.iter().filter(|anomaly| anomaly.metric == Metric::Views && anomaly.reason.is_some());
        let likely = views.max_by_key(|anomaly| anomaly.cell.count);
        likely.map_or_else(String::new, |anomaly| why(scope.words, anomaly))
    }

    /// The rows, and how many are left out.
    pub(super) fn finish(self) -> (Vec<StoodOut>, usize) {
        let more = self.top.left_out();
        (self.top.into_rows().into_iter().map(|(_, row)| row).collect(), more)
    }
}

fn stood_out(scope: &Scope<'_>, repo: &Repo, anomaly: &Anomaly) -> StoodOut {
    let words = scope.words;
    let key = if anomaly.metric == Metric::Views { "count-views" } else { "count-clones" };
    let (class, mark) = match anomaly.direction {
        Direction::Above => ("up", "▲"),
        Direction::Below => ("down", "▼"),
    };
    let count = words.say(key, &[("n", anomaly.cell.count.into())]);
    let usual = words.number(anomaly.usual);
    StoodOut {
        owner: repo.name().owner().to_owned(),
        name: repo.name().name().to_owned(),
        href: scope.href(repo),
        owner_href: scope.owner_href(repo),
        when: words.span(anomaly.days),
        class,
        mark,
        what: words.say("overview-stood-what", &[("count", (&count).into()), ("usual", (&usual).into())]),
        why: why(words, anomaly),
    }
}

fn why(words: &Words, anomaly: &Anomaly) -> String {
    match &anomaly.reason {
        Some(Reason::Referrer { name, views }) => {
            let views = words.say("count-views", &[("n", (*views).into())]);
            words.say("overview-why-referrer", &[("name", (&**name).into()), ("views", (&views).into())])
        }
        Some(Reason::Machines) => words.text("overview-why-machines"),
        None => String::new(),
    }
}
