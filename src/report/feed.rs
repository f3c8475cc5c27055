//! Feeds after RFC 4287: what happened, and the months in short.

use std::cmp::Reverse;

use chrono::Days;
use serde::Serialize;

use super::figures::Metric;
use super::group::{Frame, Group, Than};
use super::locale::Words;
use super::stock::Repo;
use super::view::{Chrome, Link, Scope, amount, moved};
use crate::domain::Date;
use crate::domain::calendar::{self, Month};
use crate::domain::collection;
use crate::domain::policy::{PageKind, Role};
use crate::domain::signal::{self, Anomaly, Direction, Reason};
use crate::domain::traffic::Span;

pub(super) const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// How many entries a feed has: readers fetch it often and keep what they saw.
const ENTRIES: usize = 100;
const MONTHS: usize = 24;
/// For how long back events are looked for.
const DAYS: u64 = 90;

/// Which feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Events,
    Months,
}

impl Kind {
    pub(super) const ALL: [Kind; 2] = [Kind::Events, Kind::Months];

    pub(super) fn path(self) -> &'static str {
        match self {
            Kind::Events => "feeds/events.xml",
            Kind::Months => "feeds/months.xml",
        }
    }

    /// The kind of page that says the same, which a role must have.
    pub(super) fn page_kind(self) -> PageKind {
        match self {
            Kind::Events => PageKind::Events,
            Kind::Months => PageKind::Monthly,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Events => "feed-events",
            Kind::Months => "feed-months",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Kind::Events => "events.html",
            Kind::Months => "monthly.html",
        }
    }
}

/// Links to the feeds that a role has.
pub(super) fn links(words: &Words, role: &Role) -> Vec<Link> {
    let has = Kind::ALL.into_iter().filter(|kind| role.pages.contains(&kind.page_kind()));
    has.map(|kind| Link {
        label: words.text(kind.title()),
        href: kind.path().to_owned(),
        current: false,
        primary: false,
    })
    .collect()
}

/// Something that happened on a day.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) date: Date,
    /// In a sentence.
    pub(super) text: String,
    /// Tells it from every other event of the role, in every build.
    id: String,
    /// A page below the bundle's root.
    href: Option<String>,
    /// How many views or clones away from what is usual: the larger, the more worth telling.
    pub(super) weight: u64,
}

/// What happened in a repository during `span`: days far from what is usual, and releases.
pub(super) fn events(scope: &Scope<'_>, repo: &Repo, span: Span) -> Vec<Event> {
    let words = scope.words;
    let name = repo.name().to_string();
    let key = match repo.history.repository.id {
        Some(id) => format!("{}/{id}", repo.history.repository.host),
        None => format!("{}/{name}", repo.history.repository.host),
    };
    let href = scope.linked.then(|| repo.path.to_string());
    let far = signal::anomalies(&repo.history.traffic, &repo.history.referrers, span);
    let far = far.into_iter().map(|anomaly| Event {
        date: anomaly.peak,
        text: tell(words, &name, &anomaly),
        id: format!("anomaly/{key}/{}/{}", noun(&anomaly), anomaly.peak),
        href: href.clone(),
        weight: anomaly.cell.count.abs_diff(anomaly.usual),
    });
    let published = repo.history.releases.iter().filter_map(|release| {
        let date = release.published?.date_naive();
        span.contains(date).then(|| Event {
            date,
            text: words
                .say("feed-release", &[("repository", (&name).into()), ("release", (&clean(title(release))).into())]),
            id: format!("release/{key}/{}", release.id),
            href: href.clone(),
            weight: 0,
        })
    });
    far.chain(published).collect()
}

/// The operator's notes of days in `span`, as far as the role may read them.
pub(super) fn notes(scope: &Scope<'_>, span: Span) -> Vec<Event> {
    let told = scope.notes.iter().filter(|note| span.contains(note.date));
    let event = |note: &super::Note| Event {
        date: note.date,
        text: clean(&note.text),
        id: format!("note/{}/{}", note.date, crate::domain::release::Digest::of(note.text.as_bytes())),
        href: None,
        weight: u64::MAX,
    };
    told.map(event).collect()
}

fn title(release: &crate::domain::downloads::Release) -> &str {
    release.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&release.tag)
}

fn noun(anomaly: &Anomaly) -> &'static str {
    match anomaly.metric {
        collection::Metric::Views => "views",
        collection::Metric::Clones => "clones",
    }
}

fn tell(words: &Words, name: &str, anomaly: &Anomaly) -> String {
    let side = if anomaly.direction == Direction::Above { "above" } else { "below" };
    let day = words.day(anomaly.peak);
    let values = [
        ("repository", name.into()),
        ("n", anomaly.cell.count.into()),
        ("usual", anomaly.usual.into()),
        ("day", (&day).into()),
    ];
    let told = words.say(&format!("feed-{}-{side}", noun(anomaly)), &values);
    match &anomaly.reason {
        Some(Reason::Referrer { name, .. }) => {
            format!("{told} {}", words.say("feed-from", &[("referrer", (&clean(name)).into())]))
        }
        Some(Reason::Machines) => format!("{told} {}", words.text("feed-machines")),
        None => told,
    }
}

/// Text that somebody else wrote, without what no XML may hold and no line needs.
pub(super) fn clean(text: &str) -> String {
    let keep = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).map(keep).collect::<String>().trim().to_owned()
}

/// `feed.xml`
#[derive(Debug, Serialize)]
pub(super) struct FeedView {
    language: &'static str,
    id: String,
    title: String,
    site: String,
    updated: String,
    own: String,
    page: String,
    generator: &'static str,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    id: String,
    title: String,
    updated: String,
    href: String,
    text: String,
}

/// Collects a feed.
pub(super) struct Feed {
    kind: Kind,
    events: Vec<Event>,
}

impl Feed {
    pub(super) fn new(kind: Kind) -> Feed {
        Feed { kind, events: Vec::new() }
    }

    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        if self.kind == Kind::Months {
            return;
        }
        let Some(span) = looked_at(scope) else { return };
        self.events.extend(events(scope, repo, span));
        if self.events.len() > 4 * ENTRIES {
            self.thin();
        }
    }

    fn thin(&mut self) {
        self.events.sort_by(|a, b| (Reverse(a.date), &a.id).cmp(&(Reverse(b.date), &b.id)));
        self.events.truncate(ENTRIES);
    }

    pub(super) fn finish(mut self, scope: &Scope<'_>, group: &Group, page: Chrome) -> FeedView {
        let base = format!("{}/{}/", scope.base_url, scope.role.name);
        let tag = format!("tag:{},2026:{}", host(scope.base_url), scope.role.name);
        let entries: Vec<Entry> = match self.kind {
            Kind::Events => {
                self.events.extend(looked_at(scope).map_or_else(Vec::new, |span| notes(scope, span)));
                self.thin();
                let entry = |event: Event| Entry {
                    id: format!("{tag}/{}", event.id),
                    title: event.text.clone(),
                    updated: midnight(event.date),
                    href: format!("{base}{}", event.href.as_deref().unwrap_or(self.kind.page())),
                    text: event.text,
                };
                self.events.into_iter().map(entry).collect()
            }
            Kind::Months => months(scope, group, &tag, &base),
        };
        let newest = scope.settled.map_or_else(|| midnight(Date::default()), midnight);
        FeedView {
            language: scope.words.language().as_str(),
            id: format!("{tag}/{}", self.kind.path()),
            title: format!("{} · {}", scope.words.text(self.kind.title()), scope.role.title),
            updated: entries.first().map_or(newest, |entry| entry.updated.clone()),
            own: format!("{base}{}", self.kind.path()),
            page: format!("{base}{}", self.kind.page()),
            site: page.site,
            generator: page.generator,
            entries,
        }
    }
}

fn looked_at(scope: &Scope<'_>) -> Option<Span> {
    let last = scope.extent?.last;
    Some(Span { first: last - Days::new(DAYS - 1), last })
}

/// The months that are over and at rest, newest first.
fn months(scope: &Scope<'_>, group: &Group, tag: &str, base: &str) -> Vec<Entry> {
    let (Some(extent), Some(settled)) = (group.extent(), group.settled()) else { return Vec::new() };
    let mut over: Vec<Month> = calendar::months(extent).filter(|month| month.span().last <= settled).collect();
    over.reverse();
    let entry = |month: &Month| Entry {
        id: format!("{tag}/month/{month}"),
        title: scope.words.long_month(month.span().first),
        updated: midnight(month.next().span().first),
        href: format!("{base}{}", Kind::Months.page()),
        text: in_short(scope, group, *month),
    };
    over.iter().take(MONTHS).map(entry).collect()
}

fn in_short(scope: &Scope<'_>, group: &Group, month: Month) -> String {
    let words = scope.words;
    let told = |metric: Metric, name: &str| {
        let sum = group.sum(month.span(), metric);
        let value = amount(words, sum.state, sum.count);
        let mut text = words.say(&format!("feed-month-{name}"), &[("n", (&value).into())]);
        for (than, key) in [(Than::Before, "feed-month-before"), (Than::YearBefore, "feed-month-year")] {
            if let Some(moved) = moved(words, name, &group.compare(Frame::Month(month), than, metric, false)) {
                text = format!("{text} {}", words.say(key, &[("moved", (&moved).into())]));
            }
        }
        text
    };
    format!("{} {}", told(Metric::Views, "views"), told(Metric::Clones, "clones"))
}

/// RFC 3339, as Atom has it.
fn midnight(date: Date) -> String {
    format!("{date}T00:00:00Z")
}

/// The authority of a tag URI (RFC 4151): a name without a port.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_of_a_tag_has_no_port() {
        assert_eq!(host("https://traffic.acme.example:8443"), "traffic.acme.example");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1");
    }

    #[test]
    fn text_of_strangers_holds_nothing_that_xml_may_not() {
        assert_eq!(clean(" a\u{0}b\u{1b}[31m\r\nc\u{ffff} "), "a b [31m  c");
    }
}
