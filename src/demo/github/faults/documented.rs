//! Every answer but 200 that GitHub documents for what a collector asks.

use http::StatusCode;

use super::Fault;
use crate::demo::github::answers::problem;

/// GitHub's words for those who ask too fast.
pub(in crate::demo::github) const SECONDARY: &str = "You have exceeded a secondary rate limit. Please wait a few \
    minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.";

impl Fault {
    /// All of them, each with a name for messages.
    pub fn documented() -> Vec<(&'static str, Fault)> {
        vec![
            ("202 computing", Fault::computing()),
            ("301 moved", Fault::moved("/repositories/1")),
            ("304 not modified", Fault::not_modified()),
            ("400 bad request", Fault::bad_request()),
            ("401 bad credentials", Fault::bad_credentials()),
            ("403 no push access", Fault::no_push()),
            ("403 single sign-on", Fault::single_sign_on()),
            ("403 blocked", Fault::blocked()),
            ("403 primary limit", Fault::primary_limit(403, chrono::Utc::now().timestamp() + 1)),
            ("403 secondary limit", Fault::secondary_limit(403, Some(1))),
            ("404 hidden", Fault::hidden()),
            ("409 empty repository", Fault::empty_repository()),
            ("422 validation failed", Fault::validation_failed()),
            ("429 primary limit", Fault::primary_limit(429, chrono::Utc::now().timestamp() + 1)),
            ("429 secondary limit", Fault::secondary_limit(429, Some(1))),
            ("451 unavailable for legal reasons", Fault::legal()),
            ("500 server error", Fault::server_error()),
            ("502 bad gateway", Fault::bad_gateway()),
            ("503 unavailable", Fault::unavailable()),
            ("504 gateway timeout", Fault::gateway_timeout()),
        ]
    }

    /// 202: statistics are being computed; ask again soon.
    pub fn computing() -> Fault {
        Fault::Status(StatusCode::ACCEPTED, vec![], "{}".into())
    }

    /// 301 to a path on the same host.
    pub fn moved(to: &str) -> Fault {
        let body = serde_json::json!({ "message": "Moved Permanently", "url": to });
        Fault::Status(StatusCode::MOVED_PERMANENTLY, vec![("location", to.to_owned())], body.to_string())
    }

    /// 304, whether anybody had asked for it or not.
    pub fn not_modified() -> Fault {
        Fault::Status(StatusCode::NOT_MODIFIED, vec![], String::new())
    }

    /// 400: a version of the API that there is not.
    pub fn bad_request() -> Fault {
        said(400, "Unsupported API version")
    }

    /// 401: the token is wrong, revoked or expired.
    pub fn bad_credentials() -> Fault {
        said(401, "Bad credentials")
    }

    /// 403: the token may read the repository, but not its traffic.
    pub fn no_push() -> Fault {
        with(403, "Must have push access to repository", &[("x-accepted-github-permissions", "administration=read")])
    }

    /// 403: the organisation wants the token authorized for its single sign-on first.
    pub fn single_sign_on() -> Fault {
        let text = "Resource protected by organization SAML enforcement. You must grant your Personal Access token \
                    access to this organization.";
        let url = "required; url=https://github.com/orgs/acme/sso?authorization_request=A1B2C3";
        with(403, text, &[("x-github-sso", url)])
    }

    /// 403: GitHub's staff closed the repository.
    pub fn blocked() -> Fault {
        blocked(403, "tos")
    }

    /// 451: the repository was taken down.
    pub fn legal() -> Fault {
        blocked(451, "dmca")
    }

    /// The hourly limit is used up until `reset`, in seconds since 1970; `status` is 403 or 429.
    pub fn primary_limit(status: u16, reset: i64) -> Fault {
        let text = "API rate limit exceeded for user ID 1815121. If you reach out to GitHub Support for help, please \
                    include the request ID.";
        let reset = reset.to_string();
        let headers = [
            ("x-ratelimit-limit", "5000"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-used", "5000"),
            ("x-ratelimit-reset", &reset),
            ("x-ratelimit-resource", "core"),
        ];
        with(status, text, &headers)
    }

    /// Too fast: ask again in so many seconds, where GitHub says so; `status` is 403 or 429.
    pub fn secondary_limit(status: u16, retry_after: Option<u64>) -> Fault {
        let seconds = retry_after.map(|seconds| seconds.to_string());
        let headers: Vec<_> = seconds.iter().map(|seconds| ("retry-after", seconds.as_str())).collect();
        with(status, SECONDARY, &headers)
    }

    /// 404: not there, or not for this token.
    pub fn hidden() -> Fault {
        said(404, "Not Found")
    }

    /// 409: there is no commit yet.
    pub fn empty_repository() -> Fault {
        said(409, "Git Repository is empty.")
    }

    /// 422: a parameter makes no sense.
    pub fn validation_failed() -> Fault {
        let mut body = problem(422, "Validation Failed");
        body["errors"] = serde_json::json!([{ "resource": "Traffic", "field": "per", "code": "invalid" }]);
        Fault::Status(StatusCode::UNPROCESSABLE_ENTITY, vec![], body.to_string())
    }

    /// 500.
    pub fn server_error() -> Fault {
        said(500, "Server Error")
    }

    /// 502, with the page of a proxy instead of JSON.
    pub fn bad_gateway() -> Fault {
        page(StatusCode::BAD_GATEWAY)
    }

    /// 503.
    pub fn unavailable() -> Fault {
        said(503, "Service Unavailable")
    }

    /// 504, with the page of a proxy instead of JSON.
    pub fn gateway_timeout() -> Fault {
        page(StatusCode::GATEWAY_TIMEOUT)
    }
}

fn said(status: u16, message: &str) -> Fault {
    with(status, message, &[])
}

fn with(status: u16, message: &str, headers: &[(&'static str, &str)]) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Fault::Status(code(status), headers, problem(status, message).to_string())
}

fn blocked(status: u16, reason: &str) -> Fault {
    let mut body = problem(status, "Repository access blocked");
    body["block"] = serde_json::json!({ "reason": reason, "created_at": "2026-01-28T14:20:14Z", "html_url": null });
    Fault::Status(code(status), vec![], body.to_string())
}

fn page(status: StatusCode) -> Fault {
    let html = vec![("content-type", "text/html; charset=utf-8".to_owned())];
    Fault::Status(status, html, format!("<html><head><title>{status}</title></head><body>Unicorn!</body></html>"))
}

/// Whoever names a number that is no status gets 500.
fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
