use super::selector::glob;
use super::*;

fn repository(name: &str) -> Repository {
    Repository {
        host: "github.com".into(),
        id: Some(RepoId(1)),
        name: name.parse().unwrap(),
        aliases: vec![],
        sources: BTreeSet::from(["emea".parse().unwrap()]),
        traits: Traits { private: false, fork: name.ends_with("-fork"), archived: false },
        description: None,
        about: About::default(),
    }
}

fn picks(selectors: &[&str], name: &str) -> bool {
    let texts: Vec<String> = selectors.iter().map(|s| s.to_string()).collect();
    Selection::try_from(texts).unwrap().picks(&repository(name))
}

#[test]
fn names_that_could_leave_a_folder_are_refused() {
    for bad in ["", "a", "a/", "/b", "a/b/c", "../b", "a/..", "a/.", "a b/c", "a/b\0", "ä/b", "a/b%2f", "a\\b/c"] {
        assert!(bad.parse::<RepoName>().is_err(), "{bad:?}");
    }
    for good in ["acme/anvil", "acme/.github", "octo_corp/a.b-c_d", "a/..."] {
        assert_eq!(good.parse::<RepoName>().is_ok(), good != "a/...", "{good:?}");
    }
}

#[test]
fn a_selection_adds_then_leaves_out_in_any_order() {
    assert!(picks(&["acme/*"], "Acme/anvil"));
    assert!(!picks(&["!acme/secret", "acme/*"], "acme/secret"));
    assert!(!picks(&["acme/*", "!fork"], "acme/x-fork"));
    assert!(picks(&["source:emea"], "other/thing"));
    assert!(!picks(&["source:apac"], "other/thing"));
    assert!(!picks(&["!fork"], "acme/anvil"), "only negative selectors pick nothing");
}

#[test]
fn stars_in_patterns_stand_for_any_run() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("a*", "a", true),
        ("a*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "ab", false),
        ("*b*", "abc", true),
        ("a*a", "a", false),
        ("*ab", "aab", true),
        ("a**b", "ab", true),
        ("abc", "abcd", false),
    ] {
        assert_eq!(glob(pattern, text), expected, "{pattern} on {text}");
    }
}

#[test]
fn a_selection_reads_back_as_written() {
    let texts: Vec<String> = ["acme/*", "private", "source:emea", "!fork"].map(String::from).into();
    let selection = Selection::try_from(texts.clone()).unwrap();
    assert_eq!(Vec::<String>::from(selection), texts);
    for bad in ["acme", "!", "source:", "source:Bad Name", "a/b/c", "forks"] {
        assert!(Selection::try_from(vec![bad.to_string()]).is_err(), "{bad}");
    }
}
