//! Stars of all repositories, now, four weeks before and a year before.

use chrono::Days;

use super::table::{self, CounterWeeks};
use super::{Against, Card, RECENT, recent};
use crate::domain::Date;
use crate::domain::repo::Counters;
use crate::domain::signal::Change;
use crate::report::group::Compared;
use crate::report::locale::Words;
use crate::report::stock::Repo;

pub(super) struct Stars {
    settled: Date,
    newest: Option<u64>,
    before: Compared,
    year: Compared,
    weeks: CounterWeeks,
}

impl Stars {
    pub(super) fn new(settled: Date) -> Stars {
        let nothing = Compared { of: 0, ..Compared::NOTHING };
        Stars { settled, newest: None, before: nothing, year: nothing, weeks: CounterWeeks::new(settled) }
    }

    pub(super) fn add(&mut self, repo: &Repo) {
        let pick = |counters: &Counters| counters.stars;
        self.weeks.add(repo, pick);
        let Some(newest) = table::latest(repo, pick) else { return };
        self.newest = Some(self.newest.unwrap_or(0) + newest);
        let now = table::counter_on(repo, self.settled, pick);
        let (before, year) = (recent(self.settled).before().last, self.settled - Days::new(13 * RECENT));
        for (compared, then) in [(&mut self.before, before), (&mut self.year, year)] {
            compared.of += 1;
            if let Some((was, is)) = table::counter_on(repo, then, pick).zip(now) {
                compared.before += was;
                compared.now += is;
                compared.repositories += 1;
            }
        }
    }

    pub(super) fn card(self, words: &Words) -> Card {
        let (before, year) = (concluded(self.before), concluded(self.year));
        Card {
            label: words.text("stars"),
            qualifier: words.text("overview-newest-count"),
            value: self.newest.map_or_else(|| "–".to_owned(), |value| words.number(value)),
            change: Some(super::change(words, &before)),
            beside: super::beside(words, &before),
            year: Some(Against::year(words, &year)),
            spark: self.weeks.finish(),
        }
    }
}

/// A comparison that was added up by hand: unknown where a minority would speak for all.
pub(super) fn concluded(compared: Compared) -> Compared {
    let enough = compared.repositories > 0 && compared.repositories * 2 >= compared.of;
    let change = Change::between(enough.then_some(compared.before), enough.then_some(compared.now));
    Compared { change, ..compared }
}
