//! The query of a callback.

use super::Script;
use crate::edge::callback::Answer;
use crate::edge::routes::Form;
use crate::edge::signin::Params;

/// What a callback is read for.
const NAMES: [&str; 5] = ["state", "code", "iss", "error", "error_description"];

/// See [`callback_query`](super::callback_query).
pub(super) fn hold(mut script: Script<'_>) {
    if script.byte() % 4 == 3 {
        let bytes = script.rest();
        let params = Params::of_form(&Form::Read(bytes.to_vec().into()));
        compare(&params, &read(std::str::from_utf8(bytes).unwrap_or_default()));
        return;
    }
    let (query, pairs) = written(&mut script);
    let params = Params::of(&query);
    compare(&params, &pairs);
    answer(&params, &pairs);
}

/// Names and values, and a query that says them: each byte as it is or escaped.
fn written(script: &mut Script<'_>) -> (String, Vec<(String, String)>) {
    let (mut query, mut pairs) = (String::new(), Vec::new());
    while !script.is_over() && pairs.len() < 20 {
        let name = match script.below(7) {
            0 => String::from_utf8_lossy(script.take(4)).into_owned(),
            1 => "State".into(),
            at => NAMES[at - 2].to_owned(),
        };
        let length = script.below(12);
        let value = String::from_utf8_lossy(script.take(length)).into_owned();
        let ways = script.byte();
        if !pairs.is_empty() {
            query.push('&');
        }
        query.push_str(&escaped(&name, ways & 15));
        query.push('=');
        query.push_str(&escaped(&value, ways >> 4));
        pairs.push((name, value));
    }
    (query, pairs)
}

/// `ways` says which bytes are escaped that need not be.
fn escaped(text: &str, ways: u8) -> String {
    let one = |(at, byte): (usize, u8)| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' if ways >> (at % 4) & 1 == 0 => {
            char::from(byte).to_string()
        }
        b' ' if ways & 1 == 0 => "+".into(),
        _ if ways & 2 == 0 => format!("%{byte:02x}"),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().enumerate().map(one).collect()
}

/// The pairs of a query, read another way than the edge does. As in any address, breaks and tabs are not there at all
/// and nothing behind a `#` is; and blanks at its end are no part of it.
fn read(query: &str) -> Vec<(String, String)> {
    let query = query.trim_end_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "");
    let query = query.split('#').next().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn values<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

/// One that came once is read as it was written, one that came twice is none.
fn compare(params: &Params, pairs: &[(String, String)]) {
    for name in NAMES.into_iter().chain(pairs.iter().map(|(name, _)| name.as_str())) {
        let expected = match values(pairs, name)[..] {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ => Err(()),
        };
        assert_eq!(params.once(name), expected, "{name:?} of {pairs:?}");
        assert_eq!(params.text(name), expected.ok().flatten().unwrap_or_default(), "{name:?} of {pairs:?}");
    }
}

/// There is an answer if there is a state and nothing came twice.
fn answer(params: &Params, pairs: &[(String, String)]) {
    let once = |name: &str| values(pairs, name).len() <= 1;
    let usable = NAMES.into_iter().all(once) && values(pairs, "state").len() == 1;
    let Ok(answer) = Answer::of(params) else { return assert!(!usable, "{pairs:?}") };
    assert!(usable, "{pairs:?}");
    let read = [Some(answer.state), answer.code, answer.iss, answer.error, answer.description];
    assert_eq!(read, NAMES.map(|name| values(pairs, name).first().copied()), "{pairs:?}");
}
