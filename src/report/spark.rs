//! Sparklines: a line and its surface, without axes or words.

use std::fmt::Write as _;

use serde::Serialize;

use super::chart::polyline;

/// Of the line's own units: where the surface ends, the lowest value and the highest.
const BOTTOM: u64 = 112;
const LOWEST: u64 = 104;
const HIGHEST: u64 = 12;

/// A line without axes: a unit of width for each step, 112 of height.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Spark {
    width: usize,
    line: String,
    area: String,
    dot: String,
}

/// Draws values evenly apart above zero; `None` if fewer than half are known.
pub(super) fn spark(values: &[Option<u64>]) -> Option<Spark> {
    trace(values, 0)
}

/// The same above the lowest value: for counters, which are far from zero and hardly move.
pub(super) fn spark_from_lowest(values: &[Option<u64>]) -> Option<Spark> {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().min()?, known().max()?);
    // A counter that stands still is a line at the top, not one at the bottom.
    trace(values, if low == high { 0 } else { low.saturating_sub((high - low) / 4) })
}

fn trace(values: &[Option<u64>], low: u64) -> Option<Spark> {
    let known = || values.iter().flatten();
    // A stub of a line says less than none.
    if known().count() < 2 || known().count() * 2 < values.len() {
        return None;
    }
    let reach = (known().max().copied().unwrap_or(0) - low).max(1);
    let up = |value: u64| ((value - low) as f64 / reach as f64 * (LOWEST - HIGHEST) as f64).round() as u64;
    let points: Vec<Option<(usize, u64)>> =
        values.iter().enumerate().map(|(at, value)| Some((at, LOWEST - up((*value)?)))).collect();
    let mut spark = Spark { width: values.len() - 1, ..Spark::default() };
    for run in points.split(Option::is_none).filter(|run| !run.is_empty()) {
        let run: Vec<(usize, u64)> = run.iter().flatten().copied().collect();
        let line = polyline(&run);
        if run.len() > 1 {
            let _ = write!(spark.area, "{line}V{BOTTOM}H{}z", run[0].0);
        }
        spark.line.push_str(&line);
    }
    let last = points.iter().rev().flatten().next();
    spark.dot = last.map_or_else(String::new, |(x, y)| format!("M{x} {y}h0"));
    Some(spark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_breaks_where_nothing_is_known_and_needs_half() {
        let spark = spark(&[Some(1), Some(2), None, Some(2), Some(1)]).unwrap();
        assert_eq!(spark.line, "M0 58l1-46M3 12l1 46");
        assert_eq!(spark.area, "M0 58l1-46V112H0zM3 12l1 46V112H3z");
        assert_eq!((spark.width, spark.dot.as_str()), (4, "M4 58h0"));
        assert!(super::spark(&[Some(1), Some(2), None, None, None]).is_none());
    }

    #[test]
    fn a_counter_that_stands_still_is_a_line_at_the_top() {
        assert_eq!(spark_from_lowest(&[Some(70), Some(70)]).unwrap().line, "M0 12l1 0");
    }
}
