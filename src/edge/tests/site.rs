//! A site with everything it needs, and a browser that follows nothing by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::demo::signin::{self, Person};
use crate::domain::policy::{ClaimPath, Policy, Role, RoleName, Rule, Test};
use crate::domain::release::{Digest, Planned};
use crate::edge::{Provider, Settings, serve};
use crate::keys::Keyring;
use crate::releases::{self, BundleDraft, Draft, Releases};

pub(super) const POLL: Duration = Duration::from_millis(50);

pub(super) struct Site {
    pub(super) dir: tempfile::TempDir,
    /// Where the first edge is reached.
    pub(super) base: String,
    /// Where it says it is: the same, or an https address as behind a proxy that ends TLS.
    pub(super) public: String,
    pub(super) issuer: String,
    pub(super) operations: String,
    pub(super) releases: Releases,
    stops: Vec<oneshot::Sender<()>>,
}

/// A listener on a free port, and its address.
pub(super) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

pub(super) fn people() -> Vec<Person> {
    let person = |sub: &str, groups: Value| Person {
        sub: sub.into(),
        name: format!("{sub} <i>"),
        email: format!("{sub}@acme.example"),
        email_verified: true,
        claims: Map::from_iter([("groups".to_owned(), groups)]),
        note: String::new(),
    };
    let many: Vec<String> = (0..400).map(|n| format!("a-group-with-a-rather-long-name-{n}")).collect();
    vec![
        person("ada", json!(["admin", "viewer"])),
        person("vic", json!("viewer")),
        person("noa", json!(["book-club"])),
        person("max", json!([many, vec!["viewer".into()]].concat())),
        Person { name: "Eve ".repeat(1_000), ..person("eve", json!("viewer")) },
    ]
}

impl Site {
    /// A site on a provider of its own, whose people are [`people`].
    pub(super) async fn start(idle: u64, absolute: u64) -> Site {
        let (provider, issuer) = listener().await;
        let mut site = Site::on(&issuer, idle, absolute).await;
        site.provide(provider);
        site
    }

    /// A site that people reach over https.
    pub(super) async fn secure() -> Site {
        let (provider, issuer) = listener().await;
        let mut site = Site::at("https://tollgate.example", &issuer, 600, 3600).await;
        site.provide(provider);
        site
    }

    /// A site on a provider that is somebody else's business.
    pub(super) async fn on(issuer: &str, idle: u64, absolute: u64) -> Site {
        Site::at("", issuer, idle, absolute).await
    }

    async fn at(public: &str, issuer: &str, idle: u64, absolute: u64) -> Site {
        let dir = tempfile::tempdir().unwrap();
        Keyring::init(&dir.path().join("keys")).unwrap();
        let releases = open(dir.path());
        let mut site = Site {
            base: String::new(),
            public: public.into(),
            operations: String::new(),
            issuer: issuer.into(),
            releases,
            stops: vec![],
            dir,
        };
        site.publish("first", &["admin", "viewer"]).await;
        (site.base, site.operations) = site.edge(idle, absolute).await;
        if site.public.is_empty() {
            site.public = site.base.clone();
        }
        site
    }

    /// One more edge on the same keys and releases; its address and that of its operations.
    pub(super) async fn edge(&mut self, idle: u64, absolute: u64) -> (String, String) {
        let ((people, base), (operators, operations)) = (listener().await, listener().await);
        let settings = Settings {
            base_url: if self.public.starts_with("https") { self.public.clone() } else { base.clone() },
            provider: Provider {
                issuer: self.issuer.clone(),
                client_id: "tollgate".into(),
                client_secret: Some("a secret".into()),
                scopes: vec!["openid".into(), "profile".into(), "email".into()],
            },
            idle: Duration::from_secs(idle),
            absolute: Duration::from_secs(absolute),
            poll: POLL,
        };
        let (stop, stopped) = oneshot::channel();
        let done = async move { _ = stopped.await };
        let (keys, releases) = (self.keys(), open(self.dir.path()));
        tokio::spawn(async move { serve(people, Some(operators), settings, keys, releases, done).await.unwrap() });
        self.stops.push(stop);
        (base, operations)
    }

    /// The development sign-in, for the site as it stands.
    pub(super) fn provide(&mut self, listener: TcpListener) {
        let settings = signin::Settings {
            issuer: self.issuer.clone(),
            client_id: "tollgate".into(),
            client_secret: "a secret".into(),
            redirect_uris: vec![format!("{}/-/callback", self.public)],
            people: people(),
        };
        let (stop, stopped) = oneshot::channel();
        let done = async move { _ = stopped.await };
        tokio::spawn(async move { signin::serve(listener, settings, done).await.unwrap() });
        self.stops.push(stop);
    }

    pub(super) fn keys(&self) -> Keyring {
        Keyring::load(&self.dir.path().join("keys")).unwrap()
    }

    /// Stops the edge that was started first.
    pub(super) fn stop(&mut self) {
        self.stops.remove(0).send(()).unwrap();
    }

    /// Publishes a release whose pages say `content`, with these roles, each open to the group of its name.
    pub(super) async fn publish(&self, content: &'static str, roles: &[&str]) -> u64 {
        let group = |name: &&str| Test::Contains(ClaimPath::dotted("groups").unwrap(), (*name).into());
        self.publish_as(content, roles.iter().map(|name| role(name, group(name))).collect()).await
    }

    /// Publishes a release whose pages say `content`.
    pub(super) async fn publish_as(&self, content: &'static str, roles: Vec<Role>) -> u64 {
        let draft = Draft {
            created: chrono::Utc::now(),
            through: "2026-11-22".parse().ok(),
            generator: "tollgate".into(),
            bundles: roles.iter().map(|role| bundle(role.name.as_str(), content)).collect(),
            policy: Policy::new(roles),
        };
        let render = move |role: &RoleName, page: &Planned| Ok(body(role.as_str(), page.path.as_str(), content));
        self.releases.publish(&self.keys(), draft, render).await.unwrap().number
    }
}

fn open(dir: &Path) -> Releases {
    Releases::open(&releases::Settings { location: dir.join("output"), keep: 3 }).unwrap()
}

/// What a page holds: nothing in another bundle is like it.
pub(super) fn body(role: &str, path: &str, content: &str) -> Vec<u8> {
    format!("<!doctype html><title>{role}</title><p>{role} {path} {content}</p>").into_bytes()
}

/// A role open to whoever passes.
pub(super) fn role(name: &str, test: Test) -> Role {
    Role {
        name: name.parse().unwrap(),
        title: format!("The {name}'s reports"),
        repositories: Default::default(),
        pages: BTreeSet::new(),
        open_to: vec![Rule(vec![test])],
    }
}

fn bundle(role: &str, content: &str) -> BundleDraft {
    let page = |path: &str| Planned {
        path: path.parse().unwrap(),
        media_type: "text/html; charset=utf-8".into(),
        key: Digest::of(format!("{role} {path} {content}").as_bytes()),
    };
    BundleDraft {
        role: role.parse().unwrap(),
        repositories: 3,
        pages: vec![page("index.html"), page("acme/anvil.html")],
    }
}

/// A browser without a will of its own: it keeps cookies and goes where it is told.
#[derive(Clone)]
pub(super) struct Browser {
    client: reqwest::Client,
    base: String,
    public: String,
    pub(super) jar: BTreeMap<String, String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: String,
}

impl Page {
    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.headers["location"].to_str().unwrap()
    }
}

impl Browser {
    pub(super) fn new(site: &Site) -> Browser {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.tls_certs_only([]).build().unwrap();
        Browser { client, base: site.base.clone(), public: site.public.clone(), jar: BTreeMap::new() }
    }

    fn absolute(&self, address: &str) -> String {
        let path = address.strip_prefix(&self.public).unwrap_or(address);
        if path.starts_with('/') { format!("{}{path}", self.base) } else { path.into() }
    }

    pub(super) async fn send(&mut self, method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let url = self.absolute(address);
        let mut request = self.client.request(method.parse().unwrap(), &url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let ours = url.starts_with(&self.base);
        if ours && !self.jar.is_empty() {
            let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for cookie in headers.get_all("set-cookie").iter().filter(|_| ours) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once("; ").unwrap();
            assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"), "{attributes}");
            let (name, value) = pair.split_once('=').unwrap();
            let bound = name.starts_with("__Host-") && attributes.contains("Path=/") && attributes.contains("Secure");
            assert_eq!(bound, self.public.starts_with("https"), "{pair}; {attributes}");
            let gone = attributes.contains("Max-Age=0");
            self.jar.remove(name);
            if !gone {
                self.jar.insert(name.into(), value.into());
            }
        }
        Page { status, headers, body: answer.text().await.unwrap() }
    }

    /// As a person going to an address.
    pub(super) async fn visit(&mut self, address: &str) -> Page {
        self.send("GET", address, &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], "").await
    }

    /// As a script.
    pub(super) async fn fetch(&mut self, address: &str) -> Page {
        self.send("GET", address, &[("accept", "application/json")], "").await
    }

    /// From an address of the site to the callback that the provider sends the browser to.
    pub(super) async fn callback(&mut self, address: &str, sub: &str) -> String {
        let mut sent = self.visit(address).await;
        if sent.location().starts_with("/-/login") {
            sent = self.visit(sent.location()).await;
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let chosen = self.send("POST", sent.location(), &form, &format!("sub={sub}")).await;
        chosen.location().to_owned()
    }

    /// Signs in on the way to an address; the address it ends at.
    pub(super) async fn sign_in(&mut self, address: &str, sub: &str) -> String {
        let callback = self.callback(address, sub).await;
        self.visit(&callback).await.location().to_owned()
    }

    /// The whole reply to a path exactly as written here, without its date: clients tidy addresses up before they send.
    pub(super) async fn raw(&self, path: &str) -> String {
        let host = self.base.trim_start_matches("http://");
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookies}\r\nconnection: close\r\n\r\n");
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let lines = reply.split_inclusive("\r\n").filter(|line| !line.starts_with("date: "));
        lines.collect()
    }

    pub(super) async fn sign_out(&mut self) -> Page {
        let origin = self.public.clone();
        self.send("POST", "/-/logout", &[("origin", &origin), ("sec-fetch-site", "same-origin")], "").await
    }
}
