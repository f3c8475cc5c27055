//! `tollgate audit`: who signed in, was refused, shared or revoked what.

mod filter;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use chrono::Utc;
use clap::Args;
use tracing::warn;

use super::{End, count};
use crate::config::Config;
use crate::edge;
use crate::edge::audit::{Event, Kind, Text};
use filter::{Filter, Since, kind, since};

/// Show who signed in, was refused, shared or revoked what.
#[derive(Debug, Default, Args)]
pub(super) struct Audit {
    /// Only this event: sign-in, renewal, refusal, sign-out, share, token, revocation, keys, policy, nightly, configuration or history
    #[arg(long, value_name = "KIND", value_parser = kind)]
    event: Option<Kind>,
    /// Only what is about this e-mail address, subject, or id of a session, link or token
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    who: Option<String>,
    /// Only what came from this address or network, or from "command line"
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Only what is about this role
    #[arg(long)]
    role: Option<String>,
    /// Only from then on: 90m, 2h, 7d, a UTC date such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Since>,
    /// Only what came out so: ok, or a code such as no-role
    #[arg(long, value_name = "CODE")]
    outcome: Option<String>,
}

impl Audit {
    /// Prints what is asked for, oldest first: as text, or the lines as they are where JSON is asked for.
    pub(super) fn run(self, config: &Config, json: bool) -> Result<End> {
        let files = files(&config.audit)?;
        let filter = Filter::new(self, Utc::now());
        let mut out = BufWriter::new(io::stdout().lock());
        let mut foreign = 0;
        for (path, file) in files {
            match show(BufReader::new(file), &filter, json, &mut out) {
                Ok(n) => foreign += n,
                // Whoever reads has seen enough.
                Err(cause) if cause.kind() == ErrorKind::BrokenPipe => break,
                Err(cause) => return Err(cause).with_context(|| format!("cannot show `{}`", path.display())),
            }
        }
        if foreign > 0 {
            let lines = count(foreign, "line was", "lines were");
            warn!("{lines} left out: written by something else, cut off by a crash, or edited");
        }
        Ok(End::Done)
    }
}

/// The log, opened, after the one that was last moved away.
fn files(path: &Path) -> Result<Vec<(PathBuf, File)>> {
    let mut rotated = path.as_os_str().to_owned();
    rotated.push(".1");
    let mut found = Vec::new();
    for path in [rotated.into(), path.to_owned()] {
        // A device would be waited on for ever.
        if path.metadata().is_ok_and(|about| about.is_file()) {
            let file = File::open(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            found.push((path, file));
        }
    }
    if found.is_empty() {
        return Err(missing(path));
    }
    Ok(found)
}

fn missing(path: &Path) -> anyhow::Error {
    let path = path.display();
    anyhow!(
        "there is no audit log in `{path}`\n\nhint: `tollgate serve` begins it at its first event; where `audit.file` \
         is a device, look where its lines are kept"
    )
}

/// Prints the lines that pass, and says how many are not ours.
fn show(mut log: impl BufRead, filter: &Filter, json: bool, out: &mut impl Write) -> io::Result<usize> {
    let mut foreign = 0;
    let mut line = Vec::new();
    while log.read_until(b'\n', &mut line)? > 0 {
        let text = line.trim_ascii();
        match Event::parse(text) {
            Some(event) if !filter.passes(&event) => {}
            Some(_) if json => out.write_all(&[text, b"\n"].concat())?,
            Some(event) => writeln!(out, "{}", readable(&event))?,
            None if text.is_empty() => {}
            None => foreign += 1,
        }
        line.clear();
    }
    out.flush()?;
    Ok(foreign)
}

/// An event as people read it. Nothing in it can steer a terminal: that holds for every [`Text`], also for one out of
/// an edited file.
fn readable(event: &Event) -> String {
    let head = format!("{}  {:<10}  {:<8}", event.time.format("%F %T"), event.event.as_str(), event.outcome.as_str());
    let named = |name: &str, text: &Option<Text>| text.as_ref().map(|text| format!("{name} {text}"));
    let who = &event.who;
    let at = |sub: &Text| who.iss.as_ref().map_or(sub.to_string(), |iss| format!("{sub} at {iss}"));
    let parts = [
        Some(head),
        who.email.as_ref().map(Text::to_string).or_else(|| who.sub.as_ref().map(at)),
        event.what.as_ref().map(Text::to_string),
        named("role", &event.role),
        named("path", &event.path),
        named("from", &event.from),
        named("session", &event.sid),
        named("id", &event.grant),
        named("request", &event.request),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("  ").trim_end().to_owned()
}

/// The audit log, to write down what a command does. Opened before it does anything, so that nothing goes untold.
///
/// # Errors
/// It cannot be opened.
pub(super) fn open(config: &Config) -> Result<Log> {
    Ok(Log(edge::audit::Audit::open(&config.audit)?))
}

/// The audit log of the command line.
pub(super) struct Log(edge::audit::Audit);

impl Log {
    /// Writes down what a command did, beside what the edge writes down.
    pub(super) fn record(&self, event: Event) {
        self.0.record(event.from("command line"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = r#"{"time":"2026-11-23T22:00:00.000Z","event":"refusal","outcome":"no-role","who":{"iss":"https://id.example","sub":"9"},"from":"192.0.2.8","path":"/sales/"}
{"time":"2026-11-24T09:15:02.045Z","event":"sign-in","outcome":"ok","who":{"iss":"https://id.example","sub":"7","email":"ada@acme.example"},"sid":"s1","from":"192.0.2.7","request":"1f"}

{"time":"2026-11-24T09:16
{"time":"2026-11-24T09:16:00Z","event":"party","outcome":"ok"}
 {"time":"2026-11-24T09:17:00.000Z","event":"share","outcome":"ok","who":{"email":"bob@acme.example"},"role":"sales","what":"made"} 
{"time":"2026-11-24T09:18:00.000Z","event":"keys","outcome":"o\u001b[2Jk","from":"command line","later":"x"}
"#;

    fn shown(log: &[u8], audit: Audit, json: bool) -> (Vec<String>, usize) {
        let mut out = Vec::new();
        let filter = Filter::new(audit, "2026-11-24T10:00:00Z".parse().unwrap());
        let foreign = show(log, &filter, json, &mut out).unwrap();
        (String::from_utf8(out).unwrap().lines().map(str::to_owned).collect(), foreign)
    }

    #[test]
    fn lines_are_shown_as_people_read_them_and_foreign_ones_are_counted() {
        let (lines, foreign) = shown(LOG.as_bytes(), Audit::default(), false);
        let expected = [
            "2026-11-23 22:00:00  refusal     no-role   9 at https://id.example  path /sales/  from 192.0.2.8",
            "2026-11-24 09:15:02  sign-in     ok        ada@acme.example  from 192.0.2.7  session s1  request 1f",
            "2026-11-24 09:17:00  share       ok        bob@acme.example  made  role sales",
            "2026-11-24 09:18:00  keys        o\u{fffd}[2Jk    from command line",
        ];
        assert_eq!(lines, expected);
        assert_eq!(foreign, 2);
    }

    #[test]
    fn lines_stay_as_they_are_where_json_is_asked_for() {
        let (lines, foreign) = shown(LOG.as_bytes(), Audit::default(), true);
        let all: Vec<&str> = LOG.lines().map(str::trim).collect();
        assert_eq!(lines, [all[0], all[1], all[5], all[6]]);
        assert_eq!(foreign, 2);
        assert_eq!(shown(b"\xff\xfe\n\x00\n{}\n", Audit::default(), true), (vec![], 3));
    }

    #[test]
    fn only_what_is_asked_for_is_shown() {
        let text = |text: &str| Some(text.to_owned());
        let asked = Audit { outcome: text("ok"), since: since("1h").ok(), ..Audit::default() };
        let (lines, foreign) = shown(LOG.as_bytes(), asked, false);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(foreign, 2, "what is not ours is told whatever was asked for");
    }

    #[test]
    fn the_log_that_was_moved_away_comes_first_and_none_at_all_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (path, rotated) = (dir.path().join("audit.jsonl"), dir.path().join("audit.jsonl.1"));
        let names = || files(&path).map(|files| files.into_iter().map(|(path, _)| path).collect::<Vec<_>>());
        let told = names().unwrap_err();
        let expected = format!(
            "there is no audit log in `{}`\n\nhint: `tollgate serve` begins it at its first event; where `audit.file` \
             is a device, look where its lines are kept",
            path.display()
        );
        assert_eq!(told.to_string(), expected);
        assert_eq!(End::of(&told), End::Failed);
        std::fs::write(&path, "").unwrap();
        assert_eq!(names().unwrap(), std::slice::from_ref(&path));
        std::fs::write(&rotated, "").unwrap();
        assert_eq!(names().unwrap(), [rotated, path.clone()]);
        assert!(files(Path::new("/dev/null")).is_err(), "a device is not read");
    }
}
