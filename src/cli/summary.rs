//! What people read when a collection is over.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{count, progress};
use crate::domain::collection::{Collected, Run, SourceFault};

/// So many repositories are named that met the same; `--json` has all.
const NAMES: usize = 5;

/// For each source a line with figures, then what stands still, and what failed, waits or was skipped, grouped by why.
pub(super) fn text(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        // Writing to a text cannot fail.
        let _ = source(&mut text, run);
    }
    text
}

/// Repositories that met the same, by what and by how to mend it.
type Groups<'a> = BTreeMap<(&'a str, &'a str), Vec<String>>;

fn source(text: &mut String, run: &Run) -> std::fmt::Result {
    let (mut done, mut failed, mut waiting, mut skipped) = (0, Groups::new(), Groups::new(), Groups::new());
    for outcome in &run.outcomes {
        let (groups, why) = match &outcome.result {
            Collected::Done { .. } => {
                done += 1;
                continue;
            }
            Collected::Skipped { why } => (&mut skipped, (why.as_str(), "")),
            Collected::Postponed { why } => (&mut waiting, (why.as_str(), "")),
            Collected::Failed { cause, mending } => (&mut failed, (cause.as_str(), mending.as_str())),
        };
        groups.entry(why).or_default().push(outcome.repository.to_string());
    }
    let number = |groups: &Groups<'_>| groups.values().map(Vec::len).sum::<usize>();
    write!(text, "{}: {done} collected, {} skipped, {} failed", run.source, number(&skipped), number(&failed))?;
    if !waiting.is_empty() {
        write!(text, ", {} left for the next time", number(&waiting))?;
    }
    writeln!(text, ", {}", effort(run))?;
    if run.frozen {
        writeln!(text, "  GitHub's own figures stand still; the days that are missing will be asked for again")?;
    }
    if !run.doubtful.is_empty() {
        let days: Vec<String> = run.doubtful.iter().map(ToString::to_string).collect();
        writeln!(
            text,
            "  GitHub left out {} of nearly all; what is absent there is not known to be zero",
            days.join(", ")
        )?;
    }
    for SourceFault { cause, mending } in &run.faults {
        writeln!(text, "  failed: {cause}\n    hint: {mending}")?;
    }
    tell(text, "failed", &failed)?;
    tell(text, "next time", &waiting)?;
    tell(text, "skipped", &skipped)
}

/// `3731 requests in 4 min 50 s, 4.6 a repository`
fn effort(run: &Run) -> String {
    let took = (run.finished - run.started).to_std().unwrap_or_default();
    let mut text = format!("{} in {}", count(run.requests as usize, "request", "requests"), progress::duration(took));
    if let Some(each) = run.requests_each() {
        text += &format!(", {each:.1} a repository");
    }
    if run.unchanged > 0 {
        text += &format!("; {} of them found nothing changed and cost nothing", run.unchanged);
    }
    text
}

/// Those that most repositories met first.
fn tell(text: &mut String, what: &str, groups: &Groups<'_>) -> std::fmt::Result {
    let mut sorted: Vec<_> = groups.iter().collect();
    sorted.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    for ((why, mending), names) in sorted {
        let more = names.len().saturating_sub(NAMES);
        let named = names[..names.len() - more].join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(text, "  {what} {named}{more}: {why}")?;
        if !mending.is_empty() {
            writeln!(text, "    hint: {mending}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::collection::Outcome;

    fn run(outcomes: Vec<(String, Collected)>) -> Run {
        let outcome =
            |(name, result): (String, Collected)| Outcome { repository: name.parse().unwrap(), id: None, result };
        Run {
            source: "acme".parse().unwrap(),
            started: "2026-11-24T02:00:00Z".parse().unwrap(),
            finished: "2026-11-24T02:04:50Z".parse().unwrap(),
            window: None,
            frozen: false,
            doubtful: Vec::new(),
            requests: 3_731,
            unchanged: 0,
            outcomes: outcomes.into_iter().map(outcome).collect(),
            faults: Vec::new(),
        }
    }

    #[test]
    fn eight_hundred_of_the_same_are_one_line() {
        let failed = || Collected::Failed { cause: "views: no rights".to_owned(), mending: "give them".to_owned() };
        let mut outcomes: Vec<(String, Collected)> = (100..900).map(|n| (format!("acme/r{n}"), failed())).collect();
        outcomes
            .push(("acme/odd".to_owned(), Collected::Failed { cause: "gone".to_owned(), mending: "look".to_owned() }));
        outcomes.extend((0..10).map(|n| (format!("acme/d{n}"), Collected::Done { days: 14 })));
        outcomes.push(("acme/late".to_owned(), Collected::Postponed { why: "the limit is used up".to_owned() }));
        outcomes.push(("acme/old".to_owned(), Collected::Skipped { why: "it is archived".to_owned() }));
        assert_eq!(
            text(&[run(outcomes)]),
            "acme: 10 collected, 1 skipped, 801 failed, 1 left for the next time, 3731 requests in 4 min 50 s, 4.6 a repository\n\
             \x20 failed acme/r100, acme/r101, acme/r102, acme/r103, acme/r104 and 795 more: views: no rights\n\
             \x20   hint: give them\n\
             \x20 failed acme/odd: gone\n\
             \x20   hint: look\n\
             \x20 next time acme/late: the limit is used up\n\
             \x20 skipped acme/old: it is archived\n"
        );
    }

    #[test]
    fn what_github_did_itself_is_told() {
        let mut odd = run(vec![("acme/d".to_owned(), Collected::Done { days: 14 })]);
        (odd.frozen, odd.unchanged, odd.requests) = (true, 1, 2);
        odd.doubtful = vec!["2026-11-20".parse().unwrap(), "2026-11-21".parse().unwrap()];
        odd.faults =
            vec![SourceFault { cause: "owner `x` cannot be listed".to_owned(), mending: "check it".to_owned() }];
        assert_eq!(
            text(&[odd]),
            "acme: 1 collected, 0 skipped, 0 failed, 2 requests in 4 min 50 s, 2.0 a repository; \
             1 of them found nothing changed and cost nothing\n\
             \x20 GitHub's own figures stand still; the days that are missing will be asked for again\n\
             \x20 GitHub left out 2026-11-20, 2026-11-21 of nearly all; what is absent there is not known to be zero\n\
             \x20 failed: owner `x` cannot be listed\n\
             \x20   hint: check it\n"
        );
        let nothing = run(vec![]);
        assert_eq!(text(&[nothing]), "acme: 0 collected, 0 skipped, 0 failed, 3731 requests in 4 min 50 s\n");
    }
}
