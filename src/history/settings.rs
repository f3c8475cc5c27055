//! Where the history is kept.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::error::Error;

/// Where the history is kept.
#[derive(Clone, Debug)]
pub enum Settings {
    /// In one SQLite file. It is created, readable by its owner only, if it does not exist; its folder must exist.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// In a schema of a PostgreSQL database, which must exist; the schema is created if it does not.
    Postgres {
        /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with parameters as PostgreSQL's own programs take them, and
        /// `schema`, which is `tollgate` if nothing else is said. A secret: it may hold a password.
        url: SecretString,
    },
}

impl Settings {
    /// Of an address that somebody typed: that of a database, or the path of a file.
    pub fn of(text: &str) -> Settings {
        if is_url(text) {
            Settings::Postgres { url: SecretString::from(text) }
        } else {
            Settings::Sqlite { path: text.into() }
        }
    }

    /// How messages call it: a path, or an address without user and password.
    pub fn place(&self) -> String {
        match self {
            Settings::Sqlite { path } => path.display().to_string(),
            Settings::Postgres { url } => Address::parse(url).map_or("postgres://".into(), |address| address.place),
        }
    }
}

fn is_url(text: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

/// How a connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    Never,
    /// The certificate must be right, by the system's authorities or by those of this file.
    Checked(Option<PathBuf>),
}

/// A database, and where in it.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: postgres::Config,
    pub(super) schema: String,
    pub(super) tls: Tls,
    pub(super) place: String,
}

const SCHEMA: &str = "tollgate";
/// How long a server may take to answer at all.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection may be silent before it is asked whether anybody is there.
const SILENCE: Duration = Duration::from_secs(30);

impl Address {
    pub(super) fn parse(url: &SecretString) -> Result<Address, Error> {
        let text = url.expose_secret();
        if !is_url(text) {
            return Err(Error::address("does not begin with `postgres://`"));
        }
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let mut own = Own::default();
        let rest = own.take(query)?;
        let parsed = postgres::Config::from_str(&format!("{base}?{rest}"));
        // What the parser quotes might be a password.
        let mut config = parsed.map_err(|_| Error::address("cannot be read as the address of a database"))?;
        if config.get_hosts().is_empty() {
            return Err(Error::address("names no host"));
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("tollgate");
        }
        let schema = own.schema.unwrap_or(SCHEMA.to_owned());
        let place = place(&config, &schema);
        let tls = own.mode.unwrap_or_else(|| mode(&config)).tls(own.roots, &mut config);
        Ok(Address { config, schema, tls, place })
    }
}

/// Parameters of the address that are ours to understand.
#[derive(Default)]
struct Own {
    schema: Option<String>,
    mode: Option<Mode>,
    roots: Option<PathBuf>,
}

impl Own {
    /// Takes what is ours, and gives back the rest.
    fn take(&mut self, query: &str) -> Result<String, Error> {
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                "schema" => self.schema = Some(schema(&value)?),
                "sslmode" => self.mode = Some(Mode::of(&value)?),
                "sslrootcert" => self.roots = Some(value.into_owned().into()),
                _ => drop(rest.append_pair(&key, &value)),
            }
        }
        // What follows reads a plus as a plus.
        Ok(rest.finish().replace('+', "%20"))
    }
}

fn schema(name: &str) -> Result<String, Error> {
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let rest = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if first && rest && name.len() <= 63 && !name.starts_with("pg_") {
        return Ok(name.to_owned());
    }
    Err(Error::address("has a `schema` that is no name: write lower-case letters, digits and `_`, 63 at most"))
}

/// What `sslmode` asks for. There is no halfway: a certificate that nobody checks protects from nobody who is in the way.
#[derive(Clone, Copy)]
enum Mode {
    Disable,
    Prefer,
    Require,
}

impl Mode {
    fn of(text: &str) -> Result<Mode, Error> {
        match text {
            "disable" => Ok(Mode::Disable),
            "prefer" => Ok(Mode::Prefer),
            "require" | "verify-ca" | "verify-full" => Ok(Mode::Require),
            _ => Err(Error::address("has an `sslmode` other than `disable`, `prefer` and `require`")),
        }
    }

    fn tls(self, roots: Option<PathBuf>, config: &mut postgres::Config) -> Tls {
        let (mode, tls) = match self {
            Mode::Disable => (SslMode::Disable, Tls::Never),
            Mode::Prefer => (SslMode::Prefer, Tls::Checked(roots)),
            Mode::Require => (SslMode::Require, Tls::Checked(roots)),
        };
        config.ssl_mode(mode);
        tls
    }
}

/// Where nothing is said: protected, unless nothing leaves this machine.
fn mode(config: &postgres::Config) -> Mode {
    let local = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
        Host::Unix(_) => true,
    };
    if config.get_hosts().iter().all(local) { Mode::Disable } else { Mode::Require }
}

/// The address without user and password.
fn place(config: &postgres::Config, schema: &str) -> String {
    let host = |(n, host): (usize, &Host)| {
        let name = match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let port = config.get_ports().get(n).or(config.get_ports().first()).filter(|port| **port != 5432);
        port.map_or(name.clone(), |port| format!("{name}:{port}"))
    };
    let hosts: Vec<String> = config.get_hosts().iter().enumerate().map(host).collect();
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    let schema = if schema == SCHEMA { String::new() } else { format!("?schema={schema}") };
    format!("postgres://{}/{database}{schema}", hosts.join(","))
}
