//! `tollgate digest`: the week in short, to each reader at most once.
//!
//! Before a mail goes out, a mark beside the releases says `sending`; when the server has it, `sent`. Whoever dies in
//! between leaves `sending`: nobody can tell whether that mail arrived, so it is told and not sent again.

mod ledger;

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono::{Datelike, Days, Utc};
use clap::Args;
use serde::Serialize;
use tracing::warn;

use super::{End, Unusable, collect, print_json};
use crate::config::{self, Config};
use crate::domain::Timestamp;
use crate::domain::calendar::Week;
use crate::edge::unsubscribe;
use crate::keys::Keyring;
use crate::mail::{self, Mail, Mailer};
use crate::releases::Releases;
use crate::report::{Letter, Site};
use ledger::Ledger;

/// How many nights after the chosen one the week is waited for until its days have come to rest.
const WAIT: i64 = 3;

/// Mail the last week in short.
#[derive(Debug, Args)]
pub(super) struct Digest {
    /// The ISO week, such as 2026-W47; the last one that is over if left out
    #[arg(long)]
    week: Option<String>,
    /// Only of this role
    #[arg(long)]
    role: Option<String>,
    /// Only to this reader, who must be configured
    #[arg(long, value_name = "EMAIL")]
    to: Option<String>,
    /// Print what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Send also what may have been sent already, after a crash
    #[arg(long)]
    again: bool,
    /// Let this reader get mails again that they had ended, and send nothing
    #[arg(long, value_name = "EMAIL", conflicts_with_all = ["week", "to", "dry_run", "again"])]
    resubscribe: Option<String>,
}

/// What became of one mail or message.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sent {
    role: String,
    week: String,
    /// An address, or `webhook`.
    to: String,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Sent,
    /// It was sent before.
    Already,
    /// The reader wants no more of them.
    Unsubscribed,
    /// It has not arrived, and the next try sends it.
    Failed,
    /// It may have arrived, and is not sent again.
    Unknown,
}

impl Sent {
    /// For a night on which it could not even be tried.
    pub(super) fn nothing() -> Sent {
        let (role, week, to) = (String::new(), String::new(), String::new());
        Sent { role, week, to, outcome: Outcome::Failed, why: None }
    }

    /// Whether nobody has to look at it.
    pub(super) fn is_well(&self) -> bool {
        !matches!(self.outcome, Outcome::Failed | Outcome::Unknown)
    }

    pub(super) fn line(&self) -> String {
        let said = match self.outcome {
            Outcome::Sent => "sent",
            Outcome::Already => "sent before",
            Outcome::Unsubscribed => "not sent: unsubscribed",
            Outcome::Failed => "not sent",
            Outcome::Unknown => "perhaps sent: ask whoever it is for, then use `--again`",
        };
        let why = self.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        format!("{} {} to {}: {said}{why}", self.role, self.week, self.to)
    }
}

impl Digest {
    pub(super) async fn run(&self, config: &Config, json: bool) -> Result<End> {
        if config.digests.is_empty() {
            return Err(config.lacks("nobody is configured for the week in short: there is no `[[digest]]`").into());
        }
        let now = Utc::now();
        let week = match &self.week {
            Some(text) => Week::parse(text).ok_or_else(|| Unusable(format!("`{text}` is no week such as 2026-W47")))?,
            None => last_week(now),
        };
        let chosen = self.chosen(config)?;
        if let Some(reader) = &self.resubscribe {
            let releases = Releases::open(&config.output)?;
            for digest in chosen {
                unsubscribe::resume(&releases, &digest.role, reader).await?;
            }
            println!("{reader} gets mails again");
            return Ok(End::Done);
        }
        let site = site(config, now).await?;
        if self.dry_run {
            return self.show(config, &site, &chosen, week, json);
        }
        let sent = send(config, &site, &chosen, week, self).await?;
        for sent in &sent {
            if json {
                print_json(sent)?;
            } else {
                println!("{}", sent.line());
            }
        }
        Ok(if sent.iter().all(Sent::is_well) { End::Done } else { End::Failed })
    }

    /// The digests that were asked for.
    fn chosen<'a>(&self, config: &'a Config) -> Result<Vec<&'a config::Digest>> {
        let of_role =
            |digest: &&config::Digest| self.role.as_ref().is_none_or(|role| digest.role.as_str() == role.as_str());
        let reader = self.to.as_ref().or(self.resubscribe.as_ref());
        let is_to = |digest: &&config::Digest| {
            reader.is_none_or(|reader| digest.to.iter().any(|to| to.eq_ignore_ascii_case(reader)))
        };
        let chosen: Vec<_> = config.digests.iter().filter(of_role).filter(is_to).collect();
        if chosen.is_empty() {
            bail!(Unusable("no `[[digest]]` is of that role and to that reader; add one, or mend the name".to_owned()));
        }
        Ok(chosen)
    }

    fn show(&self, config: &Config, site: &Site, chosen: &[&config::Digest], week: Week, json: bool) -> Result<End> {
        for digest in chosen {
            let letter = letter(site, digest, week)?;
            let example = format!("{}/-/unsubscribe?token=…", config.base_url);
            let (html, text) = letter.to_reader(&example);
            let to: Vec<&String> = digest.to.iter().filter(|to| self.is_for(to)).collect();
            if json {
                let webhook = digest.webhook.is_some() && self.to.is_none();
                print_json(&serde_json::json!({
                    "role": digest.role, "week": week, "to": to, "webhook": webhook,
                    "subject": letter.subject, "text": text, "html": html,
                }))?;
            } else {
                println!("To: {}\nSubject: {}\n\n{text}", join(&to), letter.subject);
            }
        }
        Ok(End::Done)
    }

    fn is_for(&self, reader: &str) -> bool {
        self.to.as_ref().is_none_or(|to| to.eq_ignore_ascii_case(reader))
    }
}

fn join(to: &[&String]) -> String {
    to.iter().map(|to| to.as_str()).collect::<Vec<_>>().join(", ")
}

/// Sends what is due tonight: from the chosen weekday on, as soon as the week before has come to rest.
pub(super) async fn due(config: &Config, now: Timestamp) -> Result<Vec<Sent>> {
    let since = |digest: &&config::Digest| {
        i64::from(now.weekday().num_days_from_monday()) - i64::from(digest.weekday.num_days_from_monday())
    };
    let chosen: Vec<_> = config.digests.iter().filter(|digest| since(digest) >= 0).collect();
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let (site, week) = (site(config, now).await?, last_week(now));
    let mut ready = Vec::new();
    for digest in chosen {
        if letter(&site, digest, week)?.settled || since(&digest) >= WAIT {
            ready.push(digest);
        }
    }
    let all = Digest { week: None, role: None, to: None, dry_run: false, again: false, resubscribe: None };
    let mut sent = send(config, &site, &ready, week, &all).await?;
    // What went out on an earlier night is no news.
    sent.retain(|sent| !matches!(sent.outcome, Outcome::Already | Outcome::Unsubscribed));
    sent.iter().filter(|sent| !sent.is_well()).for_each(|sent| warn!("{}", sent.line()));
    Ok(sent)
}

/// The last ISO week that is over.
fn last_week(now: Timestamp) -> Week {
    Week::of(now.date_naive() - Days::new(7))
}

async fn site(config: &Config, now: Timestamp) -> Result<Arc<Site>> {
    let history = collect::open(config).await?;
    let (settings, policy) = (config.report.clone(), config.policy.clone());
    let make =
        move || -> Result<Site> { Ok(Site::new(&settings, &policy, history.load()?, Vec::new(), now.date_naive())?) };
    Ok(Arc::new(tokio::task::spawn_blocking(make).await.context("the week could not be added up")??))
}

fn letter(site: &Site, digest: &config::Digest, week: Week) -> Result<Letter> {
    site.digest(&digest.role, week)?.with_context(|| format!("there is no role `{}`", digest.role))
}

async fn send(
    config: &Config,
    site: &Site,
    chosen: &[&config::Digest],
    week: Week,
    asked: &Digest,
) -> Result<Vec<Sent>> {
    let releases = Releases::open(&config.output)?;
    let mails = chosen.iter().any(|digest| !digest.to.is_empty());
    let post = if mails { Some(Post::open(config).await?) } else { None };
    let mut sent = Vec::new();
    for digest in chosen {
        let letter = letter(site, digest, week)?;
        let ledger = Ledger { releases: &releases, role: &digest.role, week, again: asked.again };
        for to in digest.to.iter().filter(|to| asked.is_for(to)) {
            let Some(post) = &post else { continue };
            let outcome = if unsubscribe::has_ended(&releases, &digest.role, to).await? {
                (Outcome::Unsubscribed, None)
            } else {
                ledger.once(to, post.send(config, digest, week, &letter, to)).await?
            };
            sent.push(told(digest, week, to, outcome));
        }
        if let Some(webhook) = digest.webhook.as_ref().filter(|_| asked.to.is_none()) {
            let message = async { mail::post(&webhook.read()?, &letter.to_channel()).await.map_err(Into::into) };
            let outcome = ledger.once("webhook", message).await?;
            sent.push(told(digest, week, "webhook", outcome));
        }
    }
    Ok(sent)
}

fn told(digest: &config::Digest, week: Week, to: &str, (outcome, why): (Outcome, Option<String>)) -> Sent {
    Sent { role: digest.role.to_string(), week: week.to_string(), to: to.to_owned(), outcome, why }
}

/// What mails go out with.
struct Post {
    mailer: Result<Mailer, String>,
    keys: Keyring,
}

impl Post {
    /// A server that cannot be reached is told once for each reader, and leaves no mark.
    async fn open(config: &Config) -> Result<Post> {
        let keys = Keyring::load(&config.keys)?;
        keys.ready_to_mail()?;
        let smtp = config.smtp.as_ref().ok_or_else(|| config.lacks("mails need `[smtp]`"))?;
        let mailer = Mailer::new(&smtp.settings(&config.report.title)?)?;
        let tried = mailer.try_out().await;
        Ok(Post { mailer: tried.map(|()| mailer).map_err(|fault| fault.to_string()), keys })
    }

    async fn send(
        &self,
        config: &Config,
        digest: &config::Digest,
        week: Week,
        letter: &Letter,
        to: &str,
    ) -> Result<()> {
        let mailer = self.mailer.as_ref().map_err(|fault| mail::Error::Refused(fault.clone()))?;
        let unsubscribe = unsubscribe::link(&self.keys, &config.base_url, &digest.role, to)?;
        let (html, text) = letter.to_reader(&unsubscribe);
        let reader = unsubscribe::reader(&digest.role, to).to_string();
        let id = format!("{}.{week}.{}", digest.role, &reader[..16]);
        let subject = letter.subject.clone();
        mailer.send(Mail { to: to.to_owned(), subject, html, text, id, unsubscribe }).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_week_is_the_one_that_is_over() {
        let week = |text: &str| last_week(text.parse().unwrap()).to_string();
        assert_eq!(week("2026-11-22T23:59:59Z"), "2026-W46", "Sunday belongs to the week that is not over");
        assert_eq!(week("2026-11-23T00:00:00Z"), "2026-W47");
        assert_eq!(week("2027-01-04T02:00:00Z"), "2026-W53");
    }
}
