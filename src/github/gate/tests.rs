use super::*;
use crate::domain::Timestamp;

fn crowd(size: usize) -> Crowd {
    Crowd { size, owed: 0, wins: 0, round: 0 }
}

fn state(patience: u64, now: Instant) -> State {
    State {
        open: now,
        due: now,
        patience: Duration::from_secs(patience),
        shut: None,
        unanswered: 0,
        budget: None,
        crowd: crowd(8),
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn said(remaining: u64, reset: &str) -> Budget {
    let reset: Timestamp = reset.parse().unwrap();
    Budget { limit: 5_000, remaining, reset }
}

const RESET: &str = "2026-11-24T03:00:00Z";
const NEXT: &str = "2026-11-24T04:00:00Z";

#[test]
fn after_the_burst_requests_keep_their_distance() {
    let pace = Pace { burst: 3, interval: seconds(1), ..Pace::default() };
    let now = Instant::now();
    let mut gate = state(0, now);
    let turns: Vec<u64> = (0..6).map(|_| (gate.turn(&pace, 1, now) - now).as_secs()).collect();
    assert_eq!(turns, [0, 0, 0, 1, 2, 3]);
    let later = now + seconds(60);
    let turns: Vec<u64> = (0..4).map(|_| (gate.turn(&pace, 1, later) - later).as_secs()).collect();
    assert_eq!(turns, [0, 0, 0, 1], "a rest fills the burst again, and no more than that");
}

#[test]
fn what_costs_five_points_keeps_the_next_one_waiting_as_long_as_five() {
    let pace = Pace { burst: 1, interval: seconds(1), ..Pace::default() };
    let now = Instant::now();
    let mut gate = state(0, now);
    let turns: Vec<u64> = [1, 5, 1].map(|points| (gate.turn(&pace, points, now) - now).as_secs()).to_vec();
    assert_eq!(turns, [0, 1, 6]);
}

#[test]
fn one_limit_met_by_many_workers_costs_patience_once() {
    let now = Instant::now();
    let mut gate = state(100, now);
    for _ in 0..8 {
        assert_eq!(gate.hold(seconds(60), now), Ok(()));
    }
    assert_eq!(gate.patience, seconds(40));
    let later = now + seconds(70);
    assert_eq!(gate.hold(seconds(41), later), Err(Shut::Patience));
    assert_eq!(gate.shut, Some(Shut::Patience));
}

#[test]
fn a_wait_beyond_all_clocks_is_past_any_patience() {
    let now = Instant::now();
    for wait in [Duration::MAX, seconds(u64::MAX), seconds(9_999_999_999_999_999_999)] {
        let mut gate = state(100, now);
        assert_eq!(gate.hold(wait, now), Err(Shut::Patience), "{wait:?}");
        assert_eq!(gate.patience, seconds(100), "nothing of it was spent");
    }
}

#[test]
fn a_used_up_limit_is_sat_out_once_and_then_forgotten() {
    let now = Instant::now();
    let mut gate = state(70 * 60, now);
    gate.learn(said(2, RESET), seconds(3_600), now);
    assert_eq!([gate.admit(Cost::READ, now), gate.admit(Cost::READ, now)], [Ok(None), Ok(None)]);
    let reset = now + seconds(3_600);
    for _ in 0..8 {
        assert_eq!(gate.admit(Cost::READ, now), Ok(Some(reset)));
    }
    assert_eq!(gate.patience, seconds(600), "all of them wait for the same reset");
    assert_eq!(gate.admit(Cost::READ, reset), Ok(None), "nothing is known of the new hour yet");
    gate.learn(said(0, NEXT), seconds(3_600), reset);
    assert_eq!(gate.admit(Cost::READ, reset), Err(Shut::Patience), "a second hour is past the patience");
}

#[test]
fn what_the_limit_does_not_count_passes_though_it_is_used_up() {
    let now = Instant::now();
    let mut gate = state(0, now);
    gate.learn(said(0, RESET), seconds(60), now);
    assert_eq!(gate.admit(Cost::APART, now), Ok(None));
    assert_eq!(gate.admit(Cost::READ, now), Err(Shut::Patience));
}

#[test]
fn of_answers_that_overtake_each_other_the_lowest_of_the_newest_hour_counts() {
    let now = Instant::now();
    let mut gate = state(0, now);
    let left = |gate: &State| gate.budget.map(|(budget, _)| budget.remaining);
    for (answer, expected) in [
        (said(100, RESET), 100),
        (said(98, RESET), 98),
        (said(99, RESET), 98),
        (said(97, "2026-11-24T03:00:01Z"), 97),
        (said(4_999, NEXT), 4_999),
        (said(96, RESET), 4_999),
    ] {
        gate.learn(answer, seconds(3_600), now);
        assert_eq!(left(&gate), Some(expected), "after {answer:?}");
    }
    gate.learn(said(7, RESET), seconds(60), now + seconds(3_601));
    assert_eq!(left(&gate), Some(7), "what is over says nothing any more");
}

#[test]
fn the_crowd_grows_by_one_a_round_and_halves_once_for_one_blow() {
    let mut crowd = crowd(8);
    let grown = (0..8).filter(|_| crowd.land(Landing::Quick, 0, true)).count();
    assert_eq!((grown, crowd.size), (1, 9), "one more after as many as there were");
    for _ in 0..9 {
        crowd.land(Landing::Struck, 0, true);
    }
    assert_eq!((crowd.size, crowd.owed, crowd.round), (4, 5, 1), "they were all sent before it was halved");
    assert!(
        (0..4).all(|_| !crowd.land(Landing::Quick, 1, true)),
        "a seat that is owed is left instead of a new one made"
    );
    assert_eq!((crowd.size, crowd.owed), (5, 4));
    for round in 1..9 {
        crowd.land(Landing::Struck, round, true);
    }
    assert_eq!(crowd.size, 1, "one is always let through");
}

#[test]
fn the_crowd_grows_only_while_every_seat_is_taken_and_never_beyond_its_bound() {
    let mut crowd = crowd(8);
    assert!((0..100).all(|_| !crowd.land(Landing::Quick, 0, false)));
    assert!((0..100).all(|_| !crowd.land(Landing::Slow, 0, true)));
    for _ in 0..100_000 {
        crowd.land(Landing::Quick, 0, true);
    }
    assert_eq!(crowd.size, MOST_AT_ONCE);
    const { assert!(MOST_AT_ONCE < 100, "GitHub's limit") };
}

#[tokio::test]
async fn no_more_pass_than_there_are_seats_and_a_halved_crowd_shrinks() {
    let gate = Gate::new(Pace::default(), 4);
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(gate.pass(Cost::READ).await.unwrap());
    }
    assert!(futures::FutureExt::now_or_never(gate.pass(Cost::READ)).is_none(), "a fifth waits");
    held.remove(0).land(Landing::Struck);
    held.remove(0).land(Landing::Struck);
    assert!(futures::FutureExt::now_or_never(gate.pass(Cost::READ)).is_none(), "two are under way, and two may be");
    held.remove(0).land(Landing::Slow);
    assert!(futures::FutureExt::now_or_never(gate.pass(Cost::READ)).is_some());
}

#[tokio::test]
async fn seats_that_are_free_when_the_crowd_is_halved_go_at_once() {
    let gate = Gate::new(Pace::default(), 16);
    gate.pass(Cost::READ).await.unwrap().land(Landing::Struck);
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(gate.pass(Cost::READ).await.unwrap());
    }
    assert!(futures::FutureExt::now_or_never(gate.pass(Cost::READ)).is_none(), "a ninth waits");
}

#[tokio::test]
async fn a_hold_stops_everyone_and_a_shut_gate_stays_shut() {
    let gate = Gate::new(Pace { patience: seconds(1), ..Pace::default() }, 8);
    let began = Instant::now();
    gate.hold(Duration::from_millis(60)).unwrap();
    let (a, b) = tokio::join!(gate.pass(Cost::READ), gate.pass(Cost::READ));
    assert!(a.is_ok() && b.is_ok() && began.elapsed() >= Duration::from_millis(60));
    gate.shut(Shut::Token);
    gate.shut(Shut::Patience);
    let refused = gate.pass(Cost::READ).await.map(|_| ());
    assert_eq!(refused, Err(Shut::Token), "the first reason is the one that counts");
}
