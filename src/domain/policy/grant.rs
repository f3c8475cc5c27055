//! What a share link or an access token opens: a part of one role, for a time.

use serde_json::{Map, Value};

use super::RoleName;
use crate::domain::Timestamp;
use crate::domain::release::{PagePath, is_path};

text_type! {
    /// The beginning of addresses within a bundle, in whole segments: `repositories/acme` covers
    /// `repositories/acme/anvil.html`, and `repositories/ac` does not.
    Prefix, PrefixFault, is_path
}

impl Prefix {
    /// Whether the address is this one, or lies below it.
    pub fn covers(&self, path: &PagePath) -> bool {
        let rest = path.as_str().strip_prefix(self.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// A text that cannot begin an address within a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot begin a path within a bundle: write whole segments, such as `repositories/acme`")]
pub struct PrefixFault(pub String);

/// What a share link or an access token opens to whoever holds it; see [`Policy::admit_grant`](super::Policy::admit_grant).
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// The role of which it opens something.
    pub role: RoleName,
    /// The part that it opens; `None` for all of it.
    pub prefix: Option<Prefix>,
    /// It opens nothing from then on.
    pub until: Timestamp,
    /// The claims of the person who made it, as far as the policy reads them: it opens no more than that person may
    /// pass on. `None` when an operator made it.
    pub by: Option<Map<String, Value>>,
}
