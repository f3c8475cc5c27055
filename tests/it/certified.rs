//! What goes well at the certified provider beyond the plain sign-in: https, each way for a client to prove itself,
//! sign-out by the provider, claims that change, a provider that is away, two providers at once.

use reqwest::Url;
use serde_json::{Value, json};

use crate::support::world::{SECRET, people};
use crate::support::{Authority, Client, Provider, Reply, SOON, Session, World, bundle, eventually, free_port, within};

/// Whether the session of a browser still opens something on some edge.
fn opens(client: &Client, base: &str, page: &str) -> bool {
    let reply = client.clone().get(&format!("{base}{page}"));
    assert!([200, 303, 404].contains(&reply.status), "{page}: {}", reply.status);
    reply.status == 200
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[test]
fn over_https_with_a_key_of_its_own_and_a_key_of_the_provider_that_has_just_changed() {
    let world = World::published();
    let (known, other) = (Authority::new("Known to the tests"), Authority::new("Known to nobody"));
    world.project.write("known.pem", &known.pem());
    world.project.write("other.pem", &other.pem());
    let registered = world.run(&["keys", "client", "client.pem"]).succeeds().stdout;
    let jwks: Value = serde_json::from_str(&registered).unwrap();
    let kid = jwks["keys"][0]["kid"].as_str().unwrap().to_owned();
    let settings = json!({ "tls": known.for_loopback(), "auth": "private_key_jwt", "jwks": jwks });
    let mut provider = Provider::start_as(&world.base, &people(), settings);
    assert!(provider.issuer.starts_with("https://"));
    world.configure_with(&format!(
        "[oidc]\nissuer = \"{}\"\nclient_id = \"tollgate\"\nclient_key_file = \"client.pem\"\nclient_key_id = \"{kid}\"\n",
        provider.issuer
    ));
    let front = format!("{}/", world.base);
    let trust = |file: &str| world.project.file(file).display().to_string();

    let none = world.project.run_with(&[("SSL_CERT_FILE", &trust("none.pem"))], &["serve"]).ends_with(1);
    none.says(": No CA certificates were loaded from the system\n\nhint: install the system's");

    let mut edge = world.serve_with(&[("SSL_CERT_FILE", &trust("other.pem"))]);
    let refused = Client::trusting(&known.pem()).follow(&front);
    assert_eq!((refused.status, refused.header("retry-after").is_some()), (503, true), "{}", refused.text());
    let told = |line: &str| {
        let ours = line.contains("the sign-in provider cannot be asked") && line.contains("invalid peer certificate");
        ours.then(|| line.to_owned())
    };
    let line = edge.line(told);
    assert!(line.contains(&provider.issuer) && line.contains("an authority of your own must be"), "{line}");
    edge.stop().succeeds();

    let edge = world.serve_with(&[("SSL_CERT_FILE", &trust("known.pem"))]);
    let mut ada = Client::trusting(&known.pem());
    let callback = ada.up_to_callback(&front, "ada");
    provider.rotate_keys();
    let arrived = ada.follow(&callback);
    assert_eq!((arrived.status, arrived.url.path()), (200, "/administrator/index.html"), "{}", edge.told());
    let asked = ada.sign_out(&world.base);
    assert_eq!(asked.scheme(), "https");
    assert!(query(&asked, "id_token_hint").is_some() && query(&asked, "state").is_some(), "{asked}");
    assert_eq!(provider.sessions_of("ada"), 0);
    edge.stop().succeeds();
}

#[test]
fn what_is_signed_out_at_the_provider_is_signed_out_on_every_edge() {
    let world = World::published();
    let provider = Provider::start_as(&world.base, &people(), json!({ "auth": "client_secret_post" }));
    world.configure(&provider.issuer);
    let _edge = world.serve_with_secret(&provider.client_secret);
    let (second, _other) = world.serve_beside(&provider.client_secret);
    let (front, page) = (format!("{}/", world.base), "/viewer/index.html");
    let (mut vic, mut elsewhere) = (Client::new(), Client::new());
    for browser in [&mut vic, &mut elsewhere] {
        assert_eq!(browser.sign_in(&front, "vic").url.path(), page, "the secret goes by the form");
    }
    let both = [world.base.as_str(), &second];
    assert!(both.iter().all(|base| opens(&vic, base, page) && opens(&elsewhere, base, page)));
    // The browser goes to the provider by itself, so that only the provider can tell the edges.
    let mut there = vic.clone();
    there.cookies.retain(|name, _| !name.starts_with("tollgate"));
    assert!(there.leave(&format!("{}/session/end", provider.issuer)).status < 400);
    within(SOON, "both edges know", || both.iter().all(|base| !opens(&vic, base, page)).then_some(()));
    assert!(both.iter().all(|base| opens(&elsewhere, base, page)), "only the session that was signed out ends");
    let told = world.run(&["audit", "--event", "sign-out", "--outcome", "by-provider", "--json"]).succeeds().stdout;
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains(&format!("{{\"iss\":\"{}\",\"sub\":\"vic\"", provider.issuer)), "{told}");
    assert_eq!(vic.sign_in(&front, "vic").status, 200, "a new sign-in begins anew");
}

#[test]
fn claims_are_asked_for_again_unseen_and_a_provider_that_is_away_ends_no_session() {
    let world = World::published();
    let port = free_port();
    let mut provider = Provider::start_on(port, &world.base, &people());
    world.configure(&provider.issuer);
    let edge = world.serve_with_secret(&provider.client_secret);
    let (front, page) = (format!("{}/", world.base), format!("{}/viewer/index.html?x=1", world.base));
    let mut pat = Client::new();
    assert_eq!(pat.sign_in(&front, "pat").status, 200);
    let roles =
        |client: &Client| ["tenant", "viewer"].map(|role| opens(client, &world.base, &format!("/{role}/index.html")));
    assert_eq!(roles(&pat), [true, true]);

    provider.set_people(&json!({ "pat": { "email": "pat@globex.example", "email_verified": true } }));
    assert_eq!(roles(&pat), [true, true], "until the claims are an hour old they count");
    Session::age(&world, &mut pat);
    let sid = Session::of(&pat.cookies["tollgate"]).sid().to_owned();
    let silent = pat.clone().get(&page).location().unwrap();
    assert_eq!((query(&silent, "prompt").as_deref(), silent.port()), (Some("none"), Some(port)), "{silent}");
    let renewed = pat.follow(&page);
    assert_eq!((renewed.status, renewed.url.as_str()), (404, page.as_str()), "back where it was, and no longer theirs");
    assert_eq!(roles(&pat), [true, false]);
    assert_eq!(Session::of(&pat.cookies["tollgate"]).sid(), sid, "it is the same session");
    provider.set_people(&json!({ "pat": people()["pat"] }));
    Session::age(&world, &mut pat);
    assert_eq!(pat.follow(&page).status, 200);
    assert_eq!(roles(&pat), [true, true], "what was given back is there again");

    drop(provider);
    assert_eq!(roles(&pat), [true, true], "an outage ends nothing");
    let down = eventually("the outage is known", || {
        std::thread::sleep(std::time::Duration::from_millis(500));
        Some(Client::new().get(&format!("{}/-/login?provider=main", world.base))).filter(|reply| reply.status != 303)
    });
    assert_eq!((down.status, down.header("retry-after").is_some()), (503, true), "{}", down.text());
    Session::age(&world, &mut pat);
    assert_eq!(pat.follow(&page).status, 200, "nobody can be asked, so the session goes on");
    let mut provider = Provider::start_on(port, &world.base, &people());
    let mut ada = Client::new();
    eventually("sign-in works again", || ada.follow(&front).url.path().starts_with("/interaction/").then_some(()));
    assert_eq!(Client::new().sign_in(&front, "ada").url.path(), "/administrator/index.html", "{}", edge.told());
    // The new provider has forgotten who was signed in: what is too old is not believed for ever.
    assert_eq!(provider.sessions_of("pat"), 0);
    assert_eq!(pat.sign_in(&page, "pat").url.as_str(), page, "they are asked, and come back");
}

#[test]
fn of_two_providers_each_speaks_only_for_its_own_people() {
    let world = World::published();
    let mut strangers = people();
    // The same name, the same groups and the same address: said by the wrong one.
    strangers["vic"] = json!({ "email": "vic@acme.example", "email_verified": true, "groups": ["administrators"] });
    let back = |name: &str| json!({ "callback": format!("/-/callback/{name}") });
    let acme = Provider::start_as(&world.base, &people(), back("acme"));
    let globex = Provider::start_as(&world.base, &strangers, back("globex"));
    let section = |name: &str, title: &str, issuer: &str| {
        format!(
            "[[oidc]]\nname = \"{name}\"\ntitle = \"{title}\"\nissuer = \"{issuer}\"\nclient_id = \"tollgate\"\n\
             client_secret_env = \"{SECRET}\"\ndomains = [\"{name}.example\"]\n"
        )
    };
    let oidc = [section("acme", "Acme staff", &acme.issuer), section("globex", "Globex", &globex.issuer)].concat();
    world.configure_with(&oidc);
    let unnamed = world.run(&["check"]).ends_with(2).stderr;
    assert!(unnamed.matches("provider").count() > 5, "{unnamed}");
    let text = std::fs::read_to_string(world.project.file("tollgate.toml")).unwrap();
    let text = text
        .replace("open_to = [{ email_domain", "open_to = [{ provider = \"globex\", email_domain")
        .replace("open_to = [{ claim", "open_to = [{ provider = \"acme\", claim")
        .replace("  { email =", "  { provider = \"acme\", email =")
        .replace("  { all =", "  { provider = \"globex\", all =");
    world.project.write("tollgate.toml", &text);
    world.run(&["build"]).succeeds();
    assert_eq!(bundle::current(&world.output()), 2);
    let _edge = world.serve_with_secret(Provider::SECRET);

    let front = format!("{}/", world.base);
    let chooser = Client::new().follow(&front);
    assert_eq!((chooser.status, chooser.url.path()), (200, "/-/login"));
    for (person, provider, arrives) in [
        ("ada", "Acme staff", Ok("/administrator/index.html")),
        ("vic", "Acme staff", Ok("/viewer/index.html")),
        ("gil", "Globex", Ok("/tenant/index.html")),
        ("ada", "Globex", Err(403)),
        ("vic", "Globex", Err(403)),
        ("gil", "Acme staff", Err(403)),
    ] {
        let mut client = Client::new();
        let chooser = client.follow(&front);
        let arrived = client.sign_in(&way(&chooser, provider), person);
        let expected = arrives.map_or_else(|status| (status, "/"), |path| (200, path));
        assert_eq!((arrived.status, arrived.url.path()), expected, "{person} by {provider}");
    }
    let login = format!("{}/-/login", world.base);
    let ask = |email: &str, origin: &str| {
        let form = format!("email={}&return=/tenant/", email.replace('@', "%40"));
        Client::new().post(&login, &form, &[("origin", origin)])
    };
    for (email, issuer) in [("Ada@ACME.example", &acme.issuer), ("somebody@globex.example", &globex.issuer)] {
        let sent = ask(email, &world.base).onward().unwrap();
        assert!(sent.as_str().starts_with(issuer.as_str()), "{email} is sent to {sent}");
        assert_eq!(query(&sent, "login_hint").as_deref(), Some(email));
    }
    let unknown = ask("eve@acme.example.evil.example", &world.base);
    assert_eq!((unknown.status, unknown.onward()), (200, None));
    assert!(unknown.text().contains("No sign-in is known for") && unknown.text().contains("Acme staff"));
    assert_eq!(ask("ada@acme.example", "https://evil.example").status, 403);
    the_answer_of_one_is_not_that_of_the_other(&world, &acme, &globex);
}

/// RFC 9700, 4.4: the provider that was asked is the one that must answer.
fn the_answer_of_one_is_not_that_of_the_other(world: &World, acme: &Provider, globex: &Provider) {
    let mut client = Client::new();
    let chooser = client.follow(&format!("{}/", world.base));
    let callback = client.up_to_callback(&way(&chooser, "Acme staff"), "ada");
    let issuer = |issuer: &str| issuer.replace(':', "%3A").replace('/', "%2F");
    let mixed = callback.replace(&issuer(&acme.issuer), &issuer(&globex.issuer));
    assert_ne!(mixed, callback, "the provider says who it is");
    assert!(client.get(&mixed).status >= 400 && !client.cookies.contains_key("tollgate"));
    assert!(client.get(&callback).status >= 400, "what came back once is over");
}

/// The address behind a button of the sign-in page.
fn way(chooser: &Reply, title: &str) -> String {
    let text = chooser.text();
    let before = text.split(&format!(">{title}</a>")).next().filter(|before| before.len() < text.len());
    let before = before.unwrap_or_else(|| panic!("no button {title}: {text}"));
    let href = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    chooser.url.join(&href.replace("&amp;", "&").replace("&#x2F;", "/")).unwrap().into()
}
