//! GitHub's own figures of more than a day: uniques of days do not add up, so what it counted itself is kept.

use serde::{Deserialize, Serialize};

use super::traffic::Cell;
use super::{Date, Timestamp};

/// One ISO week as GitHub counts it (`per=week`): its uniques are people of the whole week.
///
/// Only weeks that lay whole in the window are kept, from Monday to Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WeekTotal {
    /// Its first day.
    pub monday: Date,
    /// Page views; zero where GitHub was asked and left the week out.
    pub views: Option<Cell>,
    /// Git clones, likewise.
    pub clones: Option<Cell>,
}

impl WeekTotal {
    /// The larger of each figure on its own, as for days.
    pub fn merge(self, other: WeekTotal) -> WeekTotal {
        let larger = |a: Option<Cell>, b: Option<Cell>| match (a, b) {
            (Some(a), Some(b)) => Some(a.merge(b)),
            (a, b) => a.or(b),
        };
        WeekTotal {
            monday: self.monday,
            views: larger(self.views, other.views),
            clones: larger(self.clones, other.clones),
        }
    }
}

/// GitHub's own sums of the fourteen days it answered for at one moment: its uniques are people of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fortnight {
    /// When it was asked.
    pub taken: Timestamp,
    /// Page views.
    pub views: Option<Cell>,
    /// Git clones.
    pub clones: Option<Cell>,
}
