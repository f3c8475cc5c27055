//! Every table of a bundle adds up to the same, whichever way it is written, and pages say what they add up.

use std::collections::BTreeMap;

use chrono::{Datelike, Days};
use proptest::prelude::*;

use super::*;
use crate::domain::Date;
use crate::domain::policy::PageKind;
use crate::domain::traffic::{Day, Series, Traffic};
use crate::report::fixture::cell;
use crate::report::locale::{Language, Words};

/// Views, visitors, clones and cloners of a repository in some days, where all of these days are known.
type Sums = BTreeMap<(String, String), [Option<u64>; 4]>;

/// The rows of a table without texts by column.
fn rows(csv: &str) -> Vec<BTreeMap<&str, &str>> {
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    csv.lines().skip(1).map(|line| head.iter().copied().zip(line.split(',')).collect()).collect()
}

const FIGURES: [&str; 4] = ["views", "visitors", "clones", "cloners"];
const SUMS: [&str; 4] = ["views", "sum_of_daily_visitors", "clones", "sum_of_daily_cloners"];

/// The table of days added up by somebody else's calendar, without the period in which a history begins.
fn added(daily: &str, period: fn(Date) -> String) -> Sums {
    let mut days: BTreeMap<(String, String), Vec<BTreeMap<&str, &str>>> = BTreeMap::new();
    for row in rows(daily) {
        let key = (row["repository"].to_owned(), period(row["date"].parse().unwrap()));
        days.entry(key).or_default().push(row);
    }
    let mut before = String::new();
    days.retain(|(repository, _), _| std::mem::replace(&mut before, repository.clone()) == *repository);
    let sum = |rows: &[BTreeMap<&str, &str>], column: &str| {
        let figures = || rows.iter().filter_map(|row| row[column].parse::<u64>().ok());
        // Days that still rise leave a sum so far; a day that nobody knows leaves none.
        let known = rows.iter().all(|row| row["coverage"] != "unknown");
        (known && figures().count() > 0).then(|| figures().sum())
    };
    days.into_iter().map(|(key, rows)| (key, FIGURES.map(|column| sum(&rows, column)))).collect()
}

/// A table of weeks or months, without the one in which a history begins.
fn told(table: &str, period: &str, daily: &Sums) -> Sums {
    let row = |row: &BTreeMap<&str, &str>| {
        let key = (row["repository"].to_owned(), row[period].to_owned());
        (key, SUMS.map(|column| row[column].parse().ok()))
    };
    rows(table).iter().map(row).filter(|(key, _)| daily.contains_key(key)).collect()
}

fn iso_week(date: Date) -> String {
    let week = date.iso_week();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// A history that ends the day before `today`, with a gap, and figures that differ from day to day.
fn varied(id: u64, name: &str, today: Date, days: u64, gap: u64) -> RepositoryHistory {
    let last = today - Days::new(1);
    let span = Span { first: last - Days::new(days), last };
    let day = |(at, date): (u64, Date)| {
        let count = (at * 7 + id * 13) % 97;
        Day { date, views: cell(count, count.div_ceil(2)), clones: cell(count / 3, count / 5) }
    };
    let missing = last - Days::new(gap);
    let kept = (0..).zip(span.days()).filter(|(_, date)| *date != missing).map(day);
    let windows: Vec<Span> = match span.contains(missing) {
        false => vec![span],
        true => {
            let (before, after) = (missing - Days::new(1), missing + Days::new(1));
            Span::new(span.first, before).into_iter().chain(Span::new(after, last)).collect()
        }
    };
    let mut history = history(id, name, COLLECTED);
    history.traffic = Traffic::new(kept.collect::<Series>(), windows);
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn weeks_and_months_are_the_sums_of_their_days_in_every_year_and_every_format(
        after in 0_u64..73_000, days in 3_u64..120, gap in 0_u64..130, other in 3_u64..40,
    ) {
        let today = fixture::date("1900-01-10") + Days::new(after);
        let histories = vec![
            varied(1, "acme/open", today, days, gap),
            varied(2, "acme/other", today, other, 500),
            varied(3, "far/veiled", today, days, 500),
        ];
        let policy = Policy::new(vec![
            fixture::role("all", &["*/*"], &PageKind::ALL),
            fixture::role("some", &["acme/*"], &PageKind::ALL),
        ]);
        let site = Site::new(&settings(), &policy, histories, Vec::new(), today).unwrap();
        for role in ["all", "some"] {
            let pages = tables(&site, role);
            let daily = &pages["data/daily.csv"];
            let repositories: std::collections::BTreeSet<&str> = rows(daily).iter().map(|row| row["repository"]).collect();
            prop_assert_eq!(repositories.len(), if role == "all" { 3 } else { 2 });
            for (table, column, period) in
                [("weekly", "week", iso_week as fn(Date) -> String), ("monthly", "month", month)]
            {
                let expected = added(daily, period);
                let found = told(&pages[&format!("data/{table}.csv")], column, &expected);
                prop_assert_eq!(found, expected, "{} of {}", table, role);
            }
            for table in ["daily", "weekly", "monthly"] {
                let (csv, json) = (&pages[&format!("data/{table}.csv")], &pages[&format!("data/{table}.json")]);
                let json: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(json).unwrap();
                let plain = |value: &serde_json::Value| match value {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let json: Vec<BTreeMap<&str, String>> =
                    json.iter().map(|row| row.iter().map(|(key, value)| (key.as_str(), plain(value))).collect()).collect();
                let csv: Vec<BTreeMap<&str, String>> = rows(csv)
                    .into_iter()
                    .map(|row| row.into_iter().map(|(key, value)| (key, value.to_owned())).collect())
                    .collect();
                prop_assert_eq!(csv, json);
            }
        }
    }
}

fn tables(site: &Site, role: &str) -> BTreeMap<String, String> {
    let bundle = bundle(site, role);
    let wanted = bundle.pages.iter().filter(|page| {
        let path = page.path.as_str();
        ["data/daily.", "data/weekly.", "data/monthly."].iter().any(|begin| path.starts_with(begin))
    });
    let text = |page: &Planned| String::from_utf8(site.render(&bundle.role, page).unwrap()).unwrap();
    wanted.map(|page| (page.path.to_string(), text(page))).collect()
}

/// Whoever sees a number of people over several days must read that it is a sum: in the week by mail, in the feed of
/// months, in prose, and in the columns of files.
#[test]
fn sums_of_uniques_are_called_so_outside_of_pages_too() {
    for language in Language::ALL {
        let words = Words::load(language, None).unwrap();
        let (label, people) = (words.text("sum-of-daily-uniques"), ["visitors", "cloners"].map(|key| words.text(key)));
        let settings = Settings { language, ..settings() };
        let site =
            Site::new(&settings, &fixture::policy(), histories(), runs(), fixture::date(fixture::TODAY)).unwrap();
        let week = crate::domain::calendar::Week::of(fixture::date("2026-11-09"));
        let letter = site.digest(&"admin".parse().unwrap(), week).unwrap().unwrap();
        let (html, text) = letter.to_reader("https://traffic.acme.example/-/unsubscribe");
        let channel = letter.to_channel();
        let months = pages(&site, "admin").remove("feeds/months.xml").unwrap();
        for (place, text) in [("mail", &html), ("text", &text), ("message", &channel), ("feed", &months)] {
            for people in &people {
                let named = text.match_indices(people.as_str());
                let followed = |at: usize| text[at + people.len()..].chars().take(label.len() + 20).collect::<String>();
                for (at, _) in named {
                    assert!(followed(at).contains(&label), "{language}: the {place} says {people} {}", followed(at));
                }
            }
        }
        assert!(text.contains(&people[0]) && html.contains(&people[1]), "{language}: {text}");
    }
    for table in ["weekly", "monthly"] {
        let head = pages(&site(), "admin")[&format!("data/{table}.csv")].lines().next().unwrap().to_owned();
        for column in head.split(',').filter(|column| column.contains("visitors") || column.contains("cloners")) {
            assert!(column.starts_with("sum_of_daily_"), "{table}: {column}");
        }
        assert!(SUMS.iter().all(|column| head.contains(column)), "{head}");
    }
}
