//! Messages to a channel, by a webhook that takes what Slack's takes.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::Error;

/// Posts a text. The address is a secret: whoever has it can post, so no error names it.
///
/// # Errors
/// [`Error::Settings`] when it is no address, [`Error::Refused`] when it was not taken, [`Error::Unknown`] when nobody
/// said that it was.
pub async fn post(webhook: &SecretString, text: &str) -> Result<(), Error> {
    let wrong = |what: &str| Error::Settings(what.to_owned());
    let url = reqwest::Url::parse(webhook.expose_secret()).map_err(|_| wrong("the webhook is no address"))?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !local {
        return Err(wrong("the webhook is not under https, where anyone on the way could read along"));
    }
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .map_err(|fault| Error::Settings(fault.without_url().to_string()))?;
    let body = json!({ "text": escape(text), "unfurl_links": false, "unfurl_media": false }).to_string();
    let request = client.post(url).header("content-type", "application/json").body(body);
    match request.send().await {
        Ok(reply) if reply.status().is_success() => Ok(()),
        Ok(reply) => Err(Error::Refused(format!("the webhook answered {}", reply.status()))),
        Err(fault) if fault.is_connect() || fault.is_builder() => {
            Err(Error::Refused(format!("the webhook cannot be reached: {}", super::chain(&fault.without_url()))))
        }
        Err(fault) => {
            Err(Error::Unknown(format!("the webhook did not answer: {}", super::chain(&fault.without_url()))))
        }
    }
}

/// Strangers' names must not call a channel together (`<!channel>`) or hide where a link leads.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_name_calls_a_channel_together() {
        assert_eq!(
            escape("<!channel> & <https://evil.example|here>"),
            "&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;"
        );
    }

    #[tokio::test]
    async fn an_address_in_clear_text_is_refused_and_never_told() {
        let secret = SecretString::from("http://hooks.example/T0/secret".to_owned());
        let told = post(&secret, "x").await.unwrap_err().to_string();
        assert!(told.contains("not under https") && !told.contains("secret"), "{told}");
    }
}
