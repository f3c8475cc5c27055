//! Integration tests: real database, real sockets, real browser; third parties replaced only at the wire.

mod access;
mod browser;
#[cfg(test)]
mod faults;
mod history;
mod kill;
mod layers;
mod leak;
mod readme;
mod signin;
mod support;
