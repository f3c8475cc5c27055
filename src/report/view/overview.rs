//! The front page of a bundle.

use serde::Serialize;

use super::front::{Collector, Front, Limits};
use super::{Chrome, Link, Scope};
use crate::domain::Date;
use crate::domain::traffic::Span;
use crate::report::chart::{self, Captions, Chart};
use crate::report::figures::Metric;
use crate::report::group::Group;
use crate::report::locale::Words;
use crate::report::points::{self, Step};
use crate::report::stock::Repo;

/// How many repositories the front page names; the rest are on their own page.
const LIMITS: Limits = Limits { rows: 40, ranks: 10, stood: 8 };

/// `overview.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct OverviewView {
    page: Chrome,
    role: String,
    extent: String,
    front: Front,
    articles: Vec<Link>,
    /// Pages that tell more, where the role has them.
    referrers_href: Option<&'static str>,
    paths_href: Option<&'static str>,
    events_href: Option<&'static str>,
    organisations_href: Option<&'static str>,
}

/// Collects the front page.
pub(in crate::report) struct Overview {
    collector: Collector,
}

impl Overview {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Overview {
        Overview { collector: Collector::new(scope, LIMITS) }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.collector.add(scope, repo);
    }

    pub(in crate::report) fn finish(
        self,
        scope: &Scope<'_>,
        group: &Group,
        page: Chrome,
        articles: Vec<Link>,
    ) -> OverviewView {
        OverviewView {
            role: scope.role.title.clone(),
            extent: scope.extent_in_words(),
            front: self.collector.finish(scope, group),
            articles,
            referrers_href: page.leads_to("referrers.html"),
            paths_href: page.leads_to("paths.html"),
            events_href: page.leads_to("events.html"),
            organisations_href: page.leads_to("organisations.html").filter(|_| scope.owners > 1),
            page,
        }
    }
}

/// The last thirteen weeks by day, and everything by week when there is more than that.
pub(in crate::report) fn charts(
    words: &Words,
    group: &Group,
    settled: Date,
    metric: Metric,
) -> (Option<Chart>, Option<Chart>) {
    let Some(extent) = group.extent() else { return (None, None) };
    let start = settled - chrono::Days::new(90);
    let near = Span { first: start.max(extent.first), last: extent.last };
    let by_day = curve(words, group, near, Step::Day, metric);
    if extent.first >= start {
        return (by_day, None);
    }
    let step = if extent.len() > chart::MOST_DAYS { Step::Week } else { Step::Day };
    (by_day, curve(words, group, extent, step, metric))
}

/// A figure and the people behind it.
fn curve(words: &Words, group: &Group, span: Span, step: Step, metric: Metric) -> Option<Chart> {
    let (noun, people) = match metric {
        Metric::Views => ("views", "visitors"),
        Metric::Clones => ("clones", "cloners"),
    };
    let days = words.span(span);
    let title = words.say(&format!("overview-{noun}-by-{}", step_key(step)), &[("days", (&days).into())]);
    // A day's are as GitHub counted them; over more days they are a sum.
    let key = if step == Step::Day { people.to_owned() } else { format!("overview-{people}-summed") };
    let (first, second) = (words.text(noun), words.text(&key));
    let lead = lead(words, group, span, step, metric);
    let captions = Captions { words, title, first: &first, second: Some(&second), step, lead, counter: false };
    chart::draw(&captions, &points::points(group, span, step, metric))
}

fn step_key(step: Step) -> &'static str {
    match step {
        Step::Day => "day",
        Step::Week => "week",
        Step::Month => "month",
    }
}

/// `12,345 views in the settled days.`
fn lead(words: &Words, group: &Group, span: Span, step: Step, metric: Metric) -> String {
    let settled = group.settled().map_or(span, |settled| Span { last: span.last.min(settled), ..span });
    let sum = group.sum(settled, metric);
    let count =
        words.say(if metric == Metric::Views { "count-views" } else { "count-clones" }, &[("n", sum.count.into())]);
    let key = if sum.exact().is_some() { "overview-settled" } else { "overview-settled-at-least" };
    let mut text = words.say(key, &[("count", (&count).into())]);
    if step == Step::Week {
        text.push(' ');
        text.push_str(&words.text("overview-whole-weeks"));
    }
    text
}
