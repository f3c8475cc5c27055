//! Replies: how each is made, and what every one of them carries.

use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

/// A whole reply. It becomes warp's at the last moment, so that handlers can be tested without it.
pub(super) type Reply = Response<Bytes>;

/// A page of the edge's own.
pub(super) fn html(status: StatusCode, page: String) -> Reply {
    body(status, "text/html; charset=utf-8", page.into())
}

/// Some bytes of some type.
pub(super) fn body(status: StatusCode, media_type: &str, bytes: Bytes) -> Reply {
    let mut reply = Response::new(bytes);
    *reply.status_mut() = status;
    put(&mut reply, header::CONTENT_TYPE, media_type);
    reply
}

/// Sends a browser elsewhere with GET, whatever it came with (RFC 9700, 4.12), and with no byte of anything else.
pub(super) fn see_other(location: &str) -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = StatusCode::SEE_OTHER;
    put(&mut reply, header::LOCATION, location);
    reply
}

/// A short answer to a script.
pub(super) fn json(status: StatusCode, error: &str, message: &str) -> Reply {
    let text = format!("{}\n", serde_json::json!({ "error": error, "message": message }));
    body(status, "application/json", text.into())
}

/// A refusal in the words of a script, where it was a page for people.
pub(super) fn for_script(mut reply: Reply) -> Reply {
    let status = reply.status();
    let page = reply.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page && (status.is_client_error() || status.is_server_error()) {
        let reason = status.canonical_reason().unwrap_or("refused").to_ascii_lowercase();
        let text = json(status, &reason.replace(' ', "_"), &reason);
        *reply.body_mut() = text.into_body();
        put(&mut reply, header::CONTENT_TYPE, "application/json");
    }
    reply
}

/// Tells a script that it must sign in.
pub(super) fn unauthorized() -> Reply {
    let message = "sign in with a browser at /-/login, or send an access token as a bearer";
    let mut reply = json(StatusCode::UNAUTHORIZED, "unauthorized", message);
    put(&mut reply, header::WWW_AUTHENTICATE, "Bearer realm=\"tollgate\"");
    reply
}

/// Tells a script that its access token opens nothing (RFC 6750, 3.1).
pub(super) fn invalid_token() -> Reply {
    let message = "the access token has expired, was revoked, or is not one of this site";
    let mut reply = json(StatusCode::UNAUTHORIZED, "invalid_token", message);
    put(&mut reply, header::WWW_AUTHENTICATE, "Bearer realm=\"tollgate\", error=\"invalid_token\"");
    reply
}

/// Says which methods there are.
pub(super) fn method_not_allowed(allowed: &str) -> Reply {
    let text = Bytes::from(format!("only {allowed} here\n"));
    let mut reply = body(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", text);
    put(&mut reply, header::ALLOW, allowed);
    reply
}

/// Sets a header, unless its value cannot be one.
pub(super) fn put(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// Adds a cookie.
pub(super) fn cookie(reply: &mut Reply, cookie: &str) {
    if let Ok(mut value) = HeaderValue::from_str(cookie) {
        value.set_sensitive(true);
        reply.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The content security policy: nothing but style, pictures and fonts of this site, scripts of this site where a page
/// needs one, and forms that lead here or, by a redirect, to these origins.
pub(super) fn policy<'a>(form_targets: impl IntoIterator<Item = &'a str>, scripts: bool) -> HeaderValue {
    let targets: String = form_targets.into_iter().map(|origin| format!(" {origin}")).collect();
    let scripts = if scripts { " script-src 'self';" } else { "" };
    let policy = format!(
        "default-src 'none';{scripts} style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'{targets}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    // An origin is ASCII; should one ever not be, the strictest policy is the right one.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Adds what every reply carries. What the reply set itself stays.
pub(super) fn seal(reply: &mut Reply, policy: HeaderValue, secure: bool) {
    const ALWAYS: [(HeaderName, &str); 7] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A form of ours must still say where it comes from, which `no-referrer` would hide.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Cookie"),
    ];
    for (name, value) in ALWAYS {
        reply.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    reply.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    if secure {
        put(reply, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

/// Whether whoever asks is a person with a browser going somewhere, rather than a script or a part of a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => accepts(headers, header::ACCEPT, "text/html"),
    }
}

/// Whether the stored gzip bytes may go out as they are.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    accepts(headers, header::ACCEPT_ENCODING, "gzip")
}

/// Whether a list such as `gzip;q=0.8, *;q=0` names a token with a weight above zero.
fn accepts(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    let texts = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let mut items = texts.flat_map(|text| text.split(','));
    items.any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(token));
        let zero = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        };
        named && !parts.any(zero)
    })
}

/// Whether a request that changes something was sent by a page of this site. A browser says so in one of two ways;
/// who says nothing is refused, for a stranger's page must not be able to sign anybody out.
pub(super) fn from_own_page(headers: &HeaderMap, origin: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), None) => site == "same-origin",
        (Some(site), Some(sent)) => site == "same-origin" && sent == origin,
        (None, Some(sent)) => sent == origin,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_browser_going_somewhere_is_told_from_a_script() {
        for (sent, page) in [
            (vec![("sec-fetch-mode", "navigate"), ("accept", "*/*")], true),
            (vec![("sec-fetch-mode", "cors"), ("accept", "text/html")], false),
            (vec![("sec-fetch-mode", "no-cors"), ("accept", "image/avif,*/*")], false),
            (vec![("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")], true),
            (vec![("accept", "application/json, text/html")], true),
            (vec![("accept", "text/html;q=0, */*")], false),
            (vec![("accept", "*/*")], false),
            (vec![("accept", "application/json")], false),
            (vec![("user-agent", "Mozilla/5.0")], false),
            (vec![], false),
        ] {
            assert_eq!(wants_page(&headers(&sent)), page, "{sent:?}");
        }
    }

    #[test]
    fn gzip_goes_only_to_who_takes_it() {
        for (sent, takes) in [
            ("gzip", true),
            ("br, gzip, zstd", true),
            ("GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("identity", false),
            ("gzipped", false),
            ("", false),
        ] {
            assert_eq!(accepts_gzip(&headers(&[("accept-encoding", sent)])), takes, "{sent}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn only_a_page_of_this_site_may_change_something() {
        let here = "https://tollgate.example";
        for (sent, own) in [
            (vec![("sec-fetch-site", "same-origin"), ("origin", here)], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("origin", here)], true),
            (vec![("sec-fetch-site", "cross-site"), ("origin", here)], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], false),
            (vec![("origin", "https://evil.example")], false),
            (vec![("origin", "https://tollgate.example.evil.example")], false),
            (vec![("origin", "null")], false),
            (vec![("referer", "https://tollgate.example/")], false),
            (vec![], false),
        ] {
            assert_eq!(from_own_page(&headers(&sent), here), own, "{sent:?}");
        }
    }

    #[test]
    fn every_reply_is_sealed() {
        let mut reply = see_other("/x");
        seal(&mut reply, policy(["https://id.example"], false), true);
        let get = |name: &str| reply.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(get("cache-control"), Some("no-store"));
        assert_eq!(get("x-content-type-options"), Some("nosniff"));
        assert_eq!(get("vary"), Some("Cookie"));
        assert_eq!(get("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
        let csp = get("content-security-policy").unwrap();
        assert!(csp.starts_with("default-src 'none';") && !csp.contains("unsafe") && !csp.contains("script"), "{csp}");
        assert!(policy([], true).to_str().unwrap().contains("; script-src 'self';"));
        assert!(
            csp.contains("form-action 'self' https://id.example;") && csp.contains("frame-ancestors 'none'"),
            "{csp}"
        );
    }
}
