use proptest::prelude::*;
use serde_json::json;

use super::super::tests::{now, object, path, role};
use super::super::{Rule, Test};
use super::*;

/// `open` may be passed on, `kept` not. Both are open to staff, `open` to guests too.
fn policy() -> Policy {
    let group = |name: &str| Rule(vec![Test::Contains(path("groups"), json!(name))]);
    let open = Role { share: true, ..role("open", vec![group("staff"), group("guest")]) };
    Policy::new(vec![open, role("kept", vec![group("staff")])])
}

fn grant(role: &str, prefix: &str, by: Option<&str>) -> Grant {
    Grant {
        role: role.parse().unwrap(),
        prefix: (!prefix.is_empty()).then(|| prefix.parse().unwrap()),
        until: now() + chrono::Duration::hours(1),
        by: by.map(|group| object(json!({ "groups": [group] }))),
    }
}

fn may_open(viewer: &Viewer, role: &str, path: &str) -> bool {
    viewer.may_open(&role.parse().unwrap(), &path.parse().unwrap())
}

#[test]
fn a_prefix_covers_whole_segments_only() {
    for (prefix, path, covered) in [
        ("repositories/acme", "repositories/acme/anvil.html", true),
        ("repositories/acme", "repositories/acme", true),
        ("repositories/acme", "repositories/acme-labs/anvil.html", false),
        ("repositories/ac", "repositories/acme/anvil.html", false),
        ("repositories/acme", "repositories/Acme/anvil.html", false),
        ("repositories/acme", "repositories.html", false),
        ("acme", "repositories/acme/anvil.html", false),
        ("repositories/acme/anvil.html", "repositories/acme/anvil.html", true),
        ("repositories/acme/anvil.html", "repositories/acme/anvil.html/deeper", true),
        ("repositories/acme/anvil.html", "repositories/acme/anvil.html5", false),
        ("repositories/acme/anvil.html", "repositories/acme/rocket.html", false),
        ("data", "data/views.csv", true),
        ("data", "data.html", false),
    ] {
        assert_eq!(prefix.parse::<Prefix>().unwrap().covers(&path.parse().unwrap()), covered, "{prefix} {path}");
    }
    for bad in ["", "/", "a/", "/a", "a//b", "..", "a/../b", "a/.", "a%2fb", "a*", "a b", "é"] {
        let fault = bad.parse::<Prefix>().unwrap_err().to_string();
        assert!(fault.starts_with(&format!("`{bad}` cannot begin a path")), "{fault}");
    }
}

#[test]
fn a_grant_opens_its_part_of_its_role_and_nothing_else() {
    let viewer = policy().admit_grant(&grant("open", "repositories/acme", Some("guest")), now()).unwrap();
    for (role, path, open) in [
        ("open", "repositories/acme/anvil.html", true),
        ("open", "repositories/globex/lantern.html", false),
        ("open", "index.html", false),
        ("open", "data/views.csv", false),
        // A page without its look is none.
        ("open", "assets/tollgate-0123456789ab.css", true),
        ("open", "assets/notes.html", false),
        ("open", "assets/guide/notes.css", false),
        ("open", "assets", false),
        ("kept", "repositories/acme/anvil.html", false),
        ("kept", "assets/tollgate-0123456789ab.css", false),
        ("none", "repositories/acme/anvil.html", false),
    ] {
        assert_eq!(may_open(&viewer, role, path), open, "{role} {path}");
    }
    assert!(viewer.may_see(&"open".parse().unwrap()) && !viewer.may_see(&"kept".parse().unwrap()));
    let all = policy().admit_grant(&grant("open", "", Some("guest")), now()).unwrap();
    assert!(may_open(&all, "open", "index.html") && !may_open(&all, "kept", "index.html"));
    assert_eq!(all.roles().map(|(_, opens)| opens.rule()).collect::<Vec<_>>(), [None]);
}

#[test]
fn a_grant_opens_no_more_than_its_maker_may_pass_on_today() {
    let opens = |policy: &Policy, role: &str, by| policy.admit_grant(&grant(role, "", by), now()).map(|_| ());
    let policy = policy();
    for (role, by, expected) in [
        ("open", Some("guest"), Ok(())),
        ("open", Some("staff"), Ok(())),
        ("open", Some("stranger"), Err(Refusal::NoRole)),
        ("kept", Some("staff"), Err(Refusal::NoRole)),
        ("none", Some("staff"), Err(Refusal::NoRole)),
        // An operator made these.
        ("open", None, Ok(())),
        ("kept", None, Ok(())),
        ("none", None, Err(Refusal::NoRole)),
    ] {
        assert_eq!(opens(&policy, role, by), expected, "{role} by {by:?}");
    }
    let changed = |change: fn(&mut Role)| {
        let mut roles = policy.roles().to_vec();
        roles.iter_mut().for_each(change);
        opens(&Policy::new(roles), "open", Some("guest"))
    };
    assert_eq!(changed(|_| ()), Ok(()));
    assert_eq!(changed(|role| role.share = false), Err(Refusal::NoRole));
    assert_eq!(changed(|role| role.open_to.truncate(1)), Err(Refusal::NoRole));
    assert_eq!(opens(&Policy::default(), "open", None), Err(Refusal::NoRole));
}

#[test]
fn a_grant_opens_nothing_from_the_moment_it_ends() {
    for by in [None, Some("staff")] {
        let grant = grant("open", "", by);
        let at = |seconds| policy().admit_grant(&grant, grant.until + chrono::Duration::seconds(seconds));
        assert!(at(-1).is_ok());
        assert_eq!(at(0), Err(Refusal::Expired));
        assert_eq!(at(1), Err(Refusal::Expired));
    }
}

#[test]
fn a_role_that_may_not_be_passed_on_is_written_as_it_always_was() {
    let text = serde_json::to_string(&policy()).unwrap();
    assert_eq!(text.matches("\"share\":true").count(), 1);
    assert_eq!(text.matches("share").count(), 1, "{text}");
    let read: Policy = serde_json::from_str(&text).unwrap();
    assert_eq!(read, policy());
}

fn any_path() -> impl Strategy<Value = String> {
    prop::collection::vec("a|ab|b|assets|x\\.html", 1..4).prop_map(|segments| segments.join("/"))
}

proptest! {
    #[test]
    fn a_prefix_covers_what_begins_with_its_segments(prefix in any_path(), path in any_path()) {
        let (segments, begin): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), prefix.split('/').collect());
        let covered = prefix.parse::<Prefix>().unwrap().covers(&path.parse().unwrap());
        prop_assert_eq!(covered, segments.starts_with(&begin));
    }
}
