//! What fuzzers call: each function takes any bytes, makes something hostile of them, and panics if the edge believes
//! what it must not.
//!
//! `tests/fuzz` has a target for each. Compiled for tests, which run every function over a few thousand inputs, and
//! where `cargo fuzz` says so (`--cfg fuzzing`); never part of the program.
//!
//! Input is mostly not taken as it is: a fuzzer that must find a signature finds nothing. It is read as a script
//! that says what is done to something good: bits turned, pieces cut, doubled and moved, parts exchanged.

#![allow(clippy::unwrap_used, reason = "to panic is how a finding is told")]

mod addresses;
mod cookies;
mod grants;
mod grounds;
mod provider;
mod query;
mod script;

use script::Script;

/// The `Cookie` headers of a request: only what was signed as a session, a sign-in under way, an opened link or a
/// sealed ID token is read as one, and only if it was sent once.
pub fn cookie(data: &[u8]) {
    cookies::hold(Script::new(data));
}

/// The secret of a share link and an access token, in a form and in a header: none opens anything but the one signed
/// for it, and none outlives its time.
pub fn share_token(data: &[u8]) {
    grants::hold(Script::new(data));
}

/// The query of a callback: a parameter that came twice is none, and every other is read as it was written.
pub fn callback_query(data: &[u8]) {
    query::hold(Script::new(data));
}

/// The path of a request, and an address to return to: each place has one spelling, and nothing that a sign-in may
/// return to leads off the site.
pub fn path(data: &[u8]) {
    addresses::hold(Script::new(data));
}

/// A logout token: what is believed has every claim right, and the provider's signature on these very claims.
pub fn logout_token(data: &[u8]) {
    provider::logout_token(Script::new(data));
}

/// An ID token: as [`logout_token`]; and what userinfo adds never vouches for an address from elsewhere.
pub fn id_token(data: &[u8]) {
    provider::id_token(Script::new(data));
}

/// The statement of a release: none is read but the very text that was signed.
pub fn release_statement(data: &[u8]) {
    grounds::release_statement(Script::new(data));
}

#[cfg(test)]
mod tests;
