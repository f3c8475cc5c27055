//! GitHub Apps at the sample: an App proves itself with what it signed, and gets a token for each account it is on.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use http::{HeaderMap, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::repository::{OWNERS, Owner};
use super::routes::{self, Answer};
use super::{Request, Sample};
use crate::domain::Timestamp;

/// An App that the sample knows.
#[derive(Clone, Debug)]
pub struct SampleApp {
    /// Its number.
    pub id: u64,
    /// Its public key in DER as PKCS#1; what it signs is held against it.
    pub public_key: Vec<u8>,
    /// Seconds that the tokens it gets are good for; an hour at GitHub.
    pub life: i64,
    /// Where it is installed.
    pub installations: Vec<SampleInstallation>,
}

/// An App on one account.
#[derive(Clone, Debug)]
pub struct SampleInstallation {
    /// Its number.
    pub id: u64,
    /// Whose; one that is no owner of the sample's has no repositories.
    pub login: String,
    /// Whether the owner has stopped it.
    pub suspended: bool,
    /// Whether it has the permission that traffic needs.
    pub administration: bool,
}

/// What the sample knows of Apps.
#[derive(Default)]
pub(super) struct Apps(Mutex<State>);

#[derive(Default)]
struct State {
    app: Option<SampleApp>,
    /// Tokens given out: for which owner, whether with the permission for traffic, and until when.
    granted: BTreeMap<String, (Owner, bool, Timestamp)>,
    count: u64,
}

/// What an App says of itself.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
}

impl Sample {
    /// Lets an App in, in the place of any other.
    pub fn set_app(&self, app: SampleApp) {
        self.apps.state().app = Some(app);
    }

    /// Makes all tokens of installations void, as when an owner revokes them.
    pub fn revoke(&self) {
        self.apps.state().granted.clear();
    }

    /// How many tokens were given out.
    pub fn granted(&self) -> u64 {
        self.apps.state().count
    }
}

impl Apps {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose repositories an installation's token opens, and whether their traffic too.
    pub(super) fn opens(&self, token: &str) -> Option<(Owner, bool)> {
        let (owner, traffic, until) = *self.state().granted.get(token)?;
        (until > Utc::now()).then_some((owner, traffic))
    }
}

/// The answer to what an App asks in its own name; `None` for all other requests.
pub(super) fn answer(sample: &Sample, method: &Method, request: &Request) -> Option<Answer> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    if segments.first() != Some(&"app") {
        return None;
    }
    if let Some(refusal) = routes::refuse(&Method::GET, path, &request.headers) {
        return Some(refusal);
    }
    let app = sample.apps.state().app.clone();
    let proven = app.ok_or("Integration not found").and_then(|app| proven(&app, &request.headers).map(|()| app));
    Some(match proven {
        Err(why) => routes::refusal(StatusCode::UNAUTHORIZED, why),
        Ok(app) => match (method.as_str(), &segments[1..]) {
            ("GET", []) => Answer::ok(about(&app)),
            ("GET", ["installations"]) => installations(&app, base(&request.headers), query),
            ("POST", ["installations", id, "access_tokens"]) => grant(sample, &app, id),
            _ => routes::not_found(),
        },
    })
}

/// GitHub's rules for what an App signs.
fn proven(app: &SampleApp, headers: &HeaderMap) -> Result<(), &'static str> {
    const BROKEN: &str = "A JSON web token could not be decoded";
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = shown.strip_prefix("Bearer ").ok_or(BROKEN)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(BROKEN)?;
    let (head, claims) = signed.split_once('.').ok_or(BROKEN)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| BROKEN);
    let head: Value = serde_json::from_slice(&decoded(head)?).map_err(|_| BROKEN)?;
    let claims: Claims = serde_json::from_slice(&decoded(claims)?).map_err(|_| BROKEN)?;
    if head["alg"] != "RS256" {
        return Err(BROKEN);
    }
    if claims.iss != app.id.to_string() {
        return Err("Integration not found");
    }
    let now = Utc::now().timestamp();
    if claims.iat > now {
        return Err("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
    }
    if claims.exp <= now {
        return Err(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
    }
    if claims.exp > now + 600 {
        return Err("'Expiration time' claim ('exp') is too far in the future");
    }
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &app.public_key);
    key.verify(signed.as_bytes(), &decoded(signature)?).map_err(|_| BROKEN)
}

fn about(app: &SampleApp) -> Value {
    json!({
        "id": app.id, "slug": "tollgate-sample", "node_id": "A_sample", "client_id": format!("Iv1.{:016x}", app.id),
        "owner": owner("acme"), "name": "Tollgate sample", "description": "",
        "external_url": "https://tollgate.example", "html_url": "https://github.com/apps/tollgate-sample",
        "created_at": STAMP, "updated_at": STAMP, "permissions": permissions(true), "events": [],
        "installations_count": app.installations.len(),
    })
}

const STAMP: &str = "2026-01-01T00:00:00Z";

fn installations(app: &SampleApp, base: String, query: &str) -> Answer {
    let size = routes::number(query, "per_page").unwrap_or(30).clamp(1, 100);
    let page = routes::number(query, "page").unwrap_or(1).max(1);
    let all = &app.installations;
    let shown = all.iter().skip((page - 1).saturating_mul(size)).take(size);
    let mut answer = Answer::ok(shown.map(|one| installation(app, one, &base)).collect());
    let links = routes::links(&base, "/app/installations", size, page, all.len().div_ceil(size).max(1));
    if !links.is_empty() {
        answer.put(header::LINK, &links);
    }
    answer
}

fn installation(app: &SampleApp, one: &SampleInstallation, base: &str) -> Value {
    let organization = known(&one.login).is_none_or(|owner| owner.organization);
    json!({
        "id": one.id, "client_id": format!("Iv1.{:016x}", app.id), "account": owner(&one.login),
        "access_tokens_url": format!("{base}/app/installations/{}/access_tokens", one.id),
        "repositories_url": format!("{base}/installation/repositories"),
        "html_url": format!("https://github.com/organizations/{}/settings/installations/{}", one.login, one.id),
        "app_id": app.id, "app_slug": "tollgate-sample", "target_id": one.id,
        "target_type": if organization { "Organization" } else { "User" },
        "permissions": permissions(one.administration), "events": [], "created_at": STAMP, "updated_at": STAMP,
        "single_file_name": null, "has_multiple_single_files": false, "single_file_paths": [],
        "repository_selection": "all", "suspended_by": null,
        "suspended_at": one.suspended.then_some(STAMP),
    })
}

fn grant(sample: &Sample, app: &SampleApp, id: &str) -> Answer {
    let Some(one) = app.installations.iter().find(|one| one.id.to_string() == id) else { return routes::not_found() };
    if one.suspended {
        return routes::refusal(StatusCode::FORBIDDEN, "This installation has been suspended");
    }
    let Some(owner) = known(&one.login) else { return routes::not_found() };
    let expires = Utc::now() + TimeDelta::seconds(app.life);
    let mut state = sample.apps.state();
    state.count += 1;
    // Two dots, as in the form that GitHub gives out since 2026.
    let token = format!("ghs_{}_sample.{}.{}", app.id, one.id, state.count);
    state.granted.insert(token.clone(), (owner, one.administration, expires));
    let body = json!({
        "token": token, "expires_at": expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "permissions": permissions(one.administration), "repository_selection": "all",
    });
    Answer { status: StatusCode::CREATED, ..Answer::ok(body) }
}

fn permissions(administration: bool) -> Value {
    match administration {
        true => json!({ "administration": "read", "metadata": "read" }),
        false => json!({ "metadata": "read" }),
    }
}

fn owner(login: &str) -> Value {
    let owner = known(login);
    let organization = owner.is_none_or(|owner| owner.organization);
    json!({
        "login": login, "id": owner.map_or(1, |owner| owner.id), "node_id": "O_sample",
        "type": if organization { "Organization" } else { "User" }, "site_admin": false,
    })
}

fn known(login: &str) -> Option<Owner> {
    OWNERS.into_iter().find(|owner| owner.login.eq_ignore_ascii_case(login))
}

/// The address that the client used.
pub(super) fn base(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

#[cfg(test)]
mod tests;
