//! The README is true: its configuration is valid and its commands exist.

use std::collections::BTreeSet;

use crate::support::Project;

const README: &str = include_str!("../../README.md");

/// The contents of the fenced blocks of one language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let rest = README.split(fence.as_str()).skip(1);
    rest.map(|text| text.split("```").next().unwrap()).collect()
}

#[test]
fn its_configuration_is_valid_and_shows_two_roles() {
    let configurations = blocks("toml");
    assert!(configurations.len() > 1);
    let project = Project::empty();
    // The first is whole; what comes later is added to it.
    project.write("tollgate.toml", &configurations.join("\n"));
    project.run(&["check"]).succeeds().says("Open source office (oss-office)").says("e-mail is of acme.example");
}

#[test]
fn its_commands_exist() {
    let commands: BTreeSet<Vec<&str>> = README.split("tollgate ").skip(1).filter_map(words).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for mut command in commands {
        command.push("--help");
        Project::empty().run(&command).succeeds();
    }
}

/// The words of a command line up to its first argument; none for prose.
fn words(text: &'static str) -> Option<Vec<&'static str>> {
    let line = text.split(['\n', '`']).next()?;
    let word = |word: &&str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
    };
    let words: Vec<&str> = line.split(' ').take_while(word).collect();
    (!words.is_empty()).then_some(words)
}
