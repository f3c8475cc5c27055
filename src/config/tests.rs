use std::path::Path;

use super::*;
use crate::domain::policy::{PageKind, Test};

mod access;
mod source;
mod theme;

const GOOD: &str = r#"
[site]
title = "Acme"
base_url = "https://traffic.acme.example"

[[source]]
name = "acme"
token_env = "ACME_TOKEN"
repositories = ["acme/*", "!archived"]

[[role]]
name = "tenant"
title = "Acme staff"
repositories = ["source:acme", "!private"]
open_to = [
  { email_domain = "acme.example" },
  { claim = "realm.roles", contains = "staff" },
  { claim = ["https://acme.example/level"], equals = 5 },
  { all = [{ claim = "team", one_of = ["a", "b"] }, { email = "ada@acme.example" }] },
]

[oidc]
issuer = "https://id.acme.example/"
client_id = "tollgate"
client_secret_file = "secret"

[edge]
listen = "127.0.0.1:9000"
idle = "30m"
absolute = "1d"
"#;

fn parse(text: &str) -> Result<Config, Faults> {
    Config::parse(text, Path::new("conf/tollgate.toml"))
}

fn faults(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_whole_configuration_reads_as_meant() {
    let mut config = parse(GOOD).unwrap();
    assert_eq!(config.base_url, "https://traffic.acme.example");
    let source = &config.sources[0];
    assert_eq!((source.api.as_str(), source.host.as_str()), ("https://api.github.com", "github.com"));
    assert_eq!(source.grant, Grant::Token(Secret::Env("ACME_TOKEN".into())));
    let role = &config.policy.roles()[0];
    assert!(!role.pages.contains(&PageKind::Log), "the log is for those who are given it");
    assert_eq!(role.open_to.len(), 4);
    assert_eq!(role.open_to[0].0, [Test::EmailDomain("acme.example".into())]);
    assert_eq!(role.open_to[3].to_string(), r#"team is one of ["a","b"] and e-mail is ada@acme.example"#);
    let edge = config.edge.take().unwrap();
    assert_eq!((edge.idle.as_secs(), edge.absolute.as_secs()), (1_800, 86_400));
    let provider = &edge.providers[0];
    assert_eq!(provider.issuer, "https://id.acme.example/", "the issuer counts to the last slash");
    assert_eq!((provider.name.as_str(), provider.title.as_str()), ("main", "id.acme.example"));
    let secret = Secret::File("conf/secret".into());
    assert_eq!(provider.credential, Credential::Secret(secret), "paths start from the file's folder");
    assert_eq!(edge.claims_max_age.as_secs(), 3_600);
    assert!(edge.proxies.is_empty(), "nobody is believed unasked");
    assert_eq!((config.audit.as_path(), &edge.audit), (Path::new("conf/audit.jsonl"), &config.audit));
    assert_eq!(config.history, History::File("conf/tollgate.sqlite".into()));
    assert_eq!(config.role_lines, [11]);
}

#[test]
fn a_machine_that_only_builds_needs_no_provider() {
    let batch = GOOD.split("[oidc]").next().unwrap();
    assert!(parse(batch).unwrap().edge.is_none());
}

#[test]
fn every_fault_is_told_at_once_with_line_value_and_mending() {
    let text = r#"
[site]
base_url = "http://traffic.acme.example"
colour = "red"

[[source]]
name = "Acme"
token_env = "ghp_abcdefghijklmnop"
repositories = ["*/anvil", "acme"]

[[role]]
name = "tenant"
repositories = ["source:emea", "!secret"]
pages = ["overview", "dashboards"]
open_to = [{ email_domain = "@acme.example" }, { claim = "groups" }, { claims = "x" }]

[edge]
listen = "localhost"
idle = 5
"#;
    let told = faults(text);
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("` line ")).collect();
    let expected = [
        "`conf/tollgate.toml` line 2: [site] has no `title`",
        "`conf/tollgate.toml` line 3: `base_url` is `http://traffic.acme.example`, where anyone on the way could read along",
        "`conf/tollgate.toml` line 4: [site] has an unknown key `colour`",
        "`conf/tollgate.toml` line 6: a source cannot list `*/anvil`",
        "`conf/tollgate.toml` line 7: `Acme` is not a name: use a lower-case letter, then lower-case letters, digits and `-`, 60 at most",
        "`conf/tollgate.toml` line 8: `token_env` is no name of an environment variable",
        "`conf/tollgate.toml` line 9: `acme` is not a selector: write `owner/name` (with `*`), `source:NAME`, `private`, `fork` or `archived`, each with `!` before it to leave out",
        "`conf/tollgate.toml` line 11: a role selects `source:emea`, and there is no such source",
        "`conf/tollgate.toml` line 13: `!secret` is not a selector: write `owner/name` (with `*`), `source:NAME`, `private`, `fork` or `archived`, each with `!` before it to leave out",
        "`conf/tollgate.toml` line 14: `dashboards` is no kind of page",
        "`conf/tollgate.toml` line 15: `@acme.example` is no domain",
        "`conf/tollgate.toml` line 15: this is no rule",
        "`conf/tollgate.toml` line 15: this is no rule",
        "`conf/tollgate.toml` line 15: [[open_to]] has an unknown key `claims`",
        "`conf/tollgate.toml` line 18: `listen` is `localhost`, which is no address to listen on",
        "`conf/tollgate.toml` line 19: `idle` is of type integer",
        "`conf/tollgate.toml` line 17: there is `[edge]` but no `[oidc]`",
    ];
    let mut found: Vec<String> = lines.iter().map(|line| line.trim_start_matches("error: ").to_owned()).collect();
    found.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(told.matches("\nhint: ").count(), lines.len(), "each fault says how to mend it");
    assert!(!told.contains("ghp_"), "a pasted secret is not repeated");
}

#[test]
fn unreadable_toml_is_told_with_its_line() {
    let told = faults("[site]\ntitle = \n");
    assert!(told.starts_with("`conf/tollgate.toml` line 2: "), "{told}");
    let missing = Config::load(Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(missing.starts_with("`no/such.toml`: cannot be read: ") && missing.contains("tollgate init"), "{missing}");
}

#[test]
fn values_out_of_their_bounds_are_refused() {
    for (from, to, told) in [
        (r#""30m""#, r#""2d""#, "`idle` is longer than `absolute`"),
        (r#""30m""#, r#""10s""#, "`idle` is `10s`"),
        (r#""30m""#, r#""ä""#, "`idle` is `ä`"),
        (r#""1d""#, r#""99999999999999d""#, "`absolute` is `99999999999999d`"),
        ("https://traffic.acme.example", "https://traffic.acme.example/x", "has a path"),
        ("https://traffic.acme.example", "ftp://traffic.acme.example", "read along"),
        ("https://traffic.acme.example", "https://u:p@traffic.acme.example", "no usable address"),
        ("127.0.0.1:9000", "localhost:9000", "no address to listen on"),
        (r#"token_env = "ACME_TOKEN""#, r#"token = "x""#, "a source has no token"),
        (r#"token_env = "ACME_TOKEN""#, "token_env = \"A\"\ntoken_file = \"b\"", "both `token_env` and `token_file`"),
        (r#"["source:acme", "!private"]"#, r#"["!private"]"#, "picks no repositories"),
        ("[oidc]", "[output]\nkeep = 1\n[oidc]", "`keep` is 1"),
        (
            r#"one_of = ["a", "b"]"#,
            "one_of = [1, 99999999999999999999]",
            "`one_of` holds 99999999999999999999, which is too large",
        ),
        ("[oidc]", "[output]\nkeep = \"many\"\n[oidc]", "`keep` is of type string"),
        (
            "[oidc]",
            "[[source]]\nname = \"acme\"\ntoken_env = \"A\"\nrepositories = [\"a/b\"]\n[oidc]",
            "two sources are called `acme`",
        ),
    ] {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        let found = faults(&text);
        assert!(found.contains(told), "{to}: {found}");
    }
}

#[test]
fn secrets_are_read_when_needed_and_told_by_place_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    let secret = Secret::File(path.clone());
    assert!(secret.read().unwrap_err().to_string().contains("cannot be read"));
    std::fs::write(&path, "hush\n").unwrap();
    assert!(secret.read().is_ok());
    for bad in ["", " \n", "two words", "line\nbreak"] {
        std::fs::write(&path, bad).unwrap();
        let told = secret.read().unwrap_err().to_string();
        assert!(told.contains("is empty, or holds more than one word") && !told.contains("two"), "{told}");
    }
}

#[test]
fn a_history_is_in_a_file_or_in_a_database_whose_password_stands_elsewhere() {
    let with = |section: &str| parse(&format!("{GOOD}\n[history]\n{section}"));
    let known = |section: &str| with(section).unwrap().history;
    assert_eq!(known("path = \"data/h.db\""), History::File("conf/data/h.db".into()));
    assert_eq!(known("url_env = \"HISTORY\""), History::Secret(Secret::Env("HISTORY".into())));
    assert_eq!(known("url_file = \"url\""), History::Secret(Secret::File("conf/url".into())));
    let open = known("url = \"postgres://tollgate@db.example/traffic\"");
    assert_eq!(open, History::Open("postgres://tollgate@db.example/traffic".into()));
    assert_eq!(open.settings().unwrap().place(), "postgres://db.example/traffic");
    assert_eq!(open.file(), None);
    for (section, expected) in [
        ("url = \"postgres://u:s3cret@h/db\"", "`url` holds a password\n\nhint: keep the whole address in a variable"),
        ("url = \"postgres://u@h/db?password=s3cret\"", "`url` holds a password"),
        ("url = \"mysql://u:s3cret@h/db\"", "`url` is no address of a PostgreSQL database"),
        ("url_env = \"postgres://u:s3cret@h/db\"", "`url_env` is no name of an environment variable"),
        ("path = \"a\"\nurl_env = \"B\"", "[history] says more than once where the history is"),
    ] {
        let told = with(section).unwrap_err().to_string();
        assert!(told.contains(expected) && !told.contains("s3cret"), "{told}");
    }
}
