//! Keys that come, sign, verify and go.

use super::*;

const NOW: i64 = 1_800_000_000;

/// A folder, and what is signed and read with the keys of one of its sets, freshly loaded each time.
struct Bench {
    _dir: tempfile::TempDir,
    folder: PathBuf,
    which: Which,
}

impl Bench {
    fn new(which: Which) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("keys");
        Keyring::init(&folder).unwrap();
        Bench { _dir: dir, folder, which }
    }

    fn keys(&self) -> Keyring {
        Keyring::load(&self.folder).unwrap()
    }

    fn sign(&self) -> String {
        match self.which {
            Which::Release => self.keys().sign_release(&release()).unwrap(),
            Which::Purpose(Purpose::Hint) => self.keys().seal(b"plain", "x").unwrap(),
            Which::Purpose(purpose) => cards()[4 * purpose as usize].0(&self.keys()),
        }
    }

    fn reads(&self, token: &str) -> bool {
        match self.which {
            Which::Release => self.keys().verify_release(token).is_ok(),
            Which::Purpose(Purpose::Hint) => self.keys().unseal(token, "x").is_ok(),
            Which::Purpose(purpose) => cards()[4 * purpose as usize].1(&self.keys(), token),
        }
    }

    fn rotate(&self, announce: bool) -> Rotated {
        Keyring::rotate(&self.folder, self.which, announce, NOW).unwrap()
    }

    fn list(&self) -> Vec<KeyInfo> {
        let all = Keyring::list(&self.folder).unwrap();
        all.into_iter().filter(|key| key.which == self.which).collect()
    }

    fn kids(&self) -> Vec<(String, Duty)> {
        self.list().into_iter().map(|key| (key.kid, key.duty)).collect()
    }

    /// The two files of releases say the same.
    fn is_in_step(&self) -> bool {
        let halves = |name| -> Vec<Value> {
            let strip = |mut key: Value| {
                key.as_object_mut().unwrap().remove("d");
                key
            };
            stored(&self.folder, name).into_iter().map(strip).collect()
        };
        halves(RELEASE_PRIVATE) == halves(RELEASE_PUBLIC)
    }
}

#[test]
fn a_new_key_signs_and_the_old_one_verifies_until_it_is_retired() {
    for which in Which::ALL {
        let bench = Bench::new(which);
        let (a, old) = (bench.list()[0].kid.clone(), bench.sign());
        let done = bench.rotate(false);
        let b = done.key.kid.clone();
        assert_eq!(
            (done.change, done.key.duty, done.key.made, done.before),
            (Change::Made, Duty::Signs, Some(NOW), a.clone())
        );
        assert_eq!(bench.kids(), [(b.clone(), Duty::Signs), (a.clone(), Duty::Verifies)]);
        let new = bench.sign();
        assert!(bench.reads(&old) && bench.reads(&new), "{which:?}");
        let told = Keyring::retire(&bench.folder, &b).unwrap_err().to_string();
        let hint = format!("\n\nhint: run `tollgate keys rotate {}` first, wait ", which.name());
        assert!(told.contains("cannot be retired") && told.contains(&hint), "{told}");
        assert_eq!(Keyring::retire(&bench.folder, &a).unwrap().kid, a);
        assert_eq!(bench.kids(), [(b, Duty::Signs)]);
        assert!(!bench.reads(&old) && bench.reads(&new) && bench.is_in_step(), "{which:?}");
        assert!(Keyring::retire(&bench.folder, &a).unwrap_err().to_string().contains("holds no key"));
    }
}

#[test]
fn an_announced_key_verifies_at_once_and_signs_after_the_next_rotation() {
    for which in Which::ALL {
        let bench = Bench::new(which);
        let (a, old) = (bench.list()[0].kid.clone(), bench.sign());
        let done = bench.rotate(true);
        let b = done.key.kid;
        assert_eq!((done.change, done.key.duty), (Change::Announced, Duty::Announced));
        assert_eq!(bench.kids(), [(a.clone(), Duty::Signs), (b.clone(), Duty::Announced)]);
        // What an edge is given now reads what is signed later.
        let early = fs::read(&done.file).unwrap();
        let again = Keyring::rotate(&bench.folder, which, true, NOW).unwrap_err().to_string();
        assert!(again.contains("has the announced key") && again.contains(&b), "{again}");
        let done = bench.rotate(false);
        assert_eq!((done.change, &done.key.kid, &done.before), (Change::Promoted, &b, &a));
        assert_eq!(bench.kids(), [(b.clone(), Duty::Signs), (a, Duty::Verifies)]);
        let new = bench.sign();
        let late = fs::read(&done.file).unwrap();
        fs::write(&done.file, early).unwrap();
        if which == Which::Release {
            fs::rename(bench.folder.join(RELEASE_PRIVATE), bench.folder.join("aside")).unwrap();
        }
        assert!(bench.reads(&new) && bench.reads(&old), "{which:?}");
        if which == Which::Release {
            fs::rename(bench.folder.join("aside"), bench.folder.join(RELEASE_PRIVATE)).unwrap();
        }
        fs::write(&done.file, late).unwrap();
        // The mark is gone for good: the one that signed is never taken for one that did not.
        assert_eq!(bench.rotate(false).change, Change::Made);
        assert!(bench.kids().iter().all(|(_, duty)| *duty != Duty::Announced) && bench.is_in_step());
    }
}

#[test]
fn an_announced_key_can_be_taken_back() {
    for which in Which::ALL {
        let bench = Bench::new(which);
        let before = bench.kids();
        Keyring::retire(&bench.folder, &bench.rotate(true).key.kid).unwrap();
        assert_eq!(bench.kids(), before);
        assert!(bench.is_in_step());
        assert_eq!(bench.rotate(true).change, Change::Announced);
    }
}

#[test]
fn marks_and_orders_written_by_hand_mean_what_the_places_say() {
    let bench = Bench::new(Which::Purpose(Purpose::Session));
    let (b, a) = (bench.rotate(false).key.kid, bench.kids()[1].0.clone());
    let mut keys = stored(&bench.folder, "session.json");
    let write = |keys: &[Value]| {
        fs::write(bench.folder.join("session.json"), json!({ "note": "ours", "keys": keys }).to_string()).unwrap();
    };
    // The first key signs though it is marked.
    keys[0]["announced"] = true.into();
    write(&keys);
    assert_eq!(bench.kids(), [(b.clone(), Duty::Signs), (a.clone(), Duty::Verifies)]);
    let c = bench.rotate(false).key.kid;
    assert_eq!(bench.kids(), [(c, Duty::Signs), (b.clone(), Duty::Verifies), (a.clone(), Duty::Verifies)]);
    // Moving a key to the first place lets it sign; keys of older programs have no time.
    keys.reverse();
    keys[0].as_object_mut().unwrap().remove("iat");
    write(&keys);
    assert_eq!(bench.kids(), [(a.clone(), Duty::Signs), (b.clone(), Duty::Announced)]);
    assert_eq!(bench.list()[0].made, None);
    assert_eq!(bench.rotate(false).key.kid, b);
    assert_eq!(bench.kids(), [(b, Duty::Signs), (a, Duty::Verifies)]);
}

#[test]
fn two_at_once_lose_no_key() {
    for which in Which::ALL {
        let bench = Bench::new(which);
        let old = bench.sign();
        let mut made: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| bench.rotate(false).key.kid)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut kids: Vec<String> = bench.kids().into_iter().map(|(kid, _)| kid).collect();
        assert!(made.contains(&kids[0]) && bench.reads(&old) && bench.reads(&bench.sign()), "{which:?}");
        let first = kids.pop().unwrap();
        assert!(!made.contains(&first));
        made.sort();
        kids.sort();
        assert_eq!(kids, made);
        assert!(bench.is_in_step());
    }
}

#[test]
fn an_edge_changes_its_own_keys_but_not_those_of_releases() {
    let bench = Bench::new(Which::Release);
    bench.rotate(false);
    let kids = bench.kids();
    fs::remove_file(bench.folder.join(RELEASE_PRIVATE)).unwrap();
    let public = fs::read(bench.folder.join(RELEASE_PUBLIC)).unwrap();
    assert!(bench.list().iter().all(|key| key.duty == Duty::Verifies));
    let refusals = [
        Keyring::rotate(&bench.folder, Which::Release, false, NOW).unwrap_err(),
        Keyring::rotate(&bench.folder, Which::Release, true, NOW).unwrap_err(),
        Keyring::retire(&bench.folder, &kids[1].0).unwrap_err(),
    ];
    for refusal in refusals.map(|refusal| refusal.to_string()) {
        assert!(
            refusal.contains("release-private.json` is missing\n\nhint: build and change release keys on"),
            "{refusal}"
        );
    }
    assert_eq!(fs::read(bench.folder.join(RELEASE_PUBLIC)).unwrap(), public);
    assert!(Keyring::rotate(&bench.folder, Which::Purpose(Purpose::Session), false, NOW).is_ok());
}

#[test]
fn a_public_key_of_another_builder_stays_until_it_is_retired() {
    let (bench, other) = (Bench::new(Which::Release), Bench::new(Which::Release));
    let (theirs, statement) = (first(&other.folder, RELEASE_PUBLIC), other.sign());
    let both = [first(&bench.folder, RELEASE_PUBLIC), theirs.clone()];
    fs::write(bench.folder.join(RELEASE_PUBLIC), json!({ "keys": both }).to_string()).unwrap();
    bench.rotate(false);
    assert!(bench.reads(&statement) && bench.kids().len() == 3);
    Keyring::retire(&bench.folder, theirs["kid"].as_str().unwrap()).unwrap();
    assert!(!bench.reads(&statement) && bench.is_in_step());
}

#[test]
fn a_set_that_is_missing_or_damaged_is_not_rotated() {
    let bench = Bench::new(Which::Purpose(Purpose::Share));
    let path = bench.folder.join("share.json");
    let refusal = || Keyring::rotate(&bench.folder, bench.which, false, NOW).unwrap_err().to_string();
    fs::write(&path, "{\"keys\":[{}]}").unwrap();
    assert!(refusal().contains("is no JSON Web Key Set"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"keys\":[{}]}");
    fs::remove_file(&path).unwrap();
    assert!(refusal().contains("share.json` is missing\n\nhint: run `tollgate keys init`"));
    assert!(!path.exists());
    let nowhere = Keyring::rotate(&bench.folder.join("none"), bench.which, false, NOW).unwrap_err().to_string();
    assert!(nowhere.contains("none` is missing\n\nhint: run `tollgate keys init`"), "{nowhere}");
}

#[cfg(unix)]
#[test]
fn files_that_change_keep_their_mode_and_leave_nothing_beside_them() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(Which::Release);
    let names = || {
        let entries = fs::read_dir(&bench.folder).unwrap().map(|entry| entry.unwrap());
        let mut names: Vec<_> =
            entries.map(|entry| (entry.file_name(), entry.metadata().unwrap().permissions().mode() & 0o777)).collect();
        names.sort();
        names
    };
    fs::set_permissions(bench.folder.join("token.json"), fs::Permissions::from_mode(0o400)).unwrap();
    let before = names();
    for which in Which::ALL {
        Keyring::rotate(&bench.folder, which, false, NOW).unwrap();
        let announced = Keyring::rotate(&bench.folder, which, true, NOW).unwrap();
        Keyring::retire(&bench.folder, &announced.key.kid).unwrap();
    }
    assert_eq!(names(), before);
}

#[cfg(unix)]
#[test]
fn keys_that_root_changes_stay_with_the_user_that_serves() {
    use std::os::unix::fs::{MetadataExt, chown};
    let bench = Bench::new(Which::Release);
    let entries = || fs::read_dir(&bench.folder).unwrap().map(|entry| entry.unwrap().path());
    let all = || entries().chain([bench.folder.clone()]);
    // Only root can give a file away; for anyone else there is nothing to see.
    if all().any(|path| chown(path, Some(12_345), Some(12_345)).is_err()) {
        return;
    }
    fs::remove_file(bench.folder.join(".lock")).unwrap();
    fs::remove_file(bench.folder.join("share.json")).unwrap();
    bench.rotate(false);
    Keyring::init(&bench.folder).unwrap();
    assert_eq!(entries().count(), 10);
    for path in all() {
        assert_eq!(fs::metadata(&path).unwrap().uid(), 12_345, "{}", path.display());
    }
}

#[test]
fn no_id_of_a_key_looks_like_an_option() {
    assert!((0..2_000).all(|_| !Which::Purpose(Purpose::Token).new_key(NOW).unwrap().kid.starts_with('-')));
}
