//! Bringing the schema of a database forward.

use postgres::Client;

use super::quoted;
use crate::history::error::Fault;

/// The steps of [`crate::history::migrate::STEPS`], one by one as PostgreSQL takes them.
pub(in crate::history) const STEPS: &[&str] = &[
    include_str!("../migrations/postgres/0001_start.sql"),
    include_str!("../migrations/postgres/0002_beyond_days.sql"),
    include_str!("../migrations/postgres/0003_stamp.sql"),
];

/// How far a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// There is no such schema.
    Nothing,
    /// A schema without anything in it.
    Empty,
    Ours(i64),
}

/// Takes every step that is missing, all of them or none. Several processes may do so at once.
pub(in crate::history) fn migrate(client: &mut Client, schema: &str, steps: &[&str]) -> Result<(), Fault> {
    let known = steps.len() as i64;
    // Only reads, so that a foreign schema stays as it is, and a standby may be read.
    if inspect(client, schema, known)? == Found::Ours(known) {
        return Ok(());
    }
    let mut transaction = client.transaction()?;
    transaction.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", &[&super::lock::WRITE, &schema])?;
    let found = inspect(&mut transaction, schema, known)?;
    if found == Found::Nothing {
        transaction.batch_execute(&format!("CREATE SCHEMA {}", quoted(schema)))?;
    }
    let done = match found {
        Found::Ours(version) => usize::try_from(version).unwrap_or(0),
        Found::Nothing | Found::Empty => {
            transaction
                .batch_execute("CREATE TABLE tollgate (version bigint NOT NULL); INSERT INTO tollgate VALUES (0)")?;
            0
        }
    };
    for step in steps.get(done..).unwrap_or_default() {
        transaction.batch_execute(step)?;
    }
    transaction.execute("UPDATE tollgate SET version = $1", &[&known])?;
    Ok(transaction.commit()?)
}

/// Whether there is anything of ours, which must be up to date.
pub(super) fn is_there(client: &mut Client, schema: &str) -> Result<bool, Fault> {
    let known = STEPS.len() as i64;
    match inspect(client, schema, known)? {
        Found::Nothing | Found::Empty => Ok(false),
        Found::Ours(found) if found < known => Err(Fault::Older),
        Found::Ours(_) => Ok(true),
    }
}

/// What there is in the schema. The table `tollgate` marks it as ours.
fn inspect(client: &mut impl postgres::GenericClient, schema: &str, known: i64) -> Result<Found, Fault> {
    let query = "SELECT relname = 'tollgate' FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid \
                 WHERE nspname = $1 ORDER BY 1 DESC NULLS LAST LIMIT 1";
    let Some(row) = client.query_opt(query, &[&schema])? else { return Ok(Found::Nothing) };
    match row.try_get::<_, Option<bool>>(0)? {
        None => Ok(Found::Empty),
        Some(false) => Err(Fault::Foreign),
        Some(true) => {
            let version = format!("SELECT version FROM {}.tollgate", quoted(schema));
            let found = client.query_one(&version, &[])?.try_get(0)?;
            if found > known { Err(Fault::Newer { found, known }) } else { Ok(Found::Ours(found)) }
        }
    }
}
