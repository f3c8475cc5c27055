//! Providers, what rules say of them, and the rest of the access layer.

use super::*;

/// Two providers in place of the one, and rules that say which of them they believe.
const SECOND: &str = r#"[[oidc]]
name = "globex"
title = "Globex staff"
issuer = "https://globex.example/realms/staff"
client_id = "tollgate"
client_key_file = "keys/globex.pem"
client_key_id = "k1"
domains = ["Globex.example", "lantern.example"]
scopes = ["openid", "groups"]

[edge]
claims_max_age = "15m"
proxies = ["127.0.0.1", "10.1.2.3/8", "::1", "fd00::/8"]
"#;

fn several() -> String {
    GOOD.replace("[oidc]\n", "[[oidc]]\nname = \"acme\"\n")
        .replace("[edge]\n", SECOND)
        .replace(r#"{ email_domain = "#, r#"{ provider = "acme", email_domain = "#)
        .replace(r#"{ claim = "realm.roles","#, r#"{ provider = "any", claim = "realm.roles","#)
        .replace(r#"{ claim = ["https:"#, r#"{ provider = "globex", claim = ["https:"#)
        .replace("{ all = ", r#"{ provider = "globex", all = "#)
        .replace("[site]", "[audit]\nfile = \"log/audit.jsonl\"\n\n[site]")
        .replace("title = \"Acme staff\"", "title = \"Acme staff\"\nshare = true")
}

#[test]
fn several_providers_read_as_meant() {
    let config = parse(&several()).unwrap();
    let [acme, globex] = config.providers() else { panic!("{:?}", config.providers()) };
    assert_eq!((acme.name.as_str(), acme.title.as_str(), acme.domains.len()), ("acme", "id.acme.example", 0));
    assert_eq!(acme.scopes, ["openid", "profile", "email"]);
    assert_eq!(
        (globex.title.as_str(), globex.issuer.as_str()),
        ("Globex staff", "https://globex.example/realms/staff")
    );
    let key = Credential::Key { file: "conf/keys/globex.pem".into(), kid: Some("k1".into()) };
    assert_eq!(
        (&globex.credential, globex.scopes.as_slice()),
        (&key, ["openid".to_owned(), "groups".to_owned()].as_slice())
    );
    assert_eq!(globex.domains, ["globex.example", "lantern.example"], "domains are compared in lower case");
    let edge = config.edge.as_ref().unwrap();
    assert_eq!(edge.claims_max_age.as_secs(), 900);
    let proxies: Vec<String> = edge.proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128", "fd00::/8"]);
    assert_eq!(config.audit, Path::new("conf/log/audit.jsonl"));
}

#[test]
fn a_rule_believes_the_provider_that_it_names() {
    let config = parse(&several()).unwrap();
    let role = &config.policy.roles()[0];
    assert!(role.share);
    let rules: Vec<String> = role.open_to.iter().map(ToString::to_string).collect();
    assert_eq!(
        rules,
        [
            "signed in at https://id.acme.example/ and e-mail is of acme.example",
            r#"signed in at one of ["https://id.acme.example/","https://globex.example/realms/staff"] and realm.roles contains "staff""#,
            "signed in at https://globex.example/realms/staff and https://acme.example/level equals 5",
            "signed in at https://globex.example/realms/staff and team is one of [\"a\",\"b\"] and e-mail is ada@acme.example",
        ]
    );
    // With one provider a rule need not name it, and may.
    let one = parse(&GOOD.replace(r#"{ email_domain = "#, r#"{ provider = "main", email_domain = "#)).unwrap();
    let rules: Vec<String> = one.policy.roles()[0].open_to.iter().map(ToString::to_string).collect();
    assert_eq!(rules[0], "signed in at https://id.acme.example/ and e-mail is of acme.example");
    assert!(!rules[1].contains("signed in") && !parse(GOOD).unwrap().policy.roles()[0].share);
}

#[test]
fn what_the_edge_is_started_with_is_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "hush\n").unwrap();
    let config = Config::parse(&several(), &folder.path().join("tollgate.toml")).unwrap();
    let settings = config.edge.as_ref().unwrap().settings(&config.base_url).unwrap();
    assert_eq!(settings.claims_max_age.as_secs(), 900);
    assert_eq!((settings.proxies.len(), &settings.audit), (4, &config.audit));
    let [acme, globex] = settings.providers.as_slice() else { panic!("{:?}", settings.providers) };
    assert!(matches!(&acme.credential, edge::Credential::Secret(_)));
    assert!(matches!(&globex.credential, edge::Credential::Key { kid: Some(kid), .. } if kid == "k1"));
    assert_eq!((globex.name.as_str(), globex.domains.len()), ("globex", 2));
    let public = GOOD.replace("client_secret_file = \"secret\"\n", "");
    assert_eq!(parse(&public).unwrap().providers()[0].credential, Credential::Public);
}

#[test]
fn faults_of_providers_are_told_with_their_mending() {
    let good = several();
    for (from, to, told, mending) in [
        (
            r#"provider = "any", claim"#,
            "claim",
            "line 21: a rule does not say which provider it believes, and there are several",
            "add `provider = \"NAME\"` with one of `acme`, `globex`, or `provider = \"any\"`",
        ),
        (
            r#"provider = "any""#,
            r#"provider = "initech""#,
            "line 21: a rule names the provider `initech`, and there is no such provider",
            "known providers are `acme`, `globex`; `any` stands for all of them",
        ),
        (
            r#"{ claim = "team""#,
            r#"{ provider = "acme", claim = "team""#,
            "line 23: [[all]] has an unknown key `provider`",
            "known here are",
        ),
        ("name = \"acme\"\nissuer", "issuer", "line 26: [[oidc]] has no `name`", "there are several providers"),
        ("name = \"globex\"", "name = \"acme\"", "line 33: two providers are called `acme`", "rename one"),
        ("name = \"globex\"", "name = \"any\"", "line 33: a provider is called `any`", "call it something else"),
        ("name = \"globex\"", "name = \"Globex\"", "line 33: `Globex` is not a name", "such as \"acme\""),
        (
            "https://globex.example/realms/staff",
            "https://id.acme.example/",
            "line 35: two providers have the issuer `https://id.acme.example/`",
            "one provider can serve several domains",
        ),
        ("https://globex.example/realms/staff", "http://globex.example", "line 35: `issuer` is", "use https"),
        ("\"lantern.example\"", "\"@lantern\"", "line 39: `@lantern` is no domain", "leave out `@`"),
        (
            "client_id = \"tollgate\"\nclient_secret_file",
            "domains = [\"LANTERN.example\"]\nclient_id = \"tollgate\"\nclient_secret_file",
            "line 40: the domain `lantern.example` is listed twice",
            "people of a domain are sent to one provider",
        ),
        (
            "client_key_id = \"k1\"",
            "client_secret_env = \"A\"",
            "line 37: a provider has both a client secret and `client_key_file`",
            "keep the key",
        ),
        (
            "client_key_file = \"keys/globex.pem\"\n",
            "",
            "line 37: `client_key_id` is there without `client_key_file`",
            "with the private key",
        ),
        (
            "client_key_file = \"keys/globex.pem\"",
            "client_key_file = 5",
            "`client_key_file` is of type",
            "text in quotes",
        ),
        ("title = \"Globex staff\"", "title = \" \"", "line 34: `title` is empty", "on the button"),
        ("\"15m\"", "\"15\"", "line 43: `claims_max_age` is `15`", "from one minute to one year"),
        ("\"10.1.2.3/8\"", "\"proxy.local\"", "line 44: `proxies` holds `proxy.local`", "addresses or networks"),
        ("\"10.1.2.3/8\"", "\"10.0.0.0/33\"", "line 44: `proxies` holds `10.0.0.0/33`", "addresses or networks"),
        ("\"fd00::/8\"", "\"::/0\"", "line 44: `proxies` holds `::/0`: anybody could say", "of your own proxies"),
        ("share = true", "share = \"yes\"", "`share` is of type string", "write `true` or `false`"),
        ("file = \"log", "path = \"log", "[audit] has an unknown key `path`", "known here are `file`"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        let found = faults(&text);
        assert!(found.contains(told) && found.contains(mending), "{to}: {found}");
    }
}

#[test]
fn a_fault_of_a_provider_is_no_fault_of_the_rules_that_name_it() {
    let text = several().replace("https://globex.example/realms/staff", "globex").replace("\"k1\"", "5");
    let found = faults(&text);
    assert_eq!(found.matches("` line ").count(), 2, "{found}");
    let text = several().replace("name = \"globex\"", "name = \"Globex\"");
    let found = faults(&text);
    assert_eq!(found.matches("` line ").count(), 1, "{found}");
}

#[test]
fn a_rule_for_a_provider_needs_it_where_bundles_are_built_too() {
    let good = several();
    let batch = good.split("[[oidc]]").next().unwrap();
    let found = faults(batch);
    assert!(found.contains("a rule names the provider `acme`, and there is no such provider"), "{found}");
    assert!(found.contains("a machine that only builds needs them too"), "{found}");
}
