//! Nights of Tollgate's collector beside ghstats' way of asking, against the same sample GitHub, in one run:
//! `cargo bench --bench collect`.
//!
//! Requests are counted by the sample, each answer takes 50 ms longer than it would, and each night runs in a process of
//! its own so that its memory is the collector's alone. Of GitHub's limits only the hourly one is kept while measuring:
//! the pace for the other is told by the collector's own estimate, since waiting would measure the pace. ghstats is not
//! run; what it asks (v0.10.0: `src/helpers.rs`, `src/gh_client.rs`, `src/main.rs`) is asked in its order.

use std::error::Error;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveTime, Utc};
use futures::StreamExt;
use tokio::sync::mpsc;
use tollgate::demo::github::{Sample, serve};
use tollgate::domain::collection::Observation;
use tollgate::domain::plan::Estimate;
use tollgate::domain::repo::{RepoName, Selection};
use tollgate::domain::traffic::Span;
use tollgate::domain::{Date, Timestamp};
use tollgate::github::{self, Credential, Event, Pace};
use tollgate::history::{History, Settings};

const REPOSITORIES: usize = 1_000;
const LATENCY: Duration = Duration::from_millis(50);
/// Two weeks, because what is asked once a week has settled by the second.
const NIGHTS: u64 = 14;
/// What ghstats asks of each repository in each cycle, one after the other.
const PARTS: [&str; 5] =
    ["pulls?state=open", "traffic/views", "traffic/clones", "traffic/popular/referrers", "traffic/popular/paths"];
/// Its schedule unless told otherwise: `0 59 * * * *`.
const CYCLES: u64 = 24;
/// One after the other takes minutes and grows evenly, so a part of the repositories must do.
const PART: usize = 10;
const AT_ONCE: usize = 100;
const BATCH: usize = 32;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["estimate", api, path, now] => estimate(api, Path::new(path), now.parse()?).await,
        ["night", api, path, now] => night(api, Path::new(path), now.parse()?).await,
        _ => compare().await,
    }
}

async fn compare() -> Result<()> {
    // What the sample says of the hour's end must lie after every night, or a night would count on the next hour too.
    let today = Utc::now().date_naive();
    let first = today - Days::new(28 + u64::from(today.weekday().num_days_from_monday()));
    let sample = Arc::new(Sample::with(REPOSITORIES, 0x5eed, first));
    sample.delay(LATENCY);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let api = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, sample.clone(), std::future::pending()));
    introduce(&sample, first);
    let folder = tempfile::tempdir()?;
    let history = folder.path().join("history.sqlite");
    let mut nights = Vec::new();
    for n in 0..NIGHTS {
        nights.push(tollgate(&sample, &api, &history, first + Days::new(n)).await?);
        println!("night {:>2}: {}", n + 1, nights[n as usize].text());
    }
    let ordinary = Night::mean(&nights[nights.len() / 2..]);
    println!("the last {} on average: {}", nights.len() / 2, ordinary.text());
    let cycle = ghstats(&sample, &api, REPOSITORIES, AT_ONCE).await?;
    let slowly = ghstats(&sample, &api, REPOSITORIES / PART, 1).await?;
    conclude(&ordinary, &cycle, slowly.seconds * PART as f64);
    Ok(())
}

fn introduce(sample: &Sample, first: Date) {
    let all = sample.repositories();
    let lively = |with: fn(u64, u64) -> bool| {
        let counts = all.iter().map(|repository| {
            Span::window(first).days().map(|date| sample.truth(repository, date)).fold(
                (0, 0),
                |(views, clones), day| {
                    (views + day.views.map_or(0, |cell| cell.count), clones + day.clones.map_or(0, |cell| cell.count))
                },
            )
        });
        counts.filter(|(views, clones)| with(*views, *clones)).count()
    };
    println!(
        "{} repositories: {} with views in their fortnight, {} with neither views nor clones; {} private, {} forks, {} archived; from 30 days to four years old",
        all.len(),
        lively(|views, _| views > 0),
        lively(|views, clones| views + clones == 0),
        all.iter().filter(|repository| repository.traits.private).count(),
        all.iter().filter(|repository| repository.traits.fork).count(),
        all.iter().filter(|repository| repository.traits.archived).count(),
    );
    println!("{} ms to each answer; {} requests an hour", LATENCY.as_millis(), Sample::LIMIT);
}

/// What one night, or one cycle, came to.
struct Night {
    requests: f64,
    /// Those of them that cost nothing of the hourly limit, because nothing has changed.
    free: f64,
    seconds: f64,
    /// At the pace that GitHub's limit by the minute allows.
    paced: f64,
    /// kB at the most.
    memory: f64,
}

impl Night {
    fn text(&self) -> String {
        format!(
            "{:.0} requests, {:.2} a repository, {:.0} free; {:.1} s unpaced, {:.0} s at the default pace; {:.0} MB at the most",
            self.requests,
            self.requests / REPOSITORIES as f64,
            self.free,
            self.seconds,
            self.paced,
            self.memory / 1_024.0
        )
    }

    fn mean(all: &[Night]) -> Night {
        let mean = |of: fn(&Night) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        Night {
            requests: mean(|night| night.requests),
            free: mean(|night| night.free),
            seconds: mean(|night| night.seconds),
            paced: mean(|night| night.paced),
            memory: mean(|night| night.memory),
        }
    }
}

async fn tollgate(sample: &Sample, api: &str, history: &Path, date: Date) -> Result<Night> {
    sample.set_today(date);
    let now = date.and_time(NaiveTime::from_hms_opt(2, 0, 0).ok_or("no such time")?).and_utc().to_rfc3339();
    sample.allow(Sample::LIMIT);
    let [paced] = child("estimate", api, history, &now).await?;
    sample.allow(Sample::LIMIT);
    let before = sample.served();
    let [seconds, free, memory] = child("night", api, history, &now).await?;
    Ok(Night { requests: (sample.served() - before) as f64, free, seconds, paced, memory })
}

/// This program again, for one thing; the figures that it prints.
async fn child<const N: usize>(what: &str, api: &str, history: &Path, now: &str) -> Result<[f64; N]> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.args([what, api]).arg(history).arg(now).stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        return Err(format!("`{what}` of {now} failed").into());
    }
    let figures = String::from_utf8(output.stdout)?;
    let figures: Vec<f64> = figures.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    figures.try_into().map_err(|_| "other figures were expected".into())
}

/// How long the collector expects to take at its default pace.
async fn estimate(api: &str, path: &Path, now: Timestamp) -> Result<()> {
    let memory = open(path)?.memory("github.com", now)?;
    let (sender, mut receiver) = mpsc::channel(BATCH);
    let settings = settings(api, Pace::default())?;
    let heard = async move {
        loop {
            match receiver.recv().await {
                Some(Event::Estimate(Estimate { takes, .. })) => return takes,
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    };
    let takes = tokio::select! {
        takes = heard => takes,
        ended = github::collect(&settings, &memory, now, sender) => {
            return Err(format!("nothing was estimated: {ended:?}").into());
        }
    };
    println!("{}", takes.as_secs_f64());
    Ok(())
}

/// One collection as the command line does it, as fast as the answers come.
async fn night(api: &str, path: &Path, now: Timestamp) -> Result<()> {
    let began = Instant::now();
    let history = open(path)?;
    let memory = history.memory("github.com", now)?;
    let (sender, receiver) = mpsc::channel(BATCH);
    let recording = tokio::task::spawn_blocking(move || record(history, receiver).map_err(|fault| fault.to_string()));
    let unpaced = Pace { burst: u32::MAX, interval: Duration::ZERO, patience: Duration::ZERO, ..Pace::default() };
    let run = github::collect(&settings(api, unpaced)?, &memory, now, sender).await?;
    let mut history = recording.await??;
    history.missing(&run.source, &run.outcomes)?;
    history.finish(&run)?;
    if run.failures() + run.faults.len() > 0 || run.outcomes.len() != REPOSITORIES {
        return Err(format!("{} outcomes, {} failures", run.outcomes.len(), run.failures()).into());
    }
    println!("{} {} {}", began.elapsed().as_secs_f64(), run.unchanged, resident()?);
    Ok(())
}

fn open(path: &Path) -> Result<History> {
    Ok(History::open(&Settings::Sqlite { path: path.to_owned() })?)
}

fn record(mut history: History, mut events: mpsc::Receiver<Event>) -> Result<History> {
    let mut heard = Vec::with_capacity(BATCH);
    while events.blocking_recv_many(&mut heard, BATCH) > 0 {
        let observed = heard.drain(..).filter_map(|event| match event {
            Event::Observation(observation) => Some(*observation),
            Event::Estimate(_) | Event::Step { .. } => None,
        });
        history.record(&observed.collect::<Vec<Observation>>())?;
    }
    Ok(history)
}

fn settings(api: &str, pace: Pace) -> Result<github::Settings> {
    let all = ["acme/*", "globex/*", "ada-lovelace/*"].map(str::to_owned).to_vec();
    Ok(github::Settings {
        source: "all".parse()?,
        api: api.to_owned(),
        host: "github.com".to_owned(),
        credential: Credential::Token(Sample::TOKEN.to_owned().into()),
        select: Selection::try_from(all)?,
        // It goes no higher than 80 by itself.
        concurrency: AT_ONCE,
        pace,
    })
}

/// One cycle of ghstats' requests for so many repositories. Left out are its question for its own newest release, and
/// stars, which it reads once of each repository from an address that GitHub does not answer any more.
async fn ghstats(sample: &Sample, api: &str, repositories: usize, at_once: usize) -> Result<Night> {
    sample.allow(u64::MAX);
    let (before, began, client) = (sample.served(), Instant::now(), reqwest::Client::new());
    // All that the token sees are on these pages at GitHub; the sample shows those of one owner there.
    for page in 1..=repositories.div_ceil(100) {
        ask(&client, format!("{api}/user/repos?visibility=all&per_page=100&page={page}")).await?;
    }
    let names: Vec<RepoName> =
        sample.repositories()[..repositories].iter().map(|one| one.name_on(sample.today())).collect();
    let cycle = futures::stream::iter(names).map(|name| {
        let client = &client;
        async move {
            for part in PARTS {
                ask(client, format!("{api}/repos/{name}/{part}")).await?;
            }
            Ok::<_, Box<dyn Error>>(())
        }
    });
    cycle.buffer_unordered(at_once).collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<()>>>()?;
    let (requests, seconds) = ((sample.served() - before) as f64, began.elapsed().as_secs_f64());
    Ok(Night { requests, free: 0.0, seconds, paced: 0.0, memory: 0.0 })
}

async fn ask(client: &reqwest::Client, url: String) -> Result<()> {
    let asked = client.get(&url).bearer_auth(Sample::TOKEN).header("user-agent", "ghstats").send().await?;
    // The sample knows no pull requests.
    let known = asked.status().is_success() || url.contains("/pulls?");
    let status = asked.status();
    asked.bytes().await?;
    if known { Ok(()) } else { Err(format!("{url}: {status}").into()) }
}

fn conclude(ordinary: &Night, cycle: &Night, slowly: f64) {
    let day = cycle.requests * CYCLES as f64;
    println!(
        "ghstats' way: {:.0} requests a cycle, {:.2} a repository; {day:.0} a day in {CYCLES} cycles; a cycle in {slowly:.0} s one after the other (measured of a tenth), {:.1} s with {AT_ONCE} at once",
        cycle.requests,
        cycle.requests / REPOSITORIES as f64,
        cycle.seconds
    );
    println!(
        "an ordinary night is {:.2} of a cycle's requests and 1/{:.0} of a day's; it takes {:.2} of the cycle's time with {AT_ONCE} at once and 1/{:.0} of that one after the other",
        ordinary.requests / cycle.requests,
        day / ordinary.requests,
        ordinary.seconds / cycle.seconds,
        slowly / ordinary.seconds
    );
}

/// The most memory this process ever had, in kB.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no such line")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
