//! Repositories: their identity, their names, and the selectors that pick them.

mod outline;
mod selector;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use self::outline::Outline;
pub use self::selector::{Selection, Selector, SelectorFault};

use super::downloads::Release;
use super::ranking::Snapshot;
use super::signal::Revision;
use super::traffic::Traffic;
use super::uniques::{Fortnight, WeekTotal};
use super::{Date, Timestamp};

/// GitHub's numeric repository id. It survives renames and transfers, and is never reused on one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoId(pub u64);

impl fmt::Display for RepoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `owner/name`, as GitHub spells it. Equality is exact; [`RepoName::same_as`] compares as GitHub does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName {
    owner: String,
    name: String,
}

impl RepoName {
    /// The account that owns the repository.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's name within its owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether GitHub would take both for one name: it ignores ASCII case.
    pub fn same_as(&self, other: &RepoName) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl FromStr for RepoName {
    type Err = NameFault;

    /// Accepts exactly what can become a path segment safely: letters, digits, `-`, `_` and `.`, no segment of dots only.
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let fault = || NameFault(text.to_owned());
        let (owner, name) = text.split_once('/').ok_or_else(fault)?;
        if !(is_segment(owner) && is_segment(name)) {
            return Err(fault());
        }
        Ok(RepoName { owner: owner.to_owned(), name: name.to_owned() })
    }
}

impl TryFrom<String> for RepoName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        text.parse()
    }
}

impl From<RepoName> for String {
    fn from(name: RepoName) -> String {
        name.to_string()
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

fn is_segment(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&text.len()) && text.chars().all(allowed) && !text.chars().all(|c| c == '.')
}

/// A text that is not `owner/name`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a repository name of the form `owner/name`")]
pub struct NameFault(pub String);

text_type! {
    /// The name of a source in the configuration: `[a-z][a-z0-9-]*`.
    SourceName, LabelFault, is_label
}

/// A text that is not `[a-z][a-z0-9-]*` of at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a name: use a lower-case letter, then lower-case letters, digits and `-`, 60 at most")]
pub struct LabelFault(pub String);

/// The one form that source and role names share.
pub(super) fn is_label(text: &str) -> bool {
    let first = text.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    first && rest && text.len() <= 60
}

/// Properties a selector may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Traits {
    /// Only people with access may see the repository on GitHub.
    pub private: bool,
    /// The repository is a fork of another one.
    pub fork: bool,
    /// The repository is read-only.
    pub archived: bool,
}

/// A repository as last seen, with every name it had before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Repository {
    /// The GitHub host it lives on, such as `github.com`. Ids are unique within a host only.
    pub host: String,
    /// `None` for a history that was imported by name and not yet seen on GitHub.
    pub id: Option<RepoId>,
    /// The current name.
    pub name: RepoName,
    /// Earlier names, oldest first.
    pub aliases: Vec<RepoName>,
    /// The sources that collect it: those whose selectors picked it when it was last collected at all.
    pub sources: BTreeSet<SourceName>,
    /// What selectors may ask for.
    pub traits: Traits,
    /// GitHub's one-line description, written by strangers.
    pub description: Option<String>,
    /// What else GitHub says of it.
    pub about: About,
}

impl Repository {
    /// Whether GitHub says that it is private; `None` until GitHub was asked. Selectors take it for private till then.
    pub fn private(&self) -> Option<bool> {
        self.id.map(|_| self.traits.private)
    }
}

/// Counters of a repository on one day. A field is `None` where nobody looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counters {
    /// `stargazers_count` (GitHub's `watchers_count` is the same number under an old name).
    pub stars: Option<u64>,
    /// `forks_count`.
    pub forks: Option<u64>,
    /// `subscribers_count`: people who watch.
    pub watchers: Option<u64>,
    /// `open_issues_count`, which counts open pull requests too.
    pub open_issues_and_pulls: Option<u64>,
    /// Open pull requests alone.
    pub open_pulls: Option<u64>,
}

impl Counters {
    /// Takes from `later` whatever it knows. Counters may fall, so the later observation of a day wins.
    pub fn overlay(self, later: Counters) -> Counters {
        Counters {
            stars: later.stars.or(self.stars),
            forks: later.forks.or(self.forks),
            watchers: later.watchers.or(self.watchers),
            open_issues_and_pulls: later.open_issues_and_pulls.or(self.open_issues_and_pulls),
            open_pulls: later.open_pulls.or(self.open_pulls),
        }
    }

    /// Open issues alone; GitHub's own counter has the pull requests in it.
    pub fn open_issues(&self) -> Option<u64> {
        self.open_issues_and_pulls?.checked_sub(self.open_pulls?)
    }
}

/// What GitHub says of a repository besides its traits. A field is `None` where nobody learned it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct About {
    /// Labels its people gave it. Written by strangers.
    pub topics: Option<Vec<String>>,
    /// Bytes of code by language.
    pub languages: Option<BTreeMap<String, u64>>,
    /// `public`, `private` or `internal`.
    pub visibility: Option<String>,
    /// The branch that is shown first.
    pub default_branch: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

impl About {
    /// Takes from `later` whatever it knows.
    pub fn overlay(self, later: About) -> About {
        About {
            topics: later.topics.or(self.topics),
            languages: later.languages.or(self.languages),
            visibility: later.visibility.or(self.visibility),
            default_branch: later.default_branch.or(self.default_branch),
            created: later.created.or(self.created),
        }
    }
}

/// Everything known about one repository, merged: what reports are made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RepositoryHistory {
    /// Which repository.
    pub repository: Repository,
    /// Views and clones by day, with the windows that were looked at.
    pub traffic: Traffic,
    /// Counters by day, ascending, at most one entry a day.
    pub counters: Vec<(Date, Counters)>,
    /// Top-ten referrers, ascending by time.
    pub referrers: Vec<Snapshot>,
    /// Top-ten paths, ascending by time.
    pub paths: Vec<Snapshot>,
    /// GitHub's own weekly figures, ascending; its uniques are of the whole week.
    pub weeks: Vec<WeekTotal>,
    /// GitHub's own 14-day figures, ascending by time.
    pub fortnights: Vec<Fortnight>,
    /// Stars gained by day, ascending, of those that were not taken back by the time somebody looked.
    pub stars_gained: Vec<(Date, u64)>,
    /// Releases with the downloads of their assets, by id.
    pub releases: Vec<Release>,
    /// When its traffic was last collected without a fault.
    pub collected: Option<Timestamp>,
    /// Figures of the last thirteen months that changed after they had come to rest, in order of day.
    pub revisions: Vec<Revision>,
    /// Earlier names with the last day each was met, oldest first; of a name that only files have told, no day is known.
    pub renamed: Vec<(RepoName, Date)>,
}

#[cfg(test)]
mod tests;
