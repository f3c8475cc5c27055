//! Making the keys that a folder lacks.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::folder::Folder;
use super::rotate::Which;
use super::set::{Jwk, file, read_set};
use super::{Error, Keyring, Purpose, RELEASE_PRIVATE, RELEASE_PUBLIC};

impl Keyring {
    /// Makes the keys that `dir` lacks, readable by their owner only, and tells the files it wrote. A file that exists is
    /// never replaced. Beside a public release key no private one is made: that is an edge's machine, and the two would
    /// not match.
    ///
    /// # Errors
    /// [`Error::File`] when nothing is missing or a file cannot be written.
    pub fn init(dir: &Path) -> Result<Vec<PathBuf>, Error> {
        Folder::make(dir)?;
        let folder = Folder::lock(dir)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let mut written = add_release(&folder, now)?;
        for purpose in Purpose::ALL.into_iter().filter(|purpose| is_absent(dir, purpose.file())) {
            written.push(folder.add(purpose.file(), vec![Which::Purpose(purpose).new_key(now)?])?);
        }
        if written.is_empty() {
            let hint = "keys are never replaced; `tollgate keys rotate` makes new ones beside the old, and a folder \
                        moved away lets you start anew";
            return Err(file(&dir.join(Purpose::Session.file()), "exists already, as do all the others", hint));
        }
        Ok(written)
    }
}

fn add_release(folder: &Folder<'_>, now: i64) -> Result<Vec<PathBuf>, Error> {
    let dir = folder.dir();
    let mut written = Vec::new();
    if !is_absent(dir, RELEASE_PUBLIC) {
        return Ok(written);
    }
    if is_absent(dir, RELEASE_PRIVATE) {
        written.push(folder.add(RELEASE_PRIVATE, vec![Which::Release.new_key(now)?])?);
    }
    // Whoever died between the two files left the private one, which says what the public one is.
    let public = read_set(dir, RELEASE_PRIVATE)?.iter().map(Jwk::public).collect();
    written.push(folder.add(RELEASE_PUBLIC, public)?);
    Ok(written)
}

fn is_absent(dir: &Path, name: &str) -> bool {
    !dir.join(name).exists()
}
