//! The points a chart is drawn from: a figure of each day, week or month.

use super::figures::Metric;
use super::group::{Group, State};
use super::locale::Words;
use crate::domain::calendar;
use crate::domain::traffic::Span;

/// What one point of the line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        match self {
            Step::Day => words.day(span.first),
            Step::Week => format!("{}, {}", calendar::Week::of(span.first), words.span(span)),
            Step::Month => words.long_month(span.first),
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
