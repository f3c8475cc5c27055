//! GitHub's JSON as it is documented, and what of it can be believed.
//!
//! Unknown fields are welcome; wrong types, negative counts and days that GitHub cannot know are refused, and the
//! refusal says which. A refused answer is not recorded at all.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Weekday};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fault::Fault;
use crate::domain::ranking::{Ranked, Snapshot};
use crate::domain::repo::{About, Counters, RepoId, RepoName, Traits};
use crate::domain::traffic::{Cell, Span};
use crate::domain::{Date, Timestamp};

/// A repository as a listing or a single answer describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: RepoId,
    pub(super) name: RepoName,
    pub(super) traits: Traits,
    pub(super) description: Option<String>,
    pub(super) about: About,
    pub(super) counters: Counters,
    /// What GraphQL calls it.
    pub(super) node: Option<String>,
}

/// `GET /repos/{owner}/{repo}` and each entry of a listing.
#[derive(Deserialize)]
struct Repository {
    id: u64,
    full_name: RepoName,
    private: bool,
    fork: bool,
    archived: Option<bool>,
    description: Option<String>,
    node_id: Option<String>,
    topics: Option<Vec<String>>,
    visibility: Option<String>,
    default_branch: Option<String>,
    created_at: Option<Timestamp>,
    stargazers_count: Option<i64>,
    forks_count: Option<i64>,
    /// Only where a single repository was asked for. `watchers_count` is not this: it is the stars.
    subscribers_count: Option<i64>,
    /// Open pull requests are among them.
    open_issues_count: Option<i64>,
}

/// `GET /installation/repositories`.
#[derive(Deserialize)]
struct Installation {
    repositories: Vec<serde_json::Value>,
}

/// `GET /user`.
#[derive(Deserialize)]
struct User {
    login: String,
}

/// `GET /repos/{owner}/{repo}/traffic/views`, and `…/clones` with its own word; by day or by week.
#[derive(Deserialize)]
struct Traffic {
    count: i64,
    uniques: i64,
    views: Option<Vec<Row>>,
    clones: Option<Vec<Row>>,
}

#[derive(Deserialize)]
struct Row {
    timestamp: Timestamp,
    count: i64,
    uniques: i64,
}

/// An entry of `GET /repos/{owner}/{repo}/traffic/popular/referrers` or `…/paths`.
#[derive(Deserialize)]
struct Popular {
    #[serde(alias = "referrer", alias = "path")]
    name: String,
    title: Option<String>,
    count: i64,
    uniques: i64,
}

/// Fourteen days of views or clones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fortnight {
    /// GitHub's own sum, with the different people of all of them.
    pub(super) total: Cell,
    /// GitHub leaves out idle days, at times.
    pub(super) days: BTreeMap<Date, Cell>,
}

impl Fortnight {
    /// Whether there is nothing in it, not even a zero.
    pub(super) fn is_empty(&self) -> bool {
        self.total == Cell::default() && self.days.is_empty()
    }

    /// Whether anything was counted.
    pub(super) fn is_busy(&self) -> bool {
        self.total.count > 0 || self.days.values().any(|cell| cell.count > 0)
    }

    /// The days with a count above zero, ascending.
    pub(super) fn busy(&self) -> impl Iterator<Item = Date> {
        self.days.iter().filter(|(_, cell)| cell.count > 0).map(|(date, _)| *date)
    }
}

/// An entry of a listing, or the name of the one that cannot be read.
pub(super) type Entry = Result<Listed, (RepoName, Fault)>;

/// The login of the token's user.
pub(super) fn login(body: &[u8]) -> Result<String, Fault> {
    read::<User>(body).map(|user| user.login)
}

/// One repository.
pub(super) fn repository(body: &[u8]) -> Result<Listed, Fault> {
    listed(read(body)?)
}

/// One page of a listing. An entry that cannot be read is told by its name, if that much can be read.
pub(super) fn page(body: &[u8]) -> Result<Vec<Entry>, Fault> {
    let entries: Vec<serde_json::Value> = read(body)?;
    entries.into_iter().map(entry).collect()
}

/// One page of what an installation of an App may see, likewise.
pub(super) fn installation(body: &[u8]) -> Result<Vec<Entry>, Fault> {
    read::<Installation>(body)?.repositories.into_iter().map(entry).collect()
}

/// Views or clones, as `word` says; `now` is the time of the collection.
pub(super) fn fortnight(body: &[u8], word: &str, now: Timestamp) -> Result<Fortnight, Fault> {
    let traffic: Traffic = read(body)?;
    // Both have the same shape: only the name of the list tells whether it is what was asked for.
    let rows = if word == "views" { traffic.views } else { traffic.clones };
    let rows = rows.ok_or_else(|| Fault::Unreadable(format!("it has no {word}")))?;
    let known = knowable(now.date_naive());
    let mut days: BTreeMap<Date, Cell> = BTreeMap::new();
    for row in &rows {
        let date = row.timestamp.date_naive();
        if !known.contains(date) {
            return Err(Fault::Unreadable(format!("{date} is not among the days that GitHub can know today")));
        }
        let cell = Cell { count: count(row.count, date)?, uniques: count(row.uniques, date)? };
        days.entry(date).and_modify(|known| *known = known.merge(cell)).or_insert(cell);
    }
    let whole = "the fourteen days";
    Ok(Fortnight { total: Cell { count: count(traffic.count, whole)?, uniques: count(traffic.uniques, whole)? }, days })
}

/// Views or clones of the week that begins on `monday`; `None` where it is left out.
pub(super) fn week(body: &[u8], word: &str, monday: Date, now: Timestamp) -> Result<Option<Cell>, Fault> {
    let weeks = fortnight(body, word, now)?.days;
    // An answer by day has the Monday too, but that is not the week.
    match weeks.keys().find(|date| date.weekday() != Weekday::Mon) {
        Some(date) => Err(Fault::Unreadable(format!("{date} is no first day of a week"))),
        None => Ok(weeks.get(&monday).copied()),
    }
}

/// A top ten of referrers or paths, taken at `now`.
pub(super) fn popular(body: &[u8], now: Timestamp) -> Result<Snapshot, Fault> {
    let rows: Vec<Popular> = read(body)?;
    let ranked = |row: Popular| {
        let (total, uniques) = (count(row.count, &row.name)?, count(row.uniques, &row.name)?);
        Ok(Ranked { name: row.name.into(), title: row.title.map(Into::into), count: total, uniques })
    };
    Ok(Snapshot { taken: now, rows: rows.into_iter().map(ranked).collect::<Result<_, _>>()? })
}

/// GitHub keeps fourteen days. A month leaves room for a clock that is wrong; a year 1896 is an error body in disguise.
fn knowable(today: Date) -> Span {
    Span { first: today - Days::new(31), last: today + Days::new(1) }
}

fn entry(value: serde_json::Value) -> Result<Entry, Fault> {
    let name = value.get("full_name").and_then(|name| name.as_str()).and_then(|name| name.parse::<RepoName>().ok());
    let read = serde_json::from_value(value).map_err(|error| Fault::Unreadable(error.to_string())).and_then(listed);
    match (read, name) {
        (Ok(listed), _) => Ok(Ok(listed)),
        (Err(fault), Some(name)) => Ok(Err((name, fault))),
        (Err(fault), None) => Err(fault),
    }
}

fn listed(repository: Repository) -> Result<Listed, Fault> {
    let optional = |number: Option<i64>, what: &str| number.map(|number| count(number, what)).transpose();
    Ok(Listed {
        id: id(repository.id)?,
        name: repository.full_name,
        traits: Traits {
            private: repository.private,
            fork: repository.fork,
            archived: repository.archived.unwrap_or(false),
        },
        description: repository.description,
        about: About {
            topics: repository.topics,
            languages: None,
            visibility: repository.visibility,
            default_branch: repository.default_branch,
            created: repository.created_at,
        },
        node: repository.node_id,
        counters: Counters {
            stars: optional(repository.stargazers_count, "stargazers_count")?,
            forks: optional(repository.forks_count, "forks_count")?,
            watchers: optional(repository.subscribers_count, "subscribers_count")?,
            open_issues_and_pulls: optional(repository.open_issues_count, "open_issues_count")?,
            open_pulls: None,
        },
    })
}

/// The history keeps signed numbers.
fn id(number: u64) -> Result<RepoId, Fault> {
    let fits = i64::try_from(number).is_ok();
    fits.then_some(RepoId(number)).ok_or_else(|| Fault::Unreadable(format!("{number} is no id of a repository")))
}

pub(super) fn count(number: i64, of: impl std::fmt::Display) -> Result<u64, Fault> {
    u64::try_from(number).map_err(|_| Fault::Unreadable(format!("the count {number} of {of} is negative")))
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::Unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T02:00:00Z".parse().unwrap()
    }

    fn refusal<T: std::fmt::Debug>(read: Result<T, Fault>) -> String {
        match read {
            Err(Fault::Unreadable(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    fn views(row: &str) -> Result<Fortnight, Fault> {
        fortnight(format!(r#"{{"count":1,"uniques":1,"views":[{row}]}}"#).as_bytes(), "views", now())
    }

    #[test]
    fn views_and_clones_read_alike_and_unknown_fields_do_not_matter() {
        let row = r#"{"timestamp":"2026-11-10T00:00:00Z","count":7,"uniques":3,"robots":2}"#;
        let views =
            fortnight(format!(r#"{{"count":7,"uniques":3,"views":[{row}],"new":{{}}}}"#).as_bytes(), "views", now());
        let body = format!(r#"{{"count":7,"uniques":3,"clones":[{row}]}}"#);
        assert_eq!(views, fortnight(body.as_bytes(), "clones", now()));
        assert_eq!(refusal(fortnight(body.as_bytes(), "views", now())), "it has no views");
        let days = BTreeMap::from([("2026-11-10".parse().unwrap(), Cell { count: 7, uniques: 3 })]);
        assert_eq!(views, Ok(Fortnight { total: Cell { count: 7, uniques: 3 }, days }));
    }

    #[test]
    fn figures_that_cannot_be_true_are_refused_by_name() {
        let day =
            |date: &str, count: &str| format!(r#"{{"timestamp":"{date}T00:00:00Z","count":{count},"uniques":1}}"#);
        assert_eq!(
            refusal(views(&day("1896-04-06", "3"))),
            "1896-04-06 is not among the days that GitHub can know today"
        );
        assert_eq!(refusal(views(&day("2026-11-10", "-3"))), "the count -3 of 2026-11-10 is negative");
        for (date, known) in [("2026-10-23", false), ("2026-10-24", true), ("2026-11-25", true), ("2026-11-26", false)]
        {
            assert_eq!(views(&day(date, "3")).is_ok(), known, "{date}");
        }
    }

    #[test]
    fn other_types_and_torn_bodies_are_refused() {
        for row in [
            r#"{"timestamp":"yesterday","count":7,"uniques":3}"#,
            r#"{"timestamp":"2026-11-10T00:00:00Z","count":"7","uniques":3}"#,
            r#"{"timestamp":"2026-11-10T00:00:00Z","count":7.5,"uniques":3}"#,
            r#"{"timestamp":"2026-11-10T00:00:00Z","count":7}"#,
            r#"{"timestamp":"2026-11-10T00:00:00Z","count":99999999999999999999,"uniques":3}"#,
            r#"{"timestamp":"2026-11-10T00:00:00Z","count":7,"uni"#,
        ] {
            assert!(!refusal(views(row)).is_empty());
        }
        for body in ["", "null", "[]", "<html>", r#"{"message":"Not Found"}"#] {
            assert!(!refusal(fortnight(body.as_bytes(), "views", now())).is_empty());
        }
        assert!(!refusal(popular(br#"{"message":"Not Found"}"#, now())).is_empty());
        assert_eq!(
            refusal(popular(br#"[{"referrer":"Google","count":-1,"uniques":1}]"#, now())),
            "the count -1 of Google is negative"
        );
    }

    #[test]
    fn a_week_is_found_by_its_monday_and_days_are_not_taken_for_one() {
        let row = |date: &str| format!(r#"{{"timestamp":"{date}T00:00:00Z","count":7,"uniques":3}}"#);
        let body = |rows: &[&str]| {
            let rows: Vec<String> = rows.iter().map(|date| row(date)).collect();
            format!(r#"{{"count":14,"uniques":5,"clones":[{}]}}"#, rows.join(","))
        };
        let monday = "2026-11-16".parse().unwrap();
        let week = |rows: &[&str]| week(body(rows).as_bytes(), "clones", monday, now());
        assert_eq!(week(&["2026-11-09", "2026-11-16"]), Ok(Some(Cell { count: 7, uniques: 3 })));
        assert_eq!(week(&["2026-11-09", "2026-11-23"]), Ok(None));
        assert_eq!(refusal(week(&["2026-11-16", "2026-11-17"])), "2026-11-17 is no first day of a week");
    }

    #[test]
    fn an_entry_of_a_listing_that_cannot_be_read_does_not_hide_the_others() {
        let good =
            r#"{"id":1,"full_name":"acme/anvil","private":false,"fork":false,"stargazers_count":5,"watchers_count":5}"#;
        let bad = r#"{"id":"two","full_name":"acme/tunnel","private":false,"fork":false}"#;
        let page = page(format!("[{bad},{good}]").as_bytes()).unwrap();
        assert_eq!(page[0].as_ref().unwrap_err().0.to_string(), "acme/tunnel");
        let anvil = page[1].as_ref().unwrap();
        let (stars, watchers) = (anvil.counters.stars, anvil.counters.watchers);
        assert_eq!((anvil.id, stars, watchers), (RepoId(1), Some(5), None), "`watchers_count` is the stars");
        let installed = installation(format!(r#"{{"total_count":2,"repositories":[{bad},{good}]}}"#).as_bytes());
        assert_eq!(installed, Ok(page));
        let large = r#"[{"id":9223372036854775808,"full_name":"acme/anvil","private":false,"fork":false}]"#;
        let told = super::page(large.as_bytes()).unwrap().swap_remove(0).unwrap_err().1;
        assert_eq!(told, Fault::Unreadable("9223372036854775808 is no id of a repository".into()));
        let nameless = r#"[{"id":3,"full_name":"../etc","private":false,"fork":false}]"#;
        assert!(!refusal(super::page(nameless.as_bytes())).is_empty());
    }
}
