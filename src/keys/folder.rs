//! Changing a key folder: one at a time, each file whole or not at all, and never open to others for a moment.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::set::{Jwk, JwkSet, file};
use super::{Error, RELEASE_PUBLIC, signing};

const LOCK: &str = ".lock";
/// How the name of a file begins that is not whole yet.
const UNFINISHED: &str = ".new-";
const WRITABLE: &str = "let the user of this program write to the folder";

/// A key folder that nobody else changes meanwhile. The system lets go of it however the process ends.
pub(super) struct Folder<'a> {
    dir: &'a Path,
    _lock: File,
}

impl Folder<'_> {
    /// Makes the folder where it is missing, closed to others.
    pub(super) fn make(dir: &Path) -> Result<(), Error> {
        fs::create_dir_all(dir).map_err(|e| file(dir, &format!("cannot be made: {e}"), "make the folder writable"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let set = fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
            set.map_err(|e| file(dir, &format!("cannot be closed to others: {e}"), "own the folder"))?;
        }
        Ok(())
    }

    /// Waits until nobody else changes the folder.
    pub(super) fn lock(dir: &Path) -> Result<Folder<'_>, Error> {
        let locked = open_lock(dir).and_then(|lock| lock.lock().map(|()| lock));
        let why = |e: io::Error| match e.kind() {
            io::ErrorKind::NotFound => file(dir, "is missing", "run `tollgate keys init`"),
            _ => file(dir, &format!("cannot be locked: {e}"), WRITABLE),
        };
        let folder = Folder { dir, _lock: locked.map_err(why)? };
        folder.sweep();
        Ok(folder)
    }

    /// Where the folder is.
    pub(super) fn dir(&self) -> &Path {
        self.dir
    }

    /// Writes a set that is not there yet.
    pub(super) fn add(&self, name: &str, keys: Vec<Jwk>) -> Result<PathBuf, Error> {
        self.write(name, keys, false)
    }

    /// Writes a set in the place of the one that is there.
    pub(super) fn replace(&self, name: &str, keys: Vec<Jwk>) -> Result<PathBuf, Error> {
        self.write(name, keys, true)
    }

    fn write(&self, name: &str, keys: Vec<Jwk>, replace: bool) -> Result<PathBuf, Error> {
        let path = self.dir.join(name);
        let text = serde_json::to_string_pretty(&JwkSet { keys }).map_err(signing)?;
        let mode = if name == RELEASE_PUBLIC { 0o644 } else { 0o600 };
        let written = put(&path, text.as_bytes(), mode, replace);
        written.map_err(|e| file(&path, &format!("cannot be written: {e}"), WRITABLE))?;
        Ok(path)
    }

    /// Removes what a process left that died while writing: it may hold a key that is retired since.
    fn sweep(&self) {
        let unfinished = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        for entry in fs::read_dir(self.dir).into_iter().flatten().flatten().filter(unfinished) {
            // A leftover is closed to others like every key; one that stays does no more harm than before.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn open_lock(dir: &Path) -> io::Result<File> {
    let path = dir.join(LOCK);
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.clone().create_new(true).open(&path) {
        Ok(lock) => dress(&lock, &fs::metadata(dir)?, 0o600).map(|()| lock),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => options.open(&path),
        Err(e) => Err(e),
    }
}

/// Writes a file through another one beside it, so that a reader and a crash see the old one or the new one whole.
/// `mode` is for a file that is new; one that is replaced keeps its own.
pub(super) fn put(path: &Path, bytes: &[u8], mode: u32, replace: bool) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Nobody but its owner may read such a file, from the moment it is made.
    let mut unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir)?;
    unfinished.write_all(bytes)?;
    match fs::metadata(path) {
        Ok(old) => dress(unfinished.as_file(), &old, mode_of(&old))?,
        Err(_) => dress(unfinished.as_file(), &fs::metadata(dir)?, mode)?,
    }
    unfinished.as_file().sync_all()?;
    let put = if replace { unfinished.persist(path) } else { unfinished.persist_noclobber(path) };
    put.map_err(|fault| fault.error)?;
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    Ok(())
}

/// Gives a file a mode and the owner of what it replaces, or of its folder: keys that root changes stay readable to the
/// user that serves.
#[cfg(unix)]
fn dress(file: &File, like: &fs::Metadata, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    if like.uid() != file.metadata()?.uid() {
        fchown(file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(unix)]
fn mode_of(old: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&old.permissions()) & 0o7777
}

#[cfg(not(unix))]
fn dress(_: &File, _: &fs::Metadata, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u32 {
    0
}
