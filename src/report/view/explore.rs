//! The page on which people put together what they want to see, and the files that it draws from.
//!
//! # Addresses
//! What is chosen stands in the fragment of the address, `explore.html#r=acme/anvil,acme/bolt&m=views&last=182&by=week`:
//!
//! | name | value | if it is missing |
//! |---|---|---|
//! | `r` | repositories by name, with commas; `acme/*` is all of an owner, `*` all there are | those with most views |
//! | `m` | `views`, `visitors`, `clones`, `cloners`, `stars`, `forks` or `downloads` | `views` |
//! | `last` | days to the newest one, or `all` | `182`, unless `from` and `to` are there |
//! | `from`, `to` | the first and the last day, `2026-01-31` | |
//! | `by` | `day`, `week` or `month`, or one bar for each `owner` or `repository` | `week` |
//! | `split` | `none`, or a line for each `repository` or `owner` | `repository` |
//! | `chart` | `line`, `area` or `bar` | `line` |
//!
//! A name that the reader's bundle does not hold is left out, and the page says that something was left out.
//! [`link`] makes such an address, relative to the bundle's root; a saved view of a content page is one.
//!
//! # Files
//! A page opened from a disk may not fetch, so data comes as scripts that call `tollgate` with one object: a small
//! `explore/index.js` for each role, and one for each repository, the same in every bundle. Another site cannot load
//! them with somebody's session: its cookie is `SameSite=Lax`, and every reply says `same-origin` to who embeds it.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Chrome, Scope, recent};
use crate::domain::Date;
use crate::domain::policy::PageKind;
use crate::domain::repo::Counters;
use crate::domain::traffic::{Cell, Coverage};
use crate::report::figures::{Known, Metric};
use crate::report::stock::Repo;

/// What a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Figure {
    Views,
    Stars,
    Downloads,
}

impl Figure {
    fn name(self) -> &'static str {
        match self {
            Figure::Views => "views",
            Figure::Stars => "stars",
            Figure::Downloads => "downloads",
        }
    }
}

/// Over which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Range {
    /// As many, to the newest.
    Last(u32),
    All,
}

/// What a point or bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum By {
    Week,
    Month,
    Owner,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::Week => "week",
            By::Month => "month",
            By::Owner => "owner",
        }
    }
}

/// The address of a view. Repositories are `owner/name`, `owner/*` or `*`.
pub(in crate::report) fn link(repositories: &[&str], figure: Figure, range: Range, by: By) -> String {
    let range = match range {
        Range::Last(days) => format!("last={days}"),
        Range::All => "last=all".to_owned(),
    };
    format!("{PAGE}#r={}&m={}&{range}&by={}", repositories.join(","), figure.name(), by.name())
}

const PAGE: &str = "explore.html";

/// Where the data of a repository lies, from the address of its page.
pub(in crate::report) fn data_path(page: &str) -> String {
    let stem = stem(page);
    format!("explore/{stem}.js")
}

/// `acme/anvil` of `repositories/acme/anvil.html`.
pub(super) fn stem(page: &str) -> &str {
    page.trim_start_matches("repositories/").trim_end_matches(".html")
}

/// `explore.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ExploreView {
    page: Chrome,
    role: String,
    says: String,
    /// Two assets: what draws, and what the page does.
    drawing: String,
    script: String,
    /// Whether there are files to read for who has no script.
    csv: bool,
    examples: Vec<Example>,
}

/// A view to begin with.
#[derive(Debug, Serialize)]
struct Example {
    label: String,
    href: String,
}

pub(in crate::report) fn explore(scope: &Scope<'_>, page: Chrome, asset: impl Fn(&str) -> String) -> ExploreView {
    let examples = [
        ("explore-example-quarter", Figure::Views, Range::Last(91), By::Week),
        ("explore-example-owners", Figure::Views, Range::Last(364), By::Owner),
        ("explore-example-stars", Figure::Stars, Range::All, By::Month),
        ("explore-example-downloads", Figure::Downloads, Range::All, By::Month),
    ];
    let shown = examples.into_iter().filter(|(_, _, _, by)| *by != By::Owner || scope.owners > 1);
    ExploreView {
        page,
        role: scope.role.title.clone(),
        says: scope.extent_in_words(),
        drawing: asset("draw.js"),
        script: asset("explore.js"),
        csv: scope.role.pages.contains(&PageKind::Csv),
        examples: shown
            .map(|(key, figure, range, by)| Example {
                label: scope.words.text(key),
                href: link(&["*"], figure, range, by),
            })
            .collect(),
    }
}

/// `explore/index.js`: the repositories by owner, with their views of four weeks.
pub(in crate::report) struct Index {
    text: String,
    owner: Option<String>,
}

impl Index {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Index {
        let number = |date: Option<Date>| date.map_or_else(|| "null".to_owned(), |date| day(date).to_string());
        let extent = scope.extent;
        let text = format!(
            "tollgate({{\"first\":{},\"last\":{},\"settled\":{},\"owners\":[",
            number(extent.map(|extent| extent.first)),
            number(extent.map(|extent| extent.last)),
            number(scope.settled),
        );
        Index { text, owner: None }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        let views = scope.settled.and_then(|settled| repo.daily.total(recent(settled), Metric::Views));
        let views = views.filter(|total| total.known > 0).map_or_else(|| "null".to_owned(), |it| it.count.to_string());
        begin(&mut self.text, &mut self.owner, repo);
        let _ = write!(self.text, ",{views}");
        end(&mut self.text, repo);
    }

    pub(in crate::report) fn finish(mut self) -> Vec<u8> {
        self.text.push_str(if self.owner.is_some() { "]]]})\n" } else { "]})\n" });
        self.text.into_bytes()
    }
}

/// Opens a repository's list within that of its owner: `["acme",[["anvil"`.
pub(super) fn begin(text: &mut String, owner: &mut Option<String>, repo: &Repo) {
    let name = repo.name();
    if owner.as_deref() == Some(name.owner()) {
        text.push(',');
    } else {
        text.push_str(if owner.is_some() { "]],[" } else { "[" });
        quote(text, name.owner());
        text.push_str(",[");
        *owner = Some(name.owner().to_owned());
    }
    text.push('[');
    quote(text, name.name());
}

/// Closes it, with the address where that is not the name.
pub(super) fn end(text: &mut String, repo: &Repo) {
    let stem = stem(repo.path.as_str());
    if stem != repo.name().to_string() {
        text.push(',');
        quote(text, stem);
    }
    text.push(']');
}

/// A text as JSON that no markup can end: names are written by strangers.
pub(super) fn quote(text: &mut String, value: &str) {
    text.push_str(&serde_json::Value::from(value).to_string().replace('<', "\\u003c"));
}

/// Days since 1970.
fn day(date: Date) -> i64 {
    (date - Date::default()).num_days()
}

/// The data of a repository: every day from the first known one, `null` where a figure is unknown.
pub(in crate::report) fn data(repo: &Repo) -> Vec<u8> {
    let mut text = String::from("tollgate({\"name\":");
    quote(&mut text, &repo.name().to_string());
    let number = |date: Option<Date>| date.map_or(0, day);
    let first = repo.daily.extent().map(|extent| extent.first);
    let _ = write!(text, ",\"first\":{},\"settled\":{}", number(first), number(repo.daily.settled()));
    type Of = fn(Cell) -> u64;
    let series: [(&str, Metric, Of); 4] = [
        ("views", Metric::Views, |cell| cell.count),
        ("visitors", Metric::Views, |cell| cell.uniques),
        ("clones", Metric::Clones, |cell| cell.count),
        ("cloners", Metric::Clones, |cell| cell.uniques),
    ];
    for (name, metric, pick) in series {
        let values = repo.daily.iter().map(|(_, day)| day.cell(metric).map(pick));
        list(&mut text, name, values, |text, value| match value {
            Some(value) => _ = write!(text, "{value}"),
            None => text.push_str("null"),
        });
    }
    let least = |day: &Known| day.coverage == Coverage::Unknown && (day.views.is_some() || day.clones.is_some());
    let least = repo.daily.iter().enumerate().filter(|(_, (_, day))| least(day)).map(|(at, _)| at);
    list(&mut text, "least", least, |text, at| _ = write!(text, "{at}"));
    let counters = &repo.history.counters;
    let read = |pick: fn(&Counters) -> Option<u64>| {
        sparse(counters.iter().filter_map(move |(date, counters)| Some((day(*date), pick(counters)?))))
    };
    let pair = |text: &mut String, (day, value): (i64, u64)| _ = write!(text, "[{day},{value}]");
    list(&mut text, "stars", read(|counters| counters.stars).into_iter(), pair);
    list(&mut text, "forks", read(|counters| counters.forks).into_iter(), pair);
    list(&mut text, "downloads", sparse(downloads(repo).into_iter()).into_iter(), pair);
    text.push_str("})\n");
    text.into_bytes()
}

fn list<T>(text: &mut String, name: &str, values: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
    let _ = write!(text, ",\"{name}\":[");
    for (at, value) in values.enumerate() {
        if at > 0 {
            text.push(',');
        }
        write(text, value);
    }
    text.push(']');
}

/// Without what lies between two of the same value: whoever reads it knows that nothing changed.
fn sparse(values: impl Iterator<Item = (i64, u64)>) -> Vec<(i64, u64)> {
    let mut kept: Vec<(i64, u64)> = Vec::new();
    for (day, value) in values {
        match kept.as_mut_slice() {
            [.., (_, before), (last, held)] if *before == value && *held == value => *last = day,
            _ => kept.push((day, value)),
        }
    }
    kept
}

/// How often all files of all releases had been fetched, on every day somebody looked.
fn downloads(repo: &Repo) -> Vec<(i64, u64)> {
    let assets = || repo.history.releases.iter().flat_map(|release| &release.assets);
    let mut steps: Vec<(Date, u64)> = Vec::new();
    for asset in assets() {
        let mut before = 0;
        for (date, count) in &asset.downloads {
            // A counter is never counted down: a lower reading is a slip of GitHub's.
            steps.push((*date, count.saturating_sub(before)));
            before = before.max(*count);
        }
    }
    steps.sort_unstable();
    let mut sums: Vec<(i64, u64)> = Vec::new();
    let mut sum = 0;
    for (date, more) in steps {
        sum += more;
        match sums.last_mut() {
            Some((last, held)) if *last == day(date) => *held = sum,
            _ => sums.push((day(date), sum)),
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_what_a_view_shows() {
        let address = link(&["acme/anvil", "acme-labs/*"], Figure::Views, Range::Last(90), By::Week);
        assert_eq!(address, "explore.html#r=acme/anvil,acme-labs/*&m=views&last=90&by=week");
        assert_eq!(
            link(&["*"], Figure::Downloads, Range::All, By::Month),
            "explore.html#r=*&m=downloads&last=all&by=month"
        );
    }

    #[test]
    fn a_strangers_text_cannot_end_the_script() {
        let mut text = String::new();
        quote(&mut text, "</script>\"\\\n");
        assert_eq!(text, r#""\u003c/script>\"\\\n""#);
    }

    #[test]
    fn a_counter_keeps_only_where_it_changes_and_the_ends_of_what_stays() {
        let read = [(1, 5), (2, 5), (3, 5), (9, 6), (10, 6), (11, 5)];
        assert_eq!(sparse(read.into_iter()), [(1, 5), (3, 5), (9, 6), (10, 6), (11, 5)]);
    }
}
