//! Where a request comes from, behind proxies too.
//!
//! Anyone can send `Forwarded` (RFC 7239) or `X-Forwarded-For`; only what a configured proxy added counts. Each proxy
//! adds the address it was asked from at the right end, so the headers are read from there, as long as the next
//! address is a configured proxy's. Only the address is ever taken: never host, scheme or a name of somebody.
//!
//! A proxy sets one of the two headers and hands the other on as the client sent it. When both are there and do not
//! agree nobody knows which is which, so neither is believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request comes from: `peer`, or if that is one of `proxies`, the nearest address that a proxy was
/// asked from and that is none itself. What cannot be read ends the search at the address to the right of it.
///
/// IPv4 addresses written as IPv6 (`::ffff:192.0.2.7`) count, and are given back, as IPv4.
pub(super) fn origin(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let said = |name: HeaderName, read: fn(&str) -> Option<IpAddr>| {
        let sent = headers.contains_key(&name);
        sent.then(|| walk(peer, from_the_right(headers, &name).map(|text| text.and_then(read)), trusted))
    };
    match (said(header::FORWARDED, forwarded), said(X_FORWARDED_FOR, plain)) {
        (Some(one), Some(other)) if one != other => peer,
        (one, other) => one.or(other).unwrap_or(peer),
    }
}

/// The members of a list header, last first, several headers being one list (RFC 9110, 5.3); `None` for one that is
/// no text.
///
/// Commas inside quotes part members too. A member cut up like that has a quote without its other half, which
/// [`forwarded`] refuses; reading quotes from the left instead would let one that the client never closed swallow what
/// the proxy added.
fn from_the_right<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = Option<&'a str>> {
    let members = |value: &'a HeaderValue| {
        let text = value.to_str().ok();
        let unreadable = text.is_none().then_some(None);
        text.into_iter().flat_map(|text| text.rsplit(',')).map(Some).chain(unreadable)
    };
    headers.get_all(name).iter().rev().flat_map(members)
}

fn walk(peer: IpAddr, addresses: impl Iterator<Item = Option<IpAddr>>, trusted: impl Fn(&IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer;
    for address in addresses {
        match address {
            None => return nearest,
            Some(address) if !trusted(&address) => return address,
            Some(address) => nearest = address,
        }
    }
    nearest
}

/// A member of `X-Forwarded-For`. Some proxies add the port.
fn plain(member: &str) -> Option<IpAddr> {
    let text = member.trim_matches([' ', '\t']);
    let with_port = || text.parse().map(|address: SocketAddr| address.ip()).ok();
    Some(text.parse().ok().or_else(with_port).or_else(|| bracketed(text))?.to_canonical())
}

/// An IPv6 address in brackets.
fn bracketed(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// The `for` of a member of `Forwarded` (RFC 7239, 4): there once, all of the member well formed.
fn forwarded(member: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in member.split(';') {
        let (name, value) = pair.trim_matches([' ', '\t']).split_once('=')?;
        let value = if is_token(name) { unquoted(value)? } else { return None };
        if name.eq_ignore_ascii_case("for") && found.replace(node(value)?).is_some() {
            return None;
        }
    }
    found
}

/// A token, or a quoted text without anything in it that needs care.
fn unquoted(value: &str) -> Option<&str> {
    if is_token(value) {
        return Some(value);
    }
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    inner.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')).then_some(inner)
}

/// A token (RFC 9110, 5.6.2).
fn is_token(text: &str) -> bool {
    let of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(of_token)
}

/// An address with or without a port (RFC 7239, 6). IPv6 stands in brackets, and a port may be a made-up word.
fn node(text: &str) -> Option<IpAddr> {
    let after_address = text.rfind(']').map_or(0, |at| at + 1);
    let (address, port) = match text[after_address..].split_once(':') {
        Some((rest, port)) => (&text[..after_address + rest.len()], Some(port)),
        None => (text, None),
    };
    let number = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let word = |port: &str| port.strip_prefix('_').is_some_and(is_token);
    if port.is_some_and(|port| !number(port) && !word(port)) {
        return None;
    }
    let v4 = || address.parse().ok().map(IpAddr::V4);
    bracketed(address).or_else(v4).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEER: &str = "10.0.0.1";
    const CLIENT: &str = "198.51.100.9";
    const LIE: &str = "203.0.113.66";

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// The proxies are 10.0.0.0/8 and 2001:db8:aaaa::/48.
    fn asked(peer: &str, sent: &[(&str, &str)]) -> String {
        let proxies: Vec<IpNet> = ["10.0.0.0/8", "2001:db8:aaaa::/48"].map(|net| net.parse().unwrap()).into();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        origin(address(peer), &headers, &proxies).to_string()
    }

    #[test]
    fn a_peer_that_is_no_proxy_is_where_it_comes_from_whatever_it_says() {
        for peer in [CLIENT, "2001:db8::5", "127.0.0.1", "11.0.0.1"] {
            for name in ["x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip", "true-client-ip"] {
                for value in [LIE, "for=203.0.113.66", "10.0.0.2", "unknown", ""] {
                    assert_eq!(asked(peer, &[(name, value)]), peer, "{name}: {value}");
                }
            }
        }
        assert_eq!(asked("::ffff:198.51.100.9", &[("x-forwarded-for", LIE)]), CLIENT);
    }

    #[test]
    fn a_list_of_addresses_is_believed_from_the_right_up_to_the_first_that_is_no_proxy() {
        for (value, expected) in [
            ("198.51.100.9", CLIENT),
            ("203.0.113.66, 198.51.100.9", CLIENT),
            ("203.0.113.66,198.51.100.9,10.2.3.4", CLIENT),
            ("10.9.9.9, 198.51.100.9\t, 10.2.3.4", CLIENT),
            ("203.0.113.66, 198.51.100.9, 2001:db8:aaaa::7, 10.2.3.4", CLIENT),
            ("198.51.100.9:4711", CLIENT),
            ("203.0.113.66, ::ffff:198.51.100.9, ::ffff:10.0.0.5", CLIENT),
            ("2001:db8::5", "2001:db8::5"),
            ("[2001:db8::5]", "2001:db8::5"),
            ("[2001:db8::5]:443, 10.0.0.4:1", "2001:db8::5"),
            // All proxies: it began at the leftmost.
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            // Unreadable: the one to the right of it.
            ("", PEER),
            (",", PEER),
            ("unknown", PEER),
            ("203.0.113.66, unknown", PEER),
            ("203.0.113.66, unknown, 10.0.0.2", "10.0.0.2"),
            ("203.0.113.66, , 10.0.0.2", "10.0.0.2"),
            ("203.0.113.66,", PEER),
            ("203.0.113.66 198.51.100.9", PEER),
            ("203.0.113.066", PEER),
            ("203.0.113", PEER),
            ("0xcb007142", PEER),
            ("3405803842", PEER),
            ("203.0.113.66/32", PEER),
            ("203.0.113.66:", PEER),
            ("203.0.113.66:99999", PEER),
            ("\"203.0.113.66\"", PEER),
            ("for=203.0.113.66", PEER),
            ("fe80::1%eth0", PEER),
            ("[203.0.113.66]", PEER),
            ("[2001:db8::5", PEER),
            ("localhost", PEER),
            ("203.0.113.66, 10.0.0.2ü", PEER),
            ("203.0.113.66\u{a0}", PEER),
        ] {
            assert_eq!(asked(PEER, &[("x-forwarded-for", value)]), expected, "{value}");
            assert_eq!(asked("::ffff:10.0.0.1", &[("x-forwarded-for", value)]), expected, "{value}");
        }
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_has_it() {
        for (value, expected) in [
            ("for=198.51.100.9", CLIENT),
            ("For=198.51.100.9;proto=https;by=10.0.0.1", CLIENT),
            ("proto=http; host=\"evil.example\" ; for=\"198.51.100.9:4711\"", CLIENT),
            ("for=203.0.113.66, for=198.51.100.9;by=_edge, FOR=10.0.0.4", CLIENT),
            ("for=\"198.51.100.9:_x9\"", CLIENT),
            ("for=\"[::ffff:198.51.100.9]\"", CLIENT),
            ("for=\"[2001:db8::5]\"", "2001:db8::5"),
            ("for=203.0.113.66, for=\"[2001:db8::5]:47011\", for=\"[2001:db8:aaaa::1]:1\"", "2001:db8::5"),
            ("for=10.0.0.3", "10.0.0.3"),
            // Unreadable, or nobody said.
            ("", PEER),
            ("for=unknown", PEER),
            ("for=_hidden", PEER),
            ("for=203.0.113.66, for=_hidden, for=10.0.0.2", "10.0.0.2"),
            ("for=203.0.113.66, proto=https", PEER),
            ("203.0.113.66", PEER),
            ("for=203.0.113.66;for=10.0.0.2", PEER),
            ("for=203.0.113.66;FOR=203.0.113.66", PEER),
            ("for=203.0.113.66;", PEER),
            ("for=203.0.113.66;x", PEER),
            ("for=203.0.113.66;x=", PEER),
            ("for =203.0.113.66", PEER),
            ("for= 203.0.113.66", PEER),
            ("for=[2001:db8::5]", PEER),
            ("for=\"2001:db8::5\"", PEER),
            ("for=\"[203.0.113.66]\"", PEER),
            ("for=203.0.113.66:80", PEER),
            ("for=\"203.0.113.66:\"", PEER),
            ("for=\"203.0.113.66:123456\"", PEER),
            ("for=\"203.0.113.66:8x\"", PEER),
            ("for=\"203.0.113.66:_\"", PEER),
            ("for=\"[2001:db8::5]x:1\"", PEER),
            ("for=\"203.0.113.66", PEER),
            ("for=203.0.113.66\"", PEER),
            ("for=\"203.0.113\\.66\"", PEER),
            ("for=\"\"", PEER),
            ("for=203.0.113.66;host=\"a\\\"b\"", PEER),
            ("for=203.0.113.66;host=\"a\"b\"", PEER),
            ("for=203.0.113.66;host=\"a\tb\"", PEER),
            ("for=\"", PEER),
        ] {
            assert_eq!(asked(PEER, &[("forwarded", value)]), expected, "{value}");
        }
    }

    #[test]
    fn a_client_cannot_speak_for_the_proxy_by_quotes_and_commas() {
        let opened = "for=203.0.113.66;x=\"";
        for (sent, added, expected) in [
            // What the client left open swallows nothing.
            (opened, "for=198.51.100.9", CLIENT),
            (opened, "for=\"198.51.100.9:1\"", CLIENT),
            (opened, "for=198.51.100.9;host=\";y=z\"", PEER),
            ("for=203.0.113.66;x=\"\\", "for=198.51.100.9", CLIENT),
            // The client chose the host, and the proxy quoted it.
            ("for=203.0.113.66", "for=198.51.100.9;host=\"a,for=203.0.113.66\"", PEER),
            ("for=203.0.113.66", "for=198.51.100.9;host=\"a, for=203.0.113.66;x=\"", PEER),
            ("for=203.0.113.66", "for=198.51.100.9;host=\"\\\", for=203.0.113.66;x=\\\"\"", PEER),
            ("for=203.0.113.66", "for=198.51.100.9;host=\"a, for=203.0.113.66, b\"", PEER),
            ("for=203.0.113.66", "host=\";for=203.0.113.66\";for=198.51.100.9", PEER),
            ("for=203.0.113.66", "host=\"\\\";for=203.0.113.66;x=\\\"\";for=198.51.100.9", PEER),
        ] {
            assert_eq!(asked(PEER, &[("forwarded", sent), ("forwarded", added)]), expected, "{sent} | {added}");
            assert_eq!(asked(PEER, &[("forwarded", &format!("{sent}, {added}"))]), expected, "{sent}, {added}");
        }
    }

    #[test]
    fn several_headers_are_one_list_in_their_order() {
        for (values, expected) in [
            ([LIE, CLIENT], CLIENT),
            (["203.0.113.66, 198.51.100.9", "10.0.0.2"], CLIENT),
            ([LIE, ""], PEER),
            ([LIE, "ü"], PEER),
            (["ü", "198.51.100.9"], CLIENT),
        ] {
            let sent = [("x-forwarded-for", values[0]), ("x-forwarded-for", values[1])];
            assert_eq!(asked(PEER, &sent), expected, "{values:?}");
        }
    }

    #[test]
    fn two_headers_that_do_not_agree_are_not_believed() {
        for (forwarded, list, expected) in [
            ("for=198.51.100.9", CLIENT, CLIENT),
            ("for=203.0.113.66, for=198.51.100.9", CLIENT, CLIENT),
            ("for=203.0.113.66", CLIENT, PEER),
            ("for=198.51.100.9", LIE, PEER),
            ("for=_hidden", LIE, PEER),
            ("", LIE, PEER),
            ("for=203.0.113.66", "", PEER),
        ] {
            let sent = [("forwarded", forwarded), ("x-forwarded-for", list)];
            assert_eq!(asked(PEER, &sent), expected, "{forwarded} and {list}");
        }
    }

    #[test]
    fn a_thousand_entries_are_read_to_where_they_are_believed() {
        let lies = format!("{LIE}, ").repeat(1_000);
        assert_eq!(asked(PEER, &[("x-forwarded-for", &format!("{lies}{CLIENT}"))]), CLIENT);
        let proxies = ", 10.0.0.7".repeat(1_000);
        assert_eq!(asked(PEER, &[("x-forwarded-for", &format!("{LIE}, {CLIENT}{proxies}"))]), CLIENT);
        assert_eq!(asked(PEER, &[("x-forwarded-for", &format!("{LIE}, x{proxies}"))]), "10.0.0.7");
    }

    proptest! {
        #[test]
        fn what_the_client_sent_changes_nothing_once_the_proxy_has_added_to_it(
            sent in "[ -~]{0,60}", list in any::<bool>(),
        ) {
            let (name, added) =
                if list { ("x-forwarded-for", CLIENT.to_owned()) } else { ("forwarded", format!("for={CLIENT}")) };
            prop_assert_eq!(asked(PEER, &[(name, &format!("{sent}, {added}"))]), CLIENT);
            prop_assert_eq!(asked(PEER, &[(name, &sent), (name, &added)]), CLIENT);
        }
    }
}
