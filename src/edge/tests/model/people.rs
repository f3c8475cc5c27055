//! The people of the model, and what opens which role to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::policy::{ClaimPath, Test};

#[derive(Clone, Debug)]
pub(super) struct Somebody {
    pub(super) sub: &'static str,
    pub(super) email: &'static str,
    pub(super) verified: bool,
    pub(super) groups: &'static [&'static str],
}

pub(super) const PEOPLE: [Somebody; 6] = [
    Somebody { sub: "ada", email: "ada@acme.example", verified: true, groups: &["a", "b"] },
    Somebody { sub: "bob", email: "Bob@Acme.example", verified: true, groups: &["b"] },
    Somebody { sub: "cyd", email: "cyd@partner.example", verified: true, groups: &[] },
    Somebody { sub: "dan", email: "dan@acme.example", verified: false, groups: &["c"] },
    Somebody { sub: "eve", email: "eve@evil.example@acme.example", verified: true, groups: &["A", "a,b"] },
    Somebody { sub: "fay", email: "", verified: true, groups: &["a", "c"] },
];

/// What opens a role, as the model sees it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opener {
    Group(&'static str),
    Domain(&'static str),
    Email(&'static str),
    Nobody,
}

impl Opener {
    pub(super) fn opens(self, person: &Somebody) -> bool {
        let plain = person.verified && person.email.matches('@').count() == 1;
        match self {
            Opener::Group(group) => person.groups.contains(&group),
            Opener::Domain(domain) => plain && person.email.to_lowercase().ends_with(&format!("@{domain}")),
            Opener::Email(email) => plain && person.email.to_lowercase() == email,
            Opener::Nobody => false,
        }
    }

    pub(super) fn test(self) -> Test {
        let groups = || ClaimPath::dotted("groups").unwrap();
        match self {
            Opener::Group(group) => Test::Contains(groups(), group.into()),
            Opener::Domain(domain) => Test::EmailDomain(domain.into()),
            Opener::Email(email) => Test::Email(email.into()),
            Opener::Nobody => Test::Contains(ClaimPath::dotted("level.of").unwrap(), 9.into()),
        }
    }
}

pub(super) const OPENERS: [Opener; 8] = [
    Opener::Group("a"),
    Opener::Group("b"),
    Opener::Group("c"),
    Opener::Domain("acme.example"),
    Opener::Domain("partner.example"),
    Opener::Email("bob@acme.example"),
    Opener::Email("dan@acme.example"),
    Opener::Nobody,
];

/// One role of a policy, as the model sees it.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) openers: Vec<Opener>,
    pub(super) share: bool,
}

pub(super) type Doors = BTreeMap<&'static str, Door>;

pub(super) fn roots(doors: &Doors) -> BTreeSet<&'static str> {
    let of = |opener: &Opener| match opener {
        Opener::Group(_) => vec!["groups"],
        Opener::Domain(_) | Opener::Email(_) => vec!["email", "email_verified"],
        Opener::Nobody => vec!["level"],
    };
    doors.values().flat_map(|door| door.openers.iter().flat_map(of)).collect()
}

pub(super) fn sees<'a>(doors: &'a Doors, person: &'a Somebody) -> impl Iterator<Item = &'static str> + 'a {
    doors.iter().filter(|(_, door)| door.openers.iter().any(|opener| opener.opens(person))).map(|(name, _)| *name)
}
