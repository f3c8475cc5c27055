//! What happened while a chart's figures came about: signs on the time axis with a list below.

use serde::Serialize;

use super::plot::Plot;
use crate::domain::Date;
use crate::report::locale::Words;
use crate::report::points::Point;

/// More signs than these hide each other; the newest are kept.
const MOST: usize = 12;

/// Signs nearer than this share of the points are one.
const APART: usize = 36;

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Mark {
    pub(in crate::report) date: Date,
    pub(in crate::report) text: String,
    pub(in crate::report) sort: Sort,
}

/// What kind of thing happened: releases have numbers, notes letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Sort {
    /// A release on GitHub.
    Release,
    /// The operator's note.
    Note,
}

/// The marks of one chart.
#[derive(Debug, Serialize)]
pub(super) struct Marked {
    /// Upright lines through the points, one path.
    pins: String,
    signs: Vec<Sign>,
    list: Vec<Item>,
    /// How many earlier ones have no sign.
    more: String,
}

#[derive(Debug, Serialize)]
struct Sign {
    /// In per cent of the plot's width.
    x: String,
    sign: String,
}

#[derive(Debug, Serialize)]
struct Item {
    sign: String,
    when: String,
    text: String,
}

/// Several marks of one sort at about the same point share a sign.
struct Cluster<'a> {
    at: usize,
    sort: Sort,
    marks: Vec<&'a Mark>,
}

/// `None` if none of them lies within the points.
pub(super) fn place(words: &Words, plot: &Plot, points: &[Point], marks: &[Mark]) -> Option<Marked> {
    let at = |mark: &Mark| points.iter().position(|point| point.span.contains(mark.date));
    let mut inside: Vec<(usize, &Mark)> = marks.iter().filter_map(|mark| Some((at(mark)?, mark))).collect();
    inside.sort_by_key(|(at, mark)| (*at, mark.date, mark.sort));
    let mut clusters: Vec<Cluster<'_>> = Vec::new();
    for (at, mark) in inside {
        let near = |last: &&mut Cluster<'_>| last.sort == mark.sort && (at - last.at) * APART <= points.len();
        match clusters.last_mut().filter(near) {
            Some(last) => last.marks.push(mark),
            None => clusters.push(Cluster { at, sort: mark.sort, marks: vec![mark] }),
        }
    }
    let hidden: Vec<Cluster<'_>> = clusters.drain(..clusters.len().saturating_sub(MOST)).collect();
    let more: usize = hidden.iter().map(|cluster| cluster.marks.len()).sum();
    if clusters.is_empty() {
        return None;
    }
    let (mut releases, mut notes) = (0_u32, 0_u8);
    let (mut signs, mut list) = (Vec::new(), Vec::new());
    for cluster in &clusters {
        let sign = match cluster.sort {
            Sort::Release => {
                releases += 1;
                releases.to_string()
            }
            Sort::Note => {
                notes += 1;
                char::from(b'A' + notes - 1).to_string()
            }
        };
        signs.push(Sign { x: plot.place(cluster.at), sign: sign.clone() });
        for mark in &cluster.marks {
            list.push(Item { sign: sign.clone(), when: words.day(mark.date), text: mark.text.clone() });
        }
    }
    let more = if more == 0 { String::new() } else { words.say("charts-marks-more", &[("n", more.into())]) };
    Some(Marked { pins: plot.pins(clusters.iter().map(|cluster| cluster.at)), signs, list, more })
}
