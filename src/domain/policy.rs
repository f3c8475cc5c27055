//! Who may see what: roles, the rules that open them, and the only places that make a [`Viewer`].

mod explain;
mod grant;
mod reads;
mod viewer;

use std::collections::BTreeSet;
use std::fmt;

pub use explain::{Explained, RuleExplained, TestExplained};
pub use grant::{Grant, Prefix, PrefixFault};
pub use viewer::{Opens, Refusal, Viewer};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Timestamp;
use super::repo::{LabelFault, Selection, is_label};

text_type! {
    /// The name of a role, `[a-z][a-z0-9-]*`. It names the bundle too, and starts its addresses.
    RoleName, LabelFault, is_label
}

text_type! {
    /// The name of a sign-in provider in the configuration: `[a-z][a-z0-9-]*`.
    ProviderName, LabelFault, is_label
}

/// A kind of page that a role's bundle may hold. The overview is always there: it is the bundle's front page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// The front page.
    Overview,
    /// A page for each repository.
    Repository,
    /// The table of ISO weeks.
    Weekly,
    /// The table of months.
    Monthly,
    /// A page for each owner.
    Organisation,
    /// Who sends readers.
    Referrers,
    /// What they read.
    Paths,
    /// Stars and forks over time.
    Stars,
    /// Releases and how often their files were fetched.
    Releases,
    /// How well each day is known.
    Quality,
    /// What stood out, and what happened.
    Events,
    /// Choosing repositories, days and figures in the browser.
    Explore,
    /// Files of everything shown: CSV, JSON, XLSX and the bundle itself.
    Csv,
    /// Collection runs with their faults: for those who keep the system going.
    Log,
}

impl PageKind {
    /// Every kind, in the order pages are offered.
    pub const ALL: [PageKind; 14] = [
        PageKind::Overview,
        PageKind::Organisation,
        PageKind::Repository,
        PageKind::Weekly,
        PageKind::Monthly,
        PageKind::Referrers,
        PageKind::Paths,
        PageKind::Stars,
        PageKind::Releases,
        PageKind::Events,
        PageKind::Explore,
        PageKind::Quality,
        PageKind::Csv,
        PageKind::Log,
    ];

    /// As written in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            PageKind::Overview => "overview",
            PageKind::Repository => "repository",
            PageKind::Weekly => "weekly",
            PageKind::Monthly => "monthly",
            PageKind::Organisation => "organisation",
            PageKind::Referrers => "referrers",
            PageKind::Paths => "paths",
            PageKind::Stars => "stars",
            PageKind::Releases => "releases",
            PageKind::Quality => "quality",
            PageKind::Events => "events",
            PageKind::Explore => "explore",
            PageKind::Csv => "csv",
            PageKind::Log => "log",
        }
    }
}

/// Where a claim lies: `realm_access.roles` is two steps, a list of steps takes names with dots in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// Steps separated by dots; `None` if a step is empty.
    pub fn dotted(text: &str) -> Option<ClaimPath> {
        ClaimPath::steps(text.split('.').map(str::to_owned).collect())
    }

    /// Steps as given; `None` if there is none or one is empty.
    pub fn steps(steps: Vec<String>) -> Option<ClaimPath> {
        let usable = !steps.is_empty() && steps.iter().all(|step| !step.is_empty());
        usable.then_some(ClaimPath(steps))
    }

    /// `iss`: who says all the others (OpenID Connect Core 1.0, 2).
    pub fn issuer() -> ClaimPath {
        ClaimPath(vec!["iss".to_owned()])
    }

    /// Whether it is the path of the issuer.
    pub fn is_issuer(&self) -> bool {
        matches!(self.0.as_slice(), [only] if only == "iss")
    }

    /// The claim at the top that holds it: what a session must keep.
    pub fn root(&self) -> &str {
        &self.0[0]
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// One condition on the claims. Types must match: the number 5 is not the text "5", and no text is ever split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// The verified e-mail address, ASCII case aside.
    Email(String),
    /// The domain of the verified e-mail address, ASCII case aside; subdomains are other domains.
    EmailDomain(String),
    /// The claim is exactly this value.
    Equals(ClaimPath, Value),
    /// The claim is a list that holds this value, or is this value.
    Contains(ClaimPath, Value),
    /// The claim is one of these values, or a list that holds one of them.
    OneOf(ClaimPath, Vec<Value>),
}

impl Test {
    /// Whether the claims pass.
    pub fn passes(&self, claims: &Claims) -> bool {
        let holds = |path: &ClaimPath, wanted: &Value| match claims.at(path) {
            Some(Value::Array(values)) => values.contains(wanted),
            Some(value) => value == wanted,
            None => false,
        };
        match self {
            Test::Email(wanted) => {
                claims.verified_email().is_some_and(|email| email.to_string().eq_ignore_ascii_case(wanted))
            }
            Test::EmailDomain(wanted) => {
                claims.verified_email().is_some_and(|email| email.domain.eq_ignore_ascii_case(wanted))
            }
            Test::Equals(path, wanted) => claims.at(path) == Some(wanted),
            Test::Contains(path, wanted) => holds(path, wanted),
            Test::OneOf(path, wanted) => wanted.iter().any(|value| holds(path, value)),
        }
    }

    /// The top-level claims it reads.
    fn roots(&self) -> Vec<&str> {
        match self {
            Test::Email(_) | Test::EmailDomain(_) => vec!["email", "email_verified"],
            Test::Equals(path, _) | Test::Contains(path, _) | Test::OneOf(path, _) => vec![path.root()],
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Test::Email(email) => write!(f, "e-mail is {email}"),
            Test::EmailDomain(domain) => write!(f, "e-mail is of {domain}"),
            Test::Equals(path, Value::String(issuer)) if path.is_issuer() => write!(f, "signed in at {issuer}"),
            Test::Equals(path, value) => write!(f, "{path} equals {value}"),
            Test::Contains(path, value) => write!(f, "{path} contains {value}"),
            Test::OneOf(path, values) if path.is_issuer() => {
                write!(f, "signed in at one of {}", Value::from(values.clone()))
            }
            Test::OneOf(path, values) => write!(f, "{path} is one of {}", Value::from(values.clone())),
        }
    }
}

/// Conditions that must all hold. A rule without conditions opens nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rule(pub Vec<Test>);

impl Rule {
    /// Whether every condition holds.
    pub fn passes(&self, claims: &Claims) -> bool {
        !self.0.is_empty() && self.0.iter().all(|test| test.passes(claims))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tests: Vec<String> = self.0.iter().map(Test::to_string).collect();
        f.write_str(&tests.join(" and "))
    }
}

/// A named set of selectors and page kinds, with the rules that open it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Names the bundle.
    pub name: RoleName,
    /// What people read.
    pub title: String,
    /// Which repositories its bundle speaks of.
    pub repositories: Selection,
    /// Which kinds of page it holds.
    pub pages: BTreeSet<PageKind>,
    /// Any one of them opens the role.
    pub open_to: Vec<Rule>,
    /// Whether people who see it may pass parts of it on. Left out when not, so that statements from before there was
    /// such a thing keep their bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub share: bool,
}

/// All roles. Part of every signed release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Policy {
    roles: Vec<Role>,
}

impl Policy {
    /// From roles with distinct names, in the order they are offered. The first of two of one name counts.
    pub fn new(roles: Vec<Role>) -> Policy {
        let mut seen = BTreeSet::new();
        Policy { roles: roles.into_iter().filter(|role| seen.insert(role.name.clone())).collect() }
    }

    /// The roles in order.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Whether every rule says whose word counts: else what one provider vouches for opens what is another's.
    pub fn tells_providers_apart(&self) -> bool {
        let of_issuer = |test: &Test| match test {
            Test::Equals(path, _) | Test::OneOf(path, _) => path.is_issuer(),
            _ => false,
        };
        let rules = self.roles.iter().flat_map(|role| &role.open_to);
        rules.filter(|rule| !rule.0.is_empty()).all(|rule| rule.0.iter().any(of_issuer))
    }

    /// The role of that name.
    pub fn role(&self, name: &RoleName) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == *name)
    }
}

/// What a provider says of a person, until when it may be believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    values: Map<String, Value>,
    valid_until: Timestamp,
}

impl Claims {
    /// Claims that are good before `valid_until` and not from then on.
    pub fn new(values: Map<String, Value>, valid_until: Timestamp) -> Claims {
        Claims { values, valid_until }
    }

    /// The claim at a path; `None` if a step is missing or leads through something that is no object.
    pub fn at(&self, path: &ClaimPath) -> Option<&Value> {
        let (root, rest) = path.0.split_first()?;
        rest.iter().try_fold(self.values.get(root)?, |value, step| value.as_object()?.get(step))
    }

    /// The e-mail address, if the provider says it is verified. `"true"` as a text is not `true`.
    pub fn verified_email(&self) -> Option<Email<'_>> {
        let verified = self.values.get("email_verified") == Some(&Value::Bool(true));
        let email = self.values.get("email")?.as_str()?;
        if verified { Email::parse(email) } else { None }
    }
}

/// A plain e-mail address: one `@`, ASCII, no spaces or quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Email<'a> {
    local: &'a str,
    domain: &'a str,
}

impl<'a> Email<'a> {
    /// `None` for anything two readers could take apart differently.
    pub fn parse(text: &'a str) -> Option<Email<'a>> {
        let (local, domain) = text.split_once('@')?;
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '"' | ',' | ';' | '<' | '>' | '(' | ')' | '\\');
        let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let usable = !local.is_empty() && !domain.is_empty() && local.chars().all(plain) && domain.chars().all(host);
        usable.then_some(Email { local, domain })
    }
}

impl fmt::Display for Email<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests;
