//! The page of one repository. It says nothing of any role, so it is the same in every bundle.

use serde::Serialize;

use super::overview::charts;
use super::rankings::{self, Ranking};
use super::{Card, ChangeView, Chrome, recent, table, traffic_cards};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::{Daily, Metric};
use crate::report::group::Group;
use crate::report::heat::{self, Heat};
use crate::report::locale::Words;
use crate::report::points::{Point, Step};
use crate::report::stock::Repo;

/// Takes one counter.
type Counter = fn(&Counters) -> Option<u64>;

const RANKS: usize = 15;
const GAPS: usize = 12;

/// `repository.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct RepositoryView {
    page: Chrome,
    owner: String,
    name: String,
    /// The repository on its GitHub host.
    address: String,
    host: String,
    description: Option<String>,
    badges: Vec<&'static str>,
    aliases: Vec<String>,
    /// The days the cards speak of, and those they are compared with.
    days: String,
    before: String,
    cards: Vec<Card>,
    views: Pair,
    clones: Pair,
    heat: Option<Heat>,
    referrers: Lists,
    paths: Lists,
    counters: Vec<Card>,
    stars: Option<Chart>,
    forks: Option<Chart>,
    coverage: Option<CoverageView>,
}

/// One figure by day and over everything.
#[derive(Debug, Serialize)]
struct Pair {
    recent: Option<Chart>,
    whole: Option<Chart>,
}

#[derive(Debug, Serialize)]
struct Lists {
    newest: Option<Ranking>,
    longer: Option<Ranking>,
}

/// How well the days are known.
#[derive(Debug, Serialize)]
struct CoverageView {
    span: String,
    days: String,
    parts: Vec<Part>,
    gaps: Vec<String>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct Part {
    class: &'static str,
    label: &'static str,
    meaning: &'static str,
    days: String,
    percent: String,
    /// Of a thousand: where the bar's part begins and how wide it is.
    x: u64,
    width: u64,
}

pub(in crate::report) fn repository(words: &Words, repo: &Repo, page: Chrome) -> RepositoryView {
    let repository = &repo.history.repository;
    let group = Group::of([&repo.daily]);
    let settled = group.settled();
    let pair = |metric| {
        let (recent, whole) = settled.map_or((None, None), |settled| charts(words, &group, settled, metric));
        Pair { recent, whole }
    };
    let named = [
        (repository.private() == Some(true), "private"),
        (repository.traits.fork, "fork"),
        (repository.traits.archived, "archived"),
    ];
    RepositoryView {
        page,
        owner: repository.name.owner().to_owned(),
        name: repository.name.name().to_owned(),
        address: format!("https://{}/{}", repository.host, repository.name),
        host: repository.host.clone(),
        description: repository.description.clone().filter(|text| !text.is_empty()),
        badges: named.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect(),
        aliases: repo.aliases.iter().map(ToString::to_string).collect(),
        days: settled.map_or_else(String::new, |settled| words.span(recent(settled))),
        before: settled.map_or_else(String::new, |settled| words.span(recent(settled).before())),
        cards: settled.map_or_else(Vec::new, |settled| traffic_cards(words, &group, settled)),
        views: pair(Metric::Views),
        clones: pair(Metric::Clones),
        heat: heat::year(words, &repo.daily),
        referrers: Lists {
            newest: rankings::newest(words, &repo.history.referrers),
            longer: rankings::longer(words, &repo.history.referrers, RANKS),
        },
        paths: paths(words, repo),
        counters: counters(words, repo),
        stars: over_time(words, repo, "Stars", |counters| counters.stars),
        forks: over_time(words, repo, "Forks", |counters| counters.forks),
        coverage: coverage(words, &repo.daily),
    }
}

/// The repository's own paths, without its name before each.
fn paths(words: &Words, repo: &Repo) -> Lists {
    let mut lists = Lists {
        newest: rankings::newest(words, &repo.history.paths),
        longer: rankings::longer(words, &repo.history.paths, RANKS),
    };
    let prefix = format!("/{}", repo.name());
    for ranking in [&mut lists.newest, &mut lists.longer].into_iter().flatten() {
        ranking.below(&prefix);
    }
    lists
}

/// The counters as they stood last, beside four weeks earlier.
fn counters(words: &Words, repo: &Repo) -> Vec<Card> {
    let Some((newest, _)) = repo.history.counters.last() else { return Vec::new() };
    let kinds: [(&str, &str, Counter); 4] = [
        ("Stars", "", |counters| counters.stars),
        ("Forks", "", |counters| counters.forks),
        ("Watchers", "", |counters| counters.watchers),
        ("Open", "issues and pull requests", |counters| counters.open_issues_and_pulls),
    ];
    let card = |(label, qualifier, pick): (&'static str, &'static str, Counter)| {
        let value = table::latest(repo, pick)?;
        let before = table::counter_on(repo, recent(*newest).before().last, pick);
        let spark = {
            let mut weeks = table::CounterWeeks::new(*newest);
            weeks.add(repo, pick);
            weeks.finish()
        };
        let mut change = difference(words, before, value);
        if label == "Open" {
            // More of it is neither good nor bad.
            change.iter_mut().for_each(|change| change.class = "flat");
        }
        let (label, qualifier) = (label.to_owned(), qualifier.to_owned());
        Some(Card { label, qualifier, value: words.number(value), change, beside: said(before), spark })
    };
    kinds.into_iter().filter_map(card).collect()
}

/// Counters are compared by how many came or went: that is what people ask about stars.
fn difference(words: &Words, before: Option<u64>, now: u64) -> Option<ChangeView> {
    let before = before?;
    let text = words.number(before.abs_diff(now));
    let (class, mark, spoken) = match now.cmp(&before) {
        std::cmp::Ordering::Greater => ("up", "▲", "up"),
        std::cmp::Ordering::Less => ("down", "▼", "down"),
        std::cmp::Ordering::Equal => ("flat", "±", ""),
    };
    Some(ChangeView { class, mark, spoken: spoken.to_owned(), text, why: String::new() })
}

fn said(before: Option<u64>) -> String {
    before.map_or_else(|| "nothing to compare with".to_owned(), |_| "in 28 days".to_owned())
}

fn over_time(words: &Words, repo: &Repo, noun: &'static str, pick: Counter) -> Option<Chart> {
    let known = || repo.history.counters.iter().filter_map(|(date, counters)| Some((*date, pick(counters)?)));
    let (first, last) = (known().next()?.0, known().next_back()?.0);
    let span = Span::new(first, last).filter(|span| span.len() > 1)?;
    let step = if span.len() > chart::MOST_DAYS { Step::Week } else { Step::Day };
    let point = |span: Span| {
        let date = span.last.min(last);
        Point { span, first: counter_line(repo, date, pick), second: None, rising: false, bound: false }
    };
    let points: Vec<Point> = step.periods(span).into_iter().map(point).collect();
    let (before, now) = (counter_line(repo, first, pick).unwrap_or(0), counter_line(repo, last, pick).unwrap_or(0));
    let turn = if now >= before { "more" } else { "fewer" };
    let noun_now = noun.to_lowercase();
    let moved = words.number(now.abs_diff(before));
    let lead = format!(
        "{} {noun_now} on {}, {moved} {turn} than on {}.",
        words.number(now),
        words.day(last),
        words.day(first)
    );
    let captions = Captions {
        words,
        title: format!("{noun}, {}", words.span(span)),
        first: noun,
        second: None,
        step,
        lead,
        counter: true,
    };
    chart::draw(&captions, &points)
}

/// A counter stands until it is read again.
fn counter_line(repo: &Repo, date: Date, pick: Counter) -> Option<u64> {
    let counters = &repo.history.counters;
    let split = counters.partition_point(|(day, _)| *day <= date);
    counters[..split].iter().rev().find_map(|(_, counters)| pick(counters))
}

fn coverage(words: &Words, daily: &Daily) -> Option<CoverageView> {
    let span = daily.extent()?;
    let counts = daily.coverage();
    let all = span.len() as u64;
    let kinds = [
        ("measured", "Measured", "GitHub gave a figure"),
        ("assumed", "Assumed zero", "asked in time, left out by GitHub"),
        ("provisional", "Provisional", "still rising, outside comparisons"),
        ("unknown", "Unknown", "nobody asked in time"),
    ];
    let mut x = 0;
    let mut parts = Vec::new();
    for ((class, label, meaning), days) in kinds.into_iter().zip(counts) {
        let width = if days == 0 { 0 } else { (days * 1000 / all).max(3) };
        let tenths = days * 1000 / all;
        let percent = format!("{}.{}%", tenths / 10, tenths % 10);
        parts.push(Part { class, label, meaning, days: words.number(days), percent, x, width });
        x += width;
    }
    let mut gaps = daily.gaps();
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.len(), gap.last)));
    let text =
        |gap: &Span| format!("{} ({})", words.span(*gap), words.say("count-days", &[("n", (gap.len() as u64).into())]));
    Some(CoverageView {
        span: words.span(span),
        days: words.say("count-days", &[("n", all.into())]),
        parts,
        gaps: gaps.iter().take(GAPS).map(text).collect(),
        more: gaps.len().saturating_sub(GAPS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, english};

    #[test]
    fn a_change_of_a_counter_is_a_number_not_a_rate() {
        let view = difference(&english(), Some(40), 43).unwrap();
        assert_eq!((view.mark, view.text.as_str()), ("▲", "3"));
        assert!(difference(&english(), None, 43).is_none());
    }

    #[test]
    fn coverage_names_the_longest_gaps_first() {
        let daily = Daily::of(&fixture::traffic(&["2026-01-01", "2026-01-03", "2026-01-08"]));
        let view = coverage(&english(), &daily).unwrap();
        assert_eq!(view.gaps, ["4–7 Jan 2026 (4 days)", "2 Jan 2026 (1 day)"]);
        assert_eq!(view.parts.iter().map(|part| part.days.as_str()).collect::<Vec<_>>(), ["3", "0", "0", "5"]);
    }
}
