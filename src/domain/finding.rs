//! What a look at one's own affairs brings to light: whether a source, the storage or the clock is as it should be.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and will not for long or not for everything.
    Doubtful,
    /// It does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at, such as `rate limit` or `traffic of acme/anvil`.
    pub what: String,
    /// How it is.
    pub verdict: Verdict,
    /// What was found, in words.
    pub told: String,
    /// What to do about it.
    pub mending: Option<String>,
}

/// Everything that was found of one thing, in the order it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Finding {
    /// Something that is as it should be.
    pub fn good(what: impl Into<String>, told: impl Into<String>) -> Finding {
        Finding { what: what.into(), verdict: Verdict::Good, told: told.into(), mending: None }
    }

    /// Something that works, and will not for long or not for everything.
    pub fn doubtful(what: impl Into<String>, told: impl Into<String>, mending: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Doubtful, mending: Some(mending.into()), ..Finding::good(what, told) }
    }

    /// Something that does not work.
    pub fn bad(what: impl Into<String>, told: impl Into<String>, mending: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Bad, mending: Some(mending.into()), ..Finding::good(what, told) }
    }
}

impl Examination {
    /// The worst of what was found; good where nothing was.
    pub fn verdict(&self) -> Verdict {
        self.findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Good)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Good => "good",
            Verdict::Doubtful => "doubtful",
            Verdict::Bad => "bad",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_is_the_verdict() {
        let mut seen = Examination::default();
        assert_eq!(seen.verdict(), Verdict::Good);
        seen.findings.push(Finding::bad("clock", "an hour slow", "set it"));
        seen.findings.push(Finding::good("API", "answers"));
        assert_eq!(seen.verdict(), Verdict::Bad);
        let json = serde_json::to_value(&seen.findings[0]).unwrap();
        let expected =
            serde_json::json!({ "what": "clock", "verdict": "bad", "told": "an hour slow", "mending": "set it" });
        assert_eq!(json, expected);
    }
}
