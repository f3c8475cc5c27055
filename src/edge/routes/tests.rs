//! Where somebody comes back to after signing in.

use super::*;

#[test]
fn the_way_back_survives_the_query_it_travels_in() {
    let headers = HeaderMap::from_iter([(header::ACCEPT, http::HeaderValue::from_static("text/html"))]);
    let asked = |path: &str, query: &str| Asked {
        method: Method::GET,
        path: path.into(),
        query: query.into(),
        headers: headers.clone(),
        form: Form::Unread,
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
        id: String::new(),
    };
    let location = |path, query| {
        let reply = sign_in_first(&asked(path, query));
        reply.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    assert_eq!(location("/admin/index.html", ""), "/-/login?return=/admin/index.html");
    assert_eq!(location("/a/b.html", "x=1&y=%20#"), "/-/login?return=/a/b.html%3Fx%3D1%26y%3D%2520%23");
    assert_eq!(location(&"/a".repeat(2_000), ""), "/-/login");
}
