//! Chromium as each person: exactly their bundles, nothing of the others', out at the end.

use serde_json::{Value, json};

use crate::support::world::{ALL_ROLES, MAY_SEE};
use crate::support::{Project, Provider, Ran, Running, World, bundle, free_port, script};

/// The titles of the roles, as the configuration of the tests has them.
const TITLES: [(&str, &str); 5] = [
    ("administrator", "Everything there is"),
    ("maintainer", "Maintainers of Acme"),
    ("tenant", "Globex"),
    ("viewer", "Two repositories"),
    ("closed", "For nobody"),
];

#[test]
fn everybody_sees_exactly_their_bundles_through_the_certified_provider() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    // One of each number of roles, and nobody.
    for (person, roles) in MAY_SEE.iter().filter(|(person, _)| ["vic", "pat", "gus"].contains(person)) {
        let ran = browse(&scenario(&world.base, person, roles, &ALL_ROLES));
        assert_eq!(ran.code, Some(0), "{person}: {}", ran.all());
    }
    // The same browser does complain when something is not as it should be.
    let wrong = browse(&scenario(&world.base, "vic", &["viewer", "tenant"], &ALL_ROLES));
    assert_eq!(wrong.code, Some(1), "{}", wrong.all());
    assert!(wrong.stderr.contains("vic is offered other bundles"), "{}", wrong.all());
}

#[test]
fn everybody_of_the_demo_sees_exactly_their_bundles() {
    let project = Project::empty();
    let mut demo = project.start(&["demo", "--listen", "127.0.0.1:0"]);
    let base = demo.line(|line| Some(line.trim().strip_prefix("Open ")?.trim_end_matches('/').to_owned()));
    let titles = [
        ("administrator", "Everything"),
        ("acme", "Acme, all repositories"),
        ("acme-public", "Acme, public repositories"),
        ("partner", "Two repositories"),
    ];
    let all = titles.map(|(role, _)| role);
    for (person, roles) in [
        ("Ada Admin", &["administrator", "acme"][..]),
        ("Mia Maintainer", &["acme", "acme-public"]),
        ("Vic Viewer", &["partner"]),
        ("Noa Nobody", &[]),
    ] {
        let ran = browse(&with_titles(&base, person, roles, &all, &titles));
        assert_eq!(ran.code, Some(0), "{person}: {}\n--- the demo\n{}", ran.all(), demo.told());
        let seen: Value = serde_json::from_str(&ran.stdout).unwrap();
        let pages = seen["pages"].as_array().unwrap().len();
        assert!(pages >= roles.len() * 2, "{person} saw only {pages} pages: {seen}");
        assert_eq!(seen["refused"].as_array().unwrap().len(), all.len() - roles.len(), "{seen}");
    }
    demo.stop().succeeds();
}

#[test]
fn a_bundle_reads_the_same_from_a_folder_without_any_server() {
    let world = World::published();
    let entries = bundle::bundle(&world.output(), bundle::current(&world.output()), "maintainer");
    let unpacked = Project::empty();
    for (name, bytes) in &entries {
        let path = unpacked.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let bundles = json!([{ "role": "maintainer", "title": "Maintainers of Acme" }]);
    browse(&json!({ "folder": unpacked.path(), "bundles": bundles })).succeeds();
}

#[test]
fn tabs_back_button_fragments_keyboard_and_no_scripts_all_work_on_the_way_in_and_out() {
    let world = sharing();
    let (_provider, mut edge) = world.serve();
    let mut browser = script("browser-signin.mjs", &places(&world));
    while !browser.has_ended() && !browser.told().contains("\"wants\":\"policy\"") {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    if !browser.has_ended() {
        ask_for_more(&world, &mut edge);
        browser.ask("there it is");
    }
    let ran = browser.end();
    assert_eq!(ran.code, Some(0), "{}\n--- the edge\n{}", ran.all(), edge.told());
}

#[test]
fn links_tokens_and_sessions_do_on_the_profile_what_their_buttons_say() {
    let world = sharing();
    let (_provider, edge) = world.serve();
    account(&places(&world), &["passesOn", "endsSessions"], &edge);
}

#[test]
fn every_page_of_the_edge_reads_well_on_a_phone_in_the_dark_and_aloud() {
    let world = sharing();
    let (provider, mut edge) = world.serve();
    let (base, _several) = behind_several(&world, &provider);
    edge.line(|line| line.contains("release=2").then_some(()));
    let mut scenario = places(&world);
    scenario["several"] = json!(base);
    scenario["shots"] = json!(std::env::var("TOLLGATE_SHOTS").ok());
    account(&scenario, &["readsWell"], &edge);
}

fn account(scenario: &Value, only: &[&str], edge: &Running) {
    let mut scenario = scenario.clone();
    scenario["only"] = json!(only);
    let ran = script("browser-account.mjs", &scenario).end();
    assert_eq!(ran.code, Some(0), "{}\n--- the edge\n{}", ran.all(), edge.told());
}

/// Publishes a policy with a claim that no session has kept: whoever comes next is asked for anew, without a question.
fn ask_for_more(world: &World, edge: &mut Running) {
    let before = "open_to = [{ claim = \"realm_access";
    let after = before.replace("[{", "[{ claim = \"department\", equals = \"press\" }, {");
    rewrite(world, "tollgate.toml", &[(before, &after)]);
    world.run(&["build"]).succeeds();
    edge.line(|line| line.contains("release=2").then_some(()));
}

/// Maintainers may pass on what they see.
const MAY_SHARE: (&str, &str) = ("\"Maintainers of Acme\"\n", "\"Maintainers of Acme\"\nshare = true\n");

/// The usual setting; maintainers may pass on what they see.
fn sharing() -> World {
    let world = World::new();
    rewrite(&world, "tollgate.toml", &[MAY_SHARE]);
    world.run(&["nightly"]).succeeds();
    world
}

/// Pages of the only role that may be passed on.
fn places(world: &World) -> Value {
    json!({
        "base": world.base,
        "page": "/maintainer/data.html",
        "other": "/maintainer/index.html",
        "csv": "/maintainer/data/daily.csv",
        "anchor": "main",
    })
}

/// Another edge in front of the same releases, for people of several providers.
fn behind_several(world: &World, provider: &Provider) -> (String, Running) {
    let address = format!("127.0.0.1:{}", free_port());
    let main = "[[oidc]]\nname = \"main\"\ntitle = \"Acme account\"\ndomains = [\"acme.example\"]\n";
    let second = "[[oidc]]\nname = \"second\"\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"tollgate\"\n\
                  client_secret_env = \"CLIENT_SECRET\"\n\n[edge]\n";
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("several.toml", &text);
    let own = world.base.trim_start_matches("http://");
    let changes = [(own, &*address), ("[oidc]\n", main), ("[edge]\n", second), MAY_SHARE];
    rewrite(world, "several.toml", &changes);
    // Of several providers a rule says whose word counts: here that of any.
    let rules = ["open_to = [{ ", "\n  { "].map(|rule| (rule, format!("{rule}provider = \"any\", ")));
    rewrite(world, "several.toml", &rules.each_ref().map(|(from, to)| (*from, &**to)));
    let secret = [("CLIENT_SECRET", &*provider.client_secret)];
    world.run(&["--config", "several.toml", "build"]).succeeds();
    let mut edge = world.project.start_with(&secret, &["--config", "several.toml", "serve"]);
    edge.until(|| std::net::TcpStream::connect(&address).ok().map(drop), "the second edge does not answer");
    (format!("http://{address}"), edge)
}

/// Replaces parts of a file, each of which must be there.
fn rewrite(world: &World, name: &str, changes: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(world.project.file(name)).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} has no {from:?}");
        text = text.replace(from, to);
    }
    world.project.write(name, &text);
}

fn scenario(base: &str, person: &str, roles: &[&str], all: &[&str]) -> Value {
    with_titles(base, person, roles, all, &TITLES)
}

fn with_titles(base: &str, person: &str, roles: &[&str], all: &[&str], titles: &[(&str, &str)]) -> Value {
    let title = |role: &str| titles.iter().find(|(name, _)| *name == role).map(|(_, title)| *title);
    let bundles: Vec<Value> = roles.iter().map(|role| json!({ "role": role, "title": title(role) })).collect();
    let others: Vec<&&str> = all.iter().filter(|role| !roles.contains(role)).collect();
    json!({ "base": base, "person": person, "bundles": bundles, "others": others })
}

fn browse(scenario: &Value) -> Ran {
    script("browser.mjs", scenario).end()
}
