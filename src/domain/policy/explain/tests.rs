use proptest::prelude::*;
use serde_json::{Map, json};

use super::super::tests::{any_test, any_value, claims, now, path, role};
use super::*;

#[test]
fn what_was_found_is_said_for_each_test() {
    let acme = || Test::EmailDomain("acme.example".into());
    let staff = || Test::Contains(path("groups"), json!("staff"));
    let nested = || Test::OneOf(path("realm.access.roles"), vec![json!("a"), json!("b")]);
    let many: Vec<String> = (0..400).map(|n| format!("g{n}")).collect();
    let with_staff: Vec<String> = many.iter().cloned().chain(["staff".to_owned()]).collect();
    let long = "x".repeat(100);
    for (test, value, expected) in [
        (acme(), json!({"email": "ada@acme.example", "email_verified": true}), "ada@acme.example"),
        (acme(), json!({"email": "ada@acme.example", "email_verified": "true"}), "not verified: ada@acme.example"),
        (acme(), json!({"email": "ada@acme.example"}), "not verified: ada@acme.example"),
        (acme(), json!({"email_verified": true}), "no e-mail"),
        (acme(), json!({"email": "a@b@c", "email_verified": true}), "no plain address: \"a@b@c\""),
        (acme(), json!({"email": 5, "email_verified": true}), "no plain address: 5"),
        (staff(), json!({}), "missing"),
        (staff(), json!({"groups": "staff,admin"}), "\"staff,admin\""),
        (staff(), json!({"groups": ["a", "b"]}), "[\"a\",\"b\"]"),
        (staff(), json!({"groups": []}), "[]"),
        (staff(), json!({"groups": many}), "[\"g0\",\"g1\",\"g2\",\"g3\",\"g4\", … 400 in all]"),
        (staff(), json!({"groups": with_staff}), "[\"staff\",\"g0\",\"g1\",\"g2\",\"g3\", … 401 in all]"),
        (staff(), json!({"groups": long}), &format!("\"{}…", "x".repeat(59))),
        (staff(), json!({"groups": "a\u{1b}[2J\u{9b}\u{202e}b"}), "\"a\\u001b[2J\u{fffd}\u{fffd}b\""),
        (nested(), json!({"realm": {"access": {"roles": ["c"]}}}), "[\"c\"]"),
        (nested(), json!({"realm": {"access": {}}}), "missing: `realm.access` has no `roles`"),
        (nested(), json!({"realm": {"access": "roles"}}), "missing: `realm.access` holds no further claims"),
        (nested(), json!({"realm": {}}), "missing: `realm` has no `access`"),
        (nested(), json!({}), "missing"),
        (Test::Equals(path("level"), json!(5)), json!({"level": "5"}), "\"5\""),
        (Test::Equals(ClaimPath::issuer(), json!("https://a")), json!({"iss": "https://b"}), "\"https://b\""),
    ] {
        assert_eq!(found(&test, &claims(value.clone())), expected, "{test} in {value}");
    }
}

#[test]
fn a_test_for_the_issuer_reads_as_what_it_means() {
    let issuer = |value| Test::Equals(ClaimPath::issuer(), value).to_string();
    assert_eq!(issuer(json!("https://id.acme.example")), "signed in at https://id.acme.example");
    assert_eq!(issuer(json!(5)), "iss equals 5");
    assert_eq!(Test::Equals(path("iss.a"), json!("x")).to_string(), "iss.a equals \"x\"");
}

#[test]
fn every_rule_is_explained_even_after_one_that_passes() {
    let is = |at: &str| Test::Equals(path(at), json!(1));
    let policy = Policy::new(vec![
        role("both", vec![Rule(vec![is("a"), is("b")]), Rule(vec![is("a")])]),
        role("nobody", vec![]),
        role("empty-rule", vec![Rule(vec![])]),
    ]);
    let sent = claims(json!({"a": 1}));
    let explained = policy.explain(&sent);
    let short = |explained: &Explained<'_>| {
        let rules = explained.rules.iter().map(|rule| {
            let tests: Vec<bool> = rule.tests.iter().map(|test| test.passes).collect();
            (rule.passes, tests)
        });
        (explained.role.name.to_string(), explained.opened_by, rules.collect::<Vec<_>>())
    };
    assert_eq!(
        explained.iter().map(short).collect::<Vec<_>>(),
        [
            ("both".into(), Some(1), vec![(false, vec![true, false]), (true, vec![true])]),
            ("nobody".into(), None, vec![]),
            ("empty-rule".into(), None, vec![(false, vec![])]),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_explained_is_what_is_decided(
        roles in prop::collection::vec(prop::collection::vec(prop::collection::vec(any_test(), 0..3), 0..3), 1..4),
        sent in prop::collection::btree_map("a|b|email", any_value(), 0..4),
        verified in any::<bool>(),
    ) {
        let rules = |rules: Vec<Vec<Test>>| rules.into_iter().map(Rule).collect();
        let roles = roles.into_iter().enumerate().map(|(at, all)| role(&format!("r{at}"), rules(all)));
        let policy = Policy::new(roles.collect());
        let mut sent: Map<String, Value> = sent.into_iter().collect();
        sent.insert("email_verified".into(), json!(verified));
        let sent = Claims::new(sent, now() + chrono::Duration::hours(1));
        let decided: Vec<(String, Option<usize>)> = match policy.admit(&sent, now()) {
            Ok(viewer) => viewer.roles().map(|(name, opens)| (name.to_string(), opens.rule())).collect(),
            Err(_) => vec![],
        };
        let explained = policy.explain(&sent);
        let opened = explained.iter().filter(|role| role.opened_by.is_some());
        let opened: Vec<_> = opened.map(|explained| (explained.role.name.to_string(), explained.opened_by)).collect();
        prop_assert_eq!(opened, decided);
        for Explained { opened_by, rules, .. } in explained {
            prop_assert_eq!(rules.iter().position(|rule| rule.passes), opened_by);
            for RuleExplained { passes, tests, .. } in rules {
                prop_assert_eq!(passes, !tests.is_empty() && tests.iter().all(|test| test.passes));
                prop_assert!(tests.iter().all(|test| test.found.chars().count() <= 400));
            }
        }
    }
}
