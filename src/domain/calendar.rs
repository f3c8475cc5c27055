//! ISO weeks and months, and the days they hold.

#[cfg(test)]
mod independent;

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::Serialize;

use super::Date;
use super::traffic::Span;

/// A week from Monday to Sunday, numbered by ISO 8601: 30 December 2024 lies in 2025-W01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The week that holds `date`.
    pub fn of(date: Date) -> Week {
        Week { monday: date - Days::new(u64::from(date.weekday().num_days_from_monday())) }
    }

    /// Monday to Sunday.
    pub fn span(self) -> Span {
        Span { first: self.monday, last: self.monday + Days::new(6) }
    }

    /// The week of a name such as `2026-W47`.
    pub fn parse(text: &str) -> Option<Week> {
        let (year, week) = text.split_once("-W")?;
        let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        let usable = digits(year, 4) && digits(week, 2);
        let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon);
        monday.filter(|_| usable).map(Week::of)
    }

    /// The week after.
    pub fn next(self) -> Week {
        Week { monday: self.monday + Days::new(7) }
    }

    /// The week of the same number a year before; week 53 is compared with week 52 of a year that has none.
    pub fn year_before(self) -> Week {
        let iso = self.monday.iso_week();
        let week = |number| NaiveDate::from_isoywd_opt(iso.year() - 1, number, Weekday::Mon);
        let monday = week(iso.week()).or_else(|| week(52));
        Week { monday: monday.unwrap_or(self.monday - Days::new(364)) }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl Serialize for Week {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A month of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month that holds `date`.
    pub fn of(date: Date) -> Month {
        Month { first: date - Days::new(u64::from(date.day0())) }
    }

    /// Its first to its last day.
    pub fn span(self) -> Span {
        Span { first: self.first, last: self.next().first - Days::new(1) }
    }

    /// The month after.
    pub fn next(self) -> Month {
        Month { first: self.first + Months::new(1) }
    }

    /// The same month a year before.
    pub fn year_before(self) -> Month {
        Month { first: self.first - Months::new(12) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The weeks that touch `span`, ascending.
pub fn weeks(span: Span) -> impl Iterator<Item = Week> {
    std::iter::successors(Some(Week::of(span.first)), |week| Some(week.next()))
        .take_while(move |week| week.monday <= span.last)
}

/// The months that touch `span`, ascending.
pub fn months(span: Span) -> impl Iterator<Item = Month> {
    std::iter::successors(Some(Month::of(span.first)), |month| Some(month.next()))
        .take_while(move |month| month.first <= span.last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_read_back_from_its_name_and_nothing_else_is_a_week() {
        for name in ["2026-W47", "2020-W53", "2025-W01"] {
            assert_eq!(Week::parse(name).unwrap().to_string(), name);
        }
        for none in ["2026-W54", "2021-W53", "2026-W00", "2026-47", "2026-W7", "+026-W47", "26-W47", ""] {
            assert_eq!(Week::parse(none), None, "{none}");
        }
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_carry_the_iso_year_across_the_turn_of_the_year() {
        for (day, week) in [
            ("2024-12-29", "2024-W52"),
            ("2024-12-30", "2025-W01"),
            ("2021-01-03", "2020-W53"),
            ("2021-01-04", "2021-W01"),
            ("2027-01-01", "2026-W53"),
        ] {
            assert_eq!(Week::of(date(day)).to_string(), week);
        }
    }

    #[test]
    fn every_day_of_two_centuries_lies_in_its_week_and_month() {
        let all = Span { first: date("1900-01-01"), last: date("2100-12-31") };
        for day in all.days() {
            let (week, month) = (Week::of(day).span(), Month::of(day).span());
            assert!(week.contains(day) && week.len() == 7 && week.first.weekday() == Weekday::Mon);
            assert!(month.contains(day) && (28..=31).contains(&month.len()) && month.first.day() == 1);
        }
        assert_eq!(months(all).count(), 201 * 12);
        assert_eq!(weeks(all).map(|w| w.span().len()).sum::<usize>() / 7, weeks(all).count());
    }

    #[test]
    fn the_year_before_keeps_the_number() {
        assert_eq!(Week::of(date("2026-12-31")).year_before().to_string(), "2025-W52");
        assert_eq!(Week::of(date("2026-03-04")).year_before().to_string(), "2025-W10");
        assert_eq!(Month::of(date("2024-02-29")).year_before().to_string(), "2023-02");
    }
}
