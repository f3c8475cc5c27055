//! Site, output and keys, and the kinds of values that stand in several sections.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::Secret;
use super::reader::{At, Table};
use crate::domain::repo::Selection;
use crate::{releases, report};

/// `[site]`: its base address and how pages are made.
pub(super) fn site(root: &Table<'_, '_>, folder: &Path) -> Option<(String, report::Settings)> {
    let Some(site) = root.table("site") else {
        let hint = "add `[site]` with `title` and `base_url`; `tollgate init` shows an example";
        root.fault(0, "the section `[site]` is missing", hint);
        return None;
    };
    let title = site.required("title", "write what people should read at the top, such as \"Acme open source\"");
    let hint = "write where people will find it, such as \"https://traffic.acme.example\"";
    let base_url = site.required("base_url", hint).and_then(|text| origin(&site, "base_url", &text));
    let [templates, content] = ["templates", "content"].map(|key| existing_folder(&site, key, folder));
    let language = site.text("language").and_then(|text| {
        let read = text.value.parse();
        read.map_err(|fault: report::LanguageFault| site.fault(text.at, fault.to_string(), "use one of those")).ok()
    });
    let (notes, spam) = (notes(root), spam(root));
    let theme = super::theme::theme(root, &site, templates.as_deref(), folder);
    let base_url = base_url?;
    let settings = report::Settings {
        title: title?.value,
        templates,
        content,
        language: language.unwrap_or_default(),
        base_url: base_url.clone(),
        notes,
        theme,
        spam,
        public_badges: public_badges(root),
    };
    Some((base_url, settings))
}

/// `[[note]]`: what happened on a day, in the operator's words.
fn notes(root: &Table<'_, '_>) -> Vec<report::Note> {
    let note = |table: Table<'_, '_>| {
        let date = table.required("date", "write the UTC day, such as \"2026-05-14\"").and_then(|text| {
            let hint = "write the UTC day as year, month and day, such as \"2026-05-14\"";
            let read =
                text.value.parse().map_err(|_| table.fault(text.at, format!("`{}` is no day", text.value), hint));
            read.ok()
        });
        let text = table.required("text", "say in a few words what happened");
        let repositories = selection(&table, "repositories");
        Some(report::Note { date: date?, text: text?.value, repositories })
    };
    root.tables("note").into_iter().filter_map(note).collect()
}

/// `[referrers] spam`: domains taken for spam besides the built-in list.
fn spam(root: &Table<'_, '_>) -> Vec<String> {
    let section = root.table("referrers");
    section.map_or_else(Vec::new, |section| section.texts("spam").into_iter().map(|text| text.value).collect())
}

/// `[badges] public`: whose badges anybody may see; nobody's if it is left out.
fn public_badges(root: &Table<'_, '_>) -> Selection {
    root.table("badges").map_or_else(Selection::default, |section| selection(&section, "public"))
}

fn existing_folder(site: &Table<'_, '_>, key: &'static str, folder: &Path) -> Option<PathBuf> {
    let text = site.text(key)?;
    let path = folder.join(&text.value);
    if !path.is_dir() {
        site.fault(text.at, format!("`{key}` is `{}`, which is no folder", text.value), "make it, or remove the line");
    }
    Some(path)
}

/// `[output]`.
pub(super) fn output(root: &Table<'_, '_>, folder: &Path) -> releases::Settings {
    let section = root.table("output");
    let location = section.as_ref().and_then(|section| section.text("location")).map_or("output".into(), |t| t.value);
    let keep = section.and_then(|section| section.number("keep", 2..=10_000)).unwrap_or(14);
    releases::Settings { location: folder.join(location), keep: usize::try_from(keep).unwrap_or(usize::MAX) }
}

/// `[keys]`.
pub(super) fn keys(root: &Table<'_, '_>, folder: &Path) -> PathBuf {
    let section = root.table("keys");
    folder.join(section.and_then(|section| section.text("folder")).map_or("keys".into(), |text| text.value))
}

/// A list of selectors; faults of each noted where it stands.
pub(super) fn selection(table: &Table<'_, '_>, key: &'static str) -> Selection {
    let mut selection = Selection::default();
    for text in table.texts(key) {
        if let Err(fault) = selection.push(&text.value) {
            table.fault(text.at, fault.to_string(), "such as `acme/*`, `acme/anvil`, `!acme/secret`, `!fork`");
        }
    }
    if selection.positive().is_empty() {
        let hint = format!("add at least one selector without `!`, such as `{key} = [\"acme/*\"]`");
        table.fault(table.at(), format!("{} picks no repositories", table.name()), hint);
    }
    selection
}

/// A secret kept in the environment or in a file, but not in both.
pub(super) fn secret(table: &Table<'_, '_>, env: &'static str, file: &'static str, folder: &Path) -> Option<Secret> {
    match (table.text(env), table.text(file)) {
        (Some(_), Some(second)) => {
            table.fault(second.at, format!("both `{env}` and `{file}` are given"), "keep one of them");
            None
        }
        (Some(name), None) => variable(table, env, &name),
        (None, Some(path)) => Some(Secret::File(folder.join(path.value))),
        (None, None) => None,
    }
}

/// People paste the secret itself here; its shape tells, and it must not be repeated in a message.
fn variable(table: &Table<'_, '_>, key: &str, name: &At<String>) -> Option<Secret> {
    let usable = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name.value.is_empty() || !name.value.chars().all(usable) {
        let hint = "write capitals, digits and `_`, such as \"ACME_TOKEN\"; if you pasted the secret itself, replace it at its issuer";
        table.fault(name.at, format!("`{key}` is no name of an environment variable"), hint);
        return None;
    }
    Some(Secret::Env(name.value.clone()))
}

/// An address that credentials may be sent to: https, or http on this machine.
pub(super) fn address(table: &Table<'_, '_>, key: &str, text: &At<String>) -> Option<Url> {
    let url = Url::parse(&text.value)
        .ok()
        .filter(|url| url.has_host() && url.query().is_none() && url.fragment().is_none() && url.username().is_empty());
    let Some(url) = url else {
        let hint = "write a full address without user, query or fragment, such as \"https://host.example/path\"";
        table.fault(text.at, format!("`{key}` is `{}`, which is no usable address", text.value), hint);
        return None;
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !safe {
        let hint = "use https; plain http is for this machine only (127.0.0.1, localhost)";
        table.fault(text.at, format!("`{key}` is `{}`, where anyone on the way could read along", text.value), hint);
    }
    safe.then_some(url)
}

/// An address without a path.
fn origin(table: &Table<'_, '_>, key: &str, text: &At<String>) -> Option<String> {
    let url = address(table, key, text)?;
    if url.path() != "/" {
        let hint = "leave out the path: the edge serves a host of its own";
        table.fault(text.at, format!("`{key}` is `{}`, which has a path", text.value), hint);
        return None;
    }
    Some(url.origin().ascii_serialization())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// A length of time such as `30m`, `8h` or `7d`, if the key is there.
pub(super) fn duration(table: &Table<'_, '_>, key: &'static str) -> Option<Duration> {
    let text = table.text(key)?;
    let duration = seconds(&text.value).map(Duration::from_secs);
    if duration.is_none() {
        let hint = "write a number and `s`, `m`, `h` or `d`, from one minute to one year, such as \"8h\"";
        table.fault(text.at, format!("`{key}` is `{}`", text.value), hint);
    }
    duration
}

fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(unit)?;
    (60..=365 * 86_400).contains(&seconds).then_some(seconds)
}
