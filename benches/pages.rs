//! Writes what `benches/build` measures: a history, a configuration for one role and one for fifty overlapping ones, and
//! the same data as content for Hugo.
//!
//! `cargo bench --bench pages -- FOLDER 20000` fills; `… -- FOLDER 20000 touch` records a view more of one repository in a
//! hundred. Every repository has thirteen months, all looked at: figures on every third day or so, stars every week,
//! top tens of referrers and paths every month, about 22 kB of history. Names and figures are the same on every machine.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, NaiveDate};
use tollgate::domain::Date;
use tollgate::domain::collection::{Observation, Sighting};
use tollgate::domain::ranking::{Ranked, Snapshot};
use tollgate::domain::repo::{About, Counters, RepoId, Traits};
use tollgate::domain::traffic::{Cell, Day, Span};
use tollgate::history::{History, Settings};

const DAYS: u64 = 395;
const OWNERS: u64 = 60;
const ROLES: u64 = 50;
/// Without CSV, whose files for all repositories grow with the history and have nothing to be compared with.
const PAGES: &str = r#"["overview", "repository", "weekly", "monthly"]"#;

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Done {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let folder: PathBuf = arguments.next().ok_or("name a folder")?.into();
    let repositories: u64 = arguments.next().ok_or("say how many repositories")?.parse()?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).ok_or("no such day")?;
    std::fs::create_dir_all(&folder)?;
    let mut history = History::open(&Settings::Sqlite { path: folder.join("tollgate.sqlite") })?;
    if arguments.next().is_some() {
        let touched = (0..repositories).step_by(100).map(|n| {
            let day = Day { date: today - Days::new(4), views: Some(Cell { count: 9_999, uniques: 99 }), clones: None };
            Ok(Observation { days: vec![day], ..Observation::new(sighting(n)?, moment(today)?) })
        });
        history.record(&touched.collect::<Done<Vec<_>>>()?)?;
        return Ok(());
    }
    configure(&folder)?;
    let content = folder.join("hugo/content/repositories");
    std::fs::create_dir_all(&content)?;
    for some in (0..repositories).collect::<Vec<_>>().chunks(200) {
        let told = some.iter().map(|n| observation(*n, today)).collect::<Done<Vec<_>>>()?;
        history.record(&told)?;
        for (n, one) in some.iter().zip(&told) {
            std::fs::write(content.join(format!("r{n}.md")), front(one)?)?;
        }
    }
    println!("{repositories} repositories, {DAYS} days, {} roles", ROLES);
    Ok(())
}

fn configure(folder: &Path) -> Done {
    let head = |output: &str| {
        format!(
            "[site]\ntitle = \"Many\"\nbase_url = \"http://127.0.0.1:8080\"\n[output]\nlocation = \"{output}\"\n\
             [[source]]\nname = \"all\"\ntoken_env = \"UNUSED\"\nrepositories = [\"owner-0/*\"]\n"
        )
    };
    let mut one = head("one");
    writeln!(one, "[[role]]\nname = \"everything\"\nrepositories = [\"*/*\"]\npages = {PAGES}")?;
    std::fs::write(folder.join("one.toml"), one)?;
    let mut fifty = head("fifty");
    for role in 0..ROLES {
        let sees = (0..OWNERS).filter(|owner| noise(role + 1_000, *owner).is_multiple_of(3));
        let sees: Vec<String> = sees.map(|owner| format!("\"owner-{owner}/*\"")).collect();
        writeln!(fifty, "[[role]]\nname = \"role-{role}\"\nrepositories = [{}]\npages = {PAGES}", sees.join(", "))?;
    }
    std::fs::write(folder.join("fifty.toml"), fifty)?;
    Ok(())
}

/// A small deterministic hash: the same figures on every machine, without a random generator.
fn noise(a: u64, b: u64) -> u64 {
    let mut x = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

fn moment(date: Date) -> Done<tollgate::domain::Timestamp> {
    Ok(date.and_hms_opt(2, 0, 0).ok_or("no such time")?.and_utc())
}

fn sighting(n: u64) -> Done<Sighting> {
    Ok(Sighting {
        host: "github.com".into(),
        id: Some(RepoId(n + 1)),
        name: format!("owner-{}/repository-{n}", noise(n, 7) % OWNERS).parse()?,
        source: Some("all".parse()?),
        left: None,
        traits: Some(Traits { private: n.is_multiple_of(9), fork: false, archived: false }),
        description: Some(format!("Repository number {n} of many")),
        about: About::default(),
    })
}

fn observation(n: u64, today: Date) -> Done<Observation> {
    let span = Span { first: today - Days::new(DAYS), last: today };
    let busy = |date: &Date| noise(n, u64::from(date.num_days_from_ce().unsigned_abs())).is_multiple_of(3);
    let weekly = span.days().step_by(7).enumerate();
    let counters = weekly.map(|(at, date)| (date, Counters { stars: Some(n + at as u64), ..Counters::default() }));
    let monthly = || span.days().skip(13).step_by(30).map(moment);
    Ok(Observation {
        days: span.days().filter(busy).map(|date| day(n, date)).collect(),
        windows: vec![span],
        counters: counters.collect(),
        referrers: monthly().map(|at| Ok(snapshot(n, 1, at?))).collect::<Done<_>>()?,
        paths: monthly().map(|at| Ok(snapshot(n, 2, at?))).collect::<Done<_>>()?,
        ..Observation::new(sighting(n)?, moment(today)?)
    })
}

fn day(n: u64, date: Date) -> Day {
    let count = noise(n, u64::from(date.num_days_from_ce().unsigned_abs())) % (20 + n % 1_000);
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
        title: (kind == 2).then(|| format!("Page {place}").into()),
        count: 200 / (place + 1),
        uniques: 80 / (place + 1),
    };
    Snapshot { taken, rows: (0..10).map(row).collect() }
}

/// The repository as a page of Hugo, which only has to write down what is here: the figures of thirteen weeks by day and
/// of everything by week, each beside those of the time before, and the newest top tens.
fn front(one: &Observation) -> Done<String> {
    let mut text = format!("+++\ntitle = \"{}\"\n", one.sighting.name);
    let Some(window) = one.windows.first() else { return Err("no window".into()) };
    let on = |date: Date| one.days.iter().find(|day| day.date == date);
    let by_day = |date: Date| [on(date).and_then(|day| day.views), on(date).and_then(|day| day.clones)];
    let days: Vec<(String, [Option<Cell>; 2])> =
        window.days().map(|date| (date.format("%-d %b %Y").to_string(), by_day(date))).collect();
    let weeks: Vec<(String, [Option<Cell>; 2])> = days.chunks(7).map(week).collect();
    for (step, all, shown) in [("days", &days, 93), ("weeks", &weeks, 57)] {
        let from = all.len().saturating_sub(shown);
        let names: Vec<&str> = all[from..].iter().map(|(name, _)| name.as_str()).collect();
        writeln!(text, "{step} = {names:?}")?;
        for (at, metric) in ["views", "clones"].into_iter().enumerate() {
            let cells: Vec<Cell> = all.iter().map(|(_, cells)| cells[at].unwrap_or_default()).collect();
            let list =
                |from: usize, pick: fn(&Cell) -> u64| cells.iter().skip(from).take(shown).map(pick).collect::<Vec<_>>();
            writeln!(text, "{metric}_{step} = {:?}", list(from, |cell| cell.count))?;
            writeln!(text, "{metric}_{step}_people = {:?}", list(from, |cell| cell.uniques))?;
            writeln!(text, "{metric}_{step}_before = {:?}", list(from.saturating_sub(shown), |cell| cell.count))?;
        }
    }
    for (name, tops) in [("referrers", &one.referrers), ("paths", &one.paths)] {
        for row in tops.last().iter().flat_map(|top| &top.rows) {
            writeln!(text, "[[{name}]]\nname = \"{}\"\ncount = {}\nuniques = {}", row.name, row.count, row.uniques)?;
        }
    }
    Ok(text + "+++\n")
}

fn week(days: &[(String, [Option<Cell>; 2])]) -> (String, [Option<Cell>; 2]) {
    let sum = |at: usize| {
        days.iter().filter_map(|(_, cells)| cells[at]).fold(Cell::default(), |sum, cell| Cell {
            count: sum.count + cell.count,
            uniques: sum.uniques + cell.uniques,
        })
    };
    let name = days.first().map_or_else(String::new, |(first, _)| format!("Week from {first}"));
    (name, [Some(sum(0)), Some(sum(1))])
}
