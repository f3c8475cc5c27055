//! Names of many lists added up, within bounds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::domain::Date;
use crate::domain::ranking::{self, Snapshot};
use crate::domain::traffic::Span;
use crate::report::locale::Words;

/// At so many names those of fewest views are left out: half of them.
const MOST: usize = 20_000;

/// How many repositories a name is shown with.
const PLACES: usize = 3;

/// A repository to be linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) href: Option<String>,
}

/// What a name has over some lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) views: u64,
    /// 14-day visitors added up.
    pub(super) visitors: u64,
    pub(super) lists: usize,
    /// What those lists hide below their tenth place, which is not this name.
    seen: u64,
    /// What the other lists of the same repositories hide.
    missed: u64,
}

/// One name.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) title: Option<Arc<str>>,
    pub(super) now: Sums,
    before: u64,
    pub(super) year: Sums,
    /// The first list that has it, of those names that are in the newest lists.
    pub(super) first: Option<Date>,
    /// How many repositories have it in their newest list, and those with most views.
    pub(super) repositories: usize,
    pub(super) top: Vec<(u64, Arc<Place>)>,
}

/// Names by what they are counted under.
#[derive(Debug)]
pub(super) struct Names {
    /// Whether a name may be in the lists of several repositories, spelt one way or another.
    common: bool,
    entries: HashMap<Arc<str>, Entry>,
    most: usize,
    /// The views of all newest lists.
    pub(super) views: u64,
    /// What all newest lists, and all lists of a year, hide below their tenth place.
    pub(super) bound_now: u64,
    pub(super) bound_year: u64,
    /// The most views that a name which was left out can have had; 0 where none was.
    pub(super) dropped: u64,
}

impl Names {
    pub(super) fn new(common: bool) -> Names {
        Names { common, entries: HashMap::new(), most: MOST, views: 0, bound_now: 0, bound_year: 0, dropped: 0 }
    }

    /// Adds the newest list of a repository, with the day each of its names was first listed.
    pub(super) fn current(&mut self, list: &Snapshot, first: &[(Arc<str>, Date)], place: impl Fn() -> Place) {
        let bound = list.below_tenth_place();
        self.bound_now += bound;
        let mut shared = None;
        for row in &list.rows {
            self.views += row.count;
            let entry = self.entry(&row.name, row.title.as_ref());
            entry.now.views += row.count;
            entry.now.visitors += row.uniques;
            entry.now.lists += 1;
            entry.now.seen += bound;
            entry.repositories += 1;
            let listed = first.iter().find(|(name, _)| *name == row.name).map(|(_, date)| *date);
            entry.first = [entry.first, listed].into_iter().flatten().min();
            if entry.top.len() < PLACES || entry.top.last().is_some_and(|(views, _)| *views < row.count) {
                let place = shared.get_or_insert_with(|| Arc::new(place())).clone();
                entry.top.push((row.count, place));
                entry.top.sort_by_key(|(views, _)| std::cmp::Reverse(*views));
                entry.top.truncate(PLACES);
            }
        }
    }

    /// Adds the list two weeks before.
    pub(super) fn before(&mut self, list: &Snapshot) {
        for row in &list.rows {
            self.entry(&row.name, row.title.as_ref()).before += row.count;
        }
    }

    /// Adds up the lists of a repository in `span` that do not overlap: the first day and the number of them.
    pub(super) fn longer(&mut self, lists: &[Snapshot], span: Span) -> (Option<Date>, usize) {
        let totals = ranking::totals(lists, span);
        let bound: u64 = ranking::disjoint(lists, span).iter().map(|list| list.below_tenth_place()).sum();
        self.bound_year += bound;
        for row in &totals.rows {
            let entry = self.entry(&row.name, row.title.as_ref());
            entry.year.views += row.count;
            entry.year.visitors += row.uniques_summed;
            entry.year.lists += 1;
            entry.year.seen += bound.saturating_sub(row.hidden);
            entry.year.missed += row.hidden;
        }
        (totals.windows.last().map(|window| window.first), totals.windows.len())
    }

    /// What a name can have had besides: in lists that do not have it no more than their tenth place had.
    pub(super) fn hidden(&self, words: &Words, sums: &Sums, all: u64) -> String {
        // A path is one repository's: no other one's lists can hide it.
        let hidden = if self.common { all.saturating_sub(sums.seen) } else { sums.missed };
        if hidden == 0 {
            return String::new();
        }
        let hidden = words.number(hidden);
        words.say("referrers-hidden", &[("n", (&hidden).into())])
    }

    /// Those that have a figure, largest first.
    pub(super) fn sorted(&self, figure: impl Fn(&Entry) -> Option<u64>) -> Vec<&Entry> {
        let mut found: Vec<(u64, &Entry)> =
            self.entries.values().filter_map(|entry| Some((figure(entry)?, entry))).collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The place that each name had two weeks before.
    pub(super) fn ranks_before(&self) -> BTreeMap<Arc<str>, usize> {
        let sorted = self.sorted(|entry| (entry.before > 0).then_some(entry.before));
        sorted.into_iter().enumerate().map(|(at, entry)| (entry.key.clone(), at + 1)).collect()
    }

    /// Takes out whatever is judged.
    pub(super) fn take<T>(&mut self, judge: impl Fn(&Entry) -> Option<T>) -> Vec<T> {
        let mut taken = Vec::new();
        self.entries.retain(|_, entry| match judge(entry) {
            Some(found) => {
                taken.push(found);
                false
            }
            None => true,
        });
        taken
    }

    fn entry(&mut self, name: &Arc<str>, title: Option<&Arc<str>>) -> &mut Entry {
        let key: Arc<str> = if self.common { name.to_lowercase().into() } else { name.clone() };
        if self.entries.len() >= self.most && !self.entries.contains_key(&key) {
            self.prune();
        }
        let entry = self.entries.entry(key.clone()).or_insert_with(|| Entry {
            key,
            name: name.clone(),
            title: None,
            now: Sums::default(),
            before: 0,
            year: Sums::default(),
            first: None,
            repositories: 0,
            top: Vec::new(),
        });
        if entry.title.is_none() {
            entry.title = title.cloned();
        }
        entry
    }

    fn prune(&mut self) {
        let weight = |entry: &Entry| entry.now.views.max(entry.year.views).max(entry.before);
        let mut order: Vec<(u64, Arc<str>)> =
            self.entries.values().map(|entry| (weight(entry), entry.key.clone())).collect();
        order.sort_by(|a, b| b.cmp(a));
        for (weight, key) in order.drain(self.most / 2..) {
            self.dropped = self.dropped.max(weight);
            self.entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ranking::Ranked;
    use crate::report::fixture::{english, span};

    fn list(day: &str, rows: &[(&str, u64)]) -> Snapshot {
        let row = |(name, count): &(&str, u64)| Ranked { name: (*name).into(), title: None, count: *count, uniques: 1 };
        let taken = format!("{day}T02:00:00Z").parse().unwrap();
        Snapshot { taken, rows: rows.iter().map(row).collect() }
    }

    fn place() -> Place {
        Place { name: "acme/a".to_owned(), href: None }
    }

    #[test]
    fn names_of_fewest_views_give_way_and_it_is_told_how_many_views_they_had() {
        let mut names = Names { most: 4, ..Names::new(true) };
        names.current(&list("2026-11-24", &[("a", 9), ("b", 7), ("c", 5), ("d", 3), ("e", 8)]), &[], place);
        let kept: Vec<&str> = names.sorted(|entry| Some(entry.now.views)).iter().map(|entry| &*entry.name).collect();
        assert_eq!((kept, names.dropped, names.views), (vec!["a", "e", "b"], 5, 32));
    }

    #[test]
    fn a_site_can_be_hidden_in_every_full_list_and_a_path_only_in_its_own() {
        let full: Vec<(String, u64)> = (0..10).map(|n| (format!("site-{n}"), 20 - n)).collect();
        let full: Vec<(&str, u64)> = full.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        let hidden = |common: bool| {
            let mut names = Names::new(common);
            names.current(&list("2026-11-24", &full), &[], place);
            names.current(&list("2026-11-24", &[("rare", 3)]), &[], place);
            let rare = names.sorted(|entry| (&*entry.name == "rare").then_some(1))[0].now;
            names.hidden(&english(), &rare, names.bound_now)
        };
        assert_eq!((hidden(true).as_str(), hidden(false).as_str()), ("≤ 11 more", ""));
    }

    #[test]
    fn a_year_adds_up_lists_that_do_not_overlap_and_bounds_the_others() {
        let full: Vec<(String, u64)> = (0..10).map(|n| (format!("site-{n}"), 20 - n)).collect();
        let full: Vec<(&str, u64)> = full.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        let lists =
            [list("2026-11-01", &[("rare", 3)]), list("2026-11-10", &[("rare", 90)]), list("2026-11-24", &full)];
        let mut names = Names::new(false);
        let told = names.longer(&lists, span("2026-01-01", "2026-11-24"));
        assert_eq!(told.1, 2, "the newest, and of the others the one that does not overlap");
        let rare = names.sorted(|entry| (&*entry.name == "rare").then_some(1))[0].year;
        assert_eq!((rare.views, names.hidden(&english(), &rare, names.bound_year).as_str()), (90, "≤ 11 more"));
    }

    #[test]
    fn one_site_spelt_two_ways_is_one_and_two_paths_are_two() {
        for (common, expected) in [(true, 1), (false, 2)] {
            let mut names = Names::new(common);
            names.current(&list("2026-11-24", &[("Google", 9), ("google", 1)]), &[], place);
            assert_eq!(names.sorted(|entry| Some(entry.now.views)).len(), expected);
        }
    }
}
