//! What becomes of repositories that are listed and not picked, and of selectors that pick none.

use std::collections::BTreeSet;

use super::*;

fn names<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> BTreeSet<String> {
    observations.into_iter().map(|seen| seen.sighting.name.to_string()).collect()
}

#[tokio::test]
async fn what_is_not_picked_is_told_as_it_is_now_and_nothing_else_of_it() {
    let stage = Stage::new().await;
    let (run, observations) = stage.collect(&["acme/*-*", "globex/hyper", "!private", "!archived", "!fork"]).await;
    let left: Vec<&Observation> = observations.iter().filter(|seen| seen.sighting.left.is_some()).collect();
    let (told, skipped) =
        (names(left.iter().copied()), |name: &str| matches!(result(&run, name), Collected::Skipped { .. }));
    for (name, because) in [
        ("acme/trap-blueprints", "a `!` selector leaves it out"),
        ("acme/bat-man-outfit", "another does"),
        ("globex/hyper", "it is named and left out"),
    ] {
        assert!(skipped(name) && told.contains(name), "{name}: {because}");
    }
    assert!(told.contains("acme/anvil"), "no selector means it, or none does any more");
    assert!(told.is_disjoint(&names(observations.iter().filter(|seen| seen.sighting.source.is_some()))));
    assert_eq!(left.len(), told.len(), "each once");
    for seen in left {
        assert_eq!((seen.sighting.source.clone(), seen.sighting.left.as_ref().unwrap().as_str()), (None, "main"));
        let sample = stage.sample.repository(&seen.sighting.name).unwrap();
        assert_eq!((seen.sighting.id, seen.sighting.traits), (Some(sample.id), Some(sample.traits)));
        assert_eq!(seen.sighting.description.as_deref(), Some(sample.description()).filter(|text| !text.is_empty()));
        assert!(seen.days.is_empty() && seen.windows.is_empty() && seen.counters.is_empty());
        assert!(seen.referrers.is_empty() && seen.paths.is_empty());
    }
}

#[tokio::test]
async fn a_renamed_repository_that_is_picked_by_its_old_name_is_not_left() {
    let stage = Stage::new().await;
    let (_, observations) = stage.collect(&["acme/roller-skates", "acme/an*"]).await;
    let renamed: Vec<&Observation> =
        observations.iter().filter(|seen| seen.sighting.name.to_string() == "acme/rocket-skates").collect();
    assert_eq!(renamed.len(), 1);
    assert!(renamed[0].sighting.left.is_none() && renamed[0].sighting.source.is_some());
}

#[tokio::test]
async fn a_selector_that_means_nothing_is_a_fault_of_the_source() {
    let stage = Stage::new().await;
    let (run, _) = stage.collect(&["acme/an*", "Acme/anvli-*", "!acme/anvil*"]).await;
    assert_eq!(run.faults.len(), 1, "one that is left out was meant: {:?}", run.faults);
    assert_eq!(run.faults[0].cause, "selector `Acme/anvli-*` means no repository that GitHub lists");
    assert!(run.faults[0].mending.contains("spelled"));
    let (run, _) = stage.collect(&["acme/anvli"]).await;
    assert_eq!((run.faults.len(), run.failures()), (0, 1), "a single one fails by its name");
}
