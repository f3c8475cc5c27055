//! The app of 2018 that this program follows: github-traffic-stats, which kept its figures in Db2.
//!
//! Three of its tables are enough, each exported into one file; the columns in the order of the table, with or
//! without a line that names them:
//!
//! ```text
//! repos.csv        rid, rname, ghserverid, oid, schedule
//! repotraffic.csv  rid, tdate, viewcount, vuniques, clonecount, cuniques
//! ghorgusers.csv   oid, username, usertype, email, blog        (`ghusers.csv` in the first version)
//! ghservers.csv    ghserverid, serveruri                       (only where there are several)
//! ```
//! A day has one row for views and clones, and its columns default to 0, so a zero cell may well be one that GitHub
//! left out: it is not known. The log of the app says how many repositories it read but not which, so no window is
//! known to have been asked for. Its table of days has no key: a day that is there twice is merged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{Error, Fault};
use super::table::{Row, Table};
use super::{Found, met, start};
use crate::domain::Date;
use crate::domain::collection::Observation;
use crate::domain::repo::RepoName;
use crate::domain::traffic::{Cell, Day, Series};

const REPOS: &[&str] = &["rid", "rname", "ghserverid", "oid", "schedule"];
const TRAFFIC: &[&str] = &["rid", "tdate", "viewcount", "vuniques", "clonecount", "cuniques"];
const OWNERS: &[&str] = &["oid", "username", "usertype", "email", "blog"];
const SERVERS: &[&str] = &["ghserverid", "serveruri"];

/// What the app calls its only server unless somebody added one.
const FIRST_SERVER: u64 = 1;

/// Reads the tables in `dir`, or names every line that is broken. No date may lie after `latest`.
pub(super) fn read(dir: &Path, host: &str, latest: Date) -> Result<Found, Error> {
    let files = Files::list(dir)?;
    let mut faults = Vec::new();
    let servers = keep(&mut faults, servers(files.servers.as_deref(), host));
    let owners = keep(&mut faults, owners(&files.owners));
    let repositories = keep(&mut faults, repositories(&files.repos, &owners, &servers));
    // Without them every line would be broken for want of a name.
    let days = if faults.is_empty() { keep(&mut faults, days(&files.traffic, latest, &repositories)) } else { vec![] };
    if !faults.is_empty() {
        return Err(Error::Broken(faults));
    }
    Ok(Found { observations: observations(repositories, days), left_out: vec![] })
}

fn keep<T: Default>(faults: &mut Vec<Fault>, read: Result<T, Vec<Fault>>) -> T {
    read.unwrap_or_else(|more| {
        faults.extend(more);
        T::default()
    })
}

/// The files of the tables; all but the servers must be there.
struct Files {
    repos: PathBuf,
    traffic: PathBuf,
    owners: PathBuf,
    servers: Option<PathBuf>,
}

impl Files {
    fn list(dir: &Path) -> Result<Files, Error> {
        std::fs::read_dir(dir).map_err(|cause| Error::Unreadable { dir: dir.to_owned(), cause })?;
        let there = |name: &str| Some(dir.join(name)).filter(|file| file.exists());
        let found =
            [there("repos.csv"), there("repotraffic.csv"), there("ghorgusers.csv").or_else(|| there("ghusers.csv"))];
        if found.iter().all(Option::is_none) {
            return Err(Error::Nothing {
                dir: dir.to_owned(),
                missing: "none of `repos.csv`, `repotraffic.csv` and `ghorgusers.csv`",
                mending: "export these three tables of github-traffic-stats as CSV into one folder, and give that folder",
            });
        }
        let names = ["repos.csv", "repotraffic.csv", "ghorgusers.csv"];
        let missing = |name: &&str| Fault::whole(&dir.join(name), "is missing; all three tables are needed");
        let absent = names.iter().zip(&found).filter(|(_, file)| file.is_none()).map(|(name, _)| missing(name));
        let absent: Vec<Fault> = absent.collect();
        match found {
            [Some(repos), Some(traffic), Some(owners)] => {
                Ok(Files { repos, traffic, owners, servers: there("ghservers.csv") })
            }
            _ => Err(Error::Broken(absent)),
        }
    }
}

/// The host of each server.
fn servers(file: Option<&Path>, host: &str) -> Result<BTreeMap<u64, String>, Vec<Fault>> {
    let Some(file) = file else { return Ok(BTreeMap::from([(FIRST_SERVER, host.to_owned())])) };
    let mut table = Table::read_as(file, SERVERS)?;
    let (id, uri) = (table.column(&["ghserverid"])?, table.column(&["serveruri"])?);
    let server = |row: Row<'_>| {
        let text = row.text(uri).trim();
        let bare = text.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        if bare.is_empty() || bare.contains(['/', ' ']) {
            return Err(row.wrong(uri, "is not a host such as `github.com`"));
        }
        Ok((row.figure(id)?, bare.to_owned()))
    };
    Ok(table.each(server)?.into_iter().collect())
}

/// The login of each user or organisation.
fn owners(file: &Path) -> Result<BTreeMap<u64, String>, Vec<Fault>> {
    let mut table = Table::read_as(file, OWNERS)?;
    let (id, login) = (table.column(&["oid", "uid"])?, table.column(&["username"])?);
    let owners = table.each(|row| Ok((row.figure(id)?, row.text(login).trim().to_owned())))?;
    Ok(owners.into_iter().collect())
}

/// The host and the name of each repository.
type Repositories = BTreeMap<u64, (String, RepoName)>;

fn repositories(
    file: &Path,
    owners: &BTreeMap<u64, String>,
    servers: &BTreeMap<u64, String>,
) -> Result<Repositories, Vec<Fault>> {
    let mut table = Table::read_as(file, REPOS)?;
    let (id, name) = (table.column(&["rid"])?, table.column(&["rname"])?);
    let (owner, server) = (table.column(&["oid", "ownerid"])?, table.find(&["ghserverid"]));
    let repository = |row: Row<'_>| {
        let login = owners.get(&row.figure(owner)?);
        let login = login.ok_or_else(|| row.wrong(owner, "is no user or organisation of `ghorgusers.csv`"))?;
        let full = format!("{login}/{}", row.text(name).trim());
        let full = full.parse::<RepoName>().map_err(|fault| row.fault(fault.to_string()))?;
        let number = server.map_or(Ok(FIRST_SERVER), |server| row.figure(server))?;
        let unknown = || row.fault(format!("server {number} is unknown; export the table `ghservers` too"));
        Ok((row.figure(id)?, (servers.get(&number).ok_or_else(unknown)?.clone(), full)))
    };
    Ok(table.each(repository)?.into_iter().collect())
}

/// The days, each with the number of its repository.
fn days(file: &Path, latest: Date, repositories: &Repositories) -> Result<Vec<(u64, Day)>, Vec<Fault>> {
    let mut table = Table::read_as(file, TRAFFIC)?;
    let (id, date) = (table.column(&["rid"])?, table.column(&["tdate"])?);
    let views = (table.column(&["viewcount"])?, table.column(&["vuniques"])?);
    let clones = (table.column(&["clonecount"])?, table.column(&["cuniques"])?);
    let mut days = table.each(|row| {
        let number = row.figure(id)?;
        if !repositories.contains_key(&number) {
            return Err(row.wrong(id, "is no repository of `repos.csv`"));
        }
        let date = row.day(date, latest)?;
        Ok((number, Day { date, views: filled(row, views)?, clones: filled(row, clones)? }))
    })?;
    days.retain(|(_, day)| day.views.is_some() || day.clones.is_some());
    Ok(days)
}

/// A cell that says something. The first version of the app let it be empty.
fn filled(row: Row<'_>, columns: (usize, usize)) -> Result<Option<Cell>, Fault> {
    if row.is_blank(columns.0) && row.is_blank(columns.1) {
        return Ok(None);
    }
    Ok(Some(row.cell(columns)?).filter(|cell| cell.count > 0))
}

/// Two people of the app could each add the same repository: their days are of one.
fn observations(repositories: Repositories, days: Vec<(u64, Day)>) -> Vec<Observation> {
    let mut named = BTreeMap::<(String, String), (RepoName, Vec<Day>)>::new();
    let key = |(host, name): &(String, RepoName)| (host.clone(), name.to_string().to_ascii_lowercase());
    let keys: BTreeMap<u64, _> = repositories.iter().map(|(number, at)| (*number, key(at))).collect();
    for (key, (_, name)) in keys.values().zip(repositories.into_values()) {
        named.entry(key.clone()).or_insert((name, Vec::new()));
    }
    for (number, day) in days {
        if let Some((_, known)) = keys.get(&number).and_then(|key| named.get_mut(key)) {
            known.push(day);
        }
    }
    let observation = |((host, _), (name, days)): ((String, String), (RepoName, Vec<Day>))| {
        let days: Series = days.into_iter().collect();
        let newest = days.days().last()?.date;
        let mut observation = met(&host, None, &name, start(newest));
        observation.days = days.days().to_vec();
        Some(observation)
    };
    named.into_iter().filter_map(observation).collect()
}

#[cfg(test)]
mod tests;
