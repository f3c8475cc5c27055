//! Choosing what a source collects, by its selectors in the configuration file.

use anyhow::{Result, bail};
use chrono::Utc;
use serde_json::json;

use super::super::{End, Unusable, audit, print_json};
use super::{Which, known};
use crate::config::edit::Edit;
use crate::config::{Config, Source};
use crate::domain::repo::{About, RepoName, Repository, RepositoryHistory, Selector, Traits};
use crate::edge::audit::{Event, Kind};

/// What a change of the selectors came to.
struct Done<'a> {
    source: &'a Source,
    name: &'a RepoName,
    /// Whether the file was changed.
    changed: bool,
    told: String,
}

/// Has a source collect a repository.
pub(super) async fn add(config: &Config, which: &Which, json: bool) -> Result<End> {
    let candidates: Vec<&Source> = config.sources.iter().collect();
    let source = chosen(config, which, &candidates)?;
    let (name, repository) = (&which.name, seen(config, source, &which.name).await?);
    let out = format!("!{name}");
    let log = audit::open(config)?;
    let mut edit = Edit::open(&config.file)?;
    let taken_back = edit.remove_selector(&source.name, &out)?;
    let by = source.select.positive().iter().find(|selector| selector.picks(&repository));
    let told = match (by, taken_back) {
        (Some(by), false) => format!("source `{}` picks `{name}` already, by `{by}`", source.name),
        (Some(by), true) => format!("source `{}` picks `{name}` again, by `{by}`; `{out}` is gone", source.name),
        (None, _) => {
            edit.add_selector(&source.name, &name.to_string())?;
            format!("source `{}` picks `{name}` from now on", source.name)
        }
    };
    let changed = taken_back || by.is_none();
    if changed {
        edit.save()?;
        let what = format!("source {} picks {name}", source.name);
        log.record(Event::new(Kind::Configuration, Utc::now()).what(&what));
    }
    let left_out = |selector: &&Selector| selector.picks(&repository) && selector.to_string() != name.to_string();
    for selector in source.select.negative().iter().filter(left_out) {
        eprintln!("note: `!{selector}` still leaves it out; change that in `{}`", config.file.display());
    }
    tell(&Done { source, name, changed, told }, json)
}

/// Has a source collect a repository no more.
pub(super) async fn remove(config: &Config, which: &Which, json: bool) -> Result<End> {
    let name = &which.name;
    let mut candidates = Vec::new();
    for source in &config.sources {
        let repository = seen(config, source, name).await?;
        if source.select.picks(&repository) {
            candidates.push((source, repository));
        }
    }
    current(config, name).await?;
    let picking: Vec<&Source> = candidates.iter().map(|(source, _)| *source).collect();
    if picking.is_empty() && which.source.is_none() {
        bail!(Unusable(format!("no source picks `{name}`\n\nhint: `tollgate source list` shows what each picks")));
    }
    let source = chosen(config, which, &picking)?;
    let Some((_, repository)) = candidates.iter().find(|(candidate, _)| candidate.name == source.name) else {
        let told = format!("source `{}` does not pick `{name}`", source.name);
        return tell(&Done { source, name, changed: false, told }, json);
    };
    let log = audit::open(config)?;
    let mut edit = Edit::open(&config.file)?;
    edit.remove_selector(&source.name, &name.to_string())?;
    let itself = |selector: &Selector| selector.to_string().eq_ignore_ascii_case(&name.to_string());
    let others = source.select.positive().iter().any(|selector| !itself(selector) && selector.picks(repository));
    if others {
        edit.add_selector(&source.name, &format!("!{name}"))?;
    }
    edit.save()?;
    let what = format!("source {} picks {name} no more", source.name);
    log.record(Event::new(Kind::Configuration, Utc::now()).what(&what));
    let told = format!("source `{}` picks `{name}` no more; its history is kept", source.name);
    tell(&Done { source, name, changed: true, told }, json)
}

/// Refuses the earlier name of a repository: taking that out would leave out nothing, as it is collected by its present
/// name. A selector that spells the earlier name may be taken out all the same.
async fn current(config: &Config, name: &RepoName) -> Result<()> {
    let spelled = |selector: &Selector| selector.to_string().eq_ignore_ascii_case(&name.to_string());
    if config.sources.iter().any(|source| source.select.positive().iter().any(spelled)) {
        return Ok(());
    }
    let all = known::all(config).await?.map(|(_, all)| all).unwrap_or_default();
    if all.iter().any(|known| known.repository.name.same_as(name)) {
        return Ok(());
    }
    let was = |known: &&RepositoryHistory| known.repository.aliases.iter().any(|alias| alias.same_as(name));
    let Some(now) = all.iter().find(was).map(|known| &known.repository.name) else { return Ok(()) };
    bail!(Unusable(format!("`{name}` is called `{now}` now\n\nhint: run `tollgate repository remove {now}`")))
}

fn tell(done: &Done<'_>, json: bool) -> Result<End> {
    if json {
        let Done { source, name, changed, .. } = done;
        print_json(&json!({ "source": source.name, "repository": name, "changed": changed }))?;
    } else {
        println!("{}", done.told);
    }
    Ok(End::Done)
}

/// The source that is named, or the only candidate.
fn chosen<'a>(config: &'a Config, which: &Which, candidates: &[&'a Source]) -> Result<&'a Source> {
    let names = |sources: &[&Source]| -> String {
        let names: Vec<String> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
        names.join(", ")
    };
    match (&which.source, candidates) {
        (Some(wanted), _) => match config.sources.iter().find(|source| source.name == *wanted) {
            Some(source) => Ok(source),
            None => {
                let known = names(&config.sources.iter().collect::<Vec<_>>());
                bail!(Unusable(format!("there is no source `{wanted}`\n\nhint: known sources are {known}")))
            }
        },
        (None, [only]) => Ok(only),
        (None, []) => bail!(Unusable("there is no source\n\nhint: `tollgate source add` writes one".to_owned())),
        (None, several) => bail!(Unusable(format!(
            "several sources may be meant: {}\n\nhint: say which with `--source NAME`",
            names(several)
        ))),
    }
}

/// The repository as the history knows it on the source's host; else one of that name of which nothing else is known.
async fn seen(config: &Config, source: &Source, name: &RepoName) -> Result<Repository> {
    let all = known::all(config).await?.map(|(_, all)| all).unwrap_or_default();
    let mut all = all.into_iter().map(|history| history.repository);
    let found = all.find(|known| known.host == source.host && known.name.same_as(name) && known.id.is_some());
    Ok(found.unwrap_or_else(|| Repository {
        host: source.host.clone(),
        id: None,
        name: name.clone(),
        aliases: Vec::new(),
        sources: Default::default(),
        traits: Traits::default(),
        description: None,
        about: About::default(),
    }))
}
