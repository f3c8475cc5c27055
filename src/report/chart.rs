//! Points to the geometry of a chart: one path for each series, whatever its length.
//!
//! The plot is stretched to its box, so it holds no text; labels are HTML beside it and strokes do not scale.
//! A point that is not known leaves a gap in the line with hatching behind it, never a zero.

use std::fmt::Write as _;

use chrono::Days;
use serde::Serialize;

use super::locale::Words;
use super::points::{Point, Step};
use crate::domain::Date;

/// Longer histories are drawn by week.
pub(super) const MOST_DAYS: usize = 190;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 200.0;

/// A chart as its template draws it.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) title: String,
    /// What the chart says, in words and figures.
    pub(super) sentence: String,
    pub(super) first: Curve,
    pub(super) second: Option<Curve>,
    /// Rectangles over the points nobody knows.
    gaps: String,
    /// Rectangles over the points that are lower bounds.
    bounds: String,
    /// Rectangles over the points that are still rising.
    rising: String,
    /// Horizontal and vertical rules.
    rules: String,
    /// A dot on the highest point; none for a counter.
    peak: String,
    /// Values beside the plot, from the top.
    y: Vec<String>,
    /// Labels below it, evenly spaced.
    x: Vec<String>,
    table: Table,
}

/// One series.
#[derive(Debug, Serialize)]
pub(super) struct Curve {
    pub(super) label: String,
    pub(super) line: String,
    /// The surface below the line.
    pub(super) area: String,
}

/// The same figures to be read.
#[derive(Debug, Serialize)]
struct Table {
    summary: String,
    head: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    when: String,
    first: String,
    second: Option<String>,
    note: &'static str,
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

/// Draws the points; `None` if no point is known.
pub(super) fn draw(captions: &Captions<'_>, points: &[Point]) -> Option<Chart> {
    let (peak_at, peak) = points
        .iter()
        .enumerate()
        .filter_map(|(at, p)| Some((at, p.first?)))
        .max_by_key(|(at, v)| (*v, usize::MAX - at))?;
    let second_peak = points.iter().filter_map(|p| p.second).max().unwrap_or(0);
    let (top, ticks) = scale(peak.max(if captions.second.is_some() { second_peak } else { 0 }));
    let plot = Plot { points: points.len(), top };
    let curve = |label: &str, pick: fn(&Point) -> Option<u64>| {
        let (line, area) = plot.curve(points.iter().map(pick));
        Curve { label: label.to_owned(), line, area }
    };
    Some(Chart {
        title: captions.title.clone(),
        sentence: sentence(captions, points, peak_at, peak),
        first: curve(captions.first, |p| p.first),
        second: captions.second.map(|label| curve(label, |p| p.second)),
        gaps: plot.bands(points.iter().map(|p| p.first.is_none())),
        bounds: plot.bands(points.iter().map(|p| p.bound)),
        rising: plot.bands(points.iter().map(|p| p.rising)),
        rules: plot.rules(ticks, labels(captions.words, points, captions.step).len()),
        peak: if captions.counter { String::new() } else { format!("M{} {}h0", plot.x(peak_at), plot.y(peak)) },
        y: (0..=ticks).rev().map(|tick| captions.words.short(top / ticks * tick)).collect(),
        x: labels(captions.words, points, captions.step),
        table: table(captions, points),
    })
}

/// A round upper end and the number of ticks up to it.
fn scale(peak: u64) -> (u64, u64) {
    let mut unit = 1;
    loop {
        for step in [1, 2, 5].map(|factor| factor * unit) {
            let ticks = peak.div_ceil(step).max(2);
            if ticks <= 4 {
                return (step * ticks, ticks);
            }
        }
        unit *= 10;
    }
}

struct Plot {
    points: usize,
    top: u64,
}

impl Plot {
    fn at(&self, point: f64) -> f64 {
        if self.points < 2 { WIDTH / 2.0 } else { point * WIDTH / (self.points - 1) as f64 }
    }

    fn x(&self, point: usize) -> String {
        coordinate(self.at(point as f64))
    }

    fn y(&self, value: u64) -> String {
        coordinate(HEIGHT - value as f64 / self.top.max(1) as f64 * HEIGHT)
    }

    /// The line, interrupted where a value is missing, and the surface below it.
    fn curve(&self, values: impl Iterator<Item = Option<u64>>) -> (String, String) {
        let (mut line, mut area) = (String::new(), String::new());
        let mut run: Vec<(usize, u64)> = Vec::new();
        for (at, value) in values.enumerate().chain([(usize::MAX, None)]) {
            match value {
                Some(value) => run.push((at, value)),
                None => self.finish(&mut run, &mut line, &mut area),
            }
        }
        (line, area)
    }

    fn finish(&self, run: &mut Vec<(usize, u64)>, line: &mut String, area: &mut String) {
        let (Some(&(first, value)), Some(&(last, _))) = (run.first(), run.last()) else { return };
        if first == last {
            // A point alone is a dot: the line's round cap.
            let _ = write!(line, "M{} {}h0", self.x(first), self.y(value));
        } else {
            let mut along = String::new();
            for (at, value) in run.iter() {
                let _ = write!(along, "{}{} {}", if along.is_empty() { "" } else { "L" }, self.x(*at), self.y(*value));
            }
            let _ = write!(line, "M{along}");
            let _ = write!(area, "M{along}V{HEIGHT}H{}z", self.x(first));
        }
        run.clear();
    }

    /// Rectangles over each run of points that are `true`, half a step wider on either side.
    fn bands(&self, marked: impl Iterator<Item = bool>) -> String {
        let mut path = String::new();
        let mut start = None;
        for (at, marked) in marked.chain([false]).enumerate() {
            match (marked, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    let left = self.at(from as f64 - 0.5).max(0.0);
                    let right = self.at(at as f64 - 0.5).min(WIDTH);
                    let _ =
                        write!(path, "M{} 0H{}V{HEIGHT}H{}z", coordinate(left), coordinate(right), coordinate(left));
                    start = None;
                }
                _ => {}
            }
        }
        path
    }

    fn rules(&self, ticks: u64, labels: usize) -> String {
        let mut path = String::new();
        for tick in 0..ticks {
            let _ = write!(path, "M0 {}H{WIDTH}", coordinate(HEIGHT / ticks as f64 * tick as f64));
        }
        for label in 1..labels.saturating_sub(1) {
            let x = WIDTH / (labels - 1) as f64 * label as f64;
            let _ = write!(path, "M{} {HEIGHT}v5", coordinate(x));
        }
        path
    }
}

/// One decimal at the most: finer than any screen draws it.
pub(super) fn coordinate(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// Seven dates evenly apart, or as many as there are points.
fn labels(words: &Words, points: &[Point], step: Step) -> Vec<String> {
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

fn sentence(captions: &Captions<'_>, points: &[Point], peak_at: usize, peak: u64) -> String {
    let words = captions.words;
    let mut text = captions.lead.clone();
    if captions.counter {
        return text;
    }
    let when = captions.step.label(words, points[peak_at].span);
    let noun = captions.first.to_lowercase();
    let preposition = if captions.step == Step::Day { "on" } else { "in" };
    let _ = write!(text, " The peak was {} {noun} {preposition} {when}.", words.number(peak));
    let gaps = points.iter().filter(|p| p.first.is_none()).count();
    if gaps > 0 {
        let verb = if gaps == 1 { "is" } else { "are" };
        let _ = write!(text, " {} {verb} not fully known and left out.", captions.step.count(words, gaps));
    }
    let bounds = points.iter().filter(|p| p.bound).count();
    if bounds > 0 {
        let verb = if bounds == 1 { "is a lower bound" } else { "are lower bounds" };
        let _ = write!(text, " {} {verb}: a little of what is in them is unknown.", captions.step.count(words, bounds));
    }
    if points.iter().any(|p| p.rising) {
        text.push_str(" The newest days are still rising.");
    }
    text.trim_start().to_owned()
}

fn table(captions: &Captions<'_>, points: &[Point]) -> Table {
    let words = captions.words;
    let text = |value: Option<u64>| value.map_or_else(|| "not known".to_owned(), |value| words.number(value));
    let row = |point: &Point| Row {
        when: captions.step.label(words, point.span),
        first: text(point.first),
        second: captions.second.map(|_| text(point.second)),
        note: match (point.rising, point.bound) {
            (true, _) => "still rising",
            (_, true) => "at least",
            _ => "",
        },
    };
    let head = [
        Some(words.text(match captions.step {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
        })),
        Some(captions.first.to_owned()),
        captions.second.map(str::to_owned),
    ];
    Table {
        summary: format!("These {} as a table", captions.step.count(words, points.len())),
        head: head.into_iter().flatten().collect(),
        rows: points.iter().rev().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::traffic::Span;
    use crate::report::fixture::span;

    fn captions(counter: bool) -> Captions<'static> {
        Captions {
            // One for all tests: captions only borrow it.
            words: Box::leak(Box::new(crate::report::fixture::english())),
            title: "Views".to_owned(),
            first: "Views",
            second: Some("Visitors"),
            step: Step::Day,
            lead: String::new(),
            counter,
        }
    }

    fn days(values: &[Option<u64>]) -> Vec<Point> {
        let all = Step::Day.periods(span("2026-01-01", "2026-12-31"));
        let point = |(span, first): (&Span, &Option<u64>)| Point {
            span: *span,
            first: *first,
            second: *first,
            rising: false,
            bound: false,
        };
        all.iter().zip(values).map(point).collect()
    }

    #[test]
    fn an_unknown_day_is_a_gap_with_hatching_and_not_a_zero() {
        let points = days(&[Some(4), Some(2), None, Some(3), Some(4)]);
        let chart = draw(&captions(false), &points).unwrap();
        assert_eq!(chart.first.line, "M0 0L250 100M750 50L1000 0");
        assert_eq!(chart.gaps, "M375 0H625V200H375z");
        assert!(chart.sentence.contains("1 day is not fully known and left out."), "{}", chart.sentence);
        assert_eq!(chart.table.rows[2].first, "not known");
    }

    #[test]
    fn a_day_that_is_still_rising_is_marked() {
        let mut points = days(&[Some(4), Some(2), Some(3)]);
        points[2].rising = true;
        let chart = draw(&captions(false), &points).unwrap();
        assert_eq!(chart.rising, "M750 0H1000V200H750z");
        assert!(chart.sentence.ends_with("The newest days are still rising."), "{}", chart.sentence);
    }

    #[test]
    fn a_known_day_between_unknown_ones_is_a_dot() {
        let chart = draw(&captions(false), &days(&[None, Some(2), None])).unwrap();
        assert_eq!((chart.first.line.as_str(), chart.first.area.as_str()), ("M500 0h0", ""));
    }

    #[test]
    fn the_sentence_names_the_first_of_equal_peaks() {
        let chart = draw(&captions(false), &days(&[Some(1), Some(9), Some(9)])).unwrap();
        assert_eq!(chart.sentence, "The peak was 9 views on 2 Jan 2026.");
    }

    #[test]
    fn nothing_known_is_no_chart() {
        assert!(draw(&captions(false), &days(&[None, None])).is_none());
        assert!(draw(&captions(false), &[]).is_none());
    }

    #[test]
    fn axes_end_at_round_values_and_reach_the_peak() {
        for (peak, top) in [(0, 2), (1, 2), (3, 3), (7, 8), (91, 100), (1_374, 1_500), (24_762, 30_000)] {
            assert_eq!(scale(peak).0, top, "peak {peak}");
        }
        let (top, ticks) = scale(u64::from(u32::MAX));
        assert!(top >= u64::from(u32::MAX) && top % ticks == 0);
    }

    #[test]
    fn a_chart_of_four_years_by_week_is_small() {
        let points: Vec<Point> = Step::Week
            .periods(span("2022-01-03", "2025-12-28"))
            .into_iter()
            .enumerate()
            .map(|(at, span)| Point {
                span,
                first: Some(at as u64 * 37 % 1_000),
                second: Some(at as u64 % 400),
                rising: false,
                bound: false,
            })
            .collect();
        let chart = draw(&captions(false), &points).unwrap();
        let size = chart.first.line.len() + chart.first.area.len() + chart.second.unwrap().line.len();
        assert!(points.len() == 208 && size < 9_000, "{size}");
    }
}
