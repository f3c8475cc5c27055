//! Which days were surely asked for, given when a tool asked.

use std::collections::BTreeSet;

use chrono::Days;

use crate::domain::collection::Observation;
use crate::domain::signal::{doubtful, reach};
use crate::domain::traffic::{Day, Series, Span, Traffic};
use crate::domain::{Date, Timestamp};

/// What all repositories of an import show together: the days that GitHub left out.
///
/// A tool asks while GitHub stands still as on any other night, and what it got then looks like silence.
#[derive(Default)]
pub(super) struct Crowd {
    doubted: BTreeSet<Date>,
}

impl Crowd {
    /// From all observations of each repository, and when it was asked for.
    pub(super) fn of<'a>(repositories: impl Iterator<Item = (&'a [Timestamp], &'a [Observation])>) -> Crowd {
        let (mut asked, mut known) = (BTreeSet::new(), Vec::new());
        for (fetches, observations) in repositories {
            asked.extend(fetches.iter().map(Timestamp::date_naive));
            known.push(busy(observations));
        }
        let ends = |days: &Vec<Date>| Some((*days.first()?, *days.last()?));
        let (first, last): (Vec<Date>, Vec<Date>) = known.iter().filter_map(ends).unzip();
        let extent = first.into_iter().min().zip(last.into_iter().max());
        let extent = extent.and_then(|(first, last)| Span::new(first, last));
        let days = || known.iter().map(Vec::as_slice);
        let mut doubted: BTreeSet<Date> = extent.into_iter().flat_map(|extent| doubtful(days(), extent)).collect();
        for date in asked {
            // Whatever GitHub had not counted by then is there now if it came later; so these never came.
            let reach = reach(days(), date);
            if reach.frozen {
                doubted.extend((Span { first: reach.through, last: date }).days().skip(1));
            }
        }
        Crowd { doubted }
    }

    /// The days of one repository that were surely asked for and answered, given when somebody asked and the newest day
    /// that was answered.
    ///
    /// GitHub's fourteen days end on the day of asking, on the one before or on the one before that, and the oldest is
    /// often cut. Whichever it was, the days from the twelfth before to the second before were among them. The last
    /// fetch is known to have reached the newest day there is. Nothing is claimed of the days that GitHub left out.
    pub(super) fn windows(&self, fetches: &[Timestamp], reached: Option<Date>) -> Vec<Span> {
        let asked = |moment: &Timestamp| {
            let date = moment.date_naive();
            Span { first: date - Days::new(12), last: date - Days::new(2) }
        };
        let last = fetches.last().zip(reached).and_then(|(fetch, reached)| {
            let first = asked(fetch).first;
            Span::new(first, reached.min(fetch.date_naive()))
        });
        let joined = Traffic::new(Series::default(), fetches.iter().map(asked).chain(last));
        joined.windows().iter().flat_map(|span| self.without_doubts(*span)).collect()
    }

    /// What is left of the span between its doubtful days.
    fn without_doubts(&self, span: Span) -> Vec<Span> {
        let (mut left, mut first) = (Vec::new(), span.first);
        for doubted in self.doubted.range(span.first..=span.last) {
            left.extend(Span::new(first, *doubted - Days::new(1)));
            first = *doubted + Days::new(1);
        }
        left.extend(Span::new(first, span.last));
        left
    }
}

fn busy(repository: &[Observation]) -> Vec<Date> {
    let is_busy = |day: &&Day| [day.views, day.clones].into_iter().flatten().any(|cell| cell.count > 0);
    let days = repository.iter().flat_map(|observation| &observation.days).filter(is_busy);
    days.map(|day| day.date).collect::<BTreeSet<_>>().into_iter().collect()
}
