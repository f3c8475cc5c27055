//! How often the files of releases were fetched.

use chrono::Days;
use serde::Serialize;

use crate::domain::Date;
use crate::domain::downloads::{Asset, Release};
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart, Extras, Mark};
use crate::report::locale::Words;
use crate::report::points::{Point, Step};
use crate::report::view::{RECENT, share};

const ROWS: usize = 10;
const WEEKS: u64 = 26;

#[derive(Debug, Serialize)]
pub(super) struct Downloads {
    says: String,
    chart: Option<Chart>,
    rows: Vec<Row>,
    more: String,
}

#[derive(Debug, Serialize)]
struct Row {
    /// Both written by strangers.
    name: String,
    release: String,
    published: String,
    recent: String,
    bar: u64,
    before: String,
    total: String,
}

/// Fetched in 28 days, in the 28 before, and in all.
struct Counts<'a> {
    asset: &'a Asset,
    release: &'a Release,
    recent: Option<u64>,
    before: Option<u64>,
    total: u64,
}

/// `None` if there is no file whose counter was ever read.
pub(super) fn downloads(words: &Words, releases: &[Release], marks: &[Mark]) -> Option<Downloads> {
    let assets = || releases.iter().flat_map(|release| release.assets.iter().map(move |asset| (release, asset)));
    let to = assets().filter_map(|(_, asset)| asset.downloads.last()).map(|(date, _)| *date).max()?;
    let from = to - Days::new(RECENT);
    let counts = |(release, asset)| {
        let asset: &Asset = asset;
        let total = asset.downloads.last()?.1;
        let before = asset.between(from - Days::new(RECENT), from);
        Some(Counts { asset, release, recent: asset.between(from, to), before, total })
    };
    let mut all: Vec<Counts<'_>> = assets().filter_map(counts).collect();
    all.sort_by_key(|counts| std::cmp::Reverse((counts.recent, counts.total, counts.asset.id)));
    let most = all.iter().filter_map(|counts| counts.recent).max().unwrap_or(0);
    let text = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), |value| words.number(value));
    let row = |counts: &Counts<'_>| Row {
        name: counts.asset.name.clone(),
        release: counts.release.tag.clone(),
        published: counts.release.published.map_or_else(String::new, |at| words.day(at.date_naive())),
        recent: text(counts.recent),
        bar: share(counts.recent.unwrap_or(0), most),
        before: text(counts.before),
        total: words.number(counts.total),
    };
    let sum: u64 = all.iter().filter_map(|counts| counts.recent).sum();
    let unknown = all.iter().any(|counts| counts.recent.is_none());
    let sum = if unknown { format!("≥ {}", words.number(sum)) } else { words.number(sum) };
    let day = words.day(to);
    let more = all.len().saturating_sub(ROWS);
    Some(Downloads {
        says: words.say("repository-downloads-lead", &[("n", (&sum).into()), ("to", (&day).into())]),
        chart: by_week(words, &all, to, marks),
        rows: all.iter().take(ROWS).map(row).collect(),
        more: if more == 0 { String::new() } else { words.say("repository-more-files", &[("n", more.into())]) },
    })
}

/// All files together in the last half year; a week is known if every file's counter was read at both its ends.
fn by_week(words: &Words, all: &[Counts<'_>], to: Date, marks: &[Mark]) -> Option<Chart> {
    let span = Span { first: to - Days::new(7 * WEEKS - 1), last: to };
    let within = |week: Span| {
        let known = |counts: &Counts<'_>| counts.asset.between(week.first - Days::new(1), week.last);
        all.iter().map(known).sum::<Option<u64>>()
    };
    let weeks = Step::Week.periods(span).into_iter().filter(|week| week.last <= to);
    let points: Vec<Point> =
        weeks.map(|span| Point { span, first: within(span), second: None, rising: false, bound: false }).collect();
    // What nobody looked at before the first reading is no gap.
    let begin = points.iter().position(|point| point.first.is_some())?;
    let points = &points[begin..];
    let span = Span { first: points.first()?.span.first, last: points.last()?.span.last };
    let (label, days) = (words.text("repository-downloads-week"), words.span(span));
    let captions = Captions {
        words,
        title: words.say("repository-title-week", &[("label", (&label).into()), ("days", (&days).into())]),
        first: &label,
        second: None,
        step: Step::Week,
        lead: words.text("repository-whole-weeks"),
        counter: false,
    };
    if points.len() < 2 { None } else { chart::bars(&captions, points, &Extras { marks, before: None }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{date, english};

    #[test]
    fn a_file_that_nobody_looked_at_before_has_a_total_and_no_recent_count() {
        let asset = |id, downloads: &[(&str, u64)]| Asset {
            id,
            name: format!("file-{id}"),
            size: 1,
            created: None,
            downloads: downloads.iter().map(|(day, count)| (date(day), *count)).collect(),
        };
        let release = Release {
            id: 1,
            tag: "v1".to_owned(),
            name: None,
            published: None,
            prerelease: false,
            assets: vec![
                asset(1, &[("2026-11-20", 900)]),
                asset(2, &[("2026-09-01", 10), ("2026-10-26", 40), ("2026-11-23", 60)]),
            ],
        };
        let view = downloads(&english(), &[release], &[]).unwrap();
        let told: Vec<_> =
            view.rows.iter().map(|row| (row.name.as_str(), row.recent.as_str(), row.total.as_str())).collect();
        assert_eq!(told, [("file-2", "20", "60"), ("file-1", "–", "900")]);
        assert!(view.says.starts_with("≥ 20 in the 28 days to 23 Nov 2026"), "{}", view.says);
        assert_eq!(view.rows[0].before, "30");
    }
}
