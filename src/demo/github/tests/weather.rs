//! What the pipeline makes of the truth.

use super::*;

fn day(sample: &Sample, name: &str, ago: u64) -> (Day, Day) {
    let repository = repository(sample, name);
    let date = today() - Days::new(ago);
    (sample.truth(repository, date), sample.shown(repository, date, today()))
}

#[test]
fn fair_weather_shows_fourteen_days_and_a_part_of_today() {
    let sample = Sample::new(today());
    let anvil = repository(&sample, "acme/anvil");
    let shown = sample.answered(anvil);
    assert_eq!((shown.len(), shown[0].date, shown[13].date), (14, today() - Days::new(13), today()));
    assert!(shown[..13].iter().all(|day| *day == sample.truth(anvil, day.date)));
    assert!(shown[13].views.unwrap().count < sample.truth(anvil, today()).views.unwrap().count);
    assert_eq!(day(&sample, "acme/anvil", 14).1.views, None);
}

#[test]
fn the_end_of_the_window_drifts() {
    let sample = Sample::new(today());
    for behind in [0, 1, 2] {
        sample.shift(behind);
        let shown = sample.answered(repository(&sample, "acme/anvil"));
        assert_eq!((shown.len(), shown[13].date), (14, today() - Days::new(behind)));
    }
    sample.set_weather(Weather { drift: Drift::Mixed, ..Weather::default() });
    let ends: std::collections::BTreeSet<Date> =
        sample.repositories().iter().map(|repository| sample.window(repository, today()).last).collect();
    assert_eq!(ends.len(), 3);
}

#[test]
fn the_oldest_day_is_truncated_where_the_window_begins() {
    let sample = Sample::new(today());
    sample.set_weather(Weather { oldest_truncated: true, drift: Drift::Behind(1), ..Weather::default() });
    let (truth, shown) = day(&sample, "acme/anvil", 14);
    assert_eq!(shown.views.unwrap().count, truth.views.unwrap().count / 4);
    let (truth, shown) = day(&sample, "acme/anvil", 13);
    assert_eq!(shown, truth);
}

#[test]
fn revised_days_are_restored_on_the_day_that_was_said() {
    let sample = Sample::new(today());
    let date = today() - Days::new(5);
    let mut weather = Weather::default();
    weather.drop_day(date, 0.22, today() + Days::new(2));
    weather.zero_day(date - Days::new(1), today() + Days::new(1));
    weather.leave_out_day(date - Days::new(2), today() + Days::new(1));
    let anvil = repository(&sample, "acme/anvil");
    weather.revisions.push(Revision {
        date: date - Days::new(3),
        shown: Shown::Nothing,
        from: today(),
        until: today() + Days::new(1),
        only: Some(anvil.id),
    });
    sample.set_weather(weather);
    let (truth, shown) = day(&sample, "acme/anvil", 5);
    assert_eq!(shown.views.unwrap().count, (truth.views.unwrap().count as f64 * 0.22) as u64);
    assert_eq!(day(&sample, "acme/anvil", 6).1.views, Some(Cell::default()));
    assert_eq!(day(&sample, "acme/anvil", 7).1.views, None);
    assert_eq!(day(&sample, "acme/anvil", 8).1.views, None);
    let (truth, shown) = day(&sample, "globex/lantern", 8);
    assert_eq!(shown, truth, "the others show the truth");
    let at = |later: u64| sample.shown(anvil, date, today() + Days::new(later));
    assert_ne!(at(1), sample.truth(anvil, date));
    assert_eq!(at(2), sample.truth(anvil, date));
}

#[test]
fn zeros_are_shown_to_those_who_get_them() {
    let sample = Sample::new(today());
    let zero = |name: &str, ago: u64| day(&sample, name, ago).1.views == Some(Cell::default());
    assert!(!zero("globex/nap-room", 5));
    sample.set_weather(Weather { zeros: Zeros::Everybody, ..Weather::default() });
    assert!(zero("globex/nap-room", 5) && !zero("acme/anvil", 5));
    sample.set_weather(Weather { zeros: Zeros::Private, ..Weather::default() });
    assert!(!zero("globex/nap-room", 5));
    let mut sample = Sample::new(today());
    let nap = repository(&sample, "globex/nap-room").id;
    sample.make_private(nap, today() - Days::new(30)).unwrap();
    let frozen = Some(today() - Days::new(4));
    sample.set_weather(Weather { zeros: Zeros::Private, frozen, ..Weather::default() });
    assert_eq!(
        day(&sample, "globex/nap-room", 2).1.views,
        Some(Cell::default()),
        "idle and private: zeros all the same"
    );
    assert_eq!(day(&sample, "acme/anvil", 2).1.views, None, "public and busy: left out");
    assert_eq!(day(&sample, "acme/payroll", 2).1.views, None, "private and busy: left out");
}

#[tokio::test]
async fn the_wire_shows_what_is_said_to_be_shown() {
    let (sample, base) = stage().await;
    let mut weather = Weather { drift: Drift::Mixed, oldest_truncated: true, ..Weather::default() };
    weather.drop_day(today() - Days::new(3), 0.5, today() + Days::new(1));
    weather.zero_day(today() - Days::new(6), today() + Days::new(1));
    sample.set_weather(weather);
    for name in ["acme/anvil", "globex/lantern", "acme/instant-girl", "globex/nap-room"] {
        let answered = sample.answered(repository(&sample, name));
        let (_, _, body) = get(&base, &format!("/repos/{name}/traffic/views"), Some(Sample::TOKEN)).await;
        let expected: Vec<_> = answered.iter().filter_map(|day| Some((day.date, day.views?))).collect();
        let rows = body["views"].as_array().unwrap().iter().map(|row| {
            let date: Date = row["timestamp"].as_str().unwrap()[..10].parse().unwrap();
            let number = |key: &str| row[key].as_u64().unwrap();
            (date, Cell { count: number("count"), uniques: number("uniques") })
        });
        assert_eq!(rows.collect::<Vec<_>>(), expected, "{name}");
        assert_eq!(body["count"].as_u64().unwrap(), expected.iter().map(|(_, cell)| cell.count).sum::<u64>());
    }
}
