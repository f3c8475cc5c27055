//! The sources: what GitHub says to their credentials, and how long ago each brought something home.

use chrono::Utc;

use super::super::collect::signer;
use super::super::count;
use super::super::repository::known::{self, left, left_in_words};
use super::super::source::reached;
use super::{Part, bad, parted};
use crate::config::{Config, Source};
use crate::domain::Timestamp;
use crate::domain::collection::Run;
use crate::domain::finding::{Examination, Finding};
use crate::domain::repo::RepositoryHistory;
use crate::domain::signal::SAFE;
use crate::github;
use crate::keys::Keyring;

/// Days without success after which somebody should look, well before anything is lost.
const WARN: i64 = 3;

/// Looks at every source.
pub(super) async fn examine(config: &Config) -> Vec<Part> {
    // A history that cannot be read is told with the storage.
    let runs = known::runs(config).await.unwrap_or_default();
    let all = known::all(config).await.ok().flatten().map(|(_, all)| all).unwrap_or_default();
    let builds = Keyring::load(&config.keys).is_ok_and(|keys| keys.ready_to_build().is_ok());
    let mut parts = Vec::new();
    for source in &config.sources {
        let mut seen = asked(source, builds).await;
        let now = Utc::now();
        seen.findings.push(collected(source, &runs, now));
        seen.findings.extend(waiting(source, &all, now));
        parts.push(Part { of: format!("source {}", source.name), seen });
    }
    parts
}

/// What GitHub says; without a credential nothing is asked. A machine that cannot build anyway, such as that of an edge,
/// may do without.
async fn asked(source: &Source, builds: bool) -> Examination {
    match source.settings(signer) {
        // Other sources may have taken minutes: the clock is read for each.
        Ok(settings) => github::examine(&settings, Utc::now()).await,
        Err(fault) if builds => Examination { findings: vec![bad("credential", &fault)] },
        Err(fault) => {
            let (told, mending) = parted(&fault);
            let finding = Finding::doubtful("credential", told, format!("where nights run, {mending}"));
            Examination { findings: vec![finding] }
        }
    }
}

/// When a source last brought anything home.
fn collected(source: &Source, runs: &[Run], now: Timestamp) -> Finding {
    let own = || runs.iter().filter(|run| run.source == source.name);
    let Some(at) = own().find(|run| reached(run)).map(|run| run.finished) else {
        let mending = "run `tollgate nightly`: GitHub forgets after 14 days";
        let Some(first) = own().next_back() else { return Finding::doubtful("collected", "never", mending) };
        let told = format!("not in the last {}", count(own().count(), "run", "runs"));
        return match left(first.finished, now) {
            0 => Finding::bad("collected", format!("{told}; days are being lost"), mending),
            _ => Finding::doubtful("collected", told, mending),
        };
    };
    let left = left(at, now);
    let told = format!("{}; {}", at.format("%F %R UTC"), left_in_words(left));
    let mending =
        "see why on the collection log, or run `tollgate nightly` and look; `tollgate schedule` prints what runs it";
    match SAFE - left {
        ..=WARN => Finding::good("collected", told),
        _ if left > 0 => Finding::doubtful("collected", told, mending),
        _ => Finding::bad("collected", told, mending),
    }
}

/// The repositories of a source that wait for too long, while others may be collected every night.
fn waiting(source: &Source, all: &[RepositoryHistory], now: Timestamp) -> Option<Finding> {
    let own = all.iter().filter(|known| known.repository.sources.contains(&source.name));
    let since = own.filter_map(|known| Some((left(known.collected?, now), &known.repository.name)));
    let late: Vec<_> = since.filter(|(left, _)| SAFE - left > WARN).collect();
    let (left, first) = late.iter().min()?;
    let told = format!(
        "{} not collected for more than {WARN} days; {first} first: {}",
        count(late.len(), "repository", "repositories"),
        left_in_words(*left)
    );
    let mending = "`tollgate repository list` shows which, the collection log why; take out what is gone with `tollgate repository remove`";
    Some(if *left > 0 {
        Finding::doubtful("repositories", told, mending)
    } else {
        Finding::bad("repositories", told, mending)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::collection::{Collected, Outcome};
    use crate::domain::finding::Verdict;

    fn source() -> Source {
        let text = "[site]\ntitle = \"T\"\nbase_url = \"http://localhost\"\n[[source]]\nname = \"acme\"\ntoken_env = \"T\"\n\
                    repositories = [\"acme/*\"]\n";
        Config::parse(text, std::path::Path::new("t.toml")).unwrap().sources.remove(0)
    }

    fn run(finished: &str, result: Collected) -> Run {
        let finished = finished.parse().unwrap();
        let outcomes = vec![Outcome { repository: "acme/anvil".parse().unwrap(), id: None, result }];
        Run {
            source: "acme".parse().unwrap(),
            started: finished,
            finished,
            window: None,
            frozen: false,
            doubtful: vec![],
            requests: 1,
            unchanged: 0,
            outcomes,
            faults: vec![],
        }
    }

    #[test]
    fn three_days_without_success_are_told_and_thirteen_lose_something() {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let failed = || run("2026-11-24T02:00:00Z", Collected::Failed { cause: "c".into(), mending: "m".into() });
        let found = |collected: &str| {
            super::collected(&source(), &[failed(), run(collected, Collected::Done { days: 14 })], now)
        };
        for (at, verdict, told) in [
            ("2026-11-24T02:00:00Z", Verdict::Good, "2026-11-24 02:00 UTC; 13 days until some are lost"),
            ("2026-11-21T02:00:00Z", Verdict::Good, "2026-11-21 02:00 UTC; 10 days until some are lost"),
            ("2026-11-20T02:00:00Z", Verdict::Doubtful, "2026-11-20 02:00 UTC; 9 days until some are lost"),
            ("2026-11-12T02:00:00Z", Verdict::Doubtful, "2026-11-12 02:00 UTC; 1 day until some are lost"),
            ("2026-11-11T02:00:00Z", Verdict::Bad, "2026-11-11 02:00 UTC; days are being lost"),
        ] {
            let finding = found(at);
            assert_eq!((finding.verdict, finding.told.as_str()), (verdict, told));
            assert_eq!(finding.mending.is_some(), verdict != Verdict::Good);
        }
        let never = super::collected(&source(), &[failed()], now);
        assert_eq!((never.verdict, never.told.as_str()), (Verdict::Doubtful, "not in the last 1 run"));
        let long =
            [failed(), run("2026-11-11T02:00:00Z", Collected::Failed { cause: "c".into(), mending: "m".into() })];
        let lost = super::collected(&source(), &long, now);
        let told = "not in the last 2 runs; days are being lost";
        assert_eq!((lost.verdict, lost.told.as_str()), (Verdict::Bad, told));
        assert_eq!(super::collected(&source(), &[], now).told, "never");
    }

    #[tokio::test]
    async fn a_credential_is_missed_where_nights_run_and_may_be_missing_elsewhere() {
        let mut source = source();
        source.grant = crate::config::Grant::Token(crate::config::Secret::File("/nowhere/at/all".into()));
        for (builds, verdict, mending) in [(true, Verdict::Bad, ""), (false, Verdict::Doubtful, "where nights run, ")] {
            let seen = asked(&source, builds).await;
            assert_eq!((seen.findings.len(), seen.verdict()), (1, verdict));
            assert!(seen.findings[0].mending.as_ref().unwrap().starts_with(mending));
        }
    }
}
