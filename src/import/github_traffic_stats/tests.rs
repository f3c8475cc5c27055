use std::fs;

use tempfile::TempDir;

use super::*;

const REPOS_CSV: &str = "1000,\"anvil\",1,1000,0\n1001,\"rocket-skates\",1,1001,0\n";
const OWNERS_CSV: &str = "1000,\"acme\",,,\n1001,\"globex\",\"O\",,\n";
const TRAFFIC_CSV: &str =
    "1000,20180407,12,3,0,0\n1000,20180408,0,0,2,1\n1001,20180407,0,0,0,0\n1000,20180407,9,4,1,1\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn read_files(files: &[(&str, &str)]) -> Result<Found, String> {
    let folder = folder(files);
    let told = |error: Error| error.to_string().replace(folder.path().to_str().unwrap(), "DIR");
    read(folder.path(), "github.com", date("2018-12-31")).map_err(told)
}

fn told(files: &[(&str, &str)]) -> String {
    read_files(files).unwrap_err().split("\n\n").next().unwrap().to_owned()
}

fn checked(found: &Found) {
    assert_eq!(found.observations.len(), 1, "of globex/rocket-skates there are zeros only");
    let one = &found.observations[0];
    assert_eq!(one.sighting.name.to_string(), "acme/anvil");
    assert_eq!(one.sighting.id, None, "its numbers are not GitHub's");
    let cell = |count, uniques| Some(Cell { count, uniques });
    let first = Day { date: date("2018-04-07"), views: cell(12, 4), clones: cell(1, 1) };
    assert_eq!(one.days, [first, Day { date: date("2018-04-08"), views: None, clones: cell(2, 1) }]);
    assert_eq!(one.windows, []);
    assert_eq!(one.seen.to_string(), "2018-04-08 00:00:00 UTC");
}

#[test]
fn tables_as_db2_exports_them_without_a_header_are_read() {
    let files = [("repos.csv", REPOS_CSV), ("ghorgusers.csv", OWNERS_CSV), ("repotraffic.csv", TRAFFIC_CSV)];
    checked(&read_files(&files).unwrap());
}

#[test]
fn a_value_that_is_called_like_a_column_makes_no_header() {
    let repos = REPOS_CSV.replace("anvil", "schedule");
    let owners = OWNERS_CSV.replace("acme", "username");
    let files = [("repos.csv", repos.as_str()), ("ghorgusers.csv", &owners), ("repotraffic.csv", TRAFFIC_CSV)];
    assert_eq!(read_files(&files).unwrap().observations[0].sighting.name.to_string(), "username/schedule");
}

#[test]
fn tables_with_a_header_in_any_case_and_order_are_read() {
    let repos = "RNAME,RID,OID\nanvil,1000,1000\nrocket-skates,1001,1001\n";
    let owners = "username,oid\nacme,1000\nglobex,1001\n";
    let traffic =
        format!("rid,tdate,viewcount,vuniques,clonecount,cuniques\n{TRAFFIC_CSV}").replace("20180407", "2018-04-07");
    checked(&read_files(&[("repos.csv", repos), ("ghorgusers.csv", owners), ("repotraffic.csv", &traffic)]).unwrap());
}

#[test]
fn tables_of_the_first_version_are_read() {
    let repos = "rid,rname,ghserverid,ownerid,schedule\n1000,anvil,1,1000,0\n1001,rocket-skates,1,1001,0\n";
    let owners = "uid,username,usertype,email,blog\n1000,acme,,,\n1001,globex,,,\n";
    let traffic = format!("{TRAFFIC_CSV}1001,20180409,,,,\n");
    checked(&read_files(&[("repos.csv", repos), ("ghusers.csv", owners), ("repotraffic.csv", &traffic)]).unwrap());
}

#[test]
fn a_repository_that_two_people_added_is_one() {
    let repos = format!("{REPOS_CSV}1002,\"Anvil\",1,1000,0\n");
    let traffic = format!("{TRAFFIC_CSV}1002,20180409,5,5,0,0\n");
    let found =
        read_files(&[("repos.csv", &repos), ("ghorgusers.csv", OWNERS_CSV), ("repotraffic.csv", &traffic)]).unwrap();
    assert_eq!(found.observations.len(), 1);
    assert_eq!(found.observations[0].days.len(), 3);
}

#[test]
fn several_servers_are_told_apart_by_their_table() {
    let repos = "1000,anvil,1,1000,0\n1001,anvil,2,1000,0\n";
    let traffic = "1000,20180407,1,1,0,0\n1001,20180407,2,2,0,0\n";
    let mut files = vec![("repos.csv", repos), ("ghorgusers.csv", OWNERS_CSV), ("repotraffic.csv", traffic)];
    assert_eq!(told(&files), "`DIR/repos.csv` line 2: server 2 is unknown; export the table `ghservers` too");
    files.push(("ghservers.csv", "1,github.com\n2,https://github.acme.example/\n"));
    let hosts = read_files(&files).unwrap().observations.into_iter().map(|one| one.sighting.host);
    assert_eq!(hosts.collect::<Vec<_>>(), ["github.acme.example", "github.com"]);
}

#[test]
fn what_is_missing_or_broken_is_named() {
    let all = [("repos.csv", REPOS_CSV), ("ghorgusers.csv", OWNERS_CSV), ("repotraffic.csv", TRAFFIC_CSV)];
    assert_eq!(told(&[]), "`DIR` holds none of `repos.csv`, `repotraffic.csv` and `ghorgusers.csv`");
    assert_eq!(told(&all[..2]), "`DIR/repotraffic.csv`: is missing; all three tables are needed");
    let with = |name: &str, text: &str| {
        let files: Vec<(&str, &str)> =
            all.iter().map(|file| if file.0 == name { (file.0, text) } else { *file }).collect();
        told(&files)
    };
    let traffic = "1000,20180407,1,2,0,0\n1009,20180407,1,1,0,0\n1000,07.04.2018,1,1,0,0\n";
    assert_eq!(
        with("repotraffic.csv", traffic),
        "3 places are broken:\n  `DIR/repotraffic.csv` line 1: 2 unique of 1 in all cannot be; are the columns mixed up?\n  \
         `DIR/repotraffic.csv` line 2: `1009` in column `rid` is no repository of `repos.csv`\n  \
         `DIR/repotraffic.csv` line 3: `07.04.2018` in column `tdate` is not a date such as `2020-12-01`"
    );
    assert_eq!(
        with("repos.csv", "1000,anvil,1,1005,0\n1001,a b,1,1001,0\n"),
        "2 places are broken:\n  `DIR/repos.csv` line 1: `1005` in column `oid` is no user or organisation of `ghorgusers.csv`\n  \
         `DIR/repos.csv` line 2: `globex/a b` is not a repository name of the form `owner/name`"
    );
    assert_eq!(
        with("ghorgusers.csv", "1000,acme\n"),
        "2 places are broken:\n  `DIR/ghorgusers.csv` line 1: has 2 values, where the table has the columns `oid`, `username`, \
         `usertype`, `email`, `blog`; export all of them, or name those that are there in a first line\n  \
         `DIR/repos.csv` line 1: `1000` in column `oid` is no user or organisation of `ghorgusers.csv`"
            .replace("2 places", "3 places")
            + "\n  `DIR/repos.csv` line 2: `1001` in column `oid` is no user or organisation of `ghorgusers.csv`"
    );
}
