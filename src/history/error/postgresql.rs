//! What a PostgreSQL server says, in words that say how to mend it. Nothing of it holds the password.

use std::error::Error;

use postgres::error::SqlState;

pub(super) const RESTORE: &str = "restore it from a backup";
pub(super) const WRONG_SCHEMA: &str =
    "name a schema of its own with `?schema=NAME` at the end of the address, or create a database for the history";
const START: &str = "check that the server runs and is to be reached from here under this name and port";
const LOG_IN: &str =
    "check user and password in the address, and that `pg_hba.conf` of the server lets that user in from here";
const CREATE: &str = "create it with `createdb`, or correct the name of the database in the address";
const GRANT: &str = "let the user of the address work there: `GRANT CREATE ON DATABASE … TO …` for a new history, else make that user the owner of the schema and its tables";
const PRIMARY: &str = "name the primary server in the address: a standby can be read, and nothing recorded there";
const FREE_SPACE: &str = "free some space on the server's disk and run again; what was recorded before is unharmed";
const AGAIN: &str = "run again: what was recorded before is kept, and recording twice changes nothing";
const LESS: &str = "end other connections, or raise `max_connections` of the server";
const REPORT: &str = "run again; if it stays, please report it with this text";
const CERTIFICATE: &str = "name the file of the authority that signed the server's certificate with `&sslrootcert=FILE` at the end of the address; `sslmode=disable` is for networks where nobody listens";

pub(super) fn unprotected(why: &str) -> (String, &'static str) {
    (format!("cannot be reached over TLS ({why})"), CERTIFICATE)
}

pub(super) fn explain(error: &postgres::Error) -> (String, &'static str) {
    let told = whole(error);
    let (what, mending) = match error.code() {
        Some(code) => by_code(code),
        None if told.contains("TLS") => ("cannot be reached over TLS", CERTIFICATE),
        None if told.starts_with("error connecting") || told.starts_with("timeout") => ("cannot be reached", START),
        None if told.contains("password missing") => ("does not let us in", LOG_IN),
        None if error.is_closed() || told.starts_with("error communicating") => ("was lost in the middle", AGAIN),
        None => ("cannot be used", REPORT),
    };
    (format!("{what} ({told})"), mending)
}

fn by_code(code: &SqlState) -> (&'static str, &'static str) {
    match *code {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => ("does not let us in", LOG_IN),
        SqlState::INVALID_CATALOG_NAME => ("does not exist", CREATE),
        SqlState::INSUFFICIENT_PRIVILEGE => ("is closed to this user", GRANT),
        SqlState::READ_ONLY_SQL_TRANSACTION => ("cannot be written: it is read-only", PRIMARY),
        SqlState::DISK_FULL => ("cannot be written: the disk is full", FREE_SPACE),
        SqlState::TOO_MANY_CONNECTIONS => ("has no connection left", LESS),
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CONNECTION_FAILURE => {
            ("was lost in the middle", AGAIN)
        }
        SqlState::CANNOT_CONNECT_NOW => ("cannot be reached yet", START),
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => ("is damaged", RESTORE),
        _ => ("cannot be used", REPORT),
    }
}

/// Everything that is said of it, from the outside in.
fn whole(error: &postgres::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        // The client repeats what its cause says, or says only that there is one.
        if told == "db error" {
            told = text;
        } else if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        source = inner.source();
    }
    told
}
