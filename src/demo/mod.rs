//! A sample GitHub and a development sign-in, both bound to loopback only.

pub mod github;
pub mod signin;
