use super::*;

use proptest::prelude::*;
use serde_json::json;

fn now() -> Timestamp {
    "2026-11-24T09:15:02.0456Z".parse().unwrap()
}

fn claims(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn a_line_says_what_is_known_and_nothing_else() {
    let ada = claims(json!({"iss": "https://id.example", "sub": "7", "email": "ada@acme.example",
        "email_verified": true, "groups": ["secret"]}));
    let whole = Event::new(Kind::SignIn, now())
        .who(&ada)
        .sid("s1")
        .from(std::net::IpAddr::from([192, 0, 2, 7]))
        .request("1f")
        .role("sales")
        .path("/sales/index.html")
        .what("first visit")
        .outcome("no-role");
    let bare = Event::new(Kind::Keys, chrono::DateTime::UNIX_EPOCH).from("command line");
    for (event, line) in [
        (
            whole,
            r#"{"time":"2026-11-24T09:15:02.045Z","event":"sign-in","outcome":"no-role","who":{"iss":"https://id.example","sub":"7","email":"ada@acme.example"},"sid":"s1","from":"192.0.2.7","request":"1f","role":"sales","path":"/sales/index.html","what":"first visit"}"#,
        ),
        (bare, r#"{"time":"1970-01-01T00:00:00.000Z","event":"keys","outcome":"ok","from":"command line"}"#),
    ] {
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        let read = Event::parse(line.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), line);
    }
}

#[test]
fn an_address_that_is_not_verified_names_nobody() {
    for unsure in [json!(null), json!(false), json!("true"), json!(1)] {
        let event = Event::new(Kind::Refusal, now())
            .who(&claims(json!({"sub": "7", "email": "ada@acme.example", "email_verified": unsure})));
        let line = serde_json::to_value(&event).unwrap();
        assert_eq!(line["who"], json!({"sub": "7"}), "{unsure}");
    }
    let odd = Event::new(Kind::Refusal, now()).who(&claims(json!({"sub": 7, "iss": ["x"]})));
    assert_eq!(odd.who, Who::default());
}

#[test]
fn every_kind_is_written_as_it_is_read() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.as_str()));
        assert_eq!(kind.as_str().parse::<Kind>().unwrap(), kind);
    }
    let told = "signin".parse::<Kind>().unwrap_err().to_string();
    assert!(told.contains("sign-in, renewal, refusal"), "{told}");
}

#[test]
fn texts_from_outside_are_made_harmless() {
    let long = "ä".repeat(201);
    let cut = format!("{}…", "ä".repeat(199));
    let hidden = format!("{}eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.c2ln", "/".repeat(195));
    let hidden_cut = format!("{}[tok…", "/".repeat(195));
    for (from_outside, harmless) in [
        ("plain, „ünïcödé“ 日本", "plain, „ünïcödé“ 日本"),
        ("a\nb\r\nc\td\0", "a\u{fffd}b\u{fffd}\u{fffd}c\u{fffd}d\u{fffd}"),
        ("\u{1b}[2J\u{7f}\u{9b}31m", "\u{fffd}[2J\u{fffd}\u{fffd}31m"),
        ("moc\u{202e}txt\u{2066}a\u{2069}", "moc\u{fffd}txt\u{fffd}a\u{fffd}"),
        ("one\u{2028}two\u{2029}three\u{85}", "one\u{fffd}two\u{fffd}three\u{fffd}"),
        ("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI3In0.c2ln-_x", "Bearer [token]"),
        ("?t=eyJ9.e30.&u=eyJ9.a.b.c.d", "?t=[token]&u=[token]"),
        ("20eyJ9.e30.c2ln%20", "20[token]%20"),
        ("eyJ and eyJ.one", "eyJ and eyJ.one"),
        ("EYJ9.e30.c2ln", "EYJ9.e30.c2ln"),
        ("", ""),
        (&long[..400], &long[..400]),
        (&long, &cut),
        (&hidden, &hidden_cut),
    ] {
        assert_eq!(Text::new(from_outside).as_str(), harmless, "{from_outside:?}");
    }
}

#[test]
fn a_long_text_of_beginnings_is_read_in_one_pass() {
    let began = std::time::Instant::now();
    let text = Text::new(&"eyJ".repeat(2_000_000));
    assert_eq!(text.as_str().chars().count(), LONGEST);
    assert!(began.elapsed().as_secs() < 5, "took {:?}", began.elapsed());
}

#[test]
fn a_line_that_is_not_ours_is_none() {
    for line in [
        "",
        "{",
        "[]",
        "null",
        r#"{"time":"2026-11-24T09:15:02.045Z","event":"sign-in"}"#,
        r#"{"time":"yesterday","event":"sign-in","outcome":"ok"}"#,
        r#"{"time":"2026-11-24T09:15:02.045Z","event":"party","outcome":"ok"}"#,
        r#"{"time":"2026-11-24T09:15:02.045Z","event":"sign-in","outcome":"ok"}{"#,
    ] {
        assert_eq!(Event::parse(line.as_bytes()), None, "{line}");
    }
    assert_eq!(Event::parse(b"\xff"), None);
    let edited = r#"{"time":"2026-11-24T09:15:02.045Z","event":"sign-in","outcome":"o\u001bk","later":1}"#;
    assert_eq!(Event::parse(edited.as_bytes()).unwrap().outcome.as_str(), "o\u{fffd}k");
}

/// Texts rich in what must not come through.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\x00-\\x1f\\x7f-\\x9f\"\\\\]{1,4}",
        "[\u{202a}-\u{202e}\u{2066}-\u{2069}\u{2028}\u{2029}]{1,3}",
        "eyJ[A-Za-z0-9_-]{0,6}\\.[A-Za-z0-9_-]{0,6}\\.[A-Za-z0-9_-]{0,6}",
        Just("eyJ".to_owned()),
        Just("x".repeat(90)),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Whether somewhere in the text three parts of base64url follow each other, the first from `eyJ` on. Said anew here,
/// letter by letter.
fn holds_a_token(text: &str) -> bool {
    let from_here = |rest: &str| {
        let run: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        run.split('.').count() >= 3
    };
    text.match_indices("eyJ").any(|(at, _)| from_here(&text[at..]))
}

proptest! {
    #[test]
    fn whatever_goes_in_one_line_of_json_comes_out(texts in prop::collection::vec(nasty(), 10)) {
        let [iss, sub, email, sid, from, request, role, path, what, outcome] = texts.as_slice() else { unreachable!() };
        let who = json!({"iss": iss, "sub": sub, "email": email, "email_verified": true});
        let event = Event::new(Kind::Refusal, now()).who(&claims(who)).sid(sid).from(from).request(request).role(role)
            .path(path).what(what).outcome(outcome);
        let line = serde_json::to_string(&event).unwrap();
        prop_assert!(!line.chars().any(misleads), "{line:?}");
        prop_assert!(!holds_a_token(&line), "{line}");
        prop_assert_eq!(Event::parse(line.as_bytes()).map(|read| serde_json::to_string(&read).unwrap()), Some(line.clone()));
        let values: Value = serde_json::from_str(&line).unwrap();
        for value in [&values["what"], &values["who"]["sub"], &values["outcome"], &values["path"]] {
            prop_assert!(value.as_str().unwrap().chars().count() <= LONGEST);
        }
    }

    #[test]
    fn a_harmless_text_stays_as_it_is(text in nasty()) {
        let once = Text::new(&text);
        prop_assert_eq!(Text::new(once.as_str()), once);
    }
}
