//! Stars that a repository gained by day, of those that are still given.
//!
//! The history of stars answers to whoever may read the repository; other lists of stargazers do not any more. It is not
//! in GitHub's description of its API, so nothing depends on it, and an answer of another shape is refused.

use chrono::Days;
use serde::Deserialize;

use super::fault::Fault;
use super::tonight::Subject;
use super::wire::{count, read as believe};
use crate::domain::{Date, Timestamp};

/// GitHub gives no more.
const MOST_PAGES: usize = 100;
/// So many weeks before the last answer are read again, because stars are taken back.
const AGAIN: Days = Days::new(5 * 7);

/// An entry of `GET /repos/{owner}/{repo}/stargazers/history`, newest first.
#[derive(Deserialize)]
struct Week {
    /// Seconds since 1970 at the beginning of its first day.
    week: i64,
    total: i64,
    days: [i64; 7],
}

/// Every star since the beginning, or those since some weeks before `since`; with the number of stars it speaks for.
///
/// Days without a star are told only where they may have had one before.
pub(super) async fn read(
    subject: Subject<'_>,
    since: Option<Date>,
    now: Timestamp,
) -> Result<(Vec<(Date, u64)>, Option<String>), Fault> {
    // Before there are dates there were no stars.
    let from = since.map(|since| since.checked_sub_days(AGAIN).unwrap_or(since));
    let (mut gained, mut pages) = (Vec::new(), 0);
    let mut page = subject.ask("/stargazers/history?per_page=30", None).await?;
    while let Some(reply) = page {
        pages += 1;
        let weeks: Vec<Week> = believe(&reply.body)?;
        let mut oldest = None;
        for week in &weeks {
            let first = first(week, now)?;
            oldest = Some(oldest.map_or(first, |oldest: Date| oldest.min(first)));
            gained.extend(
                days(week, first, now)?
                    .into_iter()
                    .filter(|(date, stars)| *stars > 0 || from.is_some_and(|from| *date >= from)),
            );
        }
        let enough = oldest.is_none_or(|oldest| from.is_some_and(|from| oldest <= from)) || pages >= MOST_PAGES;
        page = if enough { None } else { subject.next(&reply).await? };
    }
    gained.sort_unstable();
    Ok((gained, Some(subject.listed.counters.stars.unwrap_or_default().to_string())))
}

/// GitHub is from 2008.
fn first(week: &Week, now: Timestamp) -> Result<Date, Fault> {
    let begins = chrono::DateTime::from_timestamp(week.week, 0).map(|moment| moment.date_naive());
    let known = |date: &Date| *date >= Date::from_ymd_opt(2007, 1, 1).unwrap_or_default() && *date <= now.date_naive();
    begins.filter(known).ok_or_else(|| Fault::Unreadable(format!("no week of stars begins {} s after 1970", week.week)))
}

/// Days that are yet to come are left out.
fn days(week: &Week, first: Date, now: Timestamp) -> Result<Vec<(Date, u64)>, Fault> {
    let days = (0..)
        .zip(week.days)
        .map(|(n, stars)| Ok((first.checked_add_days(Days::new(n)).unwrap_or(first), count(stars, first)?)));
    let days: Vec<(Date, u64)> = days.collect::<Result<_, Fault>>()?;
    let sum = days.iter().fold(0, |sum: u64, (_, stars)| sum.saturating_add(*stars));
    if sum != count(week.total, first)? {
        return Err(Fault::Unreadable(format!("the stars of the week of {first} do not add up")));
    }
    Ok(days.into_iter().filter(|(date, _)| *date <= now.date_naive()).collect())
}
