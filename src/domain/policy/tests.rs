use super::*;
use serde_json::json;

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn claims(value: Value) -> Claims {
    let Value::Object(values) = value else { panic!("claims are an object") };
    Claims::new(values, now() + chrono::Duration::hours(1))
}

fn role(name: &str, rules: Vec<Rule>) -> Role {
    Role {
        name: name.parse().unwrap(),
        title: name.into(),
        repositories: Selection::default(),
        pages: BTreeSet::new(),
        open_to: rules,
    }
}

fn path(text: &str) -> ClaimPath {
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
        Ok(viewer) => viewer.roles().map(|(name, rule)| format!("{name}:{rule}")).collect::<Vec<_>>(),
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
