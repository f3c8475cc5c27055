//! Figures with what they are compared with.

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::repo::RepositoryHistory;
use crate::domain::signal::Change;
use crate::domain::traffic::{Cell, Span};
use crate::domain::uniques::{Fortnight, WeekTotal};
use crate::report::figures::Metric;
use crate::report::group::{Compared, Frame, Group, Than};
use crate::report::locale::Words;
use crate::report::spark::{self, Spark};
use crate::report::view::{ChangeView, SPARK_WEEKS, amount, beside, change, recent, signed, weekly};

/// A figure beside the period before and the year before.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) label: String,
    /// What the label leaves open: which days, and what was added up.
    pub(super) qualifier: String,
    pub(super) value: String,
    pub(super) against: Vec<Against>,
    pub(super) spark: Option<Spark>,
}

#[derive(Debug, Serialize)]
pub(super) struct Against {
    pub(super) change: Option<ChangeView>,
    pub(super) text: String,
}

/// Views, visitors, clones and cloners of the four weeks to `settled`.
pub(super) fn traffic(words: &Words, group: &Group, settled: Date) -> Vec<Figure> {
    let kinds: [(&str, Metric, bool); 4] = [
        ("views", Metric::Views, false),
        ("visitors", Metric::Views, true),
        ("clones", Metric::Clones, false),
        ("cloners", Metric::Clones, true),
    ];
    let figure = |(label, metric, uniques): (&str, Metric, bool)| {
        let compared = |than| group.compare(Frame::Recent, than, metric, uniques);
        let (before, year) = (compared(Than::Before), compared(Than::YearBefore));
        let sum = group.sum(recent(settled), metric);
        let mut against = vec![Against { change: Some(change(words, &before)), text: beside(words, &before) }];
        against.extend(a_year_before(words, &year));
        Figure {
            label: words.text(label),
            qualifier: if uniques { words.text("sum-of-daily-uniques") } else { String::new() },
            value: amount(words, sum.state, if uniques { sum.uniques } else { sum.count }),
            against,
            spark: weekly(group, settled, metric, if uniques { |sum| sum.1 } else { |sum| sum.0 }),
        }
    };
    kinds.map(figure).into()
}

/// Nothing where the year before is not known: most histories are not that old.
fn a_year_before(words: &Words, compared: &Compared) -> Option<Against> {
    (compared.change != Change::Unknown).then(|| year(words, compared.change, compared.before))
}

fn year(words: &Words, change: Change, before: u64) -> Against {
    let text = words.say("repository-from-year", &[("before", before.into())]);
    Against { change: Some(signed(words, change, String::new())), text }
}

/// Takes the cell of one metric.
type Pick<T> = fn(&T) -> Option<Cell>;

/// Different people of a week and of a fortnight, as GitHub itself counted them.
pub(super) fn people(words: &Words, history: &RepositoryHistory) -> Vec<Figure> {
    let weeks: [(&str, Pick<WeekTotal>); 2] =
        [("repository-visitors-week", |week| week.views), ("repository-cloners-week", |week| week.clones)];
    let fortnights: [(&str, Pick<Fortnight>); 2] =
        [("repository-visitors-fortnight", |all| all.views), ("repository-cloners-fortnight", |all| all.clones)];
    let weeks = weeks.map(|(key, pick)| of_week(words, &history.weeks, key, pick));
    let fortnights = fortnights.map(|(key, pick)| of_fortnight(words, &history.fortnights, key, pick));
    // Visitors first, then cloners.
    let [(visitors, cloners), (all_visitors, all_cloners)] =
        [weeks, fortnights].map(|[visitors, cloners]| (visitors, cloners));
    [visitors, all_visitors, cloners, all_cloners].into_iter().flatten().collect()
}

fn of_week(words: &Words, weeks: &[WeekTotal], key: &str, pick: Pick<WeekTotal>) -> Option<Figure> {
    let uniques = |monday: Date| {
        let at = weeks.binary_search_by_key(&monday, |week| week.monday).ok()?;
        pick(&weeks[at]).map(|cell| cell.uniques)
    };
    let newest = weeks.iter().rev().find(|week| pick(week).is_some())?.monday;
    let now = uniques(newest)?;
    let last_year = uniques(Week::of(newest).year_before().span().first);
    let mut against = vec![against(words, uniques(newest - Days::new(7)), now)];
    against.extend(last_year.map(|before| year(words, Change::between(Some(before), Some(now)), before)));
    let trend: Vec<Option<u64>> = (0..SPARK_WEEKS).rev().map(|back| uniques(newest - Days::new(7 * back))).collect();
    Some(Figure {
        label: words.text(key),
        qualifier: words.span(Week::of(newest).span()),
        value: words.number(now),
        against,
        spark: spark::spark(&trend),
    })
}

fn of_fortnight(words: &Words, all: &[Fortnight], key: &str, pick: Pick<Fortnight>) -> Option<Figure> {
    let newest = all.iter().rev().find(|fortnight| pick(fortnight).is_some())?;
    let now = pick(newest)?.uniques;
    let last = newest.taken.date_naive();
    let days = Span::window(last);
    // Windows that do not overlap: the newest that was asked before this one began.
    let earlier = all.iter().rev().find(|fortnight| fortnight.taken.date_naive() < days.first);
    let near = earlier.filter(|earlier| (days.first - earlier.taken.date_naive()).num_days() <= 3);
    let before = near.and_then(pick).map(|cell| cell.uniques);
    Some(Figure {
        label: words.text(key),
        qualifier: words.span(days),
        value: words.number(now),
        against: vec![against(words, before, now)],
        spark: None,
    })
}

fn against(words: &Words, before: Option<u64>, now: u64) -> Against {
    let compared = Compared {
        change: Change::between(before, Some(now)),
        before: before.unwrap_or(0),
        now,
        repositories: usize::from(before.is_some()),
        of: 1,
    };
    Against { change: Some(change(words, &compared)), text: beside(words, &compared) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{cell, date, english, history};

    #[test]
    fn people_are_those_that_github_counted_and_not_a_sum_of_days() {
        let mut history = history(1, "acme/open", "2026-11-24T02:00:00Z");
        let week = |monday: &str, uniques| WeekTotal { monday: date(monday), views: cell(90, uniques), clones: None };
        history.weeks = vec![week("2025-11-17", 20), week("2026-11-09", 50), week("2026-11-16", 40)];
        let taken = |day: &str, uniques| Fortnight {
            taken: format!("{day}T02:00:00Z").parse().unwrap(),
            views: cell(200, uniques),
            clones: None,
        };
        history.fortnights = vec![taken("2026-11-09", 60), taken("2026-11-20", 80), taken("2026-11-23", 75)];
        let told: Vec<_> = people(&english(), &history)
            .into_iter()
            .map(|figure| {
                let against = figure.against.into_iter().map(|against| {
                    let mark =
                        against.change.map_or(String::new(), |change| format!("{}{} ", change.mark, change.text));
                    mark + &against.text
                });
                format!(
                    "{} {}: {} {}",
                    figure.label,
                    figure.qualifier,
                    figure.value,
                    against.collect::<Vec<_>>().join(", ")
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "Visitors of the week 16–22 Nov 2026: 40 ▼20% from 50, ▲100% from 20 a year before",
                "Visitors of 14 days 10–23 Nov 2026: 75 ▲25% from 60",
            ]
        );
    }
}
