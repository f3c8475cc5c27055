//! What goes out besides pages: badges that anybody may see, and whole bundles.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use warp::Reply as _;

use super::Edge;
use super::budget::Budget;
use super::reply::{self, Reply};
use super::routes::{Asked, stored_page};
use crate::domain::policy::{RoleName, Viewer};
use crate::domain::release::PagePath;
use crate::releases::{Opened, Whole};

/// The one type of what anybody may see.
const BADGE: &str = "image/svg+xml";

/// A body that is still being made, until a connection takes it.
#[derive(Clone)]
pub(super) struct Flow(Arc<Mutex<Option<Whole>>>);

impl Edge {
    /// `/-/badge/<path>`: only what the signed release says is public. Everything else is as if it were not there.
    pub(super) async fn badge(&self, asked: &Asked, path: &PagePath) -> Reply {
        if let Some(reply) = self.draw(Budget::Badge, asked) {
            return reply;
        }
        let Some(opened) = self.current.get() else { return self.pages.not_found() };
        let Some((role, viewer)) = opened.release().admit_anybody(path) else { return self.pages.not_found() };
        match opened.entry(&viewer, &role, path.as_str()).await {
            Ok(Some(stored)) if stored.media_type == BADGE => {
                let mut reply = match stored_page(&asked.headers, &stored) {
                    Ok(reply) => reply,
                    Err(error) => return self.broken(&error),
                };
                reply::put(&mut reply, header::CACHE_CONTROL, "public, max-age=3600");
                reply::put(&mut reply, header::VARY, "Accept-Encoding");
                reply::put(&mut reply, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
                // Other sites show it: that is what it is for.
                let shared = header::HeaderName::from_static("cross-origin-resource-policy");
                reply.headers_mut().insert(shared, HeaderValue::from_static("cross-origin"));
                reply
            }
            Ok(_) => self.pages.not_found(),
            Err(error) => self.broken(&error),
        }
    }

    /// The bundle as one file, for whoever may see all of it.
    pub(super) fn whole(&self, viewer: &Viewer, opened: &Arc<Opened>, role: &RoleName) -> Reply {
        let Some(whole) = opened.whole(viewer, role) else { return self.pages.not_found() };
        let mut reply = reply::body(StatusCode::OK, "application/zip", Bytes::new());
        let name = format!("{role}-{}.zip", opened.release().created.date_naive());
        reply::put(&mut reply, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
        reply.extensions_mut().insert(Flow(Arc::new(Mutex::new(Some(whole)))));
        reply
    }
}

/// A reply as it goes out.
pub(super) fn outgoing(mut reply: Reply) -> warp::reply::Response {
    let flow = reply.extensions_mut().remove::<Flow>();
    let flow = flow.and_then(|flow| flow.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    match flow {
        Some(mut whole) => {
            let stream = futures::stream::poll_fn(move |context| whole.poll_recv(context));
            let body = warp::reply::stream(stream).into_response().into_body();
            reply.map(|_| body)
        }
        None => reply.map(Into::into),
    }
}
