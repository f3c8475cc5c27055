//! Every text of a bundle, wherever it is kept.

use std::collections::BTreeMap;

use memchr::memmem;

use super::planted;
use crate::support::bundle;

/// By place, in lower case, without escapes.
pub(super) type Texts = BTreeMap<String, String>;

/// What can be read as it is.
const READABLE: [&str; 9] = [".html", ".css", ".js", ".mjs", ".json", ".csv", ".svg", ".xml", ".txt"];

/// The name of an entry says as much as its content, and a workbook is a folder of its own.
pub(super) fn look_into(entries: &BTreeMap<String, Vec<u8>>) -> Texts {
    let mut texts = Texts::new();
    for (name, bytes) in entries {
        let mut keep = |place: String, bytes: &[u8]| {
            let readable = READABLE.iter().chain(&[".rels"]).any(|ending| place.ends_with(ending));
            assert!(readable, "nobody knows how to look into {place}: teach this test");
            let text = std::str::from_utf8(bytes).unwrap_or_else(|fault| panic!("{place} is no text: {fault}"));
            let text = plain(text).to_lowercase();
            texts.insert(place.clone(), format!("{}\n{text}", place.to_lowercase()));
        };
        if name.ends_with(".xlsx") {
            bundle::entries(name, bytes).iter().for_each(|(part, bytes)| keep(format!("{name}!{part}"), bytes));
        } else {
            keep(name.clone(), bytes);
        }
    }
    texts
}

/// Escapes of markup, addresses and scripts undone.
fn plain(text: &str) -> String {
    let pairs = [
        ("&#x2f;", "/"),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("\\/", "/"),
        ("%2F", "/"),
        ("%2f", "/"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| if has(&text, from) { text.replace(from, to) } else { text })
}

/// As `contains`, which is slow in a program that is not optimised.
fn has(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// The first number in a text that nothing but what was planted explains.
pub(super) fn huge(place: &str, text: &str) -> Option<String> {
    if place == "index.json" {
        // Sizes and checksums.
        return None;
    }
    // Rows of figures between commas are no one number, and a digest is none at all.
    let rows = [".csv", ".json", ".js", ".svg"].iter().any(|ending| place.ends_with(ending));
    let bytes = text.as_bytes();
    let inside = |at: usize| bytes.get(at).is_some_and(|c| c.is_ascii_digit() || (*c == b',' && !rows));
    let joins = |at: Option<&u8>| at.is_some_and(|c| c.is_ascii_alphanumeric() || b".-_+/=".contains(c));
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while inside(at) {
            at += 1;
        }
        let digits = text[start..at].trim_end_matches(',');
        let end = start + digits.len();
        let alone = start == 0 || !joins(bytes.get(start - 1));
        let short = !digits.contains(',') && bytes[end..].starts_with(b"g<");
        let ended = !joins(bytes.get(end)) || bytes[end] == b'.';
        let many = digits.len() >= 10
            && digits.replace(',', "").parse::<u64>().is_ok_and(|value| planted::EXPLAINS.contains(&value));
        if alone && (short || (ended && many)) {
            let around = bytes.get(start.saturating_sub(20)..(end + 20).min(bytes.len())).unwrap_or_default();
            return Some(String::from_utf8_lossy(around).into_owned());
        }
    }
    None
}

#[test]
fn a_number_is_found_however_it_is_written() {
    for (place, text) in [
        ("a.html", "<td>90,000,000,321</td>"),
        ("a.csv", "2026-10-01,90000000321,80"),
        ("a.xlsx!xl/worksheets/sheet1.xml", "<v>90000000321</v>"),
        ("a.html", "<i>100g</i>"),
        ("a.txt", "views: 90,000,000,321."),
    ] {
        assert!(huge(place, text).is_some(), "{text}");
    }
    for (place, text) in [("a.csv", "90,000,000,321"), ("a.json", "\"c90000000321\""), ("a.html", "20261124020000")] {
        assert_eq!(huge(place, text), None, "{text}");
    }
    assert_eq!(plain("&lt;acme&#x2f;anvil\\/x%2Fy"), "<acme/anvil/x/y");
}
