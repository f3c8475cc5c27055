//! What GitHub says beyond days and top tens, what an operator says, and what the next collection is told.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::domain::collection::{Asked, Collected, Metric, Question};
use crate::domain::downloads::{Asset, Release};
use crate::domain::traffic::Coverage;
use crate::domain::uniques::{Fortnight, WeekTotal};

fn cell(count: u64, uniques: u64) -> Option<Cell> {
    Some(Cell { count, uniques })
}

/// A sample of everything, `n` being the night and `size` how much of each.
pub(super) fn rich(n: u64, size: u64) -> Observation {
    let asset = |id| Asset {
        id,
        name: format!("anvil-{size}.tar.gz"),
        size: 9 + size,
        created: Some(night(0)),
        downloads: vec![(date(n), size * 3)],
    };
    let mut one = observation("acme/anvil", Some(1), n, &[views(n, size, 1)]);
    one.sighting.about = About {
        topics: size.is_multiple_of(2).then(|| vec![format!("t{size}")]),
        languages: size.is_multiple_of(3).then(|| [("Rust".to_owned(), size)].into()),
        visibility: Some(format!("public{size}")),
        ..About::default()
    };
    one.weeks = vec![WeekTotal { monday: date(4), views: cell(size, n), clones: cell(n, size).filter(|_| size > 2) }];
    one.fortnights = vec![Fortnight { taken: night(n), views: cell(size, 1), clones: None }];
    one.stars_gained = vec![(date(n), size), (date(0), n)];
    one.releases = vec![Release {
        id: 7,
        tag: format!("v{size}"),
        name: None,
        published: Some(night(n)),
        prerelease: size.is_multiple_of(2),
        assets: vec![asset(70), asset(71 + size)],
    }];
    let mark = size.is_multiple_of(2).then(|| size.to_string());
    one.asked = vec![Asked { what: Question::Stars, at: night(n), mark }];
    one.counters = vec![(
        date(n),
        Counters { open_pulls: Some(size), open_issues_and_pulls: Some(size + 4), ..Counters::default() },
    )];
    one
}

fn everything_that_was_observed_comes_back(store: Store) {
    let mut fresh = Fresh::new(store);
    let seen = rich(5, 6);
    fresh.record(std::slice::from_ref(&seen));
    let known = fresh.only();
    assert_eq!(known.weeks, seen.weeks);
    assert_eq!(known.fortnights, seen.fortnights);
    assert_eq!(known.stars_gained, [(date(0), 5), (date(5), 6)]);
    assert_eq!(known.releases, seen.releases);
    assert_eq!(known.repository.about, seen.sighting.about);
    assert_eq!(known.counters[0].1.open_issues(), Some(4));
}

fn order_and_repetition_change_nothing_of_it(store: Store) {
    proptest!(store.cases(48), |(made in prop::collection::vec((0..4u64, 1..7u64), 1..8),
        order in prop::collection::vec(any::<(Index, Index)>(), 8))| {
        let observations: Vec<Observation> = made.iter().map(|(n, size)| rich(*n, *size)).collect();
        let mut one = Fresh::new(store);
        one.record(&observations);
        let mut shuffled = observations.clone();
        let len = shuffled.len();
        order.iter().for_each(|(a, b)| shuffled.swap(a.index(len), b.index(len)));
        let mut other = Fresh::new(store);
        for few in shuffled.chunks(2).chain(observations.chunks(3)) {
            other.record(few);
        }
        prop_assert_eq!(one.load(), other.load());
        let memory = |fresh: &Fresh| fresh.history.memory("github.com", night(9)).unwrap();
        prop_assert_eq!(memory(&one), memory(&other));
    });
}

fn weeks_and_downloads_are_never_lowered(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[rich(5, 6), rich(6, 2)]);
    let known = fresh.only();
    assert_eq!(known.weeks, [WeekTotal { monday: date(4), views: cell(6, 6), clones: cell(5, 6) }]);
    let asset = &known.releases[0].assets[0];
    assert_eq!((asset.name.as_str(), &asset.downloads[..]), ("anvil-2.tar.gz", &[(date(5), 18), (date(6), 6)][..]));
    assert_eq!(asset.between(date(5), date(6)), Some(0), "no negative deltas");
    assert_eq!(known.releases[0].assets.len(), 3, "one that was uploaded again is another one");
}

fn a_doubtful_day_without_a_figure_is_unknown_and_no_zero(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("acme/anvil", Some(1), 13, &[views(3, 5, 1), views(12, 1, 1)])]);
    let outcome =
        Outcome { repository: "acme/anvil".parse().unwrap(), id: Some(RepoId(1)), result: Collected::Done { days: 2 } };
    let run = Run {
        source: "main".parse().unwrap(),
        started: night(13),
        finished: night(13),
        window: Some(Span::window(date(13))),
        frozen: false,
        doubtful: vec![date(3), date(4)],
        requests: 2,
        unchanged: 1,
        outcomes: vec![outcome],
        faults: vec![],
    };
    fresh.history.finish(&run).unwrap();
    let coverage = |n| fresh.only().traffic.coverage(date(n));
    assert_eq!([3, 4, 5].map(coverage), [Coverage::Measured, Coverage::Unknown, Coverage::AssumedZero]);
    assert_eq!(fresh.history.runs(1).unwrap(), [run]);
}

fn corrected(n: u64, cell: Option<Cell>) -> Correction {
    Correction { date: date(3), metric: Metric::Views, cell, note: "robots".into(), made: night(n) }
}

fn an_operators_word_counts_and_can_be_taken_back_and_what_github_said_stays(store: Store) {
    let mut fresh = Fresh::new(store);
    let name: RepoName = "acme/anvil".parse().unwrap();
    fresh.record(&[observation("acme/anvil", Some(1), 5, &[views(3, 100_000, 2)])]);
    let shown = |fresh: &Fresh, n| fresh.only().traffic.series().get(date(n)).and_then(|day| day.views);
    assert!(fresh.history.correct("GitHub.com", &name, &corrected(6, cell(40, 2))).unwrap());
    assert!(fresh.history.correct("github.com", &name, &corrected(5, cell(9, 9))).unwrap());
    assert_eq!(shown(&fresh, 3), cell(40, 2), "the newest word, not the one that came last");
    fresh.record(&[observation("acme/anvil", Some(1), 7, &[views(3, 120_000, 2)])]);
    assert_eq!(shown(&fresh, 3), cell(40, 2));
    let seen = fresh.history.seen("github.com", &name).unwrap();
    assert_eq!(seen.iter().map(|one| one.cell.count).collect::<Vec<_>>(), [100_000, 120_000]);
    assert!(fresh.history.correct("github.com", &name, &corrected(8, None)).unwrap());
    assert_eq!(shown(&fresh, 3), cell(120_000, 2));
    let unseen = Correction { date: date(1), ..corrected(9, cell(1, 1)) };
    assert!(fresh.history.correct("github.com", &name, &unseen).unwrap());
    assert_eq!(shown(&fresh, 1), cell(1, 1), "also of a day that GitHub never told");
    assert!(!fresh.history.correct("github.com", &"acme/none".parse().unwrap(), &unseen).unwrap());
}

fn a_forgotten_repository_leaves_nothing_and_no_other_is_touched(store: Store) {
    let mut fresh = Fresh::new(store);
    let mut other = rich(3, 4);
    (other.sighting.id, other.sighting.name) = (Some(RepoId(2)), "acme/bellows".parse().unwrap());
    fresh.record(&[rich(5, 6), other]);
    let secret = crate::domain::ranking::Ranked {
        name: "kept-secret.example".into(),
        title: Some("hidden".into()),
        count: 1,
        uniques: 1,
    };
    let snapshot = crate::domain::ranking::Snapshot { taken: night(9), rows: vec![secret] };
    fresh.record(&[Observation { referrers: vec![snapshot], ..observation("acme/anvil", Some(1), 9, &[]) }]);
    let outcome = |name: &str, id| crate::domain::collection::Outcome {
        repository: name.parse().unwrap(),
        id: Some(RepoId(id)),
        result: crate::domain::collection::Collected::Done { days: 1 },
    };
    let run = Run {
        source: "main".parse().unwrap(),
        started: night(9),
        finished: night(9),
        window: None,
        frozen: false,
        doubtful: vec![],
        requests: 1,
        unchanged: 0,
        outcomes: vec![outcome("acme/Anvil", 1), outcome("acme/anvil", 7), outcome("acme/bellows", 2)],
        faults: vec![],
    };
    fresh.history.finish(&run).unwrap();
    let kept = fresh.load().into_iter().find(|one| one.repository.id == Some(RepoId(2))).unwrap();
    let texts = fresh.rows("SELECT value FROM text").len();
    let name = "acme/anvil".parse().unwrap();
    fresh.history.correct("github.com", &name, &corrected(6, cell(1, 1))).unwrap();
    assert!(fresh.history.forget("github.com", &name).unwrap());
    assert_eq!(fresh.load(), [kept]);
    assert_eq!(fresh.rows("SELECT value FROM text").len(), texts - 2, "what others have stays");
    assert_eq!(fresh.history.runs(9).unwrap()[0].outcomes, run.outcomes[1..]);
    if let Some(folder) = &fresh.folder {
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(19).any(|part| part == b"kept-secret.example"));
        }
    }
    assert!(!fresh.history.forget("github.com", &name).unwrap());
    let tables = fresh.rows(match store {
        Store::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%REFERENCES repository%' ORDER BY name"
        }
        Store::Postgres => {
            "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'repository'::regclass"
        }
    });
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        let table = table.trim_start_matches("Text(\"").trim_end_matches("\")").replace('\\', "");
        let left = fresh.rows(&format!("SELECT count(*) FROM {table} WHERE repository = 1"));
        assert_eq!(left, ["Integer(0)"], "{table}");
    }
}

fn the_next_collection_is_told_what_is_known(store: Store) {
    let mut fresh = Fresh::new(store);
    let idle = observation("acme/idle", Some(2), 70, &[views(69, 0, 0)]);
    let named = observation("acme/by-name", None, 70, &[views(69, 4, 1)]);
    let mut clones = observation("acme/cloned", Some(3), 70, &[]);
    clones.days = vec![Day { date: date(69), views: None, clones: cell(2, 1) }];
    fresh.record(&[rich(5, 6), rich(60, 4), idle, named, clones]);
    let memory = fresh.history.memory("github.com", night(70)).unwrap();
    assert_eq!(memory.keys().copied().collect::<Vec<_>>(), [RepoId(1), RepoId(2), RepoId(3)]);
    let lively = &memory[&RepoId(1)];
    assert_eq!((&lively.busy[..], lively.viewed, lively.week), (&[date(60)][..], true, Some(date(4))));
    assert_eq!(lively.asked[&Question::Stars], Asked { what: Question::Stars, at: night(60), mark: Some("4".into()) });
    assert_eq!((memory[&RepoId(2)].busy.len(), memory[&RepoId(2)].viewed), (0, false));
    assert_eq!((memory[&RepoId(3)].busy.len(), memory[&RepoId(3)].viewed), (1, false), "clones bring no referrers");
    assert!(fresh.history.memory("ghe.example", night(70)).unwrap().is_empty());
}

both!(
    everything_that_was_observed_comes_back,
    weeks_and_downloads_are_never_lowered,
    a_doubtful_day_without_a_figure_is_unknown_and_no_zero,
    an_operators_word_counts_and_can_be_taken_back_and_what_github_said_stays,
    a_forgotten_repository_leaves_nothing_and_no_other_is_touched,
    the_next_collection_is_told_what_is_known,
    order_and_repetition_change_nothing_of_it,
);
