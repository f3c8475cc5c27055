//! The geometry of a chart.

use std::fmt::Write as _;

use serde::Serialize;

use super::Kind;
use super::scale::Scale;

pub(super) const HEIGHT: u64 = 400;

/// Of a bar and the space beside it.
const SLOT: usize = 10;

/// A run of points from the top of the plot to its bottom, in per cent of its width.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Band {
    pub(super) x: String,
    pub(super) width: String,
}

pub(super) struct Plot {
    pub(super) points: usize,
    pub(super) scale: Scale,
    pub(super) kind: Kind,
}

impl Plot {
    /// In units of its own: a line has one for each step, bars have ten.
    pub(super) fn width(&self) -> usize {
        match self.kind {
            Kind::Bars => self.points.max(1) * SLOT,
            _ => {
                if self.points < 2 {
                    2
                } else {
                    self.points - 1
                }
            }
        }
    }

    fn x(&self, point: usize) -> usize {
        match self.kind {
            Kind::Bars => point * SLOT + SLOT / 2,
            // One point alone is in the middle.
            _ => {
                if self.points < 2 {
                    1
                } else {
                    point
                }
            }
        }
    }

    fn y(&self, value: u64) -> u64 {
        self.scale.down(value, HEIGHT)
    }

    /// Where a place between points is, in per cent: `point` may be half a step aside.
    fn percent(&self, point: f64) -> f64 {
        let share = match self.kind {
            Kind::Bars => (point + 0.5) / self.points.max(1) as f64,
            _ => {
                if self.points < 2 {
                    point + 0.5
                } else {
                    point / (self.points - 1) as f64
                }
            }
        };
        share.clamp(0.0, 1.0) * 100.0
    }

    /// Where a point is, in per cent.
    pub(super) fn place(&self, point: usize) -> String {
        coordinate(self.percent(point as f64))
    }

    /// The line, interrupted where a value is missing.
    pub(super) fn line(&self, values: impl Iterator<Item = Option<u64>>) -> String {
        self.runs(values).iter().map(|run| polyline(run)).collect()
    }

    /// The surface below the line; a point alone has none.
    pub(super) fn area(&self, values: impl Iterator<Item = Option<u64>>) -> String {
        let mut area = String::new();
        for run in self.runs(values).iter().filter(|run| run.len() > 1) {
            let _ = write!(area, "{}V{HEIGHT}H{}z", polyline(run), run[0].0);
        }
        area
    }

    /// A bar for each value; a zero is one without height.
    pub(super) fn bars(&self, values: impl Iterator<Item = Option<u64>>) -> String {
        let mut path = String::new();
        let mut skipped = 0;
        for value in values {
            let height = value.map_or(0, |value| HEIGHT - self.y(value));
            if height == 0 && !path.is_empty() {
                skipped += SLOT;
                continue;
            }
            match path.is_empty() {
                true => path.push_str("M1 400"),
                false => {
                    let _ = write!(path, "m{} 0", 2 + skipped);
                }
            }
            let _ = write!(path, "v-{height}h8v{height}");
            skipped = 0;
        }
        path
    }

    fn runs(&self, values: impl Iterator<Item = Option<u64>>) -> Vec<Vec<(usize, u64)>> {
        let mut runs: Vec<Vec<(usize, u64)>> = Vec::new();
        let mut open = false;
        for (at, value) in values.enumerate() {
            if let Some(value) = value {
                let point = (self.x(at), self.y(value));
                match runs.last_mut().filter(|_| open) {
                    Some(run) => run.push(point),
                    None => runs.push(vec![point]),
                }
            }
            open = value.is_some();
        }
        runs
    }

    /// A dot: a line of no length with a round end.
    pub(super) fn dot(&self, point: usize, value: u64) -> String {
        format!("M{} {}h0", self.x(point), self.y(value))
    }

    /// Upright lines through some points.
    pub(super) fn pins(&self, points: impl Iterator<Item = usize>) -> String {
        points.map(|point| format!("M{} 0V{HEIGHT}", self.x(point))).collect()
    }

    /// Each run of points that are `true`, half a step wider on either side.
    pub(super) fn bands(&self, marked: impl Iterator<Item = bool>) -> Vec<Band> {
        let mut bands = Vec::new();
        let mut start = None;
        for (at, marked) in marked.chain([false]).enumerate() {
            match (marked, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    let (left, right) = (self.percent(from as f64 - 0.5), self.percent(at as f64 - 0.5));
                    bands.push(Band { x: coordinate(left), width: coordinate(right - left) });
                    start = None;
                }
                _ => {}
            }
        }
        bands
    }

    /// One at each value of the axis but the lowest.
    pub(super) fn rules(&self) -> String {
        let rule = |tick: u64| format!("M0 {}H{}", HEIGHT * tick / self.scale.ticks, self.width());
        (0..self.scale.ticks).map(rule).collect()
    }
}

/// A line through points, each after the first told from the one before it: that is how it is shortest.
pub(in crate::report) fn polyline(points: &[(usize, u64)]) -> String {
    let Some(&(x, y)) = points.first() else { return String::new() };
    let mut path = String::with_capacity(points.len() * 6 + 12);
    let _ = write!(path, "M{x} {y}");
    if points.len() == 1 {
        path.push_str("h0");
    }
    // Most of what is drawn is drawn here: the formatting machinery would take a tenth of the time of a page.
    let mut digits = itoa::Buffer::new();
    for (at, pair) in points.windows(2).enumerate() {
        let (right, down) = (pair[1].0 - pair[0].0, pair[1].1 as i64 - pair[0].1 as i64);
        path.push(if at == 0 { 'l' } else { ' ' });
        path.push_str(digits.format(right));
        if down >= 0 {
            path.push(' ');
        }
        path.push_str(digits.format(down));
    }
    path
}

/// One decimal at the most: finer than any screen draws it.
fn coordinate(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
