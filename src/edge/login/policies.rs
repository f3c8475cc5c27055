//! The content security policies of all replies, made when something is learnt and not for each reply.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use arc_swap::ArcSwap;
use http::HeaderValue;
use openidconnect::url::Url;

use crate::edge::reply;

/// Where forms of ours may lead by a redirect: to each provider's issuer, and to its sign-in and sign-out addresses
/// once they are known.
pub(super) struct Policies {
    targets: Mutex<Vec<Targets>>,
    /// Without scripts, and with those of this site.
    ready: ArcSwap<[HeaderValue; 2]>,
}

struct Targets {
    issuer: String,
    learnt: BTreeSet<String>,
}

impl Policies {
    /// Before any provider was asked.
    pub(super) fn new<'a>(issuers: impl IntoIterator<Item = &'a Url>) -> Policies {
        let targets = issuers.into_iter().map(|url| Targets { issuer: origin(url), learnt: BTreeSet::new() });
        let targets: Vec<Targets> = targets.collect();
        let ready = ArcSwap::from_pointee(made(&targets));
        Policies { targets: Mutex::new(targets), ready }
    }

    /// The provider at a place was asked, and names these addresses.
    pub(super) fn learnt<'a>(&self, place: usize, addresses: impl IntoIterator<Item = &'a Url>) {
        let learnt: BTreeSet<String> = addresses.into_iter().map(origin).collect();
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = targets.get_mut(place).filter(|one| one.learnt != learnt) {
            one.learnt = learnt;
            self.ready.store(made(&targets).into());
        }
    }

    /// The header's value.
    pub(super) fn get(&self, scripts: bool) -> HeaderValue {
        self.ready.load()[usize::from(scripts)].clone()
    }
}

fn made(targets: &[Targets]) -> [HeaderValue; 2] {
    let origins: BTreeSet<&str> =
        targets.iter().flat_map(|one| one.learnt.iter().chain([&one.issuer])).map(String::as_str).collect();
    [false, true].map(|scripts| reply::policy(origins.iter().copied(), scripts))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_may_lead_to_every_provider_and_to_what_each_last_said_of_itself() {
        let url = |text: &str| Url::parse(text).unwrap();
        let policies = Policies::new([&url("https://a.example/x"), &url("https://b.example")]);
        let targets = |scripts| {
            let policy = policies.get(scripts).to_str().unwrap().to_owned();
            assert_eq!(policy.contains("script-src 'self'"), scripts, "{policy}");
            policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap().to_owned()
        };
        assert_eq!(targets(false), "'self' https://a.example https://b.example");
        policies.learnt(1, [&url("https://login.b.example:8443/authorize"), &url("https://b.example/end")]);
        assert_eq!(targets(true), "'self' https://a.example https://b.example https://login.b.example:8443");
        policies.learnt(1, [&url("https://b.example/authorize")]);
        assert_eq!(targets(false), "'self' https://a.example https://b.example");
        policies.learnt(7, [&url("https://c.example")]);
        assert_eq!(targets(false), targets(true));
    }
}
