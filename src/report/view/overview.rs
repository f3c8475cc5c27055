//! The front page of a bundle.

use serde::Serialize;

use super::rankings::{self, Ranking};
use super::table::{self, CounterWeeks, RepositoryRow, Rows};
use super::{Card, ChangeView, Chrome, Link, RECENT, Scope, moved, recent, traffic_cards};
use crate::domain::Date;
use crate::domain::ranking::Snapshot;
use crate::domain::signal::Change;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::Metric;
use crate::report::group::{Compared, Frame, Group, Than};
use crate::report::locale::Words;
use crate::report::points::{self, Step};
use crate::report::stock::Repo;

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

/// Collects the front page.
pub(in crate::report) struct Overview {
    rows: Rows,
    referrers: Vec<Snapshot>,
    paths: Vec<Snapshot>,
    stars: Stars,
}

impl Overview {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Overview {
        Overview {
            rows: Rows::default(),
            referrers: Vec::new(),
            paths: Vec::new(),
            stars: Stars::new(scope.settled.unwrap_or(scope.today)),
        }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.rows.add(scope, repo, true);
        self.referrers.extend(repo.history.referrers.last().cloned());
        self.paths.extend(repo.history.paths.last().cloned());
        self.stars.add(repo);
    }

    pub(in crate::report) fn finish(
        self,
        scope: &Scope<'_>,
        group: &Group,
        page: Chrome,
        articles: Vec<Link>,
    ) -> OverviewView {
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
            rows: self.rows.finish(),
            rest: scope.members.saturating_sub(ROWS),
            articles,
        };
        if let Some(settled) = scope.settled {
            let (words, span) = (scope.words, recent(settled));
            view.days = words.span(span);
            view.before = words.span(span.before());
            view.says = says(words, group, span);
            view.cards = traffic_cards(words, group, settled);
            view.cards.push(self.stars.card(words));
            (view.recent, view.whole) = charts(words, group, settled, Metric::Views);
            (view.rising, view.falling) = movers(words, &view.rows);
            view.referrers = rankings::together(words, self.referrers.iter(), RANKS);
            view.paths = rankings::together(words, self.paths.iter(), RANKS);
        }
        view.rows.truncate(ROWS);
        view
    }
}

fn says(words: &Words, group: &Group, span: Span) -> String {
    let compared = |metric| group.compare(Frame::Recent, Than::Before, metric, false);
    let (views, clones) = (compared(Metric::Views), compared(Metric::Clones));
    let parts: Vec<String> =
        [moved(words, "views", &views), moved(words, "clones", &clones)].into_iter().flatten().collect();
    match parts.is_empty() {
        true => "The last four weeks cannot be compared with the four before: too many days are unknown.".to_owned(),
        false => {
            let mut text = format!("{} in the {RECENT} days to {}", parts.join(", "), words.day(span.last));
            if views.repositories < views.of {
                text.push_str(&format!(" in the {} of {} repositories known in both", views.repositories, views.of));
            }
            text + "."
        }
    }
}

/// Stars of all repositories, now and four weeks before.
struct Stars {
    settled: Date,
    newest: Option<u64>,
    compared: Compared,
    weeks: CounterWeeks,
}

impl Stars {
    fn new(settled: Date) -> Stars {
        let compared = Compared { of: 0, ..Compared::NOTHING };
        Stars { settled, newest: None, compared, weeks: CounterWeeks::new(settled) }
    }

    fn add(&mut self, repo: &Repo) {
        let pick = |counters: &crate::domain::repo::Counters| counters.stars;
        self.weeks.add(repo, pick);
        let Some(newest) = table::latest(repo, pick) else { return };
        self.newest = Some(self.newest.unwrap_or(0) + newest);
        self.compared.of += 1;
        let before = table::counter_on(repo, recent(self.settled).before().last, pick);
        if let Some((before, now)) = before.zip(table::counter_on(repo, self.settled, pick)) {
            self.compared.before += before;
            self.compared.now += now;
            self.compared.repositories += 1;
        }
    }

    fn card(self, words: &Words) -> Card {
        let mut compared = self.compared;
        let known = compared.repositories > 0 && compared.repositories * 2 >= compared.of;
        compared.change = Change::between(known.then_some(compared.before), known.then_some(compared.now));
        Card {
            label: words.text("stars"),
            qualifier: "newest count".to_owned(),
            value: self.newest.map_or_else(|| "–".to_owned(), |value| words.number(value)),
            change: Some(super::change(words, &compared)),
            beside: super::beside(words, &compared),
            spark: self.weeks.finish(),
        }
    }
}

/// The last thirteen weeks by day, and everything by week when there is more than that.
pub(in crate::report) fn charts(
    words: &Words,
    group: &Group,
    settled: Date,
    metric: Metric,
) -> (Option<Chart>, Option<Chart>) {
    let Some(extent) = group.extent() else { return (None, None) };
    let (noun, people) = match metric {
        Metric::Views => ("Views", "Visitors"),
        Metric::Clones => ("Clones", "Cloners"),
    };
    let start = settled - chrono::Days::new(90);
    let near = Span { first: start.max(extent.first), last: extent.last };
    let draw = |span: Span, step: Step, second: &str| {
        let points = points::points(group, span, step, metric);
        let title = format!("{noun} by {}, {}", if step == Step::Day { "day" } else { "week" }, words.span(span));
        let captions = Captions {
            words,
            title,
            first: noun,
            second: Some(second),
            step,
            lead: lead(words, group, span, step, metric),
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
fn lead(words: &Words, group: &Group, span: Span, step: Step, metric: Metric) -> String {
    let settled = group.settled().map_or(span, |settled| Span { last: span.last.min(settled), ..span });
    let sum = group.sum(settled, metric);
    let key = if metric == Metric::Views { "count-views" } else { "count-clones" };
    let at_least = if sum.exact().is_some() { "" } else { "At least " };
    let by_week = if step == Step::Week { " Only whole weeks are drawn." } else { "" };
    format!("{at_least}{} in the settled days.{by_week}", words.say(key, &[("n", sum.count.into())]))
}

/// Who rose and fell by the most views: a large per cent of little moves nobody.
fn movers(words: &Words, rows: &[RepositoryRow]) -> (Vec<Mover>, Vec<Mover>) {
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
        now: words.number(row.compared.now),
        before: words.number(row.compared.before),
        change: row.change.clone(),
    };
    let rising = sorted.iter().filter(|row| by(row) > 0).take(MOVERS).map(mover).collect();
    let falling = sorted.iter().rev().filter(|row| by(row) < 0).take(MOVERS).map(mover).collect();
    (rising, falling)
}
