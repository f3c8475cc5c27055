//! A bundle speaks of its own repositories and of no other, and so does every mail and message about it.

mod looking;
mod planted;
mod post;

use std::collections::BTreeMap;

use chrono::{Days, Utc};
use http::StatusCode;
use memchr::memmem;
use tollgate::demo::github::{Fault, SampleRepository};
use tollgate::domain::traffic::Span;

use crate::support::world::{ALL_ROLES, speaks_of};
use crate::support::{Client, World, bundle};
use looking::{Texts, huge, look_into};
use post::Post;

/// What must not be found where its repository has no place.
struct Secret {
    repository: String,
    private: bool,
    /// Lower case: its names, its description, its id.
    marks: Vec<String>,
}

#[test]
fn no_bundle_mail_or_message_holds_a_word_or_number_about_a_repository_outside_its_role() {
    let world = troubled();
    let post = Post::new(&world);
    let secrets = secrets(&world);
    let number = bundle::current(&world.output());
    for role in ALL_ROLES {
        let texts = look_into(&bundle::bundle(&world.output(), number, role));
        nothing_foreign(role, &secrets, &texts);
        everything_is_there(role, &texts);
        for secret in secrets.iter().filter(|secret| speaks_of(role, &secret.repository, secret.private)) {
            let name = secret.repository.to_lowercase();
            // The search works: it finds what belongs here.
            assert!(texts.values().any(|text| text.contains(&name)), "`{role}` does not speak of {name}");
        }
        if role == "administrator" {
            everything_is_searched(&texts, &secrets);
        }
    }
    for (role, letters) in post.send(&world) {
        nothing_foreign(role, &secrets, &letters);
        for (place, text) in &letters {
            let sees_all = role == "administrator";
            assert_eq!(huge(place, text).is_some(), sees_all, "the week's great figure in {place} of `{role}`: {text}");
            assert!(!sees_all || text.contains(planted::REFERRER), "{place}: {text}");
        }
    }
    a_fault_of_a_page_names_what_the_page_names(&world, &secrets);
    the_edge_says_no_more(&world, &secrets);
}

fn nothing_foreign(role: &str, secrets: &[Secret], texts: &Texts) {
    let sees = |secret: &&Secret| speaks_of(role, &secret.repository, secret.private);
    let (own, foreign): (Vec<&Secret>, Vec<&Secret>) = secrets.iter().partition(sees);
    assert!(!foreign.is_empty() || role == "administrator", "the test searches nothing in `{role}`");
    for secret in foreign {
        for mark in &secret.marks {
            // A description of a repository of one's own may name another one: GitHub shows it to the same people.
            let said = own.iter().any(|other| other.marks.iter().any(|own| own.contains(mark.as_str())));
            let search = memmem::Finder::new(mark.as_bytes());
            let found = texts.iter().find(|(_, text)| !said && search.find(text.as_bytes()).is_some());
            assert!(found.is_none(), "`{role}` says {mark:?} of {} in {}", secret.repository, found.unwrap().0);
        }
    }
    if role != "administrator" {
        for (place, text) in texts {
            assert_eq!(huge(place, text), None, "`{role}` counts what is outside of it, in {place}");
        }
    }
}

/// The places that a name could slip into are all there, in each bundle, so that looking into them says something.
fn everything_is_there(role: &str, texts: &Texts) {
    let places =
        ["explore/", "search/index.js", "badges/", "feeds/", ".csv", ".json", "index.json", "pages/", "404.html"];
    for place in places.into_iter().chain(["xlsx!xl/worksheets/sheet1.xml", "xlsx!xl/workbook.xml"]) {
        let found = texts.keys().any(|name| name.contains(place));
        assert!(found, "the bundle of `{role}` has no {place}");
    }
}

/// Whoever sees everything finds every name in the CSV and faults in the log, and what was planted wherever others must
/// not find it.
fn everything_is_searched(texts: &Texts, secrets: &[Secret]) {
    let of = |ending: &str| -> String {
        texts.iter().filter(|(name, _)| name.contains(ending)).map(|(_, text)| text.as_str()).collect()
    };
    let (csv, workbooks) = (of(".csv"), of(".xlsx!"));
    for secret in secrets {
        let name = secret.repository.to_lowercase();
        assert!(csv.contains(&name), "no CSV speaks of {name}");
        assert!(workbooks.contains(&name), "no workbook speaks of {name}");
    }
    let named = secrets.iter().filter(|secret| texts["log.html"].contains(&secret.repository.to_lowercase())).count();
    assert!(named > 20, "the log names only {named}");
    for place in [".csv", ".xlsx!", "search/index.js", ".html"] {
        for word in [planted::REFERRER, planted::PATH] {
            assert!(of(place).contains(word), "no {place} says {word}");
        }
    }
    for place in [".csv", ".json", ".xlsx!", "search/index.js", "explore/", ".html"] {
        let found = texts.iter().any(|(name, text)| name.contains(place) && huge(name, text).is_some());
        assert!(found, "no {place} counts what was planted");
    }
}

/// A year of history with more than life in one repository, and a night in which something went wrong with every
/// repository, so that the log names them all.
fn troubled() -> World {
    let world = World::new();
    let today = world.github.today();
    let past = Span { first: today - Days::new(400), last: today - Days::new(29) };
    world.github.write_github_repo_stats(&world.project.file("past"), past).unwrap();
    planted::plant(&world.project.file("past"), past.last);
    let host = world.github.api.trim_start_matches("http://");
    world.run(&["import", "github-repo-stats", "past", "--host", host]).succeeds();
    let refusal = r#"{"message":"Must have push access to repository"}"#;
    let refused = Fault::Status(StatusCode::FORBIDDEN, vec![], refusal.to_owned());
    world.github.break_path("/traffic/clones", refused, usize::MAX);
    planted::write_pages(&world);
    world.run(&["nightly"]).ends_with(3);
    world
}

/// Everything that the sample knows, not what the program made of it, and what was planted.
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
        let planted = planted::of(&name.to_string()).into_iter().map(str::to_owned);
        Secret {
            repository: name.to_string(),
            private: repository.traits.private,
            marks: full.chain(bare).chain([id, description]).chain(planted).collect(),
        }
    };
    world.github.repositories().iter().map(secret).collect()
}

/// Somebody who writes a page for a role learns nothing of what that role does not see, and nothing is published.
fn a_fault_of_a_page_names_what_the_page_names(world: &World, secrets: &[Secret]) {
    let before = bundle::current(&world.output());
    world.amend("");
    planted::write_pages(world);
    // What else could be asked for is tried on a small site beside the code.
    let asked = "acme/payrll";
    let page = format!(
        "+++\ntitle = \"One too many\"\nroles = [\"viewer\"]\n+++\n\n{{{{<chart repository=\"{asked}\"/>}}}}\n"
    );
    world.project.write("content/fault.md", &page);
    let ran = world.run(&["build"]).ends_with(1).says("fault.md:6").says(asked);
    let said = ran.all().to_lowercase().replace(asked, "");
    nothing_foreign("viewer", secrets, &BTreeMap::from([("the fault.txt".to_owned(), said)]));
    std::fs::remove_file(world.project.file("content/fault.md")).unwrap();
    assert_eq!(bundle::current(&world.output()), before);
}

/// The signed statement holds the policy with its selectors: nobody is given it, and no page of the edge tells of it.
fn the_edge_says_no_more(world: &World, secrets: &[Secret]) {
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    let me = client.sign_in(&format!("{}/-/me", world.base), "vic");
    assert!(me.status == 200 && me.text().contains("Two repositories"), "{}", me.text());
    let number = bundle::current(&world.output());
    let release = format!("/releases/{number:08}/release.jws");
    let statement = std::fs::read_dir(world.output().join(format!("releases/{number:08}"))).unwrap();
    let files: Vec<String> =
        statement.map(|file| format!("/releases/{number:08}/{}", file.unwrap().file_name().display())).collect();
    let fixed =
        ["/", "/-/me", "/-/share", "/administrator/", "/administrator/index.html", "/viewer/none.html", "/current"];
    let mut texts = BTreeMap::new();
    for path in fixed.into_iter().chain([release.as_str()]).chain(files.iter().map(String::as_str)) {
        let reply = client.get(&format!("{}{path}", world.base));
        let outside = !["/", "/-/me", "/-/share"].contains(&path);
        assert!(!outside || reply.status == 404, "{path}: {}", reply.status);
        let headers = format!("{:?}", reply.headers);
        texts.insert(format!("{path}.html"), format!("{headers}\n{}", reply.text()).to_lowercase());
    }
    nothing_foreign("viewer", secrets, &texts);
}
