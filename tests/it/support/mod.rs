//! What the tests are written with: a project folder, the program, the provider, a browser without a face.

pub(crate) mod bundle;
mod client;
mod github;
mod program;
mod provider;
mod raw;
pub(crate) mod world;

pub(crate) use client::{Client, Reply};
pub(crate) use github::Github;
pub(crate) use program::{PATIENCE, Project, Ran, Running};
pub(crate) use provider::{Provider, script};
pub(crate) use raw::{Answer, Wire};
pub(crate) use world::World;

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::Runtime;

/// Runs a future to its end; the tests themselves are plain functions.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

/// Where servers inside the test process run.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// A port nobody listens on, for servers that must know their address before they start.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
