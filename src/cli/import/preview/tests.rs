use super::*;
use crate::domain::repo::About;
use crate::history::{History, Settings};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn cell(count: u64, uniques: u64) -> Option<Cell> {
    Some(Cell { count, uniques })
}

fn observation(name: &str, id: Option<u64>, days: Vec<Day>) -> Observation {
    let sighting = Sighting {
        host: "github.com".into(),
        id: id.map(RepoId),
        name: name.parse().unwrap(),
        source: None,
        left: None,
        traits: None,
        description: None,
        about: About::default(),
    };
    Observation { days, ..Observation::new(sighting, "2026-01-05T00:00:00Z".parse().unwrap()) }
}

fn day(text: &str, views: Option<Cell>, clones: Option<Cell>) -> Day {
    Day { date: date(text), views, clones }
}

/// What the preview says must be what recording then does.
fn previewed(before: &[Observation], told: &[Observation]) -> (Preview, Recorded) {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::open(&Settings::Sqlite { path: folder.path().join("history.db") }).unwrap();
    history.record(before).unwrap();
    let known = history.load().unwrap();
    let preview = Preview::of_observations(&known, told);
    let rehearsed = history.rehearse(told).unwrap();
    assert_eq!(history.load().unwrap(), known, "a rehearsal changes nothing");
    assert_eq!(history.record(told).unwrap(), rehearsed);
    (preview, rehearsed)
}

#[test]
fn what_would_change_is_shown_before_what_is_only_new() {
    let before = [observation(
        "acme/anvil",
        Some(7),
        vec![day("2026-01-02", cell(3, 2), None), day("2026-01-03", cell(9, 9), None)],
    )];
    let told = [
        observation(
            "ACME/Anvil",
            None,
            vec![
                day("2026-01-01", cell(1, 1), cell(2, 2)),
                day("2026-01-02", cell(7, 2), cell(4, 1)),
                day("2026-01-03", cell(8, 8), None),
            ],
        ),
        observation("acme/tongs", None, vec![day("2026-01-01", None, cell(5, 5))]),
    ];
    let (preview, recorded) = previewed(&before, &told);
    assert_eq!(
        preview.as_text(&recorded),
        "would be new: 1 repositories, 2 days, 0 snapshots; would change: 1 days\n  \
         new repository acme/tongs\n  \
         ACME/Anvil 2026-01-02 views 3 → 7\n  \
         ACME/Anvil 2026-01-02 clones unknown → 4\n  \
         ACME/Anvil 2026-01-02 unique clones unknown → 1\n  \
         ACME/Anvil 2026-01-01 views 1, clones 2 (new)\n  \
         acme/tongs 2026-01-01 clones 5 (new)\n\
         nothing was changed\n"
    );
    let json = preview.as_json(&recorded).unwrap();
    assert_eq!(json["recorded"]["new_days"], 2);
    assert_eq!(json["new_repositories"], json!(["acme/tongs"]));
    assert_eq!(json["examples"][0], "ACME/Anvil 2026-01-02 views 3 → 7");
}

#[test]
fn what_is_known_changes_nothing() {
    let all = [observation("acme/anvil", None, vec![day("2026-01-02", cell(3, 2), None)])];
    let (preview, recorded) = previewed(&all, &all);
    assert_eq!((preview, recorded), (Preview::default(), Recorded::default()));
}

#[test]
fn a_repository_is_found_as_the_history_finds_it() {
    let known = [day("2026-01-02", cell(3, 2), None)].to_vec();
    // Renamed; and its old name taken by another.
    let renamed = [observation("acme/old", Some(7), known.clone()), {
        let mut later = observation("acme/new", Some(7), vec![]);
        later.seen += chrono::Duration::days(1);
        later
    }];
    let cases: [(&[Observation], Observation, bool); 5] = [
        (&renamed, observation("acme/old", None, known.clone()), false),
        (&renamed, observation("acme/other", Some(7), known.clone()), false),
        (&renamed, observation("acme/old", Some(8), known.clone()), true),
        (&[observation("acme/anvil", None, known.clone())], observation("acme/anvil", Some(9), known.clone()), false),
        (&[observation("acme/anvil", Some(1), known.clone())], observation("acme/anvil", Some(2), known), true),
    ];
    for (before, told, new) in cases {
        let name = told.sighting.name.to_string();
        let (preview, recorded) = previewed(before, &[told]);
        assert_eq!(recorded.repositories, u64::from(new), "{name}");
        assert_eq!(preview.repositories.len(), usize::from(new), "{name}");
        assert_eq!(preview.new.len(), usize::from(new), "{name}");
    }
}

#[test]
fn a_thousand_days_are_shown_by_twenty() {
    let first = date("2020-01-01");
    let days = (0..1000).map(|n| Day { date: first + chrono::Days::new(n), views: cell(1, 1), clones: None }).collect();
    let (preview, recorded) = previewed(&[], &[observation("acme/anvil", None, days)]);
    let text = preview.as_text(&recorded);
    assert_eq!(text.lines().filter(|line| line.ends_with("(new)")).count(), SHOWN);
    assert!(text.contains("\n  and more days like these\n"), "{text}");
}
