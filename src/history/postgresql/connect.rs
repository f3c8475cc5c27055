//! Connecting, protected where the way is not.

use std::path::Path;
use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt;
use postgres::{Client, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::history::error::Fault;
use crate::history::settings::{Address, Tls};

pub(super) fn connect(address: &Address) -> Result<Client, Fault> {
    match &address.tls {
        Tls::Never => Ok(address.config.connect(NoTls)?),
        Tls::Checked(roots) => {
            let config = protected(roots.as_deref()).map_err(Fault::Unprotected)?;
            Ok(address.config.connect(MakeRustlsConnect::new(config))?)
        }
    }
}

/// The provider is named: which one the process prefers is nothing to rely on.
fn protected(roots: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let builder = match roots {
        None => builder.with_native_roots().map_err(|error| format!("the system's authorities: {error}"))?,
        Some(file) => {
            let told = |error: &dyn std::fmt::Display| format!("`{}`: {error}", file.display());
            let mut store = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| told(&error))? {
                let certificate = certificate.map_err(|error| told(&error))?;
                store.add(certificate).map_err(|error| told(&error))?;
            }
            if store.is_empty() {
                return Err(told(&"it holds no certificate"));
            }
            builder.with_root_certificates(store)
        }
    };
    Ok(builder.with_no_client_auth())
}
