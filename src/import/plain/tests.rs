use std::fs;

use tempfile::TempDir;

use super::*;

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("past.csv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn read_text(text: &str) -> Result<Found, String> {
    let (_folder, path) = file(text);
    let told = |error: Error| error.to_string().replace(path.to_str().unwrap(), "past.csv");
    read(std::slice::from_ref(&path), "github.com", date("2026-02-01")).map_err(told)
}

fn cell(count: u64, uniques: u64) -> Option<Cell> {
    Some(Cell { count, uniques })
}

#[test]
fn a_line_is_a_day_and_what_is_empty_is_not_known() {
    let text = "repository,date,views,unique_views,clones,unique_clones,stars,forks,watchers\n\
                acme/anvil,2026-01-02,7,3,0,0,12,,4\n\
                acme/anvil,2026-01-01,,,2,1,,,\n\
                globex/orb,2026-01-01,,,,,,,\n";
    let found = read_text(text).unwrap();
    assert_eq!(found.observations.len(), 1, "of globex/orb nothing is said");
    let one = &found.observations[0];
    assert_eq!(one.sighting.name.to_string(), "acme/anvil");
    assert_eq!((one.sighting.id, one.sighting.host.as_str()), (None, "github.com"));
    assert_eq!(one.days[0], Day { date: date("2026-01-01"), views: None, clones: cell(2, 1) });
    assert_eq!(one.days[1], Day { date: date("2026-01-02"), views: cell(7, 3), clones: cell(0, 0) });
    let counters = Counters { stars: Some(12), watchers: Some(4), ..Counters::default() };
    assert_eq!(one.counters, [(date("2026-01-02"), counters)]);
    assert_eq!(one.windows, []);
    assert_eq!(one.seen.to_string(), "2026-01-02 00:00:00 UTC");
    assert_eq!(found.left_out, [""; 0]);
}

#[test]
fn columns_go_by_many_names_in_any_order_and_others_are_told_of() {
    let text = "Day,Views Unique,VIEWCOUNT,Repo,referrer\n20260102,3,7,acme/anvil,x\n\
                2026-01-03T00:00:00Z,4,8,ACME/Anvil,y\n2026-01-02,1,9,acme/anvil,\n";
    let found = read_text(text).unwrap();
    assert_eq!(found.observations.len(), 1, "GitHub takes both spellings for one");
    let days = &found.observations[0].days;
    // The largest of each figure, as everywhere.
    assert_eq!(days[0], Day { date: date("2026-01-02"), views: cell(9, 3), clones: None });
    assert_eq!(days[1], Day { date: date("2026-01-03"), views: cell(8, 4), clones: None });
    assert_eq!(found.left_out.len(), 1);
    assert!(found.left_out[0].ends_with("past.csv`: the columns `referrer` say nothing that is kept"));
}

#[test]
fn every_broken_line_is_named_and_nothing_is_read() {
    let text = "repository,date,views,unique_views\n\
                acme/anvil,2026-01-01,1,1\n\
                anvil,2026-01-01,1,1\n\
                acme/anvil,yesterday,1,1\n\
                acme/anvil,2026-03-01,1,1\n\
                acme/anvil,2007-01-01,1,1\n\
                acme/anvil,2026-01-02,-1,1\n\
                acme/anvil,2026-01-02,1,2\n\
                acme/anvil,2026-01-02,1,\n\
                acme/anvil,2026-01-02,,1\n\
                acme/anvil,2026-01-02,1\n\
                acme/anvil,2026-01-02,2000000000000,1\n";
    assert_eq!(
        read_text(text).unwrap_err(),
        "10 places are broken:\n  \
         `past.csv` line 3: `anvil` in column `repository` is not a repository such as `acme/anvil`\n  \
         `past.csv` line 4: `yesterday` in column `date` is not a date such as `2020-12-01`\n  \
         `past.csv` line 5: `2026-03-01` in column `date` lies in the future\n  \
         `past.csv` line 6: `2007-01-01` in column `date` lies before GitHub's first year, 2008\n  \
         `past.csv` line 7: `-1` in column `views` is not a whole number from 0 up\n  \
         `past.csv` line 8: 2 unique of 1 in all cannot be; are the columns mixed up?\n  \
         `past.csv` line 9: `` in column `unique_views` must not be empty where the number in all is known\n  \
         `past.csv` line 10: `` in column `views` must not be empty where the uniques of it are known\n  \
         `past.csv` line 11: has 3 values where the first line names 4 columns\n  \
         `past.csv` line 12: `2000000000000` in column `views` is more than anything on GitHub was ever counted\n\n\
         hint: correct these places or move the files away, then import again; nothing was imported"
    );
}

#[test]
fn columns_that_are_needed_are_asked_for_by_name() {
    let told = |text: &str| read_text(text).unwrap_err().split("\n\n").next().unwrap().to_owned();
    assert_eq!(
        told("date,views,unique_views\n"),
        "`past.csv` line 1: has no column `repository` or `repo` or `full_name` or `repository_name` or `name`, only `date`, `views`, `unique_views`"
    );
    assert_eq!(
        told("repository,date,views\n"),
        "`past.csv` line 1: has a column `views` but no `unique_views`; a day is kept with both"
    );
    assert_eq!(
        told("repository,date,unique_clones\n"),
        "`past.csv` line 1: has a column `unique_clones` but no `clones`; a day is kept with both"
    );
    assert_eq!(
        told("repository,date,note\n"),
        "`past.csv` line 1: has no column with figures, such as `views` and `unique_views`, `clones` and `unique_clones`, `stars`, `forks` or `watchers`"
    );
    assert_eq!(told(""), "`past.csv`: is empty; its first line should name the columns");
}

#[test]
fn several_files_are_read_as_one_and_a_broken_one_keeps_all_out() {
    let (_one, good) = file("repository,date,stars\nacme/anvil,2026-01-01,1\n");
    let (_two, other) = file("repository,date,forks\nacme/anvil,2026-01-01,2\nacme/tongs,2026-01-01,2\n");
    let found = read(&[good.clone(), other], "github.com", date("2026-02-01")).unwrap();
    let counters = Counters { stars: Some(1), forks: Some(2), ..Counters::default() };
    assert_eq!(found.observations[0].counters, [(date("2026-01-01"), counters)]);
    assert_eq!(found.observations.len(), 2);
    let missing = read(&[good, "/nowhere.csv".into()], "github.com", date("2026-02-01")).unwrap_err();
    assert!(missing.to_string().starts_with("`/nowhere.csv`: cannot be read: "), "{missing}");
}
