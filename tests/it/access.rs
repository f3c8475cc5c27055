//! Every role, bundle and path, against people, strangers and forged cookies. What must come out is decided by
//! [`expected`], from the table of `world::MAY_SEE` and the zip files alone.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tollgate::keys::{Credential, Keyring, Purpose};

use crate::support::world::{ALL_ROLES, MAY_SEE};
use crate::support::{Answer, Client, Project, Session, Wire, World, bundle};

/// What an answer must be.
#[derive(Debug, PartialEq, Eq)]
enum Expected<'a> {
    /// 200 with exactly these bytes.
    Page(&'a [u8]),
    /// On to the front page of the bundle.
    Front,
    /// On to the profile: the page of that name is for copies that nobody serves.
    Account,
    /// 404, like everything that does not exist.
    NotFound,
    /// 403: signed in, and no role at all.
    NoRole,
    /// On to the sign-in; 401 for a script.
    SignIn,
}

/// Who asks: a cookie, and the roles that it must open; `None` where it is worth nothing.
struct Visitor {
    what: String,
    cookie: Option<String>,
    roles: Option<&'static [&'static str]>,
}

/// One entry of one bundle, or an address that looks like one.
struct Target<'a> {
    role: &'a str,
    path: String,
    bytes: Option<&'a [u8]>,
}

/// The model.
fn expected<'a>(visitor: &Visitor, target: &Target<'a>) -> Expected<'a> {
    match (visitor.roles, target.bytes) {
        (None, _) => Expected::SignIn,
        (Some([]), _) => Expected::NoRole,
        (Some(roles), _) if !roles.contains(&target.role) => Expected::NotFound,
        (Some(_), Some(_)) if target.path == "/account.html" => Expected::Account,
        (Some(_), Some(bytes)) => Expected::Page(bytes),
        (Some(_), None) if target.path.is_empty() || target.path == "/" => Expected::Front,
        (Some(_), None) => Expected::NotFound,
    }
}

#[test]
fn every_visitor_gets_exactly_what_the_table_says_on_every_path() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let number = bundle::current(&world.output());
    let bundles: Vec<_> = ALL_ROLES.iter().map(|role| (*role, bundle::bundle(&world.output(), number, role))).collect();
    let targets: Vec<Target> = bundles.iter().flat_map(|(role, entries)| targets(role, entries)).collect();
    assert!(targets.len() > 150, "only {} targets", targets.len());

    let people = people(&world);
    let strangers = strangers(&world, people[0].cookie.as_deref().unwrap());
    let mut wire = Wire::to(&world.base);
    for visitor in people.iter().chain(&strangers) {
        for target in &targets {
            let address = format!("/{}{}", target.role, target.path);
            check(&mut wire, visitor, &address, &expected(visitor, target), target.role);
        }
    }
}

#[test]
fn odd_forms_of_an_address_open_nothing() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let people = people(&world);
    let nobody = Visitor { what: "nobody".into(), cookie: None, roles: None };
    let mut wire = Wire::to(&world.base);
    for form in odd_forms() {
        for visitor in people.iter().chain([&nobody]) {
            let answer = get(&mut wire, visitor, &form, "text/html");
            let expected: &[u16] = match visitor.roles {
                // Style and icon are there for everybody, and nothing beside them.
                _ if form.starts_with("/-/assets/") => &[404],
                None => &[303, 400],
                Some([]) => &[403, 400],
                Some(_) => &[404, 400, 414],
            };
            assert!(expected.contains(&answer.status), "{} at {form:?}: {}", visitor.what, answer.status);
            assert_silent(&answer, visitor, &form);
            let location = answer.header("location").unwrap_or("/-/login");
            assert!(location.starts_with("/-/login"), "{} at {form:?} is sent to {location}", visitor.what);
        }
    }
}

#[test]
fn a_page_is_read_and_nothing_else_is_done_to_it() {
    let world = World::published();
    let (_provider, _edge) = world.serve();
    let mut client = Client::new();
    client.sign_in(&format!("{}/", world.base), "ada");
    let cookie = format!("cookie: tollgate={}", client.cookies["tollgate"]);
    let mut wire = Wire::to(&world.base);
    let page = "/administrator/index.html";
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "TRACE"] {
        let answer = wire.ask(method, page, &[&cookie, "accept: text/html", "content-length: 0"]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    let head = wire.ask("HEAD", page, &[&cookie, "accept: text/html"]);
    let get = wire.get(page, &[&cookie, "accept: text/html"]);
    assert_eq!((head.status, head.header("content-length")), (200, get.header("content-length")));
    assert!(get.body.len() > 1_000);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("vary", "Cookie, Accept-Encoding"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(get.header(name), Some(value), "{name}");
    }
    let policy = get.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
}

/// Every entry of a bundle, its front door, and what could be taken for an entry.
fn targets<'a>(role: &'a str, entries: &'a BTreeMap<String, Vec<u8>>) -> Vec<Target<'a>> {
    assert!(entries.contains_key("index.html"), "`{role}` has no front page: {:?}", entries.keys());
    let target = |path: String, bytes| Target { role, path, bytes };
    let real = entries.iter().filter(|(name, _)| *name != "index.json");
    let real = real.map(|(name, bytes)| target(format!("/{name}"), Some(bytes.as_slice())));
    let other = [
        "",
        "/",
        "/index.json",
        "/no-such-page.html",
        "/repositories/acme/no-such-page.html",
        "/index.htm",
        "/repositories",
        "/repositories/",
    ];
    real.chain(other.map(|path| target(path.to_owned(), None))).collect()
}

fn check(wire: &mut Wire, visitor: &Visitor, address: &str, expected: &Expected<'_>, role: &str) {
    let who = &visitor.what;
    let answer = get(wire, visitor, address, "text/html,*/*;q=0.8");
    let front = format!("/{role}/index.html");
    let location = answer.header("location");
    match expected {
        Expected::Page(bytes) => {
            assert_eq!(answer.status, 200, "{who} at {address}: {}", answer.text());
            assert!(unpacked(&answer) == *bytes, "{who} at {address} gets other bytes than the bundle has");
            return;
        }
        Expected::Front => assert_eq!((answer.status, location), (303, Some(front.as_str())), "{who} at {address}"),
        Expected::Account => assert_eq!((answer.status, location), (303, Some("/-/me")), "{who} at {address}"),
        Expected::NotFound => assert_eq!(answer.status, 404, "{who} at {address}"),
        Expected::NoRole => assert_eq!(answer.status, 403, "{who} at {address}"),
        Expected::SignIn => {
            let login = format!("/-/login?return={address}");
            assert_eq!((answer.status, location), (303, Some(login.as_str())), "{who} at {address}");
            let script = get(wire, visitor, address, "application/json");
            assert_eq!(script.status, 401, "a script of {who} at {address}");
            assert!(script.header("www-authenticate").is_some());
            assert_silent(&script, visitor, address);
        }
    }
    assert_silent(&answer, visitor, address);
}

/// A refusal carries nothing of what is refused.
fn assert_silent(answer: &Answer, visitor: &Visitor, address: &str) {
    let text = answer.text();
    for word in ["anvil", "lantern", "analytical-engine", "payroll", "views"] {
        assert!(!text.contains(word), "{} at {address} reads {word:?} in a {}", visitor.what, answer.status);
    }
    assert!(answer.header("cache-control").is_none_or(|value| value == "no-store"), "{address}");
}

fn get(wire: &mut Wire, visitor: &Visitor, address: &str, accept: &str) -> Answer {
    let accept = format!("accept: {accept}");
    let mut lines = vec![accept.as_str(), "accept-encoding: gzip"];
    let cookie = visitor.cookie.as_ref().map(|value| format!("cookie: {value}"));
    lines.extend(cookie.as_deref());
    wire.get(address, &lines)
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    assert_eq!(answer.header("content-encoding"), Some("gzip"), "stored bytes go out as they are");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Everybody of the table, signed in at the certified provider.
fn people(world: &World) -> Vec<Visitor> {
    let visitor = |(person, roles): &(&str, &'static [&'static str])| {
        let mut client = Client::new();
        client.sign_in(&format!("{}/", world.base), person);
        let cookie = format!("tollgate={}", client.cookies["tollgate"]);
        Visitor { what: (*person).to_owned(), cookie: Some(cookie), roles: Some(roles) }
    };
    MAY_SEE.iter().map(visitor).collect()
}

/// Cookies that are worth nothing, each for a reason of its own. `good` is one that opens everything.
fn strangers(world: &World, good: &str) -> Vec<Visitor> {
    let token = good.trim_start_matches("tollgate=");
    let keys = Keyring::load(&world.project.file("keys")).unwrap();
    let foreign = Project::empty();
    Keyring::init(&foreign.file("keys")).unwrap();
    let foreign = Keyring::load(&foreign.file("keys")).unwrap();
    let now = chrono::Utc::now().timestamp();
    let session = |age: i64, idle: i64| Session::of(token).with(&[("signed_in", now - age), ("seen", now - idle)]);
    let statement = std::fs::read_to_string(world.output().join("releases/00000001/statement")).unwrap();
    // The forger's tools work: the same session, fresh, is believed.
    let fresh = Visitor {
        what: "a session as the edge would sign it".into(),
        cookie: Some(format!("tollgate={}", keys.sign(&session(0, 0)).unwrap())),
        roles: Some(&["administrator"]),
    };
    let worthless = [
        ("no cookie", None),
        ("an empty cookie", Some(String::new())),
        ("idle for two hours", Some(keys.sign(&session(7_200, 7_200)).unwrap())),
        ("thirteen hours old though just used", Some(keys.sign(&session(46_800, 1)).unwrap())),
        ("from the future", Some(keys.sign(&session(-3_600, -3_600)).unwrap())),
        ("signed with another keyring", Some(foreign.sign(&session(0, 0)).unwrap())),
        ("a sign-in signed with our keys", Some(keys.sign(&Attempt { session: session(0, 0) }).unwrap())),
        ("the statement of a release", Some(statement.trim().to_owned())),
        ("without a signature", Some(unsigned(token))),
        ("with more claims than were signed", Some(with_other_claims(token))),
        ("sent twice", Some(format!("{token}; tollgate={token}"))),
        ("in another case", Some(format!("x; Tollgate={token}"))),
        ("cut short", Some(token[..token.len() - 4].to_owned())),
        ("a very long one", Some("a".repeat(6_000))),
    ];
    let altered = altered(token).into_iter().map(|(what, token)| (what, Some(token)));
    let named = worthless.map(|(what, token)| (what.to_owned(), token)).into_iter().chain(altered);
    let visitor = |(what, token): (String, Option<String>)| Visitor {
        what,
        cookie: token.map(|token| format!("tollgate={token}")),
        roles: None,
    };
    named.map(visitor).chain([fresh]).collect()
}

/// One character changed in each part of the token.
fn altered(token: &str) -> Vec<(String, String)> {
    let ends: Vec<usize> = token.match_indices('.').map(|(at, _)| at).chain([token.len()]).collect();
    let change = |end: &usize| {
        let at = end - 5;
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        (format!("altered at {at}"), format!("{}{other}{}", &token[..at], &token[at + 1..]))
    };
    ends.iter().map(change).collect()
}

fn unsigned(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"tollgate-session+jwt"}"#);
    format!("{header}.{}.", token.split('.').nth(1).unwrap())
}

fn with_other_claims(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut body: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    body["claims"]["email"] = json!("vic@acme.example");
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(body.to_string()), parts[2])
}

/// The other credential of the edge, with all that a session has.
#[derive(Serialize, Deserialize)]
struct Attempt {
    #[serde(flatten)]
    session: Session,
}

impl Credential for Attempt {
    const TYP: &'static str = "tollgate-signin+jwt";
    const AUDIENCE: &'static str = "tollgate:signin";
    const PURPOSE: Purpose = Purpose::Attempt;
}

/// Ways to write an address that some server would take for the page of a role, and none of ours is.
fn odd_forms() -> Vec<String> {
    let page = "/index.html";
    let mut forms = Vec::new();
    for role in ALL_ROLES {
        let encoded = format!("%{:02x}{}", role.as_bytes()[0], &role[1..]);
        let upper = role.to_uppercase();
        for front in [
            format!("//{role}"),
            format!("///{role}"),
            format!("/./{role}"),
            format!("/../{role}"),
            format!("/x/../{role}"),
            format!("/viewer/../{role}"),
            format!("/viewer/..%2f{role}"),
            format!("/viewer/%2e%2e/{role}"),
            format!("/viewer/%252e%252e/{role}"),
            format!("/{encoded}"),
            format!("/%25{}", &encoded[1..]),
            format!("/{upper}"),
            format!("/{role}/"),
            format!("/{role}/."),
            format!("/{role}/.."),
            format!("/{role}/..;"),
            format!("/{role};x=1"),
            format!("/{role}%00"),
            format!("/{role}%20"),
            format!("/{role}\\"),
            format!("\\{role}"),
            format!("/-/{role}"),
            format!("/-/assets/../../{role}"),
            format!("/{role}.zip"),
            format!("/releases/00000001/{role}.zip"),
        ] {
            forms.push(format!("{front}{page}"));
        }
        for tail in [
            "/index.html/",
            "/index.html;x",
            "/index.html%00",
            "/index.html%00.css",
            "/index%2ehtml",
            "%2findex.html",
            "/INDEX.HTML",
            "/index.html.",
            "/index.html%20",
            "/.index.html",
            "/index.html~",
            "/%2e/index.html",
            "/index.html%0a",
            "/index.html%c0%ae",
            "/ïndex.html",
            "/index.json",
            "/../statement",
            "/%2e%2e%2fstatement",
        ] {
            forms.push(format!("/{role}{tail}"));
        }
    }
    forms.extend(
        ["/statement", "/current", "/keys/session.json", "/tollgate.toml", "/tollgate.sqlite", "/*", "/-", "/-/"]
            .map(str::to_owned),
    );
    forms.push(format!("/{}", "a".repeat(5_000)));
    forms.push(format!("/{}", "a/".repeat(3_000)));
    forms
}
