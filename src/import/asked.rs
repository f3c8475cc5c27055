//! Which days were surely asked for, given when a tool asked.

use chrono::Days;

use crate::domain::traffic::{Series, Span, Traffic};
use crate::domain::{Date, Timestamp};

/// The days that were surely asked for, given when somebody asked and the newest day that was answered.
///
/// GitHub's fourteen days end on the day of asking, on the one before or on the one before that, and the oldest is
/// often cut. Whichever it was, the days from the twelfth before to the second before were among them. The last
/// fetch is known to have reached the newest day there is.
pub(super) fn windows(fetches: &[Timestamp], reached: Option<Date>) -> Vec<Span> {
    let asked = |moment: &Timestamp| {
        let date = moment.date_naive();
        Span { first: date - Days::new(12), last: date - Days::new(2) }
    };
    let last = fetches.last().zip(reached).and_then(|(fetch, reached)| {
        let first = asked(fetch).first;
        Span::new(first, reached.min(fetch.date_naive()))
    });
    Traffic::new(Series::default(), fetches.iter().map(asked).chain(last)).windows().to_vec()
}
