//! `tollgate demo`: everything at once on this machine, with the parts of production.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chrono::{Days, Utc};
use clap::Args;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tracing::info;

use super::progress::Talk;
use super::{End, collect, import, nightly, serve};
use crate::config::Config;
use crate::demo::github::{self, Sample};
use crate::demo::signin::{self, Person};
use crate::domain::policy::Claims;
use crate::domain::traffic::Span;
use crate::domain::{Date, Timestamp};
use crate::keys::{self, Keyring};

/// The days before today on which the sample GitHub is collected, so that a repository is met under its old name.
const COLLECTED: [u64; 3] = [30, 20, 10];

/// Show everything at once on this machine: a sample GitHub, a nightly, an edge and sample people.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where the edge listens; loopback only. Any free port if this one is taken
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep everything in this new folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Where everything of the demo listens.
struct Places {
    edge: TcpListener,
    github: TcpListener,
    signin: TcpListener,
}

impl Demo {
    pub(super) async fn run(self) -> Result<End> {
        ensure!(
            self.listen.ip().is_loopback(),
            "the demo serves this machine only\n\nhint: listen on 127.0.0.1 or [::1]"
        );
        let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
        let folder = self.folder.clone().unwrap_or_else(|| temporary.path().to_owned());
        let places = self.places().await?;
        let secret = keys::random_id()?;
        let config = configure(&folder, &places, &secret)?;
        let people = people();
        let today = Utc::now().date_naive();
        let sample = Arc::new(Sample::new(today));
        tokio::spawn(github::serve(places.github, sample.clone(), std::future::pending()));
        tokio::spawn(signin::serve(places.signin, provider(&config, &secret, &people)?, std::future::pending()));
        fill(&config, &sample, &folder, today).await?;
        let night = nightly::night(&config, Utc::now(), Talk::Nothing).await?;
        ensure!(night.end() == End::Done, "the sample's own nightly failed: {night:?}");
        tell(&config, &people);
        let edge = config.edge.as_ref().context("the demo's configuration has an edge")?;
        serve::serve(&config, edge, places.edge, None, serve::stop()?).await?;
        Ok(End::Done)
    }

    async fn places(&self) -> Result<Places> {
        let free = |ip| SocketAddr::new(ip, 0);
        let edge = match TcpListener::bind(self.listen).await {
            Ok(listener) => listener,
            Err(_) => serve::bind(free(self.listen.ip()), "listen").await?,
        };
        let loopback = free([127, 0, 0, 1].into());
        Ok(Places {
            edge,
            github: serve::bind(loopback, "listen").await?,
            signin: serve::bind(loopback, "listen").await?,
        })
    }
}

/// A configuration like anyone's, in a folder of its own, with keys.
fn configure(folder: &Path, places: &Places, secret: &str) -> Result<Config> {
    let [edge, github, signin] = [&places.edge, &places.github, &places.signin].map(|listener| listener.local_addr());
    let text = include_str!("demo.toml")
        .replace("{edge}", &edge?.to_string())
        .replace("{github}", &github?.to_string())
        .replace("{signin}", &signin?.to_string());
    let file = folder.join(crate::config::FILE);
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    ensure!(!file.exists(), "`{}` is there already\n\nhint: name a new folder", file.display());
    write(crate::config::FILE, &text)?;
    write("github-token", Sample::TOKEN)?;
    write("client-secret", secret)?;
    let config = Config::load(&file)?;
    Keyring::init(&config.keys)?;
    Ok(config)
}

fn provider(config: &Config, secret: &str, people: &[Person]) -> Result<signin::Settings> {
    let provider = config.providers().first().context("the demo's configuration has a provider")?;
    Ok(signin::Settings {
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        client_secret: secret.to_owned(),
        redirect_uris: vec![format!("{}/-/callback", config.base_url)],
        people: people.to_vec(),
    })
}

/// The people of the demo. What each may see follows from the policy alone.
fn people() -> Vec<Person> {
    let person = |sub: &str, name: &str, email: &str, groups: &[&str], note: &str| Person {
        sub: sub.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        email_verified: true,
        claims: json!({ "groups": groups }).as_object().cloned().unwrap_or_default(),
        note: note.to_owned(),
    };
    vec![
        person("ada", "Ada Admin", "ada@tollgate.example", &["tollgate-admins"], "administrator of everything"),
        person("mia", "Mia Maintainer", "mia@acme.example", &["acme-maintainers"], "maintains what acme owns"),
        person("vic", "Vic Viewer", "vic@partner.example", &[], "may see two repositories"),
        person("noa", "Noa Nobody", "noa@elsewhere.example", &["book-club"], "has no role at all"),
    ]
}

/// Two years of history: the distant past through the importer, the last weeks through the collector.
async fn fill(config: &Config, sample: &Arc<Sample>, folder: &Path, today: Date) -> Result<()> {
    let past = folder.join("past");
    let extent = sample.extent();
    let span = Span::new(extent.first, today - Days::new(COLLECTED[0] + 1)).context("the sample has a past")?;
    let host = config.sources.first().context("the demo's configuration has sources")?.host.clone();
    let (history, written) = (collect::open(config).await?, sample.clone());
    info!("importing two years of a sample GitHub");
    let import = move || -> Result<()> {
        written.write_github_repo_stats(&past, span)?;
        import::github_repo_stats(history, &past, &host)?;
        Ok(std::fs::remove_dir_all(&past)?)
    };
    tokio::task::spawn_blocking(import).await??;
    for days in COLLECTED {
        let day = today - Days::new(days);
        sample.set_today(day);
        collect::collect(config, night_of(day), Talk::Nothing).await?;
    }
    sample.set_today(today);
    Ok(())
}

fn night_of(day: Date) -> Timestamp {
    day.and_hms_opt(2, 17, 0).unwrap_or_default().and_utc()
}

/// What people need to know to try it.
fn tell(config: &Config, people: &[Person]) {
    println!("\n  Open {}/\n\n  Sign in as", config.base_url);
    for person in people {
        println!("    {:<15} {:<28} sees {}", person.name, person.note, sees(config, person));
    }
    println!(
        "\n  The folder is {}\n  Press Ctrl-C to end.\n",
        config.file.parent().unwrap_or(Path::new(".")).display()
    );
}

fn sees(config: &Config, person: &Person) -> String {
    let mut values = person.claims.clone();
    values.insert("email".to_owned(), Value::from(person.email.clone()));
    values.insert("email_verified".to_owned(), person.email_verified.into());
    let now = Utc::now();
    match config.policy.admit(&Claims::new(values, now + chrono::Duration::hours(1)), now) {
        Ok(viewer) => viewer.roles().map(|(role, _)| role.as_str()).collect::<Vec<_>>().join(", "),
        Err(_) => "nothing".to_owned(),
    }
}
