//! With what GitHub is asked: a token as it is, or one that an App gets for each account it is installed on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::{Ask, Client, Raw};
use super::fault::Fault;
use super::gate::Shut;
use super::pace::{self, Cost};
use super::{Error, Settings};
use crate::domain::Timestamp;

/// An installation's token is renewed when so little of its hour is left.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// Clocks that differ by less than this many seconds are no reason for GitHub to refuse what an App signed.
const CLOCKS: i64 = 30;

/// With what a source proves itself to GitHub.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A token of a person, or one made by something else.
    Token(SecretString),
    /// A GitHub App.
    App(App),
}

/// Signs that a request comes from an App, as a JSON Web Token that is good around the given moment; the error says why
/// it cannot.
pub type Signer = Arc<dyn Fn(Timestamp) -> Result<SecretString, String> + Send + Sync>;

/// A GitHub App.
#[derive(Clone)]
pub struct App {
    /// Its number or client id.
    pub id: String,
    /// The login of an account, or the number of an installation; `None` for every account that the selectors name.
    pub installation: Option<String>,
    /// Signs in its name.
    pub sign: Signer,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.id).field("installation", &self.installation).finish_non_exhaustive()
    }
}

/// What a token is, by how it begins. Decides nothing but how a refusal is explained.
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `ghp_`: a personal token with scopes.
    Classic,
    /// `github_pat_`: a personal token with permissions, of one owner.
    FineGrained,
    /// `gho_`: of an OAuth app, such as `gh` uses.
    OAuth,
    /// `ghs_`: of an installation; that of an Actions run is one too.
    Installation,
    /// Got for an App here.
    App,
    /// Older than the prefixes, or no token of GitHub's.
    Unknown,
}

impl Kind {
    pub(super) fn of(token: &str) -> Kind {
        let prefixes = [
            ("ghp_", Kind::Classic),
            ("github_pat_", Kind::FineGrained),
            ("gho_", Kind::OAuth),
            ("ghs_", Kind::Installation),
        ];
        prefixes.iter().find(|(prefix, _)| token.starts_with(prefix)).map_or(Kind::Unknown, |(_, kind)| *kind)
    }
}

/// What goes into the `Authorization` header.
pub(super) enum Bearer {
    /// A token as it is.
    Token(HeaderValue, Kind),
    /// The App itself, which may do little more than look after its installations.
    App(App),
    /// An App on one account.
    Installation {
        /// Gets the tokens.
        app: App,
        /// The number of the installation.
        id: u64,
        /// The one in use. Whoever renews it holds the lock, so that it is done once for all who wait.
        held: Mutex<Option<Held>>,
    },
}

/// A token in use.
pub(super) struct Held {
    header: HeaderValue,
    /// When to renew it.
    until: Instant,
}

/// The answer to a token asked for.
#[derive(Deserialize)]
struct Granted {
    token: String,
    expires_at: Timestamp,
}

impl Bearer {
    pub(super) fn token(settings: &Settings, token: &SecretString) -> Result<Bearer, Error> {
        let header = header(token).ok_or_else(|| Error::token(settings, "it holds characters that no token has"))?;
        Ok(Bearer::Token(header, Kind::of(token.expose_secret())))
    }

    pub(super) fn installation(app: &App, id: u64) -> Bearer {
        Bearer::Installation { app: app.clone(), id, held: Mutex::new(None) }
    }

    /// What is shown to GitHub now, renewed if it is about to expire.
    pub(super) async fn header(&self, client: &Client) -> Result<HeaderValue, Fault> {
        match self {
            Bearer::Token(header, _) => Ok(header.clone()),
            Bearer::App(app) => app.header(client.now()),
            Bearer::Installation { app, id, held } => {
                let mut held = held.lock().await;
                if let Some(good) = held.as_ref().filter(|held| held.until > Instant::now()) {
                    return Ok(good.header.clone());
                }
                // Whoever waited for the one that failed does not try it again.
                if let Some(why) = client.gate().why_shut() {
                    return Err(Fault::Shut(why));
                }
                let granted = app.grant(client, *id).await;
                let fresh = granted.inspect_err(|fault| {
                    // Whatever was to be asked, the answer would be the same.
                    client.gate().shut(if fault.is_final() { Shut::Token } else { Shut::Outage });
                })?;
                let header = fresh.header.clone();
                *held = Some(fresh);
                Ok(header)
            }
        }
    }

    /// Forgets what GitHub has just refused; `false` if there is nothing to be had instead.
    pub(super) async fn discard(&self, client: &Client, refused: &HeaderValue) -> bool {
        match self {
            Bearer::Token(..) => false,
            // With GitHub's own time it may be accepted.
            Bearer::App(_) => client.skew().abs() > CLOCKS,
            Bearer::Installation { held, .. } => {
                let mut held = held.lock().await;
                // Somebody else may have renewed it already.
                if held.as_ref().is_some_and(|held| held.header == refused) {
                    *held = None;
                }
                true
            }
        }
    }

    /// The fault, with what is known of who was refused.
    pub(super) fn tell(&self, fault: Fault) -> Fault {
        match (fault, self) {
            (Fault::Token(says), Bearer::App(_)) => refused_signature(&says),
            (Fault::Forbidden { says, accepts, .. }, bearer) => Fault::Forbidden { says, accepts, kind: bearer.kind() },
            (fault, _) => fault,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Bearer::Token(_, kind) => *kind,
            Bearer::App(_) | Bearer::Installation { .. } => Kind::App,
        }
    }
}

impl App {
    fn header(&self, now: Timestamp) -> Result<HeaderValue, Fault> {
        let signed = (self.sign)(now).map_err(|why| Fault::Key(format!("the App's key cannot sign: {why}")))?;
        header(&signed).ok_or_else(|| Fault::Key("the App's key signs something that is no token".into()))
    }

    /// A new token for one installation.
    async fn grant(&self, client: &Client, id: u64) -> Result<Held, Fault> {
        let url = client.url(&format!("/app/installations/{id}/access_tokens"))?;
        let ask = Ask { method: http::Method::POST, ..Ask::read(&url, Cost::WRITE) };
        let mut raw = client.insist(&ask, &self.header(client.now())?).await?;
        if raw.status == StatusCode::UNAUTHORIZED && client.skew().abs() > CLOCKS {
            raw = client.insist(&ask, &self.header(client.now())?).await?;
        }
        match raw.status {
            StatusCode::CREATED => held(&raw, Instant::now()),
            _ => Err(match Fault::of(raw.status, &raw.headers, &raw.body) {
                Fault::Token(says) => refused_signature(&says),
                fault => fault,
            }),
        }
    }
}

fn refused_signature(says: &str) -> Fault {
    Fault::Key(format!("GitHub refused what the App signed (401): {says}"))
}

/// The token of an answer, and how long it is good for by GitHub's clock.
fn held(raw: &Raw, at: Instant) -> Result<Held, Fault> {
    let unreadable = |what: &str| Fault::Unreadable(format!("a token was asked for, and {what}"));
    // What broke may quote the token, so it is not told.
    let granted: Granted = serde_json::from_slice(&raw.body).map_err(|_| unreadable("none came"))?;
    let header = header(&granted.token.into()).ok_or_else(|| unreadable("what came is none"))?;
    let now = pace::date(&raw.headers).unwrap_or_else(chrono::Utc::now);
    let life = (granted.expires_at - now).to_std().unwrap_or(Duration::ZERO);
    // A short one is used for most of its life all the same.
    let life = life.saturating_sub(MARGIN.min(life / 10));
    let until = at.checked_add(life).ok_or_else(|| unreadable("it never expires"))?;
    Ok(Held { header, until })
}

fn header(token: &SecretString) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(body: &str) -> Raw {
        let date = ("date".parse().unwrap(), "Tue, 24 Nov 2026 02:00:00 GMT".parse().unwrap());
        let (headers, body) = (http::HeaderMap::from_iter([date]), body.to_owned().into());
        Raw { status: StatusCode::CREATED, headers, body }
    }

    #[test]
    fn a_token_is_renewed_five_minutes_before_its_end_by_githubs_clock() {
        let at = Instant::now();
        for (expires, good_for) in [
            ("2026-11-24T03:00:00Z", 3_600 - 300),
            ("2026-11-24T02:10:00Z", 600 - 60),
            ("2026-11-24T02:00:00Z", 0),
            ("2020-01-01T00:00:00Z", 0),
        ] {
            let answer = format!(r#"{{"token":"ghs_12_x.y.z","expires_at":"{expires}"}}"#);
            let held = held(&raw(&answer), at).unwrap();
            assert_eq!((held.until - at).as_secs(), good_for, "{expires}");
            assert!(held.header == "Bearer ghs_12_x.y.z" && held.header.is_sensitive());
        }
    }

    #[test]
    fn what_is_no_token_is_told_without_being_repeated() {
        for body in [
            "",
            "{}",
            "<html>",
            r#"{"token":"ghs_secret"}"#,
            r#"{"token":"ghs_\n","expires_at":"2026-11-24T03:00:00Z"}"#,
        ] {
            let Err(fault) = held(&raw(body), Instant::now()) else { panic!("{body}") };
            let told = fault.cause();
            assert!(told.starts_with("the answer is not what GitHub documents: a token was asked for, and "), "{told}");
            assert!(!told.contains("ghs_"), "{told}");
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let sign: Signer = Arc::new(|_| Ok("signed".to_owned().into()));
        let app = Credential::App(App { id: "12".into(), installation: None, sign });
        let shown = format!("{app:?} {:?}", Credential::Token("ghp_secret".to_owned().into()));
        assert!(shown.starts_with("App(App { id: \"12\", installation: None, .. })"), "{shown}");
        assert!(!shown.contains("ghp_") && !shown.contains("signed"), "{shown}");
    }
}
