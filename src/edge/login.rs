//! The conversation with the sign-in providers: only this file and its parts name `openidconnect`.
//!
//! | part | holds |
//! |---|---|
//! | `providers` | all of them, and which is meant |
//! | `contact` | what is known of one, and when it may be asked |
//! | `metadata`, `keys` | its description and its keys, and how far they are believed |
//! | `exchange` | requests that carry a secret |
//! | `examine` | a look at one for operators |
//! | `policies` | the content security policies, which name the providers |

mod contact;
mod examine;
mod exchange;
mod keys;
mod metadata;
mod policies;
mod providers;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient};
use openidconnect::url::Url;
use openidconnect::{
    ClientId, CsrfToken, IssuerUrl, LoginHint, LogoutHint, LogoutRequest, Nonce, PkceCodeChallenge,
    PostLogoutRedirectUrl, RedirectUrl, Scope,
};
use serde_json::{Map, Value};

use super::idtoken::{self, Expected};
use super::logouttoken::{self, LoggedOut};
use super::session::Attempt;
use super::token::{Kind, Token, short_text};
use super::wire::Wire;
use super::{Error, Provider, on_loopback};
use crate::keys::random_id;
use contact::{Cause, Contact};
pub(super) use examine::examine;
use exchange::{Client, Tokens};
use metadata::Known;
use policies::Policies;
pub(super) use providers::Providers;

/// Why a sign-in does not go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The provider cannot be reached or does not answer sensibly; it may later.
    Down(String),
    /// What came back is not to be believed.
    Refused(String),
}

/// How much a provider may ask of the person (OpenID Connect Core 1.0, 3.1.2.1, `prompt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// As it likes: somebody whom it knows may come back at once.
    None,
    /// Nothing at all: it answers at once, with an error if it would have to ask.
    Silent,
    /// For another account.
    Another,
}

/// What a sign-in is for.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// How much the provider may ask.
    pub(super) prompt: Prompt,
    /// Whom it is expected to be, as somebody typed it.
    pub(super) login_hint: Option<&'a str>,
    /// Where to go afterwards. Checked by whoever asks.
    pub(super) back: String,
    /// The id of the session whose claims are asked for again.
    pub(super) renews: Option<String>,
}

/// A sign-in to be started.
#[derive(Debug)]
pub(super) struct Begun {
    /// Where to send the browser.
    pub(super) url: String,
    /// What to remember until it comes back.
    pub(super) attempt: Attempt,
}

/// What a provider says of somebody who signed in, all of it checked.
pub(super) struct Signed {
    /// Every claim, `iss` and `sub` among them as texts.
    pub(super) claims: Map<String, Value>,
    /// The ID token itself: good for saying later who is meant, and for nothing else here.
    pub(super) id_token: String,
    /// The provider's own name for its session, if it has one that can be kept.
    pub(super) sid: Option<String>,
}

/// How long somebody who signs out waits for a provider that has not been asked before.
const LEAVING: Duration = Duration::from_secs(3);

/// One provider, one site.
pub(super) struct Login {
    provider: Listed,
    client: Client,
    callback: RedirectUrl,
    signed_out: PostLogoutRedirectUrl,
    contact: Arc<Contact>,
}

/// What of a provider's settings is shown, looked up or asked for.
struct Listed {
    name: String,
    title: String,
    domains: Vec<String>,
    scopes: Vec<String>,
}

/// Whether an error of a callback only says that the provider would have to ask the person something: what a
/// `prompt=none` is answered with by a provider that does not know them any more (OpenID Connect Core 1.0, 3.1.2.6).
pub(super) fn needs_interaction(error: &str) -> bool {
    matches!(error, "login_required" | "interaction_required" | "consent_required" | "account_selection_required")
}

impl Login {
    fn new(
        provider: Provider,
        issuer: IssuerUrl,
        base: &Url,
        callback: &str,
        policies: &Arc<Policies>,
        place: usize,
    ) -> Result<Login, Error> {
        let fault = |why: String| Error::Provider { issuer: provider.issuer.clone(), why };
        let here = |path: &str| base.join(path).map_err(|e| fault(e.to_string()));
        let (callback, signed_out) = (here(callback)?, here("/-/signed-out")?);
        let wire = Wire::new(issuer.url().scheme() == "https");
        let wire = wire.map_err(|e| Error::Roots { issuer: provider.issuer.clone(), why: e.to_string() })?;
        let Provider { name, title, domains, client_id, credential, scopes, .. } = provider;
        Ok(Login {
            provider: Listed { name, title, domains, scopes },
            client: Client::new(client_id, credential)?,
            callback: RedirectUrl::from_url(callback),
            signed_out: PostLogoutRedirectUrl::from_url(signed_out),
            contact: Contact::new(issuer, wire, policies.clone(), place),
        })
    }

    /// Names it in addresses, attempts and rules.
    pub(super) fn name(&self) -> &str {
        &self.provider.name
    }

    /// What people read on its button.
    pub(super) fn title(&self) -> &str {
        &self.provider.title
    }

    /// Whether people come back from it to this path.
    pub(super) fn returns_to(&self, path: &str) -> bool {
        self.callback.url().path() == path
    }

    /// Whether an e-mail address can tell that it is the right one.
    pub(super) fn has_domains(&self) -> bool {
        !self.provider.domains.is_empty()
    }

    /// Its issuer, to the last character.
    pub(super) fn issuer(&self) -> &str {
        self.contact.issuer()
    }

    /// Whether it answers, so that nobody is sent to a provider that is down. The answer comes within a second, and
    /// at once while it is known.
    pub(super) async fn reachable(&self) -> bool {
        self.contact.reachable().await
    }

    /// Whether the last try to reach it failed, a moment ago.
    pub(super) fn down(&self) -> bool {
        self.contact.down()
    }

    /// Makes up a sign-in: state, nonce and proof key, and the provider's address with all of them.
    pub(super) async fn begin(&self, ask: Ask<'_>) -> Result<Begun, Fault> {
        let known = self.contact.answering().await?;
        let random = || random_id().map_err(|e| Fault::Down(e.to_string()));
        let (state, nonce) = (random()?, random()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let url = self.authorize(&known, &ask, &state, &nonce, challenge);
        let started = chrono::Utc::now().timestamp_micros();
        let (provider, verifier) = (self.name().to_owned(), verifier.into_secret());
        let attempt = Attempt { provider, renews: ask.renews, state, nonce, verifier, back: ask.back, started };
        Ok(Begun { url: url.into(), attempt })
    }

    /// The address to send the browser to. The answer must come back as a query: said though it is what a code comes
    /// back as anyway, for a fragment would never reach this site.
    fn authorize(&self, known: &Known, ask: &Ask<'_>, state: &str, nonce: &str, proof: PkceCodeChallenge) -> Url {
        let client_id = ClientId::new(self.client.id.clone());
        let client = CoreClient::from_provider_metadata((*known.metadata).clone(), client_id, None);
        let client = client.set_redirect_uri(self.callback.clone());
        let (csrf, once) = (CsrfToken::new(state.to_owned()), Nonce::new(nonce.to_owned()));
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, move || csrf, move || once).set_pkce_challenge(proof);
        for scope in self.provider.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if let Some(hint) = ask.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        let prompt = match ask.prompt {
            Prompt::None => None,
            Prompt::Silent => Some("none"),
            Prompt::Another => Some(known.another()),
        };
        let more = [("response_mode", Some("query")), ("prompt", prompt)];
        for (name, value) in more.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            request = request.add_extra_param(name, value);
        }
        request.url().0
    }

    /// Whether the `iss` of a callback is right: a code from one provider must not be taken to another (RFC 9207).
    pub(super) async fn answered(&self, iss: Option<&str>) -> Result<(), Fault> {
        let known = self.contact.known().await?;
        let promised = known.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.issuer() => Ok(()),
            None if !promised => Ok(()),
            _ => Err(refused("the answer is not from the provider that was asked")),
        }
    }

    /// Trades the code for the person's claims. `roots` are the claims that the policy reads.
    pub(super) async fn finish(
        &self,
        attempt: &Attempt,
        code: &str,
        roots: &BTreeSet<&str>,
        now: i64,
    ) -> Result<Signed, Fault> {
        if attempt.provider != self.name() {
            return Err(refused("the sign-in began with another provider"));
        }
        let known = self.contact.known().await?;
        let (wire, callback) = (&self.contact.wire, self.callback.as_str());
        let tokens = self.client.exchange(wire, &known, attempt, callback, code, now).await?;
        let token = Token::parse(&tokens.id_token, Kind::Id).map_err(refused)?;
        self.contact.verify(&token, Cause::SignIn).await?;
        let (issuer, client_id) = (self.issuer(), self.client.id.as_str());
        idtoken::check(&token.claims, Expected { issuer, client_id, nonce: &attempt.nonce, now }).map_err(refused)?;
        if let Some(access) = tokens.access() {
            idtoken::belongs(&token, access).map_err(refused)?;
        }
        let sid = short_text(&token.claims, "sid").map(str::to_owned);
        let claims = self.complete(&known, token.claims, &tokens, roots).await?;
        Ok(Signed { claims, sid, id_token: tokens.id_token })
    }

    /// Asks for userinfo if the ID token lacks something, as the certified profile of many providers does. Only for
    /// an ID token that was found to be right.
    async fn complete(
        &self,
        known: &Known,
        claims: Map<String, Value>,
        tokens: &Tokens,
        roots: &BTreeSet<&str>,
    ) -> Result<Map<String, Value>, Fault> {
        let lacks = |name: &&str| !claims.contains_key(*name);
        let needed = roots.iter().any(lacks);
        let (Some(endpoint), Some(access), true) =
            (known.metadata.userinfo_endpoint(), tokens.access(), needed || ["name", "email"].iter().any(lacks))
        else {
            return Ok(claims);
        };
        match exchange::userinfo(&self.contact.wire, endpoint.as_str(), access).await {
            Ok(userinfo) => idtoken::merge(claims, userinfo).map_err(refused),
            Err(fault) if needed => Err(fault),
            Err(Fault::Down(why) | Fault::Refused(why)) => {
                tracing::debug!(why, "userinfo was not answered; the ID token says enough");
                Ok(claims)
            }
        }
    }

    /// Where to sign out at the provider too, if it offers that and can be asked in a moment (OpenID Connect
    /// RP-Initiated Logout 1.0). An ID token says best who is meant; without one, `sub` is a hint.
    pub(super) async fn end_session(
        &self,
        sub: Option<&str>,
        id_token_hint: Option<&str>,
        state: &str,
    ) -> Option<String> {
        let known = tokio::time::timeout(LEAVING, self.contact.known()).await.ok()?.ok()?;
        let endpoint = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.client.id.clone()))
            .set_post_logout_redirect_uri(self.signed_out.clone())
            .set_state(CsrfToken::new(state.to_owned()));
        if let (Some(sub), None) = (sub, id_token_hint) {
            request = request.set_logout_hint(LogoutHint::new(sub.to_owned()));
        }
        let mut url = request.http_get_url();
        if let Some(hint) = id_token_hint {
            url.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        Some(url.into())
    }

    /// Checks a logout token that somebody posted: whose keys these are was chosen by the issuer it claims, which is
    /// checked here like all else. Whether it was used before is for the caller, who keeps `jti`.
    pub(super) async fn logout(&self, token: &str, now: i64) -> Result<LoggedOut, Fault> {
        let token = logouttoken::parse(token).map_err(refused)?;
        let read = logouttoken::check(&token.claims, self.issuer(), &self.client.id, now).map_err(refused)?;
        self.contact.verify(&token, Cause::LogoutToken).await?;
        Ok(read)
    }
}

/// A provider's issuer, if it is an address that may be used (OpenID Connect Discovery 1.0, 3 and 7.2).
fn issuer(provider: &Provider) -> Result<IssuerUrl, Error> {
    let fault = |why: &str| Error::Provider { issuer: provider.issuer.clone(), why: why.to_owned() };
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|error| fault(&format!("is no address: {error}")))?;
    let url = issuer.url();
    if url.scheme() != "https" && !(url.scheme() == "http" && on_loopback(url)) {
        return Err(fault("must be an https address: only a provider on loopback may do without"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(fault("must be a plain address, without a query, a fragment or a user name"));
    }
    Ok(issuer)
}

/// Whether one of the keys of a set made a token's signature; no for a set that is none, too.
#[cfg(any(test, fuzzing))]
pub(super) fn signed_by(set: &[u8], token: &Token<'_>) -> bool {
    keys::Keys::read(set).is_ok_and(|keys| keys.signed(token) == Ok(true))
}

fn refused(why: &str) -> Fault {
    Fault::Refused(why.to_owned())
}

#[cfg(test)]
mod tests;
