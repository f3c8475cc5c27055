//! Bringing the schema of a file forward.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Fault;

/// Each step turns the schema of its index into the next; a step that was released is never changed.
pub(super) const STEPS: &[&str] = &[
    include_str!("migrations/sqlite/0001_start.sql"),
    include_str!("migrations/sqlite/0002_beyond_days.sql"),
    include_str!("migrations/sqlite/0003_stamp.sql"),
];

/// "Toll" in ASCII: marks the file as ours.
const APPLICATION: i64 = 0x546f_6c6c;

/// Whether the file is ours or empty, and not from the future. Only reads, so that a foreign file stays as it is.
pub(super) fn inspect(connection: &Connection, steps: &[&str]) -> Result<(), Fault> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application = pragma(connection, "application_id")?;
    if application != APPLICATION && (application != 0 || tables > 0) {
        return Err(Fault::Foreign);
    }
    let (found, known) = (pragma(connection, "user_version")?, steps.len() as i64);
    if found > known { Err(Fault::Newer { found, known }) } else { Ok(()) }
}

/// Takes every step that is missing, all of them or none. Two processes may do so at once.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), Fault> {
    if pragma(connection, "user_version")? == steps.len() as i64 {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    inspect(&transaction, steps)?;
    let done = usize::try_from(pragma(&transaction, "user_version")?).unwrap_or(0);
    for step in &steps[done..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", steps.len() as i64)?;
    Ok(transaction.commit()?)
}

/// Whether steps are missing.
pub(super) fn is_due(connection: &Connection, steps: &[&str]) -> Result<bool, Fault> {
    Ok(pragma(connection, "user_version")? < steps.len() as i64)
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, Fault> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
