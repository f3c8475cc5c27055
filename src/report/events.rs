//! What happened, in order of time: days that stood out, releases, notes, new names, and what is missing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;

use super::best::Best;
use super::lately;
use super::locale::Words;
use super::stock::Repo;
use super::view::Scope;
use crate::domain::Date;
use crate::domain::collection::Metric;
use crate::domain::signal::{Anomaly, Direction, Reason};
use crate::domain::traffic::Span;

/// Of so many days there are events: thirteen months.
pub(super) const REACH: u64 = 396;

/// A history that begins so many days after the first of all is of a repository that came later.
const LATER: i64 = 14;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Event {
    /// The day it happened, or the last of its days.
    pub(super) date: Date,
    pub(super) kind: Kind,
    /// Its name and the address of its page, where it is about one repository and that has a page.
    pub(super) repository: Option<(String, Option<String>)>,
    /// What, in a sentence of the site's language. Strangers' words may be in it.
    pub(super) text: String,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// In the operator's words.
    Note,
    /// Far above or below what is usual.
    Anomaly,
    /// A release was published.
    Release,
    /// A repository has another name since.
    Renamed,
    /// A repository's history begins.
    New,
    /// Days that nobody asked for in time.
    Missing,
    /// Days that GitHub left out.
    Doubtful,
    /// GitHub's counting stood still.
    Frozen,
}

impl Kind {
    pub(super) const ALL: [Kind; 8] = [
        Kind::Note,
        Kind::Anomaly,
        Kind::Release,
        Kind::Renamed,
        Kind::New,
        Kind::Missing,
        Kind::Doubtful,
        Kind::Frozen,
    ];

    /// The message that names it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::Note => "events-kind-note",
            Kind::Anomaly => "events-kind-anomaly",
            Kind::Release => "events-kind-release",
            Kind::Renamed => "events-kind-renamed",
            Kind::New => "events-kind-new",
            Kind::Missing => "events-kind-missing",
            Kind::Doubtful => "events-kind-doubtful",
            Kind::Frozen => "events-kind-frozen",
        }
    }
}

type Key = (Date, Reverse<Kind>, u64, Reverse<String>);

/// Collects the newest events of a role: `new(&scope, most)`, `add(&scope, &repo)` for each repository, `finish(&scope)`.
pub(super) struct Events {
    reach: Option<Span>,
    begun: Option<Date>,
    best: Best<Key, Event>,
    /// What befell several repositories at once is one event.
    shared: BTreeMap<(Kind, Span), Shared>,
}

/// How many repositories, and the first of them.
struct Shared {
    repositories: usize,
    first: (String, Option<String>),
}

impl Events {
    pub(super) fn new(scope: &Scope<'_>, most: usize) -> Events {
        let newest = scope.extent.map(|extent| extent.last);
        let reach = newest.map(|last| Span { first: last - Days::new(REACH - 1), last: last.max(scope.today) });
        let begun = scope.extent.map(|extent| extent.first);
        Events { reach, begun, best: Best::new(most), shared: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let Some(reach) = self.reach else { return };
        let named = || (repo.name().to_string(), scope.href(repo));
        for anomaly in anomalies(repo, reach) {
            let weight = anomaly.cell.count.abs_diff(anomaly.usual);
            let key = (anomaly.peak, Reverse(Kind::Anomaly), weight, Reverse(named().0));
            self.best.push(key, || event(anomaly.peak, Kind::Anomaly, named(), stands_out(scope.words, &anomaly)));
        }
        for release in &repo.history.releases {
            let Some(date) = release.published.map(|at| at.date_naive()).filter(|date| reach.contains(*date)) else {
                continue;
            };
            let key = (date, Reverse(Kind::Release), release.id, Reverse(named().0));
            let tag = ("tag", (&release.tag).into());
            let said = if release.prerelease { "events-prerelease" } else { "events-release" };
            self.best.push(key, || event(date, Kind::Release, named(), scope.words.say(said, &[tag])));
        }
        for (name, date) in repo.history.renamed.iter().filter(|(_, date)| reach.contains(*date)) {
            // A name that somebody else has today is not told.
            if repo.aliases.contains(name) {
                let key = (*date, Reverse(Kind::Renamed), 0, Reverse(named().0));
                let text = || scope.words.say("events-renamed", &[("name", (&name.to_string()).into())]);
                self.best.push(key, || event(*date, Kind::Renamed, named(), text()));
            }
        }
        self.share(scope, repo, reach);
    }

    /// What may have befallen others on the same days.
    fn share(&mut self, scope: &Scope<'_>, repo: &Repo, reach: Span) {
        let mut add = |kind, span: Span| {
            let first = || (repo.name().to_string(), scope.href(repo));
            let shared = self.shared.entry((kind, span)).or_insert_with(|| Shared { repositories: 0, first: first() });
            shared.repositories += 1;
        };
        let gaps = repo.daily.gaps();
        let doubtful = repo.history.traffic.doubtful();
        for date in doubtful.range(reach.first..) {
            if gaps.iter().any(|gap| gap.contains(*date)) {
                add(Kind::Doubtful, Span { first: *date, last: *date });
            }
        }
        let own = |gap: &&Span| gap.last >= reach.first && !gap.days().all(|date| doubtful.contains(&date));
        gaps.iter().filter(own).for_each(|gap| add(Kind::Missing, *gap));
        let first = repo.daily.extent().map(|extent| extent.first);
        let later = first.zip(self.begun).filter(|(first, begun)| (*first - *begun).num_days() > LATER);
        if let Some((first, _)) = later.filter(|(first, _)| reach.contains(*first)) {
            add(Kind::New, Span { first, last: first });
        }
        // Gaps differ from one repository to the next in the worst case: the oldest give way.
        if self.shared.len() > SHARED {
            let mut ends: Vec<Date> = self.shared.keys().map(|(_, span)| span.last).collect();
            ends.sort_unstable();
            let middle = ends[ends.len() / 2];
            self.shared.retain(|(_, span), _| span.last > middle);
        }
    }

    /// Newest first, and how many older ones are left out.
    pub(super) fn finish(mut self, scope: &Scope<'_>) -> (Vec<Event>, usize) {
        let words = scope.words;
        for ((kind, span), shared) in std::mem::take(&mut self.shared) {
            let one = shared.repositories == 1;
            let text = befell(words, kind, span, shared.repositories);
            let repository = one.then_some(shared.first);
            let key = (span.last, Reverse(kind), shared.repositories as u64, Reverse(String::new()));
            self.best.push(key, || Event { date: span.last, kind, repository, text });
        }
        let Some(reach) = self.reach else { return self.best.finish() };
        for note in scope.known.notes.iter().filter(|note| reach.contains(note.date)) {
            let key = (note.date, Reverse(Kind::Note), 0, Reverse(note.text.clone()));
            let text = || note.text.clone();
            self.best.push(key, || Event { date: note.date, kind: Kind::Note, repository: None, text: text() });
        }
        for span in scope.known.stood.iter().filter(|span| reach.contains(span.last)) {
            let key = (span.last, Reverse(Kind::Frozen), 0, Reverse(String::new()));
            let text = || words.say("events-frozen", &[("days", (&words.span(*span)).into())]);
            self.best.push(key, || Event { date: span.last, kind: Kind::Frozen, repository: None, text: text() });
        }
        self.best.finish()
    }
}

/// So many different gaps are enough to choose the newest events from.
const SHARED: usize = 5_000;

fn event(date: Date, kind: Kind, repository: (String, Option<String>), text: String) -> Event {
    Event { date, kind, repository: Some(repository), text }
}

/// The days of a repository that stand out: those of the last weeks are known, and older ones are found here.
fn anomalies(repo: &Repo, reach: Span) -> Vec<Anomaly> {
    let Some(since) = repo.lately.since else { return Vec::new() };
    let before = Span::new(reach.first, since - Days::new(1));
    let mut all =
        before.map_or_else(Vec::new, |span| lately::far(&repo.history.traffic, &repo.history.referrers, span));
    all.extend(repo.lately.anomalies.iter().filter(|anomaly| reach.contains(anomaly.peak)).cloned());
    all
}

/// `4,310 views, where about 120 are usual; likely from news.example.`
fn stands_out(words: &Words, anomaly: &Anomaly) -> String {
    let key = match (anomaly.metric, anomaly.direction) {
        (Metric::Views, Direction::Above) => "events-views-above",
        (Metric::Views, Direction::Below) => "events-views-below",
        (Metric::Clones, Direction::Above) => "events-clones-above",
        (Metric::Clones, Direction::Below) => "events-clones-below",
    };
    let (count, uniques) = (anomaly.cell.count.into(), anomaly.cell.uniques.into());
    let mut parts = vec![words.say(key, &[("n", count), ("usual", anomaly.usual.into())])];
    match &anomaly.reason {
        Some(Reason::Referrer { name, views }) => {
            parts.push(words.say("events-reason-referrer", &[("name", (&**name).into()), ("n", (*views).into())]));
        }
        Some(Reason::Machines) => parts.push(words.say("events-reason-machines", &[("n", uniques)])),
        None => {}
    }
    if anomaly.days.len() > 1 {
        let (days, peak) = (words.span(anomaly.days), words.short_day(anomaly.peak));
        parts.push(words.say("events-several-days", &[("days", (&days).into()), ("peak", (&peak).into())]));
    }
    parts.join(&words.text("events-joint"))
}

fn befell(words: &Words, kind: Kind, span: Span, repositories: usize) -> String {
    let key = match kind {
        Kind::Missing => "events-missing",
        Kind::Doubtful => "events-doubtful",
        _ => "events-new",
    };
    let (days, n) = (words.span(span), span.len());
    let values = [("days", (&days).into()), ("n", repositories.into())];
    match kind {
        Kind::Missing => words.say(key, &[values[0], values[1], ("count", n.into())]),
        _ => words.say(key, &values),
    }
}
