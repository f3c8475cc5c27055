//! Integration tests: real database, real sockets, real browser; third parties replaced only at the wire.

mod history;
mod layers;
