//! What the tests are written with: a project folder, the program, the provider, a browser without a face.

pub(crate) mod bundle;
mod client;
mod github;
mod program;
mod provider;
mod raw;
pub(crate) mod world;

pub(crate) use client::Client;
pub(crate) use github::Github;
pub(crate) use program::{PATIENCE, Project, Ran, Running};
pub(crate) use provider::{Provider, script};
pub(crate) use raw::{Answer, Wire};
pub(crate) use world::World;

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};

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

/// A port nobody listens on, for servers that must know their address before they start. From below the range that
/// the system gives to outgoing connections, and never the same one twice.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 8_000).unwrap();
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000);
    ports.find(free).unwrap()
}
