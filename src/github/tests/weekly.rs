//! GitHub's own weekly figures.

use std::collections::BTreeMap;

use chrono::Days;
use http::StatusCode;

use super::*;
use crate::demo::github::Fault;
use crate::domain::collection::Known;
use crate::domain::traffic::Cell;
use crate::domain::uniques::WeekTotal;

/// The last night on which the week of `monday()` is whole in the window.
fn sunday() -> Date {
    today() + Days::new(5)
}

fn monday() -> Date {
    today() - Days::new(8)
}

async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.sample.set_today(sunday());
    stage
}

fn weeks(observations: &[Observation]) -> BTreeMap<String, Vec<WeekTotal>> {
    observations.iter().map(|seen| (seen.sighting.name.to_string(), seen.weeks.clone())).collect()
}

#[tokio::test]
async fn every_repository_has_its_week_by_sunday_and_its_people_are_not_added_up() {
    let stage = stage().await;
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!(run.failures(), 0);
    for seen in &observations {
        let [week] = seen.weeks[..] else { panic!("{}: {:?}", seen.sighting.name, seen.weeks) };
        assert_eq!(week.monday, monday());
        let inside = seen.days.iter().filter(|day| (monday()..=monday() + Days::new(6)).contains(&day.date));
        let views: Vec<Cell> = inside.filter_map(|day| day.views).collect();
        let counted = week.views.unwrap();
        assert_eq!(counted.count, views.iter().map(|cell| cell.count).sum::<u64>(), "{}", seen.sighting.name);
        let sum = views.iter().map(|cell| cell.uniques).sum::<u64>();
        assert!(counted.uniques <= sum && (sum < 20 || counted.uniques < sum));
    }
}

#[tokio::test]
async fn an_idle_repository_has_a_week_of_zeros_for_free() {
    let stage = stage().await;
    for what in ["views", "clones"] {
        let empty = format!(r#"{{"count":0,"uniques":0,"{what}":[]}}"#);
        stage.sample.break_path(&format!("/payroll/traffic/{what}"), Fault::Body(empty), usize::MAX);
    }
    let (_, observations) = stage.collect(&["acme/*"]).await;
    let zero = Some(Cell::default());
    assert_eq!(weeks(&observations)["acme/payroll"], [WeekTotal { monday: monday(), views: zero, clones: zero }]);
    assert_eq!(stage.asked("/payroll/traffic/views?per=week") + stage.asked("/payroll/traffic/clones?per=week"), 0);
}

#[tokio::test]
async fn a_week_that_is_left_out_is_a_zero_only_where_no_day_of_it_says_otherwise() {
    let row = |date: Date| format!(r#"{{"timestamp":"{date}T00:00:00Z","count":4,"uniques":2}}"#);
    for (busy, expected) in [(monday() - Days::new(1), Some(Cell::default())), (monday(), None)] {
        let stage = stage().await;
        let days = format!(r#"{{"count":4,"uniques":2,"clones":[{}]}}"#, row(busy));
        stage.sample.break_path("/anvil/traffic/clones?per=day", Fault::Body(days), 1);
        let weeks = format!(r#"{{"count":4,"uniques":2,"clones":[{}]}}"#, row(monday() - Days::new(7)));
        stage.sample.break_path("/anvil/traffic/clones?per=week", Fault::Body(weeks), 1);
        let (run, observations) = stage.collect(&["acme/*"]).await;
        assert_eq!(run.failures(), 0);
        let [week] = of(&observations, "acme/anvil").weeks[..] else { panic!() };
        assert!(week.views.is_some_and(|views| views.count > 0));
        assert_eq!(week.clones, expected, "with clones on {busy}");
    }
}

#[tokio::test]
async fn a_week_of_less_than_its_days_is_not_recorded() {
    let stage = stage().await;
    let row = format!(r#"{{"timestamp":"{}T00:00:00Z","count":1,"uniques":1}}"#, monday());
    for what in ["views", "clones"] {
        let weeks = format!(r#"{{"count":1,"uniques":1,"{what}":[{row}]}}"#);
        stage.sample.break_path(&format!("/anvil/traffic/{what}?per=week"), Fault::Body(weeks), 1);
    }
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!(run.failures(), 0);
    assert!(of(&observations, "acme/anvil").weeks.is_empty());
}

#[tokio::test]
async fn a_frozen_pipeline_has_no_weeks_and_claims_no_zeros() {
    let stage = stage().await;
    stage.sample.freeze(Some(monday() + Days::new(3)));
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert!(run.frozen);
    assert!(observations.iter().all(|seen| seen.weeks.is_empty()));
    assert_eq!(stage.asked("per=week"), 0);
}

#[tokio::test]
async fn a_week_that_is_known_is_not_asked_for_again_and_one_that_was_missed_is_caught_up() {
    let stage = stage().await;
    let newest = |week: Option<Date>| {
        let known = Known { week, ..Known::default() };
        Memory::from([(stage.id("acme/anvil"), known.clone()), (stage.id("acme/docs"), known)])
    };
    let settings = stage.settings(&["acme/anvil", "acme/docs"]);
    for (week, asked) in [(Some(monday()), 0), (Some(monday() - Days::new(7)), 4), (None, 4)] {
        let before = stage.asked("per=week");
        stage.collect_knowing(&settings, &newest(week)).await.0.unwrap();
        assert_eq!(stage.asked("per=week") - before, asked, "{week:?}");
    }
}

#[tokio::test]
async fn a_week_that_cannot_be_read_is_told_once_and_the_days_are_as_good_as_ever() {
    let stage = stage().await;
    let fault = Fault::Status(StatusCode::BAD_GATEWAY, Vec::new(), String::new());
    stage.sample.break_path("/anvil/traffic/clones?per=week", fault.clone(), usize::MAX);
    for name in ["anvil", "docs"] {
        stage.sample.break_path(&format!("/{name}/traffic/popular/paths"), fault.clone(), usize::MAX);
    }
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert_eq!(*result(&run, "acme/anvil"), Collected::Done { days: 14 }, "its window is claimed");
    let told: Vec<&str> = run.faults.iter().map(|fault| fault.cause.as_str()).collect();
    let why = "GitHub failed (502 Bad Gateway), however often it was asked";
    let expected = [
        format!("clones by week of `acme/anvil` cannot be read: {why}"),
        format!("popular/paths of 2 repositories, such as `acme/anvil`, cannot be read: {why}"),
    ];
    assert!(told == expected || told[1].contains("such as `acme/docs`"), "{told:?}");
    let anvil = of(&observations, "acme/anvil");
    assert_eq!((anvil.days.len(), anvil.weeks.len(), anvil.weeks[0].clones), (14, 1, None));
    assert!(!anvil.referrers.is_empty(), "asked for all the same");
}

#[tokio::test]
async fn a_week_that_is_not_whole_is_asked_for_again_the_next_night() {
    let stage = stage().await;
    let saturday = sunday() - Days::new(1);
    stage.sample.set_today(saturday);
    let odd =
        format!(r#"{{"count":4,"uniques":2,"clones":[{{"timestamp":"{saturday}T00:00:00Z","count":4,"uniques":2}}]}}"#);
    stage.sample.break_path("/anvil/traffic/clones?per=week", Fault::Body(odd), 1);
    let (run, observations) = stage.collect(&["acme/*"]).await;
    assert!(run.faults[0].cause.starts_with("clones by week of `acme/anvil` cannot be read: "), "{:?}", run.faults);
    assert!(of(&observations, "acme/anvil").weeks.is_empty(), "half of it would be taken for known");
    assert_eq!(of(&observations, "acme/docs").weeks.len(), 1, "Saturday is nobody's first night");
}
