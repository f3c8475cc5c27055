//! Days of some repositories as a chart, a figure, a table of periods, or a choice of the explore page.

use super::super::amount;
use super::{FigureView, Part, PeriodRow, complete, figure_part};
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions};
use crate::report::content::{Component, Of, Quantity, Reach, What};
use crate::report::figures::Metric;
use crate::report::group::{Group, State};
use crate::report::locale::Words;
use crate::report::points::{self, Step};

/// Days of some repositories, of which charts, figures and tables are made.
pub(super) struct Series<'a> {
    pub(super) words: &'a Words,
    pub(super) group: &'a Group,
    pub(super) whose: String,
}

impl Series<'_> {
    pub(super) fn part(&self, component: &Component, root: &str) -> Part {
        let nothing = || Part::Nothing { title: self.whose.clone() };
        let Some(settled) = self.group.settled() else { return nothing() };
        match &component.what {
            What::Chart { quantity, reach, by } => self.chart(*quantity, reach, *by, settled).unwrap_or_else(nothing),
            What::Figure { quantity, reach } => figure_part(component, self.figure(*quantity, reach.span(settled))),
            What::Periods { by, reach } => self.periods(*by, reach.span(settled)),
            What::Explore { quantity, reach, by, text } => {
                let span = reach.span(settled);
                let by = by.unwrap_or_else(|| step(span));
                let text = text.clone().unwrap_or_else(|| self.words.text("content-explore"));
                let href = format!("{root}{}", address(&component.of, *quantity, span, by));
                Part::Explore { href, text, alone: component.alone }
            }
            _ => nothing(),
        }
    }

    fn chart(&self, quantity: Quantity, reach: &Reach, by: Option<Step>, settled: crate::domain::Date) -> Option<Part> {
        let (words, extent) = (self.words, self.group.extent()?);
        let asked = reach.span(settled);
        // What was not settled yet is drawn too, and marked, unless days were named.
        let last = if matches!(reach, Reach::Fixed(_)) { asked.last } else { extent.last };
        let span = Span::new(asked.first.max(extent.first), last.min(extent.last))?;
        let step = by.unwrap_or_else(|| step(span));
        let (metric, uniques) = split(quantity);
        let mut drawn = points::points(self.group, span, step, metric);
        if uniques {
            drawn.iter_mut().for_each(|point| (point.first, point.second) = (point.second, None));
        }
        let sum = self.figure(quantity, Span { last: span.last.min(settled), ..span });
        let first = match (uniques, step) {
            (true, Step::Week | Step::Month) => format!("{} ({})", sum.label, words.text("sum-of-daily-uniques")),
            _ => sum.label.clone(),
        };
        let people = words.text(if metric == Metric::Views { "visitors" } else { "cloners" });
        let people =
            if step == Step::Day { people } else { format!("{people} ({})", words.text("sum-of-daily-uniques")) };
        let title = format!("{}: {}, {}", self.whose, sum.label, words.span(span));
        let lead = words.say(
            "content-lead",
            &[("what", (&sum.label).into()), ("days", (&sum.days).into()), ("value", (&sum.value).into())],
        );
        let captions = Captions {
            words,
            title: title.clone(),
            first: &first,
            second: (!uniques).then_some(people.as_str()),
            step,
            lead,
            counter: false,
        };
        Some(Part::Chart { title, chart: Box::new(chart::draw(&captions, &drawn)?) })
    }

    fn figure(&self, quantity: Quantity, span: Span) -> FigureView {
        let (metric, uniques) = split(quantity);
        let (state, value) = self.value(span, metric, uniques);
        FigureView {
            value: amount(self.words, state, value),
            label: self.words.text(quantity.key()),
            qualifier: if uniques { self.words.text("sum-of-daily-uniques") } else { String::new() },
            whose: self.whose.clone(),
            days: self.words.span(span),
            complete: complete(self.words, state),
        }
    }

    fn value(&self, span: Span, metric: Metric, uniques: bool) -> (State, u64) {
        let sum = self.group.sum(span, metric);
        (sum.state, if uniques { sum.uniques } else { sum.count })
    }

    fn periods(&self, by: Step, asked: Span) -> Part {
        let words = self.words;
        let span = self.group.extent().and_then(|all| Span::new(asked.first.max(all.first), asked.last.min(all.last)));
        let Some(span) = span else { return Part::Nothing { title: self.whose.clone() } };
        let row = |period: Span| {
            let values =
                [(Metric::Views, false), (Metric::Views, true), (Metric::Clones, false), (Metric::Clones, true)]
                    .map(|(metric, uniques)| self.value(period, metric, uniques));
            PeriodRow {
                when: by.label(words, period),
                cells: values.iter().map(|(state, value)| amount(words, *state, *value)).collect(),
                note: if values[0].0 == State::SoFar { words.text("content-rising") } else { String::new() },
            }
        };
        let sigma = |key| format!("Σ {}", words.text(key));
        let when = words.text(if by == Step::Month { "month" } else { "week" });
        Part::Periods {
            title: format!("{}, {}", self.whose, words.span(span)),
            head: vec![when, words.text("views"), sigma("visitors"), words.text("clones"), sigma("cloners")],
            rows: by.periods(span).into_iter().rev().map(row).collect(),
        }
    }
}

fn split(quantity: Quantity) -> (Metric, bool) {
    match quantity {
        Quantity::Clones => (Metric::Clones, false),
        Quantity::Cloners => (Metric::Clones, true),
        Quantity::Visitors => (Metric::Views, true),
        _ => (Metric::Views, false),
    }
}

fn step(span: Span) -> Step {
    if span.len() > chart::MOST_DAYS { Step::Week } else { Step::Day }
}

/// The explore page with a choice made.
fn address(of: &Of, quantity: Quantity, span: Span, by: Step) -> String {
    let of = match of {
        Of::All | Of::Owner(_) => String::new(),
        Of::Named(names) => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            format!("r={}&", names.join(","))
        }
    };
    let by = match by {
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
    };
    format!("explore.html#{of}m={}&from={}&to={}&by={by}", quantity.key(), span.first, span.last)
}
