//! All providers of a site.

use std::sync::Arc;

use http::HeaderValue;
use openidconnect::url::Url;

use super::Login;
use super::policies::Policies;
use crate::edge::{Error, Provider};

/// Every provider that people may sign in with, in the order they are offered. There is at least one.
pub(in crate::edge) struct Providers {
    logins: Vec<Login>,
    policies: Arc<Policies>,
}

impl Providers {
    /// Reads the private keys, and asks no provider anything yet: the edge starts while they are down.
    ///
    /// # Errors
    /// [`Error::NoProvider`] without any, [`Error::Provider`] when an issuer is no address that may be used,
    /// [`Error::SameProvider`] when two could be mistaken for each other, [`Error::Keys`] when a key cannot be read.
    pub(in crate::edge) fn new(providers: Vec<Provider>, base: &Url) -> Result<Providers, Error> {
        if providers.is_empty() {
            return Err(Error::NoProvider);
        }
        distinct(&providers)?;
        let issuers = providers.iter().map(super::issuer).collect::<Result<Vec<_>, _>>()?;
        let policies = Arc::new(Policies::new(issuers.iter().map(|issuer| issuer.url())));
        // One that is not the only one has an address of its own to come back to, so that a code which another
        // provider was tricked into, or lies about, arrives at the wrong one (RFC 9700, 4.4.2).
        let alone = providers.len() == 1;
        let callback = |provider: &Provider| match alone {
            true => "/-/callback".to_owned(),
            false => format!("/-/callback/{}", provider.name),
        };
        let each = providers.into_iter().zip(issuers).enumerate();
        let login = |(place, (provider, issuer)): (usize, (Provider, _))| {
            let callback = callback(&provider);
            Login::new(provider, issuer, base, &callback, &policies, place)
        };
        let logins = each.map(login);
        Ok(Providers { logins: logins.collect::<Result<_, _>>()?, policies })
    }

    /// All of them, in order.
    pub(in crate::edge) fn all(&self) -> impl Iterator<Item = &Login> {
        self.logins.iter()
    }

    /// The one that there is, if there is no choice.
    pub(in crate::edge) fn only(&self) -> Option<&Login> {
        match self.logins.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// By its name.
    pub(in crate::edge) fn named(&self, name: &str) -> Option<&Login> {
        self.all().find(|login| login.name() == name)
    }

    /// By its issuer, to the last character.
    pub(in crate::edge) fn issued_by(&self, issuer: &str) -> Option<&Login> {
        self.all().find(|login| login.issuer() == issuer)
    }

    /// The one for the domain of an e-mail address: exactly that domain, not one below it. An address with two `@`
    /// has none, for others might read it in another way.
    pub(in crate::edge) fn for_email(&self, email: &str) -> Option<&Login> {
        let (person, domain) = email.trim().split_once('@')?;
        if person.is_empty() || domain.contains('@') {
            return None;
        }
        let has = |login: &&Login| login.provider.domains.iter().any(|one| one.eq_ignore_ascii_case(domain));
        self.all().find(has)
    }

    /// Asks each what it says of itself, so that pages know where their forms may lead.
    pub(in crate::edge) async fn ask(&self) {
        futures::future::join_all(self.all().map(Login::reachable)).await;
    }

    /// The content security policy of a reply, with or without scripts of this site: a form of ours may lead to any
    /// provider.
    pub(in crate::edge) fn policy(&self, scripts: bool) -> HeaderValue {
        self.policies.get(scripts)
    }
}

/// Whether no two share a name, an issuer or a domain. Two clients of one issuer would not be told apart by the
/// tokens it sends on its own.
fn distinct(providers: &[Provider]) -> Result<(), Error> {
    let twice = |what, values: Vec<String>| {
        let again = values.iter().enumerate().find(|(place, value)| values[..*place].contains(value));
        again.map_or(Ok(()), |(_, value)| Err(Error::SameProvider { what, value: value.clone() }))
    };
    twice("name", providers.iter().map(|one| one.name.clone()).collect())?;
    twice("issuer", providers.iter().map(|one| one.issuer.clone()).collect())?;
    twice("domain", providers.iter().flat_map(|one| &one.domains).map(|one| one.to_ascii_lowercase()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::Credential;

    fn provider(name: &str, issuer: &str, domains: &[&str]) -> Provider {
        Provider {
            name: name.into(),
            title: name.to_uppercase(),
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            issuer: issuer.into(),
            client_id: "tollgate".into(),
            credential: Credential::Public,
            scopes: vec![],
        }
    }

    fn made(providers: Vec<Provider>) -> Result<Providers, Error> {
        Providers::new(providers, &"https://tollgate.example".parse().unwrap())
    }

    fn two() -> Providers {
        made(vec![
            provider("main", "https://a.example/x", &["acme.example", "Acme.Test"]),
            provider("labs", "https://b.example/", &["labs.acme.example"]),
        ])
        .unwrap()
    }

    #[test]
    fn a_provider_is_found_by_name_and_issuer_to_the_last_character() {
        let providers = two();
        let name = |login: Option<&Login>| login.map(|login| login.name().to_owned());
        assert_eq!(providers.all().map(Login::title).collect::<Vec<_>>(), ["MAIN", "LABS"]);
        assert!(providers.only().is_none());
        assert!(made(vec![provider("main", "https://a.example", &[])]).unwrap().only().is_some());
        for (asked, expected) in [("main", Some("main")), ("labs", Some("labs")), ("Main", None), ("", None)] {
            assert_eq!(name(providers.named(asked)).as_deref(), expected, "{asked}");
        }
        for (asked, expected) in [
            ("https://a.example/x", Some("main")),
            ("https://b.example/", Some("labs")),
            ("https://b.example", None),
            ("https://A.example/x", None),
            ("https://a.example/x/", None),
        ] {
            assert_eq!(name(providers.issued_by(asked)).as_deref(), expected, "{asked}");
        }
    }

    #[test]
    fn a_provider_is_found_by_the_domain_of_an_address_and_by_nothing_like_it() {
        let providers = two();
        for (email, expected) in [
            ("ada@acme.example", Some("main")),
            (" ADA@ACME.EXAMPLE ", Some("main")),
            ("ada@acme.test", Some("main")),
            ("ada@labs.acme.example", Some("labs")),
            ("ada@evil.acme.example", None),
            ("ada@acme.example.evil", None),
            ("ada@evil@acme.example", None),
            ("ada@acme.example@evil", None),
            ("@acme.example", None),
            ("acme.example", None),
            ("ada@", None),
            ("", None),
        ] {
            assert_eq!(providers.for_email(email).map(Login::name), expected, "{email}");
        }
    }

    #[test]
    fn providers_that_could_be_mistaken_for_each_other_are_refused() {
        let first = || provider("main", "https://a.example", &["acme.example"]);
        for (second, what) in [
            (provider("main", "https://b.example", &[]), "the name `main`"),
            (provider("labs", "https://a.example", &[]), "the issuer `https://a.example`"),
            (provider("labs", "https://b.example", &["x.example", "ACME.example"]), "the domain `acme.example`"),
        ] {
            let error = made(vec![first(), second]).err().unwrap().to_string();
            assert!(error.contains(what) && error.contains("\n\nhint: "), "{error}");
        }
        assert!(matches!(made(vec![]), Err(Error::NoProvider)));
    }

    #[test]
    fn an_issuer_is_an_https_address_or_on_loopback() {
        for (issuer, good) in [
            ("https://id.example", true),
            ("https://id.example/realms/acme/", true),
            ("http://127.0.0.1:9000", true),
            ("http://localhost:9000/x", true),
            ("http://id.example", false),
            ("http://10.0.0.1", false),
            ("ftp://127.0.0.1", false),
            ("https://id.example/?tenant=a", false),
            ("https://id.example/#a", false),
            ("https://u:p@id.example", false),
            ("id.example", false),
            ("", false),
        ] {
            let made = made(vec![provider("main", issuer, &[])]);
            assert_eq!(made.is_ok(), good, "{issuer}");
            assert!(matches!(made, Ok(_) | Err(Error::Provider { .. })), "{issuer}");
        }
    }
}
