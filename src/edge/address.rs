//! Addresses: what a request asks for, and where a sign-in may return to.

use http::Method;
use reqwest::Url;

use crate::domain::policy::{ProviderName, RoleName};
use crate::domain::release::PagePath;

/// What the path of a request names.
///
/// Role names and page paths are made of characters that no client ever escapes, so there is one way to write each
/// address and it has no `%` in it. A path is therefore taken as it was sent: what would have to be decoded,
/// normalised or folded first names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `/`
    Front,
    /// `/<role>/` or `/<role>`
    Bundle(RoleName),
    /// `/<role>/<path>`
    Page(RoleName, PagePath),
    /// `/-/login`
    Login,
    /// `/-/callback`, or `/-/callback/<name>` where there are several providers
    Callback(Option<ProviderName>),
    /// `/-/logout`
    Logout,
    /// `/-/backchannel-logout`: where providers end sessions.
    BackChannel,
    /// `/-/share`: where share links are opened.
    Share,
    /// `/-/signed-out`
    SignedOut,
    /// `/-/me`
    Me,
    /// `/-/unsubscribe`: where mails are ended.
    Unsubscribe,
    /// `/-/badge/<path>`: the badge that lies there in some bundle, if anybody may see it.
    Badge(PagePath),
    /// `/-/assets/<name>`: style and icon of the edge's own pages.
    Asset(String),
    /// Nothing that exists, with or without a session.
    Nowhere,
}

impl Place {
    /// The place a path names. The path is what stands in the request line, without the query.
    pub(super) fn of(path: &str) -> Place {
        let Some(rest) = path.strip_prefix('/') else { return Place::Nowhere };
        match rest.split_once('/') {
            None if rest.is_empty() => Place::Front,
            Some(("-", ours)) => Place::ours(ours),
            None => rest.parse().map_or(Place::Nowhere, Place::Bundle),
            Some((role, "")) => role.parse().map_or(Place::Nowhere, Place::Bundle),
            Some((role, page)) => match (role.parse(), page.parse()) {
                (Ok(role), Ok(page)) => Place::Page(role, page),
                _ => Place::Nowhere,
            },
        }
    }

    /// The methods that it takes, and how `Allow` names them. A link checker's HEAD must neither use up a sign-in nor
    /// start one.
    pub(super) fn methods(&self) -> (&'static [Method], &'static str) {
        match self {
            Place::Logout | Place::BackChannel => (&[Method::POST], "POST"),
            Place::Login | Place::Share => (&[Method::GET, Method::POST], "GET, POST"),
            Place::Me | Place::Unsubscribe => (&[Method::GET, Method::HEAD, Method::POST], "GET, HEAD, POST"),
            Place::Callback(_) => (&[Method::GET], "GET"),
            _ => (&[Method::GET, Method::HEAD], "GET, HEAD"),
        }
    }

    /// Whether a POST to it brings a form.
    pub(super) fn takes_forms(&self) -> bool {
        matches!(
            self,
            Place::Login | Place::Logout | Place::Share | Place::Me | Place::BackChannel | Place::Unsubscribe
        )
    }

    fn ours(path: &str) -> Place {
        match path {
            "login" => Place::Login,
            "callback" => Place::Callback(None),
            "logout" => Place::Logout,
            "backchannel-logout" => Place::BackChannel,
            "share" => Place::Share,
            "signed-out" => Place::SignedOut,
            "me" => Place::Me,
            "unsubscribe" => Place::Unsubscribe,
            _ => match path.split_once('/') {
                Some(("assets", name)) => Place::Asset(name.to_owned()),
                Some(("badge", name)) => format!("badges/{name}").parse().map_or(Place::Nowhere, Place::Badge),
                Some(("callback", name)) => name.parse().map_or(Place::Nowhere, |name| Place::Callback(Some(name))),
                _ => Place::Nowhere,
            },
        }
    }
}

/// The longest return address kept through a sign-in: five sign-ins under way must fit into a browser's cookies.
const LONGEST_RETURN: usize = 512;

/// Whether a sign-in may end at `address`: a path of this site, in a form that no two readers take apart differently.
///
/// The pages of the sign-in itself are no place to return to: they would start another one.
pub(super) fn may_return_to(address: &str, base: &Url) -> bool {
    let bytes = address.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'\\';
    let usable = bytes.len() <= LONGEST_RETURN && bytes.first() == Some(&b'/') && bytes.get(1) != Some(&b'/');
    if !usable || !bytes.iter().all(plain) {
        return false;
    }
    let Ok(target) = base.join(address) else { return false };
    let path = target.path();
    target.origin() == base.origin() && !path.starts_with("//") && (!path.starts_with("/-") || path == "/-/me")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        "https://tollgate.example".parse().unwrap()
    }

    #[test]
    fn each_address_has_one_form_and_every_other_names_nothing() {
        let page = |role: &str, path: &str| Place::Page(role.parse().unwrap(), path.parse().unwrap());
        let bundle = |role: &str| Place::Bundle(role.parse().unwrap());
        for (path, place) in [
            ("/", Place::Front),
            ("/admin", bundle("admin")),
            ("/admin/", bundle("admin")),
            ("/admin/index.html", page("admin", "index.html")),
            ("/admin/acme/.github~7.html", page("admin", "acme/.github~7.html")),
            ("/-/login", Place::Login),
            ("/-/callback", Place::Callback(None)),
            ("/-/callback/main", Place::Callback(Some("main".parse().unwrap()))),
            ("/-/logout", Place::Logout),
            ("/-/backchannel-logout", Place::BackChannel),
            ("/-/share", Place::Share),
            ("/-/signed-out", Place::SignedOut),
            ("/-/me", Place::Me),
            ("/-/unsubscribe", Place::Unsubscribe),
            ("/-/badge/acme/anvil.svg", Place::Badge("badges/acme/anvil.svg".parse().unwrap())),
            ("/-/assets/edge.css", Place::Asset("edge.css".into())),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }

    #[test]
    fn odd_forms_of_a_path_name_nothing() {
        let long = format!("/admin/{}", "a".repeat(501));
        let odd = [
            "",
            "*",
            "//",
            "//admin/index.html",
            "/admin//",
            "/admin//index.html",
            "/./admin/index.html",
            "/admin/.",
            "/admin/./index.html",
            "/admin/..",
            "/admin/../viewer/index.html",
            "/..",
            "/../admin/index.html",
            "/%61dmin/index.html",
            "/admin%2findex.html",
            "/admin/%69ndex.html",
            "/admin/index%2ehtml",
            "/admin/%00",
            "/admin/index.html%00",
            "/%2561dmin/index.html",
            "/admin/%252e%252e/x",
            "/admin\\index.html",
            "/admin/..\\x",
            "/Admin/index.html",
            "/ADMIN",
            "/admin/index.html/",
            "/admin;x=1/index.html",
            "/admin/index.html;x",
            "/-",
            "/-/",
            "/-/Login",
            "/-/login/",
            "/-/callback/",
            "/-/callback/Main",
            "/-/callback/m//x",
            "/-/callback/m/%2e",
            "/-//login",
            "/-/badge/",
            "/-/badge/../index.html",
            "/-/badge/acme//anvil.svg",
            "/-/badge/acme%2fanvil.svg",
            "/-/unsubscribe/",
            "/-/%6cogin",
            "/1admin/x",
            "/admin /index.html",
            "/admin/é",
            "/admin/index.html?x",
            "/admin/...",
            "admin/index.html",
            long.as_str(),
        ];
        for path in odd {
            assert_eq!(Place::of(path), Place::Nowhere, "{path:?}");
        }
    }

    #[test]
    fn a_sign_in_returns_to_pages_of_this_site() {
        for good in ["/", "/admin/index.html", "/admin/a.html?from=2024-01-01&to=2024-02-01", "/-/me", "/a/b~c/d.csv"] {
            assert!(may_return_to(good, &base()), "{good}");
        }
    }

    #[test]
    fn a_sign_in_returns_nowhere_else() {
        let long = format!("/{}", "a".repeat(LONGEST_RETURN));
        for bad in [
            "",
            "admin",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/ /evil.example",
            "https://evil.example/",
            "http:evil.example",
            "javascript:alert(1)",
            "/.//evil.example",
            "/x/..//evil.example",
            "/%2e//evil.example",
            "/a\u{7f}",
            "/a\u{0}",
            "/é",
            "/\u{2215}evil",
            "/-/login",
            "/-/login?return=/",
            "/-/callback?code=1",
            "/-/logout",
            "/x/../-/login",
            "/-",
            long.as_str(),
        ] {
            assert!(!may_return_to(bad, &base()), "{bad:?}");
        }
    }

    /// Every way of putting the pieces of an attack together, up to a length: whatever is accepted must stay here.
    #[test]
    fn no_combination_of_hostile_pieces_leaves_the_site() {
        let pieces = [
            "/",
            "//",
            "\\",
            "\t",
            "\r\n",
            " ",
            ".",
            "..",
            "@",
            ":",
            "%2f",
            "%5c",
            "%09",
            "?",
            "#",
            "evil.example",
            "https:",
            "http://",
            "javascript:",
            "tollgate.example",
            "-/me",
            "\u{0}",
            "\u{ff0f}",
            ";",
        ];
        let mut tried = 0;
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for address in [format!("{a}{b}{c}"), format!("/{a}{b}{c}"), format!("/{a}{b}evil.example{c}")] {
                        tried += 1;
                        if may_return_to(&address, &base()) {
                            let target = base().join(&address).unwrap();
                            assert_eq!(target.origin(), base().origin(), "{address:?}");
                            assert!(address.starts_with('/') && !target.path().starts_with("//"), "{address:?}");
                            assert!(address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\'), "{address:?}");
                        }
                    }
                }
            }
        }
        assert!(tried > 40_000);
    }
}
