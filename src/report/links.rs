//! The link check: what a page refers to is there, or there is no release.
//!
//! A page is looked at once, when it has been rendered. One that is taken over was looked at then, and whoever takes it
//! over knows that nothing it may refer to is gone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use memchr::memmem;

use crate::domain::policy::PageKind;
use crate::domain::release::PagePath;

/// What all bundles of the same kinds of page hold, pages of repositories aside: a page that is rendered once for
/// several of them may refer to it.
#[derive(Default)]
pub(super) struct Everywhere(BTreeMap<BTreeSet<PageKind>, HashSet<String>>);

impl Everywhere {
    /// Takes note of one more bundle.
    pub(super) fn add<'a>(&mut self, kinds: &BTreeSet<PageKind>, paths: impl Iterator<Item = &'a PagePath>) {
        let known = self.0.get(kinds);
        let common = paths.map(PagePath::as_str).filter(|path| known.is_none_or(|known| known.contains(*path)));
        let common = common.map(str::to_owned).collect();
        self.0.insert(kinds.clone(), common);
    }

    /// Whether each of them holds it.
    pub(super) fn holds(&self, kinds: &BTreeSet<PageKind>, path: &str) -> bool {
        self.0.get(kinds).is_some_and(|known| known.contains(path))
    }
}

/// What a link of a page leads to, as whoever holds all pages says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It is there.
    There,
    /// The bundle holds nothing of that address.
    NoEntry,
    /// The page is there and has nothing of that id.
    NoId,
}

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// As the page has it.
    pub(super) link: String,
    pub(super) why: Why,
}

/// Why a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It means this address in the bundle.
    NoEntry(String),
    /// That page has no such id.
    NoId { page: String, id: String },
    /// It does not say where, begins at the root of a server, or leads out of the bundle.
    NotRelative,
    /// It is of a kind such as `javascript:`.
    Scheme,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NoEntry(path) if path.ends_with(".md") => {
                write!(f, "`{path}` is no page of the bundle; the page of a Markdown file ends in `.html`")
            }
            Why::NoEntry(path) => write!(
                f,
                "the role's bundle holds no `{path}`; perhaps it is a page of other roles or of a kind that the role does \
                 not have, or the name is misspelt"
            ),
            Why::NoId { page, id } => {
                write!(f, "`{page}` has nothing with the id `{id}`; perhaps a heading was renamed")
            }
            Why::NotRelative => f.write_str(
                "it must be relative, stay within the bundle and end in a file name, so that it works from disk",
            ),
            Why::Scheme => f.write_str("only links of the kinds `https:`, `http:` and `mailto:` may lead elsewhere"),
        }
    }
}

/// The links, images, styles and scripts of a page at `path` that lead nowhere, each of them once.
///
/// `leads` is asked for an address in the bundle and, if the link names one, an id on the page there; ids of the page
/// itself are looked for here.
pub(super) fn check(path: &str, html: &str, leads: impl Fn(&str, Option<&str>) -> Target) -> Vec<Broken> {
    let mut broken: Vec<Broken> = Vec::new();
    // Most links of a page are in its navigation and its tables; the same one is seldom there twice in a row.
    for link in links(html) {
        if let Some(why) = fault(path, html, &link, &leads)
            && broken.iter().all(|known| known.link != link)
        {
            broken.push(Broken { link: link.into_owned(), why });
        }
    }
    broken
}

fn fault(path: &str, html: &str, link: &str, leads: impl Fn(&str, Option<&str>) -> Target) -> Option<Why> {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
    if let Some(scheme) = scheme {
        let known = ["https", "http", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return (!known).then_some(Why::Scheme);
    }
    // A fragment such as `r=acme/anvil&by=week` tells a script what to show; no element has it.
    let (file, id) = link
        .split_once('#')
        .map_or((link, None), |(file, id)| (file, Some(id).filter(|id| !id.is_empty() && !id.contains('='))));
    let file = file.split('?').next().unwrap_or_default();
    let no_id = |page: &str| Why::NoId { page: page.to_owned(), id: id.unwrap_or_default().to_owned() };
    if file.is_empty() {
        // `#` alone is the top of every page.
        let within = link.starts_with('#') && id.is_none_or(|id| has_id(html, id));
        return (!within).then(|| if link.starts_with('#') { no_id(path) } else { Why::NotRelative });
    }
    let Some(target) = resolve(path, file) else { return Some(Why::NotRelative) };
    let itself = target == path;
    match leads(&target, id.filter(|_| !itself)) {
        Target::There if itself && id.is_some_and(|id| !has_id(html, id)) => Some(no_id(path)),
        Target::There => None,
        Target::NoEntry => Some(Why::NoEntry(target.into_owned())),
        Target::NoId => Some(no_id(&target)),
    }
}

/// Whether some element of a page has the id.
pub(super) fn has_id(html: &str, id: &str) -> bool {
    let needle = format!("id=\"{id}\"");
    memmem::find_iter(html.as_bytes(), &needle).any(|at| html[..at].ends_with(|c: char| c.is_ascii_whitespace()))
}

/// What `link` means on the page at `path`; `None` outside the bundle.
fn resolve<'a>(path: &str, link: &'a str) -> Option<Cow<'a, str>> {
    if !path.contains('/') && !link.starts_with(['.', '/']) && !link.contains("/.") {
        return Some(Cow::Borrowed(link));
    }
    let mut steps: Vec<&str> = path.split('/').collect();
    steps.pop();
    for step in link.split('/') {
        match step {
            "." => {}
            ".." => _ = steps.pop()?,
            "" => return None,
            step => steps.push(step),
        }
    }
    Some(Cow::Owned(steps.join("/")))
}

/// The value of every `href` and `src` of every tag, in whatever quotes.
fn links(html: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let of = |name: &'static [u8]| memmem::find_iter(html.as_bytes(), name).map(move |at| (at, at + name.len()));
    of(b"href=").chain(of(b"src=")).filter_map(|(at, end)| {
        let before = &html.as_bytes()[..at];
        // `data-src` is nothing a browser follows; `xlink:href` is.
        let whole = before.last().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b':');
        // In text there are neither tags nor attributes, whatever it says: the last angle bracket closes one.
        let in_tag = memchr::memrchr2(b'<', b'>', before).is_some_and(|bracket| before[bracket] == b'<');
        (whole && in_tag).then(|| unescape(value(&html[end..])))
    })
}

fn value(rest: &str) -> &str {
    let quoted = |quote| rest.strip_prefix(quote).and_then(|rest: &str| rest.split(quote).next());
    let bare = || rest.split(|c: char| c.is_ascii_whitespace() || c == '>').next().unwrap_or_default();
    quoted('"').or_else(|| quoted('\'')).unwrap_or_else(bare)
}

/// Takes back what templates and Markdown write for characters that HTML gives a meaning.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    const WRITTEN: [(&str, &str); 7] = [
        ("&#x2F;", "/"),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    Cow::Owned(WRITTEN.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [&str; 3] = ["index.html", "assets/tollgate-1f2e.css", "repositories/acme/anvil.html"];

    fn broken(path: &str, html: &str) -> Vec<Broken> {
        check(path, html, |target, id| match () {
            () if !PAGES.contains(&target) => Target::NoEntry,
            () if id.is_some_and(|id| id != "views") => Target::NoId,
            () => Target::There,
        })
    }

    /// Whether a link is right on a page two folders deep.
    fn leads(link: &str) -> bool {
        broken("repositories/acme/anvil.html", &format!("<p id=\"here\"><a class=x href=\"{link}\">x</a>")).is_empty()
    }

    #[test]
    fn links_to_what_is_there_and_to_other_sites_are_right() {
        for link in
            ["../../index.html", "anvil.html", "./anvil.html", "../../index.html?a=1&amp;b=2", "../../index.html#views"]
        {
            assert!(leads(link), "{link}");
        }
        for link in [
            "https://github.com/acme",
            "HTTP://x",
            "mailto:a@b",
            "#",
            "#here",
            "anvil.html#here",
            "../../assets/../index.html",
        ] {
            assert!(leads(link), "{link}");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_told_with_the_likely_cause() {
        for (link, cause) in [
            ("../../weekly.html", "holds no `weekly.html`"),
            ("../index.html", "holds no `repositories/index.html`"),
            ("../../other.md", "ends in `.html`"),
            ("../../../index.html", "must be relative"),
            ("/index.html", "must be relative"),
            ("//evil.example", "must be relative"),
            ("../../", "must be relative"),
            ("", "must be relative"),
            ("?a=1", "must be relative"),
            ("javascript:alert(1)", "only links of the kinds"),
            ("data:text/html,x", "only links of the kinds"),
            ("#there", "has nothing with the id `there`"),
            ("anvil.html#there", "`repositories/acme/anvil.html` has nothing with the id `there`"),
            ("../../index.html#clones", "`index.html` has nothing with the id `clones`"),
        ] {
            let found = broken("repositories/acme/anvil.html", &format!("<a href=\"{link}\">x</a>"));
            assert_eq!(found.len(), 1, "{link}: {found:?}");
            let said = found[0].why.to_string();
            assert!(said.contains(cause) && found[0].link == link, "{link}: {said}");
        }
    }

    #[test]
    fn every_kind_of_reference_and_quote_is_looked_at() {
        for html in [
            "<link rel=stylesheet href=gone.css>",
            "<script defer src='gone.js'></script>",
            "<img\nsrc=\"gone.png\">",
            "<use xlink:href=\"gone.svg#x\"/>",
            "<a title=\"a &gt; b\" href=\"gone.html\">",
            "<a href=\"gone&#x2F;x.html\">",
        ] {
            assert_eq!(broken("index.html", html).len(), 1, "{html}");
        }
    }

    #[test]
    fn what_only_looks_like_a_link_is_none() {
        for html in [
            "<p>write href=gone.html or src=x</p>",
            "<p data-href=\"gone.html\">",
            "<code>&lt;a href=\"gone\"&gt;</code>",
        ] {
            assert_eq!(broken("index.html", html), [], "{html}");
        }
    }

    #[test]
    fn a_link_is_told_once() {
        assert_eq!(broken("index.html", &"<a href=\"gone.html\">".repeat(9)).len(), 1);
    }

    #[test]
    fn an_id_is_an_attribute_of_its_own() {
        assert!(
            has_id("<p class=\"a\" id=\"b\">", "b") && !has_id("<p data-id=\"b\">", "b") && !has_id("id=\"bc\"", "b")
        );
    }
}
