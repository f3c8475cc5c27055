//! The timeline of a role.

use serde::Serialize;

use super::{Chrome, Scope};
use crate::report::events::{Event, Events, Kind};
use crate::report::stock::Repo;

/// How many events the page tells.
const MOST: usize = 250;

/// `events.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct EventsView {
    page: Chrome,
    role: String,
    says: String,
    /// What the labels stand for, of those kinds that there are.
    kinds: Vec<Label>,
    months: Vec<MonthView>,
    rest: String,
}

#[derive(Debug, Serialize)]
struct MonthView {
    name: String,
    events: Vec<EventView>,
}

#[derive(Debug, Serialize)]
struct EventView {
    date: String,
    day: String,
    label: Label,
    repository: Option<String>,
    href: Option<String>,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct Label {
    kind: Kind,
    text: String,
}

/// Collects the page.
pub(in crate::report) struct EventsPage(Events);

impl EventsPage {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> EventsPage {
        EventsPage(Events::new(scope, MOST))
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.0.add(scope, repo);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> EventsView {
        let words = scope.words;
        let (events, rest) = self.0.finish(scope);
        let says = match events.len() {
            0 => words.text("events-none"),
            n => words.say("events-says", &[("n", (n + rest).into())]),
        };
        let label = |kind: Kind| Label { kind, text: words.text(kind.key()) };
        let there = |kind: &Kind| events.iter().any(|event| event.kind == *kind);
        let kinds = Kind::ALL.into_iter().filter(there).map(label).collect();
        let view = |event: &Event| EventView {
            date: event.date.to_string(),
            day: words.short_day(event.date),
            label: label(event.kind),
            repository: event.repository.as_ref().map(|(name, _)| name.clone()),
            href: event.repository.as_ref().and_then(|(_, href)| href.clone()),
            text: event.text.clone(),
        };
        let month = |event: &Event| words.long_month(event.date);
        let months = events.chunk_by(|a, b| month(a) == month(b));
        let months = months.map(|all| MonthView { name: month(&all[0]), events: all.iter().map(view).collect() });
        EventsView {
            page,
            role: scope.role.title.clone(),
            says,
            kinds,
            months: months.collect(),
            rest: if rest > 0 { words.say("events-rest", &[("n", rest.into())]) } else { String::new() },
        }
    }
}
