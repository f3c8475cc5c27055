//! Roles with their rules, the provider and the edge.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::reader::Table;
use super::values::{address, duration, secret, selection};
use super::{Edge, Source};
use crate::domain::policy::{ClaimPath, Email, PageKind, Policy, Role, RoleName, Rule, Test};
use crate::domain::repo::{Selection, Selector};

const HOUR: Duration = Duration::from_secs(3_600);

/// Every `[[role]]`, with the byte where each stands. Those with faults are left out, their faults noted.
pub(super) fn roles(root: &Table<'_, '_>, sources: &[Source]) -> (Policy, Vec<usize>) {
    let mut names = BTreeSet::new();
    let (mut roles, mut places) = (Vec::new(), Vec::new());
    for table in root.tables("role") {
        let Some(role) = role(&table, sources) else { continue };
        if names.insert(role.name.clone()) {
            roles.push(role);
            places.push(table.line());
        } else {
            table.fault(table.at(), format!("two roles are called `{}`", role.name), "rename one of them");
        }
    }
    (Policy::new(roles), places)
}

fn role(table: &Table<'_, '_>, sources: &[Source]) -> Option<Role> {
    let name = table.required("name", "give each role a short name, such as \"tenant\"").and_then(|text| {
        let parsed = text.value.parse::<RoleName>();
        parsed.map_err(|e| table.fault(text.at, e.to_string(), "such as \"tenant\" or \"acme-viewers\"")).ok()
    });
    let title = table.text("title").map(|text| text.value).or_else(|| Some(name.as_ref()?.to_string()));
    let repositories = selection(table, "repositories");
    known_sources(table, &repositories, sources);
    let pages = pages(table);
    let open_to: Vec<Rule> = table.tables("open_to").iter().filter_map(rule).collect();
    Some(Role { name: name?, title: title?, repositories, pages, open_to })
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

/// One entry of `open_to`: a single test, or several under `all`.
fn rule(table: &Table<'_, '_>) -> Option<Rule> {
    if !table.has("all") {
        return test(table).map(|test| Rule(vec![test]));
    }
    let tests: Vec<Option<Test>> = table.tables("all").iter().map(test).collect();
    if tests.is_empty() {
        table.fault(
            table.at(),
            "`all` lists no tests",
            "list at least one, such as `{ email_domain = \"acme.example\" }`",
        );
        return None;
    }
    tests.into_iter().collect::<Option<Vec<Test>>>().map(Rule)
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

/// `[oidc]` and `[edge]`: both or none. The outer `None` is a fault, the inner one a machine that only builds.
pub(super) fn edge(root: &Table<'_, '_>, folder: &Path) -> Option<Option<Edge>> {
    let edge = root.table("edge");
    let listen = edge.as_ref().map_or(Some(None), |edge| socket(edge, "listen"));
    let operations = edge.as_ref().map_or(Some(None), |edge| socket(edge, "operations"));
    let (idle, absolute) = limits(edge.as_ref());
    let oidc = match (root.table("oidc"), edge) {
        (Some(oidc), _) => oidc,
        (None, None) => return Some(None),
        (None, Some(edge)) => {
            edge.fault(edge.at(), "there is `[edge]` but no `[oidc]`", "add `[oidc]` with `issuer` and `client_id`");
            return None;
        }
    };
    let issuer = oidc.required("issuer", "write the provider's issuer exactly as it gives it");
    // The provider's spelling counts to the last slash, so the text stays as it is.
    let issuer = issuer.and_then(|text| address(&oidc, "issuer", &text).map(|_| text.value));
    let client_id = oidc.required("client_id", "write the id that the provider gave this application");
    let client_secret = secret(&oidc, "client_secret_env", "client_secret_file", folder);
    let scopes = if oidc.has("scopes") {
        oidc.texts("scopes").into_iter().map(|text| text.value).collect()
    } else {
        default_scopes()
    };
    Some(Some(Edge {
        listen: listen?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        operations: operations?,
        issuer: issuer?,
        client_id: client_id?.value,
        client_secret,
        scopes,
        idle,
        absolute,
    }))
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).into()
}

/// A socket address: the outer `None` is a fault, the inner one a missing key.
fn socket(edge: &Table<'_, '_>, key: &'static str) -> Option<Option<SocketAddr>> {
    let Some(text) = edge.text(key) else { return Some(None) };
    let parsed = text.value.parse().ok();
    if parsed.is_none() {
        let hint = "write an IP address and a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"";
        edge.fault(text.at, format!("`{key}` is `{}`, which is no address to listen on", text.value), hint);
    }
    parsed.map(Some)
}

fn limits(edge: Option<&Table<'_, '_>>) -> (Duration, Duration) {
    let Some(edge) = edge else { return (HOUR, 12 * HOUR) };
    let idle = duration(edge, "idle").unwrap_or(HOUR);
    let absolute = duration(edge, "absolute").unwrap_or(12 * HOUR);
    if idle > absolute {
        let hint = "a session ends at `absolute` even when it is used; make `idle` shorter";
        edge.fault(edge.at(), "`idle` is longer than `absolute`", hint);
    }
    (idle, absolute)
}
