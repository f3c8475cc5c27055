//! Requests as the development sign-in reads them, and replies as it makes them.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use reqwest::Url;
use rust_embed::RustEmbed;
use serde_json::Value;
use tokio::net::TcpListener;

pub(super) type Reply = Response<Bytes>;

pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Answers connections for as long as it is polled.
pub(super) async fn accept(listener: TcpListener, answer: impl Fn(Asked) -> Reply + Clone + Send + Sync + 'static) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most likely: they get fewer by themselves.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let answer = answer.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = answer.clone();
            async move { Ok::<_, Infallible>(answer(Asked::read(request).await).map(Full::new)) }
        });
        let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        // A client that goes away is no concern of the sign-in.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
    }
}

impl Asked {
    /// Reads a request; of one whose body is longer than any form here, the head alone.
    async fn read(request: Request<Incoming>) -> Asked {
        const LONGEST: usize = 16 * 1024;
        let (head, body) = request.into_parts();
        let body = Limited::new(body, LONGEST).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let (path, query) = (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
        Asked { method: head.method, path, query, headers: head.headers, body }
    }
}

/// Parameters as sent, decoded; of two with one name neither counts.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn of(text: &str) -> Params {
        let url = Url::parse(&format!("query:?{text}"));
        Params(url.map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { None } else { first }
    }
}

pub(super) fn form(asked: &Asked) -> Params {
    Params::of(std::str::from_utf8(&asked.body).unwrap_or_default())
}

/// The page, and what of style only it needs.
#[derive(RustEmbed)]
#[folder = "templates/demo/"]
struct Files;

/// The style of everything.
#[derive(RustEmbed)]
#[folder = "templates/assets/"]
struct Shared;

pub(super) fn reply(status: StatusCode, media_type: &str, body: Bytes) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    put(&mut reply, header::CONTENT_TYPE, media_type);
    put(&mut reply, header::CACHE_CONTROL, "no-store");
    put(&mut reply, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    reply
}

pub(super) fn put(reply: &mut Reply, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

pub(super) fn plain(status: StatusCode, text: &str) -> Reply {
    reply(status, "text/plain; charset=utf-8", format!("{text}\n").into())
}

pub(super) fn json_reply(status: StatusCode, value: &Value) -> Reply {
    reply(status, "application/json", value.to_string().into())
}

pub(super) fn see_other(target: &str) -> Reply {
    let mut reply = reply(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Bytes::new());
    put(&mut reply, header::LOCATION, target);
    reply
}

pub(super) fn text(name: &str) -> Option<String> {
    let file = Files::get(name).or_else(|| Shared::get(name));
    file.map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

pub(super) fn file(names: &[&str], media_type: &str) -> Reply {
    let all: String = names.iter().filter_map(|name| text(name)).collect();
    reply(StatusCode::OK, media_type, all.into())
}
