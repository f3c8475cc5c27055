//! Components while Markdown is read: each is a mark as long as itself, so that Markdown does not take it apart and
//! every place in the text stays where it was.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Piece;
use super::component::{self, Component};

/// Around a mark. Both are characters that mean nothing to anybody; the text itself has none.
pub(super) const OPEN: char = '\u{e000}';
pub(super) const CLOSE: char = '\u{e001}';
const AROUND: usize = OPEN.len_utf8() + CLOSE.len_utf8();

/// A fault with the place in the text.
type Fault = (usize, String);

pub(super) struct Marks {
    /// The text with marks in it.
    pub(super) masked: String,
    places: Vec<Range<usize>>,
    texts: Vec<String>,
    /// Those that stand outside of code, by their number.
    components: Vec<Option<Component>>,
}

impl Marks {
    pub(super) fn of(text: &str) -> Marks {
        let fits = |place: &Range<usize>| place.len() > AROUND + 3;
        let places: Vec<Range<usize>> = component::places(text).into_iter().filter(fits).take(999).collect();
        let mut masked = text.to_owned();
        for (number, place) in places.iter().enumerate() {
            let width = place.len() - AROUND;
            masked.replace_range(place.clone(), &format!("{OPEN}{number:0width$}{CLOSE}"));
        }
        let texts: Vec<String> = places.iter().map(|place| text[place.clone()].to_owned()).collect();
        Marks { masked, components: vec![None; places.len()], places, texts }
    }

    /// The text as it was written.
    pub(super) fn plain(&self, text: &str) -> String {
        let mut whole = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Mark(number) => whole.push_str(self.texts.get(number).map_or("", String::as_str)),
            }
        }
        whole
    }

    /// Puts a text's parts among the events, and reads its components.
    pub(super) fn split(
        &mut self,
        text: &str,
        line: impl Fn(usize) -> usize,
        events: &mut Vec<Event<'_>>,
    ) -> Result<(), Fault> {
        for part in parts(text) {
            match part {
                Part::Text(text) => events.push(Event::Text(text.to_owned().into())),
                Part::Mark(number) => {
                    let (Some(text), Some(place)) = (self.texts.get(number), self.places.get(number)) else { continue };
                    let read = Component::parse(text, line(place.start));
                    self.components[number] = Some(read.map_err(|what| (place.start, what))?);
                    events.push(Event::InlineHtml(format!("{OPEN}{number}{CLOSE}").into()));
                }
            }
        }
        Ok(())
    }

    /// Takes the paragraph from around components that have one to themselves, and refuses those that need one.
    pub(super) fn place<'a>(&mut self, events: Vec<Event<'a>>) -> Result<Vec<Event<'a>>, Fault> {
        let mut placed = Vec::with_capacity(events.len());
        let mut from = 0;
        while from < events.len() {
            let end = match events[from] {
                Event::Start(Tag::Paragraph) => events[from..].iter().position(|e| *e == Event::End(TagEnd::Paragraph)),
                _ => None,
            };
            let inner = end.map_or(&[][..], |end| &events[from + 1..from + end]);
            let numbers: Vec<usize> = inner.iter().filter_map(number).collect();
            let alone = !numbers.is_empty() && inner.iter().all(|event| number(event).is_some() || is_space(event));
            if alone && let Some(end) = end {
                for number in numbers {
                    self.components[number].iter_mut().for_each(|component| component.alone = true);
                    placed.push(Event::Html(format!("{OPEN}{number}{CLOSE}").into()));
                }
                from += end + 1;
                continue;
            }
            if let Some(component) = number(&events[from]).and_then(|number| self.components[number].as_ref())
                && !component.fits_a_sentence()
            {
                let what = format!(
                    "the component `{}` must stand by itself: leave an empty line before and after it",
                    component.name()
                );
                return Err((number(&events[from]).map_or(0, |number| self.places[number].start), what));
            }
            placed.push(events[from].clone());
            from += 1;
        }
        Ok(placed)
    }

    /// Cuts the page at its components.
    pub(super) fn pieces(&self, html: &str) -> Vec<Piece> {
        let piece = |part| match part {
            Part::Text(text) => Some(Piece::Html(text.to_owned())),
            Part::Mark(number) => self.components.get(number)?.clone().map(Piece::Live),
        };
        parts(html).into_iter().filter_map(piece).collect()
    }
}

enum Part<'a> {
    Text(&'a str),
    Mark(usize),
}

/// A text cut at its marks. A lone character of a mark, which only an entity can have brought, is left out.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    for (at, part) in text.split(OPEN).enumerate() {
        let mark =
            part.split_once(CLOSE).filter(|_| at > 0).and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
        let rest = match mark {
            Some((number, rest)) => {
                found.push(Part::Mark(number));
                rest
            }
            None => part,
        };
        found.extend(rest.split(CLOSE).filter(|text| !text.is_empty()).map(Part::Text));
    }
    found
}

fn number(event: &Event<'_>) -> Option<usize> {
    let Event::InlineHtml(text) = event else { return None };
    text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?.parse().ok()
}

fn is_space(event: &Event<'_>) -> bool {
    match event {
        Event::Text(text) => text.trim().is_empty(),
        Event::SoftBreak | Event::HardBreak => true,
        _ => false,
    }
}
