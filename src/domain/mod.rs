//! What Tollgate is about, as plain values: no async, no I/O, no clock, no environment.
//!
//! Everything here is decided from its arguments alone. `now` is an argument wherever time matters,
//! so each rule can be tested exhaustively and replayed exactly.

pub mod calendar;
pub mod collection;
pub mod policy;
pub mod ranking;
pub mod release;
pub mod repo;
pub mod signal;
pub mod traffic;

/// A UTC calendar date. GitHub aligns its traffic days to UTC midnight.
pub type Date = chrono::NaiveDate;

/// A moment in UTC.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
