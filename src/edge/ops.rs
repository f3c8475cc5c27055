//! The operations listener: is it alive, is it ready, what has it done. Not for the public.

use std::convert::Infallible;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::Service;

use super::listen::Peer;
use super::reply::Reply;
use super::routes::{Asked, Form};
use super::{Edge, now};

/// Counters since the start.
pub(super) struct Metrics {
    /// Replies, by status from 100 to 599.
    replies: Box<[AtomicU64]>,
    /// Sign-ins that made a session.
    pub(super) sign_ins: AtomicU64,
    /// Sign-ins that were refused or failed.
    pub(super) failed: AtomicU64,
    /// Sessions ended by signing out.
    pub(super) sign_outs: AtomicU64,
    /// People who signed in and may see nothing, at each request.
    pub(super) refusals: AtomicU64,
    /// Requests that came too often.
    pub(super) too_often: AtomicU64,
    /// Refusals that the audit log does not tell, because others from there filled it.
    pub(super) untold: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let zero = AtomicU64::default;
        let replies = (100..600).map(|_| zero()).collect();
        Metrics {
            replies,
            sign_ins: zero(),
            failed: zero(),
            sign_outs: zero(),
            refusals: zero(),
            too_often: zero(),
            untold: zero(),
        }
    }
}

impl Metrics {
    /// Counts a reply.
    pub(super) fn replied(&self, status: StatusCode) {
        if let Some(counter) = self.replies.get(usize::from(status.as_u16()).wrapping_sub(100)) {
            count(counter);
        }
    }

    /// In the text format of Prometheus.
    fn text(&self, release: Option<(u64, i64)>, lost: u64) -> String {
        let mut text =
            String::from("# HELP tollgate_requests_total Replies by status.\n# TYPE tollgate_requests_total counter\n");
        for (status, counter) in self.replies.iter().enumerate() {
            let n = counter.load(Ordering::Relaxed);
            if n > 0 {
                let _ = writeln!(text, "tollgate_requests_total{{status=\"{}\"}} {n}", status + 100);
            }
        }
        for (name, help, counter) in [
            ("sign_ins", "Sign-ins that made a session.", &self.sign_ins),
            ("sign_ins_failed", "Sign-ins that were refused or failed.", &self.failed),
            ("sign_outs", "Sessions ended by signing out.", &self.sign_outs),
            ("refusals", "Requests of people who may see nothing.", &self.refusals),
            ("too_often", "Requests refused because others from there failed or came too often.", &self.too_often),
            ("audit_untold", "Refusals left out of the audit log because too many came from one place.", &self.untold),
        ] {
            let n = counter.load(Ordering::Relaxed);
            let _ = write!(text, "# HELP tollgate_{name}_total {help}\n# TYPE tollgate_{name}_total counter\n");
            let _ = writeln!(text, "tollgate_{name}_total {n}");
        }
        let help = "Lines that could not be written to the audit log.";
        let _ = write!(text, "# HELP tollgate_audit_lost_total {help}\n# TYPE tollgate_audit_lost_total counter\n");
        let _ = writeln!(text, "tollgate_audit_lost_total {lost}");
        if let Some((number, age)) = release {
            for (name, help, value) in [
                ("number", "Number of the release being served.", i128::from(number)),
                ("age_seconds", "Time since it was built.", i128::from(age)),
            ] {
                let _ = write!(text, "# HELP tollgate_release_{name} {help}\n# TYPE tollgate_release_{name} gauge\n");
                let _ = writeln!(text, "tollgate_release_{name} {value}");
            }
        }
        text
    }
}

/// Where nights are started and told of.
const NIGHTLY: &str = "/-/nightly";

/// For how long the endings may be unread before somebody should look.
const UNREAD: Duration = Duration::from_secs(30);

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What answers on the operations listener.
pub(super) fn service(
    edge: Arc<Edge>,
) -> impl Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + Send + Sync
{
    hyper::service::service_fn(move |request: Request<Incoming>| {
        let edge = edge.clone();
        async move {
            if request.uri().path() == NIGHTLY {
                return Ok(nightly(&edge, request).await.map(Full::new));
            }
            let (status, text) = answer(&edge, request.uri().path());
            let mut response = Response::new(Full::new(Bytes::from(text)));
            *response.status_mut() = status;
            Ok(response)
        }
    })
}

/// What starts nights. Whatever comes along with a request is not read. The address is that of the socket: no proxy is
/// expected in front of this listener.
async fn nightly(edge: &Arc<Edge>, request: Request<Incoming>) -> Reply {
    let (parts, _) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
    let asked = Asked {
        from: peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical(),
        method: parts.method,
        path: NIGHTLY.to_owned(),
        query: String::new(),
        headers: parts.headers,
        form: Form::Unread,
        id: edge.requests.next(),
    };
    edge.nightly(&asked, now()).await
}

fn answer(edge: &Edge, path: &str) -> (StatusCode, String) {
    let release = edge.current.get();
    match (path, &release) {
        ("/healthz", _) => (StatusCode::OK, "alive\n".into()),
        ("/readyz", Some(_)) if !edge.ended.known() => {
            (StatusCode::SERVICE_UNAVAILABLE, "what was ended cannot be read yet\n".into())
        }
        // Sessions that were ended elsewhere may still count here.
        ("/readyz", Some(_)) if edge.ended.age().is_none_or(|age| age > UNREAD) => {
            (StatusCode::SERVICE_UNAVAILABLE, "what was ended could not be read for a while\n".into())
        }
        ("/readyz", Some(opened)) => (StatusCode::OK, format!("serving release {}\n", opened.release().number)),
        ("/readyz", None) => (StatusCode::SERVICE_UNAVAILABLE, "no release to serve yet\n".into()),
        ("/metrics", _) => {
            let age = |opened: &crate::releases::Opened| now() - opened.release().created.timestamp();
            let release = release.as_deref().map(|opened| (opened.release().number, age(opened)));
            (StatusCode::OK, edge.metrics.text(release, edge.audit.lost()))
        }
        _ => (StatusCode::NOT_FOUND, "try /healthz, /readyz, /metrics or /-/nightly\n".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_say_what_was_counted() {
        let metrics = Metrics::default();
        metrics.replied(StatusCode::OK);
        metrics.replied(StatusCode::OK);
        metrics.replied(StatusCode::NOT_FOUND);
        count(&metrics.sign_ins);
        let text = metrics.text(Some((7, 90)), 3);
        for line in [
            "tollgate_requests_total{status=\"200\"} 2",
            "tollgate_requests_total{status=\"404\"} 1",
            "tollgate_sign_ins_total 1",
            "tollgate_sign_outs_total 0",
            "tollgate_audit_lost_total 3",
            "tollgate_release_number 7",
            "tollgate_release_age_seconds 90",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
        }
    }
}
