//! Connections: a loop of our own around hyper, with limits on what a slow or greedy client can hold.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep};

/// Connections open at once. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// How long a request's head may take, and how long a connection may stay open without one.
const HEAD: Duration = Duration::from_secs(15);
/// How long a client may refuse to take the next bytes.
const WRITE: Duration = Duration::from_secs(30);
/// How long requests under way may take once the edge is stopping.
const DRAIN: Duration = Duration::from_secs(10);
/// All headers of a request together: the cookies of five sign-ins and a session fit twice.
const HEADERS: usize = 32 * 1024;

/// Who is at the other end of the connection: the socket's word, never a header's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);
