//! The sample's top tens, in keeping with the views of the same fourteen days.

use chrono::Days;

use super::Sample;
use super::repository::SampleRepository;
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::ranking::{Ranked, TOP};
use crate::domain::traffic::{Cell, Span};

/// Sites with their usual share.
const REFERRERS: [(&str, f64); 16] = [
    ("Google", 30.0),
    ("github.com", 22.0),
    ("chatgpt.com", 7.0),
    ("reddit.com", 6.0),
    ("Bing", 5.0),
    ("duckduckgo.com", 5.0),
    ("stackoverflow.com", 4.0),
    (FRONT_PAGE, 3.0),
    ("t.co", 2.5),
    ("lobste.rs", 2.0),
    ("linkedin.com", 2.0),
    ("youtube.com", 1.8),
    ("bsky.app", 1.6),
    ("dev.to", 1.4),
    ("com.reddit.frontpage", 1.0),
    ("kagi.com", 0.9),
];
/// Where the viral repository became famous.
const FRONT_PAGE: &str = "news.ycombinator.com";

/// Pages of a repository with their usual share and the words in front of their title.
const PATHS: [(&str, f64, &str); 14] = [
    ("", 44.0, ""),
    ("/releases", 9.0, "Releases · "),
    ("/blob/main/README.md", 8.0, "README.md at main · "),
    ("/issues", 8.0, "Issues · "),
    ("/blob/main/docs/getting-started.md", 6.0, "docs/getting-started.md at main · "),
    ("/pulls", 5.0, "Pull requests · "),
    ("/tree/main/examples", 4.0, "examples at main · "),
    ("/tree/main/src", 3.5, "src at main · "),
    ("/wiki", 2.5, "Home · wiki · "),
    ("/blob/main/CHANGELOG.md", 2.0, "CHANGELOG.md at main · "),
    ("/actions", 1.8, "Workflow runs · "),
    ("/discussions", 1.5, "Discussions · "),
    ("/tags", 1.2, "Tags · "),
    ("/security", 0.8, "Security overview · "),
];

impl Sample {
    /// The top ten referrers of the fourteen days to `date`, as GitHub answers them on that day.
    pub fn referrers(&self, repository: &SampleRepository, date: Date) -> Vec<Ranked> {
        let famous = self.figures.since_fame(repository, date).is_some_and(|days| days < 14.0);
        let share = |at: usize| {
            let (name, usual) = REFERRERS[at];
            let fame = if famous && name == FRONT_PAGE { 40.0 } else { 1.0 };
            (name.to_owned(), None, usual * fame)
        };
        let shares = (0..REFERRERS.len()).map(share).collect();
        // Somebody who typed the address or came from a mail has no referrer.
        self.ranked(repository, date, shares, 0.66, 100)
    }

    /// The top ten paths of the fourteen days to `date`.
    pub fn paths(&self, repository: &SampleRepository, date: Date) -> Vec<Ranked> {
        let name = repository.name_on(date);
        let share = |(path, usual, title): (&str, f64, &str)| {
            let title = match path {
                "" => format!("GitHub - {name}: {}", repository.description),
                _ => format!("{title}{name}"),
            };
            (format!("/{name}{path}"), Some(title), usual)
        };
        let shares = PATHS.into_iter().map(share).collect();
        self.ranked(repository, date, shares, 0.97, 200)
    }

    /// Divides a part of the views among names, by shares that drift from week to week.
    fn ranked(
        &self,
        repository: &SampleRepository,
        date: Date,
        shares: Vec<(String, Option<String>, f64)>,
        part: f64,
        salt: u64,
    ) -> Vec<Ranked> {
        let week = Week::of(date).span().first;
        let taste = |at: u64, when: Date| self.figures.chance(repository, when, salt + at);
        let weights: Vec<f64> = (0..)
            .zip(&shares)
            .map(|(at, (_, _, usual))| {
                usual * (0.2 + 1.6 * taste(at, repository.created)) * (0.7 + 0.6 * taste(at, week))
            })
            .collect();
        let whole: f64 = weights.iter().sum();
        let views = self.fortnight(repository, date).count as f64 * part;
        let rows = (50..).zip(shares).zip(weights).map(|((at, (name, title, _)), weight)| {
            let count = (views * weight / whole).floor();
            let uniques = (count * (0.35 + 0.3 * taste(at, week))).ceil();
            Ranked { name: name.into(), title: title.map(Into::into), count: count as u64, uniques: uniques as u64 }
        });
        let mut rows: Vec<Ranked> = rows.filter(|row| row.count > 0).collect();
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        rows.truncate(TOP);
        rows
    }

    /// The views of the fourteen days to `date`.
    fn fortnight(&self, repository: &SampleRepository, date: Date) -> Cell {
        let span = Span { first: date - Days::new(13), last: date };
        let cells: Vec<Cell> = span.days().filter_map(|day| self.truth(repository, day).views).collect();
        self.figures.together(&cells)
    }
}
