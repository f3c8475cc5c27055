use super::*;

fn client(api: &str) -> Client {
    Client::new(&crate::github::tests::settings(api, &["acme/*"])).unwrap()
}

#[tokio::test]
async fn only_the_configured_origin_is_ours() {
    let client = client("https://ghe.example/api/v3/");
    for (named, expected) in [
        ("https://ghe.example/api/v3/x?page=2", true),
        ("https://GHE.example:443/x", true),
        ("/repositories/7/traffic/views", true),
        ("http://ghe.example/x", false),
        ("https://ghe.example:8443/x", false),
        ("https://ghe.example.evil.example/x", false),
        ("https://ghe.example@evil.example/x", false),
        ("https://user@ghe.example/x", false),
        ("ftp://ghe.example/x", false),
        ("evil.example", false),
        ("", false),
    ] {
        assert_eq!(client.own(named).is_ok(), expected, "{named}");
    }
    // Without a scheme this is a path, whatever it looks like.
    assert_eq!(client.own("//evil.example/x").map(|uri| uri.host().map(str::to_owned)), Ok(Some("ghe.example".into())));
    assert_eq!(client.url("/user").unwrap(), "https://ghe.example/api/v3/user");
}

#[test]
fn the_next_page_is_read_from_the_link_header() {
    let links = "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?page=3>; rel=\"next\"";
    assert_eq!(next_page(links), Some("https://a.example/x?page=3"));
    assert_eq!(next_page("<https://a.example/x?page=1>; rel=\"last\""), None);
}

#[tokio::test]
async fn odd_addresses_and_tokens_are_refused_before_anything_is_sent() {
    for api in ["api.github.com", "ftp://a.example", "https://user:pw@a.example", "https://a.example?x=1", ""] {
        let refused = Client::new(&crate::github::tests::settings(api, &["acme/*"]));
        assert!(matches!(refused.map(|_| ()), Err(Error::Settings { .. })), "{api}");
    }
    let mut settings = crate::github::tests::settings("http://127.0.0.1:1", &["acme/*"]);
    settings.credential = Credential::Token("two\nlines".to_owned().into());
    let Err(error) = Client::new(&settings).map(|_| ()) else { panic!("a token of two lines passed") };
    assert!(matches!(error, Error::Token { .. }) && !error.to_string().contains("two"), "{error}");
}
