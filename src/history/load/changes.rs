//! Reading back what changed: figures of days at rest, and names.

use super::{Parts, cell};
use crate::domain::Date;
use crate::domain::collection::Seen;
use crate::domain::repo::RepoName;
use crate::history::error::Fault;
use crate::history::record::metric;
use crate::history::sql::{Param, Row, Session};
use crate::history::units::{date, moment};

const REVISED: &str = include_str!("../queries/load_revised.sql");

/// Reads everything of this kind into the repositories read before.
pub(super) fn load(session: Session<'_>, of: &[[Param<'_>; 1]], parts: &mut Parts) -> Result<(), Fault> {
    session.scan_each(REVISED, of, |row| parts.seen(row))
}

impl Parts {
    fn seen(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let seen = Seen {
            date: date(row.integer(1)?)?,
            metric: metric(row.integer(2)?)?,
            cell: cell(row, 3)?.unwrap_or_default(),
            first: moment(row.integer(5)?)?,
            last: moment(row.integer(6)?)?,
        };
        self.part(row)?.seen.push(seen);
        Ok(())
    }
}

/// The names with the last day each was met; 0 stands for one that only files have told.
pub(super) fn renamed(names: &[RepoName], met: &[i64]) -> Result<Vec<(RepoName, Date)>, Fault> {
    let known = names.iter().zip(met).filter(|(_, met)| **met > 0);
    known.map(|(name, met)| Ok((name.clone(), moment(*met)?.date_naive()))).collect()
}
