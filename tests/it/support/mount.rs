//! Disks that are small or cannot be written to. Only root may mount, so a test that needs one says when it is left out.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted folder; unmounted when the value goes away.
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// An empty disk of so many megabytes.
    pub(crate) fn memory(folder: &Path, megabytes: usize) -> Option<Mount> {
        std::fs::create_dir_all(folder).unwrap();
        let size = format!("size={megabytes}m");
        mount(&["-t", "tmpfs", "-o", &size, "none"], folder).then(|| Mount(folder.to_owned()))
    }

    /// The folder as it is, and nothing in it can be changed.
    pub(crate) fn read_only(folder: &Path) -> Option<Mount> {
        let path = folder.to_str().unwrap();
        if !mount(&["--bind", path], folder) {
            return None;
        }
        let mounted = Mount(folder.to_owned());
        mount(&["-o", "remount,ro,bind"], folder).then_some(mounted)
    }

    /// Fills the disk up to the last kilobytes; returns the file that does.
    pub(crate) fn fill(&self, leave: usize) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = File::create(&path).unwrap();
        let kilobyte = [7; 1_024];
        while file.write_all(&kilobyte).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(leave as u64 * 1_024)).unwrap();
        path
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    Command::new("mount").args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
}

/// Says what was not tested; `tests/run` says it too, before it begins.
pub(crate) fn skipped(what: &str) {
    eprintln!("left out: {what}; run the tests as root, who may mount");
}
