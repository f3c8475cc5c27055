//! Sessions as a forger with the edge's own keys would make them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tollgate::keys::{Credential, Keyring, Purpose};

use super::{Client, World};

/// A session as the edge signed it, with the times that a forger would like.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    #[serde(flatten)]
    body: Map<String, Value>,
}

impl Session {
    /// What a cookie holds.
    pub(crate) fn of(token: &str) -> Session {
        let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let mut body: Map<String, Value> = serde_json::from_slice(&body).unwrap();
        // Signing adds its own.
        body.remove("aud");
        Session { body }
    }

    /// The same with other times.
    pub(crate) fn with(mut self, times: &[(&str, i64)]) -> Session {
        for (name, time) in times {
            let before = self.body.insert((*name).to_owned(), (*time).into());
            assert!(before.is_some(), "a session has no `{name}`: {:?}", self.body);
        }
        self
    }

    /// Its id.
    pub(crate) fn sid(&self) -> &str {
        self.body["sid"].as_str().unwrap()
    }

    /// Makes the session of a browser one of two hours ago, in use ever since: time to ask again what the provider
    /// claims.
    pub(crate) fn age(world: &World, client: &mut Client) {
        let keys = Keyring::load(&world.project.file("keys")).unwrap();
        let now = chrono::Utc::now().timestamp();
        let (cookie, ago) = (client.cookies.get_mut("tollgate").unwrap(), now - 7_200);
        let aged = Session::of(cookie).with(&[("signed_in", ago), ("claimed", ago), ("seen", now - 5)]);
        *cookie = keys.sign(&aged).unwrap();
    }
}

impl Credential for Session {
    const TYP: &'static str = "tollgate-session+jwt";
    const AUDIENCE: &'static str = "tollgate:session";
    const PURPOSE: Purpose = Purpose::Session;
}
