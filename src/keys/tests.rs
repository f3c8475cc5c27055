use super::*;
use crate::domain::policy::Policy;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Ticket {
    seat: u32,
}
impl Credential for Ticket {
    const TYP: &'static str = "ticket+jwt";
    const AUDIENCE: &'static str = "tollgate:ticket";
    const PURPOSE: Purpose = Purpose::Session;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OtherType {
    seat: u32,
}
impl Credential for OtherType {
    const TYP: &'static str = "other+jwt";
    const AUDIENCE: &'static str = Ticket::AUDIENCE;
    const PURPOSE: Purpose = Purpose::Session;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OtherAudience {
    seat: u32,
}
impl Credential for OtherAudience {
    const TYP: &'static str = Ticket::TYP;
    const AUDIENCE: &'static str = "tollgate:other";
    const PURPOSE: Purpose = Purpose::Session;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OtherPurpose {
    seat: u32,
}
impl Credential for OtherPurpose {
    const TYP: &'static str = Ticket::TYP;
    const AUDIENCE: &'static str = Ticket::AUDIENCE;
    const PURPOSE: Purpose = Purpose::Attempt;
}

fn keyring() -> (tempfile::TempDir, Keyring) {
    let dir = tempfile::tempdir().unwrap();
    Keyring::init(&dir.path().join("keys")).unwrap();
    let keys = Keyring::load(&dir.path().join("keys")).unwrap();
    (dir, keys)
}

fn release() -> Release {
    Release {
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
    let token = keys.sign(&Ticket { seat: 4 }).unwrap();
    assert!(keys.verify::<OtherType>(&token).is_err());
    assert!(keys.verify::<OtherAudience>(&token).is_err());
    assert!(keys.verify::<OtherPurpose>(&token).is_err());
    assert!(keys.verify_release(&token).is_err());
    assert!(keys.verify::<Ticket>(&keys.sign_release(&release()).unwrap()).is_err());
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
fn key_files_are_their_owners_alone_and_never_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _keys) = keyring();
    let folder = dir.path().join("keys");
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        let public = entry.file_name() == RELEASE_PUBLIC;
        assert_eq!(mode, if public { 0o644 } else { 0o600 }, "{:?}", entry.file_name());
    }
    assert!(Keyring::init(&folder).unwrap_err().to_string().contains("exists already"));
    let open = folder.join("session.json");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o640)).unwrap();
    let refusal = Keyring::load(&folder).unwrap_err().to_string();
    assert!(refusal.contains("may be read by others (mode 0640)") && refusal.contains("chmod 600"), "{refusal}");
}

#[test]
fn a_short_secret_is_refused() {
    let (dir, _keys) = keyring();
    let path = dir.path().join("keys/session.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut set: serde_json::Value = serde_json::from_str(&text).unwrap();
    set["keys"][0]["k"] = "c2hvcnQ".into();
    fs::write(&path, set.to_string()).unwrap();
    assert!(Keyring::load(&dir.path().join("keys")).unwrap_err().to_string().contains("too short"));
}
