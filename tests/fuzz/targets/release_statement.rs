//! Calls the function of this name, which says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate::edge::fuzzing::release_statement(data));
