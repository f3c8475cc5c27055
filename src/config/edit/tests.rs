use super::*;

const HEAD: &str = "# Ours.\n[site] # of everybody\ntitle   = \"T\"\nbase_url = 'http://localhost'\n\n";

/// A file with this text, in a folder that goes away.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tollgate.toml");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

fn acme() -> SourceName {
    "acme".parse().unwrap()
}

fn source(list: &str) -> String {
    format!(
        "{HEAD}# The one.\n[[source]]\nname = \"acme\"   # us\ntoken_env = \"T\"\nrepositories = {list}\n\n# The end.\n[keys]\n"
    )
}

fn globex() -> NewSource {
    NewSource {
        name: "globex".parse().unwrap(),
        api: None,
        credential: vec![("token_env", "GLOBEX".into())],
        repositories: vec!["globex/*".into(), "!fork".into()],
    }
}

/// What becomes of a list.
fn changed(list: &str, change: impl FnOnce(&mut Edit)) -> String {
    let (_dir, path) = file(&source(list));
    let mut edit = Edit::open(&path).unwrap();
    change(&mut edit);
    edit.save().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, tail) = source("@").split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let list = text.strip_prefix(&head).and_then(|rest| rest.strip_suffix(&tail));
    list.unwrap_or_else(|| panic!("more than the list changed:\n{text}")).to_owned()
}

#[test]
fn a_selector_is_added_in_the_way_the_list_is_laid_out() {
    for (before, after) in [
        (r#"["acme/*"]"#, r#"["acme/*", "new/one"]"#),
        (r#"[ "acme/*" , "!fork" ] # all"#, r#"[ "acme/*" , "!fork", "new/one" ] # all"#),
        (r#"["acme/*", ]"#, r#"["acme/*", "new/one", ]"#),
        (
            "[\n  \"acme/*\", # all\n  \"!fork\",  # none\n]",
            "[\n  \"acme/*\", # all\n  \"!fork\",  # none\n  \"new/one\",\n]",
        ),
        (
            "[\n\t\"acme/*\", # all\n\t\"!fork\" # none\n  ]",
            "[\n\t\"acme/*\", # all\n\t\"!fork\", # none\n\t\"new/one\"\n  ]",
        ),
        ("[\n  \"acme/*\"\n]", "[\n  \"acme/*\",\n  \"new/one\"\n]"),
        ("[\n  \"acme/*\",\n  # by hand\n]", "[\n  \"acme/*\",\n  # by hand\n  \"new/one\",\n]"),
    ] {
        let list = changed(before, |edit| edit.add_selector(&acme(), "new/one").unwrap());
        assert_eq!(list, after, "from {before}");
    }
}

#[test]
fn a_selector_is_removed_with_the_comment_behind_it_and_no_other() {
    for (before, after) in [
        (r#"["a/a", "b/b", "c/c"]"#, r#"["a/a", "c/c"]"#),
        (r#"["B/b", "a/a"]"#, r#"["a/a"]"#),
        (r#"[ "a/a", "b/b" ]"#, r#"[ "a/a" ]"#),
        ("[\n  \"a/a\", # A\n  \"b/b\", # B\n  \"c/c\", # C\n]", "[\n  \"a/a\", # A\n  \"c/c\", # C\n]"),
        ("[\n  \"a/a\", # A\n  \"b/b\", # B\n]", "[\n  \"a/a\", # A\n]"),
        ("[\n  \"a/a\", # A\n  \"b/b\" # B\n]", "[\n  \"a/a\" # A\n]"),
        ("[\n  \"b/b\", # B\n  \"a/a\", # A\n]", "[\n  \"a/a\", # A\n]"),
        ("[\n  \"a/a\",\n  \"b/b\"\n]", "[\n  \"a/a\"\n]"),
        (r#"["b/b", "a/a", "b/B"]"#, r#"["a/a"]"#),
        ("[\n  \"b/b\", # B\n  # the tools\n  \"a/a\",\n]", "[\n  # the tools\n  \"a/a\",\n]"),
        (
            "[\n  \"a/a\", # A\n  # ours\n  \"b/b\", # B\n  # the tools\n  \"c/c\",\n]",
            "[\n  \"a/a\", # A\n  # ours\n  # the tools\n  \"c/c\",\n]",
        ),
        ("[\n  \"a/a\", # A\n  \"b/b\", # B\n  # the end\n]", "[\n  \"a/a\", # A\n  # the end\n]"),
        ("[\n  \"a/a\", # A\n  \"b/b\" # B\n  # the end\n]", "[\n  \"a/a\" # A\n  # the end\n]"),
        ("[\n  \"a/a\", # A\n  \"b/b\"]", "[\n  \"a/a\" # A\n]"),
        ("[\"b/b\", # B\n  \"a/a\"]", "[\n  \"a/a\"]"),
    ] {
        let list = changed(before, |edit| assert!(edit.remove_selector(&acme(), "b/b").unwrap(), "{before}"));
        assert_eq!(list, after, "from {before}");
    }
    let list = changed(r#"["a/a"]"#, |edit| assert!(!edit.remove_selector(&acme(), "b/b").unwrap()));
    assert_eq!(list, r#"["a/a"]"#);
}

#[test]
fn a_source_is_added_after_the_others_and_nothing_else_changes() {
    let (_dir, path) = file(&source(r#"["acme/*"]"#));
    let mut edit = Edit::open(&path).unwrap();
    edit.add_source(&globex()).unwrap();
    let config = edit.save().unwrap();
    assert_eq!(config.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["acme", "globex"]);
    let added = "\n[[source]]\nname = \"globex\"\ntoken_env = \"GLOBEX\"\nrepositories = [\"globex/*\", \"!fork\"]\n";
    let expected = source(r#"["acme/*"]"#).replace("\n\n# The end.", &format!("\n{added}\n# The end."));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn the_first_source_of_a_file_without_any_comes_at_its_end() {
    let text = format!("{HEAD}[keys]\nfolder = \"k\"\n# last\n");
    let (_dir, path) = file(&text);
    let mut edit = Edit::open(&path).unwrap();
    let ghe = NewSource { api: Some("https://ghe.example/api/v3".into()), ..globex() };
    edit.add_source(&ghe).unwrap();
    assert_eq!(edit.save().unwrap().sources[0].host, "ghe.example");
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written.starts_with(&text[..text.len() - 7]) && written.contains("\napi = \"https://ghe.example/api/v3\"\n"),
        "{written}"
    );
}

#[test]
fn what_would_be_wrong_is_told_and_not_written() {
    let text = source(r#"["acme/*"]"#);
    let (_dir, path) = file(&text);
    let refused = |change: &dyn Fn(&mut Edit)| {
        let mut edit = Edit::open(&path).unwrap();
        change(&mut edit);
        let told = edit.save().unwrap_err().to_string();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        told
    };
    let twice = NewSource { name: acme(), ..globex() };
    assert!(refused(&|edit| edit.add_source(&twice).unwrap()).contains("two sources are called `acme`\n\nhint: "));
    assert!(refused(&|edit| edit.add_selector(&acme(), "*/*").unwrap()).contains("a source cannot list `*/*`"));
    assert!(refused(&|edit| _ = edit.remove_selector(&acme(), "acme/*").unwrap()).contains("picks no repositories"));
    let secret = NewSource { credential: vec![("token_env", "ghp_secret".into())], ..globex() };
    let told = refused(&|edit| edit.add_source(&secret).unwrap());
    assert!(told.contains("no name of an environment variable") && !told.contains("ghp_secret"), "{told}");
}

#[test]
fn forms_that_would_not_survive_are_refused() {
    let inline = format!("source = [{{ name = \"acme\", token_env = \"T\", repositories = [\"acme/*\"] }}]\n{HEAD}");
    let (_dir, path) = file(&inline);
    let mut edit = Edit::open(&path).unwrap();
    for told in
        [edit.add_source(&globex()), edit.add_selector(&acme(), "a/b")].map(|done| done.unwrap_err().to_string())
    {
        assert!(
            told.contains("its sources are not sections `[[source]]`") && told.contains("\n\nhint: change it"),
            "{told}"
        );
    }
    let (_dir, path) = file("[site\n");
    assert!(matches!(Edit::open(&path), Err(EditFault::Invalid(_))));
    let (_dir, path) = file(&source(r#"["acme/*"]"#));
    let mut edit = Edit::open(&path).unwrap();
    edit.add_selector(&acme(), "a/b").unwrap();
    std::fs::write(&path, source(r#"["acme/*", "other/*"]"#)).unwrap();
    assert!(edit.save().unwrap_err().to_string().contains("somebody else changed it meanwhile"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), source(r#"["acme/*", "other/*"]"#));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_mode_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (dir, path) = file(&source(r#"["acme/*"]"#));
    let (real, link) = (dir.path().join("real.toml"), path);
    std::fs::rename(&link, &real).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", &link).unwrap();
    let mut edit = Edit::open(&link).unwrap();
    edit.add_selector(&acme(), "a/b").unwrap();
    edit.save().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(&real).unwrap().contains("\"a/b\""));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left behind");
}
