//! The object store with errors that name what was done to what, and how to mend it.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use super::Error;
use crate::domain::Timestamp;

/// A folder of objects. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Store {
    objects: Arc<dyn ObjectStore>,
    location: PathBuf,
}

impl Store {
    /// Opens a folder, making it where it is missing.
    pub(super) fn open(location: &FilePath) -> Result<Store, Error> {
        let fault = |what, cause: std::io::Error| Error::Store {
            what,
            object: location.display().to_string(),
            why: cause.to_string(),
            hint: hint(cause.kind()),
        };
        make(location).map_err(|e| fault("make the folder", e))?;
        let opened = LocalFileSystem::new_with_prefix(location).map_err(std::io::Error::other);
        let objects = opened.map_err(|e| fault("open the folder", e))?.with_fsync(true);
        Ok(Store { objects: Arc::new(objects), location: location.to_owned() })
    }

    /// Where temporary files that become objects belong.
    pub(super) fn folder(&self) -> &FilePath {
        &self.location
    }

    /// The bytes of an object; `None` if there is none.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Bytes>, Error> {
        let got = async { self.objects.get(&Path::from(name)).await?.bytes().await }.await;
        match got {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fault("read", name, &e)),
        }
    }

    /// Some ranges of an object.
    pub(super) async fn ranges(&self, name: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, Error> {
        let got = self.objects.get_ranges(&Path::from(name), ranges).await;
        got.map_err(|e| self.fault("read", name, &e))
    }

    /// Replaces an object as a whole: a reader sees the old bytes or the new ones.
    pub(super) async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let put = self.objects.put(&Path::from(name), PutPayload::from(bytes)).await;
        put.map(|_| ()).map_err(|e| self.fault("write", name, &e))
    }

    /// Makes an object; `false` if there is one already.
    pub(super) async fn create(&self, name: &str, bytes: Vec<u8>) -> Result<bool, Error> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(&Path::from(name), PutPayload::from(bytes), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(e) => Err(self.fault("write", name, &e)),
        }
    }

    /// Writes an object from the chunks that arrive, and nothing at all unless `finished` says that all came.
    pub(super) async fn stream(
        &self,
        name: &str,
        mut chunks: tokio::sync::mpsc::Receiver<Bytes>,
    ) -> Result<Unfinished, Error> {
        let mut writer = BufWriter::new(self.objects.clone(), Path::from(name));
        while let Some(chunk) = chunks.recv().await {
            writer.put(chunk).await.map_err(|e| self.fault("write", name, &e))?;
        }
        Ok(Unfinished { writer, store: self.clone(), name: name.to_owned() })
    }

    /// Copies an object within the store.
    pub(super) async fn copy(&self, from: &str, to: &str) -> Result<(), Error> {
        let copied = self.objects.copy(&Path::from(from), &Path::from(to)).await;
        copied.map_err(|e| self.fault("copy", from, &e))
    }

    /// The names of the folders right below `folder`.
    pub(super) async fn folders(&self, folder: &str) -> Result<Vec<String>, Error> {
        let listed = self.objects.list_with_delimiter(Some(&Path::from(folder))).await;
        let prefixes = listed.map_err(|e| self.fault("list", folder, &e))?.common_prefixes;
        Ok(prefixes.iter().filter_map(|path| path.filename().map(str::to_owned)).collect())
    }

    /// The names of all objects in `folder`, at any depth.
    pub(super) async fn objects(&self, folder: &str) -> Result<Vec<String>, Error> {
        let listed = self.objects.list(Some(&Path::from(folder))).map_ok(|meta| meta.location.to_string());
        listed.try_collect().await.map_err(|e| self.fault("list", folder, &e))
    }

    /// Deletes an object; that it is gone already is no fault.
    pub(super) async fn delete(&self, name: &str) -> Result<(), Error> {
        match self.objects.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(self.fault("delete", name, &e)),
        }
    }

    /// Deletes all objects in `folder`, and with them what a writer that was killed left there.
    pub(super) async fn remove(&self, folder: &str) -> Result<(), Error> {
        for name in self.objects(folder).await? {
            self.delete(&name).await?;
        }
        // Half-written files have names of the library's own that no listing shows, and a folder stays when it is empty.
        let path = self.location.join(folder);
        let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(path)).await;
        match removed.unwrap_or_else(|e| Err(std::io::Error::other(e))) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(self.fault("delete", folder, &e)),
            _ => Ok(()),
        }
    }

    /// When an object was last written; `None` if there is none.
    pub(super) async fn written(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        match self.objects.head(&Path::from(name)).await {
            Ok(meta) => Ok(Some(meta.last_modified)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fault("look at", name, &e)),
        }
    }

    /// Gives an object and the folders it lies in the owner of the whole: what an operator writes as root must stay the
    /// edge's to change.
    pub(super) async fn adopt(&self, name: &str) -> Result<(), Error> {
        let (location, path) = (self.location.clone(), self.location.join(name));
        let adopted = tokio::task::spawn_blocking(move || adopt(&location, &path)).await;
        let adopted = adopted.unwrap_or_else(|e| Err(std::io::Error::other(e)));
        adopted.map_err(|e| self.fault("hand over", name, &e))
    }

    fn fault(&self, what: &'static str, name: &str, cause: &(dyn std::error::Error + 'static)) -> Error {
        let object = self.location.join(name).display().to_string();
        let io = root_cause(cause);
        let why = io.map_or_else(|| cause.to_string(), std::io::Error::to_string);
        Error::Store { what, object, why, hint: io.map_or(OTHER_HINT, |io| hint(io.kind())) }
    }
}

#[cfg(unix)]
fn adopt(location: &FilePath, path: &FilePath) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let owner = std::fs::metadata(location)?;
    for part in path.ancestors().take_while(|part| *part != location) {
        match std::fs::metadata(part) {
            Ok(found) if found.uid() != owner.uid() => chown(part, Some(owner.uid()), Some(owner.gid()))?,
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn adopt(_: &FilePath, _: &FilePath) -> std::io::Result<()> {
    Ok(())
}

/// Makes a folder that only its owner can enter: bundles speak of private repositories. One that exists stays as it is.
fn make(folder: &FilePath) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// An object whose bytes have all been handed over and that does not exist yet.
pub(super) struct Unfinished {
    writer: BufWriter,
    store: Store,
    name: String,
}

impl Unfinished {
    /// Makes it exist.
    pub(super) async fn finish(mut self) -> Result<(), Error> {
        use tokio::io::AsyncWriteExt;
        self.writer.shutdown().await.map_err(|e| self.store.fault("write", &self.name, &e))
    }

    /// Forgets it.
    pub(super) async fn abort(mut self) {
        // What an abandoned upload leaves behind is never listed; it costs room, not correctness.
        let _ = self.writer.abort().await;
    }
}

const OTHER_HINT: &str = "nothing published was changed; run the command again when the cause is gone";

fn hint(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full: free some room, or keep fewer releases (`output.keep`); the last release is unharmed"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let the user of this program write there, or choose another folder (`output.location`); the last release is unharmed"
        }
        _ => OTHER_HINT,
    }
}

/// The operating system's own error, however deep the library has wrapped it.
fn root_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .last()
}
