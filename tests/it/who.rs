//! `tollgate who`: what somebody may see and why, told as the edge decides it.

use serde_json::{Value, json};

use crate::support::world::{self, ALL_ROLES, MAY_SEE};
use crate::support::{Project, Ran, World};

/// The open roles among the objects that `--json` prints.
fn open(ran: &Ran) -> Vec<String> {
    let roles: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(roles.iter().map(|role| role["role"].as_str().unwrap()).collect::<Vec<_>>(), ALL_ROLES);
    let open = roles.iter().filter(|role| role["open"] == true);
    open.map(|role| role["role"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn it_says_of_everybody_what_the_edge_decides() {
    let world = World::new();
    for (person, roles) in MAY_SEE {
        let claims = &world::people()[*person];
        world.project.write("claims.json", &claims.to_string());
        let ran = world.run(&["who", "--claims", "claims.json", "--json"]).ends_with(i32::from(roles.is_empty()));
        assert_eq!(open(&ran), *roles, "{person}: {}", ran.all());
    }
}

#[test]
fn it_says_why_rule_by_rule_and_which_repositories_that_opens() {
    let world = World::published();
    let ran = world.run(&["who", "pat@globex.example"]).succeeds();
    let note = "note: only the e-mail address is known, so rules on other claims, such as groups, cannot pass\n";
    assert_eq!(ran.stderr, note, "the release that is served has this very policy");
    let told = "Everything there is (administrator): closed\n  \
                rule 1 fails\n    \
                no   groups contains \"administrators\"  missing\n";
    assert!(ran.stdout.starts_with(told), "{}", ran.stdout);
    let told = "Globex (tenant): open, by rule 1\n  \
                rule 1 passes\n    \
                yes  e-mail is of globex.example  pat@globex.example\n  \
                opens ";
    let opens = ran.stdout.split(told).nth(1).unwrap_or_else(|| panic!("{}", ran.stdout));
    let (opens, rest) = opens.split_once("\nTwo repositories").unwrap();
    let (counted, names) = opens.split_once(" repositories\n    ").unwrap();
    let names: Vec<&str> = names.split("\n    ").collect();
    assert_eq!(counted, names.len().to_string());
    assert!(names.contains(&"globex/lantern") && names.iter().all(|name| name.starts_with("globex/")), "{names:?}");
    let told = " (viewer): closed\n  \
                rule 1 fails\n    \
                no   e-mail is vic@acme.example  pat@globex.example\n  \
                rule 2 fails\n    \
                yes  e-mail is of globex.example  pat@globex.example\n    \
                no   groups contains \"partners\"   missing\n";
    assert!(rest.starts_with(told), "{}", ran.stdout);
    world.project.write("pat.json", &world::people()["pat"].to_string());
    let ran = world.run(&["who", "--claims", "pat.json", "--json"]).succeeds();
    assert_eq!(ran.stderr, "");
    let viewer: Value = serde_json::from_str(ran.stdout.lines().nth(3).unwrap()).unwrap();
    let test = |test: &str, passes: bool, found: &str| json!({ "test": test, "passes": passes, "found": found });
    let expected = json!({
        "role": "viewer", "title": "Two repositories", "open": true, "rule": 2,
        "rules": [
            { "passes": false, "tests": [test("e-mail is vic@acme.example", false, "pat@globex.example")] },
            { "passes": true, "tests": [
                test("e-mail is of globex.example", true, "pat@globex.example"),
                test("groups contains \"partners\"", true, "[\"partners\"]"),
            ] },
        ],
        "repositories": ["acme/bat-man-outfit", "globex/lantern"],
    });
    assert_eq!(viewer, expected);
    // A policy that no release has yet.
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &text.replace("vic@acme.example", "pat@globex.example"));
    let ran = world.run(&["who", "pat@globex.example"]).succeeds();
    assert!(ran.stdout.contains("Two repositories (viewer): open, by rule 1\n"), "{}", ran.all());
    let note = "note: release 1, which is served now, has another policy; a build puts this one in force\n";
    assert!(ran.stderr.ends_with(note), "{}", ran.all());
}

const SITE: &str = r#"[site]
title = "Traffic"
base_url = "https://traffic.acme.example"

[[source]]
name = "acme"
token_env = "ACME_TOKEN"
repositories = ["acme/*"]

[[role]]
name = "staff"
repositories = ["acme/*"]
share = true
open_to = [{ provider = "acme", email_domain = "acme.example" }]

[[oidc]]
name = "acme"
issuer = "https://id.acme.example"
client_id = "tollgate"

[[oidc]]
name = "globex"
issuer = "https://id.globex.example"
client_id = "tollgate"
"#;

#[test]
fn of_several_providers_only_the_right_one_opens_a_rule() {
    let project = Project::empty();
    project.write("tollgate.toml", SITE);
    let ran = project.run(&["who", "ada@acme.example", "--provider", "acme"]).succeeds();
    let told = "staff (staff): open, by rule 1\n  \
                rule 1 passes\n    \
                yes  signed in at https://id.acme.example  \"https://id.acme.example\"\n    \
                yes  e-mail is of acme.example             ada@acme.example\n  \
                opens repositories that are not known before the first collection\n";
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (told, ""));
    let ran = project.run(&["who", "ada@acme.example", "--provider", "globex"]).ends_with(1);
    ran.says("no   signed in at https://id.acme.example  \"https://id.globex.example\"\n");
    let ran = project.run(&["who", "ada@acme.example"]).ends_with(1);
    ran.says("note: no provider is named, so rules for one provider cannot pass; add `--provider NAME` with one of `acme`, `globex`\n");
    assert!(!project.file("output").exists(), "looking leaves nothing behind");
    let ran = project.run(&["check"]).succeeds();
    ran.says("  share         people who see it may pass parts of it on\n")
        .says("  open to       signed in at https://id.acme.example and e-mail is of acme.example\n");
}

#[test]
fn what_cannot_be_used_is_told_with_its_mending() {
    let project = Project::empty();
    project.write("tollgate.toml", SITE);
    project.write("list.json", "[1]");
    project.write("other.json", r#"{ "iss": "https://id.globex.example" }"#);
    for (arguments, told) in [
        (&["ada"][..], "error: `ada` is no e-mail address\n\nhint: write one plain address"),
        (&["a@b@acme.example"], "error: `a@b@acme.example` is no e-mail address\n\nhint: "),
        (&["--claims", "none.json"], "error: `none.json` cannot be read: No such file or directory"),
        (&["--claims", "list.json"], "error: `list.json` holds no JSON object of claims: invalid type: sequence"),
        (&["--claims", "-"], "error: standard input holds no JSON object of claims: EOF while parsing"),
        (
            &["ada@acme.example", "--provider", "initech"],
            "error: there is no provider `initech`\n\nhint: known providers are `acme`, `globex`\n",
        ),
        (
            &["--claims", "other.json", "--provider", "acme"],
            "error: the claims are of \"https://id.globex.example\", and `--provider` is https://id.acme.example\n\nhint: ",
        ),
        (&[], "required"),
        (&["ada@acme.example", "--claims", "list.json"], "cannot be used with"),
    ] {
        let ran = project.run(&[&["who"], arguments].concat()).ends_with(2);
        assert!(ran.stderr.contains(told) && ran.stdout.is_empty(), "{told}: {}", ran.all());
    }
}
