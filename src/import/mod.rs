//! Other tools' files, as observations.
//!
//! One file per format; what they share is the reading of tables. An import is checked whole before anything of
//! it is handed on: either every file can be read, or all that cannot are named at once and nothing is recorded.

mod error;
mod github_repo_stats;
mod table;

use std::path::Path;

use crate::domain::collection::Observation;

pub use error::{Error, Fault};

/// What the Action github-repo-stats has collected, from its data branch.
///
/// `dir` is the branch's root (`OWNER/REPOSITORY/ghrs-data/`), a folder of one owner, of one repository, or a
/// `ghrs-data` folder itself. `host` is where the repositories live, such as `github.com`.
///
/// Gives a few observations per repository, in order of name. All files have been read and checked by then;
/// the iterator yields `Result`s so that formats too large to be held may stop half way.
pub fn github_repo_stats(
    dir: &Path,
    host: &str,
) -> Result<impl Iterator<Item = Result<Observation, Error>> + use<>, Error> {
    // A clock a day ahead of ours is no mistake in the files.
    let latest = chrono::Utc::now().date_naive() + chrono::Days::new(1);
    Ok(github_repo_stats::read(dir, host, latest)?.into_iter().map(Ok))
}
