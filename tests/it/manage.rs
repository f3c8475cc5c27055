//! What operators do with sources, repositories and what is known of them.

use serde_json::Value;
use tollgate::domain::table::Value as Cell;
use tollgate::history::{History, Settings};

use crate::support::{Ran, World, bundle};

fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn json(world: &World, arguments: &[&str]) -> Vec<Value> {
    lines(&world.run(&[arguments, &["--json"]].concat()).succeeds())
}

fn file(world: &World) -> String {
    std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap()
}

/// What the audit log tells of changes by commands.
fn told(world: &World, kind: &str) -> Vec<String> {
    let events = json(world, &["audit", "--event", kind]);
    events.iter().map(|event| event["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_source_is_told_with_its_whereabouts_and_without_its_secret() {
    let world = World::new();
    assert!(
        world.run(&["source", "list"]).succeeds().stdout.contains("  collected   never, as far as the history tells\n")
    );
    assert!(!world.history().exists(), "looking makes no history");
    world.run(&["nightly"]).succeeds();
    let ran = world.run(&["source", "list"]).succeeds();
    for line in [
        "acme".to_owned(),
        format!(
            "  asks        {} for repositories on {}",
            world.github.api,
            world.github.api.trim_start_matches("http://")
        ),
        "  credential  token in environment variable `SAMPLE_TOKEN`".to_owned(),
        "  selects     acme/*".to_owned(),
        "  failures    none".to_owned(),
    ] {
        assert!(ran.stdout.lines().any(|found| found == line), "no {line:?}\n{}", ran.all());
    }
    assert!(ran.stdout.contains(" UTC; 13 days until some are lost\n"), "{}", ran.all());
    let listed = json(&world, &["source", "list"]);
    let told: Vec<(&str, i64)> = listed
        .iter()
        .map(|source| (source["source"].as_str().unwrap(), source["days_left"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("acme", 13), ("globex", 13), ("ada", 13)]);
    assert_eq!((&listed[0]["credential"]["kind"], &listed[0]["failures"]), (&"token".into(), &0.into()));
    let [(_, secret)] = world.token();
    assert!(!ran.all().contains(secret) && listed.iter().all(|source| !source.to_string().contains(secret)));
}

#[test]
fn a_source_is_added_to_the_file_as_it_stands() {
    let world = World::new();
    let before = file(&world);
    let add =
        |more: &[&str]| world.run(&[&["source", "add", "hooli", "--repositories", "hooli/*", "!fork"], more].concat());
    add(&[]).ends_with(2).says("--token-env");
    add(&["--token-env", "ghp_pasted"]).ends_with(2).says("nothing was written, because the file would have a fault");
    add(&["--token-env", "A", "--token-file", "b"]).ends_with(2);
    add(&["--api", "http://ghe.example", "--token-env", "A"])
        .ends_with(2)
        .says("where anyone on the way could read along");
    assert_eq!(file(&world), before);
    add(&["--token-file", "secrets/hooli"]).succeeds().says("source `hooli` added to `tollgate.toml`");
    let added =
        "\n[[source]]\nname = \"hooli\"\ntoken_file = \"secrets/hooli\"\nrepositories = [\"hooli/*\", \"!fork\"]\n";
    let after = file(&world);
    assert_eq!(after.replacen(added, "", 1), before, "{after}");
    world.run(&["check"]).succeeds();
    add(&["--app-id", "7"]).ends_with(2).says("--private-key-");
    add(&["--app-id", "7", "--private-key-env", "A", "--private-key-file", "b"]).ends_with(2);
    add(&["--token-file", "secrets/hooli"]).ends_with(2).says("two sources are called `hooli`");
    assert_eq!(told(&world, "configuration"), ["source hooli added: hooli/*, !fork"]);
    let app =
        ["source", "add", "vandelay", "--repositories", "vandelay/*", "--app-id", "7", "--private-key-env", "KEY"];
    world.run(&app).succeeds();
    assert!(
        file(&world).contains("name = \"vandelay\"\napp_id = \"7\"\nprivate_key_env = \"KEY\"\n"),
        "{}",
        file(&world)
    );
}

#[test]
fn a_repository_is_taken_out_and_back_in_and_its_history_stays() {
    let world = World::published();
    let before = file(&world);
    let known = |world: &World| {
        let listed = json(world, &["repository", "list"]);
        listed.into_iter().find(|known| known["repository"] == "acme/payroll").unwrap()
    };
    let first = known(&world);
    assert_eq!(
        (&first["private"], &first["days_left"], &first["sources"]),
        (&true.into(), &13.into(), &serde_json::json!(["acme"]))
    );
    assert!(first["days"].as_i64().unwrap() > 3, "{first}");

    let told_out = "source `acme` picks `acme/payroll` no more; its history is kept";
    world.run(&["repository", "remove", "acme/payroll"]).succeeds().says(told_out);
    assert_eq!(file(&world), before.replace("[\"acme/*\"]", "[\"acme/*\", \"!acme/payroll\"]"));
    world.run(&["repository", "remove", "ACME/payroll"]).ends_with(2).says("no source picks `ACME/payroll`");
    let again = world.run(&["repository", "remove", "acme/payroll", "--source", "acme"]).succeeds();
    assert_eq!(again.stdout, "source `acme` does not pick `acme/payroll`\n");
    world.run(&["collect"]).succeeds();
    let out = known(&world);
    assert_eq!(
        (&out["sources"], &out["days"], &out["days_left"]),
        (&serde_json::json!([]), &first["days"], &Value::Null)
    );
    assert!(world.run(&["repository", "list"]).succeeds().stdout.contains("  not collected any more"));

    world.run(&["repository", "add", "acme/payroll"]).ends_with(2).says("say which with `--source NAME`");
    let add = ["repository", "add", "acme/payroll", "--source", "acme"];
    world.run(&add).succeeds().says("source `acme` picks `acme/payroll` again, by `acme/*`; `!acme/payroll` is gone");
    assert_eq!(file(&world), before);
    world.run(&add).succeeds().says("source `acme` picks `acme/payroll` already, by `acme/*`");
    assert_eq!(json(&world, &add)[0]["changed"], false);
    world.run(&["repository", "add", "globex/other", "--source", "acme"]).succeeds().says("from now on");
    assert_eq!(file(&world), before.replace("[\"acme/*\"]", "[\"acme/*\", \"globex/other\"]"));
    world.run(&["repository", "remove", "globex/other", "--source", "acme"]).succeeds();
    assert_eq!(file(&world), before);
    world
        .run(&["repository", "add", "acme/x", "--source", "nobody"])
        .ends_with(2)
        .says("known sources are `acme`, `globex`, `ada`");
    let expected =
        ["picks acme/payroll no more", "picks acme/payroll", "picks globex/other", "picks globex/other no more"];
    assert_eq!(told(&world, "configuration"), expected.map(|what| format!("source acme {what}")));
}

/// Has the history know a repository by an earlier name as well.
fn was(world: &World, name: &str, earlier: &str) {
    let mut history = History::open(&Settings::Sqlite { path: world.history() }).unwrap();
    for of in ["repository", "name"] {
        let table = History::tables().iter().find(|table| table.name == of).unwrap();
        let mut rows = Vec::new();
        let mut each = |row: &[Cell]| {
            rows.push(row.to_vec());
            Ok(())
        };
        history.dump(table, None, &mut each).unwrap();
        if of == "name" {
            rows.retain(|row| row[1] == Cell::Text(name.into()));
            rows.iter_mut().for_each(|row| row[1] = Cell::Text(earlier.into()));
            assert_eq!(rows.len(), 1);
        }
        history.restore(table, &rows).unwrap();
    }
}

#[test]
fn an_earlier_name_is_not_taken_out_in_place_of_the_present_one() {
    let world = World::published();
    was(&world, "acme/payroll", "acme/old-payroll");
    let before = file(&world);
    let told = "`acme/old-payroll` is called `acme/payroll` now\n\nhint: run `tollgate repository remove acme/payroll`";
    world.run(&["repository", "remove", "acme/old-payroll"]).ends_with(2).says(told);
    assert_eq!(file(&world), before);
    let listed = json(&world, &["repository", "list"]);
    let payroll = listed.iter().find(|known| known["repository"] == "acme/payroll").unwrap();
    let id = format!("  #{} ", payroll["id"]);
    let listed = world.run(&["repository", "list"]).succeeds().stdout;
    let line = listed.lines().find(|line| line.ends_with("  was acme/old-payroll")).unwrap();
    assert!(line.starts_with("acme/payroll ") && line.contains(&id), "{line}");
    let spelled = before.replace("[\"acme/*\"]", "[\"acme/*\", \"acme/old-payroll\"]");
    world.project.write("tollgate.toml", &spelled);
    world.run(&["repository", "remove", "acme/old-payroll"]).succeeds();
}

#[test]
fn nothing_is_forgotten_by_mistake() {
    let world = World::published();
    let forget = |more: &[&str]| world.run(&[&["repository", "forget", "acme/payroll"], more].concat());
    forget(&["--type-name", "acme/payroll"]).ends_with(2).says(
        "source `acme` still picks `acme/payroll`, so the next night would bring it back\n\nhint: run \
         `tollgate repository remove acme/payroll --source acme` first",
    );
    world.run(&["repository", "remove", "acme/payroll"]).succeeds();
    forget(&[])
        .ends_with(2)
        .says("the name was not typed, so nothing was deleted\n\nhint: add `--type-name acme/payroll`");
    forget(&["--type-name", "acme/Payroll"]).ends_with(2).says("the name typed is not `acme/payroll`");
    world
        .run(&["repository", "forget", "acme/none", "--type-name", "acme/none"])
        .ends_with(2)
        .says("knows no repository `acme/none`");
    let kept = json(&world, &["repository", "list"]);
    assert!(kept.iter().any(|known| known["repository"] == "acme/payroll"));
    let names = std::fs::read_dir(world.project.path()).unwrap();
    let names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.starts_with("acme-payroll-") && name.ends_with(".jsonl")), "{names:?}");
}

#[test]
fn a_repository_that_is_forgotten_leaves_a_copy() {
    let world = World::published();
    world.run(&["repository", "remove", "acme/payroll"]).succeeds();
    std::fs::create_dir(world.project.file("kept")).unwrap();
    let done =
        json(&world, &["repository", "forget", "acme/payroll", "--type-name", "acme/payroll", "--export-to", "kept"]);
    let export = std::fs::read_to_string(world.project.file(done[0]["export"].as_str().unwrap())).unwrap();
    assert!(export.contains("acme/payroll") && !export.contains("acme/bat-man-outfit"));
    assert!(!json(&world, &["repository", "list"]).iter().any(|known| known["repository"] == "acme/payroll"));
    assert_eq!(told(&world, "history"), ["acme/payroll forgotten"]);
}

#[test]
fn an_operator_says_what_counts_and_takes_it_back() {
    let world = World::published();
    let date = (chrono::Utc::now() - chrono::Duration::days(5)).date_naive().to_string();
    let correct = |more: &[&str]| world.run(&[&["repository", "correct", "acme/bat-man-outfit", &date], more].concat());
    correct(&["--views", "7"]).ends_with(2).says("--unique-views");
    correct(&["--views", "7", "--unique-views", "8", "--note", "n"])
        .ends_with(2)
        .says("7 views cannot come of 8 people");
    correct(&["--views", "7000", "--unique-views", "7", "--note", "a crawler"])
        .succeeds()
        .says("views count as 7000 by 7; GitHub said ");
    correct(&["--undo"]).succeeds().says("views count as they did before");
    assert_eq!(told(&world, "history").len(), 3);
}

#[test]
fn another_present_is_for_samples_and_for_builds() {
    let world = World::new();
    let day = (chrono::Utc::now() - chrono::Duration::days(40)).date_naive();
    world.github.set_today(day);
    world.run(&["nightly", "--as-of", &day.to_string()]).succeeds();
    let release = &json(&world, &["releases", "list"])[0];
    assert!(release.to_string().contains(&format!("{day}T02:00:00Z")), "{release}");
    let listed = json(&world, &["repository", "list"]);
    assert!(listed.iter().all(|known| known["collected"].as_str().is_none_or(|at| at.starts_with(&day.to_string()))));
    assert!(world.run(&["source", "list"]).succeeds().stdout.contains("; days are being lost\n"));
    world.run(&["build", "--as-of", "9999-01-01"]).ends_with(2).says("is in the future");
    world.run(&["build", "--as-of", "soon"]).ends_with(2).says("such as 2026-11-20");
    let text = file(&world).replace(&world.github.api, "https://api.github.com");
    world.project.write("tollgate.toml", &text);
    let refused = world.run(&["collect", "--as-of", &day.to_string()]).ends_with(2);
    assert!(refused.stderr.contains("which answers as of today and not as of"), "{}", refused.all());
    world.run(&["build", "--as-of", &day.to_string()]).succeeds();
    assert_eq!(bundle::current(&world.output()), 2);
}

#[test]
fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    let world = World::new();
    let verdicts = |ran: &Ran| -> Vec<(String, String, String)> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        lines(ran).iter().map(|line| (text(line, "of"), text(line, "what"), text(line, "verdict"))).collect()
    };
    let is = |of: &str, what: &str, verdict: &str| (of.to_owned(), what.to_owned(), verdict.to_owned());
    let fresh = world.run(&["doctor", "--json"]).ends_with(1);
    for expected in [
        is("sign-in main", "description", "bad"),
        is("sign-in main", "credential", "doubtful"),
        is("source acme", "collected", "doubtful"),
        is("storage", "history", "doubtful"),
        is("storage", "releases", "doubtful"),
        is("storage", "release keys", "good"),
        is("storage", "edge keys", "good"),
    ] {
        assert!(verdicts(&fresh).contains(&expected), "{expected:?}\n{}", fresh.all());
    }
    assert!(!world.history().exists(), "looking makes no history");
    world.run(&["nightly"]).succeeds();
    let (_provider, _edge) = world.serve();
    let ran = world.run(&["doctor"]).succeeds();
    for line in [
        "  ok    description",
        "  ok    clock",
        "  ok    collected",
        "  ok    history",
        "  ok    releases",
        "  ok    audit log",
    ] {
        assert!(ran.stdout.lines().any(|found| found.starts_with(line)), "no {line:?}\n{}", ran.all());
    }
    let [(_, secret)] = world.token();
    assert!(!ran.all().contains(secret));

    let blind = world.project.run(&["doctor", "--json"]).ends_with(1);
    assert!(verdicts(&blind).contains(&is("source globex", "credential", "bad")), "{}", blind.all());
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(world.project.file("keys/session.json"), open).unwrap();
    std::fs::write(world.history(), "no database").unwrap();
    let ran = world.run(&["doctor"]).ends_with(1);
    assert!(ran.stdout.contains("hint: run `chmod 600 keys/session.json`"), "{}", ran.all());
    assert!(ran.stdout.lines().any(|line| line.starts_with("  FAIL  history")), "{}", ran.all());
}
