//! Paths of requests, and addresses to return to.

use http::header::LOCATION;
use reqwest::Url;

use super::Script;
use super::grounds::GROUNDS;
use crate::edge::address::{Place, may_return_to};
use crate::edge::reply::see_other;

/// What addresses and attacks on them are made of.
const PIECES: [&str; 36] = [
    "/",
    "//",
    "\\",
    ".",
    "..",
    "/../",
    "/./",
    "%2e",
    "%2f",
    "%5c",
    "%00",
    "%",
    "?",
    "#",
    "@",
    ":",
    ";",
    "&",
    "=",
    "\t",
    "\n",
    " ",
    "\u{0}",
    "\u{7f}",
    "\u{ff0f}",
    "é",
    "-",
    "-/me",
    "-/login",
    "-/assets/",
    "viewer",
    "index.html",
    "A",
    "https:",
    "evil.example",
    "tollgate.example",
];

/// See [`path`](super::path).
pub(super) fn hold(mut script: Script<'_>) {
    let text = match script.byte() % 3 {
        0 => {
            let mut bytes = b"/viewer/repositories/acme/anvil.html".to_vec();
            script.change(&mut bytes);
            bytes
        }
        1 => {
            let mut text = String::new();
            while !script.is_over() && text.len() < 600 {
                text.push_str(script.one(&PIECES));
            }
            text.into_bytes()
        }
        _ => script.rest().to_vec(),
    };
    // As a server gets it: bytes that a request line may hold.
    if let Ok(uri) = http::Uri::try_from(text.as_slice()) {
        place(uri.path());
    }
    if let Ok(text) = std::str::from_utf8(&text) {
        place(text);
        returns(text);
    }
}

/// What names a place is written as the place is, and holds nothing that anybody could read in two ways.
fn place(path: &str) {
    let spellings = match Place::of(path) {
        Place::Nowhere => return,
        Place::Front => vec!["/".to_owned()],
        Place::Bundle(role) => vec![format!("/{role}"), format!("/{role}/")],
        Place::Page(role, page) => vec![format!("/{role}/{page}")],
        // The name is only looked up among those there are.
        Place::Asset(name) if GROUNDS.edge.pages.asset(&name).is_none() => return,
        Place::Asset(name) => vec![format!("/-/assets/{name}")],
        Place::Badge(path) => vec![format!("/-/badge/{}", path.as_str().trim_start_matches("badges/"))],
        Place::Callback(Some(name)) => vec![format!("/-/callback/{name}")],
        ours => vec![format!("/-/{}", name_of(&ours))],
    };
    assert!(spellings.iter().any(|spelling| spelling == path), "{path:?} is {spellings:?}");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/');
    assert!(path.starts_with('/') && path.bytes().all(plain), "{path:?}");
    let dots = |segment: &str| !segment.is_empty() && segment.bytes().all(|byte| byte == b'.');
    assert!(!path.contains("//") && !path.split('/').any(dots), "{path:?}");
    assert_eq!(GROUNDS.edge.base.join(path).unwrap().path(), path, "a browser reads it as it is");
}

fn name_of(ours: &Place) -> &'static str {
    match ours {
        Place::Login => "login",
        Place::Unsubscribe => "unsubscribe",
        Place::Callback(None) => "callback",
        Place::Logout => "logout",
        Place::BackChannel => "backchannel-logout",
        Place::Share => "share",
        Place::SignedOut => "signed-out",
        Place::Me => "me",
        other => panic!("{other:?} is a place that was forgotten here"),
    }
}

/// Whatever a sign-in may return to is on this site, wherever a browser stands when it reads it.
fn returns(address: &str) {
    for base in ["https://tollgate.example", "http://127.0.0.1:8080"] {
        let base: Url = base.parse().unwrap();
        if !may_return_to(address, &base) {
            continue;
        }
        let odd = |byte: u8| byte <= b' ' || byte >= 0x7f || byte == b'\\';
        assert!(address.starts_with('/') && !address.starts_with("//") && !address.bytes().any(odd), "{address:?}");
        for page in ["/", "/-/login?return=/x#y", "/-/callback?code=/c", "/viewer/a/b/c.html"] {
            let target = base.join(page).unwrap().join(address).unwrap();
            stays(&target, &base, address);
        }
        assert_eq!(see_other(address).headers()[LOCATION], address);
    }
}

fn stays(target: &Url, base: &Url, address: &str) {
    assert_eq!(target.origin(), base.origin(), "{address:?}");
    assert!(target.username().is_empty() && target.password().is_none(), "{address:?}");
    let there = Place::of(target.path());
    let ours = matches!(there, Place::Login | Place::Callback(_) | Place::Logout | Place::BackChannel | Place::Share);
    assert!(!ours, "{address:?} leads to {there:?}");
    // What the browser makes of it is as good: reading it twice leads nowhere else.
    let read = &target.as_str()[base.origin().ascii_serialization().len()..];
    assert!(read.len() > 512 || may_return_to(read, base), "{address:?} is read as {read:?}");
}
