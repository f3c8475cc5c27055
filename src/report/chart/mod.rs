//! Points to charts: one path for each series, whatever its length, with the same figures in words and as a table.
//!
//! The plot is stretched to its box, so its curves are drawn in units of their own: one for each step of time, four
//! hundred for its height. What must keep its shape, such as hatching and the signs of marks, is placed in per cent.
//! A point that is not known leaves a gap with hatching behind it, never a zero.

mod marks;
mod plot;
mod say;
mod scale;

use serde::Serialize;

use self::marks::Marked;
pub(super) use self::marks::{Mark, Sort};
pub(super) use self::plot::polyline;
use self::plot::{Band, Plot};
use self::say::Table;
use super::locale::Words;
use super::points::{Point, Step};
use crate::domain::Date;

/// Longer histories are drawn by week.
pub(super) const MOST_DAYS: usize = 190;

/// How a chart draws its first series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A line above zero with a surface below it.
    Area,
    /// A line above the lowest value: for what hardly moves.
    Line,
    /// A bar for each point, above zero.
    Bars,
}

/// A chart as its template draws it.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) title: String,
    /// What the chart says, in words and figures.
    pub(super) sentence: String,
    kind: Kind,
    /// Of the plot, in its own units.
    width: usize,
    /// The first day of the oldest point.
    from: Date,
    /// What one point stands for: `day`, `week` or `month`.
    step: Step,
    pub(super) first: Curve,
    pub(super) second: Option<Curve>,
    /// The same figure of an earlier time.
    before: Option<Curve>,
    /// The points nobody knows, those that are lower bounds, and those that are still rising.
    gaps: Vec<Band>,
    bounds: Vec<Band>,
    rising: Vec<Band>,
    /// Horizontal rules.
    rules: String,
    /// A dot on the highest point; none for a counter and for bars.
    peak: String,
    /// Values beside the plot, from the top.
    y: Vec<String>,
    /// Labels below it, evenly spaced.
    x: Vec<String>,
    marks: Option<Marked>,
    table: Table,
}

/// One series.
#[derive(Debug, Serialize)]
pub(super) struct Curve {
    pub(super) label: String,
    /// The line, or the bars.
    pub(super) line: String,
    /// The surface below the line.
    pub(super) area: String,
}

/// What to write around the points.
pub(super) struct Captions<'a> {
    pub(super) words: &'a Words,
    pub(super) title: String,
    /// Names of the two series.
    pub(super) first: &'a str,
    pub(super) second: Option<&'a str>,
    pub(super) step: Step,
    /// Said before what the chart finds out by itself.
    pub(super) lead: String,
    /// A counter's highest point says nothing; its rise does.
    pub(super) counter: bool,
}

/// What a chart may show besides its points.
#[derive(Default)]
pub(super) struct Extras<'a> {
    /// What happened, in any order; what lies outside the points is left out.
    pub(super) marks: &'a [Mark],
    /// The first figure of an earlier time.
    pub(super) before: Option<Before<'a>>,
}

/// An earlier time, point by point beside the chart's own.
pub(super) struct Before<'a> {
    /// What it is called.
    pub(super) label: &'a str,
    pub(super) values: Vec<Option<u64>>,
}

/// Draws the points as a line with its surface; `None` if no point is known.
pub(super) fn draw(captions: &Captions<'_>, points: &[Point]) -> Option<Chart> {
    draw_with(captions, points, &Extras::default())
}

/// The same with marks and a comparison.
pub(super) fn draw_with(captions: &Captions<'_>, points: &[Point], extras: &Extras<'_>) -> Option<Chart> {
    of_kind(Kind::Area, captions, points, extras)
}

/// A line above the lowest value, without a surface: for counters, which are far from zero and hardly move.
pub(super) fn line(captions: &Captions<'_>, points: &[Point], extras: &Extras<'_>) -> Option<Chart> {
    of_kind(Kind::Line, captions, points, extras)
}

/// The first figure as bars; a second one is a line.
pub(super) fn bars(captions: &Captions<'_>, points: &[Point], extras: &Extras<'_>) -> Option<Chart> {
    of_kind(Kind::Bars, captions, points, extras)
}

fn of_kind(kind: Kind, captions: &Captions<'_>, points: &[Point], extras: &Extras<'_>) -> Option<Chart> {
    let firsts = || points.iter().enumerate().filter_map(|(at, point)| Some((at, point.first?)));
    let (peak_at, peak) = firsts().max_by_key(|(at, value)| (*value, usize::MAX - at))?;
    let before = extras.before.as_ref().filter(|before| before.values.iter().any(Option::is_some));
    let seconds = points.iter().filter(|_| captions.second.is_some()).filter_map(|point| point.second);
    let others: Vec<u64> = seconds.chain(before.iter().flat_map(|before| &before.values).copied().flatten()).collect();
    let top = others.iter().copied().fold(peak, u64::max);
    let low = firsts().map(|(_, value)| value).chain(others).min().filter(|_| kind == Kind::Line).unwrap_or(0);
    let scale = scale::of(low, top);
    let plot = Plot { points: points.len(), scale, kind };
    let line = |label: &str, line| Curve { label: label.to_owned(), line, area: String::new() };
    let first = {
        let values = || points.iter().map(|point| point.first);
        let drawn = if kind == Kind::Bars { plot.bars(values()) } else { plot.line(values()) };
        let area = if kind == Kind::Area { plot.area(values()) } else { String::new() };
        Curve { area, ..line(captions.first, drawn) }
    };
    let dotted = kind != Kind::Bars && !captions.counter;
    Some(Chart {
        title: captions.title.clone(),
        sentence: say::sentence(captions, points, (peak_at, peak), scale.low > 0),
        kind,
        width: plot.width(),
        from: points[0].span.first,
        step: captions.step,
        first,
        second: captions.second.map(|label| line(label, plot.line(points.iter().map(|point| point.second)))),
        before: before.map(|before| line(before.label, plot.line(before.values.iter().copied()))),
        gaps: plot.bands(points.iter().map(|point| point.first.is_none())),
        bounds: plot.bands(points.iter().map(|point| point.bound)),
        rising: plot.bands(points.iter().map(|point| point.rising)),
        rules: plot.rules(),
        peak: if dotted { plot.dot(peak_at, peak) } else { String::new() },
        y: scale.labels(captions.words),
        x: say::axis(captions.words, points, captions.step),
        marks: marks::place(captions.words, &plot, points, extras.marks),
        table: say::table(captions, points, before),
    })
}

#[cfg(test)]
mod tests;
