//! Mails by SMTP and messages to webhooks: the only module that names `lettre`.
//!
//! Whoever calls must know whether something may have arrived: [`Error::Refused`] says that it has not, and
//! [`Error::Unknown`] that nobody can tell.

mod webhook;

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

pub use webhook::post;

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The mail server that takes what is sent, and whose name is on it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, which its certificate must be for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is closed to others.
    pub tls: Security,
    /// The account there, with its password.
    pub account: Option<(String, SecretString)>,
    /// A file with a certificate (PEM) to believe besides those of the system.
    pub ca: Option<PathBuf>,
    /// The address that mails come from.
    pub from: String,
    /// The name beside it.
    pub name: String,
}

/// How the way to a mail server is closed to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Required,
    /// TLS before anything is said, or nothing is said.
    StartTls,
    /// In clear text, for a server on this machine.
    None,
}

/// A mail to one reader.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Whom to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text as HTML.
    pub html: String,
    /// The same as plain text.
    pub text: String,
    /// Names it: two mails of the same name are one to whoever receives them.
    pub id: String,
    /// The address that takes a POST from whoever wants no more of them (RFC 8058).
    pub unsubscribe: String,
}

/// Why something was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be sent with these settings.
    #[error("mails cannot be sent: {0}")]
    Settings(String),
    /// The other side did not take it: it has not arrived.
    #[error("{0}")]
    Refused(String),
    /// It may have arrived or not.
    #[error("{0}")]
    Unknown(String),
}

/// Sends mails.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Gets ready; connects to nobody.
    ///
    /// # Errors
    /// [`Error::Settings`] when the certificate file cannot be read or the address is none.
    pub fn new(settings: &Settings) -> Result<Mailer, Error> {
        let wrong = |what: &str, fault: String| Error::Settings(format!("{what}: {fault}"));
        let parameters = || {
            let mut tls = TlsParameters::builder(settings.host.clone());
            if let Some(path) = &settings.ca {
                let what = format!("the certificate file `{}`", path.display());
                let pem = std::fs::read(path).map_err(|fault| wrong(&what, fault.to_string()))?;
                tls = tls.add_root_certificate(
                    Certificate::from_pem(&pem).map_err(|fault| wrong(&what, fault.to_string()))?,
                );
            }
            tls.build().map_err(|fault| wrong("TLS", fault.to_string()))
        };
        let tls = match settings.tls {
            Security::Required => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        // The builder is called dangerous because it takes no TLS by itself; it is given right after.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host).tls(tls);
        if let Some((user, password)) = &settings.account {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        let from = Mailbox::new(Some(settings.name.clone()), address(&settings.from)?);
        Ok(Mailer { transport: builder.port(settings.port).timeout(Some(PATIENCE)).build(), from })
    }

    /// Connects and signs in, and sends nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] with what the server, or the system, said.
    pub async fn try_out(&self) -> Result<(), Error> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Refused("the mail server answers and takes nothing".to_owned())),
            Err(fault) => Err(Error::Refused(format!("the mail server cannot be used: {}", chain(&fault)))),
        }
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// [`Error::Refused`] when the server said no, [`Error::Unknown`] when it did not say anything.
    pub async fn send(&self, mail: Mail) -> Result<(), Error> {
        let to = Mailbox::new(None, address(&mail.to)?);
        // Whole, without folding or encoding: a reader's program takes it as it stands.
        let mailto = format!("<mailto:{}?subject=unsubscribe>", self.from.email);
        let list = raw("List-Unsubscribe", &format!("<{}>, {mailto}", mail.unsubscribe));
        let message = Message::builder().from(self.from.clone()).to(to).subject(mail.subject);
        let domain = self.from.email.domain();
        let message = message.message_id(Some(format!("<{}@{domain}>", mail.id)));
        let built = message.multipart(MultiPart::alternative_plain_html(mail.text, mail.html));
        let mut message = built.map_err(|fault| Error::Refused(fault.to_string()))?;
        for header in
            [list, raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), raw("Auto-Submitted", "auto-generated")]
        {
            message.headers_mut().insert_raw(header);
        }
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(fault) if fault.is_permanent() || fault.is_transient() => {
                Err(Error::Refused(format!("the mail server refused it: {}", chain(&fault))))
            }
            Err(fault) => Err(Error::Unknown(format!("the mail server did not say that it has it: {}", chain(&fault)))),
        }
    }
}

fn address(text: &str) -> Result<Address, Error> {
    text.parse().map_err(|_| Error::Settings(format!("`{text}` is no e-mail address")))
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

/// An error with its causes, which are left out of what it says itself.
fn chain(fault: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(fault), |fault| fault.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}
