//! What a browser does with pages: scripts it loads and links it follows.

use super::*;

/// Every script element up to the end of its opening tag must lead to a file, wait for the page, and be empty.
fn scripts_are_external_and_deferred(text: &str) -> bool {
    text.split("<script").skip(1).all(|script| {
        script.split_once('>').is_some_and(|(head, rest)| {
            head.contains(" src=\"") && head.contains(" defer") && rest.starts_with("</script>")
        })
    })
}

#[test]
fn a_script_that_is_written_into_a_page_or_blocks_it_is_noticed() {
    assert!(scripts_are_external_and_deferred("<script src=\"a.js\" defer></script>"));
    for wrong in ["<script>x()</script>", "<script src=\"a.js\"></script>", "<script src=\"a.js\" defer>x()</script>"] {
        assert!(!scripts_are_external_and_deferred(wrong), "{wrong}");
    }
}

#[test]
fn data_for_scripts_holds_no_markup_of_strangers_and_nothing_of_other_roles() {
    let mut histories = histories();
    histories[0].repository.description = Some("</script><b>".to_owned());
    histories[0].referrers[0].rows[0].name = "</script>".into();
    let site = site_of(histories, &fixture::policy());
    let index = &pages(&site, "admin")["search/index.js"];
    assert!(index.contains("\\u003c/script>") && !index.contains('<'), "{index}");
    let viewer = pages(&site, "viewer");
    assert!(viewer["search/index.js"].contains("open") && !viewer["search/index.js"].contains("secret"));
    assert!(!viewer.keys().any(|path| path.starts_with("explore")), "the role has no page to explore");
    let data = &pages(&site, "auditor")["explore/acme/open.js"];
    assert_eq!(data, &pages(&site, "admin")["explore/acme/open.js"]);
    assert!(data.starts_with("tollgate({\"name\":\"acme/open\",\"first\":"), "{data}");
}

#[test]
fn the_script_of_every_page_is_small() {
    use std::io::Write as _;
    let mut small = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let script = pages(&site(), "admin").into_iter().find(|(path, _)| path.starts_with("assets/report-")).unwrap().1;
    small.write_all(script.as_bytes()).unwrap();
    let bytes = small.finish().unwrap().len();
    println!("report.js: {bytes} bytes compressed");
    assert!(bytes <= 6 * 1024, "{bytes} bytes");
}

#[test]
fn pages_hold_only_scripts_that_wait_and_no_inline_style() {
    for (path, text) in pages(&site(), "admin").iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(scripts_are_external_and_deferred(text), "{path} holds a script");
        for forbidden in [" style=", "<style", " onclick", "javascript:"] {
            assert!(!text.contains(forbidden), "{path} holds {forbidden}");
        }
    }
}

/// The site of the fixture with a page of prose and a template of the user's.
fn with_own(prose: &str, template: Option<(&str, &str)>) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("content/own.md", &format!("+++\ntitle = \"Own\"\nroles = [\"admin\"]\n+++\n{prose}\n"));
    std::fs::create_dir_all(folder.path().join("templates")).unwrap();
    template.inspect(|(name, text)| write(&format!("templates/report/{name}"), text));
    let [content, templates] = ["content", "templates"].map(|name| Some(folder.path().join(name)));
    let settings = Settings { content, templates, ..settings() };
    let site = Site::new(&settings, &fixture::policy(), histories(), runs(), fixture::date(fixture::TODAY)).unwrap();
    let all = site.bundles().iter().flat_map(|bundle| bundle.pages.iter().map(|page| (&bundle.role, page)));
    all.into_iter().try_for_each(|(role, page)| site.render(role, page).map(drop).map_err(|fault| fault.to_string()))
}

#[test]
fn every_link_leads_to_something_in_the_bundle_or_there_are_no_pages() {
    with_own("[a](../index.html) [b](glossary.md) [c](../repositories/acme/secret.html)", None).unwrap();
    let said = with_own("[Figures](../figures.html)", None).unwrap_err();
    let expected = "`pages/own.html` of role `admin` links to `../figures.html`, which leads nowhere\n\nhint: ";
    assert!(said.starts_with(expected) && said.contains("holds no `figures.html`"), "{said}");
    let said = with_own("[Visitors](glossary.md#no-such)", None).unwrap_err();
    assert!(said.contains("`glossary.html` has nothing with the id `c-no-such`"), "{said}");
}

#[test]
fn a_page_of_several_bundles_links_to_nothing_that_one_of_them_lacks() {
    // `admin` and `auditor` share the page of a repository; only `admin` has the page of prose.
    let link =
        "{% extends \"base.html\" %}{% block content %}<a href=\"{{ page.root }}pages/own.html\">x</a>{% endblock %}";
    let said = with_own("Hello", Some(("repository.html", link))).unwrap_err();
    assert!(
        said.starts_with("`repositories/acme/open.html` of role `admin` links to `../../pages/own.html`"),
        "{said}"
    );
}
