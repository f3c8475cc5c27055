//! A mail server that speaks SMTP with STARTTLS, and a webhook: what arrives is kept, and either can misbehave.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::Authority;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Takes,
    /// It says no to every mail.
    Refuses,
    /// It has the whole mail and goes away without a word.
    HangsUp,
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Taken {
    /// A header's value, folded lines joined.
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_else(|| panic!("no {name} in {head}"))
    }

    /// Both parts, soft line ends and escapes undone.
    pub(crate) fn read(&self) -> String {
        self.text.replace("=\r\n", "").replace("=3D", "=")
    }
}

pub(crate) struct MailServer {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    mood: Arc<Mutex<Mood>>,
}

impl MailServer {
    pub(crate) const USER: &str = "tollgate";
    pub(crate) const PASSWORD: &str = "a-password-for-tests";

    /// With a certificate of this authority.
    pub(crate) fn start(authority: &Authority) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = MailServer {
            port: listener.local_addr().unwrap().port(),
            taken: Arc::default(),
            mood: Arc::new(Mutex::new(Mood::Takes)),
        };
        let pair = authority.for_loopback();
        let certificate = CertificateDer::from_pem_slice(pair["cert"].as_str().unwrap().as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(pair["key"].as_str().unwrap().as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
        let (taken, mood) = (server.taken.clone(), server.mood.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, taken, mood) = (config.clone(), taken.clone(), *mood.lock().unwrap());
                std::thread::spawn(move || converse(stream, config, &taken, mood));
            }
        });
        server
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What has arrived since this was last asked.
    pub(crate) fn take(&self) -> Vec<Taken> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }
}

fn converse(
    mut stream: TcpStream,
    config: Arc<rustls::ServerConfig>,
    taken: &Mutex<Vec<Taken>>,
    mood: Mood,
) -> Option<()> {
    stream.write_all(b"220 ready\r\n").ok()?;
    loop {
        let line = line(&mut stream)?;
        match line.split(' ').next()?.to_ascii_uppercase().as_str() {
            "EHLO" => stream.write_all(b"250-here\r\n250 STARTTLS\r\n").ok()?,
            "STARTTLS" => break,
            // Nothing is said in clear text.
            _ => stream.write_all(b"530 STARTTLS first\r\n").ok()?,
        }
    }
    stream.write_all(b"220 go on\r\n").ok()?;
    let mut closed = rustls::StreamOwned::new(rustls::ServerConnection::new(config).ok()?, stream);
    let (mut known, mut to) = (false, String::new());
    loop {
        let line = line(&mut closed)?;
        let answer = match line.split([' ', ':']).next()?.to_ascii_uppercase().as_str() {
            "EHLO" => "250-here\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => {
                use base64::Engine;
                let sent = base64::engine::general_purpose::STANDARD.decode(line.rsplit(' ').next()?).ok()?;
                known = sent == format!("\0{}\0{}", MailServer::USER, MailServer::PASSWORD).into_bytes();
                if known { "235 welcome".to_owned() } else { "535 no".to_owned() }
            }
            _ if !known => "530 sign in first".to_owned(),
            "RCPT" if mood == Mood::Refuses => "550 nobody here".to_owned(),
            "RCPT" => {
                to = line.split_once('<')?.1.split('>').next()?.to_owned();
                "250 fine".to_owned()
            }
            "DATA" => {
                closed.write_all(b"354 say it\r\n").ok()?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    text.push_str(&self::line(&mut closed)?);
                    text.push_str("\r\n");
                }
                taken.lock().unwrap().push(Taken { to: to.clone(), text });
                if mood == Mood::HangsUp {
                    return None;
                }
                "250 taken".to_owned()
            }
            "QUIT" => {
                let _ = closed.write_all(b"221 bye\r\n");
                return Some(());
            }
            _ => "250 fine".to_owned(),
        };
        closed.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
        closed.flush().ok()?;
    }
}

/// One line, byte by byte: what follows may be of another protocol.
fn line(stream: &mut impl Read) -> Option<String> {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    loop {
        stream.read_exact(&mut byte).ok()?;
        match byte[0] {
            b'\n' => return String::from_utf8(bytes).ok(),
            b'\r' => {}
            other => bytes.push(other),
        }
    }
}

/// A webhook that answers 200 and keeps what was posted; the address of it, and what came.
pub(crate) fn webhook() -> (String, Arc<Mutex<Vec<serde_json::Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/services/secret-of-the-channel", listener.local_addr().unwrap());
    let kept: Arc<Mutex<Vec<serde_json::Value>>> = Arc::default();
    let posted = kept.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut length = 0;
            while let Some(header) = line(&mut stream).filter(|line| !line.is_empty()) {
                if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length: ") {
                    length = value.parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            if stream.read_exact(&mut body).is_ok() {
                posted.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            }
        }
    });
    (address, kept)
}
