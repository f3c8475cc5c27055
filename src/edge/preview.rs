//! A preview on this machine: pages as a person would see them, without anybody signing in.
//!
//! It has nothing of the sessions, keys and releases that the edge has: whoever can reach it sees everything it shows,
//! which is why it serves on loopback only, and only under a name of this machine, lest a page from elsewhere read it by
//! having its own name lead here.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::address::Place;
use super::listen;
use super::reply::{self, Reply};
use crate::domain::policy::RoleName;
use crate::domain::release::PagePath;

/// A page as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Bytes of this media type.
    Page(String, Vec<u8>),
    /// There is no such page.
    Nothing,
    /// It cannot be made; the text says why.
    Fault(String),
}

/// What a preview shows.
pub struct Scene {
    /// The roles that are open, each with its title; while a fault keeps them from being known, what is wrong.
    pub roles: Box<Roles>,
    /// A page of one of them.
    pub page: Box<Page>,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener can be reached from other machines.
    #[error("the preview refuses to listen on {0}\n\nhint: it shows everything to everybody; use 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// The listener has no address.
    #[error("the preview has no address: {0}")]
    Listener(#[from] std::io::Error),
}

type Body = UnsyncBoxBody<Bytes, Infallible>;
type Roles = dyn Fn() -> Result<Vec<(RoleName, String)>, String> + Send + Sync;
type Page = dyn Fn(&RoleName, &PagePath) -> Shown + Send + Sync;

const SCRIPT: &str = include_str!("../../templates/preview/preview.js");
const STYLE: [&str; 2] =
    [include_str!("../../templates/assets/tollgate.css"), include_str!("../../templates/preview/preview.css")];
const TAG: &str = "<script src=\"/-/preview.js\" defer></script>";

/// Serves until `shutdown` is done. Pages reload by themselves whenever `changes` changes.
///
/// # Errors
/// [`Error::NotLoopback`] when other machines could reach it.
pub async fn serve(
    listener: TcpListener,
    scene: Arc<Scene>,
    changes: watch::Receiver<u64>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(Error::NotLoopback(address));
    }
    let (stop, stopped) = watch::channel(());
    let service = service_fn(move |request: Request<Incoming>| {
        let (scene, changes) = (scene.clone(), changes.clone());
        async move {
            let here = is_here(request.headers(), address.port());
            if here && request.uri().path() == "/-/reload" {
                return Ok::<_, Infallible>(events(changes));
            }
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let made = tokio::task::spawn_blocking(move || answer(&scene, here, &method, &path)).await;
            let reply = made.unwrap_or_else(|_| fault(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made"));
            Ok(sealed(reply).map(|bytes| Full::new(bytes).boxed_unsync()))
        }
    });
    // A browser holds its stream of events open for good; there is nothing here worth waiting for.
    tokio::select! {
        () = listen::run(listen::LIMITS, listener, service, stopped) => {}
        () = shutdown => {}
    }
    drop(stop);
    Ok(())
}

/// Whether the request names this machine, and this port of it.
fn is_here(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{port}"))
}

fn answer(scene: &Scene, here: bool, method: &Method, path: &str) -> Reply {
    if !here {
        return fault(StatusCode::FORBIDDEN, "the preview is for this machine: open it as 127.0.0.1 or localhost");
    }
    if ![Method::GET, Method::HEAD].contains(method) {
        return reply::method_not_allowed("GET, HEAD");
    }
    match path {
        "/-/preview.js" => return reply::body(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT.into()),
        "/-/preview.css" => return reply::body(StatusCode::OK, "text/css; charset=utf-8", STYLE.concat().into()),
        _ => {}
    }
    let roles = match (scene.roles)() {
        Ok(roles) => roles,
        Err(what) => return fault(StatusCode::INTERNAL_SERVER_ERROR, &what),
    };
    let open = |role: &RoleName| roles.iter().any(|(name, _)| name == role);
    match Place::of(path) {
        Place::Front => match roles.as_slice() {
            [(only, _)] => reply::see_other(&format!("/{only}/index.html")),
            _ => chooser(&roles),
        },
        Place::Bundle(role) if open(&role) => reply::see_other(&format!("/{role}/index.html")),
        Place::Page(role, page) if open(&role) => match (scene.page)(&role, &page) {
            Shown::Page(media_type, bytes) => reply::body(StatusCode::OK, &media_type, watched(&media_type, bytes)),
            Shown::Nothing => fault(StatusCode::NOT_FOUND, "there is no such page"),
            Shown::Fault(what) => fault(StatusCode::INTERNAL_SERVER_ERROR, &what),
        },
        _ => fault(StatusCode::NOT_FOUND, "there is no such page"),
    }
}

/// A page with the script that reloads it.
fn watched(media_type: &str, bytes: Vec<u8>) -> Bytes {
    if !media_type.starts_with("text/html") {
        return bytes.into();
    }
    let text = String::from_utf8_lossy(&bytes);
    match text.find("</head>") {
        Some(at) => format!("{}{TAG}{}", &text[..at], &text[at..]).into(),
        None => bytes.into(),
    }
}

fn chooser(roles: &[(RoleName, String)]) -> Reply {
    let row =
        |(name, title): &(RoleName, String)| format!("<li><a href=\"/{name}/index.html\">{}</a></li>", escaped(title));
    let rows: String = roles.iter().map(row).collect();
    let page = own("Which reports?", &format!("<ul>{rows}</ul>"));
    reply::html(StatusCode::OK, page)
}

/// What is wrong, where the page would be. It reloads by itself once that is mended.
fn fault(status: StatusCode, what: &str) -> Reply {
    reply::html(status, own(status.canonical_reason().unwrap_or("Fault"), &format!("<pre>{}</pre>", escaped(what))))
}

fn own(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · preview</title>\n<link rel=\"stylesheet\" href=\"/-/preview.css\">\n{TAG}</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
}

/// The edge's own headers, with what a page needs to hear of changes.
fn sealed(mut reply: Reply) -> Reply {
    let policy = reply::policy([], true);
    let policy = policy.to_str().map(|text| format!("{text}; connect-src 'self'")).unwrap_or_default();
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    reply::seal(&mut reply, policy, false);
    reply
}

/// One event now, so that the browser knows what it has, and one for every change.
fn events(changes: watch::Receiver<u64>) -> Response<Body> {
    let next = |(mut changes, first): (watch::Receiver<u64>, bool)| async move {
        if !first {
            changes.changed().await.ok()?;
        }
        let number = *changes.borrow_and_update();
        let frame = Frame::data(Bytes::from(format!("data: {number}\n\n")));
        Some((Ok::<_, Infallible>(frame), (changes, false)))
    };
    let stream = stream::unfold((changes, true), next).boxed();
    let head = sealed(reply::body(StatusCode::OK, "text/event-stream", Bytes::new()));
    head.map(|_| StreamBody::new(stream).boxed_unsync())
}

/// A text as markup that shows it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        let roles = || {
            Ok(vec![("acme".parse().unwrap(), "Acme & Co".to_owned()), ("other".parse().unwrap(), "Other".to_owned())])
        };
        let page = |role: &RoleName, path: &PagePath| match path.as_str() {
            "index.html" => Shown::Page("text/html".to_owned(), format!("<head></head>{role}").into()),
            "data.csv" => Shown::Page("text/csv".to_owned(), b"</head>".to_vec()),
            "broken.html" => Shown::Fault("a.html:3: <no>".to_owned()),
            _ => Shown::Nothing,
        };
        Scene { roles: Box::new(roles), page: Box::new(page) }
    }

    fn get(path: &str) -> (StatusCode, String) {
        let reply = answer(&scene(), true, &Method::GET, path);
        (reply.status(), String::from_utf8(reply.into_body().to_vec()).unwrap())
    }

    #[test]
    fn only_pages_get_the_script_that_reloads_them() {
        assert_eq!(get("/acme/index.html").1, format!("<head>{TAG}</head>acme"));
        assert_eq!(get("/acme/data.csv").1, "</head>");
    }

    #[test]
    fn a_fault_is_shown_where_the_page_would_be_and_waits_for_its_mending() {
        let (status, page) = get("/acme/broken.html");
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(page.contains("a.html:3: &lt;no&gt;") && page.contains(TAG), "{page}");
    }

    #[test]
    fn several_roles_are_offered_and_no_other_is_there() {
        assert!(get("/").1.contains("<a href=\"/acme/index.html\">Acme &amp; Co</a>"));
        assert_eq!(get("/secret/index.html").0, StatusCode::NOT_FOUND);
        assert_eq!(get("/acme/../x").0, StatusCode::NOT_FOUND);
        assert_eq!(get("/-/me").0, StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_name_that_was_made_to_lead_here_is_refused() {
        let host = |name: &str| HeaderMap::from_iter([(header::HOST, HeaderValue::from_str(name).unwrap())]);
        assert!(is_here(&host("127.0.0.1:8090"), 8090) && is_here(&host("localhost:8090"), 8090));
        assert!(!is_here(&host("evil.example:8090"), 8090) && !is_here(&host("127.0.0.1:80"), 8090));
        assert!(!is_here(&HeaderMap::new(), 8090));
        assert_eq!(answer(&scene(), false, &Method::GET, "/").status(), StatusCode::FORBIDDEN);
    }

    #[test]
    fn replies_carry_the_edges_headers_and_let_a_page_hear_of_changes() {
        let reply = sealed(answer(&scene(), true, &Method::GET, "/acme/index.html"));
        let policy = reply.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && policy.ends_with("; connect-src 'self'"), "{policy}");
        assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
    }
}
