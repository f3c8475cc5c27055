//! Numbers, dates and counts as people read them. Everything is English, and every day is a UTC day.

use chrono::{Datelike, Timelike};

use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

/// `1234567` as `1,234,567`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As short as an axis wants it: `1,500` as `1.5k`. Only for round values: it drops what does not fit.
pub(super) fn short(value: u64) -> String {
    let scaled = |unit: u64, letter: char| {
        let (whole, tenth) = (value / unit, value % unit * 10 / unit);
        if tenth == 0 { format!("{whole}{letter}") } else { format!("{whole}.{tenth}{letter}") }
    };
    match value {
        0..1_000 => value.to_string(),
        1_000..1_000_000 => scaled(1_000, 'k'),
        1_000_000..1_000_000_000 => scaled(1_000_000, 'M'),
        _ => scaled(1_000_000_000, 'G'),
    }
}

/// `22 Nov 2026`.
pub(super) fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month_short(date), date.year())
}

/// `22 Nov`.
pub(super) fn short_day(date: Date) -> String {
    format!("{} {}", date.day(), month_short(date))
}

/// `Nov 2026`.
pub(super) fn month_year(date: Date) -> String {
    format!("{} {}", month_short(date), date.year())
}

/// `November 2026`.
pub(super) fn long_month(date: Date) -> String {
    format!("{} {}", chrono::Month::try_from(date.month() as u8).map_or("", |month| month.name()), date.year())
}

/// `Nov`.
pub(super) fn month_short(date: Date) -> &'static str {
    chrono::Month::try_from(date.month() as u8).map_or("", |month| &month.name()[..3])
}

/// `24 Nov 2026, 02:05 UTC`.
pub(super) fn moment(time: Timestamp) -> String {
    format!("{}, {:02}:{:02} UTC", day(time.date_naive()), time.hour(), time.minute())
}

/// `26 Oct – 22 Nov 2026`; a year is said twice only when there are two.
pub(super) fn span(span: Span) -> String {
    let (one_year, one_month) = (span.first.year() == span.last.year(), span.first.month() == span.last.month());
    match (one_year, one_month) {
        _ if span.first == span.last => day(span.first),
        (true, true) => format!("{}–{}", span.first.day(), day(span.last)),
        (true, false) => format!("{} – {}", short_day(span.first), day(span.last)),
        (false, _) => format!("{} – {}", day(span.first), day(span.last)),
    }
}

/// `1 repository`, `60 repositories`.
pub(super) fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn thousands_are_separated() {
        let texts = [0, 999, 1_000, 12_345, 1_234_567].map(number);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn axis_values_are_short() {
        assert_eq!([0, 250, 1_500, 20_000, 2_500_000].map(short), ["0", "250", "1.5k", "20k", "2.5M"]);
    }

    #[test]
    fn a_span_names_each_year_once() {
        let text = |a, b| span(Span { first: date(a), last: date(b) });
        assert_eq!(text("2026-10-26", "2026-11-22"), "26 Oct – 22 Nov 2026");
        assert_eq!(text("2026-11-16", "2026-11-22"), "16–22 Nov 2026");
        assert_eq!(text("2025-12-30", "2026-01-05"), "30 Dec 2025 – 5 Jan 2026");
        assert_eq!(text("2026-01-05", "2026-01-05"), "5 Jan 2026");
    }

    #[test]
    fn counts_know_one_from_many() {
        assert_eq!(count(1, "day", "days"), "1 day");
        assert_eq!(count(0, "day", "days"), "0 days");
    }
}
