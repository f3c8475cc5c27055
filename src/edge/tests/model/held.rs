//! Credentials of every kind, and what the model knows of each.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::people::{PEOPLE, Somebody};
use super::{Model, ROLES};
use crate::edge::grants::{Guest, Maker, Pass, Share, Token};
use crate::edge::session::{Attempt, Kept, Session};

/// A credential, and all that the model knows of it.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) text: String,
    pub(super) what: What,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.what.fmt(f)
    }
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Session {
        person: usize,
        sid: String,
        signed_in: i64,
        seen: i64,
        claimed: i64,
        roots: BTreeSet<&'static str>,
        at_provider: Option<String>,
    },
    Guest(Passed, Option<&'static str>, i64),
    Token(Passed),
    /// Worth nothing anywhere.
    Nothing,
    /// A share link's secret: worth nothing in a cookie or as a bearer.
    Secret,
}

#[derive(Clone, Debug)]
pub(super) struct Passed {
    pub(super) id: String,
    pub(super) role: &'static str,
    pub(super) prefix: Option<&'static str>,
    pub(super) made: i64,
    pub(super) until: i64,
    pub(super) by: Option<usize>,
}

impl Model {
    pub(super) fn another_credential(&mut self) {
        let held = match self.dice.below(10) {
            0..5 => self.session(),
            5 | 6 => self.guest(),
            7 | 8 => self.token(),
            _ => self.worthless(),
        };
        if self.held.len() > 120 {
            let n = self.dice.below(self.held.len());
            self.held.swap_remove(n);
        }
        self.held.push(held);
    }

    pub(super) fn session(&mut self) -> Held {
        let person = self.dice.below(PEOPLE.len());
        let long_ago = if self.dice.chance(2) { 1_000 } else { 30_000 };
        let signed_in = self.now - i64::try_from(self.dice.below(long_ago)).unwrap();
        let seen = (self.now - i64::try_from(self.dice.below(2_000)).unwrap()).max(signed_in);
        let claimed = if self.dice.chance(3) { signed_in } else { seen };
        let roots = if self.dice.chance(4) {
            BTreeSet::from(["groups"])
        } else {
            BTreeSet::from(["groups", "email", "email_verified", "level"])
        };
        let at_provider = (!self.dice.chance(3)).then(|| format!("p{}", self.dice.below(40)));
        let sid = format!("s{}", self.dice.next());
        let session = Session {
            sid: sid.clone(),
            signed_in,
            seen,
            claimed,
            provider_sid: at_provider.clone(),
            claims: self.claims(person, &roots),
            kept: Kept::Whole(roots.iter().map(|root| (*root).to_owned()).collect()),
        };
        let text = self.keys.sign(&session).unwrap();
        Held { text, what: What::Session { person, sid, signed_in, seen, claimed, roots, at_provider } }
    }

    pub(super) fn claims(&self, person: usize, roots: &BTreeSet<&'static str>) -> Map<String, Value> {
        let Somebody { sub, email, verified, groups } = &PEOPLE[person];
        let mut claims = Map::new();
        claims.insert("iss".into(), self.site.issuer.clone().into());
        claims.insert("sub".into(), (*sub).into());
        if !email.is_empty() {
            claims.insert("email".into(), (*email).into());
        }
        claims.insert("email_verified".into(), (*verified).into());
        if roots.contains("groups") {
            claims.insert("groups".into(), groups.to_vec().into());
        }
        claims
    }

    pub(super) fn pass(&mut self) -> (Pass, Passed) {
        let role = *self.dice.one(&ROLES);
        let prefix = *self.dice.one(&[None, None, Some("acme"), Some("acme/anvil.csv"), Some("ac")]);
        let made = self.now - i64::try_from(self.dice.below(5_000)).unwrap();
        let until = self.now + i64::try_from(self.dice.below(20_000)).unwrap() - 1_000;
        let by = self.dice.chance(2).then(|| self.dice.below(PEOPLE.len()));
        let id = format!("g{}", self.dice.next());
        let all = BTreeSet::from(["groups"]);
        let maker = by.map(|person| Maker {
            iss: self.site.issuer.clone(),
            sub: PEOPLE[person].sub.into(),
            email: Some(PEOPLE[person].email).filter(|email| !email.is_empty()).map(str::to_owned),
            claims: self.claims(person, &all),
        });
        let (parsed, id_) = (prefix.map(|prefix| prefix.parse().unwrap()), id.clone());
        let pass = Pass { id: id_, role: role.parse().unwrap(), prefix: parsed, made, until, by: maker };
        (pass, Passed { id, role, prefix, made, until, by })
    }

    pub(super) fn guest(&mut self) -> Held {
        let (pass, passed) = self.pass();
        let opened = pass.made + i64::try_from(self.dice.below(2_000)).unwrap();
        let opened = opened.min(self.now);
        let email =
            *self.dice.one(&[None, None, Some("ada@acme.example"), Some("dan@acme.example"), Some("BOB@acme.example")]);
        let text = self.keys.sign(&Guest { pass, email: email.map(str::to_owned), opened }).unwrap();
        Held { text, what: What::Guest(passed, email, opened) }
    }

    pub(super) fn token(&mut self) -> Held {
        let (pass, passed) = self.pass();
        Held { text: self.keys.sign(&Token { pass }).unwrap(), what: What::Token(passed) }
    }

    pub(super) fn worthless(&mut self) -> Held {
        let Held { text, .. } = self.session();
        let session = self.keys.verify::<Session>(&text).unwrap();
        let (pass, _) = self.pass();
        let (text, what) = match self.dice.below(7) {
            0 => (self.foreign.sign(&session).unwrap(), What::Nothing),
            1 => (self.foreign.sign(&Token { pass }).unwrap(), What::Nothing),
            2 => (self.foreign.sign(&Guest { pass, email: None, opened: self.now }).unwrap(), What::Nothing),
            3 => (self.keys.sign(&Share { pass, email: None, once: false }).unwrap(), What::Secret),
            4 => {
                let attempt = Attempt {
                    provider: "main".into(),
                    renews: None,
                    state: "s".into(),
                    nonce: "n".into(),
                    verifier: "v".into(),
                    back: "/".into(),
                    started: self.now * 1_000_000,
                };
                (self.keys.sign(&attempt).unwrap(), What::Nothing)
            }
            5 => {
                // One character of a good one changed: what it says, or its signature.
                let text = self.keys.sign(&session).unwrap();
                let n = text.len() - 2 - self.dice.below(text.len() / 2);
                let other = if text.as_bytes()[n] == b'A' { "B" } else { "A" };
                let dot = text.as_bytes()[n] == b'.';
                (format!("{}{}{}", &text[..n], if dot { "A" } else { other }, &text[n + 1..]), What::Nothing)
            }
            _ => (
                self.dice.one(&["", ".", "..", "e30.e30.", "null", "x", "eyJhbGciOiJub25lIn0.e30."]).to_string(),
                What::Nothing,
            ),
        };
        Held { text, what }
    }
}
