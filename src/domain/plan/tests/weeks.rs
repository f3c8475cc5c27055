//! When the figures of a week can be asked for.

use super::*;

#[test]
fn the_week_before_is_asked_for_once_its_sunday_has_come_to_rest() {
    use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    for (behind, told, waits) in [
        (0, true, &[Mon][..]),
        (1, true, &[Mon, Tue]),
        (2, true, &[Mon, Tue, Wed]),
        (2, false, &[Mon, Tue, Wed, Thu, Fri]),
        (3, false, &[Mon, Tue, Wed, Thu, Fri, Sat]),
    ] {
        for offset in 0..14 {
            let today = tuesday() + Days::new(offset);
            let window = Span { first: today - Days::new(13), last: today - Days::new(behind) };
            let found = whole(window, Reach { told, ..up_to(window) }, &[], today);
            let asks = !waits.contains(&today.weekday());
            assert_eq!(found.is_some(), asks, "{today}, {behind} days behind, told: {told}");
            assert_eq!(found.is_some_and(|week| week.last), today.weekday() == Sun, "{today}");
        }
    }
}

#[test]
fn a_week_is_asked_for_only_while_it_is_whole_and_known_to_be() {
    for offset in 0..14 {
        let today = tuesday() + Days::new(offset);
        let window = Span { first: today - Days::new(13), last: today };
        let found = whole(window, up_to(window), &[], today);
        match today.weekday() {
            chrono::Weekday::Mon => assert_eq!(found, None, "{today}"),
            weekday => {
                let Whole { monday, last, trusted } = found.unwrap();
                assert_eq!(monday.weekday(), chrono::Weekday::Mon);
                assert!(trusted && window.contains(monday) && window.contains(monday + Days::new(6)), "{today}");
                assert_eq!(last, weekday == chrono::Weekday::Sun, "{today}");
            }
        }
    }
    let window = Span { first: tuesday() - Days::new(13), last: tuesday() };
    let (sunday, monday) = (tuesday() - Days::new(2), tuesday() - Days::new(8));
    let frozen = Reach { frozen: true, ..up_to(window) };
    assert_eq!(whole(window, frozen, &[], tuesday()), None, "a frozen pipeline");
    let last = tuesday() + Days::new(5);
    let short = Span { first: last - Days::new(13), last: sunday - Days::new(1) };
    assert_eq!(whole(short, up_to(short), &[], last), None, "a week that was not counted to its end");
    for (doubted, trusted) in [(monday, false), (sunday, false), (sunday + Days::new(1), true)] {
        assert_eq!(whole(window, up_to(window), &[doubted], tuesday()).unwrap().trusted, trusted, "{doubted}");
    }
}
