//! The providers that people sign in with, and the edge.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

use super::reader::{At, Table};
use super::values::{address, duration, secret};
use super::{Credential, Edge, Provider};
use crate::domain::policy::{Email, ProviderName};

const HOUR: Duration = Duration::from_secs(3_600);

/// What a rule says when it does not matter where people sign in.
pub(super) const ANY: &str = "any";

/// The name of a provider that is the only one and has none.
const MAIN: &str = "main";

/// Every provider of the file.
#[derive(Default)]
pub(super) struct Providers {
    /// How many sections there are, right or wrong.
    pub(super) sections: usize,
    /// Names with their issuers, as far as each can be made out: a rule can be held against these when other keys of
    /// a provider are wrong.
    pub(super) named: Vec<(ProviderName, Option<String>)>,
    /// Those without a fault.
    right: Vec<Provider>,
}

impl Providers {
    /// The names for a hint.
    pub(super) fn known(&self) -> String {
        let names: Vec<String> = self.named.iter().map(|(name, _)| format!("`{name}`")).collect();
        names.join(", ")
    }
}

/// `[oidc]`, or several `[[oidc]]`, in the order they are offered.
pub(super) fn providers(root: &Table<'_, '_>, folder: &Path) -> Providers {
    let tables = if root.is_list("oidc") { root.tables("oidc") } else { root.table("oidc").into_iter().collect() };
    let mut providers = Providers { sections: tables.len(), ..Providers::default() };
    let mut domains = BTreeSet::new();
    for table in &tables {
        let name = name(table, &providers);
        let issuer = issuer(table, &providers);
        let read = provider(table, folder, &mut domains);
        providers.named.extend(name.clone().map(|name| (name, issuer.clone())));
        if let (Some(name), Some(issuer), Some(provider)) = (name, issuer, read) {
            providers.right.push(provider.named(name, issuer));
        }
    }
    providers
}

fn name(table: &Table<'_, '_>, others: &Providers) -> Option<ProviderName> {
    let text = if others.sections > 1 {
        table.required("name", "there are several providers: give each a short name, such as \"acme\"")?
    } else {
        table.text("name").unwrap_or_else(|| At { at: table.at(), value: MAIN.to_owned() })
    };
    if text.value == ANY {
        let what = format!("a provider is called `{ANY}`, which in a rule stands for every provider");
        table.fault(text.at, what, "call it something else, such as \"acme\"");
        return None;
    }
    let parsed = text.value.parse::<ProviderName>();
    let name = parsed.map_err(|e| table.fault(text.at, e.to_string(), "such as \"acme\"")).ok()?;
    if others.named.iter().any(|(other, _)| *other == name) {
        table.fault(text.at, format!("two providers are called `{name}`"), "rename one of them");
        return None;
    }
    Some(name)
}

fn issuer(table: &Table<'_, '_>, others: &Providers) -> Option<String> {
    let text = table.required("issuer", "write the provider's issuer exactly as it gives it")?;
    address(table, "issuer", &text)?;
    if others.named.iter().any(|(_, other)| other.as_ref() == Some(&text.value)) {
        let hint =
            "remove one of them; one provider can serve several domains: `domains = [\"a.example\", \"b.example\"]`";
        table.fault(text.at, format!("two providers have the issuer `{}`", text.value), hint);
        return None;
    }
    // The provider's spelling counts to the last slash, so the text stays as it is.
    Some(text.value)
}

/// What is read of a provider beside its name and issuer.
struct Unnamed {
    title: Option<String>,
    domains: Vec<String>,
    client_id: String,
    credential: Credential,
    scopes: Vec<String>,
}

impl Unnamed {
    fn named(self, name: ProviderName, issuer: String) -> Provider {
        let Unnamed { title, domains, client_id, credential, scopes } = self;
        let host = url::Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        let title = title.or(host).unwrap_or_else(|| name.to_string());
        Provider { name, title, issuer, domains, client_id, credential, scopes }
    }
}

fn provider(table: &Table<'_, '_>, folder: &Path, taken: &mut BTreeSet<String>) -> Option<Unnamed> {
    let title = table.has("title").then(|| table.required("title", "write what people should read on the button"));
    let domains = domains(table, taken);
    let client_id = table.required("client_id", "write the id that the provider gave this application");
    let credential = credential(table, folder);
    let scopes = if table.has("scopes") {
        table.texts("scopes").into_iter().map(|text| text.value).collect()
    } else {
        ["openid", "profile", "email"].map(str::to_owned).into()
    };
    let title = title.flatten().map(|text| text.value);
    Some(Unnamed { title, domains, client_id: client_id?.value, credential: credential?, scopes })
}

/// A domain says which provider is the right one, so it can say only one.
fn domains(table: &Table<'_, '_>, taken: &mut BTreeSet<String>) -> Vec<String> {
    let mut domains = Vec::new();
    for At { at, value } in table.texts("domains") {
        let domain = value.to_ascii_lowercase();
        if Email::parse(&format!("x@{domain}")).is_none() {
            table.fault(at, format!("`{value}` is no domain"), "leave out `@` and `*`; list each domain");
        } else if !taken.insert(domain.clone()) {
            let hint = "people of a domain are sent to one provider; leave it with that one";
            table.fault(at, format!("the domain `{domain}` is listed twice"), hint);
        } else {
            domains.push(domain);
        }
    }
    domains
}

/// How the client proves itself. `None` is a fault; nothing at all is a public client.
fn credential(table: &Table<'_, '_>, folder: &Path) -> Option<Credential> {
    let given = table.has("client_secret_env") || table.has("client_secret_file");
    let secret = secret(table, "client_secret_env", "client_secret_file", folder);
    let (file, kid) = (table.text("client_key_file"), table.text("client_key_id"));
    match (file, kid) {
        (Some(file), _) if given => {
            let hint = "keep the key, which never leaves this machine, or the secret";
            table.fault(file.at, "a provider has both a client secret and `client_key_file`", hint);
            None
        }
        (None, Some(kid)) => {
            let hint = "add `client_key_file = \"PATH\"` with the private key, or remove the line";
            table.fault(kid.at, "`client_key_id` is there without `client_key_file`", hint);
            None
        }
        (Some(file), kid) => {
            let file: PathBuf = folder.join(file.value);
            Some(Credential::Key { file, kid: kid.map(|kid| kid.value) })
        }
        (None, None) if given => secret.map(Credential::Secret),
        // Without a fault only where none of the keys is there at all.
        (None, None) => (!table.has("client_key_file")).then_some(Credential::Public),
    }
}

/// `[edge]`, with the providers: both or none. The outer `None` is a fault, the inner one a machine that only builds.
pub(super) fn edge(root: &Table<'_, '_>, providers: Providers, audit: &Path) -> Option<Option<Edge>> {
    let edge = root.table("edge");
    let socket = |key| edge.as_ref().map_or(Some(None), |edge| socket(edge, key));
    let (listen, operations) = (socket("listen"), socket("operations"));
    let (idle, absolute) = limits(edge.as_ref());
    let claims_max_age = edge.as_ref().and_then(|edge| duration(edge, "claims_max_age")).unwrap_or(HOUR);
    let proxies = edge.as_ref().map(proxies).unwrap_or_default();
    if providers.sections == 0 {
        let Some(edge) = edge else { return Some(None) };
        edge.fault(edge.at(), "there is `[edge]` but no `[oidc]`", "add `[oidc]` with `issuer` and `client_id`");
        return None;
    }
    Some(Some(Edge {
        listen: listen?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        operations: operations?,
        providers: providers.right,
        idle,
        absolute,
        claims_max_age,
        proxies,
        audit: audit.to_owned(),
    }))
}

/// `[audit]`.
pub(super) fn audit(root: &Table<'_, '_>, folder: &Path) -> PathBuf {
    let section = root.table("audit");
    folder.join(section.and_then(|section| section.text("file")).map_or("audit.jsonl".into(), |text| text.value))
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

/// Addresses and networks whose word on where a request came from is believed.
fn proxies(edge: &Table<'_, '_>) -> Vec<IpNet> {
    let proxy = |At { at, value }: At<String>| {
        let network = value.parse::<IpAddr>().map(IpNet::from).or_else(|_| value.parse::<IpNet>());
        let Ok(network) = network else {
            let hint = "write IP addresses or networks, such as \"127.0.0.1\" or \"10.0.0.0/8\"";
            edge.fault(at, format!("`proxies` holds `{value}`, which is no address and no network"), hint);
            return None;
        };
        if network.prefix_len() == 0 {
            let hint = "list the addresses of your own proxies, such as \"127.0.0.1\" or \"10.0.0.0/8\"";
            let what = format!("`proxies` holds `{value}`: anybody could say where a request comes from");
            edge.fault(at, what, hint);
        }
        Some(network.trunc())
    };
    edge.texts("proxies").into_iter().filter_map(proxy).collect()
}
