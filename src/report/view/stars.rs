//! Stars, forks, watchers and what is open, over all repositories of a role.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use super::table::{counter_on, latest};
use super::{Card, ChangeView, Chrome, RECENT, Scope, share};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::domain::traffic::Span;
use crate::report::best::Best;
use crate::report::chart::{self, Captions, Chart};
use crate::report::locale::Words;
use crate::report::points::{Point, Step};
use crate::report::stock::Repo;

/// How many repositories the tables name.
const ROWS: usize = 100;
const GAINERS: usize = 10;

/// Weeks of the charts.
const WEEKS: u64 = 53;

/// Days of the chart of stars gained.
const DAYS: u64 = 91;

/// A history of stars is asked for once a week: the newest days may lack some.
const ASKED: i64 = 7;

/// Where so much of the repositories is known, the sum is a lower bound; where less, there is none.
const NEARLY: usize = 10;

type Counter = fn(&Counters) -> Option<u64>;

/// What is counted, with the message that names it.
const COUNTERS: [(&str, Counter); 5] = [
    ("stars", |counters| counters.stars),
    ("forks", |counters| counters.forks),
    ("stars-watchers", |counters| counters.watchers),
    ("stars-issues", Counters::open_issues),
    ("stars-pulls", |counters| counters.open_pulls),
];

/// `stars.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct StarsView {
    page: Chrome,
    role: String,
    says: String,
    cards: Vec<Card>,
    stars: Option<Chart>,
    forks: Option<Chart>,
    gained: Option<Chart>,
    gainers: Vec<Gainer>,
    rows: Vec<Row>,
    rest: String,
}

#[derive(Debug, Serialize)]
struct Row {
    owner: String,
    name: String,
    href: Option<String>,
    bar: u64,
    counts: Vec<Count>,
    #[serde(skip)]
    stars: u64,
}

/// A counter as it stands, and how it changed in four weeks.
#[derive(Debug, Serialize)]
struct Count {
    value: String,
    change: Option<ChangeView>,
}

#[derive(Debug, Serialize)]
struct Gainer {
    owner: String,
    name: String,
    href: Option<String>,
    bar: u64,
    gained: String,
    stars: String,
    #[serde(skip)]
    by: u64,
}

/// Collects the page.
pub(in crate::report) struct Stars {
    until: Date,
    repositories: usize,
    totals: [Total; 5],
    stars: Vec<Known>,
    forks: Vec<Known>,
    gained: BTreeMap<Date, u64>,
    rows: Best<(u64, Reverse<String>), Row>,
    gainers: Best<(u64, Reverse<String>), Gainer>,
}

/// A counter over all repositories.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    now: u64,
    known: usize,
    /// Of those repositories that are known four weeks before too.
    compared: usize,
    before: u64,
    after: u64,
}

/// A sum over those that are known, and how many they are.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    sum: u64,
    of: usize,
}

impl Stars {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Stars {
        let weeks = || vec![Known::default(); WEEKS as usize];
        Stars {
            until: scope.settled.unwrap_or(scope.today),
            repositories: 0,
            totals: Default::default(),
            stars: weeks(),
            forks: weeks(),
            gained: BTreeMap::new(),
            rows: Best::new(ROWS),
            gainers: Best::new(GAINERS),
        }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let from = self.until - Days::new(DAYS - 1);
        let lately = &repo.history.stars_gained[repo.history.stars_gained.partition_point(|(date, _)| *date < from)..];
        lately.iter().for_each(|(date, gained)| *self.gained.entry(*date).or_default() += gained);
        let Some((newest, _)) = repo.history.counters.last() else { return };
        self.repositories += 1;
        let before = *newest - Days::new(RECENT);
        let mut counts = Vec::with_capacity(COUNTERS.len());
        let mut risen = 0;
        for (at, (_, pick)) in COUNTERS.into_iter().enumerate() {
            let (now, was) = (latest(repo, pick), counter_on(repo, before, pick));
            let change = now.zip(was).and_then(|(now, was)| difference(scope.words, was, now, at > 2));
            self.totals[at].add(now, was);
            if at == 0 {
                risen = now.zip(was).map_or(0, |(now, was)| now.saturating_sub(was));
            }
            counts.push(Count { value: figure(scope.words, now), change });
        }
        self.weeks(repo);
        let stars = latest(repo, COUNTERS[0].1);
        let (owner, name, href) = (repo.name().owner().to_owned(), repo.name().name().to_owned(), scope.href(repo));
        if risen > 0 {
            let row = || Gainer {
                owner: owner.clone(),
                name: name.clone(),
                href: href.clone(),
                bar: 0,
                gained: scope.words.number(risen),
                stars: figure(scope.words, stars),
                by: risen,
            };
            self.gainers.push((risen, Reverse(repo.name().to_string())), row);
        }
        let stars = stars.unwrap_or(0);
        self.rows.push((stars, Reverse(repo.name().to_string())), || Row { owner, name, href, bar: 0, counts, stars });
    }

    fn weeks(&mut self, repo: &Repo) {
        for (line, (_, pick)) in [&mut self.stars, &mut self.forks].into_iter().zip(COUNTERS) {
            for (back, week) in line.iter_mut().rev().enumerate() {
                if let Some(value) = counter_on(repo, self.until - Days::new(7 * back as u64), pick) {
                    week.sum += value;
                    week.of += 1;
                }
            }
        }
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> StarsView {
        let words = scope.words;
        let (stars, forks) = (self.line(words, "stars", &self.stars), self.line(words, "forks", &self.forks));
        let gained = self.by_day(words);
        let cards = COUNTERS.iter().zip(self.totals).filter(|(_, total)| total.known > 0);
        let cards: Vec<Card> = cards.map(|((label, _), total)| card(words, label, total, self.repositories)).collect();
        let (mut rows, rest) = self.rows.finish();
        let (mut gainers, _) = self.gainers.finish();
        let most = rows.first().map_or(0, |row| row.stars);
        rows.iter_mut().for_each(|row| row.bar = share(row.stars, most));
        let most = gainers.first().map_or(0, |row| row.by);
        gainers.iter_mut().for_each(|row| row.bar = share(row.by, most));
        StarsView {
            page,
            role: scope.role.title.clone(),
            says: says(words, &self.totals[0], self.repositories),
            cards,
            stars,
            forks,
            gained,
            gainers,
            rows,
            rest: if rest > 0 { words.say("stars-rest", &[("n", rest.into())]) } else { String::new() },
        }
    }

    /// A year of a counter, a point a week.
    fn line(&self, words: &Words, noun: &str, weeks: &[Known]) -> Option<Chart> {
        let all = self.repositories;
        let point = |(at, known): (usize, &Known)| {
            let date = self.until - Days::new(7 * (WEEKS - 1 - at as u64));
            let missing = all - known.of;
            let first = (known.of > 0 && missing * NEARLY <= all).then_some(known.sum);
            let span = Span { first: date, last: date };
            Point { span, first, second: None, rising: false, bound: first.is_some() && missing > 0 }
        };
        let points: Vec<Point> = weeks.iter().enumerate().map(point).collect();
        let known: Vec<Point> = points.into_iter().skip_while(|point| point.first.is_none()).collect();
        let (first, last) = (known.first()?, known.iter().rfind(|point| point.first.is_some())?);
        let (days, label) = (Span { first: first.span.first, last: self.until }, words.text(noun));
        if first == last {
            return None;
        }
        let captions = Captions {
            words,
            title: format!("{label}, {}", words.span(days)),
            first: &label,
            second: None,
            // The points are single days a week apart, and are called by their day.
            step: Step::Day,
            lead: turn(words, first, last),
            counter: true,
        };
        chart::draw(&captions, &known)
    }

    /// Stars gained by day, as far as their histories were asked for.
    fn by_day(&self, words: &Words) -> Option<Chart> {
        let newest = *self.gained.keys().next_back()?;
        let span = Span::new(*self.gained.keys().next()?, newest).filter(|span| span.len() > 1)?;
        let point = |date: Date| Point {
            span: Span { first: date, last: date },
            first: Some(self.gained.get(&date).copied().unwrap_or(0)),
            second: None,
            rising: false,
            bound: (newest - date).num_days() < ASKED,
        };
        let points: Vec<Point> = span.days().map(point).collect();
        let sum: u64 = self.gained.values().sum();
        let label = words.text("stars-gained");
        let captions = Captions {
            words,
            title: format!("{label}, {}", words.span(span)),
            first: &label,
            second: None,
            step: Step::Day,
            lead: words.say("stars-gained-lead", &[("n", sum.into())]),
            counter: false,
        };
        chart::draw(&captions, &points)
    }
}

impl Total {
    fn add(&mut self, now: Option<u64>, was: Option<u64>) {
        let Some(now) = now else { return };
        self.now += now;
        self.known += 1;
        if let Some(was) = was {
            self.compared += 1;
            self.before += was;
            self.after += now;
        }
    }
}

fn figure(words: &Words, value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| words.number(value))
}

/// The first and the last point of a counter, in words.
fn turn(words: &Words, first: &Point, last: &Point) -> String {
    let (was, now) = (first.first.unwrap_or(0), last.first.unwrap_or(0));
    let key = match now.cmp(&was) {
        Ordering::Greater => "stars-lead-more",
        Ordering::Less => "stars-lead-fewer",
        Ordering::Equal => "stars-lead-same",
    };
    let (day, before) = (words.day(last.span.last), words.day(first.span.last));
    let by = now.abs_diff(was);
    words.say(key, &[("now", now.into()), ("day", (&day).into()), ("by", by.into()), ("before", (&before).into())])
}

fn says(words: &Words, stars: &Total, repositories: usize) -> String {
    let gained = stars.after.saturating_sub(stars.before);
    let lost = stars.before.saturating_sub(stars.after);
    let (n, known) = (("n", repositories.into()), ("known", stars.compared.into()));
    match (stars.compared, gained, lost) {
        (0, ..) => words.text("stars-says-nothing"),
        (_, 0, 0) => words.say("stars-says-same", &[known, n]),
        (_, 0, lost) => words.say("stars-says-lost", &[("lost", lost.into()), known, n]),
        (_, gained, _) => words.say("stars-says-gained", &[("gained", gained.into()), known, n]),
    }
}

fn card(words: &Words, label: &str, total: Total, repositories: usize) -> Card {
    let value = words.number(total.now);
    let whole = total.known == repositories;
    let compared = [("known", total.compared.into()), ("n", repositories.into())];
    // More that is open is neither good nor bad.
    let open = label == "stars-issues" || label == "stars-pulls";
    Card {
        year: None,
        label: words.text(label),
        qualifier: if whole {
            String::new()
        } else {
            words.say("stars-known-of", &[("known", total.known.into()), ("n", repositories.into())])
        },
        value: if whole { value } else { format!("≥ {value}") },
        change: (total.compared > 0).then(|| difference(words, total.before, total.after, open)).flatten(),
        beside: match total.compared {
            0 => words.text("beside-nothing"),
            n if n == repositories => words.text("stars-in-28-days"),
            _ => words.say("stars-in-28-days-of", &compared),
        },
        spark: None,
    }
}

/// Counters are compared by how many came or went: that is what people ask about stars.
fn difference(words: &Words, before: u64, now: u64, neutral: bool) -> Option<ChangeView> {
    let text = words.number(before.abs_diff(now));
    let (class, mark, spoken) = match now.cmp(&before) {
        Ordering::Greater => ("up", "▲", words.text("change-up")),
        Ordering::Less => ("down", "▼", words.text("change-down")),
        Ordering::Equal => ("flat", "±", String::new()),
    };
    Some(ChangeView { class: if neutral { "flat" } else { class }, mark, spoken, text, why: String::new() })
}
