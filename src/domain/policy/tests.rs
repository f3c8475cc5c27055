use proptest::prelude::*;
use serde_json::json;

use super::*;

pub(super) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub(super) fn claims(value: Value) -> Claims {
    let Value::Object(values) = value else { panic!("claims are an object") };
    Claims::new(values, now() + chrono::Duration::hours(1))
}

pub(super) fn role(name: &str, rules: Vec<Rule>) -> Role {
    Role {
        name: name.parse().unwrap(),
        title: name.into(),
        repositories: Selection::default(),
        pages: BTreeSet::new(),
        open_to: rules,
        share: false,
    }
}

pub(super) fn path(text: &str) -> ClaimPath {
    ClaimPath::dotted(text).unwrap()
}

#[test]
fn each_test_passes_exactly_where_its_table_says() {
    let email = |address: Value, verified: Value| json!({"email": address, "email_verified": verified});
    let acme = || Test::EmailDomain("acme.example".into());
    let ada = || Test::Email("ada@acme.example".into());
    let groups = || Test::Contains(path("groups"), json!("staff"));
    let nested = || Test::OneOf(path("realm.roles"), vec![json!("a"), json!("b")]);
    let level = || Test::Equals(path("level"), json!(5));
    for (test, value, expected) in [
        (acme(), email(json!("ada@acme.example"), json!(true)), true),
        (acme(), email(json!("ADA@ACME.example"), json!(true)), true),
        (acme(), email(json!("ada@acme.example"), json!(false)), false),
        (acme(), email(json!("ada@acme.example"), json!("true")), false),
        (acme(), email(json!("ada@acme.example"), json!(1)), false),
        (acme(), json!({"email": "ada@acme.example"}), false),
        (acme(), email(json!("ada@evil.example@acme.example"), json!(true)), false),
        (acme(), email(json!("ada@acme.example@evil.example"), json!(true)), false),
        (acme(), email(json!("ada@sub.acme.example"), json!(true)), false),
        (acme(), email(json!("ada@notacme.example"), json!(true)), false),
        (acme(), email(json!("@acme.example"), json!(true)), false),
        (acme(), email(json!("a b@acme.example"), json!(true)), false),
        (acme(), email(json!(["ada@acme.example"]), json!(true)), false),
        (ada(), email(json!("Ada@acme.example"), json!(true)), true),
        (ada(), email(json!("ada@acme.example "), json!(true)), false),
        (ada(), email(json!("ada@acme.example\u{0}"), json!(true)), false),
        (groups(), json!({"groups": ["x", "staff"]}), true),
        (groups(), json!({"groups": "staff"}), true),
        (groups(), json!({"groups": "staff,admin"}), false),
        (groups(), json!({"groups": ["staffing"]}), false),
        (groups(), json!({"groups": [["staff"]]}), false),
        (groups(), json!({"groups": {"staff": true}}), false),
        (groups(), json!({"Groups": ["staff"]}), false),
        (nested(), json!({"realm": {"roles": ["b"]}}), true),
        (nested(), json!({"realm": {"roles": "a"}}), true),
        (nested(), json!({"realm.roles": ["a"]}), false),
        (nested(), json!({"realm": ["roles"]}), false),
        (level(), json!({"level": 5}), true),
        (level(), json!({"level": "5"}), false),
        (level(), json!({"level": [5]}), false),
        (level(), json!({}), false),
    ] {
        let result = test.passes(&claims(value.clone()));
        assert_eq!(result, expected, "{test} on {value}");
    }
}

#[test]
fn a_list_of_steps_reaches_a_claim_with_dots_in_its_name() {
    let test = Test::Equals(ClaimPath::steps(vec!["https://acme.example/role".into()]).unwrap(), json!("a"));
    assert!(test.passes(&claims(json!({"https://acme.example/role": "a"}))));
    assert!(ClaimPath::dotted("a..b").is_none() && ClaimPath::steps(vec![]).is_none());
}

#[test]
fn a_rule_needs_all_its_tests_and_a_role_any_of_its_rules() {
    let (a, b) = (Test::Equals(path("a"), json!(1)), Test::Equals(path("b"), json!(1)));
    let policy = Policy::new(vec![
        role("both", vec![Rule(vec![a.clone(), b.clone()])]),
        role("either", vec![Rule(vec![a]), Rule(vec![b])]),
        role("nobody", vec![]),
        role("empty-rule", vec![Rule(vec![])]),
    ]);
    let opened = |value| match policy.admit(&claims(value), now()) {
        Ok(viewer) => {
            viewer.roles().map(|(name, opens)| format!("{name}:{}", opens.rule().unwrap())).collect::<Vec<_>>()
        }
        Err(refusal) => vec![refusal.to_string()],
    };
    assert_eq!(opened(json!({"a": 1, "b": 1})), ["both:0", "either:0"]);
    assert_eq!(opened(json!({"b": 1})), ["either:1"]);
    assert_eq!(opened(json!({"a": 2})), ["no role is open to these claims"]);
}

#[test]
fn claims_open_nothing_from_the_moment_they_end() {
    let policy = Policy::new(vec![role("any", vec![Rule(vec![Test::Equals(path("a"), json!(1))])])]);
    let Value::Object(values) = json!({"a": 1}) else { unreachable!() };
    let at = |seconds| policy.admit(&Claims::new(values.clone(), now()), now() + chrono::Duration::seconds(seconds));
    assert!(at(-1).is_ok());
    assert_eq!(at(0), Err(Refusal::Expired));
    assert_eq!(at(1), Err(Refusal::Expired));
}

#[test]
fn a_session_keeps_only_the_claims_that_rules_read() {
    let policy = Policy::new(vec![role(
        "any",
        vec![Rule(vec![Test::EmailDomain("x".into()), Test::Equals(path("realm.level"), json!(1))])],
    )]);
    assert_eq!(policy.claim_roots().into_iter().collect::<Vec<_>>(), ["email", "email_verified", "realm"]);
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(values) = value else { panic!("claims are an object") };
    values
}

fn one_role(tests: Vec<Test>) -> Policy {
    Policy::new(vec![role("any", tests.into_iter().map(|test| Rule(vec![test])).collect())])
}

#[test]
fn a_session_keeps_of_each_claim_only_what_some_rule_could_find() {
    let holds = |at: &str, value: Value| Test::Contains(path(at), value);
    let is = |at: &str, value: Value| Test::Equals(path(at), value);
    let either = || Test::OneOf(path("realm.roles"), vec![json!("a"), json!("b")]);
    for (tests, value, expected) in [
        (vec![holds("g", json!("a"))], json!({"g": ["x", "a", "y"], "h": 1}), json!({"g": ["a"]})),
        (vec![holds("g", json!("a"))], json!({"g": ["x"]}), json!({})),
        (vec![holds("g", json!("a"))], json!({"g": "a"}), json!({"g": "a"})),
        (vec![holds("g", json!("a"))], json!({"g": "x"}), json!({})),
        (vec![holds("g", json!("a"))], json!({"g": {"a": "a"}}), json!({})),
        (vec![either()], json!({"realm": {"roles": ["c", "b"], "x": 1}}), json!({"realm": {"roles": ["b"]}})),
        (vec![either()], json!({"realm": {"x": 1}}), json!({})),
        (vec![either()], json!({"realm": ["roles"]}), json!({})),
        (vec![is("g", json!(5))], json!({"g": 5}), json!({"g": 5})),
        (vec![is("g", json!(5))], json!({"g": [5]}), json!({})),
        (vec![is("g", json!([1, 2]))], json!({"g": [1, 2]}), json!({"g": [1, 2]})),
        // Shortened to what a rule looks for, a list would open what it did not.
        (vec![is("g", json!(["a"])), holds("g", json!("a"))], json!({"g": ["a", "b"]}), json!({"g": ["a", "b"]})),
        // So would an object of which another rule reads a part.
        (
            vec![is("o", json!({"p": 1})), is("o.p", json!(1))],
            json!({"o": {"p": 1, "q": 2}}),
            json!({"o": {"p": 1, "q": 2}}),
        ),
        (vec![Test::Email("a@b".into())], json!({"email": "c@d", "name": "C"}), json!({"email": "c@d"})),
        (vec![], json!({"g": ["a"]}), json!({})),
    ] {
        let policy = one_role(tests);
        assert_eq!(Value::from(policy.relevant(&object(value.clone()))), expected, "{policy:?} of {value}");
    }
}

#[test]
fn what_is_read_is_the_same_for_policies_that_look_for_the_same_and_for_no_others() {
    let holds = |value: &str| Test::Contains(path("g"), json!(value));
    let is = |at: &str, value: Value| Test::Equals(path(at), value);
    let both = one_role(vec![holds("a"), holds("b")]).reads();
    assert_eq!(both, one_role(vec![Test::OneOf(path("g"), vec![json!("b"), json!("a")])]).reads());
    assert_eq!(both, Policy::new(vec![role("other", vec![Rule(vec![holds("b"), holds("a")])])]).reads());
    let email = |text: &str| one_role(vec![Test::Email(text.into())]).reads();
    assert_eq!(email("ada@acme.example"), email("bob@acme.example"));
    let all = [
        both,
        one_role(vec![holds("a")]).reads(),
        one_role(vec![holds("a"), holds("c")]).reads(),
        one_role(vec![is("g", json!("a"))]).reads(),
        one_role(vec![is("h", json!("a"))]).reads(),
        one_role(vec![is("h", json!(1))]).reads(),
        one_role(vec![is("h", json!("1"))]).reads(),
        email("ada@acme.example"),
        Policy::default().reads(),
    ];
    assert_eq!(BTreeSet::from(all).len(), all.len());
}

pub(super) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!("a")), Just(json!("b")), Just(json!(1)), Just(json!("x@acme.example"))];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let named = (prop_oneof![Just("a"), Just("b")], inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            prop::collection::vec(named, 0..3)
                .prop_map(|all| all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

pub(super) fn any_test() -> impl Strategy<Value = Test> {
    let place = prop_oneof![Just("a"), Just("b"), Just("a.a"), Just("a.b"), Just("a.a.b"), Just("email")];
    let place = place.prop_map(path);
    prop_oneof![
        Just(Test::EmailDomain("acme.example".into())),
        (place.clone(), any_value()).prop_map(|(path, value)| Test::Equals(path, value)),
        (place.clone(), any_value()).prop_map(|(path, value)| Test::Contains(path, value)),
        (place, prop::collection::vec(any_value(), 0..3)).prop_map(|(path, values)| Test::OneOf(path, values)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_opens_exactly_what_all_claims_open(
        rules in prop::collection::vec(prop::collection::vec(any_test(), 1..3), 1..5),
        sent in prop::collection::btree_map("a|b|email", any_value(), 0..4),
        verified in any::<bool>(),
    ) {
        let roles = rules.into_iter().enumerate().map(|(at, tests)| role(&format!("r{at}"), vec![Rule(tests)]));
        let policy = Policy::new(roles.collect());
        let mut sent: Map<String, Value> = sent.into_iter().collect();
        sent.insert("email_verified".into(), json!(verified));
        let until = now() + chrono::Duration::hours(1);
        let opens = |values: Map<String, Value>| policy.admit(&Claims::new(values, until), now());
        prop_assert_eq!(opens(policy.relevant(&sent)), opens(sent));
    }
}
