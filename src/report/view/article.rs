//! A page of prose.

use serde::Serialize;

use super::Chrome;

/// `article.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ArticleView<'a> {
    pub(in crate::report) page: Chrome,
    /// Markup made from Markdown, safe to print as it is.
    pub(in crate::report) html: &'a str,
}

/// `404.html`: it may be shown at any address, so it knows of no other file.
#[derive(Debug, Serialize)]
pub(in crate::report) struct LostView<'a> {
    pub(in crate::report) site: &'a str,
    /// Where people find the site, such as `https://traffic.acme.example`.
    pub(in crate::report) address: &'a str,
}
