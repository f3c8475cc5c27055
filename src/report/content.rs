//! The user's own pages: Markdown with a TOML head that says which roles read them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Deserialize;

use super::Error;
use super::locale::Language;
use crate::domain::policy::{Policy, RoleName};
use crate::domain::release::PagePath;

/// The pages that every page links to: their file and address. A file of the user's replaces one of the same name.
const BUILT_IN: [(&str, &str); 2] = [("glossary.md", "glossary.html"), ("account.md", PagePath::ACCOUNT)];

/// The text of a built-in page in the site's language.
fn built_in_text(name: &str, language: Language) -> &'static str {
    macro_rules! texts {
        ($folder:literal) => {
            [include_str!(concat!($folder, "glossary.md")), include_str!(concat!($folder, "account.md"))]
        };
    }
    let [glossary, account] = match language {
        Language::En => texts!("../../content/"),
        Language::De => texts!("../../content/de/"),
        Language::Fr => texts!("../../content/fr/"),
        Language::Es => texts!("../../content/es/"),
        Language::Ja => texts!("../../content/ja/"),
    };
    if name == "account.md" { account } else { glossary }
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(file, _)| *file == name).map(|(_, address)| *address)
}

/// One page of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Article {
    pub(super) path: PagePath,
    pub(super) title: String,
    /// Who reads it: `None` is everybody.
    roles: Option<BTreeSet<RoleName>>,
    order: i64,
    /// Safe: no tag in it was written by the user.
    pub(super) html: String,
}

impl Article {
    /// Whether the role's bundle holds it.
    pub(super) fn is_for(&self, role: &RoleName) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.contains(role))
    }

    /// Whether every page links to it anyway.
    pub(super) fn is_built_in(&self) -> bool {
        BUILT_IN.iter().any(|(_, address)| *address == self.path.as_str())
    }
}

/// Reads every `.md` file of the folder and its subfolders, drafts aside, in the order pages are offered.
pub(super) fn read(folder: Option<&Path>, policy: &Policy, language: Language) -> Result<Vec<Article>, Error> {
    let text = |file: &str| built_in_text(file, language).to_owned();
    let mut files: Files =
        BUILT_IN.iter().map(|(file, _)| (file.to_string(), (PathBuf::from(file), text(file)))).collect();
    if let Some(folder) = folder {
        gather(folder, "", &mut files)?;
    }
    let sources: Vec<Source<'_>> =
        files.iter().map(|(name, (path, text))| Source::split(name, path, text)).collect::<Result<_, _>>()?;
    let pages = addresses(&sources)?;
    let written = sources.iter().filter(|source| !source.front.draft);
    let mut articles: Vec<Article> = written.map(|source| source.article(&pages, policy)).collect::<Result<_, _>>()?;
    articles.sort_by(|a, b| (a.order, &a.title, &a.path).cmp(&(b.order, &b.title, &b.path)));
    Ok(articles)
}

type Files = BTreeMap<String, (PathBuf, String)>;

fn gather(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), Error> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |cause| Error::Read { path, cause }
    };
    for entry in std::fs::read_dir(folder).map_err(fault(folder))? {
        let path = entry.map_err(fault(folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Err(Error::NotText(path)) };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            gather(&path, &format!("{prefix}{name}/"), files)?;
        } else if name.ends_with(".md") {
            let text = std::fs::read_to_string(&path).map_err(fault(&path))?;
            files.insert(format!("{prefix}{name}"), (path, text));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    roles: Vec<String>,
    #[serde(default)]
    order: i64,
    #[serde(default)]
    draft: bool,
}

struct Source<'a> {
    /// Below the content folder, with `/`.
    name: &'a str,
    path: &'a Path,
    front: Front,
    /// As the file begins, for counting lines.
    text: &'a str,
    /// Where the Markdown begins in it.
    body: usize,
}

impl<'a> Source<'a> {
    fn split(name: &'a str, path: &'a Path, text: &'a str) -> Result<Source<'a>, Error> {
        let fault = |line, what: String| Error::Content { path: path.to_owned(), line, what };
        let hint = "begin the file with `+++`, then `title = \"…\"` and `roles = [\"…\"]`, then `+++`";
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.split_inclusive('\n').next().filter(|line| line.trim_end() == "+++");
        let Some(first) = first else { return Err(fault(1, format!("the page has no head: {hint}"))) };
        let mut end = first.len();
        let closing = text[end..].split_inclusive('\n').find(|line| {
            let closes = line.trim_end() == "+++";
            end += if closes { 0 } else { line.len() };
            closes
        });
        let Some(closing) = closing else { return Err(fault(1, format!("the page's head has no end: {hint}"))) };
        let front = toml::from_str(&text[first.len()..end]).map_err(|cause| {
            let line = cause.span().map_or(1, |span| line_of(text, first.len() + span.start));
            fault(line, cause.message().to_owned())
        })?;
        Ok(Source { name, path, front, text, body: end + closing.len() })
    }

    fn fault(&self, at: usize, what: String) -> Error {
        Error::Content { path: self.path.to_owned(), line: line_of(self.text, at), what }
    }

    fn article(&self, pages: &BTreeMap<&str, PagePath>, policy: &Policy) -> Result<Article, Error> {
        let path = pages[self.name].clone();
        let roles = self.roles(policy)?;
        if built_in(self.name).is_some() && (roles.is_some() || self.front.draft) {
            let what = "every page links to this one, so it must be for every role: write `roles = [\"*\"]`";
            return Err(self.fault(self.text.find("roles").unwrap_or(0), what.to_owned()));
        }
        let html = self.html(&path, pages)?;
        Ok(Article { path, title: self.front.title.clone(), roles, order: self.front.order, html })
    }

    /// `None` for `*`.
    fn roles(&self, policy: &Policy) -> Result<Option<BTreeSet<RoleName>>, Error> {
        if self.front.roles.iter().any(|role| role == "*") {
            return Ok(None);
        }
        let at = |role: &str| self.text.find(&format!("\"{role}\"")).unwrap_or(0);
        let known = |role: &String| {
            let name = role.parse::<RoleName>().ok().filter(|name| policy.role(name).is_some());
            name.ok_or_else(|| {
                self.fault(at(role), format!("there is no role `{role}`; use one of the configuration, or `*` for all"))
            })
        };
        self.front.roles.iter().map(known).collect::<Result<_, _>>().map(Some)
    }

    fn html(&self, path: &PagePath, pages: &BTreeMap<&str, PagePath>) -> Result<String, Error> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_HEADING_ATTRIBUTES;
        let parser = Parser::new_ext(&self.text[self.body..], options).into_offset_iter();
        let mut events = Vec::new();
        let mut links = 0;
        for (event, range) in parser {
            let link = |to: CowStr<'a>| {
                let to = self.link(&to, path, pages);
                to.map_err(|what| self.fault(self.body + range.start, what))
            };
            match event {
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    links += 1;
                    events.push(Event::Start(Tag::Link { link_type, dest_url: link(dest_url)?.into(), title, id }));
                }
                Event::End(TagEnd::Link) => {
                    links -= 1;
                    events.push(Event::End(TagEnd::Link));
                }
                // Pages load nothing from elsewhere, so an image becomes a link to it.
                Event::Start(Tag::Image { dest_url, title, .. }) if links == 0 => {
                    let dest_url = link(dest_url)?.into();
                    let link_type = pulldown_cmark::LinkType::Inline;
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id: CowStr::Borrowed("") }));
                }
                Event::End(TagEnd::Image) if links == 0 => events.push(Event::End(TagEnd::Link)),
                Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
                other => events.push(tame(other)),
            }
        }
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        Ok(html)
    }

    /// Where a link leads: to another site, within the page, or to another page as it will be called.
    fn link(&self, to: &str, path: &PagePath, pages: &BTreeMap<&str, PagePath>) -> Result<String, String> {
        if to.chars().any(|c| c <= ' ' || c == '\u{7f}' || c == '\\') {
            return Err(format!("the link `{}` has a space, a `\\` or a control character in it", to.escape_debug()));
        }
        let scheme = to.split_once(':').map(|(scheme, _)| scheme).filter(|s| !s.contains(['/', '?', '#']));
        if let Some(scheme) = scheme {
            let allowed = ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str());
            return allowed
                .then(|| to.to_owned())
                .ok_or_else(|| format!("links of the kind `{scheme}:` are not allowed; use http, https or mailto"));
        }
        if let Some(heading) = to.strip_prefix('#') {
            return Ok(format!("#c-{heading}"));
        }
        let (file, rest) = to.find(['#', '?']).map_or((to, ""), |at| to.split_at(at));
        if file.starts_with('/') || file.is_empty() || file.ends_with('/') {
            return Err(format!(
                "the link `{to}` must be relative and end in a file name, so that it works from disk too"
            ));
        }
        if !file.ends_with(".md") {
            return Ok(to.to_owned());
        }
        let target = resolve(self.name, file).and_then(|name| pages.get(name.as_str()).cloned());
        let target = target.ok_or_else(|| format!("the link `{to}` leads to no page of the content folder"))?;
        Ok(format!("{}{target}{}", path.to_root(), rest.replacen('#', "#c-", 1)))
    }
}

/// Takes from an event whatever could become markup or style of the user's own.
fn tame(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level, id, .. }) => {
            let id = id.map(|id| format!("c-{id}").into());
            Event::Start(Tag::Heading { level: below_title(level), id, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_title(level))),
        // Alignment would become a style attribute, which the content security policy forbids.
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()]))
        }
        other => other,
    }
}

/// The page's title is its only heading of the first level.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    if level == HeadingLevel::H1 { HeadingLevel::H2 } else { level }
}

/// The file that `link` in `file` means, as a name below the content folder.
fn resolve(file: &str, link: &str) -> Option<String> {
    let mut steps: Vec<&str> = file.split('/').collect();
    steps.pop();
    for step in link.split('/') {
        match step {
            "." => {}
            ".." => _ = steps.pop()?,
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

fn addresses<'a>(sources: &[Source<'a>]) -> Result<BTreeMap<&'a str, PagePath>, Error> {
    let mut taken = BTreeSet::new();
    let address = |source: &Source<'a>| {
        let stem = source.name.trim_end_matches(".md");
        let text = built_in(source.name).map_or_else(|| format!("pages/{stem}.html"), str::to_owned);
        let hint = "use letters, digits, `-`, `_` and `.` in its name";
        let path: PagePath =
            text.parse().map_err(|_| source.fault(0, format!("the file cannot become an address: {hint}")))?;
        if taken.insert(text.to_ascii_lowercase()) {
            Ok((source.name, path))
        } else {
            Err(source.fault(0, "another page's name differs only in case; rename one of them".to_owned()))
        }
    };
    sources.iter().map(address).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn page(text: &str) -> Result<Vec<Article>, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("guide")).unwrap();
        std::fs::write(folder.path().join("guide/start.md"), text).unwrap();
        std::fs::write(folder.path().join("other.md"), "+++\ntitle = \"Other\"\nroles = [\"*\"]\n+++\n").unwrap();
        read(Some(folder.path()), &fixture::policy(), Language::En)
    }

    fn html(body: &str) -> String {
        let articles = page(&format!("+++\ntitle = \"Start\"\nroles = [\"admin\"]\n+++\n{body}")).unwrap();
        articles.into_iter().find(|article| article.title == "Start").unwrap().html
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
        assert!(
            fault("+++\ntitle = \"A\"\nroles = [\"nobody\"]\n+++\n").contains("start.md:3: there is no role `nobody`")
        );
        assert!(
            fault("+++\ntitle = \"A\"\nroles = []\ncolour = 1\n+++\n").contains("start.md:4: unknown field `colour`")
        );
    }

    #[test]
    fn drafts_are_left_out() {
        let articles = page("+++\ntitle = \"Start\"\nroles = [\"*\"]\ndraft = true\n+++\n").unwrap();
        assert!(articles.iter().all(|article| article.title != "Start"));
    }
}
