//! A bundle speaks of its own repositories and of no other.

use std::collections::BTreeMap;

use chrono::{Days, Utc};
use http::StatusCode;
use tollgate::demo::github::{Fault, SampleRepository};
use tollgate::domain::traffic::Span;

use crate::support::world::{ALL_ROLES, speaks_of};
use crate::support::{World, bundle};

/// What must not be found where its repository has no place.
struct Secret {
    repository: String,
    private: bool,
    /// Lower case: its names, its description, its id.
    marks: Vec<String>,
}

#[test]
fn no_bundle_holds_a_word_about_a_repository_outside_its_role() {
    let world = troubled();
    let secrets = secrets(&world);
    let number = bundle::current(&world.output());
    for role in ALL_ROLES {
        let entries = bundle::bundle(&world.output(), number, role);
        let texts = lower(&entries);
        let own: Vec<&Secret> =
            secrets.iter().filter(|secret| speaks_of(role, &secret.repository, secret.private)).collect();
        for secret in &secrets {
            if own.iter().any(|other| other.repository == secret.repository) {
                let name = secret.repository.to_lowercase();
                // The search works: it finds what belongs here.
                assert!(texts.values().any(|text| text.contains(&name)), "`{role}` does not speak of {name}");
                continue;
            }
            for mark in &secret.marks {
                // A description of a repository of one's own may name another one: GitHub shows it to the same people.
                let said = own.iter().any(|other| other.marks.iter().any(|own| own.contains(mark.as_str())));
                let found = texts.iter().find(|(_, text)| !said && text.contains(mark.as_str()));
                assert!(found.is_none(), "`{role}` says {mark:?} of {} in {}", secret.repository, found.unwrap().0);
            }
        }
        if role == "administrator" {
            everything_is_searched(&texts, &secrets);
        }
        assert!(own.len() < secrets.len() || role == "administrator", "the test searches nothing in `{role}`");
    }
}

/// Whoever sees everything finds every name in the CSV and faults in the log: the places where others must not.
fn everything_is_searched(texts: &BTreeMap<String, String>, secrets: &[Secret]) {
    let csv: String = texts.iter().filter(|(name, _)| name.ends_with(".csv")).map(|(_, text)| text.as_str()).collect();
    for secret in secrets {
        assert!(csv.contains(&secret.repository.to_lowercase()), "no CSV speaks of {}", secret.repository);
    }
    let named = secrets.iter().filter(|secret| texts["log.html"].contains(&secret.repository.to_lowercase())).count();
    assert!(named > 20, "the log names only {named}");
}

/// A year of history, and a night in which something went wrong with every repository, so that the log names them all.
fn troubled() -> World {
    let world = World::new();
    let today = world.github.today();
    let past = Span { first: today - Days::new(400), last: today - Days::new(29) };
    world.github.write_github_repo_stats(&world.project.file("past"), past).unwrap();
    let host = world.github.api.trim_start_matches("http://");
    world.run(&["import", "github-repo-stats", "past", "--host", host]).succeeds();
    let refusal = r#"{"message":"Must have push access to repository"}"#;
    let refused = Fault::Status(StatusCode::FORBIDDEN, vec![], refusal.to_owned());
    world.github.break_path("/traffic/clones", refused, usize::MAX);
    world.run(&["nightly"]).ends_with(3);
    world
}

/// Everything that the sample knows, not what the program made of it.
fn secrets(world: &World) -> Vec<Secret> {
    let today = Utc::now().date_naive();
    let secret = |repository: &SampleRepository| {
        let name = repository.name_on(today);
        let former = repository.former_names(today);
        let full = [&name].into_iter().chain(&former).map(|name| name.to_string().to_lowercase());
        // A bare name counts where it is no word of the language.
        let bare = [&name].into_iter().chain(&former).map(|name| name.name().to_lowercase());
        let bare = bare.filter(|name| name.len() > 7 && name.contains('-'));
        let id = repository.id.to_string();
        let description = repository.description().to_lowercase();
        Secret {
            repository: name.to_string(),
            private: repository.traits.private,
            marks: full.chain(bare).chain([id, description]).collect(),
        }
    };
    world.github.repositories().iter().map(secret).collect()
}

fn lower(entries: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let text = |(name, bytes): (&String, &Vec<u8>)| {
        // The name of an entry says as much as its content.
        (name.clone(), format!("{}\n{}", name.to_lowercase(), String::from_utf8_lossy(bytes).to_lowercase()))
    };
    entries.iter().map(text).collect()
}
