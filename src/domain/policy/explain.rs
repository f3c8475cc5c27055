//! Why claims open a role or do not, rule by rule and test by test.

use serde_json::Value;

use super::{ClaimPath, Claims, Email, Policy, Role, Rule, Test};

/// Elements of a list that are shown. More say nothing that anybody would read.
const ELEMENTS: usize = 5;

/// Characters of a value that are shown.
const CHARACTERS: usize = 60;

/// What a policy says of some claims to one role.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained<'p> {
    /// The role.
    pub role: &'p Role,
    /// The place in [`Role::open_to`] of the rule that opens it, as [`Policy::admit`] finds it; `None` if it is closed.
    pub opened_by: Option<usize>,
    /// Every rule, in order.
    pub rules: Vec<RuleExplained<'p>>,
}

/// What a rule says of some claims.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleExplained<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// Whether all of its tests pass, and there is one.
    pub passes: bool,
    /// Every test, in order.
    pub tests: Vec<TestExplained<'p>>,
}

/// What a test says of some claims.
#[derive(Clone, Debug, PartialEq)]
pub struct TestExplained<'p> {
    /// The test.
    pub test: &'p Test,
    /// Whether it passes.
    pub passes: bool,
    /// What is there in the claims, in a few words: fit for a terminal, and for a page once escaped.
    pub found: String,
}

impl Policy {
    /// Why these claims open what they open: each role in order. It says the same as [`Policy::admit`] does while the
    /// claims are good.
    pub fn explain(&self, claims: &Claims) -> Vec<Explained<'_>> {
        let explained = |role| Explained::of(role, claims);
        self.roles.iter().map(explained).collect()
    }
}

impl<'p> Explained<'p> {
    fn of(role: &'p Role, claims: &Claims) -> Explained<'p> {
        let test = |test: &'p Test| TestExplained { test, passes: test.passes(claims), found: found(test, claims) };
        let rule = |rule: &'p Rule| RuleExplained {
            rule,
            passes: rule.passes(claims),
            tests: rule.0.iter().map(test).collect(),
        };
        Explained { role, opened_by: role.opened_by(claims), rules: role.open_to.iter().map(rule).collect() }
    }
}

/// What the claims have where a test looks.
fn found(test: &Test, claims: &Claims) -> String {
    let (path, wanted) = match test {
        Test::Email(_) | Test::EmailDomain(_) => return email(claims),
        Test::Equals(path, wanted) | Test::Contains(path, wanted) => (path, std::slice::from_ref(wanted)),
        Test::OneOf(path, wanted) => (path, wanted.as_slice()),
    };
    match claims.at(path) {
        Some(Value::Array(values)) if values.len() > ELEMENTS => list(values, wanted),
        Some(value) => shown(value),
        None => missing(path, claims),
    }
}

fn email(claims: &Claims) -> String {
    match claims.values.get("email") {
        None => "no e-mail".to_owned(),
        Some(Value::String(text)) if Email::parse(text).is_some() => match claims.verified_email() {
            Some(_) => cut(text),
            None => format!("not verified: {}", cut(text)),
        },
        Some(other) => format!("no plain address: {}", shown(other)),
    }
}

/// The first of a long list, before them those that are looked for.
fn list(values: &[Value], wanted: &[Value]) -> String {
    let (named, others): (Vec<&Value>, Vec<&Value>) = values.iter().partition(|value| wanted.contains(value));
    let first: Vec<String> = named.into_iter().chain(others).take(ELEMENTS).map(shown).collect();
    format!("[{}, … {} in all]", first.join(","), values.len())
}

/// Which step leads nowhere.
fn missing(path: &ClaimPath, claims: &Claims) -> String {
    let known = |steps: &usize| claims.at(&ClaimPath(path.0[..*steps].to_vec())).is_some();
    let Some(steps) = (1..path.0.len()).rev().find(known) else { return "missing".to_owned() };
    let parent = ClaimPath(path.0[..steps].to_vec());
    match claims.at(&parent) {
        Some(Value::Object(_)) => format!("missing: `{parent}` has no `{}`", path.0[steps]),
        _ => format!("missing: `{parent}` holds no further claims"),
    }
}

/// A value as JSON.
fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

/// A text of strangers, in bounds and without anything that moves a cursor or turns writing around.
fn cut(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() { c } else { '\u{fffd}' };
    let kept: String = text.chars().take(CHARACTERS).map(plain).collect();
    if text.chars().nth(CHARACTERS).is_some() { format!("{kept}…") } else { kept }
}

#[cfg(test)]
mod tests;
