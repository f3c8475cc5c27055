use super::*;

/// Names as "current (aliases)", with what was recorded of them: each sighting views its own day once.
fn told(store: Store, sightings: &[(&str, Option<u64>, u64)]) -> Vec<String> {
    let mut fresh = Fresh::new(store);
    for (n, (name, id, seen)) in sightings.iter().enumerate() {
        fresh.record(&[observation(name, *id, *seen, &[views(n as u64, 1, 1)])]);
    }
    let describe = |history: &RepositoryHistory| {
        let aliases: Vec<String> = history.repository.aliases.iter().map(ToString::to_string).collect();
        let days: Vec<String> =
            history.traffic.series().days().iter().map(|day| (day.date - date(0)).num_days().to_string()).collect();
        let id = history.repository.id.map_or("-".to_owned(), |id| id.to_string());
        format!("{id} {} ({}) {}", history.repository.name, aliases.join(" "), days.join(""))
    };
    fresh.load().iter().map(describe).collect()
}

fn a_repository_is_followed_through_renames(store: Store) {
    for (case, sightings, expected) in [
        ("a rename adds an alias", vec![("a/old", Some(1), 1), ("a/new", Some(1), 2)], vec!["1 a/new (a/old) 01"]),
        (
            "a late sighting turns no name back",
            vec![("a/new", Some(1), 2), ("a/old", Some(1), 1)],
            vec!["1 a/new (a/old) 01"],
        ),
        (
            "aliases stand oldest first, whatever their order of arrival",
            vec![("a/c", Some(1), 3), ("a/b", Some(1), 2), ("a/d", Some(1), 4), ("a/a", Some(1), 1)],
            vec!["1 a/d (a/a a/b a/c) 0123"],
        ),
        (
            "renamed there and back",
            vec![("a/a", Some(1), 1), ("a/b", Some(1), 2), ("a/a", Some(1), 3)],
            vec!["1 a/a (a/b) 012"],
        ),
        ("case alone is no new name", vec![("a/a", Some(1), 1), ("A/a", Some(1), 2)], vec!["1 A/a () 01"]),
        (
            "of two names at one moment, the later in the alphabet, whatever its case",
            vec![("a/B", Some(1), 1), ("a/a", Some(1), 1)],
            vec!["1 a/B (a/a) 01"],
        ),
        ("a transfer", vec![("a/x", Some(1), 1), ("b/x", Some(1), 2)], vec!["1 b/x (a/x) 01"]),
        (
            "a name used again brings no history along",
            vec![("a/a", Some(1), 1), ("a/b", Some(1), 2), ("a/a", Some(2), 3)],
            vec!["2 a/a () 2", "1 a/b (a/a) 01"],
        ),
        (
            "two live repositories may seem to have one name until the first is seen again",
            vec![("a/a", Some(1), 1), ("a/a", Some(2), 2)],
            vec!["1 a/a () 0", "2 a/a () 1"],
        ),
    ] {
        assert_eq!(told(store, &sightings), expected, "{case}");
    }
}

fn what_files_tell_by_name_finds_its_repository(store: Store) {
    for (case, sightings, expected) in [
        ("an import first, GitHub later", vec![("a/a", None, 1), ("A/A", Some(1), 2)], vec!["1 A/A () 01"]),
        ("GitHub first, an import later", vec![("a/a", Some(1), 2), ("A/A", None, 1)], vec!["1 a/a () 01"]),
        (
            "an import under an old name",
            vec![("a/a", Some(1), 1), ("a/b", Some(1), 2), ("a/a", None, 3)],
            vec!["1 a/b (a/a) 012"],
        ),
        (
            "the present holder of a name goes before a former one",
            vec![("a/a", Some(1), 1), ("a/b", Some(1), 2), ("a/a", Some(2), 3), ("a/a", None, 1)],
            vec!["2 a/a () 23", "1 a/b (a/a) 01"],
        ),
        (
            "of two present holders, the one met last",
            vec![("a/a", Some(1), 5), ("a/a", Some(2), 4), ("a/a", None, 1)],
            vec!["1 a/a () 02", "2 a/a () 1"],
        ),
        ("an import twice", vec![("a/a", None, 1), ("a/a", None, 9)], vec!["- a/a () 01"]),
        (
            "once adopted, not adopted again",
            vec![("a/a", None, 1), ("a/a", Some(1), 2), ("a/a", Some(2), 3)],
            vec!["1 a/a () 01", "2 a/a () 2"],
        ),
        (
            "GitHub's word on a name goes before the files', even a later one's",
            vec![("a/a", None, 9), ("a/a", Some(1), 1), ("a/b", Some(1), 2)],
            vec!["1 a/b (a/a) 012"],
        ),
    ] {
        assert_eq!(told(store, &sightings), expected, "{case}");
    }
}

fn one_id_on_two_hosts_is_two_repositories(store: Store) {
    let mut fresh = Fresh::new(store);
    let mut other = observation("a/a", Some(1), 1, &[]);
    other.sighting.host = "github.example".into();
    let mut imported = observation("a/a", None, 1, &[views(0, 1, 1)]);
    imported.sighting.host = "github.example".into();
    fresh.record(&[observation("a/a", Some(1), 1, &[]), other, imported]);
    let hosts: Vec<(String, usize)> =
        fresh.load().into_iter().map(|h| (h.repository.host, h.traffic.series().days().len())).collect();
    assert_eq!(hosts, [("github.com".to_owned(), 0), ("github.example".to_owned(), 1)]);
}

fn the_newest_sighting_describes_a_repository(store: Store) {
    let mut newer = observation("a/a", Some(1), 2, &[]);
    newer.sighting.traits = Some(Traits { private: true, fork: false, archived: true });
    newer.sighting.description = Some("second".into());
    newer.sighting.source = Some("emea".parse().unwrap());
    let mut older = observation("a/a", Some(1), 1, &[]);
    older.sighting.description = Some("first".into());
    let import = observation("a/a", None, 3, &[]);
    let mut orders = vec![];
    for order in [[&newer, &older, &import], [&import, &older, &newer], [&older, &import, &newer]] {
        let mut fresh = Fresh::new(store);
        for one in order {
            fresh.record(std::slice::from_ref(one));
        }
        orders.push(fresh.only().repository);
    }
    assert_eq!(orders[0].description.as_deref(), Some("second"));
    assert_eq!(orders[0].traits, newer.sighting.traits.unwrap());
    assert_eq!(orders[0].sources.iter().map(|s| s.as_str()).collect::<Vec<_>>(), ["emea", "main"]);
    assert!(orders.iter().all(|repository| *repository == orders[0]));
}

fn a_repository_that_github_was_never_asked_about_counts_as_private(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&[observation("a/a", None, 1, &[])]);
    assert!(fresh.only().repository.traits.private);
    fresh.record(&[observation("a/a", Some(1), 2, &[])]);
    assert!(!fresh.only().repository.traits.private);
}

both!(
    a_repository_is_followed_through_renames,
    what_files_tell_by_name_finds_its_repository,
    one_id_on_two_hosts_is_two_repositories,
    the_newest_sighting_describes_a_repository,
    a_repository_that_github_was_never_asked_about_counts_as_private,
);
