//! The front page of a bundle.

use serde::Serialize;

use super::rankings::{self, Ranking};
use super::table::{self, RepositoryRow};
use super::{Card, ChangeView, Chrome, Link, RECENT, Scope, moved, recent, traffic_cards};
use crate::domain::Date;
use crate::domain::signal::Change;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::Metric;
use crate::report::group::{Compared, Group};
use crate::report::points::{self, Step};
use crate::report::words;

/// How many repositories the front page names; the rest are on their own page.
const ROWS: usize = 40;
const MOVERS: usize = 5;
const RANKS: usize = 10;

/// `overview.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct OverviewView {
    page: Chrome,
    role: String,
    extent: String,
    /// The days the cards speak of, and those they are compared with.
    days: String,
    before: String,
    /// What happened, in a sentence.
    says: String,
    cards: Vec<Card>,
    recent: Option<Chart>,
    whole: Option<Chart>,
    rising: Vec<Mover>,
    falling: Vec<Mover>,
    referrers: Option<Ranking>,
    paths: Option<Ranking>,
    rows: Vec<RepositoryRow>,
    /// How many repositories are not among the rows.
    rest: usize,
    articles: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Mover {
    owner: String,
    name: String,
    href: Option<String>,
    now: String,
    before: String,
    change: ChangeView,
}

pub(in crate::report) fn overview(scope: &Scope<'_>, page: Chrome, articles: Vec<Link>) -> OverviewView {
    let mut view = OverviewView {
        page,
        role: scope.role.title.clone(),
        extent: scope.extent_in_words(),
        days: String::new(),
        before: String::new(),
        says: "Nothing has been collected yet.".to_owned(),
        cards: Vec::new(),
        recent: None,
        whole: None,
        rising: Vec::new(),
        falling: Vec::new(),
        referrers: None,
        paths: None,
        rows: table::rows(scope),
        rest: scope.repos.len().saturating_sub(ROWS),
        articles,
    };
    if let Some(settled) = scope.group.settled() {
        fill(&mut view, scope, settled);
    }
    view.rows.truncate(ROWS);
    view
}

fn fill(view: &mut OverviewView, scope: &Scope<'_>, settled: Date) {
    let span = recent(settled);
    view.days = words::span(span);
    view.before = words::span(span.before());
    view.says = says(&scope.group, span);
    view.cards = traffic_cards(&scope.group, settled);
    view.cards.push(stars(scope, settled));
    (view.recent, view.whole) = charts(&scope.group, settled, Metric::Views);
    (view.rising, view.falling) = movers(&view.rows);
    let referrers = scope.repos.iter().filter_map(|repo| repo.history.referrers.last());
    view.referrers = rankings::together(referrers, RANKS);
    let paths = scope.repos.iter().filter_map(|repo| repo.history.paths.last());
    view.paths = rankings::together(paths, RANKS);
    let shown = view.rows.len().min(ROWS);
    table::with_sparks(scope, &mut view.rows[..shown], settled);
}

fn says(group: &Group<'_>, span: Span) -> String {
    let compared = |metric| {
        let now = group.period(span, metric);
        now.compare(Some(&group.period(span.before(), metric)), |total| total.count)
    };
    let (views, clones) = (compared(Metric::Views), compared(Metric::Clones));
    let parts: Vec<String> = [moved("Views", &views), moved("clones", &clones)].into_iter().flatten().collect();
    match parts.is_empty() {
        true => "The last four weeks cannot be compared with the four before: too many days are unknown.".to_owned(),
        false => {
            let mut text = format!("{} in the {RECENT} days to {}", parts.join(", "), words::day(span.last));
            if views.repositories < views.of {
                text.push_str(&format!(" in the {} of {} repositories known in both", views.repositories, views.of));
            }
            text[..1].make_ascii_uppercase();
            text + "."
        }
    }
}

fn stars(scope: &Scope<'_>, settled: Date) -> Card {
    let pick = |counters: &crate::domain::repo::Counters| counters.stars;
    let newest: Vec<u64> = scope.repos.iter().filter_map(|repo| table::latest(repo, pick)).collect();
    let pair = |repo: &&&crate::report::stock::Repo| {
        let before = table::counter_on(repo, recent(settled).before().last, pick)?;
        Some((before, table::counter_on(repo, settled, pick)?))
    };
    let pairs: Vec<(u64, u64)> = scope.repos.iter().filter_map(|repo| pair(&repo)).collect();
    let (before, now) = pairs.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let known = !pairs.is_empty() && pairs.len() * 2 >= newest.len();
    let compared = Compared {
        change: Change::between(known.then_some(before), known.then_some(now)),
        before,
        now,
        repositories: pairs.len(),
        of: newest.len(),
    };
    Card {
        label: "Stars",
        qualifier: "newest count",
        value: if newest.is_empty() { "–".to_owned() } else { words::number(newest.iter().sum()) },
        change: Some(super::change(&compared)),
        beside: super::beside(&compared),
        spark: table::counter_spark(&scope.repos, settled, pick),
    }
}

/// The last thirteen weeks by day, and everything by week when there is more than that.
pub(in crate::report) fn charts(group: &Group<'_>, settled: Date, metric: Metric) -> (Option<Chart>, Option<Chart>) {
    let Some(extent) = group.extent() else { return (None, None) };
    let (noun, people) = match metric {
        Metric::Views => ("Views", "Visitors"),
        Metric::Clones => ("Clones", "Cloners"),
    };
    let start = settled - chrono::Days::new(90);
    let near = Span { first: start.max(extent.first), last: extent.last };
    let draw = |span: Span, step: Step, second: &str| {
        let points = points::points(group, span, step, metric);
        let title = format!("{noun} by {}, {}", if step == Step::Day { "day" } else { "week" }, words::span(span));
        let captions = Captions {
            title,
            first: noun,
            second: Some(second),
            step,
            lead: lead(group, span, step, metric),
            counter: false,
        };
        chart::draw(&captions, &points)
    };
    let by_day = draw(near, Step::Day, people);
    if extent.first >= start {
        return (by_day, None);
    }
    let step = if extent.len() > chart::MOST_DAYS { Step::Week } else { Step::Day };
    let second = if step == Step::Week { format!("{people} (sum of daily uniques)") } else { people.to_owned() };
    (by_day, draw(extent, step, &second))
}

/// `12,345 views in all.`
fn lead(group: &Group<'_>, span: Span, step: Step, metric: Metric) -> String {
    let settled = group.settled().map_or(span, |settled| Span { last: span.last.min(settled), ..span });
    let sum = group.sum(&group.period(settled, metric));
    let (one, many) = if metric == Metric::Views { ("view", "views") } else { ("clone", "clones") };
    let at_least = if sum.exact().is_some() { "" } else { "At least " };
    let by_week = if step == Step::Week { " Only whole weeks are drawn." } else { "" };
    format!("{at_least}{} in the settled days.{by_week}", words::count(sum.count, one, many))
}

/// Who rose and fell by the most views: a large per cent of little moves nobody.
fn movers(rows: &[RepositoryRow]) -> (Vec<Mover>, Vec<Mover>) {
    let moved = |row: &&RepositoryRow| {
        !matches!(row.compared.change, Change::Unknown) && row.compared.now != row.compared.before
    };
    let mut sorted: Vec<&RepositoryRow> = rows.iter().filter(moved).collect();
    let by = |row: &RepositoryRow| row.compared.now as i64 - row.compared.before as i64;
    sorted.sort_by_key(|row| std::cmp::Reverse(by(row)));
    let mover = |row: &&RepositoryRow| Mover {
        owner: row.owner.clone(),
        name: row.name.clone(),
        href: row.href.clone(),
        now: words::number(row.compared.now),
        before: words::number(row.compared.before),
        change: row.change.clone(),
    };
    let rising = sorted.iter().filter(|row| by(row) > 0).take(MOVERS).map(mover).collect();
    let falling = sorted.iter().rev().filter(|row| by(row) < 0).take(MOVERS).map(mover).collect();
    (rising, falling)
}
