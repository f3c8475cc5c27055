//! Who is signed in: a record of each sign-in beside the releases, so that people and operators can list sessions.

use serde::{Deserialize, Serialize};

use super::ended::{Ended, Subject};
use crate::domain::release::Digest;
use crate::releases::{Error, Releases};

/// The kind of the small objects beside the releases: a folder for each person, in it an object for each session, whose
/// name begins with the moment from which it means nothing.
pub(super) const KIND: &str = "sessions";

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Names the session that came of it.
    pub sid: String,
    /// The issuer of the provider.
    pub iss: String,
    /// The person's identifier there.
    pub sub: String,
    /// What the provider calls the session that it keeps itself.
    pub provider_sid: Option<String>,
    /// Their e-mail address, as the provider said it.
    pub email: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
    /// When the session ends in any case.
    pub until: i64,
    /// From which address.
    pub from: String,
    /// With which browser, as that calls itself.
    pub agent: String,
}

/// Writes a sign-in down.
pub(super) async fn note(releases: &Releases, signed: &Signed) -> Result<(), Error> {
    let name = format!("{}/{}.{}", folder(&signed.iss, &signed.sub), signed.until, signed.sid);
    releases.put_mark(KIND, &name, serde_json::to_vec(signed).unwrap_or_default()).await
}

/// The sessions of one person that have not ended by themselves, the newest first. Whether one was ended before its
/// time is not looked at here.
pub(super) async fn of(releases: &Releases, iss: &str, sub: &str, now: i64) -> Result<Vec<Signed>, Error> {
    let mut signed = read(releases, &format!("{KIND}/{}", folder(iss, sub)), now).await?;
    signed.retain(|signed| signed.iss == iss && signed.sub == sub);
    Ok(signed)
}

/// The sessions of everybody that have not ended by themselves, the newest first, and whether each was ended before its
/// time.
///
/// # Errors
/// [`Error::Store`] when they cannot be read.
pub async fn all(releases: &Releases, now: i64) -> Result<Vec<(Signed, bool)>, Error> {
    let ended = Ended::read(releases, now).await?;
    let judged = |signed: Signed| (ended.over(&signed.subjects(), signed.at), signed);
    Ok(read(releases, KIND, now).await?.into_iter().map(judged).map(|(over, signed)| (signed, over)).collect())
}

impl Signed {
    /// The endings that end it.
    pub(super) fn subjects(&self) -> Vec<Digest> {
        subjects(&self.sid, &self.iss, &self.sub, self.email.as_deref(), self.provider_sid.as_deref())
    }
}

/// The endings that end a session.
pub(super) fn subjects(
    sid: &str,
    iss: &str,
    sub: &str,
    email: Option<&str>,
    provider_sid: Option<&str>,
) -> Vec<Digest> {
    let always = [Subject::Session(sid), Subject::Person { iss, sub }, Subject::Everybody];
    let at_provider = provider_sid.map_or(Subject::Unnamed { iss, sub }, |sid| Subject::AtProvider { iss, sid });
    always.into_iter().chain([at_provider]).chain(email.map(Subject::Email)).map(Subject::key).collect()
}

async fn read(releases: &Releases, kind: &str, now: i64) -> Result<Vec<Signed>, Error> {
    let mut found = Vec::new();
    for name in releases.mark_names(kind).await? {
        if over(&name, now) {
            continue;
        }
        let body = releases.mark(kind, &name).await?;
        found.extend(body.and_then(|body| serde_json::from_slice::<Signed>(&body).ok()));
    }
    found.sort_by(|a, b| (b.at, &b.sid).cmp(&(a.at, &a.sid)));
    Ok(found)
}

/// The folder of what belongs to one person.
pub(super) fn folder(iss: &str, sub: &str) -> String {
    Subject::Person { iss, sub }.key().to_string()[..32].to_owned()
}

/// Whether an object whose name begins with a moment means nothing any longer.
fn over(name: &str, now: i64) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let until = last.split_once('.').and_then(|(until, _)| until.parse::<i64>().ok());
    until.is_some_and(|until| until <= now)
}

/// Takes away what means nothing any longer: sign-ins, grants and uses whose time is over.
pub(super) async fn sweep(releases: &Releases, now: i64) -> Result<(), Error> {
    for kind in [KIND, super::grants::RECORDS, super::grants::USED, super::trigger::RECORDS] {
        for name in releases.mark_names(kind).await?.iter().filter(|name| over(name, now)) {
            releases.remove_mark(kind, name).await?;
        }
    }
    Ok(())
}
