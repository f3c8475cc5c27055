//! The points a chart is drawn from: a figure of each day, week or month.

use std::fmt::Write as _;

use serde::Serialize;

use super::figures::{Daily, Metric, Total};
use super::group::{Group, State};
use super::locale::Words;
use crate::domain::calendar;
use crate::domain::traffic::Span;

/// What one point of the line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    Day,
    Week,
    Month,
}

impl Step {
    /// The periods of this step that touch `span`.
    pub(super) fn periods(self, span: Span) -> Vec<Span> {
        match self {
            Step::Day => span.days().map(|date| Span { first: date, last: date }).collect(),
            Step::Week => calendar::weeks(span).map(calendar::Week::span).collect(),
            Step::Month => calendar::months(span).map(calendar::Month::span).collect(),
        }
    }

    /// A period as it is called.
    pub(super) fn label(self, words: &Words, span: Span) -> String {
        let mut text = String::new();
        self.put_label(words, span, &mut text);
        text
    }

    /// Writes it at the end of a text.
    pub(super) fn put_label(self, words: &Words, span: Span, text: &mut String) {
        match self {
            Step::Day => words.put_day(span.first, text),
            Step::Week => {
                let _ = write!(text, "{}, {}", calendar::Week::of(span.first), words.span(span));
            }
            Step::Month => text.push_str(&words.long_month(span.first)),
        }
    }

    /// `3 weeks`.
    pub(super) fn count(self, words: &Words, n: usize) -> String {
        let key = match self {
            Step::Day => "count-days",
            Step::Week => "count-weeks",
            Step::Month => "count-months",
        };
        words.say(key, &[("n", n.into())])
    }
}

/// One point: the two figures of a period, `None` where they are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) span: Span,
    pub(super) first: Option<u64>,
    pub(super) second: Option<u64>,
    /// Still rising: drawn, but marked.
    pub(super) rising: bool,
    /// A few of the days in it are unknown: drawn as a lower bound, and marked.
    pub(super) bound: bool,
}

/// The points of a group over `span`. Weeks and months that are not over are left out: they would look like a fall.
pub(super) fn points(group: &Group, span: Span, step: Step, metric: Metric) -> Vec<Point> {
    let point = |span| {
        let sum = group.sum(span, metric);
        let (first, second) = sum.drawn().unzip();
        let bound = first.is_some() && sum.state == State::Partial;
        (sum.state, Point { span, first, second, rising: sum.state == State::SoFar, bound })
    };
    let started = |period: &Span| step == Step::Day || group.extent().is_some_and(|all| period.first >= all.first);
    let drawn = step.periods(span).into_iter().filter(started).map(point);
    drawn.filter(|(state, _)| step == Step::Day || *state != State::SoFar).map(|(_, point)| point).collect()
}

/// One unknown day in this many leaves a sum near enough to be drawn, as a lower bound.
const FEW: u32 = 10;

/// The points of one repository over `span`, by the rules of [`points`]: those of a group without its bookkeeping.
pub(super) fn own(daily: &Daily, span: Span, step: Step, metric: Metric) -> Vec<Point> {
    let Some(extent) = daily.extent() else { return Vec::new() };
    let open = |span: Span| daily.settled().is_none_or(|settled| span.last > settled);
    let started = |period: &Span| step == Step::Day || period.first >= extent.first;
    let drawn = step.periods(span).into_iter().filter(started).filter(|span| step == Step::Day || !open(*span));
    let point = |span: Span| {
        let total = daily.total(span, metric).filter(|total| total.known > 0);
        let whole = |total: &Total| total.missing == 0 && total.early == 0 && (total.pending == 0 || open(span));
        let near = |total: &Total| total.early == 0 && total.missing * FEW <= total.known + total.missing;
        let shown = total.filter(|total| whole(total) || near(total));
        Point {
            span,
            first: shown.map(|total| total.count),
            second: shown.map(|total| total.uniques),
            rising: total.is_some_and(|total| open(span) && total.missing == 0),
            bound: shown.is_some_and(|total| !whole(&total)),
        }
    };
    drawn.map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::tests::daily;
    use crate::report::fixture::span;

    #[test]
    fn the_points_of_one_repository_are_those_of_a_group_of_one() {
        for gap in [None, Some(span("2026-01-20", "2026-01-20")), Some(span("2026-02-03", "2026-02-19"))] {
            let daily = daily(span("2026-01-01", "2026-03-20"), gap);
            let group = Group::of([&daily]);
            for step in [Step::Day, Step::Week, Step::Month] {
                let all = daily.extent().unwrap();
                assert_eq!(own(&daily, all, step, Metric::Views), points(&group, all, step, Metric::Views), "{step:?}");
            }
        }
    }
}
