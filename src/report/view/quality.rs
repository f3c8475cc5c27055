//! How well the days are known, of every repository of a role.

mod strip;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use self::strip::Strip;
use super::{Card, Chrome, Scope};
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::collection::Metric;
use crate::domain::signal::{self, Level, Revised, Revision};
use crate::domain::traffic::Span;
use crate::report::best::Best;
use crate::report::locale::Words;
use crate::report::stock::Repo;

/// Weeks of the map.
const WEEKS: u64 = 52;

/// How many rows each part of the page has.
const MAP: usize = 80;
const RISKS: usize = 30;
const GAPS: usize = 30;
const REVISIONS: usize = 50;
const DOUBTS: usize = 30;

/// `quality.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct QualityView {
    page: Chrome,
    role: String,
    says: String,
    cards: Vec<Card>,
    risks: Vec<RiskRow>,
    risks_rest: String,
    /// The days the map is of.
    days: String,
    weeks: u64,
    map: Vec<MapRow>,
    map_rest: String,
    gaps: Vec<GapRow>,
    gaps_rest: String,
    stood: Vec<String>,
    doubtful: Vec<DoubtRow>,
    doubtful_rest: String,
    revisions: Vec<RevisionRow>,
    revisions_rest: String,
}

#[derive(Clone, Debug, Serialize)]
struct Named {
    owner: String,
    name: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct RiskRow {
    of: Named,
    level: Level,
    says: String,
    collected: String,
}

#[derive(Debug, Serialize)]
struct MapRow {
    of: Named,
    strip: Strip,
    known: String,
    unknown: String,
    history: String,
}

#[derive(Debug, Serialize)]
struct GapRow {
    of: Named,
    days: String,
    length: String,
}

#[derive(Debug, Serialize)]
struct DoubtRow {
    day: String,
    says: String,
}

#[derive(Debug, Serialize)]
struct RevisionRow {
    of: Named,
    day: String,
    metric: String,
    from: String,
    to: String,
    what: String,
    seen: String,
}

/// Collects the page.
pub(in crate::report) struct Quality {
    span: Option<Span>,
    /// Measured, assumed zero, provisional, unknown.
    coverage: [u64; 4],
    at_risk: usize,
    risks: Best<(Reverse<i64>, Reverse<String>), RiskRow>,
    map: Best<(u64, Reverse<String>), MapRow>,
    gaps: Best<(usize, Date, Reverse<String>), GapRow>,
    revisions: Best<(crate::domain::Timestamp, Date, Reverse<String>), RevisionRow>,
    doubtful: BTreeMap<Date, usize>,
}

impl Quality {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Quality {
        let weeks = |last: Date| {
            let last = Week::of(last).span().last;
            Span { first: last - Days::new(WEEKS * 7 - 1), last }
        };
        Quality {
            span: scope.extent.map(|extent| weeks(extent.last)),
            coverage: [0; 4],
            at_risk: 0,
            risks: Best::new(RISKS),
            map: Best::new(MAP),
            gaps: Best::new(GAPS),
            revisions: Best::new(REVISIONS),
            doubtful: BTreeMap::new(),
        }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let words = scope.words;
        let name = || Reverse(repo.name().to_string());
        let named = || Named {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
        };
        let counts = repo.daily.coverage();
        self.coverage.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        self.risk(scope, repo);
        if let Some(span) = self.span {
            let strip = Strip::of(&repo.daily, span);
            let all: u64 = counts.iter().sum();
            self.map.push((strip.unknown, name()), || MapRow {
                of: named(),
                known: share_known(words, counts),
                unknown: words.number(strip.unknown),
                history: words.say("count-days", &[("n", all.into())]),
                strip,
            });
        }
        for gap in repo.daily.gaps() {
            self.gaps.push((gap.len(), gap.last, name()), || GapRow {
                of: named(),
                days: words.span(gap),
                length: words.say("count-days", &[("n", gap.len().into())]),
            });
        }
        for revision in &repo.history.revisions {
            let key = (revision.seen, revision.date, name());
            self.revisions.push(key, || revised(words, named(), revision));
        }
        for date in repo.history.traffic.doubtful() {
            *self.doubtful.entry(*date).or_default() += 1;
        }
    }

    fn risk(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let words = scope.words;
        let now = scope.today.and_time(chrono::NaiveTime::MIN).and_utc();
        let risk = signal::risk(repo.history.collected, now);
        if risk.level == Level::Fine {
            return;
        }
        self.at_risk += usize::from(risk.level >= Level::Urgent);
        let says = match (repo.history.collected, u64::try_from(risk.days_left)) {
            (None, _) => words.text("quality-never-collected"),
            (_, Ok(left)) => words.say("quality-days-left", &[("n", left.into())]),
            (_, Err(_)) => words.say("quality-days-lost", &[("n", risk.days_left.unsigned_abs().into())]),
        };
        // The most urgent first; what was never collected cannot be hurried.
        let order = if repo.history.collected.is_some() { risk.days_left } else { i64::MAX };
        self.risks.push((Reverse(order), Reverse(repo.name().to_string())), || RiskRow {
            of: Named {
                owner: repo.name().owner().to_owned(),
                name: repo.name().name().to_owned(),
                href: scope.href(repo),
            },
            level: risk.level,
            says,
            collected: repo.history.collected.map_or_else(|| "–".to_owned(), |time| words.moment(time)),
        });
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> QualityView {
        let words = scope.words;
        let left = |n: usize| if n > 0 { words.say("quality-rest", &[("n", n.into())]) } else { String::new() };
        let says = self.says(words);
        let cards = self.cards(words);
        let (risks, risks_rest) = self.risks.finish();
        let (map, map_rest) = self.map.finish();
        let (gaps, gaps_rest) = self.gaps.finish();
        let (revisions, revisions_rest) = self.revisions.finish();
        let doubt = |(date, n): (&Date, &usize)| DoubtRow {
            day: words.day(*date),
            says: words.say("quality-doubtful-in", &[("n", (*n).into())]),
        };
        QualityView {
            page,
            role: scope.role.title.clone(),
            says,
            cards,
            risks,
            risks_rest: left(risks_rest),
            days: self.span.map_or_else(String::new, |span| words.span(span)),
            weeks: WEEKS,
            map,
            map_rest: left(map_rest),
            gaps,
            gaps_rest: left(gaps_rest),
            stood: scope.known.stood.iter().rev().take(DOUBTS).map(|span| words.span(*span)).collect(),
            doubtful: self.doubtful.iter().rev().take(DOUBTS).map(doubt).collect(),
            doubtful_rest: left(self.doubtful.len().saturating_sub(DOUBTS)),
            revisions,
            revisions_rest: left(revisions_rest),
        }
    }

    fn says(&self, words: &Words) -> String {
        let all: u64 = self.coverage.iter().sum();
        if all == 0 {
            return words.text("quality-none");
        }
        let known = share_known(words, self.coverage);
        let values = [("known", (&known).into()), ("days", all.into()), ("n", self.at_risk.into())];
        words.say(if self.at_risk > 0 { "quality-says-risk" } else { "quality-says" }, &values)
    }

    fn cards(&self, words: &Words) -> Vec<Card> {
        let all: u64 = self.coverage.iter().sum();
        let kinds = ["quality-measured", "quality-assumed", "quality-provisional", "quality-unknown"];
        let card = |(label, days): (&str, u64)| Card {
            year: None,
            label: words.text(label),
            qualifier: words.text(&format!("{label}-means")),
            value: words.number(days),
            change: None,
            beside: words.say("quality-of-days", &[("percent", (&percent(words, days, all)).into())]),
            spark: None,
        };
        if all == 0 { Vec::new() } else { kinds.into_iter().zip(self.coverage).map(card).collect() }
    }
}

/// Of the days that have come to rest, those that are known.
fn share_known(words: &Words, [measured, assumed, _, unknown]: [u64; 4]) -> String {
    percent(words, measured + assumed, measured + assumed + unknown)
}

/// Rounded down: nothing is wholly known that lacks a day.
fn percent(words: &Words, part: u64, all: u64) -> String {
    match all {
        0 => "–".to_owned(),
        all => words.percent(part * 100 / all),
    }
}

fn revised(words: &Words, of: Named, revision: &Revision) -> RevisionRow {
    let what = match revision.kind {
        Revised::Rise => "quality-rise",
        Revised::Drop { restored: true } => "quality-drop-restored",
        Revised::Drop { restored: false } => "quality-drop",
    };
    let metric = if revision.metric == Metric::Views { "views" } else { "clones" };
    RevisionRow {
        of,
        day: words.day(revision.date),
        metric: words.text(metric),
        from: words.number(revision.from.count),
        to: words.number(revision.to.count),
        what: words.text(what),
        seen: words.day(revision.seen.date_naive()),
    }
}
