//! The end of mails: a signed link in each of them, and what it leaves behind.
//!
//! The link names a role and a digest of the reader's address. It needs no sign-in, since mail programs follow it by
//! themselves (RFC 8058): a GET shows a button, and only a POST ends anything.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::Edge;
use super::budget::Budget;
use super::pages::Stopped;
use super::reply::Reply;
use super::routes::{Asked, encoded};
use super::signin::Params;
use crate::domain::policy::RoleName;
use crate::domain::release::Digest;
use crate::keys::{self, Credential, Keyring, Purpose};
use crate::releases::{self, Releases};

/// The kind of the small objects beside the releases.
const KIND: &str = "unsubscribed";

/// What the link in a mail says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unsubscribe {
    role: RoleName,
    /// Of whose mails: the digest of an address.
    reader: Digest,
}

impl Credential for Unsubscribe {
    const TYP: &'static str = "tollgate-unsubscribe+jwt";
    const AUDIENCE: &'static str = "tollgate:unsubscribe";
    const PURPOSE: Purpose = Purpose::Mail;
}

/// What a reader of a role's mails is called beside the releases, ASCII case aside: no address lies there.
pub fn reader(role: &RoleName, address: &str) -> Digest {
    Digest::of_parts([role.as_str().as_bytes(), address.to_ascii_lowercase().as_bytes()])
}

/// The address that ends a role's mails to a reader.
///
/// # Errors
/// [`keys::Error`] when it cannot be signed.
pub fn link(keys: &Keyring, base_url: &str, role: &RoleName, address: &str) -> Result<String, keys::Error> {
    let token = keys.sign(&Unsubscribe { role: role.clone(), reader: reader(role, address) })?;
    Ok(format!("{base_url}/-/unsubscribe?token={}", encoded(&token)))
}

/// Whether a reader wants no more of a role's mails.
///
/// # Errors
/// [`releases::Error`] when the place beside the releases cannot be read.
pub async fn has_ended(releases: &Releases, role: &RoleName, address: &str) -> Result<bool, releases::Error> {
    Ok(releases.mark(KIND, &name(role, reader(role, address))).await?.is_some())
}

/// Lets a reader get a role's mails again.
///
/// # Errors
/// [`releases::Error`] when the place beside the releases cannot be written.
pub async fn resume(releases: &Releases, role: &RoleName, address: &str) -> Result<(), releases::Error> {
    releases.remove_mark(KIND, &name(role, reader(role, address))).await
}

fn name(role: &RoleName, reader: Digest) -> String {
    format!("{role}/{reader}")
}

/// `unsubscribe.html`
#[derive(Serialize)]
struct Page<'a> {
    /// What the button hands in; `None` once it is done.
    token: Option<&'a str>,
}

impl Edge {
    /// `/-/unsubscribe`.
    pub(super) async fn unsubscribe(self: &Arc<Edge>, asked: &Asked) -> Reply {
        let (query, form) = (Params::of(&asked.query), Params::of_form(&asked.form));
        // A mail program posts to the whole address; the button hands in what stood in it.
        let token = Some(query.text("token")).filter(|token| !token.is_empty()).unwrap_or(form.text("token"));
        let Ok(wanted) = self.keys().verify::<Unsubscribe>(token) else {
            let text =
                "The link was not copied whole, or is too old. Take the one in the newest mail, or answer that mail.";
            let stopped = Stopped::plain("This link ends nothing", text);
            let refused = || self.pages.stopped(StatusCode::FORBIDDEN, &stopped);
            return self.draw(Budget::Failure, asked).unwrap_or_else(refused);
        };
        if asked.method != Method::POST {
            return self.pages.page(StatusCode::OK, "unsubscribe", &Page { token: Some(token) });
        }
        match self.releases.put_mark(KIND, &name(&wanted.role, wanted.reader), Vec::new()).await {
            Ok(()) => self.pages.page(StatusCode::OK, "unsubscribe", &Page { token: None }),
            Err(error) => self.broken(&error),
        }
    }
}
