//! The proof that something may be seen, and the only three ways to it.

use std::collections::BTreeMap;

use super::{Claims, Grant, Policy, Prefix, Role, RoleName};
use crate::domain::Timestamp;
use crate::domain::release::{PagePath, Release};

impl Policy {
    /// Decides what these claims open at `now`.
    ///
    /// # Errors
    /// [`Refusal::Expired`] when the claims are no longer good, [`Refusal::NoRole`] when no rule passes.
    pub fn admit(&self, claims: &Claims, now: Timestamp) -> Result<Viewer, Refusal> {
        if now >= claims.valid_until {
            return Err(Refusal::Expired);
        }
        let opened = |role: &Role| Some((role.name.clone(), Opens::Whole(role.opened_by(claims)?)));
        let roles: BTreeMap<RoleName, Opens> = self.roles.iter().filter_map(opened).collect();
        if roles.is_empty() { Err(Refusal::NoRole) } else { Ok(Viewer { roles }) }
    }

    /// Decides what a share link or an access token opens at `now`. What a person made counts while this policy opens
    /// the role to that person's claims and lets people pass it on, so a change of policy binds what was made before.
    ///
    /// # Errors
    /// [`Refusal::Expired`] when its time is over, [`Refusal::NoRole`] when the role is gone, or is not (or no longer)
    /// for its maker to pass on.
    pub fn admit_grant(&self, grant: &Grant, now: Timestamp) -> Result<Viewer, Refusal> {
        if now >= grant.until {
            return Err(Refusal::Expired);
        }
        let role = self.role(&grant.role).ok_or(Refusal::NoRole)?;
        if let Some(claims) = &grant.by {
            let claims = Claims::new(claims.clone(), grant.until);
            role.opened_by(&claims).filter(|_| role.share).ok_or(Refusal::NoRole)?;
        }
        let opens = match &grant.prefix {
            Some(prefix) => Opens::Part(prefix.clone()),
            None => Opens::Granted,
        };
        Ok(Viewer { roles: BTreeMap::from([(role.name.clone(), opens)]) })
    }
}

impl Release {
    /// What opens a badge to anybody: the address in some role's bundle that this release says is public, and that alone.
    pub fn admit_anybody(&self, badge: &PagePath) -> Option<(RoleName, Viewer)> {
        let role = self.public.get(badge)?;
        let opens = Opens::Only(badge.clone());
        Some((role.clone(), Viewer { roles: BTreeMap::from([(role.clone(), opens)]) }))
    }
}

impl Role {
    /// The first rule that passes.
    pub(super) fn opened_by(&self, claims: &Claims) -> Option<usize> {
        self.open_to.iter().position(|rule| rule.passes(claims))
    }
}

/// Proof of what may be seen: the only key to bundle bytes. Only [`Policy::admit`],
/// [`Policy::admit_grant`] and [`Release::admit_anybody`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    roles: BTreeMap<RoleName, Opens>,
}

/// How much of a role is open, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// All of it, by the rule of this place in [`Role::open_to`].
    Whole(usize),
    /// All of it, by a share link or an access token.
    Granted,
    /// What lies under this, by a share link or an access token.
    Part(Prefix),
    /// This address alone, which the release says is public.
    Only(PagePath),
}

impl Opens {
    /// The place in [`Role::open_to`] of the rule that opens it; `None` where a share link or an access token does.
    pub fn rule(&self) -> Option<usize> {
        match self {
            Opens::Whole(rule) => Some(*rule),
            Opens::Granted | Opens::Part(_) | Opens::Only(_) => None,
        }
    }

    /// Whether the address is open. Whoever sees a part sees it in its look.
    fn holds(&self, path: &PagePath) -> bool {
        match self {
            Opens::Whole(_) | Opens::Granted => true,
            Opens::Part(prefix) => path.is_asset() || prefix.covers(path),
            Opens::Only(one) => path == one,
        }
    }
}

impl Viewer {
    /// Whether some part of the role is open to this viewer.
    pub fn may_see(&self, role: &RoleName) -> bool {
        self.roles.contains_key(role)
    }

    /// Whether this address of the role's bundle is open to this viewer. It need not exist.
    pub fn may_open(&self, role: &RoleName, path: &PagePath) -> bool {
        self.roles.get(role).is_some_and(|opens| opens.holds(path))
    }

    /// Whether all of the role's bundle is open to this viewer, not a part of it.
    pub fn may_open_all(&self, role: &RoleName) -> bool {
        matches!(self.roles.get(role), Some(Opens::Whole(_) | Opens::Granted))
    }

    /// The open roles by name, each with how much of it is open.
    pub fn roles(&self) -> impl ExactSizeIterator<Item = (&RoleName, &Opens)> {
        self.roles.iter()
    }
}

/// Why claims, or a grant, open nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// They are too old to be believed.
    #[error("the sign-in has expired")]
    Expired,
    /// No rule of any role passes.
    #[error("no role is open to these claims")]
    NoRole,
}

#[cfg(test)]
mod tests;
