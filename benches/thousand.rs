//! Writes a folder with a configuration and a history of 1,000 repositories × 2 years, seen by 5 roles, for
//! `benches/figures` to build: `cargo bench --bench thousand -- FOLDER`.

use std::path::PathBuf;

use chrono::{Days, Utc};
use tollgate::domain::Date;
use tollgate::domain::collection::{Observation, Sighting};
use tollgate::domain::ranking::{Ranked, Snapshot};
use tollgate::domain::repo::{About, Counters, RepoId, Traits};
use tollgate::domain::traffic::{Cell, Day, Span};
use tollgate::history::{History, Settings};

const REPOSITORIES: u64 = 1_000;
const DAYS: u64 = 730;

const CONFIGURATION: &str = r#"
[site]
title = "A thousand repositories"
base_url = "http://127.0.0.1:8080"
[[source]]
name = "all"
token_env = "UNUSED"
repositories = ["owner-0/*"]
[[role]]
name = "everything"
repositories = ["*/*"]
[[role]]
name = "half"
repositories = ["owner-0/*", "owner-2/*", "owner-4/*", "owner-6/*", "owner-8/*"]
[[role]]
name = "third"
repositories = ["*/*0", "*/*3", "*/*6", "*/*9"]
[[role]]
name = "one-owner"
repositories = ["owner-1/*"]
[[role]]
name = "public"
repositories = ["*/*", "!private"]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder: PathBuf =
        std::env::args().skip(1).find(|argument| argument != "--bench").ok_or("name a folder")?.into();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("tollgate.toml"), CONFIGURATION)?;
    let mut history = History::open(&Settings::Sqlite { path: folder.join("tollgate.sqlite") })?;
    let today = Utc::now().date_naive();
    for owner in 0..10 {
        let batch: Result<Vec<Observation>, _> =
            (0..REPOSITORIES / 10).map(|n| observation(owner * REPOSITORIES / 10 + n, owner, today)).collect();
        history.record(&batch?)?;
    }
    println!("{REPOSITORIES} repositories, {DAYS} days");
    Ok(())
}

/// A small deterministic hash: the same figures on every machine, without a random generator.
fn noise(a: u64, b: u64) -> u64 {
    let mut x = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

fn observation(n: u64, owner: u64, today: Date) -> Result<Observation, Box<dyn std::error::Error>> {
    let first = today - Days::new(DAYS);
    let span = Span { first, last: today };
    let days = span.days().map(|date| day(n, date)).collect();
    let counters = |(at, date): (usize, Date)| {
        let grown = Some(n + at as u64);
        (
            date,
            Counters {
                stars: grown,
                forks: Some(n / 10),
                watchers: None,
                open_issues_and_pulls: Some(3),
                open_pulls: Some(1),
            },
        )
    };
    let taken = |date: Date| date.and_hms_opt(2, 0, 0).map(|time| time.and_utc());
    let weekly: Vec<_> = span.days().skip(13).step_by(7).filter_map(taken).collect();
    let snapshots = |kind: u64| weekly.iter().map(|at| snapshot(n, kind, *at)).collect();
    let sighting = Sighting {
        host: "github.com".into(),
        id: Some(RepoId(n + 1)),
        name: format!("owner-{owner}/repository-{n}").parse()?,
        source: None,
        left: None,
        traits: Some(Traits { private: n.is_multiple_of(9), fork: false, archived: false }),
        description: Some(format!("Repository number {n} of a thousand")),
        about: About::default(),
    };
    Ok(Observation {
        days,
        windows: vec![span],
        counters: span.days().enumerate().step_by(7).map(counters).collect(),
        referrers: snapshots(1),
        paths: snapshots(2),
        ..Observation::new(sighting, today.and_hms_opt(2, 0, 0).ok_or("no such time")?.and_utc())
    })
}

fn day(n: u64, date: Date) -> Day {
    let at = u64::from(chrono::Datelike::num_days_from_ce(&date).unsigned_abs());
    let count = noise(n, at) % (20 + n);
    let cell = |count: u64| Some(Cell { count, uniques: count.div_ceil(3) });
    Day { date, views: cell(count), clones: cell(count / 4) }
}

fn snapshot(n: u64, kind: u64, taken: tollgate::domain::Timestamp) -> Snapshot {
    let row = |place: u64| Ranked {
        name: if kind == 1 {
            format!("site-{}.example", noise(n, place) % 40).into()
        } else {
            format!("/owner/repository-{n}/page-{place}").into()
        },
        title: (kind == 2).then(|| format!("Page {place} of repository {n}").into()),
        count: 200 / (place + 1),
        uniques: 80 / (place + 1),
    };
    Snapshot { taken, rows: (0..10).map(row).collect() }
}
