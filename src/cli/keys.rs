//! `tollgate keys`: the keyring.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{End, audit, print_json};
use crate::config::{Config, Faults};
use crate::edge::audit::{Event, Kind};
use crate::keys::{Change, ClientKey, Duty, KeyInfo, Keyring, Rotated, Which};

/// Make, list, rotate and retire keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make the keys that are missing; keys that exist are never replaced
    Init,
    /// Show every key: what it is for, what it does, and when it was made
    List,
    /// Let a new key sign; the old ones keep verifying until they are retired
    Rotate(Rotate),
    /// Remove a key that signs no more, once nothing it signed is in use
    ///
    /// Wait first: a session lasts `edge.absolute`, a sign-in ten minutes, a link or a token until it expires, and a
    /// release until one that the new key signed is served. What the key signed is refused from then on.
    Retire {
        /// Its id, as `tollgate keys list` shows it
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// Make a key for a provider that wants `private_key_jwt`, and print the public half for it
    Client {
        /// Where the private key goes; a file that exists is never replaced
        file: PathBuf,
    },
}

/// Which keys, and whether to warn of them first.
#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// Which keys
    #[arg(value_name = "PURPOSE", value_parser = sets())]
    which: Which,
    /// Make a key that only verifies for now, so that every edge can have it before it signs; the next rotation lets it sign
    #[arg(long)]
    announce: bool,
}

fn sets() -> impl TypedValueParser<Value = Which> {
    let named = |name: String| Which::ALL.into_iter().find(|which| which.name() == name).ok_or("no such set of keys");
    PossibleValuesParser::new(Which::ALL.map(Which::name)).try_map(named)
}

impl Keys {
    /// `load` reads the configuration, which a key for a provider may be needed for first.
    pub(super) fn run(&self, load: impl FnOnce() -> Result<Config, Faults>, as_json: bool) -> Result<End> {
        if let Keys::Client { file } = self {
            return client(file, as_json);
        }
        let config = load()?;
        let dir = &config.keys;
        match self {
            Keys::Init => init(dir, as_json)?,
            Keys::List => list(&Keyring::list(dir)?, as_json)?,
            Keys::Rotate(Rotate { which, announce }) => {
                let log = audit::open(&config)?;
                let done = Keyring::rotate(dir, *which, *announce, Utc::now().timestamp())?;
                rotated(&done, as_json)?;
                record(&log, &done.key, if *announce { "announced" } else { "rotated" });
            }
            Keys::Retire { kid } => {
                let log = audit::open(&config)?;
                let key = Keyring::retire(dir, kid)?;
                retired(&key, as_json)?;
                record(&log, &key, "retired");
            }
            Keys::Client { .. } => {}
        }
        Ok(End::Done)
    }
}

/// What became of a key, for the audit log.
fn record(log: &audit::Log, key: &KeyInfo, what: &str) {
    let what = format!("{} key {} {what}", key.which.name(), key.kid);
    log.record(Event::new(Kind::Keys, Utc::now()).what(&what));
}

fn init(dir: &Path, as_json: bool) -> Result<()> {
    for path in Keyring::init(dir)? {
        if as_json {
            print_json(&json!({ "written": path }))?;
        } else {
            println!("{}", path.display());
        }
    }
    eprintln!(
        "hint: keep a copy of the folder somewhere safe; an edge on another machine needs all of it but `release-private.json`"
    );
    Ok(())
}

fn list(keys: &[KeyInfo], as_json: bool) -> Result<()> {
    for key in keys {
        if as_json {
            print_json(&described(key))?;
            continue;
        }
        let made =
            made(key).map_or("made at an unknown time".into(), |made| format!("made {}", made.format("%F %T UTC")));
        let KeyInfo { which, kid, algorithm, .. } = key;
        println!("{:<8} {:<9} {algorithm:<8} {made:<28} {kid}", which.name(), duty(key));
    }
    if keys.is_empty() {
        eprintln!("hint: there are no keys yet; run `tollgate keys init`");
    }
    Ok(())
}

fn rotated(rotated: &Rotated, as_json: bool) -> Result<()> {
    let Rotated { key, change, before, file } = rotated;
    let (name, kid, file) = (key.which.name(), &key.kid, file.display());
    let (word, told) = match change {
        Change::Made => ("made", "a new key signs"),
        Change::Promoted => ("promoted", "the announced key signs"),
        Change::Announced => ("announced", "a new key only verifies for now"),
    };
    if as_json {
        let mut line = described(key);
        line["change"] = word.into();
        line["before"] = before.as_str().into();
        print_json(&line)?;
    } else {
        println!("{name} {kid}: {told}");
    }
    match change {
        Change::Announced => eprintln!(
            "hint: copy `{file}` to every edge and send each SIGHUP to have it read them; then run `tollgate keys rotate {name}`"
        ),
        Change::Promoted => eprintln!(
            "hint: copy `{file}` to every edge and send each SIGHUP to have it read them; {}",
            farewell(key.which, before)
        ),
        Change::Made => eprintln!(
            "hint: send the edge SIGHUP to have it read its keys; where there are several, copy `{file}` to all at once: one without it refuses what the new key signs, which `--announce` \
             avoids; {}",
            farewell(key.which, before)
        ),
    }
    Ok(())
}

fn farewell(which: Which, before: &str) -> String {
    format!("to end the old key, wait {}, then run `tollgate keys retire {before}`", which.wait())
}

fn retired(key: &KeyInfo, as_json: bool) -> Result<()> {
    if as_json {
        let mut line = described(key);
        line["retired"] = true.into();
        print_json(&line)?;
    } else {
        println!("{} {}: retired", key.which.name(), key.kid);
    }
    eprintln!(
        "hint: copy the changed file to every edge and send each SIGHUP to have it read them; until then it believes the old key"
    );
    Ok(())
}

fn client(file: &Path, as_json: bool) -> Result<End> {
    let registration = ClientKey::create(file)?;
    if as_json {
        print_json(&registration.keys)?;
    } else {
        println!("{}", serde_json::to_string_pretty(&registration.keys)?);
    }
    // A relative path in the configuration starts from the configuration's folder, which is not known here.
    let path = std::path::absolute(file)?.display().to_string();
    let line = |key: &str, value: String| format!("  {key} = {}", toml::Value::String(value));
    eprintln!(
        "hint: register this key set with the provider and write in `[oidc]`, in the place of a client secret:\n{}\n{}",
        line("client_key_file", path),
        line("client_key_id", registration.kid)
    );
    Ok(End::Done)
}

fn described(key: &KeyInfo) -> Value {
    json!({
        "purpose": key.which.name(), "kid": key.kid, "algorithm": key.algorithm, "does": duty(key), "made": made(key),
    })
}

fn duty(key: &KeyInfo) -> &'static str {
    match key.duty {
        Duty::Signs => "signs",
        Duty::Verifies => "verifies",
        Duty::Announced => "announced",
    }
}

fn made(key: &KeyInfo) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(key.made?, 0)
}
