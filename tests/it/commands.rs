//! What operators do at a shell while the edge runs: pass parts on, end sessions, turn keys over, read the audit log.

mod keys;
mod sessions;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Client, Ran, Reply, Running, SOON, World, bundle, within};

const PAGE: &str = "/viewer/repositories/globex/lantern.html";

/// The JSON lines that a command prints.
fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn json(world: &World, arguments: &[&str]) -> Vec<Value> {
    lines(&world.run(&[arguments, &["--json"]].concat()).succeeds())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key}: {value}"))
}

/// Hands in a link as its page does.
fn open(client: &mut Client, world: &World, link: &str) -> Reply {
    let (page, token) = link.split_once('#').unwrap();
    assert_eq!(page, format!("{}/-/share", world.base));
    assert!(client.get(page).text().contains("<form class=\"fields\" id=\"share\""));
    client.post(page, &format!("token={token}"), &[("origin", &world.base)])
}

fn status(client: &Client, world: &World, path: &str) -> u16 {
    client.clone().get(&format!("{}{path}", world.base)).status
}

/// What a script gets with a token.
fn fetch(world: &World, path: &str, token: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    Client::new().send(Method::GET, &format!("{}{path}", world.base), &[("authorization", &bearer)], "")
}

/// How the events of a kind came out, in their order.
fn outcomes(world: &World, arguments: &[&str]) -> Vec<String> {
    let told = json(world, &[&["audit"], arguments].concat());
    told.iter().map(|event| text(event, "outcome").to_owned()).collect()
}

/// No line of the log holds anything that opens something.
fn nothing_secret_is_told(world: &World, edge: Running, secrets: &[&str]) {
    let log = std::fs::read_to_string(world.project.file("audit.jsonl")).unwrap();
    let ran = edge.stop().succeeds();
    for secret in secrets {
        let signature = secret.rsplit('.').next().unwrap();
        assert!(signature.len() > 20 && !log.contains(signature) && !ran.all().contains(signature), "{log}");
    }
}

#[test]
fn a_link_opens_what_it_says_until_it_is_revoked() {
    let world = World::published();
    let (_provider, edge) = world.serve();
    let ran =
        world.run(&["share", "create", "viewer", "--path", "repositories/globex", "--note", "for Pat"]).succeeds();
    let link = ran.stdout.trim().to_owned();
    assert!(ran.stderr.contains(" UTC; it is shown this once\n"), "{}", ran.all());
    let mut guest = Client::new();
    let opened = open(&mut guest, &world, &link);
    assert_eq!((opened.status, opened.location().unwrap().path()), (303, PAGE));
    assert!(guest.arrive(opened).text().contains("globex/lantern"));
    for (path, expected) in [
        (PAGE, 200),
        ("/viewer/index.html", 303),
        ("/viewer/repositories/acme/bat-man-outfit.html", 303),
        ("/administrator/repositories/globex/lantern.html", 303),
        ("/-/me", 303),
    ] {
        assert_eq!(status(&guest, &world, path), expected, "{path}");
    }
    let stranger = format!("token={}", link.split_once('#').unwrap().1);
    let share = format!("{}/-/share", world.base);
    assert_eq!(Client::new().post(&share, &stranger, &[("origin", "https://evil.example")]).status, 403);
    // Without scripts people paste the whole link.
    let pasted = format!("token={}", link.replace(':', "%3A").replace('/', "%2F").replace('#', "%23"));
    assert_eq!(Client::new().post(&share, &pasted, &[("origin", &world.base)]).status, 303);

    let once = text(&json(&world, &["share", "create", "viewer", "--once", "--expires", "2h"])[0], "secret").to_owned();
    assert_eq!(open(&mut Client::new(), &world, &once).location().unwrap().path(), "/viewer/index.html");
    let again = open(&mut Client::new(), &world, &once);
    assert!(again.status == 403 && again.text().contains("This link could be opened once, and was."));

    let made = json(&world, &["share", "create", "viewer", "--email", "gil@globex.example"]);
    let mut gil = Client::new();
    assert_eq!(open(&mut gil, &world, text(&made[0], "secret")).status, 303);
    assert_eq!(status(&gil, &world, PAGE), 303, "not before somebody signs in");
    let mut max = gil.clone();
    assert_eq!(max.sign_in(&format!("{}{PAGE}", world.base), "max").status, 404, "nor for somebody else");
    assert_eq!(gil.sign_in(&format!("{}{PAGE}", world.base), "gil").status, 200);
    assert_eq!(status(&gil, &world, "/tenant/index.html"), 200, "what is theirs stays theirs");

    listed_and_revoked(&world, &guest, &link);
    nothing_secret_is_told(&world, edge, &[&link, &once]);
}

fn listed_and_revoked(world: &World, guest: &Client, link: &str) {
    let listed = json(world, &["share", "list"]);
    let of =
        |note: &str, once: bool| listed.iter().find(|share| share["note"] == note && share["once"] == once).unwrap();
    let (noted, once) = (of("for Pat", false), of("", true));
    assert_eq!((text(noted, "state"), text(once, "state")), ("open", "used"));
    let lasts = once["until"].as_i64().unwrap() - once["made"].as_i64().unwrap();
    assert_eq!((lasts, text(noted, "prefix")), (7_200, "repositories/globex"));
    assert!(!listed.iter().any(|share| share.to_string().contains("eyJ")), "{listed:?}");
    let id = text(noted, "id");
    let ran = world.run(&["share", "list"]).succeeds();
    assert_eq!(ran.stderr, "2 of 3 entries open\n");
    let line = ran.stdout.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line.contains("  open      viewer/repositories/globex  until 20") && line.ends_with("  for Pat"), "{line}");
    assert!(ran.stdout.contains("  for gil@globex.example\n") && ran.stdout.contains("  once\n"), "{}", ran.all());

    // One id in 64 begins like an option.
    world.run(&["share", "revoke", "-no-such-id"]).succeeds().says("note: no such link or token is on record");
    world.run(&["share", "revoke", id]).succeeds().says(&format!("revoked {id}"));
    within(SOON, "whoever opened it is out", || (status(guest, world, PAGE) == 303).then_some(()));
    assert_eq!(open(&mut Client::new(), world, link).status, 403);
    let told = outcomes(world, &["--event", "share", "--who", id]);
    assert_eq!(told, ["made", "opened", "opened", "revoked"]);
    assert_eq!(outcomes(world, &["--event", "share", "--who", text(once, "id")]), ["made", "opened"]);
    let refused = outcomes(world, &["--event", "share", "--from", "127.0.0.1"]);
    assert_eq!(refused.iter().filter(|outcome| *outcome == "used" || *outcome == "revoked").count(), 2, "{refused:?}");
    let ran = world.run(&["audit", "--event", "share", "--from", "command line", "--since", "1h"]).succeeds();
    assert_eq!(ran.stdout.lines().count(), 5, "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.contains("  share  ") && line.contains("  from command line")));
    assert_eq!(outcomes(world, &["--role", "tenant"]), Vec::<String>::new());
}

#[test]
fn a_token_fetches_csv_and_nothing_else_until_it_is_revoked() {
    let world = World::published();
    let (_provider, edge) = world.serve();
    let entries = bundle::bundle(&world.output(), 1, "viewer");
    let csv: Vec<&String> = entries.keys().filter(|name| name.ends_with(".csv")).collect();
    let address = |name: &str| format!("/viewer/{name}");
    let ran = world.run(&["token", "create", "viewer", "--expires", "12h", "--note", "nightly"]).succeeds();
    let token = ran.stdout.trim().to_owned();
    assert!(!csv.is_empty() && !token.contains(['/', '#']));
    for name in &csv {
        let fetched = fetch(&world, &address(name), &token);
        assert_eq!((fetched.status, fetched.header("content-type")), (200, Some("text/csv; charset=utf-8")), "{name}");
        assert_eq!(fetched.body, entries[*name], "{name}");
    }
    for (path, expected) in [
        ("/viewer/index.html", 403),
        ("/tenant/index.html", 404),
        ("/viewer/none.csv", 404),
        ("/-/me", 404),
        ("/", 404),
    ] {
        assert_eq!(fetch(&world, path, &token).status, expected, "{path}");
    }
    let link = world.run(&["share", "create", "viewer"]).succeeds().stdout.trim().to_owned();
    let other = fetch(&world, &address(csv[0]), link.split_once('#').unwrap().1);
    assert_eq!(other.status, 401, "a link is no token");
    assert!(other.header("www-authenticate").unwrap().contains("invalid_token"));
    assert_eq!(open(&mut Client::new(), &world, &format!("{}/-/share#{token}", world.base)).status, 403);
    world.run(&["token", "revoke", "-q-such-id", "--quiet"]).succeeds().says("revoked -q-such-id");
    world.run(&["token", "create", "nobody"]).ends_with(2).says("there is no role `nobody`\n\nhint: known roles are");
    world.run(&["token", "create", "viewer", "--path", "../x"]).ends_with(2).says("cannot begin a path");
    world.run(&["token", "create", "viewer", "--expires", "2y"]).ends_with(2).says("such as 12h or 7d");

    let listed = json(&world, &["token", "list"]);
    let [only] = listed.as_slice() else { panic!("a link is listed among the tokens: {listed:?}") };
    assert_eq!((text(only, "state"), text(only, "note"), text(only, "role")), ("open", "nightly", "viewer"));
    let id = text(only, "id");
    world.run(&["token", "revoke", id]).succeeds();
    within(SOON, "the token is refused", || (fetch(&world, &address(csv[0]), &token).status == 401).then_some(()));
    assert_eq!(text(&json(&world, &["token", "list"])[0], "state"), "revoked");
    let other = json(&world, &["token", "create", "viewer"]).remove(0);
    world.run(&["share", "revoke", text(&other, "id")]).succeeds();
    let told = outcomes(&world, &["--event", "token", "--who", text(&other, "id")]);
    assert_eq!(told, ["made", "revoked"], "whichever command ends it, it is a token that ended");
    let told = outcomes(&world, &["--event", "token", "--who", id]);
    assert_eq!(told, ["made", "used", "revoked", "refused"], "each use once, each refusal");
    assert_eq!(outcomes(&world, &["--event", "token", "--who", id, "--outcome", "used"]).len(), 1);
    nothing_secret_is_told(&world, edge, &[&token, &link]);
}

#[test]
fn what_people_pass_on_ends_with_them() {
    let world = World::new();
    let text_of = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    world.project.write("tollgate.toml", &text_of.replace("name = \"viewer\"\n", "name = \"viewer\"\nshare = true\n"));
    world.run(&["nightly"]).succeeds();
    let (_provider, edge) = world.serve();
    let me = format!("{}/-/me", world.base);
    let (mut vic, mut gil) = (Client::new(), Client::new());
    vic.sign_in(&me, "vic");
    gil.sign_in(&me, "gil");
    let make = |client: &mut Client, action: &str| {
        let form = format!("action={action}&role=viewer&days=3&path=&email=&note=by+hand");
        client.post(&me, &form, &[("origin", &world.base)])
    };
    assert!(make(&mut gil, "share").status >= 400, "nobody passes on what is not theirs");
    let secret = |reply: &Reply| {
        let text = reply.text();
        let made = text.split("class=\"made\"").nth(1).unwrap_or_else(|| panic!("nothing is made: {text}"));
        let code = made.split("<textarea").nth(1).unwrap().split(['>', '<']).nth(1).unwrap();
        code.replace("&#x2F;", "/")
    };
    let (link, token) = (secret(&make(&mut vic, "share")), secret(&make(&mut vic, "token")));
    let mut guest = Client::new();
    assert_eq!(open(&mut guest, &world, &link).status, 303);
    assert_eq!(status(&guest, &world, "/viewer/index.html"), 200);
    let csv = bundle::bundle(&world.output(), 1, "viewer").into_keys().find(|name| name.ends_with(".csv")).unwrap();
    let csv = format!("/viewer/{csv}");
    assert_eq!(fetch(&world, &csv, &token).status, 200);
    let [share, _] = ["share", "token"].map(|kind| json(&world, &[kind, "list"]).remove(0));
    assert_eq!((text(&share, "by_email"), text(&share, "note")), ("VIC@acme.example", "by hand"));

    let taken_back = format!("action=revoke&id={}", text(&share, "id"));
    assert!(
        gil.post(&me, &taken_back, &[("origin", &world.base)]).status >= 400,
        "nobody takes back what is not theirs"
    );
    assert_eq!(status(&guest, &world, "/viewer/index.html"), 200);
    assert_eq!(vic.post(&me, &taken_back, &[("origin", "https://evil.example")]).status, 403);
    assert!(vic.post(&me, &taken_back, &[("origin", &world.base)]).status < 400);
    within(SOON, "the link is taken back", || (status(&guest, &world, "/viewer/index.html") == 303).then_some(()));
    assert_eq!(fetch(&world, &csv, &token).status, 200, "the token is another matter");
    world.run(&["sessions", "revoke", "--email", "vic@acme.example"]).succeeds();
    within(SOON, "the token ends with its maker", || (fetch(&world, &csv, &token).status == 401).then_some(()));
    assert_eq!(status(&gil, &world, "/tenant/index.html"), 200);
    let told = json(&world, &["audit", "--event", "share", "--who", "vic@acme.example"]);
    assert_eq!(told.iter().map(|event| text(event, "outcome")).collect::<Vec<_>>(), ["made", "revoked"]);
    nothing_secret_is_told(&world, edge, &[&link, &token]);
}
