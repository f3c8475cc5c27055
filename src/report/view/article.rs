//! A page of prose, with the figures that its components ask for.

mod series;

use serde::Serialize;

use super::rankings::{self, Ranking};
use super::table::{self, RepositoryRow, Rows};
use super::{Chrome, Scope, amount};
use crate::domain::ranking::Snapshot;
use crate::report::chart::Chart;
use crate::report::content::{Article, Component, Of, Piece, Quantity, What};
use crate::report::figures::Daily;
use crate::report::group::{Group, State};
use crate::report::locale::Words;
use crate::report::stock::Repo;
use series::Series;

/// `article.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct ArticleView {
    page: Chrome,
    /// The day it is of.
    date: Option<String>,
    parts: Vec<Part>,
}

/// One part of a page; `kind` tells which.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Part {
    /// Markup made from Markdown, safe to print as it is.
    Html {
        html: String,
    },
    Chart {
        title: String,
        chart: Box<Chart>,
    },
    /// Figures side by side.
    Figures {
        figures: Vec<FigureView>,
    },
    /// A figure within a sentence.
    Inline {
        figure: FigureView,
    },
    Repositories {
        says: String,
        rows: Vec<RepositoryRow>,
        rest: usize,
    },
    Periods {
        title: String,
        head: Vec<String>,
        rows: Vec<PeriodRow>,
    },
    Ranking {
        title: String,
        column: String,
        ranking: Ranking,
        summed: bool,
    },
    Note {
        date: String,
        text: String,
    },
    Explore {
        href: String,
        text: String,
        alone: bool,
    },
    /// Nothing is known of what was asked for.
    Nothing {
        title: String,
    },
}

/// One number, with whose it is, of which days, and how complete.
#[derive(Debug, Serialize)]
struct FigureView {
    value: String,
    label: String,
    qualifier: String,
    whose: String,
    days: String,
    complete: String,
}

#[derive(Debug, Serialize)]
struct PeriodRow {
    when: String,
    cells: Vec<String>,
    note: String,
}

/// A page being made: told of one repository after another.
pub(in crate::report) struct Prose {
    parts: Vec<(Piece, Gathered)>,
    date: Option<crate::domain::Date>,
}

/// What a component needs of its repositories.
enum Gathered {
    Nothing,
    /// Of many: added up at once.
    Group(Box<Group>),
    /// Of those that are named, which are few.
    Days(Vec<(String, Daily)>),
    Counter {
        sum: u64,
        known: usize,
        names: Vec<String>,
        of: usize,
        on: Option<crate::domain::Date>,
    },
    Rows(Rows),
    Lists {
        newest: Vec<Snapshot>,
        longer: Option<Ranking>,
        prefix: Option<String>,
    },
}

impl Prose {
    pub(in crate::report) fn new(article: &Article, scope: &Scope<'_>) -> Prose {
        let part = |piece: &Piece| {
            let gathered = match piece {
                Piece::Html(_) => Gathered::Nothing,
                Piece::Live(component) => Gathered::new(component, scope),
            };
            (piece.clone(), gathered)
        };
        Prose { parts: article.pieces.iter().map(part).collect(), date: article.date }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        for (piece, gathered) in &mut self.parts {
            if let Piece::Live(component) = piece
                && component.of.picks(repo)
            {
                gathered.add(component, scope, repo);
            }
        }
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, page: Chrome) -> ArticleView {
        let mut parts: Vec<Part> = Vec::new();
        for (piece, gathered) in self.parts {
            match piece {
                // Between two figures that stand side by side.
                Piece::Html(html) if html.trim().is_empty() => {}
                Piece::Html(html) => parts.push(Part::Html { html }),
                Piece::Live(component) => {
                    let made = gathered.part(&component, scope, &page.root);
                    match (parts.last_mut(), made) {
                        (Some(Part::Figures { figures }), Part::Figures { figures: more }) => figures.extend(more),
                        (_, made) => parts.push(made),
                    }
                }
            }
        }
        ArticleView { page, date: self.date.map(|date| scope.words.day(date)), parts }
    }
}

impl Gathered {
    fn new(component: &Component, scope: &Scope<'_>) -> Gathered {
        let days = || match component.of {
            Of::Named(_) => Gathered::Days(Vec::new()),
            _ => Gathered::Group(Box::new(Group::new(scope.extent, scope.settled))),
        };
        match &component.what {
            What::Figure { quantity: Quantity::Stars | Quantity::Forks, .. } => {
                Gathered::Counter { sum: 0, known: 0, names: Vec::new(), of: 0, on: None }
            }
            What::Chart { .. } | What::Figure { .. } | What::Periods { .. } => days(),
            What::Explore { .. } => days(),
            What::Repositories { rows } => Gathered::Rows(Rows::new(*rows)),
            What::Ranking { .. } => Gathered::Lists { newest: Vec::new(), longer: None, prefix: None },
            What::Note { .. } => Gathered::Nothing,
        }
    }

    fn add(&mut self, component: &Component, scope: &Scope<'_>, repo: &Repo) {
        match self {
            Gathered::Nothing => {}
            Gathered::Group(group) => group.add(&repo.daily),
            Gathered::Days(all) => all.push((repo.name().to_string(), repo.daily.clone())),
            Gathered::Rows(rows) => rows.add(scope, repo, false),
            Gathered::Counter { sum, known, names, of, on } => {
                let forks = matches!(component.what, What::Figure { quantity: Quantity::Forks, .. });
                let newest = if forks { table::latest(repo, |c| c.forks) } else { table::latest(repo, |c| c.stars) };
                *sum += newest.unwrap_or(0);
                *known += usize::from(newest.is_some());
                *of += 1;
                *on = (*on).max(repo.history.counters.last().map(|(date, _)| *date));
                if *of == 1 {
                    names.push(repo.name().to_string());
                }
            }
            Gathered::Lists { newest, longer, prefix } => {
                let What::Ranking { paths, longer: year, rows } = component.what else { return };
                let lists = if paths { &repo.history.paths } else { &repo.history.referrers };
                newest.extend(lists.last().cloned());
                if year {
                    *longer = rankings::longer(scope.words, lists, rows, scope.spam);
                }
                *prefix =
                    matches!(&component.of, Of::Named(names) if names.len() == 1).then(|| format!("/{}", repo.name()));
            }
        }
    }

    fn part(self, component: &Component, scope: &Scope<'_>, root: &str) -> Part {
        let words = scope.words;
        match (&component.what, self) {
            (What::Note { date, text }, _) => Part::Note { date: words.day(*date), text: text.clone() },
            (What::Repositories { .. }, Gathered::Rows(all)) => repositories(scope, all),
            (What::Ranking { .. }, Gathered::Lists { newest, longer, prefix }) => {
                ranking(words, component, newest, longer, prefix)
            }
            (What::Figure { quantity, .. }, Gathered::Counter { sum, known, names, of, on }) => {
                let state = match known {
                    0 => State::Unknown,
                    known if known == of => State::Whole,
                    _ => State::Partial,
                };
                let whose = names.first().filter(|_| of == 1).cloned();
                let figure = FigureView {
                    value: amount(words, state, sum),
                    label: words.text(quantity.key()),
                    qualifier: String::new(),
                    whose: whose.unwrap_or_else(|| words.say("count-repositories", &[("n", of.into())])),
                    days: on.map_or_else(String::new, |day| {
                        words.say("content-as-of", &[("day", (&words.day(day)).into())])
                    }),
                    complete: complete(words, state),
                };
                figure_part(component, figure)
            }
            (_, Gathered::Group(group)) => {
                let whose = match &component.of {
                    Of::Owner(owner) => owner.clone(),
                    _ => scope.extent_in_words(),
                };
                Series { words, group: &group, whose }.part(component, root)
            }
            (_, Gathered::Days(days)) => {
                let names: Vec<&str> = days.iter().map(|(name, _)| name.as_str()).collect();
                let whose = names.join(", ");
                let dailies: Vec<&Daily> = days.iter().map(|(_, daily)| daily).collect();
                Series { words, group: &Group::of(dailies.iter().copied()), whose }.part(component, root)
            }
            (_, _) => Part::Nothing { title: String::new() },
        }
    }
}

fn figure_part(component: &Component, figure: FigureView) -> Part {
    if component.alone { Part::Figures { figures: vec![figure] } } else { Part::Inline { figure } }
}

fn complete(words: &Words, state: State) -> String {
    words.text(match state {
        State::Whole => "content-complete",
        State::SoFar => "content-rising",
        State::Partial => "content-at-least",
        State::Unknown => "content-unknown",
    })
}

fn repositories(scope: &Scope<'_>, all: Rows) -> Part {
    let rest = all.left_out();
    let list = all.finish();
    let days = scope.settled.map_or_else(String::new, |settled| scope.words.span(super::recent(settled)));
    Part::Repositories { says: scope.words.say("content-table-days", &[("days", (&days).into())]), rows: list, rest }
}

fn ranking(
    words: &Words,
    component: &Component,
    newest: Vec<Snapshot>,
    longer: Option<Ranking>,
    prefix: Option<String>,
) -> Part {
    let What::Ranking { paths, rows, .. } = component.what else { return Part::Nothing { title: String::new() } };
    let title = words.text(if paths { "paths" } else { "referrers" });
    let summed = longer.is_some();
    let found = longer.or_else(|| rankings::together(words, newest.iter(), rows));
    let Some(mut ranking) = found else { return Part::Nothing { title } };
    ranking.rows.truncate(rows);
    if let Some(prefix) = prefix.filter(|_| paths) {
        ranking.below(words, &prefix);
    }
    let column = words.text(if paths { "content-path" } else { "content-referrer" });
    Part::Ranking { title, column, ranking, summed }
}

/// `404.html`: it may be shown at any address, so it needs no other file; where the style sheet is not found it reads all
/// the same.
#[derive(Debug, Serialize)]
pub(in crate::report) struct LostView<'a> {
    pub(in crate::report) lang: &'static str,
    pub(in crate::report) css: &'a str,
    pub(in crate::report) site: &'a str,
    /// Where people find the site, such as `https://traffic.acme.example`.
    pub(in crate::report) address: &'a str,
}
