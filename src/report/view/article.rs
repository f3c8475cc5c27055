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
