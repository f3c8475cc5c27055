//! What an operator says of a day, against what GitHub said of it.

use anyhow::{Result, bail};
use chrono::Utc;
use clap::Args;
use serde_json::json;

use super::super::{End, Unusable, audit, lock, print_json};
use super::Named;
use crate::config::Config;
use crate::domain::Date;
use crate::domain::collection::{Correction, Metric, Seen};
use crate::domain::traffic::Cell;
use crate::edge::audit::{Event, Kind};

/// Say what counts in place of what GitHub said of a day; what it said stays beside it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Correct {
    #[command(flatten)]
    named: Named,
    /// The day, UTC
    date: Date,
    /// Page views
    #[arg(long, value_name = "N", requires = "unique_views")]
    views: Option<u64>,
    /// Visitors
    #[arg(long, value_name = "N", requires = "views")]
    unique_views: Option<u64>,
    /// Git clones
    #[arg(long, value_name = "N", requires = "unique_clones")]
    clones: Option<u64>,
    /// Cloners
    #[arg(long, value_name = "N", requires = "clones")]
    unique_clones: Option<u64>,
    /// Why; it is kept with the figures
    #[arg(long, value_name = "TEXT", required_unless_present = "undo", default_value_if("undo", "true", "taken back"))]
    note: Option<String>,
    /// Take every correction of that day back: what GitHub said counts again
    #[arg(long, conflicts_with_all = ["views", "clones"])]
    undo: bool,
}

impl Correct {
    pub(super) async fn run(self, config: &Config, json: bool) -> Result<End> {
        let corrections = self.corrections()?;
        let _lock = lock::take(config, "repository correct")?;
        let (mut history, repository) = self.named.found(config).await?;
        let log = audit::open(config)?;
        let (name, host, made) = (repository.name.clone(), repository.host, corrections.clone());
        let work = move || -> Result<Vec<Seen>> {
            for correction in &made {
                history.correct(&host, &repository.name, correction)?;
            }
            Ok(history.seen(&host, &repository.name)?)
        };
        let seen = tokio::task::spawn_blocking(work).await??;
        for correction in &corrections {
            let what = format!("{name} {}: {} {}", self.date, word(correction.metric), counts(correction.cell));
            log.record(Event::new(Kind::History, Utc::now()).what(&what));
        }
        let of_day = |seen: &&Seen| seen.date == self.date;
        let seen: Vec<Seen> = seen.iter().filter(of_day).copied().collect();
        if json {
            print_json(&json!({ "repository": name, "corrections": corrections, "seen": seen }))?;
        } else {
            corrections.iter().for_each(|correction| println!("{name} {}", told(correction, &seen)));
        }
        if !json {
            eprintln!("hint: the next `tollgate build` puts it on the pages");
        }
        Ok(End::Done)
    }

    fn corrections(&self) -> Result<Vec<Correction>> {
        let now = Utc::now();
        if self.date > now.date_naive() {
            bail!(Unusable(format!("{} has not come yet\n\nhint: name a day that is over", self.date)));
        }
        let views = self.cell(self.views, self.unique_views, Metric::Views)?;
        let clones = self.cell(self.clones, self.unique_clones, Metric::Clones)?;
        let made: Vec<(Metric, Option<Cell>)> = match self.undo {
            true => vec![(Metric::Views, None), (Metric::Clones, None)],
            false => {
                [(Metric::Views, views), (Metric::Clones, clones)].into_iter().filter(|(_, c)| c.is_some()).collect()
            }
        };
        if made.is_empty() {
            let hint = "add `--views N --unique-views N`, `--clones N --unique-clones N`, or `--undo`";
            bail!(Unusable(format!("there is nothing to correct\n\nhint: {hint}")));
        }
        let note = self.note.clone().unwrap_or_default();
        let correction = |(metric, cell)| Correction { date: self.date, metric, cell, note: note.clone(), made: now };
        Ok(made.into_iter().map(correction).collect())
    }

    fn cell(&self, count: Option<u64>, uniques: Option<u64>, of: Metric) -> Result<Option<Cell>> {
        let (Some(count), Some(uniques)) = (count, uniques) else { return Ok(None) };
        if uniques > count || (uniques == 0) != (count == 0) {
            let told = format!("{count} {} cannot come of {uniques} people", word(of));
            bail!(Unusable(format!(
                "{told}\n\nhint: nobody counts without at least one, and each of them at least once"
            )));
        }
        Ok(Some(Cell { count, uniques }))
    }
}

fn word(metric: Metric) -> &'static str {
    match metric {
        Metric::Views => "views",
        Metric::Clones => "clones",
    }
}

fn counts(cell: Option<Cell>) -> String {
    cell.map_or("as GitHub said".to_owned(), |cell| format!("{} by {}", cell.count, cell.uniques))
}

/// `2026-09-03: views count as 120 by 80; GitHub said 97 by 61 (until 2026-09-16)`
fn told(correction: &Correction, seen: &[Seen]) -> String {
    let said = seen.iter().filter(|seen| seen.metric == correction.metric);
    let said: Vec<String> =
        said.map(|seen| format!("{} (until {})", counts(Some(seen.cell)), seen.last.format("%F"))).collect();
    let said = if said.is_empty() { "nothing".to_owned() } else { said.join(", ") };
    let (date, word) = (correction.date, word(correction.metric));
    format!(
        "{date}: {word} count {}; GitHub said {said}",
        match correction.cell {
            Some(cell) => format!("as {}", counts(Some(cell))),
            None => "as they did before".to_owned(),
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correct(views: Option<(u64, u64)>, undo: bool) -> Correct {
        Correct {
            named: Named { name: "acme/anvil".parse().unwrap(), host: None },
            date: "2026-09-03".parse().unwrap(),
            views: views.map(|(count, _)| count),
            unique_views: views.map(|(_, uniques)| uniques),
            clones: None,
            unique_clones: None,
            note: Some("a crawler".into()),
            undo,
        }
    }

    #[test]
    fn figures_that_nobody_could_have_counted_are_refused() {
        for (figures, good) in
            [((120, 80), true), ((1, 1), true), ((0, 0), true), ((3, 4), false), ((0, 1), false), ((3, 0), false)]
        {
            assert_eq!(correct(Some(figures), false).corrections().is_ok(), good, "{figures:?}");
        }
        assert!(
            correct(None, false)
                .corrections()
                .unwrap_err()
                .to_string()
                .contains("there is nothing to correct\n\nhint: add ")
        );
        let ahead = Correct { date: Utc::now().date_naive() + chrono::Days::new(1), ..correct(Some((1, 1)), false) };
        assert!(ahead.corrections().unwrap_err().to_string().contains("has not come yet"));
    }

    #[test]
    fn what_github_said_is_told_beside_what_counts() {
        let at = |text: &str| text.parse().unwrap();
        let seen = |count, uniques, metric| Seen {
            date: "2026-09-03".parse().unwrap(),
            metric,
            cell: Cell { count, uniques },
            first: at("2026-09-04T02:00:00Z"),
            last: at("2026-09-16T02:00:00Z"),
        };
        let seen = [seen(97, 61, Metric::Views), seen(12, 8, Metric::Views), seen(5, 5, Metric::Clones)];
        let one = correct(Some((120, 80)), false).corrections().unwrap();
        let expected =
            "2026-09-03: views count as 120 by 80; GitHub said 97 by 61 (until 2026-09-16), 12 by 8 (until 2026-09-16)";
        assert_eq!(told(&one[0], &seen), expected);
        let back = correct(None, true).corrections().unwrap();
        assert_eq!(
            told(&back[1], &seen),
            "2026-09-03: clones count as they did before; GitHub said 5 by 5 (until 2026-09-16)"
        );
        assert_eq!(told(&back[1], &[]), "2026-09-03: clones count as they did before; GitHub said nothing");
        assert_eq!(back.len(), 2);
    }
}
