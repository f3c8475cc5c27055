//! What a provider says of itself.

use std::pin::Pin;
use std::time::Instant;

use http::HeaderValue;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, EndSessionUrl, HttpRequest, HttpResponse, ProviderMetadata,
};
use serde::{Deserialize, Serialize};

use crate::edge::reply;
use crate::edge::wire::{self, Wire};

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = wire::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, wire::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

/// What a provider says of itself beyond OpenID Connect Discovery 1.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Extra {
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 9207.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// Initiating User Registration via OpenID Connect 1.0.
    #[serde(default)]
    prompt_values_supported: Vec<String>,
}

impl AdditionalProviderMetadata for Extra {}

pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of the provider, and when it was asked.
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) asked: Instant,
    /// The content security policy that goes with it.
    pub(super) policy: HeaderValue,
}

impl Known {
    pub(super) fn new(metadata: Metadata, asked: Instant) -> Known {
        let end = metadata.additional_metadata().end_session_endpoint.as_ref().map(|end| end.url());
        let targets = [metadata.issuer().url(), metadata.authorization_endpoint().url()];
        let policy = reply::policy(targets.into_iter().chain(end));
        Known { metadata, asked, policy }
    }

    /// `client_secret_basic` is what a provider means that says nothing (Discovery 1.0, 3).
    pub(super) fn basic(&self) -> bool {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic))
    }

    /// How to ask for another account: by choosing one where that is offered, else by signing in anew.
    pub(super) fn prompt(&self) -> CoreAuthPrompt {
        let offered = &self.metadata.additional_metadata().prompt_values_supported;
        let choose = offered.iter().any(|prompt| prompt == "select_account");
        if choose { CoreAuthPrompt::SelectAccount } else { CoreAuthPrompt::Login }
    }
}
