//! One line of the audit log: what it holds, and how texts from outside are made harmless.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::domain::Timestamp;

/// Characters of a text that are kept.
const LONGEST: usize = 200;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A sign-in ended, well or badly.
    SignIn,
    /// The claims of a session were asked for again.
    Renewal,
    /// Somebody was not let in, or asked for what is not theirs.
    Refusal,
    /// Somebody signed out here, or their provider said so.
    SignOut,
    /// A share link was made, opened or revoked; `what` says which.
    Share,
    /// An access token was made, used for the first time or revoked; `what` says which.
    Token,
    /// Sessions were ended: one, all of a person, or all.
    Revocation,
    /// The signing keys changed.
    Keys,
    /// A release with another policy took over.
    Policy,
    /// A token that starts nights was made, used, refused or revoked; `outcome` says which.
    Nightly,
    /// Sources or the selectors of one were changed by a command; `what` says how.
    Configuration,
    /// The history of a repository was corrected or deleted by an operator; `what` says which.
    History,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 12] = [
        Kind::SignIn,
        Kind::Renewal,
        Kind::Refusal,
        Kind::SignOut,
        Kind::Share,
        Kind::Token,
        Kind::Revocation,
        Kind::Keys,
        Kind::Policy,
        Kind::Nightly,
        Kind::Configuration,
        Kind::History,
    ];

    /// As written in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::SignIn => "sign-in",
            Kind::Renewal => "renewal",
            Kind::Refusal => "refusal",
            Kind::SignOut => "sign-out",
            Kind::Share => "share",
            Kind::Token => "token",
            Kind::Revocation => "revocation",
            Kind::Keys => "keys",
            Kind::Policy => "policy",
            Kind::Nightly => "nightly",
            Kind::Configuration => "configuration",
            Kind::History => "history",
        }
    }
}

/// A text that names no kind of event.
#[derive(Debug, thiserror::Error)]
#[error("there is no such event; the events are {}", Kind::ALL.map(Kind::as_str).join(", "))]
pub struct NoKind;

impl FromStr for Kind {
    type Err = NoKind;

    fn from_str(text: &str) -> Result<Kind, NoKind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NoKind)
    }
}

/// A text from anywhere that can do no harm in a log or on a terminal: of 200 characters at most, in one line, with
/// nothing in it that steers a terminal or turns the direction of writing, and no signed token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Text(String);

impl Text {
    /// Makes a text harmless. One that is harmless already stays as it is.
    pub fn new(text: &str) -> Text {
        let harmless = without_tokens(text).chars().map(|c| if misleads(c) { '\u{fffd}' } else { c }).collect();
        Text(shortened(harmless))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new(&text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// C0, DEL and C1; what ends a line in Unicode; what marks or overrides the direction of writing.
fn misleads(c: char) -> bool {
    let direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || direction || matches!(c, '\u{2028}' | '\u{2029}')
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

/// Puts `[token]` in place of everything that looks like a compact JWS or JWE: `eyJ`, the start of every JSON object
/// in base64url, with at least two dots further on and nothing between that is not base64url. One pass.
fn without_tokens(text: &str) -> String {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (run, after) = rest.split_at(rest.find(|c| !of_token(c)).unwrap_or(rest.len()));
        match run.find("eyJ").filter(|at| run[*at..].matches('.').count() >= 2) {
            Some(at) => clean.extend([&run[..at], "[token]"]),
            None => clean.push_str(run),
        }
        let (other, next) = after.split_at(after.find(of_token).unwrap_or(after.len()));
        clean.push_str(other);
        rest = next;
    }
    clean
}

/// Whom an event is about, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Who {
    /// The issuer that vouches for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<Text>,
    /// What that issuer calls the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<Text>,
    /// Their e-mail address, where it is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Text>,
}

/// One event, made in one expression:
///
/// ```
/// use tollgate::edge::audit::{Event, Kind};
///
/// let now = chrono::DateTime::UNIX_EPOCH;
/// let event = Event::new(Kind::SignIn, now).email("ada@acme.example").from("192.0.2.7").outcome("no-role");
/// assert_eq!(event.outcome.as_str(), "no-role");
/// ```
///
/// It holds no token and no cookie: there is no field for one, and what looks like one is taken out of every text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened, to the millisecond.
    #[serde(serialize_with = "milliseconds")]
    pub time: Timestamp,
    /// What happened.
    pub event: Kind,
    /// `ok`, or a short code for why not, such as `no-role`, `stale`, `too-often`.
    pub outcome: Text,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Who::is_unknown")]
    pub who: Who,
    /// The id of the session; not the cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Text>,
    /// The id of the share link or access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Text>,
    /// The address it came from, or `command line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Text>,
    /// The id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Text>,
    /// The role it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// The path of the request, or what a share link opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// Anything else that somebody reading the log wants to know, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Text>,
}

impl Event {
    /// An event at `now` that came out well, nothing else known of it.
    pub fn new(kind: Kind, now: Timestamp) -> Event {
        let (outcome, who) = (Text::new("ok"), Who::default());
        let (sid, grant, from, request, role, path, what) = Default::default();
        Event { time: now, event: kind, outcome, who, sid, grant, from, request, role, path, what }
    }

    /// The event that a line of the log tells of; `None` for a line that no program of ours wrote whole.
    pub fn parse(line: &[u8]) -> Option<Event> {
        serde_json::from_slice(line).ok()
    }

    /// How it came out: a short code.
    pub fn outcome(mut self, code: &str) -> Event {
        self.outcome = Text::new(code);
        self
    }

    /// Whom it is about, as their claims have it. An e-mail address that is not verified is left out: anybody can
    /// claim one, and the log must not say that somebody else was here.
    pub fn who(mut self, claims: &Map<String, Value>) -> Event {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(Text::new);
        let verified = claims.get("email_verified") == Some(&Value::Bool(true));
        self.who = Who { iss: text("iss"), sub: text("sub"), email: text("email").filter(|_| verified) };
        self
    }

    /// Whom it is about, by what an issuer calls them.
    pub fn person(mut self, issuer: &str, subject: &str) -> Event {
        (self.who.iss, self.who.sub) = (Some(Text::new(issuer)), Some(Text::new(subject)));
        self
    }

    /// Whom it is about, by their e-mail address.
    pub fn email(mut self, email: &str) -> Event {
        self.who.email = Some(Text::new(email));
        self
    }

    /// The id of the share link or access token.
    pub fn grant(mut self, id: &str) -> Event {
        self.grant = Some(Text::new(id));
        self
    }

    /// The id of the session.
    pub fn sid(mut self, sid: &str) -> Event {
        self.sid = Some(Text::new(sid));
        self
    }

    /// Where it came from: an address, or `command line`.
    pub fn from(mut self, place: impl fmt::Display) -> Event {
        self.from = Some(Text::new(&place.to_string()));
        self
    }

    /// The id of the request.
    pub fn request(mut self, id: &str) -> Event {
        self.request = Some(Text::new(id));
        self
    }

    /// The role it is about.
    pub fn role(mut self, role: &str) -> Event {
        self.role = Some(Text::new(role));
        self
    }

    /// The path it is about.
    pub fn path(mut self, path: &str) -> Event {
        self.path = Some(Text::new(path));
        self
    }

    /// Anything else, in a few words.
    pub fn what(mut self, words: &str) -> Event {
        self.what = Some(Text::new(words));
        self
    }
}

impl Who {
    fn is_unknown(&self) -> bool {
        *self == Who::default()
    }
}

fn milliseconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

#[cfg(test)]
mod tests;
