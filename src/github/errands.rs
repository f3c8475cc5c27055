//! What else is asked of a repository, once its views and clones are known.

use super::client::Client;
use super::fault::Fault;
use super::tonight::{Subject, Tonight};
use super::visit::Visit;
use super::wire::{self, Fortnight};
use super::{releases, stars};
use crate::domain::collection::{Asked, Observation, Question};
use crate::domain::plan::{Errand, Whole};
use crate::domain::ranking::Snapshot;
use crate::domain::traffic::{Cell, Span};
use crate::domain::uniques::WeekTotal;

/// Runs the errands of one repository in their order and sends what came of them.
///
/// What fails of them is told with the visit, and its days stay good. Releases and stars do not go away: they are asked
/// for again.
pub(super) async fn run(tonight: &Tonight<'_>, client: &Client, visit: &mut Visit, errands: Vec<Errand>) {
    let nothing = tonight.picked(&visit.listed);
    let mut learned = nothing.clone();
    for errand in errands {
        let subject = Subject { client, listed: &visit.listed };
        match errand {
            Errand::Releases { etag } => extra(&mut learned, subject, Question::Releases, {
                releases::read(subject, etag, tonight.now)
                    .await
                    .map(|(releases, asked)| (Extra::Releases(releases), asked))
            }),
            Errand::Stars { since, .. } => extra(&mut learned, subject, Question::Stars, {
                stars::read(subject, since, tonight.now).await.map(|(days, asked)| (Extra::Stars(days), asked))
            }),
            // What was refused once tonight is not asked about again.
            _ if visit.is_over() => {}
            Errand::Popular => popular(&mut learned, tonight, client, visit).await,
            Errand::Weeks { week, views, clones } => {
                let found = weeks(tonight, client, visit, week, (views, clones)).await;
                learned.weeks.extend(found);
            }
        }
    }
    if learned != nothing {
        tonight.observe(client, learned).await;
    }
    tonight.step(client).await;
}

async fn popular(learned: &mut Observation, tonight: &Tonight<'_>, client: &Client, visit: &mut Visit) {
    for (what, into) in [("popular/referrers", &mut learned.referrers), ("popular/paths", &mut learned.paths)] {
        if visit.is_over() {
            return;
        }
        match top(Subject { client, listed: &visit.listed }, what, tonight).await {
            Ok(snapshot) => into.push(snapshot),
            Err(fault) => visit.missed.push((what, fault)),
        }
    }
}

async fn top(subject: Subject<'_>, what: &str, tonight: &Tonight<'_>) -> Result<Snapshot, Fault> {
    let reply = answered(subject.ask(&format!("/traffic/{what}"), None).await?)?;
    wire::popular(&reply.body, tonight.now)
}

/// The figures of a whole week, those for free among them. One that is not whole yet is left for another night, as long
/// as there is one.
async fn weeks(
    tonight: &Tonight<'_>,
    client: &Client,
    visit: &mut Visit,
    week: Whole,
    (views, clones): (bool, bool),
) -> Option<WeekTotal> {
    let views = figure(tonight, client, visit, week, ("views", views)).await;
    let clones = figure(tonight, client, visit, week, ("clones", clones)).await;
    // Past midnight the first day may have left the window, and an answer from then on is of six days.
    let in_time = week.monday >= Span::window(tonight.date()).first;
    let enough = if week.last { views.is_some() || clones.is_some() } else { views.is_some() && clones.is_some() };
    (in_time && enough).then_some(WeekTotal { monday: week.monday, views, clones })
}

async fn figure(
    tonight: &Tonight<'_>,
    client: &Client,
    visit: &mut Visit,
    week: Whole,
    (word, asks): (&str, bool),
) -> Option<Cell> {
    let (days, what) = match word {
        "views" => (&visit.views, "views by week"),
        _ => (&visit.clones, "clones by week"),
    };
    // What is left out is a zero if nothing speaks against it: neither a doubt nor a day of the week itself.
    let quiet = week.trusted && days.as_ref().is_some_and(|days| is_quiet(days, week));
    let absent = quiet.then(Cell::default);
    if !asks || visit.is_over() {
        return absent.filter(|_| !asks);
    }
    let least = days.as_ref().map_or(0, |days| within(days, week));
    match one(Subject { client, listed: &visit.listed }, word, week, tonight).await {
        // Fewer than on its days: it was counted before they were.
        Ok(Some(cell)) if cell.count < least => None,
        Ok(cell) => cell.or(absent),
        Err(fault) => {
            visit.missed.push((what, fault));
            None
        }
    }
}

fn is_quiet(fortnight: &Fortnight, week: Whole) -> bool {
    within(fortnight, week) == 0
}

/// What the days of the week come to.
fn within(fortnight: &Fortnight, week: Whole) -> u64 {
    let days = fortnight.days.range(week.monday..=week.monday + chrono::Days::new(6));
    days.fold(0, |sum: u64, (_, cell)| sum.saturating_add(cell.count))
}

async fn one(subject: Subject<'_>, word: &str, week: Whole, tonight: &Tonight<'_>) -> Result<Option<Cell>, Fault> {
    let reply = answered(subject.ask(&format!("/traffic/{word}?per=week"), None).await?)?;
    wire::week(&reply.body, word, week.monday, tonight.now)
}

/// What is asked for without a tag is never unchanged.
fn answered<T>(reply: Option<T>) -> Result<T, Fault> {
    reply.ok_or_else(|| Fault::Unreadable("nobody asked whether it was unchanged".into()))
}

enum Extra {
    Releases(Vec<crate::domain::downloads::Release>),
    Stars(Vec<(crate::domain::Date, u64)>),
}

fn extra(
    learned: &mut Observation,
    subject: Subject<'_>,
    what: Question,
    found: Result<(Extra, Option<String>), Fault>,
) {
    let repository = &subject.listed.name;
    let at = learned.seen;
    match found {
        Ok((extra, mark)) => {
            match extra {
                Extra::Releases(releases) => learned.releases = releases,
                Extra::Stars(days) => learned.stars_gained = days,
            }
            learned.asked.push(Asked { what, at, mark });
        }
        Err(fault) => {
            tracing::debug!(%repository, ?what, cause = fault.cause(), "not to be had");
            // Whoever is refused is not asked every night.
            if is_refusal(&fault) {
                learned.asked.push(Asked { what, at, mark: None });
            }
        }
    }
}

/// Whether GitHub answered, and will answer just so tomorrow.
fn is_refusal(fault: &Fault) -> bool {
    if matches!(fault, Fault::Unexpected(status, _) if *status == http::StatusCode::ACCEPTED) {
        return false;
    }
    matches!(fault, Fault::Hidden | Fault::Forbidden { .. } | Fault::Unexpected(..) | Fault::Unreadable(_))
}
