//! `tollgate init`: a commented starter configuration, or the templates to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::{End, count};
use crate::{config, report};

/// The starter. A test checks that it is valid.
pub(super) const STARTER: &str = include_str!("starter.toml");
/// Says how the templates' folder works.
const ABOUT: &str = include_str!("../../templates/README.md");

/// Write a commented starter configuration.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write it to; made where it is missing
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Write all templates, styles and catalogs of words instead, to this folder in it; a file that is there stays
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = "templates")]
    templates: Option<PathBuf>,
}

impl Init {
    pub(super) fn run(&self) -> Result<End> {
        match &self.templates {
            Some(folder) => templates(&self.dir.join(folder), folder),
            None => self.starter(),
        }
    }

    fn starter(&self) -> Result<End> {
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

fn templates(folder: &Path, name: &Path) -> Result<End> {
    let mut kept = 0;
    let about = ("README.md".to_owned(), ABOUT.as_bytes().to_vec());
    for (path, bytes) in std::iter::once(about).chain(report::built_in()) {
        let path = folder.join(path);
        if write_new(&path, &bytes).with_context(|| format!("cannot write `{}`", path.display()))? {
            println!("{}", path.display());
        } else {
            kept += 1;
        }
    }
    if kept > 0 {
        eprintln!("{} were there already and stay as they are", count(kept, "file", "files"));
    }
    eprintln!(
        "next:\n  1. write `templates = \"{}\"` below `[site]` in {}\n  2. delete what you do not change: it comes from \
         the program then\n  3. tollgate preview --as ROLE",
        name.display(),
        config::FILE
    );
    Ok(End::Done)
}

/// Whether the file was written; one that exists stays.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(bytes).map(|()| true),
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(fault) => Err(fault),
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
        let init = Init { dir: dir.path().join("new"), templates: None };
        init.run().unwrap();
        std::fs::write(dir.path().join("new").join(config::FILE), "mine").unwrap();
        assert!(format!("{:#}", init.run().unwrap_err()).contains("never replaced"));
        assert_eq!(std::fs::read_to_string(dir.path().join("new").join(config::FILE)).unwrap(), "mine");
    }

    #[test]
    fn templates_are_written_whole_and_what_was_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("look/report/article.html");
        std::fs::create_dir_all(own.parent().unwrap()).unwrap();
        std::fs::write(&own, "mine").unwrap();
        Init { dir: dir.path().to_owned(), templates: Some("look".into()) }.run().unwrap();
        assert_eq!(std::fs::read_to_string(&own).unwrap(), "mine");
        for (path, bytes) in report::built_in().into_iter().filter(|(path, _)| path != "report/article.html") {
            assert_eq!(std::fs::read(dir.path().join("look").join(&path)).unwrap(), bytes, "{path}");
        }
        assert!(report::built_in().iter().any(|(path, _)| path == "locales/de/content.ftl"));
        assert!(dir.path().join("look/README.md").is_file());
    }
}
