//! A power cut at any moment of a night: readers keep whole releases, the next night repairs, no day is lost.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::Days;
use tollgate::domain::Date;
use tollgate::domain::release::Digest;
use tollgate::domain::traffic::{Cell, Span};

use crate::support::figures::{figures, never_less};
use crate::support::{Client, Wire, World, bundle};

const KILLS: u64 = 20;
const ROLE: &str = "administrator";

#[test]
fn twenty_kills_lose_no_day_and_no_reader_sees_half_a_release() {
    let mut chance = Chance::new();
    let world = World::new();
    world.keep_all_releases();
    // GitHub's day moves on every other round and ends today.
    let first = world.github.today() - Days::new(KILLS / 2);
    world.github.set_today(first);
    // The first night asks for much that later ones know.
    world.run(&["nightly"]).succeeds();
    let began = Instant::now();
    world.run(&["nightly"]).succeeds();
    let night = began.elapsed();
    assert_eq!(bundle::current(&world.output()), 2);

    let (_provider, _edge) = world.serve();
    let reader = Reader::start(&world);
    let (mut known, mut interrupted) = (figures(&world), 0);
    for round in 1..=KILLS {
        world.github.set_today(first + Days::new(round / 2));
        let moment = night.mul_f64(chance.next() * 1.2);
        let mut running = world.start(&["nightly"]);
        std::thread::sleep(moment);
        let finished = running.has_ended();
        interrupted += u32::from(!finished);
        running.kill();
        let what =
            format!("round {round}, killed after {moment:?} of {night:?}, finished: {finished}, {}", chance.seed());
        known = never_less(&known, &world, &what);
        world.run(&["releases", "verify"]).succeeds();
        // Once in a while a whole night gets through, as it would.
        if round % 4 == 0 {
            repaired(&world, &what);
            known = never_less(&known, &world, &what);
        }
    }
    assert!(interrupted >= 8, "only {interrupted} nights were interrupted; {}", chance.seed());
    repaired(&world, &chance.seed());
    nothing_is_missing(&world, first);
    reader.saw_whole_releases_only(&world);
}

/// The next night is an ordinary one.
fn repaired(world: &World, what: &str) {
    let before = bundle::current(&world.output());
    let ran = world.run(&["nightly"]);
    assert_eq!(ran.code, Some(0), "{what}: the next night fails\n{}", ran.all());
    assert!(bundle::current(&world.output()) > before, "{what}: no new release");
}

/// Every figure that GitHub ever showed in these days, in full.
fn nothing_is_missing(world: &World, first: Date) {
    let (now, today) = (figures(world), world.github.today());
    let span = Span { first: Span::window(first).first, last: today - Days::new(1) };
    let mut compared = 0;
    for repository in world.github.repositories() {
        for date in span.days() {
            let truth = world.github.truth(repository, date);
            let kept = now.get(&(repository.id.to_string(), date)).copied().unwrap_or_default();
            for (what, truth, kept) in [("views", truth.views, kept.0), ("clones", truth.clones, kept.1)] {
                let zero = truth.is_none_or(|cell| cell == Cell::default());
                assert!(
                    zero || truth == kept,
                    "{} of {:?} on {date}: {kept:?}, in truth {truth:?}",
                    what,
                    repository.id
                );
                compared += usize::from(!zero);
            }
        }
    }
    assert!(compared > 1_000, "only {compared} figures were there to compare");
}

impl World {
    /// No release is pruned, so that every answer can be held against the release it came from.
    fn keep_all_releases(&self) {
        self.amend("[output]\nkeep = 1000\n");
    }
}

/// Somebody who reads a bundle without a pause.
struct Reader {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(String, Digest)>>,
}

impl Reader {
    fn start(world: &World) -> Reader {
        let mut client = Client::new();
        client.sign_in(&format!("{}/", world.base), "ada");
        let cookie = format!("cookie: tollgate={}", client.cookies["tollgate"]);
        let pages = bundle::bundle(&world.output(), 1, ROLE).into_keys();
        // Neither is served as a page.
        let paths: Vec<String> = pages.filter(|name| name != "index.json" && name != "account.html").collect();
        let (stop, base) = (Arc::new(AtomicBool::new(false)), world.base.clone());
        let stopped = Arc::clone(&stop);
        let read = move || {
            let mut wire = Wire::to(&base);
            let mut seen = Vec::new();
            for path in paths.iter().cycle().take_while(|_| !stopped.load(Ordering::Relaxed)) {
                let answer = wire.get(&format!("/{ROLE}/{path}"), &[&cookie, "accept: text/html"]);
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                seen.push((path.clone(), Digest::of(&answer.body)));
                std::thread::sleep(Duration::from_millis(2));
            }
            seen
        };
        Reader { stop, thread: std::thread::spawn(read) }
    }

    /// Each page that was read is, byte for byte, that page of some release that was published.
    fn saw_whole_releases_only(self, world: &World) {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.thread.join().expect("the reader was refused something");
        let published = published(world);
        assert!(seen.len() > 200, "only {} pages were read", seen.len());
        for page in &seen {
            assert!(published.contains(page), "{} is of no release", page.0);
        }
        let different: BTreeSet<&Digest> =
            seen.iter().filter(|(path, _)| path == "index.html").map(|(_, digest)| digest).collect();
        assert!(different.len() > 1, "the edge never took up another release");
    }
}

fn published(world: &World) -> BTreeSet<(String, Digest)> {
    let folders = std::fs::read_dir(world.output().join("releases")).unwrap();
    let bundles = folders.map(|entry| entry.unwrap().path()).filter(|path| path.join("statement").exists());
    let bundles: Vec<PathBuf> = bundles.map(|path| path.join(format!("{ROLE}.zip"))).collect();
    let pages = bundles.iter().flat_map(|zip| bundle::unzip(zip));
    pages.map(|(name, bytes)| (name, Digest::of(&bytes))).collect()
}

/// Random moments that can be had again: the seed is printed with every failure and may be given as `TOLLGATE_TEST_SEED`.
struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    fn new() -> Chance {
        let given = std::env::var("TOLLGATE_TEST_SEED").ok().map(|seed| seed.parse().expect("a number"));
        let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into());
        println!("TOLLGATE_TEST_SEED={seed}");
        Chance { seed, state: seed }
    }

    /// From 0 to below 1 (SplitMix64).
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn seed(&self) -> String {
        format!("TOLLGATE_TEST_SEED={}", self.seed)
    }
}
