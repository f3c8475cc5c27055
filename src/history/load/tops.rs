//! Which of many top tens are worth reading: they come every night and overlap by thirteen days.

use chrono::TimeDelta;

use crate::domain::ranking::Snapshot;
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

/// Of the newest weeks every list counts: whatever stood out lately is explained by them.
const LATELY: TimeDelta = TimeDelta::days(35);

/// The lists of one kind of one repository, given newest first.
#[derive(Default)]
pub(super) struct Tops {
    kept: Vec<Snapshot>,
    newest: Option<Timestamp>,
    /// The first day of the oldest window that overlaps with none of the newer ones.
    first: Option<Date>,
}

impl Tops {
    /// Whether the list taken then, older than all before, is one to keep.
    ///
    /// Besides the newest ones these are those that can be added up, as [`crate::domain::ranking::disjoint`] picks them:
    /// so years of nights take as much room as one list a fortnight.
    pub(super) fn wants(&mut self, taken: Timestamp) -> bool {
        let date = taken.date_naive();
        let newest = *self.newest.get_or_insert(taken);
        let apart = self.first.is_none_or(|first| date < first);
        if apart {
            self.first = Some(Span::window(date).first);
        }
        apart || taken + LATELY >= newest
    }

    pub(super) fn keep(&mut self, snapshot: Snapshot) {
        self.kept.push(snapshot);
    }

    /// Ascending by time.
    pub(super) fn whole(mut self) -> Vec<Snapshot> {
        self.kept.reverse();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ranking::disjoint;
    use proptest::prelude::*;

    fn taken(hours: u64) -> Snapshot {
        let start: Timestamp = "2016-01-01T02:00:00Z".parse().unwrap();
        Snapshot { taken: start + TimeDelta::hours(hours as i64), rows: vec![] }
    }

    fn kept(all: &[Snapshot]) -> Vec<Snapshot> {
        let mut tops = Tops::default();
        for snapshot in all.iter().rev() {
            if tops.wants(snapshot.taken) {
                tops.keep(snapshot.clone());
            }
        }
        tops.whole()
    }

    #[test]
    fn ten_years_of_nights_become_a_list_a_fortnight_and_all_of_the_last_weeks() {
        let nights: Vec<Snapshot> = (0..3_650).map(|n| taken(n * 24)).collect();
        let kept = kept(&nights);
        assert!((290..310).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept[kept.len() - 30..], nights[nights.len() - 30..]);
    }

    proptest! {
        #[test]
        fn what_can_be_added_up_is_the_same_as_of_all(mut hours in prop::collection::vec(0..9_000u64, 0..60)) {
            hours.sort_unstable();
            hours.dedup();
            let all: Vec<Snapshot> = hours.into_iter().map(taken).collect();
            let ever = Span { first: "2015-01-01".parse().unwrap(), last: "2020-01-01".parse().unwrap() };
            let kept = kept(&all);
            prop_assert_eq!(disjoint(&kept, ever), disjoint(&all, ever));
        }
    }
}
