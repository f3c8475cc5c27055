//! Asking a provider about itself: once for everybody, and never too often.
//!
//! Every request is made on a task of its own: whoever caused it may hang up, and what it finds is for all. One asks,
//! the others wait; how often is decided here alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use http::{Request, header};
use openidconnect::IssuerUrl;
use tokio::sync::Mutex;

use super::Fault;
use super::keys::Keys;
use super::metadata::{self, Known, plain};
use super::policies::Policies;
use crate::edge::token::Token;
use crate::edge::wire::Wire;

/// How long the provider's description and keys are believed before they are fetched again, if the provider can be
/// reached. So a key that the provider takes back is believed for an hour at most while it answers.
const FRESH: Duration = Duration::from_secs(3600);
/// The least time between two fetches of the keys because none fits.
const KEYS: Duration = Duration::from_secs(60);
/// The least time between two tries to reach a provider that is down, or does not answer with its keys.
const RETRY: Duration = Duration::from_secs(2);
/// How long an answer shows that the provider can be reached: for so long people are sent to one that has gone away.
const RECENT: Duration = Duration::from_secs(10);
/// How long somebody who only looks at a page waits to know whether the provider can be reached.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a failure counts as one of a moment ago.
const MOMENT: Duration = Duration::from_secs(30);

/// Why keys are to be fetched again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A token that the provider itself gave for a code does not fit.
    SignIn,
    /// A logout token does not fit. Anybody can post one.
    LogoutToken,
}

/// When keys were fetched again. A fetch that a stranger caused by a made-up logout token counts for the next
/// stranger but not for who signs in: else a stranger could keep a key that was just changed from being learnt. So
/// there are two fetches a minute at most: one for sign-ins, and one for logout tokens where there was no other.
#[derive(Default)]
struct Fetches {
    last: Option<Instant>,
    for_sign_in: Option<Instant>,
    failed: Option<(Instant, String)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Fetch,
    /// The keys that are held are as good as any to be had now.
    Held,
    Wait(String),
}

impl Fetches {
    fn turn(&self, cause: Cause, now: Instant) -> Turn {
        let within = |at: Instant, time| now.saturating_duration_since(at) < time;
        let last = if cause == Cause::SignIn { self.for_sign_in } else { self.last };
        match &self.failed {
            Some((at, why)) if within(*at, RETRY) => Turn::Wait(why.clone()),
            _ if last.is_some_and(|at| within(at, KEYS)) => Turn::Held,
            _ => Turn::Fetch,
        }
    }

    fn done(&mut self, cause: Cause, now: Instant, failure: Option<String>) {
        self.last = Some(now);
        if cause == Cause::SignIn && failure.is_none() {
            self.for_sign_in = Some(now);
        }
        self.failed = failure.map(|why| (now, why));
    }
}

struct Failure {
    at: Instant,
    why: String,
}

/// One provider: what is known of it, and when it may be asked.
pub(super) struct Contact {
    issuer: IssuerUrl,
    pub(super) wire: Wire,
    known: ArcSwapOption<Known>,
    /// The last try, if it failed.
    failed: ArcSwapOption<Failure>,
    /// Somebody waited in vain for a try that is still going on.
    slow: AtomicBool,
    /// Held by whoever asks.
    asking: Mutex<Fetches>,
    policies: Arc<Policies>,
    place: usize,
}

impl Contact {
    /// Asks nothing yet. `place` is the provider's among those that `policies` know.
    pub(super) fn new(issuer: IssuerUrl, wire: Wire, policies: Arc<Policies>, place: usize) -> Arc<Contact> {
        let (known, failed) = (ArcSwapOption::empty(), ArcSwapOption::empty());
        let (slow, asking) = (AtomicBool::new(false), Mutex::default());
        Arc::new(Contact { issuer, wire, known, failed, slow, asking, policies, place })
    }

    /// The issuer, to the last character as it is configured.
    pub(super) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// The provider's description of itself: what is known if it is fresh or the provider is down, else asked for.
    pub(super) async fn known(self: &Arc<Contact>) -> Result<Arc<Known>, Fault> {
        if let Some(known) = self.younger(FRESH) {
            return Ok(known);
        }
        let held = self.known.load_full();
        if let (Some(held), true) = (&held, self.down()) {
            self.ask_meanwhile();
            return Ok(held.clone());
        }
        self.ask(FRESH).await.or_else(|fault| held.ok_or(fault))
    }

    /// The provider's description, from a provider that answered a moment ago: nobody who wants to sign in is sent to
    /// one that is away, where their browser could only say that nothing is there.
    pub(super) async fn answering(self: &Arc<Contact>) -> Result<Arc<Known>, Fault> {
        match self.younger(RECENT) {
            Some(known) => Ok(known),
            None => self.ask(RECENT).await,
        }
    }

    /// Whether the provider answers. Never waits long: while it is known to be down the answer is no at once, and
    /// somebody else's is yes when it is up again.
    pub(super) async fn reachable(self: &Arc<Contact>) -> bool {
        if self.down() {
            self.ask_meanwhile();
            return false;
        }
        if self.younger(RECENT).is_some() {
            return true;
        }
        match tokio::time::timeout(PATIENCE, self.ask(RECENT)).await {
            Ok(answer) => answer.is_ok(),
            Err(_) => {
                self.slow.store(true, Ordering::Relaxed);
                false
            }
        }
    }

    /// Whether the last try failed, a moment ago, or is taking too long.
    pub(super) fn down(&self) -> bool {
        self.slow.load(Ordering::Relaxed) || self.failed.load().as_ref().is_some_and(|last| last.at.elapsed() < MOMENT)
    }

    /// Whether a key of the provider made the token's signature; fetches the keys once more if none did, for the
    /// provider may just have changed them.
    pub(super) async fn verify(self: &Arc<Contact>, token: &Token<'_>, cause: Cause) -> Result<(), Fault> {
        let signed = |keys: &Keys| keys.signed(token).map_err(super::refused);
        let known = self.known().await?;
        if signed(&known.keys)? || signed(&*self.keys_again(cause).await?)? {
            return Ok(());
        }
        Err(super::refused("no key of the provider made the token's signature"))
    }

    fn younger(&self, age: Duration) -> Option<Arc<Known>> {
        self.known.load_full().filter(|known| known.asked.elapsed() < age)
    }

    /// Asks unless what is known is younger than `age`.
    async fn ask(self: &Arc<Contact>, age: Duration) -> Result<Arc<Known>, Fault> {
        let contact = self.clone();
        let asking = tokio::spawn(async move {
            let _turn = contact.asking.lock().await;
            contact.ask_now(age).await
        });
        asking.await.unwrap_or_else(|error| Err(Fault::Down(error.to_string())))
    }

    /// Asks while nobody waits for it, unless somebody asks already.
    fn ask_meanwhile(self: &Arc<Contact>) {
        if self.failed.load().as_ref().is_some_and(|last| last.at.elapsed() < RETRY) {
            return;
        }
        let contact = self.clone();
        tokio::spawn(async move {
            if let Ok(_turn) = contact.asking.try_lock() {
                _ = contact.ask_now(RECENT).await;
            }
        });
    }

    /// For whoever holds `asking`.
    async fn ask_now(&self, age: Duration) -> Result<Arc<Known>, Fault> {
        let failing = self.failed.load_full();
        if let Some(last) = failing.as_ref().filter(|last| last.at.elapsed() < RETRY) {
            return Err(Fault::Down(last.why.clone()));
        }
        if let Some(known) = self.younger(age).filter(|_| failing.is_none()) {
            self.slow.store(false, Ordering::Relaxed);
            return Ok(known);
        }
        let found = self.discover().await;
        self.slow.store(false, Ordering::Relaxed);
        match found {
            Ok(known) => {
                let known = Arc::new(known);
                self.policies.learnt(self.place, known.form_targets());
                self.known.store(Some(known.clone()));
                self.failed.store(None);
                Ok(known)
            }
            Err(why) => {
                tracing::warn!(issuer = self.issuer(), why, "the sign-in provider cannot be asked");
                self.failed.store(Some(Arc::new(Failure { at: Instant::now(), why: why.clone() })));
                Err(Fault::Down(why))
            }
        }
    }

    /// The description first: nothing that it names is asked before all of it is found in order.
    pub(super) async fn discover(&self) -> Result<Known, String> {
        let address = self.issuer.join(".well-known/openid-configuration").map_err(|error| error.to_string())?;
        let body = self.get(address.as_str(), "its description").await?;
        let metadata = metadata::read(&body, self.issuer(), self.issuer.url())?;
        let keys = self.get(metadata.jwks_uri().as_str(), "its keys").await?;
        Ok(Known { metadata: Arc::new(metadata), keys: Arc::new(Keys::read(&keys)?), asked: Instant::now() })
    }

    async fn get(&self, address: &str, what: &str) -> Result<Vec<u8>, String> {
        let request = Request::get(address).header(header::ACCEPT, "application/json").body(Vec::new());
        let answer = self.wire.fetch(request.map_err(|error| error.to_string())?).await;
        let answer = answer.map_err(|error| format!("{what} cannot be fetched: {error}"))?;
        match answer.status().as_u16() {
            200 => Ok(answer.into_body()),
            300..400 => Err(format!("{what} is elsewhere ({}), and redirects are not followed", answer.status())),
            _ => Err(format!("asked for {what}, it answered {}", answer.status())),
        }
    }

    async fn keys_again(self: &Arc<Contact>, cause: Cause) -> Result<Arc<Keys>, Fault> {
        let contact = self.clone();
        let fetching = tokio::spawn(async move {
            let mut fetches = contact.asking.lock().await;
            let known = contact.known.load_full().ok_or_else(|| Fault::Down("it was never reached".into()))?;
            match fetches.turn(cause, Instant::now()) {
                Turn::Wait(why) => return Err(Fault::Down(why)),
                Turn::Held => return Ok(known.keys.clone()),
                Turn::Fetch => {}
            }
            let body = contact.get(known.metadata.jwks_uri().as_str(), "its keys").await;
            let keys = body.and_then(|body| Keys::read(&body));
            fetches.done(cause, Instant::now(), keys.as_ref().err().cloned());
            let keys = Arc::new(keys.map_err(Fault::Down)?);
            tracing::info!(issuer = contact.issuer(), ?cause, "fetched the keys of the sign-in provider again");
            let known = Known { metadata: known.metadata.clone(), keys: keys.clone(), asked: known.asked };
            contact.known.store(Some(Arc::new(known)));
            Ok(keys)
        });
        fetching.await.unwrap_or_else(|error| Err(Fault::Down(plain(&error))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_fetched_again_once_a_minute_and_strangers_do_not_use_up_the_turn_of_a_sign_in() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut fetches = Fetches::default();
        let wait = Turn::Wait("down".into());
        // Each step: when, for what, what is decided; and, if that is to fetch, why it failed.
        for (seconds, cause, turn, failure) in [
            (0, Cause::LogoutToken, Turn::Fetch, None),
            (1, Cause::LogoutToken, Turn::Held, None),
            (1, Cause::SignIn, Turn::Fetch, None),
            (2, Cause::SignIn, Turn::Held, None),
            (60, Cause::LogoutToken, Turn::Held, None),
            (60, Cause::SignIn, Turn::Held, None),
            (61, Cause::LogoutToken, Turn::Fetch, None),
            (61, Cause::SignIn, Turn::Fetch, Some("down")),
            (62, Cause::SignIn, wait, None),
            (63, Cause::SignIn, Turn::Fetch, Some("down")),
            (65, Cause::LogoutToken, Turn::Held, None),
            (65, Cause::SignIn, Turn::Fetch, None),
            (124, Cause::SignIn, Turn::Held, None),
            (125, Cause::SignIn, Turn::Fetch, None),
        ] {
            let decided = fetches.turn(cause, at(seconds));
            assert_eq!(decided, turn, "{cause:?} after {seconds} s");
            if decided == Turn::Fetch {
                fetches.done(cause, at(seconds), failure.map(str::to_owned));
            }
        }
    }
}
