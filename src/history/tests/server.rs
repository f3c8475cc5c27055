#![allow(dead_code, reason = "two test binaries share it, and neither needs all")]
//! A PostgreSQL server of the test process's own, in a folder that goes with it: no test touches the system's.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs as a user who may run a server, and stops it when its input ends: that is when the test process does, however it
/// ends. Prints the folder of the socket when the server takes connections.
const SCRIPT: &str = r#"
set -e
PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"
umask 077
folder=$(mktemp -d)
port=$1
trap 'rm -rf "$folder"' EXIT
cd "$folder"
initdb --pgdata data --username tollgate --auth trust --encoding UTF8 --no-locale --no-sync --no-instructions > log 2>&1 || { cat log >&2; exit 1; }
printf %s "$2" > data/server.crt
printf %s "$3" > data/server.key
cat >> data/postgresql.conf <<END
listen_addresses = '127.0.0.1'
port = $port
ssl = on
unix_socket_directories = '$folder'
max_connections = 200
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
END
cat > data/pg_hba.conf <<END
local all locked scram-sha-256
local all all trust
hostssl all all 127.0.0.1/32 trust
END
chmod 711 "$folder"
postgres -D data > log 2>&1 &
server=$!
until pg_isready --quiet --host "$folder" --port "$port" --dbname postgres; do
  kill -0 $server 2> /dev/null || { cat log >&2; exit 1; }
  sleep 0.05
done
echo "$folder"
read -r _ || true
kill -INT $server 2> /dev/null
wait $server || true
"#;

/// The server of this process.
pub(crate) struct Server {
    /// The folder of its socket.
    socket: String,
    pub(crate) port: u16,
    /// The certificate that it shows as `localhost`, PEM.
    pub(crate) certificate: String,
    _script: Child,
}

/// Starts it, if it does not run yet.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    fn start() -> Server {
        // A server refuses to run as root. Debian's package brings a user for it.
        let root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        let user = if Path::new("/var/lib/postgresql").exists() { "postgres" } else { "nobody" };
        let mut command = Command::new(if root { "runuser" } else { "bash" });
        if root {
            command.args(["-u", user, "--", "bash"]);
        }
        let shown = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) =
            (pem("CERTIFICATE", shown.cert.der()), pem("PRIVATE KEY", &shown.signing_key.serialize_der()));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        command
            .args(["-c", SCRIPT, "server", &port.to_string(), &certificate, &key])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut script = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut socket = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut socket).unwrap();
        let socket = socket.trim().to_owned();
        assert!(!socket.is_empty(), "no PostgreSQL server: Debian's package `postgresql` is needed; see tests/run");
        Server { socket, port, certificate, _script: script }
    }

    /// The address of a user and a database, with further parameters.
    pub(crate) fn address(&self, user: &str, database: &str, parameters: &str) -> String {
        let host = self.socket.replace('/', "%2F");
        format!("postgres://{user}@{host}:{}/{database}?{parameters}", self.port)
    }

    /// The address of a schema that nobody else has.
    pub(crate) fn schema(&self) -> String {
        self.address("tollgate", "postgres", &format!("schema={}", unique()))
    }
}

/// A name that nothing else has in the database.
pub(crate) fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn pem(what: &str, der: &[u8]) -> String {
    let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}
