//! Sealed texts, whole and tampered with.

use proptest::prelude::*;

use super::*;

#[test]
fn what_was_sealed_opens_under_the_same_name_only() {
    let (_dir, keys) = keyring();
    let sealed = keys.seal(b"an ID token", "tollgate:hint sid-1").unwrap();
    assert_eq!(keys.unseal(&sealed, "tollgate:hint sid-1").unwrap(), b"an ID token");
    for other in ["", "tollgate:hint sid-2", "tollgate:hint sid-1 ", "tollgate:hint sid-"] {
        assert!(matches!(keys.unseal(&sealed, other), Err(Error::Refused(_))), "{other:?}");
    }
    assert_ne!(keys.seal(b"an ID token", "tollgate:hint sid-1").unwrap(), sealed, "every nonce is new");
}

#[test]
fn no_changed_byte_opens() {
    let (_dir, keys) = keyring();
    let sealed = keys.seal(b"an ID token", "x").unwrap();
    for at in 0..sealed.len() {
        for other in [b'A', b'B', b'_', b'.', b'=', b' ', 0] {
            let mut altered = sealed.clone().into_bytes();
            altered[at] = other;
            let altered = String::from_utf8(altered).unwrap();
            let refused = matches!(keys.unseal(&altered, "x"), Err(Error::Refused(_)));
            assert!(refused || altered == sealed, "byte {at} as {other}");
        }
        assert!(
            keys.unseal(&sealed[..at], "x").is_err() && keys.unseal(&sealed[at + 1..], "x").is_err(),
            "cut at {at}"
        );
    }
    for odd in [format!("{sealed}A"), format!("{sealed}AAAA"), format!("{sealed}=="), format!(" {sealed}")] {
        assert!(matches!(keys.unseal(&odd, "x"), Err(Error::Refused(_))), "{odd}");
    }
}

#[test]
fn another_keyring_and_one_without_the_key_open_nothing() {
    let ((_a, ours), (dir, theirs)) = (keyring(), keyring());
    let sealed = ours.seal(b"an ID token", "x").unwrap();
    assert!(matches!(theirs.unseal(&sealed, "x"), Err(Error::Refused(_))));
    fs::remove_file(dir.path().join("keys").join(HINT)).unwrap();
    let without = Keyring::load(&dir.path().join("keys")).unwrap();
    assert!(matches!(without.unseal(&sealed, "x"), Err(Error::Refused(_))));
    let refusal = without.seal(b"an ID token", "x").unwrap_err().to_string();
    assert!(refusal.contains("hint.json` is missing"), "{refusal}");
}

#[test]
fn everything_comes_back_and_garbage_does_not() {
    let (dir, keys) = keyring();
    let kid = first(&dir.path().join("keys"), HINT)["kid"].as_str().unwrap().to_owned();
    proptest!(|(plain in any::<Vec<u8>>(), name in ".*", garbage in ".*")| {
        let sealed = keys.seal(&plain, &name).unwrap();
        prop_assert_eq!(keys.unseal(&sealed, &name).unwrap(), plain);
        let encoded = URL_SAFE_NO_PAD.encode(&garbage);
        for garbage in [&garbage, &format!("{kid}.{garbage}"), &format!("{kid}.{encoded}")] {
            prop_assert!(matches!(keys.unseal(garbage, &name), Err(Error::Refused(_))));
        }
    });
}
