//! What a provider says of itself, and how much of that is followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::url::{Host, Url};
use openidconnect::{AdditionalProviderMetadata, EndSessionUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};

use super::keys::Keys;
use crate::edge::on_loopback;

/// What a provider says of itself beyond OpenID Connect Discovery 1.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Extra {
    /// OpenID Connect RP-Initiated Logout 1.0.
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 9207.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// Initiating User Registration via OpenID Connect 1.0.
    #[serde(default)]
    prompt_values_supported: Vec<String>,
}

impl AdditionalProviderMetadata for Extra {}

pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of the provider, and when it was asked.
pub(super) struct Known {
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Arc<Keys>,
    pub(super) asked: Instant,
}

impl Known {
    /// `client_secret_basic` is what a provider means that says nothing (Discovery 1.0, 3).
    pub(super) fn basic(&self) -> bool {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic))
    }

    /// Where codes are traded. A description without it is not taken.
    pub(super) fn token_endpoint(&self) -> &str {
        self.metadata.token_endpoint().map_or("", |endpoint| endpoint.as_str())
    }

    /// How to ask for another account: by choosing one where that is offered, else by signing in anew.
    pub(super) fn another(&self) -> &'static str {
        let offered = &self.metadata.additional_metadata().prompt_values_supported;
        if offered.iter().any(|prompt| prompt == "select_account") { "select_account" } else { "login" }
    }

    /// The origins that a form of ours may lead to by a redirect, beside the issuer's.
    pub(super) fn form_targets(&self) -> impl Iterator<Item = &Url> {
        let end = self.metadata.additional_metadata().end_session_endpoint.as_ref().map(|end| end.url());
        std::iter::once(self.metadata.authorization_endpoint().url()).chain(end)
    }
}

/// Reads a description, before anything that it names is asked.
///
/// # Errors
/// When it is none, speaks for another issuer (Discovery 1.0, 4.3), or names an address that must not be used.
pub(super) fn read(body: &[u8], issuer: &str, issuer_url: &Url) -> Result<Metadata, String> {
    let metadata: Metadata =
        serde_json::from_slice(body).map_err(|error| format!("its description cannot be read: {}", plain(&error)))?;
    if metadata.issuer().as_str() != issuer {
        let other = plain(&metadata.issuer().as_str());
        return Err(format!("its description is of another issuer, `{other}`"));
    }
    let token = metadata.token_endpoint().ok_or("its description names no token endpoint")?;
    let mut endpoints = vec![metadata.authorization_endpoint().url(), metadata.jwks_uri().url(), token.url()];
    endpoints.extend(metadata.userinfo_endpoint().map(|url| url.url()));
    endpoints.extend(metadata.additional_metadata().end_session_endpoint.as_ref().map(|url| url.url()));
    for url in endpoints {
        if let Err(why) = usable(url, issuer_url) {
            return Err(format!("its description names `{}`, which {why}", plain(url)));
        }
    }
    Ok(metadata)
}

/// Words of others for the log: one line, not without end.
pub(super) fn plain(text: &dyn std::fmt::Display) -> String {
    text.to_string().chars().filter(|c| !c.is_control()).take(300).collect()
}

/// Whether an address out of a provider's description may be used, so that whoever can change the description cannot
/// have this site ask what only this machine can reach.
///
/// - It is under https; only a provider on loopback without https may name others like itself.
/// - It does not lead to this machine, to its network link or to a cloud's metadata service, written as an address or
///   by a name reserved for one of them, unless the issuer itself is on that very host; a provider on loopback may
///   name others on loopback. What a name resolves to is not looked at: a request there still needs a certificate of
///   that name.
/// - Other private addresses are in order: a provider in a company's own network is a usual one.
pub(super) fn usable(url: &Url, issuer: &Url) -> Result<(), &'static str> {
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("has a user name or a fragment");
    }
    let clear = url.scheme() == "http" && issuer.scheme() == "http" && on_loopback(url) && on_loopback(issuer);
    if url.scheme() != "https" && !clear {
        return Err("is not under https");
    }
    match place(url) {
        _ if url.host() == issuer.host() => Ok(()),
        Place::Elsewhere => Ok(()),
        Place::Loopback if place(issuer) == Place::Loopback => Ok(()),
        Place::Loopback | Place::Link => Err("leads to this machine or to its own network link"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Loopback,
    Link,
    Elsewhere,
}

fn place(url: &Url) -> Place {
    match url.host() {
        Some(Host::Domain(name)) => match name.trim_end_matches('.') {
            "metadata.google.internal" | "metadata.goog" | "instance-data" => Place::Link,
            name if name == "localhost" || name.ends_with(".localhost") => Place::Loopback,
            _ => Place::Elsewhere,
        },
        Some(Host::Ipv4(address)) => place_of(address.into()),
        Some(Host::Ipv6(address)) => place_of(address.into()),
        None => Place::Link,
    }
}

fn place_of(address: IpAddr) -> Place {
    // Amazon's over IPv6, Alibaba's and Oracle's; all others are link-local.
    const METADATA: [IpAddr; 3] = [
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
        IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
        IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    ];
    let (unspecified, link) = match address {
        IpAddr::V4(v4) => (v4.octets()[0] == 0, v4.is_link_local() || v4.is_broadcast()),
        IpAddr::V6(v6) => match v4_within(v6) {
            Some(v4) => return place_of(v4.into()),
            None => (v6.is_unspecified(), v6.is_unicast_link_local()),
        },
    };
    if address.is_loopback() || unspecified {
        Place::Loopback
    } else if link || address.is_multicast() || METADATA.contains(&address) {
        Place::Link
    } else {
        Place::Elsewhere
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped, or by way of a NAT64 (RFC 6052).
fn v4_within(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => v6.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_address_of_the_description_is_followed_outwards_only() {
        let (far, near) = ("https://id.example", "http://127.0.0.1:9000");
        for (issuer, endpoint, fits) in [
            (far, "https://id.example/token", true),
            (far, "https://login.other.example:8443/token?tenant=a", true),
            (far, "https://10.1.2.3/token", true),
            (far, "https://[fd12:3456::1]/token", true),
            (far, "http://id.example/token", false),
            (far, "javascript:alert(1)", false),
            (far, "ftp://id.example/token", false),
            (far, "https://u:p@id.example/token", false),
            (far, "https://u@id.example/token", false),
            (far, "https://id.example/token#x", false),
            (far, "https://localhost/token", false),
            (far, "https://LOCALHOST./token", false),
            (far, "https://a.localhost/token", false),
            (far, "https://127.0.0.1/token", false),
            (far, "https://127.9.9.9/token", false),
            (far, "https://2130706433/token", false),
            (far, "https://0x7f.1/token", false),
            (far, "https://0.0.0.0/token", false),
            (far, "https://[::1]/token", false),
            (far, "https://[::]/token", false),
            (far, "https://[::ffff:127.0.0.1]/token", false),
            (far, "https://[::ffff:169.254.169.254]/token", false),
            (far, "https://[64:ff9b::a9fe:a9fe]/token", false),
            (far, "https://169.254.169.254/latest/meta-data", false),
            (far, "https://[fe80::1]/token", false),
            (far, "https://[febf::1]/token", false),
            (far, "https://[fd00:ec2::254]/latest", false),
            (far, "https://100.100.100.200/latest", false),
            (far, "https://metadata.google.internal/computeMetadata", false),
            (far, "http://127.0.0.1/token", false),
            (near, "http://127.0.0.1:9000/token", true),
            (near, "http://localhost:1/token", true),
            (near, "https://id.example/token", true),
            (near, "http://192.0.2.1/token", false),
            (near, "http://10.0.0.1/token", false),
            (near, "https://169.254.169.254/token", false),
            ("https://localhost:8443", "https://localhost:9443/token", true),
            ("https://localhost:8443", "http://localhost:9443/token", false),
        ] {
            let verdict = usable(&endpoint.parse().unwrap(), &issuer.parse().unwrap());
            assert_eq!(verdict.is_ok(), fits, "{issuer}: {endpoint}: {verdict:?}");
        }
    }

    fn description() -> Value {
        json!({
            "issuer": "https://id.example", "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token", "jwks_uri": "https://id.example/keys",
            "userinfo_endpoint": "https://id.example/userinfo", "end_session_endpoint": "https://id.example/end",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    fn verdict(description: &Value) -> Result<Metadata, String> {
        let issuer = "https://id.example";
        read(description.to_string().as_bytes(), issuer, &issuer.parse().unwrap())
    }

    #[test]
    fn a_description_speaks_for_its_own_issuer_and_names_nothing_that_must_not_be_asked() {
        assert!(verdict(&description()).is_ok());
        let endpoints =
            ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"];
        for name in endpoints {
            for wrong in ["http://id.example/x", "https://169.254.169.254/x", "https://localhost/x"] {
                let mut spoilt = description();
                spoilt[name] = json!(wrong);
                let why = verdict(&spoilt).unwrap_err();
                assert!(why.contains(wrong), "{name}: {why}");
            }
        }
        for issuer in ["https://id.example/", "https://ID.example", "https://evil.example", "https://id.example:443"] {
            let mut spoilt = description();
            spoilt["issuer"] = json!(issuer);
            assert!(verdict(&spoilt).unwrap_err().contains("another issuer"), "{issuer}");
        }
        let mut bare = description();
        bare.as_object_mut().unwrap().remove("token_endpoint");
        assert!(verdict(&bare).unwrap_err().contains("no token endpoint"));
        assert!(read(b"<html>", "a", &"https://a".parse().unwrap()).is_err());
    }

    fn known(extra: Value) -> Known {
        let mut whole = description();
        whole.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let metadata = Arc::new(verdict(&whole).unwrap());
        Known { metadata, keys: Arc::default(), asked: Instant::now() }
    }

    #[test]
    fn what_a_provider_offers_decides_how_it_is_asked() {
        let (basic, post) = (json!("client_secret_basic"), json!("client_secret_post"));
        let methods = |methods: &[&Value]| known(json!({"token_endpoint_auth_methods_supported": methods})).basic();
        assert!(known(json!({})).basic() && methods(&[&basic]) && methods(&[&post, &basic]));
        assert!(!methods(&[&post]) && !methods(&[&json!("private_key_jwt"), &post]));
        let another = |prompts: Value| known(json!({"prompt_values_supported": prompts})).another();
        assert_eq!(known(json!({})).another(), "login");
        assert_eq!(another(json!(["none", "login"])), "login");
        assert_eq!(another(json!(["login", "select_account"])), "select_account");
    }
}
