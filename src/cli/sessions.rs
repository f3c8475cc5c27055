//! `tollgate sessions`: who is signed in, and ending that.

use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::{End, audit, count, print_json};
use crate::config::Config;
use crate::domain::policy::Email;
use crate::edge::audit::{Event, Kind};
use crate::edge::ended::{self, Subject};
use crate::edge::{grants, people};
use crate::releases::Releases;

/// Show who is signed in, and end sessions.
#[derive(Debug, Subcommand)]
pub(super) enum Sessions {
    /// Show the sessions that have not run out, the newest first
    List {
        /// Only those of this e-mail address
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
    },
    /// End sessions on every edge, within seconds
    Revoke(Revoke),
}

/// Whose sessions.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Revoke {
    /// All sessions, share links and access tokens of whoever has this e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// One session, by the id that `sessions list` and the audit log show
    #[arg(long, value_name = "ID")]
    sid: Option<String>,
    /// All sessions of everybody
    #[arg(long)]
    all: bool,
}

impl Sessions {
    pub(super) async fn run(&self, config: &Config, json: bool) -> Result<End> {
        let releases = Releases::open(&config.output)?;
        let now = Utc::now();
        match self {
            Sessions::List { email } => list(&releases, email.as_deref(), now, json).await,
            Sessions::Revoke(revoke) => revoke.run(config, &releases, now).await,
        }
    }
}

async fn list(releases: &Releases, email: Option<&str>, now: DateTime<Utc>, json: bool) -> Result<End> {
    let mut all = people::all(releases, now.timestamp()).await?;
    all.retain(|(signed, _)| {
        email.is_none_or(|email| signed.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email)))
    });
    for (signed, ended) in &all {
        if json {
            let mut value = serde_json::to_value(signed)?;
            value["ended"] = (*ended).into();
            print_json(&value)?;
            continue;
        }
        let who = signed.email.as_ref().unwrap_or(&signed.sub);
        let state = if *ended { "ended" } else { "" };
        println!("{}  {}  {who}  from {}  {state}", signed.sid, time(signed.at), signed.from);
    }
    if !json {
        let open = all.iter().filter(|(_, ended)| !ended).count();
        eprintln!("{}; one may also have run out unused", count(open, "session", "sessions"));
    }
    Ok(End::Done)
}

impl Revoke {
    async fn run(&self, config: &Config, releases: &Releases, now: DateTime<Utc>) -> Result<End> {
        let longest = config
            .edge
            .as_ref()
            .map_or(grants::LONGEST, |edge| i64::try_from(edge.absolute.as_secs()).unwrap_or(grants::LONGEST));
        let (subject, longest, what) = match (&self.email, &self.sid) {
            (Some(email), _) if Email::parse(email).is_none() => {
                bail!("`{email}` is no e-mail address\n\nhint: write it as the provider does, such as ada@acme.example")
            }
            // Links and tokens of the person end too, and may last longer than a session.
            (Some(email), _) => (Subject::Email(email), longest.max(grants::LONGEST), format!("sessions of {email}")),
            (None, Some(sid)) => (Subject::Session(sid), longest, format!("session {sid}")),
            (None, None) => (Subject::Everybody, longest, "all sessions".to_owned()),
        };
        let seconds = now.timestamp();
        let all = people::all(releases, seconds).await?;
        if let Some(sid) = self.sid.as_ref().filter(|sid| !all.iter().any(|(signed, _)| signed.sid == **sid)) {
            eprintln!("note: no session `{sid}` is on record; it is ended all the same");
        }
        ended::end(releases, subject, seconds, longest).await?;
        let event = Event::new(Kind::Revocation, now).what(&what).outcome("ok");
        let event = self.sid.iter().fold(event, |event, sid| event.sid(sid));
        audit::record(config, self.email.iter().fold(event, |event, email| event.email(email)))?;
        let after = people::all(releases, seconds).await?;
        let open = |all: &[(people::Signed, bool)]| all.iter().filter(|(_, ended)| !ended).count();
        let fewer = open(&all).saturating_sub(open(&after));
        println!("ended {what}: {} on record, on every edge within seconds", count(fewer, "session", "sessions"));
        Ok(End::Done)
    }
}

/// A moment given in seconds since 1970.
pub(super) fn time(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).map_or_else(|| "never".into(), |time| time.format("%F %R UTC").to_string())
}
