//! `tollgate init`: a commented starter configuration.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::End;
use crate::config;

/// The starter. A test checks that it is valid.
pub(super) const STARTER: &str = include_str!("starter.toml");

/// Write a commented starter configuration.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write it to; made where it is missing
    #[arg(default_value = ".")]
    dir: PathBuf,
}

impl Init {
    pub(super) fn run(&self) -> Result<End> {
        let path = self.dir.join(config::FILE);
        let cannot = || format!("cannot write `{}`; a file that exists is never replaced", path.display());
        std::fs::create_dir_all(&self.dir).with_context(cannot)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).with_context(cannot)?;
        file.write_all(STARTER.as_bytes()).with_context(cannot)?;
        println!("{}", path.display());
        let at = path.display();
        eprintln!(
            "next:\n  1. edit it\n  2. tollgate --config {at} check\n  3. tollgate --config {at} keys init\n  \
             4. tollgate --config {at} nightly\n  5. tollgate --config {at} serve"
        );
        Ok(End::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_starter_is_a_valid_configuration_with_the_five_roles() {
        let config = Config::parse(STARTER, std::path::Path::new(config::FILE)).unwrap();
        let names: Vec<&str> = config.policy.roles().iter().map(|role| role.name.as_str()).collect();
        assert_eq!(names, ["administrator", "maintainer", "tenant", "tenant-viewer", "repository-viewer"]);
        assert!(config.edge.is_some());
    }

    #[test]
    fn a_file_that_exists_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let init = Init { dir: dir.path().join("new") };
        init.run().unwrap();
        std::fs::write(dir.path().join("new").join(config::FILE), "mine").unwrap();
        assert!(format!("{:#}", init.run().unwrap_err()).contains("never replaced"));
        assert_eq!(std::fs::read_to_string(dir.path().join("new").join(config::FILE)).unwrap(), "mine");
    }
}
