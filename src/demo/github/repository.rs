//! A repository of the sample: what it is, and what it is called on which day.

use crate::domain::Date;
use crate::domain::repo::{RepoId, RepoName, Traits};

/// An account of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) login: &'static str,
    pub(super) id: u64,
    pub(super) organization: bool,
}

pub(super) const ACME: Owner = Owner { login: "acme", id: 4_210_007, organization: true };
pub(super) const GLOBEX: Owner = Owner { login: "globex", id: 5_117_340, organization: true };
/// The person behind the sample's token.
pub(super) const ADA: Owner = Owner { login: "ada-lovelace", id: 1_815_121, organization: false };
pub(super) const OWNERS: [Owner; 3] = [ACME, GLOBEX, ADA];

/// What sets a repository apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Private,
    Archived,
    Fork,
    /// Rarely looked at, and not at all for the last weeks.
    Idle,
    /// Famous for a day.
    Viral,
    /// Had another name until four weeks before the sample's newest day.
    Renamed(&'static str),
}

/// A repository of the sample.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleRepository {
    /// Its id, the same under every name.
    pub id: RepoId,
    /// Private, fork, archived, as it was at first; see [`SampleRepository::traits_on`].
    pub traits: Traits,
    /// The day it was made.
    pub created: Date,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) kind: Kind,
    /// Views on an ordinary day of the first year.
    pub(super) base: f64,
    /// What it was called, from which day on; ascending, never empty.
    names: Vec<Named>,
    hidden: Option<Date>,
    deleted: Option<Date>,
}

#[derive(Clone, Debug, PartialEq)]
struct Named {
    since: Date,
    owner: Owner,
    name: String,
}

/// What a repository is made from.
pub(super) struct Seed {
    pub(super) id: RepoId,
    pub(super) owner: Owner,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) base: f64,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) created: Date,
}

impl SampleRepository {
    pub(super) fn new(seed: Seed) -> SampleRepository {
        let Seed { id, owner, name, kind, base, description, language, created } = seed;
        SampleRepository {
            id,
            traits: Traits {
                private: kind == Kind::Private,
                fork: kind == Kind::Fork,
                archived: kind == Kind::Archived,
            },
            created,
            description,
            language,
            kind,
            base,
            names: vec![Named { since: Date::MIN, owner, name }],
            hidden: None,
            deleted: None,
        }
    }

    /// What GitHub says of it in a line.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The name it had on `date`.
    pub fn name_on(&self, date: Date) -> RepoName {
        self.named(date).full()
    }

    /// Every name it had before `date` and has not any more.
    pub fn former_names(&self, date: Date) -> Vec<RepoName> {
        let now = self.name_on(date);
        let until = self.names.iter().take_while(|named| named.since <= date);
        until.map(Named::full).filter(|name| *name != now).collect()
    }

    /// What selectors may ask for, on `date`.
    pub fn traits_on(&self, date: Date) -> Traits {
        let hidden = self.hidden.is_some_and(|since| since <= date);
        Traits { private: self.traits.private || hidden, ..self.traits }
    }

    /// Whether it has been made by `date` and not deleted.
    pub fn exists_on(&self, date: Date) -> bool {
        self.created <= date && self.deleted.is_none_or(|gone| date < gone)
    }

    /// Whether it is called so on `date`, by GitHub's rules of case.
    pub(super) fn is_called(&self, name: &RepoName, date: Date) -> bool {
        self.named(date).is(name)
    }

    /// Whether it was called so before `date` and is not any more.
    pub(super) fn was_called(&self, name: &RepoName, date: Date) -> bool {
        let until = self.names.iter().take_while(|named| named.since <= date);
        !self.is_called(name, date) && until.into_iter().any(|named| named.is(name))
    }

    pub(super) fn owner_on(&self, date: Date) -> Owner {
        self.named(date).owner
    }

    /// Gives it another name, another owner or both from `on`.
    pub(super) fn call(&mut self, owner: Option<Owner>, name: Option<&str>, on: Date) {
        let before = self.named(on).clone();
        let name = name.map_or(before.name, str::to_owned);
        self.names.retain(|named| named.since < on);
        self.names.push(Named { since: on, owner: owner.unwrap_or(before.owner), name });
    }

    pub(super) fn hide(&mut self, on: Date) {
        self.hidden = Some(on);
    }

    pub(super) fn end(&mut self, on: Date) {
        self.deleted = Some(on);
    }

    fn named(&self, date: Date) -> &Named {
        let since = self.names.partition_point(|named| named.since <= date);
        &self.names[since.max(1) - 1]
    }
}

impl Named {
    /// Without making a name of it: every request asks every repository.
    fn is(&self, name: &RepoName) -> bool {
        self.name.eq_ignore_ascii_case(name.name()) && self.owner.login.eq_ignore_ascii_case(name.owner())
    }

    fn full(&self) -> RepoName {
        // Names come from the catalogue, of which a test reads every one, or from a name that was parsed.
        format!("{}/{}", self.owner.login, self.name).parse().unwrap_or_else(|fault| unreachable!("{fault}"))
    }
}
