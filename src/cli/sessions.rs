//! `tollgate sessions`: who is signed in, and ending that.

use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::{End, Unusable, audit, count, print_json};
use crate::config::Config;
use crate::domain::policy::Email;
use crate::edge::audit::{Event, Kind, Text};
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
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
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
        let (sid, at, who, from) = (&signed.sid, time(signed.at), Text::new(who), Text::new(&signed.from));
        println!("{sid}  {at}  {}  from {}  {state}", who.as_str(), from.as_str());
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
        let log = audit::open(config)?;
        let told = Event::new(Kind::Revocation, now).outcome("ok");
        let (subject, longest, what, told) = match (&self.email, &self.sid) {
            // Links and tokens of the person end too, and may last longer than a session.
            (Some(email), _) => {
                plain_address(email)?;
                (Subject::Email(email), longest.max(grants::LONGEST), format!("sessions of {email}"), told.email(email))
            }
            (None, Some(sid)) => (Subject::Session(sid), longest, format!("session {sid}"), told.sid(sid)),
            (None, None) => (Subject::Everybody, longest, "all sessions".to_owned(), told),
        };
        // Ended first, counted afterwards: a record that cannot be read keeps nobody signed in.
        let before = people::all(releases, now.timestamp()).await;
        ended::end(releases, subject, now.timestamp(), longest).await?;
        log.record(told.what(&what));
        println!("ended {what}, on every edge within seconds");
        let after = people::all(releases, now.timestamp()).await;
        let open = |all: &[(people::Signed, bool)]| all.iter().filter(|(_, ended)| !ended).count();
        match (before, after) {
            (Ok(before), Ok(after)) => {
                let fewer = open(&before).saturating_sub(open(&after));
                eprintln!("{} of those on record ended", count(fewer, "session", "sessions"));
            }
            (Err(error), _) | (_, Err(error)) => eprintln!("note: the sessions on record cannot be counted: {error}"),
        }
        Ok(End::Done)
    }
}

/// Refuses what is no plain e-mail address.
pub(super) fn plain_address(text: &str) -> Result<()> {
    match Email::parse(text) {
        Some(_) => Ok(()),
        None => bail!(Unusable(format!(
            "`{text}` is no e-mail address\n\nhint: write it as the provider does, such as ada@acme.example"
        ))),
    }
}

/// A moment given in seconds since 1970.
pub(super) fn time(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).map_or_else(|| "never".into(), |time| time.format("%F %R UTC").to_string())
}
