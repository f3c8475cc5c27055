//! The tables of weeks and months.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;

use super::matrix::{Matrix, Rows};
use super::{Cell, ChangeView, Chrome, Scope, cell, change, sort_of};
use crate::domain::Date;
use crate::domain::calendar::{Month, Week};
use crate::domain::signal::Change;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::Metric;
use crate::report::group::{Compared, Frame, Group, State, Sum, Than};
use crate::report::locale::Words;
use crate::report::points::{self, Step};
use crate::report::stock::Repo;

/// How many years the tables reach back: a week takes some seventy bytes when it is compressed.
const WEEKS_OF_YEARS: i32 = 6;
const MONTHS_OF_YEARS: i32 = 20;

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
    /// Whether anybody knows how many stars were gained.
    stars: bool,
    matrix: Option<Matrix>,
    /// How many older periods are left out, in words; empty if none.
    older: String,
    /// The files that hold them, if the role has them.
    data_href: Option<&'static str>,
}

/// Words that differ between weeks and months.
#[derive(Debug, Serialize)]
struct Kind {
    title: String,
    column: String,
    chart: String,
    none: String,
    before: String,
    before_means: String,
    year_means: String,
    matrix: String,
    note: String,
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
    /// Its first day, which sorts.
    first: String,
    days: String,
    notes: Vec<String>,
    views: Cell,
    views_sort: u64,
    before: ChangeView,
    before_sort: String,
    year: ChangeView,
    year_sort: String,
    visitors: String,
    visitors_sort: u64,
    clones: Cell,
    clones_sort: u64,
    clones_before: ChangeView,
    clones_before_sort: String,
    clones_year: ChangeView,
    clones_year_sort: String,
    cloners: String,
    cloners_sort: u64,
    stars: String,
    stars_sort: u64,
    repositories: usize,
    /// How much of the days of these repositories is known.
    known: String,
    known_sort: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Unit {
    Weeks,
    Months,
}

impl Unit {
    /// As in the keys of messages.
    fn key(self) -> &'static str {
        match self {
            Unit::Weeks => "week",
            Unit::Months => "month",
        }
    }

    fn kind(self, words: &Words, columns: usize) -> Kind {
        let text = |what: &str| words.text(&format!("periods-{}-{what}", self.key()));
        Kind {
            title: words.text(if self == Unit::Weeks { "weeks" } else { "months" }),
            column: words.text(self.key()),
            chart: text("chart"),
            none: text("none"),
            before: text("before"),
            before_means: text("before-means"),
            year_means: text("year-means"),
            matrix: words.say(&format!("periods-{}-matrix", self.key()), &[("n", columns.into())]),
            note: text("note"),
        }
    }

    fn years(self) -> i32 {
        match self {
            Unit::Weeks => WEEKS_OF_YEARS,
            Unit::Months => MONTHS_OF_YEARS,
        }
    }

    pub(super) fn step(self) -> Step {
        match self {
            Unit::Weeks => Step::Week,
            Unit::Months => Step::Month,
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

    /// The first day of the period that holds `date`.
    fn first(self, date: Date) -> Date {
        match self {
            Unit::Weeks => Week::of(date).span().first,
            Unit::Months => Month::of(date).span().first,
        }
    }

    pub(super) fn frame(self, span: Span) -> Frame {
        match self {
            Unit::Weeks => Frame::Week(Week::of(span.first)),
            Unit::Months => Frame::Month(Month::of(span.first)),
        }
    }

    /// How many periods the matrix shows.
    pub(super) fn columns(self) -> usize {
        match self {
            Unit::Weeks => 8,
            Unit::Months => 9,
        }
    }
}

/// Collects the table of weeks or months.
pub(in crate::report) struct Periods {
    unit: Unit,
    matrix: Rows,
    stars: StarsGained,
}

impl Periods {
    pub(in crate::report) fn new(scope: &Scope<'_>, unit: Unit) -> Periods {
        Periods { unit, matrix: Rows::new(scope, unit), stars: StarsGained::default() }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.stars.add(self.unit, repo);
        self.matrix.add(scope, repo);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, group: &Group, page: Chrome) -> PeriodsView {
        let grid = Grid::new(scope.words, group, self.unit, self.stars);
        let older = match grid.older {
            0 => String::new(),
            n => scope.words.say(&format!("periods-{}-older", self.unit.key()), &[("n", n.into())]),
        };
        PeriodsView {
            role: scope.role.title.clone(),
            kind: self.unit.kind(scope.words, self.matrix.columns()),
            extent: scope.extent_in_words(),
            says: grid.says(),
            chart: grid.chart(),
            years: grid.years(),
            stars: grid.stars.first.is_some(),
            matrix: self.matrix.finish(scope),
            older,
            data_href: page.leads_to("data.html"),
            page,
        }
    }
}

/// Stars gained in each period, of those repositories whose stars somebody listed.
#[derive(Default)]
struct StarsGained {
    /// The first day that any was gained on: before, nobody knows.
    first: Option<Date>,
    by_period: BTreeMap<Date, u64>,
}

impl StarsGained {
    fn add(&mut self, unit: Unit, repo: &Repo) {
        let gained = &repo.history.stars_gained;
        let first = gained.first().map(|(date, _)| *date);
        self.first = [self.first, first].into_iter().flatten().min();
        for (date, stars) in gained {
            *self.by_period.entry(unit.first(*date)).or_default() += stars;
        }
    }

    /// `None` before the first star.
    fn of(&self, span: Span) -> Option<u64> {
        self.first.filter(|first| span.last >= *first)?;
        Some(self.by_period.get(&span.first).copied().unwrap_or(0))
    }
}

/// Every period of the group's newest years for both figures, ascending.
struct Grid<'a> {
    words: &'a Words,
    unit: Unit,
    group: &'a Group,
    stars: StarsGained,
    periods: Vec<(Span, Sum, Sum)>,
    /// How many periods before them are left out.
    older: usize,
}

impl<'a> Grid<'a> {
    fn new(words: &'a Words, group: &'a Group, unit: Unit, stars: StarsGained) -> Grid<'a> {
        let mut spans = group.extent().map_or_else(Vec::new, |extent| unit.step().periods(extent));
        let newest = spans.last().map_or(0, |span| unit.year(*span));
        let older = spans.partition_point(|span| unit.year(*span) <= newest - unit.years());
        spans.drain(..older);
        let sums = |span| (span, group.sum(span, Metric::Views), group.sum(span, Metric::Clones));
        Grid { words, unit, group, stars, periods: spans.into_iter().map(sums).collect(), older }
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
        let [before, year] = [Than::Before, Than::YearBefore].map(|than| self.compare(at, than, Metric::Views));
        let [clones_before, clones_year] =
            [Than::Before, Than::YearBefore].map(|than| self.compare(at, than, Metric::Clones));
        let stars = self.stars.of(*span);
        PeriodRow {
            name: self.unit.name(words, *span),
            first: span.first.to_string(),
            days: days(words, *span),
            notes: self.notes(*span, views),
            views: cell(words, views, views.count, top_views),
            views_sort: views.count,
            before: change(words, &before),
            before_sort: sort_of(before.change),
            year: change(words, &year),
            year_sort: sort_of(year.change),
            visitors: super::amount(words, views.state, views.uniques),
            visitors_sort: views.uniques,
            clones: cell(words, clones, clones.count, top_clones),
            clones_sort: clones.count,
            clones_before: change(words, &clones_before),
            clones_before_sort: sort_of(clones_before.change),
            clones_year: change(words, &clones_year),
            clones_year_sort: sort_of(clones_year.change),
            cloners: super::amount(words, clones.state, clones.uniques),
            cloners_sort: clones.uniques,
            stars: stars.map_or_else(|| "–".to_owned(), |stars| words.number(stars)),
            stars_sort: stars.unwrap_or(0),
            repositories: views.repositories,
            known: words.percent(views.coverage()),
            known_sort: views.coverage(),
        }
    }

    /// The period that is not over says so, whatever else it lacks.
    fn notes(&self, span: Span, views: &Sum) -> Vec<String> {
        let open = self.group.settled().is_none_or(|settled| span.last > settled);
        let partly = match views.state {
            State::Partial => Some("periods-partly"),
            State::Unknown => Some("periods-unknown"),
            State::SoFar | State::Whole => None,
        };
        let notes = [open.then_some("periods-so-far"), partly];
        notes.into_iter().flatten().map(|key| self.words.text(key)).collect()
    }

    /// The newest period that is over, in a sentence.
    fn says(&self) -> String {
        let (words, key) = (self.words, self.unit.key());
        let Some(at) = self.periods.iter().rposition(|(_, sum, _)| sum.state == State::Whole) else {
            return words.text(&format!("periods-{key}-none"));
        };
        let (span, sum, _) = &self.periods[at];
        let against = |than, name: &str| {
            let (turn, percent) = match self.compare(at, than, Metric::Views).change {
                Change::Percent(0) => ("same", 0),
                Change::Percent(percent) => (if percent > 0 { "more" } else { "fewer" }, percent.unsigned_abs()),
                Change::New | Change::Unknown => return None,
            };
            let percent = words.percent(percent);
            Some(words.say(&format!("periods-{key}-{name}-{turn}"), &[("percent", (&percent).into())]))
        };
        let (before, year) = (against(Than::Before, "before"), against(Than::YearBefore, "year"));
        let (name, views) = (self.unit.name(words, *span), words.say("count-views", &[("n", sum.count.into())]));
        let mut values = vec![("name", (&name).into()), ("views", (&views).into())];
        match (&before, &year) {
            (Some(before), Some(year)) => {
                values.extend([("a", before.into()), ("b", year.into())]);
                words.say("periods-says-two", &values)
            }
            (Some(one), None) | (None, Some(one)) => {
                values.push(("a", one.into()));
                words.say("periods-says-one", &values)
            }
            (None, None) => words.say("periods-says", &values),
        }
    }

    fn chart(&self) -> Option<Chart> {
        let (words, key) = (self.words, self.unit.key());
        let extent = self.group.extent()?;
        let shown = Span { first: extent.first.max(self.periods.first()?.0.first), last: extent.last };
        let step = self.unit.step();
        let points = points::points(self.group, shown, step, Metric::Views);
        let days = words.span(shown);
        let title = words.say(&format!("overview-views-by-{key}"), &[("days", (&days).into())]);
        let lead = words.text(&format!("overview-whole-{key}s"));
        let (first, second) = (words.text("views"), words.text("overview-visitors-summed"));
        chart::draw(
            &Captions { words, title, first: &first, second: Some(&second), step, lead, counter: false },
            &points,
        )
    }
}

/// `16 Nov – 22 Nov`: the year is in the period's name.
fn days(words: &Words, span: Span) -> String {
    format!("{} – {}", words.short_day(span.first), words.short_day(span.last))
}
