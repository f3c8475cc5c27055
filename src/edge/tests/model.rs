//! A hundred thousand random requests against a model that knows nothing of the code: who asks, with what, when, after
//! which endings and under which policy. What must come out is worked out here from tables of people alone.

mod held;
mod oracle;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};

use super::site::{Site, role};
use crate::domain::policy::{Role, Rule};
use crate::edge::routes::{Asked, Form};
use crate::edge::{current, ended, *};
use held::{Held, What};
use oracle::name;
use people::{Door, Doors, OPENERS, Opener, PEOPLE};

const REQUESTS: usize = 100_000;
/// To repeat a run that failed, write the seed that it printed here.
const REPEAT: Option<u64> = None;

const IDLE: i64 = 1_800;
const ABSOLUTE: i64 = 28_800;
const CLAIMS: i64 = 7_200;
const GRACE: i64 = 300;
const ROLES: [&str; 4] = ["admin", "partner", "tenant", "viewer"];
const PAGES: [&str; 3] = ["index.html", "acme/anvil.html", "acme/anvil.csv"];

/// SplitMix64: enough to choose by, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

#[derive(Default)]
struct Endings {
    sids: BTreeSet<String>,
    grants: BTreeSet<String>,
    at_provider: BTreeSet<String>,
    people: BTreeMap<&'static str, i64>,
    unnamed: BTreeMap<&'static str, i64>,
    emails: BTreeMap<String, i64>,
    everybody: Option<i64>,
}

struct Model {
    site: Site,
    edge: Arc<Edge>,
    keys: Keyring,
    foreign: Keyring,
    dice: Dice,
    now: i64,
    release: u64,
    doors: Doors,
    held: Vec<Held>,
    endings: Endings,
    seen: BTreeMap<&'static str, usize>,
}

#[tokio::test]
async fn a_hundred_thousand_requests_are_answered_as_the_model_says() {
    let seed = REPEAT.unwrap_or_else(|| chrono::Utc::now().timestamp_micros().unsigned_abs());
    println!("the seed is {seed}");
    let mut model = Model::new(seed).await;
    for n in 0..REQUESTS {
        model.time_passes();
        match n {
            n if n % 2_500 == 0 => model.another_release().await,
            n if n % 300 == 0 => model.something_ends().await,
            n if n % 20 == 0 => model.another_credential(),
            _ => {}
        }
        model.request(n, seed).await;
    }
    println!("{:?}", model.seen);
    for outcome in [
        "page",
        "front",
        "chooser",
        "me",
        "refused",
        "not found",
        "sign in",
        "renew",
        "unauthorized",
        "method",
        "forbidden",
        "invalid token",
    ] {
        assert!(model.seen.get(outcome).is_some_and(|n| *n > 100), "{outcome} hardly came up: {:?}", model.seen);
    }
}

impl Model {
    async fn new(seed: u64) -> Model {
        let site = Site::start(IDLE.unsigned_abs(), ABSOLUTE.unsigned_abs()).await;
        let settings = Settings {
            claims_max_age: Duration::from_secs(CLAIMS.unsigned_abs()),
            ..site.settings("http://127.0.0.1:1", IDLE.unsigned_abs(), ABSOLUTE.unsigned_abs())
        };
        let edge = Arc::new(Edge::new(settings, site.keys(), site.releases.clone()).unwrap());
        let foreign = tempfile::tempdir().unwrap();
        Keyring::init(foreign.path()).unwrap();
        let mut model = Model {
            keys: site.keys(),
            foreign: Keyring::load(foreign.path()).unwrap(),
            edge,
            site,
            dice: Dice(seed),
            now: now(),
            release: 0,
            doors: Doors::new(),
            held: vec![],
            endings: Endings::default(),
            seen: BTreeMap::new(),
        };
        model.another_release().await;
        (0..60).for_each(|_| model.another_credential());
        model
    }

    fn time_passes(&mut self) {
        self.now += match self.dice.below(2_000) {
            0 => 600,
            1..10 => 30,
            _ => i64::from(self.dice.chance(4)),
        };
    }

    async fn another_release(&mut self) {
        let mut doors = Doors::new();
        let mut roles: Vec<Role> = Vec::new();
        for name in ROLES {
            if self.dice.chance(6) && name != "admin" {
                continue;
            }
            let count = 1 + self.dice.below(2);
            let openers: Vec<Opener> = (0..count).map(|_| *self.dice.one(&OPENERS)).collect();
            let share = self.dice.chance(2);
            let tests = openers.iter().map(|opener| Rule(vec![opener.test()])).collect();
            roles.push(Role { open_to: tests, share, ..role(name, Opener::Nobody.test()) });
            doors.insert(name, Door { openers, share });
        }
        self.release = self.site.publish_pages("model", roles, &PAGES).await;
        self.doors = doors;
        current::refresh(&self.edge).await;
        assert_eq!(self.edge.current.number(), Some(self.release));
    }

    async fn something_ends(&mut self) {
        let (now, dice) = (self.now, &mut self.dice);
        let held = &self.held[dice.below(self.held.len())];
        let releases = self.site.releases.clone();
        let issuer = self.site.issuer.clone();
        let iss = issuer.as_str();
        let what = dice.below(12);
        let ended = |subject: ended::Subject<'_>| {
            let key = subject.key();
            let mark = match subject {
                ended::Subject::Session(_) | ended::Subject::AtProvider { .. } | ended::Subject::Grant(_) => {
                    ended::Mark::of(now + 10_000_000)
                }
                _ => ended::Mark { before: now, until: now + 10_000_000 },
            };
            (key, mark)
        };
        let (key, mark) = match (&held.what, what) {
            (What::Session { sid, .. }, 0..4) => {
                self.endings.sids.insert(sid.clone());
                ended(ended::Subject::Session(sid))
            }
            (What::Session { at_provider: Some(at_provider), .. }, 4 | 5) => {
                self.endings.at_provider.insert(at_provider.clone());
                ended(ended::Subject::AtProvider { iss, sid: at_provider })
            }
            (What::Session { person, .. }, 6) => {
                self.endings.people.insert(PEOPLE[*person].sub, now);
                ended(ended::Subject::Person { iss, sub: PEOPLE[*person].sub })
            }
            (What::Session { person, .. }, 7) => {
                self.endings.unnamed.insert(PEOPLE[*person].sub, now);
                ended(ended::Subject::Unnamed { iss, sub: PEOPLE[*person].sub })
            }
            (What::Session { person, .. }, 8) => {
                self.endings.emails.insert(PEOPLE[*person].email.to_lowercase(), now);
                ended(ended::Subject::Email(PEOPLE[*person].email))
            }
            (What::Guest(passed, ..) | What::Token(passed), _) => {
                self.endings.grants.insert(passed.id.clone());
                ended(ended::Subject::Grant(&passed.id))
            }
            (_, 9) if dice.chance(4) => {
                self.endings.everybody = Some(now);
                ended(ended::Subject::Everybody)
            }
            _ => return,
        };
        if dice.chance(2) {
            self.edge.ended.insert(key, mark);
        } else {
            ended::write(&releases, key, mark).await.unwrap();
            self.edge.ended.refresh(&releases, now, ABSOLUTE).await.unwrap();
        }
    }
}

impl Model {
    async fn request(&mut self, n: usize, seed: u64) {
        let path = self.path();
        let method = self
            .dice
            .one(&["GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "POST", "DELETE"])
            .to_string();
        let page = self.dice.chance(2);
        let mut headers = HeaderMap::new();
        if page {
            headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        }
        let session = self.pick(5, |what| matches!(what, What::Session { .. }));
        let guest = self.pick(2, |what| matches!(what, What::Guest(..)));
        let bearer = if self.dice.chance(6) { self.pick(9, |what| matches!(what, What::Token(_))) } else { None };
        let cookies = [("tollgate", &session), ("tollgate-guest", &guest)];
        let cookies: Vec<String> =
            cookies.iter().filter_map(|(name, held)| Some(format!("{name}={}", held.as_ref()?.text))).collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        if let Some(bearer) = &bearer {
            headers.insert(header::AUTHORIZATION, format!("Bearer {}", bearer.text).parse().unwrap());
        }
        let asked = Asked {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: path.clone(),
            query: String::new(),
            headers,
            form: Form::Read(Bytes::new()),
            // From ever other places, so that no budget is spent.
            from: IpAddr::V4(Ipv4Addr::from(u32::try_from(n).unwrap().wrapping_mul(2_654_435_761))),
            id: n.to_string(),
        };
        let reply = self.edge.answer(&asked, self.now).await;
        let expected = self.expected(&method, &path, page, session.as_ref(), guest.as_ref(), bearer.as_ref());
        let got = self.outcome(&reply, &expected);
        let told = || {
            format!(
                "seed {seed}, request {n} at {}: {method} {path} page={page} session={session:?} guest={guest:?} bearer={bearer:?} doors={:?}",
                self.now, self.doors
            )
        };
        assert_eq!(got, expected, "{}\n{reply:?}", told());
        *self.seen.entry(name(&expected)).or_default() += 1;
    }

    /// A credential, mostly of the kind that belongs there; now and then none.
    fn pick(&mut self, often: usize, belongs: fn(&What) -> bool) -> Option<Held> {
        let fitting: Vec<&Held> = self.held.iter().filter(|held| belongs(&held.what)).collect();
        if self.dice.chance(often) || fitting.is_empty() {
            None
        } else if self.dice.chance(5) {
            Some(self.dice.one(&self.held).clone())
        } else {
            Some((*self.dice.one(&fitting)).clone())
        }
    }

    fn path(&mut self) -> String {
        let (role, page) = (*self.dice.one(&ROLES), *self.dice.one(&PAGES));
        match self.dice.below(20) {
            0 | 1 => "/".into(),
            2 => format!("/{role}"),
            3 => format!("/{role}/"),
            4 => format!("/{role}/{page}x"),
            5 => format!("/{role}//{page}"),
            6 => format!("/%61dmin/{page}"),
            7 => format!("/nobody/{page}"),
            8 => "/-/me".into(),
            9 => self.dice.one(&["/-/", "/-", "/-/Me", "/-/me/", "/..", "/admin/../viewer/index.html"]).to_string(),
            _ => format!("/{role}/{page}"),
        }
    }
}
