//! Changing `tollgate.toml` in place: what a command does not change stays to the last blank and comment.

mod array;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::{Config, Faults};
use crate::domain::repo::SourceName;

/// Why a configuration cannot be changed. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EditFault {
    /// What is there is no valid configuration.
    #[error(transparent)]
    Invalid(#[from] Faults),
    /// What would be there is none.
    #[error("nothing was written, because the file would have a fault\n\nerror: {0}")]
    Refused(Faults),
    /// The file is written in a way that cannot be changed here without changing more.
    #[error("`{}` cannot be changed in place: {why}\n\nhint: {hint}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        why: String,
        /// What to do instead.
        hint: String,
    },
    /// The file cannot be read or written.
    #[error("`{}` cannot be changed: {cause}\n\nhint: let the user of this program write to the file and its folder", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

/// A source to be added, as it is going to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Its name.
    pub name: SourceName,
    /// The API's address, if it is not that of github.com.
    pub api: Option<String>,
    /// Where its credential is: keys and their values, such as `token_env`.
    pub credential: Vec<(&'static str, String)>,
    /// What it collects.
    pub repositories: Vec<String>,
}

/// A configuration file that is being changed.
#[derive(Debug)]
pub struct Edit {
    path: PathBuf,
    before: String,
    document: DocumentMut,
}

impl Edit {
    /// Opens a configuration file that is valid as it stands.
    ///
    /// # Errors
    /// [`EditFault::Invalid`] with every fault; [`EditFault::Form`] for a file that could not be written back as it is.
    pub fn open(path: &Path) -> Result<Edit, EditFault> {
        // Checked first: its faults tell the line and the mending.
        Config::load(path)?;
        let before =
            std::fs::read_to_string(path).map_err(|cause| EditFault::Write { path: path.to_owned(), cause })?;
        let form = |why: String| EditFault::Form { path: path.to_owned(), why, hint: BY_HAND.to_owned() };
        let document: DocumentMut = before.parse().map_err(|fault: toml_edit::TomlError| form(fault.to_string()))?;
        if document.to_string() != before {
            return Err(form("its line ends or blanks would not stay as they are".to_owned()));
        }
        Ok(Edit { path: path.to_owned(), before, document })
    }

    /// Adds a source after the others.
    ///
    /// # Errors
    /// [`EditFault::Form`] where the sources are not written as sections.
    pub fn add_source(&mut self, source: &NewSource) -> Result<(), EditFault> {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        table.insert("name", value(source.name.as_str()));
        for (key, text) in
            source.api.iter().map(|api| ("api", api)).chain(source.credential.iter().map(|(k, v)| (*k, v)))
        {
            table.insert(key, value(text));
        }
        table.insert("repositories", value(source.repositories.iter().collect::<Array>()));
        let sources = self.document.entry("source").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        match sources.as_array_of_tables_mut() {
            Some(sources) => sources.push(table),
            None => return Err(self.no_sections()),
        }
        Ok(())
    }

    /// Adds a selector at the end of a source's list.
    ///
    /// # Errors
    /// [`EditFault::Form`] where the list is not written as one in a section of its own.
    pub fn add_selector(&mut self, source: &SourceName, selector: &str) -> Result<(), EditFault> {
        array::push(self.repositories(source)?, selector);
        Ok(())
    }

    /// Takes a selector out of a source's list, ASCII case aside; whether it was there.
    ///
    /// # Errors
    /// As [`Edit::add_selector`].
    pub fn remove_selector(&mut self, source: &SourceName, selector: &str) -> Result<bool, EditFault> {
        let list = self.repositories(source)?;
        let same = |value: &Value| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(selector));
        let found: Vec<usize> = list.iter().enumerate().filter(|(_, value)| same(value)).map(|(at, _)| at).collect();
        found.iter().rev().for_each(|at| array::remove(list, *at));
        Ok(!found.is_empty())
    }

    /// Writes the file, if what came of it is a valid configuration and nobody else has changed it meanwhile: that
    /// configuration.
    ///
    /// # Errors
    /// [`EditFault`], [`EditFault::Refused`] with the faults that it would have; the file is as it was.
    pub fn save(self) -> Result<Config, EditFault> {
        let text = self.document.to_string();
        let config = Config::parse(&text, &self.path).map_err(EditFault::Refused)?;
        let fault = |cause| EditFault::Write { path: self.path.clone(), cause };
        if std::fs::read_to_string(&self.path).map_err(fault)? != self.before {
            let (why, hint) = ("somebody else changed it meanwhile", "run the command again");
            return Err(EditFault::Form { path: self.path.clone(), why: why.to_owned(), hint: hint.to_owned() });
        }
        put(&self.path, &text).map_err(fault)?;
        Ok(config)
    }

    fn repositories(&mut self, source: &SourceName) -> Result<&mut Array, EditFault> {
        // Found first and borrowed later, so that the fault can borrow too.
        let fault = self.no_sections();
        let sources = self.document.get_mut("source").and_then(Item::as_array_of_tables_mut);
        let named = |table: &&mut Table| table.get("name").and_then(Item::as_str) == Some(source.as_str());
        let table = sources.and_then(|sources| sources.iter_mut().find(named));
        table.and_then(|table| table.get_mut("repositories")).and_then(Item::as_array_mut).ok_or(fault)
    }

    fn no_sections(&self) -> EditFault {
        let why = "its sources are not sections `[[source]]`, each with a list `repositories`".to_owned();
        EditFault::Form { path: self.path.clone(), why, hint: BY_HAND.to_owned() }
    }
}

/// What to do where a command cannot help.
const BY_HAND: &str = "change it with an editor, then run `tollgate check`";

/// Replaces a file as a whole, through a symbolic link too: a reader and a crash see the old text or the new one. Its
/// mode and owner stay.
fn put(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let old = std::fs::metadata(&path)?;
    let mut fresh = tempfile::Builder::new().prefix(".tollgate-").tempfile_in(folder)?;
    fresh.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = fresh.as_file().metadata()?;
        if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
            fchown(fresh.as_file(), Some(old.uid()), Some(old.gid()))?;
        }
    }
    fresh.as_file().set_permissions(old.permissions())?;
    fresh.as_file().sync_all()?;
    fresh.persist(&path).map_err(|fault| fault.error)?;
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}
