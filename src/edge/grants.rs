//! Share links and access tokens: what they hold, how they are made, listed and revoked.
//!
//! Both open a part of one role's bundle until some moment. What they open is signed into them; beside the releases lies
//! a record of each, so that it can be listed, and its ending, if somebody revoked it. A link's secret travels in the
//! fragment of an address, which no browser sends to any server: the page at `/-/share` hands it in.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::audit;
use super::ended::{self, Ended, Subject};
use super::people;
use super::session::Session;
use crate::domain::policy::{Grant, Policy, Prefix, RoleName};
use crate::domain::release::Digest;
use crate::keys::{self, Credential, Keyring, Purpose};
use crate::releases::{self, Releases};

/// The longest that a link or a token may last, in seconds: a year.
pub const LONGEST: i64 = 366 * 86_400;

/// The kinds of the small objects beside the releases: a folder of records for each maker, and the links that are used
/// up. Names begin with the moment from which they mean nothing.
pub(super) const RECORDS: &str = "grants";
/// See [`RECORDS`].
pub(super) const USED: &str = "used";
/// The folder of what operators made.
const OPERATORS: &str = "operators";

/// Whoever passed on what they see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Maker {
    /// The issuer of their provider.
    pub iss: String,
    /// Their identifier there.
    pub sub: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What the rules of the role read of their claims: the policy judges it anew whenever the grant is used.
    pub claims: Map<String, Value>,
}

impl Maker {
    /// The person of a session, with what decides whether they may see the role; `None` if there is no such role, or
    /// what decides is too long to be passed on.
    pub(super) fn of(session: &Session, policy: &Policy, role: &RoleName) -> Option<Maker> {
        let alone = Policy::new(vec![policy.role(role)?.clone()]);
        let claims = alone.relevant(&session.claims);
        let text = |claim: &str| session.text(claim).map(str::to_owned);
        let short = serde_json::to_string(&claims).is_ok_and(|text| text.len() <= 1_024);
        let (iss, sub) = (text("iss")?, text("sub")?);
        short.then(|| Maker { iss, sub, email: text("email"), claims })
    }
}

/// What a share link and an access token have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pass {
    /// Names it, so that it can be revoked.
    pub(super) id: String,
    /// Whose bundle it opens.
    pub(super) role: RoleName,
    /// How much of it.
    pub(super) prefix: Option<Prefix>,
    /// When it was made, in seconds since 1970.
    pub(super) made: i64,
    /// From when on it opens nothing.
    pub(super) until: i64,
    /// Who made it; `None` for an operator.
    pub(super) by: Option<Maker>,
}

impl Pass {
    /// What the policy decides on.
    pub(super) fn grant(&self) -> Grant {
        Grant {
            role: self.role.clone(),
            prefix: self.prefix.clone(),
            until: super::moment(self.until),
            by: self.by.as_ref().map(|maker| maker.claims.clone()),
        }
    }

    /// The endings that end it.
    pub(super) fn subjects(&self) -> Vec<Digest> {
        subjects(&self.id, self.by.as_ref().and_then(|maker| maker.email.as_deref()))
    }
}

/// The endings that end what a person of that address made, or an operator.
fn subjects(id: &str, email: Option<&str>) -> Vec<Digest> {
    [Some(Subject::Grant(id)), email.map(Subject::Email)].into_iter().flatten().map(Subject::key).collect()
}

/// What the fragment of a share link holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Share {
    pub(super) pass: Pass,
    /// Who must be signed in to use it.
    pub(super) email: Option<String>,
    /// Whether it opens once.
    pub(super) once: bool,
}

impl Credential for Share {
    const TYP: &'static str = "tollgate-share+jwt";
    const AUDIENCE: &'static str = "tollgate:share";
    const PURPOSE: Purpose = Purpose::Share;
}

/// What the cookie of somebody holds who opened a share link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Guest {
    pub(super) pass: Pass,
    /// Who must be signed in beside it.
    pub(super) email: Option<String>,
    /// When the link was opened.
    pub(super) opened: i64,
}

impl Credential for Guest {
    const TYP: &'static str = "tollgate-guest+jwt";
    const AUDIENCE: &'static str = "tollgate:guest";
    const PURPOSE: Purpose = Purpose::Share;
}

/// A bearer for scripts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Token {
    pub(super) pass: Pass,
}

impl Credential for Token {
    const TYP: &'static str = "tollgate-token+jwt";
    const AUDIENCE: &'static str = "tollgate:token";
    const PURPOSE: Purpose = Purpose::Token;
}

/// A share link or an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A link that opens pages for whoever has it.
    Share,
    /// A bearer that scripts fetch CSV and JSON with.
    Token,
}

impl From<Kind> for audit::Kind {
    fn from(kind: Kind) -> audit::Kind {
        match kind {
            Kind::Share => audit::Kind::Share,
            Kind::Token => audit::Kind::Token,
        }
    }
}

/// A grant to be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A link or a token.
    pub kind: Kind,
    /// Whose bundle it opens.
    pub role: RoleName,
    /// How much of it; all, if `None`.
    pub prefix: Option<Prefix>,
    /// From when on it opens nothing, in seconds since 1970.
    pub until: i64,
    /// For a link: who must be signed in to use it.
    pub email: Option<String>,
    /// For a link: whether it opens once.
    pub once: bool,
    /// What it is for, in the words of whoever makes it.
    pub note: String,
}

/// What is remembered of a grant. Its secret is not: who loses it makes another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Names it.
    pub id: String,
    /// A link or a token.
    pub kind: Kind,
    /// Whose bundle it opens.
    pub role: RoleName,
    /// How much of it.
    pub prefix: Option<Prefix>,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// From when on it opens nothing.
    pub until: i64,
    /// Who must be signed in to use it.
    pub email: Option<String>,
    /// Whether it opens once.
    pub once: bool,
    /// What it is for.
    pub note: String,
    /// The issuer and identifier of whoever made it; `None` for an operator.
    pub by: Option<(String, String)>,
    /// The e-mail address of whoever made it.
    pub by_email: Option<String>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl Record {
    fn name(&self) -> String {
        let maker = self.by.as_ref().map_or(OPERATORS.to_owned(), |(iss, sub)| people::folder(iss, sub));
        format!("{maker}/{}.{}", self.until, self.id)
    }
}

/// How a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It opens what it says, as long as the policy has it so.
    Open,
    /// It opened once, which was all.
    Used,
    /// Somebody revoked it.
    Revoked,
    /// Its time is over.
    Expired,
}

/// Why a grant cannot be made, listed or revoked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The place beside the releases cannot be used.
    #[error(transparent)]
    Releases(#[from] releases::Error),
    /// Signing failed.
    #[error(transparent)]
    Keys(#[from] keys::Error),
}

/// Makes a grant; its record and its secret. Nothing is left to be found of a grant whose record cannot be written.
///
/// # Errors
/// [`Error::Keys`] when it cannot be signed, [`Error::Releases`] when its record cannot be written.
pub async fn make(
    keys: &Keyring,
    releases: &Releases,
    wanted: Wanted,
    by: Option<Maker>,
    now: i64,
) -> Result<(Record, String), Error> {
    let Wanted { kind, role, prefix, until, email, once, note } = wanted;
    let until = until.min(now.saturating_add(LONGEST));
    let pass = Pass { id: keys::random_id()?, role, prefix, made: now, until, by };
    let record = Record {
        id: pass.id.clone(),
        kind,
        role: pass.role.clone(),
        prefix: pass.prefix.clone(),
        made: now,
        until,
        email: email.clone(),
        once,
        note,
        by: pass.by.as_ref().map(|maker| (maker.iss.clone(), maker.sub.clone())),
        by_email: pass.by.as_ref().and_then(|maker| maker.email.clone()),
        revoked: None,
    };
    let secret = match kind {
        Kind::Share => keys.sign(&Share { pass, email, once })?,
        Kind::Token => keys.sign(&Token { pass })?,
    };
    write(releases, &record).await?;
    Ok((record, secret))
}

/// The address of a share link on a site. What follows the `#` reaches no server and no log.
pub fn link(origin: &str, secret: &str) -> String {
    format!("{origin}/-/share#{secret}")
}

/// Every grant whose record is there, the newest first, and how it stands at `now`.
///
/// # Errors
/// [`Error::Releases`] when the records cannot be read.
pub async fn list(releases: &Releases, now: i64) -> Result<Vec<(Record, State)>, Error> {
    read(releases, RECORDS, &Ended::read(releases, now).await?, now).await
}

/// What one person made, the newest first.
pub(super) async fn of(
    releases: &Releases,
    ended: &Ended,
    iss: &str,
    sub: &str,
    now: i64,
) -> Result<Vec<(Record, State)>, Error> {
    let own = (iss.to_owned(), sub.to_owned());
    let mut found = read(releases, &format!("{RECORDS}/{}", people::folder(iss, sub)), ended, now).await?;
    found.retain(|(record, _)| record.by.as_ref() == Some(&own));
    Ok(found)
}

async fn read(releases: &Releases, kind: &str, ended: &Ended, now: i64) -> Result<Vec<(Record, State)>, Error> {
    let mut found = Vec::new();
    for name in releases.mark_names(kind).await? {
        let body = releases.mark(kind, &name).await?;
        // One that makes no sense was not written here; it can still be ended by its id.
        let Some(record) = body.and_then(|body| serde_json::from_slice::<Record>(&body).ok()) else { continue };
        let state = match record.revoked {
            Some(_) => State::Revoked,
            None if ended.over(&subjects(&record.id, record.by_email.as_deref()), record.made) => State::Revoked,
            None if record.until <= now => State::Expired,
            None if record.once && releases.mark(USED, &use_of(record.until, &record.id)).await?.is_some() => {
                State::Used
            }
            None => State::Open,
        };
        found.push((record, state));
    }
    found.sort_by(|(a, _), (b, _)| (b.made, &b.id).cmp(&(a.made, &a.id)));
    Ok(found)
}

/// Revokes a grant on every edge, within the time that edges look for endings; its record, if there is one. Without one
/// it is ended all the same: whatever has that id opens nothing from now on.
///
/// # Errors
/// [`Error::Releases`] when it cannot be written down.
pub async fn revoke(releases: &Releases, id: &str, now: i64) -> Result<Option<Record>, Error> {
    ended::end(releases, Subject::Grant(id), now, LONGEST).await?;
    let listed = list(releases, now).await?;
    let Some((record, _)) = listed.into_iter().find(|(record, _)| record.id == id) else { return Ok(None) };
    let record = Record { revoked: record.revoked.or(Some(now)), ..record };
    write(releases, &record).await?;
    Ok(Some(record))
}

async fn write(releases: &Releases, record: &Record) -> Result<(), Error> {
    let body = serde_json::to_vec(record).unwrap_or_default();
    Ok(releases.put_mark(RECORDS, &record.name(), body).await?)
}

/// Uses up a link that opens once; `false` if it was used before, on whichever edge.
pub(super) async fn use_up(releases: &Releases, pass: &Pass) -> Result<bool, releases::Error> {
    releases.claim_mark(USED, &use_of(pass.until, &pass.id), Vec::new()).await
}

fn use_of(until: i64, id: &str) -> String {
    format!("{until}.{id}")
}
