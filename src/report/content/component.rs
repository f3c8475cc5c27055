//! Components: `{{<chart repository="acme/anvil" last="90d"/>}}` in Markdown, from its text to what it asks for.

use std::ops::Range;

use chrono::{Days, Months};

use crate::domain::Date;
use crate::domain::repo::RepoName;
use crate::domain::traffic::Span;
use crate::report::nearest::known;
use crate::report::points::Step;
use crate::report::stock::Named;

/// A component with whose figures it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Component {
    pub(in crate::report) what: What,
    pub(in crate::report) of: Of,
    /// Where it stands in its file.
    pub(in crate::report) line: usize,
    /// Whether it has a paragraph to itself, rather than standing in a sentence.
    pub(in crate::report) alone: bool,
}

/// What it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum What {
    Chart { quantity: Quantity, reach: Reach, by: Option<Step> },
    Figure { quantity: Quantity, reach: Reach },
    Repositories { rows: usize },
    Periods { by: Step, reach: Reach },
    Ranking { paths: bool, longer: bool, rows: usize },
    Note { date: Date, text: String },
    Explore { quantity: Quantity, reach: Reach, by: Option<Step>, text: Option<String> },
}

/// Whose figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Of {
    /// All that the role sees.
    All,
    /// Those of one owner that the role sees.
    Owner(String),
    Named(Vec<RepoName>),
}

impl Of {
    /// Whether a repository of the role's is among them. A repository keeps its earlier names.
    pub(in crate::report) fn picks(&self, repo: &impl Named) -> bool {
        match self {
            Of::All => true,
            Of::Owner(owner) => repo.name().owner().eq_ignore_ascii_case(owner),
            Of::Named(names) => names.iter().any(|name| named(repo, name)),
        }
    }
}

/// Whether the repository is or was called so.
pub(super) fn named(repo: &impl Named, name: &RepoName) -> bool {
    repo.name().same_as(name) || repo.aliases().iter().any(|alias| alias.same_as(name))
}

/// A figure that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Quantity {
    Views,
    Visitors,
    Clones,
    Cloners,
    Stars,
    Forks,
}

impl Quantity {
    const DAILY: [(&'static str, Quantity); 4] = [
        ("views", Quantity::Views),
        ("visitors", Quantity::Visitors),
        ("clones", Quantity::Clones),
        ("cloners", Quantity::Cloners),
    ];
    const ALL: [(&'static str, Quantity); 6] = [
        Quantity::DAILY[0],
        Quantity::DAILY[1],
        Quantity::DAILY[2],
        Quantity::DAILY[3],
        ("stars", Quantity::Stars),
        ("forks", Quantity::Forks),
    ];

    /// As it is written, and as its message is called.
    pub(in crate::report) fn key(self) -> &'static str {
        Quantity::ALL.into_iter().find(|(_, one)| *one == self).map_or("views", |(key, _)| key)
    }
}

/// Which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Reach {
    /// So many days to the newest settled one.
    Days(u64),
    /// So many months to it.
    Months(u32),
    Fixed(Span),
}

impl Reach {
    /// The days, counted back from the newest settled one.
    pub(in crate::report) fn span(&self, settled: Date) -> Span {
        let first = match self {
            Reach::Days(days) => settled - Days::new(days - 1),
            Reach::Months(months) => settled + Days::new(1) - Months::new(*months),
            Reach::Fixed(span) => return *span,
        };
        Span { first, last: settled }
    }

    fn parse(text: &str) -> Option<Reach> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let number: u32 = number.parse().ok().filter(|number| (1..=3_700).contains(number))?;
        match unit {
            "d" => Some(Reach::Days(number.into())),
            "w" if number <= 530 => Some(Reach::Days(u64::from(number) * 7)),
            "m" if number <= 120 => Some(Reach::Months(number)),
            "y" if number <= 10 => Some(Reach::Months(number * 12)),
            _ => None,
        }
    }
}

/// The names of components, each with its attributes.
const KINDS: [(&str, &[&str]); 6] = [
    ("chart", &["repository", "owner", "metric", "last", "from", "to", "by"]),
    ("figure", &["repository", "owner", "metric", "last", "from", "to"]),
    ("table", &["repository", "owner", "of", "rows", "last", "from", "to"]),
    ("ranking", &["repository", "owner", "kind", "over", "rows"]),
    ("note", &["date", "text"]),
    ("explore", &["repository", "metric", "last", "from", "to", "by", "text"]),
];

/// Where components stand in a text, whatever is in them: from `{{<` to `}}`, quoted texts skipped.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{<").map(|at| from + at) {
        let end = end(&text[start..]).map_or_else(|| line_end(text, start), |length| start + length);
        found.push(start..end);
        from = end;
    }
    found
}

fn end(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut blank = 0;
    for (at, letter) in text.char_indices() {
        quoted ^= letter == '"';
        blank = if letter == '\n' {
            blank + 1
        } else if letter == '\r' {
            blank
        } else {
            0
        };
        if blank == 2 {
            return None;
        }
        if !quoted && text[at..].starts_with("}}") {
            return Some(at + 2);
        }
    }
    None
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

/// A name with its attributes, each with its value.
pub(super) struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn new(name: &str, attributes: Vec<(String, String)>) -> Tag {
        Tag { name: name.to_owned(), attributes }
    }

    /// Takes `{{<name key="value"/>}}` apart.
    fn split(text: &str) -> Result<Tag, String> {
        let hint = "write it as `{{<chart repository=\"acme/anvil\" metric=\"views\" last=\"90d\"/>}}`";
        let inner = text.strip_prefix("{{<").and_then(|text| text.strip_suffix("/>}}"));
        let Some(inner) = inner else {
            return Err(format!(
                "the component `{}` does not end with `/>}}}}`; {hint}. A note has its words in `text`",
                text.lines().next().unwrap_or_default().trim_end()
            ));
        };
        let (name, mut rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let mut attributes = Vec::new();
        while !rest.trim_start().is_empty() {
            let parts = rest.split_once("=\"").and_then(|(key, rest)| Some((key.trim(), rest.split_once('"')?)));
            let Some((key, (value, after))) = parts else {
                return Err(format!("`{}` is no attribute; {hint}", rest.trim()));
            };
            attributes.push((key.to_owned(), value.to_owned()));
            rest = after;
        }
        Ok(Tag { name: name.to_owned(), attributes })
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn check(&self) -> Result<(), String> {
        let Some((name, allowed)) = KINDS.iter().find(|(name, _)| *name == self.name) else {
            let names = KINDS.map(|(name, _)| name);
            return Err(format!("there is no component `{}`; {}", self.name, known(&self.name, &names)));
        };
        for (at, (key, _)) in self.attributes.iter().enumerate() {
            if !allowed.contains(&key.as_str()) {
                return Err(format!("`{name}` has no attribute `{key}`; {}", known(key, allowed)));
            }
            if self.attributes[..at].iter().any(|(earlier, _)| earlier == key) {
                return Err(format!("`{name}` has `{key}` twice; keep one"));
            }
        }
        Ok(())
    }

    fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)], otherwise: Option<T>) -> Result<T, String> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        match (self.get(key), otherwise) {
            (Some(value), _) => choices
                .iter()
                .find(|(name, _)| *name == value)
                .map(|(_, choice)| *choice)
                .ok_or_else(|| format!("`{key}` of `{}` cannot be `{value}`; {}", self.name, known(value, &names))),
            (None, Some(choice)) => Ok(choice),
            (None, None) => Err(format!("`{}` needs `{key}`; there are `{}`", self.name, names.join("`, `"))),
        }
    }

    fn by(&self) -> Result<Option<Step>, String> {
        const STEPS: [(&str, Step); 3] = [("day", Step::Day), ("week", Step::Week), ("month", Step::Month)];
        self.get("by").map(|_| self.one_of("by", &STEPS, None)).transpose()
    }

    fn rows(&self, otherwise: usize) -> Result<usize, String> {
        let Some(value) = self.get("rows") else { return Ok(otherwise) };
        let number = value.parse().ok().filter(|rows| (1..=200).contains(rows));
        number.ok_or_else(|| format!("`rows` of `{}` cannot be `{value}`; write a number from 1 to 200", self.name))
    }

    fn date(&self, key: &str) -> Result<Option<Date>, String> {
        let read = |text: &str| {
            let hint = "write the UTC day, such as `2026-05-14`";
            text.parse().map_err(|_| format!("`{key}` of `{}` cannot be `{text}`; {hint}", self.name))
        };
        self.get(key).map(read).transpose()
    }

    fn reach(&self, otherwise: &str) -> Result<Reach, String> {
        let (from, to) = (self.date("from")?, self.date("to")?);
        match (self.get("last"), from, to) {
            (Some(_), None, None) | (None, None, None) => {
                let last = self.get("last").unwrap_or(otherwise);
                let hint = "write days, weeks, months or years, such as `90d`, `12w`, `6m` or `2y`, up to ten years";
                Reach::parse(last).ok_or_else(|| format!("`last` of `{}` cannot be `{last}`; {hint}", self.name))
            }
            (None, Some(first), Some(last)) => Span::new(first, last)
                .filter(|span| span.len() <= 3_700)
                .map(Reach::Fixed)
                .ok_or_else(|| format!("`from` of `{}` must not be after `to`, nor ten years before", self.name)),
            _ => Err(format!("`{}` takes either `last`, or `from` and `to` together", self.name)),
        }
    }

    fn of(&self) -> Result<Of, String> {
        match (self.get("repository"), self.get("owner")) {
            (Some(_), Some(_)) => Err(format!("`{}` takes `repository` or `owner`, not both", self.name)),
            (Some(text), None) => {
                let name = |text: &str| {
                    let hint = "write `owner/name`, or several with commas between them";
                    text.trim().parse().map_err(|_| format!("`{}` is no repository; {hint}", text.trim()))
                };
                text.split(',').map(name).collect::<Result<_, _>>().map(Of::Named)
            }
            (None, Some(owner)) => Ok(Of::Owner(owner.to_owned())),
            (None, None) => Ok(Of::All),
        }
    }
}

impl Component {
    /// Reads one from its text.
    pub(super) fn parse(text: &str, line: usize) -> Result<Component, String> {
        Component::of_tag(&Tag::split(text)?, line)
    }

    pub(super) fn of_tag(tag: &Tag, line: usize) -> Result<Component, String> {
        tag.check()?;
        let daily = |otherwise| tag.one_of("metric", &Quantity::DAILY, otherwise);
        let views = Some(Quantity::Views);
        let what = match tag.name.as_str() {
            "chart" => What::Chart { quantity: daily(views)?, reach: tag.reach("90d")?, by: tag.by()? },
            "figure" => {
                let quantity = tag.one_of("metric", &Quantity::ALL, None)?;
                let counter = matches!(quantity, Quantity::Stars | Quantity::Forks);
                if counter && ["last", "from", "to"].iter().any(|key| tag.get(key).is_some()) {
                    return Err(format!("`{}` are counted as they stand, so they have no days", quantity.key()));
                }
                What::Figure { quantity, reach: tag.reach("28d")? }
            }
            "table" => table(tag)?,
            "ranking" => What::Ranking {
                paths: tag.one_of("kind", &[("referrers", false), ("paths", true)], None)?,
                longer: longer(tag)?,
                rows: tag.rows(10)?,
            },
            "note" => {
                let (date, text) = (tag.date("date")?, tag.get("text"));
                let both = date.zip(text.filter(|text| !text.trim().is_empty()));
                let (date, text) = both.ok_or("`note` needs `date` and `text`")?;
                What::Note { date, text: text.to_owned() }
            }
            _ => What::Explore {
                quantity: daily(views)?,
                reach: tag.reach("90d")?,
                by: tag.by()?,
                text: tag.get("text").map(str::to_owned),
            },
        };
        Ok(Component { what, of: tag.of()?, line, alone: false })
    }

    /// Whether it may stand in a sentence.
    pub(super) fn fits_a_sentence(&self) -> bool {
        matches!(self.what, What::Figure { .. } | What::Explore { .. })
    }

    /// As it is written.
    pub(super) fn name(&self) -> &'static str {
        match self.what {
            What::Chart { .. } => "chart",
            What::Figure { .. } => "figure",
            What::Repositories { .. } | What::Periods { .. } => "table",
            What::Ranking { .. } => "ranking",
            What::Note { .. } => "note",
            What::Explore { .. } => "explore",
        }
    }
}

fn table(tag: &Tag) -> Result<What, String> {
    let choices = [("repositories", None), ("weeks", Some(Step::Week)), ("months", Some(Step::Month))];
    let Some(by) = tag.one_of("of", &choices, None)? else {
        if ["last", "from", "to"].iter().any(|key| tag.get(key).is_some()) {
            return Err("a table of repositories is of the last 28 days; leave out `last`, `from` and `to`".to_owned());
        }
        return Ok(What::Repositories { rows: tag.rows(20)? });
    };
    if tag.get("rows").is_some() {
        return Err("a table of weeks or months has a row for each; write `last`, such as `last=\"12w\"`".to_owned());
    }
    Ok(What::Periods { by, reach: tag.reach("12w")? })
}

/// Whether lists of a whole year are added up, which only one repository's can be.
fn longer(tag: &Tag) -> Result<bool, String> {
    let longer = tag.one_of("over", &[("fortnight", false), ("year", true)], Some(false))?;
    match (longer, tag.of()?) {
        (true, Of::Named(names)) if names.len() == 1 => Ok(true),
        (true, _) => Err("`over=\"year\"` is there for a single `repository` only".to_owned()),
        (false, _) => Ok(false),
    }
}
