//! Roles with their rules.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Source;
use super::oidc::{ANY, Providers};
use super::reader::Table;
use super::values::selection;
use crate::domain::policy::{ClaimPath, Email, PageKind, Policy, Role, RoleName, Rule, Test};
use crate::domain::repo::{Selection, Selector};

/// Every `[[role]]`, with the byte where each stands. Those with faults are left out, their faults noted.
pub(super) fn roles(root: &Table<'_, '_>, sources: &[Source], providers: &Providers) -> (Policy, Vec<usize>) {
    let mut names = BTreeSet::new();
    let (mut roles, mut places) = (Vec::new(), Vec::new());
    for table in root.tables("role") {
        let Some(role) = role(&table, sources, providers) else { continue };
        if names.insert(role.name.clone()) {
            roles.push(role);
            places.push(table.line());
        } else {
            table.fault(table.at(), format!("two roles are called `{}`", role.name), "rename one of them");
        }
    }
    (Policy::new(roles), places)
}

fn role(table: &Table<'_, '_>, sources: &[Source], providers: &Providers) -> Option<Role> {
    let name = table.required("name", "give each role a short name, such as \"tenant\"").and_then(|text| {
        let parsed = text.value.parse::<RoleName>();
        parsed.map_err(|e| table.fault(text.at, e.to_string(), "such as \"tenant\" or \"acme-viewers\"")).ok()
    });
    let title = table.text("title").map(|text| text.value).or_else(|| Some(name.as_ref()?.to_string()));
    let repositories = selection(table, "repositories");
    known_sources(table, &repositories, sources);
    let pages = pages(table);
    let open_to = table.tables("open_to").iter().filter_map(|table| rule(table, providers)).collect();
    let share = table.flag("share").unwrap_or(false);
    Some(Role { name: name?, title: title?, repositories, pages, open_to, share })
}

fn known_sources(table: &Table<'_, '_>, selection: &Selection, sources: &[Source]) {
    for selector in selection.positive().iter().chain(selection.negative()) {
        let Selector::Source(name) = selector else { continue };
        if !sources.iter().any(|source| source.name == *name) {
            let known: Vec<String> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
            let what = format!("a role selects `source:{name}`, and there is no such source");
            let hint = match known.as_slice() {
                [] => "no source is right yet; mend those first, or add one".to_owned(),
                known => format!("known sources are {}", known.join(", ")),
            };
            table.fault(table.at(), what, hint);
        }
    }
}

/// All kinds of page but the collection log, unless the role lists its own.
fn pages(table: &Table<'_, '_>) -> BTreeSet<PageKind> {
    if !table.has("pages") {
        return PageKind::ALL.into_iter().filter(|kind| *kind != PageKind::Log).collect();
    }
    let mut kinds = BTreeSet::from([PageKind::Overview]);
    for text in table.texts("pages") {
        match PageKind::ALL.into_iter().find(|kind| kind.as_str() == text.value) {
            Some(kind) => {
                kinds.insert(kind);
            }
            None => {
                let known: Vec<String> = PageKind::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
                let hint = format!("known kinds are {}", known.join(", "));
                table.fault(text.at, format!("`{}` is no kind of page", text.value), hint);
            }
        }
    }
    kinds
}

/// One entry of `open_to`: a single test, or several under `all`; before them the provider that must say so.
fn rule(table: &Table<'_, '_>, providers: &Providers) -> Option<Rule> {
    let signed_in = signed_in(table, providers);
    let tests = if table.has("all") { all(table) } else { test(table).map(|test| vec![test]) };
    Some(Rule(signed_in?.into_iter().chain(tests?).collect()))
}

fn all(table: &Table<'_, '_>) -> Option<Vec<Test>> {
    let tests: Vec<Option<Test>> = table.tables("all").iter().map(test).collect();
    if tests.is_empty() {
        table.fault(
            table.at(),
            "`all` lists no tests",
            "list at least one, such as `{ email_domain = \"acme.example\" }`",
        );
        return None;
    }
    tests.into_iter().collect()
}

/// Any of the providers that there are: one that is added later is not among them before the next build.
fn any(providers: &Providers) -> Option<Option<Test>> {
    if providers.sections < 2 {
        return Some(None);
    }
    let issuers: Option<Vec<Value>> =
        providers.named.iter().map(|(_, issuer)| issuer.clone().map(Value::from)).collect();
    Some(Some(Test::OneOf(ClaimPath::issuer(), issuers?)))
}

/// The test of the issuer that `provider` stands for. With several providers each rule says whose word counts: what one
/// vouches for must not open what people of another may see. The outer `None` is a fault, the inner one any provider.
fn signed_in(table: &Table<'_, '_>, providers: &Providers) -> Option<Option<Test>> {
    let Some(text) = table.text("provider") else {
        if providers.sections > 1 && !table.has("provider") {
            let hint = format!(
                "add `provider = \"NAME\"` with one of {}, or `provider = \"{ANY}\"` if it may be any of them",
                providers.known()
            );
            table.fault(table.at(), "a rule does not say which provider it believes, and there are several", hint);
            return None;
        }
        return Some(None);
    };
    if text.value == ANY {
        return any(providers);
    }
    let Some((_, issuer)) = providers.named.iter().find(|(name, _)| name.as_str() == text.value) else {
        // Perhaps it is one whose name is at fault: mended there, the rule is right.
        if providers.named.len() < providers.sections {
            return None;
        }
        let hint = match providers.known().as_str() {
            "" => "add `[oidc]` with its `name` and `issuer`; a machine that only builds needs them too".to_owned(),
            known => format!("known providers are {known}; `{ANY}` stands for all of them"),
        };
        table.fault(
            text.at,
            format!("a rule names the provider `{}`, and there is no such provider", text.value),
            hint,
        );
        return None;
    };
    Some(Some(Test::Equals(ClaimPath::issuer(), Value::from(issuer.clone()?))))
}

const RULE_HINT: &str = "write one of `{ email = \"ada@acme.example\" }`, `{ email_domain = \"acme.example\" }`, \
`{ claim = \"groups\", contains = \"staff\" }`, `{ claim = \"level\", equals = 5 }`, \
`{ claim = \"team\", one_of = [\"a\", \"b\"] }`, or `{ all = [ … ] }`";

fn test(table: &Table<'_, '_>) -> Option<Test> {
    let email = table.text("email");
    let domain = table.text("email_domain");
    let claim = claim(table);
    let (equals, contains, one_of) = (table.scalar("equals"), table.scalar("contains"), table.scalars("one_of"));
    match (email, domain, claim, equals, contains, one_of) {
        (Some(email), None, None, None, None, None) => {
            let usable = Email::parse(&email.value).is_some();
            if !usable {
                table.fault(email.at, format!("`{}` is no e-mail address", email.value), RULE_HINT);
            }
            usable.then_some(Test::Email(email.value))
        }
        (None, Some(domain), None, None, None, None) => {
            let usable = Email::parse(&format!("x@{}", domain.value)).is_some();
            if !usable {
                table.fault(
                    domain.at,
                    format!("`{}` is no domain", domain.value),
                    "leave out `@` and `*`; list each domain",
                );
            }
            usable.then_some(Test::EmailDomain(domain.value))
        }
        (None, None, Some(path), Some(value), None, None) => Some(Test::Equals(path, value.value)),
        (None, None, Some(path), None, Some(value), None) => Some(Test::Contains(path, value.value)),
        (None, None, Some(path), None, None, Some(values)) => Some(Test::OneOf(path, values.value)),
        _ => {
            table.fault(table.at(), "this is no rule", RULE_HINT);
            None
        }
    }
}

/// `claim = "realm_access.roles"`, or a list of steps for names with dots in them.
fn claim(table: &Table<'_, '_>) -> Option<ClaimPath> {
    if !table.has("claim") {
        return None;
    }
    let path = if table.is_list("claim") {
        ClaimPath::steps(table.texts("claim").into_iter().map(|text| text.value).collect())
    } else {
        ClaimPath::dotted(&table.text("claim")?.value)
    };
    if path.is_none() {
        table.fault(
            table.at(),
            "`claim` has an empty step",
            "such as \"groups\", \"realm_access.roles\" or [\"https://acme.example/role\"]",
        );
    }
    path
}
