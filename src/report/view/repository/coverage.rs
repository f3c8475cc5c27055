//! How well the days are known.

use serde::Serialize;

use crate::domain::traffic::Span;
use crate::report::figures::Daily;
use crate::report::locale::Words;
use crate::report::ribbon::{self, Ribbon};

const GAPS: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct CoverageView {
    says: String,
    ribbon: Option<Ribbon>,
    parts: Vec<Part>,
    gaps: String,
}

#[derive(Debug, Serialize)]
struct Part {
    class: &'static str,
    label: String,
    meaning: String,
    days: String,
    percent: String,
}

pub(super) fn coverage(words: &Words, daily: &Daily) -> Option<CoverageView> {
    let span = daily.extent()?;
    let all = span.len() as u64;
    let part = |(class, days): (&'static str, u64)| Part {
        class,
        label: words.text(&format!("repository-{class}")),
        meaning: words.text(&format!("repository-{class}-why")),
        days: words.number(days),
        percent: percent(words, days * 1000 / all),
    };
    let parts = ["measured", "assumed", "provisional", "unknown"].into_iter().zip(daily.coverage()).map(part);
    let (days, written) = (words.say("count-days", &[("n", all.into())]), words.span(span));
    Some(CoverageView {
        says: words.say("repository-coverage-of", &[("days", (&days).into()), ("span", (&written).into())]),
        ribbon: ribbon::draw(words, daily),
        parts: parts.collect(),
        gaps: gaps(words, daily.gaps()),
    })
}

fn percent(words: &Words, tenths: u64) -> String {
    let sign = words.percent(0);
    format!("{}{}", words.tenths(tenths), sign.trim_start_matches('0'))
}

/// The longest first.
fn gaps(words: &Words, mut gaps: Vec<Span>) -> String {
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.len(), gap.last)));
    let text = |gap: &Span| {
        let (span, days) = (words.span(*gap), words.say("count-days", &[("n", gap.len().into())]));
        words.say("repository-gap", &[("span", (&span).into()), ("days", (&days).into())])
    };
    let named: Vec<String> = gaps.iter().take(GAPS).map(text).collect();
    if named.is_empty() {
        return String::new();
    }
    let named = words.say("repository-gaps", &[("gaps", (&named.join("; ")).into())]);
    let more = match gaps.len().saturating_sub(GAPS) {
        0 => String::new(),
        more => words.say("repository-gaps-more", &[("n", more.into())]),
    };
    words.sentences(&[named, more])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, english};

    #[test]
    fn coverage_names_the_longest_gaps_first() {
        let daily = Daily::of(&fixture::traffic(&["2026-01-01", "2026-01-03", "2026-01-08"]));
        let view = coverage(&english(), &daily).unwrap();
        assert_eq!(view.gaps, "Unknown: 4–7 Jan 2026 (4 days); 2 Jan 2026 (1 day).");
        assert_eq!(view.parts.iter().map(|part| part.days.as_str()).collect::<Vec<_>>(), ["3", "0", "0", "5"]);
        assert_eq!(view.parts[3].percent, "62.5%");
    }
}
