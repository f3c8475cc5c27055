//! What is worth asking of one repository tonight besides its views and clones.
//!
//! What is asked once a week is spread over the nights by the repository's id, so that no night has it all.

use chrono::{Datelike, Days};

use crate::domain::calendar::Week;
use crate::domain::collection::{Asked, Known, Question};
use crate::domain::repo::RepoId;
use crate::domain::signal::Reach;
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

/// The nights over which a week's own figures are asked for, from Tuesday at the earliest: Sunday, the last one on which
/// the week is whole in the window, is left for what was missed.
const WEEK_NIGHTS: u64 = 5;
/// A day has come to rest when GitHub counted so many days more.
const SETTLED: u64 = 2;
/// The same where nobody tells how far GitHub has counted: it may be later than usual.
const SETTLED_PERHAPS: u64 = 4;
/// Weeks of stars on a page, as many as GitHub gives.
const STAR_WEEKS: u64 = 30;
/// GitHub gives no more pages than these.
const STAR_PAGES: u64 = 100;
/// What changes slowly, or was refused, is asked for after so many days.
const RARELY: u64 = 28;
const WEEKLY: u64 = 7;

/// A repository as it was listed tonight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: RepoId,
    /// Its stars by now.
    pub stars: Option<u64>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// Whether a repository had any views and clones in its fortnight; `None` where nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Page views.
    pub views: Option<bool>,
    /// Git clones.
    pub clones: Option<bool>,
}

/// A week whose own figures GitHub can tell tonight: whole in the window, and settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its first day.
    pub monday: Date,
    /// Whether it is not whole any more tomorrow.
    pub last: bool,
    /// Whether what GitHub leaves out of it is a zero: no day of it is in doubt.
    pub trusted: bool,
}

/// Something to ask of one repository, in the order of what would be missed most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// The week's own figures.
    Weeks {
        /// Which week, and how far it can be trusted.
        week: Whole,
        /// Whether views must be asked for; else they are zero.
        views: bool,
        /// Whether clones must be asked for; else they are zero.
        clones: bool,
    },
    /// Referrers and paths.
    Popular,
    /// Releases with the downloads of their assets.
    Releases {
        /// The ETag of an empty answer.
        etag: Option<String>,
    },
    /// Stars gained by day.
    Stars {
        /// When it was last answered; `None` asks for everything.
        since: Option<Date>,
        /// The most requests it is expected to take.
        pages: u64,
    },
}

impl Errand {
    /// How many requests it is expected to take.
    pub fn requests(&self) -> u64 {
        match self {
            Errand::Weeks { views, clones, .. } => u64::from(*views) + u64::from(*clones),
            Errand::Popular => 2,
            Errand::Releases { .. } => 1,
            Errand::Stars { pages, .. } => *pages,
        }
    }

    /// A week that is lost tomorrow, top tens of tonight, a week that can wait, and what does not go away at all.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Errand::Weeks { week, .. } if week.last => 0,
            Errand::Popular => 1,
            Errand::Weeks { .. } => 2,
            Errand::Releases { .. } => 3,
            Errand::Stars { .. } => 4,
        }
    }
}

/// The week that can be asked for `today`, `window` being the days that GitHub answers for, as far as `reach` tells.
///
/// The window holds one from Monday to Sunday on every day but Mondays. It is asked for once, so its Sunday has to have
/// come to rest: only the last night takes it as it is. A frozen pipeline has none.
pub fn whole(window: Span, reach: Reach, doubtful: &[Date], today: Date) -> Option<Whole> {
    let week = Week::of(today - Days::new(8)).span();
    let trusted = !doubtful.iter().any(|date| week.contains(*date));
    let last = week.first == today - Days::new(13);
    let after = Days::new(if reach.told { SETTLED } else { SETTLED_PERHAPS });
    let settled = last || week.last + after <= window.last;
    let fits = window.contains(week.first) && window.contains(week.last);
    (fits && settled && !reach.frozen).then_some(Whole { monday: week.first, last, trusted })
}

/// What to ask of a repository on `today` beyond views and clones.
pub fn errands(candidate: &Candidate, known: &Known, met: Met, week: Option<Whole>, today: Date) -> Vec<Errand> {
    // Where views could not be read nothing says that it is idle.
    let lively = met.views != Some(false);
    let popular = lively.then_some(Errand::Popular);
    let releases = releases(candidate, known, lively, today);
    let found = [weeks(candidate, known, met, week, today), popular, releases, stars(candidate, known, today)];
    let mut found: Vec<Errand> = found.into_iter().flatten().collect();
    found.sort_by_key(Errand::rank);
    found
}

fn weeks(candidate: &Candidate, known: &Known, met: Met, week: Option<Whole>, today: Date) -> Option<Errand> {
    let week = week.filter(|week| known.week.is_none_or(|newest| newest < week.monday))?;
    let (views, clones) = (met.views != Some(false), met.clones != Some(false));
    // Of a repository that was not met at all nothing can be said for free.
    let free = !views && !clones;
    // Nothing is shown of it tonight, but something was on another night: that is no zero.
    let sunday = week.monday + Days::new(6);
    if free && known.busy.iter().any(|date| (week.monday..=sunday).contains(date)) {
        return None;
    }
    let turn = week.monday + Days::new(8 + spread(candidate.id, WEEK_NIGHTS));
    // A day in doubt may yet be put right, so its week is asked for as late as can be.
    let due = week.last || (week.trusted && (free || today >= turn));
    (due && (week.trusted || !free)).then_some(Errand::Weeks { week, views, clones })
}

fn releases(candidate: &Candidate, known: &Known, lively: bool, today: Date) -> Option<Errand> {
    let last = known.asked.get(&Question::Releases);
    // The nights between are there so that those met on one night are not asked on one night ever after.
    let (every, soonest) = if lively { (WEEKLY, 1) } else { (RARELY, RARELY / 2) };
    let due = last.is_none_or(|asked| {
        let age = age(asked, today);
        age >= every || (age >= soonest && turn(candidate.id, every, today))
    });
    due.then(|| Errand::Releases { etag: last.and_then(|asked| asked.mark.clone()) })
}

fn stars(candidate: &Candidate, known: &Known, today: Date) -> Option<Errand> {
    let all = || {
        let weeks = candidate.created.map_or(1, |created| (today - created.date_naive()).num_weeks());
        // The first and the newest week are parts of one.
        let weeks = u64::try_from(weeks).unwrap_or(0) + 2;
        Errand::Stars { since: None, pages: weeks.div_ceil(STAR_WEEKS).min(STAR_PAGES) }
    };
    let Some(asked) = known.asked.get(&Question::Stars) else {
        // Who has no star has no history of them, and it needs no request to know that.
        return (candidate.stars != Some(0)).then(all);
    };
    let age = age(asked, today);
    match &asked.mark {
        Some(mark) => {
            let moved = candidate.stars.is_none_or(|stars| *mark != stars.to_string());
            let due = age >= WEEKLY || (age >= 1 && turn(candidate.id, WEEKLY, today));
            (moved && due).then(|| Errand::Stars { since: Some(asked.at.date_naive()), pages: (age + 35) / 210 + 1 })
        }
        // It was not to be had.
        None => (age >= RARELY).then(all),
    }
}

/// Days since a question was answered.
fn age(asked: &Asked, today: Date) -> u64 {
    u64::try_from((today - asked.at.date_naive()).num_days()).unwrap_or(0)
}

/// Whether `today` is the turn of a repository that has one in so many days.
fn turn(id: RepoId, every: u64, today: Date) -> bool {
    let day = u64::from(today.num_days_from_ce().unsigned_abs());
    (day + spread(id, every)).is_multiple_of(every)
}

/// A number below `among` that stays the same. Ids of one owner may have a pattern, so they are mixed first.
fn spread(RepoId(id): RepoId, among: u64) -> u64 {
    let mixed = (id ^ (id >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) % among
}
