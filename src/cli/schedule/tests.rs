use super::*;

fn place() -> Place {
    let path = |text: &str| PathBuf::from(text);
    Place {
        program: path("/opt/toll gate/tollgate"),
        file: path("/srv/50%/t.toml"),
        folder: path("/srv/50%"),
        history: path("/var/lib/toll gate"),
        output: path("/srv/50%/output"),
        audit: Some(path("/var/log/toll gate")),
        user: 1000,
    }
}

#[test]
fn paths_with_blanks_and_per_cents_survive_cron_and_systemd() {
    let line = r"17 2 * * * cd '/srv/50\%' && '/opt/toll gate/tollgate' --config '/srv/50\%/t.toml' --quiet nightly";
    assert!(crontab(&place()).lines().any(|found| found == line), "{}", crontab(&place()));
    let start = r#"ExecStart="/opt/toll gate/tollgate" --config "/srv/50%%/t.toml" --quiet nightly"#;
    assert!(systemd(&place()).lines().any(|found| found == start), "{}", systemd(&place()));
    let writable = r#"ReadWritePaths=-"/var/lib/toll gate" -"/srv/50%%/output""#;
    assert!(systemd(&place()).lines().any(|found| found == writable), "{}", systemd(&place()));
}

#[test]
fn the_edge_can_be_reloaded_and_write_its_audit_log() {
    let edge = |place: &Place| systemd(place).split_once("tollgate-edge.service").unwrap().1.to_owned();
    let unit = edge(&place());
    assert!(unit.lines().any(|found| found == "ExecReload=/bin/kill -HUP $MAINPID"), "{unit}");
    assert!(unit.lines().any(|found| found == r#"ReadWritePaths=-"/var/log/toll gate""#), "{unit}");
    let unit = edge(&Place { audit: None, ..place() });
    assert_eq!(unit.lines().filter(|found| found.starts_with("ReadWritePaths=")).count(), 1, "{unit}");
}

const TEXT: &str = r#"
[site]
title = "T"
base_url = "https://traffic.acme.example"
[history]
path = "/srv/history: 1/tollgate.sqlite"
[[source]]
name = "acme"
token_env = "GITHUB_TOKEN"
repositories = ["acme/*"]
[[source]]
name = "globex"
token_file = "secrets/it's \"globex\""
repositories = ["globex/*"]
[[oidc]]
name = "main"
issuer = "https://id.example"
client_id = "tollgate"
client_secret_env = "CLIENT_SECRET"
[[oidc]]
name = "key"
issuer = "https://other.example"
client_id = "tollgate"
client_key_file = "client.pem"
[edge]
listen = "0.0.0.0:8088"
operations = "0.0.0.0:9090"
"#;

fn config(text: &str) -> Config {
    Config::parse(text, Path::new("/etc/tollgate/tollgate.toml")).unwrap()
}

/// The lines of a document without their comments: steps of two, no tab, each a key, an item or the text of a block.
fn structure(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut block = None;
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let depth = line.len() - line.trim_start().len();
        let line = line.trim();
        if block.is_some_and(|within| depth > within) {
            continue;
        }
        block = line.ends_with('|').then_some(depth);
        let deep = lines.last().map_or(0, |(before, _): &(usize, String)| *before);
        let entry = line == "---" || line.starts_with("- ") || line.contains(": ") || line.ends_with(':');
        assert!(
            depth % 2 == 0 && depth <= deep + 4 && !line.contains('\t') && entry,
            "{line:?} after {:?}",
            lines.last()
        );
        for (open, close) in [('{', '}'), ('[', ']')] {
            assert_eq!(line.matches(open).count(), line.matches(close).count(), "{line}");
        }
        lines.push((depth, line.to_owned()));
    }
    lines
}

#[test]
fn kubernetes_runs_nights_one_at_a_time_and_nothing_as_root() {
    let text = kubernetes::print(&config(TEXT));
    let lines = structure(&text);
    let has = |line: &str| lines.iter().filter(|(_, found)| found == line).count();
    assert_eq!(has("---"), 5);
    for kind in ["PersistentVolumeClaim", "Job", "CronJob", "Deployment", "Service"] {
        assert_eq!(has(&format!("kind: {kind}")), 1, "{kind}");
    }
    for once in ["concurrencyPolicy: Forbid", "timeZone: Etc/UTC", "schedule: \"17 2 * * *\""] {
        assert_eq!(has(once), 1, "{once}");
    }
    for each in ["runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "drop: [ALL]"]
    {
        assert_eq!(has(each), 3, "{each}");
    }
    assert_eq!(
        has("httpGet: { path: /healthz, port: operations }") + has("httpGet: { path: /readyz, port: operations }"),
        2
    );
    assert_eq!(has("- { name: people, containerPort: 8088 }"), 1);
    assert_eq!(has(concat!("image: tollgate:", env!("CARGO_PKG_VERSION"))), 3);
    assert_eq!(has(r#"- { name: state, mountPath: "/srv/history: 1", subPath: "history" }"#), 3);
}

#[test]
fn kubernetes_refers_to_every_secret_where_it_is_needed_and_nowhere_else() {
    let text = kubernetes::print(&config(TEXT));
    let part = |kind: &str| text.split("---\n").find(|part| part.contains(&format!("kind: {kind}\n"))).unwrap();
    let (token, client) = (r#"secretKeyRef: { name: tollgate, key: "GITHUB_TOKEN" }"#, r#"key: "CLIENT_SECRET" }"#);
    let file = r#"mountPath: "/var/lib/tollgate/secrets/it's \"globex\"", subPath: "globex-token", readOnly: true }"#;
    assert!(part("CronJob").contains(token) && part("CronJob").contains(file) && !part("CronJob").contains(client));
    assert!(
        part("Deployment").contains(client)
            && !part("Deployment").contains(token)
            && !part("Deployment").contains(file)
    );
    for told in
        ["--from-literal=GITHUB_TOKEN=…", "--from-file=globex-token=…", "--from-literal=CLIENT_SECRET=…", "client.pem"]
    {
        assert!(text.split("---\n").next().unwrap().contains(told), "{told}\n{text}");
    }
    let builds_only = TEXT.split("[[oidc]]").next().unwrap();
    let text = kubernetes::print(&config(builds_only));
    assert!(!text.contains("kind: Deployment") && !text.contains("CLIENT_SECRET") && !text.contains("loopback"));
    assert_eq!(text.matches("secretName: tollgate").count(), 1, "only the nightly has a use for files");
    let near = kubernetes::print(&config(&TEXT.replace("0.0.0.0", "127.0.0.1")));
    assert!(near.contains("must not listen on loopback"));
}

#[test]
fn the_workflow_says_which_token_is_needed_and_may_do_little_itself() {
    let text = actions::print(&config(TEXT));
    let lines = structure(&text);
    let at =
        |line: &str| lines.iter().position(|(_, found)| found == line).unwrap_or_else(|| panic!("no {line}\n{text}"));
    let permissions = at("permissions:");
    let granted: Vec<&str> =
        lines[permissions + 1..].iter().take_while(|(depth, _)| *depth > 0).map(|(_, l)| l.as_str()).collect();
    assert_eq!(granted, ["contents: read", "actions: read # finds the history that the last run left"]);
    for line in ["workflow_dispatch:", "- cron: \"17 2 * * *\" # UTC", "group: tollgate", "cancel-in-progress: false"] {
        at(line);
    }
    assert!(text.contains("(secrets.GITHUB_TOKEN) never reads traffic"));
    at("GITHUB_TOKEN: ${{ secrets.TOLLGATE_GITHUB_TOKEN }} # source acme");
    at("GLOBEX_TOKEN: ${{ secrets.GLOBEX_TOKEN }} # source globex");
    assert!(text.contains(r#"printf %s "$GLOBEX_TOKEN" > 'secrets/it'\''s "globex"'"#), "{text}");
    assert!(text.contains(r#"printf %s "$TOLLGATE_KEYS" | base64 -d | tar -xz -C 'keys'"#), "{text}");
    for name in ["TOLLGATE_GITHUB_TOKEN", "GLOBEX_TOKEN", "TOLLGATE_KEYS"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("#   {name} "))), "{name} is not told\n{text}");
    }
    assert!(!text.contains("CLIENT_SECRET"), "a night signs nobody in");
    let uses: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- uses: ").or(line.trim().strip_prefix("uses: ")))
        .collect();
    assert_eq!(uses, ["actions/checkout@v5", "actions/upload-artifact@v4"]);
}

#[test]
fn the_workflow_installs_a_pinned_copy_and_asks_no_registry_for_a_name() {
    let text = actions::print(&config(TEXT));
    let installs: Vec<&str> = text.lines().filter(|line| line.contains("cargo install")).map(str::trim).collect();
    assert_eq!(installs, ["run: cargo install --locked --git '<address of your copy>' --rev '<commit>' tollgate"]);
    assert!(text.split("\nname: ").next().unwrap().contains("# Fill in below what is installed: "), "{text}");
}

/// The configuration with its first two sources having these credentials.
fn with(acme: &str, globex: &str) -> String {
    let text = TEXT.replace("token_env = \"GITHUB_TOKEN\"", acme);
    text.replace("token_file = \"secrets/it's \\\"globex\\\"\"", globex)
}

#[test]
fn a_secret_that_two_things_share_is_wanted_once() {
    for (shared, key, in_kubernetes, in_actions) in [
        ("token_env = \"SHARED\"", "--from-literal=SHARED=…", "- name: \"SHARED\"", "SHARED: ${{ secrets.SHARED }}"),
        (
            "token_file = \"shared\"",
            "--from-file=acme-token=…",
            "mountPath: \"/var/lib/tollgate/shared\"",
            "ACME_TOKEN: ${{ secrets.ACME_TOKEN }}",
        ),
    ] {
        let config = config(&with(shared, shared));
        let (kubernetes, actions) = (kubernetes::print(&config), actions::print(&config));
        for (text, once) in [(&kubernetes, key), (&kubernetes, in_kubernetes), (&actions, in_actions)] {
            assert_eq!(text.matches(once).count(), 1, "{once}\n{text}");
        }
        assert!(actions.contains(&format!("{in_actions} # source acme, source globex")), "{actions}");
    }
    let both = with("token_env = \"CLIENT_SECRET\"", "token_env = \"B\"");
    let text = kubernetes::print(&config(&both));
    assert_eq!(text.matches("--from-literal=CLIENT_SECRET=…").count(), 1, "{text}");
}

#[test]
fn the_key_of_an_app_lies_on_the_volume_or_in_a_variable() {
    let text = with("app_id = 1\nprivate_key_file = \"app.pem\"", "app_id = 2\nprivate_key_env = \"APP_KEY\"");
    let text = kubernetes::print(&config(&text));
    let head = text.split("---\n").next().unwrap();
    let on_volume = "# source acme: put the file `/etc/tollgate/app.pem` on the volume, for its owner alone to read.\n";
    assert!(head.contains(on_volume) && head.contains("--from-literal=APP_KEY=…"), "{head}");
    assert!(!head.contains("APP_KEY` on the volume") && !text.contains("acme-app-key"), "{text}");
    assert!(text.contains("secretKeyRef: { name: tollgate, key: \"APP_KEY\" }"), "{text}");
}

#[test]
fn no_value_of_a_secret_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "ghp_very_secret").unwrap();
    let text = TEXT
        .replace("token_env = \"GITHUB_TOKEN\"", &format!("token_file = \"{}\"", dir.path().join("token").display()));
    let config = config(&text);
    for printed in [kubernetes::print(&config), actions::print(&config)] {
        assert!(
            !printed.contains("ghp_very_secret") && printed.contains("acme-token") | printed.contains("ACME_TOKEN")
        );
    }
}
