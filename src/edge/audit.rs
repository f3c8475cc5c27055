//! The audit log: a line of JSON for all that decides who sees what, from the edge and from commands.
//!
//! Several processes may add to one file: each line is one write to its end. What is written is in [`Event`]. The log
//! never keeps the site from being read: a line that cannot be written is counted, and the ordinary log says so.

mod event;

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use event::{Event, Kind, NoKind, Text, Who};

/// Why the audit log cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error(
    "the audit log `{}` cannot be opened: {cause}\n\nhint: let `audit.file` name a file in a folder that exists and \
     that the user of this program may write to, or `/dev/stderr`",
    path.display()
)]
pub struct Error {
    path: PathBuf,
    cause: io::Error,
}

/// An open audit log. Shared between requests as it is.
#[derive(Debug)]
pub struct Audit {
    path: PathBuf,
    out: Mutex<Lines<File>>,
    lost: AtomicU64,
}

impl Audit {
    /// Opens the log to add to it; makes the file, readable for its owner only, where there is none. `/dev/stderr` and
    /// `/dev/stdout` are this process's own, whatever they lead to.
    ///
    /// # Errors
    /// The file cannot be opened or made, or is a named pipe: whoever reads that slowly would stop the site.
    pub fn open(path: &Path) -> Result<Audit, Error> {
        let out = opened(path).map_err(|cause| Error { path: path.to_owned(), cause })?;
        Ok(Audit { path: path.to_owned(), out: Mutex::new(out), lost: AtomicU64::new(0) })
    }

    /// Opens the file anew, after somebody has moved it away. Where that fails the log says so, and lines go on being
    /// added to the file that was open.
    pub fn reopen(&self) {
        match opened(&self.path) {
            Ok(out) => *self.out.lock().unwrap_or_else(PoisonError::into_inner) = out,
            Err(cause) => {
                let fault = Error { path: self.path.clone(), cause };
                tracing::error!("{fault}\n\nthe audit log goes on in the file that was open before");
            }
        }
    }

    /// Adds a line. One that cannot be written is counted; the first of a row of such is told at error level.
    pub fn record(&self, event: Event) {
        let line = serde_json::to_vec(&event).map_err(io::Error::from);
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let added = out.add(line);
        drop(out);
        let path = self.path.display();
        match added {
            Added::Written => {}
            Added::WrittenAgain => tracing::info!("the audit log `{path}` can be written to again"),
            Added::Lost(first) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                if let Some(cause) = first {
                    tracing::error!("the audit log `{path}` cannot be written to, events are being lost: {cause}");
                }
            }
        }
    }

    /// How many events could not be written since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

fn opened(path: &Path) -> io::Result<Lines<File>> {
    // By their names these cannot be opened where they are sockets, as under systemd, or belong to another user.
    let own = match path.to_str() {
        Some("/dev/stderr") => Some(io::stderr().as_fd().try_clone_to_owned()?),
        Some("/dev/stdout") => Some(io::stdout().as_fd().try_clone_to_owned()?),
        _ => None,
    };
    if let Some(own) = own {
        return Ok(Lines::new(File::from(own), false));
    }
    // Opening one waits until somebody reads, so this is looked at before.
    if path.metadata().is_ok_and(|about| about.file_type().is_fifo()) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is a named pipe"));
    }
    let fresh = !path.exists();
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    // Made by a command of root's, it must stay open to the edge, which runs as the owner of its folder.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (own, folder) = (file.metadata()?, folder.metadata()?);
    if fresh && own.uid() != folder.uid() {
        fchown(&file, Some(folder.uid()), Some(folder.gid()))?;
    }
    let torn = file.metadata()?.is_file() && ends_torn(path);
    Ok(Lines::new(file, torn))
}

/// Whether the last line was never finished. Where that cannot be known, it is taken for finished; so is one that
/// another process is writing at this moment.
fn ends_torn(path: &Path) -> bool {
    let end = || {
        let mut file = File::open(path)?;
        let at = file.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        io::Result::Ok((at, byte[0]))
    };
    let torn = |end: &(u64, u8)| end.1 != b'\n';
    let Some(found) = end().ok().filter(torn) else { return false };
    std::thread::sleep(Duration::from_millis(20));
    end().is_ok_and(|later| later == found)
}

/// Where lines go, and how that went lately.
#[derive(Debug)]
struct Lines<W> {
    out: W,
    /// Part of a line is at the end: the next one must not become part of it.
    torn: bool,
    failing: bool,
}

/// What became of a line.
#[derive(Debug)]
enum Added {
    Written,
    /// Written, after others were lost.
    WrittenAgain,
    /// Not written; why, if the one before was.
    Lost(Option<io::Error>),
}

impl<W: Write> Lines<W> {
    fn new(out: W, torn: bool) -> Lines<W> {
        Lines { out, torn, failing: false }
    }

    fn add(&mut self, line: io::Result<Vec<u8>>) -> Added {
        match line.and_then(|line| self.write(line)) {
            Ok(()) => match std::mem::take(&mut self.failing) {
                true => Added::WrittenAgain,
                false => Added::Written,
            },
            Err(cause) => match std::mem::replace(&mut self.failing, true) {
                true => Added::Lost(None),
                false => Added::Lost(Some(cause)),
            },
        }
    }

    /// One write, so that lines of several processes never mingle.
    fn write(&mut self, mut line: Vec<u8>) -> io::Result<()> {
        if self.torn {
            line.insert(0, b'\n');
        }
        line.push(b'\n');
        loop {
            match self.out.write(&line) {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
                Ok(written) => {
                    self.torn = if written == 0 { self.torn } else { line[written - 1] != b'\n' };
                    return if written == line.len() { Ok(()) } else { Err(ErrorKind::WriteZero.into()) };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn event(what: &str) -> Event {
        Event::new(Kind::Refusal, chrono::DateTime::UNIX_EPOCH).what(what)
    }

    /// The words of each line, `?` for a line that is not ours.
    fn words(text: &str) -> Vec<String> {
        let told = |line: &str| Event::parse(line.as_bytes()).and_then(|event| event.what);
        text.lines().map(|line| told(line).map_or("?".into(), |what| what.to_string())).collect()
    }

    fn lines(path: &Path) -> Vec<String> {
        words(&std::fs::read_to_string(path).unwrap())
    }

    #[test]
    fn lines_are_added_to_a_file_that_only_its_owner_reads() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        Audit::open(&path).unwrap().record(event("one"));
        let (here, there) = (Audit::open(&path).unwrap(), Audit::open(&path).unwrap());
        here.record(event("two"));
        there.record(event("three"));
        here.record(event("four"));
        assert_eq!(lines(&path), ["one", "two", "three", "four"]);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(here.lost(), 0);
    }

    #[test]
    fn lines_of_many_writers_never_mingle() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        let shared = Audit::open(&path).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let (shared, path) = (&shared, &path);
                scope.spawn(move || {
                    let own = Audit::open(path).unwrap();
                    let log = if writer % 2 == 0 { shared } else { &own };
                    (0..200).for_each(|n| log.record(event(&format!("{writer}/{n} {}", "x".repeat(150)))));
                });
            }
        });
        let all = lines(&path);
        assert_eq!(all.len(), 1_600);
        assert!(!all.contains(&"?".to_owned()));
    }

    #[test]
    fn a_log_that_was_moved_away_begins_anew_and_one_that_cannot_goes_on_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("log");
        std::fs::create_dir(&folder).unwrap();
        let (path, rotated) = (folder.join("audit.jsonl"), folder.join("audit.jsonl.1"));
        let audit = Audit::open(&path).unwrap();
        audit.record(event("one"));
        std::fs::rename(&path, &rotated).unwrap();
        audit.record(event("two"));
        audit.reopen();
        audit.record(event("three"));
        assert_eq!((lines(&rotated), lines(&path)), (vec!["one".into(), "two".into()], vec!["three".into()]));
        let away = dir.path().join("away");
        std::fs::rename(&folder, &away).unwrap();
        audit.reopen();
        audit.record(event("four"));
        assert_eq!(lines(&away.join("audit.jsonl")), ["three", "four"]);
        assert_eq!(audit.lost(), 0);
    }

    #[test]
    fn a_line_after_a_torn_one_stays_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        for (before, after) in [("", vec!["new"]), ("{\"time\":", vec!["?", "new"]), ("{}\n", vec!["?", "new"])] {
            std::fs::write(&path, before).unwrap();
            Audit::open(&path).unwrap().record(event("new"));
            assert_eq!(lines(&path), after, "{before:?}");
        }
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_told_with_its_mending() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("missing/audit.jsonl");
        let told = Audit::open(&path).unwrap_err().to_string();
        let expected = format!(
            "the audit log `{}` cannot be opened: No such file or directory (os error 2)\n\nhint: let `audit.file` name \
             a file in a folder that exists and that the user of this program may write to, or `/dev/stderr`",
            path.display()
        );
        assert_eq!(told, expected);
        assert!(Audit::open(dir.path()).is_err(), "a folder is no log");
    }

    #[test]
    fn devices_take_lines_and_a_full_disk_is_counted() {
        for device in ["/dev/null", "/dev/stderr", "/dev/stdout"] {
            let audit = Audit::open(Path::new(device)).unwrap();
            audit.reopen();
            assert_eq!(audit.lost(), 0, "{device}");
        }
        if Path::new("/dev/full").exists() {
            let audit = Audit::open(Path::new("/dev/full")).unwrap();
            (0..3).for_each(|_| audit.record(event("lost")));
            assert_eq!(audit.lost(), 3);
        }
    }

    /// Takes as many bytes as is written down for each write.
    struct Disk {
        takes: Vec<io::Result<usize>>,
        held: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = if self.takes.is_empty() { Ok(usize::MAX) } else { self.takes.remove(0) };
            let taken = taken?.min(bytes.len());
            self.held.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_first_of_a_row_of_lost_lines_is_told_and_so_is_the_end_of_it() {
        let full = || Err(ErrorKind::StorageFull.into());
        let takes = vec![Err(ErrorKind::Interrupted.into()), Ok(usize::MAX), full(), full(), Ok(5), full(), Ok(0)];
        let mut lines = Lines::new(Disk { takes, held: vec![] }, false);
        let mut told = String::new();
        for n in 0..9 {
            told.push(match lines.add(serde_json::to_vec(&event(&n.to_string())).map_err(io::Error::from)) {
                Added::Written => 'w',
                Added::WrittenAgain => 'a',
                Added::Lost(Some(_)) => 'E',
                Added::Lost(None) => 'l',
            });
        }
        assert_eq!(told, "wEllllaww");
        assert_eq!(words(&String::from_utf8(lines.out.held).unwrap()), ["0", "?", "6", "7", "8"]);
    }
}
