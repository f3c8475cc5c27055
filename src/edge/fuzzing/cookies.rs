//! `Cookie` headers.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use super::Script;
use super::grounds::{GROUNDS, Grounds, NOW};
use crate::edge::cookies::Jar;

/// See [`cookie`](super::cookie).
pub(super) fn hold(mut script: Script<'_>) {
    let grounds = &*GROUNDS;
    let sent = sent(grounds, &mut script);
    let values = sent.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    let values: Vec<HeaderValue> = values.collect();
    let headers: HeaderMap = values.iter().map(|value| (COOKIE, value.clone())).collect();
    let once = |name: &str| once(&values, name);
    visitors(grounds, &headers, once(grounds.edge.cookies.session()));
    attempts(grounds, &headers, &once);
    let (jar, style) = (Jar::of(&headers), grounds.edge.cookies);
    assert_eq!(jar.get(style.guest()).map(str::as_bytes), once(style.guest()));
    assert_eq!(style.hint_in(&jar).map(str::as_bytes), once("__Secure-tollgate-hint"));
    [jar.get(style.guest()), style.hint_in(&jar)].into_iter().flatten().for_each(|value| grounds.hold(value));
}

/// What a browser sends; a line is a header. Four good cookies, one of them forged, the whole of it changed or not.
fn sent(grounds: &Grounds, script: &mut Script<'_>) -> Vec<u8> {
    let (style, texts) = (grounds.edge.cookies, &grounds.texts);
    if script.byte() % 8 == 7 {
        return script.rest().to_vec();
    }
    let attempt = format!("{}{}", style.attempt(), grounds.attempt.state);
    let good = [
        (style.session(), &texts.session),
        (&attempt, &texts.attempt),
        (style.guest(), &texts.guest),
        ("__Secure-tollgate-hint", &texts.sealed),
    ];
    let (forged, twice) = (script.below(8), script.below(16));
    let mut sent = Vec::new();
    for (at, (name, value)) in good.iter().chain(good.get(twice)).enumerate() {
        let value = if at == forged { script.forged(&texts.all()) } else { value.as_bytes().to_vec() };
        sent.extend([name.as_bytes(), b"=", &value, b"; "].concat());
    }
    script.change(&mut sent);
    sent
}

/// The value of a cookie that was sent once, read another way than the edge does.
fn once<'a>(headers: &'a [HeaderValue], name: &str) -> Option<&'a [u8]> {
    let plain = |header: &&[u8]| header.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
    let pairs = headers.iter().map(HeaderValue::as_bytes).filter(plain).flat_map(|header| header.split(|b| *b == b';'));
    let values = pairs.filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    let values: Vec<&[u8]> = values.collect();
    if let [only] = values[..] { Some(only) } else { None }
}

/// Somebody is signed in if the session was sent, once and to the last letter, and otherwise nobody is.
fn visitors(grounds: &Grounds, headers: &HeaderMap, once: Option<&[u8]>) {
    let good = once == Some(grounds.texts.session.as_bytes());
    let visitor = grounds.edge.visitor(headers, &grounds.release, NOW);
    assert_eq!(visitor.is_some(), good);
    assert_eq!(grounds.edge.session(headers, NOW).is_some(), good);
    assert!(visitor.is_none_or(|visitor| visitor.admitted.is_ok() && visitor.session.sid == "a-session"));
    for over in [NOW + 3_600, NOW - 3_600, i64::MAX, i64::MIN] {
        assert!(grounds.edge.visitor(headers, &grounds.release, over).is_none(), "at {over}");
    }
    once.into_iter().filter_map(|value| std::str::from_utf8(value).ok()).for_each(|value| grounds.hold(value));
}

/// The sign-in under way is read from its own cookie; and whatever else looks like one, they never become more than
/// five with one that begins.
fn attempts<'a>(grounds: &Grounds, headers: &HeaderMap, once: &dyn Fn(&str) -> Option<&'a [u8]>) {
    let (jar, prefix) = (Jar::of(headers), grounds.edge.cookies.attempt());
    let own = format!("{prefix}{}", grounds.attempt.state);
    assert_eq!(jar.get(&own).map(str::as_bytes), once(&own));
    jar.starting(prefix).for_each(|(_, value)| grounds.hold(value));
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let under_way: Vec<&str> = jar.starting(prefix).map(|(name, _)| name).filter(|name| plain(name)).collect();
    let gone = grounds.edge.crowded_out(headers);
    assert!(gone.iter().all(|name| under_way.contains(&name.as_str())), "{gone:?}");
    assert_eq!(under_way.len() - gone.len(), under_way.len().min(4));
}
