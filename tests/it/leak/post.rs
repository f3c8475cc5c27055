//! Where the week in short goes: a mail server, and a channel for each role.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{Texts, planted};
use crate::support::mail::{MailServer, webhook};
use crate::support::world::ALL_ROLES;
use crate::support::{Authority, World};

/// A role's channel: the variable that holds its address, that address, and what was posted there.
struct Channel {
    variable: String,
    address: String,
    posted: Arc<Mutex<Vec<Value>>>,
}

pub(super) struct Post {
    server: MailServer,
    channels: [Channel; ALL_ROLES.len()],
}

impl Post {
    /// Every role has a reader and a channel of its own.
    pub(super) fn new(world: &World) -> Post {
        let authority = Authority::new("for mails");
        let server = MailServer::start(&authority);
        world.project.write("mail-ca.pem", &authority.pem());
        world.amend(&format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"starttls\"\nuser = \"{}\"\npassword_env = \"MAIL_PASSWORD\"\n\
             from = \"traffic@acme.example\"\nca_file = \"mail-ca.pem\"\n",
            server.port,
            MailServer::USER,
        ));
        let channel = |role: &str| {
            let (address, posted) = webhook();
            Channel { variable: format!("CHANNEL_{}", role.to_uppercase()), address, posted }
        };
        Post { server, channels: ALL_ROLES.map(channel) }
    }

    /// The week in which something was planted, as a mail and as a message: what arrived for each role.
    pub(super) fn send(&self, world: &World) -> [(&'static str, Texts); ALL_ROLES.len()] {
        world.amend("");
        let file = world.project.file("tollgate.toml");
        let mut text = std::fs::read_to_string(&file).unwrap();
        let [token] = world.token();
        let mut variables = vec![token, ("MAIL_PASSWORD", MailServer::PASSWORD)];
        for (role, channel) in ALL_ROLES.iter().zip(&self.channels) {
            let (to, variable) = (reader(role), &channel.variable);
            write!(
                text,
                "[[digest]]\nrole = \"{role}\"\nto = [\"{to}\"]\nwebhook_env = \"{variable}\"\nweekday = \"sunday\"\n"
            )
            .unwrap();
            variables.push((variable, &channel.address));
        }
        std::fs::write(&file, text).unwrap();
        let week = planted::week(world.github.today()).to_string();
        world.project.run_with(&variables, &["digest", "--week", &week]).succeeds();
        let mails: Vec<(String, String)> =
            self.server.take().iter().map(|mail| (mail.to.clone(), mail.read().to_lowercase())).collect();
        assert_eq!(mails.len(), ALL_ROLES.len());
        let mut channels = self.channels.iter();
        ALL_ROLES.map(|role| {
            let (_, mail) = mails.iter().find(|(to, _)| *to == reader(role)).unwrap();
            assert!(mail.contains("text/plain") && mail.contains("text/html"), "{mail}");
            let messages = std::mem::take(&mut *channels.next().unwrap().posted.lock().unwrap());
            assert_eq!(messages.len(), 1, "to the channel of `{role}`");
            let message = messages[0]["text"].as_str().unwrap().to_lowercase();
            (role, BTreeMap::from([("mail.txt".to_owned(), mail.clone()), ("message.txt".to_owned(), message)]))
        })
    }
}

fn reader(role: &str) -> String {
    format!("reader-of-{role}@acme.example")
}
