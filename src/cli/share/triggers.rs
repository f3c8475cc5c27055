//! Tokens that start nights: made, listed and revoked beside those that open files.

use anyhow::Result;
use chrono::Utc;

use super::{End, State, print_json, state_of, time};
use crate::cli::audit;
use crate::config::Config;
use crate::edge::audit::{Event, Kind, Text};
use crate::edge::trigger::{self, Record};
use crate::keys::Keyring;
use crate::releases::Releases;

/// Makes one and prints it.
pub(super) async fn create(config: &Config, expires: i64, note: &str, json: bool) -> Result<End> {
    let (keys, releases) = (Keyring::load(&config.keys)?, Releases::open(&config.output)?);
    let (now, log) = (Utc::now(), audit::open(config)?);
    let until = now.timestamp().saturating_add(expires);
    let (record, secret) = trigger::make(&keys, &releases, until, note, now.timestamp()).await?;
    log.record(Event::new(Kind::Nightly, now).grant(&record.id).outcome("made"));
    if json {
        let mut value = described(&record, State::Open)?;
        value["secret"] = secret.into();
        print_json(&value)?;
    } else {
        println!("{secret}");
        eprintln!("note: {} starts nights until {}; it is shown this once", record.id, time(record.until));
    }
    Ok(End::Done)
}

/// Prints every one and how it stands. How many there are, and how many of them are open.
pub(super) async fn list(config: &Config, json: bool) -> Result<(usize, usize)> {
    let listed = trigger::list(&Releases::open(&config.output)?, Utc::now().timestamp()).await?;
    let open = listed.iter().filter(|(_, state)| *state == State::Open).count();
    for (record, state) in &listed {
        if json {
            print_json(&described(record, *state)?)?;
            continue;
        }
        let Record { id, note, until, .. } = record;
        let line = format!("{id}  {:<8}  starts nights  until {}  by an operator  ", state_of(*state), time(*until));
        println!("{}", format!("{line}{}", Text::new(note).as_str()).trim_end());
    }
    Ok((listed.len(), open))
}

/// Revokes the one of that id; `false` if there is none.
pub(super) async fn revoke(config: &Config, id: &str, json: bool) -> Result<bool> {
    let log = audit::open(config)?;
    let revoked = trigger::revoke(&Releases::open(&config.output)?, id, Utc::now().timestamp()).await?;
    if revoked.is_some() {
        log.record(Event::new(Kind::Nightly, Utc::now()).grant(id).outcome("revoked"));
        super::revoked(id, true, json)?;
    }
    Ok(revoked.is_some())
}

fn described(record: &Record, state: State) -> Result<serde_json::Value> {
    let mut value = serde_json::to_value(record)?;
    value["kind"] = "trigger".into();
    value["state"] = serde_json::to_value(state)?;
    Ok(value)
}
