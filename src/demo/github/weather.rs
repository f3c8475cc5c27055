//! How GitHub's traffic pipeline behaves: what it shows of the truth on a day.
//!
//! Everything here happened to the real one. A simulation sets the weather night by night and asks [`Sample::answered`]
//! what was shown under it.

use chrono::Days;

use super::Sample;
use super::figures::so_far;
use super::repository::SampleRepository;
use crate::domain::Date;
use crate::domain::repo::RepoId;
use crate::domain::traffic::{Cell, Day, Span};

/// What the pipeline does to the figures. The default shows the truth, and today's figures as far as they have come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weather {
    /// It stands still: later days are shown of nobody.
    pub frozen: Option<Date>,
    /// Where the window of fourteen days ends.
    pub drift: Drift,
    /// Whether the oldest day of the window shows a quarter of its figures only.
    pub oldest_truncated: bool,
    /// Who gets a row of zeros for a day on which nothing happened, instead of none.
    pub zeros: Zeros,
    /// Days that show something else than the truth for a while.
    pub revisions: Vec<Revision>,
}

/// How far the window's end is behind today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// So many days for everybody; GitHub has been seen with 0, 1 and 2.
    Behind(u64),
    /// 0, 1 or 2, for each repository and day its own.
    Mixed,
}

impl Default for Drift {
    fn default() -> Drift {
        Drift::Behind(0)
    }
}

/// Who gets rows of zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zeros {
    /// Days without a figure are left out.
    #[default]
    Nobody,
    /// Private repositories; those that were idle for the whole window get them for frozen days, too.
    Private,
    /// Everybody, except for frozen days.
    Everybody,
}

/// One day that shows something else than the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Which day.
    pub date: Date,
    /// What it shows.
    pub shown: Shown,
    /// The first "today" on which it does.
    pub from: Date,
    /// The first "today" on which it shows the truth again.
    pub until: Date,
    /// Of this repository only; `None` for everybody.
    pub only: Option<RepoId>,
}

/// What a revised day shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// This share of its figures.
    Part(f64),
    /// Zeros, whatever happened.
    Zero,
    /// No row at all.
    Nothing,
}

impl Weather {
    /// A day lowered to a share of its figures for everybody, until it is restored on `until`. With a share a little
    /// below one, it is a late rise.
    pub fn drop_day(&mut self, date: Date, share: f64, until: Date) {
        self.revise(date, Shown::Part(share), until);
    }

    /// False zeros on a day for everybody, until it is restored on `until`.
    pub fn zero_day(&mut self, date: Date, until: Date) {
        self.revise(date, Shown::Zero, until);
    }

    /// A day left out for everybody, until it is restored on `until`.
    pub fn leave_out_day(&mut self, date: Date, until: Date) {
        self.revise(date, Shown::Nothing, until);
    }

    fn revise(&mut self, date: Date, shown: Shown, until: Date) {
        self.revisions.push(Revision { date, shown, from: date, until, only: None });
    }

    fn revision(&self, id: RepoId, date: Date, today: Date) -> Option<Shown> {
        let meant = |revision: &&Revision| {
            revision.date == date
                && (revision.from..revision.until).contains(&today)
                && revision.only.is_none_or(|only| only == id)
        };
        self.revisions.iter().rev().find(meant).map(|revision| revision.shown)
    }
}

impl Sample {
    /// What the pipeline does by now.
    pub fn weather(&self) -> Weather {
        self.state().weather.clone()
    }

    /// Lets the pipeline do this from now on.
    pub fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// Stops the traffic pipeline at `newest`, as it happened to GitHub in September 2026; `None` lets it go on.
    pub fn freeze(&self, newest: Option<Date>) {
        self.state().weather.frozen = newest;
    }

    /// Lets the window end today (0), yesterday (1) or the day before (2).
    pub fn shift(&self, behind: u64) {
        self.state().weather.drift = Drift::Behind(behind);
    }

    /// The fourteen days that an answer about this repository is for, on the day `today`.
    pub fn window(&self, repository: &SampleRepository, today: Date) -> Span {
        let behind = match self.state().weather.drift {
            Drift::Behind(days) => days,
            Drift::Mixed => (self.figures.chance(repository, today, 900) * 3.0) as u64,
        };
        Span::window(today - Days::new(behind))
    }

    /// The figures of a day as GitHub shows them on the day `today`: only of days in the window, part of today's, and
    /// whatever the weather makes of them.
    pub fn shown(&self, repository: &SampleRepository, date: Date, today: Date) -> Day {
        let weather = self.weather();
        let window = self.window(repository, today);
        let nothing = Day { date, views: None, clones: None };
        if date > today || !window.contains(date) {
            return nothing;
        }
        let private = repository.traits_on(today).private;
        let truth = self.truth(repository, date);
        if weather.frozen.is_some_and(|newest| date > newest) {
            let idle = private && weather.zeros == Zeros::Private && self.idle(repository, window);
            return if idle { zeroed(nothing) } else { nothing };
        }
        let day = match weather.revision(repository.id, date, today) {
            Some(Shown::Zero) => return zeroed(nothing),
            Some(Shown::Nothing) => return nothing,
            Some(Shown::Part(share)) => each(truth, |cell| scaled(cell, share)),
            None if date == today => each(truth, so_far),
            None if weather.oldest_truncated && date == window.first => each(truth, |cell| scaled(cell, 0.25)),
            None => truth,
        };
        match weather.zeros {
            Zeros::Everybody => filled(day),
            Zeros::Private if private => filled(day),
            _ => day,
        }
    }

    /// Everything that GitHub shows of a repository's days right now: the rows of its answers, by day.
    pub fn answered(&self, repository: &SampleRepository) -> Vec<Day> {
        let today = self.today();
        let days = self.window(repository, today).days().map(|date| self.shown(repository, date, today));
        days.filter(|day| day.views.is_some() || day.clones.is_some()).collect()
    }

    fn idle(&self, repository: &SampleRepository, window: Span) -> bool {
        window.days().map(|date| self.truth(repository, date)).all(|day| day.views.is_none() && day.clones.is_none())
    }
}

fn each(day: Day, change: impl Fn(Cell) -> Option<Cell>) -> Day {
    Day { date: day.date, views: day.views.and_then(&change), clones: day.clones.and_then(&change) }
}

fn scaled(cell: Cell, share: f64) -> Option<Cell> {
    let count = (cell.count as f64 * share).floor() as u64;
    let uniques = ((cell.uniques as f64 * share).ceil() as u64).min(count);
    (count > 0).then_some(Cell { count, uniques })
}

fn zeroed(day: Day) -> Day {
    Day { views: Some(Cell::default()), clones: Some(Cell::default()), ..day }
}

/// With zeros where there is nothing.
fn filled(day: Day) -> Day {
    Day { views: day.views.or(Some(Cell::default())), clones: day.clones.or(Some(Cell::default())), ..day }
}
