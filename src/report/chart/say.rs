//! What a chart says in words, and its figures as a table.

use chrono::Days;
use serde::Serialize;

use super::{Before, Captions};
use crate::domain::Date;
use crate::report::locale::Words;
use crate::report::points::{Point, Step};

/// A longer table is for a file, not for a page.
pub(super) const MOST_ROWS: usize = 106;

/// The figures to be read, newest first.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) summary: String,
    pub(super) head: Vec<String>,
    /// HTML of dates and figures only, made here since it is most of a page: rows of a heading, a cell for each
    /// figure, and one more where there is something to remark.
    pub(super) rows: String,
    /// What was left out.
    pub(super) cut: String,
}

/// Seven dates evenly apart, or as many as there are points.
pub(super) fn axis(words: &Words, points: &[Point], step: Step) -> Vec<String> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let days = (last.span.first - first.span.first).num_days();
    let wanted = (points.len() as i64).min(7);
    if wanted < 2 {
        return vec![step.label(words, first.span)];
    }
    let date = |n: i64| first.span.first + Days::new((days * n / (wanted - 1)) as u64);
    let write = |date: Date| if days > 400 { words.month_year(date) } else { words.short_day(date) };
    (0..wanted).map(|n| write(date(n))).collect()
}

/// The lead, and what the points tell by themselves: the first of the highest, where that is no counter, what is missing,
/// and whether the axis is `cut`.
pub(super) fn sentence(captions: &Captions<'_>, points: &[Point], peak: (usize, u64), cut: bool) -> String {
    let words = captions.words;
    let mut parts = vec![captions.lead.clone()];
    if !captions.counter {
        let key = if captions.step == Step::Day { "charts-peak-day" } else { "charts-peak-period" };
        let when = captions.step.label(words, points[peak.0].span);
        let values = [("label", captions.first.into()), ("value", peak.1.into()), ("when", (&when).into())];
        parts.push(words.say(key, &values));
        let mut told = |key: &str, of: fn(&Point) -> bool| {
            let n = points.iter().filter(|point| of(point)).count();
            if n > 0 {
                let count = captions.step.count(words, n);
                parts.push(words.say(key, &[("count", (&count).into())]));
            }
        };
        told("charts-gaps", |point| point.first.is_none());
        told("charts-bounds", |point| point.bound);
        if points.iter().any(|point| point.rising) {
            parts.push(words.text("charts-rising"));
        }
    }
    if cut {
        parts.push(words.text("charts-not-from-zero"));
    }
    words.sentences(&parts)
}

/// The newest points as a table.
pub(super) fn table(captions: &Captions<'_>, points: &[Point], before: Option<&Before<'_>>) -> Table {
    let words = captions.words;
    let unknown = escaped(&words.text("charts-not-known"));
    let (rising, bound) = (escaped(&words.text("charts-still-rising")), escaped(&words.text("charts-at-least")));
    let mut rows = String::with_capacity(points.len().min(MOST_ROWS) * 48);
    for (at, point) in points.iter().enumerate().rev().take(MOST_ROWS) {
        rows.push_str("<tr><th scope=row>");
        captions.step.put_label(words, point.span, &mut rows);
        let mut cell = |value: Option<u64>| {
            rows.push_str("<td>");
            match value {
                Some(value) => words.put_number(value, &mut rows),
                None => rows.push_str(&unknown),
            }
        };
        cell(point.first);
        captions.second.inspect(|_| cell(point.second));
        before.inspect(|before| cell(before.values.get(at).copied().flatten()));
        rows.push_str("<td>");
        match (point.rising, point.bound) {
            (true, _) => rows.push_str(&rising),
            (_, true) => rows.push_str(&bound),
            _ => {}
        }
    }
    let step = words.text(match captions.step {
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
    });
    let head = [Some(step), Some(captions.first.to_owned()), captions.second.map(str::to_owned)];
    let head = head.into_iter().chain([before.map(|before| before.label.to_owned())]).flatten().collect();
    let of = |n| captions.step.count(words, n);
    let (all, shown) = (of(points.len()), points.len().min(MOST_ROWS));
    let cut = [("n", shown.into()), ("count", (&all).into())];
    Table {
        summary: words.say("charts-as-table", &[("count", (&of(shown)).into())]),
        head,
        rows,
        cut: if points.len() > shown { words.say("charts-table-cut", &cut) } else { String::new() },
    }
}

/// Words from a catalog may hold what HTML would take for a tag.
fn escaped(text: &str) -> String {
    if text.contains(['&', '<']) { text.replace('&', "&amp;").replace('<', "&lt;") } else { text.to_owned() }
}
