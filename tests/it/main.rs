//! Integration tests: real database, real sockets, real browser; third parties replaced only at the wire.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there, in its helpers too")]

mod access;
mod browser;
mod certified;
mod commands;
mod digest;
mod faults;
mod golden;
mod history;
mod keys;
mod kill;
mod layers;
mod leak;
mod manage;
mod moving;
mod official;
mod pages;
mod postgres;
mod preview;
mod readme;
mod releases;
mod schedule;
mod scripts;
mod signin;
mod support;
mod trigger;
mod who;
mod year;
