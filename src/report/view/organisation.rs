//! The page of one owner within a role, and the list of all owners.

use std::collections::BTreeMap;

use serde::Serialize;

use super::front::{Collector, Front, Limits};
use super::starred::concluded;
use super::top::Top;
use super::{ChangeView, Chrome, Scope, amount, change, recent, share, sort_of};
use crate::report::figures::{Metric, Total};
use crate::report::group::{Compared, Frame, Group, State, Than};
use crate::report::names;
use crate::report::stock::Repo;

const LIMITS: Limits = Limits { rows: 200, ranks: 10, stood: 8 };

/// How many owners the list names.
const OWNERS: usize = 500;

/// `organisation.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct OrganisationView {
    page: Chrome,
    role: String,
    extent: String,
    front: Front,
}

/// Collects the page of one owner, told of that owner's repositories alone.
pub(in crate::report) struct Organisation {
    collector: Collector,
}

impl Organisation {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Organisation {
        Organisation { collector: Collector::new(scope, LIMITS) }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.collector.add(scope, repo);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, group: &Group, page: Chrome) -> OrganisationView {
        OrganisationView {
            page,
            role: scope.role.title.clone(),
            extent: scope.extent_in_words(),
            front: self.collector.finish(scope, group),
        }
    }
}

/// `organisations.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct OrganisationsView {
    page: Chrome,
    role: String,
    says: String,
    days: String,
    rows: Vec<OwnerRow>,
    rest: String,
}

#[derive(Debug, Serialize)]
struct OwnerRow {
    name: String,
    href: String,
    repositories: String,
    repositories_sort: usize,
    newcomers: String,
    views: String,
    views_sort: u64,
    bar: u64,
    change: ChangeView,
    change_sort: String,
    year: ChangeView,
    year_sort: String,
    visitors: String,
    visitors_sort: u64,
    clones: String,
    clones_sort: u64,
    clones_change: ChangeView,
    clones_change_sort: String,
}

/// What an owner's repositories have together.
struct OwnerSum {
    name: String,
    repositories: usize,
    newcomers: usize,
    views: Figure,
    clones: Figure,
}

impl OwnerSum {
    fn of(repo: &Repo) -> OwnerSum {
        let figure = || Figure { count: 0, uniques: 0, known: false, whole: true, before: NONE, year: NONE };
        let name = repo.name().owner().to_owned();
        OwnerSum { name, repositories: 0, newcomers: 0, views: figure(), clones: figure() }
    }
}

/// One of their figures over four weeks.
struct Figure {
    count: u64,
    uniques: u64,
    known: bool,
    whole: bool,
    before: Compared,
    year: Compared,
}

const NONE: Compared = Compared { of: 0, ..Compared::NOTHING };

impl Figure {
    fn add(&mut self, scope: &Scope<'_>, repo: &Repo, metric: Metric) {
        let Some(settled) = scope.settled else { return };
        let Some(total) = repo.daily.total(recent(settled), metric) else { return };
        self.count += total.count;
        self.uniques += total.uniques;
        self.known |= total.known > 0;
        // A repository that began within the days has nothing before: its sum lacks nothing.
        self.whole &= total.missing == 0 && total.pending == 0;
        for (compared, than) in [(&mut self.before, Than::Before), (&mut self.year, Than::YearBefore)] {
            compared.of += 1;
            let (_, then) = Frame::Recent.spans(settled, than);
            let was = repo.daily.total(then, metric).filter(Total::whole);
            if let Some(was) = was.filter(|_| total.whole()) {
                compared.before += was.count;
                compared.now += total.count;
                compared.repositories += 1;
            }
        }
    }

    fn state(&self) -> State {
        match (self.known, self.whole) {
            (false, _) => State::Unknown,
            (true, true) => State::Whole,
            (true, false) => State::Partial,
        }
    }
}

/// Collects the list of owners: a few sums of each.
pub(in crate::report) struct Organisations {
    by_path: BTreeMap<String, OwnerSum>,
}

impl Organisations {
    pub(in crate::report) fn new() -> Organisations {
        Organisations { by_path: BTreeMap::new() }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let path = names::organisation(&repo.history.repository);
        let sum = self.by_path.entry(path).or_insert_with(|| OwnerSum::of(repo));
        sum.repositories += 1;
        sum.views.add(scope, repo, Metric::Views);
        sum.clones.add(scope, repo, Metric::Clones);
        let began = repo.daily.extent().zip(scope.settled);
        sum.newcomers += usize::from(began.is_some_and(|(own, settled)| own.first > recent(settled).before().first));
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> OrganisationsView {
        let words = scope.words;
        let mut top = Top::new(OWNERS);
        for (path, sum) in self.by_path {
            top.offer((sum.views.known, sum.views.count), || (path, sum));
        }
        let rest = top.left_out();
        let rows = top.into_rows();
        let most = rows.first().map_or(0, |((_, views), _)| *views);
        OrganisationsView {
            page,
            role: scope.role.title.clone(),
            says: match scope.settled {
                Some(_) => words.say("organisation-list-says", &[("n", scope.owners.into())]),
                None => words.text("overview-nothing"),
            },
            days: scope.settled.map_or_else(String::new, |settled| words.span(recent(settled))),
            rows: rows.into_iter().map(|(_, (path, sum))| row(scope, path, sum, most)).collect(),
            rest: if rest == 0 { String::new() } else { words.say("organisation-rest", &[("n", rest.into())]) },
        }
    }
}

fn row(scope: &Scope<'_>, href: String, sum: OwnerSum, most: u64) -> OwnerRow {
    let words = scope.words;
    let (views, clones) = (&sum.views, &sum.clones);
    let [before, year, clones_before] = [views.before, views.year, clones.before].map(concluded);
    OwnerRow {
        name: sum.name,
        href,
        repositories: words.number(sum.repositories as u64),
        repositories_sort: sum.repositories,
        newcomers: match sum.newcomers {
            0 => String::new(),
            n => words.say("organisation-new", &[("n", n.into())]),
        },
        views: amount(words, views.state(), views.count),
        views_sort: views.count,
        bar: share(views.count, most),
        change: change(words, &before),
        change_sort: sort_of(before.change),
        year: change(words, &year),
        year_sort: sort_of(year.change),
        visitors: amount(words, views.state(), views.uniques),
        visitors_sort: views.uniques,
        clones: amount(words, clones.state(), clones.count),
        clones_sort: clones.count,
        clones_change: change(words, &clones_before),
        clones_change_sort: sort_of(clones_before.change),
    }
}
