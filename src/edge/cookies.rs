//! Reading and writing cookies. Nothing in a cookie is believed before its signature is checked.

use http::HeaderMap;
use http::header::COOKIE;

/// The longest cookie written, with its name and attributes: browsers drop longer ones without a word.
pub(super) const LONGEST: usize = 4096;

/// How the cookies of this site are named and marked.
///
/// Under https the `__Host-` prefix makes the browser itself refuse a cookie of that name that another host or an
/// unencrypted page tries to plant. Browsers accept the prefix only over https, so a site on loopback goes without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    secure: bool,
}

impl Style {
    /// For a site under https or not.
    pub(super) fn new(secure: bool) -> Style {
        Style { secure }
    }

    /// The name of the session cookie.
    pub(super) fn session(self) -> &'static str {
        if self.secure { "__Host-tollgate" } else { "tollgate" }
    }

    /// What the names of the cookies of sign-ins under way start with; the state of the sign-in follows.
    pub(super) fn attempt(self) -> &'static str {
        if self.secure { "__Host-tollgate-signin-" } else { "tollgate-signin-" }
    }

    /// The name of the cookie of somebody who opened a share link.
    pub(super) fn guest(self) -> &'static str {
        if self.secure { "__Host-tollgate-guest" } else { "tollgate-guest" }
    }

    /// The name of the cookie that keeps the ID token for signing out at the provider. It is sent to that address only,
    /// so that no other request carries it; a prefix that binds it to the host would not allow that.
    fn hint(self) -> &'static str {
        if self.secure { "__Secure-tollgate-hint" } else { "tollgate-hint" }
    }

    /// A `Set-Cookie` value. Without `seconds` the cookie ends with the browser's own session.
    pub(super) fn set(self, name: &str, value: &str, seconds: Option<i64>) -> String {
        self.attributes(name, value, "/", seconds)
    }

    /// A `Set-Cookie` value for the sealed ID token; one that removes it if that is too long for a browser to keep.
    pub(super) fn set_hint(self, sealed: Option<&str>) -> String {
        let set = sealed.map(|sealed| self.attributes(self.hint(), sealed, "/-/logout", None));
        let kept = set.filter(|cookie| cookie.len() <= LONGEST);
        kept.unwrap_or_else(|| self.attributes(self.hint(), "", "/-/logout", Some(0)))
    }

    /// The sealed ID token among the cookies of a request to sign out.
    pub(super) fn hint_in<'a>(self, jar: &Jar<'a>) -> Option<&'a str> {
        jar.get(self.hint())
    }

    fn attributes(self, name: &str, value: &str, path: &str, seconds: Option<i64>) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// A `Set-Cookie` value that removes the cookie.
    pub(super) fn clear(self, name: &str) -> String {
        self.set(name, "", Some(0))
    }
}

/// The cookies of one request.
#[derive(Debug, Default)]
pub(super) struct Jar<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Jar<'a> {
    /// Reads every `Cookie` header. What is not `name=value` in ASCII is left out.
    pub(super) fn of(headers: &'a HeaderMap) -> Jar<'a> {
        let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        Jar { pairs: pairs.collect() }
    }

    /// The value of a cookie that was sent once. Of two with one name, somebody else may have planted either.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let mut values = self.pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| *value);
        let first = values.next();
        if values.next().is_some() { None } else { first }
    }

    /// Names and values of the cookies whose names start with `prefix`.
    pub(super) fn starting<'b>(&'b self, prefix: &'b str) -> impl Iterator<Item = (&'a str, &'a str)> + 'b {
        self.pairs.iter().copied().filter(move |(name, _)| name.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let pairs = values.iter().map(|value| (COOKIE, HeaderValue::from_bytes(value).unwrap()));
        pairs.collect()
    }

    #[test]
    fn a_cookie_counts_only_if_it_was_sent_once() {
        for (sent, expected) in [
            (vec![&b"tollgate=a"[..]], Some("a")),
            (vec![b"x=1; tollgate=a; y=2"], Some("a")),
            (vec![b"x=1", b"tollgate=a"], Some("a")),
            (vec![b"tollgate=a=b"], Some("a=b")),
            (vec![b" ;; tollgate=a ;"], Some("a")),
            (vec![b"tollgate="], Some("")),
            (vec![b"tollgate=a; tollgate=b"], None),
            (vec![b"tollgate=a", b"tollgate=a"], None),
            (vec![b"Tollgate=a"], None),
            (vec![b"tollgate"], None),
            (vec![b"tollgate-x=a"], None),
            (vec![b"\xff\xfe; tollgate=a"], None),
            (vec![b""], None),
            (vec![], None),
        ] {
            let headers = headers(&sent);
            assert_eq!(Jar::of(&headers).get("tollgate"), expected, "{sent:?}");
        }
    }

    #[test]
    fn cookies_are_bound_to_the_host_under_https() {
        let style = Style::new(true);
        let cookie = style.set(style.session(), "v", None);
        assert_eq!(cookie, "__Host-tollgate=v; Path=/; HttpOnly; SameSite=Lax; Secure");
        let cleared = style.clear(style.session());
        assert_eq!(cleared, "__Host-tollgate=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    }

    #[test]
    fn the_id_token_goes_to_the_address_that_signs_out_and_only_if_it_fits() {
        let style = Style::new(true);
        let cookie = style.set_hint(Some("v"));
        assert_eq!(cookie, "__Secure-tollgate-hint=v; Path=/-/logout; HttpOnly; SameSite=Lax; Secure");
        let gone = "__Secure-tollgate-hint=; Path=/-/logout; HttpOnly; SameSite=Lax; Secure; Max-Age=0";
        assert_eq!((style.set_hint(None).as_str(), style.set_hint(Some(&"v".repeat(4_096))).as_str()), (gone, gone));
        assert!(style.set_hint(Some(&"v".repeat(4_000))).len() <= LONGEST);
    }

    #[test]
    fn cookies_on_loopback_do_without_what_browsers_refuse_there() {
        let style = Style::new(false);
        let cookie = style.set(&format!("{}s", style.attempt()), "v", Some(600));
        assert_eq!(cookie, "tollgate-signin-s=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=600");
    }
}
