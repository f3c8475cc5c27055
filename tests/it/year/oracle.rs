//! What the history has to say, worked out beside it from what the sample showed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use tollgate::demo::github::Sample;
use tollgate::domain::Date;
use tollgate::domain::collection::{Collected, Run};
use tollgate::domain::repo::{RepoId, RepositoryHistory};
use tollgate::domain::traffic::{Cell, Coverage, Day, Series, Span};

use super::climate::Climate;

/// What was promised so far.
pub(super) struct Oracle {
    first: Date,
    today: Date,
    /// The largest of what was shown on nights that ended well, for each repository.
    shown: BTreeMap<RepoId, Series>,
    /// Days that a window that GitHub answered held, on nights that ended well or not.
    asked: BTreeSet<Date>,
    /// Days that showed less than the truth to somebody who looked: what vanished then GitHub never showed.
    lowered: BTreeSet<Date>,
    kept: BTreeMap<RepoId, Series>,
    broken: u64,
    frozen: u64,
    postponed: u64,
    failed: u64,
}

impl Oracle {
    pub(super) fn new(first: Date) -> Oracle {
        Oracle {
            first,
            today: first,
            shown: BTreeMap::new(),
            asked: BTreeSet::new(),
            lowered: BTreeSet::new(),
            kept: BTreeMap::new(),
            broken: 0,
            frozen: 0,
            postponed: 0,
            failed: 0,
        }
    }

    pub(super) fn dawn(&mut self, today: Date, climate: &Climate) {
        self.today = today;
        if !climate.away() {
            let window = Span { first: today - Days::new(15), last: today };
            self.asked.extend(window.days());
            self.lowered.extend(window.days().filter(|date| climate.lowered(*date, today)));
        }
    }

    /// The night ended: what was shown of each repository that it read is promised.
    pub(super) fn promised(&mut self, sample: &Sample, run: &Run) {
        self.frozen += u64::from(run.frozen);
        for outcome in &run.outcomes {
            match outcome.result {
                Collected::Done { .. } => {}
                Collected::Postponed { .. } => self.postponed += 1,
                _ => self.failed += 1,
            }
            let (Some(id), Collected::Done { .. }) = (outcome.id, &outcome.result) else { continue };
            let repository = sample.by_id(id).expect("a repository that the sample has");
            let answered: Series = sample.answered(repository).into_iter().collect();
            let before = self.shown.remove(&id).unwrap_or_default();
            self.shown.insert(id, before.merge(&answered));
        }
    }

    pub(super) fn broke_off(&mut self) {
        self.broken += 1;
    }

    /// Every figure that was there before is there, and no smaller.
    pub(super) fn nothing_was_lowered(&mut self, now: Vec<RepositoryHistory>) {
        let now: BTreeMap<RepoId, Series> =
            now.into_iter().filter_map(|one| Some((one.repository.id?, one.traffic.series().clone()))).collect();
        for (id, before) in &self.kept {
            let is = now.get(id).unwrap_or_else(|| panic!("repository {id} is gone"));
            assert_eq!(&is.merge(before), is, "a figure of repository {id} was lowered by {}", self.today);
        }
        self.kept = now;
    }

    pub(super) fn judge(&self, sample: &Sample, history: &[RepositoryHistory], today: Date) {
        let mut told = Told::default();
        for one in history {
            let id = one.repository.id.expect("everything was met on GitHub");
            let repository = sample.by_id(id).expect("nothing was invented");
            let mut names = repository.former_names(today);
            names.push(repository.name_on(today));
            assert!(names.contains(&one.repository.name), "{} is no name of {id}: {names:?}", one.repository.name);
            let shown = self.shown.get(&id).cloned().unwrap_or_default();
            for date in (Span { first: self.first - Days::new(14), last: today }).days() {
                let case = Case { one, shown: &shown, truth: sample.truth(repository, date), date };
                self.day(&case, &mut told);
            }
            self.weeks(sample, one);
        }
        let known: BTreeSet<RepoId> = history.iter().filter_map(|one| one.repository.id).collect();
        assert!(self.shown.keys().all(|id| known.contains(id)), "a repository is missing");
        println!(
            "{told:?}; {} nights killed or unreachable, {} frozen, {} postponed, {} failed",
            self.broken, self.frozen, self.postponed, self.failed
        );
        assert!(
            told.measured > 500 && told.measured + told.zero > 1_000 && told.unknown > 5,
            "{told:?}: the test tests too little"
        );
    }

    fn day(&self, case: &Case<'_>, told: &mut Told) {
        let Case { one, truth, date, .. } = case;
        let kept = one.traffic.series().get(*date).copied();
        let where_ = || format!("{} on {date}: kept {kept:?}, in truth {truth:?}", one.repository.name);
        for (kept, shown, truth) in case.figures(kept) {
            let (kept, shown, truth) = (kept.unwrap_or_default(), shown.unwrap_or_default(), truth.unwrap_or_default());
            assert!(kept.merge(shown) == kept, "lost: {shown:?} was shown; {}", where_());
            assert!(kept.merge(truth) == truth, "invented; {}", where_());
        }
        let nothing = truth.views.is_none() && truth.clones.is_none();
        match one.traffic.coverage(*date) {
            Coverage::AssumedZero => {
                told.zero += 1;
                assert!(nothing || self.lowered.contains(date), "a false zero; {}", where_());
            }
            Coverage::Measured => {
                told.measured += 1;
                let zero = kept.is_none_or(|day| is_zero(day.views) && is_zero(day.clones));
                assert!(!zero || nothing || self.lowered.contains(date), "a false zero that GitHub said; {}", where_());
            }
            Coverage::Provisional => told.provisional += 1,
            Coverage::Unknown => told.unknown += 1,
        }
        if !self.asked.contains(date) {
            assert_eq!(one.traffic.coverage(*date), Coverage::Unknown, "nobody looked; {}", where_());
        }
    }

    /// GitHub's own weeks never exceed the truth, and where nothing was lowered they are the truth.
    fn weeks(&self, sample: &Sample, one: &RepositoryHistory) {
        let repository = one.repository.id.and_then(|id| sample.by_id(id)).expect("it is known");
        for week in &one.weeks {
            let truth = sample.week(repository, week.monday);
            for (kept, truth) in [(week.views, truth.views), (week.clones, truth.clones)] {
                let (Some(kept), truth) = (kept, truth.unwrap_or_default()) else { continue };
                assert!(
                    kept.merge(truth) == truth,
                    "{} in the week of {}: {kept:?}, in truth {truth:?}",
                    one.repository.name,
                    week.monday
                );
            }
        }
    }
}

fn is_zero(cell: Option<Cell>) -> bool {
    cell.unwrap_or_default() == Cell::default()
}

/// One day of one repository.
struct Case<'a> {
    one: &'a RepositoryHistory,
    shown: &'a Series,
    truth: Day,
    date: Date,
}

impl Case<'_> {
    /// Kept, shown and true, of views and of clones.
    fn figures(&self, kept: Option<Day>) -> [(Option<Cell>, Option<Cell>, Option<Cell>); 2] {
        let shown = self.shown.get(self.date);
        let views = (kept.and_then(|day| day.views), shown.and_then(|day| day.views), self.truth.views);
        let clones = (kept.and_then(|day| day.clones), shown.and_then(|day| day.clones), self.truth.clones);
        [views, clones]
    }
}

/// How the days turned out.
#[derive(Debug, Default)]
struct Told {
    measured: u64,
    zero: u64,
    provisional: u64,
    unknown: u64,
}
