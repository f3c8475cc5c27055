//! Folders that have no keys, some, or all.

use super::*;

fn names(written: &[PathBuf]) -> Vec<&str> {
    written.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
}

const ALL: [&str; 9] = [
    RELEASE_PRIVATE,
    RELEASE_PUBLIC,
    "session.json",
    "attempt.json",
    "share.json",
    "token.json",
    "trigger.json",
    "mail.json",
    "hint.json",
];

#[cfg(unix)]
#[test]
fn key_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _keys) = keyring();
    let folder = dir.path().join("keys");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let public = entry.file_name() == RELEASE_PUBLIC;
        assert_eq!(mode(&entry.path()), if public { 0o644 } else { 0o600 }, "{:?}", entry.file_name());
    }
}

#[test]
fn a_folder_without_keys_gets_all_of_them_and_a_full_one_none() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep/keys");
    assert_eq!(names(&Keyring::init(&folder).unwrap()), ALL);
    let before: Vec<_> = ALL.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
    let refusal = Keyring::init(&folder).unwrap_err().to_string();
    assert!(refusal.contains("exists already") && refusal.contains("\n\nhint: keys are never replaced"), "{refusal}");
    assert_eq!(ALL.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>(), before);
    let keys = Keyring::load(&folder).unwrap();
    assert!(keys.ready_for_edge().is_ok() && keys.ready_to_build().is_ok());
}

#[test]
fn whatever_is_missing_is_added_and_nothing_else_changes() {
    let (dir, _keys) = keyring();
    let folder = dir.path().join("keys");
    // Every subset of the files but the two of releases.
    for missing in 1_u32..128 {
        let gone = |at: usize| missing & (1 << at) != 0;
        let names_gone: Vec<&str> = (0..7).filter(|at| gone(*at)).map(|at| ALL[at + 2]).collect();
        let kept: Vec<&str> = ALL.into_iter().filter(|name| !names_gone.contains(name)).collect();
        let before: Vec<_> = kept.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
        names_gone.iter().for_each(|name| fs::remove_file(folder.join(name)).unwrap());
        let left = Keyring::load(&folder).unwrap();
        assert_eq!(left.ready_to_trigger().is_err(), names_gone.contains(&"trigger.json"));
        assert_eq!(left.ready_to_mail().is_err(), names_gone.contains(&"mail.json"));
        // An edge that starts no nights has no use for the key of the tokens for that, and one without mails for theirs.
        match names_gone.iter().find(|name| !["trigger.json", "mail.json"].contains(name)) {
            None => assert!(left.ready_for_edge().is_ok()),
            Some(first) => {
                let refusal = left.ready_for_edge().unwrap_err().to_string();
                let told = format!("{first}` is missing\n\nhint: run `tollgate keys init`, which adds what is missing");
                assert!(refusal.contains(&told), "{refusal}");
            }
        }
        assert_eq!(names(&Keyring::init(&folder).unwrap()), names_gone);
        assert_eq!(kept.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>(), before);
        assert!(Keyring::load(&folder).unwrap().ready_for_edge().is_ok());
    }
}

#[test]
fn an_edge_gets_no_private_release_key_of_its_own() {
    let (dir, _keys) = keyring();
    let folder = dir.path().join("keys");
    for name in [RELEASE_PRIVATE, "share.json", "hint.json"] {
        fs::remove_file(folder.join(name)).unwrap();
    }
    assert_eq!(names(&Keyring::init(&folder).unwrap()), ["share.json", "hint.json"]);
    assert!(Keyring::init(&folder).is_err() && !folder.join(RELEASE_PRIVATE).exists());
    let refusal = Keyring::load(&folder).unwrap().ready_to_build().unwrap_err().to_string();
    assert!(refusal.contains("release-private.json` is missing") && !refusal.contains("keys init"), "{refusal}");
}

#[test]
fn a_folder_whose_making_broke_off_is_completed() {
    let (dir, keys) = keyring();
    let folder = dir.path().join("keys");
    let statement = keys.sign_release(&release()).unwrap();
    // In the order of their making: whatever was reached, the rest follows, and the public key fits the private one.
    for reached in 1..ALL.len() {
        ALL[reached..].iter().for_each(|name| fs::remove_file(folder.join(name)).unwrap());
        fs::write(folder.join(".new-broken"), "half a ke").unwrap();
        assert_eq!(names(&Keyring::init(&folder).unwrap()), ALL[reached..]);
        assert!(!folder.join(".new-broken").exists());
        let private = fs::read(folder.join(RELEASE_PRIVATE)).unwrap();
        fs::remove_file(folder.join(RELEASE_PRIVATE)).unwrap();
        assert_eq!(Keyring::load(&folder).unwrap().verify_release(&statement).unwrap(), release());
        fs::write(folder.join(RELEASE_PRIVATE), private).unwrap();
        #[cfg(unix)]
        fs::set_permissions(folder.join(RELEASE_PRIVATE), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    assert!(first(&folder, RELEASE_PUBLIC).get("d").is_none());
}

#[test]
fn one_of_many_makes_the_keys_and_the_others_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Keyring::init(dir.path()).is_ok())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|made| *made).count()
    });
    assert_eq!(made, 1);
}
