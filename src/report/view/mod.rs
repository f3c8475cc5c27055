//! What templates are given: one struct for each, every text ready to be printed.

pub(super) mod article;
pub(super) mod data;
pub(super) mod log;
pub(super) mod overview;
pub(super) mod periods;
pub(super) mod rankings;
pub(super) mod repository;
pub(super) mod table;

use chrono::Days;
use serde::Serialize;

use super::figures::{Metric, Total};
use super::group::{Compared, Group, Period, State, Sum};
use super::spark::{self, Spark};
use super::stock::{Fresh, Repo};
use super::words;
use crate::domain::Date;
use crate::domain::policy::Role;
use crate::domain::signal::Change;
use crate::domain::traffic::Span;

/// The days that figures speak of unless they say otherwise: four whole weeks.
pub(super) const RECENT: u64 = 28;
const SPARK_WEEKS: u64 = 26;

/// What is around every page.
#[derive(Debug, Serialize)]
pub(super) struct Chrome {
    pub(super) site: String,
    pub(super) title: String,
    /// `../` for each folder the page lies in.
    pub(super) root: String,
    pub(super) css: String,
    pub(super) icon: String,
    pub(super) nav: Vec<Link>,
    pub(super) fresh: Fresh,
    pub(super) generator: &'static str,
}

/// A link below the bundle's root.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
}

/// The repositories of one role, and what is computed from them alone.
pub(super) struct Scope<'a> {
    pub(super) role: &'a Role,
    pub(super) repos: Vec<&'a Repo>,
    pub(super) group: Group<'a>,
    /// Whether repositories have pages that can be linked to.
    pub(super) linked: bool,
}

impl Scope<'_> {
    fn owners(&self) -> usize {
        let owners: std::collections::BTreeSet<String> =
            self.repos.iter().map(|repo| repo.name().owner().to_ascii_lowercase()).collect();
        owners.len()
    }

    fn href(&self, repo: &Repo) -> Option<String> {
        self.linked.then(|| repo.path.to_string())
    }

    /// `60 repositories of 3 owners`.
    fn extent_in_words(&self) -> String {
        let repositories = words::count(self.repos.len() as u64, "repository", "repositories");
        match self.owners() {
            0 | 1 => repositories,
            owners => format!("{repositories} of {owners} owners"),
        }
    }
}

/// The four weeks to `settled`.
fn recent(settled: Date) -> Span {
    Span { first: settled - Days::new(RECENT - 1), last: settled }
}

/// A change with its sign for the eye and its word for the ear.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ChangeView {
    class: &'static str,
    mark: &'static str,
    spoken: &'static str,
    text: String,
    /// Why there is none, or how much of it could be compared.
    why: String,
}

fn change(compared: &Compared) -> ChangeView {
    let some = compared.repositories < compared.of;
    let of = words::count(compared.of as u64, "repository", "repositories");
    let why = match (compared.change, some) {
        (Change::Unknown, _) => "not compared: some days are unknown or still rising".to_owned(),
        (_, true) => format!("compares the {} of {of} known in both", words::number(compared.repositories as u64)),
        (_, false) => String::new(),
    };
    signed(compared.change, why)
}

fn signed(change: Change, why: String) -> ChangeView {
    let (class, mark, spoken, text) = match change {
        Change::Unknown => ("unknown", "–", "not known", String::new()),
        Change::New => ("new", "", "", "new".to_owned()),
        Change::Percent(0) => ("flat", "", "", "0%".to_owned()),
        Change::Percent(percent) if percent > 0 => {
            ("up", "▲", "up", format!("{}%", words::number(percent.unsigned_abs())))
        }
        Change::Percent(percent) => ("down", "▼", "down", format!("{}%", words::number(percent.unsigned_abs()))),
    };
    ChangeView { class, mark, spoken, text, why }
}

/// `Views rose 12% to 4,310`, or what can be said without a comparison.
fn moved(noun: &str, compared: &Compared) -> Option<String> {
    let now = words::number(compared.now);
    match compared.change {
        Change::Unknown => None,
        Change::New => Some(format!("{noun} began: {now}, after none")),
        Change::Percent(0) => Some(format!("{noun} held at {now}")),
        Change::Percent(percent) => {
            let verb = if percent > 0 { "rose" } else { "fell" };
            Some(format!("{noun} {verb} {}% to {now}", words::number(percent.unsigned_abs())))
        }
    }
}

/// A figure as a sum allows it: exact, a lower bound, or nothing.
fn amount(state: State, value: u64) -> String {
    match state {
        State::Whole | State::SoFar => words::number(value),
        State::Partial => format!("≥ {}", words::number(value)),
        State::Unknown => "–".to_owned(),
    }
}

/// The same for one repository.
fn amount_of(total: Option<&Total>, pick: fn(&Total) -> u64) -> String {
    let state = match total {
        Some(total) if total.known == 0 => State::Unknown,
        Some(total) if total.whole() => State::Whole,
        Some(_) => State::Partial,
        None => State::Unknown,
    };
    amount(state, total.map_or(0, pick))
}

/// A figure with its change and its last half year.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    label: &'static str,
    /// What the label leaves open.
    qualifier: &'static str,
    value: String,
    change: Option<ChangeView>,
    beside: String,
    spark: Option<Spark>,
}

type Pick = fn(&Total) -> u64;

/// Views, visitors, clones and cloners of the four weeks to `settled`, beside the four weeks before.
fn traffic_cards(group: &Group<'_>, settled: Date) -> Vec<Card> {
    let kinds: [(&str, &str, Metric, Pick); 4] = [
        ("Views", "", Metric::Views, |total| total.count),
        ("Visitors", "sum of daily uniques", Metric::Views, |total| total.uniques),
        ("Clones", "", Metric::Clones, |total| total.count),
        ("Cloners", "sum of daily uniques", Metric::Clones, |total| total.uniques),
    ];
    let card = |(label, qualifier, metric, pick): (&'static str, &'static str, Metric, Pick)| {
        let now = group.period(recent(settled), metric);
        let before = group.period(recent(settled).before(), metric);
        let compared = now.compare(Some(&before), pick);
        let sum = group.sum(&now);
        let value = if qualifier.is_empty() { sum.count } else { sum.uniques };
        Card {
            label,
            qualifier,
            value: amount(sum.state, value),
            change: Some(change(&compared)),
            beside: beside(&compared),
            spark: weekly(group, settled, metric, if qualifier.is_empty() { |sum| sum.0 } else { |sum| sum.1 }),
        }
    };
    kinds.map(card).into()
}

fn beside(compared: &Compared) -> String {
    let before = words::number(compared.before);
    match (compared.change, compared.repositories < compared.of) {
        (Change::Unknown, _) => "nothing to compare with".to_owned(),
        (_, false) => format!("from {before}"),
        (_, true) => {
            format!("{} from {before}, in {} of {}", words::number(compared.now), compared.repositories, compared.of)
        }
    }
}

/// Rolling weeks, so that the newest is whole on every day of the week.
fn weekly(group: &Group<'_>, settled: Date, metric: Metric, pick: fn((u64, u64)) -> u64) -> Option<Spark> {
    let week = |back: u64| {
        let last = settled - Days::new(7 * back);
        let sum = group.sum(&group.period(Span { first: last - Days::new(6), last }, metric));
        sum.exact().map(pick)
    };
    spark::spark(&(0..SPARK_WEEKS).rev().map(week).collect::<Vec<_>>())
}

/// Of a hundred, at least a sliver for what is not nothing.
fn share(value: u64, most: u64) -> u64 {
    if value == 0 || most == 0 { 0 } else { (value * 100 / most).max(1) }
}

/// A sum as one cell, with its bar.
#[derive(Debug, Serialize)]
pub(super) struct Cell {
    text: String,
    bar: u64,
}

fn cell(sum: &Sum, value: u64, most: u64) -> Cell {
    Cell { text: amount(sum.state, value), bar: if sum.state == State::Unknown { 0 } else { share(value, most) } }
}

/// The largest sum of some periods: what a full bar stands for.
fn most(sums: &[(Period, Sum)]) -> u64 {
    sums.iter().map(|(_, sum)| sum.count).max().unwrap_or(0)
}
