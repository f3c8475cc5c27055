//! What the fuzzers play with: a keyring, an edge, and one good text of everything that is signed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Script;
use crate::domain::policy::{Policy, Role, Rule, Test};
use crate::domain::release::{Digest, FORMAT, Release};
use crate::edge::grants::{Guest, Pass, Share, Token};
use crate::edge::session::{Attempt, Kept, Session};
use crate::edge::{Credential, Edge, Provider, Settings};
use crate::keys::{self, Keyring};
use crate::releases::{self, Releases};

/// When everything happens, in seconds since 1970.
pub(super) const NOW: i64 = 1_800_000_000;
/// Who signs people in. Nobody is ever asked.
pub(super) const ISSUER: &str = "https://id.example";
/// This site, as the provider knows it.
pub(super) const CLIENT: &str = "tollgate";

/// Made once: the keys are new in every run, and a script says the same of whatever was signed with them.
pub(super) static GROUNDS: LazyLock<Grounds> = LazyLock::new(Grounds::new);

/// Everything that holds still.
pub(super) struct Grounds {
    pub(super) edge: Edge,
    pub(super) keys: Arc<Keyring>,
    pub(super) release: Release,
    pub(super) attempt: Attempt,
    session: Session,
    guest: Guest,
    share: Share,
    token: Token,
    pub(super) texts: Texts,
    /// What a keyring of somebody else's signed as a release.
    foreign: String,
}

/// What was signed, each as its reader gets it.
pub(super) struct Texts {
    pub(super) session: String,
    pub(super) attempt: String,
    pub(super) guest: String,
    pub(super) share: String,
    pub(super) token: String,
    pub(super) sealed: String,
    pub(super) statement: String,
}

impl Texts {
    /// All of them, in the order of [`Grounds::read`].
    pub(super) fn all(&self) -> [&str; 7] {
        let Texts { session, attempt, guest, share, token, sealed, statement } = self;
        [session, attempt, guest, share, token, sealed, statement].map(String::as_str)
    }
}

impl Grounds {
    fn new() -> Grounds {
        // The folder goes when all is read: nothing is looked up in it later.
        let folder = tempfile::tempdir().unwrap();
        let keyring = |name: &str| {
            Keyring::init(&folder.path().join(name)).unwrap();
            Keyring::load(&folder.path().join(name)).unwrap()
        };
        let (keys, others) = (keyring("keys"), keyring("others"));
        let releases = releases::Settings { location: folder.path().join("output"), keep: 1 };
        let settings = settings(folder.path().join("audit.jsonl"));
        let edge = Edge::new(settings, keys, Releases::open(&releases).unwrap()).unwrap();
        let (keys, release) = (edge.keys(), release());
        let (session, attempt) = (session(), attempt());
        let guest = Guest { pass: pass(), email: None, opened: NOW };
        let share = Share { pass: pass(), email: Some("ada@acme.example".into()), once: true };
        let token = Token { pass: pass() };
        let texts = Texts {
            session: keys.sign(&session).unwrap(),
            attempt: keys.sign(&attempt).unwrap(),
            guest: keys.sign(&guest).unwrap(),
            share: keys.sign(&share).unwrap(),
            token: keys.sign(&token).unwrap(),
            sealed: keys.seal(b"an ID token", &session.sid).unwrap(),
            statement: keys.sign_release(&release).unwrap(),
        };
        let foreign = others.sign_release(&release).unwrap();
        Grounds { edge, keys, release, attempt, session, guest, share, token, texts, foreign }
    }

    /// As what a text is read: for each kind of signed thing whether it is the good one, `None` if it is refused.
    fn read(&self, text: &str) -> [Option<bool>; 7] {
        let Grounds { keys, session, attempt, guest, share, token, release, .. } = self;
        [
            read(keys, text, session),
            read(keys, text, attempt),
            read(keys, text, guest),
            read(keys, text, share),
            read(keys, text, token),
            keys.unseal(text, &session.sid).ok().map(|plain| plain == b"an ID token"),
            keys.verify_release(text).ok().map(|read| read == *release),
        ]
    }

    /// Nothing passes for anything but the very text that was signed as that: no letter of it may differ, not even in
    /// bits of its base64 that stand for nothing.
    pub(super) fn hold(&self, text: &str) {
        let expected = self.texts.all().map(|good| (good == text).then_some(true));
        assert_eq!(self.read(text), expected, "{text:?}");
        assert!(self.keys.unseal(text, "another session").is_err(), "{text:?}");
    }
}

fn read<T: keys::Credential + PartialEq>(keys: &Keyring, text: &str, good: &T) -> Option<bool> {
    keys.verify::<T>(text).ok().map(|read| read == *good)
}

/// See [`release_statement`](super::release_statement).
pub(super) fn release_statement(mut script: Script<'_>) {
    let grounds = &*GROUNDS;
    if script.byte() % 8 == 7 {
        let format = u32::from_le_bytes([script.byte(), script.byte(), script.byte(), script.byte()]);
        let release = Release { format, number: script.moment(NOW).unsigned_abs(), ..grounds.release.clone() };
        match grounds.keys.verify_release(&grounds.keys.sign_release(&release).unwrap()) {
            Ok(read) => assert!(format == FORMAT && read == release, "format {format}"),
            Err(error) => {
                assert!(format != FORMAT && matches!(error, keys::Error::NewerFormat(told) if told == format));
            }
        }
        return;
    }
    let texts = &grounds.texts;
    let text = script.forged(&[&texts.statement, &grounds.foreign, &texts.token, &texts.session]);
    if let Ok(text) = std::str::from_utf8(&text) {
        grounds.hold(text);
    }
}

/// What a link or a token opens.
pub(super) fn pass() -> Pass {
    Pass {
        id: "a-pass".into(),
        role: "viewer".parse().unwrap(),
        prefix: Some("repositories/acme".parse().unwrap()),
        made: NOW - 60,
        until: NOW + 3_600,
        by: None,
    }
}

fn session() -> Session {
    let claims = json!({"iss": ISSUER, "sub": "7", "email": "ada@acme.example", "email_verified": true});
    Session {
        sid: "a-session".into(),
        signed_in: NOW - 60,
        seen: NOW - 30,
        claimed: NOW - 60,
        provider_sid: Some("theirs".into()),
        claims: object(claims),
        kept: Kept::Found(Digest::of(b"a policy")),
    }
}

fn attempt() -> Attempt {
    Attempt {
        provider: "main".into(),
        renews: None,
        state: "a-state".into(),
        nonce: "a-nonce".into(),
        verifier: "a-verifier".into(),
        back: "/viewer/index.html".into(),
        started: (NOW - 60) * 1_000_000,
    }
}

fn release() -> Release {
    let viewer = Role {
        name: "viewer".parse().unwrap(),
        title: "Viewer".into(),
        repositories: Default::default(),
        pages: Default::default(),
        open_to: vec![Rule(vec![Test::EmailDomain("acme.example".into())])],
        share: true,
    };
    Release {
        public: Default::default(),
        format: FORMAT,
        number: 7,
        created: "2026-11-24T02:00:00Z".parse().unwrap(),
        through: None,
        generator: "tollgate".into(),
        rollback_to: None,
        policy: Policy::new(vec![viewer]),
        bundles: BTreeMap::new(),
    }
}

fn settings(audit: std::path::PathBuf) -> Settings {
    Settings {
        base_url: "https://tollgate.example".into(),
        providers: vec![Provider {
            name: "main".into(),
            title: "Acme".into(),
            domains: vec![],
            issuer: ISSUER.into(),
            client_id: CLIENT.into(),
            credential: Credential::Public,
            scopes: vec![],
        }],
        idle: Duration::from_secs(600),
        absolute: Duration::from_secs(3_600),
        claims_max_age: Duration::from_secs(3_600),
        poll: Duration::from_secs(1),
        proxies: vec![],
        audit,
    }
}

/// The members of an object.
pub(super) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { panic!("{value} is no object") };
    members
}
