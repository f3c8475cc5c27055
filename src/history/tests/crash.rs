use super::*;

fn three(n: u64) -> Vec<Observation> {
    let days: Vec<Day> = (n..n + 14).map(|n| views(n, 3, 1)).collect();
    (1..=3).map(|id| observation(&format!("a/{id}"), Some(id), n, &days)).collect()
}

#[test]
fn a_transaction_that_is_given_up_leaves_no_trace() {
    let mut fresh = Fresh::new();
    fresh.record(&three(0));
    let before = fresh.load();
    let mut other = fresh.again();
    let History::Sqlite(sqlite) = &mut other;
    let transaction = sqlite.connection.transaction().unwrap();
    record::record(&transaction, &three(1)).unwrap();
    assert_eq!(fresh.load(), before, "readers see finished calls only");
    drop(transaction);
    drop(other);
    assert_eq!(fresh.again().load().unwrap(), before);
}
