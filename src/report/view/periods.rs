//! The tables of weeks and months.

use chrono::Datelike;
use serde::Serialize;

use super::{Cell, ChangeView, Chrome, Pick, Scope, amount_of, cell, change, most};
use crate::domain::calendar::{Month, Week};
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::Metric;
use crate::report::group::{Period, State, Sum};
use crate::report::points::{self, Step};
use crate::report::words;

/// How many repositories have rows of their own.
const MEMBERS: usize = 40;

/// `periods.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct PeriodsView {
    page: Chrome,
    role: String,
    kind: Kind,
    extent: String,
    says: String,
    chart: Option<Chart>,
    years: Vec<Year>,
    matrix: Option<Matrix>,
}

/// Words that differ between weeks and months.
#[derive(Debug, Serialize)]
struct Kind {
    title: &'static str,
    one: &'static str,
    column: &'static str,
}

/// The rows of one ISO or calendar year, newest first.
#[derive(Debug, Serialize)]
struct Year {
    name: String,
    rows: Vec<PeriodRow>,
}

#[derive(Debug, Serialize)]
struct PeriodRow {
    name: String,
    days: String,
    note: &'static str,
    views: Cell,
    before: ChangeView,
    year: ChangeView,
    visitors: String,
    clones: Cell,
    clones_before: ChangeView,
    clones_year: ChangeView,
    cloners: String,
    repositories: usize,
}

/// Views of repositories in the newest periods.
#[derive(Debug, Serialize)]
struct Matrix {
    head: Vec<String>,
    rows: Vec<MatrixRow>,
    rest: usize,
}

#[derive(Debug, Serialize)]
struct MatrixRow {
    owner: String,
    name: String,
    href: Option<String>,
    cells: Vec<MatrixCell>,
    change: ChangeView,
    year: ChangeView,
}

#[derive(Debug, Serialize)]
struct MatrixCell {
    text: String,
    /// 0 to 4, by the share of the largest in the row.
    level: u64,
}

#[derive(Clone, Copy)]
pub(in crate::report) enum Unit {
    Weeks,
    Months,
}

impl Unit {
    fn step(self) -> Step {
        match self {
            Unit::Weeks => Step::Week,
            Unit::Months => Step::Month,
        }
    }

    fn kind(self) -> Kind {
        match self {
            Unit::Weeks => Kind { title: "Weeks", one: "week", column: "Week" },
            Unit::Months => Kind { title: "Months", one: "month", column: "Month" },
        }
    }

    fn name(self, span: Span) -> String {
        match self {
            Unit::Weeks => Week::of(span.first).to_string(),
            Unit::Months => words::long_month(span.first),
        }
    }

    /// Weeks belong to the year of their Thursday: that is the year in their name.
    fn year(self, span: Span) -> i32 {
        match self {
            Unit::Weeks => span.first.iso_week().year(),
            Unit::Months => span.first.year(),
        }
    }

    fn year_before(self, span: Span) -> Span {
        match self {
            Unit::Weeks => Week::of(span.first).year_before().span(),
            Unit::Months => Month::of(span.first).year_before().span(),
        }
    }

    /// How many periods the matrix shows.
    fn columns(self) -> usize {
        match self {
            Unit::Weeks => 8,
            Unit::Months => 9,
        }
    }
}

/// Every period of the group's history for both figures, ascending.
struct Grid {
    unit: Unit,
    views: Vec<(Period, Sum)>,
    clones: Vec<(Period, Sum)>,
}

pub(in crate::report) fn periods(scope: &Scope<'_>, page: Chrome, unit: Unit) -> PeriodsView {
    let grid = Grid::new(scope, unit);
    PeriodsView {
        page,
        role: scope.role.title.clone(),
        kind: unit.kind(),
        extent: scope.extent_in_words(),
        says: grid.says(),
        chart: grid.chart(scope),
        years: grid.years(),
        matrix: grid.matrix(scope),
    }
}

impl Grid {
    fn new(scope: &Scope<'_>, unit: Unit) -> Grid {
        let spans = scope.group.extent().map_or_else(Vec::new, |extent| unit.step().periods(extent));
        let sums = |metric| {
            let period = |span: &Span| {
                let period = scope.group.period(*span, metric);
                let sum = scope.group.sum(&period);
                (period, sum)
            };
            spans.iter().map(period).collect()
        };
        Grid { unit, views: sums(Metric::Views), clones: sums(Metric::Clones) }
    }

    fn before(&self, periods: &[(Period, Sum)], at: usize, pick: Pick) -> ChangeView {
        let before = at.checked_sub(1).map(|at| &periods[at].0);
        change(&periods[at].0.compare(before, pick))
    }

    fn year_before<'a>(&self, periods: &'a [(Period, Sum)], at: usize) -> Option<&'a Period> {
        let wanted = self.unit.year_before(periods[at].0.span);
        let found = periods.binary_search_by_key(&wanted.first, |(period, _)| period.span.first).ok()?;
        Some(&periods[found].0)
    }

    fn years(&self) -> Vec<Year> {
        let tops = (most(&self.views), most(&self.clones));
        let mut years: Vec<Year> = Vec::new();
        for at in (0..self.views.len()).rev() {
            let name = self.unit.year(self.views[at].0.span).to_string();
            let row = self.row(at, tops);
            match years.last_mut() {
                Some(year) if year.name == name => year.rows.push(row),
                _ => years.push(Year { name, rows: vec![row] }),
            }
        }
        years
    }

    fn row(&self, at: usize, (top_views, top_clones): (u64, u64)) -> PeriodRow {
        let ((period, views), (_, clones)) = (&self.views[at], &self.clones[at]);
        let count: Pick = |total| total.count;
        let year = |periods: &[(Period, Sum)]| change(&periods[at].0.compare(self.year_before(periods, at), count));
        PeriodRow {
            name: self.unit.name(period.span),
            days: format!("{} – {}", words::short_day(period.span.first), words::short_day(period.span.last)),
            note: match views.state {
                State::SoFar => "so far",
                State::Partial => "partly known",
                State::Unknown => "unknown",
                State::Whole => "",
            },
            views: cell(views, views.count, top_views),
            before: self.before(&self.views, at, count),
            year: year(&self.views),
            visitors: super::amount(views.state, views.uniques),
            clones: cell(clones, clones.count, top_clones),
            clones_before: self.before(&self.clones, at, count),
            clones_year: year(&self.clones),
            cloners: super::amount(clones.state, clones.uniques),
            repositories: views.repositories,
        }
    }

    /// The newest period that is over, in a sentence.
    fn says(&self) -> String {
        let Some(at) = self.views.iter().rposition(|(_, sum)| sum.state == State::Whole) else {
            return format!("No {} is wholly known yet.", self.unit.kind().one);
        };
        let (period, sum) = &self.views[at];
        let of = |compared: crate::report::group::Compared, than: &str| {
            use crate::domain::signal::Change;
            match compared.change {
                Change::Percent(0) => Some(format!("as many as {than}")),
                Change::Percent(p) => Some(format!(
                    "{}% {} than {than}",
                    words::number(p.unsigned_abs()),
                    if p > 0 { "more" } else { "fewer" }
                )),
                Change::New | Change::Unknown => None,
            }
        };
        let previous = at.checked_sub(1).map(|at| &self.views[at].0);
        let before = of(period.compare(previous, |total| total.count), &format!("the {} before", self.unit.kind().one));
        let year = of(period.compare(self.year_before(&self.views, at), |total| total.count), "a year before");
        let parts: Vec<String> = [before, year].into_iter().flatten().collect();
        let tail = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(" and ")) };
        format!("{} had {}{tail}.", self.unit.name(period.span), words::count(sum.count, "view", "views"))
    }

    fn chart(&self, scope: &Scope<'_>) -> Option<Chart> {
        let extent = scope.group.extent()?;
        let step = self.unit.step();
        let points = points::points(&scope.group, extent, step, Metric::Views);
        let title = format!("Views by {}, {}", self.unit.kind().one, words::span(extent));
        let second = Some("Visitors (sum of daily uniques)");
        let lead = format!("Only whole {}s are drawn.", self.unit.kind().one);
        chart::draw(&Captions { title, first: "Views", second, step, lead, counter: false }, &points)
    }

    fn matrix(&self, scope: &Scope<'_>) -> Option<Matrix> {
        let last = self.views.iter().rposition(|(_, sum)| matches!(sum.state, State::Whole | State::Partial))?;
        let first = (last + 1).saturating_sub(self.unit.columns());
        let shown = &self.views[first..=last];
        let weight = |member: usize| {
            shown.iter().filter_map(|(period, _)| period.of(member)).map(|total| total.count).sum::<u64>()
        };
        let mut order: Vec<(u64, usize)> = (0..scope.repos.len()).map(|member| (weight(member), member)).collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let rest = order.len().saturating_sub(MEMBERS);
        order.truncate(MEMBERS);
        let head = shown.iter().map(|(period, _)| match self.unit {
            Unit::Weeks => Week::of(period.span.first)
                .to_string()
                .split_once('-')
                .map_or_else(String::new, |(_, week)| week.to_owned()),
            Unit::Months => words::month_short(period.span.first).to_owned(),
        });
        let rows = order.iter().map(|(_, member)| self.matrix_row(scope, *member, first, last)).collect();
        Some(Matrix { head: head.collect(), rows, rest })
    }

    fn matrix_row(&self, scope: &Scope<'_>, member: usize, first: usize, last: usize) -> MatrixRow {
        let repo = scope.repos[member];
        let totals = || self.views[first..=last].iter().map(|(period, _)| period.of(member));
        let whole = || totals().flatten().filter(|total| total.whole()).map(|total| total.count);
        let (low, high) = (whole().min().unwrap_or(0), whole().max().unwrap_or(0));
        let cells = totals().map(|total| MatrixCell {
            text: amount_of(total, |total| total.count),
            level: total.filter(|total| total.whole()).map_or(0, |total| level(total.count, low, high)),
        });
        let pick: Pick = |total| total.count;
        let newest = &self.views[last].0;
        let against = |before: Option<&Period>| {
            before.map_or(crate::report::group::Compared::NOTHING, |before| newest.compare_one(before, member, pick))
        };
        MatrixRow {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
            cells: cells.collect(),
            change: change(&against(last.checked_sub(1).map(|at| &self.views[at].0))),
            year: change(&against(self.year_before(&self.views, last))),
        }
    }
}

/// 0 for the lowest to 4 for the highest of a row; 2 where all are alike.
fn level(value: u64, low: u64, high: u64) -> u64 {
    if low == high { 2 * u64::from(high > 0) } else { ((value - low) * 4 + (high - low) / 2) / (high - low) }
}
