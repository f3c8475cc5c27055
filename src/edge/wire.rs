//! The edge's only way out: short requests to the sign-in provider.

use std::time::Duration;

use http::{Request, Response};
use serde_json::Value;

/// The largest answer read from a provider.
const LARGEST: usize = 1024 * 1024;

/// A client that follows no redirect, waits for nobody long and reads no answer without end.
#[derive(Clone, Debug)]
pub(super) struct Wire(reqwest::Client);

/// Why there is no answer. The message names no secret: addresses are shown without their query.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The request failed.
    #[error("{}", reason(.0))]
    Request(#[from] reqwest::Error),
    /// The answer has no end in sight.
    #[error("the answer is longer than {LARGEST} bytes")]
    TooLong,
    /// The request could not be put together.
    #[error(transparent)]
    Form(#[from] http::Error),
}

/// The innermost cause says most: "connection refused" rather than "error sending request".
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cause = cause.to_string();
    let foreign = cause.contains("UnknownIssuer");
    let hint = if foreign { "; an authority of your own must be among this machine's certificates" } else { "" };
    cause + hint
}

impl Wire {
    /// For a provider under https, or one on loopback without.
    ///
    /// # Errors
    /// When the system's root certificates cannot be read.
    pub(super) fn new(secure: bool) -> Result<Wire, Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .user_agent(concat!("tollgate/", env!("CARGO_PKG_VERSION")));
        // Without https there is nothing to check certificates for, and a machine without any can run the demo.
        let client = if secure { client.https_only(true) } else { client.tls_certs_only([]) };
        Ok(Wire(client.build()?))
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn fetch(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Error::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response.body(body)?)
    }
}

/// The `error` of an OAuth answer, if it is one: a short name, never the description, which may hold anything.
pub(super) fn code_of(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = value.get("error").and_then(Value::as_str).unwrap_or("no reason given");
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ')).take(60).collect()
}
