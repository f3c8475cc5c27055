//! Where an export lies while it is made, and how it gets its name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir, TempPath};

use super::Error;

/// What an unfinished export is called; it lies beside its place, so that a rename is all it takes.
const UNFINISHED: &str = ".tollgate-export-";

/// The place of an export. What was not published goes away with the value.
pub(super) enum Place {
    /// Standard output: nothing to name.
    Stream,
    File {
        target: PathBuf,
        unfinished: TempPath,
    },
    Folder {
        target: PathBuf,
        unfinished: TempDir,
    },
}

impl Place {
    /// A file to be, and the file to write to. Readable by its owner only: it names private repositories. An empty file
    /// may be there; a device or a pipe is empty too, and would be replaced.
    pub(super) fn file(target: &Path) -> Result<(Place, File), Error> {
        if fs::symlink_metadata(target).is_ok_and(|there| !there.is_file() || there.len() > 0) {
            return Err(Error::Occupied { path: target.to_owned() });
        }
        let made = Builder::new().prefix(UNFINISHED).tempfile_in(parent(target));
        let (file, unfinished) =
            made.map(NamedTempFile::into_parts).map_err(|error| Error::unwritten(target, error))?;
        Ok((Place::File { target: target.to_owned(), unfinished }, file))
    }

    /// A folder to be.
    pub(super) fn folder(target: &Path) -> Result<Place, Error> {
        let empty = |entries: fs::ReadDir| entries.take(1).count() == 0;
        let occupied = |there: fs::Metadata| !there.is_dir() || !fs::read_dir(target).is_ok_and(empty);
        if fs::symlink_metadata(target).is_ok_and(occupied) {
            return Err(Error::Occupied { path: target.to_owned() });
        }
        let made = Builder::new().prefix(UNFINISHED).tempdir_in(parent(target));
        let unfinished = made.map_err(|error| Error::unwritten(target, error))?;
        readable(unfinished.path(), target).map_err(|error| Error::unwritten(target, error))?;
        Ok(Place::Folder { target: target.to_owned(), unfinished })
    }

    /// Where a file of the export is written.
    pub(super) fn inside(&self, name: &str) -> PathBuf {
        match self {
            Place::Stream | Place::File { .. } => PathBuf::new(),
            Place::Folder { unfinished, .. } => unfinished.path().join(name),
        }
    }

    /// Gives the whole export its name.
    pub(super) fn publish(self) -> Result<(), Error> {
        match self {
            Place::Stream => Ok(()),
            Place::File { target, unfinished } => {
                unfinished.persist(&target).map_err(|error| Error::unwritten(&target, error.error))?;
                settle(parent(&target))
            }
            Place::Folder { target, unfinished } => {
                settle(unfinished.path())?;
                // An empty folder may be there; not every system renames over it.
                let _ = fs::remove_dir(&target);
                fs::rename(unfinished.path(), &target).map_err(|error| Error::unwritten(&target, error))?;
                // It is ours no more under its old name: nothing must be cleared away there.
                let _ = unfinished.keep();
                settle(parent(&target))
            }
        }
    }
}

/// Lets read whoever may read the empty folder that is there already, else its owner only.
fn readable(unfinished: &Path, target: &Path) -> std::io::Result<()> {
    match fs::metadata(target) {
        Ok(there) => fs::set_permissions(unfinished, there.permissions()),
        #[cfg(unix)]
        Err(_) => fs::set_permissions(unfinished, std::os::unix::fs::PermissionsExt::from_mode(0o700)),
        #[cfg(not(unix))]
        Err(_) => Ok(()),
    }
}

/// The folder that `target` lies in.
fn parent(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a folder last through a power cut, where the system can.
fn settle(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| Error::unwritten(folder, error))?;
    }
    Ok(())
}
