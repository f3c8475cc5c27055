//! What the tables hold of a repository.

use std::collections::BTreeMap;

use crate::domain::ranking::Snapshot;
use crate::domain::repo::Counters;
use crate::domain::traffic::{Coverage, Span};
use crate::domain::{Date, Timestamp, calendar};
use crate::report::figures::Metric;
use crate::report::file::{File, Value};
use crate::report::group::{Group, State};
use crate::report::stock::Repo;
use crate::report::view::{recent, table};

fn named<'a>(file: &'a mut File, repo: &Repo) -> &'a mut File {
    file.foreign(&repo.name().to_string()).put(repo.history.repository.id.map(|id| id.0))
}

pub(super) fn daily(file: &mut File, repo: &Repo) {
    for (date, day) in repo.daily.iter() {
        let row = named(file, repo).put(date);
        for metric in Metric::ALL {
            let cell = day.cell(metric);
            row.put(cell.map(|cell| cell.count)).put(cell.map(|cell| cell.uniques));
        }
        row.plain(match day.coverage {
            Coverage::Measured => "measured",
            Coverage::AssumedZero => "assumed-zero",
            Coverage::Provisional => "provisional",
            Coverage::Unknown => "unknown",
        });
        row.end();
    }
}

pub(super) fn weekly(file: &mut File, repo: &Repo) {
    let group = Group::of([&repo.daily]);
    let Some(extent) = group.extent() else { return };
    calendar::weeks(extent).for_each(|week| period(file, repo, &group, &week.to_string(), week.span()));
}

pub(super) fn monthly(file: &mut File, repo: &Repo) {
    let group = Group::of([&repo.daily]);
    let Some(extent) = group.extent() else { return };
    calendar::months(extent).for_each(|month| period(file, repo, &group, &month.to_string(), month.span()));
}

fn period(file: &mut File, repo: &Repo, group: &Group, name: &str, span: Span) {
    let row = named(file, repo).plain(name).put(span.first).put(span.last);
    for metric in Metric::ALL {
        let sum = group.sum(span, metric);
        let exact = sum.exact();
        row.put(exact.map(|exact| exact.0)).put(exact.map(|exact| exact.1)).plain(match sum.state {
            State::Whole => "whole",
            State::SoFar => "so-far",
            State::Partial => "partial",
            State::Unknown => "unknown",
        });
    }
    row.end();
}

pub(super) fn repository(file: &mut File, repo: &Repo) {
    let repository = &repo.history.repository;
    let extent = repo.daily.extent();
    let aliases: Vec<String> = repo.aliases.iter().map(ToString::to_string).collect();
    let row = named(file, repo).foreign(&repository.host).foreign(repository.description.as_deref().unwrap_or(""));
    row.put(Value::Flag(repository.private()));
    row.put(repository.traits.fork).put(repository.traits.archived);
    row.foreign(&aliases.join(" "));
    row.put(extent.map(|span| span.first)).put(extent.map(|span| span.last));
    repo.daily.coverage().into_iter().for_each(|days| _ = row.put(days));
    let span = repo.daily.settled().map(recent);
    row.put(span.map(|span| span.first)).put(span.map(|span| span.last));
    for metric in Metric::ALL {
        let total = span.and_then(|span| repo.daily.total(span, metric)).filter(|total| total.whole());
        row.put(total.map(|total| total.count));
    }
    row.put(table::latest(repo, |counters| counters.stars)).put(table::latest(repo, |counters| counters.forks));
    row.put(table::latest(repo, |counters| counters.watchers));
    row.put(table::latest(repo, |counters| counters.open_issues_and_pulls));
    row.plain(&moment(repo.history.collected));
    row.end();
}

fn moment(time: Option<Timestamp>) -> String {
    time.map_or_else(String::new, |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

pub(super) fn snapshots(file: &mut File, repo: &Repo, snapshots: &[Snapshot], titled: bool) {
    for snapshot in snapshots {
        let window = snapshot.window();
        for (at, ranked) in (1_u64..).zip(&snapshot.rows) {
            let row = named(file, repo).put(window.first).put(window.last).put(at).foreign(&ranked.name);
            if titled {
                row.foreign(ranked.title.as_deref().unwrap_or(""));
            }
            row.put(ranked.count).put(ranked.uniques).put(snapshot.below_tenth_place());
            row.end();
        }
    }
}

/// A row for each day on which somebody read the counters, or a star came that is still there.
pub(super) fn stars(file: &mut File, repo: &Repo) {
    let mut days: BTreeMap<Date, (Counters, Option<u64>)> = BTreeMap::new();
    repo.history.counters.iter().for_each(|(date, counters)| days.entry(*date).or_default().0 = *counters);
    repo.history.stars_gained.iter().for_each(|(date, gained)| days.entry(*date).or_default().1 = Some(*gained));
    for (date, (counters, gained)) in days {
        let row = named(file, repo).put(date).put(counters.stars).put(counters.forks).put(counters.watchers);
        row.put(counters.open_issues_and_pulls).put(counters.open_pulls).put(gained);
        row.end();
    }
}

/// A row for each file of each release, and one for a release without files.
pub(super) fn releases(file: &mut File, repo: &Repo) {
    let span = repo.daily.settled().map(recent);
    for release in &repo.history.releases {
        let begin = |file: &mut File| {
            let row = named(file, repo).foreign(&release.tag).foreign(release.name.as_deref().unwrap_or(""));
            row.plain(&moment(release.published)).put(release.prerelease);
        };
        if release.assets.is_empty() {
            begin(file);
            file.plain("").put(None::<u64>).plain("").put(None::<u64>).put(None::<Date>).put(None::<u64>).end();
        }
        for asset in &release.assets {
            begin(file);
            let newest = asset.downloads.last();
            let row = file.foreign(&asset.name).put(asset.size).plain(&moment(asset.created));
            row.put(newest.map(|(_, count)| *count)).put(newest.map(|(date, _)| *date));
            row.put(span.and_then(|span| asset.between(span.before().last, span.last)));
            row.end();
        }
    }
}
