//! What the signals say of the real data of two repositories over four years.

use std::collections::BTreeSet;

use chrono::Days;
use tollgate::domain::Date;
use tollgate::domain::ranking::{Snapshot, disjoint};
use tollgate::domain::repo::RepositoryHistory;
use tollgate::domain::signal::{self, Anomaly, Reason};
use tollgate::domain::traffic::{Day, Span};

use super::import::{data, import};
use super::open;

fn histories() -> Option<Vec<RepositoryHistory>> {
    let data = data()?;
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(&folder.path().join("history.db"));
    import(data.path(), &mut history);
    Some(history.load_every_list().unwrap())
}

/// The busy days of each year of each repository as if it were a repository of its own in the year 2021: two real ones
/// are too few to tell anything. Years are shifted by whole weeks.
fn years(histories: &[RepositoryHistory]) -> Vec<Vec<Date>> {
    let busy = |day: &&Day| day.views.or(day.clones).is_some();
    let of = |one: &RepositoryHistory, year: u64| {
        let days = one.traffic.series().days().iter().filter(busy);
        days.map(|day| day.date - Days::new(364 * year)).collect()
    };
    let lively = histories.iter().filter(|one| one.traffic.series().days().len() > 1_000);
    lively.flat_map(|one| (0..4).map(move |year| of(one, year))).collect()
}

/// What was busy on the `days` days up to `today`.
fn known(all: &[Vec<Date>], today: Date, days: u64) -> Vec<Vec<Date>> {
    let from = today - Days::new(days);
    all.iter().map(|days| days.iter().copied().filter(|day| from <= *day && *day <= today).collect()).collect()
}

#[test]
fn no_day_of_the_real_data_is_called_doubtful_or_frozen() {
    let Some(histories) = histories() else { return };
    let all = years(&histories);
    assert_eq!(all.len(), 8);
    let (mut doubtful, mut frozen) = (BTreeSet::new(), BTreeSet::new());
    let year = Span { first: "2021-01-20".parse().unwrap(), last: "2021-12-20".parse().unwrap() };
    for today in year.days() {
        // As a first collection and as a later one see it.
        for days in [13, 60] {
            let known = known(&all, today, days);
            let reach = signal::reach(known.iter().map(Vec::as_slice), today);
            frozen.extend(reach.frozen.then_some(today));
            let window = signal::window(reach.through, today).unwrap();
            doubtful.extend(signal::doubtful(known.iter().map(Vec::as_slice), window));
        }
    }
    assert_eq!((doubtful, frozen), (BTreeSet::new(), BTreeSet::new()));
}

#[test]
fn days_taken_out_of_the_real_data_are_doubtful_and_its_end_is_a_freeze() {
    let Some(histories) = histories() else { return };
    let all = years(&histories);
    let year = Span { first: "2021-03-01".parse().unwrap(), last: "2021-11-20".parse().unwrap() };
    let mut missed = Vec::new();
    for left_out in year.days() {
        let today = left_out + Days::new(6);
        let mut known = known(&all, today, 60);
        let whole = signal::reach(known.iter().map(Vec::as_slice), today);
        known.iter_mut().for_each(|days| days.retain(|day| *day != left_out));
        let window = signal::window(whole.through, today).unwrap();
        let doubted = signal::doubtful(known.iter().map(Vec::as_slice), window);
        assert!(doubted.is_empty() || doubted == [left_out], "{left_out}: {doubted:?}");
        missed.extend(doubted.is_empty().then_some(left_out));
        known.iter_mut().for_each(|days| days.retain(|day| *day < left_out));
        let reach = signal::reach(known.iter().map(Vec::as_slice), left_out + Days::new(20));
        assert_eq!((reach.through >= left_out - Days::new(2), reach.frozen), (true, true), "{left_out}: {reach:?}");
    }
    assert_eq!(missed, [], "of {} days", year.len());
}

#[test]
fn anomalies_of_the_real_data_are_a_handful_a_year() {
    let Some(histories) = histories() else { return };
    let mut told = Vec::new();
    for one in &histories {
        let extent = one.traffic.extent().unwrap();
        let found = signal::anomalies(&one.traffic, &one.referrers, extent);
        println!("{}", one.repository.name);
        found.iter().for_each(|one| println!("  {} {}", one.peak, line(one)));
        assert!(found.len() * 365 <= 6 * extent.len().max(365), "{} is no handful a year", found.len());
        told.extend(found);
    }
    let of = |peak: &str| told.iter().filter(|one| one.peak == peak.parse().unwrap()).map(line).collect::<Vec<_>>();
    // Shared on LinkedIn: many readers, nearly all of them from there.
    assert_eq!(of("2021-09-12"), ["Views 80/51 of 1 over 4 days: linkedin.com 80"]);
    // The owner of both at work on them: hundreds of views by a few people on one day.
    assert_eq!(
        of("2021-10-21"),
        ["Views 562/17 of 25 over 4 days: machines", "Views 186/5 of 7 over 2 days: machines"]
    );
    // A list of repositories that named it.
    assert_eq!(of("2022-05-19"), ["Views 93/11 of 18 over 2 days: tom-doerr.github.io 26"]);
    // A course at a university.
    assert_eq!(of("2022-10-20"), ["Views 87/16 of 12 over 1 days: moodle.jade-hs.de 31"]);
}

fn line(one: &Anomaly) -> String {
    let reason = match &one.reason {
        Some(Reason::Referrer { name, views }) => format!("{name} {views}"),
        Some(Reason::Machines) => "machines".to_owned(),
        None => "-".to_owned(),
    };
    let (days, cell, usual) = (one.days.len(), one.cell, one.usual);
    format!("{:?} {}/{} of {usual} over {days} days: {reason}", one.metric, cell.count, cell.uniques)
}

/// Every fortnight of each repository stands for a repository.
#[test]
fn no_referrer_of_the_real_data_is_called_spam() {
    let Some(histories) = histories() else { return };
    let fortnights = |one: &RepositoryHistory| {
        let span = one.traffic.extent().unwrap();
        disjoint(&one.referrers, span).into_iter().cloned().collect::<Vec<Snapshot>>()
    };
    let snapshots: Vec<Snapshot> = histories.iter().flat_map(fortnights).collect();
    println!("{} snapshots", snapshots.len());
    assert_eq!(signal::spam(&snapshots, &[]), []);
    assert_eq!(signal::spam(&snapshots, &["duckduckgo.com".to_owned(), "Google".to_owned()]), []);
}
