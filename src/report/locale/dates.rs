//! Dates as readers of a language write them. Months and weekdays are those of the Unicode CLDR.

use chrono::{Datelike, Timelike};

use super::{Language, Words};
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

type Months = [&'static str; 12];

const EN: Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DE: Months = ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
const FR: Months = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const ES: Months = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"];

const EN_LONG: Months = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DE_LONG: Months = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FR_LONG: Months = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const ES_LONG: Months = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// Monday first.
fn weekdays(language: Language) -> [&'static str; 7] {
    match language {
        Language::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Language::De => ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
        Language::Fr => ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        Language::Es => ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
        Language::Ja => ["月", "火", "水", "木", "金", "土", "日"],
    }
}

impl Words {
    fn month(&self, date: Date, short: Months, long: Option<Months>) -> &'static str {
        long.unwrap_or(short)[date.month0() as usize]
    }

    /// `Nov`.
    pub(in crate::report) fn month_short(&self, date: Date) -> String {
        match self.language {
            Language::En => self.month(date, EN, None).to_owned(),
            Language::De => self.month(date, DE, None).to_owned(),
            Language::Fr => self.month(date, FR, None).to_owned(),
            Language::Es => self.month(date, ES, None).to_owned(),
            Language::Ja => format!("{}月", date.month()),
        }
    }

    /// `Mon`, Monday being 0.
    pub(in crate::report) fn weekday_short(&self, from_monday: usize) -> &'static str {
        weekdays(self.language)[from_monday % 7]
    }

    /// `22 Nov 2026`.
    pub(in crate::report) fn day(&self, date: Date) -> String {
        let mut text = String::new();
        self.put_day(date, &mut text);
        text
    }

    /// Writes a day at the end of a text, for tables of many.
    pub(in crate::report) fn put_day(&self, date: Date, text: &mut String) {
        let mut year = itoa::Buffer::new();
        let year = year.format(date.year());
        match self.language {
            Language::Ja => {
                text.push_str(year);
                text.push('年');
                self.put_short_day(date, text);
            }
            _ => {
                self.put_short_day(date, text);
                text.push(' ');
                text.push_str(year);
            }
        }
    }

    /// `22 Nov`.
    pub(in crate::report) fn short_day(&self, date: Date) -> String {
        let mut text = String::new();
        self.put_short_day(date, &mut text);
        text
    }

    fn put_short_day(&self, date: Date, text: &mut String) {
        let mut day = itoa::Buffer::new();
        let day = day.format(date.day());
        let (between, months) = match self.language {
            Language::En => (" ", EN),
            Language::De => (". ", DE),
            Language::Fr => (" ", FR),
            Language::Es => (" ", ES),
            Language::Ja => {
                text.push_str(&self.month_short(date));
                text.push_str(day);
                return text.push('日');
            }
        };
        text.push_str(day);
        text.push_str(between);
        text.push_str(months[date.month0() as usize]);
    }

    /// `Nov 2026`.
    pub(in crate::report) fn month_year(&self, date: Date) -> String {
        match self.language {
            Language::Ja => format!("{}年{}月", date.year(), date.month()),
            _ => format!("{} {}", self.month_short(date), date.year()),
        }
    }

    /// `November 2026`.
    pub(in crate::report) fn long_month(&self, date: Date) -> String {
        let year = date.year();
        match self.language {
            Language::En => format!("{} {year}", self.month(date, EN, Some(EN_LONG))),
            Language::De => format!("{} {year}", self.month(date, DE, Some(DE_LONG))),
            Language::Fr => format!("{} {year}", self.month(date, FR, Some(FR_LONG))),
            Language::Es => format!("{} de {year}", self.month(date, ES, Some(ES_LONG))),
            Language::Ja => format!("{year}年{}月", date.month()),
        }
    }

    /// `24 Nov 2026, 02:05 UTC`.
    pub(in crate::report) fn moment(&self, time: Timestamp) -> String {
        let (day, hour, minute) = (self.day(time.date_naive()), time.hour(), time.minute());
        match self.language {
            Language::Ja => format!("{day} {hour}:{minute:02} UTC"),
            Language::Fr => format!("{day} à {hour:02}:{minute:02} UTC"),
            _ => format!("{day}, {hour:02}:{minute:02} UTC"),
        }
    }

    /// `26 Oct – 22 Nov 2026`; a year is said twice only when there are two.
    pub(in crate::report) fn span(&self, span: Span) -> String {
        let (one_year, one_month) = (span.first.year() == span.last.year(), span.first.month() == span.last.month());
        if self.language == Language::Ja {
            return match one_year {
                _ if span.first == span.last => self.day(span.first),
                true => format!("{}～{}", self.day(span.first), self.short_day(span.last)),
                false => format!("{}～{}", self.day(span.first), self.day(span.last)),
            };
        }
        let dot = if self.language == Language::De { "." } else { "" };
        match (one_year, one_month) {
            _ if span.first == span.last => self.day(span.first),
            (true, true) => format!("{}{dot}–{}", span.first.day(), self.day(span.last)),
            (true, false) => format!("{} – {}", self.short_day(span.first), self.day(span.last)),
            (false, _) => format!("{} – {}", self.day(span.first), self.day(span.last)),
        }
    }
}
