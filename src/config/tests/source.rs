//! Sources: which GitHub, and with which credential.

use super::*;

/// The whole configuration with other lines in the place of the source's token.
fn with(lines: &str) -> String {
    GOOD.replace("token_env = \"ACME_TOKEN\"", lines)
}

fn grant(lines: &str) -> Grant {
    parse(&with(lines)).unwrap().sources.remove(0).grant
}

fn app(id: &str, key: Secret, installation: Option<&str>) -> Grant {
    Grant::App(App { id: id.into(), key, installation: installation.map(str::to_owned) })
}

#[test]
fn a_source_asks_with_a_token_or_as_an_app() {
    let file = || Secret::File("conf/app.pem".into());
    for (lines, expected) in [
        ("token_file = \"token\"", Grant::Token(Secret::File("conf/token".into()))),
        ("app_id = 12345\nprivate_key_file = \"app.pem\"", app("12345", file(), None)),
        (
            "app_id = \"Iv1.8a61f9b3a7aba766\"\nprivate_key_env = \"APP_KEY\"",
            app("Iv1.8a61f9b3a7aba766", Secret::Env("APP_KEY".into()), None),
        ),
        (
            "app_id = 12345\nprivate_key_file = \"app.pem\"\ninstallation = \"acme-labs\"",
            app("12345", file(), Some("acme-labs")),
        ),
        ("app_id = 12345\nprivate_key_file = \"app.pem\"\ninstallation = 77", app("12345", file(), Some("77"))),
    ] {
        assert_eq!(grant(lines), expected, "{lines}");
    }
}

#[test]
fn each_wrong_credential_is_told_with_its_mending() {
    let line = |n: usize, what: &str, hint: &str| format!("`conf/tollgate.toml` line {n}: {what}\n\nhint: {hint}");
    let keys = "add `private_key_file = \"app.pem\"` or `private_key_env = \"NAME_OF_A_VARIABLE\"`; the App's settings page makes keys";
    let key = "private_key_file = \"app.pem\"";
    for (lines, expected) in [
        (
            "",
            line(
                6,
                "a source has no token",
                "add `token_env = \"NAME_OF_A_VARIABLE\"` or `token_file = \"PATH\"`, or `app_id` and `private_key_file` of a GitHub App; the secret itself never stands here",
            ),
        ),
        (
            &format!("token_env = \"A\"\napp_id = 1\n{key}"),
            line(6, "a source has both a token and an App", "keep the token, or `app_id` with its private key"),
        ),
        (
            "token_env = \"A\"\ninstallation = \"acme\"",
            line(6, "a source has both a token and an App", "keep the token, or `app_id` with its private key"),
        ),
        ("app_id = 1", line(6, "a source has `app_id` and no private key", keys)),
        (
            key,
            line(6, "a source has a private key and no `app_id`", "add `app_id = 12345` from the App's settings page"),
        ),
        (
            "installation = \"acme\"",
            line(6, "a source has `installation` and no App", "add `app_id` and its private key, or remove the line"),
        ),
        (
            &format!("app_id = \"my app\"\n{key}"),
            line(
                8,
                "`app_id` is `my app`, which is no id of an App",
                "write the App ID or the Client ID from the App's settings page, such as 12345",
            ),
        ),
        (
            &format!("app_id = 1\n{key}\ninstallation = \"acme/anvil\""),
            line(
                10,
                "`installation` is `acme/anvil`, which is no account",
                "write the account that the App is installed on, such as \"acme\", or the installation's number",
            ),
        ),
        (
            &format!("app_id = true\n{key}"),
            line(8, "`app_id` is of type boolean", "write a number, or a text in quotes"),
        ),
        (
            "app_id = 1\nprivate_key_env = \"A\"\nprivate_key_file = \"b\"",
            line(10, "both `private_key_env` and `private_key_file` are given", "keep one of them"),
        ),
        (
            "app_id = 1\nprivate_key_env = \"-----BEGIN RSA PRIVATE KEY-----\"",
            line(
                9,
                "`private_key_env` is no name of an environment variable",
                "write capitals, digits and `_`, such as \"ACME_TOKEN\"; if you pasted the secret itself, replace it at its issuer",
            ),
        ),
    ] {
        let told = faults(&with(lines));
        // What selects a source that has a fault is a fault too, and no concern here.
        let first = told.split("\n\nerror: ").next().unwrap();
        assert_eq!(first, expected, "{lines}");
    }
}

#[test]
fn each_kind_of_github_is_recorded_under_the_host_that_people_see() {
    for (api, base, host) in [
        ("https://api.github.com", "https://api.github.com", "github.com"),
        ("https://api.github.com/", "https://api.github.com", "github.com"),
        ("https://ghe.example/api/v3", "https://ghe.example/api/v3", "ghe.example"),
        ("https://ghe.example:8443/api/v3/", "https://ghe.example:8443/api/v3", "ghe.example:8443"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com", "acme.ghe.com"),
        ("https://api.example", "https://api.example", "api.example"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000", "127.0.0.1:4000"),
    ] {
        let source = parse(&with(&format!("token_env = \"A\"\napi = \"{api}\""))).unwrap().sources.remove(0);
        assert_eq!((source.api.as_str(), source.host.as_str()), (base, host), "{api}");
    }
}

#[test]
fn the_address_of_the_pages_is_not_taken_for_that_of_the_api() {
    for host in ["github.com", "acme.ghe.com"] {
        let told = faults(&with(&format!("token_env = \"A\"\napi = \"https://{host}\"")));
        let expected = format!(
            "`conf/tollgate.toml` line 9: `api` is `https://{host}`, where people look and no API answers\n\nhint: write `https://api.{host}`"
        );
        assert!(told.contains(&expected), "{told}");
    }
}

#[test]
fn a_key_may_have_lines_and_a_variable_may_write_them_as_it_can() {
    use secrecy::ExposeSecret;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let secret = Secret::File(path.clone());
    for text in ["one\ntwo\n", "one\\ntwo\\n"] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(secret.read_lines().unwrap().expose_secret(), "one\ntwo\n");
    }
    std::fs::write(&path, " \n").unwrap();
    assert!(secret.read_lines().unwrap_err().to_string().contains("key` is empty\n\nhint: "));
}

#[test]
fn the_settings_of_an_app_sign_with_what_they_are_given() {
    let sources = parse(&with("app_id = 7\nprivate_key_file = \"app.pem\"\ninstallation = \"acme\"")).unwrap().sources;
    let signed = sources[0].settings(|app| {
        let id = app.id.clone();
        Ok(std::sync::Arc::new(move |_| Ok(format!("signed by {id}").into())))
    });
    let crate::github::Credential::App(app) = signed.unwrap().credential else { panic!("no App") };
    assert_eq!((app.id.as_str(), app.installation.as_deref()), ("7", Some("acme")));
    let refused = sources[0].settings(|_| Err("no key".into()));
    assert_eq!(refused.map(|_| ()), Err("no key".into()));
}
