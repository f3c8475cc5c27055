//! What becomes of a repository: another name, another owner, its end, and somebody else under its old name.
//!
//! All of it is planned by date before the sample is served, so that a test knows what is true on every day.

use super::Sample;
use super::catalog::newcomer;
use super::repository::{OWNERS, Owner, SampleRepository};
use crate::domain::Date;
use crate::domain::repo::{RepoId, RepoName};

/// A plan that the sample cannot follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplanned {
    /// There is no such account.
    #[error("the sample has no account `{0}`\n\nhint: its accounts are `acme`, `globex` and `ada-lovelace`")]
    Account(String),
    /// There is no such repository.
    #[error("the sample has no repository with the id {0}")]
    Repository(RepoId),
    /// No repository can be called so.
    #[error("the sample cannot call a repository `{0}`\n\nhint: use letters, digits, `-`, `_` and `.`")]
    Name(String),
}

impl Sample {
    /// Gives a repository another name within its owner from `on`. The old name leads to it until somebody takes it.
    pub fn rename(&mut self, id: RepoId, name: &str, on: Date) -> Result<(), Unplanned> {
        let parsed: Result<RepoName, _> = format!("any/{name}").parse();
        parsed.map_err(|_| Unplanned::Name(name.to_owned()))?;
        self.planned(id)?.call(None, Some(name), on);
        Ok(())
    }

    /// Gives a repository to another account of the sample from `on`.
    pub fn transfer(&mut self, id: RepoId, owner: &str, on: Date) -> Result<(), Unplanned> {
        let owner = account(owner)?;
        self.planned(id)?.call(Some(owner), None, on);
        Ok(())
    }

    /// Makes a repository on `on`, under a name that may be another one's former name; its id.
    pub fn create(&mut self, name: &RepoName, on: Date) -> Result<RepoId, Unplanned> {
        let owner = account(name.owner())?;
        let made = newcomer(self.repositories.len() as u64, owner, name.name(), on);
        let id = made.id;
        self.repositories.push(made);
        Ok(id)
    }

    /// Ends a repository on `on`: from then it is hidden under its id and under every name.
    pub fn delete(&mut self, id: RepoId, on: Date) -> Result<(), Unplanned> {
        self.planned(id)?.end(on);
        Ok(())
    }

    /// Makes a repository private from `on`.
    pub fn make_private(&mut self, id: RepoId, on: Date) -> Result<(), Unplanned> {
        self.planned(id)?.hide(on);
        Ok(())
    }

    fn planned(&mut self, id: RepoId) -> Result<&mut SampleRepository, Unplanned> {
        self.repositories.iter_mut().find(|repository| repository.id == id).ok_or(Unplanned::Repository(id))
    }
}

fn account(login: &str) -> Result<Owner, Unplanned> {
    let found = OWNERS.into_iter().find(|owner| owner.login.eq_ignore_ascii_case(login));
    found.ok_or_else(|| Unplanned::Account(login.to_owned()))
}
