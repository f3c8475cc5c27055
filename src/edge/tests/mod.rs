//! Whole sign-ins over real sockets: the edge, a published release, and the development sign-in or a hostile one.

mod attacks;
mod conformance;
mod files;
mod flow;
mod hostile;
mod model;
mod nights;
mod provider;
mod redirects;
mod release;
mod sessions;
mod sharing;
mod site;

use super::*;

#[test]
fn a_base_url_is_an_origin() {
    for good in ["https://a.example", "https://a.example/", "https://a.example:8443", "http://127.0.0.1:80"] {
        assert!(origin_of(good).is_ok(), "{good}");
    }
    for bad in
        ["", "a.example", "ftp://a.example", "https://a.example/x", "https://a.example/?x", "https://u@a.example"]
    {
        assert!(origin_of(bad).is_err(), "{bad}");
    }
}

#[test]
fn only_this_machine_is_loopback() {
    let local = |text: &str| on_loopback(&text.parse().unwrap());
    assert!(local("http://localhost:1") && local("http://127.9.9.9") && local("http://[::1]:8080"));
    assert!(!local("http://localhost.evil.example") && !local("http://127.0.0.1.nip.example"));
    assert!(!local("http://10.0.0.1"));
}

#[test]
fn what_ended_before_all_time_is_over() {
    let now = moment(1_800_000_000);
    assert!(moment(i64::MIN) < now && moment(-1) < now && now < moment(i64::MAX));
}
