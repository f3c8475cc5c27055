//! The calendar once more, from counting days alone, to hold the other one against it.

use super::{Month, Week};
use crate::domain::Date;
use crate::domain::traffic::Span;

/// Day, month and year count on by the rules of the Gregorian calendar and of ISO 8601, from a Monday.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    /// Days since 1 January 1900, which was a Monday.
    number: i64,
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1 January 1900 to 1 January of `year`.
fn new_year(year: i64) -> i64 {
    (1900..year).map(|year| 365 + i64::from(leap(year))).sum::<i64>() - if year < 1900 { 365 } else { 0 }
}

impl Civil {
    fn step(&mut self) {
        self.number += 1;
        self.day += 1;
        if self.day > month_length(self.year, self.month) {
            (self.day, self.month) = (1, self.month + 1);
        }
        if self.month > 12 {
            (self.month, self.year) = (1, self.year + 1);
        }
    }

    fn text(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// A week belongs to the year of its Thursday and is counted from that year's first Thursday.
    fn week(&self) -> String {
        let thursday = self.number - self.number.rem_euclid(7) + 3;
        let year = (self.year - 1..=self.year + 1).rfind(|year| new_year(*year) <= thursday).unwrap();
        format!("{year:04}-W{:02}", (thursday - new_year(year)) / 7 + 1)
    }
}

#[test]
fn every_day_of_two_centuries_lies_where_counting_puts_it() {
    let mut civil = Civil { year: 1900, month: 1, day: 1, number: 0 };
    let first: Date = "1900-01-01".parse().unwrap();
    while civil.year <= 2100 {
        let date: Date = civil.text().parse().unwrap();
        assert_eq!((date - first).num_days(), civil.number, "{date}");
        assert_eq!(Week::of(date).to_string(), civil.week(), "{date}");
        let Span { first: monday, last: sunday } = Week::of(date).span();
        assert_eq!((monday - first).num_days(), civil.number - civil.number.rem_euclid(7), "{date}");
        assert_eq!((sunday - monday).num_days(), 6, "{date}");
        let Span { first: begin, last: end } = Month::of(date).span();
        assert_eq!((date - begin).num_days(), civil.day - 1, "{date}");
        assert_eq!((end - date).num_days(), month_length(civil.year, civil.month) - civil.day, "{date}");
        civil.step();
    }
    assert_eq!(civil.number, 73_414, "201 years, 49 of them leap years");
}
