//! Connections: a loop of our own around hyper, with limits on what a slow or greedy client can hold.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep};

/// What clients may hold, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections open at once. Further ones wait in the system's queue.
    connections: usize,
    /// How long a request's head may take, and how long a connection may stay open without one.
    head: Duration,
    /// How long a client may refuse to take the next bytes.
    write: Duration,
    /// How long requests under way may take once the edge is stopping.
    drain: Duration,
}

/// Enough for honest clients.
pub(super) const LIMITS: Limits = Limits {
    connections: 1024,
    head: Duration::from_secs(15),
    write: Duration::from_secs(30),
    drain: Duration::from_secs(10),
};
/// All headers of a request together: the cookies of five sign-ins and a session fit twice.
const HEADERS: usize = 32 * 1024;

/// Who is at the other end of the connection: the socket's word, never a header's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Accepts connections until `stopped` says otherwise, then lets them finish for a while.
pub(super) async fn run<S, B>(limits: Limits, listener: TcpListener, service: S, mut stopped: watch::Receiver<()>)
where
    S: Service<Request<Incoming>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let seats = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = async {
            let seat = seats.clone().acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            accepted = accepted => accepted,
            _ = stopped.changed() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        // Small replies should not wait for the acknowledgement of the ones before.
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let connection = http1(limits.head).serve_connection(
            TokioIo::new(Patient::new(stream, limits.write)),
            service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                service.call(request)
            }),
        );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

fn http1(head: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEADERS).max_headers(64).keep_alive(true);
    builder
}

/// A connection that was gone before it was accepted says nothing about the next; out of files, it is better to wait.
async fn pause(error: &io::Error) {
    let gone = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::Interrupted];
    if !gone.contains(&error.kind()) {
        tracing::error!(%error, "cannot accept a connection");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A stream whose other end must take bytes now and then: one that stops reading would hold its place for good.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, patience: Duration) -> Patient {
        Patient { stream, patience, stuck: None }
    }

    /// Starts the clock when bytes wait, stops it when some go out, fails when it has run out.
    fn judge<T>(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.stuck = None;
            return progress;
        }
        let end = Instant::now() + self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, progress)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(context, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use bytes::Bytes;
    use http_body_util::Full;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SHORT: Duration = Duration::from_millis(300);
    const LONG: Duration = Duration::from_secs(20);
    const LIMITS: Limits = Limits { connections: 2, head: SHORT, write: SHORT, drain: SHORT };

    /// What answers `/large` with more than any buffer holds, `/slow` after a while and all else at once.
    async fn start(limits: Limits) -> (std::net::SocketAddr, watch::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(());
        let service = service_fn(|request: Request<Incoming>| async move {
            let bytes = match request.uri().path() {
                "/large" => Bytes::from(vec![b'x'; 64 << 20]),
                path => {
                    let wait = path.strip_prefix("/slow/").and_then(|wait| wait.parse().ok()).unwrap_or(0);
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                    Bytes::from_static(b"done")
                }
            };
            Ok::<_, Infallible>(http::Response::new(Full::new(bytes)))
        });
        (address, stop, tokio::spawn(run(limits, listener, service, stopped)))
    }

    async fn connect(address: std::net::SocketAddr, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream
    }

    /// Everything until the other end closes, which it must.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        // Cut off, it is an error to read on: what came before counts.
        let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn get(path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n")
    }

    #[tokio::test]
    async fn slow_clients_a_silent_a_half_sent_and_an_idle_connection_are_closed() {
        let (address, _stop, _) = start(LIMITS).await;
        assert_eq!(rest(&mut connect(address, "").await).await, "");
        let half = rest(&mut connect(address, "GET / HTTP/1.1\r\nhost: a\r\n").await).await;
        assert!(!half.contains("done"), "{half}");
        let idle = rest(&mut connect(address, &get("/")).await).await;
        assert!(idle.ends_with("done"), "{idle}");
    }

    #[tokio::test]
    async fn slow_clients_a_head_that_dribbles_in_does_not_hold_its_place() {
        let (address, _stop, _) = start(LIMITS).await;
        let mut stream = connect(address, "GET / HTTP/1.1\r\n").await;
        let dribble = async {
            for n in 0.. {
                tokio::time::sleep(SHORT / 5).await;
                if stream.write_all(format!("x{n}: y\r\n").as_bytes()).await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(LONG, dribble).await.expect("a head may take for ever");
    }

    #[tokio::test]
    async fn slow_clients_one_that_takes_no_bytes_is_cut_off() {
        let (address, _stop, _) = start(LIMITS).await;
        let mut stream = connect(address, &get("/large")).await;
        tokio::time::sleep(SHORT * 4).await;
        assert!(rest(&mut stream).await.len() < 64 << 20, "all of it came, though nobody took it for long");
        // On a busy machine an honest client too may pause for longer than that.
        let (address, _stop, _) = start(Limits { write: LONG, ..LIMITS }).await;
        let mut honest = connect(address, &get("/large")).await;
        assert!(rest(&mut honest).await.len() > 64 << 20, "whoever reads gets it whole");
    }

    #[tokio::test]
    async fn many_connections_wait_for_a_place_and_then_get_it() {
        let patient = Limits { head: LONG, ..LIMITS };
        let (address, _stop, _) = start(patient).await;
        let (first, _second) = (connect(address, "").await, connect(address, "").await);
        // Both places are taken once both were accepted.
        tokio::time::sleep(SHORT).await;
        let mut third = connect(address, &get("/")).await;
        let mut byte = [0];
        assert!(tokio::time::timeout(SHORT, third.read(&mut byte)).await.is_err(), "it is served beyond the limit");
        drop(first);
        let read = tokio::time::timeout(LONG, third.read(&mut byte)).await;
        assert_eq!(read.expect("a free place is not given on").unwrap(), 1);
    }

    #[tokio::test]
    async fn whoever_is_being_answered_at_the_end_is_answered_if_it_does_not_take_long() {
        let (address, stop, ended) = start(Limits { drain: LONG / 4, ..LIMITS }).await;
        let (mut soon, _late) =
            (connect(address, &get("/slow/150")).await, connect(address, &get("/slow/60000")).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(stop);
        let answer = rest(&mut soon).await;
        assert!(answer.ends_with("done"), "{answer}");
        tokio::time::timeout(LONG, ended).await.expect("it waits for ever").unwrap();
        assert!(TcpStream::connect(address).await.is_err(), "it takes new connections after its end");
    }
}
