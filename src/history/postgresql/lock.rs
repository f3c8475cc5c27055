//! Who works on a history in a database: a lock that the server lets go of however the process ends.

use secrecy::SecretString;

use super::Wire;
use crate::history::error::{Error, Fault};
use crate::history::settings::Address;

/// "Toll" in ASCII: marks the locks as ours. With the schema they tell whose turn it is to write.
pub(super) const WRITE: i32 = 0x546f_6c6c;
/// Who works on the history at all.
const WORK: i32 = WRITE + 1;
/// Who makes a release of it.
const PUBLISH: i32 = WRITE + 2;

/// What a lock is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Collecting, which several do at once: they share the sources.
    Collect,
    /// Anything that wants the history for itself.
    Alone,
    /// Making a release, which one does at a time.
    Publish,
    /// As [`Purpose::Publish`], waiting until it is one's turn.
    PublishInTurn,
}

/// A lock on a history in a database, held as long as it lives.
pub struct Lock {
    _wire: Box<Wire>,
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lock")
    }
}

impl Lock {
    /// Takes the lock for `holder`, whose name others are told; or gives a sentence of who holds it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub fn take(url: &SecretString, purpose: Purpose, holder: &str) -> Result<Result<Lock, String>, Error> {
        let mut address = Address::parse(url)?;
        address.config.application_name(holder);
        let taken = || {
            let mut wire = Wire::connect(&address)?;
            faithful(&mut wire)?;
            let (function, number) = match purpose {
                Purpose::Collect => ("pg_try_advisory_lock_shared", WORK),
                Purpose::Alone => ("pg_try_advisory_lock", WORK),
                Purpose::Publish => ("pg_try_advisory_lock", PUBLISH),
                Purpose::PublishInTurn => ("pg_advisory_lock", PUBLISH),
            };
            let query = format!("SELECT coalesce({function}($1, hashtext($2))::text, '')");
            let got: String = wire.client()?.query_one(&query, &[&number, &address.schema])?.try_get(0)?;
            if got != "false" {
                return Ok(Ok(Lock { _wire: Box::new(wire) }));
            }
            holder_of(&mut wire, number, &address.schema).map(Err)
        };
        taken().map_err(|fault: Fault| fault.of(&address.place))
    }
}

/// A connection that is silent for hours while its process works, and gone within a minute of its machine.
pub(super) fn faithful(wire: &mut Wire) -> Result<(), Fault> {
    let settings = "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = 0; \
                    SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; \
                    SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'";
    Ok(wire.client()?.batch_execute(settings)?)
}

fn holder_of(wire: &mut Wire, number: i32, schema: &str) -> Result<String, Fault> {
    let query = "SELECT application_name, coalesce(host(client_addr), 'this machine'), \
                        to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') \
                 FROM pg_locks JOIN pg_stat_activity USING (pid) \
                 WHERE locktype = 'advisory' AND granted AND objsubid = 2 \
                   AND classid::bigint = $1 AND objid::bigint = hashtext($2)::bigint & 4294967295 LIMIT 1";
    let Some(row) = wire.client()?.query_opt(query, &[&i64::from(number), &schema])? else {
        return Ok("another process".to_owned());
    };
    let (name, from, since): (Option<String>, String, Option<String>) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let (name, since) = (name.unwrap_or_default(), since.unwrap_or_default());
    Ok(format!("`{name}` from {from}, since {since} UTC"))
}
