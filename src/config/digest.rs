//! `[smtp]` and `[[digest]]`: who gets the week in short, and how.

use std::path::{Path, PathBuf};

use chrono::Weekday;

use super::reader::{At, Table};
use super::values::secret;
use super::{Secret, SecretFault};
use crate::domain::policy::{Email, Policy, RoleName};
use crate::mail::{self, Security};

/// The mail server, its password not read yet.
#[derive(Debug)]
pub struct Smtp {
    host: String,
    port: u16,
    tls: Security,
    account: Option<(String, Secret)>,
    ca: Option<PathBuf>,
    from: String,
}

/// Who gets the week of a role in short.
#[derive(Debug)]
pub struct Digest {
    /// The role.
    pub role: RoleName,
    /// Whom it is mailed to.
    pub to: Vec<String>,
    /// Where the address of a webhook is kept that it is posted to.
    pub webhook: Option<Secret>,
    /// The night from which on it is sent, in the week after.
    pub weekday: Weekday,
}

impl Smtp {
    /// What mails are sent with, the password read.
    ///
    /// # Errors
    /// The password cannot be read.
    pub fn settings(&self, name: &str) -> Result<mail::Settings, SecretFault> {
        let account = match &self.account {
            Some((user, secret)) => Some((user.clone(), secret.read()?)),
            None => None,
        };
        let Smtp { host, port, tls, ca, from, .. } = self;
        let (host, ca, from) = (host.clone(), ca.clone(), from.clone());
        Ok(mail::Settings { host, port: *port, tls: *tls, account, ca, from, name: name.to_owned() })
    }
}

/// `[smtp]`.
pub(super) fn smtp(root: &Table<'_, '_>, folder: &Path) -> Option<Smtp> {
    let section = root.table("smtp")?;
    let host = section.required("host", "name the mail server, such as \"smtp.acme.example\"");
    let from = section.required("from", "write the address that mails come from, such as \"traffic@acme.example\"");
    let from = from.and_then(|text| email(&section, "from", text));
    let tls = security(&section, host.as_ref());
    let usual = match tls {
        Security::Required => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    let port = section.number("port", 1..=65_535).and_then(|port| u16::try_from(port).ok()).unwrap_or(usual);
    let ca = section.text("ca_file").map(|text| folder.join(text.value));
    let account = match (section.text("user"), secret(&section, "password_env", "password_file", folder)) {
        (Some(user), Some(password)) => Some((user.value, password)),
        (None, None) => None,
        (Some(user), None) => {
            section.fault(user.at, "[smtp] has a `user` and no password", "add `password_env` or `password_file`");
            None
        }
        (None, Some(_)) => {
            section.fault(section.at(), "[smtp] has a password and no `user`", "add `user`");
            None
        }
    };
    Some(Smtp { host: host?.value, port, tls, account, ca, from: from? })
}

fn security(section: &Table<'_, '_>, host: Option<&At<String>>) -> Security {
    let Some(text) = section.text("tls") else { return Security::Required };
    let local = host.is_none_or(|host| matches!(host.value.as_str(), "localhost" | "127.0.0.1" | "::1"));
    match text.value.as_str() {
        "required" => Security::Required,
        "starttls" => Security::StartTls,
        "none" if local => Security::None,
        "none" => {
            let hint = "write \"required\" or \"starttls\"; clear text is for a server on this machine only";
            section.fault(text.at, "`tls` is \"none\" on the way to another machine", hint);
            Security::Required
        }
        other => {
            let hint = "write \"required\" (TLS from the start), \"starttls\", or \"none\" on this machine";
            section.fault(text.at, format!("`tls` is \"{other}\""), hint);
            Security::Required
        }
    }
}

fn email(table: &Table<'_, '_>, key: &str, text: At<String>) -> Option<String> {
    let usable = Email::parse(&text.value).is_some();
    if !usable {
        let what = format!("`{key}` holds `{}`, which is no e-mail address", text.value);
        table.fault(text.at, what, "write the address alone, such as \"mia@acme.example\"");
    }
    usable.then_some(text.value)
}

/// Every `[[digest]]`.
pub(super) fn digests(root: &Table<'_, '_>, policy: &Policy, smtp: bool, folder: &Path) -> Vec<Digest> {
    let mut digests: Vec<Digest> = Vec::new();
    for table in root.tables("digest") {
        let Some(digest) = digest(&table, policy, folder) else { continue };
        if !digest.to.is_empty() && !smtp {
            let hint = "add `[smtp]` with `host` and `from`";
            table.fault(table.at(), "[[digest]] mails somebody, and there is no `[smtp]`", hint);
        }
        if digests.iter().any(|other| other.role == digest.role) {
            let what = format!("two sections `[[digest]]` are of the role `{}`", digest.role);
            table.fault(table.at(), what, "put all who get it into one");
        }
        digests.push(digest);
    }
    digests
}

fn digest(table: &Table<'_, '_>, policy: &Policy, folder: &Path) -> Option<Digest> {
    let role = table.required("role", "name the role whose week it is").and_then(|text| {
        let found = policy.roles().iter().find(|role| role.name.as_str() == text.value);
        if found.is_none() {
            let known: Vec<String> = policy.roles().iter().map(|role| format!("`{}`", role.name)).collect();
            let hint = format!("known roles are {}", known.join(", "));
            table.fault(text.at, format!("[[digest]] names the role `{}`, which there is not", text.value), hint);
        }
        found.map(|role| role.name.clone())
    });
    let listed = table.texts("to");
    let nobody = listed.is_empty();
    let to: Vec<String> = listed.into_iter().filter_map(|text| email(table, "to", text)).collect();
    let webhook = secret(table, "webhook_env", "webhook_file", folder);
    let weekday = table.text("weekday").map_or(Some(Weekday::Mon), |text| {
        let read = text.value.parse().ok();
        if read.is_none() {
            table.fault(text.at, format!("`weekday` is `{}`", text.value), "write a day, such as \"monday\"");
        }
        read
    });
    if nobody && webhook.is_none() && !table.has("webhook_env") {
        let hint = "add `to = [\"mia@acme.example\"]`, or `webhook_env`";
        table.fault(table.at(), "[[digest]] goes to nobody", hint);
    }
    Some(Digest { role: role?, to, webhook, weekday: weekday? })
}
