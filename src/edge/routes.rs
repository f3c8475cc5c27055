//! From a request to a reply.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::service::TowerToHyperService;
use warp::Filter;

use super::address::Place;
use super::audit::Kind;
use super::event;
use super::listen::Peer;
use super::ops::count;
use super::origin::origin;
use super::pages::{Stopped, open_roles};
use super::reply::{self, Reply};
use super::session::Stale;
use super::visitor::Visitor;
use super::{Edge, now};
use crate::domain::policy::{Refusal, RoleName, Viewer};
use crate::domain::release::PagePath;
use crate::releases::{Opened, Stored};

/// The longest address read, with its query. A provider's code may take a few thousand bytes.
const LONGEST: usize = 8 * 1024;
/// The longest form read: the ID token of somebody in hundreds of groups fits.
const LARGEST: usize = 32 * 1024;
/// For how long after claims were asked for they are not asked for again because the policy reads others, in seconds: one
/// edge may serve a release that another does not have yet, and a browser would be sent round and round.
const JUST_NOW: i64 = 10;
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is read of a request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    /// The form that came with a POST to one of the few places that take one.
    pub(super) form: Form,
    /// Where it came from, as far as that can be believed.
    pub(super) from: IpAddr,
    /// Names the request in the logs and to whoever sent it.
    pub(super) id: String,
}

impl Asked {
    /// The path with its query.
    pub(super) fn address(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// Whether it comes from a person with a browser rather than from a script.
    pub(super) fn wants_page(&self) -> bool {
        reply::wants_page(&self.headers)
    }
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// None was read.
    Unread,
    /// `application/x-www-form-urlencoded`.
    Read(Bytes),
    /// It is longer than any form of ours.
    TooLong,
    /// It did not arrive, or is of another type.
    Unusable,
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
    let parts = parts.and(warp::ext::optional::<Peer>()).and(warp::ext::optional::<Form>());
    let routes = parts.then(
        move |method, path: warp::path::FullPath, query, headers, peer: Option<Peer>, form: Option<Form>| {
            let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
            let from = origin(peer, &headers, &edge.proxies);
            edge.strange_proxy(peer, &headers);
            let (path, form, id) = (path.as_str().to_owned(), form.unwrap_or(Form::Unread), edge.requests.next());
            answer(edge.clone(), Asked { method, path, query, headers, form, from, id })
        },
    );
    let routes = TowerToHyperService::new(warp::service(routes));
    service_fn(move |request: Request<Incoming>| {
        let routes = routes.clone();
        async move {
            let (mut parts, body) = request.into_parts();
            // A body is read for the places that take one and for no other.
            if parts.method == Method::POST && Place::of(parts.uri.path()).takes_forms() {
                let form = read(&parts.headers, body).await;
                parts.extensions.insert(form);
            }
            routes.call(Request::from_parts(parts, Empty::<Bytes>::new())).await
        }
    })
}

async fn read(headers: &HeaderMap, body: Incoming) -> Form {
    let typed = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = typed.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::Unusable;
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, LARGEST).collect()).await {
        Ok(Ok(whole)) => Form::Read(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Form::TooLong,
        _ => Form::Unusable,
    }
}

async fn answer(edge: Arc<Edge>, asked: Asked) -> warp::reply::Response {
    let began = Instant::now();
    let mut reply = edge.answer(&asked, now()).await;
    if !asked.wants_page() {
        reply = reply::for_script(reply);
    }
    reply::seal(&mut reply, edge.providers.policy(false), edge.base.scheme() == "https");
    reply::put(&mut reply, header::HeaderName::from_static("x-request-id"), &asked.id);
    let status = reply.status();
    edge.metrics.replied(status);
    // The query stays out: it can hold a code.
    tracing::debug!(request = asked.id, from = %asked.from, method = %asked.method, path = asked.path, %status, took = ?began.elapsed(), "answered");
    super::anybody::outgoing(reply)
}

impl Edge {
    /// Decides on a request at a moment in seconds since 1970.
    pub(super) async fn answer(self: &Arc<Edge>, asked: &Asked, now: i64) -> Reply {
        if asked.path.len() + asked.query.len() > LONGEST {
            let text = "No page has an address as long as this one.";
            return self.pages.stopped(StatusCode::URI_TOO_LONG, &Stopped::plain("This address is too long", text));
        }
        let place = Place::of(&asked.path);
        let (allowed, named) = place.methods();
        if !allowed.contains(&asked.method) {
            return reply::method_not_allowed(named);
        }
        match (&asked.method, &asked.form) {
            (&Method::POST, Form::TooLong) => {
                return reply::json(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the form is too long");
            }
            // Whoever signs out is signed out, and whoever wants no more mails gets none, whatever comes along.
            (&Method::POST, Form::Unusable) if !matches!(place, Place::Logout | Place::Unsubscribe) => {
                return reply::json(StatusCode::BAD_REQUEST, "invalid_request", "this takes a form and no other body");
            }
            _ => {}
        }
        match place {
            Place::Login => self.login(asked, now).await,
            Place::Callback(_) => self.callback(asked, now).await,
            Place::Logout => self.logout(asked, now).await,
            Place::BackChannel => self.back_channel(asked, now).await,
            Place::Share => self.share(asked, now).await,
            Place::Unsubscribe => self.unsubscribe(asked).await,
            Place::Badge(path) => self.badge(asked, &path).await,
            Place::SignedOut => self.pages.signed_out(),
            Place::Asset(name) => self.pages.asset(&name).unwrap_or_else(|| self.pages.not_found()),
            place => self.private(asked, place, now).await,
        }
    }

    /// Everything that needs somebody who may see something.
    async fn private(self: &Arc<Edge>, asked: &Asked, place: Place, now: i64) -> Reply {
        let Some(opened) = self.current.get() else { return self.pages.no_release() };
        if !self.ended.known() {
            return self.pages.not_ready();
        }
        // A bearer speaks for itself, whatever cookies come along.
        if carries_bearer(&asked.headers) {
            return self.bearer(asked, &place, &opened, now).await;
        }
        let visitor = self.visitor(&asked.headers, opened.release(), now);
        let guest = self.guest(asked, &place, visitor.as_deref(), &opened, now).await;
        let Some(visitor) = visitor else { return guest.unwrap_or_else(|| sign_in_first(asked)) };
        // A button is not pressed in vain because the claims are old: what it does looks at that itself.
        if guest.is_none()
            && asked.method != Method::POST
            && let Some(reply) = self.ask_again(asked, &visitor, now).await
        {
            return reply;
        }
        let mut reply = match guest {
            Some(guest) => guest,
            None => self.signed_in(asked, &visitor, &opened, place, now).await,
        };
        let going_on = !self.ended.over(visitor.subjects(), visitor.session.signed_in);
        if visitor.session.due(self.limits, now) && going_on && !reply.headers().contains_key(header::SET_COOKIE) {
            let renewed = super::session::Session { seen: now, ..visitor.session.clone() };
            if let Some(cookie) = self.session_cookie(&renewed) {
                reply::cookie(&mut reply, &cookie);
            }
        }
        reply
    }

    /// What somebody with a session gets.
    async fn signed_in(
        self: &Arc<Edge>,
        asked: &Asked,
        visitor: &Visitor,
        opened: &Arc<Opened>,
        place: Place,
        now: i64,
    ) -> Reply {
        match (&visitor.admitted, place) {
            (Err(Refusal::Expired), _) => sign_in_first(asked),
            (_, Place::Me) => self.me(asked, visitor, opened, now).await,
            (Err(Refusal::NoRole), _) => {
                count(&self.metrics.refusals);
                self.pages.refused(&visitor.session)
            }
            (Ok(viewer), place) => self.open(asked, visitor, viewer, opened, place, now).await,
        }
    }

    /// The reply that has the provider asked again what it claims, when that is due: a browser that goes to a page is
    /// sent there and comes back without having asked anything. While the provider cannot be asked, sessions go on.
    async fn ask_again(self: &Arc<Edge>, asked: &Asked, visitor: &Visitor, now: i64) -> Option<Reply> {
        let stale = visitor.session.stale(self.limits, now);
        if !visitor.outdated && stale == Stale::No {
            return None;
        }
        let provider = self.providers.issued_by(visitor.session.text("iss")?)?;
        // A link checker's HEAD asks nobody anything.
        let page = asked.method != Method::HEAD && asked.wants_page();
        let asked_anew = visitor.session.claimed > visitor.session.signed_in;
        if visitor.outdated && asked_anew && now.saturating_sub(visitor.session.claimed) < JUST_NOW {
            return Some(self.pages.changing());
        }
        match (visitor.outdated, stale) {
            (true, _) if page => Some(self.renew(asked, &visitor.session, provider).await),
            (true, _) => Some(reply::unauthorized()),
            (false, _) if page && provider.reachable().await => {
                Some(self.renew(asked, &visitor.session, provider).await)
            }
            (false, Stale::Yes) if !page && !provider.down() => Some(reply::unauthorized()),
            _ => None,
        }
    }

    async fn open(
        &self,
        asked: &Asked,
        visitor: &Visitor,
        viewer: &Viewer,
        opened: &Arc<Opened>,
        place: Place,
        now: i64,
    ) -> Reply {
        match place {
            Place::Front => {
                let mut roles = open_roles(&opened.release().policy, viewer);
                match (roles.next(), roles.next()) {
                    (Some(only), None) => front_page(&only.name),
                    _ => self.pages.chooser(&visitor.session, viewer, opened),
                }
            }
            Place::Bundle(role) if viewer.may_see(&role) => front_page(&role),
            Place::Page(role, path) if viewer.may_see(&role) => self.page(asked, viewer, opened, &role, &path).await,
            Place::Bundle(role) | Place::Page(role, _) => {
                if opened.release().policy.role(&role).is_some() {
                    let event = event(Kind::Refusal, now).who(&visitor.session.claims).role(role.as_str());
                    self.tell_refusal(
                        asked,
                        event.sid(&visitor.session.sid).path(&asked.path).outcome("not-your-role"),
                    );
                }
                self.pages.not_found()
            }
            _ => self.pages.not_found(),
        }
    }

    /// An entry of a bundle, for whoever may open it.
    pub(super) async fn page(
        &self,
        asked: &Asked,
        viewer: &Viewer,
        opened: &Arc<Opened>,
        role: &RoleName,
        path: &PagePath,
    ) -> Reply {
        if path.as_str() == PagePath::BUNDLE {
            return self.whole(viewer, opened, role);
        }
        match opened.entry(viewer, role, path.as_str()).await {
            // The report's own page says only that a copy knows nobody.
            Ok(Some(_)) if path.as_str() == PagePath::ACCOUNT => reply::see_other("/-/me"),
            Ok(Some(stored)) => {
                let mut reply = stored_page(&asked.headers, &stored).unwrap_or_else(|error| self.broken(&error));
                if stored.media_type.starts_with("text/html") {
                    // Reports come with scripts of their own bundle. They ask for nothing and speak to nobody.
                    reply.headers_mut().insert(header::CONTENT_SECURITY_POLICY, self.providers.policy(true));
                }
                reply
            }
            Ok(None) => self.pages.not_found(),
            Err(error) => self.broken(&error),
        }
    }
}

pub(super) fn front_page(role: &RoleName) -> Reply {
    reply::see_other(&format!("/{role}/index.html"))
}

/// The bytes as they were stored, or inflated for the few who take no gzip.
pub(super) fn stored_page(headers: &HeaderMap, stored: &Stored) -> std::io::Result<Reply> {
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
pub(super) fn sign_in_first(asked: &Asked) -> Reply {
    if !reply::wants_page(&asked.headers) {
        return reply::unauthorized();
    }
    reply::see_other(&login_address(&asked.address()))
}

/// The sign-in that ends at an address.
pub(super) fn login_address(back: &str) -> String {
    let encoded = encoded(back);
    // Too long to be kept through a sign-in: the front page is where it would end.
    if encoded.len() > 2_048 { "/-/login".into() } else { format!("/-/login?return={encoded}") }
}

/// Whether an access token comes along, or something that means to be one. Other schemes are for whoever stands in front.
fn carries_bearer(headers: &HeaderMap) -> bool {
    let scheme = |value: &http::HeaderValue| {
        let bytes = value.as_bytes();
        bytes.split(|byte| *byte == b' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
    };
    headers.get_all(header::AUTHORIZATION).iter().any(scheme)
}

/// A text as the value of a parameter.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().map(escaped).collect()
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
mod tests;
