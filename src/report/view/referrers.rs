//! Referrers and paths of all repositories of a role, ranked.

mod names;

use chrono::Days;
use serde::Serialize;

use self::names::{Entry, Names, Place};
use super::{ChangeView, Chrome, Scope, share};
use crate::domain::Date;
use crate::domain::ranking::Snapshot;
use crate::domain::signal::{self, SpamReason, SpamReferrer, Tally};
use crate::domain::traffic::Span;
use crate::report::locale::Words;
use crate::report::stock::Repo;

/// How many names a list shows.
const ROWS: usize = 100;

/// How many made-up referrers are named.
const SPAM: usize = 50;

/// A name that was first listed in so many days is new.
const NEW: i64 = 7;

/// Which lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Listed {
    Referrers,
    Paths,
}

/// `ranks.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct RanksView {
    page: Chrome,
    role: String,
    says: String,
    column: String,
    recent: Option<ListView>,
    longer: Option<ListView>,
    spam: Option<SpamView>,
}

/// One ranked list.
#[derive(Debug, Serialize)]
struct ListView {
    /// Which days, and what was added up.
    says: String,
    rows: Vec<RowView>,
    /// Whether any row has a bound.
    hidden: bool,
    /// Whether ranks are compared.
    moved: bool,
    /// What is left out; empty where nothing is.
    rest: Vec<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    rank: String,
    moved: Option<ChangeView>,
    name: String,
    title: Option<String>,
    views: String,
    /// What it can have had besides, below tenth place.
    hidden: String,
    visitors: String,
    bar: u64,
    first: String,
    new: bool,
    places: Vec<Place>,
    more: String,
}

#[derive(Debug, Serialize)]
struct SpamView {
    says: String,
    version: String,
    rows: Vec<SpamRow>,
    rest: String,
}

#[derive(Debug, Serialize)]
struct SpamRow {
    name: String,
    reasons: Vec<String>,
    repositories: String,
    views: String,
    visitors: String,
}

/// Collects the page.
pub(in crate::report) struct Ranks {
    listed: Listed,
    /// The day of the newest list of any repository.
    newest: Option<Date>,
    /// Repositories with a list that is not older than the newest by two weeks, and with one that names anybody.
    current: usize,
    busy: usize,
    first: Option<Date>,
    windows: usize,
    compared: bool,
    names: Names,
}

impl Ranks {
    pub(in crate::report) fn new(scope: &Scope<'_>, listed: Listed) -> Ranks {
        let newest = scope.known.listed[listed as usize];
        let names = Names::new(listed == Listed::Referrers);
        Ranks { listed, newest, current: 0, busy: 0, first: None, windows: 0, compared: false, names }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let (snapshots, lately) = match self.listed {
            Listed::Referrers => (&repo.history.referrers, &repo.lately.referrers),
            Listed::Paths => (&repo.history.paths, &repo.lately.paths),
        };
        let (Some(newest), Some(list)) = (self.newest, snapshots.last()) else { return };
        let place = || Place { name: repo.name().to_string(), href: scope.href(repo) };
        if list.taken.date_naive() + Days::new(13) >= newest {
            self.current += 1;
            self.busy += usize::from(!list.rows.is_empty());
            self.names.current(list, lately, place);
            if let Some(before) = fortnight_before(snapshots) {
                self.compared = true;
                self.names.before(before);
            }
        }
        let year = Span { first: newest - Days::new(26 * 14 - 1), last: newest };
        let first = self.names.longer(snapshots, year);
        self.windows = self.windows.max(first.1);
        self.first = [self.first, first.0].into_iter().flatten().min();
    }

    pub(in crate::report) fn finish(mut self, scope: &Scope<'_>, page: Chrome) -> RanksView {
        let words = scope.words;
        let spam = self.quarantine(scope);
        let column = match self.listed {
            Listed::Referrers => "referrers-column-site",
            Listed::Paths => "referrers-column-path",
        };
        let mut view = RanksView {
            page,
            role: scope.role.title.clone(),
            says: words.text("referrers-none"),
            column: words.text(column),
            recent: None,
            longer: None,
            spam: None,
        };
        let Some(newest) = self.newest else { return view };
        view.says = self.says(words, &spam);
        view.recent = Some(self.recent(words, newest));
        view.longer = (self.windows > 1).then(|| self.over_a_year(words, newest));
        view.spam = (!spam.is_empty()).then(|| quarantined(words, &spam));
        view
    }

    /// Takes made-up referrers out of the lists.
    fn quarantine(&mut self, scope: &Scope<'_>) -> Vec<SpamReferrer> {
        if self.listed == Listed::Paths {
            return Vec::new();
        }
        let busy = self.busy;
        let judge = |entry: &Entry| {
            let tally =
                Tally { repositories: entry.now.lists, views: entry.now.views, uniques_summed: entry.now.visitors };
            let spam = signal::spam_of(&entry.name, tally, busy, scope.spam);
            // What was listed before alone is judged by the list of domains only.
            spam.filter(|spam| tally.repositories > 0 || spam.reasons.contains(&SpamReason::Listed))
        };
        let mut spam = self.names.take(judge);
        spam.sort_by(|a, b| b.views.cmp(&a.views).then_with(|| a.name.cmp(&b.name)));
        spam
    }

    /// All views of the newest lists, with and without what is made up.
    fn says(&self, words: &Words, spam: &[SpamReferrer]) -> String {
        let made_up: u64 = spam.iter().map(|spam| spam.views).sum();
        let all = self.names.views;
        let raw = ("raw", all.into());
        let adjusted = ("adjusted", (all - made_up).into());
        match (self.listed, spam.len()) {
            (Listed::Paths, _) => words.say("referrers-total-paths", &[raw]),
            (_, 0) => words.say("referrers-total", &[raw]),
            (_, n) => words.say("referrers-total-adjusted", &[raw, adjusted, ("n", n.into())]),
        }
    }

    fn recent(&self, words: &Words, newest: Date) -> ListView {
        let ranks_before = self.names.ranks_before();
        let sorted = self.names.sorted(|entry| (entry.now.lists > 0).then_some(entry.now.views));
        let most = sorted.first().map_or(0, |entry| entry.now.views);
        let row = |(at, entry): (usize, &&Entry)| {
            let was = ranks_before.get(&entry.key).copied();
            RowView {
                rank: words.number(at as u64 + 1),
                moved: self.compared.then(|| moved(words, was, at + 1)),
                views: words.number(entry.now.views),
                hidden: self.names.hidden(words, &entry.now, self.names.bound_now),
                visitors: words.number(entry.now.visitors),
                bar: share(entry.now.views, most),
                first: entry.first.map_or_else(String::new, |date| words.day(date)),
                new: entry.first.is_some_and(|date| (newest - date).num_days() < NEW) && was.is_none(),
                ..named(words, entry)
            }
        };
        let rows: Vec<RowView> = sorted.iter().take(ROWS).enumerate().map(row).collect();
        let lists = ("n", self.current.into());
        let says = words.say("referrers-recent-says", &[("day", (&words.day(newest)).into()), lists]);
        ListView { says, hidden: bounded(&rows), moved: self.compared, rest: self.rest(words, sorted.len()), rows }
    }

    fn over_a_year(&self, words: &Words, newest: Date) -> ListView {
        let sorted = self.names.sorted(|entry| (entry.year.lists > 0).then_some(entry.year.views));
        let most = sorted.first().map_or(0, |entry| entry.year.views);
        let row = |(at, entry): (usize, &&Entry)| RowView {
            rank: words.number(at as u64 + 1),
            views: words.number(entry.year.views),
            hidden: self.names.hidden(words, &entry.year, self.names.bound_year),
            visitors: words.number(entry.year.visitors),
            bar: share(entry.year.views, most),
            ..named(words, entry)
        };
        let rows: Vec<RowView> = sorted.iter().take(ROWS).enumerate().map(row).collect();
        let days = words.span(Span { first: self.first.unwrap_or(newest), last: newest });
        let values = [("days", (&days).into()), ("n", self.windows.into())];
        let says = words.say("referrers-longer-says", &values);
        ListView { says, hidden: bounded(&rows), moved: false, rest: self.rest(words, sorted.len()), rows }
    }

    fn rest(&self, words: &Words, all: usize) -> Vec<String> {
        let more = all.saturating_sub(ROWS);
        let mut rest = Vec::new();
        if more > 0 {
            rest.push(words.say("referrers-rest", &[("n", more.into())]));
        }
        if self.names.dropped > 0 {
            rest.push(words.say("referrers-dropped", &[("views", self.names.dropped.into())]));
        }
        rest
    }
}

/// The list that ends just before the newest begins.
fn fortnight_before(snapshots: &[Snapshot]) -> Option<&Snapshot> {
    let [.., before, newest] = snapshots else { return None };
    let days = (newest.taken.date_naive() - before.taken.date_naive()).num_days();
    (14..=20).contains(&days).then_some(before)
}

fn named(words: &Words, entry: &Entry) -> RowView {
    let more = entry.repositories.saturating_sub(entry.top.len());
    RowView {
        rank: String::new(),
        moved: None,
        name: entry.name.to_string(),
        title: entry.title.as_deref().map(str::to_owned),
        views: String::new(),
        hidden: String::new(),
        visitors: String::new(),
        bar: 0,
        first: String::new(),
        new: false,
        places: entry.top.iter().map(|(_, place)| Place::clone(place)).collect(),
        more: if more > 0 { words.say("referrers-more-places", &[("n", more.into())]) } else { String::new() },
    }
}

fn bounded(rows: &[RowView]) -> bool {
    rows.iter().any(|row| !row.hidden.is_empty())
}

/// How many places a name rose or fell; the smaller a rank, the better.
fn moved(words: &Words, was: Option<usize>, now: usize) -> ChangeView {
    let places = |n: usize| words.number(n as u64);
    let (class, mark, spoken, text) = match was {
        None => ("new", "", String::new(), words.text("referrers-not-before")),
        Some(was) if was > now => ("up", "▲", words.text("change-up"), places(was - now)),
        Some(was) if was < now => ("down", "▼", words.text("change-down"), places(now - was)),
        Some(_) => ("flat", "=", words.text("referrers-same-rank"), String::new()),
    };
    let why = was.map_or_else(String::new, |was| words.say("referrers-rank-before", &[("n", was.into())]));
    ChangeView { class, mark, spoken, text, why }
}

fn quarantined(words: &Words, spam: &[SpamReferrer]) -> SpamView {
    let reason = |reason: &SpamReason| {
        words.text(match reason {
            SpamReason::Listed => "referrers-spam-listed",
            SpamReason::Everywhere => "referrers-spam-everywhere",
            SpamReason::NoOneComesBack => "referrers-spam-no-one-comes-back",
        })
    };
    let row = |spam: &SpamReferrer| SpamRow {
        name: spam.name.to_string(),
        reasons: spam.reasons.iter().map(reason).collect(),
        repositories: words.number(spam.repositories as u64),
        views: words.number(spam.views),
        visitors: words.number(spam.uniques_summed),
    };
    let rest = spam.len().saturating_sub(SPAM);
    SpamView {
        says: words.say("referrers-spam-says", &[("n", spam.len().into())]),
        version: words.say("referrers-spam-version", &[("version", signal::list_version().into())]),
        rows: spam.iter().take(SPAM).map(row).collect(),
        rest: if rest > 0 { words.say("referrers-rest", &[("n", rest.into())]) } else { String::new() },
    }
}
