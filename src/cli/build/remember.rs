//! What the last build learned of the history, beside the releases: losing it costs time and nothing else.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::domain::release::Digest;

/// Changes with everything that could give the same history another digest.
const HEAD: &str = concat!("tollgate ", env!("CARGO_PKG_VERSION"), " digests 2\n");
const ROW: usize = 8 + 8 + 32;

/// The file of digests in the folder of releases.
pub(super) fn place(releases: &Path) -> PathBuf {
    releases.join("digests")
}

/// By key of a repository its stamp and the digest of its history. Nothing from a file that is not there, damaged, or of
/// another version.
pub(super) fn read(path: &Path) -> HashMap<i64, (i64, Digest)> {
    let Ok(bytes) = std::fs::read(path) else { return HashMap::new() };
    let Some((rows, sum)) = bytes.strip_prefix(HEAD.as_bytes()).and_then(|rest| rest.split_last_chunk::<32>()) else {
        return HashMap::new();
    };
    if Digest::of(rows).as_bytes() != sum {
        return HashMap::new();
    }
    rows.chunks_exact(ROW).filter_map(row).collect()
}

fn row(row: &[u8]) -> Option<(i64, (i64, Digest))> {
    let (key, rest) = row.split_first_chunk()?;
    let (stamp, digest) = rest.split_first_chunk()?;
    Some((i64::from_le_bytes(*key), (i64::from_le_bytes(*stamp), Digest::from_bytes(digest.try_into().ok()?))))
}

/// Replaces the file as a whole.
pub(super) fn write(path: &Path, digests: impl Iterator<Item = (i64, i64, Digest)>) -> Result<()> {
    let mut bytes = Vec::new();
    for (key, stamp, digest) in digests {
        bytes.extend_from_slice(&key.to_le_bytes());
        bytes.extend_from_slice(&stamp.to_le_bytes());
        bytes.extend_from_slice(digest.as_bytes());
    }
    let sum = Digest::of(&bytes);
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(HEAD.as_bytes())?;
    file.write_all(&bytes)?;
    file.write_all(sum.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_of_a_damaged_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = place(folder.path());
        assert!(read(&path).is_empty());
        let digest = Digest::of(b"a");
        write(&path, [(1, -7, digest), (2, 9, Digest::of(b"b"))].into_iter()).unwrap();
        assert_eq!(read(&path)[&1], (-7, digest));
        let mut bytes = std::fs::read(&path).unwrap();
        for at in [0, HEAD.len() + 3, bytes.len() - 1] {
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert!(read(&path).is_empty(), "a bit at {at}");
            bytes[at] ^= 1;
        }
        std::fs::write(&path, &bytes[..HEAD.len()]).unwrap();
        assert!(read(&path).is_empty());
    }
}
