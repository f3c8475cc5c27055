//! Recording a night and loading ten years, beside a bare scan of the same rows, in one run:
//! `cargo bench --bench history`.
//!
//! Prints seconds, the ratio of load to scan, and the most memory that was in use: machines differ, ratios hardly.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use tollgate::domain::Date;
use tollgate::domain::collection::{Observation, Sighting};
use tollgate::domain::repo::{About, RepoId, Traits};
use tollgate::domain::traffic::{Cell, Day, Span};
use tollgate::history::{History, Settings};

const REPOSITORIES: u64 = 1_000;
const YEARS: u64 = 10;
/// How often each is measured; the best counts, because others use the machine too.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.sqlite");
    let mut history = History::open(&Settings::Sqlite { path: path.clone() })?;
    let start = NaiveDate::from_ymd_opt(2016, 1, 1).ok_or("no such day")?;
    fill(&mut history, start)?;
    println!("{REPOSITORIES} repositories, {YEARS} years, {} MB", std::fs::metadata(&path)?.len() >> 20);
    let nights = (0..ROUNDS as u64).map(|n| record(&mut history, start + Days::new(YEARS * 365 + n)));
    println!("record 14 days of each: {:.2} s", best(nights)?.as_secs_f64());
    let before = resident()?;
    let load = best((0..ROUNDS).map(|_| load(&history)))?;
    let after = resident()?;
    let scan = best((0..ROUNDS).map(|_| scan(&path)))?;
    println!(
        "load: {:.2} s; bare scan: {:.2} s; ratio {:.2}",
        load.as_secs_f64(),
        scan.as_secs_f64(),
        load.as_secs_f64() / scan.as_secs_f64()
    );
    println!("memory: {} MB before, {} MB at the most", before >> 10, after >> 10);
    Ok(())
}

fn best(rounds: impl Iterator<Item = Result<Duration, Box<dyn Error>>>) -> Result<Duration, Box<dyn Error>> {
    let all = rounds.collect::<Result<Vec<_>, _>>()?;
    all.into_iter().min().ok_or_else(|| "no rounds".into())
}

fn fill(history: &mut History, start: Date) -> Result<(), Box<dyn Error>> {
    for few in 0..REPOSITORIES / 50 {
        let span = Span { first: start, last: start + Days::new(YEARS * 365 - 1) };
        let all = (few * 50..few * 50 + 50).map(|n| observation(n, span));
        history.record(&all.collect::<Result<Vec<_>, _>>()?)?;
    }
    Ok(())
}

/// The night after `last`: fourteen days of every repository, one of them new and one risen.
fn record(history: &mut History, last: Date) -> Result<Duration, Box<dyn Error>> {
    let night = (0..REPOSITORIES).map(|n| observation(n, Span::window(last)));
    let night = night.collect::<Result<Vec<_>, _>>()?;
    let began = Instant::now();
    for few in night.chunks(32) {
        history.record(few)?;
    }
    Ok(began.elapsed())
}

fn load(history: &History) -> Result<Duration, Box<dyn Error>> {
    let began = Instant::now();
    let all = history.load()?;
    let took = began.elapsed();
    let days: usize = all.iter().map(|one| one.traffic.series().days().len()).sum();
    assert!(days as u64 >= REPOSITORIES * YEARS * 365, "{days} days");
    Ok(took)
}

/// What no reading of these rows can go below.
fn scan(path: &Path) -> Result<Duration, Box<dyn Error>> {
    let connection = rusqlite::Connection::open(path)?;
    let began = Instant::now();
    let mut query = connection.prepare(
        "SELECT repository, date, views_count, views_uniques, clones_count, clones_uniques FROM day ORDER BY repository, date",
    )?;
    let mut rows = query.query([])?;
    let mut sum = 0_i64;
    while let Some(row) = rows.next()? {
        for column in 0..6 {
            sum = sum.wrapping_add(row.get::<_, Option<i64>>(column)?.unwrap_or_default());
        }
    }
    assert!(sum != 0);
    Ok(began.elapsed())
}

fn observation(n: u64, span: Span) -> Result<Observation, Box<dyn Error>> {
    let sighting = Sighting {
        host: "github.com".into(),
        id: Some(RepoId(n + 1)),
        name: format!("owner-{}/repository-{n}", n % 10).parse()?,
        source: None,
        left: None,
        traits: Some(Traits::default()),
        description: None,
        about: About::default(),
    };
    let cell = |date: Date, salt: u64| {
        let day = u64::from(date.to_epoch_days().unsigned_abs());
        let count = (day * (n + salt)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        Some(Cell { count, uniques: count.div_ceil(3) })
    };
    let day = |date: Date| Day { date, views: cell(date, 7), clones: cell(date, 13) };
    let seen = span.last.and_hms_opt(23, 0, 0).ok_or("no such time")?.and_utc();
    Ok(Observation { days: span.days().map(day).collect(), windows: vec![span], ..Observation::new(sighting, seen) })
}

/// The most memory this process ever had, in kB.
fn resident() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no such line")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
