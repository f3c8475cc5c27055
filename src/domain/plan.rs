//! What a collection will take, and what it does first.
//!
//! The hourly limit is the bound on a night. Views and clones of every repository come first, because what is not read
//! within thirteen days is lost; the rest follows in the order of what would be missed most.

mod budget;
mod errand;
mod night;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::budget::{Budget, Means};
pub use self::errand::{Candidate, Errand, Met, Whole, errands, whole};
pub use self::night::{Night, Postponed, REFUSED, choose, empty_tag, night};

/// What a collection is going to take, worked out once the repositories are listed and before their traffic is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// How many repositories are to be collected tonight.
    pub repositories: usize,
    /// How many are left for the next time, because the limit does not suffice.
    pub postponed: usize,
    /// Requests, those of the listing included.
    pub requests: u64,
    /// How long that takes, waits for the limit included.
    pub takes: Duration,
    /// What is left of GitHub's hourly limit afterwards; `None` where it does not say.
    pub left: Option<u64>,
}

impl Estimate {
    /// This one and that of another credential, which works at the same time.
    pub fn beside(self, other: Estimate) -> Estimate {
        Estimate {
            repositories: self.repositories + other.repositories,
            postponed: self.postponed + other.postponed,
            requests: self.requests + other.requests,
            takes: self.takes.max(other.takes),
            // What one does not tell makes the sum unknown.
            left: self.left.zip(other.left).map(|(a, b)| a + b),
        }
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = |n: usize| if n == 1 { "repository" } else { "repositories" };
        let (repositories, requests) = (self.repositories, thousands(self.requests));
        write!(f, "{} {}, about {requests} requests, ", thousands(repositories as u64), several(repositories))?;
        match self.takes.as_secs() {
            seconds @ ..90 => write!(f, "{} s", seconds.max(1))?,
            seconds => write!(f, "{} minutes", seconds.div_ceil(60))?,
        }
        if let Some(left) = self.left {
            write!(f, ", {} left afterwards", thousands(left))?;
        }
        if self.postponed > 0 {
            write!(f, "; {} {} left for the next time", thousands(self.postponed as u64), several(self.postponed))?;
        }
        Ok(())
    }
}

/// `3,700`
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod wording {
    use super::*;

    #[test]
    fn an_estimate_reads_as_a_sentence() {
        let estimate = Estimate {
            repositories: 812,
            postponed: 0,
            requests: 3_700,
            takes: Duration::from_secs(290),
            left: Some(1_300),
        };
        assert_eq!(estimate.to_string(), "812 repositories, about 3,700 requests, 5 minutes, 1,300 left afterwards");
        let small = Estimate { repositories: 1, requests: 4, takes: Duration::ZERO, left: None, postponed: 1_200 };
        assert_eq!(small.to_string(), "1 repository, about 4 requests, 1 s; 1,200 repositories left for the next time");
    }
}
