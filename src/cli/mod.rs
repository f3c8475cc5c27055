//! The command line: one match, one file per command.

mod as_of;
mod audit;
mod build;
mod check;
mod collect;
mod demo;
mod digest;
mod doctor;
mod export;
mod history;
mod import;
mod init;
mod keys;
mod lock;
mod nightly;
mod nights;
mod preview;
mod progress;
mod releases;
mod repository;
mod schedule;
mod serve;
mod sessions;
mod share;
mod source;
mod summary;
mod who;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{self, Config};

/// Keeps the repository traffic that GitHub forgets and shows each person only their part.
#[derive(Debug, Parser)]
#[command(name = "tollgate", version, about, long_about = None, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done but some repositories failed.")]
pub struct Arguments {
    /// The configuration file; relative paths in it start from its folder
    #[arg(long, global = true, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,
    /// Say nothing but warnings and errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print results as JSON on standard output, and log lines as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a commented starter configuration
    Init(init::Init),
    /// Check the configuration without network and show who would see what
    Check,
    /// Look at every source, provider, store and clock, and say what to do about what is not as it should be
    #[command(
        after_help = "Exit codes: 0 nothing is bad, though something may be doubtful; 1 something is bad; 2 usage or configuration."
    )]
    Doctor,
    /// Show which roles are open to a person and why, and which repositories that opens
    Who(who::Who),
    /// Read the traffic of all sources into the history
    Collect(as_of::AsOf),
    /// Read another tool's files into the history
    #[command(subcommand)]
    Import(import::Import),
    /// Write the history to files that any tool can read
    Export(export::Export),
    /// Move the history from one store to another
    #[command(subcommand)]
    History(history::Command),
    /// Render one bundle per role from the history and publish them as a signed release
    Build(build::Build),
    /// Show the reports of a role or a person on this machine, and again whenever a template or a page changes
    Preview(preview::Preview),
    /// Collect, build and publish under one lock: what cron runs
    Nightly(as_of::AsOf),
    /// Mail the last week in short to those who are configured for it, never twice
    Digest(digest::Digest),
    /// Show and add sources
    #[command(subcommand)]
    Source(source::Source),
    /// Show repositories, choose which are collected, and correct or delete what is known of one
    #[command(subcommand)]
    Repository(repository::Repository),
    /// Sign people in and serve the bundles that their roles open
    Serve(Box<serve::Serve>),
    /// Make, list, rotate and retire keys
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Show who is signed in, and end sessions
    #[command(subcommand)]
    Sessions(sessions::Sessions),
    /// Pass a part of a role's reports on by a link that expires
    #[command(subcommand)]
    Share(share::Share),
    /// Let a script fetch CSV, JSON, XLSX and feeds of a role's reports
    #[command(subcommand)]
    Token(share::Token),
    /// List, verify and take back releases
    #[command(subcommand)]
    Releases(releases::Command),
    /// Show who signed in, was refused, shared or revoked what
    Audit(audit::Audit),
    /// Print what runs the nightly, on this machine or elsewhere
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    /// Show everything at once on this machine: a sample GitHub, a nightly, an edge and sample people
    Demo(demo::Demo),
}

/// How a command ended, as the exit code tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// 0: all done.
    Done,
    /// 1: it failed.
    Failed,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: done, but some repositories failed.
    Partial,
}

impl End {
    /// How a command ended that returned an error.
    pub fn of(fault: &anyhow::Error) -> End {
        let published = fault.downcast_ref::<crate::releases::Error>();
        let keys = fault.is::<crate::keys::Error>() || matches!(published, Some(crate::releases::Error::Keys(_)));
        let configuration =
            fault.is::<config::Faults>() || fault.is::<config::SecretFault>() || fault.is::<check::Unmatched>();
        let edit = fault.downcast_ref::<config::edit::EditFault>();
        let edited = edit.is_some_and(|fault| !matches!(fault, config::edit::EditFault::Write { .. }));
        let address = matches!(fault.downcast_ref::<crate::history::Error>(), Some(crate::history::Error::Address(_)));
        let export = matches!(
            fault.downcast_ref::<crate::export::Error>(),
            Some(crate::export::Error::Occupied { .. } | crate::export::Error::NoStream)
        );
        let wrong = export || configuration || keys || edited || address || fault.is::<Unusable>();
        if wrong { End::Usage } else { End::Failed }
    }
}

/// What was typed cannot be used: a fault of the command line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unusable(String);

impl From<End> for ExitCode {
    fn from(end: End) -> ExitCode {
        ExitCode::from(match end {
            End::Done => 0,
            End::Failed => 1,
            End::Usage => 2,
            End::Partial => 3,
        })
    }
}

/// Starts logging to standard error: plain lines on a terminal, with times elsewhere, JSON where asked for.
pub fn start_logging(arguments: &Arguments) {
    end_with_the_reader();
    let level = if arguments.quiet { "warn" } else { "info" };
    let filter = config::log_filter().unwrap_or_else(|| format!("warn,tollgate={level}"));
    let terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(|| progress::Stderr)
        .with_ansi(terminal)
        .with_target(false);
    match (arguments.json, terminal) {
        (true, _) => lines.json().init(),
        (false, true) => lines.without_time().init(),
        (false, false) => lines.init(),
    }
}

/// Ends quietly once nobody reads what is printed any more, as with `| head`: no fault of anybody's.
///
/// The standard library panics there, and asking the system to end the program instead takes unsafe code.
fn end_with_the_reader() {
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str().is_some_and(|text| text.contains("stdout: Broken pipe")) {
            std::process::exit(0);
        }
        otherwise(panic);
    }));
}

/// Runs the command that was asked for.
///
/// # Errors
/// Whatever kept it from being done; [`End::of`] says with which exit code.
pub async fn run(arguments: Arguments) -> Result<End> {
    let Arguments { config, quiet, json, command } = arguments;
    let talk = progress::Talk::of(quiet, json);
    let load = || Config::load(&config);
    match command {
        Command::Init(init) => init.run(),
        Command::Demo(demo) => demo.run().await,
        Command::Check => check::run(&load()?, json).await,
        Command::Doctor => doctor::run(&load()?, json).await,
        Command::Who(who) => who.run(&load()?, json).await,
        Command::Collect(as_of) => {
            let config = load()?;
            collect::run(&config, as_of.to_collect(&config)?, json, talk).await
        }
        Command::Import(import) => import.run(&load()?, json).await,
        Command::Export(export) => export.run(&load()?, json).await,
        Command::History(history) => history.run(json).await,
        Command::Build(what) => build::run(&load()?, what.as_of.to_build()?, what.explain, json).await,
        Command::Preview(preview) => preview.run(&config, load()?).await,
        Command::Nightly(as_of) => {
            let config = load()?;
            nightly::run(&config, as_of.to_collect(&config)?, json, talk).await
        }
        Command::Digest(digest) => digest.run(&load()?, json).await,
        Command::Source(source) => source.run(&load()?, json).await,
        Command::Repository(repository) => repository.run(&load()?, json).await,
        Command::Serve(serve) => serve.run(load()?).await,
        Command::Keys(keys) => keys.run(load, json),
        Command::Sessions(sessions) => sessions.run(&load()?, json).await,
        Command::Share(share) => share.run(&load()?, json).await,
        Command::Token(token) => token.run(&load()?, json).await,
        Command::Releases(releases) => releases.run(&load()?, json).await,
        Command::Audit(audit) => audit.run(&load()?, json),
        Command::Schedule(schedule) => schedule.run(&load()?),
    }
}

/// Prints a result for scripts.
fn print_json(value: &impl serde::Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

/// `1 repository`, `2 repositories`.
fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
