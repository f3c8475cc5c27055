//! A year of days as squares: how much happened, and how well it is known.

use std::fmt::Write as _;

use chrono::{Datelike, Days};
use serde::Serialize;

use super::figures::{Daily, Known, Metric};
use super::locale::Words;
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::traffic::{Coverage, Span};

const WEEKS: u64 = 53;
/// A square and the space beside it.
const CELL: u64 = 10;
const SQUARE: u64 = 8;
const LEFT: u64 = 20;
const TOP: u64 = 12;

/// The squares of one level are one path, so a year is eight elements: upright strokes, dashed into squares.
#[derive(Debug, Serialize)]
pub(super) struct Heat {
    width: u64,
    height: u64,
    /// From nothing to most.
    levels: [String; 5],
    unknown: String,
    /// Outlines around what is still rising.
    provisional: String,
    months: Vec<Label>,
    weekdays: Vec<Label>,
    sentence: String,
    /// The least views of levels 1 to 4, as texts.
    steps: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Label {
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
    let days: Vec<(Date, Option<usize>)> = span
        .days()
        .map(|date| (date, daily.get(date).map(|day| (day.coverage, known(date))).and_then(|day| level(day, &bounds))))
        .collect();
    let mut heat = Heat {
        width: LEFT + WEEKS * CELL,
        height: TOP + 7 * CELL,
        levels: Default::default(),
        unknown: String::new(),
        provisional: String::new(),
        months: months(words, span),
        weekdays: weekdays(words),
        sentence: sentence(words, daily, span),
        steps: bounds.iter().map(|bound| words.say("charts-heat-step", &[("n", (*bound).into())])).collect(),
    };
    for (week, days) in days.chunks(7).enumerate() {
        heat.column(week as u64, days);
        for (row, (date, _)) in days.iter().enumerate() {
            if daily.get(*date).is_some_and(|day| day.coverage == Coverage::Provisional) {
                let (x, y) = (LEFT + week as u64 * CELL, TOP + row as u64 * CELL);
                let _ = write!(heat.provisional, "M{x} {y}h{SQUARE}v{SQUARE}h-{SQUARE}z");
            }
        }
    }
    Some(heat)
}

/// Which path a day belongs to: 0 to 4, or 5 where its views are unknown; none for a provisional day without any.
fn level(day: (Coverage, Option<u64>), bounds: &[u64]) -> Option<usize> {
    match day {
        (Coverage::Provisional, None) => None,
        (_, None) => Some(5),
        (_, Some(0)) => Some(0),
        (_, Some(count)) => Some(bounds.iter().filter(|bound| count >= **bound).count().max(1)),
    }
}

impl Heat {
    /// A week: a stroke for each run of days of one level.
    fn column(&mut self, week: u64, days: &[(Date, Option<usize>)]) {
        let x = LEFT + week * CELL + SQUARE / 2;
        let mut y = TOP;
        for run in days.chunk_by(|a, b| a.1 == b.1) {
            let path = match run[0].1 {
                Some(level @ 0..5) => Some(&mut self.levels[level]),
                Some(_) => Some(&mut self.unknown),
                None => None,
            };
            let long = run.len() as u64 * CELL;
            if let Some(path) = path {
                let _ = write!(path, "M{x} {y}v{}", long - (CELL - SQUARE));
            }
            y += long;
        }
    }
}

/// Where each quarter of the sorted values begins, each bound once.
fn quarters(sorted: &[u64]) -> Vec<u64> {
    let mut bounds: Vec<u64> = (0..4).filter_map(|n| sorted.get(sorted.len() * n / 4).copied()).collect();
    bounds.dedup();
    bounds
}

fn months(words: &Words, span: Span) -> Vec<Label> {
    let firsts = span.days().enumerate().filter(|(at, date)| date.day() == 1 && *at < (WEEKS as usize - 2) * 7);
    firsts.map(|(at, date)| Label { x: LEFT + at as u64 / 7 * CELL, y: 7, text: words.month_short(date) }).collect()
}

fn weekdays(words: &Words) -> Vec<Label> {
    let label = |row: u64| Label { x: 0, y: TOP + row * CELL + 6, text: words.weekday_short(row as usize).to_owned() };
    [0, 2, 4].map(label).into()
}

fn sentence(words: &Words, daily: &Daily, span: Span) -> String {
    let days = || daily.iter().filter(|(date, _)| span.contains(*date));
    // A day that was seen only while it was rising has a figure, and a square of its own.
    let hatched = |day: &Known| day.views.is_none() && day.coverage != Coverage::Provisional;
    let unknown = days().filter(|(_, day)| hatched(day)).count();
    let quiet = days().filter(|(_, day)| day.views.is_some_and(|cell| cell.count == 0)).count();
    let busiest = days().filter_map(|(date, day)| Some((day.views?.count, std::cmp::Reverse(date)))).max();
    let mut parts = vec![match busiest.filter(|(views, _)| *views > 0) {
        None => words.text("charts-heat-none"),
        Some((views, date)) => {
            let views = words.say("count-views", &[("n", views.into())]);
            let day = words.day(date.0);
            words.say("charts-heat-busiest", &[("day", (&day).into()), ("views", (&views).into())])
        }
    }];
    for (key, n) in [("charts-heat-quiet", quiet), ("charts-heat-unknown", unknown)] {
        if n > 0 {
            parts.push(words.say(key, &[("n", n.into())]));
        }
    }
    words.sentences(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::tests::daily;
    use crate::report::fixture::{english, span};

    #[test]
    fn days_of_one_level_in_one_week_are_one_stroke_and_unknown_days_are_their_own() {
        let gap = Some(span("2026-11-04", "2026-11-05"));
        let heat = year(&english(), &daily(span("2026-10-26", "2026-11-24"), gap)).unwrap();
        // Weeks 48 to 52 of 53, Monday at the top; the last two days are provisional and outlined besides.
        assert_eq!(heat.levels[1], "M504 12v68M514 12v18M514 52v28M524 12v68M534 12v68M544 12v18");
        assert_eq!(heat.unknown, "M514 32v18");
        assert_eq!(heat.provisional, "M540 12h8v8h-8zM540 22h8v8h-8z");
        assert!(heat.levels[0].is_empty());
        let told = "The busiest day was 26 Oct 2026 with 10 views. 2 days are unknown and hatched.";
        assert_eq!(heat.sentence, told);
    }
}
