//! What keeps an edge from starting.

/// Why an edge cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The site's own address is unusable.
    #[error("base URL `{url}` {why}\n\nhint: write the origin people see, such as `https://traffic.acme.example`")]
    BaseUrl {
        /// As configured.
        url: String,
        /// What is the matter with it.
        why: &'static str,
    },
    /// The provider's address is unusable.
    #[error(
        "sign-in provider `{issuer}` {why}\n\nhint: copy the issuer from the provider's settings, to the last character"
    )]
    Provider {
        /// As configured.
        issuer: String,
        /// What is the matter with it.
        why: String,
    },
    /// There is nothing to check the provider's certificate against.
    #[error(
        "sign-in provider `{issuer}` cannot be reached over https: {why}\n\nhint: install the system's certificates \
         (`ca-certificates` on Debian), or name a file that holds them in `SSL_CERT_FILE`"
    )]
    Roots {
        /// As configured.
        issuer: String,
        /// What the system says.
        why: String,
    },
    /// Two providers could be mistaken for each other.
    #[error("two sign-in providers have the {what} `{value}`\n\nhint: give each provider a {what} of its own")]
    SameProvider {
        /// What they have in common.
        what: &'static str,
        /// As configured.
        value: String,
    },
    /// Nobody could sign in.
    #[error("no sign-in provider is configured\n\nhint: add `[oidc]` with `issuer` and `client_id`")]
    NoProvider,
    /// A key is missing.
    #[error(transparent)]
    Keys(#[from] crate::keys::Error),
    /// The audit log cannot be written.
    #[error(transparent)]
    Audit(#[from] super::audit::Error),
    /// The edge's own pages cannot be read.
    #[error("the edge's own pages cannot be read: {0}")]
    Pages(String),
}
