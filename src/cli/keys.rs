//! `tollgate keys`: the keyring.

use anyhow::Result;
use clap::Subcommand;

use super::End;
use crate::config::Config;
use crate::keys::Keyring;

/// Make signing keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make a full set of keys; keys that exist are never replaced
    Init,
}

impl Keys {
    pub(super) fn run(&self, config: &Config) -> Result<End> {
        let Keys::Init = self;
        for path in Keyring::init(&config.keys)? {
            println!("{}", path.display());
        }
        eprintln!(
            "hint: keep a copy of the folder somewhere safe; an edge on another machine needs all of it but `release-private.json`"
        );
        Ok(End::Done)
    }
}
