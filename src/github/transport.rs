//! octocrab over a transport that follows nothing and repeats nothing by itself, and which address is ours.

use http::Uri;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};

use super::{Error, Settings};

/// The API's address, if requests can be sent there.
pub(super) fn base(settings: &Settings) -> Result<Uri, Error> {
    let fault = || Error::Settings {
        source_name: settings.source.clone(),
        fault: format!("`{}` is no API address", settings.api),
        hint: "write it like `https://api.github.com`, without a query or a password".into(),
    };
    let base: Uri = settings.api.parse().map_err(|_| fault())?;
    match origin(&base) {
        Some(_) if base.query().is_none() => Ok(base),
        _ => Err(fault()),
    }
}

/// Scheme, host and port; `None` for anything but plain http and https without a user name in it.
pub(super) fn origin(uri: &Uri) -> Option<(&str, String, u16)> {
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let plain = !authority.as_str().contains('@') && !authority.host().is_empty();
    plain.then(|| (scheme, authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(usual)))
}

/// Whether this GitHub has no traffic figures: Enterprise Server, whose API lies under `/api/v3`, and the hosts of data
/// residency, `api.SUB.ghe.com`.
pub(super) fn lacks_traffic(base: &Uri) -> bool {
    let resident = base.host().is_some_and(|host| host.to_ascii_lowercase().ends_with(".ghe.com"));
    resident || base.path().trim_end_matches('/').ends_with("/api/v3")
}

/// The path of the GraphQL endpoint that belongs to a REST API.
pub(super) fn graphql_path(base: &Uri) -> String {
    let prefix = base.path().trim_end_matches('/');
    format!("{}/graphql", prefix.strip_suffix("/v3").unwrap_or(prefix))
}

/// octocrab with this transport. Certificates are read only for https: a machine may have none.
pub(super) fn crab(settings: &Settings, base: &Uri) -> Result<Octocrab, Error> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(settings.pace.connect));
    if base.scheme_str() != Some("https") {
        return Ok(over(tcp));
    }
    tcp.enforce_http(false);
    let roots = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots().map_err(|error| Error::Settings {
        source_name: settings.source.clone(),
        fault: format!("no certificate authority is trusted on this machine: {error}"),
        hint: "install the package `ca-certificates`".into(),
    })?;
    Ok(over(roots.https_only().enable_http1().wrap_connector(tcp)))
}

fn over<C: Connect + Clone + Send + Sync + 'static>(connector: C) -> Octocrab {
    let transport = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build::<_, OctoBody>(connector);
    match OctocrabBuilder::new_empty().with_service(transport).with_auth(AuthState::None).build() {
        Ok(crab) => crab,
        Err(never) => match never {},
    }
}

/// The innermost cause: the outer ones only say that a request failed.
pub(super) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_host_has_its_graphql_endpoint_and_its_figures_or_none() {
        for (api, graphql, lacks) in [
            ("https://api.github.com", "/graphql", false),
            ("https://api.github.com/", "/graphql", false),
            ("https://ghe.example/api/v3", "/api/graphql", true),
            ("https://ghe.example/api/v3/", "/api/graphql", true),
            ("https://api.acme.ghe.com", "/graphql", true),
            ("https://API.ACME.GHE.COM", "/graphql", true),
            ("https://ghe.com.example", "/graphql", false),
            ("http://127.0.0.1:4000", "/graphql", false),
            ("https://proxy.example/github", "/github/graphql", false),
        ] {
            let base: Uri = api.parse().unwrap();
            assert_eq!((graphql_path(&base).as_str(), lacks_traffic(&base)), (graphql, lacks), "{api}");
        }
    }
}
