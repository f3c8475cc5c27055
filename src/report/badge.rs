//! Badges: the views of four weeks as a small picture, for pages elsewhere.

use serde::Serialize;

use super::figures::Metric;
use super::locale::Words;
use super::stock::Repo;
use super::view::recent;
use crate::domain::release::PagePath;
use crate::domain::repo::{Repository, Selection, Selector};

pub(super) const MEDIA_TYPE: &str = "image/svg+xml";

/// `badge.svg`; all lengths in pixels.
#[derive(Debug, Serialize)]
pub(super) struct BadgeView {
    /// What it says, for those who do not see it.
    title: String,
    label: Piece,
    value: Piece,
    width: u64,
}

/// One half.
#[derive(Debug, Serialize)]
struct Piece {
    text: String,
    x: u64,
    width: u64,
    middle: u64,
    /// How long the text is drawn, whatever font there is.
    length: u64,
}

impl Piece {
    fn new(text: String, x: u64) -> Piece {
        // Letters of a Latin script are about as wide as in the fonts named in the template; others are square.
        let length = text.chars().map(|c| if c.is_ascii() { 13 } else { 22 }).sum::<u64>() / 2;
        let width = length + 12;
        Piece { text, x, width, middle: x + width / 2, length }
    }
}

/// Its address, the same in every bundle: beside `repositories/acme/anvil.html` lies `badges/acme/anvil.svg`.
pub(super) fn path(page: &PagePath) -> String {
    let page = page.as_str();
    let stem = page.strip_prefix("repositories/").unwrap_or(page);
    format!("badges/{}.svg", stem.strip_suffix(".html").unwrap_or(stem))
}

/// The badge of a repository. A sum that lacks days nobody knows is none.
pub(super) fn badge(words: &Words, repo: &Repo) -> BadgeView {
    let known = repo.daily.settled().map(recent).and_then(|span| {
        let total = repo.daily.total(span, Metric::Views).filter(|total| total.known > 0 && total.whole());
        Some((span, total?.count))
    });
    let name = repo.name().to_string();
    let name = ("repository", (&name).into());
    let (value, title) = match known {
        Some((span, views)) => {
            let (short, full, days) = (words.short(views), words.number(views), words.span(span));
            let title = words.say("badge-title", &[name, ("views", (&full).into()), ("days", (&days).into())]);
            (words.say("badge-value", &[("views", (&short).into())]), title)
        }
        None => (words.text("badge-unknown"), words.say("badge-title-unknown", &[name])),
    };
    let label = Piece::new(words.text("badge-label"), 0);
    let value = Piece::new(value, label.width);
    BadgeView { title, width: label.width + value.width, label, value }
}

/// Whether anybody may see it, if its name means it today. What is private, or may be, must be named in full.
pub(super) fn is_public(public: &Selection, repository: &Repository) -> bool {
    let in_full = |selector: &Selector| {
        let plain = |text: &str| !text.contains(['*', '?', '[']);
        matches!(selector, Selector::Name { owner, name } if plain(owner) && plain(name)) && selector.picks(repository)
    };
    let open = repository.private() == Some(false) || public.positive().iter().any(in_full);
    open && public.picks(repository)
}
