//! The week of a role in short, as a mail and as a message.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Error;
use super::feed;
use super::figures::{Metric, Total};
use super::group::{Compared, Frame, Group, Than};
use super::locale::Words;
use super::site::Site;
use super::stock::Repo;
use super::view::{ChangeView, Scope, amount, change};
use crate::domain::calendar::Week;
use crate::domain::policy::RoleName;
use crate::domain::signal::Change;

/// Stands for the address where a reader ends the mails, until it is known who reads.
const UNSUBSCRIBE: &str = "https://unsubscribe.invalid/";

const MOVERS: usize = 3;
const REFERRERS: usize = 5;
const EVENTS: usize = 6;

/// The week of a role in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    html: String,
    text: String,
    /// Whether every day of the week has come to rest.
    pub settled: bool,
}

impl Letter {
    /// The HTML and the plain text of the mail to somebody who ends the mails at this address.
    pub fn to_reader(&self, unsubscribe: &str) -> (String, String) {
        (self.html.replace(UNSUBSCRIBE, unsubscribe), self.text.replace(UNSUBSCRIBE, unsubscribe))
    }

    /// The text of a message for a channel, where nobody ends anything.
    pub fn to_channel(&self) -> String {
        let kept = self.text.lines().filter(|line| !line.contains(UNSUBSCRIBE));
        kept.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }
}

/// `digest.html` and `digest.txt`
#[derive(Debug, Serialize)]
struct LetterView<'a> {
    site: &'a str,
    role: &'a str,
    language: &'static str,
    subject: &'a str,
    week: String,
    days: String,
    extent: String,
    settled: bool,
    figures: Vec<Figure>,
    rising: Vec<Line>,
    falling: Vec<Line>,
    referrers: Vec<Line>,
    events: Vec<Line>,
    page: String,
    unsubscribe: &'static str,
}

#[derive(Debug, Serialize)]
struct Figure {
    label: String,
    value: String,
    before: ChangeView,
    year: ChangeView,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    says: String,
}

impl Site {
    /// The week in short, computed from the role's repositories alone; `None` if there is no such role.
    ///
    /// # Errors
    /// When a template has a fault that only rendering shows.
    pub fn digest(&self, role: &RoleName, week: Week) -> Result<Option<Letter>, Error> {
        let Some((scope, repos, group)) = self.whole(role) else { return Ok(None) };
        let words = scope.words;
        let settled = scope.settled.is_some_and(|settled| settled >= week.span().last);
        let name = week.to_string();
        let title = feed::clean(&scope.role.title);
        let subject = words.say("digest-subject", &[("role", (&title).into()), ("week", (&name).into())]);
        let (rising, falling) = movers(words, &repos, week);
        let view = LetterView {
            site: self.title(),
            role: &title,
            language: words.language().as_str(),
            subject: &subject,
            week: name,
            days: words.span(week.span()),
            extent: words.say("count-repositories", &[("n", repos.len().into())]),
            settled,
            figures: figures(words, &group, week),
            rising,
            falling,
            referrers: referrers(words, &repos, week),
            events: events(&scope, &repos, week),
            page: format!("{}/{}/index.html", scope.base_url, scope.role.name),
            unsubscribe: UNSUBSCRIBE,
        };
        let render = |template| self.engine().render(template, &view).map(|bytes| lossy(&bytes));
        let (html, text) = (render("digest.html")?, render("digest.txt")?);
        Ok(Some(Letter { subject, html, text, settled }))
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn figures(words: &Words, group: &Group, week: Week) -> Vec<Figure> {
    let kinds: [(&str, Metric, bool); 4] = [
        ("views", Metric::Views, false),
        ("visitors", Metric::Views, true),
        ("clones", Metric::Clones, false),
        ("cloners", Metric::Clones, true),
    ];
    let figure = |(label, metric, uniques): (&str, Metric, bool)| {
        let sum = group.sum(week.span(), metric);
        let against = |than| change(words, &group.compare(Frame::Week(week), than, metric, uniques));
        let label = words.text(label);
        Figure {
            label: if uniques { format!("{label} ({})", words.text("sum-of-daily-uniques")) } else { label },
            value: amount(words, sum.state, if uniques { sum.uniques } else { sum.count }),
            before: against(Than::Before),
            year: against(Than::YearBefore),
        }
    };
    kinds.map(figure).into()
}

/// Who rose and fell by the most views: a large per cent of little moves nobody.
fn movers(words: &Words, repos: &[&Repo], week: Week) -> (Vec<Line>, Vec<Line>) {
    let count = |total: &Total| total.count;
    let compared = |repo: &&Repo| {
        let total = |span| repo.daily.total(span, Metric::Views);
        let compared = Compared::one(total(week.span()), total(week.span().before()), count);
        let by = compared.now as i64 - compared.before as i64;
        (compared.change != Change::Unknown && by != 0).then(|| (by, repo.name().to_string(), compared))
    };
    let mut moved: Vec<(i64, String, Compared)> = repos.iter().filter_map(compared).collect();
    moved.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    let line = |(_, name, compared): &(i64, String, Compared)| {
        let (now, before) = (words.number(compared.now), words.number(compared.before));
        let values = [("now", (&now).into()), ("before", (&before).into())];
        Line { name: name.clone(), says: words.say("digest-moved", &values) }
    };
    let rising = moved.iter().filter(|(by, ..)| *by > 0).take(MOVERS).map(line).collect();
    let falling = moved.iter().rev().filter(|(by, ..)| *by < 0).take(MOVERS).map(line).collect();
    (rising, falling)
}

/// Of each repository the newest list that has days of the week in it.
fn referrers(words: &Words, repos: &[&Repo], week: Week) -> Vec<Line> {
    let mut views: BTreeMap<&str, u64> = BTreeMap::new();
    for repo in repos {
        let of_week = repo.history.referrers.iter().rev().find(|list| {
            let window = list.window();
            window.first <= week.span().last && window.last >= week.span().first
        });
        for row in of_week.iter().flat_map(|list| &list.rows) {
            *views.entry(&row.name).or_default() += row.count;
        }
    }
    let mut ranked: Vec<(&str, u64)> = views.into_iter().collect();
    ranked.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let line = |(name, count): (&str, u64)| Line {
        name: feed::clean(name),
        says: words.say("count-views", &[("n", count.into())]),
    };
    ranked.into_iter().take(REFERRERS).map(line).collect()
}

fn events(scope: &Scope<'_>, repos: &[&Repo], week: Week) -> Vec<Line> {
    let mut found = feed::notes(scope, week.span());
    found.extend(repos.iter().flat_map(|repo| feed::events(scope, repo, week.span())));
    found.sort_by(|a, b| (b.weight, a.date, &a.text).cmp(&(a.weight, b.date, &b.text)));
    let line = |event: feed::Event| Line { name: scope.words.day(event.date), says: event.text };
    found.into_iter().take(EVENTS).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, date, history};
    use crate::report::{Language, Settings};

    fn site(language: Language) -> Site {
        let settings = Settings {
            title: "Traffic <of> Acme".to_owned(),
            templates: None,
            content: None,
            language,
            base_url: "https://traffic.acme.example".to_owned(),
            notes: Vec::new(),
            spam: Vec::new(),
            theme: crate::report::Theme::default(),
            public_badges: crate::domain::repo::Selection::default(),
        };
        let mut one = history(1, "acme/open", "2026-11-24T02:00:00Z");
        one.referrers[0].rows[0].name = "evil<b>\r\nBcc: x".into();
        let histories = vec![one, history(2, "acme/secret", "2026-11-24T02:00:00Z")];
        Site::new(&settings, &fixture::policy(), histories, Vec::new(), date(fixture::TODAY)).unwrap()
    }

    fn letter(role: &str, week: &str) -> Letter {
        site(Language::En).digest(&role.parse().unwrap(), Week::of(date(week))).unwrap().unwrap()
    }

    #[test]
    fn a_week_is_told_with_both_comparisons_and_without_what_the_role_does_not_see() {
        let letter = letter("viewer", "2026-11-09");
        assert_eq!(letter.subject, "The viewers: week 2026-W46");
        let (html, text) = letter.to_reader("https://t.example/-/unsubscribe?token=a.b.c");
        // 41 views on the first of a hundred days to 23 November, one more each day.
        let sum: u64 = (85..92).map(|day| 41 + day).sum();
        for part in [&html, &text] {
            assert!(part.contains(&sum.to_string()) && part.contains("6%"), "{part}");
            assert!(part.contains("acme/open") && !part.contains("secret"), "{part}");
            assert!(part.contains("https://t.example/-/unsubscribe?token=a.b.c"), "{part}");
            assert!(part.contains("https://traffic.acme.example/viewer/index.html"), "{part}");
        }
        assert!(html.contains("evil&lt;b&gt;") && text.contains("evil<b>  Bcc: x"), "{html}{text}");
        assert!(!letter.to_channel().contains("unsubscribe"));
    }

    #[test]
    fn a_week_whose_days_still_rise_says_so() {
        let (done, open) = (letter("admin", "2026-11-09"), letter("admin", "2026-11-23"));
        assert!(done.settled && !open.settled);
        assert!(open.to_channel().contains("still rising"), "{}", open.to_channel());
    }

    #[test]
    fn there_is_a_letter_in_every_language_and_none_for_a_role_that_is_not() {
        for language in Language::ALL {
            let letter = site(language).digest(&"admin".parse().unwrap(), Week::of(date("2026-11-09"))).unwrap();
            assert!(letter.unwrap().subject.contains("2026-W46"), "{language}");
        }
        let nobody = site(Language::En).digest(&"nobody".parse().unwrap(), Week::of(date("2026-11-09")));
        assert_eq!(nobody.unwrap(), None);
    }
}
