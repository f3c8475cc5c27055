//! `tollgate doctor`: is everything as it should be, and if not, what to do.

mod sources;
mod storage;

use anyhow::Result;
use serde_json::json;

use super::{End, print_json};
use crate::config::{Config, Credential, Provider};
use crate::domain::finding::{Examination, Finding, Verdict};
use crate::edge;
use crate::keys::ClientKey;

/// What was found of one thing.
struct Part {
    of: String,
    seen: Examination,
}

/// Looks at everything and prints what was found. Doubtful things alone are no failure: they still work.
pub(super) async fn run(config: &Config, json: bool) -> Result<End> {
    let mut parts = sources::examine(config).await;
    for provider in config.providers() {
        parts.push(Part { of: format!("sign-in {}", provider.name), seen: signing_in(provider).await });
    }
    parts.push(Part { of: "storage".to_owned(), seen: storage::examine(config).await });
    for part in &parts {
        if json {
            part.print_json()?;
        } else {
            print!("{}", part.text(width(&parts)));
        }
    }
    let worst = parts.iter().map(|part| part.seen.verdict()).max().unwrap_or(Verdict::Good);
    Ok(if worst == Verdict::Bad { End::Failed } else { End::Done })
}

/// The provider itself, and what this site proves with that it is the client.
async fn signing_in(provider: &Provider) -> Examination {
    let mut seen = edge::examine(&provider.issuer).await;
    seen.findings.insert(0, credential(provider));
    seen
}

/// A machine that only builds has no client secret, so that it is missing here is no more than doubtful.
fn credential(provider: &Provider) -> Finding {
    let read = match &provider.credential {
        Credential::Public => return Finding::good("credential", "none: a public client"),
        Credential::Secret(secret) => {
            secret.read().map(|_| format!("secret in {secret}")).map_err(|fault| fault.to_string())
        }
        Credential::Key { file, kid } => {
            let told = format!("private key in file `{}`", file.display());
            ClientKey::load(file, kid.clone()).map(|_| told).map_err(|fault| fault.to_string())
        }
    };
    match read {
        Ok(told) => Finding::good("credential", told),
        Err(fault) => {
            let (told, mending) = parted(&fault);
            Finding::doubtful("credential", told, format!("where people sign in, {mending}"))
        }
    }
}

/// A message of ours in its two halves.
fn parted(fault: &str) -> (&str, &str) {
    fault.split_once("\n\nhint: ").unwrap_or((fault, "see the message"))
}

/// What a fault of ours amounts to.
fn bad(what: &str, fault: &dyn std::fmt::Display) -> Finding {
    let text = fault.to_string();
    let (told, mending) = parted(&text);
    Finding::bad(what, told, mending)
}

fn width(parts: &[Part]) -> usize {
    parts.iter().flat_map(|part| &part.seen.findings).map(|finding| finding.what.chars().count()).max().unwrap_or(0)
}

impl Part {
    fn print_json(&self) -> Result<()> {
        for finding in &self.seen.findings {
            let mut value = json!({ "of": self.of });
            if let (Some(line), Ok(serde_json::Value::Object(more))) =
                (value.as_object_mut(), serde_json::to_value(finding))
            {
                line.extend(more);
            }
            print_json(&value)?;
        }
        Ok(())
    }

    fn text(&self, width: usize) -> String {
        let line = |finding: &Finding| {
            let word = match finding.verdict {
                Verdict::Good => "ok",
                Verdict::Doubtful => "warn",
                Verdict::Bad => "FAIL",
            };
            let told = finding.told.replace('\n', " ");
            let mending = finding.mending.iter().filter(|_| finding.verdict != Verdict::Good);
            let hint: String = mending.map(|mending| format!("  {:4}  {:width$}  hint: {mending}\n", "", "")).collect();
            format!("  {word:4}  {:width$}  {told}\n{hint}", finding.what)
        };
        format!("{}\n{}", self.of, self.seen.findings.iter().map(line).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_in_columns_with_what_to_do_below() {
        let findings = vec![
            Finding::good("API", "answers"),
            Finding::doubtful("collected", "5 days ago", "run `tollgate nightly`"),
            Finding::bad("clock", "an hour\nslow", "set it"),
        ];
        let part = Part { of: "source acme".into(), seen: Examination { findings } };
        let expected = "\
source acme
  ok    API        answers
  warn  collected  5 days ago
                   hint: run `tollgate nightly`
  FAIL  clock      an hour slow
                   hint: set it
";
        assert_eq!(part.text(width(std::slice::from_ref(&part))), expected);
    }
}
