use super::*;

fn three(n: u64) -> Vec<Observation> {
    let days: Vec<Day> = (n..n + 14).map(|n| views(n, 3, 1)).collect();
    (1..=3).map(|id| observation(&format!("a/{id}"), Some(id), n, &days)).collect()
}

fn a_transaction_that_is_given_up_leaves_no_trace(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&three(0));
    let before = fresh.load();
    let mut other = fresh.again();
    let given_up = other.write(|session| {
        record::record(session, &three(1))?;
        assert_eq!(fresh.load(), before, "readers see finished calls only");
        Err::<(), _>(Fault::Stopped("on purpose".into()))
    });
    assert!(matches!(given_up, Err(Error::Stopped { .. })));
    assert_eq!(other.load().unwrap(), before);
    drop(other);
    assert_eq!(fresh.again().load().unwrap(), before);
}

fn what_is_rehearsed_is_told_and_not_done(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&three(0));
    let before = fresh.load();
    let rehearsed = fresh.history.rehearse(&three(1)).unwrap();
    assert_eq!((rehearsed.repositories, rehearsed.new_days), (0, 3));
    assert_eq!(fresh.load(), before);
    assert_eq!(fresh.record(&three(1)), rehearsed);
}

fn what_is_read_together_is_as_of_one_moment(store: Store) {
    let mut fresh = Fresh::new(store);
    fresh.record(&three(0));
    let mut other = fresh.again();
    let count = |session: Session<'_>| rows(session, "SELECT count(*) FROM day");
    let both = fresh.history.read(|session| {
        let before = count(session);
        other.record(&three(1)).unwrap();
        Ok((before, count(session)))
    });
    assert_eq!(both.unwrap(), (vec!["Integer(42)".to_owned()], vec!["Integer(42)".to_owned()]));
    assert_eq!(fresh.history.read(|session| Ok(count(session))).unwrap(), ["Integer(45)"]);
}

both!(
    what_is_read_together_is_as_of_one_moment,
    what_is_rehearsed_is_told_and_not_done,
    a_transaction_that_is_given_up_leaves_no_trace,
);
