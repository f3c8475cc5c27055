//! How dates, moments and figures are stored: as whole numbers.

use super::error::Fault;
use crate::domain::{Date, Timestamp};

/// Days since 1 January 1970.
pub(super) fn day_number(date: Date) -> i64 {
    date.to_epoch_days().into()
}

pub(super) fn date(number: i64) -> Result<Date, Fault> {
    let found = i32::try_from(number).ok().and_then(Date::from_epoch_days);
    found.ok_or_else(|| Fault::Damaged(format!("{number} is no date")))
}

/// Microseconds since 1970: finer moments are cut, so the same one is always stored alike.
pub(super) fn micros(moment: Timestamp) -> i64 {
    moment.timestamp_micros()
}

pub(super) fn moment(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_timestamp_micros(micros).ok_or_else(|| Fault::Damaged(format!("{micros} is no moment")))
}

/// A figure as SQLite can hold it.
pub(super) fn stored(value: u64, what: impl FnOnce() -> String) -> Result<i64, Fault> {
    i64::try_from(value).map_err(|_| Fault::TooLarge { what: what(), value })
}

pub(super) fn figure(stored: i64) -> Result<u64, Fault> {
    u64::try_from(stored).map_err(|_| Fault::Damaged(format!("{stored} is no figure")))
}

pub(super) fn figures(stored: Option<i64>) -> Result<Option<u64>, Fault> {
    stored.map(figure).transpose()
}
