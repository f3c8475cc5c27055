//! Several collectors share the sources.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::{Wire, lock};
use crate::domain::repo::SourceName;
use crate::history::error::{Error, Fault};
use crate::history::settings::{Address, Settings};

/// A source that another collector has finished this short a time before a round began is part of that round: they are
/// started by the same clock, and not to the second.
const ROUND: i64 = 30 * 60 * 1_000_000;

const ENTER: &str = "INSERT INTO queue (source, finished, collector) SELECT given, 0, '' FROM unnest($1::text[]) AS given ON CONFLICT DO NOTHING";
const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, \
            concat_ws(' ', coalesce(host(inet_client_addr()), 'local'), pid, (extract(epoch FROM backend_start) * 1000000)::bigint) \
     FROM pg_stat_activity WHERE pid = pg_backend_pid()";
/// What nobody has collected in this round: the one longest ago first. `$3` is this collector: its machine, its process on
/// the server and since when. One of the same machine that is gone by now was of an earlier round.
const FREE: &str = "SELECT source FROM queue WHERE source = ANY($1) AND finished < $2 \
                    AND (finished < $2 - $4::bigint OR collector = $3 OR (split_part(collector, ' ', 1) = split_part($3, ' ', 1) \
                         AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid::text = split_part(collector, ' ', 2) \
                             AND (extract(epoch FROM backend_start) * 1000000)::bigint::text = split_part(collector, ' ', 3)))) \
                    ORDER BY finished, source LIMIT 1 FOR UPDATE";
/// How often one looks whether what others are at has come free.
const PAUSE: Duration = Duration::from_secs(1);
const DONE: &str = "UPDATE queue SET collector = $2, finished = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint WHERE source = $1";

/// The sources that this process is to collect, one after another.
///
/// With SQLite these are all. In a database each goes to one of the collectors that work at the time, the one waiting
/// longest first; one whose collector dies goes to another, for as long as any is there.
pub struct Queue {
    kind: Kind,
}

enum Kind {
    Alone(VecDeque<SourceName>),
    Shared(Box<Shared>),
}

struct Shared {
    place: String,
    wire: Wire,
    sources: Vec<String>,
    /// When this round began, and where.
    began: i64,
    at: String,
    taken: Option<String>,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Queue {
    /// Begins a round over the sources. The history must have been opened before, which makes its tables.
    ///
    /// # Errors
    /// The database cannot be used.
    pub fn open(settings: &Settings, sources: &[SourceName]) -> Result<Queue, Error> {
        let url = match settings {
            Settings::Sqlite { .. } => return Ok(Queue { kind: Kind::Alone(sources.iter().cloned().collect()) }),
            Settings::Postgres { url } => url,
        };
        let address = Address::parse(url)?;
        let shared = Shared::begin(&address, sources).map_err(|fault| fault.of(&address.place))?;
        Ok(Queue { kind: Kind::Shared(Box::new(shared)) })
    }

    /// Says whether the source taken before was collected, and takes the next one; `None` when every source was finished by
    /// somebody. Until then it waits for those that others are at. One that was not collected is not taken again, and left
    /// to whoever else is at work or comes after.
    ///
    /// A queue that is dropped leaves the source it has taken to others.
    ///
    /// # Errors
    /// The connection was lost: then somebody else may have the source by now, and what was recorded stays recorded.
    pub fn take(&mut self, collected: bool) -> Result<Option<SourceName>, Error> {
        match &mut self.kind {
            Kind::Alone(left) => Ok(left.pop_front()),
            Kind::Shared(shared) => shared.next(collected).map_err(|fault| fault.of(&shared.place)),
        }
    }
}

impl Shared {
    fn begin(address: &Address, sources: &[SourceName]) -> Result<Shared, Fault> {
        let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
        let mut wire = Wire::connect(address)?;
        lock::faithful(&mut wire)?;
        let client = wire.client()?;
        client.execute(ENTER, &[&sources])?;
        let row = client.query_one(NOW, &[])?;
        let (began, at) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Shared { place: address.place.clone(), wire, sources, began, at, taken: None })
    }

    fn next(&mut self, collected: bool) -> Result<Option<SourceName>, Fault> {
        let client = self.wire.client()?;
        if let Some(done) = self.taken.take() {
            if collected {
                client.execute(DONE, &[&done, &self.at])?;
            } else {
                self.sources.retain(|source| *source != done);
            }
            client.batch_execute("COMMIT")?;
        }
        // What others are at is waited for: it comes free unfinished if they die. Whichever does so first is taken.
        loop {
            client.batch_execute("BEGIN")?;
            let found =
                client.query_opt(&format!("{FREE} SKIP LOCKED"), &[&self.sources, &self.began, &self.at, &ROUND])?;
            if let Some(row) = found {
                let source: String = row.try_get(0)?;
                let parsed = source.parse().map_err(|fault| Fault::Damaged(format!("{fault}")))?;
                self.taken = Some(source);
                return Ok(Some(parsed));
            }
            client.batch_execute("COMMIT")?;
            let left = format!("SELECT EXISTS ({})", FREE.trim_end_matches(" FOR UPDATE"));
            let left = client.query_one(&left, &[&self.sources, &self.began, &self.at, &ROUND])?;
            if !left.try_get::<_, bool>(0)? {
                return Ok(None);
            }
            std::thread::sleep(PAUSE);
        }
    }
}
