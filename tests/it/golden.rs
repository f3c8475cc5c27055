//! What pages say, line by line, for data that never changes: a change of a page is seen as a change of its words.
//!
//! `TOLLGATE_GOLDEN=update cargo test --test it golden::` writes the files anew.

use std::collections::BTreeMap;
use std::path::Path;

use tollgate::demo::github::Sample;
use tollgate::domain::Date;

use crate::history::import::data;
use crate::support::{Project, bundle};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// The day after the newest one of each data.
const SAMPLE_DAY: &str = "2026-11-20";
const REAL_DAY: &str = "2026-11-20";

const CONFIGURATION: &str = r#"
[site]
title = "Golden"
base_url = "http://127.0.0.1:9"

[[source]]
name = "main"
token_env = "NOBODY_ASKS"
repositories = ["acme/*"]

[[role]]
name = "all"
title = "Everything"
repositories = ["*/*"]
pages = [PAGES]
open_to = [{ email = "a@b.example" }]
"#;

#[test]
fn pages_of_the_sample_say_what_they_said() {
    let day: Date = SAMPLE_DAY.parse().unwrap();
    let sample = Sample::new(day);
    let project = Project::empty();
    sample.write_github_repo_stats(&project.file("past"), sample.extent()).unwrap();
    hold("sample", &built(&project, "past", SAMPLE_DAY));
}

#[test]
fn pages_of_real_data_say_what_they_said() {
    let Some(folder) = data() else { return };
    hold("real", &built(&Project::empty(), folder.path().to_str().unwrap(), REAL_DAY));
}

/// The bundle of somebody who sees everything, as of a day.
fn built(project: &Project, past: &str, day: &str) -> BTreeMap<String, Vec<u8>> {
    let kinds = serde_json::to_string(&tollgate::domain::policy::PageKind::ALL).unwrap();
    project.write("tollgate.toml", &CONFIGURATION.replace("[PAGES]", &kinds));
    project.run(&["keys", "init"]).succeeds();
    project.run(&["import", "github-repo-stats", past]).succeeds();
    project.run(&["build", "--as-of", day]).succeeds();
    bundle::bundle(&project.file("output"), 1, "all")
}

/// Holds every page against its file: those there is one of, and the largest of those in one folder.
fn hold(kind: &str, entries: &BTreeMap<String, Vec<u8>>) {
    let update = std::env::var("TOLLGATE_GOLDEN").is_ok_and(|value| value == "update");
    let folder = Path::new(GOLDEN).join(kind);
    let mut chosen: BTreeMap<String, (&str, &[u8])> = BTreeMap::new();
    for (name, bytes) in entries.iter().filter(|(name, _)| name.ends_with(".html")) {
        let group = name.split_once('/').map_or(name.as_str(), |(group, _)| group);
        let known = chosen.entry(group.to_owned()).or_insert((name, bytes));
        if bytes.len() > known.1.len() {
            *known = (name, bytes);
        }
    }
    assert!(chosen.len() >= 8, "{:?}", chosen.keys());
    if update {
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
    }
    let mut changes = String::new();
    for (group, (name, bytes)) in &chosen {
        // A page of a folder beside the page of the same name.
        let each = if name.contains('/') { "-each" } else { "" };
        let file = folder.join(format!("{}{each}.txt", group.trim_end_matches(".html")));
        let now = format!("{name}\n{}", words(std::str::from_utf8(bytes).unwrap()));
        if update {
            std::fs::write(&file, &now).unwrap();
            continue;
        }
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        let differ = before.lines().zip(now.lines()).position(|(before, now)| before != now);
        let at = differ.unwrap_or_else(|| before.lines().count().min(now.lines().count()));
        if before != now {
            let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
            changes += &format!("{}:{}\n  was {}\n  is  {}\n", file.display(), at + 1, line(&before), line(&now));
        }
    }
    assert!(
        changes.is_empty(),
        "pages changed:\n{changes}\nhint: if they should, TOLLGATE_GOLDEN=update cargo test --test it golden::"
    );
}

/// The largest part of a page that is kept: what is behind it is seldom of another kind.
const LONGEST: usize = 40_000;

/// What a page says, an element of text a line, in the order of the page; cells of a row stand on one line.
fn words(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut said = String::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.split([' ', '/', '\n']).next().unwrap_or_default();
        let name = if tag.starts_with('/') { tag } else { name };
        let within = ["a", "/a", "strong", "/strong", "em", "/em", "span", "/span", "time", "/time", "code", "/code"];
        let cell = ["td", "/td", "th", "/th"];
        match name {
            name if within.contains(&name) => said.push(' '),
            name if cell.contains(&name) => said.push_str(" | "),
            _ => said.push('\n'),
        }
        // Generator and assets change with every version.
        said.push_str(&text.replace('\n', " "));
    }
    let lines = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines = lines.map(|line| line.replace("| |", "|").trim_matches([' ', '|']).to_owned());
    let mut kept = String::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with("Tollgate ")) {
        if kept.len() + line.len() > LONGEST {
            kept.push_str("…\n");
            break;
        }
        kept.push_str(&line);
        kept.push('\n');
    }
    kept
}
