//! A sample GitHub on loopback.
