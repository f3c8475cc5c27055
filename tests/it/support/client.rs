//! A browser without a face: keeps cookies, follows redirects only when told to.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode, Url, redirect};

use super::wait;

/// One person's browser.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// By name. Like a browser it does not tell ports apart.
    pub(crate) cookies: BTreeMap<String, String>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where it sends the browser.
    pub(crate) fn location(&self) -> Option<Url> {
        self.url.join(self.header(LOCATION.as_str())?).ok()
    }

    /// Where a page leads by itself a browser that runs no scripts.
    pub(crate) fn refresh(&self) -> Option<Url> {
        let content = self.attribute("<meta http-equiv=\"refresh\"", "content")?;
        self.url.join(content.strip_prefix("0; url=")?).ok()
    }

    /// Where it leads, one way or the other.
    pub(crate) fn onward(&self) -> Option<Url> {
        self.location().or_else(|| self.refresh())
    }

    /// The value of an attribute of the first tag that `mark` begins: enough for pages of our own making.
    pub(crate) fn attribute(&self, mark: &str, name: &str) -> Option<String> {
        let text = self.text();
        let tag = text[text.find(mark)?..].split('>').next()?.to_owned();
        let value = tag.split(&format!("{name}=\"")).nth(1)?;
        value.split('"').next().map(|value| value.replace("&amp;", "&").replace("&#x2F;", "/"))
    }
}

impl Client {
    pub(crate) fn new() -> Client {
        Client::built(reqwest::Client::builder())
    }

    /// One that believes an authority for certificates, given as PEM.
    pub(crate) fn trusting(authority: &str) -> Client {
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        Client::built(reqwest::Client::builder().tls_certs_only([authority]))
    }

    fn built(builder: reqwest::ClientBuilder) -> Client {
        let builder = builder.redirect(redirect::Policy::none()).timeout(super::PATIENCE);
        Client { http: builder.build().unwrap(), cookies: BTreeMap::new() }
    }

    /// Asks as a browser does.
    pub(crate) fn get(&mut self, url: &str) -> Reply {
        self.send(Method::GET, url, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")], "")
    }

    /// Sends a form.
    pub(crate) fn post(&mut self, url: &str, form: &str, headers: &[(&str, &str)]) -> Reply {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
        all.extend_from_slice(headers);
        self.send(Method::POST, url, &all, form)
    }

    pub(crate) fn send(&mut self, method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method, url).body(body.to_owned());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let reply = wait(async {
            let answer = request.send().await.unwrap_or_else(|error| panic!("{url} does not answer: {error:?}"));
            let (url, status, headers) = (answer.url().clone(), answer.status(), answer.headers().clone());
            Reply { url, status: status.as_u16(), headers, body: answer.bytes().await.unwrap().to_vec() }
        });
        self.keep_cookies(&reply.headers);
        reply
    }

    /// Asks and follows every redirect.
    pub(crate) fn follow(&mut self, url: &str) -> Reply {
        let reply = self.get(url);
        self.arrive(reply)
    }

    /// Follows the redirects of an answer to their end.
    pub(crate) fn arrive(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..20 {
            let redirected = StatusCode::from_u16(reply.status).unwrap().is_redirection();
            match reply.location().filter(|_| redirected).or_else(|| reply.refresh()) {
                Some(next) => reply = self.get(next.as_str()),
                None => return reply,
            }
        }
        panic!("{} leads round in circles", reply.url);
    }

    /// Signs in at the provider of `provider.mjs` on the way to `url`; returns the page that was asked for.
    pub(crate) fn sign_in(&mut self, url: &str, person: &str) -> Reply {
        let asked = self.follow(url);
        assert!(asked.url.path().starts_with("/interaction/"), "no sign-in: {} {}", asked.url, asked.text());
        self.follow(&format!("{}/as/{person}", asked.url))
    }

    /// Signs in on the way to `url` up to the answer of the provider, and does not take that to the edge: its address.
    pub(crate) fn up_to_callback(&mut self, url: &str, person: &str) -> String {
        let asked = self.follow(url);
        let mut next = format!("{}/as/{person}", asked.url);
        for _ in 0..10 {
            next = self.get(&next).location().expect("a redirect").to_string();
            if next.contains("/-/callback") {
                return next;
            }
        }
        panic!("no callback after {next}");
    }

    /// Signs out by the button of the profile page, here and at the provider; where the provider was asked.
    pub(crate) fn sign_out(&mut self, base: &str) -> Url {
        let me = self.get(&format!("{base}/-/me"));
        let action =
            me.attribute("<form method=\"post\" action=\"/-/logout\"", "action").expect("a button to sign out");
        let reply = self.post(&format!("{base}{action}"), "", &[("origin", base)]);
        let there = reply.onward().expect("the provider's own sign-out");
        let end = self.leave(there.as_str());
        assert_eq!((end.status, end.url.path()), (200, "/-/signed-out"));
        there
    }

    /// Signs out at the provider alone, and says so when asked.
    pub(crate) fn leave(&mut self, end_session: &str) -> Reply {
        let confirm = self.follow(end_session);
        let (action, token) = (confirm.attribute("<form", "action"), confirm.attribute("<input", "value"));
        let form =
            format!("xsrf={}&logout=yes", token.unwrap_or_else(|| panic!("{}: {}", confirm.url, confirm.text())));
        let done = self.post(&action.unwrap(), &form, &[]);
        self.arrive(done)
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let lower = cookie.to_ascii_lowercase();
            // How the edge and the provider each take a cookie back.
            if lower.contains("max-age=0") || lower.contains("expires=thu, 01 jan 1970") {
                self.cookies.remove(name.trim());
            } else {
                self.cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}
