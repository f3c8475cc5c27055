//! Share links and access tokens, as they are handed in.

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::Url;

use super::Script;
use super::grounds::{GROUNDS, NOW, pass};
use crate::edge::grants::{Pass, Token};
use crate::edge::moment;
use crate::edge::routes::{Asked, Form};
use crate::edge::share::{bearer_of, secret_in};
use crate::edge::signin::Params;

/// See [`share_token`](super::share_token).
pub(super) fn hold(mut script: Script<'_>) {
    let grounds = &*GROUNDS;
    if script.byte() % 8 == 7 {
        return times(&mut script);
    }
    let texts = &grounds.texts;
    let text = script.forged(&[&texts.share, &texts.token, &texts.guest, &texts.session, &texts.attempt]);
    in_a_header(&text);
    let raw = Form::Read(text.clone().into());
    grounds.hold(secret_in(&Params::of_form(&raw)));
    if let Ok(text) = std::str::from_utf8(&text) {
        grounds.hold(text);
        in_a_form(text);
    }
}

/// A bearer is read whole or not at all, and not where there are two.
fn in_a_header(token: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(&[b"Bearer ", token].concat()) else { return };
    let mut asked = asked();
    asked.headers.append(header::AUTHORIZATION, value.clone());
    match bearer_of(&asked) {
        Some(read) => {
            assert_eq!(read.as_bytes(), token);
            GROUNDS.hold(read);
        }
        None => assert!(!token.iter().all(|byte| matches!(byte, b' '..=b'~'))),
    }
    asked.headers.append(header::AUTHORIZATION, value);
    assert_eq!(bearer_of(&asked), None);
}

/// The secret is what stands behind the last `#` of what was pasted.
fn in_a_form(pasted: &str) {
    let form = |link: &str| {
        let mut url = Url::parse("form:").unwrap();
        url.query_pairs_mut().append_pair("token", link);
        Form::Read(url.query().unwrap_or_default().as_bytes().to_vec().into())
    };
    let secret = pasted.trim().split('#').next_back().unwrap_or_default().to_owned();
    for link in [pasted.to_owned(), format!(" https://tollgate.example/-/share#{}", pasted.trim())] {
        let params = Params::of_form(&form(&link));
        assert_eq!(secret_in(&params), secret, "{link:?}");
        GROUNDS.hold(secret_in(&params));
    }
}

/// Whatever times are signed: what is over opens nothing.
fn times(script: &mut Script<'_>) {
    let grounds = &*GROUNDS;
    let (made, until, now) = (script.moment(NOW), script.moment(NOW), script.moment(NOW));
    let token = Token { pass: Pass { made, until, ..pass() } };
    let read = grounds.keys.verify::<Token>(&grounds.keys.sign(&token).unwrap()).unwrap();
    assert_eq!(read, token);
    let viewer = grounds.release.policy.admit_grant(&read.pass.grant(), moment(now));
    assert!(viewer.is_err() || now < until, "open at {now}, until {until}");
    let role = "viewer".parse().unwrap();
    let open = |path: &str| viewer.as_ref().is_ok_and(|viewer| viewer.may_open(&role, &path.parse().unwrap()));
    assert!(!open("index.html") && !open("repositories/acme-labs/x.html"));
}

fn asked() -> Asked {
    Asked {
        method: Method::GET,
        path: "/viewer/data.csv".into(),
        query: String::new(),
        headers: HeaderMap::new(),
        form: Form::Unread,
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
        id: "a-request".into(),
    }
}
