//! Views with visitors, and clones with cloners, over time.

use chrono::Days;

use super::Pair;
use crate::domain::Date;
use crate::domain::calendar::Week;
use crate::domain::traffic::{Cell, Span};
use crate::report::chart::{self, Before, Captions, Chart, Extras, Mark};
use crate::report::figures::Metric;
use crate::report::group::Compared;
use crate::report::locale::Words;
use crate::report::points::{self, Point, Step};
use crate::report::stock::Repo;
use crate::report::view::moved;

/// Thirteen weeks: as many Mondays on either side.
const RECENT: u64 = 91;
const YEAR: u64 = 364;

/// The last thirteen weeks by day beside the thirteen before, and everything by week beside the year before, when there
/// is more than thirteen weeks.
pub(super) fn charts(words: &Words, repo: &Repo, settled: Date, metric: Metric, marks: &[Mark]) -> Pair {
    let Some(extent) = repo.daily.extent() else { return Pair::default() };
    let start = settled - Days::new(RECENT - 1);
    let near = Span { first: start.max(extent.first), last: extent.last };
    let curve = Curves { words, repo, settled, metric, marks };
    let whole = (extent.first < start).then(|| {
        let step = if extent.len() > chart::MOST_DAYS { Step::Week } else { Step::Day };
        curve.draw(extent, step, Than::Year)
    });
    Pair { recent: curve.draw(near, Step::Day, Than::Quarter), whole: whole.flatten() }
}

/// The earlier time that a chart shows besides its own.
#[derive(Clone, Copy)]
enum Than {
    Quarter,
    Year,
}

struct Curves<'a> {
    words: &'a Words,
    repo: &'a Repo,
    settled: Date,
    metric: Metric,
    marks: &'a [Mark],
}

impl Curves<'_> {
    fn draw(&self, span: Span, step: Step, than: Than) -> Option<Chart> {
        let words = self.words;
        let (noun, people) = match self.metric {
            Metric::Views => ("views", "visitors"),
            Metric::Clones => ("clones", "cloners"),
        };
        let mut points = points::own(&self.repo.daily, span, step, self.metric);
        let (label, people) = (words.text(noun), words.text(people));
        let titled = |key, label: &String| words.say(key, &[("label", label.into())]);
        let second = match step {
            Step::Day => people,
            _ if self.counted_by_github(&mut points) => titled("repository-people-week", &people),
            _ => titled("repository-people-summed", &people),
        };
        let earlier = match than {
            Than::Quarter => titled("repository-before-weeks", &label),
            Than::Year => titled("repository-before-year", &label),
        };
        let before = Before { label: &earlier, values: self.before(&points, step, than) };
        let days = words.span(span);
        let title = if step == Step::Day { "repository-title-day" } else { "repository-title-week" };
        let captions = Captions {
            words,
            title: words.say(title, &[("label", (&label).into()), ("days", (&days).into())]),
            first: &label,
            second: Some(&second),
            step,
            lead: self.lead(span, step, than, noun),
            counter: false,
        };
        chart::draw_with(&captions, &points, &Extras { marks: self.marks, before: Some(before) })
    }

    /// Puts the uniques of whole weeks where the sums of days are, if GitHub counted those of most weeks: one line
    /// shows either the ones or the others.
    fn counted_by_github(&self, points: &mut [Point]) -> bool {
        let weeks = &self.repo.history.weeks;
        let uniques = |span: Span| {
            let at = weeks.binary_search_by_key(&span.first, |week| week.monday).ok()?;
            self.pick(weeks[at].views, weeks[at].clones).map(|cell| cell.uniques)
        };
        let counted: Vec<Option<u64>> = points.iter().map(|point| uniques(point.span)).collect();
        let enough = counted.iter().flatten().count() * 2 > points.len();
        if enough {
            points.iter_mut().zip(counted).for_each(|(point, counted)| point.second = counted);
        }
        enough
    }

    fn pick(&self, views: Option<Cell>, clones: Option<Cell>) -> Option<Cell> {
        match self.metric {
            Metric::Views => views,
            Metric::Clones => clones,
        }
    }

    fn before(&self, points: &[Point], step: Step, than: Than) -> Vec<Option<u64>> {
        let shift = |span: Span| match (step, than) {
            (Step::Week, Than::Year) => Week::of(span.first).year_before().span(),
            (_, than) => {
                let back = Days::new(match than {
                    Than::Quarter => RECENT,
                    Than::Year => YEAR,
                });
                Span { first: span.first - back, last: span.last - back }
            }
        };
        let whole = |span| self.repo.daily.total(span, self.metric).filter(|total| total.whole());
        points.iter().map(|point| whole(shift(point.span)).map(|total| total.count)).collect()
    }

    /// `Views fell 12% to 4,310 in the 91 days to 22 Nov 2026, compared with the 91 days before.`
    fn lead(&self, span: Span, step: Step, than: Than, noun: &str) -> String {
        let words = self.words;
        let long = match than {
            Than::Quarter => RECENT,
            Than::Year => YEAR,
        };
        let now = Span { first: self.settled - Days::new(long - 1), last: self.settled };
        let total = |span| self.repo.daily.total(span, self.metric);
        let compared = Compared::one(total(now), total(now.before()), |total| total.count);
        let first = match moved(words, noun, &compared) {
            Some(moved) => {
                let days = words.say("count-days", &[("n", long.into())]);
                let to = words.day(self.settled);
                let values = [("moved", (&moved).into()), ("days", (&days).into()), ("to", (&to).into())];
                words.say("repository-moved", &values)
            }
            None => self.so_many(span, noun),
        };
        let weeks = if step == Step::Week { words.text("repository-whole-weeks") } else { String::new() };
        words.sentences(&[first, weeks])
    }

    fn so_many(&self, span: Span, noun: &str) -> String {
        let words = self.words;
        let Some(settled) = Span::new(span.first, span.last.min(self.settled)) else { return String::new() };
        let Some(total) = self.repo.daily.total(settled, self.metric) else { return String::new() };
        let count = words.say(&format!("count-{noun}"), &[("n", total.count.into())]);
        let key = if total.whole() { "repository-settled" } else { "repository-settled-at-least" };
        words.say(key, &[("count", (&count).into())])
    }
}
