//! What a collection or an import brings to the history, and what it reports of itself.

use serde::{Deserialize, Serialize};

use super::ranking::Snapshot;
use super::repo::{Counters, RepoId, RepoName, SourceName, Traits};
use super::traffic::{Day, Span};
use super::{Date, Timestamp};

/// A repository as it was met, at GitHub or in another tool's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The GitHub host, such as `github.com`.
    pub host: String,
    /// `None` where the files name it only.
    pub id: Option<RepoId>,
    /// The name it had at that moment.
    pub name: RepoName,
    /// The source whose selectors picked it.
    pub source: Option<SourceName>,
    /// The source that listed it and whose selectors do not pick it, or not any more: it leaves that source. One that is
    /// not in the history yet stays out of it.
    pub left: Option<SourceName>,
    /// `None` where nothing is said of them.
    pub traits: Option<Traits>,
    /// GitHub's one-line description.
    pub description: Option<String>,
}

/// What was learned of one repository at one moment. Recording it twice changes nothing.
///
/// Without days, windows and the rest it tells just what a repository is called and what it is like by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Which repository.
    pub sighting: Sighting,
    /// When GitHub was asked, or when the other tool had asked.
    pub seen: Timestamp,
    /// Views and clones by day.
    pub days: Vec<Day>,
    /// The windows known to have been asked for; a live collection reports them when its run ends.
    pub windows: Vec<Span>,
    /// Counters by day.
    pub counters: Vec<(Date, Counters)>,
    /// Top-ten referrers.
    pub referrers: Vec<Snapshot>,
    /// Top-ten paths.
    pub paths: Vec<Snapshot>,
}

/// One collection of one source, when it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Which source.
    pub source: SourceName,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Timestamp,
    /// The window that GitHub answered for; `None` when nothing was collected.
    pub window: Option<Span>,
    /// Whether GitHub's pipeline stood still.
    pub frozen: bool,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Each repository in turn, in order of name.
    pub outcomes: Vec<Outcome>,
    /// What kept repositories from being met at all: an owner that cannot be listed, a token that is refused.
    pub faults: Vec<SourceFault>,
}

/// Something wrong with a source rather than with one of its repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFault {
    /// What.
    pub cause: String,
    /// What to do about it.
    pub mending: String,
}

/// What became of one repository in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its name.
    pub repository: RepoName,
    /// Its id, where it was learned.
    pub id: Option<RepoId>,
    /// How it went.
    pub result: Collected,
}

/// How the collection of one repository went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Collected {
    /// Traffic was read.
    Done {
        /// Days that had a figure.
        days: u64,
    },
    /// Nothing was asked, on purpose.
    Skipped {
        /// Why.
        why: String,
    },
    /// Something went wrong with this repository alone.
    Failed {
        /// What.
        cause: String,
        /// What to do about it.
        mending: String,
    },
}

impl Run {
    /// How many repositories failed.
    pub fn failures(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome.result, Collected::Failed { .. })).count()
    }
}
