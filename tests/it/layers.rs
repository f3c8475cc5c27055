//! The architecture as a test: who may name whom, which crate lives where, and how long things may be.
//!
//! The rules are the tables below; a finding says where, what, and how to mend it.

mod paths;
mod source;

use std::fmt;

use source::{Source, Token};

/// Each module with the modules it may name besides itself.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("keys", &["domain"]),
    ("github", &["domain"]),
    ("history", &["domain"]),
    ("import", &["domain"]),
    ("export", &["domain"]),
    ("report", &["domain"]),
    ("mail", &["domain"]),
    ("releases", &["domain", "keys"]),
    ("edge", &["domain", "keys", "releases"]),
    ("demo", &["domain", "keys"]),
    // Of the adapters the configuration needs their `Settings` only; see `config_takes_settings_only`.
    ("config", &["domain", "github", "history", "report", "releases", "edge", "mail"]),
    (
        "cli",
        &[
            "domain", "keys", "github", "history", "import", "export", "report", "releases", "edge", "demo", "config",
            "mail",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Each outside crate that has a home, with the files that may name it: what is named in one place is changed in one place.
const LIVES_IN: &[(&str, &[&str])] = &[
    ("jsonwebtoken", &["src/keys.rs", "src/keys/"]),
    ("openidconnect", &["src/edge/login.rs", "src/edge/login/"]),
    ("octocrab", &["src/github/"]),
    // Another tool's history may be a database too.
    ("rusqlite", &["src/history/", "src/import/"]),
    ("postgres", &["src/history/"]),
    ("tokio_postgres_rustls", &["src/history/"]),
    ("parquet", &["src/export/", "src/import/"]),
    ("toml_edit", &["src/config/", "src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("tera", &["src/report/", "src/edge/pages.rs", "src/demo/signin.rs"]),
    ("pulldown_cmark", &["src/report/"]),
    ("warp", &["src/edge/"]),
    ("lettre", &["src/mail/"]),
    ("object_store", &["src/releases/"]),
    ("clap", &["src/cli/", "src/main.rs"]),
    ("anyhow", &["src/cli/", "src/main.rs"]),
];

/// Tests under `src` may name these too: third parties are replaced at the wire, and `demo` is what replaces GitHub.
const TESTS_MAY_ALSO_NAME: &[&str] = &["demo"];

/// What `domain` never touches: the clock, files, sockets, threads, the environment.
const NOT_IN_DOMAIN: &[&str] =
    &["now", "today", "Instant", "SystemTime", "fs", "net", "thread", "process", "async", "tokio", "env"];

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 80;

/// One place where a rule is broken.
struct Finding {
    path: String,
    line: usize,
    what: String,
    mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    hint: {}", self.path, self.line, self.what, self.mend)
    }
}

#[test]
fn every_module_names_only_what_the_table_allows() {
    hold(&source::read_all("src"), imports);
}

#[test]
fn every_outside_crate_is_named_in_its_home_only() {
    hold(&source::read_all("src"), homes);
}

#[test]
fn only_the_configuration_reads_the_environment() {
    hold(&source::read_all("src"), environment);
}

#[test]
fn the_domain_reads_no_clock_and_does_no_io() {
    hold(&source::read_all("src/domain"), purity);
}

#[test]
fn the_configuration_takes_settings_only() {
    hold(&source::read_all("src"), config_takes_settings_only);
}

#[test]
fn files_and_functions_stay_short() {
    let all: Vec<Source> =
        ["src", "tests/it", "tests/fuzz/targets"].iter().flat_map(|folder| source::read_all(folder)).collect();
    hold(&all, lengths);
}

#[test]
fn what_fuzzers_call_is_no_part_of_the_program() {
    hold(&source::read_all("src"), fuzzers);
}

/// Fails with every finding at once.
fn hold(sources: &[Source], rule: fn(&Source) -> Vec<Finding>) {
    assert!(!sources.is_empty(), "nothing was read");
    let found: Vec<String> = sources.iter().flat_map(rule).map(|finding| finding.to_string()).collect();
    assert!(found.is_empty(), "\n\n{}\n", found.join("\n\n"));
}

fn imports(source: &Source) -> Vec<Finding> {
    let layer = source.layer();
    let allowed = MAY_NAME.iter().find(|(module, _)| *module == layer).map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else {
        let mend = "add it to the table in `tests/it/layers.rs` and in `src/lib.rs`, or make it part of a module there";
        return vec![finding(source, 1, format!("`{layer}` is no module of the architecture"), mend)];
    };
    let in_tests = |module: &str| source.is_test() && TESTS_MAY_ALSO_NAME.contains(&module);
    let permitted = |module: &str| module == layer || allowed.contains(&module) || in_tests(module);
    let reaches = paths::reached(source).into_iter().filter(|reach| !permitted(&reach.module));
    let mut found: Vec<Finding> = reaches.map(|reach| forbidden(source, &layer, allowed, &reach)).collect();
    found.extend(tricks(source));
    found
}

fn forbidden(source: &Source, layer: &str, allowed: &[&str], reach: &paths::Reach) -> Finding {
    let what = match reach.module.as_str() {
        "*" => "`crate::*` names every module".to_owned(),
        "crate" => "the crate's root gets another name, which hides what is named through it".to_owned(),
        module => format!("`{layer}` names `crate::{module}`"),
    };
    let list =
        if allowed.is_empty() { "nothing in the crate".into() } else { format!("`{}` only", allowed.join("`, `")) };
    let mend = format!(
        "`{layer}` may name {list}; pass what it needs as an argument from `cli`, or move the shared value to `domain`"
    );
    finding(source, reach.line, what, &mend)
}

/// Ways around the table that no path shows.
fn tricks(source: &Source) -> Vec<Finding> {
    let mend = "write a plain module and plain paths";
    let trick = |what: &str, line| finding(source, line, format!("{what} goes around the table of imports"), mend);
    let mut found = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        match (token.text.as_str(), text(source, at + 1), text(source, at + 2)) {
            ("#", "[", "path") => found.push(trick("`#[path]`", token.line)),
            ("extern", "crate", _) => found.push(trick("`extern crate`", token.line)),
            ("include", "!", _) => found.push(trick("`include!`", token.line)),
            _ => {}
        }
    }
    found
}

/// Tests are free to hold an answer of ours against somebody else's reading of it.
fn homes(source: &Source) -> Vec<Finding> {
    if source.is_test() {
        return vec![];
    }
    let homeless = |token: &Token| {
        let (name, homes) = LIVES_IN.iter().find(|(name, _)| *name == token.text)?;
        let at_home = homes.iter().any(|home| source.path.starts_with(home));
        let mend = || {
            format!("only `{}` may name it; give that module a function for what is needed here", homes.join("`, `"))
        };
        (!at_home).then(|| finding(source, token.line, format!("`{name}` is named"), &mend()))
    };
    let named = source.tokens.iter().enumerate().filter(|(at, _)| names_a_crate(source, *at));
    named.filter_map(|(_, token)| homeless(token)).collect()
}

/// A crate is named at the head of a path or in `use`; a local that shares its name is something else.
fn names_a_crate(source: &Source, at: usize) -> bool {
    let continues = at > 1 && before(source, at) == "::" && is_word(text(source, at - 2));
    !continues && (text(source, at + 1) == "::" || before(source, at) == "use")
}

fn environment(source: &Source) -> Vec<Finding> {
    let home = source.path == "src/config.rs" || source.path.starts_with("src/config/");
    // `env!` is the compiler's own, and a field or a local may have the name.
    let reads = |at: usize| {
        let path = text(source, at + 1) == "::" || before(source, at) == "::";
        let grouped = ["{", ","].contains(&before(source, at)) && [",", "}"].contains(&text(source, at + 1));
        text(source, at) == "env" && (path || grouped)
    };
    let places = (0..source.tokens.len()).filter(|at| !home && reads(*at));
    let mend = "only `config` reads the environment; add a setting there and pass its value";
    places.map(|at| finding(source, source.tokens[at].line, "`std::env` is named".into(), mend)).collect()
}

fn purity(source: &Source) -> Vec<Finding> {
    let touches = |at: usize| {
        let word = text(source, at);
        let part_of_path = before(source, at) == "::" || text(source, at + 1) == "::" || word == "async";
        NOT_IN_DOMAIN.contains(&word) && part_of_path
    };
    let places = (0..source.tokens.len()).filter(|at| touches(*at));
    let mend = "make it an argument: `domain` decides from its arguments alone";
    let name = |at: usize| format!("`domain` names `{}`", text(source, at));
    places.map(|at| finding(source, source.tokens[at].line, name(at), mend)).collect()
}

/// `config` builds each adapter's `Settings` and calls nothing of it.
fn config_takes_settings_only(source: &Source) -> Vec<Finding> {
    if source.layer() != "config" {
        return vec![];
    }
    let adapters = ["github", "history", "import", "export", "report", "releases", "edge", "demo"];
    let calls = |at: usize| {
        let path = text(source, at) == "::" && adapters.contains(&before(source, at)) && text(source, at + 2) != "::";
        let name = text(source, at + 1);
        let lower = name.starts_with(|c: char| c.is_ascii_lowercase());
        path && lower && name != "self"
    };
    let places = (0..source.tokens.len()).filter(|at| calls(*at));
    let name = |at: usize| format!("`config` names `{}::{}`", before(source, at), text(source, at + 1));
    let mend = "`config` takes only the adapters' `Settings` and what they are made of; call from `cli`";
    places.map(|at| finding(source, source.tokens[at].line, name(at), mend)).collect()
}

/// A module `fuzzing` is compiled for tests and for fuzzers, and named by nobody.
fn fuzzers(source: &Source) -> Vec<Finding> {
    const GATE: [&str; 10] = ["[", "cfg", "(", "any", "(", "test", ",", "fuzzing", ")", ")"];
    let inside = source.module().contains(&"fuzzing".to_owned());
    let gated = |at: usize| {
        let head = ["]", "pub", "mod"];
        let start = at.checked_sub(GATE.len() + head.len());
        let expected = GATE.iter().chain(&head).enumerate();
        start.is_some_and(|start| expected.clone().all(|(step, word)| text(source, start + step) == *word))
    };
    let declares = |at: usize| before(source, at) == "mod" && !gated(at);
    let names = |at: usize| !inside && (before(source, at) == "::" || text(source, at + 1) == "::");
    let places = (0..source.tokens.len()).filter(|at| text(source, *at) == "fuzzing" && (declares(*at) || names(*at)));
    let mend =
        "declare it as `#[cfg(any(test, fuzzing))] pub mod fuzzing;` and let the targets in `tests/fuzz` alone call it";
    places
        .map(|at| finding(source, source.tokens[at].line, "`fuzzing` becomes part of the program".into(), mend))
        .collect()
}

fn lengths(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let long = (lines > FILE_LINES).then(|| {
        let what = format!("the file has {lines} lines, {FILE_LINES} are allowed");
        finding(source, lines, what, "split it by topic")
    });
    let functions = (0..source.tokens.len()).filter(|at| text(source, *at) == "fn");
    long.into_iter().chain(functions.filter_map(|at| long_function(source, at))).collect()
}

fn long_function(source: &Source, at: usize) -> Option<Finding> {
    let open = (at..source.tokens.len()).find(|at| matches!(text(source, *at), "{" | ";"))?;
    let mut depth = 0;
    let close = (open..source.tokens.len()).find(|at| {
        depth += i32::from(text(source, *at) == "{") - i32::from(text(source, *at) == "}");
        depth == 0
    })?;
    let lines = source.tokens[close].line - source.tokens[at].line + 1;
    let what = format!("function `{}` has {lines} lines, {FUNCTION_LINES} are allowed", text(source, at + 1));
    (lines > FUNCTION_LINES)
        .then(|| finding(source, source.tokens[at].line, what, "split it into functions that each say one thing"))
}

fn text(source: &Source, at: usize) -> &str {
    source.tokens.get(at).map_or("", |token| &token.text)
}

fn before(source: &Source, at: usize) -> &str {
    if at == 0 { "" } else { text(source, at - 1) }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn finding(source: &Source, line: usize, what: String, mend: &str) -> Finding {
    Finding { path: source.path.clone(), line, what, mend: mend.to_owned() }
}

/// A rule that cannot fail is worth nothing, so each is shown what it must find.
mod samples {
    use super::*;

    fn found(rule: fn(&Source) -> Vec<Finding>, path: &str, text: &str) -> Vec<String> {
        rule(&Source::new(path, text)).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_forbidden_import_is_told_with_its_mending() {
        let text = "use crate::domain::Date;\n\nfn f() {\n    super::super::history::open()\n}\n";
        assert_eq!(
            found(imports, "src/github/wire.rs", text),
            ["src/github/wire.rs:4: `github` names `crate::history`\n    hint: `github` may name `domain` only; \
              pass what it needs as an argument from `cli`, or move the shared value to `domain`"]
        );
        let root = "src/domain/repo.rs:1: `domain` names `crate::keys`\n    hint: `domain` may name nothing in the crate; \
                    pass what it needs as an argument from `cli`, or move the shared value to `domain`";
        assert_eq!(found(imports, "src/domain/repo.rs", "use crate::{keys::Keyring, domain::Date};"), [root]);
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        type Rule = fn(&Source) -> Vec<Finding>;
        let cases: &[(Rule, &str, &str)] = &[
            (imports, "src/utils.rs", ""),
            (imports, "src/main.rs", "use tollgate::history;"),
            (imports, "src/edge/tests.rs", "use crate::report::Site;"),
            (imports, "src/edge/contests.rs", "use crate::demo::github::Sample;"),
            (imports, "src/edge/mod.rs", "use crate::*;"),
            (imports, "src/edge/mod.rs", "use crate as all;"),
            (imports, "src/edge/mod.rs", "#[path = \"../report/mod.rs\"] mod report;"),
            (imports, "src/edge/mod.rs", "extern crate self as tollgate;"),
            (imports, "src/edge/mod.rs", "include!(\"../report/mod.rs\");"),
            (homes, "src/edge/session.rs", "use jsonwebtoken::Header;"),
            (homes, "src/edge/session.rs", "fn f() -> ::openidconnect::Nonce {}"),
            (homes, "src/cli/build.rs", "fn f(e: tera::Error) {}"),
            (environment, "src/cli/mod.rs", "let home = std::env::var(\"HOME\");"),
            (environment, "src/cli/mod.rs", "use std::env;"),
            (environment, "src/cli/mod.rs", "use std::{env, fs};"),
            (purity, "src/domain/repo.rs", "let now = chrono::Utc::now();"),
            (purity, "src/domain/repo.rs", "use std::fs;"),
            (purity, "src/domain/repo.rs", "async fn f() {}"),
            (config_takes_settings_only, "src/config.rs", "crate::github::collect(&settings, now)"),
            (fuzzers, "src/edge/mod.rs", "pub mod fuzzing;"),
            (fuzzers, "src/edge/mod.rs", "#[cfg(not(fuzzing))] pub mod fuzzing;"),
            (fuzzers, "src/edge/mod.rs", "fn f() { fuzzing::cookie(&[]) }"),
            (fuzzers, "src/cli/mod.rs", "use crate::edge::fuzzing;"),
            (lengths, "src/edge/mod.rs", &"\n".repeat(401)),
            (lengths, "src/edge/mod.rs", &format!("fn f() {{{}}}", "\n".repeat(80))),
        ];
        for (rule, path, text) in cases {
            assert_eq!(found(*rule, path, text).len(), 1, "{path}: {text}");
        }
    }

    #[test]
    fn what_only_looks_forbidden_passes() {
        let fine = "// use crate::history;\nlet a = env!(\"X\"); let tera = 1; f(tera, self.env, \"std::env::var\");\n";
        let rules = [imports, homes, environment, lengths];
        for rule in rules {
            assert_eq!(found(rule, "src/edge/mod.rs", fine), [""; 0]);
        }
        let gated = "#[cfg(any(test, fuzzing))]\npub mod fuzzing;\n#[cfg(any(test, fuzzing))]\nfn f() {}";
        assert_eq!(found(fuzzers, "src/edge/mod.rs", gated), [""; 0]);
        assert_eq!(found(imports, "src/github/tests/limits.rs", "use crate::demo::github::Sample;"), [""; 0]);
        assert_eq!(found(purity, "src/domain/repo.rs", "fn f(now: Timestamp) { let fs = now; }"), [""; 0]);
        assert_eq!(found(lengths, "src/edge/mod.rs", &format!("fn f() {{{}}}", "\n".repeat(79))), [""; 0]);
    }
}
