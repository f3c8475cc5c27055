//! Days far from what is usual, and what they likely came from.

use serde::Serialize;

use crate::domain::collection::Metric;
use crate::domain::repo::RepositoryHistory;
use crate::domain::signal::{Anomaly, Direction, Reason};
use crate::report::locale::Words;
use crate::report::stock::Repo;

const MOST: usize = 6;

/// One of them.
#[derive(Debug, Serialize)]
pub(super) struct Outstanding {
    mark: &'static str,
    class: &'static str,
    when: String,
    says: String,
    /// Written by strangers in part.
    reason: String,
}

/// The newest of the last thirteen weeks, newest first.
pub(super) fn all(words: &Words, repo: &Repo) -> Vec<Outstanding> {
    let mut found: Vec<&Anomaly> = repo.notable.stood_out.iter().collect();
    found.sort_by_key(|anomaly| std::cmp::Reverse(anomaly.days.last));
    found.into_iter().take(MOST).map(|anomaly| one(words, &repo.history, anomaly)).collect()
}

fn one(words: &Words, history: &RepositoryHistory, anomaly: &Anomaly) -> Outstanding {
    let key = match anomaly.metric {
        Metric::Views => "count-views",
        Metric::Clones => "count-clones",
    };
    let count = words.say(key, &[("n", anomaly.cell.count.into())]);
    let (mark, class) = match anomaly.direction {
        Direction::Above => ("▲", "up"),
        Direction::Below => ("▼", "down"),
    };
    Outstanding {
        mark,
        class,
        when: words.day(anomaly.peak),
        says: words.say("repository-stood-above", &[("count", (&count).into()), ("usual", anomaly.usual.into())]),
        reason: reason(words, history, anomaly),
    }
}

fn reason(words: &Words, history: &RepositoryHistory, anomaly: &Anomaly) -> String {
    // A release explains readers and clones as well as any referrer does, if it came just before.
    let near = |date: crate::domain::Date| (0..=1).contains(&(anomaly.days.first - date).num_days());
    let released = history.releases.iter().find(|release| release.published.is_some_and(|at| near(at.date_naive())));
    match (&anomaly.reason, released) {
        (Some(Reason::Referrer { name, views }), _) => {
            words.say("repository-reason-referrer", &[("name", name.as_ref().into()), ("n", (*views).into())])
        }
        (Some(Reason::Machines), _) => words.say("repository-reason-machines", &[("n", anomaly.cell.uniques.into())]),
        (None, Some(release)) if anomaly.direction == Direction::Above => {
            words.say("repository-reason-release", &[("tag", (&release.tag).into())])
        }
        (None, _) => words.text("repository-reason-none"),
    }
}
