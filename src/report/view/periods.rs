//! The tables of weeks and months.

use chrono::Datelike;
use serde::Serialize;

use super::{Cell, ChangeView, Chrome, Scope, amount_of, cell, change};
use crate::domain::calendar::{Month, Week};
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::{Metric, Total};
use crate::report::group::{Compared, Frame, Group, State, Sum, Than};
use crate::report::locale::Words;
use crate::report::points::{self, Step};
use crate::report::stock::Repo;

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

    fn name(self, words: &Words, span: Span) -> String {
        match self {
            Unit::Weeks => Week::of(span.first).to_string(),
            Unit::Months => words.long_month(span.first),
        }
    }

    /// Weeks belong to the year of their Thursday: that is the year in their name.
    fn year(self, span: Span) -> i32 {
        match self {
            Unit::Weeks => span.first.iso_week().year(),
            Unit::Months => span.first.year(),
        }
    }

    fn frame(self, span: Span) -> Frame {
        match self {
            Unit::Weeks => Frame::Week(Week::of(span.first)),
            Unit::Months => Frame::Month(Month::of(span.first)),
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

/// Collects the table of weeks or months.
pub(in crate::report) struct Periods {
    unit: Unit,
    /// The newest periods that are over, ascending: the columns of the matrix.
    columns: Vec<Span>,
    /// The repositories with most views in them, with their views.
    rows: Vec<(u64, MatrixRow)>,
}

impl Periods {
    pub(in crate::report) fn new(scope: &Scope<'_>, unit: Unit) -> Periods {
        let spans = scope.extent.map_or_else(Vec::new, |extent| unit.step().periods(extent));
        let over = |span: &Span| scope.settled.is_some_and(|settled| span.last <= settled);
        let over: Vec<Span> = spans.into_iter().filter(over).collect();
        let columns = over[over.len().saturating_sub(unit.columns())..].to_vec();
        Periods { unit, columns, rows: Vec::new() }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        if self.columns.is_empty() {
            return;
        }
        let totals: Vec<Option<Total>> =
            self.columns.iter().map(|span| repo.daily.total(*span, Metric::Views)).collect();
        let weight = totals.iter().flatten().map(|total| total.count).sum::<u64>();
        // A stable order keeps the first by name where two have the same.
        let at = self.rows.partition_point(|(other, _)| *other >= weight);
        if at < MEMBERS {
            self.rows.insert(at, (weight, self.matrix_row(scope, repo, &totals)));
            self.rows.truncate(MEMBERS);
        }
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, group: &Group, page: Chrome) -> PeriodsView {
        let grid = Grid::new(scope.words, group, self.unit);
        PeriodsView {
            page,
            role: scope.role.title.clone(),
            kind: self.unit.kind(),
            extent: scope.extent_in_words(),
            says: grid.says(),
            chart: grid.chart(),
            years: grid.years(),
            matrix: self.matrix(scope),
        }
    }

    fn matrix(self, scope: &Scope<'_>) -> Option<Matrix> {
        let head = self.columns.iter().map(|span| match self.unit {
            Unit::Weeks => {
                Week::of(span.first).to_string().split_once('-').map_or_else(String::new, |(_, week)| week.to_owned())
            }
            Unit::Months => scope.words.month_short(span.first),
        });
        let head: Vec<String> = head.collect();
        let rest = scope.members.saturating_sub(MEMBERS);
        (!head.is_empty()).then(|| Matrix { head, rows: self.rows.into_iter().map(|(_, row)| row).collect(), rest })
    }

    fn matrix_row(&self, scope: &Scope<'_>, repo: &Repo, totals: &[Option<Total>]) -> MatrixRow {
        let whole = || totals.iter().flatten().filter(|total| total.whole()).map(|total| total.count);
        let (low, high) = (whole().min().unwrap_or(0), whole().max().unwrap_or(0));
        let cells = totals.iter().map(|total| MatrixCell {
            text: amount_of(scope.words, total.as_ref(), |total| total.count),
            level: total.filter(Total::whole).map_or(0, |total| level(total.count, low, high)),
        });
        let against = |than| {
            let Some(newest) = self.columns.last() else { return change(scope.words, &Compared::NOTHING) };
            // The days of a week and a month follow from themselves alone.
            let (now, before) = self.unit.frame(*newest).spans(newest.last, than);
            let total = |span| repo.daily.total(span, Metric::Views);
            change(scope.words, &Compared::one(total(now), total(before), |total| total.count))
        };
        MatrixRow {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
            cells: cells.collect(),
            change: against(Than::Before),
            year: against(Than::YearBefore),
        }
    }
}

/// Every period of the group's history for both figures, ascending.
struct Grid<'a> {
    words: &'a Words,
    unit: Unit,
    group: &'a Group,
    periods: Vec<(Span, Sum, Sum)>,
}

impl<'a> Grid<'a> {
    fn new(words: &'a Words, group: &'a Group, unit: Unit) -> Grid<'a> {
        let spans = group.extent().map_or_else(Vec::new, |extent| unit.step().periods(extent));
        let sums = |span| (span, group.sum(span, Metric::Views), group.sum(span, Metric::Clones));
        Grid { words, unit, group, periods: spans.into_iter().map(sums).collect() }
    }

    fn compare(&self, at: usize, than: Than, metric: Metric) -> Compared {
        self.group.compare(self.unit.frame(self.periods[at].0), than, metric, false)
    }

    fn years(&self) -> Vec<Year> {
        let top = |pick: fn(&(Span, Sum, Sum)) -> u64| self.periods.iter().map(pick).max().unwrap_or(0);
        let tops = (top(|(_, views, _)| views.count), top(|(_, _, clones)| clones.count));
        let mut years: Vec<Year> = Vec::new();
        for at in (0..self.periods.len()).rev() {
            let name = self.unit.year(self.periods[at].0).to_string();
            let row = self.row(at, tops);
            match years.last_mut() {
                Some(year) if year.name == name => year.rows.push(row),
                _ => years.push(Year { name, rows: vec![row] }),
            }
        }
        years
    }

    fn row(&self, at: usize, (top_views, top_clones): (u64, u64)) -> PeriodRow {
        let words = self.words;
        let (span, views, clones) = &self.periods[at];
        let against = |than, metric| change(words, &self.compare(at, than, metric));
        PeriodRow {
            name: self.unit.name(words, *span),
            days: format!("{} – {}", words.short_day(span.first), words.short_day(span.last)),
            note: match views.state {
                State::SoFar => "so far",
                State::Partial => "partly known",
                State::Unknown => "unknown",
                State::Whole => "",
            },
            views: cell(words, views, views.count, top_views),
            before: against(Than::Before, Metric::Views),
            year: against(Than::YearBefore, Metric::Views),
            visitors: super::amount(words, views.state, views.uniques),
            clones: cell(words, clones, clones.count, top_clones),
            clones_before: against(Than::Before, Metric::Clones),
            clones_year: against(Than::YearBefore, Metric::Clones),
            cloners: super::amount(words, clones.state, clones.uniques),
            repositories: views.repositories,
        }
    }

    /// The newest period that is over, in a sentence.
    fn says(&self) -> String {
        let Some(at) = self.periods.iter().rposition(|(_, sum, _)| sum.state == State::Whole) else {
            return format!("No {} is wholly known yet.", self.unit.kind().one);
        };
        let words = self.words;
        let (span, sum, _) = &self.periods[at];
        let of = |than, words_for: &str| {
            use crate::domain::signal::Change;
            match self.compare(at, than, Metric::Views).change {
                Change::Percent(0) => Some(format!("as many as {words_for}")),
                Change::Percent(p) => Some(format!(
                    "{}% {} than {words_for}",
                    words.number(p.unsigned_abs()),
                    if p > 0 { "more" } else { "fewer" }
                )),
                Change::New | Change::Unknown => None,
            }
        };
        let before = of(Than::Before, &format!("the {} before", self.unit.kind().one));
        let year = of(Than::YearBefore, "a year before");
        let parts: Vec<String> = [before, year].into_iter().flatten().collect();
        let tail = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(" and ")) };
        format!(
            "{} had {}{tail}.",
            self.unit.name(words, *span),
            words.say("count-views", &[("n", (sum.count).into())])
        )
    }

    fn chart(&self) -> Option<Chart> {
        let words = self.words;
        let extent = self.group.extent()?;
        let step = self.unit.step();
        let points = points::points(self.group, extent, step, Metric::Views);
        let title = format!("Views by {}, {}", self.unit.kind().one, words.span(extent));
        let second = Some("Visitors (sum of daily uniques)");
        let lead = format!("Only whole {}s are drawn.", self.unit.kind().one);
        chart::draw(&Captions { words, title, first: "Views", second, step, lead, counter: false }, &points)
    }
}

/// 0 for the lowest to 4 for the highest of a row; 2 where all are alike.
fn level(value: u64, low: u64, high: u64) -> u64 {
    if low == high { 2 * u64::from(high > 0) } else { ((value - low) * 4 + (high - low) / 2) / (high - low) }
}
