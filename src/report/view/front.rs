//! What the front page, an owner's page and the print digest have in common.

use serde::Serialize;

use super::lists::{Listed, Paths, Referrers};
use super::overview::charts;
use super::starred::Stars;
use super::stood::{Stood, StoodOut};
use super::table::{RepositoryRow, Rows};
use super::top::Top;
use super::{Card, ChangeView, RECENT, Scope, amount_of, change, moved, recent, traffic_cards};
use crate::domain::signal::Change;
use crate::domain::traffic::Span;
use crate::report::chart::Chart;
use crate::report::figures::Metric;
use crate::report::group::{Compared, Frame, Group, Than};
use crate::report::locale::Words;
use crate::report::stock::Repo;

const MOVERS: usize = 5;
const NEWCOMERS: usize = 8;

/// How many of each a page shows.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) rows: usize,
    pub(super) ranks: usize,
    pub(super) stood: usize,
}

/// The parts of a page.
#[derive(Debug, Serialize)]
pub(super) struct Front {
    /// What happened, in a sentence.
    says: String,
    /// The days the cards speak of, and those they are compared with.
    days: String,
    compared: String,
    cards: Vec<Card>,
    recent: Option<Chart>,
    whole: Option<Chart>,
    rising: Vec<Mover>,
    falling: Vec<Mover>,
    stood: Vec<StoodOut>,
    stood_more: String,
    referrers: Option<Listed>,
    paths: Option<Listed>,
    rows: Vec<RepositoryRow>,
    /// `The 40 most viewed repositories`
    rows_title: String,
    /// How many repositories are not among the rows, in words; empty if none.
    rest: String,
    newcomers: Vec<Newcomer>,
    newcomers_say: String,
}

#[derive(Debug, Serialize)]
struct Mover {
    owner: String,
    name: String,
    href: Option<String>,
    owner_href: Option<String>,
    now: String,
    before: String,
    change: ChangeView,
    /// Where it likely came from.
    why: String,
}

/// A repository whose history begins within the days that are compared.
#[derive(Debug, Serialize)]
struct Newcomer {
    owner: String,
    name: String,
    href: Option<String>,
    owner_href: Option<String>,
    since: String,
    views: String,
}

/// Collects them, told of one repository after the other.
pub(super) struct Collector {
    limits: Limits,
    rows: Rows,
    rising: Top<u64, Mover>,
    falling: Top<u64, Mover>,
    stood: Stood,
    referrers: Referrers,
    paths: Paths,
    stars: Stars,
    newcomers: Top<u64, Newcomer>,
}

impl Collector {
    pub(super) fn new(scope: &Scope<'_>, limits: Limits) -> Collector {
        Collector {
            limits,
            rows: Rows::new(limits.rows),
            rising: Top::new(MOVERS),
            falling: Top::new(MOVERS),
            stood: Stood::new(limits.stood),
            referrers: Referrers::new(),
            paths: Paths::new(),
            stars: Stars::new(scope.settled.unwrap_or(scope.today)),
            newcomers: Top::new(NEWCOMERS),
        }
    }

    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.rows.add(scope, repo, true);
        let why = self.stood.add(scope, repo);
        self.moved(scope, repo, why);
        self.came(scope, repo);
        repo.history.referrers.last().into_iter().for_each(|list| self.referrers.add(list));
        repo.history.paths.last().into_iter().for_each(|list| self.paths.add(list));
        self.stars.add(repo);
    }

    /// Who rose and fell by the most views: a large per cent of little moves nobody.
    fn moved(&mut self, scope: &Scope<'_>, repo: &Repo, why: String) {
        let Some(settled) = scope.settled else { return };
        let total = |span| repo.daily.total(span, Metric::Views);
        let compared = Compared::one(total(recent(settled)), total(recent(settled).before()), |total| total.count);
        if compared.change == Change::Unknown || compared.now == compared.before {
            return;
        }
        let rose = compared.now > compared.before;
        let mover = || Mover {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
            owner_href: scope.owner_href(repo),
            now: scope.words.number(compared.now),
            before: scope.words.number(compared.before),
            change: change(scope.words, &compared),
            why: if rose { why } else { String::new() },
        };
        let top = if rose { &mut self.rising } else { &mut self.falling };
        top.offer(compared.now.abs_diff(compared.before), mover);
    }

    fn came(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let Some((settled, extent)) = scope.settled.zip(repo.daily.extent()) else { return };
        if extent.first <= recent(settled).before().first {
            return;
        }
        let total = repo.daily.total(recent(settled), Metric::Views);
        self.newcomers.offer(total.map_or(0, |total| total.count), || Newcomer {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
            owner_href: scope.owner_href(repo),
            since: scope.words.day(extent.first),
            // What came before the first known day is unknown, so the sum is a lower bound.
            views: amount_of(scope.words, total.as_ref(), |total| total.count),
        });
    }

    pub(super) fn finish(self, scope: &Scope<'_>, group: &Group) -> Front {
        let words = scope.words;
        let newcomers = self.newcomers.left_out();
        let came: Vec<Newcomer> = values(self.newcomers);
        let (stood, more) = self.stood.finish();
        let rest = self.rows.left_out();
        let rows = self.rows.finish();
        let mut front = Front {
            says: words.text("overview-nothing"),
            days: String::new(),
            compared: String::new(),
            cards: Vec::new(),
            recent: None,
            whole: None,
            rising: values(self.rising),
            falling: values(self.falling),
            stood,
            stood_more: counted(words, "overview-stood-more", more),
            referrers: self.referrers.finish(words, scope.spam, self.limits.ranks),
            paths: self.paths.finish(words, self.limits.ranks),
            rows_title: match rest {
                0 => words.text("repositories"),
                _ => words.say("overview-most-viewed", &[("n", rows.len().into())]),
            },
            rows,
            rest: counted(words, "overview-rest", rest),
            newcomers_say: counted(words, "overview-newcomers", came.len() + newcomers),
            newcomers: came,
        };
        if let Some(settled) = scope.settled {
            let span = recent(settled);
            let (_, year) = Frame::Recent.spans(settled, Than::YearBefore);
            let (before, year) = (words.span(span.before()), words.span(year));
            front.days = words.span(span);
            front.compared = words.say("overview-compared", &[("before", (&before).into()), ("year", (&year).into())]);
            front.says = says(words, group, span);
            front.cards = traffic_cards(words, group, settled);
            front.cards.push(self.stars.card(words));
            (front.recent, front.whole) = charts(words, group, settled, Metric::Views);
        }
        front
    }
}

fn values<K: Ord, T>(top: Top<K, T>) -> Vec<T> {
    top.into_rows().into_iter().map(|(_, value)| value).collect()
}

/// A message that counts; empty where there is nothing to count.
fn counted(words: &Words, key: &str, n: usize) -> String {
    if n == 0 { String::new() } else { words.say(key, &[("n", n.into())]) }
}

fn says(words: &Words, group: &Group, span: Span) -> String {
    let compared = |metric| group.compare(Frame::Recent, Than::Before, metric, false);
    let (views, clones) = (compared(Metric::Views), compared(Metric::Clones));
    let (first, second) = (moved(words, "views", &views), moved(words, "clones", &clones));
    let Some(what) = (match (first, second) {
        (Some(views), Some(clones)) => {
            Some(words.say("overview-both", &[("a", (&views).into()), ("b", (&clones).into())]))
        }
        (views, clones) => views.or(clones),
    }) else {
        return words.text("overview-not-compared");
    };
    let day = words.day(span.last);
    let values = [("what", (&what).into()), ("n", RECENT.into()), ("day", (&day).into())];
    if views.repositories < views.of {
        let some = [("known", views.repositories.into()), ("of", views.of.into())];
        return words.say("overview-says-some", &[values.as_slice(), &some].concat());
    }
    words.say("overview-says", &values)
}
