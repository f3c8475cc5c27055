//! A server that answers whatever a test wants.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What it was asked, and how much at once.
pub(super) struct Stub {
    pub(super) api: String,
    pub(super) asked: Arc<Mutex<Vec<Request<Bytes>>>>,
    /// The most requests under way at one moment.
    pub(super) most: Arc<AtomicUsize>,
}

impl Stub {
    /// `answer` is given how many were asked before, and the request.
    pub(super) async fn new<A>(answer: A) -> Stub
    where
        A: Fn(usize, &Request<Bytes>) -> Response<String> + Send + Sync + 'static,
    {
        Stub::slow(std::time::Duration::ZERO, answer).await
    }

    /// Takes its time.
    pub(super) async fn slow<A>(wait: std::time::Duration, answer: A) -> Stub
    where
        A: Fn(usize, &Request<Bytes>) -> Response<String> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let stub = Stub { api, asked: Arc::default(), most: Arc::default() };
        let (asked, most, under_way) = (stub.asked.clone(), stub.most.clone(), Arc::new(AtomicUsize::new(0)));
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (asked, answer, most, under_way) = (asked.clone(), answer.clone(), most.clone(), under_way.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (asked, answer, most, under_way) =
                        (asked.clone(), answer.clone(), most.clone(), under_way.clone());
                    async move {
                        let (head, body) = request.into_parts();
                        let request = Request::from_parts(head, body.collect().await.unwrap().to_bytes());
                        most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        let before = {
                            let mut asked = asked.lock().unwrap();
                            asked.push(request.clone());
                            asked.len() - 1
                        };
                        tokio::time::sleep(wait).await;
                        under_way.fetch_sub(1, Ordering::SeqCst);
                        Ok::<_, Infallible>(answer(before, &request).map(|body| Full::new(Bytes::from(body))))
                    }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { connection.await.unwrap_or_default() });
            }
        });
        stub
    }

    /// The paths that were asked for, each with its method.
    pub(super) fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|asked| format!("{} {}", asked.method(), asked.uri())).collect()
    }

    /// A header of the request that was asked as the `n`th.
    pub(super) fn header(&self, n: usize, name: &str) -> Option<String> {
        let asked = self.asked.lock().unwrap();
        asked[n].headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    }
}

/// An answer with headers.
pub(super) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Response<String> {
    let mut reply = Response::builder().status(status);
    for (name, value) in headers {
        reply = reply.header(*name, *value);
    }
    reply.body(body.to_owned()).unwrap()
}
