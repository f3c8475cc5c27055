//! Where the files lie, and what their names say.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;

use crate::domain::Timestamp;
use crate::domain::repo::RepoName;
use crate::import::error::{Error, Fault};

const DATA: &str = "ghrs-data";
const SNAPSHOTS: &str = "snapshots";
const REFERRERS: &str = "_top_referrers_snapshot.csv";
const PATHS: &str = "_top_paths_snapshot.csv";
const FRAGMENT: &str = "_views_clones_series_fragment.csv";

/// A file with the moment of its fetch, from its name.
pub(super) struct Stamped {
    pub(super) taken: Timestamp,
    pub(super) file: PathBuf,
}

/// The files of one repository; each may be missing.
pub(super) struct Folder {
    pub(super) name: RepoName,
    pub(super) days: Option<PathBuf>,
    pub(super) stars: Option<PathBuf>,
    pub(super) star_snapshots: Option<PathBuf>,
    pub(super) forks: Option<PathBuf>,
    pub(super) referrers: Vec<Stamped>,
    pub(super) paths: Vec<Stamped>,
    pub(super) fragments: Vec<Stamped>,
}

/// The `ghrs-data` folders at `dir`, or at most two levels below it, in order.
pub(super) fn places(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |cause| Error::Unreadable { dir: dir.to_owned(), cause };
    // Owner and repository may be named above `dir`, so that `.` must become a full path.
    let full = fs::canonicalize(dir).map_err(unreadable)?;
    let mut level = vec![full];
    let mut found = Vec::new();
    for depth in 0..=3 {
        let (here, others) = level.into_iter().partition(|path| path.ends_with(DATA));
        found.extend::<Vec<PathBuf>>(here);
        level = Vec::new();
        for path in others.iter().filter(|_| depth < 3) {
            level.extend(folders(path)?);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::Nothing {
            dir: dir.to_owned(),
            missing: "no folder `OWNER/REPOSITORY/ghrs-data`, as github-repo-stats writes them",
            mending: "check out the branch where the Action keeps its data, and give its root",
        });
    }
    Ok(found)
}

/// The folders in `dir`, hidden ones aside.
fn folders(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = list(dir).map_err(|cause| Error::Unreadable { dir: dir.to_owned(), cause })?;
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    Ok(entries.into_iter().filter(|path| path.is_dir() && !hidden(path)).collect())
}

/// What is in `dir`, in order of name.
fn list(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

impl Folder {
    /// Lists the files of `OWNER/REPOSITORY/ghrs-data`.
    pub(super) fn list(place: &Path) -> Result<Folder, Vec<Fault>> {
        let name = name(place).map_err(|fault| vec![fault])?;
        let file = |name| Some(place.join(name)).filter(|path| path.exists());
        let mut folder = Folder {
            name,
            days: file("views_clones_aggregate.csv"),
            stars: file("stargazers.csv"),
            star_snapshots: file("stargazer-snapshots.csv"),
            forks: file("forks.csv"),
            referrers: Vec::new(),
            paths: Vec::new(),
            fragments: Vec::new(),
        };
        folder.snapshots(&place.join(SNAPSHOTS))?;
        if folder.is_empty() {
            return Err(vec![Fault::whole(
                place,
                "holds no file of github-repo-stats, such as `views_clones_aggregate.csv`",
            )]);
        }
        Ok(folder)
    }

    fn snapshots(&mut self, dir: &Path) -> Result<(), Vec<Fault>> {
        if !dir.exists() {
            return Ok(());
        }
        let files = list(dir).map_err(|error| vec![Fault::whole(dir, format!("cannot be read: {error}"))])?;
        let faults: Vec<Fault> = files.into_iter().filter_map(|file| self.snapshot(file).err()).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Sorts one file in. Others than these three kinds may lie there too, such as a `.gitkeep`.
    fn snapshot(&mut self, file: PathBuf) -> Result<(), Fault> {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let kinds = [(REFERRERS, &mut self.referrers), (PATHS, &mut self.paths), (FRAGMENT, &mut self.fragments)];
        for (suffix, files) in kinds {
            if let Some(stamp) = name.strip_suffix(suffix) {
                files.push(Stamped { taken: moment(stamp, &file)?, file });
                return Ok(());
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        let tables = [&self.days, &self.stars, &self.star_snapshots, &self.forks];
        tables.iter().all(|file| file.is_none()) && self.fetches().is_empty()
    }

    /// Every moment at which GitHub was asked, ascending.
    pub(super) fn fetches(&self) -> Vec<Timestamp> {
        let stamped = self.referrers.iter().chain(&self.paths).chain(&self.fragments);
        let mut moments: Vec<Timestamp> = stamped.map(|stamped| stamped.taken).collect();
        moments.sort();
        moments.dedup();
        moments
    }
}

/// Owner and repository are the two folders above `ghrs-data`.
fn name(place: &Path) -> Result<RepoName, Fault> {
    let mut above = place.ancestors().skip(1).filter_map(Path::file_name).map(|name| name.to_string_lossy());
    let (name, owner) = (above.next().unwrap_or_default(), above.next().unwrap_or_default());
    format!("{owner}/{name}").parse().map_err(|fault| {
        Fault::whole(
            place,
            format!("{fault}; the two folders above `{DATA}` should be called like owner and repository"),
        )
    })
}

/// `2020-12-14_165621`, in UTC.
fn moment(stamp: &str, file: &Path) -> Result<Timestamp, Fault> {
    let parsed = NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d_%H%M%S");
    let moment = parsed.map(|moment| moment.and_utc());
    moment.map_err(|_| Fault::whole(file, format!("`{stamp}` in its name is not a time such as `2020-12-14_165621`")))
}
