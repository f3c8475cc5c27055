//! Bad input and bad days: each is told clearly, the history is unharmed, and the last release is still served.

use http::StatusCode;
use tollgate::demo::github::{Fault, Sample};

use crate::support::figures::{figures, never_less};
use crate::support::mount::{self, Mount};
use crate::support::{Client, Project, Ran, World, bundle};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

#[test]
fn a_configuration_that_cannot_be_read_is_named_with_its_mending() {
    let project = Project::empty();
    let refused = |text: &str| {
        for command in [&["check"][..], &["nightly"], &["serve"], &["releases", "list"]] {
            let ran = project.run(command).ends_with(2);
            assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", text), "{command:?}");
        }
    };
    let hint = "\n\nhint: run `tollgate init` to write a starter, or name the file with `--config FILE`\n";
    refused(&format!("error: `tollgate.toml`: cannot be read: No such file or directory (os error 2){hint}"));
    std::fs::create_dir(project.file("tollgate.toml")).unwrap();
    refused(&format!("error: `tollgate.toml`: cannot be read: Is a directory (os error 21){hint}"));
    std::fs::remove_dir(project.file("tollgate.toml")).unwrap();
    std::fs::write(project.file("tollgate.toml"), b"[site]\ntitle = \"\xff\"\n").unwrap();
    refused(&format!("error: `tollgate.toml`: cannot be read: stream did not contain valid UTF-8{hint}"));
}

#[test]
fn every_fault_of_a_configuration_is_told_at_once() {
    let world = World::new();
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    let text = text
        .replace("title = \"Traffic\"", "titel = \"Traffic\"")
        .replace("source:globex", "source:globx")
        .replace("@globex.example", "globex.example")
        .replace("contains = \"administrators\"", "contain = \"administrators\"");
    world.project.write("tollgate.toml", &text);
    let line = |part: &str| 1 + text.lines().position(|line| line.contains(part)).unwrap();
    let ran = world.run(&["check"]).ends_with(2);
    for told in [
        "error: `tollgate.toml` line 1: [site] has no `title`\n\nhint: write what people should read".to_owned(),
        "error: `tollgate.toml` line 2: [site] has an unknown key `titel`\n\nhint: known here are `base_url`"
            .to_owned(),
        format!("line {}: this is no rule\n\nhint: write one of ", line("contain = ")),
        "a role selects `source:globx`, and there is no such source\n\n\
         hint: known sources are `acme`, `globex`, `ada`"
            .to_owned(),
    ] {
        assert!(ran.stderr.contains(&told), "nothing says {told:?}:\n{}", ran.stderr);
    }
}

#[test]
fn a_token_that_is_missing_or_wrong_changes_nothing_and_is_never_shown() {
    let world = World::published();
    let before = figures(&world);
    let missing = world.project.run(&["nightly"]).ends_with(3);
    let told = "  failed: environment variable `SAMPLE_TOKEN` is not set\n    \
                hint: put the secret there; it is read when it is needed and never written anywhere\n";
    assert_eq!(missing.stdout.matches(told).count(), 3, "{}", missing.all());
    assert_eq!(figures(&world), before);
    still_served(&world, 2);
    let wrong = world.project.run_with(&[("SAMPLE_TOKEN", "ghp_SecretOfSomebody")], &["nightly"]).ends_with(3);
    let told = format!("  failed: {} refused the token: Bad credentials\n", world.github.api);
    assert!(wrong.stdout.contains(&told), "{}", wrong.all());
    assert!(wrong.all().contains("hint: set a token that is valid and not expired"), "{}", wrong.all());
    assert!(!wrong.all().contains("SecretOfSomebody"), "{}", wrong.all());
    assert_eq!(figures(&world), before);
    still_served(&world, 3);
}

#[test]
fn one_repository_that_fails_is_told_and_harms_no_other() {
    let world = World::published();
    let day = world.github.today() - chrono::Days::new(3);
    let views = |date: &str, count: &str| {
        let row = format!("{{\"timestamp\":\"{date}T00:00:00Z\",\"count\":{count},\"uniques\":1}}");
        Fault::Body(format!("{{\"count\":1,\"uniques\":1,\"views\":[{row}]}}"))
    };
    let status =
        |code: StatusCode, message: &str| Fault::Status(code, vec![], format!("{{\"message\":\"{message}\"}}"));
    let unreadable = "nothing was recorded of it; check the API address of this source, then collect again";
    for (fault, cause, mending) in [
        (
            status(StatusCode::FORBIDDEN, "Must have push access to repository"),
            "views: GitHub refused (403): Must have push access to repository".to_owned(),
            "give the token push access to `acme/anvil` (classic), or the permission \"Administration: read\" for it \
             (fine-grained token or App)",
        ),
        (
            status(StatusCode::NOT_FOUND, "Not Found"),
            "views: GitHub hides it or it is gone (404); its history is kept".to_owned(),
            "check that the token may still see `acme/anvil`, or leave it out with `!acme/anvil`",
        ),
        (Fault::Truncate, "views: the answer is not what GitHub documents: EOF while parsing".to_owned(), unreadable),
        (
            views("1896-04-06", "1"),
            "views: the answer is not what GitHub documents: 1896-04-06 is not among the days that GitHub can know today"
                .to_owned(),
            unreadable,
        ),
        (
            views(&day.to_string(), "-5"),
            format!("views: the answer is not what GitHub documents: the count -5 of {day} is negative"),
            unreadable,
        ),
    ] {
        let before = figures(&world);
        let release = bundle::current(&world.output());
        world.github.break_path(VIEWS, fault, usize::MAX);
        let ran = world.run(&["nightly"]).ends_with(3);
        world.github.mend();
        let told = format!("  failed acme/anvil: {cause}");
        assert!(ran.stdout.contains(&told), "nothing says {told:?}\n{}", ran.all());
        assert!(ran.stdout.contains(&format!("\n    hint: {mending}")), "nothing says {mending:?}\n{}", ran.all());
        assert_eq!(ran.stdout.matches("failed ").count(), 1, "{}", ran.stdout);
        let after = never_less(&before, &world, &cause);
        assert!(before.iter().all(|(key, cells)| after[key] == *cells), "{cause}: a figure was changed");
        still_served(&world, release + 1);
    }
}

#[test]
fn a_token_without_rights_keeps_every_figure() {
    let world = World::published();
    let before = figures(&world);
    let ran = world.project.run_with(&[("SAMPLE_TOKEN", Sample::READER)], &["nightly"]).ends_with(3);
    assert!(ran.stdout.contains("acme: 0 collected, "), "{}", ran.all());
    assert!(ran.stdout.contains("GitHub accepts `administration=read`"), "{}", ran.all());
    assert_eq!(figures(&world), before);
    still_served(&world, 2);
}

#[test]
fn a_second_night_at_once_says_who_holds_the_lock() {
    let world = World::published();
    world.github.break_path(VIEWS, Fault::Hang, usize::MAX);
    let mut first = world.start(&["nightly"]);
    let asked = world.github.served();
    first.until(|| (world.github.served() > asked + 20).then_some(()), "the first night does not begin");
    for command in [&["nightly"][..], &["build"], &["collect"], &["releases", "rollback", "1"]] {
        let second = world.run(command).ends_with(1);
        assert!(second.stderr.contains("is held by `tollgate nightly`, process "), "{}", second.all());
        assert!(second.stderr.contains("\n\nhint: wait until it is done; nothing was changed\n"), "{}", second.all());
    }
    first.kill();
    world.github.mend();
    world.run(&["nightly"]).succeeds();
}

#[test]
fn a_disk_that_is_full_of_releases_keeps_the_last_one() {
    let world = World::new();
    let Some(disk) = Mount::memory(&world.output(), 16) else {
        return mount::skipped("a full disk under the releases");
    };
    world.run(&["nightly"]).succeeds();
    let filler = disk.fill(128);
    let before = figures(&world);
    let ran = world.run(&["nightly"]).ends_with(1);
    told_of_a_full_disk(&ran);
    never_less(&before, &world, "a full disk under the releases");
    still_served(&world, 1);
    std::fs::remove_file(filler).unwrap();
    world.run(&["nightly"]).succeeds();
    assert!(bundle::current(&world.output()) > 1);
}

#[test]
fn a_disk_that_is_full_of_history_loses_nothing() {
    let world = World::new();
    world.amend("[history]\npath = \"data/tollgate.sqlite\"\n");
    let Some(disk) = Mount::memory(&world.project.file("data"), 16) else {
        return mount::skipped("a full disk under the history");
    };
    let yesterday = world.github.today() - chrono::Days::new(1);
    world.github.set_today(yesterday);
    world.run(&["nightly"]).succeeds();
    let before = figures(&world);
    let filler = disk.fill(96);
    world.github.set_today(yesterday + chrono::Days::new(1));
    let ran = world.run(&["nightly"]).ends_with(1);
    told_of_a_full_disk(&ran);
    still_served(&world, 1);
    std::fs::remove_file(filler).unwrap();
    never_less(&before, &world, "a full disk under the history");
    world.run(&["nightly"]).succeeds();
    assert!(never_less(&before, &world, "after the repair").len() > before.len(), "the new day is there");
    still_served(&world, 2);
}

#[test]
fn an_output_folder_that_is_read_only_keeps_the_last_release() {
    let world = World::published();
    let Some(_lock) = Mount::read_only(&world.output()) else { return mount::skipped("a read-only output folder") };
    let before = figures(&world);
    let ran = world.run(&["nightly"]).ends_with(1);
    assert!(ran.stderr.contains("error: cannot ") && ran.stderr.contains("Read-only file system"), "{}", ran.all());
    assert!(ran.stderr.contains("\n\nhint: "), "{}", ran.all());
    never_less(&before, &world, "a read-only output folder");
    still_served(&world, 1);
    // People sign in and read all the same.
    let (_provider, _edge) = world.serve();
    let page = Client::new().sign_in(&format!("{}/", world.base), "vic");
    assert_eq!((page.status, page.url.path()), (200, "/viewer/index.html"));
}

fn told_of_a_full_disk(ran: &Ran) {
    let told = ["No space left on device", "database or disk is full"].iter().any(|text| ran.stderr.contains(text));
    assert!(told && ran.stderr.contains("error: ") && ran.stderr.contains("\n\nhint: "), "{}", ran.all());
}

/// The release is the current one, and whole.
fn still_served(world: &World, number: u64) {
    assert_eq!(bundle::current(&world.output()), number);
    let ran = world.run(&["releases", "verify"]).succeeds();
    assert!(ran.stdout.starts_with(&format!("release {number} is whole: 5 bundles, ")), "{}", ran.all());
}
