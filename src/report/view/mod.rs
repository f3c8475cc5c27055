//! What templates are given: one struct for each, every text ready to be printed.

pub(super) mod article;
pub(super) mod data;
pub(super) mod events;
pub(super) mod explore;
mod front;
mod lists;
pub(super) mod log;
mod matrix;
pub(super) mod organisation;
pub(super) mod overview;
pub(super) mod periods;
pub(super) mod print;
pub(super) mod quality;
pub(super) mod rankings;
pub(super) mod referrers;
pub(super) mod releases;
pub(super) mod repository;
pub(super) mod search;
mod starred;
pub(super) mod stars;
mod stood;
pub(super) mod table;
mod top;

#[cfg(test)]
mod tests;

use chrono::Days;
use serde::Serialize;

use super::Note;
use super::figures::{Metric, Total};
use super::group::{Compared, Frame, Group, Pick, State, Sum, Than};
use super::locale::Words;
use super::names;
use super::spark::{self, Spark};
use super::stock::{Fresh, Repo};
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
    /// Of `<html lang>`.
    pub(super) lang: &'static str,
    pub(super) site: String,
    pub(super) title: String,
    /// The role's title, on pages that belong to one role alone.
    pub(super) role: Option<String>,
    /// `../` for each folder the page lies in.
    pub(super) root: String,
    pub(super) css: String,
    pub(super) icon: String,
    /// Feeds of the role, below the bundle's root.
    pub(super) feeds: Vec<Link>,
    /// The site's own sign, in place of the built-in one.
    pub(super) logo: Option<String>,
    pub(super) script: String,
    pub(super) nav: Vec<Link>,
    pub(super) fresh: FreshView,
    pub(super) generator: &'static str,
}

impl Chrome {
    /// The address of a page if the role has it: for links that must not lead nowhere.
    fn leads_to(&self, href: &'static str) -> Option<&'static str> {
        self.nav.iter().any(|link| link.href == href).then_some(href)
    }
}

/// How fresh the figures are, in whole phrases.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FreshView {
    /// `Data through 20 Nov 2026 (UTC)`.
    through: Option<String>,
    rising: Option<String>,
    collected: Option<String>,
    frozen: bool,
    late: Option<String>,
}

impl FreshView {
    pub(super) fn of(words: &Words, fresh: &Fresh) -> FreshView {
        let phrase =
            |key, name, text: &Option<String>| text.as_ref().map(|text| words.say(key, &[(name, text.into())]));
        FreshView {
            through: phrase("frame-through", "day", &fresh.through),
            rising: phrase("frame-rising", "day", &fresh.rising),
            collected: phrase("frame-collected", "moment", &fresh.collected),
            frozen: fresh.frozen,
            late: fresh.late.map(|days| words.say("frame-late", &[("n", days.into())])),
        }
    }
}

/// A link below the bundle's root.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) current: bool,
    /// Always in sight where there is room; the others are behind "More".
    pub(super) primary: bool,
}

/// One role, before its repositories have been looked at one by one.
///
/// A page about several repositories is made by something that is told of each of them in turn and keeps little of
/// it: `new(&scope)`, then `add(&scope, &repo)` in order of name, then `finish(self, &scope, &group, chrome)`, with the
/// group of all. So a bundle of a hundred thousand repositories needs no more memory than one of ten.
pub(super) struct Scope<'a> {
    pub(super) role: &'a Role,
    pub(super) words: &'a Words,
    /// How many repositories the role sees, and of how many owners.
    pub(super) members: usize,
    pub(super) owners: usize,
    /// From the first day known of any of them to the newest of any.
    pub(super) extent: Option<Span>,
    /// The newest day that has come to rest in any.
    pub(super) settled: Option<Date>,
    /// The day of the build.
    pub(super) today: Date,
    /// Whether repositories have pages that can be linked to.
    pub(super) linked: bool,
    /// Where people find the site: what is read elsewhere links to it.
    pub(super) base_url: &'a str,
    /// What the operator tells of some days.
    pub(super) notes: &'a [Note],
    /// Whether owners have.
    pub(super) organised: bool,
    /// What else it may know.
    pub(super) known: &'a Known,
    /// Referrers the operator takes for spam.
    pub(super) spam: &'a [String],
}

/// What a role may know that is not of one of its repositories alone.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Known {
    /// Of the operator's notes those that concern nobody else.
    pub(super) notes: Vec<Note>,
    /// Days on which GitHub's counting stood still, as far as the newest collections tell, ascending.
    pub(super) stood: Vec<Span>,
    /// The day of the newest list of referrers, and of paths.
    pub(super) listed: [Option<Date>; 2],
}

impl Scope<'_> {
    pub(super) fn href(&self, repo: &Repo) -> Option<String> {
        self.linked.then(|| repo.path.to_string())
    }

    /// The page of its owner.
    fn owner_href(&self, repo: &Repo) -> Option<String> {
        self.organised.then(|| names::organisation(&repo.history.repository))
    }

    /// `60 repositories of 3 owners`.
    fn extent_in_words(&self) -> String {
        let members = self.members.into();
        match self.owners {
            0 | 1 => self.words.say("count-repositories", &[("n", members)]),
            owners => self.words.say("repositories-of-owners", &[("n", members), ("owners", owners.into())]),
        }
    }
}

/// The four weeks to `settled`.
pub(super) fn recent(settled: Date) -> Span {
    Span { first: settled - Days::new(RECENT - 1), last: settled }
}

/// A change with its sign for the eye and its word for the ear.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ChangeView {
    class: &'static str,
    mark: &'static str,
    spoken: String,
    text: String,
    /// Why there is none, or how much of it could be compared.
    why: String,
}

pub(super) fn change(words: &Words, compared: &Compared) -> ChangeView {
    let some = compared.repositories < compared.of;
    let why = match (compared.change, some) {
        (Change::Unknown, _) => words.text("change-not-compared"),
        (_, true) => {
            let (known, of) = (compared.repositories.into(), compared.of.into());
            words.say("change-compares-some", &[("known", known), ("n", of)])
        }
        (_, false) => String::new(),
    };
    signed(words, compared.change, why)
}

fn signed(words: &Words, change: Change, why: String) -> ChangeView {
    let (class, mark, spoken, text) = match change {
        Change::Unknown => ("unknown", "–", words.text("change-unknown"), String::new()),
        Change::New => ("new", "", String::new(), words.text("change-new")),
        Change::Percent(0) => ("flat", "", String::new(), words.percent(0)),
        Change::Percent(percent) if percent > 0 => {
            ("up", "▲", words.text("change-up"), words.percent(percent.unsigned_abs()))
        }
        Change::Percent(percent) => ("down", "▼", words.text("change-down"), words.percent(percent.unsigned_abs())),
    };
    ChangeView { class, mark, spoken, text, why }
}

/// `Views rose 12% to 4,310`, or what can be said without a comparison. `noun` is `views` or `clones`.
pub(super) fn moved(words: &Words, noun: &str, compared: &Compared) -> Option<String> {
    let now = words.number(compared.now);
    let (key, percent) = match compared.change {
        Change::Unknown => return None,
        Change::New => ("began", 0),
        Change::Percent(0) => ("held", 0),
        Change::Percent(percent) if percent > 0 => ("rose", percent.unsigned_abs()),
        Change::Percent(percent) => ("fell", percent.unsigned_abs()),
    };
    let percent = words.percent(percent);
    Some(words.say(&format!("{noun}-{key}"), &[("now", (&now).into()), ("percent", (&percent).into())]))
}

/// A figure as a sum allows it: exact, a lower bound, or nothing.
pub(super) fn amount(words: &Words, state: State, value: u64) -> String {
    match state {
        State::Whole | State::SoFar => words.number(value),
        State::Partial => format!("≥ {}", words.number(value)),
        State::Unknown => "–".to_owned(),
    }
}

/// The same for one repository.
fn amount_of(words: &Words, total: Option<&Total>, pick: Pick) -> String {
    let state = match total {
        Some(total) if total.known == 0 => State::Unknown,
        Some(total) if total.whole() => State::Whole,
        Some(_) => State::Partial,
        None => State::Unknown,
    };
    amount(words, state, total.map_or(0, pick))
}

/// A figure with its change and its last half year.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    label: String,
    /// What the label leaves open.
    qualifier: String,
    value: String,
    change: Option<ChangeView>,
    beside: String,
    /// The same against the year before.
    year: Option<Against>,
    spark: Option<Spark>,
}

/// A second comparison, below the first.
#[derive(Debug, Serialize)]
struct Against {
    change: ChangeView,
    text: String,
}

impl Against {
    /// `▲ 12% against a year before`, with how much of it could be compared behind the mark.
    fn year(words: &Words, compared: &Compared) -> Against {
        let text = match compared.change {
            Change::Unknown => words.text("overview-year-unknown"),
            _ => words.say("overview-year-from", &[("before", (&words.number(compared.before)).into())]),
        };
        Against { change: change(words, compared), text }
    }
}

/// Views, visitors, clones and cloners of the four weeks to `settled`, beside the four weeks before.
fn traffic_cards(words: &Words, group: &Group, settled: Date) -> Vec<Card> {
    let kinds: [(&str, Metric, bool); 4] = [
        ("views", Metric::Views, false),
        ("visitors", Metric::Views, true),
        ("clones", Metric::Clones, false),
        ("cloners", Metric::Clones, true),
    ];
    let card = |(label, metric, uniques): (&str, Metric, bool)| {
        let compared = group.compare(Frame::Recent, Than::Before, metric, uniques);
        let sum = group.sum(recent(settled), metric);
        Card {
            label: words.text(label),
            qualifier: if uniques { words.text("sum-of-daily-uniques") } else { String::new() },
            value: amount(words, sum.state, if uniques { sum.uniques } else { sum.count }),
            change: Some(change(words, &compared)),
            beside: beside(words, &compared),
            year: Some(Against::year(words, &group.compare(Frame::Recent, Than::YearBefore, metric, uniques))),
            spark: weekly(group, settled, metric, if uniques { |sum| sum.1 } else { |sum| sum.0 }),
        }
    };
    kinds.map(card).into()
}

fn beside(words: &Words, compared: &Compared) -> String {
    let (before, now) = (words.number(compared.before), words.number(compared.now));
    let before = ("before", (&before).into());
    match (compared.change, compared.repositories < compared.of) {
        (Change::Unknown, _) => words.text("beside-nothing"),
        (_, false) => words.say("beside-from", &[before]),
        (_, true) => {
            let (known, of) = (("known", compared.repositories.into()), ("of", compared.of.into()));
            words.say("beside-from-in-some", &[before, ("now", (&now).into()), known, of])
        }
    }
}

/// Rolling weeks, so that the newest is whole on every day of the week.
fn weekly(group: &Group, settled: Date, metric: Metric, pick: fn((u64, u64)) -> u64) -> Option<Spark> {
    let week = |back: u64| {
        let last = settled - Days::new(7 * back);
        let sum = group.sum(Span { first: last - Days::new(6), last }, metric);
        sum.exact().map(pick)
    };
    spark::spark(&(0..SPARK_WEEKS).rev().map(week).collect::<Vec<_>>())
}

/// What a table is sorted by where it shows a change; empty where there is none.
fn sort_of(change: Change) -> String {
    match change {
        Change::Unknown => String::new(),
        // Above every per cent.
        Change::New => i64::from(i32::MAX).to_string(),
        Change::Percent(percent) => percent.to_string(),
    }
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

fn cell(words: &Words, sum: &Sum, value: u64, most: u64) -> Cell {
    Cell {
        text: amount(words, sum.state, value),
        bar: if sum.state == State::Unknown { 0 } else { share(value, most) },
    }
}
