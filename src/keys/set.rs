//! Key files: JSON Web Key Sets on disk, closed to others.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Error, signing};

/// One key of a JSON Web Key Set, as stored.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Jwk {
    pub(super) kty: String,
    pub(super) kid: String,
    pub(super) alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) d: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) k: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

/// What mends a damaged key file.
pub(super) const RESTORE: &str = "restore it from a copy, or move it away and run `tollgate keys init`";

pub(super) fn write_set(dir: &Path, name: &str, key: Jwk, mode: u32) -> Result<PathBuf, Error> {
    let path = dir.join(name);
    let text = serde_json::to_string_pretty(&JwkSet { keys: vec![key] }).map_err(signing)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let write = |mut out: fs::File| out.write_all(text.as_bytes()).and_then(|()| out.sync_all());
    let written = options.open(&path).and_then(write);
    written.map_err(|e| file(&path, &format!("cannot be written: {e}"), "make the folder writable"))?;
    Ok(path)
}

pub(super) fn read_set(dir: &Path, name: &str, secret: bool) -> Result<Vec<Jwk>, Error> {
    let path = dir.join(name);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(file(&path, &format!("cannot be read: {e}"), "let the user of this program read it")),
    };
    if secret {
        closed_to_others(&path)?;
    }
    let set: JwkSet =
        serde_json::from_str(&text).map_err(|e| file(&path, &format!("is no JSON Web Key Set: {e}"), RESTORE))?;
    Ok(set.keys)
}

fn closed_to_others(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map(|meta| meta.permissions().mode()).unwrap_or(0);
        if mode & 0o077 != 0 {
            let why = format!("may be read by others (mode {:04o})", mode & 0o7777);
            return Err(file(path, &why, &format!("run `chmod 600 {}`", path.display())));
        }
    }
    Ok(())
}

pub(super) fn restrict(dir: &Path, mode: u32) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let set = fs::set_permissions(dir, fs::Permissions::from_mode(mode));
        set.map_err(|e| file(dir, &format!("cannot be closed to others: {e}"), "own the folder"))?;
    }
    Ok(())
}

pub(super) fn file(path: &Path, why: &str, hint: &str) -> Error {
    Error::File { path: path.to_owned(), why: why.to_owned(), hint: hint.to_owned() }
}

pub(super) fn missing(path: &Path) -> Error {
    file(path, "is missing", "run `tollgate keys init`, or copy it from the machine that has it")
}
