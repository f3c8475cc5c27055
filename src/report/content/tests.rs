//! Markdown becomes pages, and what is wrong in it is said.

use super::*;
use crate::report::fixture;

fn page(text: &str) -> Result<Vec<Article>, Error> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("guide")).unwrap();
    std::fs::write(folder.path().join("guide/start.md"), text).unwrap();
    std::fs::write(folder.path().join("other.md"), "+++\ntitle = \"Other\"\nroles = [\"*\"]\n+++\n").unwrap();
    read(Some(folder.path()), &fixture::policy(), &fixture::english())
}

fn html(body: &str) -> String {
    let articles = page(&format!("+++\ntitle = \"Start\"\nroles = [\"admin\"]\n+++\n{body}")).unwrap();
    let article = articles.into_iter().find(|article| article.title == "Start").unwrap();
    let text = |piece: Piece| match piece {
        Piece::Html(html) => html,
        Piece::Live(component) => format!("<<{}{}>>", component.name(), if component.alone { "" } else { " inline" }),
    };
    article.pieces.into_iter().map(text).collect()
}

fn said_of(body: &str) -> String {
    fault(&format!("+++\ntitle = \"Start\"\nroles = [\"admin\"]\n+++\n\n{body}"))
}

fn fault(text: &str) -> String {
    page(text).unwrap_err().to_string()
}

#[test]
fn a_page_is_for_the_roles_it_names_alone() {
    let articles = page("+++\ntitle = \"Start\"\nroles = [\"admin\"]\n+++\nHello").unwrap();
    let start = articles.iter().find(|article| article.title == "Start").unwrap();
    assert!(start.is_for(&"admin".parse().unwrap()) && !start.is_for(&"viewer".parse().unwrap()));
    assert_eq!(start.path.as_str(), "pages/guide/start.html");
    assert!(articles.iter().filter(|article| article.is_built_in()).count() == 2);
}

#[test]
fn raw_markup_becomes_text() {
    let html = html("<script>alert(1)</script>\n\nand <b onclick=x>bold</b>");
    assert!(html.contains("&lt;script&gt;") && html.contains("&lt;b onclick=x&gt;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<b "), "{html}");
}

#[test]
fn nothing_of_the_user_becomes_a_style_attribute_or_an_event() {
    let html = html("# Top {#x style=color:red onclick=y .cls}\n\n| a |\n|--:|\n| 1 |\n");
    assert!(html.contains("<h2 id=\"c-x\">Top</h2>"), "{html}");
    assert!(!html.contains("style") && !html.contains("onclick"), "{html}");
}

#[test]
fn links_to_other_pages_follow_them_to_their_address() {
    assert!(html("[o](../other.md#a)").contains("href=\"../../pages/other.html#c-a\""));
    assert!(html("[g](../glossary.md)").contains("href=\"../../glossary.html\""));
}

#[test]
fn dangerous_and_dead_links_are_refused_with_file_and_line() {
    let head = "+++\ntitle = \"Start\"\nroles = [\"admin\"]\n+++\n\n";
    for (link, what) in [
        ("javascript:alert(1)", "links of the kind `javascript:` are not allowed"),
        ("javascript&#58;alert(1)", "links of the kind `javascript:` are not allowed"),
        ("data:text/html,x", "links of the kind `data:` are not allowed"),
        ("//evil.example", "must be relative"),
        ("/etc/passwd", "must be relative"),
        ("nowhere.md", "leads to no page"),
    ] {
        let said = fault(&format!("{head}[x]({link})"));
        assert!(said.contains("start.md:6: ") && said.contains(what), "{link}: {said}");
    }
}

#[test]
fn an_image_becomes_a_link() {
    assert_eq!(
        html("![a cat](https://example.com/cat.png)"),
        "<p><a href=\"https://example.com/cat.png\">a cat</a></p>\n"
    );
}

#[test]
fn faults_in_the_head_name_file_and_line() {
    assert!(fault("# No head").contains("start.md:1: the page has no head"));
    assert!(fault("+++\ntitle = \"A\"\n+++\n").contains("missing field `roles`"));
    assert!(fault("+++\ntitle = \"A\"\nroles = [\"nobody\"]\n+++\n").contains("start.md:3: there is no role `nobody`"));
    assert!(fault("+++\ntitle = \"A\"\nroles = []\ncolour = 1\n+++\n").contains("start.md:4: unknown field `colour`"));
}

#[test]
fn drafts_are_left_out() {
    let articles = page("+++\ntitle = \"Start\"\nroles = [\"*\"]\ndraft = true\n+++\n").unwrap();
    assert!(articles.iter().all(|article| article.title != "Start"));
}

#[test]
fn components_stand_by_themselves_or_in_a_sentence() {
    let html = html(
        "We had {{<figure metric=\"views\"/>}} views.\n\n{{<chart repository=\"acme/open\"\n  last=\"12w\"/>}}\n\n\
         {{<figure metric=\"stars\"/>}}\n{{<figure metric=\"clones\"/>}}\n",
    );
    assert_eq!(
        html, "<p>We had <<figure inline>> views.</p>\n<<chart>><<figure>><<figure>>",
        "a paragraph of components alone is none"
    );
}

#[test]
fn a_component_in_code_is_code_and_in_raw_markup_text() {
    let chart = "{{<chart last=\"1d\"/>}}";
    let text = "{{&lt;chart last=\"1d\"/&gt;}}";
    assert_eq!(html(&format!("`{chart}`")), format!("<p><code>{text}</code></p>\n"));
    assert!(html(&format!("```\n{chart}\n```")).contains(text));
    assert!(html(&format!("<div>\n{chart}\n</div>")).contains(text));
}

#[test]
fn characters_of_marks_cannot_be_smuggled_in() {
    assert!(said_of("a \u{e000}0\u{e001}").contains("start.md:6: a character here is one of U+E000"));
    let html = html("&#xE000;0&#xE001; {{<figure metric=\"views\"/>}}");
    assert_eq!(html, "<p>0 <<figure inline>></p>\n");
}

#[test]
fn what_is_wrong_in_a_component_is_said_with_its_line_and_what_exists() {
    for (component, what) in [
        ("{{<chrat/>}}", "there is no component `chrat`; did you mean `chart`? There are `chart`, `figure`, `table`"),
        (
            "{{<chart metirc=\"views\"/>}}",
            "`chart` has no attribute `metirc`; did you mean `metric`? There are `repository`",
        ),
        (
            "{{<chart metric=\"stars\"/>}}",
            "`metric` of `chart` cannot be `stars`; there are `views`, `visitors`, `clones`",
        ),
        ("{{<chart last=\"9 days\"/>}}", "`last` of `chart` cannot be `9 days`; write days, weeks, months or years"),
        ("{{<chart last=\"9d\" last=\"8d\"/>}}", "`chart` has `last` twice"),
        ("{{<chart from=\"2026-01-01\"/>}}", "`chart` takes either `last`, or `from` and `to` together"),
        ("{{<chart from=\"2026-02-01\" to=\"2026-01-01\"/>}}", "`from` of `chart` must not be after `to`"),
        ("{{<chart from=\"May\" to=\"2026-01-01\"/>}}", "`from` of `chart` cannot be `May`; write the UTC day"),
        ("{{<chart by=\"year\"/>}}", "`by` of `chart` cannot be `year`; there are `day`, `week`, `month`"),
        ("{{<chart repository=\"anvil\"/>}}", "`anvil` is no repository; write `owner/name`"),
        ("{{<chart repository=\"a/b\" owner=\"a\"/>}}", "`chart` takes `repository` or `owner`, not both"),
        ("{{<chart last=90d/>}}", "`last=90d` is no attribute; write it as"),
        ("{{<chart last=\"90d\">}}", "does not end with `/>}}`"),
        ("{{<chart last=\"90d\"", "does not end with `/>}}`"),
        ("{{<figure/>}}", "`figure` needs `metric`; there are `views`"),
        ("{{<figure metric=\"stars\" last=\"9d\"/>}}", "`stars` are counted as they stand"),
        ("{{<table/>}}", "`table` needs `of`; there are `repositories`, `weeks`, `months`"),
        ("{{<table of=\"weeks\" rows=\"3\"/>}}", "has a row for each; write `last`"),
        (
            "{{<table of=\"repositories\" rows=\"0\"/>}}",
            "`rows` of `table` cannot be `0`; write a number from 1 to 200",
        ),
        ("{{<ranking kind=\"readers\"/>}}", "`kind` of `ranking` cannot be `readers`; there are `referrers`, `paths`"),
        ("{{<ranking kind=\"paths\" over=\"year\"/>}}", "`over=\"year\"` is there for a single `repository` only"),
        ("{{<note date=\"2026-05-14\"/>}}", "`note` needs `date` and `text`"),
        ("text {{<chart/>}}", "the component `chart` must stand by itself: leave an empty line before and after it"),
        ("- {{<chart/>}}", "the component `chart` must stand by itself"),
        ("[x]({{<explore/>}})", "a component cannot be a link's address"),
    ] {
        let said = said_of(component);
        assert!(said.contains("start.md:6: ") && said.contains(what), "{component}: {said}");
    }
}

#[test]
fn a_saved_view_becomes_a_chart_a_link_and_a_table() {
    let head = "+++\ntitle = \"Start\"\nroles = [\"admin\"]\n";
    let pages =
        page(&format!("{head}view = {{ repositories = [\"acme/open\"], metric = \"clones\", last = \"6m\" }}\n+++\n"));
    let pieces = pages.unwrap().into_iter().find(|article| article.title == "Start").unwrap().pieces;
    let names: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Live(component) => Some(component.name()),
            Piece::Html(_) => None,
        })
        .collect();
    assert_eq!(names, ["chart", "explore", "table"]);
    let said = fault(&format!("{head}view = {{ metric = \"stars\" }}\n+++\n"));
    assert!(said.contains("start.md:4: in the page's `view`: `metric` of `chart` cannot be `stars`"), "{said}");
}

#[test]
fn alerts_and_footnotes_are_there_and_footnotes_keep_to_their_own_names() {
    let alert = html("> [!WARNING]\n> Take care.\n");
    assert!(alert.contains("markdown-alert-warning") && alert.contains("<p class=\"alert\">Warning</p>"), "{alert}");
    let note = html("A claim.[^main]\n\n[^main]: Its source.\n");
    assert!(note.contains("href=\"#c-fn-main\"") && note.contains("id=\"c-fn-main\""), "{note}");
}

#[test]
fn a_page_has_a_day_if_it_says_so() {
    let head = "+++\ntitle = \"Start\"\nroles = [\"admin\"]\n";
    let pages = page(&format!("{head}date = 2026-05-14\n+++\n")).unwrap();
    assert!(pages.iter().any(|article| article.date.is_some_and(|date| date.to_string() == "2026-05-14")));
    assert!(fault(&format!("{head}date = 07:32:00\n+++\n")).contains("start.md:4: `date` must be a day"));
}
