//! Where everything is kept: can it be read and written, by whom, and is there room.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::super::{audit, collect};
use super::bad;
use crate::config::Config;
use crate::domain::finding::{Examination, Finding};
use crate::keys::Keyring;
use crate::releases::Releases;

/// Bytes that should be free; a year of a thousand repositories takes less.
const ENOUGH: u64 = 1 << 30;
/// Bytes below which the next night may not be written.
const LITTLE: u64 = 100 << 20;

/// Looks at the history, the releases, the keys and the audit log.
pub(super) async fn examine(config: &Config) -> Examination {
    let mut findings = vec![history(config).await];
    if let Some(path) = config.history.file() {
        findings.extend(measured(path.to_owned()).await.map(|bytes| room(path, bytes)));
    }
    findings.push(output(config).await);
    findings.extend(keys(config));
    findings.push(match audit::open(config) {
        Ok(_) => Finding::good("audit log", format!("`{}` can be added to", config.audit.display())),
        Err(fault) => bad("audit log", &fault),
    });
    Examination { findings }
}

/// Opening it checks that it is ours and can be written to.
async fn history(config: &Config) -> Finding {
    let file = config.history.file();
    if let Some(path) = file.filter(|path| !path.exists()) {
        let mending = "run `tollgate nightly`, or `tollgate import` if another tool has collected before";
        return Finding::doubtful("history", format!("`{}` is not there yet", path.display()), mending);
    }
    match collect::open(config).await {
        Ok(history) => {
            let size = file.map(|path| format!(", {}", megabytes(size(path)))).unwrap_or_default();
            Finding::good("history", format!("`{}` opens{size}", history.place()))
        }
        Err(fault) => bad("history", &fault),
    }
}

/// With what SQLite keeps beside it.
fn size(path: &Path) -> u64 {
    let beside = |suffix: &str| {
        let mut path = path.as_os_str().to_owned();
        path.push(suffix);
        std::fs::metadata(path).map(|about| about.len()).unwrap_or(0)
    };
    ["", "-wal", "-shm"].into_iter().map(beside).sum()
}

/// How long df(1) may take: one network disk that hangs makes it hang.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is free where a file is, if that can be told in time. A thread of its own is not waited for at the end.
async fn measured(path: PathBuf) -> Option<u64> {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || tell.send(free(&path)));
    tokio::time::timeout(PATIENCE, told).await.ok()?.ok()?
}

/// The standard library does not tell what is free, and df(1) is on every system that this runs on (POSIX).
fn free(path: &Path) -> Option<u64> {
    let absolute = std::path::absolute(path).ok()?;
    let folder = absolute.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let told = Command::new("df").args(["-P", "-k"]).arg(folder).output().ok()?;
    let kilobytes = available(&String::from_utf8_lossy(&told.stdout))?;
    kilobytes.checked_mul(1024)
}

/// The fourth column of what `df -P` prints, counted from the end: a device may have blanks in its name.
fn available(told: &str) -> Option<u64> {
    let columns: Vec<&str> = told.lines().nth(1)?.split_whitespace().collect();
    let share = columns.iter().position(|column| column.ends_with('%'))?;
    columns.get(share.checked_sub(1)?)?.parse().ok()
}

fn room(path: &Path, bytes: u64) -> Finding {
    let (what, told) = ("free space", format!("{} beside the history", megabytes(bytes)));
    let mending = "make room there, or move the history to another disk and change `[history]`";
    match bytes {
        ..LITTLE => Finding::bad(what, told, mending),
        // A copy of it must fit too: SQLite needs as much to clean up, and a backup lies beside it.
        _ if bytes < ENOUGH.max(size(path)) => Finding::doubtful(what, told, mending),
        _ => Finding::good(what, told),
    }
}

/// Something is written as edges and builders do, and taken away again.
async fn output(config: &Config) -> Finding {
    let tried = async {
        let releases = Releases::open(&config.output)?;
        let name = crate::keys::random_id()?;
        releases.put_mark("doctor", &name, Vec::new()).await?;
        releases.remove_mark("doctor", &name).await?;
        releases.current().await
    };
    let place = config.output.location.display();
    match tried.await {
        Ok(Some(number)) => {
            Finding::good("releases", format!("`{place}` can be written to; release {number} is served"))
        }
        Ok(None) => {
            let told = format!("`{place}` can be written to and has no release yet");
            Finding::doubtful("releases", told, "run `tollgate nightly`, or `tollgate build` if there is a history")
        }
        Err(fault) => bad("releases", &fault),
    }
}

/// Whether they are all there, whole, and closed to others: for a builder, and for an edge where one is configured.
fn keys(config: &Config) -> Vec<Finding> {
    let keys = match Keyring::load(&config.keys) {
        Ok(keys) => keys,
        Err(fault) => return vec![bad("keys", &fault)],
    };
    let build = match keys.ready_to_build() {
        Ok(()) => Finding::good("release keys", format!("in `{}`, for their owner alone", config.keys.display())),
        Err(fault) => {
            // An edge on a machine of its own has no use for it.
            let text = fault.to_string();
            let (told, mending) = super::parted(&text);
            Finding::doubtful("release keys", format!("{told}, so this machine cannot build"), mending)
        }
    };
    let serve = config.edge.as_ref().map(|_| match keys.ready_for_edge() {
        Ok(()) => Finding::good("edge keys", "all there"),
        Err(fault) => bad("edge keys", &fault),
    });
    let asked = config.edge.as_ref().is_some_and(|edge| edge.operations.is_some());
    std::iter::once(build).chain(serve).chain(asked.then(|| trigger(&keys))).collect()
}

/// Only an edge that is started with `--nightly` needs it.
fn trigger(keys: &Keyring) -> Finding {
    match keys.ready_to_trigger() {
        Ok(()) => Finding::good("nightly key", "there"),
        Err(fault) => {
            let text = fault.to_string();
            let (told, mending) = super::parted(&text);
            Finding::doubtful("nightly key", format!("{told}, so nobody can ask this edge for a night"), mending)
        }
    }
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        ..10_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.0} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Verdict;

    #[test]
    fn what_is_free_is_read_whatever_the_device_is_called() {
        let head = "Filesystem     1024-blocks      Used Available Capacity Mounted on\n";
        let read = |line: &str| available(&format!("{head}{line}\n"));
        assert_eq!(read("/dev/sda1  100 40 60 40% /"), Some(60));
        assert_eq!(read("//server/a share  100 40 60 40% /mnt/a b"), Some(60));
        assert_eq!((read("none"), available(""), available(head)), (None, None, None));
        let here = free(Path::new("tollgate.sqlite"));
        assert!(here.is_none_or(|bytes| bytes > 0));
    }

    #[test]
    fn an_edge_that_can_be_asked_for_nights_should_have_the_key_for_them() {
        let dir = tempfile::tempdir().unwrap();
        Keyring::init(&dir.path().join("keys")).unwrap();
        let found = |operations: &str| {
            let text = format!(
                "[site]\ntitle = \"T\"\nbase_url = \"http://localhost\"\n[[oidc]]\nname = \"main\"\nissuer = \"https://id.example\"\nclient_id = \"t\"\n[edge]\nlisten = \"127.0.0.1:8080\"\n{operations}"
            );
            let config = Config::parse(&text, &dir.path().join("tollgate.toml")).unwrap();
            let mut all = keys(&config).into_iter();
            all.find(|found| found.what == "nightly key").map(|found| found.verdict)
        };
        let operations = "operations = \"127.0.0.1:9080\"\n";
        assert_eq!((found(""), found(operations)), (None, Some(Verdict::Good)));
        std::fs::remove_file(dir.path().join("keys/trigger.json")).unwrap();
        assert_eq!((found(""), found(operations)), (None, Some(Verdict::Doubtful)));
    }

    #[test]
    fn little_room_is_told_before_there_is_none() {
        let at = |bytes| room(Path::new("/nowhere/at/all"), bytes).verdict;
        assert_eq!(
            (at(0), at(LITTLE - 1), at(LITTLE), at(ENOUGH - 1), at(ENOUGH)),
            (Verdict::Bad, Verdict::Bad, Verdict::Doubtful, Verdict::Doubtful, Verdict::Good)
        );
    }
}
