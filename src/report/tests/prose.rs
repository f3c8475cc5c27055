//! Pages of prose show each role its own repositories, and ask for no others.

use super::*;
use crate::domain::policy::PageKind;

fn site_with(page: &str, histories: Vec<RepositoryHistory>) -> Result<Site, crate::report::Error> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("news.md"), page).unwrap();
    let settings = Settings { content: Some(folder.path().to_owned()), ..settings() };
    Site::new(&settings, &fixture::policy(), histories, runs(), fixture::date(fixture::TODAY))
}

fn news(roles: &str, body: &str) -> String {
    format!("+++\ntitle = \"News\"\nroles = [{roles}]\n+++\n\n{body}\n")
}

fn fault(roles: &str, body: &str) -> String {
    site_with(&news(roles, body), histories()).err().unwrap().to_string()
}

#[test]
fn the_same_page_shows_each_role_its_own_repositories() {
    let body = "{{<figure metric=\"views\"/>}}\n\n{{<table of=\"repositories\"/>}}\n\n{{<table of=\"weeks\"/>}}\n\n\
                {{<ranking kind=\"paths\"/>}}\n\n{{<chart last=\"12w\"/>}}\n\n{{<figure metric=\"stars\"/>}}";
    let site = site_with(&news("\"*\"", body), histories()).unwrap();
    let page = |role| pages(&site, role).remove("pages/news.html").unwrap();
    let (admin, viewer) = (page("admin"), page("viewer"));
    assert!(admin.contains("repositories/acme/secret.html") && admin.contains("3 repositories of 2 owners"), "{admin}");
    assert!(!viewer.contains("secret") && !viewer.contains("veiled") && viewer.contains("1 repository"), "{viewer}");
    // Twenty-eight days of 41 views rising by one to the newest settled day, the last but two of a hundred.
    let sum: u64 = (70..98).map(|day| 41 + day).sum();
    assert!(viewer.contains(&format!("<span class=\"value\">{},{}</span>", sum / 1_000, sum % 1_000)), "{viewer}");
    assert!(viewer.contains("all days known") && viewer.contains("<svg"), "{viewer}");
    assert_ne!(keys(&site, "admin")["pages/news.html"], keys(&site, "viewer")["pages/news.html"]);
}

#[test]
fn a_repository_that_one_of_the_roles_may_not_see_stops_the_build() {
    let body = "{{<chart repository=\"acme/secret\"/>}}";
    assert!(site_with(&news("\"admin\"", body), histories()).is_ok());
    let said = fault("\"admin\", \"viewer\"", body);
    assert!(
        said.contains("news.md:6: the role `viewer` reads this page and may not see `acme/secret`; take it out"),
        "{said}"
    );
    let said = fault("\"viewer\"", "{{<figure metric=\"views\" owner=\"other\"/>}}");
    assert!(said.contains("the role `viewer` reads this page and sees no repository of `other`"), "{said}");
    let said = fault("\"admin\"", "{{<chart repository=\"acme/opne\"/>}}");
    assert!(said.contains("nothing was ever collected of `acme/opne`; did you mean `acme/open`?"), "{said}");
    let said = fault("\"viewer\"", "{{<explore/>}}");
    assert!(said.contains("the role `viewer` reads this page and has no page `explore`"), "{said}");
    assert!(!fixture::policy().roles()[2].pages.contains(&PageKind::Explore));
}

#[test]
fn a_fault_names_no_repository_that_the_page_does_not_name() {
    let asks = |name: &str| fault("\"viewer\"", &format!("{{{{<chart repository=\"{name}\"/>}}}}"));
    for asked in ["acme/secret", "acme/secrt", "other/veild"] {
        let said = asks(asked);
        assert!(said.contains(asked), "{said}");
        let rest = said.replace(asked, "");
        assert!(!rest.contains("secret") && !rest.contains("veiled") && !rest.contains("other/"), "{said}");
    }
    let said = asks("acme/opne");
    assert!(said.contains("did you mean `acme/open`?"), "what the role sees may be meant: {said}");
}

#[test]
fn before_the_first_collection_a_page_says_that_nothing_is_known() {
    let body = "{{<chart repository=\"acme/open\"/>}}\n\n{{<ranking kind=\"referrers\"/>}}";
    let site = site_with(&news("\"admin\"", body), Vec::new()).unwrap();
    assert!(pages(&site, "admin")["pages/news.html"].contains("Nothing is known of this yet."));
}

#[test]
fn a_page_about_one_repository_follows_it_under_its_new_name_and_names_its_days() {
    let mut moved = history(1, "acme/open", COLLECTED);
    moved.repository.aliases = vec!["acme/former".parse().unwrap()];
    let body = "We had {{<figure repository=\"acme/former\" metric=\"clones\" from=\"2026-11-01\" to=\"2026-11-07\"/>}}.\n\n\
                {{<explore repository=\"acme/open\" from=\"2026-11-01\" to=\"2026-11-07\" by=\"week\"/>}}\n\n\
                {{<ranking repository=\"acme/open\" kind=\"paths\"/>}}\n\n\
                {{<note date=\"2026-05-14\" text=\"<b>Two</b> came out\"/>}}";
    let site = site_with(&news("\"admin\"", body), vec![moved]).unwrap();
    let page = pages(&site, "admin").remove("pages/news.html").unwrap();
    assert!(page.contains("<strong>70</strong>") && page.contains("1–7 Nov 2026"), "{page}");
    let link = "../explore.html#r=acme/open&amp;m=views&amp;from=2026-11-01&amp;to=2026-11-07&amp;by=week";
    assert!(page.contains(link), "{page}");
    assert!(page.contains("Front page"), "a repository's own paths are named without it: {page}");
    assert!(page.contains("14 May 2026</strong> &lt;b&gt;Two"), "{page}");
}
