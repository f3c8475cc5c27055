//! The sample's traffic: plausible figures that follow from repository, date and seed alone.

use chrono::{Datelike, Days};

use super::repository::{Kind, SampleRepository};
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::repo::Counters;
use crate::domain::traffic::{Cell, Day, Span};

/// Days between the sample's first day and its newest one.
pub(super) const TWO_YEARS: u64 = 730;
/// How long before the newest day the viral repository was on everybody's front page.
const FAME: u64 = 210;
/// How long nobody has looked at the idle repository.
const REST: u64 = 21;
/// Monday to Sunday: people who write programs rest at weekends.
const RHYTHM: [f64; 7] = [1.06, 1.16, 1.14, 1.1, 0.94, 0.52, 0.58];

/// Where the figures come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    /// The newest day when the sample was made. Everything is counted from it, so that a day's figures stay the same
    /// while "today" moves on.
    pub(super) today: Date,
    pub(super) seed: u64,
}

impl Figures {
    /// The final figures of a day, as they will be once the day is over. An idle day has none: GitHub leaves it out.
    pub(super) fn day(&self, repository: &SampleRepository, date: Date) -> Day {
        let cell = |rate: f64, salt: u64| {
            let count = (rate * (0.8 + 0.4 * self.chance(repository, date, salt))
                + self.chance(repository, date, salt + 1))
            .floor();
            let uniques = (count * (0.3 + 0.25 * self.chance(repository, date, salt + 2))).ceil();
            (count >= 1.0).then_some(Cell { count: count as u64, uniques: uniques as u64 })
        };
        Day {
            date,
            views: cell(self.view_rate(repository, date), 10),
            clones: cell(self.clone_rate(repository, date), 20),
        }
    }

    /// The counters in the evening of a day.
    pub(super) fn counters(&self, repository: &SampleRepository, date: Date) -> Counters {
        let age = days_between(repository.created, date).max(0.0);
        let fame = match self.since_fame(repository, date) {
            Some(days) => 2_400.0 * (1.0 - (-days / 9.0).exp()),
            None => 0.0,
        };
        let stars = (repository.base * (0.3 + age * 0.009 * (1.0 + age / 2_500.0)) + fame).floor();
        Counters {
            stars: Some(stars as u64),
            forks: Some((stars * 0.11).floor() as u64),
            watchers: Some((stars * 0.03).floor() as u64 + 1),
            open_pulls: Some((stars.sqrt() * 0.2).floor() as u64),
            open_issues_and_pulls: Some((stars.sqrt() * (1.0 + 0.3 * (age / 40.0).sin())).floor() as u64),
        }
    }

    /// Different people over several days: fewer than the days' uniques added up, since some come back.
    pub(super) fn together<'a>(&self, cells: impl IntoIterator<Item = &'a Cell>) -> Cell {
        let mut together = Cell::default();
        let mut busiest = 0;
        for cell in cells {
            together.count += cell.count;
            together.uniques += cell.uniques;
            busiest = busiest.max(cell.uniques);
        }
        together.uniques = (together.uniques * 7 / 10).max(busiest);
        together
    }

    /// A number in 0..1 that is always the same for the same repository, date and salt.
    pub(super) fn chance(&self, repository: &SampleRepository, date: Date, salt: u64) -> f64 {
        let day = u64::from(date.num_days_from_ce().unsigned_abs());
        let mixed = mix(mix(mix(self.seed ^ repository.id.0) ^ day) ^ salt);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Days since the viral repository became famous.
    pub(super) fn since_fame(&self, repository: &SampleRepository, date: Date) -> Option<f64> {
        let days = days_between(self.today - Days::new(FAME), date);
        (repository.kind == Kind::Viral && days >= 0.0).then_some(days)
    }

    /// Whether a release came out on `date`, every few weeks where there is much to do.
    pub(super) fn since_release(&self, repository: &SampleRepository, date: Date) -> f64 {
        let every = 24 + repository.id.0 % 29;
        ((u64::from(date.num_days_from_ce().unsigned_abs()) + repository.id.0) % every) as f64
    }

    /// Whether anybody can have looked at all.
    fn awake(&self, repository: &SampleRepository, date: Date) -> bool {
        date >= repository.created && (repository.kind != Kind::Idle || date < self.today - Days::new(REST))
    }

    fn view_rate(&self, repository: &SampleRepository, date: Date) -> f64 {
        if !self.awake(repository, date) {
            return 0.0;
        }
        let years = days_between(self.today - Days::new(TWO_YEARS), date) / 365.0;
        let yearly = match repository.kind {
            Kind::Archived => 0.45,
            _ => 1.05 + 0.7 * self.chance(repository, repository.created, 1),
        };
        let release = if repository.base >= 20.0 && repository.kind != Kind::Archived { 0.9 } else { 0.0 };
        let news = 1.0 + release * (-self.since_release(repository, date) / 2.5).exp();
        let fame = self.since_fame(repository, date).map_or(0.0, |days| 60.0 * (-days / 1.3).exp() + 0.6);
        repository.base * f64::powf(yearly, years) * rhythm(date) * season(date) * (news + fame)
    }

    /// Machines clone at weekends too.
    fn clone_rate(&self, repository: &SampleRepository, date: Date) -> f64 {
        let people = self.view_rate(repository, date) * 0.07;
        let machines = if self.awake(repository, date) { repository.base.sqrt() * 0.8 } else { 0.0 };
        let share = if repository.base < 1.0 { 0.1 } else { 1.0 };
        (people + machines) * share
    }
}

/// The days of `span` by ISO week, as `per=week` groups them.
pub(super) fn by_week(span: Span) -> impl Iterator<Item = (Date, Span)> {
    crate::domain::calendar::weeks(span).filter_map(move |week: Week| {
        let whole = week.span();
        Some((whole.first, Span::new(whole.first.max(span.first), whole.last.min(span.last))?))
    })
}

/// The part of a day's figures that GitHub shows while the day is not over.
pub(super) fn so_far(cell: Cell) -> Option<Cell> {
    let count = cell.count * 2 / 5;
    (count > 0).then_some(Cell { count, uniques: (cell.uniques * 2).div_ceil(5).min(count) })
}

fn rhythm(date: Date) -> f64 {
    RHYTHM[date.weekday().num_days_from_monday() as usize]
}

fn season(date: Date) -> f64 {
    match (date.month(), date.day()) {
        (12, 23..) | (1, ..=2) => 0.5,
        (8, _) => 0.86,
        _ => 1.0,
    }
}

fn days_between(from: Date, to: Date) -> f64 {
    (to - from).num_days() as f64
}

/// One step of SplitMix64.
pub(super) fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
