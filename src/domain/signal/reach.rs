//! How far GitHub had counted, and whether it stood still.

use chrono::Days;

use super::QUORUM;
use crate::domain::Date;
use crate::domain::traffic::Span;

/// Fewer busy days than these say nothing of how often a repository is visited.
const LIVELY: usize = 3;

/// What only the history knows has to show half of a whole fortnight: a repository may have died since.
const LIVELY_ONCE: usize = 7;

/// How long ago a repository may have been busy for its silence to say something.
const MEMORY: Days = Days::new(60);

/// From the first of fourteen days to the last.
const FORTNIGHT: Days = Days::new(13);

/// How unlikely it must be that those who lag are just quiet.
const CHANCE: f64 = 0.01;

/// A freeze stops all repositories at about one day; where they fell silent one after the other they died.
const TOGETHER: Days = Days::new(3);

/// How far GitHub's traffic pipeline had come when many repositories were asked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The newest day that it had surely counted.
    pub through: Date,
    /// Whether it stood still: that day lags more than the two days it usually drifts.
    pub frozen: bool,
    /// Whether enough lively repositories tell so; else it is assumed.
    pub told: bool,
}

/// From the `busy` days of each repository that was asked on `today`: those with a count above zero, ascending, those
/// just read together with those of the last two months that the history knows.
///
/// Only what was counted says that GitHub counts: it answers explicit zeros to this day for idle repositories while it
/// leaves out days of others that were busy. Nor does the newest day of just any repository say much, because most have
/// quiet days. So the lively ones decide, those that are busy on at least half of the fourteen days up to their newest:
/// that holds through a freeze of any length up to two months. `through` is the newest day that more than half of them
/// reached.
///
/// Those that were last busy before the fourteen days of `today` have a say only where too few are lively within them:
/// repositories die, and however many did, they must not hide that the others go on. Together the silent ones tell a
/// freeze only if they fell silent together.
///
/// Where fewer than three are lively, or so few that they may be quiet by chance, nothing is called a freeze. The pipeline is then taken to end two days before
/// `today`, as early as it was ever seen to end, or even earlier where none of these few got that far.
pub fn reach<'a>(busy: impl IntoIterator<Item = &'a [Date]>, today: Date) -> Reach {
    let mut lively: Vec<Lively> = busy.into_iter().filter_map(|days| Lively::of(days, today)).collect();
    lively.sort_by_key(|one| std::cmp::Reverse(one.newest));
    let usual = today - Days::new(2);
    let within = &lively[..lively.partition_point(|one| one.newest >= today - FORTNIGHT)];
    let current = within.first().is_some_and(|one| one.newest >= usual);
    let deciding = if within.len() >= QUORUM || current { within } else { &lively };
    let Some((first, middle)) = deciding.first().zip(deciding.get(deciding.len() / 2)) else {
        return Reach { through: usual, frozen: false, told: false };
    };
    let (first, through) = (first.newest, middle.newest);
    let together = within.len() >= QUORUM || through + TOGETHER >= first;
    if deciding.len() < QUORUM || !together {
        return Reach { through: usual.min(first), frozen: false, told: false };
    }
    let chance: f64 = deciding.iter().map(|one| one.silent_by_chance(usual)).product();
    Reach { through, frozen: through < usual && chance < CHANCE, told: true }
}

/// A repository whose quiet days are the exception.
struct Lively {
    newest: Date,
    /// The share of busy days, one more of either kind assumed: what
    /// happened on each of three days is not certain to happen on the next.
    share: f64,
}

impl Lively {
    fn of(busy: &[Date], today: Date) -> Option<Lively> {
        let busy = &busy[..busy.partition_point(|date| *date <= today)];
        let newest = *busy.last().filter(|newest| **newest >= today - MEMORY)?;
        let fortnight = &busy[busy.partition_point(|date| *date < newest - FORTNIGHT)..];
        let days = (newest - *fortnight.first()?).num_days() as usize + 1;
        let enough = if newest >= today - FORTNIGHT { LIVELY } else { LIVELY_ONCE };
        let share = (fortnight.len() + 1) as f64 / (days + 2) as f64;
        (fortnight.len() >= enough && fortnight.len() * 2 >= days).then_some(Lively { newest, share })
    }

    /// How likely it was just quiet since its newest day.
    fn silent_by_chance(&self, usual: Date) -> f64 {
        let days = (usual - self.newest).num_days().clamp(0, 60) as i32;
        (1.0 - self.share).powi(days)
    }
}

/// The days that a collection of `today` surely asked for.
///
/// Fourteen days are answered, and whether they end today or up to two days earlier does not show: a day counts only
/// if it is among them either way.
pub fn window(through: Date, today: Date) -> Option<Span> {
    Span::new(today - FORTNIGHT, through)
}

/// What of such a window says something of days that are absent: not its oldest, which GitHub has been seen to show a
/// quarter of, and a quarter of little is nothing. The night before asked for it as a younger day.
pub fn claimed(window: Span) -> Option<Span> {
    Span::new(window.first + Days::new(1), window.last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(day: u32) -> Date {
        Date::from_ymd_opt(2026, 9, day).unwrap()
    }

    /// Busy on every `step`th day up to `newest`, from the tenth on.
    fn busy(newest: u32, step: usize) -> Vec<Date> {
        let mut days: Vec<Date> = (10..=newest).rev().step_by(step).map(date).collect();
        days.reverse();
        days
    }

    fn of(repositories: &[Vec<Date>], today: Date) -> Reach {
        reach(repositories.iter().map(Vec::as_slice), today)
    }

    #[test]
    fn a_majority_of_the_lively_repositories_tells_how_far_github_was() {
        let (none, today) = (Vec::new(), date(23));
        for (case, repositories, through, frozen) in [
            ("nothing at all", vec![], 21, false),
            ("only idle ones, whatever zeros they answer", vec![none.clone(); 5], 21, false),
            ("all of them reach today", vec![busy(23, 1); 3], 23, false),
            ("a few lag", vec![busy(23, 1), busy(23, 2), busy(15, 1)], 23, false),
            ("idle ones have no say", [vec![busy(22, 1); 3], vec![none; 90]].concat(), 22, false),
            ("quiet ones neither", [vec![busy(22, 1); 3], vec![busy(16, 6); 90]].concat(), 22, false),
            ("the usual drift is no freeze", vec![busy(21, 1); 3], 21, false),
            ("most stand still, one does not", vec![busy(19, 1), busy(19, 2), busy(23, 1)], 19, true),
            ("half of them is no majority", [vec![busy(23, 1); 2], vec![busy(18, 1); 2]].concat(), 18, true),
            ("quiet ones may be so by chance", vec![busy(23, 1), busy(20, 2), busy(20, 2)], 20, false),
            ("a freeze of many days", vec![busy(13, 1); 4], 13, true),
            ("two are too few to call it one, but claim no more", vec![busy(18, 1), busy(17, 1)], 18, false),
            ("one that is up to date claims nothing that may yet come", vec![busy(23, 1)], 21, false),
            ("days in the future say nothing", vec![vec![date(26), date(27), date(28)]; 4], 21, false),
            ("nor do those before the window", vec![vec![date(6), date(7), date(8)]; 4], 21, false),
        ] {
            let found = of(&repositories, today);
            assert_eq!((found.through, found.frozen), (date(through), frozen), "{case}");
            let lively = repositories.iter().filter(|days| Lively::of(days, today).is_some()).count();
            assert_eq!(found.told, lively >= QUORUM, "{case}");
        }
    }

    /// Busy on every `step`th day of two months up to `ago` days before the end of November.
    fn remembered(ago: u64, step: usize) -> Vec<Date> {
        let end = Date::from_ymd_opt(2026, 11, 30).unwrap() - Days::new(ago);
        let mut days: Vec<Date> = (0..60).step_by(step).map(|back| end - Days::new(back)).collect();
        days.reverse();
        days
    }

    #[test]
    fn what_the_history_knows_shows_a_freeze_of_any_length() {
        let today = Date::from_ymd_opt(2026, 11, 30).unwrap();
        for frozen in 3..=58u64 {
            let repositories = [
                remembered(frozen, 1),
                remembered(frozen, 1),
                remembered(frozen, 3),
                remembered(frozen, 2),
                // One that happened to be quiet at the end, one that died long before, one without figures.
                remembered(frozen + 1, 2),
                remembered(59, 1),
                Vec::new(),
            ];
            let expected = Reach { through: today - Days::new(frozen), frozen: true, told: true };
            assert_eq!(of(&repositories, today), expected, "frozen for {frozen} days");
        }
    }

    #[test]
    fn repositories_that_died_do_not_freeze_the_others() {
        let today = Date::from_ymd_opt(2026, 11, 30).unwrap();
        let ago = |days: u64| today - Days::new(days);
        let dead: Vec<Vec<Date>> = (20..50).map(|ago| remembered(ago, 1)).collect();
        for (case, repositories, through) in [
            ("three live on", [vec![remembered(1, 1); 3], dead.clone()].concat(), 1),
            ("a single one lives on", [vec![remembered(1, 1)], dead.clone()].concat(), 2),
            ("all died one after the other", (2..6).map(|n| remembered(n * 9, 1)).collect(), 18),
            ("only two fell silent", vec![remembered(20, 1); 2], 20),
        ] {
            let found = of(&repositories, today);
            assert_eq!((found.through, found.frozen), (ago(through), false), "{case}");
        }
    }

    #[test]
    fn only_days_that_were_surely_asked_for_are_in_the_window() {
        assert_eq!(window(date(23), date(23)), Some(Span { first: date(10), last: date(23) }));
        assert_eq!(window(date(21), date(23)), Some(Span { first: date(10), last: date(21) }));
        assert_eq!(window(date(9), date(23)), None);
    }

    proptest! {
        #[test]
        fn the_order_of_the_repositories_does_not_matter(
            ages in proptest::collection::vec(proptest::collection::btree_set(0u64..60, 0..40), 0..8),
            turn in 0usize..8,
        ) {
            let today = Date::from_ymd_opt(2026, 11, 30).unwrap();
            let days = |ages: &std::collections::BTreeSet<u64>| ages.iter().rev().map(|age| today - Days::new(*age)).collect();
            let mut repositories: Vec<Vec<Date>> = ages.iter().map(days).collect();
            let before = of(&repositories, today);
            prop_assert!(before.through <= today);
            prop_assert_eq!(before.frozen && before.through >= today - Days::new(2), false);
            let turn = turn % repositories.len().max(1);
            repositories.rotate_left(turn);
            prop_assert_eq!(of(&repositories, today), before);
            repositories.reverse();
            prop_assert_eq!(of(&repositories, today), before);
        }
    }
}
