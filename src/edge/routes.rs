//! From a request to a reply.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use http::{HeaderMap, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use warp::Filter;

use super::address::Place;
use super::listen::Peer;
use super::ops::count;
use super::pages::{Stopped, open_roles};
use super::reply::{self, Reply};
use super::signin::Params;
use super::visitor::Visitor;
use super::{Edge, now};
use crate::domain::policy::{Refusal, RoleName, Viewer};
use crate::domain::release::PagePath;
use crate::releases::{Opened, Stored};

/// The longest address read, with its query. A provider's code may take a few thousand bytes.
const LONGEST: usize = 8 * 1024;

/// What is read of a request. A body is never read: nothing here needs one.
struct Asked {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
}

/// What answers people. Every filter always matches, so nothing can be rejected into another route.
pub(super) fn service(
    edge: Arc<Edge>,
) -> impl Service<Request<Incoming>, Response = warp::reply::Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let parts = warp::method().and(warp::path::full()).and(query).and(warp::header::headers_cloned());
    let routes = parts.and(warp::ext::optional::<Peer>()).then(
        move |method, path: warp::path::FullPath, query, headers, peer: Option<Peer>| {
            let asked = Asked { method, path: path.as_str().to_owned(), query, headers };
            answer(edge.clone(), asked, peer)
        },
    );
    TowerToHyperService::new(warp::service(routes))
}

async fn answer(edge: Arc<Edge>, asked: Asked, peer: Option<Peer>) -> warp::reply::Response {
    let began = Instant::now();
    let mut reply = edge.answer(&asked, now()).await;
    reply::seal(&mut reply, edge.login.policy(), edge.base.scheme() == "https");
    let status = reply.status();
    edge.metrics.replied(status);
    let peer = peer.map(|peer| peer.0);
    // The query stays out: it can hold a code.
    tracing::debug!(?peer, method = %asked.method, path = asked.path, %status, took = ?began.elapsed(), "answered");
    reply.map(Into::into)
}

impl Edge {
    async fn answer(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        if asked.path.len() + asked.query.len() > LONGEST {
            let stopped = Stopped {
                title: "This address is too long",
                text: "No page has an address as long as this one.",
                detail: None,
                again: false,
            };
            return self.pages.stopped(StatusCode::URI_TOO_LONG, &stopped);
        }
        let place = Place::of(&asked.path);
        // A link checker's HEAD must neither use up a sign-in nor start one.
        let (allowed, named): (&[Method], _) = match place {
            Place::Logout => (&[Method::POST], "POST"),
            Place::Login | Place::Callback => (&[Method::GET], "GET"),
            _ => (&[Method::GET, Method::HEAD], "GET, HEAD"),
        };
        if !allowed.contains(&asked.method) {
            return reply::method_not_allowed(named);
        }
        match place {
            Place::Login => self.login(&asked.headers, &Params::of(&asked.query)).await,
            Place::Callback => self.callback(&asked.headers, &Params::of(&asked.query), now).await,
            Place::Logout => self.logout(&asked.headers, now).await,
            Place::SignedOut => self.pages.signed_out(),
            Place::Asset(name) => self.pages.asset(&name).unwrap_or_else(|| self.pages.not_found()),
            place => self.private(asked, place, now).await,
        }
    }

    /// Everything that needs somebody who is signed in.
    async fn private(self: &Arc<Edge>, asked: &Asked, place: Place, now: i64) -> Reply {
        let Some(opened) = self.current.get() else { return self.pages.no_release() };
        if !self.revoked.known() {
            return self.pages.not_ready();
        }
        let Some(visitor) = self.visitor(&asked.headers, opened.release(), now) else {
            return sign_in_first(asked);
        };
        if visitor.outdated {
            // The provider knows the person still: a browser comes back without having asked anything.
            return sign_in_first(asked);
        }
        let mut reply = match (&visitor.admitted, place) {
            (Err(Refusal::Expired), _) => return sign_in_first(asked),
            (admitted, Place::Me) => {
                let viewer = admitted.as_ref().ok();
                self.pages.me(&visitor.session, viewer, opened.release(), self.limits)
            }
            (Err(Refusal::NoRole), _) => {
                count(&self.metrics.refusals);
                self.pages.refused(&visitor.session)
            }
            (Ok(viewer), place) => self.open(asked, &visitor, viewer, &opened, place).await,
        };
        if visitor.session.due(self.limits, now) {
            let renewed = super::session::Session { seen: now, ..visitor.session.clone() };
            if let Some(cookie) = self.session_cookie(&renewed) {
                reply::cookie(&mut reply, &cookie);
            }
        }
        reply
    }

    async fn open(&self, asked: &Asked, visitor: &Visitor, viewer: &Viewer, opened: &Opened, place: Place) -> Reply {
        match place {
            Place::Front => {
                let mut roles = open_roles(&opened.release().policy, viewer);
                match (roles.next(), roles.next()) {
                    (Some(only), None) => front_page(&only.name),
                    _ => self.pages.chooser(&visitor.session, viewer, opened.release()),
                }
            }
            Place::Bundle(role) if viewer.may_see(&role) => front_page(&role),
            Place::Page(role, path) => self.page(asked, viewer, opened, &role, &path).await,
            _ => self.pages.not_found(),
        }
    }

    async fn page(&self, asked: &Asked, viewer: &Viewer, opened: &Opened, role: &RoleName, path: &PagePath) -> Reply {
        match opened.entry(viewer, role, path.as_str()).await {
            // The report's own page says only that a copy knows nobody.
            Ok(Some(_)) if path.as_str() == PagePath::ACCOUNT => reply::see_other("/-/me"),
            Ok(Some(stored)) => stored_page(&asked.headers, &stored).unwrap_or_else(|error| self.broken(&error)),
            Ok(None) => self.pages.not_found(),
            Err(error) => self.broken(&error),
        }
    }
}

fn front_page(role: &RoleName) -> Reply {
    reply::see_other(&format!("/{role}/index.html"))
}

/// The bytes as they were stored, or inflated for the few who take no gzip.
fn stored_page(headers: &HeaderMap, stored: &Stored) -> std::io::Result<Reply> {
    let gzip = reply::accepts_gzip(headers);
    let bytes = if gzip { stored.gzip.clone() } else { stored.identity()? };
    let mut reply = reply::body(StatusCode::OK, &stored.media_type, bytes);
    if gzip {
        reply::put(&mut reply, header::CONTENT_ENCODING, "gzip");
    }
    reply::put(&mut reply, header::VARY, "Cookie, Accept-Encoding");
    Ok(reply)
}

/// Nobody is signed in: a person is sent to sign in and comes back here, a script is told so.
fn sign_in_first(asked: &Asked) -> Reply {
    if !reply::wants_page(&asked.headers) {
        return reply::unauthorized();
    }
    let mut back = asked.path.clone();
    if !asked.query.is_empty() {
        back = format!("{back}?{}", asked.query);
    }
    let encoded: String = back.bytes().map(escaped).collect();
    // Too long to be kept through a sign-in: the front page is where it would end.
    let target = if encoded.len() > 2_048 { "/-/login".into() } else { format!("/-/login?return={encoded}") };
    reply::see_other(&target)
}

/// A byte as it may stand in the value of a parameter.
fn escaped(byte: u8) -> String {
    match byte {
        b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_survives_the_query_it_travels_in() {
        let headers = HeaderMap::from_iter([(header::ACCEPT, http::HeaderValue::from_static("text/html"))]);
        let asked = |path: &str, query: &str| Asked {
            method: Method::GET,
            path: path.into(),
            query: query.into(),
            headers: headers.clone(),
        };
        let location = |path, query| {
            let reply = sign_in_first(&asked(path, query));
            reply.headers()[header::LOCATION].to_str().unwrap().to_owned()
        };
        assert_eq!(location("/admin/index.html", ""), "/-/login?return=/admin/index.html");
        assert_eq!(location("/a/b.html", "x=1&y=%20#"), "/-/login?return=/a/b.html%3Fx%3D1%26y%3D%2520%23");
        assert_eq!(location(&"/a".repeat(2_000), ""), "/-/login");
    }
}
