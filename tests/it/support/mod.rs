//! What the tests are written with: a project folder, the program, the provider, a browser without a face.

mod authority;
pub(crate) mod bundle;
mod client;
pub(crate) mod figures;
mod github;
pub(crate) mod mail;
pub(crate) mod mount;
mod program;
mod provider;
mod raw;
mod session;
pub(crate) mod world;

pub(crate) use authority::Authority;
pub(crate) use client::{Client, Reply};
pub(crate) use github::Github;
pub(crate) use program::{PATIENCE, Project, Ran, Running};
pub(crate) use provider::{Provider, script};
pub(crate) use raw::{Answer, Wire};
pub(crate) use session::Session;
pub(crate) use world::World;

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

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

/// How long whatever ends a session may take until every edge knows.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// Looks until there is something to see.
pub(crate) fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(Duration::from_secs(15), what, look)
}

/// Looks until there is something to see, which must not take longer than this.
pub(crate) fn within<T>(time: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < time, "{what}: not after {:?}", began.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
}
