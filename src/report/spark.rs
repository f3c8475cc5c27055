//! Sparklines: a line and its surface, without axes or words.

use std::fmt::Write as _;

use serde::Serialize;

use super::chart::coordinate;

/// A line without axes, 100 by 28.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Spark {
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
    let x = |at: usize| coordinate(at as f64 * 100.0 / (values.len() - 1) as f64);
    let y = |value: u64| coordinate(26.0 - (value - low) as f64 / reach as f64 * 23.0);
    let mut spark = Spark::default();
    let mut start: Option<usize> = None;
    for (at, value) in values.iter().copied().chain([None]).enumerate() {
        match (value, start) {
            (Some(value), None) => {
                let _ = write!(spark.line, "M{} {}", x(at), y(value));
                start = Some(at);
            }
            (Some(value), Some(_)) => {
                let _ = write!(spark.line, "L{} {}", x(at), y(value));
            }
            (None, Some(from)) => {
                let begun = spark.line.rfind('M').unwrap_or(0);
                let _ = write!(spark.area, "{}V28H{}z", &spark.line[begun..], x(from));
                start = None;
            }
            (None, None) => {}
        }
    }
    let last = values.iter().enumerate().rev().find_map(|(at, value)| Some((at, (*value)?)));
    spark.dot = last.map_or_else(String::new, |(at, value)| format!("M{} {}h0", x(at), y(value)));
    Some(spark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_breaks_where_nothing_is_known_and_needs_half() {
        let spark = spark(&[Some(1), Some(2), None, Some(2), Some(1)]).unwrap();
        assert_eq!(spark.line, "M0 14.5L25 3M75 3L100 14.5");
        assert!(super::spark(&[Some(1), Some(2), None, None, None]).is_none());
    }
}
