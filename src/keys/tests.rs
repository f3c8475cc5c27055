//! What is signed and what is believed. The parts of the keyring have their own tests beside these.

mod app;
mod client;
mod init;
mod rotate;
mod seal;

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::domain::policy::Policy;

/// Every file that its owner alone may read.
const PRIVATE: [&str; 8] =
    [RELEASE_PRIVATE, "session.json", "attempt.json", "share.json", "token.json", "trigger.json", "mail.json", HINT];

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Ticket {
    seat: u32,
}
impl Credential for Ticket {
    const TYP: &'static str = "ticket+jwt";
    const AUDIENCE: &'static str = "tollgate:ticket";
    const PURPOSE: Purpose = Purpose::Session;
}

/// A credential for every purpose, type and audience.
#[derive(Serialize, Deserialize)]
struct Card<const PURPOSE: usize, const TYP: usize, const AUDIENCE: usize> {
    seat: u32,
}
impl<const P: usize, const T: usize, const A: usize> Credential for Card<P, T, A> {
    const TYP: &'static str = ["ticket+jwt", "other+jwt"][T];
    const AUDIENCE: &'static str = ["tollgate:ticket", "tollgate:other"][A];
    const PURPOSE: Purpose = Purpose::ALL[P];
}

type Signs = fn(&Keyring) -> String;
type Verifies = fn(&Keyring, &str) -> bool;

fn card<const P: usize, const T: usize, const A: usize>() -> (Signs, Verifies) {
    let sign = |keys: &Keyring| keys.sign(&Card::<P, T, A> { seat: 4 }).unwrap();
    (sign, |keys, token| keys.verify::<Card<P, T, A>>(token).is_ok_and(|card| card.seat == 4))
}

fn cards() -> Vec<(Signs, Verifies)> {
    fn of<const P: usize>() -> [(Signs, Verifies); 4] {
        [card::<P, 0, 0>(), card::<P, 0, 1>(), card::<P, 1, 0>(), card::<P, 1, 1>()]
    }
    [of::<0>(), of::<1>(), of::<2>(), of::<3>(), of::<4>(), of::<5>()].concat()
}

fn keyring() -> (tempfile::TempDir, Keyring) {
    let dir = tempfile::tempdir().unwrap();
    Keyring::init(&dir.path().join("keys")).unwrap();
    let keys = Keyring::load(&dir.path().join("keys")).unwrap();
    (dir, keys)
}

/// The keys of a file, as written.
fn stored(folder: &Path, name: &str) -> Vec<Value> {
    let set: Value = serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap();
    set["keys"].as_array().unwrap().clone()
}

fn first(folder: &Path, name: &str) -> Value {
    stored(folder, name)[0].clone()
}

fn release() -> Release {
    Release {
        public: Default::default(),
        format: FORMAT,
        number: 7,
        created: "2026-11-24T02:00:00Z".parse().unwrap(),
        through: None,
        generator: "tollgate".into(),
        rollback_to: None,
        policy: Policy::default(),
        bundles: BTreeMap::new(),
    }
}

#[test]
fn what_was_signed_reads_back() {
    let (_dir, keys) = keyring();
    let token = keys.sign(&Ticket { seat: 4 }).unwrap();
    assert_eq!(keys.verify::<Ticket>(&token).unwrap(), Ticket { seat: 4 });
    assert_eq!(keys.verify_release(&keys.sign_release(&release()).unwrap()).unwrap(), release());
}

#[test]
fn no_credential_passes_for_another() {
    let (_dir, keys) = keyring();
    let cards = cards();
    for (signed, (sign, _)) in cards.iter().enumerate() {
        let token = sign(&keys);
        for (read, (_, verifies)) in cards.iter().enumerate() {
            assert_eq!(verifies(&keys, &token), signed == read, "signed as {signed}, read as {read}");
        }
        assert!(matches!(keys.verify_release(&token), Err(Error::Refused(_))));
        assert!(matches!(keys.unseal(&token, ""), Err(Error::Refused(_))));
    }
    let sealed = keys.seal(b"{}", "").unwrap();
    for foreign in [keys.sign_release(&release()).unwrap(), sealed] {
        assert!(cards.iter().all(|(_, verifies)| !verifies(&keys, &foreign)), "{foreign}");
    }
}

#[test]
fn no_changed_byte_passes() {
    let (_dir, keys) = keyring();
    let token = keys.sign(&Ticket { seat: 4 }).unwrap();
    for at in 0..token.len() {
        let mut altered = token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        if let Ok(altered) = String::from_utf8(altered) {
            assert!(altered == token || keys.verify::<Ticket>(&altered).is_err(), "byte {at}");
        }
    }
    for odd in ["", ".", "..", "a.b.c", &token[1..], &format!("{token}.x"), &format!("{token} ")] {
        assert!(keys.verify::<Ticket>(odd).is_err(), "{odd:?}");
    }
}

#[test]
fn headers_that_name_other_keys_or_algorithms_are_refused() {
    let (_dir, keys) = keyring();
    let token = keys.sign(&Ticket { seat: 4 }).unwrap();
    let (header, rest) = token.split_once('.').unwrap();
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    for (name, value) in [
        ("alg", "none"),
        ("alg", "HS512"),
        ("alg", "EdDSA"),
        ("kid", "another"),
        ("jku", "https://evil.example"),
        ("crit", "exp"),
        ("typ", "JWT"),
    ] {
        let mut forged = header.clone();
        forged[name] = value.into();
        let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(forged.to_string()));
        assert!(keys.verify::<Ticket>(&forged).is_err(), "{name}: {value}");
    }
}

#[test]
fn another_keyring_verifies_nothing_of_ours() {
    let ((_a, ours), (_b, theirs)) = (keyring(), keyring());
    assert!(theirs.verify::<Ticket>(&ours.sign(&Ticket { seat: 4 }).unwrap()).is_err());
    assert!(theirs.verify_release(&ours.sign_release(&release()).unwrap()).is_err());
}

#[test]
fn an_edge_with_the_public_key_only_verifies_releases_and_signs_none() {
    let (dir, keys) = keyring();
    let statement = keys.sign_release(&release()).unwrap();
    fs::remove_file(dir.path().join("keys").join(RELEASE_PRIVATE)).unwrap();
    let edge = Keyring::load(&dir.path().join("keys")).unwrap();
    assert!(edge.ready_for_edge().is_ok());
    assert_eq!(edge.verify_release(&statement).unwrap(), release());
    let refusal = edge.sign_release(&release()).unwrap_err().to_string();
    assert!(refusal.contains("release-private.json` is missing"), "{refusal}");
}

#[test]
fn a_newer_format_is_named_as_such() {
    let (_dir, keys) = keyring();
    let newer = Release { format: FORMAT + 1, ..release() };
    let refusal = keys.verify_release(&keys.sign_release(&newer).unwrap()).unwrap_err();
    assert!(matches!(refusal, Error::NewerFormat(n) if n == FORMAT + 1));
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _keys) = keyring();
    for name in PRIVATE {
        let open = dir.path().join("keys").join(name);
        fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
        let refusal = Keyring::load(&dir.path().join("keys")).unwrap_err().to_string();
        assert!(refusal.contains("may be read by others (mode 0640)") && refusal.contains("chmod 600"), "{refusal}");
        assert!(Keyring::list(&dir.path().join("keys")).is_err() && refusal.contains(name), "{refusal}");
        fs::set_permissions(&open, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn keys_that_are_short_malformed_or_meant_for_something_else_are_refused() {
    let (dir, _keys) = keyring();
    let folder = dir.path().join("keys");
    let (private, hint, session) =
        (first(&folder, RELEASE_PRIVATE), first(&folder, HINT), first(&folder, "session.json"));
    let with = |key: &Value, name: &str, value: &str| {
        let mut key = key.clone();
        key[name] = value.into();
        key
    };
    let cases = [
        ("session.json", with(&session, "k", "c2hvcnQ"), "too short"),
        ("session.json", with(&session, "k", "no base64"), "malformed"),
        ("session.json", with(&session, "alg", "HS512"), "meant for something else"),
        ("session.json", hint.clone(), "meant for something else"),
        ("session.json", private.clone(), "meant for something else"),
        ("hint.json", session.clone(), "meant for something else"),
        ("hint.json", with(&hint, "k", &"A".repeat(44)), "malformed"),
        (RELEASE_PRIVATE, session.clone(), "meant for something else"),
        (RELEASE_PRIVATE, with(&private, "d", &"A".repeat(43)), "malformed"),
        (RELEASE_PUBLIC, session, "holds a private key though everyone may read it"),
        (RELEASE_PUBLIC, private.clone(), "holds a private key though everyone may read it"),
        (RELEASE_PUBLIC, with(&first(&folder, RELEASE_PUBLIC), "x", "AAAA"), "too short"),
    ];
    for (name, key, told) in cases {
        let kept = fs::read(folder.join(name)).unwrap();
        fs::write(folder.join(name), json!({ "keys": [key] }).to_string()).unwrap();
        let refusals = [Keyring::load(&folder).unwrap_err(), Keyring::list(&folder).unwrap_err()];
        for refusal in refusals.map(|refusal| refusal.to_string()) {
            assert!(refusal.contains(name) && refusal.contains(told) && refusal.contains("\n\nhint: "), "{refusal}");
        }
        fs::write(folder.join(name), kept).unwrap();
    }
    Keyring::load(&folder).unwrap();
}
