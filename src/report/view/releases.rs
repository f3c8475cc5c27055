//! Releases and their files: how often they were fetched, and what readers did around them.

use std::cmp::Reverse;

use chrono::Days;
use serde::Serialize;

use super::{Card, ChangeView, Chrome, RECENT, Scope, amount_of, change, share};
use crate::domain::downloads::{Asset, Release};
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};
use crate::report::best::Best;
use crate::report::figures::Metric;
use crate::report::group::Compared;
use crate::report::locale::Words;
use crate::report::stock::Repo;

const REPOSITORIES: usize = 50;
const ASSETS: usize = 50;
const NEWEST: usize = 25;

/// Views before and after a release are of so many days.
const AROUND: u64 = 14;

/// `releases.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ReleasesView {
    page: Chrome,
    role: String,
    says: String,
    cards: Vec<Card>,
    newest: Vec<NewRow>,
    newest_rest: String,
    repositories: Vec<RepoRow>,
    repositories_rest: String,
    assets: Vec<AssetRow>,
    assets_rest: String,
}

#[derive(Clone, Debug, Serialize)]
struct Named {
    owner: String,
    name: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct NewRow {
    of: Named,
    tag: String,
    title: String,
    prerelease: bool,
    published: String,
    downloads: String,
    before: String,
    after: String,
    change: ChangeView,
}

#[derive(Debug, Serialize)]
struct RepoRow {
    of: Named,
    releases: String,
    newest: String,
    recent: String,
    all: String,
    bar: u64,
    #[serde(skip)]
    rank: u64,
}

#[derive(Debug, Serialize)]
struct AssetRow {
    of: Named,
    file: String,
    tag: String,
    size: String,
    recent: String,
    all: String,
    bar: u64,
    #[serde(skip)]
    rank: u64,
}

/// Downloads of several files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fetched {
    all: u64,
    /// In four weeks, of those files where both ends are known, and how many these are.
    recent: u64,
    known: usize,
    files: usize,
}

type Key = (u64, u64, Reverse<String>, Reverse<u64>);

/// Collects the page.
pub(in crate::report) struct Releases {
    fetched: Fetched,
    releases: u64,
    published: u64,
    with: u64,
    since: Date,
    newest: Best<(Timestamp, Reverse<String>, u64), NewRow>,
    repositories: Best<Key, RepoRow>,
    assets: Best<Key, AssetRow>,
}

impl Releases {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Releases {
        Releases {
            fetched: Fetched::default(),
            releases: 0,
            published: 0,
            with: 0,
            since: scope.settled.unwrap_or(scope.today) - Days::new(RECENT - 1),
            newest: Best::new(NEWEST),
            repositories: Best::new(REPOSITORIES),
            assets: Best::new(ASSETS),
        }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let releases = &repo.history.releases;
        if releases.is_empty() {
            return;
        }
        let words = scope.words;
        let full = repo.name().to_string();
        let named = || Named {
            owner: repo.name().owner().to_owned(),
            name: repo.name().name().to_owned(),
            href: scope.href(repo),
        };
        self.with += 1;
        self.releases += releases.len() as u64;
        // All files of a repository are read at once, so its newest reading is the end of its four weeks.
        let end = releases.iter().flat_map(|release| &release.assets).filter_map(newest_reading).max();
        let mut all = Fetched::default();
        for release in releases {
            let mut own = Fetched::default();
            for asset in &release.assets {
                let one = Fetched::of(asset, end);
                own.add(one);
                let key = (one.recent, one.all, Reverse(full.clone()), Reverse(asset.id));
                self.assets.push(key, || asset_row(words, named(), release, asset, one));
            }
            all.add(own);
            if let Some(published) = release.published {
                self.published += u64::from(published.date_naive() >= self.since);
                let key = (published, Reverse(full.clone()), release.id);
                self.newest.push(key, || new_row(words, named(), repo, release, own));
            }
        }
        self.fetched.add(all);
        let newest = releases.iter().filter_map(|release| Some((release.published?, &release.tag))).max();
        let key = (all.recent, all.all, Reverse(full), Reverse(0));
        self.repositories.push(key, || RepoRow {
            of: named(),
            releases: words.number(releases.len() as u64),
            newest: newest.map_or_else(String::new, |(at, tag)| format!("{tag}, {}", words.day(at.date_naive()))),
            recent: all.recently(words),
            all: all.in_all(words),
            bar: 0,
            rank: all.recent,
        });
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> ReleasesView {
        let words = scope.words;
        let left = |n: usize| if n > 0 { words.say("releases-rest", &[("n", n.into())]) } else { String::new() };
        let cards = if self.releases == 0 { Vec::new() } else { self.cards(words) };
        let says = self.says(words);
        let (newest, newest_rest) = self.newest.finish();
        let (mut repositories, repositories_rest) = self.repositories.finish();
        let (mut assets, assets_rest) = self.assets.finish();
        let most = repositories.first().map_or(0, |row| row.rank);
        repositories.iter_mut().for_each(|row| row.bar = share(row.rank, most));
        let most = assets.first().map_or(0, |row| row.rank);
        assets.iter_mut().for_each(|row| row.bar = share(row.rank, most));
        ReleasesView {
            page,
            role: scope.role.title.clone(),
            says,
            cards,
            newest,
            newest_rest: left(newest_rest),
            repositories,
            repositories_rest: left(repositories_rest),
            assets,
            assets_rest: left(assets_rest),
        }
    }

    fn says(&self, words: &Words) -> String {
        match self.releases {
            0 => words.text("releases-none"),
            n => words.say("releases-says", &[("n", n.into()), ("repositories", self.with.into())]),
        }
    }

    fn cards(&self, words: &Words) -> Vec<Card> {
        let card = |label: &str, value: String, qualifier: &str| Card {
            year: None,
            label: words.text(label),
            qualifier: if qualifier.is_empty() { String::new() } else { words.text(qualifier) },
            value,
            change: None,
            beside: String::new(),
            spark: None,
        };
        vec![
            card("releases-downloads-recent", self.fetched.recently(words), "releases-readings"),
            card("releases-downloads-all", self.fetched.in_all(words), "releases-since-upload"),
            card("releases-published", words.number(self.published), "releases-published-when"),
        ]
    }
}

impl Fetched {
    /// Of one file, in the four weeks to `end`.
    fn of(asset: &Asset, end: Option<Date>) -> Fetched {
        let recent = end.and_then(|end| asset.between(end - Days::new(RECENT), end));
        Fetched {
            all: asset.downloads.last().map_or(0, |(_, count)| *count),
            recent: recent.unwrap_or(0),
            known: usize::from(recent.is_some()),
            files: 1,
        }
    }

    fn add(&mut self, other: Fetched) {
        self.all += other.all;
        self.recent += other.recent;
        self.known += other.known;
        self.files += other.files;
    }

    fn recently(&self, words: &Words) -> String {
        let value = words.number(self.recent);
        match self.known {
            0 => "–".to_owned(),
            known if known < self.files => format!("≥ {value}"),
            _ => value,
        }
    }

    fn in_all(&self, words: &Words) -> String {
        if self.files == 0 { "–".to_owned() } else { words.number(self.all) }
    }
}

fn newest_reading(asset: &Asset) -> Option<Date> {
    asset.downloads.last().map(|(date, _)| *date)
}

fn asset_row(words: &Words, of: Named, release: &Release, asset: &Asset, fetched: Fetched) -> AssetRow {
    AssetRow {
        of,
        file: asset.name.clone(),
        tag: release.tag.clone(),
        size: size(words, asset.size),
        recent: fetched.recently(words),
        all: if asset.downloads.is_empty() { "–".to_owned() } else { words.number(fetched.all) },
        bar: 0,
        rank: fetched.recent,
    }
}

fn new_row(words: &Words, of: Named, repo: &Repo, release: &Release, fetched: Fetched) -> NewRow {
    let day = release.published.map(|at| at.date_naive()).unwrap_or_default();
    let after = Span { first: day, last: day + Days::new(AROUND - 1) };
    let total = |span| repo.daily.total(span, Metric::Views);
    let (was, is) = (total(after.before()), total(after));
    let same = release.name.as_deref().is_none_or(|name| name == release.tag);
    NewRow {
        of,
        tag: release.tag.clone(),
        title: if same { String::new() } else { release.name.clone().unwrap_or_default() },
        prerelease: release.prerelease,
        published: words.day(day),
        downloads: fetched.in_all(words),
        before: amount_of(words, was.as_ref(), |total| total.count),
        after: amount_of(words, is.as_ref(), |total| total.count),
        change: change(words, &Compared::one(is, was, |total| total.count)),
    }
}

/// Bytes as people read them, in powers of ten.
fn size(words: &Words, bytes: u64) -> String {
    let (unit, step) = match bytes {
        ..1_000 => ("B", 1),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let value =
        if step > 1 && bytes < 10 * step { words.tenths(bytes * 10 / step) } else { words.number(bytes / step) };
    format!("{value}\u{a0}{unit}")
}
