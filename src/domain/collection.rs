//! What a collection or an import brings to the history, and what it reports of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::downloads::Release;
use super::ranking::Snapshot;
use super::repo::{About, Counters, RepoId, RepoName, SourceName, Traits};
use super::traffic::{Cell, Day, Span};
use super::uniques::{Fortnight, WeekTotal};
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
    /// What else was learned of it.
    pub about: About,
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
    /// GitHub's own weekly figures, of weeks that lay whole in the window.
    pub weeks: Vec<WeekTotal>,
    /// GitHub's own 14-day figures.
    pub fortnights: Vec<Fortnight>,
    /// Stars gained by day, of those that are still given.
    pub stars_gained: Vec<(Date, u64)>,
    /// Releases with the downloads as of one day or more.
    pub releases: Vec<Release>,
    /// What was asked of those things that are not asked every night.
    pub asked: Vec<Asked>,
}

impl Observation {
    /// That a repository was met, and nothing more.
    pub fn new(sighting: Sighting, seen: Timestamp) -> Observation {
        Observation {
            sighting,
            seen,
            days: Vec::new(),
            windows: Vec::new(),
            counters: Vec::new(),
            referrers: Vec::new(),
            paths: Vec::new(),
            weeks: Vec::new(),
            fortnights: Vec::new(),
            stars_gained: Vec::new(),
            releases: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// Something that GitHub is asked about a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Views by day.
    Views,
    /// Clones by day.
    Clones,
    /// Views and clones by week.
    Weeks,
    /// The history of its stars.
    Stars,
    /// Releases with their downloads.
    Releases,
}

/// That a question was answered, and what the next collection needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What.
    pub what: Question,
    /// When.
    pub at: Timestamp,
    /// What it looked like: the ETag of an *empty* answer to views, clones and releases, so that the same emptiness
    /// costs nothing the next time; the number of stars for the history of stars.
    pub mark: Option<String>,
}

/// What the history knows of a repository that decides what is worth asking tonight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// When its traffic was last collected without a fault.
    pub collected: Option<Timestamp>,
    /// The days of the last two months with a count above zero, ascending.
    pub busy: Vec<Date>,
    /// Whether it had views in its newest fortnight, and so referrers and paths.
    pub viewed: bool,
    /// The Monday of the newest week whose own figures are known.
    pub week: Option<Date>,
    /// The newest answer to each question.
    pub asked: BTreeMap<Question, Asked>,
}

/// What is known of each repository of one GitHub host.
pub type Memory = BTreeMap<RepoId, Known>;

/// A figure of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Page views.
    Views,
    /// Git clones.
    Clones,
}

/// One value that was seen of a figure of a day: several of them show that it was revised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The day.
    pub date: Date,
    /// Of what.
    pub metric: Metric,
    /// What GitHub said.
    pub cell: Cell,
    /// The first moment it said so.
    pub first: Timestamp,
    /// The last moment it said so.
    pub last: Timestamp,
}

/// What an operator says of a figure of a day against what GitHub said. The figures observed stay beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The day.
    pub date: Date,
    /// Of what.
    pub metric: Metric,
    /// What counts instead; `None` takes an earlier correction back.
    pub cell: Option<Cell>,
    /// Why.
    pub note: String,
    /// When the operator said so; the newest one counts.
    pub made: Timestamp,
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
    /// Days inside the window that GitHub showed of hardly any repository though most were busy around them: what is
    /// absent there is not known to be zero.
    pub doubtful: Vec<Date>,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Those of them that were answered with "not modified", which cost nothing of the hourly limit.
    pub unchanged: u64,
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
    /// There was no time or no limit left for it tonight; it is asked first the next time.
    Postponed {
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
    /// Requests for each repository that was asked for, however it went, those of the listing included; `None` where
    /// none was.
    pub fn requests_each(&self) -> Option<f64> {
        let asked = |outcome: &&Outcome| matches!(outcome.result, Collected::Done { .. } | Collected::Failed { .. });
        let asked = self.outcomes.iter().filter(asked).count();
        (asked > 0).then(|| self.requests as f64 / asked as f64)
    }
}
