//! Numbers as readers of a language write them.

use fluent_bundle::FluentValue;

use super::{Language, Words};

/// What stands between thousands, and before decimals.
fn separators(language: Language) -> (&'static str, char) {
    match language {
        Language::En | Language::Ja => (",", '.'),
        Language::De => (".", ','),
        // A narrow space that does not break.
        Language::Fr => ("\u{202f}", ','),
        Language::Es => (".", ','),
    }
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(language: Language, value: u64) -> String {
    let mut text = String::new();
    group(language, value, &mut text);
    text
}

fn group(language: Language, value: u64, text: &mut String) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(value);
    // Spanish leaves numbers of four digits together.
    if digits.len() < 4 || (language == Language::Es && digits.len() == 4) {
        return text.push_str(digits);
    }
    let (thousands, _) = separators(language);
    let (first, rest) = digits.split_at((digits.len() - 1) % 3 + 1);
    text.push_str(first);
    for at in (0..rest.len()).step_by(3) {
        text.push_str(thousands);
        text.push_str(&rest[at..at + 3]);
    }
}

/// How messages write their numbers.
pub(super) fn of_value(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value >= 0.0 => Some(grouped(language, number.value as u64)),
        _ => None,
    }
}

impl Words {
    /// `1234567` as `1,234,567`.
    pub(in crate::report) fn number(&self, value: u64) -> String {
        grouped(self.language, value)
    }

    /// Writes a number at the end of a text, for tables of many.
    pub(in crate::report) fn put_number(&self, value: u64, text: &mut String) {
        group(self.language, value, text);
    }

    /// `12` as `12%`, with the space that some languages put before the sign.
    pub(in crate::report) fn percent(&self, value: u64) -> String {
        let number = self.number(value);
        match self.language {
            Language::En | Language::Ja => format!("{number}%"),
            Language::De | Language::Es => format!("{number}\u{a0}%"),
            Language::Fr => format!("{number}\u{202f}%"),
        }
    }

    /// Tenths as a decimal: `123` as `12.3`.
    pub(in crate::report) fn tenths(&self, tenths: u64) -> String {
        let (_, decimal) = separators(self.language);
        format!("{}{decimal}{}", self.number(tenths / 10), tenths % 10)
    }

    /// As short as an axis wants it: `1,500` as `1.5k`. Only for round values: it drops what does not fit.
    pub(in crate::report) fn short(&self, value: u64) -> String {
        let (_, decimal) = separators(self.language);
        let scaled = |unit: u64, sign: &str| {
            let (whole, tenth) = (value / unit, value % unit * 10 / unit);
            if tenth == 0 { format!("{whole}{sign}") } else { format!("{whole}{decimal}{tenth}{sign}") }
        };
        match (self.language, value) {
            (_, 0..1_000) | (Language::Ja, 1_000..10_000) => self.number(value),
            (Language::Ja, 10_000..100_000_000) => scaled(10_000, "万"),
            (Language::Ja, _) => scaled(100_000_000, "億"),
            (_, 1_000..1_000_000) => scaled(1_000, "k"),
            (_, 1_000_000..1_000_000_000) => scaled(1_000_000, "M"),
            _ => scaled(1_000_000_000, "G"),
        }
    }
}
