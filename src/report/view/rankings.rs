//! Referrers and popular paths as ranked tables.

use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use super::share;
use crate::domain::ranking::{self, Snapshot};
use crate::domain::traffic::Span;
use crate::report::locale::Words;

/// A ranked table, largest first.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Ranking {
    /// Which days, and what was added up.
    pub(in crate::report) says: String,
    pub(in crate::report) rows: Vec<RankRow>,
}

#[derive(Debug, Serialize)]
pub(in crate::report) struct RankRow {
    name: String,
    /// A path's page title.
    title: Option<String>,
    /// In how many lists it was.
    detail: String,
    views: String,
    visitors: String,
    /// What it can have had besides, below tenth place.
    hidden: String,
    bar: u64,
}

impl Ranking {
    /// Shortens the paths below `prefix`, ASCII case aside.
    pub(in crate::report) fn below(&mut self, prefix: &str) {
        for row in &mut self.rows {
            let Some((start, rest)) = row.name.split_at_checked(prefix.len()) else { continue };
            let own = start.eq_ignore_ascii_case(prefix) && (rest.is_empty() || rest.starts_with('/'));
            if own {
                row.name = if rest.is_empty() { "Front page".to_owned() } else { rest.to_owned() };
            }
        }
    }
}

/// The newest list as GitHub gave it.
pub(in crate::report) fn newest(words: &Words, snapshots: &[Snapshot]) -> Option<Ranking> {
    let snapshot = snapshots.last()?;
    let most = snapshot.rows.first().map_or(0, |row| row.count);
    let row = |row: &ranking::Ranked| RankRow {
        name: row.name.to_string(),
        title: row.title.as_deref().map(str::to_owned),
        detail: String::new(),
        views: words.number(row.count),
        visitors: words.number(row.uniques),
        hidden: String::new(),
        bar: share(row.count, most),
    };
    let says = format!("The 14 days to {}, as GitHub lists them.", words.day(snapshot.taken.date_naive()));
    Some(Ranking { says, rows: snapshot.rows.iter().map(row).collect() })
}

/// Lists that do not overlap, added up over a year before the newest.
pub(in crate::report) fn longer(words: &Words, snapshots: &[Snapshot], rows: usize) -> Option<Ranking> {
    let last = snapshots.last()?.taken.date_naive();
    let totals = ranking::totals(snapshots, Span { first: last - Days::new(26 * 14 - 1), last });
    if totals.windows.len() < 2 {
        return None;
    }
    let most = totals.rows.first().map_or(0, |row| row.count);
    let row = |total: &ranking::Total| RankRow {
        name: total.name.to_string(),
        title: total.title.as_deref().map(str::to_owned),
        detail: String::new(),
        views: words.number(total.count),
        visitors: words.number(total.uniques_summed),
        hidden: if total.hidden == 0 { String::new() } else { words.number(total.hidden) },
        bar: share(total.count, most),
    };
    let first = totals.windows.last().map_or(last, |window| window.first);
    let says = format!(
        "{} lists of 14 days between {}, added up; they do not overlap.",
        totals.windows.len(),
        words.span(Span { first, last })
    );
    Some(Ranking { says, rows: totals.rows.iter().take(rows).map(row).collect() })
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
    let mut lists = 0_u32;
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
    let row = |(name, (views, visitors, repositories)): &(&str, (u64, u64, u64))| RankRow {
        name: (*name).to_owned(),
        title: None,
        detail: if *repositories > 1 { format!("{} repositories", words.number(*repositories)) } else { String::new() },
        views: words.number(*views),
        visitors: words.number(*visitors),
        hidden: String::new(),
        bar: share(*views, most),
    };
    let says = format!(
        "The 14 days to {}: the top ten of {}, added up.",
        words.day(last),
        words.say("count-repositories", &[("n", u64::from(lists).into())])
    );
    Some(Ranking { says, rows: sorted.iter().take(rows).map(row).collect() })
}
