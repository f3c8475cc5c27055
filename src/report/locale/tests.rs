//! Numbers, dates and messages in every language.

use std::collections::BTreeSet;

use super::*;
use crate::report::fixture::{date, span};

fn words(language: Language) -> Words {
    Words::load(language, None).unwrap()
}

#[test]
fn numbers_and_dates_are_written_as_in_each_language() {
    let written = |language| {
        let words = words(language);
        let moment = "2026-11-24T02:05:00Z".parse().unwrap();
        [
            words.number(1_234_567),
            words.percent(12),
            words.day(date("2026-03-22")),
            words.long_month(date("2026-03-22")),
            words.moment(moment),
            words.span(span("2026-10-26", "2026-11-22")),
        ]
    };
    let expected = [
        ["1,234,567", "12%", "22 Mar 2026", "March 2026", "24 Nov 2026, 02:05 UTC", "26 Oct – 22 Nov 2026"],
        [
            "1.234.567",
            "12\u{a0}%",
            "22. März 2026",
            "März 2026",
            "24. Nov. 2026, 02:05 UTC",
            "26. Okt. – 22. Nov. 2026",
        ],
        [
            "1\u{202f}234\u{202f}567",
            "12\u{202f}%",
            "22 mars 2026",
            "mars 2026",
            "24 nov. 2026 à 02:05 UTC",
            "26 oct. – 22 nov. 2026",
        ],
        ["1.234.567", "12\u{a0}%", "22 mar 2026", "marzo de 2026", "24 nov 2026, 02:05 UTC", "26 oct – 22 nov 2026"],
        ["1,234,567", "12%", "2026年3月22日", "2026年3月", "2026年11月24日 2:05 UTC", "2026年10月26日～11月22日"],
    ];
    for (language, expected) in Language::ALL.into_iter().zip(expected) {
        assert_eq!(written(language), expected, "{language}");
    }
}

#[test]
fn axis_values_are_short() {
    let short = |language| [0, 250, 1_500, 20_000, 2_500_000].map(|value| words(language).short(value));
    assert_eq!(short(Language::En), ["0", "250", "1.5k", "20k", "2.5M"]);
    assert_eq!(short(Language::De), ["0", "250", "1,5k", "20k", "2,5M"]);
    assert_eq!(short(Language::Ja), ["0", "250", "1,500", "2万", "250万"]);
}

#[test]
fn a_span_names_each_year_once() {
    let words = words(Language::En);
    assert_eq!(words.span(span("2026-11-16", "2026-11-22")), "16–22 Nov 2026");
    assert_eq!(words.span(span("2025-12-30", "2026-01-05")), "30 Dec 2025 – 5 Jan 2026");
    assert_eq!(words.span(span("2026-01-05", "2026-01-05")), "5 Jan 2026");
}

/// The keys of a language, each with the values that its message takes.
fn keys(language: Language) -> BTreeSet<(String, Vec<String>)> {
    use fluent_bundle::FluentResource;
    let mut keys = BTreeSet::new();
    for name in Catalogs::iter().filter(|name| name.starts_with(&format!("{language}/"))) {
        let text = String::from_utf8(Catalogs::get(&name).unwrap().data.into_owned()).unwrap();
        let resource = FluentResource::try_new(text.clone()).unwrap_or_else(|(_, faults)| panic!("{name}: {faults:?}"));
        let heads = text.lines().enumerate().filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_alphabetic()));
        let lines: Vec<&str> = text.lines().collect();
        for (at, head) in heads {
            let key = head.split_once(' ').map_or(head, |(key, _)| key).to_owned();
            let body = lines[at + 1..].iter().take_while(|line| line.starts_with([' ', '}', '\t']) || line.is_empty());
            let whole: String = std::iter::once(&head).chain(body).copied().collect::<Vec<_>>().join("\n");
            let mut values: Vec<String> = whole
                .split('$')
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
                .collect();
            values.sort();
            values.dedup();
            keys.insert((key, values));
        }
        drop(resource);
    }
    keys
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let english = keys(Language::En);
    assert!(!english.is_empty());
    for language in Language::ALL {
        let own = keys(language);
        let missing: Vec<_> = english.difference(&own).collect();
        let strange: Vec<_> = own.difference(&english).collect();
        assert!(missing.is_empty() && strange.is_empty(), "{language} lacks {missing:?} and has {strange:?}");
    }
}

#[test]
fn a_message_chooses_its_form_by_the_number_and_writes_it_as_the_language_does() {
    let said = |language, n: u64| words(language).say("count-repositories", &[("n", n.into())]);
    assert_eq!([said(Language::En, 1), said(Language::En, 1_200)], ["1 repository", "1,200 repositories"]);
    assert_eq!([said(Language::De, 1), said(Language::De, 1_200)], ["1 Repository", "1.200 Repositorys"]);
    assert_eq!([said(Language::Fr, 0), said(Language::Fr, 2)], ["0 dépôt", "2 dépôts"]);
    assert_eq!([said(Language::Es, 1), said(Language::Es, 2)], ["1 repositorio", "2 repositorios"]);
    assert_eq!(said(Language::Ja, 3), "3個のリポジトリ");
}
