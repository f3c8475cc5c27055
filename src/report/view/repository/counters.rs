//! Stars, forks, watchers, open issues and pull requests.

use chrono::Days;
use serde::Serialize;

use super::figures::{Against, Figure};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart, Extras, Mark};
use crate::report::locale::Words;
use crate::report::points::{Point, Step};
use crate::report::stock::Repo;
use crate::report::view::{ChangeView, recent, table};

/// Takes one counter.
type Counter = fn(&Counters) -> Option<u64>;

/// A counter moves slowly: longer than a year it is drawn by month.
const MOST_WEEKS: usize = 371;
const GAINED: u64 = 91;

#[derive(Debug, Default, Serialize)]
pub(super) struct Counted {
    figures: Vec<Figure>,
    says: String,
    gained: Option<Chart>,
    stars: Option<Chart>,
    forks: Option<Chart>,
}

pub(super) fn counted(words: &Words, repo: &Repo, marks: &[Mark]) -> Counted {
    let Some((newest, counters)) = repo.history.counters.last() else { return Counted::default() };
    let day = words.day(*newest);
    Counted {
        figures: figures(words, repo, *newest, counters),
        says: words.say("repository-counters-how", &[("day", (&day).into())]),
        gained: gained(words, repo, marks),
        stars: over_time(words, repo, "stars", |counters| counters.stars),
        forks: over_time(words, repo, "forks", |counters| counters.forks),
    }
}

/// The counters as they stood last, beside four weeks and a year earlier.
fn figures(words: &Words, repo: &Repo, newest: Date, counters: &Counters) -> Vec<Figure> {
    let stars: (&str, bool, Counter) = ("stars", true, |counters| counters.stars);
    let mut kinds = vec![
        stars,
        ("forks", true, |counters| counters.forks),
        ("repository-watchers", true, |counters| counters.watchers),
    ];
    // GitHub's own counter has the pull requests among the issues.
    if counters.open_issues().is_some() {
        kinds.push(("repository-open-issues", false, Counters::open_issues));
        kinds.push(("repository-open-pulls", false, |counters| counters.open_pulls));
    } else {
        kinds.push(("repository-open-both", false, |counters| counters.open_issues_and_pulls));
    }
    let figure = |(key, more_is_better, pick): (&str, bool, Counter)| {
        let value = table::latest(repo, pick)?;
        let against = |date: Date, key: &str| {
            let before = table::counter_on(repo, date, pick)?;
            Some(Against { change: Some(difference(words, before, value, more_is_better)), text: words.text(key) })
        };
        let before = against(recent(newest).before().last, "repository-in-28");
        let year = against(newest - Days::new(364), "repository-in-year");
        let mut against: Vec<Against> = before.into_iter().chain(year).collect();
        if against.is_empty() {
            against.push(Against { change: None, text: words.text("beside-nothing") });
        }
        let mut weeks = table::CounterWeeks::new(newest);
        weeks.add(repo, pick);
        let (label, value) = (words.text(key), words.number(value));
        Some(Figure { label, qualifier: String::new(), value, against, spark: weeks.finish() })
    };
    kinds.into_iter().filter_map(figure).collect()
}

/// Counters are compared by how many came or went: that is what people ask about stars. More open issues are neither
/// good nor bad.
fn difference(words: &Words, before: u64, now: u64, more_is_better: bool) -> ChangeView {
    let text = words.number(before.abs_diff(now));
    let (class, mark, spoken) = match now.cmp(&before) {
        std::cmp::Ordering::Greater => ("up", "▲", words.text("change-up")),
        std::cmp::Ordering::Less => ("down", "▼", words.text("change-down")),
        std::cmp::Ordering::Equal => ("flat", "±", String::new()),
    };
    ChangeView { class: if more_is_better { class } else { "flat" }, mark, spoken, text, why: String::new() }
}

/// Stars of each day, as far as GitHub told them; between two days it told of, others had none.
fn gained(words: &Words, repo: &Repo, marks: &[Mark]) -> Option<Chart> {
    let gained = &repo.history.stars_gained;
    let (first, last) = (gained.first()?.0, gained.last()?.0);
    let span = Span::new(first.max(last - Days::new(GAINED - 1)), last).filter(|span| span.len() > 6)?;
    let on = |date: Date| {
        let at = gained.binary_search_by_key(&date, |(day, _)| *day).ok();
        at.map_or(0, |at| gained[at].1)
    };
    let point = |date: Date| Point {
        span: Span { first: date, last: date },
        first: Some(on(date)),
        second: None,
        rising: false,
        bound: false,
    };
    let points: Vec<Point> = span.days().map(point).collect();
    let sum: u64 = points.iter().filter_map(|point| point.first).sum();
    let (label, days) = (words.text("repository-stars-gained"), words.span(span));
    let captions = Captions {
        words,
        title: words.say("repository-title-day", &[("label", (&label).into()), ("days", (&days).into())]),
        first: &label,
        second: None,
        step: Step::Day,
        lead: words.say("repository-stars-gained-lead", &[("n", sum.into())]),
        counter: sum == 0,
    };
    chart::bars(&captions, &points, &Extras { marks, before: None })
}

fn over_time(words: &Words, repo: &Repo, noun: &str, pick: Counter) -> Option<Chart> {
    let known = || repo.history.counters.iter().filter_map(|(date, counters)| Some((*date, pick(counters)?)));
    let ((first, before), (last, now)) = (known().next()?, known().next_back()?);
    let span = Span::new(first, last).filter(|span| span.len() > 1)?;
    let (step, title) = match span.len() {
        0..=chart::MOST_DAYS => (Step::Day, "repository-title-day"),
        len if len <= MOST_WEEKS => (Step::Week, "repository-title-week"),
        _ => (Step::Month, "repository-title-month"),
    };
    let point = |span: Span| {
        let date = span.last.min(last);
        Point { span, first: standing(repo, date, pick), second: None, rising: false, bound: false }
    };
    let points: Vec<Point> = step.periods(span).into_iter().map(point).collect();
    let key = if now >= before { "repository-counter-more" } else { "repository-counter-fewer" };
    let (from, to) = (words.day(first), words.day(last));
    let values =
        [("now", now.into()), ("n", now.abs_diff(before).into()), ("from", (&from).into()), ("to", (&to).into())];
    let (label, days) = (words.text(noun), words.span(span));
    let captions = Captions {
        words,
        title: words.say(title, &[("label", (&label).into()), ("days", (&days).into())]),
        first: &label,
        second: None,
        step,
        lead: words.say(key, &values),
        counter: true,
    };
    chart::line(&captions, &points, &Extras::default())
}

/// A counter stands until it is read again.
fn standing(repo: &Repo, date: Date, pick: Counter) -> Option<u64> {
    let counters = &repo.history.counters;
    let split = counters.partition_point(|(day, _)| *day <= date);
    counters[..split].iter().rev().find_map(|(_, counters)| pick(counters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::english;

    #[test]
    fn a_change_of_a_counter_is_a_number_not_a_rate() {
        let view = difference(&english(), 40, 43, true);
        assert_eq!((view.class, view.mark, view.text.as_str()), ("up", "▲", "3"));
        assert_eq!(difference(&english(), 40, 43, false).class, "flat", "more open issues are neither good nor bad");
    }
}
