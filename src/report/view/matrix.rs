//! Views of repositories in the newest weeks or months.

use serde::Serialize;

use super::periods::Unit;
use super::top::Top;
use super::{ChangeView, Scope, amount_of, change, sort_of};
use crate::domain::calendar::Week;
use crate::domain::traffic::Span;
use crate::report::figures::{Metric, Total};
use crate::report::group::{Compared, Than};
use crate::report::stock::Repo;

/// How many repositories have rows of their own.
const MEMBERS: usize = 40;

/// Views of repositories in the newest periods.
#[derive(Debug, Serialize)]
pub(super) struct Matrix {
    head: Vec<String>,
    rows: Vec<MatrixRow>,
    rest: String,
}

#[derive(Debug, Serialize)]
struct MatrixRow {
    owner: String,
    name: String,
    href: Option<String>,
    owner_href: Option<String>,
    cells: Vec<MatrixCell>,
    change: ChangeView,
    change_sort: String,
    year: ChangeView,
    year_sort: String,
}

#[derive(Debug, Serialize)]
struct MatrixCell {
    text: String,
    sort: u64,
    /// 0 to 4, by the share of the largest in the row.
    level: u64,
}

/// Collects the rows of the repositories with most views.
pub(super) struct Rows {
    unit: Unit,
    /// The newest periods that are over, ascending.
    columns: Vec<Span>,
    top: Top<u64, MatrixRow>,
}

impl Rows {
    pub(super) fn new(scope: &Scope<'_>, unit: Unit) -> Rows {
        let spans = scope.extent.map_or_else(Vec::new, |extent| unit.step().periods(extent));
        let over = |span: &Span| scope.settled.is_some_and(|settled| span.last <= settled);
        let over: Vec<Span> = spans.into_iter().filter(over).collect();
        let columns = over[over.len().saturating_sub(unit.columns())..].to_vec();
        Rows { unit, columns, top: Top::new(MEMBERS) }
    }

    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        if self.columns.is_empty() {
            return;
        }
        let total = |span: &Span| repo.daily.total(*span, Metric::Views);
        let totals: Vec<Option<Total>> = self.columns.iter().map(total).collect();
        let weight = totals.iter().flatten().map(|total| total.count).sum::<u64>();
        let (unit, columns) = (self.unit, &self.columns);
        self.top.offer(weight, || row(scope, repo, unit, columns, &totals));
    }

    pub(super) fn finish(self, scope: &Scope<'_>) -> Option<Matrix> {
        let words = scope.words;
        let head = self.columns.iter().map(|span| match self.unit {
            Unit::Weeks => {
                Week::of(span.first).to_string().split_once('-').map_or_else(String::new, |(_, week)| week.to_owned())
            }
            Unit::Months => words.month_short(span.first),
        });
        let head: Vec<String> = head.collect();
        let rest = match self.top.left_out() {
            0 => String::new(),
            n => words.say("periods-matrix-rest", &[("n", n.into())]),
        };
        let rows = || self.top.into_rows().into_iter().map(|(_, row)| row).collect();
        (!head.is_empty()).then(|| Matrix { head, rows: rows(), rest })
    }
}

fn row(scope: &Scope<'_>, repo: &Repo, unit: Unit, columns: &[Span], totals: &[Option<Total>]) -> MatrixRow {
    let whole = || totals.iter().flatten().filter(|total| total.whole()).map(|total| total.count);
    let (low, high) = (whole().min().unwrap_or(0), whole().max().unwrap_or(0));
    let cells = totals.iter().map(|total| MatrixCell {
        text: amount_of(scope.words, total.as_ref(), |total| total.count),
        sort: total.map_or(0, |total| total.count),
        level: total.filter(Total::whole).map_or(0, |total| level(total.count, low, high)),
    });
    let against = |than| {
        let Some(newest) = columns.last() else { return Compared::NOTHING };
        // The days of a week and a month follow from themselves alone.
        let (now, before) = unit.frame(*newest).spans(newest.last, than);
        let total = |span| repo.daily.total(span, Metric::Views);
        Compared::one(total(now), total(before), |total| total.count)
    };
    let (before, year) = (against(Than::Before), against(Than::YearBefore));
    MatrixRow {
        owner: repo.name().owner().to_owned(),
        name: repo.name().name().to_owned(),
        href: scope.href(repo),
        owner_href: scope.owner_href(repo),
        cells: cells.collect(),
        change: change(scope.words, &before),
        change_sort: sort_of(before.change),
        year: change(scope.words, &year),
        year_sort: sort_of(year.change),
    }
}

/// 0 for the lowest to 4 for the highest of a row; 2 where all are alike.
fn level(value: u64, low: u64, high: u64) -> u64 {
    if low == high { 2 * u64::from(high > 0) } else { ((value - low) * 4 + (high - low) / 2) / (high - low) }
}
