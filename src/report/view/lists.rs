//! The newest lists of referrers and paths of several repositories, added up.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Days;
use serde::Serialize;

use super::share;
use super::top::Top;
use crate::domain::Date;
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::signal::{self, Tally};
use crate::report::locale::Words;

/// A list that is older than the newest by this many days speaks of other days.
const APART: u64 = 13;

/// A list as its template shows it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    says: String,
    rows: Vec<ListedRow>,
}

#[derive(Debug, Serialize)]
struct ListedRow {
    name: String,
    title: Option<String>,
    /// In how many lists it was.
    detail: String,
    views: String,
    visitors: String,
    bar: u64,
}

/// Views, visitors, and in how many lists.
type Sums = BTreeMap<Arc<str>, [u64; 3]>;

/// Something collected from lists, apart by the day that they were taken.
struct ByDay<T> {
    days: BTreeMap<Date, (u64, T)>,
}

impl<T: Default> ByDay<T> {
    /// Where a list of that day belongs, and nowhere if others are newer by two weeks.
    fn at(&mut self, taken: Date) -> Option<&mut T> {
        let newest = self.days.last_key_value().map_or(taken, |(newest, _)| (*newest).max(taken));
        self.days.retain(|day, _| *day + Days::new(APART) >= newest);
        let (lists, value) = (taken + Days::new(APART) >= newest).then(|| self.days.entry(taken).or_default())?;
        *lists += 1;
        Some(value)
    }

    fn says(&self, words: &Words) -> Option<String> {
        let (newest, _) = self.days.last_key_value()?;
        let lists: u64 = self.days.values().map(|(lists, _)| lists).sum();
        let repositories = words.say("count-repositories", &[("n", lists.into())]);
        let day = words.day(*newest);
        Some(words.say("overview-lists", &[("day", (&day).into()), ("repositories", (&repositories).into())]))
    }
}

/// What referrers have on one day, and how many lists name any.
#[derive(Default)]
struct Named {
    sums: Sums,
    lists: usize,
}

/// Referrers, added up by name.
pub(super) struct Referrers {
    days: ByDay<Named>,
}

impl Referrers {
    pub(super) fn new() -> Referrers {
        Referrers { days: ByDay { days: BTreeMap::new() } }
    }

    pub(super) fn add(&mut self, newest: &Snapshot) {
        let Some(named) = self.days.at(newest.taken.date_naive()) else { return };
        named.lists += usize::from(!newest.rows.is_empty());
        for row in &newest.rows {
            let [views, visitors, lists] = named.sums.entry(Arc::clone(&row.name)).or_default();
            *views += row.count;
            *visitors += row.uniques;
            *lists += 1;
        }
    }

    /// Those with most views, without what the page of referrers puts into quarantine; `extra` are more domains of spam.
    pub(super) fn finish(self, words: &Words, extra: &[String], most: usize) -> Option<Listed> {
        let says = self.days.says(words)?;
        let (mut sums, mut lists) = (Sums::new(), 0);
        for (_, named) in self.days.days.into_values() {
            lists += named.lists;
            for (name, of_day) in named.sums {
                let sum = sums.entry(name).or_default();
                sum.iter_mut().zip(of_day).for_each(|(sum, value)| *sum += value);
            }
        }
        sums.retain(|name, [views, visitors, within]| {
            let tally = Tally { repositories: *within as usize, views: *views, uniques_summed: *visitors };
            signal::spam_of(name, tally, lists, extra).is_none()
        });
        let mut top = Top::new(most);
        sums.into_iter().for_each(|(name, sum)| top.offer(sum[0], || (name, sum)));
        let rows = top.into_rows();
        let largest = rows.first().map_or(0, |(views, _)| *views);
        let row = |(views, (name, [_, visitors, lists])): (u64, (Arc<str>, [u64; 3]))| ListedRow {
            name: name.to_string(),
            title: None,
            detail: if lists > 1 { words.say("count-repositories", &[("n", lists.into())]) } else { String::new() },
            views: words.number(views),
            visitors: words.number(visitors),
            bar: share(views, largest),
        };
        Some(Listed { says, rows: rows.into_iter().map(row).collect() })
    }
}

/// Paths: each begins with its repository's name, so no two lists share one.
pub(super) struct Paths {
    days: ByDay<Largest>,
}

struct Largest(Top<u64, Ranked>);

/// As many as any page shows.
const PATHS: usize = 10;

impl Default for Largest {
    fn default() -> Self {
        Largest(Top::new(PATHS))
    }
}

impl Paths {
    pub(super) fn new() -> Paths {
        Paths { days: ByDay { days: BTreeMap::new() } }
    }

    pub(super) fn add(&mut self, newest: &Snapshot) {
        let Some(Largest(top)) = self.days.at(newest.taken.date_naive()) else { return };
        newest.rows.iter().for_each(|row| top.offer(row.count, || row.clone()));
    }

    pub(super) fn finish(self, words: &Words, most: usize) -> Option<Listed> {
        let says = self.days.says(words)?;
        let mut top = Top::new(most);
        let all = self.days.days.into_values().flat_map(|(_, Largest(top))| top.into_rows());
        all.for_each(|(views, row)| top.offer(views, || row));
        let rows = top.into_rows();
        let largest = rows.first().map_or(0, |(views, _)| *views);
        let row = |(views, row): (u64, Ranked)| ListedRow {
            name: row.name.to_string(),
            title: row.title.as_deref().map(str::to_owned),
            detail: String::new(),
            views: words.number(views),
            visitors: words.number(row.uniques),
            bar: share(views, largest),
        };
        Some(Listed { says, rows: rows.into_iter().map(row).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::english;

    fn list(taken: &str, rows: &[(&str, u64)]) -> Snapshot {
        let row = |(name, count): &(&str, u64)| Ranked { name: (*name).into(), title: None, count: *count, uniques: 1 };
        Snapshot { taken: format!("{taken}T02:00:00Z").parse().unwrap(), rows: rows.iter().map(row).collect() }
    }

    #[test]
    fn lists_are_added_up_by_name_and_old_ones_left_out_whatever_their_order() {
        let lists = [
            list("2026-11-01", &[("old", 900)]),
            list("2026-11-20", &[("a", 5), ("b", 3)]),
            list("2026-11-08", &[("b", 4)]),
        ];
        for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
            let mut referrers = Referrers::new();
            order.into_iter().for_each(|at| referrers.add(&lists[at]));
            let listed = referrers.finish(&english(), &[], 10).unwrap();
            let rows: Vec<_> = listed.rows.iter().map(|row| (row.name.as_str(), row.views.as_str())).collect();
            assert_eq!(rows, [("b", "7"), ("a", "5")]);
            assert!(listed.says.contains("20 Nov 2026") && listed.says.contains("2 repositories"), "{}", listed.says);
        }
    }

    #[test]
    fn what_an_operator_takes_for_spam_is_left_out_of_the_sums() {
        let mut referrers = Referrers::new();
        referrers.add(&list("2026-11-20", &[("win.prizes.example", 50), ("blog.example", 3)]));
        let listed = referrers.finish(&english(), &["prizes.example".to_owned()], 10).unwrap();
        assert_eq!(listed.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["blog.example"]);
    }

    #[test]
    fn the_most_viewed_paths_of_all_lists_come_first() {
        let mut paths = Paths::new();
        paths.add(&list("2026-11-20", &[("/a/a", 5), ("/a/a/b", 3)]));
        paths.add(&list("2026-11-19", &[("/c/c", 4)]));
        let listed = paths.finish(&english(), 2).unwrap();
        assert_eq!(listed.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["/a/a", "/c/c"]);
    }
}
