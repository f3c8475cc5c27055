use std::fs;

use tempfile::TempDir;

use super::*;
use crate::domain::ranking::Ranked;
use crate::domain::traffic::{Cell, Coverage, Span, Traffic};

const DAYS: &str = "time_iso8601,clones_total,clones_unique,views_total,views_unique\n";

/// A data branch with these files of `acme/anvil`.
fn branch(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join("acme/anvil/ghrs-data").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn read_at(dir: &Path) -> Result<Vec<Observation>, Error> {
    read(dir, "github.com", date("2026-01-02"))
}

fn only(files: &[(&str, &str)]) -> Observation {
    let mut all = read_at(branch(files).path()).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The message about one broken file, the folder left out.
fn complaint(file: &str, text: &str) -> String {
    let folder = branch(&[(file, text)]);
    let error = read_at(folder.path()).unwrap_err().to_string();
    let place = fs::canonicalize(folder.path()).unwrap().join("acme/anvil/ghrs-data/");
    error.replace(place.to_str().unwrap(), "").replace(place.to_str().unwrap().trim_end_matches('/'), "")
}

#[test]
fn a_zero_cell_is_absent_and_the_windows_say_who_looked() {
    let rows =
        "2025-05-01 00:00:00+00:00,0,0,5,2\n2025-05-02 00:00:00+00:00,4,1,0,0\n2025-05-10 00:00:00+00:00,1,1,2,2\n";
    let fetch = "referrer,views_total,views_unique\n";
    let one = only(&[
        ("views_clones_aggregate.csv", &format!("{DAYS}{rows}")),
        ("snapshots/2025-05-10_230000_top_referrers_snapshot.csv", fetch),
    ]);
    let cell = |count, uniques| Some(Cell { count, uniques });
    assert_eq!(one.days[0], Day { date: date("2025-05-01"), views: cell(5, 2), clones: None });
    assert_eq!(one.days[1], Day { date: date("2025-05-02"), views: None, clones: cell(4, 1) });
    assert_eq!(one.windows, [Span { first: date("2025-04-28"), last: date("2025-05-10") }]);
    assert_eq!(one.seen.to_string(), "2025-05-10 23:00:00 UTC");
    let traffic = Traffic::new(one.days.into_iter().collect(), one.windows);
    for (day, expected) in [
        ("2025-04-27", Coverage::Unknown),
        ("2025-04-28", Coverage::AssumedZero),
        ("2025-05-01", Coverage::Measured),
        ("2025-05-05", Coverage::AssumedZero),
        ("2025-05-10", Coverage::Provisional),
        ("2025-05-11", Coverage::Unknown),
    ] {
        assert_eq!(traffic.coverage(date(day)), expected, "{day}");
    }
}

#[test]
fn a_pause_of_the_tool_leaves_a_gap_and_no_zeros() {
    let fetch = |day: &str| format!("{day}T23:00:00Z").parse::<Timestamp>().unwrap();
    let windows = Crowd::default()
        .windows(&[fetch("2025-03-20"), fetch("2025-03-21"), fetch("2025-05-01")], Some(date("2025-04-30")));
    let span = |first, last| Span { first: date(first), last: date(last) };
    assert_eq!(windows, [span("2025-03-08", "2025-03-19"), span("2025-04-19", "2025-04-30")]);
}

#[test]
fn days_after_the_last_fetch_claim_no_window() {
    let fetch = "2025-05-01T23:00:00Z".parse().unwrap();
    for (reached, last) in [("2025-06-30", "2025-05-01"), ("2025-04-30", "2025-04-30"), ("2025-01-01", "2025-04-29")] {
        let windows = Crowd::default().windows(&[fetch], Some(date(reached)));
        assert_eq!(windows, [Span { first: date("2025-04-19"), last: date(last) }]);
    }
    assert_eq!(Crowd::default().windows(&[], Some(date("2025-05-01"))), []);
}

#[test]
fn every_level_of_the_branch_may_be_given() {
    let folder = branch(&[("forks.csv", "time_iso8601,forks_cumulative\n2025-01-01 00:00:00+00:00,3\n")]);
    for level in ["", "acme", "acme/anvil", "acme/anvil/ghrs-data"] {
        let all = read_at(&folder.path().join(level)).unwrap();
        assert_eq!(all.len(), 1, "{level}");
        assert_eq!(all[0].sighting.name.to_string(), "acme/anvil");
        assert_eq!(all[0].counters, [(date("2025-01-01"), Counters { forks: Some(3), ..Counters::default() })]);
    }
}

#[test]
fn quotes_commas_line_ends_and_a_byte_order_mark_are_read() {
    let file = "snapshots/2025-05-10_230000_top_paths_snapshot.csv";
    let text = "\u{feff}url_path,views_total,views_unique\r\n\"/a/b,c \"\"d\"\"\",3,1\r\n/é,7,7\r\n";
    let row = |name: &str, count, uniques| Ranked { name: name.into(), title: None, count, uniques };
    assert_eq!(only(&[(file, text)]).paths[0].rows, [row("/é", 7, 7), row("/a/b,c \"d\"", 3, 1)]);
}

#[test]
fn the_oldest_files_with_other_column_names_are_read() {
    let file = "snapshots/2020-12-14_165621_top_referrers_snapshot.csv";
    let one = only(&[(file, "referrer,count_unique,count_total\ngoogle.com,2,9\n")]);
    assert_eq!((one.referrers[0].rows[0].count, one.referrers[0].rows[0].uniques), (9, 2));
}

#[test]
fn githubs_own_number_of_stars_goes_before_the_one_worked_out() {
    let one = only(&[
        ("stargazers.csv", "time_iso8601,stars_cumulative\n2025-01-01 00:00:00+00:00,3\n2025-01-02 00:00:00+00:00,4\n"),
        ("stargazer-snapshots.csv", "time_iso8601,stargazers_cumulative_snapshot\n2025-01-02 22:53:03+00:00,6\n"),
        ("forks.csv", "time_iso8601,forks_cumulative\n2025-01-02 00:00:00+00:00,1\n"),
    ]);
    let counters = |stars, forks| Counters { stars: Some(stars), forks, ..Counters::default() };
    assert_eq!(one.counters, [(date("2025-01-01"), counters(3, None)), (date("2025-01-02"), counters(6, Some(1)))]);
}

#[test]
fn fragments_that_were_not_merged_yet_are_days_of_their_moment() {
    let folder = branch(&[
        (
            "snapshots/2025-05-09_230000_views_clones_series_fragment.csv",
            &format!("{DAYS}2025-05-08 00:00:00+00:00,0,0,5,2\n"),
        ),
        (
            "snapshots/2025-05-10_230000_views_clones_series_fragment.csv",
            &format!("{DAYS}2025-05-08 00:00:00+00:00,0,0,4,2\n"),
        ),
        ("snapshots/.gitkeep", ""),
    ]);
    let all = read_at(folder.path()).unwrap();
    let seen: Vec<String> = all.iter().map(|one| format!("{} {}", one.seen.date_naive(), one.days.len())).collect();
    assert_eq!(seen, ["2025-05-09 1", "2025-05-10 1", "2025-05-10 0"]);
    assert_eq!(all[2].windows, [Span { first: date("2025-04-27"), last: date("2025-05-08") }]);
}

#[test]
fn each_broken_line_is_named_with_its_value_and_what_would_be_right() {
    let days = "views_clones_aggregate.csv";
    for (file, text, expected) in [
        (
            days,
            format!("{DAYS}1896-03-01 00:00:00+00:00,1,1,1,1\n"),
            "`views_clones_aggregate.csv` line 2: `1896-03-01 00:00:00+00:00` in column `time_iso8601` lies before GitHub's first year, 2008",
        ),
        (
            days,
            format!("{DAYS}2062-03-01 00:00:00+00:00,1,1,1,1\n"),
            "line 2: `2062-03-01 00:00:00+00:00` in column `time_iso8601` lies in the future",
        ),
        (
            days,
            format!("{DAYS}2025-02-30 00:00:00+00:00,1,1,1,1\n"),
            "line 2: `2025-02-30 00:00:00+00:00` in column `time_iso8601` is not a time such as `2020-12-01 00:00:00+00:00`",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,1,1,1,1\n2025-03-02 00:00:00+00:00,1,1,-4,1\n"),
            "line 3: `-4` in column `views_total` is not a whole number from 0 up",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,1,,1,1\n"),
            "line 2: `` in column `clones_unique` is not a whole number from 0 up",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,99999999999999,1,1,1\n"),
            "line 2: `99999999999999` in column `clones_total` is more than anything on GitHub was ever counted",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,99999999999999999999999,1,1,1\n"),
            "is not a whole number from 0 up",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,1,2,1,1\n"),
            "line 2: 2 unique of 1 in all cannot be; are the columns mixed up?",
        ),
        (
            days,
            format!("{DAYS}2025-03-01 00:00:00+00:00,1,1\n"),
            "line 2: has 3 values where the first line names 5 columns",
        ),
        (
            days,
            "time_iso8601,views_total\n".into(),
            "line 1: has no column `views_unique`, only `time_iso8601`, `views_total`",
        ),
        (days, String::new(), "`views_clones_aggregate.csv`: is empty; its first line should name the columns"),
        (
            "snapshots/yesterday_top_paths_snapshot.csv",
            String::new(),
            "`snapshots/yesterday_top_paths_snapshot.csv`: `yesterday` in its name is not a time such as `2020-12-14_165621`",
        ),
        (
            "snapshots/2020-12-14_165621_top_paths_snapshot.csv",
            format!("url_path,views_total,views_unique\n{}", "/x,1,1\n".repeat(11)),
            "has 11 rows, but GitHub gives the top ten only",
        ),
        ("notes.txt", String::new(), "``: holds no file of github-repo-stats, such as `views_clones_aggregate.csv`"),
    ] {
        let message = complaint(file, &text);
        assert!(message.contains(expected), "{message}\nshould say: {expected}");
        assert!(
            message.ends_with(
                "\n\nhint: correct these places or move the files away, then import again; nothing was imported"
            ),
            "{message}"
        );
    }
}

#[test]
fn what_is_no_text_is_named() {
    let folder = branch(&[("forks.csv", "")]);
    fs::write(folder.path().join("acme/anvil/ghrs-data/forks.csv"), b"time_iso8601,forks_cumulative\n\xff\xfe,1\n")
        .unwrap();
    let message = read_at(folder.path()).unwrap_err().to_string();
    assert!(message.contains("forks.csv` line 2: is not UTF-8 text"), "{message}");
}

#[test]
fn all_broken_places_are_named_at_once_but_not_without_end() {
    let bad = |day: u32| format!("2025-03-{day:02} 00:00:00+00:00,x,1,1,1\n");
    let folder = branch(&[
        ("views_clones_aggregate.csv", &format!("{DAYS}{}", (1..=24).map(bad).collect::<String>())),
        ("forks.csv", "nothing\n"),
    ]);
    let message = read_at(folder.path()).unwrap_err().to_string();
    assert!(message.starts_with("25 places are broken:\n  `"), "{message}");
    assert!(message.contains("line 21: `x` in column `clones_total`"), "{message}");
    assert!(message.contains("\n  and 5 more\n"), "{message}");
}

#[test]
fn a_folder_without_such_data_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let message = read_at(folder.path()).unwrap_err().to_string();
    assert!(message.contains("` holds no folder `OWNER/REPOSITORY/ghrs-data`, as github-repo-stats writes them\n\nhint: check out the branch"), "{message}");
    let message = read_at(&folder.path().join("nowhere")).unwrap_err().to_string();
    assert!(message.starts_with("cannot read the folder `") && message.contains("nowhere`: "), "{message}");
}

#[test]
fn folders_that_are_not_called_like_a_repository_are_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("a b/c/ghrs-data")).unwrap();
    let message = read_at(folder.path()).unwrap_err().to_string();
    assert!(
        message.contains("`a b/c` is not a repository name of the form `owner/name`; the two folders above"),
        "{message}"
    );
}

/// A data branch of three repositories, busy every day but from `first` to `last` in March, fetched every night.
fn frozen(first: u32, last: u32) -> TempDir {
    let start = date("2025-02-01");
    let all = (0..70).map(|n| start + chrono::Days::new(n));
    let out = Span {
        first: start + chrono::Days::new(27 + u64::from(first)),
        last: start + chrono::Days::new(27 + u64::from(last)),
    };
    let folder = tempfile::tempdir().unwrap();
    for name in ["anvil", "tongs", "forge"] {
        let place = folder.path().join("acme").join(name).join("ghrs-data");
        fs::create_dir_all(place.join("snapshots")).unwrap();
        let row = |date: Date| format!("{date} 00:00:00+00:00,1,1,5,2\n");
        let rows: String = all.clone().filter(|date| !out.contains(*date)).map(row).collect();
        fs::write(place.join("views_clones_aggregate.csv"), format!("{DAYS}{rows}")).unwrap();
        for date in all.clone() {
            let file = format!("snapshots/{date}_230000_top_referrers_snapshot.csv");
            fs::write(place.join(file), "referrer,views_total,views_unique\n").unwrap();
        }
    }
    folder
}

#[test]
fn a_day_that_github_left_out_of_all_repositories_is_not_taken_for_a_zero() {
    for (first, last) in [(1, 20), (5, 5), (25, 42)] {
        for one in read_at(frozen(first, last).path()).unwrap() {
            let traffic = Traffic::new(one.days.into_iter().collect(), one.windows);
            for n in first..=last {
                let day = date("2025-02-28") + chrono::Days::new(n.into());
                assert_eq!(traffic.coverage(day), Coverage::Unknown, "{day} of {first} to {last}");
            }
            assert_eq!(traffic.coverage(date("2025-02-20")), Coverage::Measured);
        }
    }
}
