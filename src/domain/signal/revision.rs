//! What GitHub said of a day after it had said something else.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::collection::{Metric, Seen};
use crate::domain::traffic::Cell;
use crate::domain::{Date, Timestamp};

/// From this age on a day is at rest: a window's last two days rise, and it ends yesterday as often as today.
const SETTLED: i64 = 3;

/// From this age on a day may be the oldest row, which GitHub cuts short: lower there is no revision.
const CUT: i64 = 13;

/// Up to this age GitHub itself tells of a day; what is seen of it later came from files.
const TOLD: i64 = 15;

/// A figure of a day that changed after it had come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Revision {
    /// The day.
    pub date: Date,
    /// Of what.
    pub metric: Metric,
    /// How it changed.
    pub kind: Revised,
    /// The highest figure until then.
    pub from: Cell,
    /// What was said instead.
    pub to: Cell,
    /// When that is known to have been said: first, or last where a figure of before came back.
    pub seen: Timestamp,
}

/// The way a figure changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revised {
    /// Lower than before; the history keeps showing the higher one.
    Drop {
        /// Whether the higher one, or more, was said again later.
        restored: bool,
    },
    /// Higher than before, although the day was at rest already.
    Rise,
}

/// Every change of a day's figures that is not just the day coming to rest, in order of day, metric and time.
///
/// `seen` may be in any order. A day that rises during its first days is none, nor is one that is lower as the oldest
/// row of a window.
pub fn revisions(seen: &[Seen]) -> Vec<Revision> {
    let mut days: BTreeMap<(Date, Metric), Vec<&Seen>> = BTreeMap::new();
    for one in seen {
        days.entry((one.date, one.metric)).or_default().push(one);
    }
    days.into_values().flat_map(of_one_day).collect()
}

fn of_one_day(mut values: Vec<&Seen>) -> Vec<Revision> {
    values.sort_by_key(|value| (value.first, size(value.cell)));
    let Some((mut high, later)) = values.split_first().map(|(first, later)| (*first, later)) else { return vec![] };
    let mut found = Vec::new();
    for value in later {
        if size(value.cell) > size(high.cell) {
            // The lower one may have come back later on; before this one it was there a day earlier at the latest.
            let rested = age(high, high.last).min(age(value, value.first) - 1) >= SETTLED;
            let told = age(value, value.first) <= TOLD;
            found.extend((rested && told).then(|| revision(high, value, Revised::Rise, value.first)));
            high = value;
        } else if age(value, value.first) < CUT && age(value, value.last) >= SETTLED {
            found.push(revision(high, value, dropped(&values, high, value), value.first));
        }
    }
    // A lower figure that was there before the highest and is there after it again.
    let back = values.iter().filter(|value| value.first < high.first && value.last > high.last);
    let back = back.filter(|value| (SETTLED..CUT).contains(&age(value, value.last))).max_by_key(|value| value.last);
    found.extend(back.map(|value| revision(high, value, Revised::Drop { restored: false }, value.last)));
    found
}

/// Restored or not: whether what was there before `low`, or more, was said after it.
fn dropped(values: &[&Seen], high: &Seen, low: &Seen) -> Revised {
    let again = |value: &&Seen| size(value.cell) >= size(high.cell) && value.last > low.last;
    Revised::Drop { restored: values.iter().any(again) }
}

fn revision(from: &Seen, to: &Seen, kind: Revised, seen: Timestamp) -> Revision {
    Revision { date: to.date, metric: to.metric, kind, from: from.cell, to: to.cell, seen }
}

/// How many days before `moment` the day was.
fn age(value: &Seen, moment: Timestamp) -> i64 {
    (moment.date_naive() - value.date).num_days()
}

/// Counts first; uniques alone are revised too.
fn size(cell: Cell) -> (u64, u64) {
    (cell.count, cell.uniques)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day() -> Date {
        Date::from_ymd_opt(2026, 9, 1).unwrap()
    }

    /// At two in the morning, so many days after the day.
    fn at(age: u64) -> Timestamp {
        (day() + chrono::Days::new(age)).and_hms_opt(2, 0, 0).unwrap().and_utc()
    }

    /// Each value with the ages of the day at which it was first and last said.
    fn of(values: &[(u64, u64, u64)]) -> Vec<(Revised, u64, u64)> {
        let seen = |(count, first, last): &(u64, u64, u64)| Seen {
            date: day(),
            metric: Metric::Views,
            cell: Cell { count: *count, uniques: 1 },
            first: at(*first),
            last: at(*last),
        };
        let seen: Vec<Seen> = values.iter().map(seen).collect();
        let mut reversed = seen.clone();
        reversed.reverse();
        assert_eq!(revisions(&reversed), revisions(&seen), "whatever the order");
        revisions(&seen).iter().map(|found| (found.kind, found.from.count, found.to.count)).collect()
    }

    #[test]
    fn what_changed_after_it_came_to_rest_is_told() {
        let (stayed, restored) = (Revised::Drop { restored: false }, Revised::Drop { restored: true });
        for (case, values, expected) in [
            ("nothing seen", &[][..], &[][..]),
            ("one value", &[(9, 1, 14)], &[]),
            ("a day that comes to rest", &[(3, 0, 0), (7, 1, 1), (9, 2, 14)], &[]),
            ("nobody looked while it came to rest", &[(3, 1, 1), (9, 8, 14)], &[]),
            ("a late rise", &[(9, 2, 5), (12, 6, 14)], &[(Revised::Rise, 9, 12)]),
            ("a drop that stayed", &[(9, 2, 5), (2, 6, 12)], &[(stayed, 9, 2)]),
            ("a drop that was taken back", &[(9, 2, 14), (2, 6, 7)], &[(restored, 9, 2)]),
            ("taken back with more", &[(9, 2, 5), (2, 6, 7), (10, 8, 14)], &[(restored, 9, 2), (Revised::Rise, 9, 10)]),
            ("the oldest row, cut short", &[(9, 2, 12), (2, 13, 13)], &[]),
            ("half a day in between", &[(9, 1, 14), (2, 2, 2)], &[]),
            ("a rising figure that came back", &[(3, 1, 8), (9, 2, 4)], &[(stayed, 9, 3)]),
            ("files that knew more", &[(9, 2, 12), (12, 40, 40)], &[]),
            ("two in a row", &[(9, 3, 4), (5, 5, 5), (2, 6, 12)], &[(stayed, 9, 5), (stayed, 9, 2)]),
        ] {
            assert_eq!(of(values), expected, "{case}");
        }
    }

    #[test]
    fn each_day_and_figure_is_for_itself() {
        let seen = |date: Date, metric, count, age| Seen {
            date,
            metric,
            cell: Cell { count, uniques: count },
            first: at(age),
            last: at(age),
        };
        let next = day() + chrono::Days::new(1);
        let all = [
            seen(next, Metric::Views, 4, 5),
            seen(day(), Metric::Clones, 9, 5),
            seen(day(), Metric::Views, 9, 5),
            seen(day(), Metric::Views, 4, 6),
        ];
        let found = revisions(&all);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].date, found[0].metric, found[0].seen), (day(), Metric::Views, at(6)));
    }

    proptest! {
        #[test]
        fn a_figure_that_never_changes_has_no_revision(count in 0u64..9, first in 0u64..20, more in 0u64..20) {
            prop_assert_eq!(of(&[(count, first, first + more)]), []);
        }
    }
}
