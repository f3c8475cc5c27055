//! Referrers and popular paths as ranked tables.

use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use super::{ChangeView, share};
use crate::domain::ranking::{self, Ranked, Snapshot};
use crate::domain::traffic::Span;
use crate::report::locale::Words;
use crate::report::notable::Seen;

/// Who came in so many days before the newest list is new in it.
const NEW: u64 = 7;
/// Of who came in so many it is said when.
const LATE: u64 = 56;

/// A ranked table, largest first.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Ranking {
    /// Which days, and what was added up.
    pub(in crate::report) says: String,
    pub(in crate::report) rows: Vec<RankRow>,
    /// What was taken for spam, with the views that it leaves.
    pub(in crate::report) apart: String,
}

#[derive(Debug, Serialize)]
pub(in crate::report) struct RankRow {
    name: String,
    /// A path's page title.
    title: Option<String>,
    /// In how many lists it was, or since when.
    detail: String,
    /// It was in no list a week before.
    new: bool,
    /// How many places it rose or fell since the list two weeks before.
    moved: Option<ChangeView>,
    views: String,
    visitors: String,
    /// What it can have had besides, below tenth place.
    hidden: String,
    bar: u64,
}

impl RankRow {
    fn new(words: &Words, name: &str, (views, visitors): (u64, u64), most: u64) -> RankRow {
        RankRow {
            name: name.to_owned(),
            title: None,
            detail: String::new(),
            new: false,
            moved: None,
            views: words.number(views),
            visitors: words.number(visitors),
            hidden: String::new(),
            bar: share(views, most),
        }
    }
}

impl Ranking {
    /// Shortens the paths below `prefix`, ASCII case aside.
    pub(in crate::report) fn below(&mut self, words: &Words, prefix: &str) {
        for row in &mut self.rows {
            let Some((start, rest)) = row.name.split_at_checked(prefix.len()) else { continue };
            let own = start.eq_ignore_ascii_case(prefix) && (rest.is_empty() || rest.starts_with('/'));
            if own {
                row.name = if rest.is_empty() { words.text("charts-front-page") } else { rest.to_owned() };
            }
        }
    }
}

/// The newest list as GitHub gave it, without `spam`: what came new, and how places changed since two weeks before.
pub(in crate::report) fn newest(
    words: &Words,
    snapshots: &[Snapshot],
    seen: &Seen,
    spam: &[String],
) -> Option<Ranking> {
    let (snapshot, earlier) = snapshots.split_last()?;
    let (before, taken) = (earlier.last(), snapshot.taken.date_naive());
    let good = |row: &&Ranked| !spam.iter().any(|name| *name == *row.name);
    let most = snapshot.rows.iter().find(good).map_or(0, |row| row.count);
    // Where lists reach back no further, everybody would be new.
    let told = |days: u64| seen.since.is_some_and(|since| since < taken - Days::new(days));
    let rows = snapshot.rows.iter().enumerate().filter(|(_, row)| good(row)).map(|(at, row)| {
        let first = seen.first.get(at).copied().unwrap_or(taken);
        let within = |days: u64| told(days) && first > taken - Days::new(days);
        let since = words.day(first);
        RankRow {
            title: row.title.as_deref().map(str::to_owned),
            detail: match within(LATE) {
                true => words.say("charts-first-seen", &[("when", (&since).into())]),
                false => String::new(),
            },
            new: within(NEW),
            moved: before.and_then(|before| moved(words, &row.name, at, before)),
            ..RankRow::new(words, &row.name, (row.count, row.uniques), most)
        }
    });
    let to = words.day(taken);
    Some(Ranking {
        says: words.say("charts-list-newest", &[("to", (&to).into())]),
        rows: rows.collect(),
        apart: apart(words, &snapshot.rows, spam),
    })
}

fn moved(words: &Words, name: &str, at: usize, before: &Snapshot) -> Option<ChangeView> {
    let was = before.rows.iter().position(|row| *row.name == *name).filter(|was| *was != at)?;
    let (class, mark, key) =
        if was > at { ("up", "▲", "charts-places-up") } else { ("down", "▼", "charts-places-down") };
    let text = words.number(was.abs_diff(at) as u64);
    let why = words.say(key, &[("n", was.abs_diff(at).into())]);
    Some(ChangeView { class, mark, spoken: String::new(), text, why })
}

/// `Left out as spam: …`, with the views of all rows and of those that are left.
fn apart(words: &Words, rows: &[Ranked], spam: &[String]) -> String {
    let bad = || rows.iter().filter(|row| spam.iter().any(|name| *name == *row.name));
    let names: Vec<String> = bad().map(|row| format!("{} ({})", row.name, words.number(row.count))).collect();
    let raw: u64 = rows.iter().map(|row| row.count).sum();
    let left = raw - bad().map(|row| row.count).sum::<u64>();
    let names = names.join(" · ");
    let values = [("names", (&names).into()), ("raw", raw.into()), ("left", left.into())];
    if names.is_empty() { names } else { words.say("charts-spam-apart", &values) }
}

/// Lists that do not overlap, added up over a year before the newest, without `spam`.
pub(in crate::report) fn longer(
    words: &Words,
    snapshots: &[Snapshot],
    rows: usize,
    spam: &[String],
) -> Option<Ranking> {
    let last = snapshots.last()?.taken.date_naive();
    let mut totals = ranking::totals(snapshots, Span { first: last - Days::new(26 * 14 - 1), last });
    if totals.windows.len() < 2 {
        return None;
    }
    totals.rows.retain(|total| !spam.iter().any(|name| *name == *total.name));
    let most = totals.rows.first().map_or(0, |row| row.count);
    let row = |total: &ranking::Total| RankRow {
        title: total.title.as_deref().map(str::to_owned),
        hidden: match total.hidden {
            0 => String::new(),
            hidden => words.say("charts-hidden", &[("n", hidden.into())]),
        },
        ..RankRow::new(words, &total.name, (total.count, total.uniques_summed), most)
    };
    let first = totals.windows.last().map_or(last, |window| window.first);
    let days = words.span(Span { first, last });
    let values = [("n", totals.windows.len().into()), ("days", (&days).into())];
    Some(Ranking {
        says: words.say("charts-list-longer", &values),
        rows: totals.rows.iter().take(rows).map(row).collect(),
        apart: String::new(),
    })
}

/// The newest lists of several repositories added up by name; lists that are two weeks older than the newest are left out.
pub(in crate::report) fn together<'a>(
    words: &Words,
    newest: impl Iterator<Item = &'a Snapshot> + Clone,
    rows: usize,
) -> Option<Ranking> {
    let last = newest.clone().map(|snapshot| snapshot.taken).max()?.date_naive();
    let current = newest.filter(|snapshot| snapshot.taken.date_naive() + Days::new(13) >= last);
    let mut sums: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    let mut lists = 0_u64;
    for snapshot in current {
        lists += 1;
        for row in &snapshot.rows {
            let sum = sums.entry(&row.name).or_default();
            *sum = (sum.0 + row.count, sum.1 + row.uniques, sum.2 + 1);
        }
    }
    let mut sorted: Vec<_> = sums.into_iter().collect();
    sorted.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    let most = sorted.first().map_or(0, |(_, sum)| sum.0);
    let counted = |n: u64| words.say("count-repositories", &[("n", n.into())]);
    let row = |(name, (views, visitors, repositories)): &(&str, (u64, u64, u64))| RankRow {
        detail: if *repositories > 1 { counted(*repositories) } else { String::new() },
        ..RankRow::new(words, name, (*views, *visitors), most)
    };
    let (to, lists) = (words.day(last), counted(lists));
    Some(Ranking {
        says: words.say("charts-list-together", &[("to", (&to).into()), ("repositories", (&lists).into())]),
        rows: sorted.iter().take(rows).map(row).collect(),
        apart: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{date, english};

    fn snapshot(taken: &str, rows: &[(&str, u64)]) -> Snapshot {
        let row = |(name, count): &(&str, u64)| Ranked { name: (*name).into(), title: None, count: *count, uniques: 1 };
        Snapshot { taken: format!("{taken}T02:00:00Z").parse().unwrap(), rows: rows.iter().map(row).collect() }
    }

    #[test]
    fn a_row_tells_where_it_was_and_whether_it_is_new() {
        let lists = [
            snapshot("2026-11-09", &[("Google", 9), ("Bing", 5)]),
            snapshot("2026-11-23", &[("Bing", 8), ("Google", 7), ("new.example", 2), ("late.example", 1)]),
        ];
        let first = ["2026-01-01", "2026-01-01", "2026-11-20", "2026-11-01"].map(date).into();
        let seen = Seen { since: Some(date("2026-01-01")), first };
        let ranking = newest(&english(), &lists, &seen, &[]).unwrap();
        let told: Vec<_> =
            ranking.rows.iter().map(|row| (row.new, row.moved.as_ref().map(|moved| moved.mark))).collect();
        assert_eq!(told, [(false, Some("▲")), (false, Some("▼")), (true, None), (false, None)]);
        assert_eq!(ranking.rows[0].detail, "");
        assert_eq!(ranking.rows[3].detail, "first seen 1 Nov 2026");
        let young = Seen { since: Some(date("2026-11-20")), ..seen };
        assert!(newest(&english(), &lists, &young, &[]).unwrap().rows.iter().all(|row| !row.new));
    }

    #[test]
    fn spam_is_told_apart_with_the_views_it_leaves() {
        let lists = [snapshot("2026-11-23", &[("semalt.com", 30), ("Google", 7)])];
        let ranking = newest(&english(), &lists, &Seen::default(), &["semalt.com".to_owned()]).unwrap();
        assert_eq!(ranking.rows.len(), 1);
        assert_eq!((ranking.rows[0].name.as_str(), ranking.rows[0].bar), ("Google", 100));
        assert_eq!(
            ranking.apart,
            "Left out as referrer spam: semalt.com (30). The list has 37 views with it and 7 without."
        );
    }

    #[test]
    fn paths_below_the_repository_are_shortened_and_others_are_not() {
        let lists = [snapshot("2026-11-23", &[("/Acme/open", 9), ("/acme/open/issues", 7), ("/acme/opener", 2)])];
        let mut ranking = newest(&english(), &lists, &Seen::default(), &[]).unwrap();
        ranking.below(&english(), "/acme/open");
        assert_eq!(
            ranking.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
            ["Front page", "/issues", "/acme/opener"]
        );
    }
}
