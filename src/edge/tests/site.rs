//! A site with everything it needs, and a browser that follows nothing by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{net::Ipv4Addr, path::Path};

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::demo::signin::{self, Person};
use crate::domain::policy::{ClaimPath, Policy, Role, RoleName, Rule, Test};
use crate::domain::release::{Digest, Planned};
use crate::edge::{Credential, Edge, Listeners, Provider, Settings, current, serve};
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
    /// Has each edge read its keys anew.
    pub(super) reloads: Vec<mpsc::Sender<()>>,
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
            reloads: vec![],
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
        self.edge_with(idle, absolute, |_| ()).await
    }

    /// One more edge, set up in its own way.
    pub(super) async fn edge_with(
        &mut self,
        idle: u64,
        absolute: u64,
        change: impl FnOnce(&mut Settings),
    ) -> (String, String) {
        let ((people, base), (operators, operations)) = (listener().await, listener().await);
        let mut settings = self.settings(&base, idle, absolute);
        change(&mut settings);
        let (stop, stopped) = oneshot::channel();
        let done = async move { _ = stopped.await };
        let (keys, releases) = (self.keys(), open(self.dir.path()));
        let listeners = Listeners { people, operations: Some(operators), nightly: None };
        let (reload, reloads) = mpsc::channel(1);
        tokio::spawn(async move { serve(listeners, settings, keys, releases, reloads, done).await.unwrap() });
        self.reloads.push(reload);
        self.stops.push(stop);
        (base, operations)
    }

    /// An edge of this site without a listener: requests are handed to it.
    pub(super) async fn core(&self, base: &str) -> Arc<Edge> {
        let settings = Settings { base_url: base.into(), ..self.settings(base, 600, 3600) };
        let edge = Arc::new(Edge::new(settings, self.keys(), self.releases.clone()).unwrap());
        current::refresh(&edge).await;
        edge
    }

    /// How an edge of this site is set up that is reached at `base`.
    pub(super) fn settings(&self, base: &str, idle: u64, absolute: u64) -> Settings {
        Settings {
            base_url: if self.public.starts_with("https") { self.public.clone() } else { base.to_owned() },
            providers: vec![Provider {
                name: "main".into(),
                title: "Acme".into(),
                domains: vec![],
                issuer: self.issuer.clone(),
                client_id: "tollgate".into(),
                credential: Credential::Secret("a secret".into()),
                scopes: vec!["openid".into(), "profile".into(), "email".into()],
            }],
            idle: Duration::from_secs(idle),
            absolute: Duration::from_secs(absolute),
            claims_max_age: Duration::from_secs(3600),
            poll: POLL,
            // Each browser says where it is, as a proxy would, so that none uses up what another may try.
            proxies: vec!["127.0.0.1/32".parse().unwrap()],
            audit: self.dir.path().join("audit.jsonl"),
        }
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

    pub(super) async fn publish_as(&self, content: &'static str, roles: Vec<Role>) -> u64 {
        self.publish_pages(content, roles, &["index.html", "acme/anvil.html"]).await
    }

    /// Publishes a release with these pages in each bundle.
    pub(super) async fn publish_pages(&self, content: &'static str, roles: Vec<Role>, pages: &[&str]) -> u64 {
        let draft = Draft {
            public: super::files::public(&roles, pages),
            created: chrono::Utc::now(),
            through: "2026-11-22".parse().ok(),
            generator: "tollgate".into(),
            bundles: roles.iter().map(|role| bundle(role.name.as_str(), content, pages)).collect(),
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
        share: false,
    }
}

fn bundle(role: &str, content: &str, pages: &[&str]) -> BundleDraft {
    let page = |path: &str| Planned {
        path: path.parse().unwrap(),
        media_type: super::files::media_type(path).into(),
        key: Digest::of(format!("{role} {path} {content}").as_bytes()),
    };
    BundleDraft {
        role: role.parse().unwrap(),
        repositories: ["acme/anvil", "acme/rocket", "acme/tar"].map(str::to_owned).into(),
        pages: pages.iter().map(|path| page(path)).collect(),
        made_of: None,
    }
}

/// A browser without a will of its own: it keeps cookies and goes where it is told.
#[derive(Clone)]
pub(super) struct Browser {
    client: reqwest::Client,
    base: String,
    public: String,
    /// Where it says it is.
    pub(super) from: String,
    pub(super) jar: BTreeMap<String, String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: String,
    onward: Option<String>,
}

impl Page {
    /// Where it sends the browser: by a redirect, or over a page that leads on by itself.
    pub(super) fn location(&self) -> &str {
        self.onward.as_deref().unwrap_or_else(|| panic!("it leads nowhere: {self:?}"))
    }
}

impl Page {
    /// Where the sign-in page leads, as a browser without scripts takes it.
    pub(super) fn way(&self) -> String {
        let refresh = self.body.split_once("<meta http-equiv=\"refresh\" content=\"0; url=");
        let (_, rest) = refresh.unwrap_or_else(|| panic!("it leads nowhere: {self:?}"));
        rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2F;", "/")
    }
}

impl Browser {
    pub(super) fn new(site: &Site) -> Browser {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.tls_certs_only([]).build().unwrap();
        static PLACES: AtomicU32 = AtomicU32::new(0);
        let from = Ipv4Addr::from(0x0a00_0000 + PLACES.fetch_add(1, Ordering::Relaxed)).to_string();
        Browser { client, base: site.base.clone(), public: site.public.clone(), from, jar: BTreeMap::new() }
    }

    /// The origin of the site, as a page of it names itself.
    pub(super) fn public(&self) -> String {
        self.public.clone()
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
        if !headers.iter().any(|(name, _)| *name == "x-forwarded-for") {
            request = request.header("x-forwarded-for", &self.from);
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
            let host = name.starts_with("__Host-") && attributes.starts_with("Path=/;");
            let only_sign_out = name == "__Secure-tollgate-hint" && attributes.starts_with("Path=/-/logout;");
            let bound = (host || only_sign_out) && attributes.contains("Secure");
            assert_eq!(bound, self.public.starts_with("https"), "{pair}; {attributes}");
            let gone = attributes.contains("Max-Age=0");
            self.jar.remove(name);
            if !gone {
                self.jar.insert(name.into(), value.into());
            }
        }
        let mut page = Page { status, headers, body: answer.text().await.unwrap(), onward: None };
        page.onward = match page.status {
            303 => Some(page.headers["location"].to_str().unwrap().to_owned()),
            200 if page.body.contains("One moment") => Some(page.way()),
            _ => None,
        };
        page
    }

    /// As a person going to an address.
    pub(super) async fn visit(&mut self, address: &str) -> Page {
        self.send("GET", address, &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], "").await
    }

    /// As a script.
    pub(super) async fn fetch(&mut self, address: &str) -> Page {
        self.send("GET", address, &[("accept", "application/json")], "").await
    }

    /// From an address of the site to the provider: the redirect that leads there.
    pub(super) async fn depart(&mut self, address: &str) -> Page {
        let mut sent = self.visit(address).await;
        if sent.status == 303 && sent.location().starts_with("/-/login") {
            sent = self.visit(sent.location()).await;
        }
        if sent.status == 200 { self.visit(&sent.way()).await } else { sent }
    }

    /// From an address of the site to the callback that the provider sends the browser to.
    pub(super) async fn callback(&mut self, address: &str, sub: &str) -> String {
        let sent = self.depart(address).await;
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
        let changing = |line: &&str| line.starts_with("date: ") || line.starts_with("x-request-id: ");
        let lines = reply.split_inclusive("\r\n").filter(|line| !changing(line));
        lines.collect()
    }

    pub(super) async fn sign_out(&mut self) -> Page {
        self.sign_out_with("").await
    }

    pub(super) async fn sign_out_with(&mut self, form: &str) -> Page {
        let origin = self.public.clone();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin"), kind, ("accept", "text/html")];
        self.send("POST", "/-/logout", &headers, form).await
    }
}
