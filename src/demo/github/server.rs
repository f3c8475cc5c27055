//! The sample over HTTP.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Collected, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use super::faults::Fault;
use super::routes::{self, Answer};
use super::{Request, Sample};

type Body = BoxBody<Bytes, io::Error>;

/// A question in GraphQL about a hundred repositories is a few kilobytes.
const LARGEST_BODY: usize = 1 << 20;

/// Serves the sample until `shutdown` completes. The caller binds the listener, to loopback only.
pub async fn serve(listener: TcpListener, sample: Arc<Sample>, shutdown: impl Future<Output = ()> + Send) {
    let connections = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => converse(stream, sample.clone(), &connections),
                // Too many open files, most likely: they get fewer by themselves.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = &mut shutdown => break,
        }
    }
    // A request that is left hanging on purpose would hold the end up for ever.
    let _ = tokio::time::timeout(Duration::from_secs(1), connections.shutdown()).await;
}

fn converse(stream: TcpStream, sample: Arc<Sample>, connections: &GracefulShutdown) {
    let service = service_fn(move |request| reply(sample.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    // A client that goes away is no concern of the sample.
    tokio::spawn(async move { connection.await.unwrap_or_default() });
}

async fn reply(sample: Arc<Sample>, request: http::Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let _turn = sample.enter();
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    // Whoever sends more, or goes away while sending, is answered as if nothing had been sent.
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_or_else(|_| Bytes::new(), Collected::to_bytes);
    let request = Request { method: head.method, path, headers: head.headers, body };
    let fault = sample.receive(request.clone());
    tokio::time::sleep(sample.latency()).await;
    let answer = routes::answer(&sample, &request);
    Ok(match fault {
        None => whole(answer),
        Some(fault) => spoil(answer, fault).await,
    })
}

/// The answer as a fault leaves it.
async fn spoil(mut answer: Answer, fault: Fault) -> Response<Body> {
    match fault {
        Fault::Status(status, headers, body) => {
            answer = Answer { status, headers: HeaderMap::new(), body };
            for (name, value) in headers {
                answer.put(http::HeaderName::from_static(name), &value);
            }
            // Nothing may follow it, and a client takes whatever does for the next answer.
            if status == StatusCode::NOT_MODIFIED {
                answer.body.clear();
            }
        }
        Fault::Body(body) => answer.body = body,
        Fault::Truncate => answer.body = half(&answer.body).to_owned(),
        Fault::Cut => {
            let part = Frame::data(Bytes::from(half(&answer.body).to_owned()));
            let lost = io::Error::from(io::ErrorKind::ConnectionReset);
            let body = StreamBody::new(futures::stream::iter([Ok(part), Err(lost)]));
            return Response::new(BodyExt::boxed(body));
        }
        Fault::Hang => std::future::pending().await,
        Fault::Late(by) => tokio::time::sleep(by).await,
        Fault::Redirect(to) => {
            answer.status = StatusCode::MOVED_PERMANENTLY;
            answer.put(header::LOCATION, &to);
        }
        Fault::NextPage(to) => answer.put(header::LINK, &format!("<{to}>; rel=\"next\"")),
    }
    whole(answer)
}

fn whole(answer: Answer) -> Response<Body> {
    let body = Full::new(Bytes::from(answer.body)).map_err(|never| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    if answer.status != StatusCode::NOT_MODIFIED {
        response.headers_mut().entry(header::CONTENT_TYPE).or_insert(json);
    }
    response
}

/// The first half, cut between characters.
fn half(text: &str) -> &str {
    let at = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..at]
}
