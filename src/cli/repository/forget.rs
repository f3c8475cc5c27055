//! Deleting what is known of a repository: only with its name typed, and never without a copy.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::Utc;
use clap::Args;
use serde_json::json;

use super::super::export;
use super::super::{End, Unusable, audit, lock, print_json};
use super::Named;
use crate::config::Config;
use crate::domain::Date;
use crate::domain::repo::{RepoName, Repository};
use crate::edge::audit::{Event, Kind};
use crate::export::Format;
use crate::history::History;

/// Delete the history of a repository for good, after writing it to a file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Forget {
    #[command(flatten)]
    named: Named,
    /// The repository's name once more, for scripts; at a terminal it is asked for
    #[arg(long, value_name = "OWNER/NAME")]
    type_name: Option<String>,
    /// The folder that its history is written to first; beside the history if left out
    #[arg(long, value_name = "DIR")]
    export_to: Option<PathBuf>,
}

impl Forget {
    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        let (_, asked) = self.named.found(config).await?;
        unpicked(config, &asked)?;
        confirmed(&asked.name, self.type_name.as_deref())?;
        // Nobody else waits while somebody types; what was looked at before may be another by now.
        let _lock = lock::take(config, "repository forget")?;
        let (history, repository) = self.named.found(config).await?;
        unpicked(config, &repository)?;
        if (repository.id, &repository.name) != (asked.id, &asked.name) {
            bail!(
                "`{}` is another repository by now, so nothing was deleted\n\nhint: run the command again",
                asked.name
            );
        }
        let log = audit::open(config)?;
        let beside = || config.history.file().unwrap_or(&config.file).parent().unwrap_or(Path::new("")).to_owned();
        let path = free(&self.export_to.unwrap_or_else(beside), &repository.name, Utc::now().date_naive())?;
        let (name, written) = (repository.name.clone(), path.clone());
        let done = tokio::task::spawn_blocking(move || forget(history, &repository, &written)).await?;
        done.with_context(|| format!("nothing of `{name}` was deleted"))?;
        log.record(Event::new(Kind::History, Utc::now()).what(&format!("{name} forgotten")));
        if json {
            print_json(&json!({ "repository": name, "forgotten": true, "export": path }))?;
        } else {
            println!("forgot `{name}`; what was known of it is in `{}`", path.display());
        }
        if !json {
            eprintln!("hint: it is on the pages of the last release until the next `tollgate build`");
        }
        Ok(End::Done)
    }
}

/// Deletes, once the copy is whole on the disk.
fn forget(mut history: History, repository: &Repository, path: &Path) -> Result<()> {
    export::write(&history, Format::Jsonl, Some(path), Some((&repository.host, &repository.name)))?;
    if !history.forget(&repository.host, &repository.name)? {
        bail!("the history does not know it any more");
    }
    Ok(())
}

/// What a source picks would be back tomorrow, with fourteen days of history in place of all of it.
fn unpicked(config: &Config, repository: &Repository) -> Result<()> {
    let picks = config.sources.iter().find(|source| source.host == repository.host && source.select.picks(repository));
    let Some(source) = picks else { return Ok(()) };
    let (name, by) = (&repository.name, &source.name);
    bail!(Unusable(format!(
        "source `{by}` still picks `{name}`, so the next night would bring it back\n\nhint: run \
         `tollgate repository remove {name} --source {by}` first"
    )))
}

fn confirmed(name: &RepoName, typed: Option<&str>) -> Result<()> {
    let typed = match typed {
        Some(typed) => typed.to_owned(),
        None if std::io::stdin().is_terminal() => {
            eprint!("This deletes all that is known of {name}. Type its name to go on: ");
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            line.trim().to_owned()
        }
        None => bail!(Unusable(format!(
            "the name was not typed, so nothing was deleted\n\nhint: add `--type-name {name}` if you mean it"
        ))),
    };
    if typed != name.to_string() {
        bail!(Unusable(format!(
            "the name typed is not `{name}`, so nothing was deleted\n\nhint: type it as `tollgate repository list` shows it"
        )));
    }
    Ok(())
}

/// A file that is not there yet, such as `acme-anvil-2026-11-24.jsonl`.
fn free(folder: &Path, name: &RepoName, today: Date) -> Result<PathBuf> {
    let stem = format!("{}-{}-{today}", name.owner(), name.name());
    let numbered = |n: u32| if n == 1 { format!("{stem}.jsonl") } else { format!("{stem}-{n}.jsonl") };
    let mut paths = (1..=1_000).map(|n| folder.join(numbered(n)));
    let free = paths.find(|path| !path.exists());
    free.with_context(|| format!("a thousand files `{stem}…` are in `{}` already", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_replaces_no_earlier_one() {
        let dir = tempfile::tempdir().unwrap();
        let name: RepoName = "acme/anvil".parse().unwrap();
        let next = || free(dir.path(), &name, "2026-11-24".parse().unwrap()).unwrap();
        assert_eq!(next(), dir.path().join("acme-anvil-2026-11-24.jsonl"));
        std::fs::write(next(), "").unwrap();
        assert_eq!(next(), dir.path().join("acme-anvil-2026-11-24-2.jsonl"));
    }

    #[test]
    fn only_the_name_itself_confirms() {
        let name: RepoName = "acme/anvil".parse().unwrap();
        assert!(confirmed(&name, Some("acme/anvil")).is_ok());
        for wrong in ["", "yes", "anvil", "acme/Anvil", "acme/anvil2", " acme/anvil"] {
            let told = confirmed(&name, Some(wrong)).unwrap_err();
            assert!(told.is::<Unusable>() && told.to_string().contains("so nothing was deleted\n\nhint: "), "{told}");
        }
    }
}
