//! One file: its head, and its Markdown made safe.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Deserialize;

use super::component::{self, Component};
use super::marks::{CLOSE, Marks, OPEN};
use super::{Article, Piece, built_in};
use crate::domain::Date;
use crate::domain::policy::{Policy, RoleName};
use crate::domain::release::PagePath;
use crate::report::Error;
use crate::report::locale::Words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    title: String,
    roles: Vec<String>,
    #[serde(default)]
    order: i64,
    #[serde(default)]
    draft: bool,
    /// The day it is of; shown below the title.
    date: Option<toml::value::Datetime>,
    view: Option<View>,
}

/// A choice of the explore page that is a page of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct View {
    #[serde(default)]
    repositories: Vec<String>,
    metric: Option<String>,
    last: Option<String>,
    from: Option<String>,
    to: Option<String>,
    by: Option<String>,
}

impl View {
    /// As the attributes of a component.
    fn attributes(&self) -> Vec<(String, String)> {
        let repositories = (!self.repositories.is_empty()).then(|| self.repositories.join(","));
        let given = [
            ("repository", &repositories),
            ("metric", &self.metric),
            ("last", &self.last),
            ("from", &self.from),
            ("to", &self.to),
            ("by", &self.by),
        ];
        given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))).collect()
    }
}

pub(super) struct Source<'a> {
    /// Below the content folder, with `/`.
    pub(super) name: &'a str,
    path: &'a Path,
    front: Front,
    /// As the file begins, for counting lines.
    text: &'a str,
    /// Where the Markdown begins in it.
    body: usize,
}

impl<'a> Source<'a> {
    pub(super) fn split(name: &'a str, path: &'a Path, text: &'a str) -> Result<Source<'a>, Error> {
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

    pub(super) fn fault(&self, at: usize, what: String) -> Error {
        Error::Content { path: self.path.to_owned(), line: line_of(self.text, at), what }
    }

    /// Whether it is not to be published yet.
    pub(super) fn is_draft(&self) -> bool {
        self.front.draft
    }

    pub(super) fn article(
        &self,
        pages: &BTreeMap<&str, PagePath>,
        policy: &Policy,
        words: &Words,
    ) -> Result<Article, Error> {
        let path = pages[self.name].clone();
        let roles = self.roles(policy)?;
        if built_in(self.name).is_some() && (roles.is_some() || self.front.draft) {
            let what = "every page links to this one, so it must be for every role: write `roles = [\"*\"]`";
            return Err(self.fault(self.text.find("roles").unwrap_or(0), what.to_owned()));
        }
        let pieces = self.pieces(&path, pages, words)?;
        let (title, order, file) = (self.front.title.clone(), self.front.order, self.path.to_owned());
        Ok(Article { path, title, roles, order, date: self.date()?, file, pieces })
    }

    fn date(&self) -> Result<Option<Date>, Error> {
        let Some(date) = self.front.date else { return Ok(None) };
        let day = date.date.map(|day| day.to_string()).and_then(|day| day.parse().ok());
        let at = self.text.find("\ndate").map_or(0, |at| at + 1);
        let what = || "`date` must be a day, such as `date = 2026-05-14`".to_owned();
        day.map(Some).ok_or_else(|| self.fault(at, what()))
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

    /// The page in parts: markup made from Markdown, and components between.
    fn pieces(&self, path: &PagePath, pages: &BTreeMap<&str, PagePath>, words: &Words) -> Result<Vec<Piece>, Error> {
        let body = &self.text[self.body..];
        if let Some(at) = body.find([OPEN, CLOSE]) {
            let what = "a character here is one of U+E000 and U+E001, which this program uses itself; take it out";
            return Err(self.fault(self.body + at, what.to_owned()));
        }
        let mut marks = Marks::of(body);
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_GFM;
        let masked = marks.masked.clone();
        let mut events = Vec::new();
        let (mut links, mut code) = (0, false);
        for (event, range) in Parser::new_ext(&masked, options).into_offset_iter() {
            let fault = |what| self.fault(self.body + range.start, what);
            let link = |to: CowStr<'_>| self.link(&to, path, pages).map_err(fault);
            match event {
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    links += 1;
                    let (dest_url, title) = (link(dest_url)?.into(), marks.plain(&title).into());
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
                Event::End(TagEnd::Link) => {
                    links -= 1;
                    events.push(Event::End(TagEnd::Link));
                }
                // Pages load nothing from elsewhere, so an image becomes a link to it.
                Event::Start(Tag::Image { dest_url, title, .. }) if links == 0 => {
                    let (dest_url, title) = (link(dest_url)?.into(), marks.plain(&title).into());
                    let link_type = pulldown_cmark::LinkType::Inline;
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id: CowStr::Borrowed("") }));
                }
                Event::End(TagEnd::Image) if links == 0 => events.push(Event::End(TagEnd::Link)),
                Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
                Event::Text(text) if !code => {
                    let line = |at: usize| line_of(self.text, self.body + at);
                    marks.split(&text, line, &mut events).map_err(|(at, what)| self.fault(self.body + at, what))?;
                }
                Event::Start(Tag::BlockQuote(Some(kind))) => {
                    events.push(Event::Start(Tag::BlockQuote(Some(kind))));
                    events.push(alert(words, kind)?);
                }
                other => {
                    code = match other {
                        Event::Start(Tag::CodeBlock(_)) => true,
                        Event::End(TagEnd::CodeBlock) => false,
                        _ => code,
                    };
                    events.push(tame(other, &marks));
                }
            }
        }
        let events = marks.place(events).map_err(|(at, what)| self.fault(self.body + at, what))?;
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        let mut pieces = marks.pieces(&html);
        pieces.extend(self.saved_view()?.into_iter().map(Piece::Live));
        Ok(pieces)
    }

    /// What a page shows below its text that is a saved view of the explore page.
    fn saved_view(&self) -> Result<Vec<Component>, Error> {
        let Some(view) = &self.front.view else { return Ok(Vec::new()) };
        let at = self.text.find("\nview").map_or(0, |at| at + 1);
        let make = |name: &str, keys: &[&str], more: &[(&str, &str)]| {
            let given = view.attributes().into_iter().filter(|(key, _)| keys.contains(&key.as_str()));
            let more = more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            let tag = component::Tag::new(name, given.chain(more).collect());
            let made = Component::of_tag(&tag, line_of(self.text, at)).map(|made| Component { alone: true, ..made });
            made.map_err(|what| self.fault(at, format!("in the page's `view`: {what}")))
        };
        const ALL: &[&str] = &["repository", "metric", "last", "from", "to", "by"];
        let of = if view.by.as_deref() == Some("month") { "months" } else { "weeks" };
        let table: Vec<&str> = ALL.iter().copied().filter(|key| !["metric", "by"].contains(key)).collect();
        Ok(vec![make("chart", ALL, &[])?, make("explore", ALL, &[])?, make("table", &table, &[("of", of)])?])
    }

    /// Where a link leads: to another site, within the page, or to another page as it will be called.
    fn link(&self, to: &str, path: &PagePath, pages: &BTreeMap<&str, PagePath>) -> Result<String, String> {
        if to.contains([OPEN, CLOSE]) {
            return Err("a component cannot be a link's address; write `{{<explore …/>}}`, which is a link".to_owned());
        }
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
fn tame<'a>(event: Event<'a>, marks: &Marks) -> Event<'a> {
    let own = |name: &str| CowStr::from(format!("c-fn-{}", marks.plain(name)));
    match event {
        Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(marks.plain(&text).into()),
        Event::Code(text) => Event::Code(marks.plain(&text).into()),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level, id, .. }) => {
            let id = id.map(|id| format!("c-{}", marks.plain(&id)).into());
            Event::Start(Tag::Heading { level: below_title(level), id, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_title(level))),
        // Alignment would become a style attribute, which the content security policy forbids.
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()]))
        }
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented)),
        Event::FootnoteReference(name) => Event::FootnoteReference(own(&name)),
        Event::Start(Tag::FootnoteDefinition(name)) => Event::Start(Tag::FootnoteDefinition(own(&name))),
        other => other,
    }
}

/// The head of an alert: its colour alone would tell nobody what kind it is.
fn alert(words: &Words, kind: BlockQuoteKind) -> Result<Event<'static>, Error> {
    let key = match kind {
        BlockQuoteKind::Note => "content-alert-note",
        BlockQuoteKind::Tip => "content-alert-tip",
        BlockQuoteKind::Important => "content-alert-important",
        BlockQuoteKind::Warning => "content-alert-warning",
        BlockQuoteKind::Caution => "content-alert-caution",
    };
    let mut label = Vec::new();
    let fault = |fault: std::io::Error| Error::Template(fault.to_string());
    tera::escape_html(&words.text(key), &mut label).map_err(fault)?;
    Ok(Event::Html(format!("<p class=\"alert\">{}</p>\n", String::from_utf8_lossy(&label)).into()))
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

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
