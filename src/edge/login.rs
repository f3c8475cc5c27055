//! The conversation with the sign-in provider: only this file and its part name `openidconnect`.

mod metadata;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Request, header};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJsonWebKey, CoreJwsSigningAlgorithm as Alg};
use openidconnect::url::{Url, form_urlencoded};
use openidconnect::{
    ClientId, CsrfToken, IssuerUrl, JsonWebKey, JsonWebKeySet, LogoutHint, LogoutRequest, Nonce, PkceCodeChallenge,
    PostLogoutRedirectUrl, RedirectUrl, Scope,
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::idtoken::{self, Expected, Token};
use super::reply;
use super::session::Attempt;
use super::wire::{Wire, chain, code_of};
use super::{Error, Provider};
use crate::keys;
use metadata::{Known, Metadata};

/// Why a sign-in does not go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The provider cannot be reached or does not answer sensibly; it may later.
    Down(String),
    /// What came back is not to be believed.
    Refused(String),
}

/// A sign-in to be started.
#[derive(Debug)]
pub(super) struct Begun {
    /// Where to send the browser.
    pub(super) url: String,
    /// What to remember until it comes back.
    pub(super) attempt: Attempt,
}

/// When the provider was last asked for something that must not be asked for often.
#[derive(Default)]
struct Pace {
    failed: Option<(Instant, String)>,
    /// When the keys may be fetched again, and why they could not be the last time.
    keys: Option<(Instant, Option<String>)>,
}

/// How long the provider's description is believed before it is fetched again, if the provider can be reached.
const FRESH: Duration = Duration::from_secs(3600);
/// The least time between two fetches of the keys because none fits.
const KEYS: Duration = Duration::from_secs(60);
/// The least time between two tries to reach a provider that is down, or does not answer with its keys.
const RETRY: Duration = Duration::from_secs(2);

/// How long somebody who signs out waits for a provider that has not been asked before.
const LEAVING: Duration = Duration::from_secs(3);

/// One provider, one site.
pub(super) struct Login {
    provider: Provider,
    issuer: IssuerUrl,
    callback: RedirectUrl,
    signed_out: PostLogoutRedirectUrl,
    wire: Wire,
    known: ArcSwapOption<Known>,
    pace: Mutex<Pace>,
    /// While the provider's description is not known.
    policy: HeaderValue,
}

impl Login {
    /// Asks the provider nothing yet: the edge starts while it is down.
    ///
    /// # Errors
    /// [`Error::Provider`] when the issuer is no address that may be used.
    pub(super) fn new(provider: Provider, base: &Url) -> Result<Login, Error> {
        let fault = |why: String| Error::Provider { issuer: provider.issuer.clone(), why };
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|e| fault(e.to_string()))?;
        let secure = issuer.url().scheme() == "https";
        if !secure && !super::on_loopback(issuer.url()) {
            return Err(fault("must be an https address: only a provider on loopback may do without".into()));
        }
        let here = |path: &str| base.join(path).map_err(|e| fault(e.to_string()));
        Ok(Login {
            wire: Wire::new(secure).map_err(|e| fault(format!("cannot be reached over https: {e}")))?,
            callback: RedirectUrl::from_url(here("/-/callback")?),
            signed_out: PostLogoutRedirectUrl::from_url(here("/-/signed-out")?),
            known: ArcSwapOption::empty(),
            pace: Mutex::default(),
            policy: reply::policy([issuer.url()]),
            issuer,
            provider,
        })
    }

    /// Makes up a sign-in: state, nonce and proof key, and the provider's address with all of them.
    pub(super) async fn begin(&self, another: bool, back: String) -> Result<Begun, Fault> {
        let known = self.known().await?;
        let client_id = ClientId::new(self.provider.client_id.clone());
        let client = CoreClient::from_provider_metadata(known.metadata.clone(), client_id, None);
        let client = client.set_redirect_uri(self.callback.clone());
        let random = || keys::random_id().map_err(|e| Fault::Down(e.to_string()));
        let (state, nonce) = (random()?, random()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (csrf, once) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, move || csrf, move || once).set_pkce_challenge(challenge);
        for scope in self.provider.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if another {
            request = request.add_prompt(known.prompt());
        }
        let (url, _, _) = request.url();
        let started = chrono::Utc::now().timestamp_micros();
        let attempt = Attempt { state, nonce, verifier: verifier.into_secret(), back, started };
        Ok(Begun { url: url.into(), attempt })
    }

    /// Trades the code for the person's claims. `roots` are the claims that the policy reads.
    pub(super) async fn finish(
        &self,
        attempt: &Attempt,
        code: &str,
        roots: &BTreeSet<&str>,
        now: i64,
    ) -> Result<Map<String, Value>, Fault> {
        let known = self.known().await?;
        let tokens = self.exchange(&known, attempt, code).await?;
        let token = Token::parse(&tokens.id_token).map_err(refused)?;
        self.signature(&known, &token).await?;
        let (issuer, client_id) = (self.issuer.as_str(), self.provider.client_id.as_str());
        idtoken::check(&token.claims, Expected { issuer, client_id, nonce: &attempt.nonce, now }).map_err(refused)?;
        self.complete(&known, token.claims, tokens.access_token, roots).await
    }

    /// Whether the `iss` of a callback is right: a code from one provider must not be taken to another (RFC 9207).
    pub(super) async fn answered(&self, iss: Option<&str>) -> Result<(), Fault> {
        let promised =
            self.known().await?.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            None if !promised => Ok(()),
            _ => Err(refused("the answer is not from the provider that was asked")),
        }
    }

    /// Where to sign out at the provider too, if it offers that and can be asked in a moment.
    pub(super) async fn end_session(&self, sub: Option<&str>) -> Option<String> {
        let known = tokio::time::timeout(LEAVING, self.known()).await.ok()?.ok()?;
        let endpoint = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.provider.client_id.clone()))
            .set_post_logout_redirect_uri(self.signed_out.clone());
        if let Some(sub) = sub {
            request = request.set_logout_hint(LogoutHint::new(sub.to_owned()));
        }
        Some(request.http_get_url().into())
    }

    /// The content security policy: a form of ours may lead to the provider.
    pub(super) fn policy(&self) -> HeaderValue {
        self.known.load().as_ref().map_or_else(|| self.policy.clone(), |known| known.policy.clone())
    }

    /// The provider's description of itself: what is known if it is fresh, else asked for. One asks, the others wait.
    async fn known(&self) -> Result<Arc<Known>, Fault> {
        let fresh = |known: &Arc<Known>| known.asked.elapsed() < FRESH;
        if let Some(known) = self.known.load_full().filter(fresh) {
            return Ok(known);
        }
        let mut pace = self.pace.lock().await;
        let held = self.known.load_full();
        if let Some(known) = held.clone().filter(fresh) {
            return Ok(known);
        }
        let rested = pace.failed.take_if(|(at, _)| at.elapsed() >= RETRY).is_some();
        if let (false, Some((_, why))) = (rested, &pace.failed) {
            return held.ok_or_else(|| Fault::Down(why.clone()));
        }
        match self.discover().await {
            Ok(metadata) => {
                let known = Arc::new(Known::new(metadata, Instant::now()));
                self.known.store(Some(known.clone()));
                Ok(known)
            }
            Err(why) => {
                tracing::warn!(issuer = self.issuer.as_str(), why, "the sign-in provider cannot be asked");
                pace.failed = Some((Instant::now(), why.clone()));
                held.ok_or(Fault::Down(why))
            }
        }
    }

    async fn discover(&self) -> Result<Metadata, String> {
        let metadata =
            Metadata::discover_async(self.issuer.clone(), &self.wire).await.map_err(|error| chain(&error))?;
        let secure = self.issuer.url().scheme() == "https";
        let token = metadata.token_endpoint().ok_or("its description names no token endpoint")?;
        let mut endpoints = vec![metadata.authorization_endpoint().url(), metadata.jwks_uri().url(), token.url()];
        endpoints.extend(metadata.userinfo_endpoint().map(|url| url.url()));
        endpoints.extend(metadata.additional_metadata().end_session_endpoint.as_ref().map(|url| url.url()));
        match endpoints.iter().find(|url| url.scheme() != "https" && (secure || !super::on_loopback(url))) {
            Some(url) => Err(format!("its description names `{url}`, which is not under https")),
            None => Ok(metadata),
        }
    }

    async fn exchange(&self, known: &Known, attempt: &Attempt, code: &str) -> Result<Tokens, Fault> {
        let request = self.token_request(known, attempt, code).map_err(|why| Fault::Down(why.to_string()))?;
        let answer = self.wire.fetch(request).await.map_err(|e| Fault::Down(e.to_string()))?;
        match (answer.status().as_u16(), serde_json::from_slice(answer.body())) {
            (200, Ok(tokens)) => Ok(tokens),
            (200, Err(_)) => Err(refused("the provider's token answer holds no ID token")),
            (500.., _) => Err(Fault::Down(format!("the provider answered {}", answer.status()))),
            _ => Err(Fault::Refused(format!("the provider did not accept the code: {}", code_of(answer.body())))),
        }
    }

    fn token_request(&self, known: &Known, attempt: &Attempt, code: &str) -> Result<Request<Vec<u8>>, http::Error> {
        let endpoint = known.metadata.token_endpoint().map_or("", |endpoint| endpoint.as_str());
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code").append_pair("code", code);
        form.append_pair("redirect_uri", self.callback.as_str()).append_pair("code_verifier", &attempt.verifier);
        let mut request = Request::post(endpoint).header(header::ACCEPT, "application/json");
        let id = &self.provider.client_id;
        match &self.provider.client_secret {
            Some(secret) if known.basic() => request = request.header(header::AUTHORIZATION, basic(id, secret)),
            Some(secret) => _ = form.append_pair("client_id", id).append_pair("client_secret", secret.expose_secret()),
            None => _ = form.append_pair("client_id", id),
        }
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(form.finish().into_bytes())
    }

    /// Checks the signature; fetches the keys once more if none fits, for the provider may just have changed them.
    async fn signature(&self, known: &Known, token: &Token<'_>) -> Result<(), Fault> {
        let algorithm = match token.header.alg.as_str() {
            "RS256" => Alg::RsaSsaPkcs1V15Sha256,
            "PS256" => Alg::RsaSsaPssSha256,
            "ES256" => Alg::EcdsaP256Sha256,
            "EdDSA" => Alg::EdDsa,
            _ => return Err(refused("the ID token is signed in a way that is not accepted")),
        };
        if signed_by_one_of(known.metadata.jwks(), &algorithm, token) {
            return Ok(());
        }
        let keys = self.fetch_keys(known).await?;
        let signed = keys.is_some_and(|keys| signed_by_one_of(&keys, &algorithm, token));
        if signed { Ok(()) } else { Err(refused("no key of the provider made the ID token's signature")) }
    }

    async fn fetch_keys(&self, known: &Known) -> Result<Option<JsonWebKeySet<CoreJsonWebKey>>, Fault> {
        let mut pace = self.pace.lock().await;
        match &pace.keys {
            Some((again, Some(why))) if Instant::now() < *again => return Err(Fault::Down(why.clone())),
            // Somebody else may have fetched them while this sign-in waited.
            Some((again, None)) if Instant::now() < *again => {
                return Ok(self.known.load().as_ref().map(|known| known.metadata.jwks().clone()));
            }
            _ => {}
        }
        // Counts as failed until it is done: who breaks off the sign-in must not make the next one ask at once.
        pace.keys = Some((Instant::now() + RETRY, Some("its keys were asked for a moment ago".into())));
        let keys = JsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &self.wire).await;
        let keys = keys.map_err(|error| chain(&error)).map_err(|why| {
            pace.keys = Some((Instant::now() + RETRY, Some(why.clone())));
            Fault::Down(why)
        })?;
        pace.keys = Some((Instant::now() + KEYS, None));
        tracing::info!("fetched the keys of the sign-in provider again");
        let metadata = known.metadata.clone().set_jwks(keys.clone());
        self.known.store(Some(Arc::new(Known::new(metadata, known.asked))));
        Ok(Some(keys))
    }

    /// Asks for userinfo if the ID token lacks something, as the certified profile of many providers does.
    async fn complete(
        &self,
        known: &Known,
        claims: Map<String, Value>,
        access: Option<String>,
        roots: &BTreeSet<&str>,
    ) -> Result<Map<String, Value>, Fault> {
        let lacks = |name: &&str| !claims.contains_key(*name);
        let needed = roots.iter().any(lacks);
        let (Some(endpoint), Some(access), true) =
            (known.metadata.userinfo_endpoint(), access, needed || ["name", "email"].iter().any(lacks))
        else {
            return Ok(claims);
        };
        match self.userinfo(endpoint.as_str(), &access).await {
            Ok(userinfo) => idtoken::merge(claims, userinfo).map_err(refused),
            Err(why) if needed => Err(Fault::Down(why)),
            Err(why) => {
                tracing::debug!(why, "userinfo was not answered; the ID token says enough");
                Ok(claims)
            }
        }
    }

    async fn userinfo(&self, endpoint: &str, access: &str) -> Result<Map<String, Value>, String> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {access}")).map_err(|e| e.to_string())?;
        bearer.set_sensitive(true);
        let request = Request::get(endpoint).header(header::AUTHORIZATION, bearer);
        let request = request.header(header::ACCEPT, "application/json").body(Vec::new()).map_err(|e| e.to_string())?;
        let answer = self.wire.fetch(request).await.map_err(|e| e.to_string())?;
        if answer.status() != 200 {
            return Err(format!("userinfo was answered with {}", answer.status()));
        }
        serde_json::from_slice(answer.body()).map_err(|_| "the userinfo answer is no JSON object".into())
    }
}

/// A token answer: what is needed of it.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

fn signed_by_one_of(keys: &JsonWebKeySet<CoreJsonWebKey>, algorithm: &Alg, token: &Token<'_>) -> bool {
    let kid = token.header.kid.as_deref();
    let named = |key: &&CoreJsonWebKey| kid.is_none() || key.key_id().map(|id| id.as_str()) == kid;
    let mut candidates = keys.keys().iter().filter(named);
    candidates.any(|key| key.verify_signature(algorithm, token.signed, &token.signature).is_ok())
}

/// Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
fn basic(id: &str, secret: &secrecy::SecretString) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret.expose_secret()))))
}

fn refused(why: &str) -> Fault {
    Fault::Refused(why.to_owned())
}
