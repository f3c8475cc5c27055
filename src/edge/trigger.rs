//! Starting a night from outside: the tokens for it, and `/-/nightly` on the operations listener.
//!
//! A scheduler that cannot run commands here posts there. Its token opens no page, and what opens pages starts no night.
//! Who runs the nights is none of the edge's business: it passes the wish on and tells the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};

use super::audit::Kind;
use super::budget::Wait;
use super::ended::{self, Ended, Subject};
use super::grants::{Error, LONGEST, State};
use super::reply::{self, Reply};
use super::routes::Asked;
use super::session::SKEW;
use super::share::bearer_of;
use super::{Edge, event};
use crate::domain::Timestamp;
use crate::keys::{self, Credential, Keyring, Purpose};
use crate::releases::Releases;

/// The kind of the records beside the releases. Names begin with the moment from which they mean nothing.
pub(super) const RECORDS: &str = "triggers";

/// The way to whoever runs the nights.
#[derive(Clone, Debug)]
pub struct Nightly {
    /// Takes wishes for a night.
    pub asks: mpsc::Sender<Ask>,
    /// How the nights of this process stand.
    pub nights: watch::Receiver<Nights>,
}

/// A wish for a night, and where to answer it.
pub type Ask = oneshot::Sender<Answer>;

/// What becomes of a wish for a night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has begun.
    Started,
    /// Something that writes is at work already, here or in another process.
    UnderWay,
    /// It cannot begin; the ordinary log says why.
    Impossible,
}

/// How the nights of this process stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nights {
    /// When the one began that is under way.
    pub under_way: Option<Timestamp>,
    /// The last one that ended.
    pub last: Option<Night>,
}

/// A night that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Night {
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How: `done`, `partial` where some repositories failed, or `failed`.
    pub outcome: &'static str,
}

/// What a token says that starts nights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Trigger {
    /// Names it, so that it can be revoked.
    id: String,
    /// When it was made, in seconds since 1970.
    made: i64,
    /// From when on it starts nothing.
    until: i64,
}

impl Credential for Trigger {
    const TYP: &'static str = "tollgate-trigger+jwt";
    const AUDIENCE: &'static str = "tollgate:trigger";
    const PURPOSE: Purpose = Purpose::Trigger;
}

impl Trigger {
    fn counts(&self, ended: &Ended, now: i64) -> bool {
        let lasts = self.made <= now.saturating_add(SKEW) && now < self.until;
        lasts && !ended.over(&[Subject::Grant(&self.id).key()], self.made)
    }
}

/// What is remembered of a token that starts nights. Its secret is not: who loses it makes another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Names it.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// From when on it starts nothing.
    pub until: i64,
    /// What it is for.
    pub note: String,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

/// Makes a token that starts nights until `until`, a year from now at most; its record and its secret. Nothing is left
/// to be found of one whose record cannot be written.
///
/// # Errors
/// [`Error::Keys`] when it cannot be signed, [`Error::Releases`] when its record cannot be written.
pub async fn make(
    keys: &Keyring,
    releases: &Releases,
    until: i64,
    note: &str,
    now: i64,
) -> Result<(Record, String), Error> {
    let until = until.min(now.saturating_add(LONGEST));
    let trigger = Trigger { id: keys::random_id()?, made: now, until };
    let record = Record { id: trigger.id.clone(), made: now, until, note: note.to_owned(), revoked: None };
    let secret = keys.sign(&trigger)?;
    write(releases, &record).await?;
    Ok((record, secret))
}

/// Every token whose record is there, the newest first, and how it stands at `now`.
///
/// # Errors
/// [`Error::Releases`] when the records cannot be read.
pub async fn list(releases: &Releases, now: i64) -> Result<Vec<(Record, State)>, Error> {
    let ended = Ended::read(releases, now).await?;
    let mut found = Vec::new();
    for name in releases.mark_names(RECORDS).await? {
        let body = releases.mark(RECORDS, &name).await?;
        let Some(record) = body.and_then(|body| serde_json::from_slice::<Record>(&body).ok()) else { continue };
        let over = ended.over(&[Subject::Grant(&record.id).key()], record.made);
        let state = match record.revoked {
            Some(_) => State::Revoked,
            None if over => State::Revoked,
            None if record.until <= now => State::Expired,
            None => State::Open,
        };
        found.push((record, state));
    }
    found.sort_by(|(a, _), (b, _)| (b.made, &b.id).cmp(&(a.made, &a.id)));
    Ok(found)
}

/// Revokes a token on every edge, within the time that edges look for endings; its record. `None` if there is none of
/// that id, in which case nothing is written.
///
/// # Errors
/// [`Error::Releases`] when it cannot be written down.
pub async fn revoke(releases: &Releases, id: &str, now: i64) -> Result<Option<Record>, Error> {
    let listed = list(releases, now).await?;
    let Some((record, _)) = listed.into_iter().find(|(record, _)| record.id == id) else { return Ok(None) };
    ended::end(releases, Subject::Grant(id), now, LONGEST).await?;
    let record = Record { revoked: record.revoked.or(Some(now)), ..record };
    write(releases, &record).await?;
    Ok(Some(record))
}

async fn write(releases: &Releases, record: &Record) -> Result<(), Error> {
    let body = serde_json::to_vec(record).unwrap_or_default();
    Ok(releases.put_mark(RECORDS, &format!("{}.{}", record.until, record.id), body).await?)
}

impl Edge {
    /// `/-/nightly` of the operations listener: POST starts a night, GET tells of the last one. Nothing is told to
    /// whoever has no token for it, not even whether nights are run here.
    pub(super) async fn nightly(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        if ![Method::GET, Method::POST].contains(&asked.method) {
            return reply::method_not_allowed("GET, POST");
        }
        if !self.ended.known() {
            return unavailable("not_ready", "what was ended cannot be read yet; ask again in a moment");
        }
        if !asked.headers.contains_key(header::AUTHORIZATION) {
            return tokenless();
        }
        let trigger = bearer_of(asked).and_then(|token| self.keys().verify::<Trigger>(token).ok());
        let counts = trigger.as_ref().is_some_and(|trigger| trigger.counts(&self.ended, now));
        let (Some(trigger), true) = (&trigger, counts) else {
            let told = event(Kind::Nightly, now).outcome("refused");
            let told = trigger.iter().fold(told, |told, trigger| told.grant(&trigger.id));
            let held_back = self.tell_failure(asked, told);
            return held_back.map_or_else(reply::invalid_token, reply::for_script);
        };
        let Some(nightly) = &self.nightly else {
            let how = "this edge runs no nights; start it with `tollgate serve --nightly on-request`, or with times";
            return unavailable("no_nights_here", how);
        };
        if asked.method == Method::GET {
            let nights = nightly.nights.borrow().clone();
            return said(StatusCode::OK, &json!(nights));
        }
        if let Err(wait) = self.posts.take(&trigger.id, now) {
            return reply::for_script(self.too_often(asked, wait));
        }
        let answer = nightly.ask(PATIENCE).await;
        if self.posts.worth_telling(&trigger.id, answer, now) {
            self.tell(asked, event(Kind::Nightly, now).grant(&trigger.id).outcome(answer.code()));
        }
        answer.reply()
    }
}

impl Nightly {
    async fn ask(&self, patience: Duration) -> Answer {
        let (ask, answer) = oneshot::channel();
        let asked = async {
            match self.asks.send(ask).await {
                Ok(()) => answer.await.unwrap_or(Answer::Impossible),
                Err(_) => Answer::Impossible,
            }
        };
        tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| {
            tracing::error!("whoever runs the nights did not say in {patience:?} whether one begins");
            Answer::Impossible
        })
    }
}

/// For how long whoever runs the nights may think about it: a database that is far away may be asked.
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds that wishes are counted for, and that lie between two nights at least.
const MINUTE: i64 = 60;

/// Wishes with one token in a minute.
const WISHES: usize = 10;

/// What each token was used for lately. In memory only, and nothing of a token that was not used for a while.
#[derive(Debug, Default)]
pub(super) struct Posts(Mutex<HashMap<String, Lately>>);

#[derive(Debug, Default)]
struct Lately {
    /// When there was a wish in the last minute.
    wishes: Vec<i64>,
    /// When the last night began.
    started: Option<i64>,
    /// When it was last told that a night is under way already.
    told: Option<i64>,
}

impl Posts {
    /// Takes one wish from what a token may ask for.
    fn take(&self, id: &str, now: i64) -> Result<(), Wait> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = |at: i64| now.saturating_sub(at) < MINUTE;
        all.retain(|_, one| {
            one.wishes.retain(|at| lately(*at));
            one.started = one.started.filter(|at| lately(*at));
            one.told = one.told.filter(|at| now.saturating_sub(*at) < QUIET);
            !one.wishes.is_empty() || one.started.is_some() || one.told.is_some()
        });
        let one = all.entry(id.to_owned()).or_default();
        let full = one.wishes.first().filter(|_| one.wishes.len() >= WISHES);
        if let Some(since) = one.started.max(full.copied()) {
            let rest = since.saturating_add(MINUTE).saturating_sub(now);
            return Err(Wait(u64::try_from(rest).unwrap_or(0).max(1)));
        }
        one.wishes.push(now);
        Ok(())
    }

    /// Whether an answer belongs in the audit log: whoever asks again and again while a night is under way does not fill it.
    fn worth_telling(&self, id: &str, answer: Answer, now: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = all.entry(id.to_owned()).or_default();
        match answer {
            Answer::Started => {
                *one = Lately { started: Some(now), told: None, ..std::mem::take(one) };
                true
            }
            Answer::UnderWay => one.told.is_none().then(|| one.told = Some(now)).is_some(),
            Answer::Impossible => true,
        }
    }
}

/// Seconds in which it is told once that a night is under way already.
const QUIET: i64 = 3_600;

impl Answer {
    /// For the audit log.
    fn code(self) -> &'static str {
        match self {
            Answer::Started => "started",
            Answer::UnderWay => "under-way",
            Answer::Impossible => "failed",
        }
    }

    fn reply(self) -> Reply {
        match self {
            Answer::Started => said(StatusCode::ACCEPTED, &json!({ "run": "started" })),
            Answer::UnderWay => reply::json(StatusCode::CONFLICT, "under_way", "a night or another writer is at work"),
            Answer::Impossible => unavailable("failed", "it cannot begin; the log of the edge says why"),
        }
    }
}

fn said(status: StatusCode, value: &serde_json::Value) -> Reply {
    reply::body(status, "application/json", format!("{value}\n").into())
}

fn unavailable(error: &str, message: &str) -> Reply {
    reply::json(StatusCode::SERVICE_UNAVAILABLE, error, message)
}

/// Nobody guesses who sends no token, so it is no failure, and RFC 6750, 3, wants no error code.
fn tokenless() -> Reply {
    let message = "send a token that `tollgate token trigger` made, as a bearer";
    let mut reply = reply::json(StatusCode::UNAUTHORIZED, "unauthorized", message);
    reply::put(&mut reply, header::WWW_AUTHENTICATE, "Bearer realm=\"tollgate\"");
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_asks_ten_times_a_minute_and_begins_one_night() {
        let posts = Posts::default();
        for second in 0..10 {
            assert_eq!(posts.take("a", second), Ok(()), "{second}");
        }
        assert_eq!((posts.take("a", 10), posts.take("b", 10)), (Err(Wait(50)), Ok(())));
        assert_eq!((posts.take("a", 59), posts.take("a", 60)), (Err(Wait(1)), Ok(())));
        assert!(posts.worth_telling("c", Answer::Started, 100));
        assert_eq!(
            (posts.take("c", 101), posts.take("c", 159), posts.take("c", 160)),
            (Err(Wait(59)), Err(Wait(1)), Ok(()))
        );
        assert!(posts.take("d", 10_000).is_ok());
        assert_eq!(posts.0.lock().unwrap().len(), 1, "nothing is kept for ever");
    }

    #[test]
    fn that_a_night_is_under_way_is_told_once_until_another_begins() {
        let posts = Posts::default();
        let told = |answer, now| posts.take("a", now).is_ok() && posts.worth_telling("a", answer, now);
        let under_way = [0, 100, 3_500].map(|now| told(Answer::UnderWay, now));
        assert_eq!(under_way, [true, false, false]);
        assert!(told(Answer::UnderWay, 3_600) && told(Answer::Impossible, 3_700) && told(Answer::Started, 3_800));
        assert!(told(Answer::UnderWay, 3_900));
    }

    #[tokio::test]
    async fn who_runs_the_nights_and_does_not_answer_is_not_waited_for() {
        let (asks, _asked) = mpsc::channel(1);
        let (_told, nights) = watch::channel(Nights::default());
        let nightly = Nightly { asks, nights };
        assert_eq!(nightly.ask(Duration::from_millis(1)).await, Answer::Impossible);
    }
}
