//! Bundles as anyone can open them: plain zip files.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Every entry of a zip file by name, inflated.
pub(crate) fn unzip(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries(&path.display().to_string(), &bytes)
}

/// Every entry of these bytes of a zip file by name, inflated.
pub(crate) fn entries(what: &str, bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
    let mut entries = archive.entries();
    let mut found = BTreeMap::new();
    while let Some(entry) = entries.next_entry().unwrap() {
        let name = entry.file_path().try_normalize().unwrap().as_ref().to_owned();
        let local = archive.get_entry(entry.wayfinder()).unwrap();
        let mut inflated = Vec::new();
        let inflater = flate2::bufread::DeflateDecoder::new(local.data());
        local.verifying_reader(inflater).read_to_end(&mut inflated).unwrap();
        assert!(found.insert(name, inflated).is_none(), "{what} holds a name twice");
    }
    found
}

/// The number that `current` points at.
pub(crate) fn current(output: &Path) -> u64 {
    std::fs::read_to_string(output.join("current")).unwrap().trim().parse().unwrap()
}

/// The bundle of a role in a release.
pub(crate) fn bundle(output: &Path, number: u64, role: &str) -> BTreeMap<String, Vec<u8>> {
    unzip(&output.join(format!("releases/{number:08}/{role}.zip")))
}
