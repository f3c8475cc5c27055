//! Days that GitHub showed of hardly anybody.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Weekday};

use super::QUORUM;
use crate::domain::Date;
use crate::domain::traffic::Span;

/// How far back the days around a day go; ahead they go to the end of what is known.
const AROUND: Days = Days::new(28);

/// Who is busy on fewer of the days around a day says nothing by a silence.
const LIVELY: f64 = 0.5;

/// How unlikely it must be that everybody was quiet by chance.
const CHANCE: f64 = 0.001;

/// Of those expected to be busy this share may be nevertheless.
const HARDLY: f64 = 0.1;

/// The days of `window` before its last one on which hardly any lively repository was busy although most are on days
/// like it: what is absent there is not known to be zero. In August 2019 GitHub answered zeros everywhere, and single
/// days are left out at other times.
///
/// `busy` are the days with a count above zero of each repository, ascending: of the window those just read, before it
/// those the history knows.
///
/// People rest on weekends and holidays, all of them at once, and that is no fault of GitHub. So each repository counts
/// by its quietest kind of day: only who is visited on weekends too is missed on a holiday. A day whose weekday is silent
/// in other weeks as well is taken for a day of rest, wherever that is. As for freezes, fewer than three say nothing.
pub fn doubtful<'a>(busy: impl IntoIterator<Item = &'a [Date]>, window: Span) -> Vec<Date> {
    let repositories: Vec<&[Date]> = busy.into_iter().filter(|days| !days.is_empty()).collect();
    let mut doubted = BTreeSet::new();
    // A day that was left out hides how lively everybody was on the days around it, so they are looked at again.
    loop {
        let inside = window.days().filter(|date| *date < window.last && !doubted.contains(date));
        let doubts = |date: &Date| silent(&repositories, *date, &doubted) && !rests(&repositories, *date, window);
        let more: Vec<Date> = inside.filter(doubts).collect();
        if more.is_empty() {
            return doubted.into_iter().collect();
        }
        doubted.extend(more);
    }
}

/// Whether hardly anybody was busy on `date`, and that by no chance.
fn silent(repositories: &[&[Date]], date: Date, doubted: &BTreeSet<Date>) -> bool {
    let (mut witnesses, mut expected, mut chance, mut seen) = (0, 0.0, 1.0, 0.0);
    for days in repositories {
        let Some(share) = share(days, date, doubted).filter(|share| *share >= LIVELY) else { continue };
        witnesses += 1;
        expected += share;
        chance *= 1.0 - share;
        seen += f64::from(u8::from(days.binary_search(&date).is_ok()));
    }
    witnesses >= QUORUM && chance < CHANCE && seen <= HARDLY * expected
}

/// How likely a repository is busy on a day like those around `date` that are not `doubted`, by the kind of day on which
/// it is less so. `None` where it is not known to have been there before and after.
fn share(busy: &[Date], date: Date, doubted: &BTreeSet<Date>) -> Option<f64> {
    let (first, last) = (*busy.first()?, *busy.last()?);
    if !(first < date && date < last) {
        return None;
    }
    let around = Span::new(first.max(date - AROUND), last.min(date + AROUND))?;
    let of = |weekend: bool| {
        let alike = around.days().filter(|day| *day != date && is_weekend(*day) == weekend);
        let alike = alike.filter(|day| !doubted.contains(day));
        let (mut all, mut seen) = (0u32, 0u32);
        for day in alike {
            all += 1;
            seen += u32::from(busy.binary_search(&day).is_ok());
        }
        // One more of either kind: what happened on each of three days is not certain to happen on the next.
        f64::from(seen + 1) / f64::from(all + 2)
    };
    Some(of(false).min(of(true)))
}

/// Whether the same weekday is as silent in most other weeks, by as much as is known of them.
fn rests(repositories: &[&[Date]], date: Date, window: Span) -> bool {
    let busy = |day: Date| repositories.iter().filter(|days| days.binary_search(&day).is_ok()).count();
    let there = |day: Date| repositories.iter().filter(|days| days[0] < day).count();
    let before = (1..=4).map(|weeks| date - Days::new(7 * weeks));
    let known: Vec<Date> =
        before.chain([date + Days::new(7)]).filter(|day| *day < window.last && there(*day) >= QUORUM).collect();
    let silent = known.iter().filter(|day| busy(**day) as f64 <= HARDLY * there(**day) as f64).count();
    silent * 2 > known.len()
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The last day, a Monday.
    fn today() -> Date {
        Date::from_ymd_opt(2026, 11, 30).unwrap()
    }

    fn ago(days: u64) -> Date {
        today() - Days::new(days)
    }

    fn window() -> Span {
        Span { first: ago(13), last: today() }
    }

    /// Busy on those of the last `days` days that `is` says.
    fn busy(days: u64, is: impl Fn(Date) -> bool) -> Vec<Date> {
        (0..days).rev().map(ago).filter(|date| is(*date)).collect()
    }

    fn of(repositories: &[Vec<Date>]) -> Vec<Date> {
        doubtful(repositories.iter().map(Vec::as_slice), window())
    }

    #[test]
    fn days_that_github_left_out_everywhere_are_doubtful() {
        let out = |left: &[u64]| {
            let left: Vec<Date> = left.iter().map(|days| ago(*days)).collect();
            move |date: Date| !left.contains(&date)
        };
        for (repositories, left) in
            [(3, &[5][..]), (3, &[1]), (3, &[13]), (3, &[8, 7]), (3, &[12, 2]), (6, &[10, 9, 8, 7, 6])]
        {
            let expected: Vec<Date> = left.iter().map(|days| ago(*days)).collect();
            assert_eq!(of(&vec![busy(60, out(left)); repositories]), expected, "{left:?}");
        }
        // Most repositories are quiet ones, and one in twenty had a figure after all.
        let mut many = [vec![busy(60, out(&[5])); 20], vec![busy(60, |date| date.day() % 9 == 0); 80]].concat();
        many[0] = busy(60, |_| true);
        assert_eq!(of(&many), [ago(5)]);
    }

    #[test]
    fn a_first_collection_knows_its_own_days_only_and_doubts_where_many_agree() {
        let first = |repositories| vec![busy(14, |date| date != ago(5)); repositories];
        assert_eq!(of(&first(3)), [], "three over two weeks may be chance");
        assert_eq!(of(&first(6)), [ago(5)]);
    }

    #[test]
    fn days_of_rest_are_known_zeros() {
        let works = |date: Date| !is_weekend(date);
        let gulf = |date: Date| !matches!(date.weekday(), Weekday::Fri | Weekday::Sat);
        let sundays = |date: Date| date.weekday() != Weekday::Sun;
        let holiday = |date: Date| works(date) && date != ago(4);
        for (case, repositories) in [
            ("weekends", vec![busy(60, works); 40]),
            ("weekends, as far as a first collection knows", vec![busy(14, works); 40]),
            ("weekends elsewhere", vec![busy(60, gulf); 40]),
            ("weekends elsewhere, at first", vec![busy(14, gulf); 40]),
            ("one day a week", vec![busy(60, sundays); 40]),
            ("a holiday of people who rest on weekends", vec![busy(60, holiday); 40]),
            ("the newest day", vec![busy(60, |date| date != today()); 40]),
            ("two only", vec![busy(60, |date| date != ago(5)); 2]),
            ("one of three was busy", vec![busy(60, |_| true), busy(60, |d| d != ago(5)), busy(60, |d| d != ago(5))]),
            ("they begin and end there", [vec![busy(5, |_| true); 9], vec![busy(60, |d| d < ago(5)); 9]].concat()),
            ("nothing at all", vec![]),
        ] {
            assert_eq!(of(&repositories), [], "{case}");
        }
    }

    proptest! {
        #[test]
        fn only_days_inside_are_doubted_in_whatever_order_the_repositories_come(
            ages in proptest::collection::vec(proptest::collection::btree_set(0u64..60, 0..60), 0..8),
            left in 0u64..16,
        ) {
            let days = |ages: &std::collections::BTreeSet<u64>| ages.iter().rev().map(|age| ago(*age)).collect();
            let mut repositories: Vec<Vec<Date>> = ages.iter().map(days).collect();
            repositories.extend(vec![busy(60, |date| date != ago(left)); 3]);
            let doubted = of(&repositories);
            prop_assert!(doubted.iter().all(|date| window().contains(*date) && *date < today()));
            prop_assert!(doubted.iter().all(|date| repositories.iter().filter(|days| days.contains(date)).count() < 8));
            repositories.reverse();
            prop_assert_eq!(of(&repositories), doubted);
        }
    }
}
