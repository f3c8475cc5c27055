//! `tollgate share` and `tollgate token`: passing parts of a role's bundle on, to people and to scripts.

mod triggers;

use anyhow::{Result, bail};
use chrono::Utc;
use clap::{Args, Subcommand};
use serde_json::json;

use super::sessions::{plain_address, time};
use super::{End, Unusable, audit, count, print_json};
use crate::config::Config;
use crate::domain::policy::{Prefix, RoleName};
use crate::edge::audit::{Event, Text};
use crate::edge::grants::{self, Record, State, Wanted};
use crate::keys::Keyring;
use crate::releases::Releases;

/// Pass a part of a role's reports on by a link.
#[derive(Debug, Subcommand)]
pub(super) enum Share {
    /// Make a link; it is printed this once
    Create {
        #[command(flatten)]
        what: What,
        /// How long it opens: a number of hours or days, such as 12h or 7d
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = seconds)]
        expires: i64,
        /// Whoever opens it must be signed in with this verified e-mail address
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// It opens once
        #[arg(long)]
        once: bool,
    },
    /// Show every link and how it stands
    List,
    /// Revoke a link, on every edge within seconds
    Revoke {
        /// Its id, as `share list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
}

/// Let a script fetch CSV, JSON, XLSX and feeds of a role's reports.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token; it is printed this once
    Create {
        #[command(flatten)]
        what: What,
        /// How long it opens: a number of hours or days, such as 12h or 90d
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = seconds)]
        expires: i64,
    },
    /// Make a token that starts a night and opens nothing; it is printed this once
    ///
    /// For a scheduler that cannot run commands here: it sends `POST /-/nightly` to the operations listener of an edge
    /// that was started with `tollgate serve --nightly`, with the token as a bearer.
    Trigger {
        /// How long it starts nights: a number of hours or days, such as 12h or 90d
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = seconds)]
        expires: i64,
        /// What it is for, for the list
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Show every token and how it stands
    List,
    /// Revoke a token, on every edge within seconds
    Revoke {
        /// Its id, as `token list` shows it
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
}

/// What is passed on.
#[derive(Debug, Args)]
pub(super) struct What {
    /// The role whose bundle is opened
    role: RoleName,
    /// Only this page, or the pages of this folder, such as repositories/acme
    #[arg(long, value_name = "PATH")]
    path: Option<Prefix>,
    /// What it is for, for the list
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

impl Share {
    pub(super) async fn run(&self, config: &Config, json: bool) -> Result<End> {
        match self {
            Share::Create { what, expires, email, once } => {
                email.iter().try_for_each(|email| plain_address(email))?;
                let wanted = what.wanted(grants::Kind::Share, *expires, email.clone(), *once);
                create(config, wanted, json).await
            }
            Share::List => list(config, grants::Kind::Share, (0, 0), json).await,
            Share::Revoke { id } => revoke(config, grants::Kind::Share, id, json).await,
        }
    }
}

impl Token {
    pub(super) async fn run(&self, config: &Config, json: bool) -> Result<End> {
        match self {
            Token::Create { what, expires } => {
                create(config, what.wanted(grants::Kind::Token, *expires, None, false), json).await
            }
            Token::Trigger { expires, note } => triggers::create(config, *expires, note, json).await,
            Token::List => {
                let beside = triggers::list(config, json).await?;
                list(config, grants::Kind::Token, beside, json).await
            }
            Token::Revoke { id } if triggers::revoke(config, id, json).await? => Ok(End::Done),
            Token::Revoke { id } => revoke(config, grants::Kind::Token, id, json).await,
        }
    }
}

impl What {
    fn wanted(&self, kind: grants::Kind, expires: i64, email: Option<String>, once: bool) -> Wanted {
        let (role, prefix, note) = (self.role.clone(), self.path.clone(), self.note.clone());
        Wanted { kind, role, prefix, until: Utc::now().timestamp().saturating_add(expires), email, once, note }
    }
}

async fn create(config: &Config, wanted: Wanted, json: bool) -> Result<End> {
    if config.policy.role(&wanted.role).is_none() {
        let known: Vec<String> = config.policy.roles().iter().map(|role| format!("`{}`", role.name)).collect();
        let known = known.join(", ");
        bail!(Unusable(format!("there is no role `{}`\n\nhint: known roles are {known}", wanted.role)));
    }
    let (keys, releases) = (Keyring::load(&config.keys)?, Releases::open(&config.output)?);
    let (kind, log) = (wanted.kind, audit::open(config)?);
    let (record, secret) = grants::make(&keys, &releases, wanted, None, Utc::now().timestamp()).await?;
    let made = Event::new(kind.into(), Utc::now()).grant(&record.id).role(record.role.as_str());
    log.record(record.prefix.iter().fold(made, |made, prefix| made.path(prefix.as_str())).outcome("made"));
    let secret = if kind == grants::Kind::Share { grants::link(&config.base_url, &secret) } else { secret };
    if json {
        let mut value = serde_json::to_value(&record)?;
        value["secret"] = secret.into();
        print_json(&value)?;
    } else {
        println!("{secret}");
        eprintln!("note: {} opens until {}; it is shown this once", record.id, time(record.until));
    }
    Ok(End::Done)
}

/// `beside` says how many were listed before, and how many of them are open.
async fn list(config: &Config, kind: grants::Kind, beside: (usize, usize), json: bool) -> Result<End> {
    let listed = grants::list(&Releases::open(&config.output)?, Utc::now().timestamp()).await?;
    let listed: Vec<_> = listed.into_iter().filter(|(record, _)| record.kind == kind).collect();
    for (record, state) in &listed {
        if json {
            let mut value = serde_json::to_value(record)?;
            value["state"] = serde_json::to_value(state)?;
            print_json(&value)?;
        } else {
            println!("{}", line(record, *state));
        }
    }
    if !json {
        let open = listed.iter().filter(|(_, state)| *state == State::Open).count();
        eprintln!("{} of {} open", beside.1 + open, count(beside.0 + listed.len(), "entry", "entries"));
    }
    Ok(End::Done)
}

/// The word for how one stands.
fn state_of(state: State) -> String {
    serde_json::to_value(state).ok().and_then(|state| state.as_str().map(str::to_owned)).unwrap_or_default()
}

fn line(record: &Record, state: State) -> String {
    let state = state_of(state);
    let path = record.prefix.as_ref().map_or(String::new(), |prefix| format!("/{prefix}"));
    let by = record.by_email.as_deref().or(record.by.as_ref().map(|by| by.1.as_str())).unwrap_or("an operator");
    let (by, until) = (Text::new(by), time(record.until));
    let mut line = format!("{}  {state:<8}  {}{path}  until {until}  by {}", record.id, record.role, by.as_str());
    if let Some(email) = &record.email {
        line.push_str(&format!("  for {}", Text::new(email).as_str()));
    }
    if record.once {
        line.push_str("  once");
    }
    if !record.note.is_empty() {
        line.push_str(&format!("  {}", Text::new(&record.note).as_str()));
    }
    line
}

async fn revoke(config: &Config, kind: grants::Kind, id: &str, json: bool) -> Result<End> {
    let log = audit::open(config)?;
    let releases = Releases::open(&config.output)?;
    let record = grants::revoke(&releases, id, Utc::now().timestamp()).await?;
    if record.is_none() {
        eprintln!("note: no such link or token is on record; whatever has that id opens nothing from now on");
    }
    let told = Event::new(record.as_ref().map_or(kind, |record| record.kind).into(), Utc::now()).grant(id);
    log.record(record.iter().fold(told, |told, record| told.role(record.role.as_str())).outcome("revoked"));
    revoked(id, record.is_some(), json)?;
    Ok(End::Done)
}

/// Says that something was revoked, and for scripts whether it was on record.
fn revoked(id: &str, known: bool, json: bool) -> Result<()> {
    if json {
        return print_json(&json!({ "id": id, "revoked": true, "known": known }));
    }
    println!("revoked {id}, on every edge within seconds");
    Ok(())
}

/// `12h` or `7d` in seconds, up to a year.
fn seconds(text: &str) -> Result<i64, String> {
    let fault = || "write a number of hours or days up to a year, such as 12h or 7d".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(fault)?;
    let unit = match unit {
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(fault()),
    };
    let seconds = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(fault)?;
    if (1..=grants::LONGEST).contains(&seconds) { Ok(seconds) } else { Err(fault()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_hours_or_days_up_to_a_year() {
        assert_eq!((seconds("12h"), seconds("7d"), seconds("366d")), (Ok(43_200), Ok(604_800), Ok(grants::LONGEST)));
        for bad in ["", "7", "d", "0d", "-1d", "367d", "7 d", "7w", "99999999999999999999d", "é"] {
            assert!(seconds(bad).is_err(), "{bad:?}");
        }
    }
}
