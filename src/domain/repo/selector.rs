//! Selectors: which repositories are meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Repository, SourceName, is_segment};

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
pub(super) fn glob(pattern: &str, text: &str) -> bool {
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
