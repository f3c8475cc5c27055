//! A year of days as squares: how much happened, and how well it is known.

use std::fmt::Write as _;

use chrono::{Datelike, Days};
use serde::Serialize;

use super::figures::{Daily, Metric};
use super::locale::Words;
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::traffic::{Coverage, Span};

const WEEKS: u64 = 53;
const CELL: u64 = 14;
const LEFT: u64 = 28;
const TOP: u64 = 16;

/// The squares of one level are one path, so a year is eight elements.
#[derive(Debug, Serialize)]
pub(super) struct Heat {
    width: u64,
    height: u64,
    /// From nothing to most.
    levels: [String; 5],
    unknown: String,
    provisional: String,
    months: Vec<Mark>,
    weekdays: Vec<Mark>,
    sentence: String,
    /// The least views of levels 1 to 4, as texts.
    steps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Mark {
    x: u64,
    y: u64,
    text: String,
}

/// The last 53 weeks of views; `None` if nothing is known of them.
pub(super) fn year(words: &Words, daily: &Daily) -> Option<Heat> {
    let last = Week::of(daily.extent()?.last).span().last;
    let span = Span { first: last - Days::new(WEEKS * 7 - 1), last };
    let known = |date| daily.get(date).and_then(|day| day.cell(Metric::Views)).map(|cell| cell.count);
    let mut counts: Vec<u64> = span.days().filter_map(known).filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let bounds = quarters(&counts);
    let mut heat = Heat {
        width: LEFT + WEEKS * CELL,
        height: TOP + 7 * CELL,
        levels: Default::default(),
        unknown: String::new(),
        provisional: String::new(),
        months: months(words, span),
        weekdays: weekdays(words),
        sentence: sentence(words, daily, span),
        steps: bounds.iter().map(|bound| words.number(*bound)).collect(),
    };
    for (at, date) in span.days().enumerate() {
        heat.square(at as u64, daily.get(date).map(|day| day.coverage), known(date), &bounds);
    }
    Some(heat)
}

impl Heat {
    fn square(&mut self, at: u64, coverage: Option<Coverage>, count: Option<u64>, bounds: &[u64]) {
        let (x, y) = (LEFT + at / 7 * CELL, TOP + at % 7 * CELL);
        let path = match (coverage, count) {
            (None, _) => return,
            (_, None) if coverage != Some(Coverage::Provisional) => &mut self.unknown,
            (_, None) => &mut self.provisional,
            (_, Some(0)) => &mut self.levels[0],
            (_, Some(count)) => &mut self.levels[bounds.iter().filter(|bound| count >= **bound).count().max(1)],
        };
        let _ = write!(path, "M{x} {y}h11v11h-11z");
        if coverage == Some(Coverage::Provisional) && count.is_some() {
            let _ = write!(self.provisional, "M{x} {y}h11v11h-11z");
        }
    }
}

/// Where each quarter of the sorted values begins, each bound once.
fn quarters(sorted: &[u64]) -> Vec<u64> {
    let mut bounds: Vec<u64> = (0..4).filter_map(|n| sorted.get(sorted.len() * n / 4).copied()).collect();
    bounds.dedup();
    bounds
}

fn months(words: &Words, span: Span) -> Vec<Mark> {
    let firsts = span.days().enumerate().filter(|(at, date)| date.day() == 1 && *at < (WEEKS as usize - 2) * 7);
    firsts.map(|(at, date)| Mark { x: LEFT + at as u64 / 7 * CELL, y: 10, text: words.month_short(date) }).collect()
}

fn weekdays(words: &Words) -> Vec<Mark> {
    let mark = |row: u64| Mark { x: 0, y: TOP + row * CELL + 9, text: words.weekday_short(row as usize).to_owned() };
    [0, 2, 4].map(mark).into()
}

fn sentence(words: &Words, daily: &Daily, span: Span) -> String {
    let days = || daily.iter().filter(|(date, _)| span.contains(*date));
    let unknown = days().filter(|(_, day)| day.coverage == Coverage::Unknown).count() as u64;
    let quiet = days().filter(|(_, day)| day.views.is_some_and(|cell| cell.count == 0)).count() as u64;
    let busiest = days().filter_map(|(date, day)| Some((day.views?.count, std::cmp::Reverse(date)))).max();
    let (views, when): (u64, Option<Date>) = busiest.map_or((0, None), |(views, date)| (views, Some(date.0)));
    let mut text = when.filter(|_| views > 0).map_or_else(
        || "No view in these days.".to_owned(),
        |date| {
            format!(
                "The busiest day was {} with {}.",
                words.day(date),
                words.say("count-views", &[("n", (views).into())])
            )
        },
    );
    if quiet > 0 {
        let _ = write!(text, " {} without a view.", words.say("count-days", &[("n", (quiet).into())]));
    }
    if unknown > 0 {
        let _ =
            write!(text, " {} nobody knows: they are hatched.", words.say("count-days", &[("n", (unknown).into())]));
    }
    text
}
