//! Referrers that sent nobody.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use crate::domain::ranking::{Ranked, Snapshot};

/// Domains known as spam and names known as none, with the version of the list.
const LIST: &str = include_str!("referrers.txt");

/// Who is spread over fewer repositories than these is no campaign.
const FEWEST: usize = 5;

/// Who is in this share of the repositories is everywhere.
const EVERYWHERE: f64 = 0.6;

/// People look at a page more than once. Where nearly every view is by somebody new, nobody came back.
const NEW: f64 = 0.8;

/// Fewer views a repository than these are by somebody new each by chance.
const ENOUGH: u64 = 5;

/// A referrer that is taken for made up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpamReferrer {
    /// As GitHub names it. Written by strangers.
    pub name: Arc<str>,
    /// In how many of the snapshots it is.
    pub repositories: usize,
    /// Its views in the fourteen days of each of them, added up.
    pub views: u64,
    /// The uniques added up: an upper bound of the different visitors.
    pub uniques_summed: u64,
    /// Why, at least one.
    pub reasons: Vec<SpamReason>,
}

/// What speaks against a referrer. A listed one needs nothing more; of the other two both are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpamReason {
    /// It, or a domain it belongs to, is on the built-in list or on the configured one.
    Listed,
    /// It is in at least 60 per cent of the repositories that have referrers at all, and in at least five.
    Everywhere,
    /// Nearly every view was by somebody who did not come back.
    NoOneComesBack,
}

/// The spam among the `newest` snapshots of referrers, one of each repository, most views first.
///
/// `extra` are more domains to be taken for spam. The large sites that are everywhere by nature never are, whatever the
/// figures or `extra` say.
pub fn spam<'a>(newest: impl IntoIterator<Item = &'a Snapshot>, extra: &[String]) -> Vec<SpamReferrer> {
    let mut repositories = 0;
    let mut rows: BTreeMap<String, Vec<&Ranked>> = BTreeMap::new();
    for snapshot in newest.into_iter().filter(|snapshot| !snapshot.rows.is_empty()) {
        repositories += 1;
        for row in &snapshot.rows {
            rows.entry(row.name.to_lowercase()).or_default().push(row);
        }
    }
    let judged = rows.values().filter_map(|rows| {
        let sums = rows.iter().fold((0, 0), |sums, row| (sums.0 + row.count, sums.1 + row.uniques));
        let tally = Tally { repositories: rows.len(), views: sums.0, uniques_summed: sums.1 };
        spam_of(&rows.first()?.name, tally, repositories, extra)
    });
    let mut found: Vec<SpamReferrer> = judged.collect();
    found.sort_by(|a, b| b.views.cmp(&a.views).then_with(|| a.name.cmp(&b.name)));
    found
}

/// The version of the built-in list.
pub fn list_version() -> &'static str {
    lines("version ").next().unwrap_or_default()
}

/// What a referrer has in the newest snapshots of several repositories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In how many of the snapshots it is.
    pub repositories: usize,
    /// Its views, added up.
    pub views: u64,
    /// Its uniques, added up.
    pub uniques_summed: u64,
}

/// One referrer judged as [`spam`] does, for who keeps no snapshots; `repositories` are those with referrers at all.
pub fn spam_of(name: &Arc<str>, tally: Tally, repositories: usize, extra: &[String]) -> Option<SpamReferrer> {
    if is_known(&name.to_lowercase()) {
        return None;
    }
    let Tally { repositories: within, views, uniques_summed } = tally;
    let listed = listed(name, extra);
    let everywhere = within >= FEWEST && within as f64 >= EVERYWHERE * repositories as f64;
    let new = views >= ENOUGH * within as u64 && uniques_summed as f64 >= NEW * views as f64;
    let told = [(listed, SpamReason::Listed), (everywhere, SpamReason::Everywhere), (new, SpamReason::NoOneComesBack)];
    let reasons = told.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect();
    (listed || everywhere && new).then_some(SpamReferrer {
        name: name.clone(),
        repositories: within,
        views,
        uniques_summed,
        reasons,
    })
}

/// Whether a referrer is spam by the built-in list or the configured one.
pub fn listed(name: &str, extra: &[String]) -> bool {
    static SPAM: LazyLock<Vec<&str>> = LazyLock::new(|| lines("spam ").collect());
    let lower = name.to_lowercase();
    let on_a_list = SPAM.iter().any(|spam| belongs(&lower, spam))
        || extra.iter().any(|spam| belongs(&lower, &spam.trim().to_lowercase()));
    on_a_list && !is_known(&lower)
}

/// Whether it is one of the large sites that are everywhere by nature.
fn is_known(lower: &str) -> bool {
    static KNOWN: LazyLock<Vec<String>> = LazyLock::new(|| lines("known ").map(str::to_lowercase).collect());
    KNOWN.iter().any(|known| belongs(lower, known))
}

/// Whether a referrer is a domain or below it.
fn belongs(name: &str, domain: &str) -> bool {
    !domain.is_empty() && name.strip_suffix(domain).is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

fn lines(kind: &'static str) -> impl Iterator<Item = &'static str> {
    LIST.lines().filter_map(move |line| line.strip_prefix(kind)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn snapshot(rows: &[(&str, u64, u64)]) -> Snapshot {
        let row = |(name, count, uniques): &(&str, u64, u64)| Ranked {
            name: (*name).into(),
            title: None,
            count: *count,
            uniques: *uniques,
        };
        Snapshot { taken: "2026-11-24T02:00:00Z".parse().unwrap(), rows: rows.iter().map(row).collect() }
    }

    fn told(snapshots: &[Snapshot], extra: &[String]) -> Vec<(String, Vec<SpamReason>)> {
        spam(snapshots, extra).into_iter().map(|found| (found.name.to_string(), found.reasons)).collect()
    }

    #[test]
    fn who_is_everywhere_and_never_comes_back_is_spam() {
        let hit = snapshot(&[("Google", 90, 80), ("fake.example", 23, 20), ("blog.example", 30, 12)]);
        let spared = snapshot(&[("Google", 90, 80)]);
        let idle = snapshot(&[]);
        let both = vec![SpamReason::Everywhere, SpamReason::NoOneComesBack];
        let fake = vec![("fake.example".to_owned(), both)];
        for (case, snapshots, expected) in [
            ("everywhere", vec![hit.clone(); 6], fake.clone()),
            ("idle ones have no say", [vec![hit.clone(); 6], vec![idle; 90]].concat(), fake.clone()),
            ("in six of ten", [vec![hit.clone(); 6], vec![spared.clone(); 4]].concat(), fake),
            ("in six of eleven", [vec![hit.clone(); 6], vec![spared; 5]].concat(), vec![]),
            ("in too few", vec![hit; 4], vec![]),
            ("single views", vec![snapshot(&[("fake.example", 1, 1)]); 9], vec![]),
            ("nothing", vec![], vec![]),
        ] {
            assert_eq!(told(&snapshots, &[]), expected, "{case}");
        }
    }

    #[test]
    fn a_listed_domain_is_spam_wherever_it_is() {
        let snapshots = [snapshot(&[("Co.Lumb.SEMALT.com", 3, 1), ("notsemalt.com", 9, 9), ("mine.example", 2, 2)])];
        let listed = |name: &str| (name.to_owned(), vec![SpamReason::Listed]);
        assert_eq!(told(&snapshots, &[]), [listed("Co.Lumb.SEMALT.com")]);
        let extra = [" Mine.example ".to_owned(), String::new()];
        assert_eq!(told(&snapshots, &extra), [listed("Co.Lumb.SEMALT.com"), listed("mine.example")]);
    }

    #[test]
    fn large_sites_are_never_spam() {
        let names =
            ["Google", "Bing", "github.com", "gist.github.com", "DuckDuckGo", "t.co", "old.reddit.com", "Baidu"];
        for name in names {
            let extra = [name.to_owned(), "com".to_owned()];
            assert_eq!(told(&vec![snapshot(&[(name, 50, 50)]); 9], &extra), [], "{name}");
        }
    }

    #[test]
    fn the_list_is_well_formed_and_no_domain_is_on_both_sides() {
        assert!(list_version().parse::<u32>().is_ok());
        let mut seen = std::collections::BTreeSet::new();
        for line in LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (kind, name) = line.split_once(' ').unwrap();
            assert!(["version", "spam", "known"].contains(&kind), "{line}");
            assert!(kind != "spam" || name == name.to_lowercase(), "{line}");
            assert!(seen.insert(name.to_lowercase()), "{name} is there twice");
        }
        for spam in lines("spam ") {
            assert!(!lines("known ").any(|known| belongs(spam, &known.to_lowercase())), "{spam}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_list_never_takes_spam_away(
            rows in proptest::collection::vec(("[a-d]\\.(example|com)", 0u64..40, 0u64..40), 0..6),
            repositories in 0usize..9,
            extra in proptest::collection::vec("[a-d]\\.(example|com)|com", 0..4),
        ) {
            let rows: Vec<(&str, u64, u64)> = rows.iter().map(|(name, a, b)| (name.as_str(), *a, *b)).collect();
            let snapshots = vec![snapshot(&rows); repositories];
            let longer = told(&snapshots, &extra);
            for (name, _) in told(&snapshots, &extra[..extra.len() / 2]) {
                prop_assert!(longer.iter().any(|(other, _)| *other == name));
            }
        }
    }
}
