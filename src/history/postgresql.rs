//! The history in a schema of a PostgreSQL database.

mod connect;
pub(super) mod lock;
pub(super) mod migrate;
pub(super) mod queue;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use postgres::{Client, Statement};
use secrecy::SecretString;

use super::error::{Error, Fault};
use super::moved::Moved;
use super::settings::Address;
use super::sql::{self, Session};

/// One open connection to a database.
pub struct Postgres {
    address: Address,
    wire: RefCell<Wire>,
    pub(super) moved: RefCell<Moved>,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("place", &self.address.place).finish_non_exhaustive()
    }
}

impl Postgres {
    pub(super) fn open(url: &SecretString) -> Result<Postgres, Error> {
        let address = Address::parse(url)?;
        let wire = Wire::open(&address).map_err(|fault| fault.of(&address.place))?;
        Ok(Postgres { address, wire: wire.into(), moved: RefCell::default() })
    }

    /// Whether there is a history, up to date, at this address. Only reads.
    pub(super) fn is_there(url: &SecretString) -> Result<bool, Error> {
        let address = Address::parse(url)?;
        let looked = || migrate::is_there(Wire::connect(&address)?.client()?, &address.schema);
        looked().map_err(|fault: Fault| fault.of(&address.place))
    }

    pub(super) fn place(&self) -> &str {
        &self.address.place
    }

    /// Does all of `work` or nothing of it. Writers take turns, so that what one finds is still so when it writes.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        self.transaction("BEGIN", |session| {
            self.take_turn()?;
            work(session)
        })
    }

    /// As [`Postgres::write`], and once again if the connection was lost meanwhile: for work that may be done twice.
    pub(super) fn write_again<T>(&mut self, work: impl Fn(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        match self.write(&work) {
            Err(_) if self.is_lost() => self.write(&work),
            written => written,
        }
    }

    fn is_lost(&self) -> bool {
        self.wire.borrow_mut().client().is_ok_and(|client| client.is_closed())
    }

    /// All that `work` reads is as of one moment.
    pub(super) fn read<T>(&self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", work)
    }

    /// Does `work` and takes it back.
    pub(super) fn rehearse<T>(&mut self, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let rehearsed = || {
            self.begin("BEGIN")?;
            let done = self.take_turn().and_then(|()| work(Session::Postgres(&self.wire)));
            self.say("ROLLBACK")?;
            done
        };
        rehearsed().map_err(|fault| fault.of(&self.address.place))
    }

    fn transaction<T>(&self, begin: &str, work: impl FnOnce(Session<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        let done = || {
            self.begin(begin)?;
            match work(Session::Postgres(&self.wire)) {
                Ok(done) => {
                    self.say("COMMIT")?;
                    Ok(done)
                }
                Err(fault) => {
                    // Where even that does not get through, the server takes it back by itself.
                    let _ = self.say("ROLLBACK");
                    Err(fault)
                }
            }
        };
        done().map_err(|fault: Fault| fault.of(&self.address.place))
    }

    /// Hours may pass between two calls: a connection that was lost meanwhile is made anew.
    fn begin(&self, begin: &str) -> Result<(), Fault> {
        match self.say(begin) {
            Err(_) if self.wire.borrow_mut().client()?.is_closed() => {
                let wire = Wire::open(&self.address)?;
                self.wire.replace(wire);
                self.say(begin)
            }
            said => said,
        }
    }

    fn take_turn(&self) -> Result<(), Fault> {
        let wire = &mut *self.wire.borrow_mut();
        let query = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
        wire.client()?.execute(query, &[&lock::WRITE, &self.address.schema])?;
        Ok(())
    }

    fn say(&self, command: &str) -> Result<(), Fault> {
        Ok(self.wire.borrow_mut().client()?.batch_execute(command)?)
    }
}

/// A connection, with the statements it knows.
pub(super) struct Wire {
    /// Always there until it is dropped.
    client: Option<Client>,
    statements: HashMap<String, Statement>,
}

impl Wire {
    /// Connects, and brings the schema up to date.
    fn open(address: &Address) -> Result<Wire, Fault> {
        let mut wire = Wire::connect(address)?;
        migrate::migrate(wire.client()?, &address.schema, migrate::STEPS)?;
        Ok(wire)
    }

    fn connect(address: &Address) -> Result<Wire, Fault> {
        let mut client = connect::connect(address)?;
        client.batch_execute(&format!("SET search_path TO {}", quoted(&address.schema)))?;
        Ok(Wire { client: Some(client), statements: HashMap::new() })
    }

    pub(super) fn client(&mut self) -> Result<&mut Client, Fault> {
        self.client.as_mut().ok_or_else(|| Fault::Damaged("the connection is closed".into()))
    }

    /// The query as the server knows it.
    pub(super) fn statement(&mut self, query: &str) -> Result<Statement, Fault> {
        if let Some(known) = self.statements.get(query) {
            return Ok(known.clone());
        }
        let statement = self.client()?.prepare(&sql::postgresql(query))?;
        self.statements.insert(query.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Drop for Wire {
    /// Saying goodbye blocks, which an asynchronous thread must not; so another one does.
    fn drop(&mut self) {
        self.statements.clear();
        if let Some(client) = self.client.take() {
            let closing = std::thread::Builder::new().spawn(move || drop(client));
            let _ = closing.map(std::thread::JoinHandle::join);
        }
    }
}

/// A name in a statement. Names of schemas hold no quote.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
