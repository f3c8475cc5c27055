//! The certified OpenID provider, `provider.mjs`, as a child process.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::program::Running;

/// A provider with its people.
pub(crate) struct Provider {
    node: Running,
    pub(crate) issuer: String,
    pub(crate) client_secret: String,
}

impl Provider {
    /// The secret of its only client.
    pub(crate) const SECRET: &str = "a-secret-of-the-tests-only";

    /// Starts it for an edge at `base`; `people` maps each subject to its claims.
    pub(crate) fn start(base: &str, people: &Value) -> Provider {
        Provider::start_on(0, base, people)
    }

    /// Starts it on a port that the edge knows already.
    pub(crate) fn start_on(port: u16, base: &str, people: &Value) -> Provider {
        Provider::start_as(base, people, json!({ "port": port }))
    }

    /// Starts it with more of what the script takes, such as `tls` and `auth`.
    pub(crate) fn start_as(base: &str, people: &Value, mut settings: Value) -> Provider {
        settings["base"] = base.into();
        settings["people"] = people.clone();
        let mut node = script("provider.mjs", &settings);
        let told: Value = node.line(|line| serde_json::from_str(line).ok());
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        let client_secret = text("client_secret");
        assert_eq!(client_secret, Provider::SECRET);
        Provider { issuer: text("issuer"), client_secret, node }
    }

    /// From now on it signs with a new key and has forgotten the old one.
    pub(crate) fn rotate_keys(&mut self) {
        self.node.ask(r#"{"rotate":true}"#);
    }

    /// Changes what it says of people, from their next sign-in.
    pub(crate) fn set_people(&mut self, people: &Value) {
        self.node.ask(&json!({ "people": people }).to_string());
    }

    /// How many sessions it holds for a person.
    pub(crate) fn sessions_of(&mut self, person: &str) -> u64 {
        let answer: Value = serde_json::from_str(&self.node.ask(&json!({ "signed_in": person }).to_string())).unwrap();
        answer["sessions"].as_u64().unwrap()
    }
}

/// Starts one of the scripts beside the tests with one argument.
pub(crate) fn script(name: &str, argument: &Value) -> Running {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let installed = root.join("tests/node_modules");
    assert!(installed.is_dir(), "{} is missing: run `tests/run`, or `npm ci` in `tests`", installed.display());
    let mut command = Command::new("node");
    command.arg(root.join("tests/it").join(name)).arg(argument.to_string());
    Running::spawn(command)
}
