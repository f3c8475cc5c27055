//! The setting of most tests: sources, roles and people, with who may see what written down by hand.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{Github, Project, Provider, Running, free_port};

/// The variable that holds the secret that the edge has with its provider.
pub(crate) const SECRET: &str = "CLIENT_SECRET";
const TOKEN: &str = "SAMPLE_TOKEN";

/// Each kind of rule opens a role. `closed` is open to nobody.
const ROLES: &str = r#"
[[role]]
name = "administrator"
title = "Everything there is"
repositories = ["*/*"]
pages = ["overview", "repository", "weekly", "monthly", "csv", "log"]
open_to = [{ claim = "groups", contains = "administrators" }]

[[role]]
name = "maintainer"
title = "Maintainers of Acme"
repositories = ["acme/*", "!acme/payroll"]
pages = ["overview", "repository", "weekly", "monthly", "csv", "log"]
open_to = [{ claim = "realm_access.roles", one_of = ["acme-owner", "acme-maintainer"] }]

[[role]]
name = "tenant"
title = "Globex"
repositories = ["source:globex", "!private"]
open_to = [{ email_domain = "globex.example" }]

[[role]]
name = "viewer"
title = "Two repositories"
repositories = ["acme/bat-man-outfit", "globex/lantern"]
pages = ["overview", "repository", "csv"]
open_to = [
  { email = "vic@acme.example" },
  { all = [{ email_domain = "globex.example" }, { claim = "groups", contains = "partners" }] },
]

[[role]]
name = "closed"
title = "For nobody"
repositories = ["ada-lovelace/letters"]
open_to = [{ claim = "groups", equals = "nobody-has-this" }]
"#;

/// Every role of the setting.
pub(crate) const ALL_ROLES: [&str; 5] = ["administrator", "maintainer", "tenant", "viewer", "closed"];

/// Who may see which bundles: the whole model that answers are held against.
pub(crate) const MAY_SEE: &[(&str, &[&str])] = &[
    ("ada", &["administrator"]),
    ("max", &["maintainer"]),
    ("gil", &["tenant"]),
    ("vic", &["viewer"]),
    ("pat", &["tenant", "viewer"]),
    ("gus", &[]),
    ("eve", &[]),
    ("sam", &[]),
];

/// Whether a role speaks of a repository, decided without the program's selectors.
pub(crate) fn speaks_of(role: &str, repository: &str, private: bool) -> bool {
    match role {
        "administrator" => true,
        "maintainer" => repository.starts_with("acme/") && repository != "acme/payroll",
        "tenant" => repository.starts_with("globex/") && !private,
        "viewer" => ["acme/bat-man-outfit", "globex/lantern"].contains(&repository),
        "closed" => repository == "ada-lovelace/letters",
        _ => false,
    }
}

/// What the provider says of each person.
pub(crate) fn people() -> Value {
    let person = |email: &str, verified: Value| json!({ "email": email, "email_verified": verified });
    let with = |mut claims: Value, name: &str, value: Value| {
        claims[name] = value;
        claims
    };
    let yes = || json!(true);
    json!({
        "ada": with(person("ada@acme.example", yes()), "groups", json!(["staff", "administrators"])),
        "max": with(person("max@acme.example", yes()), "realm_access", json!({ "roles": ["acme-maintainer"] })),
        "gil": person("gil@globex.example", yes()),
        "vic": person("VIC@acme.example", yes()),
        "pat": with(person("pat@globex.example", yes()), "groups", json!(["partners"])),
        // An address that nobody has verified, two addresses in one, and names that only look like the right ones.
        "gus": person("gus@globex.example", json!(false)),
        "eve": with(person("eve@evil.example@globex.example", yes()), "groups", json!(["administrators,partners"])),
        "sam": with(person("vic@acme.example.evil.example", yes()), "groups", json!({ "administrators": true })),
    })
}

fn answering(mut edge: Running, base: &str) -> Running {
    let address = base.trim_start_matches("http://");
    edge.until(|| std::net::TcpStream::connect(address).ok().map(drop), "the edge does not answer");
    edge
}

/// A project with its sample GitHub. The release, the history and the keys are in the project's folder.
pub(crate) struct World {
    pub(crate) project: Project,
    pub(crate) github: Github,
    pub(crate) base: String,
    more: RefCell<String>,
}

impl World {
    /// Keys made, nothing collected yet.
    pub(crate) fn new() -> World {
        let world = World {
            project: Project::empty(),
            github: Github::start(),
            base: format!("http://127.0.0.1:{}", free_port()),
            more: RefCell::default(),
        };
        world.configure("http://127.0.0.1:9");
        world.run(&["keys", "init"]).succeeds();
        world
    }

    /// With a release of everything, as a night leaves it.
    pub(crate) fn published() -> World {
        let world = World::new();
        world.run(&["nightly"]).succeeds();
        world
    }

    /// Writes the configuration, with the provider's address once it is known.
    pub(crate) fn configure(&self, issuer: &str) {
        self.configure_with(&format!(
            "[oidc]\nissuer = \"{issuer}\"\nclient_id = \"tollgate\"\nclient_secret_env = \"{SECRET}\"\n"
        ));
    }

    /// Writes the configuration with these sections about where people sign in.
    pub(crate) fn configure_with(&self, oidc: &str) {
        let source = |name: &str, owner: &str| {
            format!(
                "[[source]]\nname = \"{name}\"\napi = \"{}\"\ntoken_env = \"{TOKEN}\"\nrepositories = [\"{owner}/*\"]\n",
                self.github.api
            )
        };
        let sources = [("acme", "acme"), ("globex", "globex"), ("ada", "ada-lovelace")];
        let sources: String = sources.map(|(name, owner)| source(name, owner)).concat();
        let listen = self.base.trim_start_matches("http://");
        let text = format!(
            "[site]\ntitle = \"Traffic\"\nbase_url = \"{}\"\n\n{sources}\n{ROLES}\n{oidc}\n[edge]\nlisten = \"{listen}\"\n\n{}",
            self.base,
            self.more.borrow()
        );
        self.project.write("tollgate.toml", &text);
    }

    /// Adds a section to the configuration, from now on.
    pub(crate) fn amend(&self, text: &str) {
        self.more.borrow_mut().push_str(text);
        self.configure("http://127.0.0.1:9");
    }

    /// Runs a command of the program with the sample's token.
    pub(crate) fn run(&self, arguments: &[&str]) -> super::Ran {
        self.start(arguments).end()
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        // A test is allowed more nights an hour than GitHub would.
        self.github.allow(1_000_000);
        self.project.start_with(&self.token(), arguments)
    }

    /// Starts a provider that knows the people, and the edge in front of the project's releases.
    pub(crate) fn serve(&self) -> (Provider, Running) {
        let provider = Provider::start(&self.base, &people());
        self.configure(&provider.issuer);
        let edge = self.serve_with_secret(&provider.client_secret);
        (provider, edge)
    }

    /// Starts the edge with the secret it has with its provider, and waits until it answers.
    pub(crate) fn serve_with_secret(&self, secret: &str) -> Running {
        self.serve_with(&[(SECRET, secret)])
    }

    /// Starts the edge with these variables, and waits until it answers.
    pub(crate) fn serve_with(&self, variables: &[(&str, &str)]) -> Running {
        answering(self.project.start_with(variables, &["serve"]), &self.base)
    }

    /// Starts one more edge on the same releases and keys, as behind a load balancer; where it answers, and it.
    pub(crate) fn serve_beside(&self, secret: &str) -> (String, Running) {
        let second = format!("http://127.0.0.1:{}", free_port());
        let text = std::fs::read_to_string(self.project.file("tollgate.toml")).unwrap();
        // It is known to people and to the provider by the name of the first; only its own address differs.
        let listen = |base: &str| format!("listen = \"{}\"", base.trim_start_matches("http://"));
        self.project.write("second.toml", &text.replace(&listen(&self.base), &listen(&second)));
        let edge = self.project.start_with(&[(SECRET, secret)], &["serve", "--config", "second.toml"]);
        (second.clone(), answering(edge, &second))
    }

    /// Starts the edge with nights inside it. Nobody can sign in.
    pub(crate) fn serve_with_nights(&self, times: &str) -> Running {
        self.github.allow(1_000_000);
        let [token] = self.token();
        self.project.start_with(&[token, (SECRET, "nobody-asks")], &["serve", "--nightly", times])
    }

    /// The variable that holds the sample's token.
    pub(crate) fn token(&self) -> [(&'static str, &'static str); 1] {
        [(TOKEN, tollgate::demo::github::Sample::TOKEN)]
    }

    pub(crate) fn history(&self) -> std::path::PathBuf {
        let own = self.project.file("data/tollgate.sqlite");
        if own.exists() { own } else { self.project.file("tollgate.sqlite") }
    }

    pub(crate) fn output(&self) -> std::path::PathBuf {
        self.project.file("output")
    }
}
