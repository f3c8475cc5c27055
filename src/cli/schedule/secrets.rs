//! Every secret that a configuration names, with where it is looked for. None is read here.

use crate::config::{Config, Credential, Grant, Secret};

/// A secret by its whereabouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What it is for, such as `source acme`.
    pub(super) of: String,
    /// What it can be called in a store of secrets.
    pub(super) key: String,
    /// Where the program looks for it.
    pub(super) place: Secret,
    /// Whether it is the file of a private key, which must be closed to all but its owner.
    pub(super) private_key: bool,
}

/// What a night needs: the credentials of the sources, and the address of the history where it is a secret.
pub(super) fn of_nights(config: &Config) -> Vec<Wanted> {
    let wanted = |source: &crate::config::Source| {
        let app = matches!(source.grant, Grant::App(_));
        let private_key = app && matches!(source.secret(), Secret::File(_));
        let kind = if app { "app-key" } else { "token" };
        let (of, key) = (format!("source {}", source.name), format!("{}-{kind}", source.name));
        Wanted { of, key: key_of(source.secret(), key), place: source.secret().clone(), private_key }
    };
    let history = config.history.secret().map(|place| Wanted {
        of: "the history".into(),
        key: key_of(place, "history-url".into()),
        place: place.clone(),
        private_key: false,
    });
    once(config.sources.iter().map(wanted).chain(history))
}

/// What an edge needs: how this site proves to each provider that it is the client.
pub(super) fn of_the_edge(config: &Config) -> Vec<Wanted> {
    let wanted = |provider: &crate::config::Provider| {
        let (of, key) = (format!("sign-in with {}", provider.name), format!("{}-client-secret", provider.name));
        match &provider.credential {
            Credential::Public => None,
            Credential::Secret(place) => {
                Some(Wanted { of, key: key_of(place, key), place: place.clone(), private_key: false })
            }
            Credential::Key { file, .. } => {
                Some(Wanted { of, key, place: Secret::File(file.clone()), private_key: true })
            }
        }
    };
    once(config.providers().iter().filter_map(wanted))
}

/// One for each place: several things may share a secret, and no list takes a name or a path twice.
fn once(all: impl Iterator<Item = Wanted>) -> Vec<Wanted> {
    let mut found: Vec<Wanted> = Vec::new();
    for wanted in all {
        match found.iter_mut().find(|known| known.place == wanted.place) {
            Some(known) => {
                known.of = format!("{}, {}", known.of, wanted.of);
                known.private_key |= wanted.private_key;
            }
            None => found.push(wanted),
        }
    }
    found
}

/// A variable gives its name to the key; a file may be called anything.
fn key_of(place: &Secret, otherwise: String) -> String {
    match place {
        Secret::Env(name) => name.clone(),
        Secret::File(_) => otherwise,
    }
}
