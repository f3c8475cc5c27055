//! History rows to pages as bytes; nothing is written here.
//!
//! [`Site`] decides which pages each role's bundle holds and gives every page a key: the digest of all its bytes depend
//! on. [`Site::make`] makes pages in one pass over histories, [`Site::render`] one page. Whoever calls keeps pages by
//! key, so that a page is rendered only when its data changed, and a repository's page once however many roles see it.
//!
//! What a bundle shows is computed from its role's repositories alone. What is unknown is never drawn or counted as zero.

mod badge;
mod best;
mod chart;
mod content;
mod csv;
mod digest;
mod engine;
mod events;
mod feed;
mod figures;
mod file;
mod group;
mod heat;
mod json;
mod keys;
mod lately;
mod links;
mod locale;
mod names;
mod nearest;
mod notable;
mod owners;
mod page;
mod pass;
mod points;
mod ribbon;
mod site;
mod spark;
mod stock;
mod theme;
mod view;
mod xlsx;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use digest::Letter;
pub use locale::{Language, LanguageFault};
pub use pass::{Put, Sink};
pub use site::{Bundle, Site};
pub use theme::{Accents, Color, ColorFault, ContrastFault, Theme};

use crate::domain::Date;
use crate::domain::repo::Selection;

/// What reports are made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the site is called, at the head of every page.
    pub title: String,
    /// The folder whose files replace built-in templates and assets of the same path.
    pub templates: Option<PathBuf>,
    /// The folder of Markdown pages.
    pub content: Option<PathBuf>,
    /// What reports are written in.
    pub language: Language,
    /// Where people find the site, such as `https://traffic.acme.example`: feeds and mails name it.
    pub base_url: String,
    /// What the operator tells of some days: charts show it.
    pub notes: Vec<Note>,
    /// The site's own look.
    pub theme: Theme,
    /// Domains to be taken for referrer spam besides the built-in list.
    pub spam: Vec<String>,
    /// The repositories whose badges anybody may see; nobody's by default. A private one is among them only if it is
    /// named in full.
    pub public_badges: Selection,
}

/// Something that happened on a day, in the operator's words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// When.
    pub date: Date,
    /// What, in a few words.
    pub text: String,
    /// Which repositories it concerns. A page about one of them shows it, and one about several if it speaks of all of
    /// those that the note concerns.
    pub repositories: Selection,
}

/// Every built-in template, asset and catalog, by the path under which a file of [`Settings::templates`] replaces it.
pub fn built_in() -> Vec<(String, Vec<u8>)> {
    engine::built_in()
}

/// Why there are no pages.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template or page could not be read.
    #[error("cannot read `{path}`: {cause}", path = path.display())]
    Read {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A template, or a file's name, is not UTF-8.
    #[error("`{}` is not UTF-8 text; save it as UTF-8", .0.display())]
    NotText(PathBuf),
    /// A page's head or Markdown has a fault.
    #[error("{path}:{line}: {what}", path = path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        line: usize,
        /// What is wrong, and how to mend it.
        what: String,
    },
    /// A template has a fault; the text names file, line and column.
    #[error("a template cannot be used: {0}")]
    Template(String),
    /// Something cannot become a page.
    #[error("cannot lay out the pages: {0}")]
    Address(String),
    /// A page refers to something that its bundle does not hold.
    #[error("`{page}` of role `{role}` links to `{link}`, which leads nowhere\n\nhint: {why}")]
    DeadLink {
        /// Whose bundle.
        role: String,
        /// Which page.
        page: String,
        /// As the page has it.
        link: String,
        /// The likely cause, and how to mend it.
        why: String,
    },
    /// A page was asked for that was not planned.
    #[error("the bundle of role `{role}` holds no page `{path}`")]
    NoSuchPage {
        /// Whose bundle.
        role: String,
        /// Which page.
        path: String,
    },
}
