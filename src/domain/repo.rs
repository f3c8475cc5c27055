//! Repositories: their identity, their names, and the selectors that pick them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ranking::Snapshot;
use super::traffic::Traffic;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Only people with access may see the repository on GitHub.
    pub private: bool,
    /// The repository is a fork of another one.
    pub fork: bool,
    /// The repository is read-only.
    pub archived: bool,
}

/// A repository as last seen, with every name it had before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl Repository {
    /// Whether GitHub says that it is private; `None` until GitHub was asked. Selectors take it for private till then.
    pub fn private(&self) -> Option<bool> {
        self.id.map(|_| self.traits.private)
    }
}

/// Counters of a repository on one day. A field is `None` where nobody looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// `stargazers_count` (GitHub's `watchers_count` is the same number under an old name).
    pub stars: Option<u64>,
    /// `forks_count`.
    pub forks: Option<u64>,
    /// `subscribers_count`: people who watch.
    pub watchers: Option<u64>,
    /// `open_issues_count`, which counts open pull requests too.
    pub open_issues_and_pulls: Option<u64>,
}

impl Counters {
    /// Takes from `later` whatever it knows. Counters may fall, so the later observation of a day wins.
    pub fn overlay(self, later: Counters) -> Counters {
        Counters {
            stars: later.stars.or(self.stars),
            forks: later.forks.or(self.forks),
            watchers: later.watchers.or(self.watchers),
            open_issues_and_pulls: later.open_issues_and_pulls.or(self.open_issues_and_pulls),
        }
    }
}

/// Everything known about one repository, merged: what reports are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// When its traffic was last collected without a fault.
    pub collected: Option<Timestamp>,
}

/// One selector: `acme/*`, `source:emea`, `private`, `fork`, `archived`, each with `!` for the opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Owner and name, each with `*` for any run of characters; ASCII case does not matter.
    Name {
        /// Pattern of the owner.
        owner: String,
        /// Pattern of the name.
        name: String,
    },
    /// Every repository that this source picked.
    Source(SourceName),
    /// Only people with access may see it on GitHub.
    Private,
    /// A fork of another repository.
    Fork,
    /// Read-only.
    Archived,
}

impl Selector {
    /// Whether this selector alone picks the repository.
    pub fn picks(&self, repository: &Repository) -> bool {
        match self {
            Selector::Name { owner, name } => {
                glob(owner, repository.name.owner()) && glob(name, repository.name.name())
            }
            Selector::Source(source) => repository.sources.contains(source),
            Selector::Private => repository.traits.private,
            Selector::Fork => repository.traits.fork,
            Selector::Archived => repository.traits.archived,
        }
    }
}

impl FromStr for Selector {
    type Err = SelectorFault;

    fn from_str(text: &str) -> Result<Self, SelectorFault> {
        match text {
            "private" => return Ok(Selector::Private),
            "fork" => return Ok(Selector::Fork),
            "archived" => return Ok(Selector::Archived),
            _ => {}
        }
        let fault = || SelectorFault(text.to_owned());
        if let Some(source) = text.strip_prefix("source:") {
            return source.parse().map(Selector::Source).map_err(|_| fault());
        }
        let (owner, name) = text.split_once('/').ok_or_else(fault)?;
        let pattern = |part: &str| is_segment(&part.replace('*', "x"));
        if !(pattern(owner) && pattern(name)) {
            return Err(fault());
        }
        Ok(Selector::Name { owner: owner.to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Name { owner, name } => write!(f, "{owner}/{name}"),
            Selector::Source(source) => write!(f, "source:{source}"),
            Selector::Private => f.write_str("private"),
            Selector::Fork => f.write_str("fork"),
            Selector::Archived => f.write_str("archived"),
        }
    }
}

/// A text that is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a selector: write `owner/name` (with `*`), `source:NAME`, `private`, `fork` or `archived`, each with `!` before it to leave out"
)]
pub struct SelectorFault(pub String);

/// Selectors together: what any of them picks, less what any `!` leaves out, whatever their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Selection {
    pick: Vec<Selector>,
    leave: Vec<Selector>,
}

impl Selection {
    /// Whether the repository is picked. A selection without a positive selector picks nothing.
    pub fn picks(&self, repository: &Repository) -> bool {
        self.adds(repository) && !self.leaves_out(repository)
    }

    /// Whether a positive selector picks the repository, whatever a `!` says.
    pub fn adds(&self, repository: &Repository) -> bool {
        self.pick.iter().any(|s| s.picks(repository))
    }

    /// Whether a `!` selector leaves the repository out.
    pub fn leaves_out(&self, repository: &Repository) -> bool {
        self.leave.iter().any(|s| s.picks(repository))
    }

    /// The selectors that add repositories.
    pub fn positive(&self) -> &[Selector] {
        &self.pick
    }

    /// The selectors that leave repositories out.
    pub fn negative(&self) -> &[Selector] {
        &self.leave
    }

    /// Adds one selector as typed.
    pub fn push(&mut self, text: &str) -> Result<(), SelectorFault> {
        match text.strip_prefix('!') {
            Some(rest) => self.leave.push(rest.parse().map_err(|_| SelectorFault(text.to_owned()))?),
            None => self.pick.push(text.parse()?),
        }
        Ok(())
    }
}

impl TryFrom<Vec<String>> for Selection {
    type Error = SelectorFault;

    fn try_from(texts: Vec<String>) -> Result<Self, SelectorFault> {
        let mut selection = Selection::default();
        texts.iter().try_for_each(|text| selection.push(text))?;
        Ok(selection)
    }
}

impl From<Selection> for Vec<String> {
    fn from(selection: Selection) -> Vec<String> {
        let leave = selection.leave.iter().map(|s| format!("!{s}"));
        selection.pick.iter().map(Selector::to_string).chain(leave).collect()
    }
}

/// `*` stands for any run of characters; everything else for itself, ASCII case aside.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests;
