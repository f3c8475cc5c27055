//! One night of one credential: who comes first, and what has to wait.

use chrono::Days;

use super::budget::Means;
use super::errand::{Candidate, Errand, Met, errands, whole};
use super::{Estimate, thousands};
use crate::domain::collection::{Known, Memory, Question};
use crate::domain::repo::RepoId;
use crate::domain::signal::Reach;
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};

/// The longest time between two collections after which no day is lost: the window's end drifts by a day.
const SAFE: u64 = 13;

/// The mark of views that were refused. No tag of GitHub's looks like it: those are in quotes.
pub const REFUSED: &str = "refused";
/// Refused repositories are asked again after so many days, however little room there is.
const REFUSED_DAYS: i64 = 7;

/// Which repositories are collected tonight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    /// In this order.
    pub order: Vec<RepoId>,
    /// Those left for the next time, in the order in which they would have come.
    pub postponed: Vec<Postponed>,
    /// What it is going to take.
    pub estimate: Estimate,
}

/// A repository that is left for the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postponed {
    /// Which.
    pub id: RepoId,
    /// Why, and how much time there is.
    pub why: String,
}

/// Who is collected on the night of `now`, `sent` requests having gone into the listing.
///
/// Views and clones of as many as can be afforded: those never collected first, who lose a day each night, then those
/// longest not collected. Nobody overtakes, however little they would take. So whoever was left is first the next time,
/// and if a tenth of all can be afforded each night everybody is reached within ten nights. Only those refused lately come
/// behind the others: they are never collected, and would be first on every night for nothing.
pub fn night(candidates: &[Candidate], memory: &Memory, means: &Means, sent: u64, now: Timestamp) -> Night {
    let (capacity, today) = (means.capacity(now), now.date_naive());
    let nothing = Known::default();
    let known = |candidate: &Candidate| memory.get(&candidate.id).unwrap_or(&nothing);
    let mut queue: Vec<&Candidate> = candidates.iter().collect();
    queue.sort_by_key(|candidate| {
        let known = known(candidate);
        (refused(known, today), known.collected, candidate.id)
    });
    let mut costs = 0;
    let fitting = queue.iter().take_while(|candidate| {
        costs += cost(known(candidate));
        costs <= capacity
    });
    let (order, left) = queue.split_at(fitting.count());
    let first: u64 = order.iter().map(|candidate| cost(known(candidate))).sum();
    let second = wanted(order, known, today);
    let second: u64 = choose(second, capacity - first).iter().flatten().map(Errand::requests).sum();
    let spent = means.spend(first + second, now);
    let estimate = Estimate {
        repositories: order.len(),
        postponed: left.len(),
        requests: sent + 2 * order.len() as u64 + second,
        takes: spent.takes,
        left: spent.left,
    };
    let why = |candidate: &&Candidate| Postponed { id: candidate.id, why: why(known(candidate), means, today) };
    Night { order: order.iter().map(|c| c.id).collect(), postponed: left.iter().map(why).collect(), estimate }
}

/// What of the `wanted` errands of repositories can be afforded: whatever comes before by its rank and then by the order
/// of the repositories. One that does not fit leaves what is left to the smaller ones after it.
pub fn choose(wanted: Vec<Vec<Errand>>, capacity: u64) -> Vec<Vec<Errand>> {
    let mut chosen: Vec<Vec<Errand>> = wanted.iter().map(|_| Vec::new()).collect();
    let mut queue: Vec<(usize, Errand)> = Vec::new();
    for (at, errands) in wanted.into_iter().enumerate() {
        queue.extend(errands.into_iter().map(|errand| (at, errand)));
    }
    queue.sort_by_key(|(_, errand)| errand.rank());
    let mut left = capacity;
    for (at, errand) in queue {
        if let Some(rest) = left.checked_sub(errand.requests()) {
            left = rest;
            chosen[at].push(errand);
        }
    }
    chosen
}

/// What will most likely be asked, as far as the last collection tells.
fn wanted<'a>(order: &[&Candidate], known: impl Fn(&Candidate) -> &'a Known, today: Date) -> Vec<Vec<Errand>> {
    // As if GitHub had counted up to now: an estimate is rather too high.
    let window = Span { first: today - Days::new(SAFE), last: today };
    let week = whole(window, Reach { through: today, frozen: false, told: true }, &[], today);
    let expected = |candidate: &&Candidate| errands(candidate, known(candidate), expect(known(candidate)), week, today);
    order.iter().map(expected).collect()
}

/// What a repository will most likely have, as far as the last collection tells.
fn expect(known: &Known) -> Met {
    let views = known.collected.map(|_| known.viewed);
    Met { views, clones: was_empty(known, Question::Clones).then_some(false) }
}

/// Views and clones, where an answer that is still empty costs nothing of the limit.
fn cost(known: &Known) -> u64 {
    [Question::Views, Question::Clones].into_iter().filter(|what| !was_empty(known, *what)).count() as u64
}

fn was_empty(known: &Known, what: Question) -> bool {
    empty_tag(known, what).is_some()
}

/// The tag of the last answer to views or clones, if that was empty.
pub fn empty_tag(known: &Known, what: Question) -> Option<&str> {
    known.asked.get(&what)?.mark.as_deref().filter(|mark| *mark != REFUSED)
}

/// When views were refused the last time, if that was lately.
fn refused(known: &Known, today: Date) -> Option<Timestamp> {
    let asked = known.asked.get(&Question::Views).filter(|asked| asked.mark.as_deref() == Some(REFUSED))?;
    ((today - asked.at.date_naive()).num_days() < REFUSED_DAYS).then_some(asked.at)
}

fn why(known: &Known, means: &Means, today: Date) -> String {
    let limit = means.budget.map_or(0, |budget| budget.limit);
    let limit = format!("GitHub's limit of {} requests an hour does not suffice tonight", thousands(limit));
    if refused(known, today).is_some() {
        return format!("{limit}; its traffic was refused the last time; it is asked for again within a week");
    }
    let Some(collected) = known.collected else {
        return format!("{limit}; it was never collected, so its oldest day is lost; it comes first the next time");
    };
    let safe = SAFE as i64 - (today - collected.date_naive()).num_days();
    match safe {
        ..=0 => format!("{limit}; its oldest day is lost; it comes first the next time"),
        1 => format!("{limit}; nothing is lost if it is collected by tomorrow; it comes first the next time"),
        days => format!("{limit}; nothing is lost within {days} days; it comes first the next time"),
    }
}
