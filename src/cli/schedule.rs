//! `tollgate schedule`: what runs the nightly, on this machine or elsewhere.

mod actions;
mod kubernetes;
mod secrets;
#[cfg(test)]
mod tests;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;

use super::End;
use crate::config::{self, Config};

/// Print what runs the nightly, on this machine or elsewhere.
#[derive(Debug, Subcommand)]
pub(super) enum Schedule {
    /// A line for crontab(5)
    Crontab,
    /// A service and a timer for systemd, and a service for the edge
    Systemd,
    /// A CronJob for Kubernetes, and a Deployment for the edge, with a reference to each secret
    Kubernetes,
    /// A workflow for GitHub Actions, which keeps the history as an artifact of a private repository
    GithubActions,
}

/// What a scheduler needs to know, which starts in a folder of its own with hardly any environment.
struct Place {
    program: PathBuf,
    file: PathBuf,
    folder: PathBuf,
    /// Where the history is, and where releases land.
    history: PathBuf,
    output: PathBuf,
    /// Where the audit log is; `None` where it is a device.
    audit: Option<PathBuf>,
    /// Who owns the configuration.
    user: u32,
}

impl Schedule {
    pub(super) fn run(&self, config: &Config) -> Result<End> {
        let place = || place(config).context("the configuration's folder cannot be read any more");
        print!(
            "{}",
            match self {
                Schedule::Crontab => crontab(&place()?),
                Schedule::Systemd => systemd(&place()?),
                Schedule::Kubernetes => kubernetes::print(config),
                Schedule::GithubActions => actions::print(config),
            }
        );
        Ok(End::Done)
    }
}

fn place(config: &Config) -> std::io::Result<Place> {
    let file = std::path::absolute(&config.file)?;
    let folder = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
    let audit = std::path::absolute(&config.audit)?;
    let output = std::path::absolute(&config.output.location)?;
    Ok(Place {
        program: config::program()?,
        folder: folder(&file),
        // A database is written through the network alone.
        history: config
            .history
            .file()
            .map(std::path::absolute)
            .transpose()?
            .map_or(output.clone(), |path| folder(&path)),
        output,
        audit: (!audit.starts_with("/dev")).then(|| folder(&audit)),
        user: std::fs::metadata(&file)?.uid(),
        file,
    })
}

fn crontab(place: &Place) -> String {
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''").replace('%', r"\%"));
    let (folder, program, file) = (quoted(&place.folder), quoted(&place.program), quoted(&place.file));
    format!(
        "# Every night at 02:17. Secrets named by `token_file` are found; for those named by `token_env`,\n\
         # add lines such as ACME_GITHUB_TOKEN=… above this one in a crontab that only its owner can read.\n\
         17 2 * * * cd {folder} && {program} --config {file} --quiet nightly\n"
    )
}

/// All that a program needs not do which talks to the network and writes two folders.
const SANDBOX: &str = "\
NoNewPrivileges=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
MemoryDenyWriteExecute=yes
LockPersonality=yes
PrivateTmp=yes
PrivateDevices=yes
ProcSubset=pid
ProtectProc=invisible
ProtectSystem=strict
ProtectHome=read-only
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
";

fn systemd(place: &Place) -> String {
    let quoted = |path: &Path| {
        let text = path.display().to_string().replace('\\', r"\\").replace('"', "\\\"").replace('%', "%%");
        format!("\"{}\"", text.replace('$', "$$"))
    };
    let (program, file, history, output) =
        (quoted(&place.program), quoted(&place.file), quoted(&place.history), quoted(&place.output));
    let folder = place.folder.display().to_string().replace('%', "%%");
    let user = place.user;
    let audit = place.audit.as_ref().map(|path| format!("ReadWritePaths=-{}\n", quoted(path))).unwrap_or_default();
    // A `-` before a path: one that does not exist yet is no fault.
    let hardening = format!(
        "User={user}\nUMask=0077\nWorkingDirectory={folder}\nReadWritePaths=-{history} -{output}\n\
         # Secrets named by `token_env` and `client_secret_env`, readable by root only\n\
         EnvironmentFile=-/etc/tollgate.env\n\
         {SANDBOX}"
    );
    format!(
        "# /etc/systemd/system/tollgate-nightly.service\n\
         [Unit]\nDescription=Tollgate: collect, build and publish\nWants=network-online.target\nAfter=network-online.target\n\n\
         [Service]\nType=oneshot\nExecStart={program} --config {file} --quiet nightly\n{hardening}\n\
         # /etc/systemd/system/tollgate-nightly.timer\n\
         [Unit]\nDescription=Tollgate every night\n\n\
         [Timer]\nOnCalendar=*-*-* 02:17:00 UTC\nRandomizedDelaySec=10m\nPersistent=true\n\n\
         [Install]\nWantedBy=timers.target\n\n\
         # /etc/systemd/system/tollgate-edge.service\n\
         [Unit]\nDescription=Tollgate: the edge\nWants=network-online.target\nAfter=network-online.target\n\n\
         [Service]\nExecStart={program} --config {file} serve\nExecReload=/bin/kill -HUP $MAINPID\n\
         Restart=on-failure\n{audit}{hardening}\n\
         [Install]\nWantedBy=multi-user.target\n"
    )
}
