//! What a policy reads of the claims: all that a session needs to keep.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Policy, Test};
use crate::domain::release::Digest;

impl Policy {
    /// The top-level claims that some rule reads.
    pub fn claim_roots(&self) -> BTreeSet<&str> {
        self.tests().flat_map(Test::roots).collect()
    }

    /// Of these claims what some rule could find: of a list only the elements that a rule names, and nothing that no
    /// rule names. [`Policy::admit`] says the same to it as to all of them, for this policy; another policy may not.
    pub fn relevant(&self, claims: &Map<String, Value>) -> Map<String, Value> {
        let mut top = Wanted::default();
        for test in self.tests() {
            top.note(test);
        }
        top.within(claims)
    }

    /// A digest of what the rules look for and where. What [`Policy::relevant`] kept for one policy is enough for
    /// every policy with the same digest, whatever that opens to whom.
    pub fn reads(&self) -> Digest {
        let reads: BTreeSet<String> = self.tests().flat_map(reads).collect();
        Digest::of_parts(reads.iter().map(String::as_bytes))
    }

    fn tests(&self) -> impl Iterator<Item = &Test> {
        self.roles.iter().flat_map(|role| &role.open_to).flat_map(|rule| &rule.0)
    }
}

fn reads(test: &Test) -> Vec<String> {
    match test {
        // The whole address is kept, whichever is looked for.
        Test::Email(_) | Test::EmailDomain(_) => vec!["e-mail".into()],
        Test::Equals(path, value) => vec![json!(["is", path, value]).to_string()],
        Test::Contains(path, value) => vec![json!(["holds", path, value]).to_string()],
        Test::OneOf(path, values) => values.iter().map(|value| json!(["holds", path, value]).to_string()).collect(),
    }
}

/// What is looked for at one place of the claims and below it.
#[derive(Default)]
struct Wanted<'a> {
    /// Kept as it is.
    whole: bool,
    /// Values looked for as they are.
    exact: Vec<&'a Value>,
    /// Values looked for as they are or in a list.
    held: Vec<&'a Value>,
    below: BTreeMap<&'a str, Wanted<'a>>,
}

impl<'a> Wanted<'a> {
    fn note(&mut self, test: &'a Test) {
        match test {
            Test::Email(_) | Test::EmailDomain(_) => {
                test.roots().into_iter().for_each(|root| self.below.entry(root).or_default().whole = true);
            }
            Test::Equals(path, value) => self.at(&path.0).exact.push(value),
            Test::Contains(path, value) => self.at(&path.0).held.push(value),
            Test::OneOf(path, values) => self.at(&path.0).held.extend(values),
        }
    }

    fn at(&mut self, steps: &'a [String]) -> &mut Wanted<'a> {
        steps.iter().fold(self, |wanted, step| wanted.below.entry(step).or_default())
    }

    fn within(&self, claims: &Map<String, Value>) -> Map<String, Value> {
        let kept = |(name, value): (&String, &Value)| Some((name.clone(), self.below.get(name.as_str())?.of(value)?));
        claims.iter().filter_map(kept).collect()
    }

    /// What to keep of a value; `None` if no test passes more with it than without.
    fn of(&self, value: &Value) -> Option<Value> {
        let ends = !self.exact.is_empty() || !self.held.is_empty();
        match value {
            // A value that one test reads and another looks into: less of it could be what the first looks for.
            _ if self.whole || ends && !self.below.is_empty() => Some(value.clone()),
            Value::Object(claims) if !ends => {
                Some(self.within(claims)).filter(|kept| !kept.is_empty()).map(Value::from)
            }
            Value::Array(values) if !self.exact.contains(&value) => self.shorter(values),
            _ => (self.exact.contains(&value) || self.held.contains(&value)).then(|| value.clone()),
        }
    }

    /// Of a list that no test looks for as it is, the elements that tests name.
    fn shorter(&self, values: &[Value]) -> Option<Value> {
        let named: Vec<Value> = values.iter().filter(|value| self.held.contains(value)).cloned().collect();
        if named.is_empty() {
            return None;
        }
        let shorter = Value::from(named);
        // It must not become what a test looked for in vain in the longer one.
        Some(if self.exact.contains(&&shorter) { Value::from(values) } else { shorter })
    }
}
