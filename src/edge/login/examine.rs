//! A look at a provider for whoever keeps the site going: does it answer, is it who it should be, do the clocks agree.

use http::{Request, header};
use openidconnect::IssuerUrl;

use super::contact::Contact;
use super::metadata::plain;
use super::policies::Policies;
use crate::domain::Timestamp;
use crate::domain::finding::{Examination, Finding};
use crate::edge::wire::Wire;

/// Seconds from which on it is told that clocks differ, and from which on tokens begin to be refused.
const APART: i64 = 6;
/// See [`APART`].
const TOO_FAR: i64 = 60;

/// Asks the provider of an issuer what it says of itself, as an edge does before the first sign-in.
pub(in crate::edge) async fn examine(issuer: &str) -> Examination {
    let mending = "check `issuer` in `[oidc]` to the last character, the network, and this machine's certificates";
    let described = |told: String| Finding::bad("description", told, mending);
    let findings = match contact(issuer) {
        Err(why) => vec![described(why)],
        Ok(contact) => {
            let known = contact.discover().await;
            // Asking for the description may take long: our clock is read right before theirs.
            let now = chrono::Utc::now();
            let theirs = date(&contact).await;
            let told = match known {
                Ok(_) => Finding::good("description", format!("{issuer} answers, as itself and with its keys")),
                Err(why) => described(why),
            };
            [Some(told), theirs.map(|theirs| clock((theirs - now).num_seconds()))].into_iter().flatten().collect()
        }
    };
    Examination { findings }
}

fn contact(issuer: &str) -> Result<std::sync::Arc<Contact>, String> {
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| plain(&error))?;
    let wire = Wire::new(url.url().scheme() == "https").map_err(|error| plain(&error))?;
    let policies = std::sync::Arc::new(Policies::new(std::iter::once(url.url())));
    Ok(Contact::new(url, wire, policies, 0))
}

/// What time it is there, if it says so.
async fn date(contact: &Contact) -> Option<Timestamp> {
    let answer = contact.wire.fetch(Request::get(contact.issuer()).body(Vec::new()).ok()?).await.ok()?;
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    chrono::DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
}

/// A clock that is wrong lets tokens begin too late or end too early. `ahead` is by how much theirs is.
fn clock(ahead: i64) -> Finding {
    let by = ahead.abs();
    let told = format!("{by} s {} the provider's", if ahead > 0 { "behind" } else { "ahead of" });
    let mending = "let this machine set its clock from the network (NTP)";
    match by {
        ..APART => Finding::good("clock", "agrees with the provider's"),
        APART..TOO_FAR => Finding::doubtful("clock", told, mending),
        _ => Finding::bad("clock", format!("{told}: tokens are refused"), mending),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Verdict;

    #[test]
    fn clocks_may_differ_by_some_seconds() {
        for (ahead, verdict, told) in [
            (0, Verdict::Good, "agrees with the provider's"),
            (-5, Verdict::Good, "agrees with the provider's"),
            (6, Verdict::Doubtful, "6 s behind the provider's"),
            (-59, Verdict::Doubtful, "59 s ahead of the provider's"),
            (60, Verdict::Bad, "60 s behind the provider's: tokens are refused"),
            (-3_600, Verdict::Bad, "3600 s ahead of the provider's: tokens are refused"),
        ] {
            let found = clock(ahead);
            assert_eq!((found.verdict, found.told.as_str()), (verdict, told), "{ahead}");
        }
    }
}
